"""Every key of a workflow file, at every level: type, whether required, what expressions may name there.

Source: `types.SCHEMA`, with the named page where GitHub's servers know more. A new key is one line.
"""

from __future__ import annotations

from holdfast.lint.grammar.events import ON
from holdfast.lint.grammar.types import (
    ANY,
    ANY_LIST,
    BOOLEAN,
    FILLED,
    FILLED_TEXTS,
    NUMBER,
    SCALAR,
    TEXT,
    TEXT_OR_TEXTS,
    Key,
    Map,
    Type,
    choice,
    contexts,
    inside,
    list_of,
    mapping_of,
    one_of,
)

_CHANGELOG = "https://github.blog/changelog/"
_CACHE_MODE = _CHANGELOG + "2026-09-10-control-github-actions-cache-access-with-cache-mode"

RUN = contexts("github inputs vars")
NEEDS = contexts("github inputs vars needs")
STRATEGY = contexts("github inputs vars needs strategy matrix")
WORKFLOW_ENV = contexts("github inputs vars secrets")
JOB_ENV = STRATEGY | {"secrets"}
RUNNER = STRATEGY | contexts("secrets steps job runner env")
RUNNER_WITHOUT_SECRETS = RUNNER - {"secrets"}
STEPS = RUNNER | {"hashFiles"}
STATUS = contexts("always failure cancelled success")
JOB_IF = NEEDS | STATUS
STEP_IF = (STEPS - {"secrets"}) | STATUS
NONE: frozenset[str] = frozenset()

_LEVEL = choice("read", "write", "none")
_READ = choice("read", "none")
_WRITE = choice("write", "none")
PERMISSIONS = one_of(
    "read-all, write-all, or a mapping of scopes",
    choice("read-all", "write-all"),
    mapping_of(
        Map(
            "permissions",
            {
                "actions": Key(_LEVEL),
                "artifact-metadata": Key(_LEVEL, since="2025-10"),
                "attestations": Key(_LEVEL, since="2024-05"),
                "checks": Key(_LEVEL),
                "code-quality": Key(_LEVEL, since="2026-03"),
                "contents": Key(_LEVEL),
                "copilot-requests": Key(_WRITE, since="2026-03"),
                "deployments": Key(_LEVEL),
                "discussions": Key(_LEVEL),
                "drives": Key(_LEVEL, since="2026-06"),
                "id-token": Key(_WRITE, since="2021-10"),
                "issues": Key(_LEVEL),
                "models": Key(_READ, since="2025-04"),
                "packages": Key(_LEVEL),
                "pages": Key(_LEVEL),
                "pull-requests": Key(_LEVEL),
                "repository-projects": Key(_LEVEL),
                "security-events": Key(_LEVEL),
                "statuses": Key(_LEVEL),
                "vulnerability-alerts": Key(_READ, since="2026-03"),
            },
            rule="unknown-permission",
        )
    ),
    within=NONE,
)

_SHELL_AND_FOLDER = {"shell": Key(FILLED), "working-directory": Key(FILLED)}
_CACHE = Key(inside(choice("read", "write", "write-only", "none"), NONE), since="2026-09", source=_CACHE_MODE)


def _env(within: frozenset[str] | None) -> Type:
    return mapping_of(Map("environment variables", loose=TEXT), within)


def _concurrency(name: Type, within: frozenset[str]) -> Type:
    keys = {
        "group": Key(FILLED, required=True),
        "cancel-in-progress": Key(BOOLEAN),
        "queue": Key(choice("single", "max"), since="2026-05"),
    }
    return one_of("a group, or a mapping", name, mapping_of(Map("concurrency", keys)), within=within)


_STEP_ID = inside(FILLED, NONE)
_STEP_COMMON = {
    "name": Key(inside(TEXT, STEPS)),
    "id": Key(_STEP_ID),
    "continue-on-error": Key(inside(BOOLEAN, STEPS)),
}
_STEP_WORK = _STEP_COMMON | {
    "if": Key(Type("a condition", text=True, contexts=STEP_IF, condition=True)),
    "timeout-minutes": Key(inside(NUMBER, STEPS)),
    "env": Key(_env(STEPS)),
    "background": Key(inside(BOOLEAN, NONE), since="2026-06"),
}
_WITH = mapping_of(Map("inputs of an action", loose=TEXT), STEPS)

