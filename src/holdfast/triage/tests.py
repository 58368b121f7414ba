"""Which test a line of output belongs to, and how that test ended, by what each test runner prints.

The blocks are those of `run-with-retry.sh` (go test, pytest, jest, vitest, node:test, cargo, phpunit, rspec, mocha),
with unittest and surefire besides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

# Beginnings and pieces, in lower case, of the lines that open or end a block: without one a line changes nothing.
HEADERS = (
    *(f"{digit}) " for digit in range(10)),
    *("ran all test", "\nran ", "z ran ", "| ran ", "[info] results", "▶ ", "✓ ", "captured", "test at "),
    *("--- fail: ", "--- pass: ", "--- skip: ", "=== run ", "=== cont ", "=== name ", "=== fail: ", "done "),
    *("= failures =", "= errors =", "= passes =", "= short test summary", "==="),
    *("failed ", "error ", "___ ", "● ", "⎯⎯", "fail ", "pass ", "stdout | ", "stderr | "),
    *("test suites:", "tests:", "test files ", "# subtest: ", "not ok ", "ok ", "✖ ", "✔ ", "failing"),
    *(
        "---- ",
        "failures:",
        "there was ",
        "there were ",
        "failures!",
        "errors!",
        "finished in ",
        "failed examples:",
    ),
    *(
        "test result:",
        "error: ",
        "fail: ",
        "[error] ",
        "tests run:",
        "panic:",
        "exit status ",
        "ok\t",
        "fail\t",
    ),
)
_GO_OUTSIDE = re.compile(r"=== |ok(?:  |\t)|fail$|fail\t|pass$|exit status |done \d|panic:")
_PYTEST_HEADER = re.compile(r"_{3,} (?:error (?:at (?:setup|teardown) of|collecting) )?(.+?) _{3,}$")
_SUMMARY = re.compile(r"(?:failed|error) (\S+::.+?)(?: - |$)")
_NUMBERED = re.compile(r"\d{1,3}\) ")
_UNITTEST = re.compile(r"(?:error|fail): (\w+ \(.+\))")
_SUREFIRE = re.compile(r"\[error\] +([\w.$]+)(?:\(.*\))? .*<<< (?:error|failure)!")


# A test's name and how it ended, in the list that a runner prints: what the name says is no evidence.
_LISTED = re.compile(
    r"^\s*[✕×✗✓✔√↓] |^test .* \.\.\. (?:ok|failed|ignored)|::\S+ (?:passed|failed|error|skipped|xfail)\b"
    r"|^\w+ \(.+\) \.\.\. \w+$|\(failed - \d+\)$"
)


class Block(Enum):
    """How the test ended whose lines these are; `PENDING` as long as that is not known."""

    OUTSIDE = "outside"
    FAILED = "failed"
    PASSED = "passed"
    PENDING = "pending"


@dataclass(slots=True)
class Place:
    """Where the reader stands.

    `section` is pytest's and the numbered lists'; `source` says that lines of source code are printed; `header`
    that the line says no more than a test's name.
    """

    block: Block = Block.OUTSIDE
    test: str = ""
    section: Block = Block.OUTSIDE
    source: bool = False
    header: bool = False
    _one_line: bool = False
    _to_blank: bool = False
    _file: str = ""

    def move(self, text: str, low: str) -> None:
        """Go on by one line, given as printed and in lower case."""
        self.header = False
        if self._one_line or (self._to_blank and not low.strip()):
            self._one_line = self._to_blank = False
            self._enter(Block.OUTSIDE)
        if not any(
            family(low)
            for family in (self._go, self._pytest, self._jest, self._node, self._numbered, self._unittest)
        ):
            self._leave_passed(text)
        self.header = self.header or bool(_LISTED.search(low))

    def _enter(self, block: Block, test: str = "") -> bool:
        self.block, self.test, self.source = block, test, False
        self.header = bool(test)
        return True

    def _leave_passed(self, text: str) -> None:
        """What a passed test printed is indented below its line, but for pytest's section of them."""
        if (
            self.block is Block.PASSED
            and self.section is not Block.PASSED
            and text[:1] not in (" ", "\t", "")
        ):
            self._enter(Block.OUTSIDE)

    def _go(self, low: str) -> bool:
        bare = low.lstrip()
        if low.startswith(("=== run ", "=== cont ", "=== name ")):
            return self._enter(Block.PENDING, low.split()[-1])
        if low.startswith("=== fail: "):
            return self._enter(Block.FAILED, low[10:].partition(" ")[2].partition(" (")[0])
        for mark, block in (
            ("--- pass: ", Block.PASSED),
            ("--- skip: ", Block.PASSED),
            ("--- fail: ", Block.FAILED),
        ):
            if bare.startswith(mark):
                return self._enter(block, bare[10:].partition(" (")[0])
        return bool(_GO_OUTSIDE.match(low)) and not low.startswith("====") and self._enter(Block.OUTSIDE)

    def _pytest(self, low: str) -> bool:
        if low.startswith("==") and low.endswith("=="):
            failed = "= failures =" in low or "= errors =" in low
            self.section = Block.FAILED if failed else Block.PASSED if "= passes =" in low else Block.OUTSIDE
            return self._enter(Block.OUTSIDE)
        if header := _PYTEST_HEADER.match(low):
            self._enter(self.section, _pytest_name(header[1]))
            self.source = self.section is Block.FAILED
            return True
        if summary := _SUMMARY.match(low):
            self._one_line = self._enter(Block.FAILED, _pytest_name(summary[1]))
            self.header = " - " not in low
            return True
        if self.source and low.startswith("---") and "captured" in low:
            self.source = False
            return True
        return False

    def _jest(self, low: str) -> bool:
        bare = low.lstrip()
        if bare.startswith("● console") or bare.startswith(
            ("test suites:", "⎯⎯", "ran all test", "test files ")
        ):
            return self._enter(Block.OUTSIDE)
        if bare.startswith("● "):
            return self._enter(Block.FAILED, f"{self._file} {bare}")
        if bare.startswith("fail  "):
            return self._enter(Block.FAILED, bare[6:])
        if bare.startswith("fail ") and bare[5:6] != "(":
            self._file = bare
            return self._enter(Block.OUTSIDE)
        if bare.startswith("pass "):
            return self._enter(Block.PASSED, bare)
        if bare.startswith(("stdout | ", "stderr | ")):
            self._to_blank = True
            return self._enter(Block.PENDING, bare[9:])
        return False

    def _node(self, low: str) -> bool:
        bare = low.lstrip()
        if bare.startswith("# subtest: "):
            return self._enter(Block.PENDING, bare[11:])
        if re.match(r"not ok \d", bare):
            return self._enter(Block.FAILED, bare.partition(" - ")[2])
        if re.match(r"ok \d", bare):
            return self._enter(Block.PASSED, bare.partition(" - ")[2])
        if bare.startswith("✖ failing tests:"):
            return self._enter(Block.OUTSIDE)
        if bare.startswith("✖ ") and " problem" not in bare:
            return self._enter(Block.FAILED, bare[2:].partition(" (")[0])
        if bare.startswith(("✔ ", "✓ ", "test at ", "▶ ")):
            return self._enter(Block.OUTSIDE)
        return False

    def _numbered(self, low: str) -> bool:
        bare = low.lstrip()
        if bare.startswith("---- ") and bare.endswith(" stdout ----"):
            return self._enter(Block.FAILED, bare[5:-12])
        if bare == "failures:" or re.match(r"there (?:was|were) \d|\d+ failing", bare):
            self.section = Block.FAILED
            return self._enter(Block.OUTSIDE)
        if self.section is Block.FAILED and _NUMBERED.match(bare):
            return self._enter(Block.FAILED, bare)
        if bare.startswith(
            ("failures!", "errors!", "finished in ", "failed examples:", "tests: ", "test result:")
        ):
            self.section = Block.OUTSIDE
            return self._enter(Block.OUTSIDE)
        return False

    def _unittest(self, low: str) -> bool:
        if named := _UNITTEST.match(low) or _SUREFIRE.match(low):
            return self._enter(Block.FAILED, named[1])
        if low.startswith(
            ("[info] results", "[info] tests run", "[error] failures:", "[error] errors:", "ran ")
        ):
            return self._enter(Block.OUTSIDE)
        return False


def _pytest_name(name: str) -> str:
    """The same for a header, `Class.test_x[a]`, and a summary line, `file.py::Class::test_x[a]`."""
    base, bracket, parameters = name.partition("[")
    return name if base.endswith(".py") else re.split(r"[.:]", base)[-1] + bracket + parameters
