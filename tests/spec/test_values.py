"""A wrong value is a finding at its place, with the cure and the nearest known name."""

from __future__ import annotations

import pytest
from spec.marked import findings, found_at, spec, unmarked

from holdfast.finding import Group, Severity
from holdfast.report import FORMATS, Report, render
from holdfast.text import apply

# name: (text with the place marked, rule, words of the message, the cure)
WRONG: dict[str, tuple[str, str, str, str]] = {
    "misspelt key": ("redis: {«maxmemmory»: 1gb}", "unknown-key", "'maxmemmory'", "write maxmemory"),
    "underscore": ("redis: {«memory_swap»: 1g}", "unknown-key", "'memory_swap'", "write memory-swap"),
    "key of another section": ("redis: {«attempts»: 3}", "unknown-key", "'attempts'", "write it under retry"),
    "key of GitHub": (
        "jobs: {t: {«timeout-minutes»: 3}}",
        "unknown-key",
        "'timeout-minutes'",
        "write timeout",
    ),
    "key of the top level": ("«job»: {}", "unknown-key", "'job'", "write jobs"),
    "key in a job named as a section": (
        "jobs: {redis: {«shard»: 3}}",
        "unknown-key",
        "'shard'",
        "write shards",
    ),
    "key in a list": (
        "jobs: {t: {matrix: {redis: [{image: redis, version: '8', «tag»: x}]}}}",
        "unknown-key",
        "'tag'",
        "write image",
    ),
    "policy": (
        "redis: {maxmemory-policy: «allkeys-lur»}",
        "spec-value",
        "'allkeys-lur' is not one of: noeviction, allkeys-lru",
        "write allkeys-lru",
    ),
    "profile": ("profile: «ful»", "spec-value", "'ful' is not one of: lean, full", "write full"),
    "stack": ("jobs: {t: {stack: «pyton»}}", "spec-value", "'pyton'", "write python"),
    "target": ("target: «gitlab»", "spec-value", "'gitlab'", ""),
    "size": ("redis: {maxmemory: «1 gigabyte»}", "spec-value", "'1 gigabyte' is not a size", ""),
    "size too small": ("redis: {memory: «1mb»}", "spec-value", "1mb is less than 6mb", ""),
    "duration": (
        "retry: {deadline: «twenty»}",
        "spec-value",
        "'twenty' is not a duration such as 500ms, 3s or 20m",
        "",
    ),
    "duration out of range": (
        "readiness: {deadline: «2h»}",
        "spec-value",
        "2h is outside 1s to 30m",
        "",
    ),
    "number out of range": ("retry: {attempts: «0»}", "spec-value", "0 is less than 1", ""),
    "number too large": ("redis: {tcp-backlog: «70000»}", "spec-value", "70000 is more than 65535", ""),
    "number in quotes": (
        "retry: {attempts: «'5'»}",
        "spec-value",
        "a whole number is wanted, and this is the text '5'",
        "write 5 without quotes",
    ),
    "true for a number": ("retry: {attempts: «true»}", "spec-value", "and this is true", ""),
    "yes": (
        "redis: {tls: «yes»}",
        "spec-value",
        "true or false is wanted, and this is the text 'yes'",
        "write true",
    ),
    "list for a mapping": ("redis: «[a]»", "spec-value", "a mapping is wanted, and this is a list", ""),
    "mapping for a text": (
        "workflow: {name: «{a: b}»}",
        "spec-value",
        "text is wanted, and this is a mapping",
        "",
    ),
    "text for a list": (
        "jobs: {t: {before: «make»}}",
        "spec-value",
        "a list is wanted, and this is the text 'make'",
        "write a list: [...]",
    ),
    "nothing for a number": ("retry: {attempts: «null»}", "spec-value", "and this is nothing", ""),
    "port": ("redis: {port: «99999»}", "spec-value", "port 99999 is outside 1 to 65535", ""),
    "port word": ("redis: {port: «any»}", "spec-value", "'any' is not a port", ""),
    "password": (
        "redis: {password: «hunter2»}",
        "written-password",
        "a password is never written in a file",
        "write random, or {secret: NAME}",
    ),
    "password as a secret's name": (
        "redis: {password: {secret: «hunter2!»}}",
        "written-password",
        "the name of a secret is letters, digits and _",
        "write the name",
    ),
    "schedule": (
        "retry: {delays: «fibonacci:1s»}",
        "spec-value",
        "'fibonacci' is not a kind",
        "write linear",
    ),
    "schedule's base": ("retry: {delays: «linear:1x»}", "spec-value", "'1x' is not a duration", ""),
    "empty schedule": ("retry: {delays: «[]»}", "spec-value", "the list of delays is empty", ""),
    "class": ("retry: {retry-on: [refused, «timout»]}", "spec-value", "'timout'", "write timeout"),
    "pattern's class": ("retry: {patterns: {«mine»: x}}", "spec-value", "'mine'", ""),
    "image": ("redis: {image: «Redis:8»}", "spec-value", "'Redis:8' is not an image reference", ""),
    "port of a service": (
        "jobs: {t: {services: {x: {image: 'x/y:1', ports: [«'70000:80'»]}}}}",
        "spec-value",
        "port 70000 is outside 1 to 65535",
        "",
    ),
    "image without version": (
        "jobs: {t: {matrix: {redis: [«{image: redis}»]}}}",
        "spec-value",
        "'version' is missing",
        "write version",
    ),
    "container without image": (
        "jobs: {t: {«container»: {env: {}}}}",
        "spec-value",
        "'image' is missing",
        "write image",
    ),
    "variable": ("jobs: {t: {env: {«A-B»: x}}}", "spec-value", "'A-B' is not a variable", ""),
    "GitHub's variable": (
        "jobs: {t: {env: {«GITHUB_SHA»: x}}}",
        "spec-value",
        "GitHub keeps GITHUB_SHA for itself",
        "",
    ),
    "job's name": ("jobs: {«my job»: {}}", "spec-value", "'my job' is not a name that GitHub takes", ""),
    "path outside": (
        "jobs: {t: {working-directory: «../up»}}",
        "spec-value",
        "'../up' leads out of the repository",
        "",
    ),
    "workflow elsewhere": ("workflow: {path: «ci.yml»}", "spec-value", "directly in .github/workflows", ""),
    "permission": ("workflow: {permissions: {«content»: read}}", "spec-value", "'content'", "write contents"),
    "access": ("workflow: {permissions: {contents: «rw»}}", "spec-value", "'rw'", ""),
    "cron": ("workflow: {on: {schedule: [«daily»]}}", "spec-value", "'daily' is not a cron", "write five"),
    "open expression": (
        "jobs: {t: {env: {A: «'${{ x'»}}}",
        "spec-value",
        "begins an expression that does not end",
        "close it",
    ),
    "an expression in the workflow's name": (
        "workflow: {name: «'CI ${{ github.ref }}'»}",
        "spec-value",
        "GitHub evaluates no expression here",
        "write the text itself",
    ),
    "an expression in a filter": (
        "workflow: {on: {push: {branches: [«'${{ vars.BRANCH }}'»]}}}",
        "spec-value",
        "GitHub evaluates no expression here",
        "",
    ),
    "a line break in an option": (
        'redis: {options: [--label, «"a\\nb"»]}',
        "spec-value",
        "a line break cannot stand in what the runner splits into words",
        "write it in one line",
    ),
    "NUL": ('jobs: {t: {run: «"a\\0"»}}', "spec-value", "U+0000 cannot stand in a workflow", "remove it"),
    "empty command": ("jobs: {t: {run: «''»}}", "spec-value", "the text is empty", ""),
    "event": ("workflow: {on: {«release»: {}}}", "unknown-key", "'release'", ""),
    "flag": ("redis: {flags: {«Max Memory»: 1}}", "spec-value", "is not the name of a server setting", ""),
    "tag as a number": (
        "jobs: {t: {matrix: {redis: [{image: redis, version: «8.0»}]}}}",
        "unquoted-number",
        "8.0 is read as the number 8",
        'quote it: "8.0"',
    ),
    "version as a number": (
        "jobs: {t: {versions: [«3.10»]}}",
        "unquoted-number",
        "3.10 is read as the number 3.1",
        'quote it: "3.10"',
    ),
    "one version as a number": (
        "jobs: {t: {versions: «3.12»}}",
        "unquoted-number",
        "3.12 is a number here",
        'quote it: "3.12"',
    ),
    "octal in env": ("jobs: {t: {env: {MODE: «010»}}}", "unquoted-number", "read as the number 10", ""),
    "trap in a raw step": (
        "jobs: {t: {before: [{uses: a/b@v1, with: {v: «1.20»}}]}}",
        "unquoted-number",
        "1.20 is read as the number 1.2",
        "",
    ),
    "duplicate": ("redis: {}\n«redis»: {port: 1}", "duplicate-key", "'redis' is written twice", "remove one"),
    "merge key": ("a: &a {}\nredis: {«<<»: *a}", "spec-syntax", "merge keys are not read", ""),
    "tab": ("redis:\n«\t»image: redis:8", "spec-syntax", "found character", "indent with spaces"),
    "list": ("«- a»", "spec-value", "a spec is a mapping", ""),
}


