"""What carries no traffic while a change is applied, what both ends have to say alike, and whom it cuts off meanwhile.

What a statement disturbs is data of its platform (`jipkit.platforms.Hazard`); which link it speaks of, and who is
behind that, the inventory says.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from jipkit.drift import Drift
from jipkit.model import Network, Office
from jipkit.platforms import PlatformFacts
from jipkit.rollout.impact_lockout import certainly_cut
from jipkit.rollout.impact_ways import hanging
from jipkit.rollout.risk_hits import Met, met
from jipkit.rollout.risk_ports import Ports
from jipkit.topology import cut_off

__all__ = ["Disturbance", "Loss", "agreed", "certainly_cut", "disturbed", "losses"]


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What carries no traffic while one ``router`` is changed.

    ``links`` are the keys of single links, with the tunnels that go over them; ``whole_router``: all that goes
    through it. ``agreed`` are the links of which something changes that both ends have to say alike.
    """

    links: frozenset[str] = frozenset()
    whole_router: bool = False
    agreed: frozenset[str] = frozenset()
    router: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Loss:
    """What a batch costs while it is applied, in inventory order.

    ``single_way``: offices that are reached, but all of whose ways go over one link, which they did not before.
    """

    cut_off: tuple[Office, ...] = ()
    single_way: tuple[Office, ...] = ()

    @property
    def services(self) -> tuple[str, ...]:
        """The public services that stop somewhere, each once, by alphabet."""
        return tuple(sorted({service for office in self.cut_off for service in office.services}))


def disturbed(drift: Drift, network: Network, router: str, facts: PlatformFacts) -> Disturbance:
    """Return what carries no traffic while the differences of ``router`` are made good.

    ``network`` is the one that is intended.

    Raises:
        UnknownNameError: there is no such router.
    """
    ports = Ports(network, router)
    links, at, agreed, whole = set[str](), set[str](), set[str](), False
    for one in met(drift, facts):
        for hit in one.hits:
            if hit.hazard is None or hit.hazard.disturbs == "nothing":
                continue
            if hit.hazard.disturbs == "router":
                whole, named = True, ports.routed_links
            else:
                named = ports.links_in(hit.where, one.difference.origin)
                links |= named
                at |= ports.links_at(hit.where)
            if hit.hazard.both_ends:
                agreed |= named
    return Disturbance(frozenset(links | ports.riding_on(links, at)), whole, frozenset(agreed), router)


def agreed(drift: Drift, network: Network, router: str, facts: PlatformFacts) -> tuple[frozenset[str], ...]:
    """Return for each difference of ``router`` the links of which it says what both ends have to say alike.

    Raises:
        UnknownNameError: there is no such router.
    """
    ports = Ports(network, router)
    found = {one.difference: _agreed_in(one, ports) for one in met(drift, facts)}
    return tuple(found.get(difference, frozenset()) for difference in drift.differences)


def _agreed_in(one: Met, ports: Ports) -> frozenset[str]:
    named = set[str]()
    for hit in one.hits:
        if hit.hazard is not None and hit.hazard.both_ends:
            whole = hit.hazard.disturbs == "router"
            named |= ports.routed_links if whole else ports.links_in(hit.where, one.difference.origin)
    return frozenset(named)


def losses(network: Network, batches: Sequence[Collection[Disturbance]]) -> tuple[Loss, ...]:
    """Return what each batch costs while it is applied, all that it disturbs at once.

    ``batches`` hold what each of their units disturbs on each router; ``network`` is the one in which they are applied.
    """
    before = hanging(network)
    return tuple(_loss(network, batch, before) for batch in batches)


def _loss(network: Network, batch: Collection[Disturbance], before: frozenset[str]) -> Loss:
    down = {link for found in batch for link in found.links}
    dead = {found.router for found in batch if found.whole_router}
    if not down and not dead:
        return Loss()
    single = hanging(network, down, dead) - before
    return Loss(cut_off(network, down, dead), tuple(o for o in network.offices.values() if o.key in single))
