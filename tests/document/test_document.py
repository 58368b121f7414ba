"""The located document: places, scalars, anchors, errors; never an exception, never quadratic."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.document import Document, Mapping, Node, Scalar, Sequence, nodes, read
from holdfast.text import Source, Span


def doc(text: str) -> Document:
    return read(Source("f.yml", text))


def root(text: str) -> Mapping:
    document = doc(text)
    assert not document.errors
    assert isinstance(document.root, Mapping)
    return document.root


def at(node: Node | None, text: str) -> str:
    assert node is not None
    return text[node.start : node.end]


@pytest.mark.parametrize(
    ("written", "tag", "typed"),
    [
        ("on", "str", "on"),
        ("yes", "str", "yes"),
        ("8080:22", "str", "8080:22"),
        ("True", "bool", True),
        ("FALSE", "bool", False),
        ("tRue", "str", "tRue"),
        ("~", "null", None),
        ("Null", "null", None),
        ("", "null", None),
        ("-12", "int", -12),
        ("0o14", "int", 12),
        ("0x1F", "int", 31),
        ("010", "int", 10),
        ("3.10", "float", 3.1),
        ("1e3", "float", 1000.0),
        (".5", "float", 0.5),
        ("-.inf", "float", float("-inf")),
        ("1_000", "str", "1_000"),
        ("'7'", "str", "7"),
        ('"7"', "str", "7"),
        ("!!str 7", "str", "7"),
        ("!!int 7", "int", 7),
        ("!!float 7", "float", 7.0),
        ("2024-01-01", "str", "2024-01-01"),
    ],
)
def test_scalars_follow_the_yaml_1_2_core_schema(written: str, tag: str, typed: object) -> None:
    value = root(f"a: {written}\n").get("a")
    assert isinstance(value, Scalar)
    assert (value.tag, value.typed) == (tag, typed)


TEXT = """on: &x [push, pull_request]   # c
jobs:
  a: &job
    runs-on: ubuntu-latest # z

    # t
    steps:
      - run: |
          echo 😀 # no
          x

      - run: >-
          a
          b

  b: *job
  c: "d"
  e: {f: 1, g: [2]}   # end


