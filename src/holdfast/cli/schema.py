"""Print the JSON Schema of the spec, holdfast.yml.

Editors check and complete a spec by it: save it as holdfast.schema.json and begin the spec with
`# yaml-language-server: $schema=holdfast.schema.json`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from holdfast.errors import Exit


@dataclass(frozen=True)
class Options:
    """No options: the schema is one."""


def run(options: Options) -> int:
    """Print the schema."""
    from holdfast.spec.reference import schema_text

    sys.stdout.write(schema_text())
    return Exit.CLEAN
