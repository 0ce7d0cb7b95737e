"""Names that one object uses for another."""

from __future__ import annotations

from collections.abc import Iterator

from jipkit.checks.draft import Draft
from jipkit.faults import Fault, suggestion
from jipkit.model import Link, OfficeKind, Role, Router, Source

_WORDS = {"role": tuple(Role), "kind": tuple(OfficeKind)}
SCOPES = ("office", "router", "link", "platform", *_WORDS)
"""What a waiver's scope may begin with; a name follows."""


def check_offices(draft: Draft) -> Iterator[Fault]:
    """Yield offices whose hours or kecamatan are not there."""
    kecamatan = {o.kecamatan or o.name for o in draft.offices.values() if o.kind is OfficeKind.KECAMATAN}
    for office in draft.offices.values():
        source = Source("office", office.key)
        if office.service_hours is not None and not draft.knows("hours", office.service_hours):
            yield draft.unknown("unknown-hours", source._replace(field="service_hours"), "hours", office.service_hours)
        if office.kecamatan is not None and kecamatan and draft.complete and office.kecamatan not in kecamatan:
            wrong = f"no kecamatan {office.kecamatan}; {suggestion(office.kecamatan, kecamatan)}"
            yield draft.fault("unknown-kecamatan", source._replace(field="kecamatan"), wrong)


def check_routers(draft: Draft) -> Iterator[Fault]:
    """Yield routers in no office or of no platform, and LANs on ports that the router does not have."""
    for router in draft.routers.values():
        if not draft.knows("platforms", router.platform):
            source = Source("router", router.key, "platform")
            yield draft.unknown("unknown-platform", source, "platforms", router.platform)
        if not draft.knows("offices", router.office):
            yield draft.unknown("unknown-office", Source("router", router.key, "office"), "offices", router.office)
        for index, lan in enumerate(router.lans):
            for number, port in enumerate(lan.ports):
                if port not in router.interfaces:
                    source = Source("router", router.key, f"lans.{index}.ports.{number}")
                    yield _unknown_interface(draft, source, router, port)


def check_links(draft: Draft) -> Iterator[Fault]:
    """Yield ends at routers and ports, and papers, that are not there."""
    for link in draft.links.values():
        yield from _check_ends(draft, link)
        source = Source("link", link.key)
        if link.provider is not None and not draft.knows("providers", link.provider):
            yield draft.unknown("unknown-provider", source._replace(field="provider"), "providers", link.provider)
        if link.contract is not None and not draft.knows("contracts", link.contract):
            yield draft.unknown("unknown-contract", source._replace(field="contract"), "contracts", link.contract)


def _check_ends(draft: Draft, link: Link) -> Iterator[Fault]:
    for name, end in zip("ab", link.ends, strict=True):
        if end.router is None or end.interface is None:
            continue
        source = Source("link", link.key, name)
        if not draft.knows("routers", end.router):
            yield draft.unknown("unknown-router", source, "routers", end.router)
        elif (router := draft.routers.get(end.router)) and end.interface not in router.interfaces:
            yield _unknown_interface(draft, source, router, end.interface)


def _unknown_interface(draft: Draft, source: Source, router: Router, name: str) -> Fault:
    wrong = f"router {router.key} has no interface {name}; {suggestion(name, router.interfaces)}"
    return draft.fault("unknown-interface", source, wrong)


def check_contracts(draft: Draft) -> Iterator[Fault]:
    """Yield contracts with providers that are not there."""
    for contract in draft.contracts.values():
        if not draft.knows("providers", contract.provider):
            source = Source("contract", contract.key, "provider")
            yield draft.unknown("unknown-provider", source, "providers", contract.provider)


def check_controller(draft: Draft) -> Iterator[Fault]:
    """Yield a controller whose router or LAN is not there."""
    if draft.standards is None:
        return
    controller, source = draft.standards.controller, Source("standards", "standards", "controller.router")
    if not draft.knows("routers", controller.router):
        yield draft.unknown("unknown-controller", source, "routers", controller.router)
        return
    router = draft.routers.get(controller.router)
    lans = [lan.name for lan in router.lans] if router else []
    if router and controller.lan not in lans:
        wrong = f"router {router.key} has no LAN {controller.lan}; {suggestion(controller.lan, lans)}"
        yield draft.fault("unknown-controller", source._replace(field="controller.lan"), wrong)


def check_waivers(draft: Draft) -> Iterator[Fault]:
    """Yield waivers for what is not there."""
    for waiver in draft.waivers.values():
        noun, _, name = waiver.scope.partition(" ")
        source = Source("waiver", waiver.key, "scope")
        if noun in SCOPES and name:
            known = _WORDS.get(noun) or draft.written.get(f"{noun}s", ())
            if name not in known and f"{noun}s" not in draft.unread:
                yield draft.fault("unknown-waiver-scope", source, f"no {noun} {name}; {suggestion(name, known)}")
        elif waiver.scope != "all":
            wrong = f"{waiver.scope} is no scope; write all, or one of {', '.join(SCOPES)} and a name: router core-1"
            yield draft.fault("unknown-waiver-scope", source, wrong)
