"""Server flags among docker's options.

`options` goes in front of the image in `docker create`, so `--requirepass` or `--maxmemory` there is a flag of
docker's, which refuses it. Server flags go into the service's `command` (github.com since April 2026).

Source: actions/runner, DockerCommandManager.cs; redis/docker-library-redis issue 176.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Fix, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.options import Kind, Option
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
    is_redis,
    options,
)
from holdfast.lint.settings_of_redis import SERVER_FLAGS, SETTINGS
from holdfast.lint.workflow import Service


class ServerFlagInOptions(ServiceRule):
    id = "server-flag-in-options"
    group = Group.REDIS
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("options",))
    examples = (
        Example(
            bad=sample.service('options: --health-cmd "redis-cli -e ping" «--maxmemory» 256mb'),
            good=sample.service(
                'options: --health-cmd "redis-cli -e ping"', "command: redis-server --maxmemory 256mb"
            ),
        ),
    )
    allows = (
        sample.service("command: redis-server --maxmemory 256mb"),
        sample.service("options: --memory 512m"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        if scalar is None or not is_redis(service):
            return
        parsed = options(service)
        for trouble in parsed.troubles:
            if trouble.kind is not Kind.UNKNOWN_FLAG or trouble.name not in SETTINGS | SERVER_FLAGS:
                continue
            option = next(one for one in parsed.options if one.name == trouble.name)
            yield self.found(
                scalar.part(self.text, trouble.start, trouble.end),
                f"--{trouble.name} is a flag of the server, and options are docker's",
                cure="move it to command",
                fix=self._fix(service, option, scalar),
            )

    def _fix(self, service: Service, option: Option, scalar: Scalar) -> Fix | None:
        entry = service.entry("options")
        image = family(service)
        if service.command or service.entrypoint or option.value is None or image is None or entry is None:
            return None
        if not image.reads_command or option.start == 0 or not re.fullmatch(r"[\w.:/-]+", option.value):
            return None
        server = "valkey-server" if image.name == "valkey" else "redis-server"
        begin = len(scalar.value[: option.start].rstrip())
        end = (
            option.end
            if option.value in option.word.text
            else option.start + scalar.value[option.start :].index(option.value) + len(option.value)
        )
        cut = edits.replaced(self.source, scalar, begin, end, "")
        added = edits.with_key(
            self.source, service.node, entry, f"command: {server} --{option.name} {option.value}"
        )
        return edits.joined(cut, added)
