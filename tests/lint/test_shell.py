"""Where the words and commands of a script begin and end."""

from __future__ import annotations

import pytest

from holdfast.lint.shell import commands

SCRIPTS = {
    "plain": ("pytest -q tests", ["pytest -q tests"]),
    "separators": ("a && b || c; d | e & f\ng", ["a", "b", "c", "d", "e", "f", "g"]),
    "redirections": ("make >log 2>&1 && b >&2", ["make >log 2>&1", "b >&2"]),
    "both streams to a file": ("make &>log", ["make & >log"]),
    "comments": ("a # b; c\nd#e", ["a", "d#e"]),
    "continued lines": ("a \\\n  b", ["a b"]),
    "single quotes": ("echo 'a; b $(c)'", ["echo a; b $(c)"]),
    "double quotes": ('echo "a; \\"b\\" $c ${d} | ${{ e || f }}"', ['echo a; "b" $c ${d} | ${{ e || f }}']),
    "substitutions": ('echo "$(a b)" `c` $(d | e)', ["echo $(a b) `c` $(d | e)", "a b", "c", "d", "e"]),
    "process substitutions": ("diff <(a) >(b)", ["diff <(a) >(b)", "a", "b"]),
    "no process substitution in quotes": ('echo "$type(<scope>): >(text)"', ["echo $type(<scope>): >(text)"]),
    "expressions": ("echo ${{ a || 'b; c' }}-x; d", ["echo ${{ a || b; c }}-x", "d"]),
    "here-documents": ("cat <<'EOF' | a\nb; c\nEOF\nd", ["cat <<EOF", "a", "d"]),
    "a here-document without a name": ("cat <<", ["cat <<"]),
    "an open double quote": ('a; echo "b; c', ["a", "echo b; c"]),
    "an open single quote": ("a; echo 'b; c", ["a", "echo b; c"]),
    "an open expression": ("a; echo ${{ b; c", ["a", "echo ${{ b; c"]),
    "assignments and keywords": ("if A=1 b; then c; fi", ["b", "c", "fi"]),
}


@pytest.mark.parametrize(("script", "lines"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_falls_into_its_commands(script: str, lines: list[str]) -> None:
    assert [command.line for command in commands(script)] == lines


@pytest.mark.parametrize(("script", "lines"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_word_stands_where_it_is_said_to(script: str, lines: list[str]) -> None:
    words = [word for command in commands(script) for word in command.words]
    assert [script[word.start : word.end] for word in words] == [word.raw for word in words]
