"""The program: the fast path where the command line is plain, else Typer; and the one handler of errors."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from holdfast import __version__
from holdfast.errors import Exit, UserError

ISSUES = "https://github.com/holdfast-ci/holdfast/issues"


# Interrupts that came: compiled libraries may turn the exception of one into an error of their own.
_interrupts: list[int] = []


def _interrupted(number: int, frame: FrameType | None) -> None:
    _interrupts.append(number)
    raise KeyboardInterrupt


def main(words: Sequence[str]) -> int:
    """Run the program on the given words (without its name) and return the exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)
    try:
        code = _dispatch(list(words))
        sys.stdout.flush()
    except UserError as error:
        return _user_error(error)
    except KeyboardInterrupt:
        return _stopped()
    except BrokenPipeError:
        # the reader has gone; point stdout at nothing, so that the interpreter's last flush stays quiet
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.CLEAN
    except Exception as error:
        return _stopped() if _interrupts else _bug(error)
    return code


def _dispatch(words: list[str]) -> int:
    if words in (["--version"], ["-V"]):
        print(f"holdfast {__version__}")
        return Exit.CLEAN
    if not words or words[-1] in ("--help", "-h"):
        return _help(words)
    code = _fast(words)
    return _typed(words) if code is None else code


def _help(words: list[str]) -> int:
    """The stored help text, which is Typer's own; a test holds the two together."""
    from holdfast.cli.helptext import HELP

    text = HELP.get(" ".join(words[:-1]))
    if text is None:
        return _typed(words)
    sys.stdout.write(text)
    return Exit.CLEAN if words else Exit.USER


def _fast(words: list[str]) -> int | None:
    """The command's exit code, or None where Typer must speak."""
    from holdfast.cli.commands import COMMANDS, load
    from holdfast.cli.parse import parse

    if words[0] not in COMMANDS:
        return None
    module = load(words[0])
    options = parse(module.Options, words[1:])
    if options is None:
        return None
    return int(module.run(options))


def _typed(words: list[str]) -> int:
    from holdfast.cli.typed import understand

    call = understand(words)
    return call if isinstance(call, int) else call()


def _stopped() -> int:
    _say("holdfast: interrupted")
    return Exit.INTERRUPTED


def _user_error(error: UserError) -> int:
    _say(f"holdfast: {error.what}")
    if error.cure:
        _say(f"  {error.cure}")
    return error.exit


def _bug(error: BaseException) -> int:
    import platform
    import traceback

    _say("".join(traceback.format_exception(error)).rstrip())
    versions = f"holdfast {__version__}, python {platform.python_version()}, {platform.system()}"
    _say(f"holdfast: this is a bug in holdfast ({versions})")
    _say(f"  report it with the lines above and the command: {ISSUES}")
    return Exit.BUG


def _say(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
