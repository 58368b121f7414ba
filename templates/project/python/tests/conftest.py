"""Tests that need Redis take the one at REDIS_URL; each test has keys of its own, so workers never meet."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from __MODULE__.redis_manager import RedisManager, connect_redis
from __MODULE__.service import Service


@pytest.fixture(scope="session")
def manager() -> Iterator[RedisManager]:
    with connect_redis(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")) as connected:
        yield connected


@pytest.fixture
def service(manager: RedisManager) -> Iterator[Service]:
    prefix = f"test:{uuid.uuid4()}:"
    yield Service(manager, prefix)
    for key in manager.client.scan_iter(f"{prefix}*"):
        manager.client.delete(key)
