"""Passwords of servers elsewhere in the open.

A password in a URL of a server that is no service of the job is a real one, and everybody who can read the
repository can use it. Keep it in a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job


class OpenSecret(JobRule):
    id = "open-secret"
    group = Group.SERVICE
    severity = Severity.WARNING
    needs = frozenset(("://",))
    examples = (
        Example(
            bad=sample.script("make", job="env:\n  REDIS_URL: «redis://:hunter2@cache.example.org:6379»"),
            good=sample.script("make", job="env:\n  REDIS_URL: ${{ secrets.REDIS_URL }}"),
        ),
    )
    allows = (
        sample.redis(job="env:\n  REDIS_URL: redis://:ci@127.0.0.1:6379"),
        sample.script("make", job="env:\n  REDIS_URL: redis://:ci@redis:6379"),
        sample.script("make", job="env:\n  REDIS_URL: redis://:${{ secrets.P }}@cache.example.org"),
        sample.script("make", job="env:\n  REDIS_URL: redis://:ci@example.com"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        for one in addresses(job) if _PASSWORD.search(self.text) else ():
            secret = (
                one.password
                and "$" not in one.password
                and one.password not in ("password", "pass", "xxx", "***")
            )
            if not secret or "." not in one.host or one.local or re.match(r"\d+\.\d+\.\d+\.\d+$", one.host):
                continue
            if (
                one.host.endswith((".local", ".internal", ".test", ".example", ".invalid"))
                or one.host == "example.com"
                or not one.name
            ):
                continue
            yield self.found(
                one.scalar, f"the password of {one.host} stands in the open", cure="keep it in a secret"
            )


# A password in an address, as far as a look at the whole text tells.
_PASSWORD = re.compile(r"://[^\s@/]*:[^\s@/]*@")
