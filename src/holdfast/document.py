"""YAML as written: values that know their place in the text.

The text is composed from parser events, never loaded: `on` stays `on`, `8080:22` stays text, duplicate keys
stay visible. Scalars are resolved by the YAML 1.2 core schema, as GitHub's reader does
(actions/runner, src/Sdk/WorkflowParser/Conversion/YamlObjectReader.cs, read 2026-11).

All offsets count code points of the text as given, byte order mark and carriage returns included.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.tokens import ScalarToken

from holdfast.errors import UserError
from holdfast.text import Source, Span

try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # PyYAML built without libyaml: slower, the same events
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Parser(Reader, Scanner, Parser):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)

        def dispose(self) -> None: ...


# Limits of GitHub's reader (actions/runner, src/Sdk/WorkflowParser/ParseOptions.cs and YamlObjectReader.cs).
MAX_CHARACTERS = 1024 * 1024
MAX_DEPTH = 50
MAX_EVENTS = 50_000  # a scalar counts once, a collection twice; aliases written out
# A flow collection this deep is refused before the parser sees it: libyaml's time grows with depth squared.
_MAX_OPEN_BRACKETS = 1000

_STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INT = re.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_CORE_TAGS = {
    "tag:yaml.org,2002:str": "str",
    "tag:yaml.org,2002:int": "int",
    "tag:yaml.org,2002:float": "float",
    "tag:yaml.org,2002:bool": "bool",
    "tag:yaml.org,2002:null": "null",
}
# An anchor's name is letters, digits, - and _ to libyaml; what may follow it without a blank ends it.
_PROPERTIES = re.compile(
    r"(?:(?:&[0-9A-Za-z_-]*|![^\s,\[\]{}]*)"
    r"(?:[ \t]+|[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n)[ \t]*|(?=[?:,\]}%@`]|$)))+"
)

_IN_QUOTES = "while scanning a quoted scalar"
_TAG_CURE = 'put the value in quotes: to YAML, a "!" at its begin is a tag'


class YamlError(NamedTuple):
    """Why the text is no YAML that GitHub reads; `span` is at least one character where there is one."""

    span: Span
    message: str
    cure: str


class Comment(NamedTuple):
    """A comment, from its `#` to the end of its line."""

    start: int
    end: int
    text: str


class Node:
    """A value: `start` and `end` are offsets of the value as written, without anchor and tag."""

    __slots__ = ("anchor", "end", "explicit_tag", "start")

    start: int
    end: int
    anchor: str | None
    explicit_tag: str | None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.start}:{self.end}>"


class Scalar(Node):
    """Text, a number, a truth value or null; `value` is the decoded text."""

    __slots__ = ("_style", "value")

    value: str

    def __init__(
        self, value: str, start: int, end: int, style: str | None, anchor: str | None, tag: str | None
    ) -> None:
        self.value = value
        self.start = start
        self.end = end
        self._style = style
        self.anchor = anchor
        self.explicit_tag = tag

    @property
    def style(self) -> str:
        """plain, single, double, literal or folded."""
        return _STYLES[self._style]

    @property
    def plain(self) -> bool:
        return not self._style

    @property
    def tag(self) -> str:
        """str, int, float, bool or null, by the YAML 1.2 core schema."""
        if self.explicit_tag is not None:
            return _CORE_TAGS.get(self.explicit_tag, "str")
        if self._style:
            return "str"
        return _core_tag(self.value)

    @property
    def null(self) -> bool:
        """Whether the tag is null, told without asking which other it is."""
        return (self.value in _NULL or self.explicit_tag is not None) and self.tag == "null"

    @property
    def typed(self) -> str | int | float | bool | None:
        """The value as its tag says; a text that does not fit an explicit tag stays text."""
        tag = self.tag
        if tag == "null":
            return None
        if tag == "bool":
            return self.value in _TRUE
        try:
            if tag == "int":
                return int(self.value, 0 if self.value[:2] in ("0x", "0o") else 10)
            return _number(self.value) if tag == "float" else self.value
        except ValueError:
            return self.value

    def origin(self, text: str, index: int) -> int:
        """The offset in `text` from which the decoded character `index` comes."""
        if not self._style and "\n" not in self.value and self.end - self.start == len(self.value):
            return self.start + min(max(index, 0), len(self.value))
        return _origins(self, text)[min(max(index, 0), len(self.value))]

    def part(self, text: str, start: int, end: int) -> Span:
        """The span in `text` of the decoded characters `start` to `end`."""
        first = self.origin(text, start)
        if end <= start:
            return Span(first, first)
        last = self.origin(text, end - 1)
        return Span(first, max(last + self._width(text, last), first + 1))

    def _width(self, text: str, at: int) -> int:
        """How many characters one decoded character takes where it is written: escapes take several."""
        if self._style == "'" and text.startswith("''", at):
            return 2
        if self._style == '"' and text[at] == "\\":
            return {"x": 4, "u": 6, "U": 10}.get(text[at + 1 : at + 2], 2)
        return 1


class Entry:
    """A key and its value; `alias` is where the value is written `*name`, else None."""

    __slots__ = ("alias", "key", "value")

    def __init__(self, key: Scalar, value: Node, alias: Span | None = None) -> None:
        self.key = key
        self.value = value
        self.alias = alias

    @property
    def span(self) -> Span:
        """From the key to the end of the value (of the alias where the value is one)."""
        return Span(self.key.start, self.alias.end if self.alias else max(self.key.end, self.value.end))

    @property
    def name(self) -> str:
        return self.key.value


class Mapping(Node):
    """Keys and values in their order, duplicates included."""

    __slots__ = ("_index", "entries", "flow")

    entries: tuple[Entry, ...]

    def __init__(self, start: int, flow: bool, anchor: str | None, tag: str | None) -> None:
        self.start = self.end = start
        self.flow = flow
        self.anchor = anchor
        self.explicit_tag = tag
        self.entries = ()
        self._index: dict[str, Entry] | None = None

    @property
    def index(self) -> dict[str, Entry]:
        """The first entry of each key."""
        index = self._index
        if index is None:
            index = self._index = {entry.key.value: entry for entry in reversed(self.entries)}
        return index

    def entry(self, name: str) -> Entry | None:
        return self.index.get(name)

    def get(self, name: str) -> Node | None:
        entry = self.index.get(name)
        return entry.value if entry is not None else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


class Sequence(Node):
    """Items in their order; `aliases` maps the index of each item written `*name` to its place."""

    __slots__ = ("aliases", "flow", "items")

    items: tuple[Node, ...]

    def __init__(self, start: int, flow: bool, anchor: str | None, tag: str | None) -> None:
        self.start = self.end = start
        self.flow = flow
        self.anchor = anchor
        self.explicit_tag = tag
        self.items = ()
        self.aliases: dict[int, Span] | None = None

    def site(self, index: int) -> Span:
        """Where the item is written: the alias, or the item itself."""
        if self.aliases and index in self.aliases:
            return self.aliases[index]
        return self.items[index].span

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Alias(NamedTuple):
    """A place written `*name`, and the node it stands for."""

    span: Span
    name: str
    node: Node


class Anchor(NamedTuple):
    """A place written `&name`, and its node."""

    span: Span
    name: str
    node: Node


class Document:
    """One file: its root value, or the errors why it has none (an empty file has neither).

    `keys` are the keys of all mappings; `doubts` are what YAML forbids and GitHub's reader takes nevertheless.
    """

    __slots__ = ("_comments", "aliases", "anchors", "doubts", "errors", "keys", "root", "source")

    def __init__(
        self,
        source: Source,
        root: Node | None,
        errors: tuple[YamlError, ...],
        aliases: tuple[Alias, ...] = (),
        anchors: tuple[Anchor, ...] = (),
        doubts: tuple[YamlError, ...] = (),
        keys: Collection[str] = (),
    ) -> None:
        self.source = source
        self.root = root
        self.errors = errors
        self.doubts = doubts
        self.aliases = aliases
        self.anchors = anchors
        self.keys = frozenset(keys)
        self._comments: tuple[Comment, ...] | None = None

    @property
    def comments(self) -> tuple[Comment, ...]:
        """Every comment of the text, in order; a `#` inside a value is none."""
        if self._comments is None:
            self._comments = tuple(_comments(self))
        return self._comments

    @property
    def text(self) -> str:
        return self.source.text


def read(source: Source) -> Document:
    """The located document of a text; never raises on bad YAML."""
    text = source.text
    if len(text) > MAX_CHARACTERS:
        message = f"the file has {len(text)} characters, GitHub reads at most {MAX_CHARACTERS}"
        return Document(source, None, (YamlError(Span(0, 1), message, "split the workflow"),))
    if text.count("[") + text.count("{") > _MAX_OPEN_BRACKETS and (deep := _too_deep(text)) is not None:
        return Document(
            source, None, (YamlError(Span(deep, deep + 1), "too many open brackets", "close them"),)
        )
    return _Composer(source).document()


def sound(source: Source) -> Document:
    """`read` for what cannot go on with a broken file: its first error is raised as a `UserError`, at its place."""
    document = read(source)
    if document.errors:
        error = document.errors[0]
        line, column = source.place(error.span.start)
        raise UserError(f"{source.path}:{line}:{column}: {error.message}", error.cure or "repair it first")
    return document


def nodes(root: Node | None) -> Iterator[Node]:
    """Every node below and including `root`, each once, in the order written."""
    if root is None:
        return
    seen: set[int] = set()
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if node.anchor is not None:
            if id(node) in seen:
                continue
            seen.add(id(node))
        yield node
        if isinstance(node, Mapping):
            for entry in reversed(node.entries):
                stack += (entry.value, entry.key)
        elif isinstance(node, Sequence):
            stack += reversed(node.items)


class _Composer:
    """Nodes from parser events; an explicit stack, so that depth costs no recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.shift = 1 if source.text.startswith("\ufeff") else 0
        self.errors: list[YamlError] = []
        self.doubts: list[YamlError] = []
        self.aliases: list[Alias] = []
        self.anchors: list[Anchor] = []
        self.named: dict[str, Node] = {}
        self.keys: set[str] = set()
        self.open: set[int] = set()
        self.deep = False

    def document(self) -> Document:
        text = self.source.text
        try:
            root = self._parsed(text[self.shift :] if self.shift else text)
        except MarkedYAMLError as error:
            return self._finished(None, error)
        except (YAMLError, UnicodeError) as error:
            return self._without_controls(error)
        return self._finished(root, None)

    def _parsed(self, text: str) -> Node | None:
        parser = _Parser(text)
        try:
            return self._compose(parser.get_event)
        finally:
            parser.dispose()

    def _without_controls(self, error: Exception) -> Document:
        """Read again with a sign for each control character: GitHub's reader has no rule against them.

        YamlDotNet, which the runner reads with, asks for printable characters only when it writes; its text
        ends at a NUL.
        """
        text = self.source.text
        found = _controls().search(text, self.shift)
        if found is None or "\0" in text:
            return self._finished(None, error)
        self.__init__(self.source)  # type: ignore[misc]  # from the start
        at = found.start()
        name = f"U+{ord(text[at]):04X}"
        message = f"the character {name} is not allowed in YAML; GitHub takes it, other readers do not"
        self.doubts.append(YamlError(Span(at, at + 1), message, "remove it"))
        try:
            root = self._parsed(_controls().sub("\ufffd", text)[self.shift :])
        except (YAMLError, UnicodeError) as second:
            return self._finished(None, second)
        return self._finished(root, None)

    def _finished(self, root: Node | None, error: Exception | None) -> Document:
        if error is not None:
            self.errors.append(_yaml_error(error, self.source.text, self.shift))
        if root is not None and (self.aliases or len(self.source.text) >= MAX_EVENTS // 2):
            root = self._within_limit(root)
        return Document(
            self.source,
            root,
            tuple(self.errors),
            tuple(self.aliases),
            tuple(self.anchors),
            tuple(self.doubts),
            self.keys,
        )

    def _within_limit(self, root: Node) -> Node | None:
        """The root, or None and an error where GitHub would stop counting."""
        events = _events(root)
        if events <= MAX_EVENTS:
            return root
        span = self.aliases[0].span if self.aliases else Span(root.start, root.start + 1)
        message = f"the file has {events} values, aliases written out; GitHub reads at most {MAX_EVENTS}"
        self.errors.append(YamlError(span, message, "split the file"))
        return None if self.aliases else root

    def _compose(self, next_event: Callable[[], Any]) -> Node | None:  # yaml's events carry no types
        """The first document's root; errors for what GitHub's reader refuses."""
        shift = self.shift
        text = self.source.text
        root: Node | None = None
        documents = 0
        # the open collections: (node, children so far, pending key, alias sites)
        stack: list[tuple[Mapping | Sequence, list[Any], dict[int, Span]]] = []
        node: Node
        parent: Mapping | Sequence | None = None
        children: list[Any] = []
        sites: dict[int, Span] = {}
        while True:
            event = next_event()
            kind = event.__class__
            if kind is ScalarEvent:
                start = event.start_mark.index + shift
                end = event.end_mark.index + shift
                style = event.style
                # by hand, not by Scalar(...): a call for each value is a tenth of the reading
                node = Scalar.__new__(Scalar)
                node.value = event.value
                node.start = start
                node.end = end
                node._style = style
                anchor, tag = event.anchor, event.tag
                node.anchor = anchor
                node.explicit_tag = tag
                if anchor is not None or tag is not None:
                    self._properties(node, text)
                if style in ("|", ">"):
                    node.end = _trimmed(text, node.start, end)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start = event.start_mark.index + shift
                make = Mapping if kind is MappingStartEvent else Sequence
                node = make(start, bool(event.flow_style), event.anchor, event.tag)
                if event.anchor is not None or event.tag is not None:
                    self._properties(node, text)
                    self.open.add(id(node))
                if parent is None:
                    root = node
                else:
                    children.append(node)
                    stack.append((parent, children, sites))
                parent, children, sites = node, [], {}
                if len(stack) == MAX_DEPTH and not self.deep:
                    self.deep = True
                    message = f"the values are nested more than {MAX_DEPTH} deep"
                    self.errors.append(YamlError(Span(node.start, node.start + 1), message, "flatten them"))
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                assert parent is not None
                self._close(parent, children, sites, event.end_mark.index + shift)
                if not stack:
                    parent = None
                    continue
                parent, children, sites = stack.pop()
                continue
            elif kind is AliasEvent:
                span = Span(event.start_mark.index + shift, event.end_mark.index + shift)
                node = self._aliased(event.anchor, span)
                sites[len(children)] = span
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    span = Span(event.start_mark.index + shift, event.end_mark.index + shift)
                    self.errors.append(_second_document(span))
                    return root
                continue
            elif kind is StreamEndEvent:
                return root
            else:
                continue
            if parent is None:
                root = node
            else:
                children.append(node)

    def _close(self, node: Mapping | Sequence, children: list[Any], sites: dict[int, Span], end: int) -> None:
        """Give a collection its children and its true span: a block's end mark lies at the next token."""
        if node.anchor is not None:
            self.open.discard(id(node))
        if node.__class__ is Mapping:
            node.entries = self._entries(children, sites)
        else:
            node.items = tuple(children)  # type: ignore[union-attr]
            if sites:
                node.aliases = sites  # type: ignore[union-attr]
        if node.flow:
            node.end = end
            return
        if not children:
            node.end = node.start
            return
        last = len(children) - 1
        node.end = sites[last].end if last in sites else children[last].end
        if node.__class__ is Mapping:
            first = sites[0].start if 0 in sites else children[0].start
            node.start = (
                min(first, node.start) if node.anchor is None and node.explicit_tag is None else first
            )
            before = sites[last - 1].end if last - 1 in sites else children[last - 1].end
            node.end = max(node.end, before)
        elif node.end < node.start:
            node.end = node.start

    def _entries(self, children: list[Any], sites: dict[int, Span]) -> tuple[Entry, ...]:
        entries = []
        for at in range(0, len(children) - 1, 2):
            key = children[at]
            if key.__class__ is not Scalar:
                span = sites.get(at) or key.span
                self.errors.append(YamlError(span, "a key is a collection", "write the key as plain text"))
                continue
            if at in sites:
                key = Scalar(key.value, *sites[at], key._style, None, key.explicit_tag)
            entries.append(Entry(key, children[at + 1], sites.get(at + 1) if sites else None))
            self.keys.add(key.value)
        return tuple(entries)

    def _properties(self, node: Node, text: str) -> None:
        """Move a node's start behind its anchor and tag; refuse tags that GitHub's reader refuses."""
        written = node.start
        found = _PROPERTIES.match(
            text, node.start, max(node.end, len(text)) if node.end <= node.start else node.end
        )
        if found:
            node.start = min(found.end(), node.end) if isinstance(node, Scalar) else found.end()
            node.end = max(node.end, node.start)
        if node.anchor is not None:
            at = text.find("&" + node.anchor, written)
            at = written if at < 0 else at
            self.named[node.anchor] = node
            self.anchors.append(Anchor(Span(at, at + 1 + len(node.anchor)), node.anchor, node))
        tag = node.explicit_tag
        if tag is not None and not _accepted(node, tag):
            at = max(text.find("!", written, written + 300), written)
            length = re.compile(r"[^\s,\[\]{}]*").match(text, at)
            span = Span(at, length.end() if length and length.end() > at else at + 1)
            shown = tag.replace("tag:yaml.org,2002:", "!!")
            cure = "remove it" if shown.startswith("!!") else _TAG_CURE
            self.errors.append(YamlError(span, f'GitHub does not take the tag "{shown}" here', cure))

    def _aliased(self, name: str, span: Span) -> Node:
        node = self.named.get(name)
        if node is None:
            known = ", ".join(sorted(self.named)) or "none"
            self.errors.append(
                YamlError(span, f'no anchor "{name}" is set above', f"anchors set so far: {known}")
            )
        elif id(node) in self.open:
            self.errors.append(
                YamlError(span, f'the alias "{name}" stands for itself', "write the value out")
            )
        else:
            self.aliases.append(Alias(span, name, node))
            return node
        return Scalar("", span.start, span.end, None, None, None)


def _accepted(node: Node, tag: str) -> bool:
    """Whether GitHub's reader takes an explicit tag at this value; it ignores the tags of collections."""
    if not isinstance(node, Scalar):
        return True
    if tag == "tag:yaml.org,2002:str":
        return True
    if tag not in _CORE_TAGS or not node.plain:
        return False
    resolved = _core_tag(node.value)
    return resolved == _CORE_TAGS[tag] or (resolved == "int" and tag.endswith(":float"))


@cache
def _core_tag(value: str) -> str:
    """The YAML 1.2 core tag of a plain scalar."""
    if value in _NULL:
        return "null"
    if value[0] not in "-+.0123456789tTfF":
        return "str"
    if value in _TRUE or value in _FALSE:
        return "bool"
    if _INT.fullmatch(value):
        return "int"
    return "float" if _FLOAT.fullmatch(value) else "str"


def _number(value: str) -> float:
    if value.lower().endswith(("inf", "nan")):
        return float(value.replace(".", ""))
    return float(value)


def _trimmed(text: str, start: int, end: int) -> int:
    """`end` moved back over blanks and line ends, at most to `start`."""
    while end > start and text[end - 1] in " \t\r\n":
        end -= 1
    return end


def _too_deep(text: str) -> int | None:
    """Where more brackets are open than any workflow needs, or None; strings and comments count too."""
    depth = 0
    for found in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if found.group() in "[{" else max(depth - 1, 0)
        if depth > _MAX_OPEN_BRACKETS:
            return found.start()
    return None


def _events(root: Node) -> int:
    """How many parser events GitHub's reader sees; each node is looked at once."""
    sizes: dict[int, int] = {}
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if id(node) in sizes:
            continue
        if isinstance(node, Scalar):
            sizes[id(node)] = 1
            continue
        below = _below(node)
        if ready:
            sizes[id(node)] = 2 + sum(sizes.get(id(child), 1) for child in below)
            continue
        stack.append((node, True))
        stack += [(child, False) for child in below]
    return sizes[id(root)]


def _below(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Mapping):
        return tuple(part for entry in node.entries for part in (entry.key, entry.value))
    return node.items if isinstance(node, Sequence) else ()


def _second_document(span: Span) -> YamlError:
    return YamlError(span, "a second document begins, GitHub reads files of one", 'remove the "---"')


def _yaml_error(error: Exception, text: str, shift: int) -> YamlError:
    """One error with a place and, for the usual slips, a cure."""
    if not isinstance(error, MarkedYAMLError):
        return _unreadable(error, text)
    problem = str(error.problem or error.context or "not YAML")
    mark = error.problem_mark or error.context_mark
    if error.context_mark and ("could not find expected ':'" in problem or error.context == _IN_QUOTES):
        mark = error.context_mark  # the key, or the quote; the parser notices only on a later line
    elif mark and (found := _running_on(text[shift:], mark.index, mark.line, problem)):
        begun, message, cure = found
        return YamlError(Span(begun + shift, mark.index + shift), message, cure)
    at = min(mark.index + shift, len(text)) if mark else 0
    if at >= len(text) and text:
        at = max(_trimmed(text, 0, len(text)) - 1, 0)
    end = at + 1 if text[at : at + 1] not in ("\r", "\n") else at
    message = problem if not error.context else f"{problem}, {error.context}"
    cure = _TAG_CURE if error.context == "while scanning a tag" else _cure(problem, text, at)
    return YamlError(Span(at, max(end, at)), message, cure)


def _running_on(text: str, index: int, line: int, problem: str) -> tuple[int, str, str] | None:
    """Where the text begins that runs on to the mistake at `index` on `line` (from 0), with message and cure.

    None where no text does. A plain text does that when its line should have been a key, one in quotes when a
    quote is missing.
    """
    token = _token_before(text, index)
    if token is None or token.__class__ is not ScalarToken or token.start_mark.line >= line:
        return None
    begun, there = token.start_mark.index, f"line {line + 1}"
    behind = text[token.end_mark.index : index]
    if token.style in ("'", '"') and not behind.strip() and "\n" not in behind:
        return begun, f"the text in quotes that begins here ends on {there}", f"close it with {token.style}"
    if problem.startswith("mapping values"):
        cure = f'add the ":" that is missing here, or mend the indentation of {there}'
        return begun, f"the text that begins here goes on to a key on {there}", cure
    return None


def _token_before(text: str, index: int) -> Any:  # yaml's tokens carry no types
    """The last token that begins before `index`, or None."""
    last = None
    parser = _Parser(text)
    try:
        while parser.check_token():
            token: Any = parser.get_token()
            if token.start_mark.index >= index:
                break
            last = token
    except YAMLError:
        return last
    finally:
        parser.dispose()
    return last


def _cure(problem: str, text: str, at: int) -> str:
    char = text[at : at + 1]
    if char == "\t":
        return "indent with spaces"
    if "mapping values are not allowed" in problem:
        return 'quote a value that holds ": ", or mend the indentation'
    if "cannot start any token" in problem:
        return f"quote a value that begins with {char}"
    if "did not find expected key" in problem or "block end" in problem:
        return "mend the indentation, or the quotes above"
    if "could not find expected ':'" in problem:
        return 'add the ":" behind the key'
    if "unexpected end of stream" in problem:
        return "close the quote"
    return "mend the YAML"


@cache
def _controls() -> re.Pattern[str]:
    """What YAML takes for no character of a text; to compile it takes 3 ms, and few texts ask for it."""
    return re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _unreadable(error: Exception, text: str) -> YamlError:
    """A character that YAML forbids; the reader counts bytes, so look for it ourselves."""
    found = _controls().search(text, 1)
    at = found.start() if found else 0
    name = f"U+{ord(text[at]):04X}" if text else str(error)
    return YamlError(Span(at, at + 1), f"the character {name} is not allowed in YAML", "remove it")


# Comments ------------------------------------------------------------------------------------------------


def _comments(document: Document) -> Iterator[Comment]:
    """Comments lie outside scalars, at a line's start or behind a blank."""
    text = document.source.text
    spans = sorted(_body(node, text) for node in nodes(document.root) if isinstance(node, Scalar))
    starts = [start for start, _ in spans]
    at = text.find("#")
    while at >= 0:
        if inside := _covering(spans, starts, at):
            at = text.find("#", max(inside, at + 1))
            continue
        if at > 0 and text[at - 1] not in " \t\r\n\ufeff":
            at = text.find("#", at + 1)
            continue
        end = _line_end(text, at)
        yield Comment(at, end, text[at:end])
        at = text.find("#", end)


def _body(scalar: Scalar, text: str) -> tuple[int, int]:
    """Where a scalar's text lies; a block scalar's header line may end in a comment."""
    if scalar.style in ("literal", "folded"):
        return min(_line_end(text, scalar.start), scalar.end), scalar.end
    return scalar.start, scalar.end


def _covering(spans: list[tuple[int, int]], starts: list[int], at: int) -> int:
    """The end of the scalar around `at`, or 0."""
    index = bisect_right(starts, at) - 1
    if index < 0 or spans[index][1] <= at:
        return 0
    return spans[index][1]


def _line_end(text: str, at: int) -> int:
    ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
    return min(ends) if ends else len(text)


# From the decoded value back to the text -------------------------------------------------------------------

_WORD = re.compile(r"[^ \t\r\n]+")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|.)", re.DOTALL)


