"""Any text of a free-text field comes through: GitHub reads it back, and the shell receives it, exactly."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import document
from holdfast.flows import Generated, Wanted, generate
from holdfast.lint.options import split_dotnet, split_posix
from holdfast.plan.build import build_plan
from holdfast.plan.server import quoted
from holdfast.render import scalar
from holdfast.render.readback import differences, expected, value
from holdfast.render.render import render, workflow
from holdfast.spec.model import Spec
from holdfast.spec.read import read_spec
from holdfast.text import Source

# Signs of YAML, of shells and of GitHub beside plain letters and everything else.
_SIGNS = st.sampled_from(
    [
        *(
            "${{ github.ref }}",
            "${{ '}}' }}",
            ": ",
            " #",
            "- ",
            "? ",
            "'",
            '"',
            "\\",
            "\n",
            "\r\n",
            "\t",
            "$(id)",
            "`id`",
        ),
        *(
            "&a",
            "*a",
            "!!str",
            "|",
            ">",
            "%",
            "@",
            "{",
            "}",
            "[",
            "]",
            ",",
            "~",
            "null",
            "yes",
            "1e3",
            "0x1F",
            "8.0",
        ),
        *("é", "漢", "🙂", "\u2028", "\x85", "\ufeff", " "),
    ]
)
texts = st.lists(st.one_of(_SIGNS, st.text(max_size=6)), max_size=8).map("".join)


def _spec(**jobs: Any) -> str:
    """A spec that holds a text in a form that any YAML reader reads back."""
    return json.dumps({"jobs": {"test": {"stack": "none", "run": "true", **jobs}}})


def _planned(text: str) -> Any:
    spec = read_spec(Source("holdfast.yml", text))
    return build_plan(spec, {}) if isinstance(spec, Spec) else None


@given(texts)
@settings(max_examples=150, deadline=None)
def test_a_scalar_is_read_back_by_yaml_1_1_and_1_2(text: str) -> None:
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        return
    for form in (scalar.scalar(text), scalar.quoted(text)):
        for shape in (f"key: {form}\n", f"- {form}\n"):
            loaded = yaml.safe_load(shape)
            assert (loaded["key"] if isinstance(loaded, dict) else loaded[0]) == text
            read = document.read(Source("x", shape))
            assert not read.errors
            found: Any = value(read.root)
            assert (found["key"] if isinstance(found, dict) else found[0]) == text


@given(texts)
@settings(max_examples=100, deadline=None)
def test_a_block_is_read_back_or_not_used(text: str) -> None:
    block = scalar.block(text, 1)
    if block is not None:
        assert yaml.safe_load(f"key: {block}\n")["key"] == text


@given(
    st.dictionaries(st.from_regex(r"[A-Z][A-Z0-9_]{0,8}", fullmatch=True), texts, max_size=3), texts, texts
)
@settings(max_examples=80, deadline=None)
def test_every_free_text_of_a_job_comes_through(env: dict[str, str], name: str, run: str) -> None:
    env = {key: text for key, text in env.items() if not key.startswith(("GITHUB_", "RUNNER_"))}
    plan = _planned(_spec(env=env, name=f"a{name}", run=run or "true"))
    if plan is None:
        return
    made = workflow(plan)
    assert differences(plan, made) == ()
    loaded = yaml.load(made, yaml.BaseLoader)["jobs"]["test"]
    assert loaded["name"] == f"a{name}"
    assert {key: loaded["env"][key] for key in env} == env


@given(texts)
@settings(max_examples=40, deadline=None)
def test_a_shell_receives_the_command_as_it_was_written(run: str) -> None:
    """The runner puts `env:` into the step's environment and runs `run:`; nothing of the text is in the latter."""
    if "\0" in run or any(0xD800 <= ord(char) <= 0xDFFF for char in run) or not run.strip():
        return
    plan = _planned(_spec(run=f"printf %s \"$SHOWN\"; : '{run.replace(chr(39), '')}'"))
    if plan is None:
        return
    step = next(step for step in plan.jobs[0].steps if step.name == "Run tests")
    script = step.run.replace('exec bash "$GITHUB_WORKSPACE/scripts/run-with-retry.sh"', "show")
    program = 'show() { shift 3; "$@"; }\n' + script
    env = {**os.environ, **step.env, "RUNNER_TEMP": "/tmp", "SHOWN": "as it was"}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", program],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "as it was"), done.stderr


@given(
    st.text(
        alphabet=st.characters(
            codec="utf-8", exclude_characters="\0\n\r\t\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
        ),
        max_size=20,
    )
)
def test_words_are_split_alike_by_the_runner_and_by_act(word: str) -> None:
    made = f"--flag {quoted(word)}"
    assert [part.text for part in split_dotnet(made)] == ["--flag", word]
    if not re.search(r"\\[\\$`]", word):  # there act differs, and generate refuses it
        assert shlex.split(made) == [part.text for part in split_posix(made)] == ["--flag", word]


def test_a_word_that_act_splits_otherwise_is_refused() -> None:
    spec = "redis: {options: ['--label', 'a=\\\\b']}\njobs: {test: {stack: go}}\n"
    made = generate(Wanted(Path("/nowhere"), Source("holdfast.yml", spec), {}))
    assert not isinstance(made, Generated)
    assert "act would split" in made[0].message
    assert made[0].place.line == 1


def test_a_password_is_in_no_file(tmp_path: Path) -> None:
    source = Source(
        "holdfast.yml", "redis: {password: {secret: CI_REDIS}}\njobs: {test: {stack: go, versions: '1.26'}}\n"
    )
    made = generate(Wanted(tmp_path, source, {}))
    assert isinstance(made, Generated)
    text = made.changes[0].new
    assert "${{ secrets.CI_REDIS }}" in text
    assert "requirepass" not in "".join(line for line in text.splitlines() if "printf" not in line)


def test_every_example_says_what_was_planned() -> None:
    for target in ("github", "act", "ghes"):
        spec = read_spec(
            Source("holdfast.yml", "redis: {maxmemory: 64mb}\njobs: {test: {stack: go}}\n"),
            {"target": target},
        )
        assert isinstance(spec, Spec)
        plan = build_plan(spec, {})
        assert differences(plan, render(plan)[0].text) == ()
        assert expected(plan)["name"] == "CI"
