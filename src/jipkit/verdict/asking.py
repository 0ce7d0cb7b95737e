"""Whom to ask for a verdict: both ends of a link, and whoever can tell why an end is silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jipkit.model import Link, Network, State, managed_ends
from jipkit.observation import Observation
from jipkit.topology import neighbours, path


def routers_to_ask(network: Network, links: Iterable[Link]) -> tuple[str, ...]:
    """Return the routers whose word decides on ``links``: those at the ends, and those on the way to them."""
    root = network.standards.controller.router
    ends = {router for link in links for router, _ in managed_ends(link) if _in_service(network, router)}
    on_the_way = {router for end in ends for link in path(network, root, end) or () for router, _ in managed_ends(link)}
    return tuple(key for key in network.routers if key in ends | on_the_way)


def routers_left_to_ask(network: Network, observations: Mapping[str, Observation]) -> tuple[str, ...]:
    """Return the routers next to those that no session reaches, as long as they have not been asked.

    One of them sees the outage: ask, and ask again, until nothing is left.
    """
    silent = [key for key, observation in observations.items() if observation.failure == "unreachable"]
    left = {other for router in silent for _, other in neighbours(network, router) if other not in observations}
    return tuple(key for key in network.routers if key in left)


def _in_service(network: Network, router: str) -> bool:
    return network.routers[router].state is State.ACTIVE
