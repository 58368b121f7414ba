"""Whatever lies in the file: a clear error, soon, and never a traceback."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spec.drawn import steady
from spec.marked import findings

from holdfast.errors import Exit, UserError
from holdfast.finding import Severity
from holdfast.spec.model import Spec
from holdfast.spec.read import default_spec, read_spec, spec_source
from holdfast.spec.settings import settings as every_setting
from holdfast.text import Source

LEVELS = "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BAD = {
    "empty": "",
    "blank": " \n\n",
    "only a comment": "# nothing here\n",
    "only a marker": "---\n",
    "a text": "hello",
    "a number": "3",
    "a list": "- a\n- b\n",
    "tabs": "redis:\n\timage: redis:8\n",
    "two documents": "redis: {}\n---\nredis: {}\n",
    "unclosed": "redis: {image: 'redis\n",
    "alias bomb": f"a: &a [x, x, x, x, x, x, x, x, x]\n{LEVELS}\n",
    "recursive alias": "redis: &r {image: *r}\n",
    "recursive list": "jobs: &j [*j]\n",
    "unknown alias": "redis: *nothing\n",
    "duplicate keys": "redis: {port: 1, port: 2}\n",
    "nested": "redis: " + "[" * 900 + "]" * 900 + "\n",
    "nested blocks": "".join(f"{' ' * depth}a:\n" for depth in range(300)),
    "deep brackets": "[" * 100_000,
    "many keys": "".join(f"k{index}: 1\n" for index in range(30_000)),
    "binary": "\x00\x01\x02",
    "escape": "redis: \x1b[31m\n",
    "surrogate": 'redis: {image: "\\ud800"}\n',
    "a key that is a list": "? [a, b]\n: c\n",
    "a long text": f"jobs: {{t: {{run: {'x' * 40_000}}}}}",
    "a long name": f"jobs: {{{'x' * 900_000}: {{}}}}",
    "a long key": f"{'x' * 900_000}: 1",
    "a long number": f"retry: {{attempts: {'9' * 900_000}}}",
    "a long fraction": f"redis: {{image: 1.{'0' * 900_000}}}",
    "a long version": f"required-version: '{'9' * 30_000}'",
    "a long choice": f"profile: {'x' * 900_000}",
    "a long pattern": f"retry: {{patterns: {{refused: '{'(' * 30_000}'}}}}",
    "many expressions": f"jobs: {{t: {{run: '{'${{ a }}' * 3000}${{{{'}}}}",
    "10 MB": "# " + "x" * 10_000_000,
    "10 MB of jobs": "jobs:\n" + "".join(f"  j{index}: {{run: echo}}\n" for index in range(500_000)),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_bad_text_is_a_finding_soon(text: str) -> None:
    start = time.perf_counter()
    found = findings(text)
    assert time.perf_counter() - start < 5
    assert any(finding.severity is Severity.ERROR for finding in found)
    for finding in found:
        assert 0 < len(finding.message + finding.cure) < 600
        assert finding.place.file == "holdfast.yml"


@given(st.text(max_size=200))
@steady(150)
def test_any_text_is_read_or_refused(text: str) -> None:
    read_spec(Source("holdfast.yml", text))


_VALUES = st.recursive(
    st.sampled_from(
        ["1", "1.0", "x", "true", "~", "''", '"\\u0000"', "1gb", "3s", "[]", "{}", "${{", "-1", "010"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(["redis", "image", "jobs", "port", "x", "retry", "on", "push", "matrix"]),
            inner,
            max_size=3,
        ).map(lambda items: "{" + ", ".join(f"{name}: {value}" for name, value in items.items()) + "}"),
    ),
    max_leaves=8,
)
_KEYS = st.sampled_from(
    [
        "profile",
        "required-version",
        "target",
        "workflow",
        "redis",
        "kernel",
        "readiness",
        "retry",
        "jobs",
        "compose",
        "lint",
        "nothing",
    ]
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
@steady(300)
def test_any_values_are_read_or_refused(values: dict[str, str]) -> None:
    """Right keys with values of every shape: what is refused has a place and a message of one line."""
    text = "".join(f"{name}: {value}\n" for name, value in values.items())
    read = read_spec(Source("holdfast.yml", text))
    if isinstance(read, Spec):
        assert every_setting(read)
    for found in read.notices if isinstance(read, Spec) else read:
        assert "\n" not in found.message + found.cure
        assert 0 <= found.place.start <= found.place.end <= len(text)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        spec_source(tmp_path / "holdfast.yml", "holdfast.yml")
    assert (caught.value.what, caught.value.exit) == ("there is no holdfast.yml", Exit.USER)


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a directory"):
        spec_source(tmp_path)


def test_not_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "holdfast.yml"
    file.write_bytes(b"redis:\n  image: \xff\xfe\n")
    with pytest.raises(UserError, match="is not UTF-8: line 2"):
        spec_source(file)


def test_too_large(tmp_path: Path) -> None:
    file = tmp_path / "holdfast.yml"
    file.write_bytes(b"#" * 10_000_000)
    with pytest.raises(UserError, match="has 10,000,000 bytes, a spec at most 1,048,576"):
        spec_source(file)


def test_a_byte_order_mark_is_no_character(tmp_path: Path) -> None:
    file = tmp_path / "holdfast.yml"
    file.write_bytes(b"\xef\xbb\xbfredis: {}\n")
    assert spec_source(file).text == "redis: {}\n"


def test_without_a_file_there_is_one_job() -> None:
    assert list(default_spec().jobs) == ["test"]
    assert default_spec({"profile": "full"}).kernel.overcommit == 1
    assert ("jobs",) not in default_spec().written
