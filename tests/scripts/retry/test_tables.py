"""The arithmetic, the decisions and the classification of the runner, function by function."""

from __future__ import annotations

from scripts.retry.tables import evaluate


def test_every_row_of_the_tables_holds() -> None:
    wrong = [(row.bash, printed, row.printed) for row, printed in evaluate() if printed != row.printed]
    assert wrong == []
