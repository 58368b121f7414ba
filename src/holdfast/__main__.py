"""`python -m holdfast` and the `holdfast` command: the same program."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the program on this process's arguments, and exit with its code."""
    from holdfast.cli.app import main

    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
