"""A root as in an Alpine job container with bash: bash with its libraries and a static busybox, nothing more."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from support.debian import Release, unpacked


def alpine_like(root: Path, script: Path) -> Path:
    """Fill a folder; the script lies at its `/script.sh`."""
    busybox = unpacked("busybox", Release.BOOKWORM, ["busybox-static"]) / "bin" / "busybox"
    for folder in ("bin", "dev", "proc", "tmp", "etc"):
        (root / folder).mkdir(parents=True)
    shutil.copy(busybox, root / "bin" / "busybox")
    bash = Path(shutil.which("bash") or "/bin/bash").resolve()
    shutil.copy(bash, root / "bin" / "bash")
    _copy_libraries(bash, root)
    shutil.copy(script, root / "script.sh")
    (root / "etc" / "hosts").write_text("127.0.0.1 localhost\n")
    subprocess.run(["chroot", str(root), "/bin/busybox", "--install", "-s", "/bin"], check=True, timeout=60)
    return root


def inside(root: Path, program: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """A program for busybox' shell, run in the root, with devices and processes in view."""
    mounts = f"mount --bind /dev {root}/dev && mount -t proc proc {root}/proc || exit 9"
    command = f'{mounts}\nexec chroot {root} /bin/sh -c "$PROGRAM"'
    return subprocess.run(
        ["unshare", "--mount", "bash", "-c", command],
        env={"PATH": "/bin:/usr/bin:/usr/sbin:/sbin", "PROGRAM": program, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _copy_libraries(program: Path, root: Path) -> None:
    listed = subprocess.run(["ldd", str(program)], capture_output=True, text=True, timeout=60, check=True)
    for library in re.findall(r"(/\S+)", listed.stdout):
        target = root / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(library).resolve(), target)
