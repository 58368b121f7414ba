# ruff: noqa: E501  # words stand as they are printed
"""Captures logs: real suites of real clients against real servers in each fault, with a job's noise around.

By hand: `PYTHONPATH=tests python -m triage.capture BOX [NAME...]`. BOX is a folder that `box.sh` filled: the clients
and test runners of each language. What is written to `captured/<class>/` is looked through before it is committed.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from support.resp import ReplyError
from support.servers import Server
from triage import framing
from triage.faults import FAULTS, staged
from triage.framing import Job, Step

HERE = Path(__file__).parent
CAPTURED = HERE / "captured"
SCRIPTS = HERE.parents[1] / "templates" / "scripts"
LONGEST = 6_500
FORMS = ("raw", "gh", "failed", "folder", "act")
KINDS = (Server.REDIS_7_0, Server.REDIS_8_0, Server.VALKEY_8_1, Server.REDIS_6_2)


@dataclass(frozen=True)
class Suite:
    """A project's tests: its files, where its packages lie in the box, the commands."""

    name: str
    place: str
    run: str
    noise: tuple[Step, ...] = ()


PIP = Step(
    "Install",
    "pip install -r requirements.txt",
    """Collecting redis (from -r requirements.txt (line 1))
  Downloading redis-7.1.0-py3-none-any.whl.metadata (12 kB)
Downloading redis-7.1.0-py3-none-any.whl (354 kB)
   ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 354.2/354.2 kB 12.1 MB/s eta 0:00:00
Installing collected packages: redis, pytest
WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ReadTimeoutError("HTTPSConnectionPool(host='pypi.org', port=443): Read timed out. (read timeout=15)")': /simple/pytest/
Successfully installed pytest-9.0.1 redis-7.1.0

[notice] A new release of pip is available: 25.2 -> 25.3
[notice] To update, run: pip install --upgrade pip""",
)
NPM = Step(
    "Install",
    "npm ci",
    """npm warn deprecated inflight@1.0.6: This module is not supported, and leaks memory. Do not use it.
npm warn deprecated glob@7.2.3: Glob versions prior to v9 are no longer supported

added 312 packages, and audited 313 packages in 6s

found 0 vulnerabilities""",
)
GO = Step(
    "Download modules",
    "go mod download",
    "go: downloading github.com/redis/go-redis/v9 v9.17.0\ngo: downloading github.com/stretchr/testify v1.11.1",
)
BUNDLE = Step(
    "Install",
    "bundle install",
    "Fetching redis 5.4.0\nInstalling redis 5.4.0\nBundle complete! 3 Gemfile dependencies.",
)
COMPOSER = Step(
    "Install",
    "composer install --no-progress",
    "Installing dependencies from lock file\n  - Installing predis/predis (v3.2.0): Extracting archive\nGenerating autoload files",
)
CRATES = Step(
    "Build",
    "cargo build",
    "    Updating crates.io index\n   Compiling redis v0.27.6\n    Finished `dev` profile [unoptimized + debuginfo] target(s) in 21.90s",
)
MAVEN = Step(
    "Build",
    "mvn -B -q compile",
    "[WARNING] Using platform encoding (UTF-8 actually) to copy filtered resources",
)

SUITES = {
    suite.name: suite
    for suite in (
        Suite("pytest", "", "python -m pytest -q", (PIP,)),
        Suite("pytest-v", "", "python -m pytest -v --tb=short -rA", (PIP,)),
        Suite("asyncio", "", "python -m pytest", (PIP,)),
        Suite("django", "", "python -m pytest -q --tb=line", (PIP,)),
        Suite(
            "celery",
            "",
            "(timeout -k 1 6 celery -A shop worker -l WARNING -c 1 || true) & python -m pytest -q; code=$?; wait; exit $code",
            (PIP,),
        ),
        Suite("unittest", "", "python -m unittest -v", (PIP,)),
        Suite("nodetest", "node", "node --test --test-reporter=tap", (NPM,)),
        Suite("nodetest-spec", "node", "node --test --test-reporter=spec", (NPM,)),
        Suite("ioredis-jest", "node", "npx jest", (NPM,)),
        Suite("ioredis-vitest", "node", "npx vitest run", (NPM,)),
        Suite("mocha", "node", "npx mocha shop.test.js", (NPM,)),
        Suite("bullmq", "node", "node --test", (NPM,)),
        Suite("gotest", "go", "go test ./...", (GO,)),
        Suite("gotest-v", "go", "go test -v -count=1 ./...", (GO,)),
        Suite("redigo", "go", "go test -count=1 ./...", (GO,)),
        Suite("shell", "", "bash smoke.sh"),
        Suite("phpunit", "", "phpunit --no-configuration --no-interaction --colors=never .", (COMPOSER,)),
        Suite("rspec", "", "rspec .", (BUNDLE,)),
        Suite("cargo", "cargo", "cargo test --test shop", (CRATES,)),
        Suite("maven", "maven", "mvn -B test", (MAVEN,)),
    )
}
# Clients that connect again by themselves, or wait for a greeting, and so show another class than the fault's: a log can
# only be given what stands in it.
SHOWN = {
    r"^(?:ioredis|rspec).*-(?:cut-again-and-again|ends-while-waiting|restarted-while-waiting)": "refused",
    r"^(?:gotest|ioredis).*-(?:killed|ends)-while-waiting$": "refused",
    r"^ioredis-vitest-loading$": "timeout",
    r"^bullmq-too-many$": "reset",
    r"^(?:gotest|mocha|pytest|asyncio|nodetest).*-tls-to-plain": "timeout",
}
# Our own scripts around a suite, as generated steps have them.
UNDER = {
    "gate": "bash scripts/redis-diagnostics.sh wait --timeout 6s",
    "check": "bash scripts/redis-diagnostics.sh check",
    "runner": "bash scripts/run-with-retry.sh --attempts 2 --delays 1s --deadline 60s -- {}",
}


