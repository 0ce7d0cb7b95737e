"""Trusting a router: its host key is shown first, and pinned only when somebody says that it is the right one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from jipkit.errors import IdentityError
from jipkit.hostkeys import HostKey, addresses_of
from jipkit.language import N_, _
from jipkit.project import Project
from jipkit.provisioning import address_of
from jipkit.report import Column, Mood, Report, Row
from jipkit.transport import fetch_host_key
from jipkit.transport.failures import changed_key, revoked_key

TIMEOUT_S = 10.0

State = Literal["trusted", "trusted already", "not trusted yet"]

_STATES: Mapping[State, tuple[str, Mood]] = {
    "trusted": (N_("trusted from now on"), "good"),
    "trusted already": (N_("trusted already"), "good"),
    "not trusted yet": (N_("not trusted yet"), "warn"),
}


def trust_router(project: Project, router: str, *, fingerprint: str | None = None, replace: bool = False) -> Report:
    """Report the host key that ``router`` shows now, and pin it when it has the ``fingerprint`` that is expected.

    Without ``fingerprint`` nothing is pinned, and the report is not ok: somebody has to compare first. What was
    trusted and by which key is in the journal.

    Raises:
        UnknownNameError: there is no such router.
        UnreachableError: it does not answer in SSH.
        IdentityError: it shows another key than expected, or than the pinned one and ``replace`` is not given, or a
            key that is revoked, or that another router is trusted by.
    """
    it = project.network.router(router)
    address = address_of(project.network, it)
    port = project.network.standards.access.port
    shown = fetch_host_key(address, port, TIMEOUT_S, router)
    pinned = project.hostkeys.pinned(router)
    if project.hostkeys.is_revoked(shown):
        raise revoked_key(router, shown, project.command)
    if twins := [other for other in project.hostkeys.sharing(router, shown) if other in project.network.routers]:
        raise IdentityError(
            router,
            f"shows {shown.fingerprint} ({shown.type}), by which {', '.join(twins)} is trusted already; is {address} "
            "the other router's address? If its key was copied with an image, make it a key of its own on its console",
        )
    if pinned is not None and pinned != shown and not replace:
        raise changed_key(router, pinned, shown, project.command)
    if fingerprint is not None and fingerprint.strip() != shown.fingerprint:
        raise IdentityError(
            router, f"shows {shown.fingerprint} ({shown.type}), not {fingerprint.strip()}; nothing was trusted"
        )
    if pinned == shown:
        return _report(router, str(address), shown, "trusted already")
    if fingerprint is None:
        command = f"{project.command} trust {router} --fingerprint {shown.fingerprint}" + (
            " --replace" if replace else ""
        )
        return _report(router, str(address), shown, "not trusted yet", command)
    _pin(project, router, port, shown, pinned)
    return _report(router, str(address), shown, "trusted")


def _pin(project: Project, router: str, port: int, shown: HostKey, before: HostKey | None) -> None:
    with project.store.start_run("trust", {"router": router}) as run:
        detail = {"fingerprint": shown.fingerprint, "before": before.fingerprint if before else None}
        run.journal(router, "trust", detail)
        project.hostkeys.pin(router, addresses_of(project.network, router), port, shown.type, shown.base64)


def _report(router: str, address: str, key: HostKey, state: State, command: str = "") -> Report:
    words, mood = _STATES[state]
    row = {"router": router, "address": address, "type": key.type, "fingerprint": key.fingerprint, "state": state}
    compare = _(
        "Compare the fingerprint with the one on the router's own console; if they are the same, run `{command}`."
    ).format(command=command)
    return Report(
        name="trust",
        ok=state != "not trusted yet",
        title=_("Host key of {router}").format(router=router),
        columns=(
            Column("router", _("Router")),
            Column("address", _("Address")),
            Column("type", _("Type")),
            Column("fingerprint", _("Fingerprint")),
            Column("state", _("State")),
        ),
        rows=(Row(row, shown={"state": _(words)}, mood=mood),),
        notes=(compare,) if command else (),
        data={"fingerprint": key.fingerprint},
    )
