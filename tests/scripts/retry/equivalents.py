"""Which functions of the runner are changed on purpose, and the changes that no test can tell, with the reason."""

from __future__ import annotations

# Classification, deadline and exit-code logic.
FUNCTIONS = (
    "duration_ms",
    "scheduled_delay",
    "jittered",
    "default_reserve",
    "attempt_limit",
    "fits",
    "remaining_ms",
    "has_room",
    "minimum_ms",
    "retried",
    "verdict",
    "exit_code",
    "may_retry",
    "remember_failure",
    "signal_name",
    "moved_classes",
    "info_field",
    "confirm",
    "reply_class",
    "read_url",
    "read_sentinels",
    "know",
    "at",
    "sentinel_said",
    "primaries_in",
    "find_present",
    "find_families",
    "holds",
    "shown_by",
    "own_pattern_of",
    "addresses_in",
    "same_host",
    "names_another_address",
    "enter",
    "convict",
    "acquit",
    "block_of_go",
    "pytest_name",
    "block_of_pytest",
    "block_of_jest",
    "block_of_node",
    "block_of_numbered",
    "place",
    "note",
    "study",
    "read_output",
    "own_lines_carry",
    "has_failed_part",
    "ordered_classes",
    "classify",
    "classify_by_words",
    "a_test_failed",
    "counts",
    "worst_verdict",
    "loopback",
    "service_of_job",
    "reset_allowed",
)

_SAME = "at equality both sides are the same"
_LAST = "no test runner's blocks are looked for after these, so the answer is not used"

# The change's name: why the script does the same with it.
EQUIVALENT: dict[str, str] = {
    "scheduled_delay: index=$((after > ${#steps[@]} ? ${#steps[@]} - 1 : after - 1)) -> "
    "index=$((after >= ${#steps[@]} ? ${#steps[@]} - 1 : after - 1))": _SAME,
    "scheduled_delay: if [[ -n $cap ]] && ((REPLY > cap)); then REPLY=$cap; fi -> "
    "if [[ -n $cap ]] && ((REPLY >= cap)); then REPLY=$cap; fi": _SAME,
    "default_reserve: if ((REPLY > 60000)); then REPLY=60000; fi -> "
    "if ((REPLY >= 60000)); then REPLY=60000; fi": _SAME,
    "attempt_limit: if ((REPLY > $3)); then REPLY=$3; fi -> if ((REPLY >= $3)); then REPLY=$3; fi": _SAME,
    'has_room: spoken "$((left - RESERVE_MS > 0 ? left - RESERVE_MS : 0))" -> '
    'spoken "$((left - RESERVE_MS >= 0 ? left - RESERVE_MS : 0))"': _SAME,
    "remember_failure: if ((SPENT > LONGEST)); then LONGEST=$SPENT; fi -> "
    "if ((SPENT >= LONGEST)); then LONGEST=$SPENT; fi": _SAME,
    "convict: PENDING[$1]='' -> nothing": "the first line of each class is kept, so noting them again adds nothing",
    "block_of_pytest: *'= failures ='* | *'= errors ='*) SECTION=failed && enter outside ;; -> "
    "*'= failures ='* | *'= errors ='*) SECTION=failed || enter outside ;;": "a test's header follows at once",
    "block_of_pytest: *'= passes ='*) SECTION=passed && enter outside ;; -> "
    "*'= passes ='*) SECTION=passed || enter outside ;;": "a test's header follows at once",
    "block_of_node: '✖ failing tests:'*) FAILED=() && enter outside ;; -> "
    "'✖ failing tests:'*) FAILED=() || enter outside ;;": "the place of the first test follows at once",
    "block_of_numbered: [[ $SECTION == failed ]] || return 1 -> [[ $SECTION == failed ]] || return 0": _LAST,
    "block_of_numbered: *) return 1 ;; -> *) return 0 ;;": _LAST,
    "block_of_numbered: *) return 1 ;; -> nothing": _LAST,
}
