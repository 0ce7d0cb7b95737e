"""What is known of an office?"""

from __future__ import annotations

from typing import Annotated

import typer

from jipkit import completion
from jipkit.language import N_
from jipkit.model import Source
from jipkit.project import Project
from jipkit.report import Report
from playbooks._facts import columns, dump, fact, fields, router_facts, router_line

FIELDS = ("name", "kind", "code", "kecamatan", "services", "service_hours", "contact", "state")


def office(
    project: Project,
    name: Annotated[str, typer.Argument(help=N_("Name of the office."), autocompletion=completion.offices)],
) -> Report:
    """Show an office: its services, routers, LANs and links, and whom to call.

    Example:
        jip show office kec-pampangan
    """
    network = project.network
    found = network.office(name)
    routers = network.routers_of(found.key)
    links = {link.key: link for router in routers for link in network.links_of(router.key)}
    rows = list(fields(network, found, FIELDS))
    for router in routers:
        rows.append(fact(network, Source("router", router.key), "router", router_line(router)))
        rows += router_facts(network, router)
    data = {"office": dump(found)[0], "routers": dump(*routers), "links": dump(*links.values())}
    return Report(
        name="show office", ok=True, title=f"{found.key}: {found.name}", columns=columns(), rows=rows, data=data
    )
