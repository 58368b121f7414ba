"""Sizes and durations as people write them, and back.

Sizes are bytes, always in powers of 1024 (`g`, `gb` and `gib` are the same): Docker reads `2g` so, and Redis
reads `1gb` so. (Redis alone reads `1g` as 10^9; what is written for it therefore always says `gb`.)
Durations are seconds; a bare number is seconds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

_SIZE = re.compile(r"(\d{1,15})\s*(b|kb?|mb?|gb?|tb?|kib|mib|gib|tib)?", re.IGNORECASE | re.ASCII)
_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*(ms|s|m|h|d)?", re.ASCII)
_SCALE = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}

SIZE_PATTERN = r"^\d+\s*([bB]|[kKmMgGtT]([iI]?[bB])?)?$"
DURATION_PATTERN = r"^\d+(\.\d+)?\s*(ms|s|m|h|d)?$"


class Size(int):
    """A number of bytes that reads `1gb`, `512mb`, `2g`."""

    @classmethod
    def read(cls, written: object) -> Size:
        """Raises ValueError with the reason in one clause."""
        if isinstance(written, Size):
            return written
        if isinstance(written, bool) or not isinstance(written, int | str):
            raise ValueError("a size is a number with a unit such as 512mb")
        found = _SIZE.fullmatch(str(written).strip())
        if found is None:
            raise ValueError(f"{quoted(written)} is not a size such as 512mb or 1gb")
        return cls(int(found[1]) * _SCALE[(found[2] or "b")[0].lower()])

    @property
    def redis(self) -> str:
        """As Redis configuration writes it: `1gb`; plain bytes where no unit divides it."""
        return _scaled(self, "b")

    @property
    def docker(self) -> str:
        """As Docker's flags write it: `2g`; plain bytes where no unit divides it."""
        return _scaled(self, "")

    def __str__(self) -> str:
        return self.redis

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="json")
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": ["string", "integer"], "pattern": SIZE_PATTERN, "minimum": 0}


class Duration(float):
    """A number of seconds that reads `500ms`, `3s`, `20m`, `1h`."""

    @classmethod
    def read(cls, written: object) -> Duration:
        """Raises ValueError with the reason in one clause."""
        if isinstance(written, Duration):
            return written
        if isinstance(written, bool) or not isinstance(written, int | float | str):
            raise ValueError("a duration is a number with a unit such as 3s")
        found = _DURATION.fullmatch(str(written).strip())
        if found is None:
            raise ValueError(f"{quoted(written)} is not a duration such as 500ms, 3s or 20m")
        return cls(round(float(found[1]) * _SECONDS[found[2] or "s"], 6))

    @property
    def text(self) -> str:
        """The largest unit of ms, s, m, h that divides it: `90s`, `20m`, `500ms`; `0s` for nothing."""
        milliseconds = round(self * 1000)
        for unit, scale in (("h", 3_600_000), ("m", 60_000), ("s", 1000)):
            if milliseconds % scale == 0 and (milliseconds or unit == "s"):
                return f"{milliseconds // scale}{unit}"
        return f"{milliseconds}ms"

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="json")
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": ["string", "number"],
            "pattern": DURATION_PATTERN,
            "minimum": 0,
            "examples": ["3s", "20m"],
        }


def _scaled(size: int, suffix: str) -> str:
    for unit in ("g", "m", "k"):
        if size and size % _SCALE[unit] == 0:
            return f"{size // _SCALE[unit]}{unit}{suffix}"
    return str(int(size))


def short(words: object) -> str:
    """The user's own words, shortened to what fits in a line."""
    text = str(words)
    return text if len(text) <= 60 else text[:57] + "..."


def quoted(words: object) -> str:
    """The user's own words in quotes, shortened to what fits in a line."""
    return repr(short(words))
