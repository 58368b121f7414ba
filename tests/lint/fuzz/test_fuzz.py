"""Any text: the reader, the expression parser and the whole linter neither fail nor point outside the text."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.cases import cases

from holdfast.document import nodes, read
from holdfast.finding import Finding
from holdfast.lint.engine import lint
from holdfast.lint.expression.lexer import ExpressionError
from holdfast.lint.expression.nodes import walk
from holdfast.lint.expression.parser import parse
from holdfast.lint.expression.segments import segments
from holdfast.text import Source

# by hand for an hour: HYPOTHESIS_PROFILE=long pytest tests/lint/fuzz
_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


def examples(count: int) -> settings:
    return settings(
        max_examples=count * (500 if _LONG else 1),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=not _LONG,
        print_blob=True,
    )


_NAMES = (
    "github env vars job steps runner secrets strategy matrix needs inputs foo event ref os outputs a B _x-1"
)
_FUNCTIONS = (
    "contains startsWith endsWith format join toJSON fromJSON case hashFiles always success failure "
    "cancelled f"
)
_KEYS = (
    "on jobs runs-on steps run uses with env if name id needs services image ports options strategy "
    "matrix include exclude permissions concurrency group container defaults outputs inputs type default "
    "required secrets cron schedule push branches paths types timeout-minutes continue-on-error parallel "
    "wait shell a A << ${{x}} fail-fast environment snapshot workflow_call workflow_dispatch queue cache- "
    "mode"
)

# grammars --------------------------------------------------------------------------------------------------

_names = st.sampled_from(_NAMES.split())
_functions = st.sampled_from(_FUNCTIONS.split())
_texts = st.text(alphabet="ab'{}0 \\\"🙂\n$[]:,", max_size=8).map(
    lambda text: "'" + text.replace("'", "''") + "'"
)
_numbers = st.sampled_from(
    ["0", "1", "-1", "1.5", ".5", "0x1F", "0o7", "1e3", "NaN", "Infinity", "6379", "+"]
)
_words = st.sampled_from(("true", "false", "null"))
_operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "&&", "||", "=", "&", "|", "+", "."])


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    call = st.builds(
        lambda name, arguments: f"{name}({', '.join(arguments)})", _functions, st.lists(inner, max_size=4)
    )
    return st.one_of(
        st.builds("{} {} {}".format, inner, _operators, inner),
        st.builds("!{}".format, inner),
        st.builds("({})".format, inner),
        st.builds("{}.{}".format, inner, _names),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}.*".format, inner),
        st.builds("{}[*]".format, inner),
        call,
    )


expressions = st.recursive(st.one_of(_names, _texts, _numbers, _words), _deeper, max_leaves=12)
noise = st.text(alphabet="abgithub.*[]()'\"!=<>&|,${} \t\n0x-+_é🙂", max_size=60)

_keys = st.sampled_from(_KEYS.split())
_scalars = st.one_of(
    _keys,
    st.sampled_from(
        (
            "",
            "~",
            "true",
            "12",
            "1.5",
            "'x'",
            '"\\u00e9\\n"',
            "ubuntu-24.04",
            "redis:8",
            "push",
            "[a, b]",
            "{a: b}",
            "&x y",
            "*x",
            "!!int 1",
            "|",
            ">-",
            "'",
            '"',
            "a: b",
            "# c",
            "6379:6379",
            "--health-cmd 'redis-cli ping'",
            "* * * * *",
            "./build",
            "a/b@v1",
            "%",
            "@",
            "- x",
            "\t",
        )
    ),
    expressions.map(lambda text: "${{ " + text + " }}"),
    noise,
)


def _indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


def _mapping(entries: list[tuple[str, list[str]]]) -> list[str]:
    lines: list[str] = []
    for key, value in entries:
        if len(value) == 1 and not value[0].endswith(":"):
            lines.append(f"{key}: {value[0]}")
        else:
            lines += [f"{key}:", *_indented(value, 2)]
    return lines


def _sequence(items: list[list[str]]) -> list[str]:
    lines: list[str] = []
    for item in items:
        first, *rest = item or [""]
        lines += [f"- {first}", *_indented(rest, 2)]
    return lines


shapes: st.SearchStrategy[list[str]] = st.recursive(
    _scalars.map(lambda text: text.split("\n")),
    lambda inner: st.one_of(
        st.lists(st.tuples(_keys, inner), max_size=5).map(_mapping),
        st.lists(inner, max_size=4).map(_sequence),
    ),
    max_leaves=25,
)
workflows = st.builds(
    lambda on, job, rest: "\n".join(
        ["on:", *_indented(on, 2), "jobs:", "  a:", "    runs-on: ubuntu-24.04", *_indented(job, 4), *rest]
    ),
    shapes,
    shapes,
    shapes,
)
documents = st.one_of(shapes.map("\n".join), workflows, st.text(max_size=80))
_newlines = st.sampled_from(("\n", "\r\n", "\r"))


# properties ------------------------------------------------------------------------------------------------


def sound(found: tuple[Finding, ...], text: str) -> None:
    """Every finding lies inside the text, the right way round, and says something."""
    for one in found:
        place = one.place
        assert 0 <= place.start <= place.end <= len(text), one
        assert (place.line, place.col) <= (place.end_line, place.end_col), one
        assert one.message
        assert "\n" not in one.message + one.cure, one


@examples(600)
@given(st.one_of(expressions, noise))
def test_any_text_is_an_expression_or_a_mistake_in_it(text: str) -> None:
    found = parse(text)
    if isinstance(found, ExpressionError):
        assert 0 <= found.start <= found.end <= len(text)
        assert found.message
        return
    for node in walk(found):
        assert 0 <= node.start < node.end <= len(text)


@examples(300)
@given(st.lists(st.one_of(noise, expressions.map(lambda text: "${{" + text + "}}")), max_size=5).map("".join))
def test_segments_lie_in_order(text: str) -> None:
    at = 0
    for one in segments(text):
        assert at <= one.start < one.end <= len(text)
        assert text[one.start : one.start + 3] == "${{"
        assert not one.closed or text[one.end - 2 : one.end] == "}}"
        at = one.end


@examples(300)
@given(documents, _newlines, st.booleans())
def test_any_text_is_read(text: str, newline: str, marked: bool) -> None:
    text = ("\ufeff" if marked else "") + text.replace("\n", newline)
    document = read(Source("any.yml", text))
    for error in document.errors:
        assert 0 <= error.span.start <= error.span.end <= len(text)
    for node in nodes(document.root):
        assert 0 <= node.start <= node.end <= len(text)


@examples(250)
@given(documents, _newlines, st.sampled_from((".github/workflows/ci.yml", "action.yml")))
def test_any_text_is_linted(text: str, newline: str, path: str) -> None:
    text = text.replace("\n", newline)
    sound(lint(Source(path, text)), text)


@examples(250)
@given(
    expressions,
    st.sampled_from(("run: {}", "if: {}", "timeout-minutes: {}", 'name: "{}"', "with: {{a: {}}}")),
)
def test_any_expression_is_linted(text: str, key: str) -> None:
    step = key.format("${{ " + text + " }}")
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: a/b@v1\n        {step}\n"
    sound(lint(Source(".github/workflows/ci.yml", workflow)), workflow)


@examples(250)
@given(st.sampled_from([case.text for case in cases()]), st.data())
def test_a_case_with_a_piece_changed_is_linted(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 12, len(text))))
    piece = data.draw(st.one_of(noise, _scalars, st.just("")))
    changed = text[:start] + piece + text[end:]
    sound(lint(Source(".github/workflows/ci.yml", changed)), changed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "\0",
        "\x85",
        "---\n---\n",
        "&a [*a]",
        "? [a]\n: b",
        "a: &b *b",
        "%YAML 9.9\n---\na",
        "- - - -",
        "\ud7ff",
    ],
)
def test_odd_texts_are_linted(text: str) -> None:
    sound(lint(Source(".github/workflows/ci.yml", text)), text)
