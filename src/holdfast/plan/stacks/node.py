"""Node: actions/setup-node with the package manager's cache, an exact install, and the project's test script."""

from __future__ import annotations

import re
from typing import NamedTuple

from holdfast.plan.model import Step, Tree
from holdfast.plan.pins import uses
from holdfast.plan.project import Folder, section
from holdfast.plan.stacks import below

AXIS = "node"
DEFAULT = "24"


class _Client(NamedTuple):
    """A package manager: what it is called, how it installs exactly, how it runs the test script."""

    name: str
    lock: str
    install: str
    test: str


_CLIENTS = (
    _Client("npm", "package-lock.json", "npm ci", "npm test"),
    _Client("npm", "npm-shrinkwrap.json", "npm ci", "npm test"),
    _Client("yarn", "yarn.lock", "corepack enable\nyarn install --immutable", "yarn test"),
    _Client("pnpm", "pnpm-lock.yaml", "corepack enable\npnpm install --frozen-lockfile", "pnpm test"),
)
_LOOSE = _Client("npm", "", "npm install", "npm test")
_SHARE = "$HOLDFAST_SHARD/$HOLDFAST_SHARDS"
_RUNNER = re.compile(r"\bnode\b.*--test\b")
# Flags alone behind `--test`: one more may follow. (One with its value apart counts as a file: the safe side.)
_OPEN_END = re.compile(r"--test(?:\s+-\S+)*\s*$")


def detected(folder: Folder) -> str:
    """The version that the project names; empty where it names none."""
    for name in (".nvmrc", ".node-version"):
        pinned = re.match(r"\s*v?(\d+(?:\.\d+)*)", folder.files.get(name, ""))
        if pinned:
            return pinned[1]
    found = re.search(r"(\d+)", str(section(folder.package, "engines").get("node", "")))
    return found[1] if found else ""


def _client(folder: Folder) -> _Client:
    return next((client for client in _CLIENTS if client.lock in folder), _LOOSE)


def setup(folder: Folder, at: str, version: str) -> tuple[Step, ...]:
    client = _client(folder)
    given: dict[str, Tree] = {"node-version": version or detected(folder) or DEFAULT}
    if client.lock and client.name == "npm":
        given |= {"cache": "npm", "cache-dependency-path": below(at, client.lock)}
    elif "package.json" in folder:
        # without a lock, or before corepack has made the client known, there is nothing to key a cache by
        given["package-manager-cache"] = False
    steps = [Step(name="Set up Node", uses=uses("actions/setup-node"), with_=given)]
    if folder.package.get("dependencies") or folder.package.get("devDependencies"):
        steps.append(Step(name="Install dependencies", run=client.install))
    return tuple(steps)


def command(folder: Folder, limit: int, sharded: bool) -> str:
    client = _client(folder)
    script = str(section(folder.package, "scripts").get("test", ""))
    if not folder.files or not script:
        shard = f' --test-shard="{_SHARE}"' if sharded else ""
        return f"node --test --test-timeout={limit * 1000}{shard}"
    if _RUNNER.search(script) and not _OPEN_END.search(script):
        return _before(sharded) + client.test
    return client.test + _more(client, script, limit, sharded)


def _before(sharded: bool) -> str:
    """The share of a script that names its files: node takes no flag behind a file, and no limit from here."""
    return f'env "NODE_OPTIONS=${{NODE_OPTIONS:-}} --test-shard={_SHARE}" ' if sharded else ""


def _more(client: _Client, script: str, limit: int, sharded: bool) -> str:
    """Flags for the runner behind the script: its own limit, and its share."""
    flags = []
    own = _RUNNER.search(script) is not None
    if own:
        flags.append(f"--test-timeout={limit * 1000}")
    if sharded:
        flags.append(f'--{"test-shard" if own else "shard"}="{_SHARE}"')
    dashes = "" if client.name == "yarn" else " --"
    return f"{dashes} {' '.join(flags)}" if flags else ""
