"""The one walk: a document against the grammar, with the expressions in it.

What it accepts is what GitHub's reader accepts (its TemplateReader: keys matched exactly and told apart
without regard to case, plain numbers and truth values taken where a text is wanted, one expression in place
of any value whose place allows contexts).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from holdfast.document import Entry, Mapping, Node, Scalar, Sequence
from holdfast.finding import Severity
from holdfast.lint.grammar.types import Key, Map, Type
from holdfast.lint.problem import Problem
from holdfast.lint.site import Site
from holdfast.lint.words import nearest
from holdfast.lint.workflow import Action, Job, Step, Workflow
from holdfast.text import Span

_NONE: frozenset[str] = frozenset()
Checker = Callable[[Scalar, Site], Iterable[Problem]]


def walk_workflow(workflow: Workflow) -> list[Problem]:
    """Every problem of a workflow file, unordered."""
    from holdfast.lint.grammar.workflow import WORKFLOW

    return _Walk(workflow, None).run(workflow.document.root, WORKFLOW)


def walk_action(action: Action) -> list[Problem]:
    """Every problem of an action's metadata file, unordered."""
    from holdfast.lint.grammar.action import ACTION

    return _Walk(None, action).run(action.document.root, ACTION)


class _Walk:
    def __init__(self, workflow: Workflow | None, action: Action | None) -> None:
        self.workflow = workflow
        self.action = action
        self.job: Job | None = None
        self.step: Step | None = None
        self.problems: list[Problem] = []
        view = workflow or action
        assert view is not None
        self.text = view.source.text
        self.check = _checker() if _may_hold_expressions(self.text) else None
        self.jobs = {id(job.node): job for job in workflow.jobs} if workflow else {}
        self.steps = {id(step.node): step for step in action.steps} if action else {}

    def run(self, root: Node | None, expected: Type) -> list[Problem]:
        if root is None or (isinstance(root, Scalar) and root.null):
            what = expected.maps[0].what
            self.problems.append(Problem("wrong-type", Span(0, 0), f"the file is empty, {what} is expected"))
        else:
            self.value(root, expected, _NONE)
        return self.problems

    def say(self, rule: str, where: Span, message: str, cure: str = "") -> None:
        self.problems.append(Problem(rule, where, message, cure))

    # values ------------------------------------------------------------------------------------------------

    def value(self, node: Node, expected: Type, around: frozenset[str]) -> None:
        """Check a value; `around` holds the contexts of the value that this one lies in."""
        allowed = _both(around, expected.contexts) if expected.contexts else around
        kind = node.__class__
        if kind is Scalar:
            self.scalar(node, expected, allowed)  # type: ignore[arg-type]
        elif expected.anything:
            self.anything(node, allowed)
        elif kind is Sequence:
            self.sequence(node, expected, allowed)  # type: ignore[arg-type]
        else:
            self.mapping(node, expected, allowed)  # type: ignore[arg-type]

    def scalar(self, node: Scalar, expected: Type, allowed: frozenset[str]) -> None:
        value = node.value
        if "${{" in value and node.tag == "str":
            if not expected.condition and (literal := _LITERAL.fullmatch(value)):
                self.literal_text(node, literal.group(1).replace("''", "'"), expected)
            elif not allowed:
                message = "an expression is not evaluated here"
                self.say("forbidden-expression", node.span, message, f"write {expected.says}")
            elif self.check is not None:
                self.problems += self.check(node, self.site(expected, allowed))
            return
        if expected.condition:
            if self.check is not None and not node.null:
                self.problems += self.check(_lower_truth(node), self.site(expected, allowed))
            return
        self.literal(node, expected)

    def literal_text(self, node: Scalar, value: str, expected: Type) -> None:
        """An expression that is one text in quotes; GitHub reads it as that text, anywhere."""
        self.literal(Scalar(value, node.start, node.end, '"', None, None), expected)

    def literal(self, node: Scalar, expected: Type) -> None:
        """A value without expressions."""
        tag = node.tag
        if (
            expected.text
            and expected.values is None
            and (not expected.filled or (node.value and tag != "null"))
        ):
            return
        if (tag == "bool" and expected.boolean) or (tag == "null" and expected.null):
            return
        if tag in ("int", "float") and expected.number:
            return
        if not expected.text:
            cure = _quoted_cure(node, expected)
            self.say(
                "wrong-type", node.span, f"{_shown(node)} is {_kind(node)}, {expected.says} is expected", cure
            )
        elif expected.values is not None:
            if node.value not in expected.values:
                self.unknown(expected.rule, node, node.value, expected.values)
        elif not node.value or tag == "null":
            self.say(
                "empty-value", node.span, f"the value is empty, {expected.says} is expected", "write one"
            )

    def unknown(self, rule: str, node: Scalar, value: str, known: Iterable[str]) -> None:
        what = {"unknown-event": "an event", "unknown-activity-type": "an activity type of this event"}
        message = f'"{value}" is not {what.get(rule, "a value that GitHub takes here")}'
        self.say(rule, node.span, message, _nearest(value, known))

    def sequence(self, node: Sequence, expected: Type, allowed: frozenset[str]) -> None:
        item = expected.item
        if item is None:
            self.say("wrong-type", _head(node), f"a list stands here, {expected.says} is expected")
            return
        for child in node.items:
            self.value(child, item, allowed)

    def anything(self, node: Node, allowed: frozenset[str]) -> None:
        """A value of any shape; GitHub still refuses keys set twice, and reads its expressions."""
        from holdfast.lint.grammar.types import ANY

        if isinstance(node, Sequence):
            for child in node.items:
                self.value(child, ANY, allowed)
        elif isinstance(node, Mapping):
            seen: dict[str, Entry] = {}
            for entry in node.entries:
                key = _key(entry)
                if "${{" in key:
                    self.computed_key(entry, allowed)
                    continue
                if self.twice(entry, key, seen, True):
                    continue
                self.value(entry.value, ANY, allowed)

    # mappings ----------------------------------------------------------------------------------------------

    def mapping(self, node: Mapping, expected: Type, allowed: frozenset[str]) -> None:
        maps = expected.maps
        if not maps:
            self.say("wrong-type", _head(node), f"a mapping stands here, {expected.says} is expected")
            return
        if expected.role:
            self.enter(node, expected.role)
        seen: dict[str, Entry] = {}
        computed = False
        for entry in node.entries:
            key = entry.key.value
            if "${{" in key and "${{" in (key := _key(entry)):
                computed = self.computed_key(entry, allowed) or computed
                continue
            name = key.upper()
            if name not in seen and key != "<<":
                seen[name] = entry
            elif self.twice(entry, key, seen, maps[0].loose is not None and isinstance(entry.value, Scalar)):
                continue
            if len(maps) > 1 and (known := [one for one in maps if key in one.keys]):
                maps = tuple(known)
            if (named := maps[0].keys.get(key)) is not None:
                inner = named.type
            elif (loose := maps[0].loose) is not None:
                inner = loose
                if not key or entry.key.null:
                    self.say("empty-value", entry.key.span, "the key is empty", "name it, in quotes")
            else:
                self.unknown_key(entry, key, maps, expected)
                continue
            if not _plainly_right(entry.value, inner):
                self.value(entry.value, inner, allowed)
        if len(maps) > 1:
            self.unclear(node, maps, expected)
        elif not computed:
            self.required(node, maps[0], seen)
        if expected.role:
            self.leave(expected.role)

    def enter(self, node: Mapping, role: str) -> None:
        if role == "job":
            self.job = self.jobs.get(id(node))
            if self.job is not None:
                self.steps = {id(step.node): step for step in self.job.steps}
        else:
            self.step = self.steps.get(id(node))

    def leave(self, role: str) -> None:
        if role == "job":
            self.job = None
        self.step = None

    def computed_key(self, entry: Entry, allowed: frozenset[str]) -> bool:
        """A key that is an expression; its value may be anything."""
        if not allowed:
            message = "an expression is not evaluated here"
            self.say("forbidden-expression", entry.key.span, message, "write the key out")
            return False
        if self.check is not None and "insert" not in entry.key.value:
            self.problems += self.check(entry.key, self.site(_ANY_KEY, allowed))
        self.anything(entry.value, allowed)
        return True

    def twice(self, entry: Entry, key: str, seen: dict[str, Entry], taken: bool) -> bool:
        """Whether the key was set before; GitHub does not look at upper and lower case.

        A merge key counts as set, but for where it is `taken` for a name like any other.
        """
        if key == "<<" and entry.key.plain:
            severity = Severity.WARNING if taken else None
            message, cure = "GitHub knows no merge keys", "write the entries out"
            self.problems.append(Problem("merge-key", entry.key.span, message, cure, severity=severity))
            if not taken:
                return True
        name = key.upper()
        first = seen.get(name)
        if first is None:
            seen[name] = entry
            return False
        message = (
            f'"{key}" is set before' if first.key.value == key else f'"{key}" is set before as "{first.name}"'
        )
        also = ((first.key.span, "first set here"),)
        cure = "keep one of them"
        self.problems.append(Problem("duplicate-key", entry.key.span, message, cure, also))
        return True

    def unknown_key(self, entry: Entry, key: str, maps: tuple[Map, ...], expected: Type) -> None:
        known = list(dict.fromkeys(name for one in maps for name in one.keys))
        others = {name for one in expected.maps for name in one.keys}
        severity = Severity.WARNING if maps[0].tolerant else None
        rule = maps[0].rule
        if rule == "unknown-event":
            message = f'"{key}" is not an event'
        elif key in others:
            message = f'"{key}" is not a key of {maps[0].what}'
        else:
            what = maps[0].what if len(maps) == 1 else expected.says
            message = f'"{key}" is not a key of {what}'
        problem = Problem(rule, entry.key.span, message, _nearest(key, known), severity=severity)
        self.problems.append(problem)

    def unclear(self, node: Mapping, maps: tuple[Map, ...], expected: Type) -> None:
        """The keys do not say which of several kinds of mapping is meant."""
        needed = [next(name for name, key in one.keys.items() if key.required) for one in maps]
        needed = [name for name in dict.fromkeys(needed) if name != "using"] or ["main", "steps", "image"]
        message = f"{expected.says} needs one of {', '.join(needed)}"
        self.say("missing-key", _head(node), message, f"add {needed[0]}, or one of the others")

    def required(self, node: Mapping, map_: Map, seen: dict[str, Entry]) -> None:
        for name, upper, key in _needed(map_):
            if upper not in seen:
                severity = None if key.required else Severity.NOTICE
                message = f'{map_.what} has no "{name}"'
                cure = f'add "{name}"'
                self.problems.append(Problem("missing-key", _head(node), message, cure, severity=severity))

    # places ------------------------------------------------------------------------------------------------

    def site(self, expected: Type, allowed: frozenset[str]) -> Site:
        return Site(
            self.text,
            allowed,
            _wants(expected),
            expected.condition,
            self.workflow,
            self.action,
            self.job,
            self.step,
        )