@dataclass(frozen=True)
class Shot:
    """One log to be captured."""

    suite: str
    fault: str
    kind: Server
    form: str
    under: str = ""

    @property
    def name(self) -> str:
        return "-".join(part for part in (self.suite, self.fault.replace("_", "-"), self.under) if part)


def shots() -> Iterator[Shot]:
    """Every fault with many suites; the server and the form go round."""
    count = 0
    for number, fault in enumerate(FAULTS):
        for place, suite in enumerate(SUITES):
            # some suites a fault, others for each
            if (place + number * 3) % 20 < 4 or suite == "shell":
                yield Shot(suite, fault, KINDS[count % 4], FORMS[count % 5])
                count += 1
        for under, suite in (
            ("gate", "shell"),
            ("check", "shell"),
            ("runner", ("pytest", "gotest", "nodetest")[number % 3]),
        ):
            if under == "runner" or number % 3 == len(under) % 3 or number % 6 == 1:
                yield Shot(suite, fault, KINDS[count % 4], FORMS[count % 5], under)
                count += 1


def command(suite: Suite, under: str) -> str:
    """What the step runs."""
    return UNDER[under].replace("{}", suite.run) if under else suite.run


def run(shot: Shot, box: Path) -> tuple[Step, str] | None:
    """The step with its output, and the server's log; None when the suite did not notice the fault."""
    suite = SUITES[shot.suite]
    with staged(shot.fault, shot.kind) as scene:
        folder = laid_out(suite, box)
        words = command(suite, shot.under)
        environment = {
            "REDIS_URL": scene.url,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "PYTHONUNBUFFERED": "1",
        }
        paths = f"{box}/venv/bin:{box}/node/node_modules/.bin:{shot.kind.folder}:{os.environ['PATH']}"
        unwanted = {"RUST_BACKTRACE", "VIRTUAL_ENV", "PYTHONPATH", "GITHUB_STEP_SUMMARY"}
        clean = {name: value for name, value in os.environ.items() if name not in unwanted}
        if shot.kind is Server.VALKEY_8_1:
            paths = f"{Server.REDIS_8_0.folder}:{paths}"
        done = subprocess.run(
            ["timeout", "-k", "2", "75", "bash", "-e", "-o", "pipefail", "-c", words],
            cwd=folder,
            env={**clean, **environment, "PATH": paths, "RUNNER_TEMP": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        log = scene.server.log() if scene.server else ""
    if done.returncode in (0, 124, 137):
        return None
    port = "6379" if random.Random(shot.name).random() < 0.8 else "32769"
    places = [
        (str(folder), "/home/runner/work/shop/shop"),
        (str(scene.port), port),
        (str(box), "/opt/hostedtoolcache"),
    ]
    if scene.server:
        places += [(str(scene.server.folder), "/data"), (str(scene.server.port), "6379")]
    places += [
        (str(HERE.parents[1]), "/usr/local"),
        ("/root/", "/home/runner/"),
        ("/tmp/", "/home/runner/work/_temp/"),
    ]
    output = framing.without_places(done.stdout.decode("utf-8", "replace"), places)
    env = {"REDIS_URL": framing.without_places(re.sub(r"//.*@", "//***@", scene.url), places)}
    step = Step(
        "Run tests",
        words.replace("timeout -k 1 6 ", ""),
        shortened("\n".join(brief(output.split("\n")))),
        done.returncode,
        env,
    )
    return step, shortened(framing.without_places(log, places), 2_000)


def laid_out(suite: Suite, box: Path) -> Path:
    """The project's folder: its own, or the place where its packages lie, emptied of the last suite."""
    folder = box / (suite.place or "work")
    folder.mkdir(exist_ok=True)
    for old in [*folder.glob("*hop*"), folder / "scripts", folder / "pytest.ini"]:
        shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
    source = HERE / "suites" / re.sub(r"-(v|spec)$", "", suite.name)
    for file in source.iterdir():
        if file.name != "Cargo.toml.txt":
            (folder / file.name.removesuffix(".txt")).write_text(file.read_text())
    shutil.copytree(SCRIPTS, folder / "scripts")
    return folder


def brief(lines: list[str], content: Callable[[str], str] = str) -> list[str]:
    """Lines of a log without the sources of libraries that pytest prints in its tracebacks.

    The line that failed stays, with the three before it, and every line that raises: words in a source must not count
    as evidence. `content` takes what GitHub, gh or act put before a line away.
    """
    kept: list[str] = []
    block: list[str] | None = None
    for line in lines:
        told = content(line)
        if block is not None:
            block.append(line)
        else:
            kept.append(line)
        if told.startswith("_ _ _") or _PLACE.match(told):
            kept += _brief_block(block or [], content) if _LIBRARY.match(told) else block or []
            block = [] if told.startswith("_ _ _") else None
    return kept + (block or [])


def _brief_block(block: list[str], content: Callable[[str], str]) -> list[str]:
    told = [content(line) for line in block]
    failed = next((at for at, text in enumerate(told) if text.startswith(">")), len(told))
    return [
        line
        for at, (line, text) in enumerate(zip(block, told, strict=True))
        if not text.startswith("    ") or "raise " in text or failed - 3 <= at < failed
    ]


_PLACE = re.compile(r"\S+:\d+: ")
_LIBRARY = re.compile(r"\S*(?:site-packages|/lib/python)\S*:\d+: ")


def shortened(text: str, longest: int = LONGEST) -> str:
    """The beginning and the end, in whole lines."""
    lines = [line[:600] for line in text.splitlines()]
    text = "\n".join(lines)
    if len(text) <= longest:
        return text
    head = text[: longest // 2].rpartition("\n")[0]
    return f"{head}\n{text[-longest // 2 :].partition(chr(10))[2]}"


def passing_gate() -> Step:
    """A gate that had to wait, and then saw Redis."""
    output = """redis: not ready: refused (127.0.0.1:6379: Connection refused), trying again
Could not connect to Redis at 127.0.0.1:6379: Connection refused
PONG"""
    return Step("Wait for Redis", "until redis-cli ping | grep -q PONG; do sleep 1; done", output)


def write(shot: Shot, failure: str, step: Step, log: str) -> None:
    """The log in its form, below its class."""
    suite = SUITES[shot.suite]
    seen = random.Random(shot.name)
    before = (*suite.noise, *((passing_gate(),) if seen.random() < 0.4 else ()))
    job = Job("test", (*before, step), service_log=log)
    lint = Job(
        "lint",
        (Step("Lint", "make lint", "all 40 files are clean (redis: connection refused is a word in them)"),),
        None,
    )
    save(CAPTURED / failure, shot.name, shot.form, job, lint)


def save(folder: Path, name: str, form: str, job: Job, other: Job) -> None:
    """One log in one of the forms."""
    folder.mkdir(parents=True, exist_ok=True)
    if form == "folder":
        place = folder / f"{name}.logs"
        place.mkdir(exist_ok=True)
        (place / "0_lint.txt").write_text(framing.raw(other))
        (place / "1_test.txt").write_text(framing.raw(job))
        return
    text = {
        "raw": lambda: framing.raw(job),
        "gh": lambda: framing.viewed((other, job)),
        "failed": lambda: framing.viewed((other, job), only_failed=True),
        "act": lambda: framing.acted(job),
    }[form]()
    (folder / f"{name}.{form}.log").write_text(text)


def main(arguments: list[str]) -> int:
    """Captures what is named, or everything."""
    box = Path(arguments[0]).resolve()
    for shot in shots():
        if arguments[1:] and not any(re.search(word, shot.name) for word in arguments[1:]):
            continue
        failure = next(
            (shown for name, shown in SHOWN.items() if re.search(name, shot.name)), FAULTS[shot.fault][0]
        )
        try:
            done = run(shot, box)
        except (OSError, RuntimeError, ReplyError) as error:
            sys.stderr.write(f"{shot.name} on {shot.kind.name}: {error}\n")
            continue
        sys.stderr.write(f"{failure:10} {shot.name} {'unnoticed' if done is None else done[0].code}\n")
        if done is not None:
            write(shot, failure, *done)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
