"""Workflows put together from every shape of service, job and test step: what holds for all of them."""

from __future__ import annotations

import itertools
import os
import random
import shlex
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from support.official.verdicts import verdicts

from holdfast.assets import templates
from holdfast.document import read
from holdfast.finding import Severity
from holdfast.harden.flow import Asked, harden
from holdfast.harden.write import PARTS
from holdfast.lint.engine import lint
from holdfast.lint.workflow import Workflow
from holdfast.text import Source

HEALTHY = '"redis-cli -e ping" --health-interval 1s --health-timeout 3s --health-retries 30'
SERVICES = {
    "none": "redis:\n  image: redis:7.2\n  ports:\n    - 6379:6379\n",
    "short": "cache: valkey/valkey:8.1   # short\n",
    "flow": "redis: {image: 'redis:7.2', ports: ['6379:6379']}\n",
    "healthy": f"redis:\n  image: redis:7.2   # fixed\n  ports: ['6379:6379']\n  options: --health-cmd {HEALTHY}\n",
    "folded": 'redis:\n  image: redis:7.2\n  # the server\n  ports:\n    - "6380:6379"\n  options: >-\n'
    '    --health-cmd "redis-cli ping"\n    --health-interval 10s\n    --health-timeout 5s\n    --health-retries 5\n',
    "commented": "redis:   # 🍓\n  image: redis:7.2\n  ports: ['6379:6379']\n    # nothing else\n",
}
# Steps that start the server, where no service does.
STARTS = {
    "docker": "- name: Server 🐳\n  run: docker run -d -p 6380:6379 redis:7.2   # one\n",
    "package": "- run: |\n    sudo apt-get update\n    sudo apt-get install -y redis-server\n",
    "action": "- uses: supercharge/redis-github-action@1.8.1\n  with: {redis-version: 7}   # any\n",
    "compose": "- run: docker compose up -d --wait redis\n  working-directory: tests\n",
    "some legs": "- if: runner.arch == 'X64'\n  run: docker run -d -p 6379:6379 valkey/valkey:8.1\n",
}
TESTS = {
    "plain": "- name: Test   # all\n  run: npm test -- --ci   # now\n",
    "first": "- run: npm test\n  name: 'Prüfen'\n",
    "literal": '- name: Test\n  run: |\n    # first\n    set -u\n    if true; then\n      npm test "$HOME"\n    fi\n',
    "folded": "- run: >-\n    npm test\n    -- --ci\n  env:\n    A: b   # why\n",
    "double": '- name: "Test"\n  env: { A: b }\n  run: "npm test -- --grep \\"a: b\\""\n',
    "retried": "- uses: nick-fields/retry@v3 # again\n  with:\n    timeout_minutes: 5\n    max_attempts: 3\n"
    "    command: |\n      npm ci\n      npm test\n",
}
AROUND = (
    "",
    "timeout-minutes: 20   # enough\n",
    "strategy:\n  matrix:\n    node: [20, 22]\n",
    "container: node:22   # with bash\n",
    "container:\n  image: node:22-alpine\n",
)
ENDS = ("\n", "\r\n")
INDENTS = (2, 4)
TAILS = ("", "- run: echo after   # the end\n", "- if: always()\n  run: |\n    echo one\n    echo two\n")


def indented(text: str, columns: int, step: int) -> str:
    """A text of two columns a level, in `step` a level, moved by so many columns."""
    made = []
    for line in text.splitlines():
        depth = (len(line) - len(line.lstrip(" "))) // 2
        made.append(" " * (columns + depth * step) + line.lstrip(" ") if line.strip() else "")
    return "".join(f"{line}\n" for line in made)


def steps_of(text: str, columns: int) -> str:
    """Steps keep two columns behind their dash."""
    return "".join(f"{' ' * columns}{line}\n" for line in text.splitlines())


def built(service: str, tests: str, around: str, end: str, step: int, tail: str, final: bool) -> str:
    text = "# all of it 🚀\nname: Shapes\non: push\n\njobs:\n"
    text += f"{' ' * step}test:   # the job\n"
    job = f"runs-on: ubuntu-24.04\n{around}"
    text += indented(job, 2 * step, step)
    if service in SERVICES:
        text += f"{' ' * 2 * step}services:\n" + indented(SERVICES[service], 3 * step, step)
    text += f"\n{' ' * 2 * step}# the work\n{' ' * 2 * step}steps:\n"
    start = STARTS.get(service, "")
    text += steps_of(f"- uses: actions/checkout@v4\n\n{start}{TESTS[tests]}{tail}", 3 * step)
    text = text if final else text.rstrip("\n")
    return text.replace("\n", end)


def drawn() -> list[tuple[str, str, str, str, int, str, bool]]:
    """Every service with every test step, the rest by chance, always the same."""
    chance = random.Random(7)
    services = [*SERVICES, *SERVICES, *STARTS]
    return [
        (
            service,
            tests,
            chance.choice(AROUND if service in SERVICES else AROUND[:3]),
            chance.choice(ENDS),
            chance.choice(INDENTS),
            chance.choice(TAILS),
            chance.random() < 0.7,
        )
        for service, tests in itertools.product(services, TESTS)
    ]


