"""docs/before-after.md: the workflow that Holdfast grew from, hardened, with its numbers.

Run `PYTHONPATH=tests python tests/harden/before_after.py` after a change of what hardening writes; `measure.py`
measures anew.
"""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import NamedTuple

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
MEASURED = BEFORE.with_name("measured.json")
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


class Numbers(NamedTuple):
    """What was measured of one of the two files, in seconds where it is a time (`measure.py`)."""

    first_test: float
    maxmemory: str
    policy: str
    lost: float
    lost_attempts: int
    failing_attempts: int
    exits: float
    silent: float
    bundle: bool


class Measured(NamedTuple):
    """The two runs, the day and the machine."""

    date: str
    machine: str
    before: Numbers
    after: Numbers


def measured() -> Measured:
    found = json.loads(MEASURED.read_text("utf-8"))
    return Measured(found["date"], found["machine"], Numbers(**found["before"]), Numbers(**found["after"]))


def page() -> str:
    old, new = before(), after()
    (begin, dead, flags), (begin2, dead2, flags2) = service(old), service(new)
    seen = measured()
    one, two = seen.before, seen.after
    limit = next(line.split(":")[1].strip() for line in new.splitlines() if "    timeout-minutes: " in line)
    tries = worst(ATTEMPTS, [PAUSE] * (ATTEMPTS - 1), LENGTH, 0)
    ends = f"{LENGTH // 60} min: no attempt is made without a Redis that answers"
    diff = "".join(
        difflib.unified_diff(old.splitlines(True), new.splitlines(True), f"a/{NAME}", f"b/{NAME}", n=3)
    )
    return f"""\
# Before and after

Holdfast grew from a deploy workflow whose tests kept losing Redis: "redis not connected" now and then, three attempts
that all failed, and settings that nobody ever saw in force. Here is such a workflow, and what `holdfast harden` makes
of it.

| measured | before | after |
|---|---|---|
| time to the first test | {one.first_test} s | {two.first_test} s |
| a Redis that runs and never answers is reported after | {one.silent} s | {two.silent} s |
| a Redis that exits at its start is reported after | {one.exits} s | {two.exits} s |
| a Redis that dies under the first test: the step is red after | {one.lost} s | {two.lost} s |
| ... having run the tests | {_times(one.lost_attempts)} | {_times(two.lost_attempts)} |
| ... and left behind | a log that says "connection refused" | {_left(two.bundle)} |
| a test that fails by itself is run | {_times(one.failing_attempts)} | {_times(two.failing_attempts)} |
| `maxmemory` in force | {one.maxmemory}, no limit: the image reads no `REDIS_MAXMEMORY` | {two.maxmemory} |
| `maxmemory-policy` in force | {one.policy}: the same | {two.policy} |

Measured on {seen.date} ({seen.machine}) by `tests/harden/measure.py`: both files run by a driver
that follows the hosted runner's own ladder of looks at a service, with real containers; checkout and set-up take no
time there, `go test` is a client that asks once a moment and fails at once, and the retry action is a loop of its
numbers. A dead Redis is told later in the hardened job, because the server is given its time to come back before
anything is said; the tests are not run against nothing meanwhile, which with a suite of minutes is what costs the
time.

| by arithmetic | before | after |
|---|---|---|
| the steps begin, with a Redis that is ready after {READY} s | {begin:g} s | {begin2:g} s |
| a Redis that never starts is reported, probes refused at once | after {dead[0]:g} s | after {dead2[0]:g} s |
| the same with probes that hang | after {dead[1]:g} s | after {dead2[1]:g} s |
| tests that hang without a Redis end after | {tries / 60:.1f} min: {ATTEMPTS} attempts | {ends} |
| the job ends at the latest after | 360 min (GitHub's own limit) | {limit} min |
| server flags | {flags or "none"} | `{flags2}` |

`holdfast timing` prints the first three for any workflow: Docker runs the first probe one interval after the start, and
the runner looks at 0, 2, 6, 14, 30, 62 s. The probes come ten times as often, and ten times as many may fail, so that a
slow start has the time that it had; only a server whose every probe hangs, which the author's 5 s timeout allows, is
given up later. A spec with `health.timeout: 1s` ends that.

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


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _left(bundle: bool) -> str:
    return "the server's log, health, counters and the ledger of the attempts" if bundle else "nothing"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
