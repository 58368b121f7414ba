"""Where the Redis of a compose file answers, with which password, and in which container.

Only what the file says is taken: ports, image, command, environment; `depends_on`, profiles and `extends` are not
followed. Sources (read 2026-11): the Compose specification, "05-services" (ports, command), "12-interpolation", and
docs.docker.com "Compose file" and "docker compose" (the files looked for, `-f`, COMPOSE_FILE, .env).
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from holdfast.document import Mapping as Node
from holdfast.document import Node as AnyNode
from holdfast.document import Scalar, Sequence, read
from holdfast.facts import images
from holdfast.lint.images import speaks_redis
from holdfast.lint.options import HOLE
from holdfast.lint.workflow import Step, mapping, text_of
from holdfast.text import Source

# The text of a file below the repository's root; None where there is none.
Reader = Callable[[str], str | None]
_UP = re.compile(
    r"(?:^|[;&|]|\bsudo\b)\s*(docker[ -]compose\b(?P<options>[^\n;&|]*?)\s+up\b(?P<rest>[^\n;&|]*))",
    re.MULTILINE,
)
_CD = re.compile(r"(?:^|[;&|(])\s*cd\s+([\w./-]+)", re.MULTILINE)
_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_VARIABLE = re.compile(r"\$\$|\$(?:\{(\w+)(?::?([-?+])([^}]*))?\}|(\w+))")
_REQUIRED = re.compile(r"--requirepass[ =]+[\"']?([^\s\"']+)")
_MOVED = re.compile(r"--port[ =]+(\d+)")
_PORT = re.compile(r"(?:(?:\[[0-9a-fA-F:]*\]|[\d.]+):)??(?:(\d+):)?(\d+)(?:/tcp)?")
# Flags of `up` that take a word.
_TAKES = {
    "--scale",
    "--timeout",
    "-t",
    "--pull",
    "--wait-timeout",
    "--exit-code-from",
    "--attach",
    "--no-attach",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A compose file's Redis. `port` is the machine's, None where none is fixed; `container` is empty if unknown."""

    path: str
    service: str
    port: int | None
    password: str
    container: str


@dataclass(frozen=True, slots=True)
class Up:
    """A `docker compose up` of a step: the files asked for, the services named, the folder it runs in."""

    files: tuple[str, ...]
    services: tuple[str, ...]
    folder: str
    project: str

    @property
    def perhaps_redis(self) -> bool:
        """Whether a Redis may be among what comes up: all services do, or one has such a name."""
        return not self.services or any(re.search(r"redis|valkey|cache", name) for name in self.services)


def up(step: Step) -> Up | None:
    """What a step brings up; None where it brings nothing up."""
    text = re.sub(r"\\\r?\n\s*", " ", step.run.value) if step.run is not None else ""
    found = _UP.search(text)
    if found is None:
        return None
    options, rest = _words(found["options"]), _words(re.sub(r"\$\{\{.*?\}\}", HOLE, found["rest"]))
    files = tuple(_given(options, "-f", "--file"))
    if not files and (listed := _variables(step).get("COMPOSE_FILE")):
        files = tuple(listed.split(":"))
    folder = _folder(step)
    for entered in _CD.findall(text[: found.start(1)]):
        folder = posixpath.join(folder, entered)
    folder = next(iter(_given(options, "--project-directory")), folder)
    project = next(iter(_given(options, "-p", "--project-name")), "")
    return Up(files, tuple(_services(rest)), posixpath.normpath(folder), project)


def found(step: Step, reader: Reader) -> Composed | bool:
    """The Redis that a step's `up` starts; False where its files hold none, True where they are not there."""
    started = up(step)
    if started is None:
        return True
    texts = list(_read(started, reader))
    if not texts:
        return started.perhaps_redis
    variables = {**_dotenv(reader, started.folder), **_variables(step)}
    merged, project = _merged(texts, variables)
    chosen = {name: merged[name] for name in started.services if name in merged} or merged
    named = next((name for name, service in chosen.items() if service.redis(name)), None)
    if named is None:
        return False
    service = chosen[named]
    project = started.project or project
    container = service.container or (f"{project}-{named}-1" if project else "")
    return Composed(texts[0][0], named, service.port(), service.password(), container)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _given(words: list[str], *names: str) -> Iterator[str]:
    """The values of a flag, `--flag value` and `--flag=value`."""
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        if word in names and number + 1 < len(words):
            yield words[number + 1]
        elif equals and name in names:
            yield value


def _services(words: list[str]) -> Iterator[str]:
    skip = False
    for word in words:
        if not skip and not word.startswith(("-", ">", "2>", "1>")):
            yield word
        skip = word in _TAKES


def _folder(step: Step) -> str:
    """The step's working directory, below the workspace."""
    run = mapping(step.job.workflow.get("defaults"))
    defaults = (step.job.defaults_run, mapping(run.get("run")) if run else None)
    own = step.working_directory.value if step.working_directory is not None else None
    folder = own or next(
        (text for one in defaults if one and (text := text_of(one.get("working-directory")))), ""
    )
    return re.sub(r"^(?:\$\{\{\s*github\.workspace\s*\}\}|\$GITHUB_WORKSPACE)/?", "", folder)


