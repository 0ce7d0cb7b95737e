"""The command ``jip``: playbooks as commands, reports as tables or JSON, failures as one line."""

from __future__ import annotations

import inspect
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from jipkit import completion
from jipkit.errors import InventoryError, JipError, ProjectError, RouterError
from jipkit.language import LANGUAGES, N_, PSEUDO, _, use_language
from jipkit.options import arguments_of, options_of
from jipkit.playbook import Advance, Group, Playbook, ask_people_with, discover, show_progress_with
from jipkit.printable import escaped
from jipkit.report import Report
from jipkit.rooms import shipped
from jipkit.usage import Context, in_language, paragraphs, show_usage_error, summary

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the options before the command's name say."""

    path: Path | None = None
    lab: str | None = None


# ------------------------------------------------------------------ commands


class LazyCommand(TyperCommand):
    """A command of which only name and help are known until it runs: importing all of them takes a second.

    ``face`` builds one that only knows its options, for the shell to complete them.
    """

    def __init__(
        self,
        name: str,
        text: str,
        build: Callable[[], TyperCommand],
        face: Callable[[], TyperCommand] | None = None,
    ) -> None:
        super().__init__(name, help=paragraphs(text), short_help=summary(text), rich_markup_mode=None)
        self._build, self._face = build, face or build

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        build = self._face if kwargs.get("resilient_parsing") else self._build
        return build().make_context(*args, **kwargs)


class LazyGroup(TyperGroup):
    """A folder of playbooks."""

    context_class = Context

    def __init__(self, group: Group) -> None:
        members = {p.name: _lazy(p) for p in group.playbooks}
        super().__init__(
            name=group.name,
            help=paragraphs(group.help),
            short_help=summary(group.help),
            commands=dict(members),
            no_args_is_help=True,
            rich_markup_mode=None,
        )


class Jip(TyperGroup):
    """The engine's own commands, and those that the project's playbooks add."""

    context_class = Context

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super(Jip, in_language(self)).format_help(ctx, formatter)

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({*super().list_commands(ctx), *_own_commands(), *discover(_rooms(ctx))})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        own = _own_commands().get(cmd_name)
        if own is not None:
            return own
        found = discover(_rooms(ctx)).get(cmd_name)
        if isinstance(found, Group):
            return LazyGroup(found)
        return _lazy(found) if found else super().get_command(ctx, cmd_name)


def _rooms(ctx: Any) -> Path:
    """Return where the playbooks lie: the project's, else those shipped with the engine, to show what there is."""
    from jipkit.places import find_root  # noqa: PLC0415 - keeps `jip --help` light

    try:
        return find_root(ctx.params.get("path"))
    except ProjectError:
        return shipped()


def _lazy(playbook: Playbook) -> LazyCommand:
    return LazyCommand(
        playbook.name,
        playbook.help,
        lambda: playbook_command(playbook, playbook.load()),
        lambda: playbook_command(playbook, playbook.face()),
    )


def playbook_command(playbook: Playbook, function: Callable[..., Report]) -> TyperCommand:
    """Return the command that runs ``playbook``'s ``function``: its own options, and ``--json``."""
    return _as_command(playbook.name, playbook.help, playbook.example, _runner(function))


def _as_command(name: str, text: str, example: str, function: Callable[..., None]) -> TyperCommand:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    epilog = "{} {}".format(_("Example:"), example) if example else None
    app.command(name, help=text, epilog=epilog)(function)
    command = in_language(typer.main.get_command(app))
    assert isinstance(command, TyperCommand)  # noqa: S101 - an app of one command is that command
    return command


JsonOption = Annotated[bool, typer.Option("--json", help=N_("Print JSON for programs instead of tables."))]


def _runner(function: Callable[..., Report]) -> Callable[..., None]:
    signature = inspect.signature(function, eval_str=True)
    asked = [p for name, p in signature.parameters.items() if name != "project"]

    @wraps(function)
    def run(ctx: typer.Context, **values: Any) -> None:
        as_json = values.pop("as_json")
        settings = ctx.find_root().obj or Settings()
        from jipkit.console import finish  # noqa: PLC0415 - keeps `jip --help` light

        with failures_as_json(as_json), _progress_on_stderr(), _questions_at_terminal(as_json):
            report = function(open_project(settings), **arguments_of(asked, values))
        finish(report, as_json=as_json)

    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    json_flag = inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JsonOption)
    options = options_of(asked)
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[context, *options, json_flag], return_annotation=None
    )
    run.__annotations__ = {p.name: p.annotation for p in (context, *options, json_flag)}
    del run.__wrapped__
    return run


def open_project(settings: Settings) -> Any:
    """Return the project, inside its twin's network when one is named.

    Raises:
        ProjectError: there is no project.
        LabError: no such twin is running.
    """
    from jipkit.project import Project  # noqa: PLC0415 - keeps `jip --help` light

    project = Project.find(settings.path, settings.lab)
    if settings.lab is not None:
        from jipkit import lab  # noqa: PLC0415 - only a twin needs it

        lab.enter(settings.lab, project.var)
        print(_("Twin {name}: not the district.").format(name=settings.lab), file=sys.stderr)  # noqa: T201
    return project


