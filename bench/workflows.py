"""Workflows to measure with: a thousand that differ, in the mixture that real ones have.

The model is 1,651 workflow files of some 150 public projects, most of them in Go, read in November 2026.
What a file of 4 KB holds, real and here, is printed by `python bench/workflows.py [FOLDER]`. Services are as
frequent as in 1,000 current workflows of public repositories: 220 of them in 163 jobs.
Nothing of those files stands here; names and words are drawn from the lists below.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

# What 4,096 bytes of the real files hold, counted by the patterns below.
REAL = {
    "lines": 115.2,
    "expressions": 12.0,
    "new expressions": 2.6,
    "jobs": 2.2,
    "steps": 10.6,
    "run": 4.7,
    "run, a block": 2.7,
    "uses": 6.5,
    "name": 11.3,
    "with": 5.0,
    "if": 2.4,
    "env": 1.4,
    "permissions": 1.4,
    "needs": 0.75,
    "matrix": 0.5,
    "timeout": 0.43,
    "comments": 7.7,
}
_COUNTED = {
    "lines": r"\n",
    "expressions": r"\$\{\{.*?\}\}",
    "jobs": r"^\s*runs-on:",
    "steps": r"^\s*- (?:name|uses|run|id|if|env|with):",
    "run": r"^\s*(?:- )?run:",
    "run, a block": r"^\s*(?:- )?run:\s*[|>]",
    "uses": r"^\s*(?:- )?uses:",
    "name": r"^\s*(?:- )?name:",
    "with": r"^\s*with:",
    "if": r"^\s*(?:- )?if:",
    "env": r"^\s*env:",
    "permissions": r"^\s*permissions:",
    "needs": r"^\s*needs:",
    "matrix": r"^\s*matrix:",
    "timeout": r"timeout-minutes:",
    "comments": r"^\s*#",
}
_VOCABULARY = """
api app archive asset audit backend base bench binary build bundle cache chart check client cluster
code config console core coverage data deploy diff docs draft driver e2e edge export feature fixture
format frontend gateway generate helm image import index infra integration job kernel layer library
lint local manifest matrix merge metrics mirror model module nightly node operator package patch
pipeline platform plugin policy portal preview probe proxy publish query queue registry release
render report runtime sample schema script sdk search server service session setup shard site smoke
snapshot spec stage static storage stream suite sync system table target task template test tool
trace update upgrade upload vendor version web widget worker workspace
"""
_WORDS = _VOCABULARY.split()
_SHA = "0123456789abcdef"


class Author:
    """Draws what one workflow holds; the same number gives the same workflow."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.draw = random.Random(number)
        self.last_id = ""
        self.matrix: tuple[str, ...] = ()
        self.jobs: list[str] = []

    def word(self) -> str:
        return self.draw.choice(_WORDS)

    def phrase(self, most: int = 6) -> str:
        words = [self.word() for _ in range(self.draw.randint(2, most))]
        return " ".join(words).capitalize()

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def action(self, name: str, version: str) -> str:
        """An action by its tag, or by a commit with the tag in a comment."""
        if self.chance(0.58):
            commit = "".join(self.draw.choice(_SHA) for _ in range(40))
            return f"{name}@{commit} # {version}.{self.draw.randint(0, 9)}.0"
        return f"{name}@{version}"

    def value(self) -> str:
        """An expression that fits here; one in five is seen in no other file."""
        own = f"{self.word()}_{self.word()}".upper()
        known = [
            "github.ref",
            "github.sha",
            "runner.os",
            "github.repository",
            "github.run_id",
            "github.actor",
        ]
        known += ["secrets.GITHUB_TOKEN", "github.event_name", "github.workspace", "github.ref_name"]
        known += [f"matrix.{key}" for key in self.matrix] * 4
        known += [f"steps.{self.last_id}.outputs.{self.word()}"] * 3 if self.last_id else []
        rare = [
            f"secrets.{own}",
            f"vars.{own}",
            f"env.{own}",
            f"github.event.pull_request.head.{self.word()}",
        ]
        return self.draw.choice(rare if self.chance(0.3) else known)

    def expression(self) -> str:
        return self.draw.choices(
            (
                "${{ " + self.value() + " }}",
                "${{ " + f"{self.value()} || '{self.word()}'" + " }}",
                "${{ github.event_name == 'pull_request' && github.event.pull_request.head.sha || "
                + self.value()
                + " }}",
                "${{ contains(github.event.pull_request.labels.*.name, '" + self.word() + "') }}",
            ),
            (80, 8, 8, 4),
        )[0]

    def script(self) -> Iterable[str]:
        """Some lines of shell."""
        word = self.word
        lines: list[Callable[[], str]] = [
            lambda: f"make {word()}-{word()} {word().upper()}={word()}",
            lambda: f'echo "{self.phrase(7)}: ${{{word().upper()}}} ({self.phrase(5).lower()})"',
            lambda: f'echo "::notice::{self.phrase(9)}, {self.phrase(9).lower()}"',
            lambda: f'{word().upper()}="$(git describe --tags --abbrev=0 --match "{word()}/*")"',
            lambda: f'echo "{word()}={self.expression()}" >> "$GITHUB_OUTPUT"',
            lambda: (
                f"./scripts/{word()}.sh --{word()} {word()} --{word()}={word()} \\\n  --{word()} {word()}/{word()}.json"
            ),
            lambda: f"mkdir -p {word()}/{word()}/{word()}-{word()}",
            lambda: (
                f"curl -fsSLo {word()}.tar.gz https://example.com/{word()}/{word()}-{word()}/{word()}.tar.gz"
            ),
            lambda: f"docker build -t {word()}/{word()} -f {word()}/Dockerfile {word()}/{word()}",
            lambda: f'if [[ -n "${word().upper()}" ]]; then\n  ./{word()} "{self.phrase()}"\nfi',
            lambda: f"# {self.phrase(12).lower()}",
        ]
        if self.chance(0.04):
            yield (
                f"go test -race ./{word()}/..."
                if self.chance(0.7)
                else f"pytest -q {word()} | tee {word()}.log"
            )
        if self.chance(0.06):
            yield from (f"for file in {word()}/*.{word()}; do", f'  ./{word()} "$file" || exit 1', "done")
        if self.chance(0.2):
            yield "set -euo pipefail"
        for _ in range(self.draw.choice((1, 2, 3, 4, 6, 9))):
            yield from self.draw.choice(lines)().split("\n")


