"""The contexts: which exist, and the properties of those that are the same in every workflow.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts (2026-11), and the context
providers of @actions/languageservice 0.3.61 (2026-08).
"""

from __future__ import annotations

from holdfast.lint.expression.types import ANY, BOOLEAN, LOOSE, NUMBER, TEXT, Text, Type, closed, texts

CONTEXTS = frozenset(
    (
        "github",
        "env",
        "vars",
        "job",
        "jobs",
        "steps",
        "runner",
        "secrets",
        "strategy",
        "matrix",
        "needs",
        "inputs",
    )
)

_GITHUB_TEXTS = (
    "action action_path action_ref action_repository action_status actor actor_id api_url base_ref env event_name"
    " event_path graphql_url head_ref job job_workflow_sha output path ref ref_name ref_type repository"
    " repository_id repository_owner repository_owner_id repositoryUrl repository_visibility retention_days run_id"
    " run_number run_attempt"
    " secret_source server_url sha state step_summary token triggering_actor workflow workflow_ref workflow_sha"
    " workspace artifact_cache_size_limit enterprise_id"
)


def github(event: Type) -> Type:
    """The github context, with what is known of the event."""
    properties: dict[str, Type] = dict.fromkeys(_GITHUB_TEXTS.split(), TEXT)
    properties |= {"ref_protected": BOOLEAN, "event": event, "ref_type": texts(("branch", "tag", ""))}
    return closed(properties, "the github context")


RUNNER = closed(
    {
        "name": TEXT,
        "os": texts(("Linux", "Windows", "macOS")),
        "arch": texts(("X86", "X64", "ARM", "ARM64")),
        "temp": TEXT,
        "tool_cache": TEXT,
        "debug": TEXT,
        "environment": texts(("github-hosted", "self-hosted")),
        "workspace": TEXT,
        "image_os": TEXT,
        "perflog": TEXT,
        "tracker_id": TEXT,
    },
    "the runner context",
)
STRATEGY = closed(
    {"fail-fast": BOOLEAN, "job-index": NUMBER, "job-total": NUMBER, "max-parallel": NUMBER},
    "the strategy context",
)
RESULT: Text = texts(("success", "failure", "cancelled", "skipped"))
JOB_TEXTS = (
    "check_run_id",
    "workflow_ref",
    "workflow_sha",
    "workflow_repository",
    "workflow_file_path",
)
JOB_STATUS: Text = texts(("success", "failure", "cancelled"))
CONTAINER = closed({"id": TEXT, "network": TEXT}, "the job's container")
UNKNOWN: dict[str, Type] = {
    "runner": RUNNER,
    "strategy": STRATEGY,
    "vars": LOOSE,
    "secrets": LOOSE,
    "env": LOOSE,
    "jobs": ANY,
}
