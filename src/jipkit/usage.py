"""What Typer itself prints, help pages and usage errors, in the chosen language.

Typer's vendored Click says some sentences through gettext's default domain and writes others into its code. The
first are led to our catalogues here; of the second those that people meet are said anew, in `Context` and
`show_usage_error`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import Any

import typer
import typer.core

from jipkit.language import N_, _

SENTENCES = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("default: {default}"),
    N_("required"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
"""Typer's own words that pages of jip show: those it gives to gettext, and the help of the options it adds."""

vars(typer.core)["_"] = _  # gettext knows one default domain per process, and reads its language but once

_Formatter: Any = typer.Context.formatter_class  # Typer gives it no public name


class Formatter(_Formatter):  # type: ignore[misc] # its base is only known when the program runs
    """Writes a help page."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _("Usage:") + " ")


class Context(typer.Context):
    """A command on its way to run; its pages are in the chosen language."""

    formatter_class = Formatter

    def make_formatter(self) -> Any:
        option = self.command.get_help_option(self)
        if option is not None:
            option.help = _("Show this message and exit.")
        return super().make_formatter()


def in_language(command: Any) -> Any:
    """Return ``command``, as Typer made it, with all that its pages say in the chosen language."""
    command.short_help = summary(command.short_help or command.help)
    command.help = paragraphs(command.help)
    command.context_class = Context
    for parameter in command.params:
        if parameter.help:
            parameter.help = _(parameter.help)
    for inner in getattr(command, "commands", {}).values():
        in_language(inner)
    return command


def summary(text: str | None) -> str:
    """Return the first paragraph of a help text in the chosen language."""
    return _((text or "").split("\n\n")[0])


def paragraphs(text: str | None) -> str:
    """Return a help text in the chosen language; each of its paragraphs is a message of its own."""
    return "\n\n".join(map(_, (text or "").split("\n\n")))


# ------------------------------------------------------------------ usage errors


def show_usage_error(error: typer.TyperException) -> None:
    """Print on stderr what is wrong with a command line, and how to learn what would be right."""
    context = getattr(error, "ctx", None)
    if context is not None and error.message.startswith(context.get_usage()):
        say = [error.message]  # a group without a command shows its help
    else:
        say = [*_usage(context), _("Error: {what}").format(what=_what(error))]
    print("\n".join(say), file=sys.stderr)  # noqa: T201 - a face of jip


def _usage(context: Any) -> list[str]:
    if context is None:
        return []
    command = f"{context.command_path} {context.help_option_names[0]}"
    return [context.get_usage(), _("Try '{command}' for help.").format(command=command), ""]


def _what(error: typer.TyperException) -> str:
    """Return what is wrong; Typer names none of these classes in public, so what they hold tells them apart."""
    if isinstance(error, typer.BadParameter):
        return _bad_parameter(error)
    if hasattr(error, "possibilities"):
        return _no_such_option(str(vars(error)["option_name"]), error.possibilities or ())
    return error.format_message()


def _no_such_option(option: str, alike: Collection[str]) -> str:
    if not alike:
        return _("No such option: {option}").format(option=option)
    return _("No such option: {option}; did you mean {alike}?").format(option=option, alike=", ".join(sorted(alike)))


def _bad_parameter(error: typer.BadParameter) -> str:
    name = error.param_hint or (error.param.get_error_hint() if error.param is not None else "")
    shown = name if isinstance(name, str) else " / ".join(map(repr, name))
    if error.message:
        why = error.message.removeprefix("Value error, ")  # how pydantic, which Typer asks, begins
        return _("Invalid value for {name}: {why}").format(name=shown, why=why)
    missing = {"argument": N_("Missing argument {name}."), "option": N_("Missing option {name}.")}
    what = error.param.param_type_name if error.param is not None else "option"
    return _(missing[what]).format(name=shown)
