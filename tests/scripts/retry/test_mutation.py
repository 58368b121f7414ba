"""That the tables would notice a wrong condition: a sample on every run, all of them by `python -m scripts.mutate`."""

from __future__ import annotations

import random
import time
from pathlib import Path

from scripts.mutate import mutants, survivors
from scripts.retry.equivalents import EQUIVALENT, FUNCTIONS
from scripts.retry.tables import SCRIPT, holds

_SAMPLE = 40
_BUDGET = 45.0
_SMALL = """\
f() {
  if [[ $1 == a ]]; then return 1; fi
  (($1 < 3 && $2 > 4))
}
g() {
  if [[ $1 == a ]]; then return 1; fi
}
"""


def test_every_condition_of_the_named_functions_is_changed() -> None:
    after = [mutant.after.strip() for mutant in mutants(_SMALL, ["f"])]
    assert after == [
        "if ! [[ $1 == a ]]; then return 1; fi",
        "if [[ $1 != a ]]; then return 1; fi",
        "if [[ $1 == a ]]; then return 0; fi",
        "",
        "(($1 < 3 || $2 > 4))",
        "(($1 < 3 && $2 >= 4))",
        "(($1 <= 3 && $2 > 4))",
    ]


def test_a_change_that_nothing_notices_survives() -> None:
    changed = list(mutants(_SMALL, ["g"]))
    assert survivors(changed, lambda copy: "!=" in copy.read_text()) == [
        mutant for mutant in changed if "!=" in mutant.after
    ]


def test_no_change_of_the_sample_survives_without_a_reason() -> None:
    changed = list(mutants(SCRIPT.read_text(), FUNCTIONS))
    assert len(changed) > 300
    sample = random.Random(8).sample(changed, _SAMPLE)
    ends = time.monotonic() + _BUDGET
    left = survivors(sample, holds, stop=lambda: time.monotonic() > ends)
    assert [mutant.name for mutant in left if mutant.name not in EQUIVALENT] == []


def test_every_reason_belongs_to_a_change() -> None:
    names = {mutant.name for mutant in mutants(SCRIPT.read_text(), FUNCTIONS)}
    assert set(EQUIVALENT) <= names
    assert all(reason for reason in EQUIVALENT.values())


def test_the_script_itself_holds() -> None:
    assert holds(Path(SCRIPT), limit=120)
