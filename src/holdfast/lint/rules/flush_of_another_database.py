"""A flush of a database that the tests do not use.

FLUSHDB empties the one database that is selected, number 0 unless `-n` says otherwise. Where the tests are given
another number, what an earlier run left stays there. Select the same database, or use FLUSHALL.

Source: measured on Redis 7.0: keys in database 3 survive a FLUSHDB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import steps_commands
from holdfast.lint.services import redis_services
from holdfast.lint.shell import Command
from holdfast.lint.workflow import Step

_ENV = "env:\n  REDIS_URL: redis://127.0.0.1:6379/{}"


class FlushOfAnotherDatabase(StepRule):
    id = "flush-of-another-database"
    group = Group.ISOLATION
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("flushdb", "FLUSHDB"))
    examples = (
        Example(
            bad=sample.redis(job=_ENV.format(2), steps="docker exec c redis-cli «flushdb» && pytest"),
            good=sample.redis(job=_ENV.format(2), steps="docker exec c redis-cli -n 2 flushdb && pytest"),
        ),
    )
    allows = (
        sample.redis(job=_ENV.format(0), steps="docker exec c redis-cli flushdb && pytest"),
        sample.redis(job=_ENV.format(2), steps="docker exec c redis-cli flushall && pytest"),
        sample.redis(job=_ENV.format(2), steps='redis-cli -u "$REDIS_URL" flushdb && pytest'),
        sample.redis(job=_ENV.format("${{ strategy.job-index }}"), steps="redis-cli flushdb && pytest"),
        sample.redis(
            job=_ENV.format(2) + "\n  CACHE_URL: redis://127.0.0.1:6379/0",
            steps="redis-cli flushdb && pytest",
        ),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None or not redis_services(step.job):
            return
        asked = [one.scalar for one in addresses(step.job) if one.redis and one.scheme]
        numbers = {re.search(r":\d+(?:/(\d*))?$", one.value) for one in asked}
        used = {int(found[1] or 0) if found else None for found in numbers}
        if len(used) != 1 or None in used:
            return
        wanted = used.pop()
        for command in steps_commands(step):
            word = next((one for one in command.words if one.text.lower() == "flushdb"), None)
            selected = _database(command)
            if word is not None and selected is not None and selected != wanted:
                yield self.found(
                    run.part(self.text, word.start, word.end),
                    f"{word.text} empties database {selected}, the tests are given database {wanted}",
                    cure=f"write -n {wanted}, or flushall",
                    also=((asked[0], "the database"),),
                )


def _database(command: Command) -> int | None:
    """The database that a call of a client selects; None where that is not plain to see."""
    words = [word.text for word in command.words]
    client = next(
        (at for at, word in enumerate(words) if re.fullmatch(r"(.*/)?(redis|valkey)-cli", word)), None
    )
    if client is None or "-u" in words or "REDIS" in command.line.replace(words[client], ""):
        return None
    after = words[client + 1 :]
    for at, word in enumerate(after):
        if word == "-n":
            return int(after[at + 1]) if at + 1 < len(after) and after[at + 1].isdigit() else None
        if re.fullmatch(r"-n\d+", word):
            return int(word[2:])
    return 0
