"""Fetches and builds all that tests need, so that none of them waits for the network."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import images, servers, toolchains
from support.docker import Engine, compose
from support.npm import npm_folder


def main() -> int:
    """0 when everything is there; each part is named with its seconds."""
    toolchains.prepare()
    parts: dict[str, Callable[[], object]] = {"servers": servers.prepare, "npm packages": npm_folder}
    if os.geteuid() == 0:
        parts["new engine"] = lambda: Engine.NEW.path
        parts["compose"] = compose
        parts["old engine"] = lambda: Engine.OLD.path
        parts["images"] = images.prepare
    with ThreadPoolExecutor(3) as pool:
        running = {name: pool.submit(_seconds, part) for name, part in parts.items()}
    return max(_told(name, part) for name, part in running.items())


def _seconds(part: Callable[[], object]) -> float:
    began = time.monotonic()
    part()
    return time.monotonic() - began


def _told(name: str, part: Future[float]) -> int:
    problem = part.exception()
    if problem is None:
        print(f"   {name}: {part.result():.1f} s", flush=True)
        return 0
    print(f"   {name}: {problem}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
