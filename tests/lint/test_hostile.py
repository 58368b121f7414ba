"""Files made to hurt: no exception, no quadratic time, no lost report."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.lint.engine import lint
from holdfast.lint.pack import pack, unpack
from holdfast.text import Source

_HEAD = "on: push\njobs:\n"
_RUN = "    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - run: make\n"


def _circle(count: int) -> str:
    needs = (", ".join(f"j{(job + by) % count}" for by in range(1, 30)) for job in range(count))
    return _HEAD + "".join(f"  j{job}:\n    needs: [{names}]\n{_RUN}" for job, names in enumerate(needs))


HOSTILE = {
    "10,000 steps": _HEAD + "  a:\n    runs-on: x\n    steps:\n" + "      - run: x\n" * 10_000,
    "1,000 jobs": _HEAD + "".join(f"  j{job}:\n{_RUN}" for job in range(1000)),
    "a circle of 300 jobs": _circle(300),
    "5,000 unknown keys": _HEAD + "  a:\n" + "".join(f"    key{n}: 1\n" for n in range(5000)),
    "5,000 unknown needs": f"{_HEAD}  a:\n    needs: [{', '.join(f'n{n}' for n in range(5000))}]\n{_RUN}",
    "a line of a million": f"on: push\nname: {'x' * 1_000_000}\n",
    "a script of 20,000 expressions": f"{_HEAD}  a:\n{_RUN}      - run: {'${{ github.ref }} ' * 20_000}\n",
    "300 services": _HEAD
    + "  a:\n"
    + _RUN
    + "    services:\n"
    + "".join(f"      s{n}:\n        image: redis:7\n        ports: ['{n + 1}:6379']\n" for n in range(300)),
    "nested 100 deep": "a: " + "[" * 100 + "]" * 100,
    "nested 40 deep in a matrix": f"{_HEAD}  a:\n{_RUN}    strategy: {{matrix: {{a: {'[' * 40}{']' * 40}}}}}\n",
    "2,000 ignores": "# holdfast: ignore[unknown-key] x\n" * 2000 + _HEAD + "  a:\n    b: 1\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_linted_in_bounded_time(name: str) -> None:
    start = time.monotonic()
    lint(Source(".github/workflows/ci.yml", HOSTILE[name]))
    assert time.monotonic() - start < 45


_WORDS = st.sampled_from(
    [
        "on",
        "jobs",
        "a",
        "runs-on",
        "steps",
        "run",
        "uses",
        "needs",
        "if",
        "env",
        "with",
        "services",
        "image",
        "ports",
        "strategy",
        "matrix",
        "include",
        "container",
        "options",
        "push",
        "schedule",
        "cron",
        "workflow_call",
        "inputs",
        "type",
        "<<",
        "permissions",
        "concurrency",
        "group",
        "wait",
        "parallel",
        "outputs",
        "environment",
        "defaults",
    ]
)
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 70_000),
    st.sampled_from(
        [
            "",
            "push",
            "a",
            "redis:7",
            "ubuntu-24.04",
            "${{ github.ref }}",
            "${{ a",
            "6379:6379",
            "--health-cmd 'x",
            "*",
            "./.github/workflows/b.yml",
            "actions/checkout@v5",
            "0 0 * * *",
            "success() && ",
            "::set-output name=a::b",
        ]
    ),
    st.text(max_size=8),
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=14,
)


def _flow(tree: object) -> str:
    """A tree as YAML in flow style."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(_flow, tree)) + "]"
    if isinstance(tree, str):
        return "'" + tree.replace("'", "''").replace("\n", " ").replace("\r", " ") + "'"
    return "null" if tree is None else str(tree).lower()


@settings(max_examples=250, deadline=None)
@given(_TREES, _TREES, _TREES)
def test_no_shape_of_values_makes_a_rule_raise(top: object, job: object, step: object) -> None:
    text = f"on: {_flow(top)}\njobs: {{a: {_flow(job)}, b: {{runs-on: x, steps: [{_flow(step)}]}}}}\n"
    for path in (".github/workflows/ci.yml", "action.yml"):
        for finding in lint(Source(path, text)):
            assert 0 <= finding.place.start <= finding.place.end <= len(text) + 1
            assert unpack(pack(finding), path) == finding