# tail
"""


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT, TEXT.rstrip("\n")])
def test_places_hold_with_every_line_end_and_mark(text: str) -> None:
    top = root(text)
    jobs = top.get("jobs")
    assert isinstance(jobs, Mapping)
    assert at(top.get("on"), text) == "[push, pull_request]"
    job = jobs.get("a")
    assert isinstance(job, Mapping)
    assert at(job, text).startswith("runs-on:")
    assert at(job, text).endswith("          b")
    steps = job.get("steps")
    assert isinstance(steps, Sequence)
    assert [at(item, text).split(":")[0] for item in steps] == ["run", "run"]
    first = steps.items[0]
    assert isinstance(first, Mapping)
    script = first.get("run")
    assert at(script, text).endswith("x")
    assert isinstance(script, Scalar)
    assert script.value == "echo 😀 # no\nx\n"
    assert at(jobs.get("c"), text) == '"d"'
    assert at(jobs.get("e"), text) == "{f: 1, g: [2]}"
    assert at(top, text).endswith("[2]}")


def test_an_alias_is_the_same_node_and_its_site_is_known() -> None:
    document = doc(TEXT)
    assert isinstance(document.root, Mapping)
    jobs = document.root.get("jobs")
    assert isinstance(jobs, Mapping)
    assert jobs.get("a") is jobs.get("b")
    (alias,) = document.aliases
    assert TEXT[alias.span.start : alias.span.end] == "*job"
    assert alias.node is jobs.get("a")
    entry = jobs.entry("b")
    assert entry is not None
    assert entry.alias == alias.span
    assert [TEXT[anchor.span.start : anchor.span.end] for anchor in document.anchors] == ["&x", "&job"]


def test_comments_are_found_outside_values_only() -> None:
    text = TEXT.replace("- run: |", "- run: | # header")
    assert [comment.text for comment in doc(text).comments] == [
        "# c",
        "# z",
        "# t",
        "# header",
        "# end",
        "# tail",
    ]


def test_duplicate_keys_stay_and_the_first_is_found() -> None:
    top = root("a: 1\nA: 2\na: 3\n")
    assert [entry.name for entry in top] == ["a", "A", "a"]
    value = top.get("a")
    assert isinstance(value, Scalar)
    assert value.typed == 1


@pytest.mark.parametrize(
    ("text", "line", "col", "word"),
    [
        ("a: b: c\n", 1, 5, "mapping values"),
        ("a:\n\t- x\n", 2, 1, "cannot start any token"),
        ("a: @x\n", 1, 4, "cannot start any token"),
        ("a: 'x\n", 1, 4, "end of stream"),
        ("a: 'x\nb: c\n", 1, 4, "end of stream"),
        ('a: "x\nb: c\nd: "y"\n', 1, 4, "ends on line 3"),
        ('a: ["x, y]\nb: "z"\n', 1, 5, "ends on line 2"),
        ('a: "x" y\n', 1, 8, "expected key"),
        ("a: *b\n", 1, 4, 'no anchor "b"'),
        ("a: &x [*x]\n", 1, 8, "stands for itself"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a: 1\n...\n---\nb: 2\n", 3, 1, "second document"),
        ("? [a]\n: b\n", 1, 3, "key is a collection"),
        ("a: !foo b\n", 1, 4, "tag"),
        ("a: !!int x\n", 1, 4, "tag"),
        ("a: \0\n", 1, 4, "U+0000"),
        ("a b\nc: d\n", 1, 1, "goes on to a key on line 2"),
        ("a: b\n  c: d\n", 1, 4, "goes on to a key on line 2"),
        ("[" * 2000, 1, 1001, "open brackets"),
        ("a: [1,\n", 1, 6, "flow node"),
        ("[" * 60 + "]" * 60, 1, 51, "more than 50 deep"),
        ("- a\n" * 60_000, 1, 1, "at most 50000"),
        ("a: ! b\n", 1, 4, "tag"),
    ],
)
def test_what_is_no_yaml_for_github_is_one_error_with_a_place(
    text: str, line: int, col: int, word: str
) -> None:
    document = doc(text)
    assert len(document.errors) == 1
    (error,) = document.errors
    assert word in error.message
    assert document.source.place(error.span.start) == (line, col)
    assert error.span.end > error.span.start
    assert error.cure


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_file_has_no_root_and_no_error(text: str) -> None:
    document = doc(text)
    assert document.errors == ()
    assert document.root is None or (isinstance(document.root, Scalar) and document.root.tag == "null")


@pytest.mark.parametrize(
    ("written", "needle"),
    [
        ("x: ab ${{ c }}\n", "${{"),
        ("x: 'it''s ${{ c }}'\n", "${{"),
        ('x: "\\t\\u00e9 ${{ c }}"\n', "${{"),
        ("x: |\n  one\n\n    two ${{ c }}\n", "${{"),
        ("x: >-\n  one\n  two ${{ c }}\n\n  three\n", "three"),
        ('x: "one\n   two \\\n   ${{ c }}"\n', "${{"),
        ("x: one\n   two\n   three\n", "three"),
        ("x: |\r\n  one\r\n  ${{ c }}\r\n", "${{"),
        ("x: &a 'q ${{ c }}'\n", "${{"),
    ],
)
def test_a_decoded_character_is_found_in_the_text(written: str, needle: str) -> None:
    value = root(written).get("x")
    assert isinstance(value, Scalar)
    index = value.value.index(needle)
    assert value.origin(written, index) == written.index(needle)
    span = value.part(written, index, index + len(needle))
    assert written[span.start : span.end] == needle


def test_many_aliases_of_aliases_are_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    document = doc("\n".join(lines) + "\n")
    assert "aliases" in document.errors[0].message


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "x" * 1_000_000,
        "a: '" + "x y" * 300_000 + "'",
        "steps:\n" + "- run: x\n" * 10_000,
        "\n".join(f"k{n}: {{a: [1, 2]}}" for n in range(5_000)),
        "".join("  " * n + "a:\n" for n in range(400)),
        "a: " + "[" * 900 + "]" * 900,
        "- " * 100_000,
        "a: &x 1\n" + "b: *x\n" * 50_000,
        "# c\n" * 200_000 + "a: 1\n",
        "a: |\n" + "  # no\n" * 100_000,
    ],
    ids=lambda text: f"{text[:8]!r} {len(text)}",
)
def test_large_texts_take_no_quadratic_time(text: str) -> None:
    start = time.monotonic()
    document = doc(text)
    for node in nodes(document.root):
        if isinstance(node, Scalar) and len(node.value) > 1000:
            node.origin(text, len(node.value) - 1)
    assert document.comments is not None
    assert time.monotonic() - start < 15


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:- \n\r\t#'\"|>&*!?{}[],%@`\\0é😀\ufeff", max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    document = doc(text)
    assert all(0 <= error.span.start <= error.span.end <= len(text) + 1 for error in document.errors)
    for node in nodes(document.root):
        assert 0 <= node.start <= node.end <= len(text)
        if isinstance(node, Scalar):
            for index in range(len(node.value) + 1):
                assert 0 <= node.origin(text, index) <= len(text)
    assert all(text[comment.start] == "#" for comment in document.comments)


def test_control_characters_are_doubts_only() -> None:
    """GitHub's reader asks for printable characters only when it writes."""
    document = doc("\ufeffa: \x01\nb: 'x\x07'\n")
    assert document.errors == ()
    (doubt,) = document.doubts
    assert "U+0001" in doubt.message
    assert document.source.place(doubt.span.start) == (1, 5)
    assert isinstance(document.root, Mapping)
    assert [entry.name for entry in document.root] == ["a", "b"]


def test_a_key_that_is_an_alias_stands_where_the_alias_is_written() -> None:
    document = doc("a: &x name\n*x : 1\n")
    assert isinstance(document.root, Mapping)
    key = document.root.entries[1].key
    assert (key.value, key.span) == ("name", Span(11, 13))


@pytest.mark.parametrize("value", ["!cancelled()", "!contains(github.ref, 'x')"])
def test_a_condition_that_begins_with_an_exclamation_mark_wants_quotes(value: str) -> None:
    (error,) = doc(f"if: {value}\n").errors
    assert "in quotes" in error.cure
