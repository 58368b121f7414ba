"""Two real Docker engines, and stand-ins for images that cannot be pulled."""

from __future__ import annotations

import atexit
import fcntl
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from support.cache import cache_folder, cached, digest, locked
from support.debian import Release, unpacked
from support.servers import Server

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
        archive = _image_archive(_server_for(tag))
        kept = f"holdfast/{archive.parent.parent.name}:{archive.parent.name}"
        with locked(f"import-{self.engine.value}"):
            if self.tried("image", "inspect", kept).returncode:
                self.load(archive, kept, _changes(_server_for(tag)))
            self.run("tag", kept, tag)
        return tag

    def load(self, archive: Path, tag: str, changes: Sequence[str]) -> None:
        """Import a root file system (a tar file) with Dockerfile lines that describe it."""
        options = [word for change in changes for word in ("-c", change)]
        self.run("import", *options, str(archive), tag, timeout=300)


@cache
def engine(kind: Engine) -> Docker:
    """This engine, started unless it answers; the last process that uses it ends it."""
    if os.geteuid() != 0 or shutil.which("iptables", path=_SYSTEM_PATH) is None:
        raise RuntimeError(_MISSING)
    folder = Path(tempfile.gettempdir()) / f"holdfast-{kind.value}-{digest([str(cache_folder())])}"
    folder.mkdir(mode=0o755, exist_ok=True)
    users = os.open(folder / "users", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
    fcntl.flock(users, fcntl.LOCK_SH)
    with locked(f"start-engine-{kind.value}"):
        pid = _answering(kind, folder) or _started(kind, folder)
    atexit.register(_leave, kind, folder, users)
    return Docker(kind, folder / "docker.sock", pid)


def prepare_images() -> None:
    """Build the stand-ins now, so that no test waits for the network."""
    for server in Server:
        _image_archive(server)


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
    with locked(f"start-engine-{kind.value}"):
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


def _server_for(tag: str) -> Server:
    """The server that stands in for an image: the same family, the nearest version that is to be had."""
    if "valkey" in tag:
        return Server.VALKEY_8_1
    version = re.search(r"redis:(\d+)", tag)
    if version is None:
        raise ValueError(f"no stand-in for the image {tag}")
    return {"6": Server.REDIS_6_2, "7": Server.REDIS_7_0}.get(version[1], Server.REDIS_8_0)


def _changes(server: Server) -> list[str]:
    return [
        'ENTRYPOINT ["docker-entrypoint.sh"]',
        f'CMD ["{server.family}-server"]',
        "EXPOSE 6379",
        "WORKDIR /data",
        "VOLUME /data",
        "ENV PATH=/usr/local/bin:/usr/bin:/bin",
    ]


def _image_archive(server: Server) -> Path:
    """A tar file of about 20 MB: server, client, their libraries, a shell."""
    entry_point = _ENTRY_POINT.replace("FAMILY", server.family)
    inputs = ["3", str(server.root or server.folder), entry_point]

    def build(folder: Path) -> None:
        root = folder / "root"
        _fill(root, server)
        _write_program(root / "usr/local/bin/docker-entrypoint.sh", entry_point)
        subprocess.run(
            ["tar", "-C", str(root), "-cf", str(folder / "image.tar"), "."], check=True, timeout=60
        )
        shutil.rmtree(root)

    return cached(f"image-{server.name.lower()}", inputs, build) / "image.tar"


# What the official entry points do (docker-library-redis and valkey-container, docker-entrypoint.sh): a first
# word that is a flag or a configuration file gets the server prepended; a root user's server is run as its
# own user; the image's default for protected mode is off. VALKEY_EXTRA_FLAGS is Valkey's alone.
_ENTRY_POINT = """#!/bin/sh
set -e
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
  set -- FAMILY-server "$@"
fi
if [ "$1" = FAMILY-server ]; then
  shift
  configuration=
  if [ "$1" = - ] || { [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; }; then
    configuration=$1
    shift
  fi
  if [ FAMILY = valkey ]; then
    set -- "$@" $VALKEY_EXTRA_FLAGS
  fi
  set -- --protected-mode no "$@"
  if [ -n "$configuration" ]; then
    set -- "$configuration" "$@"
  fi
  if [ "$(id -u)" = 0 ]; then
    chown FAMILY . 2>/dev/null || true
    exec start-stop-daemon -S -q -c FAMILY:FAMILY -x /usr/local/bin/FAMILY-server -- "$@"
  fi
  exec /usr/local/bin/FAMILY-server "$@"
fi
exec "$@"
"""


def _fill(root: Path, server: Server) -> None:
    for folder in ("bin", "data", "etc", "lib64", "root", "tmp", "usr/bin", "usr/local/bin", "var"):
        (root / folder).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    _add_shell(root)
    for program in ("server", "cli"):
        source = (server.root / "usr/bin" if server.root else server.folder) / f"{server.family}-{program}"
        shutil.copy(source, root / "usr/local/bin" / source.name)
        _add_libraries(source, server, root)
        if server.family == "valkey":
            (root / "usr/local/bin" / f"redis-{program}").symlink_to(f"valkey-{program}")
    users = f"root:x:0:0:root:/root:/bin/sh\n{server.family}:x:999:999::/data:/bin/sh\n"
    (root / "etc/passwd").write_text(users)
    (root / "etc/group").write_text(f"root:x:0:\n{server.family}:x:999:\n")


def _add_shell(root: Path) -> None:
    busybox = unpacked("busybox", Release.BOOKWORM, ["busybox-static"])
    program = next(found for place in ("bin", "usr/bin") if (found := busybox / place / "busybox").exists())
    shutil.copy(program, root / "bin/busybox")
    applets = subprocess.run([program, "--list"], capture_output=True, text=True, timeout=60, check=True)
    for applet in set(applets.stdout.split()) - {"busybox"}:
        (root / "bin" / applet).symlink_to("busybox")


def _add_libraries(program: Path, server: Server, root: Path) -> None:
    """Every library that the loader names, at a place where the loader of the image looks."""
    packages = server.root or Server.REDIS_7_0.root
    assert packages is not None
    folders = [packages / place / "x86_64-linux-gnu" for place in ("lib", "usr/lib")]
    loader = next(found for folder in folders if (found := folder / "ld-linux-x86-64.so.2").exists())
    search = ":".join(str(folder) for folder in folders)
    listed = subprocess.run(
        [str(loader), "--library-path", search, "--list", str(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    target = root / "lib/x86_64-linux-gnu"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(loader, root / "lib64/ld-linux-x86-64.so.2")
    for name, path in re.findall(r"(\S+) => (\S+) \(", listed.stdout):
        if "ld-linux" not in name:
            shutil.copy(path, target / name)


def _write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
