"""Read a job that is there into holdfast.yml, and list what it cannot express.

Without --write the spec is printed. Exit code 1 if something of the workflow is not in it, 2 if nothing can be read.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from holdfast.cli.options import argument, option
from holdfast.errors import Exit, UserError


@dataclass(frozen=True)
class Options:
    """The command line."""

    workflow: str = argument(..., help="The workflow file.", metavar="WORKFLOW")
    job: str | None = option(
        None, "--job", help="Only this job. [default: every job with a Redis]", metavar="ID"
    )
    scripts: str = option(
        "scripts",
        "--scripts",
        help="The folder of generated scripts, whose settings are read.",
        metavar="DIR",
    )
    write: bool = option(False, "--write", help="Write holdfast.yml, where there is none.")


def run(options: Options) -> int:
    """Adopt, or say why not."""
    from holdfast import files
    from holdfast.adopt.flow import adopt
    from holdfast.files import Change, State
    from holdfast.text import Source

    path = Path(options.workflow)
    root = _root(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", "name a workflow file") from None
    name = path.resolve().relative_to(root.resolve()).as_posix()
    done = adopt(Source(name, text), root, options.job, options.scripts)
    if options.write:
        if (root / "holdfast.yml").exists():
            raise UserError(
                "there is a holdfast.yml already", "move it away, or print the spec without --write"
            )
        files.write(root, [Change("holdfast.yml", None, done.text, State.CREATED)])
        print("created  holdfast.yml")
    else:
        sys.stdout.write(done.text)
    for line in done.lost:
        print(f"holdfast: not in the spec: {line}", file=sys.stderr)
    return Exit.FINDINGS if done.lost else Exit.CLEAN


def _root(path: Path) -> Path:
    """The repository around a workflow: above .github, else the file's own folder."""
    for folder in path.resolve().parents:
        if folder.name == ".github":
            return folder.parent
    return path.resolve().parent
