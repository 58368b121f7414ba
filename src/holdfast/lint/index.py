"""Every rule in one table; written by `python -m holdfast.lint.catalogue`, not by hand."""

from __future__ import annotations

# (id, class, kind, group, words of which one must occur, targets)
ROWS: tuple[tuple[str, str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ('duplicate-key', 'DuplicateKey', 'walk', 'syntax', (), ()),
    ('empty-value', 'EmptyValue', 'walk', 'syntax', (), ()),
    ('forbidden-expression', 'ForbiddenExpression', 'walk', 'syntax', (), ()),
    ('merge-key', 'MergeKey', 'walk', 'syntax', (), ()),
    ('missing-key', 'MissingKey', 'walk', 'syntax', (), ()),
    ('unexplained-ignore', 'UnexplainedIgnore', 'walk', 'lint', (), ()),
    ('unknown-activity-type', 'UnknownActivityType', 'walk', 'syntax', (), ()),
    ('unknown-event', 'UnknownEvent', 'walk', 'syntax', (), ()),
    ('unknown-key', 'UnknownKey', 'walk', 'syntax', (), ()),
    ('unknown-permission', 'UnknownPermission', 'walk', 'syntax', (), ()),
    ('unknown-value', 'UnknownValue', 'walk', 'syntax', (), ()),
    ('unused-ignore', 'UnusedIgnore', 'walk', 'lint', (), ()),
    ('wrong-type', 'WrongType', 'walk', 'syntax', (), ()),
    ('yaml-syntax', 'YamlSyntax', 'document', 'syntax', (), ()),
)
