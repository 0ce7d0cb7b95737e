"""Which links an office hangs on, one by one, while some of the network is away."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from jipkit.model import Network, Office, State
from jipkit.topology import neighbours

Tree = dict[str, tuple[str, str]]
"""Each router in reach but the first, with the router before it and the link between them."""


def hanging(network: Network, down: Collection[str] = (), dead: Collection[str] = ()) -> frozenset[str]:
    """Return the offices in service that the controller reaches, but would not without some single link."""
    chains = _chains(network, down, dead)
    found = set[str]()
    for office in network.offices.values():
        ways = [chains[router.key] for router in network.routers_of(office.key) if router.key in chains]
        if _serves(office) and ways and frozenset.intersection(*ways):
            found.add(office.key)
    return frozenset(found)


def _serves(office: Office) -> bool:
    return office.state is State.ACTIVE


def _chains(network: Network, down: Collection[str], dead: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Return for each router in reach the links that every way to it goes over."""
    root = network.standards.controller.router
    if root in dead:
        return {}
    tree, others = _tree(network, root, down, dead)
    doubled = _doubled(tree, others)
    chains: dict[str, frozenset[str]] = {root: frozenset()}
    for router, (before, link) in tree.items():
        chains[router] = chains[before] if link in doubled else chains[before] | {link}
    return chains


def _tree(
    network: Network, root: str, down: Collection[str], dead: Collection[str]
) -> tuple[Tree, list[tuple[str, str]]]:
    """Return a tree of all routers in reach, nearest first, and the ends of the links that are not in it."""
    tree: Tree = {}
    others: list[tuple[str, str]] = []
    seen, edge = {root}, [root]
    used = set[str]()
    for router in edge:
        for link, other in neighbours(network, router, down=down, dead=dead):
            if link.key in used:
                continue
            used.add(link.key)
            if other in seen:
                others.append((router, other))
            else:
                seen.add(other)
                edge.append(other)
                tree[other] = (router, link.key)
    return tree, others


def _doubled(tree: Tree, others: Collection[tuple[str, str]]) -> frozenset[str]:
    """Return the links of a tree that something leads around: those between the ends of a link that is not in it."""
    found = set[str]()
    for left, right in others:
        one, two = _way(tree, left), _way(tree, right)
        found |= set(one) ^ set(two)
    return frozenset(found)


def _way(tree: Tree, router: str) -> list[str]:
    links = []
    while router in tree:
        router, link = tree[router]
        links.append(link)
    return links
