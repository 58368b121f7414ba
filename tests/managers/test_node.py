"""The fault suite against the node manager."""

from __future__ import annotations

from pathlib import Path

import pytest
from managers.managers import driver
from managers.several_servers import FAULTS


@pytest.mark.parametrize("name", FAULTS)
def test_it_holds(name: str, tmp_path: Path) -> None:
    with driver("node", tmp_path) as running:
        FAULTS[name](running, tmp_path)
