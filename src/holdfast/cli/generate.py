"""Write the workflow and its scripts from a spec.

SPEC is holdfast.yml of the current folder unless given; without one, the language is detected and the defaults are
used. Nothing is written before all of it is validated, and a file that Holdfast does not own is never overwritten.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.cli.options import argument, color_option, exit_zero_option, option
from holdfast.errors import Exit, UserError

if TYPE_CHECKING:
    from holdfast.files import Change
    from holdfast.finding import Finding
    from holdfast.flows import Generated, Wanted

_USUAL = ("holdfast.yml", "holdfast.yaml")


@dataclass(frozen=True)
class Options:
    """The command line."""

    spec: str | None = argument(None, help="The spec. [default: holdfast.yml, if there]", metavar="SPEC")
    root: str | None = option(
        None, "--root", help="The repository's root. [default: the spec's folder]", metavar="DIR"
    )
    profile: str | None = option(
        None, "--profile", help="Wins over the spec's profile.", choices=("lean", "full")
    )
    target: str | None = option(
        None, "--target", help="Wins over the spec's target.", choices=("github", "ghes", "act", "hooks")
    )
    check: bool = option(
        False, "--check", help="Write nothing; exit with 1 and a diff if something would change."
    )
    diff: bool = option(False, "--diff", help="Write nothing; show what would change.")
    stdout: bool = option(False, "--stdout", help="Write nothing; print the workflow.")
    show_settings: bool = option(
        False, "--show-settings", help="Write nothing; print every value and who set it."
    )
    force: bool = option(
        False, "--force", help="Replace files that are not ours, or that were changed by hand."
    )
    output_format: str = option("text", "--output-format", help="How to print.", choices=("text", "json"))
    exit_zero: bool = exit_zero_option()
    color: str = color_option()


def run(options: Options) -> int:
    """Generate, or say why not."""
    path = _spec_path(options)
    root = Path(options.root) if options.root else (path.parent if path else Path())
    if not root.is_dir():
        raise UserError(f"there is no folder {root}", "make it, or name another --root")
    overrides = {name: value for name in ("profile", "target") if (value := getattr(options, name))}
    if options.check and path is not None and _unchanged(root, path, overrides):
        return _same(options)
    from holdfast.flows import Generated, Wanted, generate
    from holdfast.spec.read import spec_source

    wanted = Wanted(root, spec_source(path, str(path)) if path else None, overrides, options.force)
    made = generate(wanted)
    if not isinstance(made, Generated):
        return _refuse(made, wanted, options)
    return _deliver(wanted, made, options)


def _spec_path(options: Options) -> Path | None:
    """The spec to read; None where there is none and none was named."""
    if options.spec is not None:
        return Path(options.spec)
    root = Path(options.root or ".")
    return next((root / name for name in _USUAL if (root / name).exists()), None)


def _unchanged(root: Path, path: Path, overrides: Mapping[str, str]) -> bool:
    """The fast way to know that nothing is to do: hashes, and no import of what renders."""
    from holdfast.render.header import unchanged

    try:
        if path.stat().st_size > 1 << 20:
            return False
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    flags = " ".join(f"--{name} {value}" for name, value in overrides.items())
    return unchanged(root, path.name, text, flags)


def _same(options: Options) -> int:
    if options.output_format == "json":
        print('{"version": 1, "files": []}')
    return Exit.CLEAN


def _refuse(findings: tuple[Finding, ...], wanted: Wanted, options: Options) -> int:
    """What is wrong with the spec, at its places."""
    from holdfast.cli.screen import coloured
    from holdfast.report import Report, render

    assert wanted.source is not None
    texts = {wanted.source.path: wanted.source.text}
    if options.output_format == "json":
        sys.stdout.write(render(Report(findings, 1, texts), "json"))
    else:
        report = Report(findings, 1, texts, coloured(options.color, sys.stderr))
        sys.stderr.write(render(report, "text"))
    return Exit.USER


def _deliver(wanted: Wanted, made: Generated, options: Options) -> int:
    if options.show_settings:
        return _settings(made)
    if options.stdout:
        sys.stdout.write(made.changes[0].new)
        return Exit.CLEAN
    if options.check or options.diff:
        return _differences(made, options)
    from holdfast.flows import written

    _tell_notices(wanted, made, options)
    written(wanted, made)
    _report(wanted, made, options)
    return Exit.CLEAN


def _settings(made: Generated) -> int:
    from holdfast.spec.settings import settings

    rows = settings(made.spec, made.detected)
    width = max(len(row.path) for row in rows)
    values = max(min(len(row.value), 60) for row in rows)
    for row in rows:
        print(f"{row.path:<{width}}  {row.value:<{values}}  {row.origin}")
    return Exit.CLEAN


def _differences(made: Generated, options: Options) -> int:
    """Drift, as a diff; `--diff` alone is a look, and no failure."""
    drift = made.drift if options.check else made.altered
    if options.output_format == "json":
        print(_json(drift))
    else:
        for change in drift:
            if change.reason:
                print(f"{change.path}: {change.reason}", file=sys.stderr)
            sys.stdout.write(change.diff)
    return Exit.FINDINGS if options.check and drift and not options.exit_zero else Exit.CLEAN


def _json(changes: tuple[Change, ...]) -> str:
    import json

    files = [
        {"path": change.path, "state": change.state.value, "reason": change.reason} for change in changes
    ]
    return json.dumps({"version": 1, "files": files}, indent=2)


def _tell_notices(wanted: Wanted, made: Generated, options: Options) -> None:
    """What is legal and odd in the spec, on standard error."""
    if not made.spec.notices or wanted.source is None or options.output_format == "json":
        return
    from holdfast.report import Report, render

    report = Report(made.spec.notices, 1, {wanted.source.path: wanted.source.text})
    sys.stderr.write(render(report, "text") + "\n")


def _report(wanted: Wanted, made: Generated, options: Options) -> None:
    if options.output_format == "json":
        print(_json(made.changes))
        return
    if wanted.source is None:
        found = ", ".join(f"{name.rpartition('.')[2]} {value}" for name, value in made.detected.items())
        print(f"no holdfast.yml: defaults, and what was detected: {found or 'nothing'}")
    for change in made.changes:
        print(f"{change.state.value:<8} {change.path}")
    _next(wanted, made)


def _next(wanted: Wanted, made: Generated) -> None:
    """The commands that come next."""
    workflow = made.changes[0].path
    lock = wanted.root / ".github/workflows/actions.lock"
    paths = " ".join(change.path for change in made.changes)
    print("\nnext:")
    if lock.is_file():
        print("  gh actions lock    # this repository locks its actions: bring actions.lock up to date")
    print(f"  holdfast timing {workflow}")
    print(f"  git add {paths}")
    print('  git commit -m "Run the tests against Redis" && git push')
