"""Put gate, retries, diagnostics and limits into a workflow that is there, by minimal edits.

Without --write the diff is shown and nothing is written: exit code 1 if something would change, 2 with the reason if
it is refused. Comments, order, quoting and line ends survive; a second run changes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.cli.options import argument, exit_zero_option, option
from holdfast.errors import Exit, UserError
from holdfast.files import Change, State

_PARTS = ("service", "timeouts", "gate", "retry", "bundle")


@dataclass(frozen=True)
class Options:
    """The command line."""

    workflow: str = argument(..., help="The workflow file, or a composite action's.", metavar="WORKFLOW")
    job: str | None = option(
        None, "--job", help="Only this job. [default: every job with a Redis]", metavar="ID"
    )
    test_step: str | None = option(
        None,
        "--test-step",
        help="The step that runs the tests, by name, id or number from 1.",
        metavar="NAME|N",
    )
    spec: str | None = option(
        None, "--spec", help="A spec with the policy. [default: the lean profile]", metavar="FILE"
    )
    profile: str | None = option(
        None, "--profile", help="Wins over the spec's profile.", choices=("lean", "full")
    )
    only: str | None = option(
        None,
        "--only",
        help="Only these parts, with commas: service, timeouts, gate, retry, bundle.",
        metavar="PARTS",
    )
    write: bool = option(False, "--write", help="Write the changes.")
    diff: bool = option(False, "--diff", help="Show the diff, as without --write; with it, show and write.")
    exit_zero: bool = exit_zero_option()


def run(options: Options) -> int:
    """Harden, or say why not."""
    from holdfast import files
    from holdfast.harden.flow import Asked, harden
    from holdfast.spec.read import spec_source

    path = Path(options.workflow)
    root = _root(path)
    text = _text(path)
    spec = spec_source(Path(options.spec), options.spec) if options.spec else None
    name = path.resolve().relative_to(root.resolve()).as_posix()
    done = harden(
        Asked(root, name, text, options.job, options.test_step, spec, options.profile, _parts(options.only))
    )
    changed = [change for change in done.changes if change.state in (State.CREATED, State.CHANGED)]
    if not options.write or options.diff:
        for change in changed:
            sys.stdout.write(_shown(change))
        sys.stdout.flush()
    for line in (*(done.told if changed else ()), *done.left):
        print(f"holdfast: {line}", file=sys.stderr)
    if options.write:
        files.write(root, changed)
        for change in done.changes:
            print(f"{change.state.value:<8} {change.path}{f'  ({change.reason})' if change.reason else ''}")
        return Exit.CLEAN
    print(_outlook(changed, done.changes), file=sys.stderr)
    return Exit.FINDINGS if changed and not options.exit_zero else Exit.CLEAN


def _shown(change: Change) -> str:
    """A diff; of a script that is new, its name and length are enough."""
    if change.state is State.CREATED:
        return f"new file: {change.path} ({len(change.new.splitlines())} lines)\n"
    return change.diff if change.diff.endswith("\n") else f"{change.diff}\n"


def _outlook(changed: list[Change], all_: Sequence[Change]) -> str:
    if not changed:
        kept = next((f" ({change.path} is {change.reason})" for change in all_ if change.reason), "")
        return f"nothing to change{kept}"
    new = sum(change.state is State.CREATED for change in changed)
    counts = ((len(changed) - new, "to change"), (new, "new"))
    shown = ", ".join(
        f"{count} {'file' if count == 1 else 'files'} {what}" for count, what in counts if count
    )
    return f"{shown}; --write writes them"


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise UserError(f"there is no {path}", "name a workflow file") from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", "name a file that can be") from None


def _root(path: Path) -> Path:
    """The repository around a workflow or action: above .github, else where .git is, else the file's own folder."""
    folders = path.resolve().parents
    named = (folder.parent for folder in folders if folder.name == ".github")
    kept = (folder for folder in folders if (folder / ".git").exists())
    return next(named, None) or next(kept, None) or path.resolve().parent


def _parts(only: str | None) -> tuple[str, ...]:
    if only is None:
        return _PARTS
    asked = [part.strip() for part in only.split(",") if part.strip()]
    if unknown := [part for part in asked if part not in _PARTS]:
        raise UserError(f"there is no part {unknown[0]}", f"use some of {', '.join(_PARTS)}")
    return tuple(part for part in _PARTS if part in asked)
