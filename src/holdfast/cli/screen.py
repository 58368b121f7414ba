"""When to colour: only on a terminal, unless NO_COLOR, FORCE_COLOR or `--color` say otherwise."""

from __future__ import annotations

import os
from typing import IO


def coloured(choice: str, stream: IO[str]) -> bool:
    """Whether output to `stream` is coloured; `choice` (auto, always, never) wins over the environment."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