@lru_cache(maxsize=64)
def _origins(scalar: Scalar, text: str) -> list[int]:
    """The offset of each decoded character, and one more for the end."""
    if scalar.style in ("literal", "folded", "plain"):
        start = scalar.start if scalar.plain else _line_end(text, scalar.start)
        if (found := _by_words(scalar, text, start)) is not None:
            return found
        units = _plain_units(text, start, scalar.end)
    elif scalar.style == "double":
        units = _double_units(text, scalar.start + 1, scalar.end - 1)
    else:
        units = _single_units(text, scalar.start + 1, scalar.end - 1)
    return _aligned(scalar.value, list(units), scalar)


def _by_words(scalar: Scalar, text: str, start: int) -> list[int] | None:
    """As `_aligned`, a word at a time, where the words are written as they are decoded; else None."""
    decoded = [found.span() for found in _WORD.finditer(scalar.value)]
    written = [found.span() for found in _WORD.finditer(text, start, scalar.end)]
    if len(decoded) != len(written) or not written:
        return None
    origins: list[int] = []
    at = written[0][0]
    for (first, last), (begin, end) in zip(decoded, written, strict=True):
        if last - first != end - begin:
            return None
        origins += range(at, at + first - len(origins))
        origins += range(begin, end)
        at = end
    origins += range(at, at + len(scalar.value) - len(origins))
    origins.append(min(at + len(origins) - decoded[-1][1], scalar.end))
    return origins


def _plain_units(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    return ((at, at + 1) for at in range(start, end) if text[at] not in " \t\r\n")


def _single_units(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    while at < end:
        step = 2 if text[at : at + 2] == "''" else 1
        if text[at] not in " \t\r\n":
            yield at, at + step
        at += step


def _double_units(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    while at < end:
        escape = _ESCAPE.match(text, at)
        if escape:
            if escape.group()[1] not in "\r\n":
                yield at, escape.end()
            at = escape.end()
            continue
        if text[at] not in " \t\r\n":
            yield at, at + 1
        at += 1


def _aligned(value: str, units: list[tuple[int, int]], scalar: Scalar) -> list[int]:
    """Match the decoded characters with the written ones; blanks lie between their neighbours."""
    origins: list[int] = []
    unit = 0
    at = units[0][0] if units else scalar.start
    text_is_escape = scalar.style == "double"
    for char in value:
        blank = char in " \t\r\n"
        if unit < len(units) and (
            not blank or (text_is_escape and units[unit][1] - units[unit][0] > 1 and units[unit][0] <= at)
        ):
            origins.append(units[unit][0])
            at = units[unit][1]
            unit += 1
        else:
            origins.append(at)
            at += 1
    origins.append(min(at, scalar.end))
    return origins