def _own_commands() -> dict[str, Any]:
    """Return the commands that need no project."""
    return {
        "init": LazyCommand("init", N_("Lay out a new project in a folder."), _init_command),
        "lab": LazyLab(),
        "trust": LazyCommand("trust", N_("Pin the SSH host key of a router after showing it."), _trust_command),
    }


def _init_command() -> TyperCommand:
    from jipkit.commands import init  # noqa: PLC0415 - keeps `jip --help` light

    return _as_command("init", N_("Lay out a new project in a folder."), "jip init okikab", init)


def _trust_command() -> TyperCommand:
    from jipkit.commands import trust  # noqa: PLC0415 - keeps `jip --help` light

    return _as_command("trust", N_("Pin the SSH host key of a router after showing it."), "jip trust core-1", trust)


class LazyLab(TyperGroup):
    """``jip lab``, imported when it is used."""

    def __init__(self) -> None:
        super().__init__(
            name="lab", help=_("A twin of the network on real routers in namespaces."), rich_markup_mode=None
        )

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        from jipkit.lab.commands import app  # noqa: PLC0415 - keeps `jip --help` light

        return in_language(typer.main.get_command(app)).make_context(*args, **kwargs)


# ------------------------------------------------------------------ output


@contextmanager
def failures_as_json(as_json: bool) -> Iterator[None]:
    """Print an expected failure of the block as JSON too, where JSON was asked for."""
    try:
        yield
    except JipError as error:
        if as_json:
            print(json.dumps({"ok": False, "error": _as_json(error)}, indent=2, ensure_ascii=False))  # noqa: T201
        raise


def _as_json(error: JipError) -> dict[str, Any]:
    answer: dict[str, Any] = {"type": type(error).__name__, "message": str(error)}
    if isinstance(error, InventoryError):
        from jipkit.faults import Fault  # noqa: PLC0415 - keeps `jip --help` light

        answer["faults"] = [fault.as_json() for fault in error.faults if isinstance(fault, Fault)]
    elif isinstance(error, RouterError):
        answer["router"] = error.router
    return answer


@contextmanager
def _progress_on_stderr() -> Iterator[None]:
    if not sys.stderr.isatty():
        yield
        return
    show_progress_with(_rich_progress)
    try:
        yield
    finally:
        show_progress_with(None)


@contextmanager
def _questions_at_terminal(as_json: bool) -> Iterator[None]:
    """Let the block ask whoever sits at the terminal, where somebody does and wants no answer for a program."""
    if as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        yield
        return
    ask_people_with(_confirmed)
    try:
        yield
    finally:
        ask_people_with(None)


def _confirmed(question: str) -> bool:
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        return False


@contextmanager
def _rich_progress(total: int, label: str) -> Iterator[Advance]:
    from rich.console import Console  # noqa: PLC0415 - only at a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda n=1: bar.advance(task, n)


# ------------------------------------------------------------------ the command itself

COMPLETING = "_JIP_COMPLETE"
"""Set by a shell that asks what could come next."""

app = typer.Typer(cls=Jip, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


def _show_version(value: bool) -> None:
    if value:
        from jipkit import __version__  # noqa: PLC0415 - metadata is read only when asked for

        typer.echo(f"jip {__version__}")
        raise typer.Exit


def _choose_language(value: str | None) -> None:
    if value is None:
        return
    if value not in (*LANGUAGES, PSEUDO):
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(LANGUAGES)}")
    use_language(value)


@app.callback(help=N_("Keep, provision, watch and audit the routers and links of a government intranet."))
def _main(  # noqa: PLR0917 - typer passes the options by name
    ctx: typer.Context,
    path: Annotated[
        Path | None,
        typer.Option("-C", metavar="DIR", help=N_("Work on the project in this folder."), is_eager=True),
    ] = None,
    lab: Annotated[
        str | None,
        typer.Option(
            "--lab",
            metavar="NAME",
            help=N_("Run against this running twin, not the district."),
            autocompletion=completion.labs,
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--lang", metavar="id|en", callback=_choose_language, is_eager=True, help=N_("Language of the answer.")
        ),
    ] = None,
    verbose: Annotated[
        int, typer.Option("-v", count=True, show_default=False, help=N_("Log to stderr; twice for more."))
    ] = 0,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=N_("Print the version."))
    ] = False,
) -> None:
    """Keep what the options before a command's name say."""
    del language, version
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s")
    ctx.obj = Settings(path=path, lab=lab)


def main() -> None:
    """Run ``jip``; an expected failure is one line on stderr, a traceback is a fault of jip."""
    try:
        sys.exit(app(prog_name="jip", standalone_mode=False))
    except typer.TyperException as error:
        show_usage_error(error)
        sys.exit(error.exit_code)
    except typer.Abort:
        print(_("Aborted."), file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except JipError as error:
        if COMPLETING in os.environ:
            sys.exit(0)  # who presses Tab is in the middle of a line
        for line in str(error).splitlines():
            print(f"jip: {escaped(line)}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("jip: interrupted", file=sys.stderr)  # noqa: T201
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
