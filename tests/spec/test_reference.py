"""The JSON Schema and docs/spec.md say what the models say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from spec.test_refusals import ALLOWED
from spec.test_values import ACCEPTED, WRONG

from holdfast import document
from holdfast.cli import explain
from holdfast.cli.schema import Options, run
from holdfast.errors import Exit
from holdfast.spec.model import FailureClass, RetryPolicy, Spec
from holdfast.spec.plain import Reading
from holdfast.spec.reference import explained, page_text, schema_text
from holdfast.text import Source
from holdfast.triage.classes import CLASSES, Failure

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(schema_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

# Wrong values that no JSON Schema can tell: they are wrong by what they mean, or were no value of their own.
BEYOND_A_SCHEMA = {
    "size too small",
    "duration out of range",
    "port",
    "port word",
    "port of a service",
    "schedule",
    "schedule's base",
    "empty schedule",
    "image",
    "variable",
    "GitHub's variable",
    "job's name",
    "path outside",
    "workflow elsewhere",
    "cron",
    "open expression",
    "NUL",
    "a line break in an option",
    "an expression in the workflow's name",
    "an expression in a filter",
    "empty command",
    "flag",
    "octal in env",
    "tag as a number",
    "trap in a raw step",
    "duplicate",
    "merge key",
    "tab",
    "password as a secret's name",
}


def plain(text: str) -> Any:
    source = Source("holdfast.yml", text.replace("«", "").replace("»", ""))
    root = document.read(source).root
    assert root is not None
    return json.loads(json.dumps(Reading(source).value(root)))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "text", [*(text for text, _, _ in ACCEPTED.values()), *ALLOWED.values()], ids=[*ACCEPTED, *ALLOWED]
)
def test_the_schema_takes_what_the_spec_takes(text: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(plain(text))] == []


@pytest.mark.parametrize("name", [name for name in WRONG if name not in BEYOND_A_SCHEMA])
def test_the_schema_refuses_what_the_spec_refuses(name: str) -> None:
    assert not VALIDATOR.is_valid(plain(WRONG[name][0]))


def test_every_field_says_what_it_is_and_why() -> None:
    for model, fields in [("Spec", SCHEMA), *SCHEMA["$defs"].items()]:
        for name, field in fields.get("properties", {}).items():
            assert len(field.get("description", "")) > 10, f"{model}.{name}"


def test_defaults_are_written_as_in_the_file() -> None:
    health = SCHEMA["$defs"]["HealthCheck"]["properties"]
    assert health["interval"]["default"] == "1s"
    assert SCHEMA["$defs"]["RetryPolicy"]["properties"]["deadline"]["default"] == "20m"
    assert Spec.model_fields["profile"].default == "lean"


def test_the_command_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Options()) == Exit.CLEAN
    assert capsys.readouterr().out == schema_text()


def test_rules_of_the_spec_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain.run(explain.Options("maxmemory-share")) == Exit.CLEAN
    assert "at most 75 % of the container's limit" in capsys.readouterr().out
    assert explained("weak-ping") is None


def test_the_page_is_current() -> None:
    """Write it by `python -m holdfast.spec.reference`."""
    assert (ROOT / "docs/spec.md").read_text(encoding="utf-8") == page_text()


def test_the_page_s_example_is_a_spec() -> None:
    from spec.marked import spec

    example = page_text().split("```yaml\n")[1].split("```")[0]
    assert spec(example).notices == ()


def test_the_failure_classes_are_those_of_the_retry_runner() -> None:
    assert set(get_args(FailureClass)) == {failure.value for failure in Failure}
    assert set(RetryPolicy().retry_on) == {known.failure.value for known in CLASSES.values() if known.retried}
