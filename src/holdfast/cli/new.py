"""Make a repository whose first push is green, or add the missing parts to one.

A small real service in Go, Python or Node with a Redis manager, its tests, the spec, the workflow, the scripts, and a
compose file with the Redis of CI. Nothing that is there is overwritten; what was made before is updated, and what you
changed in it is kept.
"""

from __future__ import annotations

import gc
import re
import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.cli.options import argument, option
from holdfast.errors import Exit, UserError

if TYPE_CHECKING:
    from holdfast.scaffold.flow import Asked, Result

_STACKS = ("go", "python", "node")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")


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
    from holdfast.scaffold.flow import inside_a_repository, plan, write

    asked = _asked(options)
    result = plan(asked)
    if not options.dry_run:
        if not any(change.old != change.new for change in result.changes if not change.reason):
            print("nothing to do: everything is there")
            return Exit.CLEAN
        in_one = inside_a_repository(asked.root)
        write(asked, result)
    _report(result)
    if not options.dry_run:
        _next(asked, result, in_one)
    return Exit.FINDINGS if result.conflicts else Exit.CLEAN


def _asked(options: Options) -> Asked:
    from holdfast.scaffold.flow import USUAL_IMAGE, Asked

    root = Path(options.folder)
    there = next((place for place in (root, *root.parents) if place.exists()), root)
    if there.exists() and not there.is_dir():
        raise UserError(f"{there} is a file", "choose another folder")
    if options.stack is None and not options.into and sys.stdin.isatty() and sys.stderr.isatty():
        options = _answered(options, USUAL_IMAGE.partition(":")[2])
    if options.name is not None and not _NAME.fullmatch(options.name):
        raise UserError(
            f"{options.name!r} is no project name", "use small letters, digits and -, a letter first"
        )
    version = options.redis_version
    image = USUAL_IMAGE if version is None else version if ":" in version else f"redis:{version}"
    return Asked(root, options.stack, options.name, image, options.full, options.into)


def _answered(options: Options, usual_tag: str) -> Options:
    """What the command line left open, asked: the language, and with it all that has a default."""
    from holdfast.scaffold.flow import name_of

    stack = _answer(f"language ({', '.join(_STACKS)})", "", re.compile("|".join(_STACKS)))
    name = options.name or _answer("name", name_of(Path(options.folder)), _NAME)
    tag = options.redis_version or _answer("tag of the redis image", usual_tag, re.compile(r"[\w./:-]+"))
    full = options.full or _answer("every knob on (yes, no)", "no", re.compile("yes|no")) == "yes"
    return replace(options, stack=stack, name=name, redis_version=tag, full=full)


def _answer(question: str, usual: str, accepted: re.Pattern[str]) -> str:
    """An answer of that form; an empty one is the usual one."""
    shown = f" [{usual}]" if usual else ""
    while True:
        print(f"{question}{shown}: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise UserError("the questions were not answered", "add --stack go, python or node")
        answer = line.strip() or usual
        if accepted.fullmatch(answer):
            return answer


def _report(result: Result) -> None:
    for change in sorted(result.changes, key=lambda change: change.path):
        reason = f"  ({change.reason})" if change.reason else ""
        print(f"{change.state.value:<8} {change.path}{reason}")


def _next(asked: Asked, result: Result, in_one: bool) -> None:
    """The commands that come next; `in_one`: the folder was part of a git repository before."""
    from holdfast.scaffold.build import still_to_add

    project, message = result.project, "Begin with a service that holds on to Redis"
    print("\nnext:")
    if asked.root != Path():
        print(f"  cd {shlex.quote(str(asked.root))}")
    if asked.into and (cure := still_to_add(project, asked.root)):
        message = "Run the tests against a Redis, and hold on to it"
        print(f"  in {project.folder}: {cure}" if project.folder else f"  {cure}")
    print("  git add --all .")
    print(f'  git commit --message "{message}"')
    if in_one and not asked.into:
        print(
            "  move .github to the root of the git repository around it: GitHub reads workflows nowhere else"
        )
    if in_one:
        print("  git push")
    else:
        print(f"  git remote add origin git@github.com:YOU/{project.name}.git")
        print("  git push --set-upstream origin main")
