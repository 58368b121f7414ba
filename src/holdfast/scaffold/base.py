"""`.holdfast/base.json`: the texts as written, so that a later version can merge into what became of them.

`{"version": 1, "files": {path: {"hash": sha256 of the text, "base": the text, deflated, in base64}}}`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping

PATH = ".holdfast/base.json"
# A text of ours is a few kilobytes; a record that claims more was not written by us.
_LIMIT = 1 << 20


def write(texts: Mapping[str, str]) -> str:
    """The record of these texts."""
    files = {path: {"hash": digest(text), "base": _packed(text)} for path, text in sorted(texts.items())}
    return json.dumps({"version": 1, "files": files}, indent=1) + "\n"


def read(record: str) -> dict[str, str]:
    """The texts of a record; one that does not match its hash is left out, and so is a broken record."""
    try:
        files = json.loads(record)["files"]
        pairs = [(path, entry["hash"], _unpacked(entry["base"])) for path, entry in files.items()]
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error):
        return {}
    return {path: text for path, known, text in pairs if digest(text) == known}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _packed(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _unpacked(packed: str) -> str:
    return zlib.decompressobj().decompress(base64.b64decode(packed), _LIMIT).decode()
