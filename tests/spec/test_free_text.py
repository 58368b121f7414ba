"""Any text in a free-text field is kept as it is, or refused for one of few reasons."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spec.drawn import steady

from holdfast.spec.model import Spec
from holdfast.spec.read import read_spec
from holdfast.text import Source

REASONS = (
    "cannot stand in a workflow",
    "begins an expression that does not end",
    "the text is empty",
    "a line break cannot stand in what the runner splits",
    "GitHub evaluates no expression here",
)
PIECES = st.sampled_from(
    (
        *(
            "${{ github.sha }}",
            "${{ '}}' }}",
            "$",
            "{{",
            "}}",
            "'",
            '"',
            "\\",
            "\n",
            "\r\n",
            "\t",
            " #",
            ": ",
        ),
        *("- ", "`id`", "$(id)", "$IFS", "!", "&a", "*a", "%", "@", "~", "null", "on", "8.0", "é", "😀"),
        *("\u2028", "\x85", "\x7f"),
    )
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), min_size=1, max_size=6).map("".join)

Field = tuple[str, Callable[[Spec], object]]
FIELDS: dict[str, Field] = {
    "workflow's name": ("workflow: {name: @}", lambda spec: spec.workflow.name),
    "job's name": ("jobs: {t: {name: @}}", lambda spec: spec.jobs["t"].name),
    "command": ("jobs: {t: {run: @}}", lambda spec: spec.jobs["t"].run),
    "value of env": ("jobs: {t: {env: {A: @}}}", lambda spec: spec.jobs["t"].env["A"]),
    "workflow's env": ("workflow: {env: {A: @}}", lambda spec: spec.workflow.env["A"]),
    "service's env": (
        "jobs: {t: {services: {x: {image: 'x/y:1', env: {A: @}}}}}",
        lambda spec: (spec.jobs["t"].services["x"].env or {})["A"],
    ),
    "service's command": (
        "jobs: {t: {services: {x: {image: 'x/y:1', command: @}}}}",
        lambda spec: spec.jobs["t"].services["x"].command,
    ),
    "health command": ("redis: {health: {command: @}}", lambda spec: spec.jobs["test"].redis.health.command),  # type: ignore[union-attr]
    "flag": (
        "redis: {flags: {proc-title-template: @}}",
        lambda spec: spec.redis.flags["proc-title-template"],
    ),
    "option": ("redis: {options: [--label, @]}", lambda spec: spec.redis.options[1]),
    "condition": ("jobs: {t: {if: @}}", lambda spec: spec.jobs["t"].if_),
    "value of an axis": (
        "jobs: {t: {matrix: {axes: {os: [@]}}}}",
        lambda spec: spec.jobs["t"].matrix.axes["os"][0],
    ),
    "branch": ("workflow: {on: {push: {branches: [@]}}}", lambda spec: spec.workflow.on.push.branches[0]),  # type: ignore[union-attr]
    "raw step": ("jobs: {t: {before: [{run: @}]}}", lambda spec: spec.jobs["t"].before[0]["run"]),
    "group": ("workflow: {concurrency: {group: @}}", lambda spec: spec.workflow.concurrency.group),  # type: ignore[union-attr]
}


def scalar(text: str) -> str:
    """A text as a YAML scalar in double quotes."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(
        r"[^\x20-\x7e\xa0-\u2027\u2030-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]",
        lambda found: f"\\U{ord(found[0]):08x}",
        quoted,
    )


@pytest.mark.parametrize(("template", "got"), FIELDS.values(), ids=FIELDS)
def test_a_text_is_kept_or_refused_with_its_reason(template: str, got: Callable[[Spec], object]) -> None:
    kept = 0

    @given(TEXTS)
    @steady(60)
    def check(text: str) -> None:
        nonlocal kept
        read = read_spec(Source("holdfast.yml", template.replace("@", scalar(text))))
        if isinstance(read, Spec):
            kept += 1
            assert got(read) == text
            return
        assert any(reason in found.message for found in read for reason in REASONS), read

    check()
    assert kept > 5


def test_few_of_the_drawn_texts_are_refused() -> None:
    """Over all fields and draws: under 5 %, although every draw may hold a NUL or open an expression."""
    drawn: list[str] = []

    @given(st.text(min_size=1, max_size=40))
    @steady(400)
    def draw(text: str) -> None:
        drawn.append(text)

    draw()
    template, _ = FIELDS["value of env"]
    refused = [
        text
        for text in drawn
        if not isinstance(read_spec(Source("s", template.replace("@", scalar(text)))), Spec)
    ]
    assert len(refused) <= max(0.05 * len(drawn), 1), refused[:5]
    assert all("\0" in text or "${{" in text for text in refused)


@given(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True))
@steady(60)
def test_every_tag_that_docker_takes_is_taken(tag: str) -> None:
    read = read_spec(Source("s", f"redis: {{image: {scalar('redis:' + tag)}}}"))
    assert isinstance(read, Spec)
    assert read.redis.image == f"redis:{tag}"


@given(st.text(min_size=1, max_size=30))
@steady(100)
def test_a_written_password_is_always_refused_and_never_repeated(text: str) -> None:
    secret = f"s3cr3t-{text}"
    read = read_spec(Source("s", f"redis: {{password: {scalar(secret)}}}"))
    assert not isinstance(read, Spec)
    assert all("s3cr3t" not in found.message + found.cure for found in read)
