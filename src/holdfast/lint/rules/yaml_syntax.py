"""Text that GitHub cannot read as YAML.

GitHub reads workflows by YAML 1.2 rules, with limits of its own: one document a file, at most a million
characters, values nested at most 50 deep, at most 50,000 values with aliases written out, no tags but those
of plain values. A file that breaks one of them never runs: the event that should start it leaves only a
line on the Actions page.

Source: actions/runner, src/Sdk/WorkflowParser/Conversion/YamlObjectReader.cs and ParseOptions.cs (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Document
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import DocumentRule, Example


class YamlSyntax(DocumentRule):
    id = "yaml-syntax"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad="on: push\njobs:\n  test:\n    name: build«:» all\n    runs-on: ubuntu-24.04\n",
            good='on: push\njobs:\n  test:\n    name: "build: all"\n    runs-on: ubuntu-24.04\n',
        ),
        Example(
            bad="on: push\njobs:\n  test:\n    «runs-on ubuntu-24.04\n    steps»: []\n",
            good="on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps: [run: make]\n",
        ),
        Example(
            bad="on: push\njobs:\n  test: «*base»\n",
            good="on: push\njobs:\n  base: &base\n    runs-on: ubuntu-24.04\n  test: *base\n",
        ),
    )
    allows = ("on: push\njobs:\n  a: &a\n    runs-on: ubuntu-24.04\n  b: *a\n",)

    def check(self, document: Document) -> Iterator[Finding]:
        for error in document.errors:
            yield self.found(error.span, error.message, cure=error.cure)
        for doubt in document.doubts:
            yield self.found(doubt.span, doubt.message, cure=doubt.cure, severity=Severity.WARNING)