def workflow(number: int) -> str:
    """One workflow of 1.5 to 8 KB, 4 KB on average."""
    author = Author(number)
    size = author.draw.randint(1100, 5000)
    lines = [*_head(author), "jobs:"]
    while True:
        lines += _job(author)
        if sum(map(len, lines)) + len(lines) > size:
            return "\n".join([*lines, ""])


def _head(author: Author) -> list[str]:
    lines = [f"# {author.phrase(8)}"] * author.chance(0.4)
    lines += [f"name: {author.phrase()} {author.number}", "", "on:"]
    lines += ["  push:", f"    branches: [main, 'release/{author.word()}-*']"]
    if author.chance(0.25):
        lines += [
            "    paths:",
            f"      - '{author.word()}/**'",
            f"      - .github/workflows/{author.word()}.yml",
        ]
    lines += ["  pull_request:"] * author.chance(0.6)
    lines += ["  workflow_dispatch:"] * author.chance(0.3)
    if author.chance(0.2):
        lines += [
            "  schedule:",
            f"    - cron: '{author.draw.randint(1, 59)} {author.draw.randint(0, 23)} * * 1'",
        ]
    lines.append("")
    if author.chance(0.7):
        lines += ["permissions:", "  contents: read", ""]
    if author.chance(0.26):
        lines += [
            "concurrency:",
            "  group: ${{ github.workflow }}-${{ github.ref }}",
            "  cancel-in-progress: true",
            "",
        ]
    if author.chance(0.3):
        lines += [
            "env:",
            f"  {author.word().upper()}_VERSION: '{author.draw.randint(1, 30)}.{author.draw.randint(0, 9)}'",
        ]
        lines += [f"  {author.word().upper()}_NAME: {author.word()}", ""]
    return lines


