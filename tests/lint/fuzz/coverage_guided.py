"""Coverage-guided fuzzing of the document reader and the expression parser, by hand.

    pip install atheris
    python tests/lint/fuzz/coverage_guided.py document|expression|lint [SECONDS] [CORPUS]

The corpus folder keeps what reached new code and is read at the next start; it is filled from the cases of
tests/lint/corpus when it is empty. It is not part of the test suite: atheris has wheels for few versions of Python.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import atheris  # type: ignore[import-untyped]  # installed by hand

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["holdfast"]):
    from holdfast.document import nodes, read
    from holdfast.lint.engine import lint
    from holdfast.lint.expression.lexer import ExpressionError
    from holdfast.lint.expression.nodes import walk
    from holdfast.lint.expression.parser import parse
    from holdfast.lint.expression.segments import segments
    from holdfast.text import Source


def document(text: str) -> None:
    """Every node lies inside the text."""
    for node in nodes(read(Source("any.yml", text)).root):
        assert 0 <= node.start <= node.end <= len(text)


def expression(text: str) -> None:
    """A tree or a mistake, inside the text."""
    segments(text)
    found = parse(text)
    if isinstance(found, ExpressionError):
        assert 0 <= found.start <= found.end <= len(text)
        return
    for node in walk(found):
        assert 0 <= node.start < node.end <= len(text)


def everything(text: str) -> None:
    """No rule fails."""
    for one in lint(Source(".github/workflows/ci.yml", text)):
        assert 0 <= one.place.start <= one.place.end <= len(text)


TARGETS: dict[str, Callable[[str], None]] = {
    "document": document,
    "expression": expression,
    "lint": everything,
}


def main(words: list[str]) -> None:
    target = TARGETS[words[0]]
    seconds = words[1] if len(words) > 1 else "60"
    corpus = Path(words[2] if len(words) > 2 else f".cache/fuzz/{words[0]}")
    _fill(corpus, words[0] == "expression")

    def one(data: bytes) -> None:
        target(data.decode("utf-8", "replace"))

    atheris.Setup([sys.argv[0], str(corpus), f"-max_total_time={seconds}", "-max_len=4096"], one)
    atheris.Fuzz()


def _fill(corpus: Path, of_expressions: bool) -> None:
    """Begin with the cases of the tests."""
    from support.cases import cases

    if corpus.exists():
        return
    corpus.mkdir(parents=True)
    for case in cases():
        parts = segments(case.text)
        texts = (
            [case.text[part.inner_start : part.inner_end] for part in parts]
            if of_expressions
            else [case.text]
        )
        for number, text in enumerate(texts):
            (corpus / f"{case.name}-{number}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
