"""Where there is no wheel of atheris, its tests are not collected."""

from __future__ import annotations

import platform
import sys

# as in the development group of pyproject.toml
_WHEEL = sys.version_info[:2] == (3, 11) and sys.platform == "linux" and platform.machine() == "x86_64"
collect_ignore = [] if _WHEEL else ["test_coverage_guided.py"]