def _job(author: Author) -> list[str]:
    name = f"{author.word()}-{author.word()}-{len(author.jobs)}"
    author.last_id = ""
    author.matrix = ()
    lines = [f"  {name}:"]
    lines += [f"    name: {author.phrase()}"] * author.chance(0.4)
    if author.jobs and author.chance(0.5):
        lines.append(f"    needs: [{author.draw.choice(author.jobs)}]")
        lines += ["    if: github.event_name == 'push' && github.ref == 'refs/heads/main'"] * author.chance(
            0.3
        )
    if author.chance(0.2):
        lines += _matrix(author)
    system = (
        "${{ matrix.os }}" if "os" in author.matrix else author.draw.choice(("ubuntu-latest", "ubuntu-24.04"))
    )
    lines.append(f"    runs-on: {system}")
    lines += [f"    timeout-minutes: {author.draw.randint(1, 12) * 5}"] * author.chance(0.15)
    if author.chance(0.3):
        lines += [
            "    permissions:",
            "      contents: read",
            f"      {author.draw.choice(('packages', 'id-token'))}: write",
        ]
    if author.chance(0.075) and system.startswith("ubuntu"):
        lines += _services(author)
    lines.append("    steps:")
    lines += _checkout(author)
    for _ in range(author.draw.randint(2, 6)):
        lines += [*author.draw.choices(_STEPS, _WEIGHTS)[0](author), *[""] * author.chance(0.6)]
    author.jobs.append(name)
    return [*lines, ""]


def _matrix(author: Author) -> list[str]:
    language = author.draw.choice(("go", "node", "python", "java"))
    author.matrix = ("os", language) if author.chance(0.5) else (language,)
    lines = ["    strategy:", *["      fail-fast: false"] * author.chance(0.6), "      matrix:"]
    lines += ["        os: [ubuntu-latest, macos-latest, windows-latest]"] * ("os" in author.matrix)
    first = author.draw.randint(10, 20)
    lines += [
        f"        {language}:",
        *[f"          - '{first + step}.x'" for step in range(author.draw.randint(2, 3))],
    ]
    if author.chance(0.3):
        author.matrix += ("extra",)
        lines += [
            "        include:",
            f"          - {language}: '{first}.x'",
            f"            extra: --{author.word()}",
        ]
    return lines


def _services(author: Author) -> list[str]:
    lines = ["    services:"]
    known = [("redis", "redis:7", 6379, "redis-cli ping"), ("postgres", "postgres:16", 5432, "pg_isready")]
    for name, image, port, probe in known if author.chance(0.3) else [author.draw.choice(known)]:
        lines += [f"      {name}:", f"        image: {image}"]
        if name == "postgres":
            lines += ["        env:", f"          POSTGRES_PASSWORD: {author.word()}"]
        lines += ["        ports:", f"          - {port}:{port}"]
        if author.chance(0.5):
            lines += [
                "        options: >-",
                f'          --health-cmd "{probe}"',
                "          --health-interval 10s",
            ]
            lines += ["          --health-timeout 5s", "          --health-retries 5"]
    return lines


def _checkout(author: Author) -> list[str]:
    named = author.chance(0.2)
    lines = [f"      - name: Checkout {author.word()}"] if named else []
    lines.append(f"{'        ' if named else '      - '}uses: {author.action('actions/checkout', 'v5')}")
    if author.chance(0.5):
        lines += [
            "        with:",
            f"          {author.draw.choice(('fetch-depth: 0', 'persist-credentials: false'))}",
        ]
    return lines


def _begun(author: Author, share_of_conditions: float = 0.15) -> list[str]:
    """The first lines of a step: comment, name, condition."""
    lines = [f"      # {author.phrase(14).lower()}"] * author.draw.choice((0, 0, 0, 1, 2))
    lines.append(f"      - name: {author.phrase(9)}")
    if author.chance(share_of_conditions):
        condition = (
            "always()",
            "failure()",
            f"github.head_ref == '{author.word()}'",
            "github.event_name == 'push'",
        )
        lines.append(f"        if: {author.draw.choice(condition)}")
    return lines


def _setup(author: Author) -> list[str]:
    language = next((key for key in author.matrix if key in ("go", "node", "python", "java")), "go")
    version = f"${{{{ matrix.{language} }}}}" if language in author.matrix else "stable"
    lines = [
        *_begun(author),
        f"        uses: {author.action(f'actions/setup-{language}', 'v6')}",
        "        with:",
    ]
    lines.append(f"          {language}-version: {version}")
    return lines + ["          cache: true"] * (language == "go")