def _plainly_right(node: Node, expected: Type) -> bool:
    """Whether a value is a text without expressions where any text will do, as most are."""
    return (
        node.__class__ is Scalar
        and expected.text
        and expected.values is None
        and not expected.filled
        and not expected.condition
        and "${{" not in node.value
    )


@lru_cache(maxsize=1024)
def _both(around: frozenset[str], contexts: frozenset[str]) -> frozenset[str]:
    return around | contexts


_LITERAL = re.compile(r"\s*\$\{\{\s*'((?:[^']|'')*)'\s*\}\}\s*")


def _lower_truth(node: Scalar) -> Scalar:
    """A plain TRUE is a truth value to the reader, not the name of a context."""
    if node.tag != "bool" or node.value.islower():
        return node
    return Scalar(node.value.lower(), node.start, node.end, None, None, None)


def _key(entry: Entry) -> str:
    """The key's name; one that is an expression of one text is that text."""
    key = entry.key.value
    literal = _LITERAL.fullmatch(key) if "${{" in key else None
    return literal.group(1).replace("''", "'") if literal else key


_NEEDED: dict[int, tuple[Map, tuple[tuple[str, str, Key], ...]]] = {}


def _needed(map_: Map) -> tuple[tuple[str, str, Key], ...]:
    """The keys that a mapping should have, as written and in upper case."""
    known = _NEEDED.get(id(map_))
    if known is None:
        keys = ((name, name.upper(), key) for name, key in map_.keys.items() if key.required or key.wished)
        known = _NEEDED[id(map_)] = (map_, tuple(keys))
    return known[1]


