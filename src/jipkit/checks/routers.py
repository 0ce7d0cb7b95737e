"""What is wrong with a router in itself: its interfaces, who uses them, its LANs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jipkit.checks.draft import Draft
from jipkit.faults import Fault
from jipkit.model import TWIN_PLATFORM, Lan, Router, Source, Standards

_LINUX_NAME = re.compile(r"(?!\.{1,2}$)[^/:\s]{1,15}")


def check_interface_names(draft: Draft) -> Iterator[Fault]:
    """Yield interfaces that are listed twice, or that the router's system cannot have."""
    for router in draft.routers.values():
        for index, name in enumerate(router.interfaces):
            source = Source("router", router.key, f"interfaces.{index}")
            if name in router.interfaces[:index]:
                wrong = f"{name} is listed twice; list each interface once"
                yield draft.fault("interface-duplicate", source, wrong)
            yield from _check_linux_name(draft, router, source, name)
        for index, lan in enumerate(router.lans):
            source = Source("router", router.key, f"lans.{index}.interface")
            yield from _check_linux_name(draft, router, source, lan.interface)


def _check_linux_name(draft: Draft, router: Router, source: Source, name: str) -> Iterator[Fault]:
    if router.platform == TWIN_PLATFORM and not _LINUX_NAME.fullmatch(name):
        wrong = f"{name} is no name for a Linux interface; at most 15 characters, no slash, colon or blank"
        yield draft.fault("interface-not-linux", source, wrong)


def check_interface_use(draft: Draft) -> Iterator[Fault]:
    """Yield links on an interface that something else uses."""
    lans = {
        (router.key, name): lan.name
        for router in draft.standing_routers()
        for lan in router.lans
        for name in (lan.interface, *lan.ports)
    }
    links: dict[tuple[str, str], str] = {}
    for link in draft.standing_links():
        for name, end in zip("ab", link.ends, strict=True):
            if end.router is None or end.interface is None:
                continue
            port, source = (end.router, end.interface), Source("link", link.key, name)
            if port in lans:
                wrong = f"{end} belongs to LAN {lans[port]} of the router; use another port, or free this one"
                yield draft.fault("interface-in-lan", source, wrong)
            if links.setdefault(port, link.key) != link.key:
                wrong = f"{end} is already used by link {links[port]}; use another port"
                yield draft.fault("interface-used-twice", source, wrong)


def check_lans(draft: Draft) -> Iterator[Fault]:
    """Yield LANs of one router that cannot be told apart, or that are not in the VLAN of their zone."""
    for router in draft.standing_routers():
        for index, lan in enumerate(router.lans):
            source = Source("router", router.key, f"lans.{index}")
            yield from _check_twins(draft, source, lan, router.lans[:index])
            if draft.standards is not None:
                yield from _check_vlan(draft, draft.standards, source, lan)


def _check_twins(draft: Draft, source: Source, lan: Lan, earlier: tuple[Lan, ...]) -> Iterator[Fault]:
    for other in earlier:
        same = {
            "name": (lan.name == other.name, "lan-name-twice"),
            "interface": (lan.interface == other.interface, "lan-interface-twice"),
            "vlan": (lan.vlan is not None and lan.vlan == other.vlan, "lan-vlan-twice"),
        }
        for field, (holds, code) in same.items():
            if holds:
                wrong = f"{getattr(lan, field)} is already the {field} of LAN {other.name}; give each its own"
                yield draft.fault(code, source._replace(field=f"{source.field}.{field}"), wrong)
        shared = [port for port in lan.ports if port in other.ports]
        if shared and None in (lan.vlan, other.vlan):
            wrong = f"{shared[0]} carries LAN {other.name} too, and one of them has no VLAN; give both a vlan"
            yield draft.fault("lan-port-shared", source._replace(field=f"{source.field}.ports"), wrong)


def _check_vlan(draft: Draft, standards: Standards, source: Source, lan: Lan) -> Iterator[Fault]:
    planned = standards.vlans.get(lan.zone)
    if lan.vlan is not None and planned is not None and lan.vlan != planned:
        wrong = f"is {lan.vlan}; the standards give zone {lan.zone} VLAN {planned}"
        yield draft.fault("lan-vlan-differs", source._replace(field=f"{source.field}.vlan"), wrong)


def check_serials(draft: Draft) -> Iterator[Fault]:
    """Yield routers with the serial number of another one."""
    owners: dict[str, str] = {}
    for router in draft.routers.values():
        serial = router.asset.serial
        if serial is not None and owners.setdefault(serial, router.key) != router.key:
            wrong = f"{serial} is already the serial number of {owners[serial]}; a box has one place"
            yield draft.fault("serial-duplicate", Source("router", router.key, "asset.serial"), wrong)
