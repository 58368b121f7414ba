"""Which commands leave a Redis running behind them: by the program, not by words anywhere in a script."""

from __future__ import annotations

import re

from holdfast.harden.commands import forms, simple

_NAMES = r"(?:redis|valkey|keydb)"
_IMAGES = r"(?:redis|valkey|keydb|dragonfly|redis-stack|redis-stack-server|redis-cluster)"
_STARTS = re.compile(
    rf"(?:\S*/)?{_NAMES}-server(?:\s+(?!--version|--help|-v\b|-h\b)|$)"
    # Debian's package starts its server
    rf"|(?:apt|apt-get|aptitude)\s.*\binstall\b.*\s(?:redis|{_NAMES}-server)(?:[=\s]|$)"
    rf"|docker\s+(?:container\s+)?run\s.*\s[\"']?(?:\S+/)?{_IMAGES}(?:[:@][^\s\"']+)?[\"']?(?:\s+(?!\S*-(?:cli|benchmark)\b)|$)"
    rf"|systemctl\s.*\b(?:start|restart|enable\s+--now)\s.*{_NAMES}|service\s+{_NAMES}\S*\s+(?:re)?start\b"
    rf"|brew\s+services\s+(?:re)?start\s+{_NAMES}"
)
_STOPS = re.compile(
    rf"systemctl\s.*\bstop\s.*{_NAMES}|service\s+{_NAMES}\S*\s+stop\b|brew\s+services\s+stop\s+{_NAMES}"
    r"|(?:\S*/)?(?:redis|valkey)-cli\s.*\bshutdown\b",
    re.IGNORECASE,
)


def starts(script: str) -> bool:
    """Whether a server runs when a script has ended, as far as its own commands say."""
    running = False
    for command in simple(script):
        for form in forms(command):
            if _STOPS.match(form):
                running = False
            elif _STARTS.match(form):
                running = True
    return running
