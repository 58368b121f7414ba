"""Find mistakes in GitHub Actions workflows, and repair those that can be repaired safely.

PATHS are files, folders (searched for .github/workflows and actions) or - for standard input; without any, the
workflows of this repository. Exit codes: 0 clean, 1 findings, 2 something to repair first.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from holdfast.cli.options import argument, color_option, exit_zero_option, option
from holdfast.errors import Exit, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.finding import Finding
    from holdfast.lint.run import Outcome, SettingsOf

_FORMATS = ("text", "json", "jsonl", "sarif", "github", "junit", "markdown")
_SEVERITIES = ("error", "warning", "notice")


@dataclass(frozen=True)
class Options:
    paths: tuple[str, ...] = argument((), help="Files, folders, or - for standard input.", metavar="PATHS")
    stdin_filename: str | None = option(
        None, "--stdin-filename", help="The name of the file on standard input.", metavar="NAME"
    )
    files_from: str | None = option(
        None,
        "--files-from",
        help="Read more paths from FILE, one a line; - for standard input.",
        metavar="FILE",
    )
    output_format: str = option("text", "--output-format", help="What to print.", choices=_FORMATS)
    output: tuple[str, ...] = option(
        (), "--output", help="Also write a report to FILE; repeatable.", metavar="FORMAT=FILE"
    )
    select: tuple[str, ...] = option((), "--select", help="Only these rules or groups.", metavar="NAME")
    ignore: tuple[str, ...] = option((), "--ignore", help="Not these rules or groups.", metavar="NAME")
    severity: str = option(
        "notice", "--severity", help="Report findings from this severity on.", choices=_SEVERITIES
    )
    fail_on: str | None = option(
        None,
        "--fail-on",
        help="Exit with 1 from this severity on (default: warning).",
        choices=(*_SEVERITIES, "never"),
    )
    target: tuple[str, ...] = option(
        (),
        "--target",
        help="Where the workflows run; repeatable.",
        choices=("github", "ghes", "act", "hooks"),
    )
    fix: bool = option(False, "--fix", help="Apply the safe fixes.")
    unsafe_fixes: bool = option(False, "--unsafe-fixes", help="Apply the others as well.")
    diff: bool = option(False, "--diff", help="Show what --fix would change, and change nothing.")
    statistics: bool = option(False, "--statistics", help="Count the findings of each rule.")
    shellcheck: str = option(
        "auto",
        "--shellcheck",
        help="Check scripts by shellcheck where it is installed.",
        choices=("auto", "off"),
    )
    no_config: bool = option(False, "--no-config", help="Read no settings of the repository.")
    no_cache: bool = option(False, "--no-cache", help="Neither read nor keep answers of earlier runs.")
    jobs: int = option(0, "--jobs", "-j", help="Processes (default: one a core).", metavar="N", kind=int)
    exit_zero: bool = exit_zero_option()
    color: str = color_option()


def run(options: Options) -> int:
    import gc

    gc.disable()  # a short life with little garbage: a tenth of the time of one file
    from holdfast.lint.run import SettingsOf

    outputs = tuple(_output(word) for word in options.output)
    settings_of = SettingsOf(_override(options), read_config=not options.no_config)
    paths, given = _inputs(options)
    fixed: tuple[Finding, ...] = ()
    if options.fix or options.unsafe_fixes or options.diff:
        from holdfast.lint.fix_files import fix_files

        fixed, changed = fix_files(paths, given, settings_of, options.unsafe_fixes, options.diff)
        if options.diff:
            return Exit.FINDINGS if changed and not options.exit_zero else Exit.CLEAN
    outcome = _lint(options, paths, given, settings_of)
    shown = _shown(outcome.findings, options.severity)
    _print(options, outcome, shown, fixed)
    for format_, file in outputs:
        _write(file, _rendered(format_, outcome, shown, False))
    return _exit(options, outcome, settings_of)


def _lint(
    options: Options, paths: tuple[str, ...], given: Sequence[tuple[str, bytes]], settings_of: SettingsOf
) -> Outcome:
    from holdfast.lint.cache import folder
    from holdfast.lint.run import run as lint

    return lint(paths, settings_of, None if options.no_cache else folder(), options.jobs, given)


def _inputs(options: Options) -> tuple[tuple[str, ...], tuple[tuple[str, bytes], ...]]:
    """The files to read, and the text on standard input with its name."""
    from holdfast.lint.discover import DEFAULT, files

    words = list(options.paths)
    given: tuple[tuple[str, bytes], ...] = ()
    if "-" in words:
        if options.files_from == "-":
            raise UserError("standard input cannot be both a file and a list", "name one of them otherwise")
        words.remove("-")
        given = ((options.stdin_filename or "stdin.yml", sys.stdin.buffer.read()),)
    if options.files_from:
        words += _listed(options.files_from)
    elif not words and not given:
        if not os.path.isdir(DEFAULT):  # noqa: PTH112  (pathlib costs this command 2 ms)
            raise UserError(f"there is no folder {DEFAULT} here", "name files or folders")
        words = ["."]
    return files(words), given


def _listed(name: str) -> list[str]:
    try:
        if name == "-":
            text = sys.stdin.read()
        else:
            with open(name, encoding="utf-8") as file:  # noqa: PTH123
                text = file.read()
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read the list {name}: {error}", "name a file of paths, one a line") from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _override(options: Options) -> dict[str, object]:
    from holdfast.lint.config import check_names

    names = {key: frozenset(_split(getattr(options, key))) for key in ("select", "ignore")}
    check_names(names["select"] | names["ignore"], "the command line")
    override: dict[str, object] = {key: value for key, value in names.items() if value}
    if options.target:
        override["targets"] = frozenset(options.target)
    if options.shellcheck == "auto":
        from holdfast.lint.shellcheck import installed

        override["shellcheck"] = installed()
    return override


def _split(words: tuple[str, ...]) -> list[str]:
    return [name for word in words for name in word.split(",") if name]


def _output(word: str) -> tuple[str, str]:
    format_, _, file = word.partition("=")
    if format_ not in _FORMATS or not file:
        raise UserError(
            f'"{word}" is not an output', f"write FORMAT=FILE, FORMAT one of {', '.join(_FORMATS)}"
        )
    return format_, file


def _shown(findings: tuple[Finding, ...], severity: str) -> tuple[Finding, ...]:
    if severity == "notice":
        return findings
    most = _SEVERITIES.index(severity)
    return tuple(finding for finding in findings if finding.severity.rank <= most)


def _print(
    options: Options, outcome: Outcome, shown: tuple[Finding, ...], fixed: tuple[Finding, ...]
) -> None:
    from holdfast.cli.screen import coloured

    if options.statistics and options.output_format == "text":
        sys.stdout.write(_statistics(shown, len(outcome.files)))
    else:
        sys.stdout.write(
            _rendered(options.output_format, outcome, shown, coloured(options.color, sys.stdout))
        )
    if fixed and options.output_format == "text":
        print(f"{len(fixed)} fixed")
    if outcome.trouble:
        print(f"holdfast: {outcome.trouble}", file=sys.stderr)
    for problem in outcome.unreadable:
        print(f"holdfast: cannot read {problem}", file=sys.stderr)
    for crash in outcome.crashes:
        print(f"holdfast: this is a bug in holdfast, found in {crash}", file=sys.stderr)


def _rendered(format_: str, outcome: Outcome, shown: tuple[Finding, ...], colour: bool) -> str:
    from holdfast.report import Report, render

    texts: dict[str, str] = {}
    if format_ == "text":
        named = {finding.place.file for finding in shown}
        texts = {file.path: file.text for file in outcome.files if file.path in named}
    return render(Report(shown, len(outcome.files), texts, colour), format_)


def _statistics(findings: tuple[Finding, ...], files: int) -> str:
    from holdfast.report.text import summary

    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = (finding.rule, finding.severity.value)
        counts[key] = counts.get(key, 0) + 1
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = [f"{count:>6}  {severity:<8} {rule}" for (rule, severity), count in rows]
    return "\n".join([*lines, summary(findings, files), ""])


def _write(file: str, text: str) -> None:
    try:
        with open(file, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123
            stream.write(text)
    except OSError as error:
        raise UserError(f"cannot write {file}: {error.strerror or error}", "name another file") from None


def _exit(options: Options, outcome: Outcome, settings_of: SettingsOf) -> int:
    if outcome.crashes:
        return Exit.BUG
    if outcome.unreadable:
        return Exit.USER
    fail_on = options.fail_on or settings_of.fail_on or "warning"
    if options.exit_zero or fail_on == "never":
        return Exit.CLEAN
    most = _SEVERITIES.index(fail_on)
    return Exit.FINDINGS if any(one.severity.rank <= most for one in outcome.findings) else Exit.CLEAN
