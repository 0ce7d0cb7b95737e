"""What is known of a router?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from jipkit import completion
from jipkit.backups import Backup
from jipkit.language import N_, _
from jipkit.model import Router
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.readings import version_of
from jipkit.report import Report, Row
from jipkit.store import Abilities
from playbooks._facts import LABELS, ability_rows, columns, dump, fields, router_facts
from playbooks._sessions import ask_one
from playbooks._status import local
from tasks.probe import probe_router

FIELDS = ("office", "platform", "version", "role", "loopback", "management", "asset", "state")


def router(
    project: Project,
    name: Annotated[str, typer.Argument(help=N_("Name of the router."), autocompletion=completion.routers)],
    *,
    probe: Annotated[bool, typer.Option("--probe", help=N_("Ask the router itself what it can do."))] = False,
) -> Report:
    """Show a router: its platform, addresses, LANs and links, last backup, and what makes a change safe.

    Example:
        jip show router core-1
    """
    network = project.network
    found = network.router(name)
    abilities = _asked(project, found) if probe else _remembered(project, found)
    facts = project.platforms.get(found.platform)
    backup = project.backups.latest(found.key)
    rows = [
        *fields(network, found, FIELDS),
        *router_facts(network, found),
        *ability_rows(facts, abilities),
        *_backup_rows(project, backup, facts),
    ]
    return Report(
        name="show router",
        ok=True,
        title=f"{found.key}: {network.office_of(found.key).name}",
        columns=columns(),
        rows=rows,
        notes=[] if abilities or facts is None else [_unasked(project, found)],
        data={
            "router": dump(found)[0],
            "links": dump(*network.links_of(found.key)),
            "abilities": _dumped(abilities),
            "backup": _dumped_backup(backup, facts),
        },
    )


def _version_in(backup: Backup, facts: PlatformFacts | None) -> str | None:
    return version_of(backup.text, facts) if facts else None


def _backup_rows(project: Project, backup: Backup | None, facts: PlatformFacts | None) -> Iterator[Row]:
    """Yield when the router's configuration was last kept, and the version of its software then."""
    if backup is None:
        return
    when, version = local(project.network, backup.when), _version_in(backup, facts)
    words = _("{when}, software {version}") if version else _("{when}, software not named")
    place = str(project.backups.folder.relative_to(project.root))
    values = {"field": "backup", "value": backup.when.isoformat(timespec="seconds"), "place": place}
    yield Row(values, shown={"field": _(LABELS["backup"]), "value": words.format(when=when, version=version)})


def _dumped_backup(backup: Backup | None, facts: PlatformFacts | None) -> dict[str, object] | None:
    if backup is None:
        return None
    return {
        "when": backup.when.isoformat(timespec="seconds"),
        "commit": backup.commit[:12],
        "version": _version_in(backup, facts),
    }


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
