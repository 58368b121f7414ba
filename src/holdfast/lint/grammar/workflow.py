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
    announced,
    choice,
    contexts,
    inside,
    list_of,
    mapping_of,
    one_of,
)

# Entries of GitHub's changelog, by the keys that they brought.
_CACHE_MODE = "2026-09-10-control-github-actions-cache-access-with-cache-mode"
_CALLING = "2021-10-05-github-actions-dry-your-github-actions-configuration-by-reusing-workflows"
_CONCURRENCY = "2021-04-19-github-actions-limit-workflow-run-or-job-concurrency"
_CREDENTIALS_SINCE = "2020-09-24-github-actions-private-registry-support-for-job-and-service-containers"
_ENVIRONMENTS = (
    "2020-12-15-github-actions-environments-environment-protection-rules-and-environment-secrets-beta"
)
_IMAGES = "2025-10-28-custom-images-for-github-hosted-runners-are-now-available-in-public-preview"
_PARALLEL = "2026-06-25-actions-steps-can-now-be-run-in-parallel"
_QUEUES = "2026-05-07-github-actions-concurrency-groups-now-allow-larger-queues"
_RUN_NAMES = "2022-09-26-github-actions-dynamic-names-for-workflow-runs"
_SERVICES_SINCE = "2026-04-02-github-actions-early-april-2026-updates"
_TOKENS = "2021-04-20-github-actions-control-permissions-for-github_token"
_WITHOUT_DEPLOYMENT = "2026-03-19-github-actions-late-march-2026-updates"

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
                "artifact-metadata": Key(_LEVEL),
                "attestations": announced(_LEVEL, "2024-05-02-artifact-attestations-public-beta"),
                "checks": Key(_LEVEL),
                "code-quality": Key(_LEVEL),
                "contents": Key(_LEVEL),
                "copilot-requests": Key(_WRITE),
                "deployments": Key(_LEVEL),
                "discussions": Key(_LEVEL),
                "drives": Key(_LEVEL),
                "id-token": announced(
                    _WRITE, "2021-10-27-github-actions-secure-cloud-deployments-with-openid-connect"
                ),
                "issues": Key(_LEVEL),
                "models": announced(
                    _READ,
                    "2025-04-14-github-actions-token-integration-now-generally-available-in-github-models",
                ),
                "packages": Key(_LEVEL),
                "pages": Key(_LEVEL),
                "pull-requests": Key(_LEVEL),
                "repository-projects": Key(_LEVEL),
                "security-events": Key(_LEVEL),
                "statuses": Key(_LEVEL),
                "vulnerability-alerts": Key(_READ),
            },
            rule="unknown-permission",
        )
    ),
    within=NONE,
)

_SHELL_AND_FOLDER = {"shell": Key(FILLED), "working-directory": Key(FILLED)}
_CACHE = announced(inside(choice("read", "write", "write-only", "none"), NONE), _CACHE_MODE)


def _env(within: frozenset[str] | None) -> Type:
    return mapping_of(Map("environment variables", loose=TEXT), within)


def _concurrency(name: Type, within: frozenset[str]) -> Type:
    keys = {
        "group": Key(FILLED, required=True),
        "cancel-in-progress": Key(BOOLEAN),
        "queue": announced(choice("single", "max"), _QUEUES),
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
    "background": announced(inside(BOOLEAN, NONE), _PARALLEL),
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
    _STEP_COMMON | {"wait": announced(inside(TEXT_OR_TEXTS, NONE), _PARALLEL, True)},
)
_WAIT_ALL_STEP = Map(
    "a step that waits for all",
    _STEP_COMMON
    | {
        "wait-all": announced(
            Type("true or nothing", boolean=True, null=True, contexts=NONE), _PARALLEL, True
        )
    },
)
_CANCEL_STEP = Map(
    "a step that cancels",
    _STEP_COMMON | {"cancel": announced(inside(FILLED, NONE), _PARALLEL, True)},
)
_SIMPLE_STEPS = (_RUN_STEP, _USES_STEP, _WAIT_STEP, _WAIT_ALL_STEP, _CANCEL_STEP)
# A `parallel` step holds steps; GitHub refuses a further `parallel` in it, which a rule reports.
_INNER_PARALLEL = Map("a parallel step", {"parallel": announced(ANY_LIST, _PARALLEL, True)})
_INNER_STEP = Type("a step", maps=(*_SIMPLE_STEPS, _INNER_PARALLEL), contexts=NONE, role="step")
_PARALLEL_STEP = Map(
    "a parallel step",
    {"parallel": announced(list_of(_INNER_STEP, "a list of steps"), _PARALLEL, True)},
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
    "credentials": announced(_CREDENTIALS, _CREDENTIALS_SINCE),
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
                "entrypoint": announced(TEXT, _SERVICES_SINCE),
                "command": announced(TEXT, _SERVICES_SINCE),
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
            {"group": Key(FILLED), "labels": Key(TEXT_OR_TEXTS)},
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
                "deployment": announced(BOOLEAN, _WITHOUT_DEPLOYMENT),
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
                "image-name": announced(FILLED, _IMAGES, True),
                "if": announced(Type("a condition", text=True, contexts=STRATEGY, condition=True), _IMAGES),
                "version": announced(FILLED, _IMAGES),
            },
        )
    ),
    within=NONE,
)

_JOB_COMMON = {
    "name": Key(inside(TEXT, STRATEGY)),
    "needs": Key(inside(TEXT_OR_TEXTS, NONE)),
    "if": Key(Type("a condition", text=True, contexts=JOB_IF, condition=True)),
    "permissions": announced(PERMISSIONS, _TOKENS),
    "concurrency": announced(_concurrency(FILLED, STRATEGY), _CONCURRENCY),
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
        "environment": announced(_ENVIRONMENT, _ENVIRONMENTS),
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
        "snapshot": announced(_SNAPSHOT, _IMAGES),
    },
)
_CALLING_JOB = Map(
    "a job that calls a workflow",
    _JOB_COMMON
    | {
        "uses": announced(inside(FILLED, NONE), _CALLING, True),
        "with": announced(
            mapping_of(Map("inputs of a called workflow", loose=inside(SCALAR, STRATEGY)), NONE),
            _CALLING,
        ),
        "secrets": announced(
            one_of(
                "inherit, or a mapping",
                choice("inherit"),
                mapping_of(Map("secrets of a called workflow", loose=inside(SCALAR, JOB_ENV))),
                within=NONE,
            ),
            _CALLING,
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
            "run-name": announced(inside(TEXT, RUN), _RUN_NAMES),
            "defaults": Key(
                mapping_of(
                    Map("defaults", {"run": Key(mapping_of(Map("defaults.run", _SHELL_AND_FOLDER)))}), NONE
                )
            ),
            "env": Key(_env(WORKFLOW_ENV)),
            "permissions": announced(PERMISSIONS, _TOKENS),
            "concurrency": announced(_concurrency(TEXT, RUN), _CONCURRENCY),
            "cache-mode": _CACHE,
            "jobs": Key(mapping_of(Map("jobs", loose=JOB)), required=True),
        },
    ),
    NONE,
)
