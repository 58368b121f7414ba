"""Time grows with the text, not with its square: four times the text takes less than eight times as long.

`alone`: two measurements are compared, each the best of several.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from holdfast.document import read
from holdfast.lint.engine import lint
from holdfast.text import Source

pytestmark = pytest.mark.alone

_HEAD = "on: push\njobs:\n"
_JOB = "    runs-on: ubuntu-24.04\n    steps:\n"


def one_line(count: int) -> str:
    return f"{_HEAD}  a:\n{_JOB}      - run: {'echo ${{ github.sha }} ' * (count // 23)}\n"


def steps(count: int) -> str:
    step = "      - id: s{0}\n        run: echo ${{{{ github.sha }}}}\n"
    return _HEAD + "  a:\n" + _JOB + "".join(step.format(number) for number in range(count))


def read_steps(count: int) -> str:
    """Steps of which each reads the one before."""
    step = "      - id: s{0}\n        run: echo ${{{{ steps.s{1}.outputs.x }}}}\n"
    first = "      - id: s0\n        run: make\n"
    return _HEAD + "  a:\n" + _JOB + first + "".join(step.format(at, at - 1) for at in range(1, count))


def jobs(count: int) -> str:
    job = "  j{0}:\n    needs: [{1}]\n" + _JOB + "      - run: echo ${{{{ needs.j{2}.result }}}}\n"
    written = (job.format(at, f"j{at - 1}" if at else "", at - 1 if at else 0) for at in range(count))
    return _HEAD + "".join(written)


def quotes(count: int) -> str:
    return f'{_HEAD}  a:\n{_JOB}      - run: "{"${{ " * count}"\n'


def keys(count: int) -> str:
    return (
        f"{_HEAD}  a:\n    env:\n"
        + "".join(f"      K{at}: x\n" for at in range(count))
        + _JOB
        + "      - run: x\n"
    )


def matrix(count: int) -> str:
    rows = "".join(f"          - v{at}\n" for at in range(count))
    return f"{_HEAD}  a:\n    strategy:\n      matrix:\n        v:\n{rows}{_JOB}      - run: echo ${{{{ matrix.v }}}}\n"


def best(work: Callable[[], object], rounds: int = 3) -> float:
    """The shortest of several runs, in seconds."""
    taken = []
    for _ in range(rounds):
        gc.collect()
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)


@pytest.mark.parametrize(
    ("make", "size"),
    [
        pytest.param(one_line, 200_000, id="a line of 800 kB"),
        pytest.param(steps, 2_500, id="10,000 steps"),
        pytest.param(read_steps, 500, id="2,000 steps that read one another"),
        pytest.param(jobs, 250, id="1,000 jobs"),
        pytest.param(quotes, 5_000, id="20,000 open expressions"),
        pytest.param(keys, 2_500, id="10,000 keys"),
        pytest.param(matrix, 2_500, id="10,000 rows"),
    ],
)
def test_time_grows_with_the_text(make: Callable[[int], str], size: int) -> None:
    small, large = make(size), make(4 * size)
    lint(Source("ci.yml", make(2)))  # imports
    first = best(lambda: lint(Source("ci.yml", small)))
    second = best(lambda: lint(Source("ci.yml", large)), 2)
    assert second < 8 * first + 0.5, f"{first:.3f} s, then {second:.3f} s"


def test_nesting_costs_little() -> None:
    deep = "a: " + "[" * 100 + "]" * 100
    blocks = "".join("  " * depth + "a:\n" for depth in range(100))
    for text in (deep, blocks, "[" * 100_000, "{a: " * 10_000, "- " * 5_000):
        assert best(lambda text=text: read(Source("ci.yml", text)), 1) < 5  # type: ignore[misc]  # a default


def test_a_megabyte_is_linted() -> None:
    text = one_line(1_000_000)
    assert best(lambda: lint(Source("ci.yml", text)), 1) < 20
