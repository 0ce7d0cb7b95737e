"""What is known of a router?"""

from __future__ import annotations

from typing import Annotated

import typer

from jipkit import completion
from jipkit.language import N_, _
from jipkit.model import Router
from jipkit.project import Project
from jipkit.report import Report
from jipkit.store import Abilities
from playbooks._facts import ability_rows, columns, dump, fields, router_facts
from playbooks._sessions import ask_one
from tasks.probe import probe_router

FIELDS = ("office", "platform", "version", "role", "loopback", "management", "asset", "state")


def router(
    project: Project,
    name: Annotated[str, typer.Argument(help=N_("Name of the router."), autocompletion=completion.routers)],
    *,
    probe: Annotated[bool, typer.Option("--probe", help=N_("Ask the router itself what it can do."))] = False,
) -> Report:
    """Show a router: its platform, addresses, LANs and links, and what it can do to make a change safe.

    Example:
        jip show router core-1
    """
    network = project.network
    found = network.router(name)
    abilities = _asked(project, found) if probe else _remembered(project, found)
    facts = project.platforms.get(found.platform)
    rows = [*fields(network, found, FIELDS), *router_facts(network, found), *ability_rows(facts, abilities)]
    return Report(
        name="show router",
        ok=True,
        title=f"{found.key}: {network.office_of(found.key).name}",
        columns=columns(),
        rows=rows,
        notes=[] if abilities or facts is None else [_unasked(project, found)],
        data={"router": dump(found)[0], "links": dump(*network.links_of(found.key)), "abilities": _dumped(abilities)},
    )


def _asked(project: Project, router: Router) -> Abilities:
    found: Abilities = ask_one(project, router, probe_router)
    project.store.record_abilities(found)
    return found


def _remembered(project: Project, router: Router) -> Abilities | None:
    return project.store.abilities(router.key) if project.has_records else None


def _unasked(project: Project, router: Router) -> str:
    return _(
        "What it can do is said of its platform; ask the router itself: {jip} show router {router} --probe"
    ).format(jip=project.command, router=router.key)


def _dumped(found: Abilities | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "seen": found.seen.isoformat(),
        "dry_run": found.dry_run,
        "device_timer": found.device_timer,
        "atomic_replace": found.atomic_replace,
        "notes": list(found.notes),
    }
