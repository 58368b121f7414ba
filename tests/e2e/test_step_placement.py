"""Servers that a step starts - with TLS, a password, Sentinels, as a cluster - run for real, as pushed."""

from __future__ import annotations

from pathlib import Path

import pytest
from e2e.scenario import Example, Fault, Way, play
from support.hosted.model import Conclusion

pytestmark = pytest.mark.alone

_SPEAK = r"""
import os, socket, ssl, sys
def spoken(port, *commands):
    link = socket.create_connection(("127.0.0.1", port), timeout=5)
    if os.environ.get("REDIS_TLS"):
        trust = ssl.create_default_context(cafile=os.environ["REDIS_TLS_CACERT"])
        link = trust.wrap_socket(link, server_hostname="localhost")
    if os.environ.get("REDIS_PASSWORD") and port != 26379:
        commands = ("AUTH " + os.environ["REDIS_PASSWORD"], *commands)
    link.sendall("".join(command + "\r\n" for command in (*commands, "QUIT")).encode())
    if port == 26379:
        return link.recv(4096).decode()  # a Sentinel knows no QUIT
    return b"".join(iter(lambda: link.recv(4096), b"")).decode()
port = int(os.environ["REDIS_PORT"])
"""
_TLS = 'answer = spoken(port, "SET a 1", "GET a"); print(answer); assert answer.endswith("$1\\r\\n1\\r\\n+OK\\r\\n")\n'
_SENTINEL = (
    'answer = spoken(26379, "SENTINEL get-master-addr-by-name main"); print(answer); assert str(port) in answer\n'
    'answer = spoken(port, "SET a 1", "WAIT 1 5000"); print(answer); assert ":1\\r\\n" in answer\n'
)
_CLUSTER = 'answer = spoken(port, "CLUSTER INFO"); print(answer); assert "cluster_state:ok" in answer\n'


def _example(name: str, redis: dict[str, object], tests: str) -> Example:
    script = f"python3 - <<'END'\n{_SPEAK}{tests}END\n"
    return Example(name, "python", script, {"image": "redis:8.0-alpine", **redis}, {"after": []})


_EXAMPLES = (
    _example("tls", {"tls": True, "password": "random"}, _TLS),
    _example("sentinel", {"topology": "sentinel", "password": "random"}, _SENTINEL),
    _example("cluster", {"topology": "cluster", "password": "random"}, _CLUSTER),
)


_RUNS = (
    # under act the engine does not see the files of the step: what a server needs of them must be copied
    *((example, Way.HOSTED) for example in _EXAMPLES),
    (_EXAMPLES[0], Way.ACT),
)


@pytest.mark.parametrize(
    ("example", "way"), _RUNS, ids=[f"{example.name}-{way.name.lower()}" for example, way in _RUNS]
)
def test_a_server_of_a_step_serves_the_tests_and_is_gone_afterwards(
    example: Example, way: Way, tmp_path: Path
) -> None:
    outcome = play(example, way, Fault.NONE, tmp_path)
    assert outcome.conclusion is Conclusion.SUCCESS, outcome.log
    assert outcome.steps["Stop Redis"] == "success"
