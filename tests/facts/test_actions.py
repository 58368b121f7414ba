"""The pins and what is known of each action."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from holdfast.facts import actions


@pytest.mark.parametrize("name", actions.names())
def test_every_pin_is_a_commit_with_its_version(name: str) -> None:
    found = actions.pin(name)
    assert re.fullmatch(r"[0-9a-f]{40}", found.sha)
    assert re.fullmatch(r"v?\d+\.\d+\.\d+", found.version)


def test_an_action_tells_its_inputs() -> None:
    checkout = actions.action("actions/checkout")
    assert checkout is not None
    assert checkout.inputs["persist-credentials"] == actions.Input(False, "true", False)
    assert checkout.outputs == ("ref", "commit")
    assert checkout.complete


def test_an_unknown_action_is_not_guessed_at() -> None:
    assert actions.action("somebody/else") is None
    with pytest.raises(KeyError):
        actions.pin("somebody/else")


def test_the_date_is_that_of_the_data() -> None:
    table = json.loads(Path(actions.__file__).with_name("actions.json").read_text(encoding="utf-8"))
    assert table["retrieved"] == actions.RETRIEVED
