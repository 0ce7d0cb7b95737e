"""What is there?"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from jipkit.errors import SelectionError
from jipkit.language import N_, _
from jipkit.model import Link, Network, Office, Router, State
from jipkit.project import Project
from jipkit.report import Column, Mood, Report, Row
from playbooks._selection import UNFILTERED, Filters

MOODS: dict[State, Mood] = {State.ACTIVE: "plain", State.PLANNED: "info", State.RETIRED: "unknown"}


class Nouns(StrEnum):
    """What can be listed."""

    OFFICES = "offices"
    ROUTERS = "routers"
    LINKS = "links"


def list(  # noqa: A001 - a playbook's function has its command's name
    project: Project,
    what: Annotated[Nouns, typer.Argument(help=N_("offices, routers or links."))],
    filters: Filters = UNFILTERED,
    *,
    state: Annotated[State | None, typer.Option(help=N_("Only what is planned, active or retired."))] = None,
) -> Report:
    """List offices, routers or links.

    Example:
        jip list links --where link.medium=vsat
    """
    network = project.network
    found = filters.chosen_from(network, retired=state is State.RETIRED)
    things: Sequence[Office | Router | Link] = getattr(found, what)
    rows = [_row(network, thing) for thing in things if state in (None, thing.state)]
    if not rows:
        raise SelectionError(f"no {what} are left; loosen a filter")
    return Report(name="list", ok=True, columns=_columns(what), rows=rows, notes=[_count(len(rows), what)])


def _count(number: int, what: Nouns) -> str:
    words = {
        Nouns.OFFICES: N_("{number} offices"),
        Nouns.ROUTERS: N_("{number} routers"),
        Nouns.LINKS: N_("{number} links"),
    }
    return _(words[what]).format(number=number)


def _columns(what: Nouns) -> Sequence[Column]:
    headings = {
        Nouns.OFFICES: {
            "office": _("Office"),
            "name": _("Name"),
            "kind": _("Kind"),
            "kecamatan": _("Kecamatan"),
            "code": _("Code"),
        },
        Nouns.ROUTERS: {
            "router": _("Router"),
            "office": _("Office"),
            "platform": _("Platform"),
            "version": _("Version"),
            "role": _("Role"),
            "address": _("Address"),
        },
        Nouns.LINKS: {
            "link": _("Link"),
            "a": _("End a"),
            "b": _("End b"),
            "medium": _("Medium"),
            "provider": _("Provider"),
            "circuit": _("Circuit"),
            "capacity_mbps": _("Mbps"),
            "prefix": _("Prefix"),
        },
    }
    return [Column(key, heading) for key, heading in {**headings[what], "state": _("State")}.items()]


def _row(network: Network, thing: Office | Router | Link) -> Row:
    values = thing.model_dump(mode="json")
    values[thing.noun] = values.pop("key")
    if isinstance(thing, Router):
        values["address"] = str(thing.address)
    if isinstance(thing, Link):
        values |= {
            name: f"{end.router}:{network.shown(end.router, end.interface)}"
            if end.router and end.interface
            else f"{end}"
            for name, end in zip("ab", thing.ends, strict=True)
        }
    return Row(values, mood=MOODS[thing.state])