_RUN_STEP = Map(
    "a step with run",
    _STEP_WORK
    | {
        "run": Key(inside(TEXT, STEPS), required=True),
        "working-directory": Key(inside(TEXT, STEPS)),
        "shell": Key(inside(FILLED, NONE)),
    },
)
_USES_STEP = Map(
    "a step with uses", _STEP_WORK | {"uses": Key(inside(FILLED, NONE), required=True), "with": Key(_WITH)}
)
_WAIT_STEP = Map(
    "a step that waits",
    _STEP_COMMON | {"wait": Key(inside(TEXT_OR_TEXTS, NONE), required=True, since="2026-06")},
)
_WAIT_ALL_STEP = Map(
    "a step that waits for all",
    _STEP_COMMON
    | {
        "wait-all": Key(
            Type("true or nothing", boolean=True, null=True, contexts=NONE), required=True, since="2026-06"
        )
    },
)
_CANCEL_STEP = Map(
    "a step that cancels",
    _STEP_COMMON | {"cancel": Key(inside(FILLED, NONE), required=True, since="2026-06")},
)
_SIMPLE_STEPS = (_RUN_STEP, _USES_STEP, _WAIT_STEP, _WAIT_ALL_STEP, _CANCEL_STEP)
# A `parallel` step holds steps; GitHub refuses a further `parallel` in it, which a rule reports.
_INNER_PARALLEL = Map("a parallel step", {"parallel": Key(ANY_LIST, required=True, since="2026-06")})
_INNER_STEP = Type("a step", maps=(*_SIMPLE_STEPS, _INNER_PARALLEL), contexts=NONE, role="step")
_PARALLEL_STEP = Map(
    "a parallel step",
    {"parallel": Key(list_of(_INNER_STEP, "a list of steps"), required=True, since="2026-06")},
)
STEP = Type("a step", maps=(*_SIMPLE_STEPS, _PARALLEL_STEP), contexts=NONE, role="step")
STEP_LIST = Type("a list of steps", item=STEP, contexts=NONE)

_CREDENTIALS = mapping_of(
    Map("credentials", {"username": Key(FILLED), "password": Key(FILLED)}),
    contexts("github inputs vars secrets env"),
)
_CONTAINER_KEYS = {
    "image": Key(FILLED),
    "options": Key(TEXT),
    "env": Key(mapping_of(Map("environment variables", loose=inside(TEXT, RUNNER)))),
    "ports": Key(FILLED_TEXTS),
    "volumes": Key(FILLED_TEXTS),
    "credentials": Key(_CREDENTIALS, since="2020-09"),
}
CONTAINER = one_of(
    "an image, or a mapping", TEXT, mapping_of(Map("a container", _CONTAINER_KEYS)), within=STRATEGY
)
SERVICE = one_of(
    "an image, or a mapping",
    FILLED,
    mapping_of(
        Map(
            "a service",
            _CONTAINER_KEYS
            | {
                "entrypoint": Key(TEXT, since="2026-04"),
                "command": Key(TEXT, since="2026-04"),
            },
        )
    ),
    within=STRATEGY,
)

_MATRIX_ROWS = Type(
    "a list of mappings", item=mapping_of(Map("a matrix combination", loose=ANY)), contexts=None
)
MATRIX = mapping_of(
    Map("a matrix", {"include": Key(_MATRIX_ROWS), "exclude": Key(_MATRIX_ROWS)}, loose=ANY_LIST)
)
_STRATEGY = mapping_of(
    Map("a strategy", {"fail-fast": Key(BOOLEAN), "max-parallel": Key(NUMBER), "matrix": Key(MATRIX)}), NEEDS
)

