"""Which functions of the diagnostics are changed on purpose, and the changes that no row can tell, with the reason."""

from __future__ import annotations

# Classification, deadline and exit-code logic.
FUNCTIONS = (
    *("microseconds", "bytes_of", "same_value", "within", "remaining"),
    *("class_of_reply", "class_of_network", "is_final", "is_refusal", "is_refused_command"),
    *("pause_after", "waiting_is_over", "note_try", "latency_limit"),
    *("verdict_of_failure", "exit_code", "check_verdict", "missing_sections", "asked"),
)

# The change's name: why the script does the same with it.
_SAME = "at the boundary both sides are the same number"
EQUIVALENT = {
    "within: ((LIMIT <= DEADLINE)) || LIMIT=$DEADLINE -> ((LIMIT < DEADLINE)) || LIMIT=$DEADLINE": _SAME,
    "pause_after: ((RESULT <= $2)) || RESULT=$2 -> ((RESULT < $2)) || RESULT=$2": _SAME,
    "latency_limit: ((RESULT >= $3)) || RESULT=$3 -> ((RESULT > $3)) || RESULT=$3": _SAME,
}
