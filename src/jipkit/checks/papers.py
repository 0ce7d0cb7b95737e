"""Area codes, contracts, calendar, waivers and standards."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jipkit.checks.draft import Draft
from jipkit.faults import Fault
from jipkit.model import Office, OfficeKind, Source, Standards

_PARTS = {OfficeKind.KECAMATAN: 3, OfficeKind.KELURAHAN: 4, OfficeKind.DESA: 4}
"""Parts of the code of an office that governs an area; others lie in an area and may repeat its code."""

_WRONG_DAYS = "wants each day once: 1 is Monday, 7 is Sunday"


def check_codes(draft: Draft) -> Iterator[Fault]:
    """Yield area codes that are not those of the office's kind, of two offices, or outside their kecamatan."""
    owners: dict[str, str] = {}
    kecamatan = {o.kecamatan or o.name: o for o in draft.offices.values() if o.kind is OfficeKind.KECAMATAN and o.code}
    for office in draft.offices.values():
        if office.code is None or office.kind not in _PARTS:
            continue
        source, parts = Source("office", office.key, "code"), _PARTS[office.kind]
        if office.code.count(".") + 1 != parts:
            wrong = f"{office.code} is not the code of a {office.kind}; that has {parts} parts"
            yield draft.fault("code-level", source, wrong)
        if owners.setdefault(office.code, office.key) != office.key:
            wrong = f"{office.code} is already the code of {owners[office.code]}; an area has one office of its kind"
            yield draft.fault("code-duplicate", source, wrong)
        above = kecamatan.get(office.kecamatan or "")
        if parts == 4 and above is not None:
            yield from _check_prefix(draft, source, office.code, above)


def _check_prefix(draft: Draft, source: Source, code: str, kecamatan: Office) -> Iterator[Fault]:
    if not code.startswith(f"{kecamatan.code}."):
        wrong = f"{code} is not in kecamatan {kecamatan.kecamatan or kecamatan.name}, whose codes begin with"
        yield draft.fault("code-outside-kecamatan", source, f"{wrong} {kecamatan.code}.")


def check_contracts(draft: Draft) -> Iterator[Fault]:
    """Yield contracts that end before they start, or that are written down twice."""
    numbers: dict[tuple[str, str], str] = {}
    for contract in draft.contracts.values():
        source = Source("contract", contract.key)
        if contract.end < contract.start:
            wrong = f"{contract.end} is before the start, {contract.start}; one of them is a slip"
            yield draft.fault("contract-ends-before-start", source._replace(field="end"), wrong)
        first = numbers.setdefault((contract.provider, contract.number), contract.key)
        if first != contract.key:
            wrong = f"{contract.number} is already the number of {first}; each contract has its own"
            yield draft.fault("contract-number-duplicate", source._replace(field="number"), wrong)


def check_calendar(draft: Draft) -> Iterator[Fault]:
    """Yield hours, freezes and windows in which no time passes."""
    for hours in draft.calendar.hours.values():
        source = Source("hours", hours.key)
        if hours.end <= hours.start:
            wrong = f"{hours.end:%H:%M} is not after the start, {hours.start:%H:%M}; split what goes over midnight"
            yield draft.fault("hours-end-before-start", source._replace(field="end"), wrong)
        if not _each_once(hours.days):
            yield draft.fault("hours-days", source._replace(field="days"), _WRONG_DAYS)
    for window in draft.calendar.windows.values():
        if window.end == window.start:
            wrong = f"{window.end:%H:%M} is the start too; write 00:00 to 23:59 for a whole day"
            yield draft.fault("window-empty", Source("window", window.key, "end"), wrong)
        if not _each_once(window.days):
            yield draft.fault("window-days", Source("window", window.key, "days"), _WRONG_DAYS)
    for freeze in draft.calendar.freezes.values():
        if freeze.end < freeze.start:
            wrong = f"{freeze.end} is before the start, {freeze.start}; one of them is a slip"
            yield draft.fault("freeze-ends-before-start", Source("freeze", freeze.key, "end"), wrong)


def _each_once(days: Collection[int]) -> bool:
    return bool(days) and len(set(days)) == len(days)


def check_waivers(draft: Draft) -> Iterator[Fault]:
    """Yield waivers that somebody gave to himself."""
    for waiver in draft.waivers.values():
        if waiver.owner.casefold() == waiver.approver.casefold():
            wrong = f"{waiver.approver} is the owner too; another person approves"
            yield draft.fault("waiver-self-approved", Source("waiver", waiver.key, "approver"), wrong)


def check_standards(draft: Draft) -> Iterator[Fault]:
    """Yield standards that would part neighbours, mix zones, or lock jip out."""
    standards = draft.standards
    if standards is None:
        return
    source = Source("standards", "standards")
    if standards.ospf.dead_s <= standards.ospf.hello_s:
        wrong = f"{standards.ospf.dead_s} s is not longer than the hello interval, {standards.ospf.hello_s} s; use four"
        yield draft.fault("ospf-dead-interval", source._replace(field="ospf.dead_s"), f"{wrong} times that")
    for name in ("ntp", "dns", "syslog", "radius"):
        servers = getattr(standards, name)
        for index, server in enumerate(servers):
            if server in servers[:index]:
                wrong = f"{server} is listed twice; list each server once"
                yield draft.fault("server-twice", source._replace(field=f"{name}.{index}"), wrong)
    zones: dict[int, str] = {}
    for zone, vlan in standards.vlans.items():
        if zones.setdefault(vlan, zone) != zone:
            wrong = f"{vlan} is already the VLAN of zone {zones[vlan]}; zones are kept apart"
            yield draft.fault("vlan-plan-duplicate", source._replace(field=f"vlans.{zone}"), wrong)
    yield from _check_controller_lan(draft, standards, source)


def _check_controller_lan(draft: Draft, standards: Standards, source: Source) -> Iterator[Fault]:
    router = draft.routers.get(standards.controller.router)
    for lan in router.lans if router else ():
        inside = any(lan.prefix.subnet_of(prefix) for prefix in standards.management_prefixes)
        if lan.name == standards.controller.lan and not inside:
            wrong = f"{lan.prefix}, the LAN where jip runs, is not in them; routers would refuse it: add it"
            yield draft.fault("controller-outside-management", source._replace(field="management_prefixes"), wrong)
