"""The pages say what is true: blocks are run, links lead somewhere, and nothing of a workplace is in the tree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.cli.commands import COMMANDS
from holdfast.flows import Generated, Wanted, generate
from holdfast.text import Source

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
KINDS = {".py", ".md", ".sh", ".yml", ".toml", ".jinja", ".ts", ".go", ".json"}
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def _holdfast(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "holdfast", *line.split()[1:]]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_first_line_says_what_it_is() -> None:
    first = next(line for line in README.splitlines()[1:] if line)
    assert "GitHub Actions workflow generator" in first
    assert "Redis" in first


def test_what_the_readme_shows_is_what_is_printed(tmp_path: Path) -> None:
    (tmp_path / "copied.yml").write_text(_blocks(README, "yaml")[0])
    for block in _blocks(README, "console"):
        line, _, shown = block.partition("\n")
        assert _holdfast(line.removeprefix("$ "), tmp_path).stdout == shown


def test_lint_says_of_the_copied_file_what_the_readme_says(tmp_path: Path) -> None:
    (tmp_path / "copied.yml").write_text(_blocks(README, "yaml")[0])
    said = _holdfast("holdfast lint copied.yml", tmp_path).stdout
    for rule in ("ignored-variable", "weak-ping", "slow-probe"):
        assert f"[{rule}]" in said


def test_the_smallest_spec_makes_a_workflow(tmp_path: Path) -> None:
    made = generate(Wanted(tmp_path, Source("holdfast.yml", _blocks(README, "yaml")[1]), {}))
    assert isinstance(made, Generated)


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in COMMANDS if name not in README] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_tree_speaks_of_the_project_alone() -> None:
    """No path of a machine, no mention of how the work was done."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    texts = {name: ROOT / name for name in listed.stdout.split("\0") if Path(name).suffix in KINDS}
    # /home/runner/work is where the hosted runner checks out
    home = re.compile(r"(?<!runner)/" + r"work/(main|shared)|sandbox" + r"ing")
    wrong = [
        name
        for name, path in texts.items()
        if path.is_file() and home.search(path.read_text(errors="replace"))
    ]
    assert wrong == []
