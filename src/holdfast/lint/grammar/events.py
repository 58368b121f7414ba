"""The events that start a workflow: activity types and filters of each.

Source: the schema named in `types.SCHEMA`, and
https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows (2026-11).
"""

from __future__ import annotations

from holdfast.lint.grammar.types import (
    BOOLEAN,
    FILLED,
    FILLED_TEXTS,
    NULL,
    TEXT,
    TEXT_OR_TEXTS,
    TEXTS,
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

_BRANCHES = ("branches", "branches-ignore")
_PATHS = ("paths", "paths-ignore")
_TAGS = ("tags", "tags-ignore")

_PULL_REQUEST = (
    "assigned unassigned labeled unlabeled opened edited closed reopened synchronize converted_to_draft"
    " locked unlocked enqueued dequeued milestoned demilestoned ready_for_review review_requested"
    " review_request_removed auto_merge_enabled auto_merge_disabled stacked"
)

# event: (activity types, filters); no activity types and no filters: the event takes no settings
EVENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "branch_protection_rule": ("created edited deleted", ()),
    "check_run": ("completed created rerequested requested_action", ()),
    "check_suite": ("completed", ()),
    "create": ("", ()),
    "delete": ("", ()),
    "deployment": ("", ()),
    "deployment_status": ("", ()),
    "discussion": (
        "created edited deleted transferred pinned unpinned labeled unlabeled locked unlocked"
        " category_changed answered unanswered",
        (),
    ),
    "discussion_comment": ("created edited deleted", ()),
    "fork": ("", ()),
    "gollum": ("", ()),
    "image_version": ("created ready deleted", ("names", "versions")),
    "issue_comment": ("created edited deleted", ()),
    "issues": (
        "opened edited deleted transferred pinned unpinned closed reopened assigned unassigned labeled"
        " unlabeled locked unlocked milestoned demilestoned field_added field_removed typed untyped",
        (),
    ),
    "label": ("created edited deleted", ()),
    "merge_group": ("checks_requested", _BRANCHES),
    "milestone": ("created closed opened edited deleted", ()),
    "page_build": ("", ()),
    "project": ("created closed reopened edited deleted", ()),
    "project_card": ("created moved converted edited deleted", ()),
    "project_column": ("created updated moved deleted", ()),
    "public": ("", ()),
    "pull_request": (_PULL_REQUEST, _BRANCHES + _PATHS),
    "pull_request_comment": ("created edited deleted", ()),
    "pull_request_review": ("submitted edited dismissed", ()),
    "pull_request_review_comment": ("created edited deleted", ()),
    "pull_request_target": (_PULL_REQUEST, _BRANCHES + _PATHS),
    "push": ("", _BRANCHES + _TAGS + _PATHS),
    "registry_package": ("published updated", ()),
    "release": ("published unpublished created edited deleted prereleased released", ()),
    "status": ("", ()),
    "watch": ("started", ()),
    "workflow_run": ("requested completed in_progress", ("workflows", *_BRANCHES)),
}

# Events with settings of another shape.
_SPECIAL = ("repository_dispatch", "schedule", "workflow_call", "workflow_dispatch")
NAMES = frozenset((*EVENTS, *_SPECIAL))

# Entries of GitHub's changelog, by the keys that they brought.
_CALLING = "2021-10-05-github-actions-dry-your-github-actions-configuration-by-reusing-workflows"
_DISPATCH = "2020-07-06-github-actions-manual-triggers-with-workflow_dispatch"
_INPUT_TYPES = "2021-11-10-github-actions-input-types-for-manual-workflows"
_TIMEZONES = "2026-03-19-github-actions-late-march-2026-updates"

INPUT_TYPES = ("string", "boolean", "number")
DISPATCH_TYPES = (*INPUT_TYPES, "environment", "choice")
_DEFAULT = one_of("a text, a number, true or false", TEXT, BOOLEAN, Type("a number", number=True))
_OUTPUT_VALUE = inside(TEXT, contexts("github inputs vars jobs"))


def _settings(event: str, types: str, filters: tuple[str, ...]) -> Type:
    if not types and not filters:
        return NULL
    keys = {name: Key(TEXT_OR_TEXTS) for name in filters}
    if types:
        one = choice(*types.split(), rule="unknown-activity-type")
        keys["types"] = Key(one_of(f"activity types of {event}", one, list_of(one)))
    return one_of("a mapping or nothing", NULL, mapping_of(Map(f"the event {event}", keys)))


_CALL_INPUT = Map(
    "an input of a called workflow",
    {
        "description": Key(TEXT),
        "type": Key(choice(*INPUT_TYPES), required=True),
        "required": Key(BOOLEAN),
        "default": Key(inside(_DEFAULT, contexts("github inputs vars"))),
    },
)
_CALL_SECRET = Map("a secret of a called workflow", {"description": Key(TEXT), "required": Key(BOOLEAN)})
_CALL_OUTPUT = Map(
    "an output of a called workflow",
    {"description": Key(TEXT), "value": Key(_OUTPUT_VALUE, required=True)},
)
_DISPATCH_INPUT = Map(
    "an input of workflow_dispatch",
    {
        "description": Key(TEXT),
        "type": announced(choice(*DISPATCH_TYPES), _INPUT_TYPES),
        "required": Key(BOOLEAN),
        "default": Key(_DEFAULT),
        "options": announced(TEXTS, _INPUT_TYPES),
    },
)
_CRON = Map(
    "an entry of schedule",
    {"cron": Key(FILLED, required=True), "timezone": announced(FILLED, _TIMEZONES)},
)


def _named(map_: Map, says: str, may_be_empty: bool) -> Type:
    """A mapping from free names to bodies; where GitHub's servers take a name without a body, so do we."""
    body = mapping_of(map_)
    named = mapping_of(Map(says, loose=one_of("a mapping", NULL, body) if may_be_empty else body))
    return one_of("a mapping", NULL, named) if may_be_empty else named


ON_KEYS = {event: Key(_settings(event, types, filters)) for event, (types, filters) in EVENTS.items()} | {
    "repository_dispatch": Key(
        one_of(
            "a mapping or nothing",
            NULL,
            mapping_of(
                Map(
                    "the event repository_dispatch",
                    {"types": Key(one_of("a text or a list of texts", FILLED, FILLED_TEXTS))},
                )
            ),
        )
    ),
    "schedule": Key(list_of(mapping_of(_CRON), "a list of entries with cron")),
    "workflow_call": announced(
        one_of(
            "a mapping or nothing",
            NULL,
            mapping_of(
                Map(
                    "the event workflow_call",
                    {
                        "inputs": announced(_named(_CALL_INPUT, "inputs", True), _CALLING),
                        "secrets": announced(_named(_CALL_SECRET, "secrets", True), _CALLING),
                        "outputs": announced(_named(_CALL_OUTPUT, "outputs", False), _CALLING),
                    },
                )
            ),
        ),
        _CALLING,
    ),
    "workflow_dispatch": announced(
        one_of(
            "a mapping or nothing",
            NULL,
            mapping_of(
                Map("the event workflow_dispatch", {"inputs": Key(_named(_DISPATCH_INPUT, "inputs", True))})
            ),
        ),
        _DISPATCH,
    ),
}

_EVENT_NAME = choice(*sorted(NAMES), rule="unknown-event")
ON = one_of(
    "an event, a list of events, or a mapping of events",
    _EVENT_NAME,
    list_of(_EVENT_NAME),
    mapping_of(Map("on", ON_KEYS, rule="unknown-event")),
    within=frozenset(),
)
