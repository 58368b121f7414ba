"""A secret, however it is given, is seen nowhere: not in an output, a file, a process list, at any moment."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scripts.diagnosed import diagnose, sourced
from scripts.proxies import answering
from support.servers import Running, Server, running

_REDIS = Server.REDIS_8_0
_SECRET = 'xQ7-"s3cret"\\%word'
_ENCODED = "xQ7-%22s3cret%22%5C%25word"
_TRACES = ("s3cret", _SECRET, _ENCODED)


class Watch:
    """Looks at the arguments of every process on the machine, again and again."""

    def __init__(self) -> None:
        self.looks = 0
        self.seen: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join(30)

    def _look_on(self) -> None:
        while not self._ended.is_set():
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    words = process.read_bytes().decode(errors="replace")
                except OSError:
                    continue
                if any(trace in words for trace in _TRACES):
                    self.seen.add(words)
            self.looks += 1


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Watches while a test runs."""
    watch = Watch()
    watch.start()
    yield watch
    watch.end()


@contextmanager
def _server() -> Iterator[Running]:
    """A server with the secret password, which is in a configuration file as it would be in its arguments."""
    quoted = _SECRET.replace("\\", "\\\\").replace('"', '\\"')
    log = f'requirepass "{quoted}"\nmasterauth "{quoted}"\n'
    with running(_REDIS, config=log) as redis:
        redis.password = _SECRET
        yield redis


def _given(
    how: str, port: int, folder: Path, password: str, encoded: str
) -> tuple[dict[str, str], list[str]]:
    place = {"REDIS_PORT": str(port)}
    if how == "environment":
        return place | {"REDIS_PASSWORD": password}, []
    if how == "URL":
        return {"REDIS_URL": f"redis://:{encoded}@127.0.0.1:{port}/0"}, []
    if how == "URL with a user":
        return {"REDIS_URL": f"redis://default:{encoded}@127.0.0.1:{port}"}, []
    (folder / "the-file").write_text(password + "\n")
    return place, ["--password-file", str(folder / "the-file")]


@pytest.mark.parametrize("how", ["environment", "URL", "URL with a user", "file"])
def test_a_secret_is_seen_nowhere(how: str, watch: Watch, tmp_path: Path) -> None:
    with _server() as redis:
        env, flags = _given(how, redis.port, tmp_path, _SECRET, _ENCODED)
        _run_everything(tmp_path, env, flags, 0)
    _nothing_is_seen(watch, tmp_path)


@pytest.mark.parametrize("how", ["environment", "URL", "file"])
def test_a_secret_that_is_wrong_is_seen_nowhere(how: str, watch: Watch, tmp_path: Path) -> None:
    with running(_REDIS, password="another one") as redis:
        env, flags = _given(how, redis.port, tmp_path, _SECRET, _ENCODED)
        _run_everything(tmp_path, env, flags, 4)
    _nothing_is_seen(watch, tmp_path)


@pytest.mark.parametrize(
    "answer",
    [
        f"-ERR unknown command 'AUTH', with args beginning with: '{_SECRET}'\r\n".encode(),
        f"-ERR what is {_SECRET}?\r\n".encode(),
        f"HTTP/1.1 400 {_SECRET}\r\n\r\n".encode(),
        f"*2\r\n$4\r\nAUTH\r\n${len(_SECRET)}\r\n{_SECRET}\r\n".encode(),
        b"",
    ],
    ids=["old server", "error", "HTTP", "echo", "closed"],
)
def test_a_server_that_says_the_secret_back_does_not_spread_it(answer: bytes, tmp_path: Path) -> None:
    with answering(answer) as port:
        env = {"REDIS_PORT": str(port), "REDIS_PASSWORD": _SECRET}
        outputs = _run_everything(tmp_path, env, [], None)
    assert all(trace not in text for trace in _TRACES for text in outputs)


def _run_everything(folder: Path, env: dict[str, str], flags: list[str], code: int | None) -> list[str]:
    env = env | {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    runs = [
        diagnose(folder, "wait", "--timeout", "1s", "--junit", "wait.xml", *flags, env=env),
        diagnose(folder, "check", "--junit", "check.xml", *flags, env=env),
        diagnose(folder, "report", "bundle", *flags, env=env),
    ]
    if code is not None:
        assert [run.code for run in runs] == [code, code, 0]
    outputs = [text for run in runs for text in (run.out, run.err)]
    (folder / "outputs").write_text("\n".join(outputs))
    return outputs


def _nothing_is_seen(watch: Watch, folder: Path) -> None:
    assert watch.looks > 0
    assert not watch.seen
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != "the-file"]
    assert {"outputs", "report.json", "summary.md", "manifest"} <= {file.name for file in files}
    for file in files:
        text = file.read_text(errors="replace")
        assert not [trace for trace in _TRACES if trace in text], file


def test_a_trace_of_the_script_does_not_show_the_secret(tmp_path: Path) -> None:
    with _server() as redis:
        env = {"REDIS_PORT": str(redis.port), "REDIS_PASSWORD": _SECRET, "SHELLOPTS": "xtrace"}
        waited = diagnose(tmp_path, "wait", env=env)
    assert waited.code == 0
    assert "s3cret" not in waited.err


def test_secrets_of_others_are_removed_from_what_is_collected() -> None:
    text = """
    "Cmd": ["redis-server", "--requirepass", "one-s3cret"],
    "Env": ["REDIS_PASSWORD=two-s3cret", "API_TOKEN=three-s3cret", "PATH=/bin"],
    requirepass "four-s3cret"
    masterauth five-s3cret
    redis-cli -a x --masterauth six-s3cret
    and once more: one-s3cret
    """
    told = sourced('printf "%s" "$1" | without_secrets', text)
    assert told.returncode == 0, told.stderr
    assert "s3cret" not in told.stdout
    assert '"PATH=/bin"' in told.stdout


def test_what_is_secret_by_its_name_is_known() -> None:
    names = ["requirepass", "masterauth", "tls-key-file-pass", "REDIS_PASSWORD", "maxmemory", "save", "port"]
    told = sourced('for name in "$@"; do is_secret_name "$name" && echo "$name"; done; :', *names)
    assert told.stdout.split() == names[:4]


def test_the_environment_is_not_written(tmp_path: Path) -> None:
    """Nothing of the bundle comes from the environment, where other secrets live."""
    os.environ["UNRELATED_VALUE"] = "zzz-s3cret-zzz"
    try:
        diagnose(tmp_path, "report", "bundle", env={"REDIS_PORT": "1"})
    finally:
        del os.environ["UNRELATED_VALUE"]
    for file in (tmp_path / "bundle").iterdir():
        assert "zzz-s3cret-zzz" not in file.read_text(errors="replace")
