"""``jip lab``: build a twin, look into it, break it, take it away."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from jipkit import completion
from jipkit.cli import failures_as_json
from jipkit.console import finish
from jipkit.errors import LabError, SelectionError
from jipkit.lab import build, state
from jipkit.lab.handle import Lab, stop
from jipkit.lab.listing import all_labs, facts_of, images_of, inside
from jipkit.lab.waiting import silent_routers
from jipkit.language import N_, _, number
from jipkit.model import Network, State
from jipkit.project import Project
from jipkit.provisioning import address_of
from jipkit.report import Report
from jipkit.selection import select

app = typer.Typer(
    name="lab",
    help=N_("A twin of the network on real routers in namespaces."),
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

WAIT_SECONDS = 120.0
DEFAULT_NAME = "twin"

_ANYTHING_AFTER = {"ignore_unknown_options": True, "allow_interspersed_args": False}

Name = Annotated[str, typer.Argument(help=N_("Name of the lab."), autocompletion=completion.labs)]
Box = Annotated[str, typer.Argument(help=N_("A router, a host (ROUTER.LAN), or `controller`."))]
OfficesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--office",
        "-o",
        metavar="NAME",
        help=N_("Only this office; may be repeated."),
        autocompletion=completion.offices,
    ),
]
RoutersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--router",
        "-r",
        metavar="NAME",
        help=N_("Only this router; may be repeated."),
        autocompletion=completion.routers,
    ),
]
AllOption = Annotated[bool, typer.Option("--all", help=N_("The whole network."))]
JsonOption = Annotated[bool, typer.Option("--json", help=N_("Print JSON for programs instead of tables."))]
Command = Annotated[list[str] | None, typer.Argument(help=N_("What to run; a shell when left out."))]


@app.command(help=N_("Build a twin of some offices or routers, and what lies between them and the controller."))
def up(
    ctx: typer.Context,
    name: Name = DEFAULT_NAME,
    *,
    office: OfficesOption = None,
    router: RoutersOption = None,
    everything: AllOption = False,
    ttl: Annotated[float | None, typer.Option(min=1, help=N_("End by itself after so many seconds."))] = None,
    watch_pid: Annotated[int | None, typer.Option(min=1, help=N_("End when this process does."))] = None,
    wait: Annotated[bool, typer.Option(help=N_("Wait until every router answers SSH over the links."))] = True,
    as_json: JsonOption = False,
) -> None:
    """Build a lab."""
    with failures_as_json(as_json):
        project = _project(ctx, state.checked_name(name))
        chosen = _chosen(project.district, office, router, everything=everything)
        lab = _built(project, chosen, ttl_s=ttl, watch=watch_pid, wait=wait)
    if as_json:
        finish(Report(name="lab up", ok=True, data=facts_of(lab.state)), as_json=True)


def _built(project: Project, chosen: Collection[str], *, ttl_s: float | None, watch: int | None, wait: bool) -> Lab:
    """Return the lab, and tell on stderr how long it took."""
    started = time.monotonic()
    with _counting(_("booted")) as booted:
        lab = build.up(project, chosen, ttl_s=ttl_s, watch=watch, booted=booted)
    words = _("Lab {name}: {n} routers booted in {s} s.")
    _say(words.format(name=lab.name, n=len(lab.routers), s=number(time.monotonic() - started, 1)))
    if wait:
        _wait_for_all(lab, project.network)
        _say(_("Every router answers SSH after {s} s.").format(s=number(time.monotonic() - started, 1)))
    _say(_("Next: jip --lab {name} status; the end: jip lab down {name}").format(name=lab.name))
    return lab


@app.command(help=N_("Write a twin for other lab software: a topology, start-up configurations, and how to start it."))
def export(
    ctx: typer.Context,
    name: Name = DEFAULT_NAME,
    *,
    containerlab: Annotated[
        Path, typer.Option(metavar="DIR", help=N_("Write a topology for containerlab into this folder."))
    ],
    office: OfficesOption = None,
    router: RoutersOption = None,
    everything: AllOption = False,
    native: Annotated[
        bool, typer.Option("--native", help=N_("Each router on its own platform, not on FRRouting."))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Export a lab."""
    with failures_as_json(as_json):
        project = _project(ctx, state.checked_name(name))
        chosen = _chosen(project.district, office, router, everything=everything)
        written = build.export(project, chosen, containerlab, native=native)
    _say(_("{n} files in {folder}; START.md says how to start it.").format(n=len(written.files), folder=containerlab))
    if native or as_json:
        finish(images_of(written), as_json=as_json)


@app.command(help=N_("Take a lab away; nothing of it is left on the machine but its records in var/labs."))
def down(
    ctx: typer.Context,
    name: Name = DEFAULT_NAME,
    purge: Annotated[bool, typer.Option(help=N_("Remove its records in var/labs too."))] = False,
) -> None:
    """End a lab."""
    stop(name)
    if purge:
        build.remove_records(_project(ctx, name))


@app.command(help=N_("List the labs, or what is in one."))
def ls(
    name: Annotated[str | None, typer.Argument(help=N_("Name of the lab."), autocompletion=completion.labs)] = None,
    as_json: JsonOption = False,
) -> None:
    """List labs."""
    with failures_as_json(as_json):
        report = all_labs() if name is None else inside(Lab(name).state)
    finish(report, as_json=as_json)


