"""The kinds of value that fields hold: what is accepted as written, and why another value is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, NoReturn

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from holdfast.spec.units import Duration, Size, quoted

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/@+-]+", re.ASCII)
_IMAGE = re.compile(
    r"(?:docker://)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d+)?"
    r"(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
    re.ASCII,
)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)
_SETTING = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_CRON = re.compile(r"[-0-9A-Za-z*/,]+(?: +[-0-9A-Za-z*/,]+){4}", re.ASCII)
_EXPRESSION = re.compile(r"\$\{\{(?:'[^']*'|(?!\}\}|').)*\}\}", re.DOTALL)
# Linux passes at most 128 KiB in one argument or variable (MAX_ARG_STRLEN); a character has up to 4 bytes.
MOST_CHARACTERS = 32_000
_UNSAYABLE = re.compile("[\x00\ud800-\udfff]")


def wrong(
    message: str, cure: str = "", rule: Literal["spec-value", "written-password"] = "spec-value"
) -> NoReturn:
    """Refuse a value: one clause, and a cure that begins with a verb."""
    raise PydanticCustomError(rule, "{message}", {"message": message, "cure": cure})


class Short(NamedTuple):
    """A short form of a section: how it is read, and its JSON Schema."""

    read: Callable[[object], object]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [self.schema, handler(schema)]}


# Lists and plain values. A subclass of int marks a number whose text is not its decimal form (read.py).


def listed(value: object) -> object:
    """One value where a list is meant: `needs: build` is `needs: [build]`."""
    return (value,) if isinstance(value, str | int | float) and not isinstance(value, bool) else value


def _worded(value: object) -> object:
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if type(value) is int else value


def _switched(value: object) -> object:
    """`false` leaves a section out; `true`, or nothing after the colon, takes its defaults."""
    if value is False:
        return None
    return {} if value is True or value is None else value


def _imaged(value: object) -> object:
    return {"image": value} if isinstance(value, str) else value


def _sayable(value: str) -> str:
    if found := _UNSAYABLE.search(value):
        wrong(
            f"U+{ord(found[0]):04X} cannot stand in a workflow",
            "remove it: neither YAML nor an environment variable can hold it",
        )
    if len(value) > MOST_CHARACTERS:
        wrong(
            f"the text has {len(value):,} characters, at most {MOST_CHARACTERS:,} fit in a variable or a step",
            "put it in a file of the repository",
        )
    if "${{" in value and _unclosed(value):
        wrong("'${{' begins an expression that does not end", "close it with }}, or write ${{ '${{' }}")
    return value


def _unclosed(value: str) -> bool:
    """Whether an expression begins and does not end; `}}` inside quotes does not end it."""
    at = 0
    while (start := value.find("${{", at)) >= 0:
        end = _EXPRESSION.match(value, start)
        if end is None:
            return True
        at = end.end()
    return False


def _one_line(value: str) -> str:
    if len(value.splitlines()) > 1 or value[-1:] in "\r\n":
        wrong("a line break cannot stand in what the runner splits into words", "write it in one line")
    return value


def _literal(value: str) -> str:
    if "${{" in value:
        wrong("GitHub evaluates no expression here", "write the text itself")
    return value


def _present(value: str) -> str:
    return value if value.strip() else wrong("the text is empty", "write something, or remove the key")


Text = Annotated[
    str, BeforeValidator(_worded, json_schema_input_type=str | int | bool), AfterValidator(_sayable)
]
Words = Annotated[Text, AfterValidator(_present)]
OneLine = Annotated[Words, AfterValidator(_one_line)]
Flag = Annotated[Text, AfterValidator(_one_line)]
Lines = Annotated[
    tuple[OneLine, ...], BeforeValidator(listed, json_schema_input_type=Text | tuple[Text, ...])
]
Literally = Annotated[Words, AfterValidator(_literal)]
Patterns = Annotated[
    tuple[Literally, ...], BeforeValidator(listed, json_schema_input_type=Text | tuple[Text, ...])
]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed, json_schema_input_type=Text | tuple[Text, ...])]


def _untuned(value: object) -> object:
    """`kernel: false` takes back what the profile tunes."""
    return dict.fromkeys(("overcommit", "somaxconn", "thp")) if value is False else value


def _filled(value: object) -> object:
    return {} if value is None else value


Off = Short(_switched, {"type": "boolean"})
Untuned = Short(_untuned, {"const": False})
OrNothing = Short(_filled, {"type": "null"})
AsImage = Short(_imaged, {"type": "string"})


# Names.


def _identifier(value: str) -> str:
    if _IDENTIFIER.fullmatch(value):
        return value
    return wrong(
        f"{quoted(value)} is not a name that GitHub takes here",
        "use letters, digits, - and _, a letter or _ first, at most 100",
    )


def _variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        wrong(f"{quoted(value)} is not a variable that a shell can read", "use letters, digits and _ only")
    if value.upper().startswith(("GITHUB_", "RUNNER_")):
        wrong(f"GitHub keeps {value} for itself and drops a value given to it", "choose another prefix")
    return value


def _secret(value: str) -> str:
    if not _VARIABLE.fullmatch(value) or value.upper().startswith("GITHUB_"):
        wrong(
            "the name of a secret is letters, digits and _, and does not begin with GITHUB_",
            "write the name under which the repository holds it, never the password itself",
            "written-password",
        )
    return value


def _setting(value: str) -> str:
    if _SETTING.fullmatch(value):
        return value
    return wrong(f"{quoted(value)} is not the name of a server setting", "write it as in redis.conf")


Identifier = Annotated[Text, AfterValidator(_identifier)]
Variable = Annotated[str, AfterValidator(_variable)]
SecretName = Annotated[str, AfterValidator(_secret)]
Setting = Annotated[str, AfterValidator(_setting)]
Environment = dict[Variable, Text]


# Images, ports, versions.


def _image(value: str) -> str:
    if "${{" in value or _IMAGE.fullmatch(value):
        return value
    return wrong(
        f"{quoted(value)} is not an image reference",
        "write name:tag or name@sha256:digest, the name in lower case",
    )


def _tag(value: str) -> str:
    if _TAG.fullmatch(value):
        return value
    return wrong(f"{quoted(value)} is not a tag", "use letters, digits, _ . and -, at most 128")


def _port(value: object) -> object:
    if value == "random":
        return value
    number = int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,5}", value) else value
    if isinstance(number, bool) or not isinstance(number, int):
        wrong(f"{quoted(value)} is not a port", "write a number from 1 to 65535, or random")
    if not 1 <= number <= 65535:
        wrong(f"port {number} is outside 1 to 65535", "write another number, or random")
    return number


_PORT_PAIR = re.compile(r"(?:(?:[0-9.]+|\[[0-9a-fA-F:]+\]):)?(?:\d{1,5}:)?\d{1,5}(?:/(?:tcp|udp))?", re.ASCII)


def _port_pair(value: str) -> str:
    if "${{" in value:
        return value
    if _PORT_PAIR.fullmatch(value):
        beyond = [number for number in re.findall(r"\d+", value.rpartition("]")[2]) if int(number) > 65535]
        return wrong(f"port {beyond[0]} is outside 1 to 65535") if beyond else value
    return wrong(f"{quoted(value)} is not a port mapping", 'write "host:container", such as "5432:5432"')


ImageName = Annotated[Words, AfterValidator(_image)]
Tag = Annotated[Text, AfterValidator(_tag)]
HostPort = Annotated[int | Literal["random"], Short(_port, {"type": "string", "pattern": "^[0-9]{1,5}$"})]
PortPairs = Annotated[
    tuple[Annotated[Text, AfterValidator(_port_pair)], ...],
    BeforeValidator(listed, json_schema_input_type=str | int | tuple[str | int, ...]),
]


# Paths below the root of the repository.


def _below(value: str) -> str:
    parts = value.split("/")
    if value.startswith(("/", "~")) or "\\" in value or ".." in parts or re.match(r"[A-Za-z]:", value):
        wrong(f"{quoted(value)} leads out of the repository", "write a path below its root, with /")
    if any(char < " " or char == "\x7f" for char in value):
        wrong("a path holds a control character")
    if "${{" in value:
        wrong("a path is not an expression", "write the path itself")
    return value.rstrip("/") or "."


def _plain_path(value: str) -> str:
    if _PLAIN_PATH.fullmatch(value):
        return value
    return wrong(
        f"{quoted(value)} holds characters that scripts would have to quote", "use letters, digits, . _ - /"
    )


def _workflow_path(value: str) -> str:
    if not re.fullmatch(r"\.github/workflows/[^/]+\.ya?ml", value):
        wrong(
            "GitHub reads workflows only from *.yml and *.yaml directly in .github/workflows",
            "write .github/workflows/NAME.yml",
        )
    return value


Below = Annotated[Words, AfterValidator(_below)]
PlainPath = Annotated[Below, AfterValidator(_plain_path)]
WorkflowPath = Annotated[PlainPath, AfterValidator(_workflow_path)]


# Numbers with units and ranges.


def within(low: str, high: str) -> AfterValidator:
    """A duration from `low` to `high`, both included."""
    least, most = Duration.read(low), Duration.read(high)

    def check(value: Duration) -> Duration:
        return value if least <= value <= most else wrong(f"{value} is outside {least} to {most}")

    return AfterValidator(check)


def at_least(low: str) -> AfterValidator:
    """A size of `low` or more."""
    least = Size.read(low)

    def check(value: Size) -> Size:
        return value if value >= least else wrong(f"{value} is less than {least}")

    return AfterValidator(check)


# Retries: the schedule in the words of the retry runner's flag, `linear:10s`, `exponential:1s`, `10s,20s`.

Schedule = Annotated[
    str,
    BeforeValidator(
        lambda value: schedule(value), json_schema_input_type=Duration | str | tuple[Duration, ...]
    ),
]


def schedule(value: object) -> str:
    """The canonical words of a delay schedule: `linear:10s`, `exponential:1s` or `10s,20s,30s`."""
    if isinstance(value, list | tuple):
        return _schedule_list(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        wrong(f"{quoted(value)} is not a delay schedule", "write linear:10s, exponential:1s, or a list")
    kind, colon, base = str(value).strip().partition(":")
    if colon and kind in ("linear", "exponential"):
        return f"{kind}:{_delay(base)}"
    if colon:
        wrong(f"{quoted(kind)} is not a kind of schedule", "write linear:10s, exponential:1s, or a list")
    return _schedule_list(str(value).split(","))


def _schedule_list(values: list[Any] | tuple[Any, ...]) -> str:
    if not values:
        wrong("the list of delays is empty", "write linear:0s for none")
    if len(values) > 100:
        wrong(f"{len(values)} delays are listed, and at most 100 attempts are made")
    return ",".join(str(_delay(value)) for value in values)


def _delay(value: object) -> Duration:
    try:
        delay = Duration.read(value)
    except ValueError as reason:
        wrong(str(reason))
    return delay if delay <= 86400 else wrong(f"{delay} is outside 0s to 24h")


def _cron(value: str) -> str:
    if _CRON.fullmatch(value.strip()):
        return value.strip()
    return wrong(f"{quoted(value)} is not a cron expression", "write five fields, such as 0 3 * * 1")


_CRON_SCHEMA = {
    "type": "object",
    "required": ["cron"],
    "additionalProperties": False,
    "properties": {"cron": {"type": "string"}},
}


def _cron_word(value: object) -> object:
    """GitHub's own form `{cron: "..."}` is its text."""
    if isinstance(value, dict) and set(value) == {"cron"}:
        return value["cron"]
    return value


Cron = Annotated[Text, Short(_cron_word, _CRON_SCHEMA), AfterValidator(_cron)]
Crons = Annotated[tuple[Cron, ...], Short(listed, {"type": "string"})]


def never_a_value(value: object) -> object:
    """`random`, or the name of a secret: the words of another text are never repeated."""
    if value is None or value == "random" or (isinstance(value, dict) and set(value) == {"secret"}):
        return value
    return wrong(
        "a password is never written in a file",
        "write random, or {secret: NAME} for one that the repository's secrets hold",
        "written-password",
    )
