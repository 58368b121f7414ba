"""Make a repository whose first push is green, or add the missing parts to one.

A small real service in Go, Python or Node with a Redis manager, its tests, the spec, the workflow, the scripts, and a
compose file with the Redis of CI. Nothing that is there is overwritten; what was made before is updated, and what you
changed in it is kept.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.cli.options import argument, option
from holdfast.errors import Exit, UserError

if TYPE_CHECKING:
    from holdfast.scaffold.flow import Asked, Result

_STACKS = ("go", "python", "node")


@dataclass(frozen=True)
class Options:
    """The command line."""

    folder: str = argument(..., help="The repository's folder.", metavar="DIR")
    stack: str | None = option(
        None, "--stack", help="The language. [default: asked, or what is there]", choices=_STACKS
    )
    name: str | None = option(
        None, "--name", help="The project's name. [default: the folder's]", metavar="NAME"
    )
    redis_version: str | None = option(
        None,
        "--redis-version",
        help="The tag of the redis image, or a whole image such as valkey/valkey:8.1.",
        metavar="TAG",
    )
    full: bool = option(False, "--full", help="The profile `full`: every knob on, and each made effective.")
    into: bool = option(False, "--into", help="Add the missing parts to what is there; overwrite nothing.")
    dry_run: bool = option(False, "--dry-run", help="List every file with its state, and write nothing.")


def run(options: Options) -> int:
    """Make it, or say what would be made."""
    gc.disable()  # a short life with little garbage: a tenth of its time
    from holdfast.scaffold.flow import plan, write

    asked = _asked(options)
    result = plan(asked)
    if not options.dry_run:
        if not any(change.old != change.new for change in result.changes if not change.reason):
            print("nothing to do: everything is there")
            return Exit.CLEAN
        write(asked, result)
    _report(asked, result)
    if not options.dry_run:
        _next(asked, result)
    return Exit.FINDINGS if result.conflicts else Exit.CLEAN


def _asked(options: Options) -> Asked:
    from holdfast.scaffold.flow import USUAL_IMAGE, Asked

    version = options.redis_version
    image = USUAL_IMAGE if version is None else version if ":" in version else f"redis:{version}"
    root = Path(options.folder)
    if root.exists() and not root.is_dir():
        raise UserError(f"{root} is a file", "choose another folder")
    stack = options.stack or _question(options)
    _name(options.name)
    return Asked(root, stack, options.name, image, options.full, options.into)


def _name(name: str | None) -> None:
    import re

    if name is not None and not re.fullmatch(r"[a-z][a-z0-9-]{0,62}", name):
        raise UserError(f"{name!r} is no project name", "use small letters, digits and -, a letter first")


def _question(options: Options) -> str | None:
    """The language, asked where somebody can answer; elsewhere what is there decides."""
    if options.into or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    while True:
        print(f"language ({', '.join(_STACKS)}): ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if not answer:
            return None
        if answer.strip() in _STACKS:
            return answer.strip()


def _report(asked: Asked, result: Result) -> None:
    for change in sorted(result.changes, key=lambda change: change.path):
        reason = f"  ({change.reason})" if change.reason else ""
        print(f"{change.state.value:<8} {change.path}{reason}")


def _next(asked: Asked, result: Result) -> None:
    """The commands that come next."""
    print("\nnext:")
    print(f"  cd {asked.root}")
    print("  git add --all")
    print('  git commit --message "Begin with a service that holds on to Redis"')
    if not asked.into:
        print(f"  git remote add origin git@github.com:YOU/{result.project.name}.git")
    print("  git push --set-upstream origin main")