@app.command(
    "exec", help=N_("Run a command on a router's console, out of band, as root."), context_settings=_ANYTHING_AFTER
)
def execute(name: Name, box: Box, command: Command = None) -> None:
    """Run a command in a router."""
    argv = Lab(name).console(box, command or ["bash"])
    os.execvp(argv[0], argv)  # noqa: S606 - the command takes this one's place, terminal and all


@app.command(help=N_("Log in to a router from the controller, over the links."), context_settings=_ANYTHING_AFTER)
def ssh(ctx: typer.Context, name: Name, router: Box, command: Command = None) -> None:
    """Log in to a router."""
    lab = Lab(name)
    network = _project(ctx, name).network
    address = address_of(network, network.router(router))
    options = ["IdentitiesOnly=yes", "StrictHostKeyChecking=yes", f"UserKnownHostsFile={lab.var / 'known_hosts'}"]
    argv = ["ssh", "-i", str(lab.var / build.KEY_FILE), *(word for o in options for word in ("-o", o))]
    argv = lab.console("controller", [*argv, f"{build.USER}@{address}", *(command or [])])
    os.execvp(argv[0], argv)  # noqa: S606 - the command takes this one's place, terminal and all


@app.command(
    help=N_(
        "Break something, or mend it. Links: cut, mend, loss, delay, miswire. "
        "Routers: freeze, thaw, power-off, power-on, power-cut, kill-daemon, freeze-daemon, thaw-daemon, "
        "kill-sshd, start-sshd, new-host-key, first-host-key."
    )
)
def fault(
    name: Name,
    kind: Annotated[str, typer.Argument(help=N_("What to do."))],
    target: Annotated[str, typer.Argument(help=N_("The link or router to do it to."))],
    other: Annotated[str | None, typer.Argument(help=N_("The daemon; for miswire the other link."))] = None,
    *,
    percent: Annotated[float, typer.Option(min=0, max=100, help=N_("loss: share of the frames."))] = 100,
    towards: Annotated[str | None, typer.Option(help=N_("loss: only what travels towards this router."))] = None,
    rtt_ms: Annotated[float, typer.Option(min=0, help=N_("delay: there and back."))] = 600,
    jitter_ms: Annotated[float, typer.Option(min=0, help=N_("delay: up to so much more."))] = 0,
) -> None:
    """Break something in a lab, or mend it."""
    lab = Lab(name)
    match kind:
        case "loss":
            lab.lose(target, percent, towards)
        case "delay":
            lab.delay(target, rtt_ms, jitter_ms)
        case "miswire" | "kill-daemon" | "freeze-daemon" | "thaw-daemon":
            if other is None:
                raise LabError(f"{kind} {target}: name the {'other link' if kind == 'miswire' else 'daemon'} too")
            _two_words(lab)[kind](target, other)
        case _:
            _one_word(lab, kind)(target)


def _one_word(lab: Lab, kind: str) -> Callable[[str], Any]:
    known: dict[str, Callable[[str], Any]] = {
        "cut": lab.cut,
        "mend": lab.mend,
        "freeze": lab.freeze,
        "thaw": lab.thaw,
        "power-off": lab.power_off,
        "power-on": lab.power_on,
        "power-cut": lab.power_cut,
        "kill-sshd": lab.kill_sshd,
        "start-sshd": lab.start_sshd,
        "new-host-key": lab.new_host_key,
        "first-host-key": lab.first_host_key,
    }
    try:
        return known[kind]
    except KeyError:
        raise LabError(f"no fault {kind!r}; `jip lab fault --help` names them") from None


def _two_words(lab: Lab) -> dict[str, Callable[[str, str], None]]:
    return {
        "miswire": lab.miswire,
        "kill-daemon": lab.kill_daemon,
        "freeze-daemon": lab.freeze_daemon,
        "thaw-daemon": lab.thaw_daemon,
    }


def _project(ctx: typer.Context, name: str) -> Project:
    settings = ctx.find_root().obj
    path: Path | None = getattr(settings, "path", None)
    return Project.find(path, name)


def _chosen(
    network: Network, office: Collection[str] | None, router: Collection[str] | None, *, everything: bool
) -> tuple[str, ...]:
    if not (office or router or everything):
        raise SelectionError("a twin of what? name --office or --router, or take --all")
    if everything:
        return tuple(key for key, one in network.routers.items() if one.state is not State.RETIRED)
    return tuple(one.key for one in select(network, office=office, router=router).routers)


def _wait_for_all(lab: Lab, network: Network) -> None:
    """Return when every router in service answers.

    Raises:
        LabError: some do not; the lab stays up, so that one can see why.
    """
    addresses = {key: str(one.address) for key, one in network.routers.items() if one.state is State.ACTIVE}
    with _counting(_("answer")) as answered:
        silent = silent_routers(lab.state.network(lab.state.controller), addresses, WAIT_SECONDS, answered)
    if silent:
        raise LabError(
            f"lab {lab.name} is up, but {len(silent)} routers do not answer SSH after {WAIT_SECONDS:.0f} s: "
            f"{', '.join(silent[:10])}; `jip lab exec {lab.name} {silent[0]} vtysh` looks inside"
        )


@contextmanager
def _counting(what: str) -> Iterator[Callable[[str], None]]:
    """Yield a function to call with each router that is done; a terminal shows the count."""
    done: list[str] = []

    def count(router: str) -> None:
        done.append(router)
        if sys.stderr.isatty():
            print(f"\r\033[K{len(done)} {what}: {router}", end="", file=sys.stderr, flush=True)  # noqa: T201

    try:
        yield count
    finally:
        if done and sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)  # noqa: T201


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - talk goes to stderr
