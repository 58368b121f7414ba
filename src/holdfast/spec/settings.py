"""Every value of a spec with its origin, for `generate --show-settings`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from holdfast.spec.model import Model, Spec, key
from holdfast.spec.profiles import SECTIONS, value_of

_NONE: Mapping[str, str] = {}


class Setting(NamedTuple):
    """One value: `path` in dots, the value as it would be written, and who said so.

    `origin` is spec (the file or a flag), profile, default, or detected (from the project's files).
    """

    path: str
    value: str
    origin: str


def settings(spec: Spec, detected: Mapping[str, str] = _NONE) -> tuple[Setting, ...]:
    """All settings in the order of the models; of a job's sections, only those that the job writes itself.

    `detected` are values found in the project, by path, such as {"jobs.test.stack": "go"}: they stand in for
    what the spec leaves open.
    """
    origin = _Origins(spec)
    found = [_setting(origin, path, value, detected) for path, value in _leaves(spec, ()) if origin.own(path)]
    known = {setting.path for setting in found}
    more = [Setting(path, value, "detected") for path, value in detected.items() if path not in known]
    return tuple(found + more)


def _leaves(model: Model, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        below = (*path, field.alias or key(name))
        if isinstance(value, Model):
            yield from _leaves(value, below)
        elif isinstance(value, dict) and value and all(isinstance(inner, Model) for inner in value.values()):
            for word, inner in value.items():
                yield from _leaves(inner, (*below, word))
        else:
            yield below, value


def _setting(origins: _Origins, path: tuple[str, ...], value: Any, detected: Mapping[str, str]) -> Setting:
    dotted = ".".join(path)
    origin = origins.of(path)
    if origin == "default" and dotted in detected:
        return Setting(dotted, detected[dotted], "detected")
    return Setting(dotted, shown(value), origin)


class _Origins:
    """Who set what: a job's own key, else the top level's, else the profile's, else the model's."""

    def __init__(self, spec: Spec) -> None:
        self.profile = spec.profile
        self.target = spec.target
        self.written = spec.written
        # a short form, such as `on: push`, writes all that lies below it
        self.ends = spec.written - {path[:-1] for path in spec.written}

    def own(self, path: tuple[str, ...]) -> bool:
        """Whether a job's section is its own, and not the top level's over again."""
        return not _in_section(path) or path[:3] in self.written

    def of(self, path: tuple[str, ...]) -> str:
        shared = path[2:] if _in_section(path) else path
        if self._is_written(path) or self._is_written(shared):
            return "spec"
        return "profile" if value_of(self.profile, shared, self.target) is not None else "default"

    def _is_written(self, path: tuple[str, ...]) -> bool:
        return path in self.written or any(path[:at] in self.ends for at in range(1, len(path)))


def _in_section(path: tuple[str, ...]) -> bool:
    return path[0] == "jobs" and len(path) > 2 and path[2] in SECTIONS


def shown(value: Any) -> str:
    """A value in the words of the file; a hyphen for nothing."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(shown(inner) for inner in value)}]"
    if isinstance(value, Model):
        return shown({".".join(path): inner for path, inner in _leaves(value, ())})
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {shown(inner)}' for name, inner in value.items())}}}"
    return str(value)
