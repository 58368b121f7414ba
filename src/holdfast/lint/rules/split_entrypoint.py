"""Entrypoints with arguments.

The runner passes `entrypoint` to docker as one word, the name of one program: `redis-server --save 60 1` is looked
for as a file of that name, and the container cannot start. Arguments belong into `command`.

Source: actions/runner 2.336.0, DockerCommandManager.cs.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import options
from holdfast.lint.workflow import Service


class SplitEntrypoint(ServiceRule):
    id = "split-entrypoint"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("entrypoint",))
    examples = (
        Example(
            bad=sample.service("entrypoint: «redis-server --maxmemory 64mb»", image="example/redis:7"),
            good=sample.service(
                "entrypoint: redis-server", "command: --maxmemory 64mb", image="example/redis:7"
            ),
        ),
    )
    allows = (
        sample.service("entrypoint: redis-server", "command: --maxmemory 64mb"),
        sample.service("entrypoint: ${{ matrix.program || 'redis-server' }}"),
        sample.service("options: --entrypoint redis-server"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        entrypoint, entry = service.entrypoint, service.entry("entrypoint")
        if entrypoint is None or entry is None or "${{" in entrypoint.value:
            return
        program, _, arguments = entrypoint.value.strip().partition(" ")
        if not arguments.strip() or options(service).last("entrypoint"):
            return
        plain = entrypoint.plain and "\n" not in entrypoint.value and not service.command
        added = (
            edits.with_key(self.source, service.node, entry, f"command: {arguments.strip()}")
            if plain
            else None
        )
        yield self.found(
            entrypoint,
            f"docker looks for one program with the name {entrypoint.value.strip()!r}",
            cure="write the program here and its arguments into command",
            fix=edits.joined(edits.whole(self.source, entrypoint, program), added) if added else None,
        )
