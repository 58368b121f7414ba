"""What the model says of options, against the real docker client: does `docker create` take them or not.

No engine is needed: a client that has read its flags fails to connect, one that refuses them says so before.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.docker import Engine

from holdfast.lint.flags import FLAGS, SHORT
from holdfast.lint.options import parse, split_dotnet


def words(text: str) -> list[str]:
    """The values of a table."""
    return text.split()


DURATIONS = words("1s 0s 0 500ms 1m30s 1.5h .5s 5. 5.s +5s 2ms 5 -5s 5S 1d 1e3s 3s5 s 1,5s 5sec 1h1 99h")
SIZES = words("1g 512m 512mb 1.5g 2GiB 2kib 64k 10 0 5b 1t 1p .5g 1. 1z -1 2g2 1kk 0x10 1gbb x 1e3 1,5g gb")
NUMBERS = words("5 0 007 0x5 0b11 1_000 +5 -1 x 1e2 1.5 99999999999999999999 5s")
CPUS = words("1 1.5 .5 1e1 1/2 x 1.5.2 1,5")
ULIMITS = words(
    "nofile=1:2 nofile=5 core=0 nofile nofile=9:5 foo=1 nofile=a nofile=1:2:3 nofile=-1:-1 nofile=-1:5"
)
SYSCTLS = words(
    "net.core.somaxconn=1 net.ipv4.x=1 fs.mqueue.msg_max=9 kernel.shmmax=1 kernel.sem=1 "
    "vm.overcommit_memory=1 kernel.pid_max=1 x=1 net.core.somaxconn kernel.msgmax"
)
PORTS = words(
    "6379 6379:6379 127.0.0.1:6379:6379 6379/tcp 6379:6379/udp 7000-7005:7000-7005 7000-7005 "
    "[::1]:1:2 ::6379 :6379 127.0.0.1::6379 99999:1 1:99999 70000 6379:6379/foo x 6379:x a:b "
    "localhost:1:2 256.0.0.1:1:2 6379:6379/ 5-1 1-:2"
)
BOOLS = words("true false 1 0 t T TRUE yes x")

LINES = [
    *(f"--health-interval {one}" for one in DURATIONS),
    *(f"--health-start-period={one}" for one in DURATIONS[:12]),
    *(f"--memory {one}" for one in SIZES),
    *(f"--shm-size={one}" for one in SIZES[:8]),
    *(f"--memory-swap={one}" for one in ("-1", "1g", "x")),
    *(f"--health-retries {one}" for one in NUMBERS),
    *(f"--pids-limit={one}" for one in NUMBERS),
    *(f"--cpus {one}" for one in CPUS),
    *(f"--ulimit {one}" for one in ULIMITS),
    *(f"--sysctl {one}" for one in SYSCTLS),
    *(f"-p {one}" for one in PORTS),
    *(f"--init={one}" for one in BOOLS),
    '--health-cmd "redis-cli ping" --health-interval 1s',
    "--health-cmd=redis-cli --name cache -it",
    "-itm1g -p6379:6379 -eA=b",
    "-h=x -u 0 -w /x -v /x -l a=b -c 5 -a stdin -P",
    "-d",
    "-de",
    "-t=x",
    "--detach",
    "--requirepass secret",
    "--maxmemory 1gb",
    "--health_cmd x",
    "--healthcmd x",
    "--health-retry 5",
    "--memory-swappiness 101",
    "--memory-swappiness 60",
    "--blkio-weight 70000",
    "--blkio-weight 500",
    "--restart always",
    "--restart on-failure:x",
    "--restart on-failure:3",
    "--pull foo",
    "--pull never",
    "--health-interval=",
    "--privileged --read-only --rm --oom-kill-disable --no-healthcheck",
    "--entrypoint redis-server --net host",
    "--label --health-cmd",
]

# Sizes that client 28.2.2 takes, as the hosted runners' 28 does, and client 26.1.5 refuses (both measured on
# 2026-11-28).
NEWER_SIZES = frozenset({"--memory .5g", "--memory 1.", "--memory 1e3"})

_UNREACHABLE = re.compile(
    r"cannot connect to the docker daemon|no such file|unable to get|dial unix", re.IGNORECASE
)


def client() -> tuple[str, dict[str, str]]:
    """The docker client and its surroundings: no engine, no settings."""
    path = os.environ["PATH"] if shutil.which("docker") else f"{Engine.NEW.path}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "DOCKER_HOST": "unix:///nonexistent/docker.sock", "LC_ALL": "C"}
    return shutil.which("docker", path=path) or "docker", env


def refused(words: list[str]) -> str:
    """Why the real client refuses the words, empty when it takes them."""
    program, env = client()
    done = subprocess.run(
        [program, "create", *words, "holdfast/no-such-image:1"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode, "there is no engine to create anything"
    return "" if _UNREACHABLE.search(done.stderr) else done.stderr


def _major_version() -> int:
    program, env = client()
    told = subprocess.run(
        [program, "--version"], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    found = re.search(r"(\d+)\.", told.stdout)
    assert found is not None, told.stdout
    return int(found[1])


def test_at_least_150_strings() -> None:
    assert len(set(LINES)) >= 150


def test_the_model_refuses_what_the_client_refuses() -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda line: refused([word.text for word in split_dotnet(line)]), LINES))
    older = _major_version() < 28
    differ = [
        f"{line}: the model says {[one.message for one in parse(line).troubles]}, the client {answer[:120]!r}"
        for line, answer in zip(LINES, answers, strict=True)
        if bool(answer) != (bool(parse(line).troubles) or (older and line in NEWER_SIZES))
    ]
    assert differ == []


def test_every_flag_of_the_client_is_known() -> None:
    program, env = client()
    done = subprocess.run(
        [program, "create", "--help"], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    found = re.findall(r"^\s+(?:-(\w), )?\s*--([a-z][\w-]*)(?: (\w[\w-]*))?", done.stdout, re.MULTILINE)
    assert len(found) > 80
    unknown = [name for _, name, _ in found if name not in FLAGS]
    wrong = [letter for letter, name, _ in found if letter and SHORT[letter].name != name]
    valued = [name for _, name, kind in found if kind and FLAGS[name].kind == "bool"]
    bare = [name for _, name, kind in found if not kind and FLAGS[name].kind != "bool"]
    assert (unknown, wrong) == ([], [])
    assert [name for name in valued if not re.search(rf"--{name}  ", done.stdout)] == []
    assert bare == []


@pytest.mark.parametrize("value", ["1us", "1ns", "999us"])
def test_what_only_the_engine_refuses_is_known_too(value: str) -> None:
    assert parse(f"--health-interval {value}").troubles


@pytest.mark.parametrize("line", ["--health-cmd redis-cli ping", "--cpus 1 redis", "image --cpus 1"])
def test_a_word_that_is_no_flag_ends_the_flags(line: str) -> None:
    assert parse(line).positional
