"""Where a server may be: behind TLS, a user, a sentinel, in a cluster, on IPv6, in another database."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scripts.diagnosed import diagnose, only_coreutils, sourced
from scripts.topologies import cluster, sentinel
from support.ports import free_port
from support.servers import Server, running

_REDIS = Server.REDIS_8_0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `key.pem` and a self-signed `cert.pem` for localhost and 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(make, check=True, capture_output=True, timeout=60)
    return folder


@contextmanager
def _tls_server(certificate: Path, clients: str = "no", password: str | None = None) -> Iterator[int]:
    port = free_port()
    files = ("--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem", "--tls-ca-cert-file", "cert.pem")
    words = [str(certificate / word) if word.endswith(".pem") else word for word in files]
    flags = ("--tls-port", str(port), "--tls-auth-clients", clients)
    with running(_REDIS, *flags, *words, password=password):
        yield port


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_tls_is_spoken_with_a_certificate_that_is_checked(
    host: str, certificate: Path, tmp_path: Path
) -> None:
    with _tls_server(certificate, password="s3cret-words") as port:
        env = {
            "REDIS_URL": f"rediss://:s3cret-words@{host}:{port}",
            "REDIS_TLS_CACERT": str(certificate / "cert.pem"),
        }
        waited = diagnose(tmp_path, "wait", "--timeout", "30s", env=env)
        assert waited.code == 0, waited.out
        checked = diagnose(tmp_path, "check", "--operations", "100", env=env)
        assert checked.report["verdict"] in {"healthy", "degraded"}, checked.out
        assert checked.report["target"]["tls"] is True


def test_tls_with_a_certificate_of_the_client(certificate: Path, tmp_path: Path) -> None:
    with _tls_server(certificate, clients="yes") as port:
        files = {
            "REDIS_TLS_CACERT": "cert.pem",
            "REDIS_TLS_CERT": "cert.pem",
            "REDIS_TLS_KEY": "key.pem",
        }
        place = {"REDIS_PORT": str(port), "REDIS_TLS": "1"}
        env = place | {name: str(certificate / file) for name, file in files.items()}
        waited = diagnose(tmp_path, "wait", "--timeout", "30s", env=env)
        assert waited.code == 0, waited.out


def _without_openssl(folder: Path) -> str:
    """A PATH of bash, coreutils and redis-cli."""
    path = only_coreutils(folder)
    (folder / "redis-cli").symlink_to(_REDIS.cli)
    (folder / "sh").symlink_to("/bin/sh")
    return path


def test_tls_is_spoken_through_redis_cli_where_there_is_no_openssl(certificate: Path, tmp_path: Path) -> None:
    path = _without_openssl(tmp_path / "bin")
    with _tls_server(certificate, password="s3cret words") as port:
        place = {"PATH": path, "REDIS_PORT": str(port), "REDIS_TLS": "1"}
        trusting = place | {"REDIS_TLS_CACERT": str(certificate / "cert.pem")}
        env = trusting | {"REDIS_PASSWORD": "s3cret words"}
        waited = diagnose(tmp_path, "wait", "--timeout", "30s", env=env)
        assert waited.code == 0, waited.out
        checked = diagnose(tmp_path, "check", "--operations", "100", env=env)
        assert checked.report["verdict"] in {"healthy", "degraded"}, checked.out
        assert set(checked.statuses().values()) <= {"pass", "skipped", "warn"}
        for wrong, kind in (
            (trusting, "noauth"),
            (trusting | {"REDIS_PASSWORD": "no"}, "wrongpass"),
            (place, "tls"),
        ):
            refused = diagnose(tmp_path, "wait", "--timeout", "30s", env=wrong)
            assert refused.check("ready")["value"] == kind, refused.out


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path, tmp_path: Path) -> None:
    with _tls_server(certificate) as port:
        env = {"REDIS_PORT": str(port), "REDIS_TLS": "1"}
        waited = diagnose(tmp_path, "wait", "--timeout", "30s", env=env)
        assert (waited.code, waited.check("ready")["value"]) == (1, "tls"), waited.out
        assert "--cacert" in waited.out
        insecure = diagnose(tmp_path, "wait", "--timeout", "30s", "--insecure", env=env)
        assert insecure.code == 0, insecure.out


def test_tls_to_a_server_without_it_is_named(tmp_path: Path) -> None:
    with running(_REDIS) as redis:
        env = {"REDIS_PORT": str(redis.port), "REDIS_TLS": "1"}
        waited = diagnose(tmp_path, "wait", "--timeout", "10s", env=env)
        assert (waited.code, waited.check("ready")["value"]) == (1, "protocol"), waited.out


def test_a_tls_server_asked_without_it_is_never_taken_for_ready(certificate: Path, tmp_path: Path) -> None:
    with _tls_server(certificate) as port:
        waited = diagnose(tmp_path, "wait", "--timeout", "2s", env={"REDIS_PORT": str(port)})
        assert waited.code in {1, 3}
        assert "rediss://" in waited.out


def test_a_user_of_the_acl_and_another_database(tmp_path: Path) -> None:
    with running(_REDIS) as redis:
        redis.cli("ACL", "SETUSER", "tester", "on", ">p%w:/@x", "~*", "&*", "+@all")
        env = {"REDIS_URL": f"redis://tester:p%25w%3A%2F%40x@127.0.0.1:{redis.port}/3"}
        assert diagnose(tmp_path, "wait", env=env).code == 0
        checked = diagnose(tmp_path, "check", env=env)
        assert checked.code == 0, checked.out
        assert checked.check("authentication")["value"] == "tester"
        assert checked.report["target"]["database"] == 3


def test_a_user_without_administrative_commands_still_passes_what_is_needed(tmp_path: Path) -> None:
    with running(_REDIS) as redis:
        redis.cli("ACL", "SETUSER", "tester", "on", ">words", "~*", "&*", "+@all", "-@admin", "-@scripting")
        env = {"REDIS_PORT": str(redis.port), "REDIS_USERNAME": "tester", "REDIS_PASSWORD": "words"}
        checked = diagnose(tmp_path, "check", env=env)
        assert checked.code == 0, checked.out
        assert checked.statuses()["lua"] == "skipped"
        assert checked.statuses()["configuration"] == "skipped"
        asked = diagnose(tmp_path, "check", "--expect", "maxmemory=1gb", env=env)
        assert asked.code == 1
        assert "cannot be read" in asked.check("maxmemory")["message"]


def test_an_address_of_ipv6(tmp_path: Path) -> None:
    with running(_REDIS) as redis:
        waited = diagnose(tmp_path, "wait", env={"REDIS_URL": f"redis://[::1]:{redis.port}"})
        assert waited.code == 0, waited.out
        assert f"ready: [::1]:{redis.port}" in waited.out


def test_a_password_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("right words\n")
    with running(_REDIS, password="right words") as redis:
        env = {"REDIS_PORT": str(redis.port), "REDIS_PASSWORD": "other words"}
        assert diagnose(tmp_path, "wait", "--password-file", "password", env=env).code == 0


def test_a_sentinel_is_asked_for_its_master(tmp_path: Path) -> None:
    with running(_REDIS) as master, sentinel(master.port) as watching:
        for url in (
            f"redis://127.0.0.1:{watching.port}",
            f"redis+sentinel://127.0.0.1:{free_port()},127.0.0.1:{watching.port}/main",
        ):
            waited = diagnose(tmp_path, "wait", "--timeout", "30s", env={"REDIS_URL": url})
            assert waited.code == 0, waited.out
            assert f"the master main is at 127.0.0.1:{master.port}" in waited.out
            assert f"ready: 127.0.0.1:{master.port}" in waited.out
        checked = diagnose(tmp_path, "check", env={"REDIS_URL": f"redis://127.0.0.1:{watching.port}"})
        assert checked.code == 0, checked.out
        assert master.cli("DBSIZE") == "0"
        unknown = f"redis+sentinel://127.0.0.1:{watching.port}/other"
        waited = diagnose(tmp_path, "wait", "--timeout", "1s", env={"REDIS_URL": unknown})
        assert (waited.code, waited.check("ready")["value"]) == (1, "masterdown")


def test_a_sentinel_without_a_password_stands_before_a_master_with_one(tmp_path: Path) -> None:
    with running(_REDIS, password="s3cret-words") as master, sentinel(master.port) as watching:
        url = f"redis://:s3cret-words@127.0.0.1:{watching.port}"
        waited = diagnose(tmp_path, "wait", "--timeout", "30s", env={"REDIS_URL": url})
        assert waited.code == 0, waited.out


def test_a_cluster_is_ready_when_all_its_slots_are_served(tmp_path: Path) -> None:
    with cluster(3, "--cluster-node-timeout", "1500") as nodes:
        env = {"REDIS_PORT": str(nodes[1].port)}
        nodes[0].cli("CLUSTER", "ADDSLOTSRANGE", 0, 8000)
        unfinished = diagnose(tmp_path, "wait", "--timeout", "1s", env=env)
        assert (unfinished.code, unfinished.check("ready")["value"]) == (1, "clusterdown"), unfinished.out
        nodes[1].cli("CLUSTER", "ADDSLOTSRANGE", 8001, 16383)
        for node in nodes:
            waited = diagnose(tmp_path, "wait", "--timeout", "60s", env={"REDIS_PORT": str(node.port)})
            assert waited.code == 0, waited.out
            assert "not reachable" not in waited.out
        assert "serves no slots" in waited.out
        checked = diagnose(tmp_path, "check", env=env)
        assert checked.code == 0, checked.out
        assert checked.report["target"]["mode"] == "cluster"
        assert [node.cli("DBSIZE") for node in nodes] == ["0", "0", "0"]
        nodes[0].kill()
        broken = diagnose(tmp_path, "wait", "--timeout", "1s", env=env)
        assert broken.code == 1, broken.out
        assert "next: " in broken.out


def test_the_slot_of_a_key_is_what_the_server_says() -> None:
    words = ["a", "123456789", "0f3c9a", "holdfast"]
    with running(_REDIS, "--cluster-enabled", "yes", "--cluster-port", str(free_port())) as redis:
        expected = [redis.cli("CLUSTER", "KEYSLOT", word) for word in words]
    told = sourced('for word in "$@"; do slot_of "$word"; echo "$RESULT"; done', *words)
    assert told.stdout.split() == expected
