"""What a run of the linter is told: targets, labels, severities, rules on and off."""

from __future__ import annotations

from typing import NamedTuple

TARGETS = ("github", "ghes", "act", "hooks")


class PathRule(NamedTuple):
    """Rules ignored (or severities set) in the files that a glob matches."""

    pattern: str
    ignore: frozenset[str] = frozenset()


class Settings(NamedTuple):
    """`select` empty means every rule; both lists hold rule ids and group names.

    `labels` are runner labels of one's own, `variables` and `secrets` the known names of `vars` and `secrets`
    (None: anything may exist), `severity` remaps rules: id to error, warning, notice or off. `shellcheck` says
    which one checks the scripts, as `shellcheck.installed` names it; empty for none.
    """

    targets: frozenset[str] = frozenset(("github",))
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    variables: frozenset[str] | None = None
    secrets: frozenset[str] | None = None
    severity: tuple[tuple[str, str], ...] = ()
    paths: tuple[PathRule, ...] = ()
    shellcheck: str = ""


DEFAULT = Settings()