_RUNS_ON = one_of(
    "a label, a list of labels, or a mapping",
    FILLED,
    FILLED_TEXTS,
    mapping_of(
        Map(
            "runs-on",
            {"group": Key(FILLED, since="2022-10"), "labels": Key(TEXT_OR_TEXTS, since="2022-10")},
        )
    ),
    within=STRATEGY,
)
_ENVIRONMENT = one_of(
    "a name, or a mapping",
    TEXT,
    mapping_of(
        Map(
            "an environment",
            {
                "name": Key(TEXT, required=True),
                "url": Key(inside(TEXT, RUNNER_WITHOUT_SECRETS)),
                "deployment": Key(BOOLEAN, since="2026-03"),
            },
        )
    ),
    within=STRATEGY,
)
_SNAPSHOT = one_of(
    "an image name, or a mapping",
    inside(FILLED, NONE),
    mapping_of(
        Map(
            "a snapshot",
            {
                "image-name": Key(FILLED, required=True, since="2025-10"),
                "if": Key(Type("a condition", text=True, contexts=STRATEGY, condition=True), since="2025-10"),
                "version": Key(FILLED, since="2025-10"),
            },
        )
    ),
    within=NONE,
)

_JOB_COMMON = {
    "name": Key(inside(TEXT, STRATEGY)),
    "needs": Key(inside(TEXT_OR_TEXTS, NONE)),
    "if": Key(Type("a condition", text=True, contexts=JOB_IF, condition=True)),
    "permissions": Key(PERMISSIONS, since="2021-04"),
    "concurrency": Key(_concurrency(FILLED, STRATEGY), since="2021-04"),
    "strategy": Key(_STRATEGY),
    "cache-mode": _CACHE,
}
_JOB = Map(
    "a job",
    _JOB_COMMON
    | {
        "runs-on": Key(_RUNS_ON, required=True),
        "timeout-minutes": Key(inside(NUMBER, STRATEGY)),
        "cancel-timeout-minutes": Key(inside(NUMBER, STRATEGY)),
        "continue-on-error": Key(inside(BOOLEAN, STRATEGY)),
        "container": Key(CONTAINER),
        "services": Key(mapping_of(Map("services", loose=SERVICE), STRATEGY)),
        "env": Key(_env(JOB_ENV)),
        "environment": Key(_ENVIRONMENT, since="2020-12"),
        "outputs": Key(mapping_of(Map("outputs", loose=inside(TEXT, RUNNER)), NONE)),
        "defaults": Key(
            mapping_of(
                Map(
                    "defaults",
                    {
                        "run": Key(
                            mapping_of(
                                Map("defaults.run", _SHELL_AND_FOLDER),
                                contexts("github inputs vars strategy matrix needs env"),
                            )
                        )
                    },
                ),
                NONE,
            )
        ),
        "steps": Key(STEP_LIST),
        "snapshot": Key(_SNAPSHOT, since="2025-10"),
    },
)
_CALLING_JOB = Map(
    "a job that calls a workflow",
    _JOB_COMMON
    | {
        "uses": Key(inside(FILLED, NONE), required=True, since="2021-11"),
        "with": Key(
            mapping_of(Map("inputs of a called workflow", loose=inside(SCALAR, STRATEGY)), NONE),
            since="2021-11",
        ),
        "secrets": Key(
            one_of(
                "inherit, or a mapping",
                choice("inherit"),
                mapping_of(Map("secrets of a called workflow", loose=inside(SCALAR, JOB_ENV))),
                within=NONE,
            ),
            since="2021-11",
        ),
    },
)
JOB = Type("a job", maps=(_JOB, _CALLING_JOB), contexts=NONE, role="job")

WORKFLOW = mapping_of(
    Map(
        "a workflow",
        {
            "on": Key(ON, required=True),
            "name": Key(inside(TEXT, NONE)),
            "description": Key(inside(TEXT, NONE)),
            "run-name": Key(inside(TEXT, RUN), since="2022-09"),
            "defaults": Key(
                mapping_of(
                    Map("defaults", {"run": Key(mapping_of(Map("defaults.run", _SHELL_AND_FOLDER)))}), NONE
                )
            ),
            "env": Key(_env(WORKFLOW_ENV)),
            "permissions": Key(PERMISSIONS, since="2021-04"),
            "concurrency": Key(_concurrency(TEXT, RUN), since="2021-04"),
            "cache-mode": _CACHE,
            "jobs": Key(mapping_of(Map("jobs", loose=JOB)), required=True),
        },
    ),
    NONE,
)
