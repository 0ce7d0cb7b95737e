"""Which outage hides what: one cut upstream is one outage with a list of offices, not forty outages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jipkit.model import Link, Network, Office
from jipkit.topology import cut_off, farther_end, neighbours, reach
from jipkit.verdict.link import LinkVerdict
from jipkit.verdict.words import Verdict, Words, words


@dataclass(frozen=True, slots=True)
class Outage:
    """Links that broke and what they leave alone.

    ``links`` are the broken links around one part of the network that is cut off, or a single one behind which
    nobody is (there is another way). ``offices`` are cut off, ``services`` are theirs, ``hidden_links`` are those
    behind, of which nothing can be known meanwhile.
    """

    links: tuple[str, ...]
    verdict: Verdict
    cause: Words
    offices: tuple[Office, ...] = ()
    services: tuple[str, ...] = ()
    hidden_links: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """The first of the broken links."""
        return self.links[0]

    def as_json(self) -> dict[str, Any]:
        """Return the outage for programs."""
        return {
            "links": list(self.links),
            "verdict": self.verdict.value,
            "cause": self.cause.as_json(),
            "offices": [office.key for office in self.offices],
            "services": list(self.services),
            "hidden_links": list(self.hidden_links),
        }


def find_outages(network: Network, verdicts: Mapping[str, LinkVerdict]) -> tuple[Outage, ...]:
    """Return every outage, the one that cuts off most offices first."""
    broken = tuple(key for key, verdict in verdicts.items() if verdict.carries is False)
    root = network.standards.controller.router
    lost = reach(network, root) - reach(network, root, down=broken)
    outages = [
        _outage(network, verdicts, around, part)
        for part in parts_of(network, lost, down=broken)
        if (around := _around(network, broken, part, lost))
    ]
    blamed = {key for outage in outages for key in outage.links}
    outages += [_outage(network, verdicts, (key,), frozenset()) for key in broken if key not in blamed]
    return tuple(sorted(outages, key=lambda outage: (-len(outage.offices), outage.verdict.rank, outage.links)))


def parts_of(network: Network, routers: Collection[str], down: Collection[str] = ()) -> tuple[frozenset[str], ...]:
    """Return ``routers`` in groups that are connected with each other, by links in service that are not ``down``."""
    rest = set(routers)
    parts = []
    while rest:
        part: set[str] = set()
        edge = [min(rest)]
        while edge:
            router = edge.pop()
            if router not in part:
                part.add(router)
                edge += [other for _, other in neighbours(network, router, down=down) if other in rest]
        rest -= part
        parts.append(frozenset(part))
    return tuple(parts)


def _around(network: Network, broken: Iterable[str], part: Collection[str], lost: Collection[str]) -> tuple[str, ...]:
    """Return the broken links that keep ``part`` apart: those from what is in reach, and those it is behind."""
    return tuple(key for key in broken if _keeps_apart(network, network.links[key], part, lost))


def _keeps_apart(network: Network, link: Link, part: Collection[str], lost: Collection[str]) -> bool:
    inside = [end.router for end in link.ends if end.router in part]
    outside = [end.router for end in link.ends if end.router is not None and end.router not in part]
    if not inside or not outside:
        return False
    return outside[0] not in lost or farther_end(network, link).router in part


def _outage(
    network: Network, verdicts: Mapping[str, LinkVerdict], links: tuple[str, ...], part: frozenset[str]
) -> Outage:
    worst = min((verdicts[key] for key in links), key=lambda verdict: verdict.verdict.rank)
    broken = [key for key, verdict in verdicts.items() if verdict.carries is False]
    gone = cut_off(network, broken) if part else ()
    offices = tuple(office for office in gone if any(r.key in part for r in network.routers_of(office.key)))
    return Outage(
        links=links,
        verdict=worst.verdict,
        cause=_dead_router(network, verdicts, links, part) or worst.cause,
        offices=offices,
        services=services_of(offices),
        hidden_links=tuple(
            key
            for key, verdict in verdicts.items()
            if verdict.verdict is Verdict.UNKNOWN_UPSTREAM and _touches(network.links[key], part)
        ),
    )


def _dead_router(
    network: Network, verdicts: Mapping[str, LinkVerdict], links: tuple[str, ...], part: Collection[str]
) -> Words | None:
    """Return the cause when all broken links lead to one router, and none of them lost its signal."""
    inside = {end.router for key in links for end in network.links[key].ends if end.router in part}
    silent = all(verdicts[key].cause.code in ("silent", "pings-lost-silent") for key in links)
    if len(links) < 2 or len(inside) != 1 or not silent:
        return None
    return words("router-silent", router=next(iter(inside)), links=", ".join(links))


def _touches(link: Link, routers: Collection[str]) -> bool:
    return any(end.router in routers for end in link.ends)


def services_of(offices: Iterable[Office]) -> tuple[str, ...]:
    """Return the public services that stop when ``offices`` are cut off, each once."""
    return tuple(dict.fromkeys(service for office in offices for service in office.services))
