"""The timing of every service of a workflow: the arithmetic of `plan.readiness` and `plan.budget`, with advice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from holdfast.document import read
from holdfast.lint.images import STARTS_MEASURED, Image
from holdfast.lint.options import parse
from holdfast.lint.scripts import limit, number, retry_of, said, steps_commands
from holdfast.lint.services import changed, family, health, images, options
from holdfast.lint.workflow import Service, Step, Workflow
from holdfast.plan import budget
from holdfast.plan.readiness import (
    HOSTED_ENGINE,
    Health,
    faster,
    looks,
    probes,
    reported_dead,
    steps_begin,
)
from holdfast.text import Source

READY = (0.3, 1.0, 5.0, 15.0)


@dataclass(frozen=True, slots=True)
class Budget:
    """A retry policy against its limit, in seconds; `attempts_that_fit` counts attempts of full length."""

    limit: float
    worst: float
    fits: bool
    attempts: int
    attempts_that_fit: int


@dataclass(frozen=True, slots=True)
class Timing:
    """One service of one job; `health` None: nobody waits for it. `steps_begin` is by the time it is ready after.

    A time of None: the service is given up before it is ready. `unknown` says why nothing can be computed.
    """

    job: str
    service: str
    image: str
    health: Health | None
    steps_begin: tuple[tuple[float, float | None], ...]
    reported_dead: tuple[float, float] | None
    budget: Budget | None
    advice: tuple[str, ...]
    unknown: str = ""
    engine: int = HOSTED_ENGINE

    def probes(self, until: float) -> tuple[float, ...]:
        """Docker's probes up to a time, for a service that is not ready."""
        if self.health is None:
            return ()
        return tuple(takewhile(lambda at: at <= until, probes(self.health, self.engine)))

    def looks(self, until: float) -> tuple[float, ...]:
        """The runner's looks up to a time."""
        return tuple(takewhile(lambda at: at <= until, looks()))


def timings(
    source: Source,
    ready: tuple[float, ...] = READY,
    engine: int = HOSTED_ENGINE,
    scripts: Mapping[str, str] | None = None,
) -> tuple[Timing, ...]:
    """Every service of every job; `scripts` are the repository's retry runners, path to text."""
    workflow = Workflow(read(source))
    return tuple(
        _timing(service, ready, engine, scripts or {}) for job in workflow.jobs for service in job.services
    )


def _timing(service: Service, ready: tuple[float, ...], engine: int, scripts: Mapping[str, str]) -> Timing:
    numbers = health(service)
    found = images(service)
    unknown = _unknown(service, numbers, found)
    begins = () if unknown else tuple((after, steps_begin(numbers, after, engine)) for after in ready)
    retries = next((one for step in service.job.steps for one in _budgets(step, scripts)), None)
    return Timing(
        service.job.id,
        service.id,
        found[0] if found else "",
        numbers,
        begins,
        None if unknown else reported_dead(numbers, engine),
        retries,
        tuple(_advice(service, numbers, unknown, engine, retries)),
        unknown,
        engine,
    )


def _unknown(service: Service, numbers: Health | None, found: tuple[str, ...]) -> str:
    """Why the health check's numbers are not known, else empty."""
    parsed = options(service)
    if parsed.open or any(one.dynamic for one in parsed.options if one.name.startswith("health-")):
        return "an expression decides the options"
    if service.options is not None and parse(service.options.value).troubles:
        return "docker refuses the options"
    if not found:
        return "an expression decides the image"
    if numbers is None and parsed.last("health-cmd") is None and family(service) is None:
        return "the image may have a health check of its own"
    return ""


def _budgets(step: Step, scripts: Mapping[str, str]) -> Iterator[Budget]:
    retry = retry_of(step)
    outer = limit(step)
    if retry is not None and retry.attempt_seconds is not None and outer is not None:
        waits = (retry.wait_seconds,) * retry.attempts
        yield _budget(retry.attempts, waits, retry.attempt_seconds, 0.0, outer)
    for command in steps_commands(step):
        for word in command.words:
            if word.text.endswith("run-with-retry.sh"):
                yield from _runner(command.line, outer, _settings(word.text, scripts))


def _settings(path: str, scripts: Mapping[str, str]) -> dict[str, str]:
    """The defaults that stand in the repository's runner, NAME to value; empty where it is not known."""
    name = path.rpartition("$GITHUB_WORKSPACE/")[2]
    text = scripts.get(name) or next(
        (one for known, one in scripts.items() if known.endswith(name.rpartition("/")[2])), ""
    )
    block = text.partition("# --- settings, written by holdfast from the spec ---")[2]
    block = block.partition("# --- end of settings ---")[0]
    return {
        found[1]: found[2].strip("'\"") for found in re.finditer(r"^([A-Z_]+)=(.*)$", block, re.MULTILINE)
    }


def _runner(line: str, outer: float | None, settings: Mapping[str, str]) -> Iterator[Budget]:
    """The retry runner's numbers: its flags, else its settings, else its own defaults."""

    def given(flag: str, default: str) -> str:
        found = re.search(rf"--{flag}[ =](\S+)", line.partition(" -- ")[0])
        return found[1] if found else settings.get(flag.upper().replace("-", "_")) or default

    try:
        attempts = int(given("attempts", "5"))
        deadline = budget.seconds(given("deadline", "20m"))
        cap = given("cap", "")
        waits = budget.delays(given("delays", "linear:10s"), attempts, budget.seconds(cap) if cap else None)
        reserve = given("reserve", "")
        kept = budget.seconds(reserve) if reserve else budget.default_reserve(deadline)
        length = budget.seconds(given("attempt-timeout", "18m"))
    except ValueError:
        return
    yield _budget(attempts, waits, length, kept, min(deadline, outer or deadline))


def _budget(attempts: int, waits: tuple[float, ...], length: float, reserve: float, outer: float) -> Budget:
    worst = budget.worst(attempts, waits, length, reserve)
    fit = budget.attempts_that_fit(attempts, waits, length, reserve, outer)
    return Budget(outer, worst, worst <= outer, attempts, fit)


def _advice(
    service: Service, numbers: Health | None, unknown: str, engine: int, retries: Budget | None
) -> Iterator[str]:
    image = family(service)
    if unknown:
        yield f"nothing is computed: {unknown}"
    elif numbers is None:
        yield "add a health check: without one the steps race the service"
    elif image is not None:
        yield from _faster(numbers, image, engine)
    if retries is not None and not retries.fits:
        yield (
            f"{retries.attempts_that_fit} of {retries.attempts} attempts of full length fit into "
            f"{said(retries.limit)}; all would take {said(retries.worst)}"
        )
    if number(service.job.timeout_minutes) is None and not service.job.has("timeout-minutes"):
        yield "write timeout-minutes: a job without it may run for six hours"


def _faster(numbers: Health, image: Image, engine: int) -> Iterator[str]:
    better = faster(numbers, engine)
    now, then = steps_begin(numbers, image.starts, engine), steps_begin(better, image.starts, engine)
    if now is None:
        yield f"raise --health-retries: the service is given up before it is ready after {image.start}"
    elif then is not None and then < now:
        known = "" if image.name in STARTS_MEASURED else f", if it needs {image.start}"
        words = " ".join(f"--{name} {value}" for name, value in changed(numbers, better).items())
        yield (
            f"write {words}: the steps begin after {then:.0f} s instead of {now:.0f} s, "
            f"{now - then:.0f} s less in every run{known}"
        )
