"""The nearest known word to one that is not; each answer is kept, and long lists are not searched."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_MOST = 300  # comparing with more words costs more than the hint is worth
_LISTED = 12


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word most like `word`, upper and lower case aside, or None."""
    return _nearest(word[:80].lower(), tuple(known), cutoff)


@lru_cache(maxsize=4096)
def _nearest(word: str, known: tuple[str, ...], cutoff: float) -> str | None:
    if len(known) > _MOST:
        return None
    from difflib import get_close_matches  # slow to import, and seldom needed

    lowered = {name.lower(): name for name in known}
    near = get_close_matches(word, lowered, 1, cutoff)
    return lowered[near[0]] if near else None


def listed(known: Iterable[str], none: str = "none") -> str:
    """Some known words for a message, the rest counted."""
    names = list(known)
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more if names else none
