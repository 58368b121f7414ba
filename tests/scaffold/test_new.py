"""`holdfast new`: what is written, what is kept, and that what is written works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from managers.managers import python_environment
from support.cache import CHECKOUT
from support.servers import Server, running
from support.wheel import site

from holdfast.flows import Generated, Wanted, generate
from holdfast.scaffold.flow import USUAL_IMAGE, Asked, plan, write
from holdfast.text import Source

STACKS = ("go", "python", "node")


def _new(*words: str, folder: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    """`holdfast new` of the installed wheel."""
    command = [sys.executable, "-m", "holdfast", "new", *words]
    env = {**os.environ, "PYTHONPATH": str(site()), **({"PATH": path} if path else {})}
    return subprocess.run(
        command, cwd=folder, env=env, input="", capture_output=True, text=True, timeout=60, check=False
    )


def _files(folder: Path) -> dict[str, bytes]:
    found = [
        path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts
    ]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("stack", STACKS)
def test_a_new_repository_is_whole(stack: str, tmp_path: Path) -> None:
    done = _new("service", "--stack", stack, "--name", "demo", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    made = tmp_path / "service"
    files = _files(made)
    assert {
        "holdfast.yml",
        "compose.yaml",
        ".github/workflows/ci.yml",
        ".github/dependabot.yml",
        "LICENSE",
    } <= set(files)
    assert not [
        path
        for path, text in files.items()
        if b"__NAME__" in text or b"__MODULE__" in text or "__" in Path(path).parts
    ]
    assert (made / ".git").is_dir()
    assert "git push" in done.stdout.splitlines()[-1]
    checked = subprocess.run(
        [sys.executable, "-m", "holdfast", "generate", "--check"],
        cwd=made,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, b"")


@pytest.mark.parametrize("full", [False, True], ids=["lean", "full"])
@pytest.mark.parametrize("stack", STACKS)
def test_a_new_workflow_has_no_errors(stack: str, full: bool, tmp_path: Path) -> None:
    """`new` does not lint what it makes of the usual answers, which is known to be right: here."""
    asked = Asked(tmp_path / "service", stack, "demo", USUAL_IMAGE, full, into=False)
    write(asked, plan(asked))
    spec = Source("holdfast.yml", (asked.root / "holdfast.yml").read_text())
    assert isinstance(generate(Wanted(asked.root, spec, {})), Generated)


def test_an_image_that_is_wrong_is_refused(tmp_path: Path) -> None:
    done = _new("service", "--stack", "go", "--redis-version", "redis: 7", folder=tmp_path)
    assert (done.returncode, "holdfast.yml:3" in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "service").exists()


def test_nothing_is_done_twice(tmp_path: Path) -> None:
    _new("service", "--stack", "go", folder=tmp_path)
    first = _files(tmp_path / "service")
    done = _new("service", "--into", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "nothing to do: everything is there\n")
    assert _files(tmp_path / "service") == first


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    done = _new(".", "--stack", "go", folder=tmp_path)
    assert done.returncode == 2
    assert "--into" in done.stderr
    assert list(_files(tmp_path)) == ["a"]


def test_without_a_language_and_a_terminal_it_does_not_wait(tmp_path: Path) -> None:
    done = _new("service", folder=tmp_path)
    assert done.returncode == 2
    assert "--stack" in done.stderr
    assert not (tmp_path / "service").exists()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    done = _new("service", "--stack", "node", "--dry-run", folder=tmp_path)
    assert done.returncode == 0
    assert "created  src/redis-manager.ts" in done.stdout
    assert not (tmp_path / "service").exists()


def test_on_a_terminal_what_is_left_open_is_asked(tmp_path: Path) -> None:
    """A wrong answer is asked again; an empty one is what stands in brackets."""
    done = _at_a_terminal("new My_Service_2", "rust\npython\n\n7.4-alpine\n\n", tmp_path)
    assert "language (go, python, node): " in done
    assert "name [my-service-2]: " in done
    made = tmp_path / "My_Service_2"
    assert 'image: "redis:7.4-alpine"' in (made / "holdfast.yml").read_text()
    assert "profile: full" not in (made / "holdfast.yml").read_text()
    assert 'name = "my-service-2"' in (made / "pyproject.toml").read_text()


def test_questions_that_are_not_answered_leave_nothing(tmp_path: Path) -> None:
    done = _at_a_terminal("new service", "go\n\x04", tmp_path)
    assert "--stack" in done
    assert not (tmp_path / "service").exists()


def _at_a_terminal(words: str, answers: str, folder: Path) -> str:
    """All that a command prints to a terminal of its own."""
    terminal, own = os.openpty()
    command = [sys.executable, "-m", "holdfast", *words.split()]
    env = {**os.environ, "PYTHONPATH": str(site())}
    process = subprocess.Popen(command, cwd=folder, env=env, stdin=own, stdout=own, stderr=own)
    os.close(own)
    limit = threading.Timer(60, process.kill)
    limit.start()
    try:
        os.write(terminal, answers.encode())
        return _printed(terminal)
    finally:
        limit.cancel()
        process.kill()
        process.wait(30)
        os.close(terminal)


def _printed(terminal: int) -> str:
    text = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux: nobody holds the other end any more
            return text.decode()
        text += piece


@pytest.mark.parametrize("there", [False, True], ids=["no folder", "an empty folder"])
def test_a_failed_run_leaves_nothing_behind(there: bool, tmp_path: Path) -> None:
    """Without git it fails after all was planned, and before the first file."""
    made = tmp_path / "of" / "mine"
    if there:
        made.mkdir(parents=True)
    done = _new("of/mine", "--stack", "go", folder=tmp_path, path="/nowhere")
    assert (done.returncode, "git is not installed" in done.stderr) == (2, True), done.stderr
    assert list(tmp_path.rglob("*")) == ([tmp_path / "of", made] if there else [])


def test_a_folder_in_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = _new("file/service", "--stack", "go", folder=tmp_path)
    assert (done.returncode, "file is a file" in done.stderr) == (2, True), done.stderr


def test_into_an_existing_repository_only_what_is_missing_comes(tmp_path: Path) -> None:
    backend = tmp_path / "backend"
    backend.mkdir()
    (backend / "go.mod").write_text("module example.com/shop\n\ngo 1.24\n")
    (backend / "main.go").write_text("package main\n\nfunc main() {}\n")
    (tmp_path / ".editorconfig").write_text("root = true\n# mine\n")
    before = _files(tmp_path)
    done = _new(".", "--into", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    after = _files(tmp_path)
    assert {path: after[path] for path in before} == before
    assert "backend/internal/redismanager/manager.go" in after
    assert b'"example.com/shop/internal' not in after["backend/internal/redismanager/manager.go"]
    assert b"working-directory: backend" in after[".github/workflows/ci.yml"]
    assert "scripts/run-with-retry.sh" in after
    assert b"directory: /backend\n" in after[".github/dependabot.yml"]
    assert "in backend: go get github.com/redis/go-redis/v9" in done.stdout
    assert "cmd/api/main.go" not in after


def test_what_the_user_did_not_change_is_updated_and_the_rest_merged(tmp_path: Path) -> None:
    """The base is what an older version wrote: here two files whose old text is put into the record."""
    from holdfast.scaffold import base

    _new("service", "--stack", "python", "--name", "demo", folder=tmp_path)
    made = tmp_path / "service"
    record = made / base.PATH
    texts = base.read(record.read_text())
    whole = texts[".editorconfig"]
    texts[".editorconfig"] = whole.replace("insert_final_newline = true\n", "")
    texts[".gitattributes"] = "* text\n"
    record.write_text(base.write(texts))
    (made / ".editorconfig").write_text("# mine\n" + texts[".editorconfig"])
    (made / ".gitattributes").write_text("* text\n")
    done = _new("service", "--into", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert (made / ".editorconfig").read_text() == "# mine\n" + whole
    assert "eol=lf" in (made / ".gitattributes").read_text()


def test_a_conflict_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    from holdfast.scaffold import base

    _new("service", "--stack", "python", "--name", "demo", folder=tmp_path)
    made = tmp_path / "service"
    texts = base.read((made / base.PATH).read_text())
    texts[".gitattributes"] = "* text\n"
    (made / base.PATH).write_text(base.write(texts))
    (made / ".gitattributes").write_text("* binary\n")
    done = _new("service", "--into", folder=tmp_path)
    assert done.returncode == 1
    assert "refused  .gitattributes" in done.stdout
    assert (made / ".gitattributes").read_text() == "* binary\n"


def _commands(readme: str, heading: str) -> list[str]:
    section = readme.split(f"## {heading}")[1].split("```sh\n")[1].split("```")[0]
    return [line for line in section.splitlines() if line and not line.startswith("docker")]


@pytest.mark.parametrize("stack", STACKS)
def test_the_readmes_own_commands_pass(stack: str, tmp_path: Path) -> None:
    """Set-up without the long-running last line, then lint, types and tests, against a real Redis."""
    _new("service", "--stack", stack, "--name", "demo-service", folder=tmp_path)
    made = tmp_path / "service"
    readme = (made / "README.md").read_text()
    set_up = [
        line
        for line in _commands(readme, "Run it")
        if re.match(r"python3 -m venv|\.venv/bin/pip|npm ci", line)
    ]
    with running(Server.REDIS_8_0) as redis:
        env = os.environ | {"REDIS_URL": f"{redis.url}/0", "GOFLAGS": "-p=2", "npm_config_loglevel": "error"}
        for line in [*set_up, *_commands(readme, "Test it")]:
            done = subprocess.run(
                ["bash", "-c", line],
                cwd=made,
                env=env,
                capture_output=True,
                text=True,
                timeout=400,
                check=False,
            )
            assert done.returncode == 0, (line, done.stdout[-3000:], done.stderr[-3000:])
        assert "cmdstat_publish" in redis.cli("INFO", "commandstats")


def test_the_go_service_begins_with_connect_redis() -> None:
    text = (CHECKOUT / "templates/project/go/cmd/api/main.go").read_text()
    assert "connectRedis(ctx, logger)" in text


def test_the_python_templates_need_what_the_managers_are_tested_with() -> None:
    assert (python_environment() / "bin" / "python").exists()
    assert (
        'dependencies = ["redis>=8,<9"]' in (CHECKOUT / "templates/project/python/pyproject.toml").read_text()
    )
