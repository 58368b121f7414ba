"""The whole program in Typer: what `--help` shows, and what answers a wrong command line."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import Field, fields
from enum import Enum
from types import ModuleType
from typing import Annotated, Any

import typer

from holdfast import __version__
from holdfast.cli.commands import COMMANDS, load
from holdfast.cli.options import declared, is_required

WIDTH = 100
SUMMARY = "Write, check and repair GitHub Actions workflows whose jobs need Redis."

# What a command line asks for; run outside Typer, whose own handlers would swallow an interrupt.
Call = Callable[[], int]


def understand(words: Sequence[str]) -> Call | int:
    """The call that `words` ask for, or the exit code if Typer has already answered (help, usage)."""
    calls: list[Call] = []
    try:
        build(calls.append)(list(words), prog_name="holdfast")
    except SystemExit as end:
        if not calls:
            return end.code if isinstance(end.code, int) else 0
    return calls[0]


def build(chosen: Callable[[Call], None]) -> typer.Typer:
    """The Typer application with every command of the folder; `chosen` gets the call that was asked for."""
    app = typer.Typer(
        name="holdfast",
        help=SUMMARY,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={
            "terminal_width": WIDTH,
            "max_content_width": WIDTH,
            "help_option_names": ["-h", "--help"],
        },
    )
    app.callback()(_root)
    for name in COMMANDS:
        module = load(name)
        app.command(name, help=inspect.cleandoc(module.__doc__ or ""))(_function(module, chosen))
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"holdfast {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", help="Print the version and exit.", is_eager=True, callback=_version),
    ] = False,
) -> None:
    """Options of the program itself."""


def _function(module: ModuleType, chosen: Callable[[Call], None]) -> Callable[..., None]:
    """A function with the signature that Typer reads, made from the options of a command."""

    def command(**values: Any) -> None:
        options = module.Options(**{name: _plain(value) for name, value in values.items()})
        chosen(lambda: int(module.run(options)))

    signature = inspect.Signature([_parameter(of) for of in fields(module.Options)])
    command.__signature__ = signature  # type: ignore[attr-defined]  # what inspect.signature answers with
    return command


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return tuple(_plain(item) for item in value)
    return value


def _parameter(of: Field[Any]) -> inspect.Parameter:
    wanted = declared(of)
    settings: dict[str, Any] = {"help": wanted.help, "show_default": _shows_default(of)}
    if wanted.metavar:
        settings["metavar"] = wanted.metavar
    made = typer.Option(*wanted.names, **settings) if wanted.names else typer.Argument(**settings)
    return inspect.Parameter(
        of.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if is_required(of) else _default(of),
        annotation=Annotated[_type(of), made],
    )


def _type(of: Field[Any]) -> Any:
    wanted = declared(of)
    if isinstance(of.default, bool):
        return bool
    kind: Any = Enum("Choice", {word: word for word in wanted.choices}) if wanted.choices else wanted.kind
    if isinstance(of.default, tuple):
        return list[kind]
    return kind | None if of.default is None else kind


def _default(of: Field[Any]) -> Any:
    return list(of.default) if isinstance(of.default, tuple) else of.default


def _shows_default(of: Field[Any]) -> bool:
    return not (is_required(of) or isinstance(of.default, bool) or of.default in (None, (), ""))
