"""The pre-commit hooks and the Action, each run as their hosts run them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from holdfast.lint.engine import lint
from holdfast.text import Source

ROOT = Path(__file__).parents[2]
GOOD = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - run: make\n"
BAD = GOOD.replace("runs-on", "run-on")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def repository(folder: Path, text: str) -> Path:
    (folder / ".github/workflows").mkdir(parents=True)
    (folder / ".github/workflows/ci.yml").write_text(text, "utf-8")
    return folder


def environment(folder: Path) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "XDG_CACHE_HOME": str(folder / "cache"), "RUNNER_TEMP": str(folder)}


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_lint_hook_judges_the_files_that_it_matches(tmp_path: Path, text: str, code: int) -> None:
    hook = next(hook for hook in HOOKS if hook["id"] == "holdfast-lint")
    repository(tmp_path, text)
    names = [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()]
    matched = [name for name in names if re.search(hook["files"], name)]
    assert matched == [".github/workflows/ci.yml"]
    command = [*shlex.split(hook["entry"]), *matched]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == code, done.stdout


@pytest.mark.parametrize("name", ["action.yml", ".github/actions/a/action.yaml", ".github/workflows/b.yaml"])
def test_the_lint_hook_matches_workflows_and_actions(name: str) -> None:
    hook = next(hook for hook in HOOKS if hook["id"] == "holdfast-lint")
    assert re.search(hook["files"], name)
    assert not re.search(hook["files"], f"docs/{name}")


@pytest.mark.parametrize(
    ("text", "fail_on", "code"), [(GOOD, "warning", 0), (BAD, "warning", 1), (BAD, "never", 0)]
)
def test_the_action_runs_its_steps(tmp_path: Path, text: str, fail_on: str, code: int) -> None:
    repository(tmp_path, text)
    # the install step finds this program where it would have put it
    (tmp_path / "holdfast").symlink_to(Path(sys.executable).parents[1])
    values = {name: str(body.get("default", "")) for name, body in ACTION["inputs"].items()}
    values |= {"fail-on": fail_on, "sarif": "report.sarif", "target": "github,ghes"}
    summary = tmp_path / "summary.md"
    base = environment(tmp_path) | {"GITHUB_ACTION_PATH": str(ROOT), "GITHUB_STEP_SUMMARY": str(summary)}
    for step in ACTION["runs"]["steps"]:
        given = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found.group(1)], value)
            for name, value in step.get("env", {}).items()
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command, cwd=tmp_path, env=base | given, capture_output=True, timeout=60, check=False, text=True
        )
    assert done.returncode == code, done.stderr
    assert (tmp_path / "report.sarif").exists()
    assert summary.read_text("utf-8").startswith("## holdfast lint")
    assert ("::error file=.github/workflows/ci.yml" in done.stdout) == (text is BAD)


def test_the_action_is_clean_by_its_own_rules() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    assert [finding for finding in lint(Source("action.yml", text)) if finding.rule != "unexplained"] == []
