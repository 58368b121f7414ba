"""Families and references of images."""

from __future__ import annotations

import pytest

from holdfast.facts import images

REFERENCES = {
    "redis": ("redis", "", "", ()),
    "redis:7": ("redis", "7", "", (7,)),
    "redis:8.10-alpine": ("redis", "8.10-alpine", "", (8, 10)),
    "redis:7.2.14": ("redis", "7.2.14", "", (7, 2)),
    "docker.io/library/redis:latest": ("docker.io/library/redis", "latest", "", ()),
    "localhost:5000/valkey/valkey": ("localhost:5000/valkey/valkey", "", "", ()),
    "localhost:5000/valkey/valkey:9.1@sha256:ab": (
        "localhost:5000/valkey/valkey",
        "9.1",
        "sha256:ab",
        (9, 1),
    ),
    "docker://redis:6-bookworm": ("redis", "6-bookworm", "", (6,)),
    "redis:20240101abc": ("redis", "20240101abc", "", ()),
}


@pytest.mark.parametrize(("image", "parts"), REFERENCES.items(), ids=REFERENCES)
def test_a_reference_comes_apart(image: str, parts: tuple[str, str, str, tuple[int, ...]]) -> None:
    found = images.parse(image)
    assert (*found, found.version) == parts


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("redis:8", "redis"),
        ("ghcr.io/acme/redis:8", "redis"),
        ("valkey/valkey:9.1", "valkey"),
        ("bitnami/redis:7.4", "bitnami"),
        ("docker.io/bitnamilegacy/valkey:8", "bitnami"),
        ("redis/redis-stack-server:7.4.0-v3", "redis-stack"),
        ("docker.dragonflydb.io/dragonflydb/dragonfly:v1.30.0", "dragonfly"),
        ("eqalpha/keydb:x86_64_v6.3.4", "keydb"),
    ],
)
def test_a_family_is_known_by_its_name(image: str, name: str) -> None:
    found = images.family(image)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("image", ["postgres:17", "oliver006/redis_exporter", "redis-commander", ""])
def test_other_images_have_no_family(image: str) -> None:
    assert images.family(image) is None


@pytest.mark.parametrize(
    ("every", "command"),
    [
        (["redis:7.2", "redis:8.10"], "redis-cli -e ping"),
        (["redis:8.10", "redis:5"], "redis-cli ping | grep -q PONG"),
        (
            ["redis:8.10", "valkey/valkey:9.1", "dragonflydb/dragonfly:v1.34.1"],
            "redis-cli ping | grep -q PONG",
        ),
        (["redis:8.10", "eqalpha/keydb:v6.3.4"], None),
    ],
)
def test_images_of_a_matrix_share_one_ping(every: list[str], command: str | None) -> None:
    assert images.shared_ping(every) == command


@pytest.mark.parametrize(
    ("image", "command"),
    [
        ("redis:6.2", "redis-cli -e ping"),
        ("redis:6", "redis-cli -e ping"),
        ("redis:latest", "redis-cli -e ping"),
        ("redis:6.0", "redis-cli ping | grep -q PONG"),
        ("redis:5", "redis-cli ping | grep -q PONG"),
        ("valkey/valkey:8", "valkey-cli -e ping"),
        ("dragonflydb/dragonfly:v1.30.0", "redis-cli ping | grep -q PONG"),
    ],
)
def test_the_ping_fails_unless_the_answer_is_pong(image: str, command: str) -> None:
    assert images.ping(image) == command
