"""Rows of what the inventory says, each with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jipkit.language import N_, _, number
from jipkit.model import Contact, End, Entry, Lan, Link, Network, Router, Source
from jipkit.platforms import PlatformFacts
from jipkit.report import Column, Row
from jipkit.store import Abilities

LABELS = {
    "name": N_("Name"),
    "kind": N_("Kind"),
    "code": N_("Code"),
    "kecamatan": N_("Kecamatan"),
    "services": N_("Services"),
    "service_hours": N_("Service hours"),
    "contact": N_("Contact"),
    "state": N_("State"),
    "office": N_("Office"),
    "platform": N_("Platform"),
    "version": N_("Version"),
    "role": N_("Role"),
    "loopback": N_("Loopback"),
    "management": N_("Management"),
    "asset": N_("Asset"),
    "a": N_("End a"),
    "b": N_("End b"),
    "medium": N_("Medium"),
    "prefix": N_("Prefix"),
    "provider": N_("Provider"),
    "circuit": N_("Circuit"),
    "contract": N_("Contract"),
    "capacity_mbps": N_("Mbps"),
    "cost": N_("Cost"),
    "routing": N_("Routing"),
    "router": N_("Router"),
    "lan": N_("LAN"),
    "link": N_("Link"),
    "device_timer": N_("Takes back an unconfirmed change"),
    "dry_run": N_("Says beforehand what it refuses"),
    "atomic_replace": N_("Takes a change whole or not at all"),
    "ability_note": N_("It says"),
    "backup": N_("Last backup"),
}

NOTE = "ability_note"
ABILITIES = ("device_timer", "dry_run", "atomic_replace")


def columns() -> Sequence[Column]:
    """Return the columns of a report of facts."""
    return (Column("field", _("What")), Column("value", _("Value")), Column("place", _("Written at")))


def fact(network: Network, source: Source, label: str, value: Any) -> Row:
    """Return the row of one fact; ``label`` is a key of `LABELS`, the program's name of what it is."""
    values = {"field": label, "value": value, "place": str(network.place(source) or "") or None}
    return Row(values, shown={"field": _(LABELS[label])})


def fields(network: Network, entry: Entry, names: Iterable[str]) -> Iterator[Row]:
    """Yield a row for each named field of ``entry`` that has a value."""
    dumped = entry.model_dump(mode="json", exclude_none=True)
    for name in names:
        value = dumped.get(name)
        if value:
            shown = ", ".join(value.values()) if isinstance(value, dict) else value
            yield fact(network, Source(entry.noun, dumped["key"], name), name, shown)


def contact_line(contact: Contact | None) -> str | None:
    """Return whom to call, in one line."""
    return ", ".join(filter(None, (contact.name, contact.phone, contact.email))) if contact else None


def router_line(router: Router) -> str:
    """Return a router in one line."""
    version = f" {router.version}" if router.version else ""
    return f"{router.key}: {router.platform}{version}, {router.role}, {router.address}, {router.state}"


def lan_line(router: Router, lan: Lan) -> str:
    """Return a LAN in one line."""
    vlan = f", VLAN {lan.vlan}" if lan.vlan else ""
    return f"{lan.name}: {lan.prefix}, {lan.zone}{vlan}, {router.key}:{lan.interface}"


def link_line(network: Network, link: Link) -> str:
    """Return a link in one line, with whom to call when it is down."""
    provider = network.providers[link.provider] if link.provider else None
    paper = (provider.name, link.circuit, contact_line(provider.contact)) if provider else ()
    what = f"{end_name(network, link.a)} - {end_name(network, link.b)}, {link.medium} {number(link.capacity_mbps)} Mbps"
    return f"{link.key}: {', '.join(filter(None, (what, *paper, link.state)))}"


def end_name(network: Network, end: End) -> str:
    """Return an end as the inventory names it, in a twin too."""
    return f"{end.router}:{network.shown(end.router, end.interface)}" if end.router and end.interface else str(end)


def router_facts(network: Network, router: Router) -> Iterator[Row]:
    """Yield the rows of a router's LANs and links."""
    for index, lan in enumerate(router.lans):
        yield fact(network, Source("router", router.key, f"lans.{index}"), "lan", lan_line(router, lan))
    for link in network.links_of(router.key):
        yield fact(network, Source("link", link.key), "link", link_line(network, link))


def dump(*entries: Entry) -> list[dict[str, Any]]:
    """Return entries as ``--json`` prints them."""
    return [entry.model_dump(mode="json") for entry in entries]


def ability_rows(facts: PlatformFacts | None, asked: Abilities | None) -> Iterator[Row]:
    """Yield a row for each thing that makes a change safe: what the router said, else what its platform is known for.

    Nothing for a platform without templates, of a router that was never asked: nobody knows.
    """
    known = asked or facts
    if known is None:
        return
    place = (
        f"{asked.seen:%Y-%m-%d %H:%M} UTC" if asked else f"templates/{facts.platform if facts else ''}/platform.yaml"
    )
    for name in ABILITIES:
        able: bool = getattr(known, name)
        yield Row(
            {"field": name, "value": able, "place": place},
            shown={"field": _(LABELS[name]), "value": _("yes") if able else _("no")},
            mood="plain" if able else "warn",
        )
    for note in asked.notes if asked else ():
        yield Row({"field": NOTE, "value": note, "place": place}, shown={"field": _(LABELS[NOTE])})