@pytest.mark.parametrize(("text", "rule", "message", "cure"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_found_at_its_place(text: str, rule: str, message: str, cure: str) -> None:
    found = found_at(text, rule)
    assert message in found.message
    assert found.cure.startswith(cure)
    assert (found.group, found.severity) == (Group.SPEC, Severity.ERROR)
    assert "\n" not in found.message


@pytest.mark.parametrize(
    "text",
    [
        "redis: {password: hunter2, por: 1}",
        "redis: {password: {secret: 'hunter2!'}, por: 1}",
        "redis: {password: {value: hunter2}}",
        "redis: {password: [hunter2]}",
        "redis:\n  password: |\n    hunter2\n    hunter2\n  por: 1\n",
        "redis: {flags: {requirepass: hunter2}, health: {interval: 3s}, tcp-backlog: 9}",
        "redis: {flags: {masterauth: hunter2}}",
        "redis: {image: 'bitnami/redis:8', env: {REDIS_PASSWORD: hunter2}}",
        "redis: {image: 'valkey/valkey:9.1', env: {VALKEY_EXTRA_FLAGS: --requirepass hunter2}}",
    ],
)
def test_a_password_is_repeated_nowhere(text: str) -> None:
    found = findings(text)
    assert "written-password" in [finding.rule for finding in found]
    for format_ in FORMATS:
        assert "hunter2" not in render(Report(found, 1, {"holdfast.yml": text}), format_)


def test_an_unquoted_number_is_quoted_by_its_fix() -> None:
    marked = "jobs: {t: {stack: python, versions: [«3.10», '3.12']}}"
    plain, _ = unmarked(marked)
    found = found_at(marked, "unquoted-number")
    assert found.fix
    assert spec(apply(plain, found.fix.edits)).jobs["t"].versions == ("3.10", "3.12")


# Short and usual ways of writing, and what they mean: (text, path to the value, value)
ACCEPTED: dict[str, tuple[str, str, object]] = {
    "one for a list": ("jobs: {a: {}, b: {needs: a}}", "jobs.b.needs", ("a",)),
    "whole versions": ("jobs: {t: {stack: node, versions: [20, 22]}}", "jobs.t.versions", ("20", "22")),
    "a switch in env": ("jobs: {t: {env: {A: true, B: 1}}}", "jobs.t.env", {"A": "true", "B": "1"}),
    "a section with nothing": ("redis:\nretry:\n", "redis.port", 6379),
    "a job with nothing": ("jobs:\n  test:\n", "jobs.test.stack", "auto"),
    "no jobs": ("jobs:\n", "jobs.test.shards", 1),
    "on, a word": ("workflow: {on: push}", "workflow.on.push.branches", ()),
    "on, a list": ("workflow: {on: [push, workflow_dispatch]}", "workflow.on.workflow_dispatch", True),
    "on, only what is written": ("workflow: {on: push}", "workflow.on.pull_request", None),
    "on, not written": ("jobs: {t: }", "workflow.on.push.branches", ("main",)),
    "an event with nothing": (
        "workflow: {on: {push: , pull_request: }}",
        "workflow.on.pull_request.branches",
        (),
    ),
    "cron as GitHub has it": (
        "workflow: {on: {schedule: [{cron: '0 3 * * 1'}]}}",
        "workflow.on.schedule",
        ("0 3 * * 1",),
    ),
    "no concurrency": ("workflow: {concurrency: false}", "workflow.concurrency", None),
    "a container, short": ("jobs: {t: {container: 'golang:1.24'}}", "jobs.t.container.image", "golang:1.24"),
    "a service, short": (
        "jobs: {t: {services: {db: 'postgres:17'}}}",
        "jobs.t.services.db.image",
        "postgres:17",
    ),
    "image and version": ("redis: {image: {image: redis, version: '8.0'}}", "redis.image", "redis:8.0"),
    "delays, a list": ("retry: {attempts: 3, delays: [10s, 20]}", "retry.delays", "10s,20s"),
    "delays, words": ("retry: {delays: 'exponential:1s'}", "retry.delays", "exponential:1s"),
    "delay, one": ("retry: {delays: 5s}", "retry.delays", "5s"),
    "no delay": ("retry: {delays: 'linear:0'}", "retry.delays", "linear:0s"),
    "no redis": ("jobs: {t: {redis: false}}", "jobs.t.redis", None),
    "no kernel": ("profile: full\njobs: {t: {kernel: false}}", "jobs.t.kernel.overcommit", None),
    "port as text": ("redis: {port: '6380'}", "redis.port", 6380),
    "random port": ("redis: {port: random}", "redis.port", "random"),
    "folder with a slash": (
        "jobs: {t: {working-directory: backend/}}",
        "jobs.t.working_directory",
        "backend",
    ),
    "persistence off": ("redis: {persistence: off}", "redis.persistence", "off"),
    "on is no truth value": ("workflow:\n  on:\n    push:\n", "workflow.on.push.tags", ()),
    "an expression in quotes": (
        "jobs: {t: {env: {A: \"${{ '}}' }} b\"}}}",
        "jobs.t.env",
        {"A": "${{ '}}' }} b"},
    ),
    "byte order mark": ("\ufeffredis: {port: 1}", "redis.port", 1),
    "an alias": ("jobs: {a: &j {shards: 2}, b: *j}", "jobs.b.shards", 2),
    "carriage returns": ("redis:\r\n  port: 7\r\n", "redis.port", 7),
    "merged by key": (
        "redis: {memory: 1g, health: {retries: 9}}\njobs: {t: {redis: {health: {interval: 2s}}}}",
        "jobs.t.redis.health.retries",
        9,
    ),
    "a secret": ("redis: {password: {secret: REDIS_PW}}", "redis.password.secret", "REDIS_PW"),
    "placed for its password": ("redis: {password: random}", "redis.placement", "step"),
    "placed for TLS": ("jobs: {t: {redis: {tls: true}}}", "jobs.t.redis.placement", "step"),
    "a job's own topology": (
        "redis: {topology: cluster}\njobs: {t: {redis: {topology: standalone}}}",
        "jobs.t.redis.topology",
        "standalone",
    ),
}


@pytest.mark.parametrize(("text", "path", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_usual_ways_of_writing_are_understood(text: str, path: str, value: object) -> None:
    found: object = spec(text)
    for part in path.split("."):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    assert found == value
