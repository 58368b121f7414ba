"""Two real Docker engines, each on a socket of its own."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from support.cache import cache_folder, locked_file
from support.debian import Release, unpacked
from support.images import stand_in

_PATIENCE = 60.0
_MISSING = "engines need a root user with iptables and iproute2; `python3 dev.py test` as root installs them"


class Engine(Enum):
    """The engines: Debian 13's 26.1.5 (as hosted runners, API 1.45) and Debian 12's 20.10.24 (API 1.41)."""

    NEW = "new"
    OLD = "old"

    @property
    def bridge(self) -> tuple[str, str]:
        """The default network of each: its own, so that both may run at once."""
        return ("hfnew", "172.28.0.1/24") if self is Engine.NEW else ("hfold", "172.29.0.1/24")

    @property
    def path(self) -> str:
        """The folders of the engine's executables, as a PATH begins."""
        if self is Engine.OLD:
            root = _unpacked_old()
            return f"{root}/usr/sbin:{root}/usr/bin"
        # Debian 13's own runc needs a newer C library than Debian 12 has.
        runc = unpacked("runc", Release.BOOKWORM, ["runc"])
        root = unpacked("engine-new", Release.TRIXIE, ["docker.io", "docker-cli", "containerd"])
        return f"{runc}/usr/sbin:{root}/usr/sbin:{root}/usr/bin"


def compose() -> Path:
    """Debian 13's Compose 2.26.1: the client's plugin, which runs as a program of its own too."""
    root = unpacked("compose", Release.TRIXIE, ["docker-compose"])
    return root / "usr/libexec/docker/cli-plugins/docker-compose"


@dataclass(frozen=True)
class Docker:
    """A running engine, spoken to with its own client."""

    engine: Engine
    socket: Path
    pid: int

    @property
    def env(self) -> dict[str, str]:
        """What makes any `docker` call of a child process reach this engine."""
        return {
            "DOCKER_HOST": f"unix://{self.socket}",
            "PATH": f"{self.engine.path}:{os.environ['PATH']}",
            "DOCKER_CONFIG": str(self.socket.parent / "client"),
        }

    def run(self, *words: str, timeout: float = 120, stdin: str | None = None) -> str:
        """Standard output of one `docker` call; a failed one is raised with its words."""
        done = self.tried(*words, timeout=timeout, stdin=stdin)
        if done.returncode:
            raise RuntimeError(f"docker {' '.join(words)}\nended with {done.returncode}\n{done.stderr}")
        return done.stdout.strip()

    def tried(
        self, *words: str, timeout: float = 120, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """One `docker` call, whatever its end."""
        return subprocess.run(
            ["docker", *words],
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            input=stdin,
            timeout=timeout,
            check=False,
        )

    def image(self, tag: str) -> str:
        """Make the stand-in for this tag known to the engine, and return the tag."""
        image = stand_in(tag)
        with locked_file(self.socket.parent / "import.lock"):
            if self.tried("image", "inspect", image.name).returncode:
                options = [word for change in image.changes for word in ("-c", change)]
                self.run("import", *options, str(image.archive), image.name, timeout=300)
            self.run("tag", image.name, tag)
        return tag


@cache
def engine(kind: Engine) -> Docker:
    """This engine, started unless it answers; the last process that uses it ends it."""
    if os.geteuid() != 0 or shutil.which("iptables", path=_SYSTEM_PATH) is None:
        raise RuntimeError(_MISSING)
    # One for the whole machine, whatever the checkout: two would give their containers the same addresses.
    folder = Path("/tmp") / f"holdfast-engine-{kind.value}"
    folder.mkdir(mode=0o755, exist_ok=True)
    users = os.open(folder / "users", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
    fcntl.flock(users, fcntl.LOCK_SH)
    with locked_file(folder / "start.lock"):
        pid = _answering(kind, folder) or _started(kind, folder)
    atexit.register(_leave, kind, folder, users)
    return Docker(kind, folder / "docker.sock", pid)


_children: dict[int, subprocess.Popen[bytes]] = {}
_SYSTEM_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin"


def _answering(kind: Engine, folder: Path) -> int | None:
    pid_file = folder / "docker.pid"
    if not pid_file.exists():
        return None
    pid = int(pid_file.read_text())
    alive = Path(f"/proc/{pid}").exists()
    answers = alive and Docker(kind, folder / "docker.sock", pid).tried("version").returncode == 0
    return pid if answers else None


def _started(kind: Engine, folder: Path) -> int:
    data = cache_folder() / f"engine-data-{kind.value}"
    try:
        return _start(kind, folder, data)
    except RuntimeError:
        # A data folder that an interrupted engine left behind is the usual reason.
        shutil.rmtree(data, ignore_errors=True)
        return _start(kind, folder, data)


def _start(kind: Engine, folder: Path, data: Path) -> int:
    (folder / "docker.pid").unlink(missing_ok=True)
    name, address = kind.bridge
    _make_bridge(name, address)
    command = ["dockerd", "--host", f"unix://{folder}/docker.sock", "--pidfile", f"{folder}/docker.pid"]
    command += ["--data-root", str(data), "--exec-root", f"{folder}/run", "--bridge", name]
    command += ["--containerd-namespace", f"holdfast-{kind.value}"]
    command += ["--containerd-plugins-namespace", f"holdfast-{kind.value}-plugins"]
    command = [*_own_root(folder), *command]
    with (folder / "docker.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "PATH": f"{kind.path}:{_SYSTEM_PATH}", **_libraries(kind)},
        )
    _children[process.pid] = process
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if _answering(kind, folder):
            return process.pid
        time.sleep(0.1)
    process.terminate()
    process.wait(_PATIENCE)
    raise RuntimeError(
        f"the {kind.value} engine did not start:\n{(folder / 'docker.log').read_text()[-4000:]}"
    )


def _own_root(folder: Path) -> list[str]:
    """Words that give a program a root that is a mount: engines refuse the root of a plain chroot."""
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    if any(line.split()[4] == "/" for line in mounts):
        return []
    root = folder / "root"
    root.mkdir(exist_ok=True)
    enter = 'mount --rbind / "$0" && mount --make-rprivate "$0" && exec chroot "$0" "$@"'
    return ["unshare", "--mount", "--propagation", "unchanged", "sh", "-c", enter, str(root)]


def _make_bridge(name: str, address: str) -> None:
    if Path(f"/sys/class/net/{name}").exists():
        return
    for words in (["link", "add", name, "type", "bridge"], ["addr", "add", address, "dev", name]):
        subprocess.run(["ip", *words], check=True, timeout=30, env={**os.environ, "PATH": _SYSTEM_PATH})


def _unpacked_old() -> Path:
    libraries = ["libdevmapper1.02.1", "libseccomp2", "libselinux1", "libudev1", "libpcre2-8-0"]
    return unpacked("engine-old", Release.BOOKWORM, ["docker.io", "containerd", "runc", "tini", *libraries])


def _libraries(kind: Engine) -> Mapping[str, str]:
    if kind is Engine.NEW:
        return {}
    root = _unpacked_old()
    return {"LD_LIBRARY_PATH": f"{root}/lib/x86_64-linux-gnu:{root}/usr/lib/x86_64-linux-gnu"}


def _leave(kind: Engine, folder: Path, users: int) -> None:
    """End the engine unless another process still uses it."""
    with locked_file(folder / "start.lock"):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        pid = _answering(kind, folder)
        if pid:
            _end(pid)


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    if pid in _children:
        _children[pid].wait(_PATIENCE)
        return
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and Path(f"/proc/{pid}").exists():
        time.sleep(0.05)
