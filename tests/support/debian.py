"""Packages of a Debian release, fetched and unpacked without touching the machine's own apt."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from support.cache import cached

_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_DEFAULT_MIRROR = "http://deb.debian.org/debian"
_TRIES = 3


class Release(Enum):
    """Debian 12 and Debian 13, by the names that their mirrors use."""

    BOOKWORM = "bookworm"
    TRIXIE = "trixie"


def unpacked(name: str, release: Release, packages: Sequence[str]) -> Path:
    """A cached folder that holds the files of these packages (nothing is installed, no script is run)."""

    def build(folder: Path) -> None:
        for archive in _download(release, packages, folder):
            _run(["dpkg", "-x", str(archive), str(folder)])
            archive.unlink()

    return cached(name, ["1", release.value, *packages], build)


def mirror() -> str:
    """The mirror of the Debian main archive that this machine is set to."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = (line.partition(" ") for line in listed.stdout.splitlines())
    found = [uri.rstrip("/") for origin, _, uri in lines if origin == "Debian" and "security" not in uri]
    return found[0] if found else _DEFAULT_MIRROR


def _download(release: Release, packages: Sequence[str], folder: Path) -> list[Path]:
    options = _apt_options(_lists(release))
    _retried(["apt-get", *options, "download", *packages], cwd=folder)
    return sorted(folder.glob("*.deb"))


def _lists(release: Release) -> Path:
    def build(folder: Path) -> None:
        for inside in ("parts", "lists/partial", "cache/archives/partial"):
            (folder / inside).mkdir(parents=True)
        (folder / "status").touch()
        (folder / "parts" / "debian.sources").write_text(_source(release))
        _retried(["apt-get", *_apt_options(folder), "update"], cwd=folder)

    # A new day reads the index anew: old indexes name package versions that mirrors have dropped.
    return cached(f"apt-{release.value}", ["1", mirror(), time.strftime("%Y-%m-%d")], build)


def _source(release: Release) -> str:
    signed = f"Signed-By: {_KEYS}\n" if _KEYS.exists() else ""
    return f"Types: deb\nURIs: {mirror()}\nSuites: {release.value}\nComponents: main\n{signed}"


def _apt_options(folder: Path) -> list[str]:
    settings = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": f"{folder}/parts",
        "Dir::State::lists": f"{folder}/lists",
        "Dir::State::status": f"{folder}/status",
        "Dir::Cache": f"{folder}/cache",
        "APT::Sandbox::User": "root",
        "APT::Update::Post-Invoke-Success": "",
        "Acquire::Languages": "none",
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
        "Acquire::Retries": "3",
        "Acquire::http::Timeout": "30",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def _retried(command: list[str], cwd: Path) -> None:
    for attempt in range(1, _TRIES):
        try:
            return _run(command, cwd)
        except (RuntimeError, subprocess.TimeoutExpired):
            time.sleep(2 * attempt)
    return _run(command, cwd)


def _run(command: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
