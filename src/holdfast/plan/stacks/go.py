"""Go: actions/setup-go with its cache, and `go test` with a limit of its own.

`go test` stops itself after 10 minutes unless -timeout says otherwise (go command documentation).
"""

from __future__ import annotations

from holdfast.plan.model import Step
from holdfast.plan.pins import uses
from holdfast.plan.project import Folder, go_version
from holdfast.plan.stacks import below

AXIS = "go"
DEFAULT = "1.26"

# A package is a shard's if its index is; a shard without packages has nothing to do.
_SHARD = (
    'mapfile -t packages < <(go list ./... | awk -v n="$HOLDFAST_SHARDS" -v i="$HOLDFAST_SHARD" \'NR % n == i % n\')\n'
    '((${{#packages[@]}} == 0)) || go test -timeout {limit} "${{packages[@]}}"'
)


def detected(folder: Folder) -> str:
    """The version that the project names; empty where it names none."""
    return go_version(folder)


def setup(folder: Folder, at: str, version: str) -> tuple[Step, ...]:
    given = {"go-version": version} if version else {"go-version-file": below(at, "go.mod")}
    if not version and not detected(folder):
        given = {"go-version": DEFAULT}
    cache = {"cache-dependency-path": below(at, "go.sum")} if "go.sum" in folder else {"cache": False}
    return (Step(name="Set up Go", uses=uses("actions/setup-go"), with_={**given, **cache}),)


def command(folder: Folder, limit: int, sharded: bool) -> str:
    if sharded:
        return _SHARD.format(limit=f"{limit}s")
    return f"go test -timeout {limit}s ./..."