def _variables(step: Step) -> dict[str, str]:
    """The variables with plain values that the step's environment holds."""
    values: dict[str, str] = {}
    for env in (step.job.workflow.env, step.job.env, step.env):
        for entry in env if isinstance(env, Node) else ():
            value = text_of(entry.value)
            if value is not None and "${{" not in value:
                values[entry.name] = value
    return values


def _dotenv(reader: Reader, folder: str) -> dict[str, str]:
    lines = (reader(posixpath.join(folder, ".env")) or "").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def _read(started: Up, reader: Reader) -> Iterator[tuple[str, str]]:
    """Paths and texts of the files; all that are asked for, or none."""
    if started.files:
        paths = [posixpath.normpath(posixpath.join(started.folder, name)) for name in started.files]
        texts = [(path, text) for path in paths if (text := _text(path, reader)) is not None]
        yield from texts if len(texts) == len(paths) else ()
        return
    for name in _NAMES:
        path = posixpath.normpath(posixpath.join(started.folder, name))
        if (text := _text(path, reader)) is not None:
            yield path, text
            stem, _, ending = path.rpartition(".")
            more = (f"{stem}.override.{one}" for one in dict.fromkeys((ending, "yaml", "yml")))
            yield from ((over, text) for over in more if (text := _text(over, reader)) is not None)
            return


def _text(path: str, reader: Reader) -> str | None:
    """A path that leads out of the repository is not read."""
    return None if path.startswith(("/", "..")) or "$" in path else reader(path)


# One service, over all files.


@dataclass(frozen=True, slots=True)
class _Service:
    image: str
    words: str
    ports: tuple[tuple[int, int], ...]
    environment: Mapping[str, str]
    container: str
    host: bool

    def redis(self, name: str) -> bool:
        """Whether it holds a server of Redis' protocol; one that is built here counts by its name."""
        return speaks_redis(self.image) if self.image else name.lower() in ("redis", "valkey")

    def port(self) -> int | None:
        moved = _MOVED.search(self.words)
        own = int(moved[1]) if moved else images.PORT
        if self.host:
            return own
        return next((host for host, container in self.ports if container == own and host), None)

    def password(self) -> str:
        flags = [self.words, *(self.environment.get(name, "") for name in _FLAGS)]
        required = next((match[1] for text in flags if (match := _REQUIRED.search(text))), "")
        own = self.environment.get("REDIS_PASSWORD", "") if "bitnami" in self.image else ""
        return required or own


_FLAGS = ("REDIS_ARGS", "VALKEY_EXTRA_FLAGS")
_NONE = _Service("", "", (), {}, "", False)


def _merged(texts: list[tuple[str, str]], variables: Mapping[str, str]) -> tuple[dict[str, _Service], str]:
    """The services of all files, later ones over earlier ones, and the project's name where it is written."""
    services: dict[str, _Service] = {}
    project = ""
    for path, text in texts:
        root = mapping(read(Source(path, text)).root)
        project = (root and text_of(root.get("name"))) or project
        for entry in (mapping(root.get("services")) if root else None) or ():
            if isinstance(entry.value, Node):
                before = services.get(entry.name, _NONE)
                services[entry.name] = _service(entry.value, before, variables)
    return services, project


def _service(node: Node, before: _Service, variables: Mapping[str, str]) -> _Service:
    def text(name: str) -> str:
        return _filled(text_of(node.get(name)) or "", variables)

    environment = {name: _filled(value, variables) for name, value in _pairs(node.get("environment"))}
    words = _filled(_joined(node.get("command")), variables)
    return _Service(
        text("image") or before.image,
        words.replace("$$", "$") or before.words,
        before.ports + tuple(_ports(node.get("ports"), variables)),
        {**before.environment, **environment},
        text("container_name") or before.container,
        text("network_mode") == "host" or before.host,
    )


def _joined(node: AnyNode | None) -> str:
    if isinstance(node, Sequence):
        return " ".join(item.value for item in node.items if isinstance(item, Scalar))
    return text_of(node) or ""


def _pairs(node: AnyNode | None) -> Iterator[tuple[str, str]]:
    """An environment, as a mapping or as a list of NAME=VALUE."""
    if isinstance(node, Node):
        yield from ((entry.name, text_of(entry.value) or "") for entry in node)
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Scalar):
            name, _, value = item.value.partition("=")
            yield name, value


def _ports(node: AnyNode | None, variables: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Published ports, as (host, container); 0 stands for one that Docker chooses or a range that is not followed."""
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Node):
            target, published = (
                _filled(text_of(item.get(key)) or "", variables) for key in ("target", "published")
            )
            if target.isdigit():
                yield int(published) if published.isdigit() else 0, int(target)
        elif isinstance(item, Scalar) and (parts := _PORT.fullmatch(_filled(item.value, variables))):
            yield int(parts[1] or 0), int(parts[2])


def _filled(text: str, variables: Mapping[str, str]) -> str:
    """A text with its variables: their values, else their defaults, else as written."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return match[0]
        known = variables.get(match[1] or match[4])
        if match[2] == "+":
            return match[3] if known else ""
        return known or (match[3] if match[2] == "-" else match[0])

    return _VARIABLE.sub(value, text)
