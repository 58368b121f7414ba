"""Answers about a view, remembered on the view itself: a file is asked the same by many rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from holdfast.lint.workflow import View

Seen = TypeVar("Seen", bound=View)
Answer = TypeVar("Answer")


def remembered(ask: Callable[[Seen], Answer]) -> Callable[[Seen], Answer]:
    """The same function, computed once for each view; its answers must not be changed."""
    name = f"{ask.__module__}.{ask.__name__}"

    @wraps(ask)
    def answer(view: Seen) -> Answer:
        known: dict[str, Any] = (
            view.__dict__
        )  # a view has no slots; cached_property keeps its values there too
        try:
            found: Answer = known[name]
        except KeyError:
            found = known[name] = ask(view)
        return found

    return answer
