"""Runs a workflow under act, with real service containers and local stand-ins for actions."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from support.docker import Docker

_RUNNER_IMAGE = "runner:24.04"
IMAGES = re.compile(r"(?<![\w./-])((?:redis|valkey/valkey|python|golang|node):[\w.-]+)")
_ACTION = re.compile(r"uses:\s*['\"]?([\w.-]+/[\w./-]+)@([\w.-]+)")
_FILE, _SUMMARY = "artifact-file", "Summary - "
# Prints what it is given, one line a file, so that no folder of the host needs to be seen from inside.
_UPLOAD = f"""\
name: upload
inputs: {{name: {{default: artifact}}, path: {{required: true}}}}
outputs: {{artifact-id: {{value: "1"}}}}
runs:
  using: composite
  steps:
    - if: always()
      shell: bash
      env:
        NAME: ${{{{ inputs.name }}}}
        PATHS: ${{{{ inputs.path }}}}
      run: |
        cd "$GITHUB_WORKSPACE"
        find $PATHS -type f | while IFS= read -r file; do
          printf '{_FILE} %s %s %s\\n' "$NAME" "$file" "$(base64 -w0 < "$file")"
        done
"""
# What a set-up action brings lies there already: in the image, or mounted at /opt/set-up.
_SET_UP = """\
name: set up
runs:
  using: composite
  steps:
    - shell: bash
      run: if [ -d /opt/set-up/bin ]; then echo /opt/set-up/bin >> "$GITHUB_PATH"; fi
"""
# Starts a server as supercharge/redis-github-action does: a container, published at the port that is asked for.
_REDIS = """\
name: Redis
inputs: {redis-version: {default: latest}, redis-port: {default: "6379"}, redis-container-name: {default: redis}}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        NAME: ${{ inputs.redis-container-name }}
        PORT: ${{ inputs.redis-port }}
        VERSION: ${{ inputs.redis-version }}
      run: docker run -d --name "$NAME" -p "$PORT:6379" "redis:$VERSION"
"""
_KNOWN = {"actions/upload-artifact": _UPLOAD, "supercharge/redis-github-action": _REDIS}


@dataclass(frozen=True)
class ActRun:
    """A finished run: exit code, each step's end by its name, output, uploaded files by artifact."""

    code: int
    steps: Mapping[str, str]
    log: str
    summary: str
    artifacts: Mapping[str, Mapping[str, bytes]]


def run_act(
    docker: Docker,
    repository: Path,
    workflow: str,
    job: str,
    scratch: Path,
    *,
    options: str = "",
    watch: Callable[[str, Stop], None] | None = None,
    secrets: Mapping[str, str] | None = None,
    seconds: float = 300,
) -> ActRun:
    """Run one job; `watch` sees each line of output and may stop the run as Ctrl-C does."""
    text = (repository / workflow).read_text()
    for tag in {*IMAGES.findall(text), _RUNNER_IMAGE}:
        docker.image(tag)
    program = shutil.which("act") or str(Path(sys.executable).with_name("act"))
    words = [program, "push", "--json", "--rm", "--pull=false", "--action-offline-mode", "--privileged"]
    words += ["-W", workflow, "-j", job, "-P", f"ubuntu-24.04={_RUNNER_IMAGE}"]
    words += ["--container-daemon-socket", f"unix://{docker.socket}", "--container-options", options]
    words += [word for stub in _stubs(text, scratch) for word in ("--local-repository", stub)]
    # A secret without a value is read from act's own environment.
    words += [word for name in secrets or () for word in ("-s", name)]
    of_run = {"XDG_CACHE_HOME": str(scratch / "cache"), "HOME": str(scratch)}
    environment = {**os.environ, **(secrets or {}), **docker.env, **of_run}
    process = subprocess.Popen(
        words,
        cwd=repository,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    limit = threading.Timer(seconds, process.kill)
    limit.start()
    try:
        return _read(process, watch or (lambda line, stop: None))
    finally:
        limit.cancel()


@dataclass(frozen=True)
class Stop:
    """The way to end a run early."""

    process: subprocess.Popen[bytes]

    def __call__(self) -> None:
        self.process.send_signal(signal.SIGINT)


def _stubs(text: str, scratch: Path) -> list[str]:
    """A local repository for each action that the workflow uses."""
    stubs = []
    for name, ref in sorted(set(_ACTION.findall(text))):
        folder = scratch / "actions" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "action.yml").write_text(_KNOWN.get(name, _SET_UP))
        stubs.append(f"{name}@{ref}={folder}")
    return stubs


def _read(process: subprocess.Popen[bytes], watch: Callable[[str, Stop], None]) -> ActRun:
    steps: dict[str, str] = {}
    log: list[str] = []
    summary: list[str] = []
    artifacts: dict[str, dict[str, bytes]] = {}
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            entry = _entry(line.decode(errors="replace"))
            message = str(entry.get("msg", ""))
            if message.startswith(f"{_FILE} "):
                _, name, path, content = message.split()
                artifacts.setdefault(name, {})[path] = base64.b64decode(content)
                continue
            if "stepResult" in entry:
                steps[str(entry.get("step"))] = str(entry["stepResult"])
            if _SUMMARY in message:
                summary.append(message.partition(_SUMMARY)[2])
            log.append(message if message.endswith("\n") else f"{message}\n")
            watch(message, Stop(process))
    return ActRun(process.wait(60), steps, "".join(log), "".join(summary), artifacts)


def _entry(line: str) -> Mapping[str, object]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {"msg": line}
    return entry if isinstance(entry, dict) else {"msg": line}
