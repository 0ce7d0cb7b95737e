"""How is a factory-fresh router first reached?"""

from __future__ import annotations

from typing import Annotated

import typer

from jipkit import completion
from jipkit.errors import SelectionError
from jipkit.language import N_, _
from jipkit.model import Medium, Router, State
from jipkit.project import Project
from jipkit.report import Report, Text
from jipkit.view_types import UplinkView
from jipkit.views import router_view


def bootstrap(
    project: Project,
    router: Annotated[str, typer.Argument(help=N_("The factory-fresh router."), autocompletion=completion.routers)],
) -> Report:
    """Print the few lines to paste into a factory-fresh router, so that it can be reached through its uplink.

    No secret is in them.

    Example:
        jip bootstrap pkm-celikah
    """
    box = project.network.router(router)
    rendered = project.bootstrap(router)
    view = router_view(project.network, router, project.facts(box))
    if view.uplink is None:
        raise SelectionError(f"{router}: no link leads to a router in service; plan one in inventory/links.yaml")
    if view.uplink.link.medium == Medium.VPN and project.lab is None:
        raise SelectionError(
            f"{router}: its uplink {view.uplink.link.key} is a tunnel, whose keys are secrets that no bootstrap may "
            "hold; configure this router before it leaves for its office"
        )
    return Report(
        name="bootstrap",
        ok=True,
        texts=[Text(_("Paste into {router}:").format(router=router), rendered.text, kind="config")],
        notes=_notes(box, view.uplink, project.command),
        data={"router": router, "interface": view.uplink.interface, "address": view.uplink.host},
    )


def _notes(router: Router, uplink: UplinkView, jip: str) -> list[str]:
    far = f"{uplink.link.peer}:{uplink.link.peer_interface}"
    notes = [
        _("Connect {interface} to {far} ({link}); {router} is then reached at {address}.").format(
            interface=uplink.interface, far=far, link=uplink.link.key, router=router.key, address=uplink.host
        )
    ]
    if router.state is State.PLANNED:
        notes.append(
            _(
                "Next: {jip} provision {office} --commit opens the near end first, then configures {router}; "
                "{jip} trust {router} pins its key as soon as it answers. Afterwards it is reached at {address}."
            ).format(jip=jip, office=router.office, router=router.key, address=router.address)
        )
    else:
        notes.append(
            _("{router} is in service: these lines are for a box that replaces it. Next: {jip} trust {router}").format(
                jip=jip, router=router.key
            )
        )
    return notes
