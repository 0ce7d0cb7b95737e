"""Pieces that views are made of: what all routers have in common, lists of prefixes, and where values were written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from jipkit.model import Network, Role, Source, Standards, Zone
from jipkit.redaction import placeholder
from jipkit.routes import StaticRoute
from jipkit.view_types import PrefixView, RouteView, StandardsView

DISTRICT = Source("standards", "standards")
"""The one object that is not in a list: what all routers have in common."""
ADDRESSES = ("address", "host", "network", "first")
"""The attributes that `addressed` gives and templates print."""

_DIGITS = re.compile(r"([0-9]+)")
_SERVING = frozenset({Zone.SERVER, Zone.MANAGEMENT})
_CENTRAL = frozenset({Role.CORE, Role.GATEWAY})


def standards_view(standards: Standards) -> StandardsView:
    """Return what every router has in common."""
    management = DISTRICT._replace(field="management_prefixes")
    names = ("domain", "timezone", "banner", "ntp", "dns", "syslog", "radius")
    return StandardsView(
        domain=standards.domain,
        timezone=standards.timezone,
        banner=tidy(standards.banner),
        ntp=_texts(standards.ntp),
        dns=_texts(standards.dns),
        syslog=_texts(standards.syslog),
        radius=_texts(standards.radius),
        radius_key=placeholder("radius/district"),
        snmp_contact=tidy(standards.snmp.contact),
        snmp_location=tidy(standards.snmp.location),
        snmp_user=standards.snmp.user,
        snmp_authentication=placeholder("snmp/authentication"),
        snmp_privacy=placeholder("snmp/privacy"),
        username=standards.access.username,
        ssh_port=standards.access.port,
        management_prefixes=listed(each(standards.management_prefixes, management)),
        sources={
            **standard(**{name: name for name in names}),
            **standard(radius_key="radius", username="access.username", ssh_port="access.port"),
            **standard(snmp_contact="snmp.contact", snmp_location="snmp.location", snmp_user="snmp.user"),
            **standard(snmp_authentication="snmp", snmp_privacy="snmp"),
        },
    )


def route_view(route: StaticRoute) -> RouteView:
    """Return a static route as templates see it."""
    return RouteView(
        prefix=str(route.prefix),
        via=str(route.via) if route.via else None,
        distance=route.distance if route.distance > 1 else None,
        sources={
            "prefix": route.source,
            "via": Source("link", route.link.key, "prefix"),
            "distance": Source("link", route.link.key, "routing"),
        },
    )


def addressed(address: IPv4Interface) -> dict[str, Any]:
    """Return an address in the forms that platforms write it in."""
    return {
        "address": str(address),
        "host": str(address.ip),
        "network": str(address.network),
        "first": str(address.network.network_address),
        "pair": address.network.prefixlen == 31,
    }


def services(network: Network) -> Iterator[tuple[IPv4Network, Source]]:
    """Yield the prefixes that every office may reach."""
    for router in network.routers.values():
        for number, lan in enumerate(router.lans):
            if lan.zone in _SERVING and router.role in _CENTRAL:
                yield lan.prefix, Source("router", router.key, f"lans.{number}.prefix")


def as_routers_sort(routes: Iterable[StaticRoute]) -> list[StaticRoute]:
    """Return routes with short prefixes first, then by address: so FRRouting prints them."""
    return sorted(routes, key=lambda route: (route.prefix.prefixlen, route.prefix, int(route.via or 0)))


def listed(prefixes: Iterable[tuple[IPv4Network, Source]]) -> tuple[PrefixView, ...]:
    """Return prefixes in the order of their addresses, each once, numbered by fives."""
    first = dict(reversed(list(prefixes)))
    return tuple(
        [
            PrefixView(seq=5 * number, prefix=str(prefix), sources=dict.fromkeys(("seq", "prefix"), first[prefix]))
            for number, prefix in enumerate(sorted(first), 1)
        ]
    )


def each(prefixes: Iterable[IPv4Network], source: Source) -> Iterator[tuple[IPv4Network, Source]]:
    """Yield each prefix of a list with its own source."""
    for number, prefix in enumerate(prefixes):
        yield prefix, source._replace(field=f"{source.field}.{number}")


def fields_of(noun: str, key: str, /, **fields: str) -> dict[str, Source]:
    """Return a source for each attribute, named after the field of one object that it was taken from."""
    return {attribute: Source(noun, key, field) for attribute, field in fields.items()}


def standard(**fields: str) -> dict[str, Source]:
    """Return a source for each attribute, named after a field of the standards."""
    return fields_of(DISTRICT.noun, DISTRICT.key, **fields)


def _texts(addresses: Iterable[IPv4Address]) -> tuple[str, ...]:
    return tuple([str(address) for address in addresses])


def tidy(text: str) -> str:
    """Return ``text`` with single blanks: routers fold them, and then nothing would ever be equal."""
    return " ".join(text.split())


def natural(name: str) -> tuple[tuple[str, int], ...]:
    """Return a key that sorts names as people and routers do.

    >>> sorted(["eth10", "lo", "eth2"], key=natural)
    ['eth2', 'eth10', 'lo']
    """
    parts = _DIGITS.split(name)
    return tuple((text, int(number or -1)) for text, number in zip(parts[::2], [*parts[1::2], ""], strict=True))
