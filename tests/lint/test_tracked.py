"""Paths that git knows of, and what GitHub's patterns of paths mean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.lint.globs import path_pattern
from holdfast.lint.tracked import tracked

WORKFLOW = """on:
  push:
    paths: [{}]
permissions: {{}}
jobs:
  a:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: make
"""


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    for name in ("a", "src/main.py", "src/deep/er/x.py", "ü 🙂.txt", "long/" + "n" * 200, "docs/index.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, encoding="utf-8")
    git(tmp_path, "add", ".")
    return tmp_path


def listed(folder: Path) -> str:
    return git(folder, "ls-files", "-z").rstrip("\0").replace("\0", "\n")


def test_the_index_says_what_git_says(checkout: Path) -> None:
    assert tracked(str(checkout)) == listed(checkout)
    (checkout / "later").write_text("", encoding="utf-8")
    git(checkout, "add", "--intent-to-add", "later")  # an entry of version 3
    assert tracked(str(checkout)) == listed(checkout)
    assert "later" in listed(checkout)


def test_forms_of_the_index_that_are_not_read_say_nothing(checkout: Path) -> None:
    git(checkout, "update-index", "--index-version", "4")
    assert tracked(str(checkout)) is None
    git(checkout, "update-index", "--index-version", "2")
    git(checkout, "update-index", "--split-index")
    assert tracked(str(checkout)) is None
    (checkout / ".git/index").write_bytes(b"DIRC\0\0\0\2\0\0\0\5cut")
    assert tracked(str(checkout)) is None
    assert tracked(str(checkout / "src")) is None


# https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        ("*", ["README.md", "server.rb"], ["docs/x"]),
        ("*.jsx?", ["page.js", "page.jsx"], ["page.jsxx", "a/page.js"]),
        ("**", ["all/the/files.md"], []),
        ("*.js", ["app.js", "index.js"], ["src/js/app.js"]),
        ("**.js", ["index.js", "js/index.js", "src/js/app.js"], ["a.jsx"]),
        ("docs/*", ["docs/README.md", "docs/file.txt"], ["docs/a/b", "xdocs/a"]),
        ("docs/**", ["docs/README.md", "docs/mona/octocat.txt"], ["docs"]),
        ("docs/**/*.md", ["docs/README.md", "docs/mona/hello-world.md"], ["docs/a.txt"]),
        ("**/docs/**", ["docs/hello.md", "dir/docs/my-file.txt", "space/docs/plan/space.doc"], ["xdocs/a"]),
        ("**/README.md", ["README.md", "js/README.md"], ["xREADME.md"]),
        ("**/*src/**", ["a/src/app.js", "my-src/code/js/app.js"], ["srcs/a"]),
        ("**/*-post.md", ["my-post.md", "path/their-post.md"], ["post.md"]),
        ("v[12].[0-9]+", ["v1.10", "v2.0"], ["v3.0", "v1."]),
        ("a\\*b.c", ["a*b.c"], ["axb.c", "a*bxc"]),
    ],
)
def test_patterns_mean_what_githubs_cheat_sheet_says(
    pattern: str, matched: list[str], others: list[str]
) -> None:
    meaning = path_pattern(pattern)
    assert meaning is not None
    assert [path for path in matched if not meaning.fullmatch(path)] == []
    assert [path for path in others if meaning.fullmatch(path)] == []


@pytest.mark.parametrize("pattern", ["[a", "+x", "./a", "**/**/**/**"])
def test_a_pattern_that_is_broken_or_costly_means_nothing(pattern: str) -> None:
    assert path_pattern(pattern) is None


def findings(folder: Path) -> list[tuple[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", "lint", "--shellcheck", "off", "--output-format", "json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / ".git/cache")},
    )
    return [(one["rule"], one["severity"]) for one in json.loads(done.stdout)["findings"]]


def test_a_new_file_is_seen_by_the_next_run_and_nothing_is_said_outside_a_checkout(checkout: Path) -> None:
    file = checkout / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(WORKFLOW.format("'src/**/*.py', 'lib/**'"), encoding="utf-8")
    assert findings(checkout) == [("unmatched-path", "notice")]
    assert findings(checkout) == [("unmatched-path", "notice")]
    (checkout / "lib").mkdir()
    (checkout / "lib/x").write_text("", encoding="utf-8")
    git(checkout, "add", "lib")
    assert findings(checkout) == []
    file.write_text(WORKFLOW.format("'nowhere/**'"), encoding="utf-8")
    (checkout / ".git").rename(checkout / "git")
    assert findings(checkout) == []
