"""docs/before-after.md: the workflow that Holdfast grew from, hardened, with its numbers.

Run `PYTHONPATH=tests python tests/harden/before_after.py` after a change of what hardening writes.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from holdfast.document import read
from holdfast.harden.flow import Asked, harden
from holdfast.harden.write import PARTS
from holdfast.lint.services import health, redis_services
from holdfast.lint.workflow import Workflow
from holdfast.plan.budget import worst
from holdfast.plan.readiness import reported_dead, steps_begin
from holdfast.text import Source

ROOT = Path(__file__).resolve().parents[2]
BEFORE = Path(__file__).with_name("before") / "deploy-production.yml"
PAGE = ROOT / "docs" / "before-after.md"
NAME = ".github/workflows/deploy-production.yml"
# The seconds after which an empty Redis answers; the attempts, their limit and their pause as the file writes them.
READY, ATTEMPTS, LENGTH, PAUSE = 0.3, 3, 600, 10


def before() -> str:
    return BEFORE.read_text("utf-8")


def after() -> str:
    asked = Asked(Path("/nowhere"), NAME, before(), None, None, None, None, PARTS)
    return harden(asked).changes[0].new


def service(text: str) -> tuple[float, tuple[float, float], str]:
    """When the steps begin, when a dead server is reported, and the server's own flags."""
    job = Workflow(read(Source(NAME, text))).job("test")
    assert job is not None
    (redis,) = redis_services(job)
    begin, dead = steps_begin(health(redis), READY), reported_dead(health(redis))
    assert begin is not None
    assert dead is not None
    return begin, dead, redis.command.value if redis.command is not None else ""


def page() -> str:
    old, new = before(), after()
    (begin, dead, flags), (begin2, dead2, flags2) = service(old), service(new)
    dying = (
        f'{ATTEMPTS} attempts of up to {LENGTH // 60} min with pauses, then a log that says "not connected"'
    )
    dying2 = f"no attempt is made without a Redis that answers: up to {LENGTH // 60} min, then a bundle that tells why"
    tries = worst(ATTEMPTS, [PAUSE] * (ATTEMPTS - 1), LENGTH, 0)
    limit = next(line.split(":")[1].strip() for line in new.splitlines() if "    timeout-minutes: " in line)
    diff = "".join(
        difflib.unified_diff(old.splitlines(True), new.splitlines(True), f"a/{NAME}", f"b/{NAME}", n=3)
    )
    return f"""\
# Before and after

Holdfast grew from a deploy workflow whose tests kept losing Redis: "redis not connected" now and then, three attempts
that all failed, and settings that nobody ever saw in force. Here is such a workflow, and what `holdfast harden` makes
of it. This page is written by `tests/harden/before_after.py`, and a test holds it to what the program does.

| | before | after |
|---|---|---|
| time to the first step, with a Redis that is ready after {READY} s | {begin:g} s | {begin2:g} s |
| a Redis that never starts is reported, probes refused at once | after {dead[0]:g} s | after {dead2[0]:g} s |
| the same with probes that hang | after {dead[1]:g} s | after {dead2[1]:g} s |
| a Redis that dies under the tests | up to {tries / 60:.1f} min: {dying} | {dying2} |
| a test that fails by itself | tried {ATTEMPTS} times | red at once: an assertion is no lost connection |
| the job ends at the latest after | 360 min (GitHub's own limit) | {limit} min |
| `maxmemory` in force | 0, no limit: the image reads no `REDIS_MAXMEMORY` | 1gb |
| `maxmemory-policy` in force | noeviction: the same | allkeys-lru |
| server flags | {flags or "none"} | `{flags2}` |

The seconds are arithmetic over what the two files write (`holdfast timing` prints it for any workflow): Docker runs
the first probe one interval after the start, and the runner looks at 0, 2, 6, 14, 30, 62 s. The probes come ten times
as often, and ten times as many may fail, so that a slow start has the time that it had; only a server whose every
probe hangs, which the author's 5 s timeout allows, is given up later. A spec with `health.timeout: 1s` ends that.

## Before

```yaml
{old}```

## The change

`holdfast harden {NAME}` shows this, and `--write` writes it, beside the two scripts. Every comment is still there, and
the jobs that need the tests are not touched. A second run changes nothing.

```diff
{diff}```

With `--profile full` a step in front of the gate also sets the kernel's values, starts the service again under them,
and says which of them changed something.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
