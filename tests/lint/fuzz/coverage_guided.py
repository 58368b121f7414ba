"""Coverage-guided fuzzing of the document reader, the expression parser and the whole linter.

    python tests/lint/fuzz/coverage_guided.py document|expression|lint [SECONDS] [SEED] [FOLDER]
    python tests/lint/fuzz/coverage_guided.py keep TARGET FOLDER

The folder gets the saved inputs of `corpus/` beside this file and the cases of tests/lint/corpus, and keeps what
reached new code. `keep` takes the shortest of what a long run found into the saved inputs. Atheris has wheels for
few versions of Python; the development group of pyproject.toml says for which.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]  # on few Pythons only

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["holdfast"]):
    from holdfast.document import nodes, read
    from holdfast.lint.engine import lint
    from holdfast.lint.expression.lexer import ExpressionError
    from holdfast.lint.expression.nodes import walk
    from holdfast.lint.expression.parser import parse
    from holdfast.lint.expression.segments import segments
    from holdfast.text import Source

SAVED = Path(__file__).with_name("corpus")
_LONGEST = 120  # characters of a saved input
_MOST = 400  # saved inputs of a target
# No input of 4 kB takes a second; a machine that does five things at once is forgiven much.
_SECONDS_AN_INPUT = 60


def document(text: str) -> None:
    """Every node and every error lies inside the text."""
    found = read(Source("any.yml", text))
    for error in (*found.errors, *found.doubts):
        assert 0 <= error.span.start <= error.span.end <= len(text)
    for node in nodes(found.root):
        assert 0 <= node.start <= node.end <= len(text)
    for comment in found.comments:
        assert text[comment.start : comment.end] == comment.text


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
    if words[0] == "keep":
        keep(words[1], Path(words[2]))
        return
    name, seconds, seed, folder = (*words, *("", "60", "0", f".cache/fuzz/{words[0]}")[len(words) :])
    target = TARGETS[name]
    _fill(name, Path(folder))

    def one(data: bytes) -> None:
        target(data.decode("utf-8", "replace"))

    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-timeout={_SECONDS_AN_INPUT}",
        f"-artifact_prefix={folder}/",
        "-max_len=4096",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], folder, *options], one)
    atheris.Fuzz()


def saved(name: str) -> list[str]:
    """The inputs kept for a target; the whole linter reads documents."""
    file = SAVED / f"{'expression' if name == 'expression' else 'document'}.json"
    texts: list[str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return texts


def keep(name: str, folder: Path) -> None:
    """Take the shortest inputs of a folder into the saved ones."""
    texts = {*saved(name)}
    for file in folder.iterdir():
        texts.add(file.read_bytes().decode("utf-8", "replace").replace("\0", ""))
    chosen = sorted((text for text in texts if 0 < len(text) <= _LONGEST), key=lambda text: (len(text), text))
    SAVED.mkdir(exist_ok=True)
    written = json.dumps(sorted(chosen[:_MOST]), indent=0)
    (SAVED / f"{name}.json").write_text(written + "\n", encoding="utf-8")


def _fill(name: str, folder: Path) -> None:
    """Begin with what is saved and with the cases of the tests."""
    from support.cases import cases

    folder.mkdir(parents=True, exist_ok=True)
    texts = [*saved(name)]
    for case in cases():
        if name == "expression":
            texts += [case.text[part.inner_start : part.inner_end] for part in segments(case.text)]
        else:
            texts.append(case.text)
    for number, text in enumerate(texts):
        (folder / f"given-{number}").write_bytes(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    main(sys.argv[1:])
