"""Which commands of a script run tests: by the program that each one starts, not by words anywhere in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum

_FLAGS = r"(?:-\S+\s+)*"
# Flags of package runners that take a word of their own.
_TAKES = (
    r"(?:(?:-[CFwep]|--(?:filter|dir|cwd|prefix|workspace|python|with|group|extra|env|command))[ =]\S+\s+"
)
_PATH = r"(?:\S*/)?"
# What stands before the name of a target or script in a command of such a runner.
_TARGETS = (
    r"^(?:make|gmake|just|task|invoke|mage|doit|earthly|npm|pnpm|yarn|bun|composer|rake)\s(?:.*\s)?[\w:]*?\b"
)
_WORDS = r"(?:tests?|specs?|e2e|coverage|unit|integration|jest|vitest|mocha|ava|tap|cypress)\b"
_SCRIPT = rf"[\w.:/@-]*{_WORDS}[\w.:/-]*"
_TARGET = r"(?:run-?)?(?:tests?|specs?|e2e|integration)\b"
_INTERPRETER = (
    r"(?:bash|sh|python[\d.]*|node|ruby|php|perl|deno run|bun|Rscript|tclsh|lua|julia|elixir|tsx|ts-node)\s+"
)

# What stands in front of a program and lets it be the same: variables, keywords, and wrappers of their arguments.
_FRONTS = (
    r"\w+=(?:\"[^\"]*\"|'[^']*'|[^\s\"'])*\s+",
    rf"(?:if|then|do|else|elif|while|until|!|\(|\{{|time|exec|command|nohup|env|nice|sudo)\s+{_FLAGS}",
    r"\(\s*",
    rf"(?:timeout|stdbuf|ionice)\s+{_FLAGS}[\d.]\w*\s+",
    rf"(?:xvfb-run|tini|dumb-init|dbus-run-session|nyc|c8|catchsegv|kcov\s+\S+)\s+{_FLAGS}",
    r"(?:dotenv|doppler|infisical|op)\s+(?:-\S+\s+\S+\s+)*(?:run\s+)?--\s+",
    r"(?:poetry|pipenv|uv|pdm|rye|hatch|conda|micromamba|mise|devbox|nix)\s+(?:--\s+)?(?:-\S+\s+\S+\s+)*"
    rf"(?:run|exec|develop|tool run)\s+{_TAKES}|-\S+\s+)*",
    r"(?:bundle|pnpm|yarn|npm)\s+(?:exec|dlx)\s+" + _FLAGS,
    rf"(?:bunx|npx|uvx|pipx run)\s+{_FLAGS}",
    rf"{_PATH}appraisal\s+(?:(?!rspec|rake|rails|bundle|ruby|bin/)\S+\s+)?",
    r"(?:python|pypy)[\d.]*\s+(?:-[bBdEiIOqsSuvx]+\s+|-[WX]\s*\S+\s+)*-m\s+",
    r"coverage\s+run\s+(?:--?(?!m\b)[\w-]+(?:=\S+)?\s+)*(?:-m\s+)?",
    r"php\s+(?:-\S+\s+(?:\S+=\S+\s+)?)*(?=\S*/|artisan)",
    rf"docker(?:-compose|\s+compose)?\s[^\"']*?\b(?:run|exec)\s(?:\S+\s+)*?(?={_PATH}(?:pytest|tox|phpunit|pest|rspec"
    r"|npm|yarn|pnpm|go|cargo|mix|python\d?|bundle|rake|rails|php|make|bash|sh|jest|vitest|mocha|dotnet|mvn|gradle)\s)",
    r"(?:bash|sh|zsh)\s+(?:-\w+\s+)*-\w*c\s+[\"']",
)

# Programs that run tests, at the start of a command; one row a language or tool.
_TESTERS = (
    rf"{_PATH}(?:pytest|py\.test|tox|nox|nose2?|nosetests|unittest|stestr|trial|behave|robot|destral|green)(?:[\s\"']|$)",
    rf"(?:python[\d.]*\s+)?{_PATH}manage\.py\s+(?:\S+\s+)*?test\b",
    r"django(?:-admin)?\s+test\b|python[\d.]*\s+setup\.py\s+(?:\S+\s+)*test\b",
    r"hatch\s+(?:--\s+)?(?:-e\s+\S+\s+|env\s+)?(?:test\b|run\s+(?:-\S+\s+)*(?:[\w.+-]+:)?[\w.-]*(?:test|cov|unit)[\w.-]*(?:\s|$))",
    r"go\s+(?:-\S+\s+)*(?:test\b|run\s+\S*(?:gotestsum|ginkgo)\S*)|(?:gotestsum|ginkgo|richgo)(?:\s|$)",
    rf"(?:npm|pnpm|yarn|bun)\s+{_TAKES}|-\S+\s+|workspaces?\s+(?:\S+\s+)*?|run(?:-script)?\s+)*(?:t|tst|it|cit|{_SCRIPT})(?:\s|$)",
    rf"{_PATH}(?:jest|vitest|mocha|jasmine|ava|tap|tape|karma|wtr|cypress|playwright|newman)(?:\s|$)|node\s.*--test\b",
    r"(?:nx|turbo|lerna|rush|moon|wireit|react-scripts|ng|ember|lage)\s.*\btests?\b",
    rf"(?:cargo|cross)\s+(?:\+\S+\s+)?(?:(?:test|nextest|tarpaulin|llvm-cov)\b|hack\s.*\btest\b)|{_PATH}tarpaulin\b",
    rf"{_PATH}(?:phpunit|simple-phpunit|paratest|pest|codecept|behat|phpspec|kahlan)(?:\s|$)",
    rf"(?:php\s+)?{_PATH}artisan\s+(?:test|dusk)\b|composer\s+{_FLAGS}(?:run(?:-script)?\s+)?{_FLAGS}{_SCRIPT}",
    rf"{_PATH}(?:rspec|cucumber|minitest|flatware|knapsack\w*|parallel_(?:test|r?spec)|turbo_tests)(?:\s|$)|{_PATH}rails\s+(?:\S+\s+)*?(?:test|spec)\b"
    # without a task, rake does its default one: the tests, nearly everywhere
    rf"|{_PATH}rake\s+(?:\S+\s+)*?[\w:]*(?:test|spec|ci)\b|{_PATH}rake\s*$",
    rf"{_PATH}mvnw?\s.*\b(?:test|verify|integration-test)\b|{_PATH}gradlew?\s.*?(?:[\w:]*[tT]ests?|\bcheck)\b|sbt\s.*\btest",
    r"(?:bazel|bazelisk|buck2?|pants|please|plz)\s.*\btest\b|dotnet\s+(?:vs)?test\b",
    r"mix\s+(?:do\s.*)?(?:test|coveralls)\b|rebar3\s.*\b(?:ct|eunit|proper)\b|clj(?:ojure)?\s.*\btest",
    r"(?:deno|swift|crystal|zig build|stack|cabal|dune|flutter|dart|lein|meson|gleam|forge)\s+(?:-\S+\s+)*"
    r"(?:test|spec|runtest)\b",
    rf"{_PATH}(?:ctest|bats|busted|prove)(?:\s|$)",
    rf"(?:make|gmake|just|task|invoke|inv|mage|doit|earthly|ant|grunt|gulp|nix|ninja|pixi|poe)(?:\s.*?)?[\s:_+-]{_TARGET}",
    # a script that is named after its tests
    rf"(?:{_INTERPRETER}{_FLAGS})?{_PATH}(?:[\w.]+[-_.])*?(?:run)?(?:tests?|specs?|tox|pytest)(?:[-_.][\w.-]+)?"
    r"\.(?:sh|bash|py|js|mjs|cjs|ts|rb|php|pl|R|lua|jl|exs|tcl)(?:\s|$)",
    r"(?:(?:bash|sh)\s+)?\.?/?(?:[\w.]+/)*(?:bin|scripts?|ci|tools|hack)/(?:\S*/)?(?:run[-_]?)?tests?(?:[-_]\w+)*(?:\s|$)",
    r"\./(?:run[-_]?)?tests?(?:[-_]\w+)*(?:\s|$)",
)

# Words that mean tests where nothing else does.
_MAYBES = (
    r"(?:make|gmake|just|task|invoke|inv|mage|doit)\s.*\b(?:check|ci|coverage|verify|all)\b",
    rf"{_PATH}gradlew?\s.*\bbuild\b|{_PATH}mvnw?\s.*\b(?:install|package)\b|composer\s+(?:run\s+)?(?:ci|check)\b",
    r"(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:ci:\w+|check|verify|validate|all)\b|R\s+CMD\s+check|nix\s+flake\s+check",
    r"docker(?:-compose|\s+compose)\s.*\bup\s.*(?:--exit-code-from|--abort-on-container-exit)",
)

# What such a program is asked for that runs no test.
_NEVER = (
    r"\s(?:--version|--help|--collect-only|--notest|--listenvs|--no-run|--list-tests|--dry-run)\b",
    r"\b(?:tox|nox)\b.*\s-[es]\s*(?:lint|flake8|mypy|docs?|style|format|pre-commit|type\w*|check-\w+)\b",
    r"\b(?:playwright|cypress)\s+(?:install|verify)\b|\b(?:db|assets|webpacker|log):[\w:]*(?:test|spec)\b",
    rf"{_TARGETS}(?:tests?|specs?|e2e|integration)[-_:](?:deps?|dependencies|set-?up|env\w*|images?|containers?|install|build|lint"
    r"|types?|tsd|typecheck|format|fmt|prepare|up|down|start|stop|clean|db|data|certs?|compile|services?|report|upload|summary)\b",
    rf"{_TARGETS}(?:set-?up|install|build|lint|prepare|start|stop|clean|compile|migrate|create|init|upload|report|generate|fmt|format)"
    r"[-_:][\w-]*(?:tests?|specs?|e2e|integration)\b",
    rf"{_TARGETS}(?:pre|post)test\b",
)

# Programs that prepare, look, or report.
_PREPARERS = (
    r"(?:set|cd|pushd|popd|echo|export|unset|fi|done|esac|for|case|in|sleep|curl|wget|cp|mv|mkdir|rm|ln|touch|cat|tee|chmod"
    r"|chown|git|gh|redis-cli|valkey-cli|redis-server|valkey-server|pipenv|composer|brew|apk|apt|apt-get"
    r"|dpkg|yum|dnf|gem|corepack|rustup|nvm|pyenv|rbenv|asdf|psql|mysql|mysqladmin|createdb|pg_isready|mongosh|ruff|flake8"
    r"|black|isort|mypy|pylint|pyright|eslint|prettier|tsc|rubocop|standardrb|brakeman|golangci-lint|gofmt|goimports"
    r"|staticcheck|phpstan|psalm|pint|codecov|coveralls|ls|pwd|printf|sed|awk|grep|jq|yq|tr|cut|head|tail|find|xargs|tar"
    r"|unzip|gunzip|zip|openssl|ssh|scp|ssh-keygen|source|\.|true|false|exit|return|test|\[+|read|which|nc|netstat|ss|ps"
    r"|kill|pkill|systemctl|service|ulimit|sysctl|locale-gen|phpenv|pecl|cmake|autoreconf|virtualenv|venv|dockerize"
    r"|wait-for-it|wait-on|aws|gcloud|kubectl|helm|terraform|sentry-cli|twine|rsync|env|HOLDFAST)(?=[\s(]|$)",
    r"docker(?:-compose|\s+compose)?\s(?!.*\b(?:run|exec)\b)|docker\s+run\s+(?:-\S+\s+(?:[^-\s]\S*\s+)?)*?(?:-d|--detach)\b|docker-compose\s.*\bup\b",
    rf"{_PATH}appraisal\s+(?:install|generate)|{_PATH}pip[\d.]*\s|ensurepip\b|uv\s+(?:sync|pip|venv|lock|tool|python|cache|build)\b"
    r"|coverage\s+(?:erase|xml|report|html|combine|json|lcov)\b",
    r"(?:poetry|pdm|rye|hatch|conda|mamba|micromamba)\s+(?:-\S+\s+)*(?:install|config|lock|sync|env|self|update|create|build)\b",
    r"npm\s+(?:-\S+\s+)*(?:ci|i|install|rebuild|audit|set|config|version|pack|publish|link)\b|pnpm\s+(?:-\S+\s+)*(?:i|install"
    r"|fetch|add)\b|yarn(?:\s+(?:install|add|set|config|--\S+)|\s*$)|(?:bun|bundle)\s+(?:install|config|add|lock|check)\b",
    r"(?:npm|yarn|pnpm|bun)\s+(?:run\s+)?[\w:]*(?:build|lint|format|compile|bootstrap|prepare|generate|type\w*|migrat\w+|seed)\b",
    r"go\s+(?:mod|build|vet|get|install|generate|env|fmt|version|work)\b|dotnet\s+(?:restore|build|tool|format)\b",
    r"cargo\s+(?:\+\S+\s+)?(?:build|fmt|clippy|check|install|fetch|doc|update)\b|mix\s+(?:local|deps|compile|format|ecto|credo"
    r"|hex|dialyzer)[\w.]*",
    r"(?:make|just|task|mage)\s+(?:\S+\s+)*?[\w-]*(?:deps|build|lint|install|setup|generate|fmt|format|vet|up|start|docker|image"
    r"|certs?|init|migrat\w+|proto)\b|make\s*$",
    rf"{_PATH}gradlew?\s+(?:\S+\s+)*?(?:assemble|dependencies|classes|wrapper|spotless\w*)\b|{_PATH}mvnw?\s.*\bcompile\b",
    rf"{_PATH}(?:rails|rake)\s+(?:db|assets|webpacker|tmp|log|zeitwerk)[:\w]*|(?:php\s+)?{_PATH}(?:artisan|console)\s+(?:migrate"
    r"|key|db|config|cache|doctrine|storage|optimize|lexik)[\w:]*",
    rf"(?:python[\d.]*\s+)?{_PATH}manage\.py\s+(?:migrate|collectstatic|makemigrations|check|compilemessages|loaddata)\b",
    r"alembic\s|flask\s+db|sqlx\s|diesel\s|prisma\s|knex\s|sequelize\s|typeorm\s",
)

# What changes a store before the tests run, or starts what uses Redis beside them.
_USERS = (
    r"\b(?:migrate|db:(?:migrate|setup|prepare|create|schema:load|seed|reset|test:prepare)|loaddata|seed)\b",
    r"\bcelery\b.*\b(?:worker|beat)\b|\brq worker\b|\bsidekiq\b|\bqueue:(?:work|listen)\b|\bhorizon\b|\brqworker\b",
)


def _one_of(rows: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row})" for row in rows))


_FRONT, _TESTS, _PERHAPS = _one_of(_FRONTS), _one_of(_TESTERS), _one_of(_MAYBES)
_NOT, _PREPARES, _USES = _one_of(_NEVER), _one_of(_PREPARERS), _one_of(_USERS)
_SPLIT = re.compile(r"\s*(?:&&|\|\||;;?|\||(?<![>&])&(?!>))\s*")
# Text in which separators are none.
_HELD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|\$\([^()]*\)")
_SEPARATORS = re.compile(r"[|;&]")


class Kind(IntEnum):
    """How sure it is that a command runs tests."""

    PREPARES = 0
    UNKNOWN = 1
    PERHAPS = 2
    TESTS = 3


def kind(script: str) -> Kind:
    """The most that a command of a script says; PREPARES where every one is known to run no test."""
    return max((_kind(command) for command in simple(script)), default=Kind.PREPARES)


def uses_redis(script: str) -> bool:
    """Whether a script migrates, seeds, or starts a worker: that, too, may want Redis."""
    return any(_USES.search(command) for command in simple(script))


def _quiet(held: re.Match[str]) -> str:
    """Quoted text without separators; of what is put in for `$(...)`, nothing."""
    return "$()" if held[0].startswith("$") else _SEPARATORS.sub(" ", held[0])


def _kind(command: str) -> Kind:
    """Wrappers in front are taken away one after the other: each rest may be the program that tests."""
    found = tuple(forms(command))
    if any(_NOT.search(form) for form in found):
        return Kind.PREPARES
    if any(_TESTS.match(form) for form in found):
        return Kind.TESTS
    if any(_PERHAPS.match(form) for form in found):
        return Kind.PERHAPS
    return Kind.PREPARES if any(_PREPARES.match(form) for form in found) else Kind.UNKNOWN


def forms(command: str) -> Iterator[str]:
    """A command, and what it runs, wrapper after wrapper."""
    yield command
    while (found := _FRONT.match(command)) and found.end():
        command = command[found.end() :].lstrip()
        yield command


def simple(script: str) -> Iterator[str]:
    """The simple commands of a script, as far as separators tell; comments are none."""
    for line in re.sub(r"\\\r?\n\s*", " ", script).splitlines():
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        held = _HELD.sub(_quiet, plain)
        yield from (part for part in _SPLIT.split(held) if part)
