"""Where the templates lie: the checkout first, else inside the installed package.

Nothing else may locate templates. An editable install copies forced files to site-packages while the package
resolves to `src/`, so `importlib.resources` alone would find nothing there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def templates() -> Path:
    """The folder that holds `workflow/`, `scripts/` and `project/`."""
    package = Path(__file__).resolve().parent
    checkout = package.parents[1] / "templates"
    if package.parent.name == "src" and checkout.is_dir():
        return checkout
    return package / "templates"