def _cache(author: Author) -> list[str]:
    return [
        *_begun(author),
        f"        uses: {author.action('actions/cache', 'v4')}",
        "        with:",
        f"          path: ~/.cache/{author.word()}",
        "          key: ${{ runner.os }}-"
        + author.word()
        + "-${{ hashFiles('**/"
        + author.word()
        + ".lock') }}",
        *["          restore-keys: |", f"            ${{{{ runner.os }}}}-{author.word()}-"]
        * author.chance(0.5),
    ]


def _one_line(author: Author) -> list[str]:
    command = author.draw.choice(("make", "npm run", "cargo build -p", "./gradlew", "pip install"))
    return [*_begun(author, 0.2), f"        run: {command} {author.word()}"]


def _block(author: Author) -> list[str]:
    lines = _begun(author, 0.25)
    own_id = ""
    if author.chance(0.4):
        own_id = f"{author.word()}-{author.draw.randint(1, 99_999)}"
        lines.append(f"        id: {own_id}")
    if author.chance(0.4):
        name = f"{author.word()}_{author.word()}".upper()
        lines += ["        env:", f"          {name}: {author.expression()}"]
        lines += [f"          {author.word().upper()}_DIR: {author.expression()}"] * author.chance(0.5)
    lines += ["        run: |", *[f"          {line}" for line in author.script()]]
    author.last_id = own_id or author.last_id
    return lines


def _artifact(author: Author) -> list[str]:
    return [
        *_begun(author, 0.5),
        f"        uses: {author.action('actions/upload-artifact', 'v4')}",
        "        with:",
        f"          name: {author.word()}-{author.expression()}-{author.expression()}",
        f"          path: {author.word()}/{author.word()}",
        *[f"          retention-days: {author.draw.randint(1, 30)}"] * author.chance(0.4),
    ]


def _login(author: Author) -> list[str]:
    return [
        *_begun(author),
        f"        uses: {author.action('docker/login-action', 'v3')}",
        "        with:",
        "          registry: ghcr.io",
        "          username: ${{ github.actor }}",
        f"          password: ${{{{ secrets.{author.draw.choice(('GITHUB_TOKEN', author.word().upper()))} }}}}",
    ]


def _third_party(author: Author) -> list[str]:
    inputs = [
        f"          {author.word()}-{author.word()}: {author.word()}"
        for _ in range(author.draw.randint(1, 4))
    ]
    inputs += [
        f"          {author.word()}_{place}: {author.expression()}"
        for place in range(author.draw.randint(0, 3))
    ]
    if author.chance(0.5):
        lines = [
            f"            {author.phrase(9)} {author.expression()}" for _ in range(author.draw.randint(2, 6))
        ]
        inputs += [f"          {author.word()}-{author.word()}: |", *lines]
    uses = author.action(
        f"{author.word()}-{author.word()}/{author.word()}-action", f"v{author.draw.randint(1, 5)}"
    )
    return [*_begun(author), f"        uses: {uses}", "        with:", *dict.fromkeys(inputs)]


_STEPS = (_setup, _cache, _one_line, _block, _artifact, _login, _third_party)
_WEIGHTS = (12, 4, 22, 30, 7, 4, 14)


def counts(texts: Iterable[str]) -> dict[str, float]:
    """What 4,096 bytes of some texts hold."""
    found = dict.fromkeys(REAL, 0)
    seen: set[str] = set()
    size = 0
    for text in texts:
        size += len(text.encode())
        for name, pattern in _COUNTED.items():
            found[name] += len(re.findall(pattern, text, re.MULTILINE))
        seen.update(re.findall(_COUNTED["expressions"], text))
    found["new expressions"] = len(seen)
    return {name: count * 4096 / size for name, count in found.items()}


def main() -> None:
    """Print the mixture: the model's, that of `workflow`, and that of a folder of one's own."""
    ours = [workflow(number) for number in range(1000)]
    columns = [REAL, counts(ours)]
    if sys.argv[1:]:
        files = [file for file in Path(sys.argv[1]).rglob("*.y*ml") if file.is_file()]
        columns.append(counts(file.read_text("utf-8", "replace") for file in files))
    for name in REAL:
        print(f"{name:<16}", *(f"{column[name]:8.2f}" for column in columns))
    print(
        f"{sum(map(len, ours)) / len(ours):.0f} bytes a file; services in {sum('services:' in one for one in ours)}"
    )


if __name__ == "__main__":
    main()
