"""`holdfast lint`, `explain` and `rules` as programs: files in, reports and exit codes out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

GOOD = """on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: make
"""
BAD = GOOD.replace("runs-on", "run-on")
WARNED = GOOD.replace("ubuntu-24.04", "ubuntu-24.4")


def holdfast(
    *words: str, cwd: Path, stdin: str | bytes = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", *words],
        cwd=cwd,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=60,
        check=False,
        env={
            **os.environ,
            "XDG_CACHE_HOME": str(cwd / ".cache-home"),
            "NO_COLOR": "1",
            **(env or {}),
        },
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def lint(*words: str, cwd: Path, stdin: str | bytes = "") -> subprocess.CompletedProcess[str]:
    return holdfast("lint", "--shellcheck", "off", *words, cwd=cwd, stdin=stdin)


def repository(folder: Path, **files: str) -> Path:
    """A repository whose workflows are the given texts."""
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (folder / ".git").mkdir()
    for name, text in files.items():
        (workflows / f"{name}.yml").write_text(text, "utf-8")
    return folder


def found(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return list(json.loads(done.stdout)["findings"])


def test_a_finding_shows_place_line_caret_and_cure(tmp_path: Path) -> None:
    repository(tmp_path, ci=BAD)
    done = lint(cwd=tmp_path)
    assert done.returncode == 1
    assert ".github/workflows/ci.yml:5:5: error[unknown-key]" in done.stdout
    assert "    5 |     run-on: ubuntu-24.04\n      |     ^^^^^^\n" in done.stdout
    assert '  = write "runs-on"' in done.stdout
    assert "\x1b" not in done.stdout


def test_a_clean_repository_exits_with_0(tmp_path: Path) -> None:
    repository(tmp_path, ci=GOOD)
    done = lint("--severity", "warning", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing found in 1 file" in done.stdout


def test_json_has_the_agreed_shape(tmp_path: Path) -> None:
    repository(tmp_path, ci=BAD)
    done = lint("--output-format", "json", "--select", "unknown-key", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert (report["version"], report["files"]) == (1, 1)
    (finding,) = report["findings"]
    assert finding == {
        "file": ".github/workflows/ci.yml",
        "line": 5,
        "col": 5,
        "end_line": 5,
        "end_col": 11,
        "rule": "unknown-key",
        "group": "syntax",
        "severity": "error",
        "confidence": "high",
        "message": finding["message"],
        "cure": 'write "runs-on"',
        "also": [],
        "fix": None,
        "url": "docs/rules/unknown-key.md",
    }


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("notice", 1), ("never", 0)])
def test_fail_on_decides_the_exit_code(tmp_path: Path, fail_on: str, code: int) -> None:
    repository(tmp_path, ci=WARNED)
    assert lint("--fail-on", fail_on, "--select", "runner", cwd=tmp_path).returncode == code


def test_exit_zero_turns_1_into_0(tmp_path: Path) -> None:
    repository(tmp_path, ci=BAD)
    assert lint("--exit-zero", cwd=tmp_path).returncode == 0


def test_every_format_is_well_formed(tmp_path: Path) -> None:
    repository(tmp_path, ci=BAD, two=WARNED.replace("make", 'echo "${{ github.a }} <&> 😀"'))
    formats = ("text", "json", "jsonl", "sarif", "github", "junit", "markdown")
    words = [word for name in formats for word in ("--output", f"{name}={name}.out")]
    assert lint(*words, cwd=tmp_path).returncode == 1
    texts = {name: (tmp_path / f"{name}.out").read_text("utf-8") for name in formats}
    count = len(json.loads(texts["json"])["findings"])
    assert count >= 3
    assert len(texts["jsonl"].splitlines()) == count
    assert all(json.loads(line)["rule"] for line in texts["jsonl"].splitlines())
    run = json.loads(texts["sarif"])["runs"][0]
    assert len(run["results"]) == count
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 5
    assert len(texts["github"].splitlines()) == count
    assert texts["github"].startswith("::error file=.github/workflows/ci.yml,line=5,")
    assert len(ET.fromstring(texts["junit"]).findall(".//testcase")) == count
    assert texts["markdown"].count("\n| ") == count + 2
    assert texts["text"].count("[unknown-key]") == 1


def test_one_bad_file_costs_no_other_its_report(tmp_path: Path) -> None:
    repository(tmp_path, a="a: [", b=BAD, c="\x00", d="on: {a: *x}\n")
    (tmp_path / ".github/workflows/e.yml").write_bytes(b"name: caf\xe9\n")
    (tmp_path / ".github/workflows/f.yml").write_text("")
    files = {finding["file"] for finding in found(lint("--output-format", "json", cwd=tmp_path))}
    assert files == {f".github/workflows/{name}.yml" for name in "abcdef"}


def test_bytes_that_are_no_text_are_one_finding_with_a_place(tmp_path: Path) -> None:
    repository(tmp_path)
    (tmp_path / ".github/workflows/e.yml").write_bytes("on: push\nname: ü".encode() + b"\xe9\n")
    (finding,) = found(lint("--output-format", "json", cwd=tmp_path))
    assert (finding["line"], finding["col"], finding["rule"]) == (2, 8, "yaml-syntax")


def test_a_missing_path_is_the_users_to_repair(tmp_path: Path) -> None:
    done = lint("nowhere.yml", cwd=tmp_path)
    assert done.returncode == 2
    assert "nowhere.yml" in done.stderr


def test_without_workflows_and_paths_it_says_so(tmp_path: Path) -> None:
    done = lint(cwd=tmp_path)
    assert done.returncode == 2
    assert ".github/workflows" in done.stderr


def test_standard_input_has_the_name_given(tmp_path: Path) -> None:
    done = lint("-", "--stdin-filename", "x/ci.yml", "--output-format", "json", cwd=tmp_path, stdin=BAD)
    assert {finding["file"] for finding in found(done)} == {"x/ci.yml"}


def test_lists_of_files_come_from_a_file_or_standard_input(tmp_path: Path) -> None:
    repository(tmp_path, a=BAD, b=BAD, c=BAD)
    names = ".github/workflows/a.yml\n\n.github/workflows/c.yml\n"
    done = lint("--files-from", "-", "--output-format", "json", cwd=tmp_path, stdin=names)
    assert json.loads(done.stdout)["files"] == 2
    (tmp_path / "list").write_text(names)
    again = lint("--files-from", "list", "--output-format", "json", cwd=tmp_path)
    assert again.stdout == done.stdout


def test_actions_of_the_repository_are_linted_as_actions(tmp_path: Path) -> None:
    repository(tmp_path, a=GOOD)
    folder = tmp_path / ".github/actions/build"
    folder.mkdir(parents=True)
    action = "name: a\ndescription: b\nruns:\n  using: composite\n  steps:\n    - run: make\n"
    (folder / "action.yml").write_text(action)
    done = lint("--output-format", "json", "--select", "missing-key", cwd=tmp_path)
    assert json.loads(done.stdout)["files"] == 2
    (finding,) = found(done)
    assert (finding["file"], finding["line"]) == (".github/actions/build/action.yml", 6)


def test_a_folder_of_files_without_a_repository_is_a_folder_of_workflows(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "a.yaml").write_text(BAD)
    assert json.loads(lint("cases", "--output-format", "json", cwd=tmp_path).stdout)["files"] == 1


def test_settings_of_the_repository_hold(tmp_path: Path) -> None:
    repository(tmp_path, a=BAD, b=WARNED, old=BAD)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.holdfast.lint]\nlabels = ["ubuntu-24.4"]\nselect = ["syntax", "runner"]\nfail-on = "notice"\n'
        '[tool.holdfast.lint.severity]\nunknown-key = "notice"\n'
        '[tool.holdfast.lint.paths]\n"*/old.yml" = ["syntax"]\n'
    )
    done = lint("--output-format", "json", "--ignore", "missing-key", cwd=tmp_path)
    assert [(one["file"], one["rule"], one["severity"]) for one in found(done)] == [
        (".github/workflows/a.yml", "unknown-key", "notice")
    ]
    assert done.returncode == 1
    assert lint("--no-config", "--select", "runner", cwd=tmp_path).stdout.count("[unknown-label]") == 1


def test_settings_stand_in_the_spec_as_well(tmp_path: Path) -> None:
    repository(tmp_path, b=WARNED)
    (tmp_path / "holdfast.yml").write_text("lint:\n  labels: [ubuntu-24.4]\n  select: [runner]\n")
    assert lint(cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tool.holdfast.lint]\nlables = ["a"]\n', 'write "labels"'),
        ('[tool.holdfast.lint]\nignore = ["unknown-kay"]\n', 'write "unknown-key"'),
        ("[tool.holdfast.lint]\nselect = 5\n", "list of texts"),
        ('[tool.holdfast.lint]\ntarget = ["gitlab"]\n', "github, ghes, act, hooks"),
        ("[tool.holdfast.lint\n", "mend the TOML"),
    ],
)
def test_wrong_settings_are_named_with_a_cure(tmp_path: Path, text: str, said: str) -> None:
    repository(tmp_path, a=GOOD)
    (tmp_path / "pyproject.toml").write_text(text)
    done = lint(cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr


def test_an_ignore_comment_hides_its_line_and_the_next(tmp_path: Path) -> None:
    key = "    # holdfast: ignore[unknown-key] a preview feature\n    run-on: ubuntu-24.04\n"
    text = GOOD.replace("    runs-on: ubuntu-24.04\n", "    runs-on: ubuntu-24.04\n" + key)
    repository(
        tmp_path,
        a=text,
        b=text.replace("[unknown-key]", "[syntax]"),
        c=text.replace("unknown-key", "wrong-type"),
    )
    rules = [
        (str(one["file"])[-5], one["rule"])
        for one in found(lint("--output-format", "json", "--select", "syntax,lint", cwd=tmp_path))
    ]
    assert rules == [("c", "unused-ignore"), ("c", "unknown-key")]


def test_a_second_run_answers_from_the_cache_and_never_stale(tmp_path: Path) -> None:
    called = "on: workflow_call\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
    caller = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/called.yml\n    with:\n      x: 1\n"
    repository(tmp_path, called=called, caller=caller)
    words = ("--output-format", "json", "--select", "unknown-call-input,unknown-key")
    first = lint(*words, cwd=tmp_path)
    assert [one["rule"] for one in found(first)] == ["unknown-call-input"]
    assert list((tmp_path / ".cache-home/holdfast").glob("lint-*.bin"))
    assert lint(*words, cwd=tmp_path).stdout == first.stdout
    assert lint(*words, "--no-cache", cwd=tmp_path).stdout == first.stdout
    # the called file changes, the caller does not
    inputs = "on:\n  workflow_call:\n    inputs:\n      x: {type: number}\n"
    (tmp_path / ".github/workflows/called.yml").write_text(called.replace("on: workflow_call\n", inputs))
    assert found(lint(*words, cwd=tmp_path)) == []
    # other settings are another question
    assert lint("--select", "budget", cwd=tmp_path).returncode in (0, 1)
    assert found(lint(*words, cwd=tmp_path)) == []
    (tmp_path / ".github/workflows/called.yml").unlink()
    assert found(lint(*words, cwd=tmp_path)) == []


def test_a_broken_cache_costs_nothing_but_time(tmp_path: Path) -> None:
    repository(tmp_path, a=BAD)
    first = lint(cwd=tmp_path)
    for file in (tmp_path / ".cache-home/holdfast").glob("lint-*.bin"):
        file.write_bytes(b"\x00garbage")
    assert lint(cwd=tmp_path).stdout == first.stdout


def test_another_yaml_parser_is_another_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from holdfast.lint.cache import fingerprint

    usual = fingerprint()
    (tmp_path / "yaml").mkdir()
    (tmp_path / "yaml/__init__.py").write_text("__version__ = '99'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert fingerprint() != usual
    (tmp_path / "yaml/_yaml.so").write_bytes(b"one")
    one = fingerprint()
    (tmp_path / "yaml/_yaml.so").write_bytes(b"another")
    assert fingerprint() != one


def test_many_processes_say_what_one_says(tmp_path: Path) -> None:
    repository(
        tmp_path, **{f"w{n}": (BAD, GOOD, WARNED)[n % 3].replace("make", f"make {n}") for n in range(90)}
    )
    one = lint("--no-cache", "--jobs", "1", "--output-format", "json", cwd=tmp_path)
    three = lint("--no-cache", "--jobs", "3", "--output-format", "json", cwd=tmp_path)
    assert one.stdout == three.stdout
    assert json.loads(one.stdout)["files"] == 90


def test_statistics_count_each_rule(tmp_path: Path) -> None:
    repository(tmp_path, a=BAD, b=BAD)
    done = lint("--statistics", "--select", "syntax", cwd=tmp_path)
    assert "     2  error    unknown-key" in done.stdout


def test_names_of_rules_are_checked(tmp_path: Path) -> None:
    repository(tmp_path, a=GOOD)
    done = lint("--select", "unknown-kee", cwd=tmp_path)
    assert done.returncode == 2
    assert 'write "unknown-key"' in done.stderr


def test_shellcheck_speaks_in_notices_at_the_exact_place(tmp_path: Path) -> None:
    script = GOOD.replace(
        "- run: make", "- run: |\n          make ${{ github.ref }}\n          cd build\n          make"
    )
    repository(tmp_path, a=script, b="on: [")
    done = holdfast("lint", "--output-format", "json", "--select", "script", cwd=tmp_path)
    findings = [one for one in found(done) if one["rule"] == "shellcheck"]
    assert [(one["line"], one["col"], one["end_col"], one["severity"]) for one in findings] == [
        (10, 11, 19, "notice")
    ]
    again = holdfast("lint", "--output-format", "json", "--select", "script", cwd=tmp_path)
    assert again.stdout == done.stdout


@pytest.mark.parametrize(
    ("script", "word"),
    [
        pytest.param("exit 4", "none of shellcheck's", id="fails"),
        pytest.param("echo '[]'", "none of shellcheck's", id="another program"),
        pytest.param("sleep 600", "no answer within", id="hangs"),
        pytest.param("trap '' TERM INT HUP; sleep 600 & wait", "no answer within", id="will not end"),
        pytest.param("yes | head -c 100000; sleep 600", "no answer within", id="speaks without an end"),
    ],
)
def test_a_shellcheck_that_fails_or_hangs_costs_its_findings_only(
    tmp_path: Path, script: str, word: str
) -> None:
    """The rest is reported in time, what is missing is said, and the next run asks again."""
    repository(tmp_path, a=WARNED)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "shellcheck").write_text(f"#!/bin/sh\n{script}\n")
    (tools / "shellcheck").chmod(0o755)
    limit = "0.2" if "sleep" in script else "20"
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "HOLDFAST_SHELLCHECK_SECONDS": limit}
    begin = time.monotonic()
    for _ in range(2):
        done = holdfast("lint", "--output-format", "json", cwd=tmp_path, env=env)
        assert (done.returncode, [one["rule"] for one in found(done)]) == (1, ["unknown-label"])
        assert word in done.stderr
        assert "its findings are missing" in done.stderr
    assert time.monotonic() - begin < 30


def test_explain_prints_the_page_offline(tmp_path: Path) -> None:
    done = holdfast("explain", "unknown-key", cwd=tmp_path)
    assert done.returncode == 0
    page = Path(__file__).parents[2] / "docs/rules/unknown-key.md"
    assert done.stdout == page.read_text("utf-8")
    wrong = holdfast("explain", "unknown-kee", cwd=tmp_path)
    assert (wrong.returncode, "unknown-key" in wrong.stderr) == (2, True)


def test_rules_lists_every_rule(tmp_path: Path) -> None:
    rows = json.loads(holdfast("rules", "--output-format", "json", cwd=tmp_path).stdout)["rules"]
    pages = {file.stem for file in (Path(__file__).parents[2] / "docs/rules").glob("*.md")} - {"README"}
    assert {row["rule"] for row in rows} == pages
    assert holdfast("rules", "--group", "graph", cwd=tmp_path).stdout.count("\n") < len(rows)


def test_lint_starts_without_the_slow_libraries(tmp_path: Path) -> None:
    repository(tmp_path, a=BAD)
    code = (
        "import sys; from holdfast.cli.app import main; main(['lint', '--shellcheck', 'off']);"
        "bad = {'pydantic', 'jinja2', 'rich', 'typer'} & set(sys.modules); assert not bad, bad"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_a_folder_of_repositories_is_searched_but_nothing_nested_in_one(tmp_path: Path) -> None:
    for name in ("one", "deep/two"):
        repository(tmp_path / name, a=BAD)
    nested = tmp_path / "one/templates/.github/workflows"
    nested.mkdir(parents=True)
    (nested / "b.yml").write_text(BAD)
    done = lint(".", "--output-format", "json", "--select", "unknown-key", cwd=tmp_path)
    assert [one["file"] for one in found(done)] == [
        "deep/two/.github/workflows/a.yml",
        "one/.github/workflows/a.yml",
    ]
