"""`python -m holdfast` and the `holdfast` command: the same program."""

from __future__ import annotations

import os
import sys


def run() -> None:
    """Run the program on this process's arguments, and exit with its code."""
    from holdfast.cli.app import main
    from holdfast.errors import Exit

    words = sys.argv[1:]
    code = main(words)
    if words[:1] == ["lint"] and code in (Exit.CLEAN, Exit.FINDINGS):
        # All is written, and taking a thousand files' objects apart would cost a twentieth of their time.
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    run()
