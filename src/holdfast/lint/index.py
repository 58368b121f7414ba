"""Every rule in one table; written by `python -m holdfast.lint.catalogue`, not by hand."""

from __future__ import annotations

# (id, class, kind, group, words of which one must occur, targets)
ROWS: tuple[tuple[str, str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ('concurrency-deadlock', 'ConcurrencyDeadlock', 'workflow', 'graph', ('concurrency',), ()),
    ('conflicting-filters', 'ConflictingFilters', 'workflow', 'syntax', ('-ignore',), ()),
    ('duplicate-key', 'DuplicateKey', 'walk', 'syntax', (), ()),
    ('duplicate-need', 'DuplicateNeed', 'job', 'graph', ('needs',), ()),
    ('duplicate-step-id', 'DuplicateStepId', 'job', 'graph', ('id',), ()),
    ('empty-jobs', 'EmptyJobs', 'workflow', 'graph', (), ()),
    ('empty-value', 'EmptyValue', 'walk', 'syntax', (), ()),
    ('forbidden-expression', 'ForbiddenExpression', 'walk', 'syntax', (), ()),
    ('malformed-id', 'MalformedId', 'workflow', 'graph', (), ()),
    ('malformed-runner-group', 'MalformedRunnerGroup', 'job', 'syntax', ('group',), ()),
    ('merge-key', 'MergeKey', 'walk', 'syntax', (), ()),
    ('misplaced-step', 'MisplacedStep', 'job', 'graph', ('parallel', 'wait-all'), ()),
    ('missing-key', 'MissingKey', 'walk', 'syntax', (), ()),
    ('needs-cycle', 'NeedsCycle', 'workflow', 'graph', ('needs',), ()),
    ('options-without-choice', 'OptionsWithoutChoice', 'workflow', 'syntax', ('workflow_dispatch',), ()),
    ('queue-with-cancel', 'QueueWithCancel', 'workflow', 'graph', ('queue',), ()),
    ('unexplained-ignore', 'UnexplainedIgnore', 'walk', 'lint', (), ()),
    ('unknown-activity-type', 'UnknownActivityType', 'walk', 'syntax', (), ()),
    ('unknown-event', 'UnknownEvent', 'walk', 'syntax', (), ()),
    ('unknown-key', 'UnknownKey', 'walk', 'syntax', (), ()),
    ('unknown-need', 'UnknownNeed', 'job', 'graph', ('needs',), ()),
    ('unknown-permission', 'UnknownPermission', 'walk', 'syntax', (), ()),
    ('unknown-value', 'UnknownValue', 'walk', 'syntax', (), ()),
    ('unknown-wait-target', 'UnknownWaitTarget', 'job', 'graph', ('cancel', 'wait'), ()),
    ('unused-ignore', 'UnusedIgnore', 'walk', 'lint', (), ()),
    ('wrong-type', 'WrongType', 'walk', 'syntax', (), ()),
    ('yaml-syntax', 'YamlSyntax', 'document', 'syntax', (), ()),
)