_ANY_KEY = Type("a key", text=True)
_WANTS: dict[int, str] = {}


def _wants(expected: Type) -> str:
    """What the whole value must be, in the words of `Site`."""
    known = _WANTS.get(id(expected))
    if known is None:
        parts = [
            name
            for name, takes in (
                ("text", expected.text),
                ("boolean", expected.boolean),
                ("number", expected.number),
                ("list", expected.item is not None),
                ("mapping", bool(expected.maps)),
            )
            if takes
        ]
        known = _WANTS[id(expected)] = "anything" if expected.anything else "|".join(parts)
    return known


def _may_hold_expressions(text: str) -> bool:
    return "${{" in text or "if" in text


def _checker() -> Checker:
    from holdfast.lint.expression.check import check

    return check


def _head(node: Mapping | Sequence) -> Span:
    """The part of a collection to point at: its first key or item, or a flow collection's brackets."""
    if node.flow:
        return node.span
    if isinstance(node, Mapping) and node.entries:
        return node.entries[0].key.span
    return Span(node.start, min(node.start + 1, max(node.end, node.start)))


def _kind(node: Scalar) -> str:
    return {
        "str": "a text",
        "int": "a number",
        "float": "a number",
        "bool": "a truth value",
        "null": "empty",
    }[node.tag]


def _shown(node: Scalar) -> str:
    if node.null:
        return "the value"
    short = node.value if len(node.value) <= 40 else node.value[:37] + "..."
    return f'"{short}"'.replace("\n", " ")


def _quoted_cure(node: Scalar, expected: Type) -> str:
    if node.style in ("single", "double") and node.value in ("true", "false") and expected.boolean:
        return f"write {node.value} without quotes"
    if expected.number and node.style in ("single", "double") and node.value.isdigit():
        return f"write {node.value} without quotes"
    return f"write {expected.says}"


def _nearest(word: str, known: Iterable[str]) -> str:
    """The cure that names the nearest known word, or all of them."""
    names = {name.replace("_", "-"): name for name in known}
    near = nearest(word.replace("_", "-"), names, 0.7)
    if near:
        return f'write "{names[near]}"'
    return f"known: {', '.join(sorted(names.values()))}" if names else ""
