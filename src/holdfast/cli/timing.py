"""Compute when each job's steps begin, when a dead service is reported, and whether the retries fit.

FILE is a workflow or a spec; without one, holdfast.yml if it is there, else the workflows of this repository.
Exit codes: 0 computed, 2 something to repair first.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from holdfast.cli.options import argument, option
from holdfast.errors import Exit, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from holdfast.timing.model import Timing

_SPECS = ("holdfast.yml", "holdfast.yaml")
_WORKFLOWS = Path(".github/workflows")


@dataclass(frozen=True)
class Options:
    """The command line."""

    file: str | None = argument(None, help="A workflow, or a spec.", metavar="WORKFLOW|SPEC")
    ready: str = option(
        "0.3,1,5,15",
        "--ready",
        help="Seconds after which the service is ready, with commas.",
        metavar="SECONDS",
    )
    engine: int = option(
        28,
        "--engine",
        help="Docker's major version; from 25 on it has start intervals.",
        metavar="N",
        kind=int,
    )
    output_format: str = option("text", "--output-format", help="How to print.", choices=("text", "json"))
    html: str | None = option(None, "--html", help="Also draw it on one page, FILE.", metavar="FILE")


def run(options: Options) -> int:
    """Compute and print."""
    from holdfast.timing.plain import as_json, as_text

    ready = _ready(options.ready)
    files = _files(options.file)
    found = [timing for file in files for timing in _of(file, ready, options.engine)]
    sys.stdout.write(as_json(found) if options.output_format == "json" else as_text(found))
    if options.html is not None:
        _draw(Path(options.html), found, ", ".join(str(file) for file in files))
    return Exit.CLEAN


def _ready(words: str) -> tuple[float, ...]:
    try:
        times = tuple(float(word.strip().removesuffix("s")) for word in words.split(","))
    except ValueError:
        raise UserError(f"--ready {words} is no list of seconds", "write it as 0.3,1,5,15") from None
    if not all(0 <= time <= 21600 for time in times):
        raise UserError(f"--ready {words} is outside 0 to 21600 s", "write it as 0.3,1,5,15")
    return times


def _files(named: str | None) -> tuple[Path, ...]:
    if named is not None:
        return (Path(named),)
    spec = next((Path(name) for name in _SPECS if Path(name).exists()), None)
    if spec is not None:
        return (spec,)
    found = tuple(sorted([*_WORKFLOWS.glob("*.yml"), *_WORKFLOWS.glob("*.yaml")]))
    if not found:
        raise UserError("there is neither holdfast.yml nor a workflow here", "name a workflow or a spec")
    return found


def _of(path: Path, ready: tuple[float, ...], engine: int) -> tuple[Timing, ...]:
    """The timings of a workflow, or of the workflow that a spec makes."""
    from holdfast.document import Mapping, read
    from holdfast.text import Source
    from holdfast.timing.model import timings

    try:
        source = Source(str(path), path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}", "name a readable file") from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is no UTF-8 text", "save it as UTF-8") from None
    document = read(source)
    if document.errors:
        line, _ = source.place(document.errors[0].span.start)
        raise UserError(f"{path}:{line}: {document.errors[0].message}", document.errors[0].cure)
    root = document.root
    if isinstance(root, Mapping) and root.get("on") is not None and root.get("jobs") is not None:
        return timings(source, ready, engine, _runners(path))
    return _of_spec(path, ready, engine)


def _runners(path: Path) -> dict[str, str]:
    """The retry runners of the workflow's repository, path to text."""
    root = path.resolve().parent
    if root.parts[-2:] == (".github", "workflows"):
        root = root.parents[1]
    found = [
        *root.glob("run-with-retry.sh"),
        *root.glob("*/run-with-retry.sh"),
        *root.glob(".github/*/run-with-retry.sh"),
    ]
    return {file.relative_to(root).as_posix(): file.read_text("utf-8", "replace") for file in found}


def _of_spec(path: Path, ready: tuple[float, ...], engine: int) -> tuple[Timing, ...]:
    from holdfast.flows import Generated, Wanted, generate
    from holdfast.spec.read import spec_source
    from holdfast.text import Source
    from holdfast.timing.model import timings

    made = generate(Wanted(path.parent, spec_source(path, str(path)), {}))
    if not isinstance(made, Generated):
        first = made[0]
        raise UserError(
            f"{first.place.file}:{first.place.line}:{first.place.col}: {first.message}", first.cure
        )
    texts = {file.path: file.text for file in made.rendered}
    workflow = made.rendered[0]
    scripts = {name: text for name, text in texts.items() if name.endswith(".sh")}
    return timings(Source(workflow.path, workflow.text), ready, engine, scripts)


def _draw(path: Path, found: list[Timing], title: str) -> None:
    from holdfast.timing.page import as_html

    try:
        path.write_text(as_html(found, title), encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"cannot write {path}: {error.strerror}", "name a file in a folder that is there"
        ) from None
