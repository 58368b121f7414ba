"""Stand-ins for images that cannot be pulled, built from Debian packages."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from support.cache import cached
from support.debian import Release, unpacked
from support.servers import Server

# A machine for steps: what GitHub's own images have of the basics, and Python.
_MACHINE_PACKAGES = (
    "base-files bash bsdutils coreutils dash debianutils diffutils findutils gawk grep gzip hostname "
    "iproute2 libacl1 libattr1 libaudit1 libblkid1 libbpf1 libbsd0 libbz2-1.0 libc-bin libc6 "
    "libcap-ng0 libcap2 libcom-err2 libcrypt1 libdb5.3 libelf1 libexpat1 libffi8 libgcc-s1 libgcrypt20 "
    "libgmp10 libgpg-error0 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 "
    "liblz4-1 liblzma5 libmd0 libmnl0 libmount1 libmpfr6 libncursesw6 libnsl2 libpam0g libpcre2-8-0 "
    "libproc2-0 libpython3.11-minimal libpython3.11-stdlib libreadline8 libselinux1 libsigsegv2 "
    "libsmartcols1 libsqlite3-0 libssl3 libstdc++6 libsystemd0 libtinfo6 libtirpc3 libudev1 libuuid1 "
    "libxtables12 libzstd1 login media-types ncurses-base openssl procps python3 python3-minimal "
    "python3.11 python3.11-minimal sed tar util-linux xz-utils zlib1g"
)
_MACHINES = re.compile(r"(python|golang|node|ubuntu|debian|runner)(:|$)")
_PATH = "/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class StandIn:
    """A root file system as a tar file, the name it is kept under, and Dockerfile lines that describe it."""

    name: str
    archive: Path
    changes: tuple[str, ...]


def stand_in(tag: str) -> StandIn:
    """What is imported for an image of this name."""
    if _MACHINES.match(tag):
        archive = _machine_archive()
        changes = ('CMD ["bash"]', f"ENV PATH={_PATH}")
        return StandIn(f"holdfast/machine:{archive.parent.name}", archive, changes)
    server = _server_for(tag)
    archive = _server_archive(server)
    name = f"holdfast/{server.name.lower()}:{archive.parent.name}"
    return StandIn(name, archive, tuple(_changes(server)))


def prepare() -> None:
    """Build all stand-ins now, so that no test waits for the network."""
    for server in Server:
        _server_archive(server)
    _machine_archive()


def _machine_archive() -> Path:
    packages = unpacked("packages-machine", Release.BOOKWORM, _MACHINE_PACKAGES.split())
    engine = unpacked("engine-new", Release.TRIXIE, ["docker.io", "docker-cli", "containerd"])

    def build(folder: Path) -> None:
        root = folder / "root"
        shutil.copytree(packages, root, symlinks=True)
        for name in ("proc", "sys", "dev", "run", "tmp", "root", "home", "usr/local/bin"):
            (root / name).mkdir(parents=True, exist_ok=True)
        (root / "tmp").chmod(0o1777)
        for link, target in (("awk", "gawk"), ("which", "which.debianutils"), ("python", "python3")):
            (root / "usr/bin" / link).symlink_to(target)
        # npm is mounted beside the interpreter by the tests that need it.
        (root / "usr/local/bin/npm").symlink_to("../lib/npm/bin/npm-cli.js")
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\n")
        (root / "etc/group").write_text("root:x:0:\n")
        shutil.copy(engine / "usr/bin/docker", root / "usr/local/bin/docker")
        _pack(root, folder)

    return cached("image-machine", ["2", str(packages), str(engine)], build) / "image.tar"


def _pack(root: Path, folder: Path) -> None:
    words = ["tar", "-C", str(root), "-cf", str(folder / "image.tar"), "."]
    subprocess.run(words, check=True, timeout=120)
    shutil.rmtree(root)


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


def _server_archive(server: Server) -> Path:
    """A tar file of about 20 MB: server, client, their libraries, a shell."""
    entry_point = _ENTRY_POINT.replace("FAMILY", server.family)
    inputs = ["3", str(server.root or server.folder), entry_point]

    def build(folder: Path) -> None:
        root = folder / "root"
        _fill(root, server)
        _write_program(root / "usr/local/bin/docker-entrypoint.sh", entry_point)
        _pack(root, folder)

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
