"""The driver's own arithmetic: expressions, splitting, the polling ladder."""

import math

import pytest
from support.hosted.containers import pause
from support.hosted.expression import (
    ExpressionError,
    Scope,
    Value,
    condition,
    evaluate,
    interpolate,
)
from support.hosted.split import split

_SCOPE = Scope(
    contexts={
        "env": {"NAME": "redis"},
        "matrix": {"go": "1.24", "list": ["a", "b"]},
        "job": {"services": {"redis": {"id": "abc", "ports": {"6379": "32768"}}}},
    },
    functions={
        "success": lambda _: True,
        "failure": lambda _: False,
        "always": lambda _: True,
        "cancelled": lambda _: False,
    },
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it''s'", "it's"),
        ("0x10", 16.0),
        ("-2.5", -2.5),
        ("env.NAME", "redis"),
        ("ENV.name", "redis"),
        ("env.absent", None),
        ("job.services.redis.ports['6379']", "32768"),
        ("job.services.redis.ports[6379]", "32768"),
        ("matrix.list[1]", "b"),
        ("matrix.list[9]", None),
        ("join(matrix.list, '-')", "a-b"),
        ("'Redis' == env.NAME", True),
        ("1 == '1'", True),
        ("null == 0", True),
        ("true == 1", True),
        ("'a' == 0", False),
        ("'a' < 'B'", True),
        ("1 < 2 && 2 < 3", True),
        ("env.NAME && 'yes' || 'no'", "yes"),
        ("env.absent && 'yes' || 'no'", "no"),
        ("!env.absent", True),
        ("contains('Hello', 'ELL')", True),
        ("contains(matrix.list, 'b')", True),
        ("startsWith(env.NAME, 'RE')", True),
        ("endsWith(env.NAME, 'x')", False),
        ("format('{0}-{1} {{}}', 'a', 2)", "a-2 {}"),
        ("fromJSON('[1, 2]')[0]", 1),
        ("(failure() || always()) && !cancelled()", True),
    ],
)
def test_an_expression_has_the_value_that_the_runner_gives_it(text: str, value: Value) -> None:
    assert evaluate(text, _SCOPE) == value


@pytest.mark.parametrize("text", ["", "1 +", "nothing.here", "call()", "'open", "env.NAME env.NAME"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text, _SCOPE)


def test_text_keeps_all_that_is_outside_of_expressions() -> None:
    text = "a ${{ env.NAME }} $NAME ${{ '}}' }} ${{ env.absent }}b"
    assert interpolate(text, _SCOPE) == "a redis $NAME }} b"


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("", True),
        ("failure()", False),
        ("${{ always() }}", True),
        ("env.absent", False),
        ("${{ env.NAME == 'redis' }}", True),
        ("failure() || cancelled()", False),
    ],
)
def test_a_step_without_a_status_function_needs_success(text: str, runs: bool) -> None:
    failed = Scope(
        _SCOPE.contexts, {**_SCOPE.functions, "success": lambda _: False, "failure": lambda _: True}
    )
    assert condition(text, _SCOPE) is runs
    expected = "always" in text or "failure" in text
    assert condition(text, failed) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('--health-cmd "redis-cli ping"  --x', ["--health-cmd", "redis-cli ping", "--x"]),
        ("--health-cmd 'redis-cli ping'", ["--health-cmd", "'redis-cli", "ping'"]),
        ("a\nb c", ["a\nb", "c"]),
        (r'"test \"$(redis-cli ping)\" = PONG"', ['test "$(redis-cli ping)" = PONG']),
        (r"a\b c:\\d", [r"a\b", r"c:\\d"]),
        ('--save ""', ["--save", ""]),
        ('a"b c"d', ["ab cd"]),
        ('"a ""b"" c"', ['a "b" c']),
        ("", []),
    ],
)
def test_options_are_split_by_blanks_and_double_quotes_only(text: str, words: list[str]) -> None:
    assert split(text) == words


def test_the_ladder_looks_at_two_six_fourteen_thirty_and_sixty_two_seconds() -> None:
    pauses = [pause(step, lambda low, high: (low + high) / 2) for step in range(1, 7)]
    assert [sum(pauses[:count]) for count in range(1, 7)] == [2, 6, 14, 30, 62, 94]
    assert all(math.isclose(one, 32) for one in pauses[4:])
