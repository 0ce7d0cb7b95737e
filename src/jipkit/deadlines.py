"""What runs out: contracts that links in service stand on, and waivers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jipkit.model import Contract, Network, Source, State

NOTICE = timedelta(days=60)
"""How long before a contract ends it is told; a tender takes about that long."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that ended, or ends soon, on ``day``; ``links`` in service are those that stand on it."""

    source: Source
    day: date
    links: tuple[str, ...] = ()


def deadlines(network: Network, today: date) -> tuple[Deadline, ...]:
    """Return the contracts and waivers that have ended or end within `NOTICE`, earliest first.

    A contract that no link in service stands on any more is nobody's worry.
    """
    contracts = [
        Deadline(Source("contract", c.key, "end"), c.end, _links(network, c)) for c in network.contracts.values()
    ]
    waivers = [Deadline(Source("waiver", w.key, "expires"), w.expires) for w in network.waivers.values()]
    found = [d for d in contracts if d.links] + waivers
    return tuple(sorted((d for d in found if d.day < today + NOTICE), key=lambda d: (d.day, d.source)))


def _links(network: Network, contract: Contract) -> tuple[str, ...]:
    return tuple(k.key for k in network.links.values() if k.contract == contract.key and k.state is State.ACTIVE)
