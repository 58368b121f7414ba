"""Every key of an action's metadata file.

Source: `types.SCHEMA`, and https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax
(2026-11).
"""

from __future__ import annotations

from holdfast.lint.grammar.types import (
    ANY,
    BOOLEAN,
    FILLED,
    TEXT,
    Key,
    Map,
    Type,
    announced,
    choice,
    contexts,
    inside,
    list_of,
    mapping_of,
)

_NONE: frozenset[str] = frozenset()
_STATUS = contexts("always success failure cancelled")
_STEPS = contexts("github inputs strategy matrix steps job runner env hashFiles")
_OUTPUT = contexts("github strategy matrix steps inputs job runner env")
_DEFAULT = contexts("github strategy matrix job runner hashFiles")
_IF = contexts("runner github job strategy matrix env inputs hashFiles") | _STATUS

# node12 and node16 are read still; a rule says that no runner has them.
USING = choice("docker", "node12", "node16", "node20", "node24", "composite")
COLOURS = choice("white", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark")

_CONDITION = Type("a condition", text=True, contexts=_IF, condition=True)
_STEP_COMMON = {
    "name": Key(inside(TEXT, _STEPS)),
    "id": Key(inside(FILLED, _NONE)),
    "if": announced(
        Type("a condition", text=True, contexts=_STEPS | _STATUS, condition=True),
        "2021-11-09-github-actions-conditional-execution-of-steps-in-actions",
    ),
    "env": Key(mapping_of(Map("environment variables", loose=TEXT), _STEPS)),
    "continue-on-error": Key(inside(BOOLEAN, _STEPS)),
}
_RUN = Map(
    "a step with run",
    _STEP_COMMON
    | {
        "run": Key(inside(TEXT, _STEPS), required=True),
        "shell": Key(inside(TEXT, _STEPS), required=True),
        "working-directory": Key(inside(TEXT, _STEPS)),
    },
)
_USES = Map(
    "a step with uses",
    _STEP_COMMON
    | {
        "uses": Key(inside(FILLED, _NONE), required=True),
        "with": Key(mapping_of(Map("inputs of an action", loose=TEXT), _STEPS)),
    },
)
STEP = Type("a step", maps=(_RUN, _USES), contexts=_NONE, role="step")

_INPUT = mapping_of(
    Map(
        "an input",
        {
            "description": Key(TEXT),
            "required": Key(BOOLEAN),
            "default": Key(inside(TEXT, _DEFAULT)),
            "deprecationMessage": Key(TEXT),
        },
        loose=ANY,
    )
)
_OUTPUT_BODY = mapping_of(Map("an output", {"description": Key(TEXT), "value": Key(inside(TEXT, _OUTPUT))}))

_USING = Key(USING, required=True)
_DOCKER = Map(
    "a docker action",
    {
        "using": _USING,
        "image": Key(FILLED, required=True),
        "entrypoint": Key(FILLED),
        "args": Key(list_of(inside(TEXT, contexts("inputs")), "a list of texts")),
        "env": Key(mapping_of(Map("environment variables", loose=TEXT), contexts("inputs"))),
        "pre-entrypoint": Key(FILLED),
        "pre-if": Key(_CONDITION),
        "post-entrypoint": Key(FILLED),
        "post-if": Key(_CONDITION),
    },
)
_NODE = Map(
    "a node action",
    {
        "using": _USING,
        "main": Key(FILLED, required=True),
        "pre": Key(FILLED),
        "pre-if": Key(_CONDITION),
        "post": Key(FILLED),
        "post-if": Key(_CONDITION),
    },
)
_COMPOSITE = Map(
    "a composite action", {"using": _USING, "steps": Key(Type("a list of steps", item=STEP), required=True)}
)

ACTION = mapping_of(
    Map(
        "an action",
        {
            "name": Key(FILLED, wished=True),
            "description": Key(TEXT, wished=True),
            "author": Key(TEXT),
            "inputs": Key(mapping_of(Map("inputs", loose=_INPUT))),
            "outputs": Key(mapping_of(Map("outputs", loose=_OUTPUT_BODY))),
            "runs": Key(Type("a mapping", maps=(_DOCKER, _NODE, _COMPOSITE)), required=True),
            "branding": Key(
                mapping_of(Map("branding", {"icon": Key(TEXT, source="Feather 4.28"), "color": Key(COLOURS)}))
            ),
        },
        tolerant=True,
    ),
    _NONE,
)
