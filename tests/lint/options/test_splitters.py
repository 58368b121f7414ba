"""How each engine splits options: .NET's rules as a table, POSIX against shlex, hooks at blanks."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hosted.split import split as hosted_split

from holdfast.lint.options import HOLE, Word, parse, split_dotnet, split_hooks, split_posix, unbalanced

# dotnet/runtime, Process.Unix.cs, ParseArgumentsIntoList, and its tests (ProcessTests.Unix, ArgumentsEscaping).
DOTNET = {
    "": [],
    "a b": ["a", "b"],
    " a\t b ": ["a", "b"],
    '"a b" c': ["a b", "c"],
    'a"b c"d': ["ab cd"],
    '""': [""],
    '"" a': ["", "a"],
    '"a""b"': ['a"b'],
    r"\"a": ['"a'],
    r"\"a b\"": ['"a', 'b"'],
    r'"a \"b\" c"': ['a "b" c'],
    r"a\b": ["a\\b"],
    r'a\\"b c"': ["a\\b c"],
    r"a\\\"b": ['a\\"b'],
    r'"a\\" b': ["a\\", "b"],
    "'a b'": ["'a", "b'"],
    "a\nb": ["a\nb"],
    "a\r\nb c": ["a\r\nb", "c"],
    "a\u00a0b": ["a\u00a0b"],
    '"open end': ["open end"],
    '--health-cmd "redis-cli ping" --x': ["--health-cmd", "redis-cli ping", "--x"],
    '--health-cmd="redis-cli ping"': ["--health-cmd=redis-cli ping"],
    "--health-cmd 'redis-cli ping'": ["--health-cmd", "'redis-cli", "ping'"],
    r'--health-cmd "test \"$(redis-cli ping)\" = PONG"': ["--health-cmd", 'test "$(redis-cli ping)" = PONG'],
}


def texts(words: tuple[Word, ...]) -> list[str]:
    return [word.text for word in words]


@pytest.mark.parametrize(("text", "words"), DOTNET.items(), ids=range(len(DOTNET)))
def test_the_hosted_runner_splits_as_dotnet_does(text: str, words: list[str]) -> None:
    assert texts(split_dotnet(text)) == words


WORDS = st.text(alphabet=" \t\n'\"\\ab-=$", max_size=30)


@given(WORDS)
@settings(max_examples=300, deadline=None)
def test_the_tests_own_driver_splits_alike(text: str) -> None:
    assert texts(split_dotnet(text)) == hosted_split(text)


@given(WORDS)
@settings(max_examples=300, deadline=None)
def test_act_splits_as_a_shell_does(text: str) -> None:
    try:
        expected = shlex.split(text)
    except ValueError:
        with pytest.raises(ValueError, match="no "):
            split_posix(text)
        return
    assert texts(split_posix(text)) == expected


@given(WORDS)
@settings(max_examples=200, deadline=None)
def test_words_stand_where_they_say(text: str) -> None:
    for words in (split_dotnet(text), split_hooks(text)):
        assert all(0 <= word.start < word.end <= len(text) for word in words)
        assert list(words) == sorted(words, key=lambda word: word.start)


def test_hooks_split_at_blanks_inside_quotes() -> None:
    assert texts(split_hooks('--save "60 1"')) == ["--save", '"60', '1"']


@pytest.mark.parametrize(
    ("text", "place"),
    [('a "b', 2), ('"a" "', 4), (r'"a\"', 0), ('"a""b"', None), (r"\"a", None), ("a", None)],
)
def test_an_open_quote_is_found(text: str, place: int | None) -> None:
    assert unbalanced(text) == place


def test_expressions_stay_whole() -> None:
    found = parse('--health-cmd "${{ matrix.a && "b c" }}" ${{ vars.X }} --cpus 1')
    assert found.open
    assert [option.name for option in found.options] == ["health-cmd", "cpus"]
    assert HOLE in (found.options[0].value or "")
    assert found.value("health-cmd") is None
