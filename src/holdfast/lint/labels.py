"""The labels of GitHub's runners.

Source: https://docs.github.com/actions/reference/runners/github-hosted-runners,
https://docs.github.com/actions/reference/runners/larger-runners and the announcements of
https://github.com/actions/runner-images (2026-11). A new label is a word here.
"""

from __future__ import annotations

import re

HOSTED = frozenset(
    (
        "ubuntu-latest",
        "ubuntu-26.04",
        "ubuntu-24.04",
        "ubuntu-22.04",
        "ubuntu-slim",
        "ubuntu-26.04-arm",
        "ubuntu-24.04-arm",
        "ubuntu-22.04-arm",
        "windows-latest",
        "windows-2025",
        "windows-2025-vs2026",
        "windows-2022",
        "windows-11-arm",
        "windows-11-vs2026-arm",
        "macos-latest",
        "macos-latest-large",
        "macos-latest-xlarge",
        "macos-26",
        "macos-26-large",
        "macos-26-intel",
        "macos-26-xlarge",
        "macos-15",
        "macos-15-large",
        "macos-15-intel",
        "macos-15-xlarge",
        "macos-14",
        "macos-14-large",
        "macos-14-xlarge",
    )
)
# label: (when, what instead)
REMOVED = {
    "ubuntu-16.04": ("2021-09", "ubuntu-24.04"),
    "ubuntu-18.04": ("2023-04", "ubuntu-24.04"),
    "ubuntu-20.04": ("2025-04", "ubuntu-24.04"),
    "windows-2016": ("2022-04", "windows-2025"),
    "windows-2019": ("2025-06", "windows-2025"),
    "macos-10.15": ("2022-12", "macos-15"),
    "macos-11": ("2024-06", "macos-15"),
    "macos-12": ("2024-12", "macos-15"),
    "macos-13": ("2025-12", "macos-15-intel"),
    "macos-13-large": ("2025-12", "macos-15-large"),
    "macos-13-xlarge": ("2025-12", "macos-15-xlarge"),
}
LEAVING: dict[str, tuple[str, str]] = {}
SELF_HOSTED = frozenset(("self-hosted",))

_SYSTEMS = (("ubuntu", "linux"), ("linux", "linux"), ("windows", "windows"), ("macos", "macos"))
_FORM = re.compile(r"(ubuntu|windows|macos)-(latest|\d+(\.\d+)?)(-(large|xlarge|arm|intel))?")
_LATEST = tuple(name for name in HOSTED if name.endswith("-latest"))


def system_of(label: str) -> str | None:
    """linux, windows or macos, where a label says so."""
    return next((system for prefix, system in _SYSTEMS if re.match(rf"{prefix}(-|$)", label)), None)


def looks_hosted(label: str) -> bool:
    """Whether a label has the form of GitHub's own; larger runners have names of any other form."""
    from difflib import get_close_matches  # slow to import, and seldom needed

    return _FORM.fullmatch(label) is not None or bool(get_close_matches(label, _LATEST, 1, 0.85))
