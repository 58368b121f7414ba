"""Small changes to functions of a bash script, one at a time: each condition negated, deleted or shifted.

A table that lets a changed copy pass does not test that condition. `python -m scripts.mutate` (in the
folder `tests`) tries every change of the retry runner and lists the survivors.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """One change: the function, its line (from 1) as it was and as it became, and the whole script."""

    function: str
    line: int
    before: str
    after: str
    script: str

    @property
    def name(self) -> str:
        """What tells this change from any other, whatever moves around it."""
        return f"{self.function}: {self.before.strip()} -> {self.after.strip() or 'nothing'}"


# (pattern, replacement): each match in a line is one mutant.
_SWAPS: tuple[tuple[str, str], ...] = (
    (r"\bif \[\[", "if ! [["),
    (r"\bif \(\(", "if ! (("),
    (r"\bif (?![\[(!{])", "if ! "),
    (r"\bif ! ", "if "),
    (r"\bwhile \[\[", "while ! [["),
    (r" && ", " || "),
    (r" \|\| ", " && "),
    (r"(?<=[\w)\]}]) == (?=[\w$'\"*-])", " != "),
    (r" != ", " == "),
    (r"(?<= )-n (?=\S)", "-z "),
    (r"(?<= )-z (?=\S)", "-n "),
    (r" >= ", " > "),
    (r" <= ", " < "),
    (r"(?<=[\w)}]) > (?=[\w$(])", " >= "),
    (r"(?<=[\w)}]) < (?=[\w$(])", " <= "),
    (r"(?<=[\w)}]) \+ (?=[\w$(])", " - "),
    (r"(?<=[\w)}]) - (?=[\w$(])", " + "),
    (r"(?<=[\w)}]) \* (?=[\w$(])", " / "),
    (r"\breturn 1\b", "return 0"),
    (r"\bcontinue\b", ":"),
    (r"; return; ", "; "),
)
# Lines that may go as a whole: an arm of a case, a simple statement.
_ARM = re.compile(r"^\s+[^#\s].*\) .*;;$")
_STATEMENT = re.compile(r"^\s+(if .*; fi|[A-Z_]+(\[[^]]*\])?\+?=\S.*|REPLY=\S.*|return|note .*|acquit .*)$")


def mutants(script: str, functions: Iterable[str]) -> Iterator[Mutant]:
    """Every change of these functions."""
    lines = script.split("\n")
    for function in functions:
        for number in _body(lines, function):
            for after in dict.fromkeys(_changes(lines[number])):
                changed = "\n".join([*lines[:number], after, *lines[number + 1 :]])
                yield Mutant(function, number + 1, lines[number], after, changed)


def _body(lines: Sequence[str], function: str) -> range:
    start = next((at for at, line in enumerate(lines) if line.startswith(f"{function}() {{")), None)
    if start is None:
        raise ValueError(f"the script has no function {function}")
    end = next(at for at in range(start, len(lines)) if lines[at].startswith("}"))
    return range(start + 1, end)


def _changes(line: str) -> Iterator[str]:
    if line.lstrip().startswith(("#", "local ")):
        return
    for pattern, replacement in _SWAPS:
        for match in re.finditer(pattern, line):
            yield line[: match.start()] + replacement + line[match.end() :]
    if _ARM.match(line) or _STATEMENT.match(line):
        yield ""


def survivors(
    changed: Iterable[Mutant], passes: Callable[[Path], bool], stop: Callable[[], bool] = lambda: False
) -> list[Mutant]:
    """The changes with which the tables still hold; `stop` ends the search early."""

    def survives(mutant: Mutant) -> Mutant | None:
        if stop():
            return None
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "changed.sh"
            copy.write_text(mutant.script)
            if not passes(copy):
                return None
        print(f"survives: {mutant.name}", file=sys.stderr, flush=True)
        return mutant

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [mutant for mutant in pool.map(survives, changed) if mutant]


def main(names: Sequence[str]) -> int:
    """Try all changes of these scripts, else of both; exit status 1 when one survives that has no reason."""
    from scripts import diagnosed
    from scripts.diagnostics import equivalents as of_diagnostics
    from scripts.diagnostics import tables as diagnostics
    from scripts.retry import equivalents as of_retry
    from scripts.retry import tables as retry

    scripts = {
        "retry": (retry.SCRIPT, of_retry.FUNCTIONS, retry.holds, of_retry.EQUIVALENT),
        "diagnostics": (
            diagnosed.SCRIPT,
            of_diagnostics.FUNCTIONS,
            diagnostics.holds,
            of_diagnostics.EQUIVALENT,
        ),
    }
    results = [report(*scripts[name]) for name in names or scripts]
    return 0 if all(results) else 1


def report(
    script: Path, functions: Iterable[str], holds: Callable[[Path], bool], equivalent: Mapping[str, str]
) -> bool:
    """Try all changes of one script and print the survivors; false when one has no reason, or a reason no survivor."""
    tried = list(mutants(script.read_text(), functions))
    left = survivors(tried, holds)
    unexplained = [mutant for mutant in left if mutant.name not in equivalent]
    stale = set(equivalent) - {mutant.name for mutant in left}
    found = len(tried) - len(left)
    sys.stdout.write(f"{script.name}: {len(tried)} changes, {found} found, {len(left)} survived\n")
    sys.stdout.writelines(f"survived: {mutant.name}\n" for mutant in unexplained)
    sys.stdout.writelines(f"no longer survives: {name}\n" for name in sorted(stale))
    return not unexplained and not stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