SHAPES = drawn()


@cache
def hardened(number: int) -> tuple[str, str, tuple[str, ...]]:
    old = built(*SHAPES[number])
    done = run(old)
    return old, done[0], done[1]


def run(text: str) -> tuple[str, tuple[str, ...]]:
    done = harden(Asked(Path("/nowhere"), "ci.yml", text, None, None, None, None, PARTS))
    return done.changes[0].new, done.left


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_what_holds_for_every_shape(number: int) -> None:
    old, new, left = hardened(number)
    assert not [said for said in left if "is left out" in said]
    for word in ("timeout-minutes", '" wait', "run-with-retry.sh", "Upload diagnostics"):
        assert word in new
    assert ("--health-cmd" in new) == (SHAPES[number][0] in SERVICES)
    assert run(new)[0] == new
    before = Counter(comment.text for comment in read(Source("", old)).comments)
    assert before <= Counter(comment.text for comment in read(Source("", new)).comments)
    assert new.count("\n") == (new.count("\r\n") if "\r\n" in old else new.count("\n"))
    assert new.endswith("\n") == old.endswith("\n")
    serious = [
        {
            (one.rule, one.message)
            for one in lint(Source("ci.yml", text))
            if one.severity in (Severity.ERROR, Severity.WARNING)
        }
        for text in (new, old)
    ]
    assert serious[0] <= serious[1]


ADDED = [number for number, shape in enumerate(SHAPES) if shape[0] == "healthy" and shape[1] == "literal"]


@pytest.mark.parametrize("number", ADDED)
def test_without_the_added_lines_the_old_text_is_left(number: int) -> None:
    """Where nothing is to be corrected, every edit adds whole lines: the old ones stand in their order."""
    old, new, _ = hardened(number)
    lines = iter(new.splitlines())
    assert all(line in lines for line in old.splitlines())


def test_githubs_parser_takes_every_shape(tmp_path: Path) -> None:
    paths = []
    for number in range(len(SHAPES)):
        path = tmp_path / str(number) / ".github" / "workflows" / "ci.yml"
        path.parent.mkdir(parents=True)
        path.write_bytes(hardened(number)[1].encode("utf-8"))
        paths.append(path)
    assert {path: reports for path, reports in verdicts(paths).items() if reports} == {}


# The command under the runner does what it did.

BRACES = (
    "{run: printf '%s|' pytest a b}",
    "{ name: Test , run: 'printf \"%s|\" \"it''s\" && pytest --version >/dev/null 2>&1 || printf b', }",
    '{run: "WORD=x printenv WORD # pytest", env: {A: b}}',
)
COMMANDS = (
    "run: printf '%s|' pytest a b",
    "run: \"printf '%s|' pytest \\\"x: y\\\" && echo 'a\\\\b'\"",
    "run: > # pytest\n          printf '%s|'\n          pytest\n          \"two words\"",
    "run: |\n          # pytest's own\n          word=\"it's\"\n          printf '%s|' pytest \"$word\" '$word'\n"
    '          for one in 1 2; do\n            echo "$one"\n          done',
    "run: WORD=x printenv WORD # pytest\n        name: Test",
    'run: |-\n          false | true\n          echo "pytest (1) `echo 2` \\\\ $((1 + 2))"',
)


def _identified(written: str) -> str:
    return f"{{id: it, {written[1:]}" if written.startswith("{") else f"id: it\n        {written}"


@pytest.mark.parametrize("written", [*COMMANDS, *BRACES])
def test_a_command_prints_under_the_runner_what_it_printed(written: str, tmp_path: Path) -> None:
    text = (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    services:\n"
        "      redis: {image: redis:7.2, ports: ['6379:6379']}\n"
        f"    steps:\n      - uses: actions/checkout@v4\n      - {_identified(written)}\n"
    )
    folder = tmp_path / "scripts"
    folder.mkdir()
    script = (templates() / "scripts" / "run-with-retry.sh").read_bytes()
    (folder / "run-with-retry.sh").write_bytes(script)
    done = harden(Asked(tmp_path, "ci.yml", text, None, "it", None, None, ("retry",)))
    printed = []
    for one in (text, done.changes[0].new):
        job = Workflow(read(Source("ci.yml", one))).jobs[0]
        step = next(step for step in job.steps if step.id is not None)
        assert step.run is not None
        file = tmp_path / "step.sh"
        file.write_text(step.run.value, "utf-8")
        env = {**os.environ, "GITHUB_WORKSPACE": str(tmp_path), "RUNNER_TEMP": str(tmp_path)}
        result = subprocess.run(
            shlex.split(f"bash -e {file}"),
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        printed.append(result.stdout)
    assert "run-with-retry.sh" in done.changes[0].new, done.left
    assert printed[0]
    assert printed[0] == printed[1]
