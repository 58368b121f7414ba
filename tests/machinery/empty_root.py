"""The README's two commands in an empty Debian root: run by hand, as root, with debootstrap.

`python3 tests/machinery/empty_root.py [folder]` makes a root of Debian 12 with python3 and nothing else, clones the
committed state into it, and runs `python3 dev.py demo` and `python3 dev.py test` there, in mount, process and
network namespaces of their own. It takes about a quarter of an hour; its exit code is the first that is not 0.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
_MIRROR = "http://deb.debian.org/debian"
_COMMANDS = ("python3 dev.py demo", "python3 dev.py test")
_HOST, _GUEST = "10.200.77.1", "10.200.77.2"
_HOURS = 2

# Runs inside the new namespaces: $1 is the root, $2 the command.
_ENTER = """
set -eu
mount --make-rprivate /
mount --bind "$1" "$1"
mkdir -p "$1"/old
mount -t proc proc "$1"/proc
mount -t sysfs sysfs "$1"/sys
mount --rbind /sys/fs/cgroup "$1"/sys/fs/cgroup
mount --rbind /dev "$1"/dev
mount -t tmpfs tmpfs "$1"/run
cd "$1"
pivot_root . old
umount -l /old
cd /root/holdfast
exec env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -c "$2"
"""


def main(words: list[str]) -> int:
    """0 when both commands end with 0."""
    folder = Path(words[0]) if words else Path(tempfile.mkdtemp(prefix="holdfast-empty-", dir="/var/tmp"))
    root = folder / "root"
    _make(root)
    with _network() as namespace:
        for command in _COMMANDS:
            print(f"== {command}", flush=True)
            code = _run_inside(root, namespace, command)
            if code:
                print(f"ended with {code}; the root is kept: {root}", file=sys.stderr)
                return code
    shutil.rmtree(root)
    return 0


def _make(root: Path) -> None:
    _must("debootstrap", "--variant=minbase", "--include=python3", "bookworm", str(root), _MIRROR)
    _must("git", "clone", "--quiet", str(_CHECKOUT), str(root / "root/holdfast"))
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    _trust_the_same(root)


def _trust_the_same(root: Path) -> None:
    """A machine behind a mirror knows the mirror's certificate, before anything is installed and after."""
    shutil.copytree(
        "/usr/local/share/ca-certificates", root / "usr/local/share/ca-certificates", dirs_exist_ok=True
    )
    (root / "etc/ssl/certs").mkdir(parents=True, exist_ok=True)
    shutil.copyfile("/etc/ssl/certs/ca-certificates.crt", root / "etc/ssl/certs/ca-certificates.crt")


@contextmanager
def _network() -> Iterator[str]:
    """The name of a network namespace that reaches what this machine reaches."""
    name, outer, inner = f"hfempty{os.getpid()}", f"hfo{os.getpid()}", f"hfi{os.getpid()}"
    translate = ("POSTROUTING", "-s", f"{_GUEST}/32", "-j", "MASQUERADE")
    forward = tuple(("FORWARD", way, outer, "-j", "ACCEPT") for way in ("-i", "-o"))
    inside = ("ip", "netns", "exec", name)
    _must("ip", "netns", "add", name)
    try:
        _must("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
        _must("ip", "addr", "add", f"{_HOST}/24", "dev", outer)
        _must("ip", "link", "set", outer, "up")
        _must(*inside, "ip", "addr", "add", f"{_GUEST}/24", "dev", inner)
        _must(*inside, "ip", "link", "set", inner, "up")
        _must(*inside, "ip", "link", "set", "lo", "up")
        _must(*inside, "ip", "route", "add", "default", "via", _HOST)
        _must("iptables", "-t", "nat", "-A", *translate)
        for rule in forward:
            _must("iptables", "-I", *rule)
        yield name
    finally:
        subprocess.run(["iptables", "-t", "nat", "-D", *translate], check=False, timeout=30)
        for rule in forward:
            subprocess.run(["iptables", "-D", *rule], check=False, timeout=30)
        subprocess.run(["ip", "netns", "delete", name], check=False, timeout=30)


def _run_inside(root: Path, namespace: str, command: str) -> int:
    # Not `ip netns exec`: it mounts a /sys of its own, in which an engine finds no cgroups.
    enter = ["nsenter", f"--net=/run/netns/{namespace}"]
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc"]
    script = ["bash", "-c", _ENTER, "enter", str(root), command]
    return subprocess.run([*enter, *apart, *script], check=False, timeout=_HOURS * 3600).returncode


def _must(*words: str) -> None:
    subprocess.run(words, check=True, timeout=1200)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
