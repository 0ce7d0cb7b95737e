"""Networks that go from one block to another: no device lets two of its interfaces have one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Interface, IPv4Network

from jipkit.idiom import Idiom
from jipkit.statement import Statement

_ADDRESS = re.compile(r"(\d+(?:\.\d+){3})[/ ](\d+(?:\.\d+){3}|\d+)")

_Held = tuple[str, str, IPv4Network]
"""A block, a statement in it, and the network that it gives the block."""


def contested(source: Sequence[Statement], target: Sequence[Statement], idiom: Idiom) -> frozenset[tuple[str, str]]:
    """Return block and statement of what holds a network in ``source`` that another block has in ``target``."""
    if not any(setting.exclusive for setting in idiom.facts.settings):
        return frozenset()
    had, wanted = set(_held(source, idiom)), set(_held(target, idiom))
    itself: dict[IPv4Network, set[str]] = {}
    around: dict[IPv4Network, set[str]] = {}
    for block, _, network in wanted - had:
        itself.setdefault(network, set()).add(block)
        for larger in _around(network):
            around.setdefault(larger, set()).add(block)

    def takers(network: IPv4Network) -> set[str]:
        return around.get(network, set()).union(*(itself.get(larger, set()) for larger in _around(network)))

    return frozenset((block, text) for block, text, network in had - wanted if takers(network) - {block})


def _held(found: Sequence[Statement], idiom: Idiom) -> Iterator[_Held]:
    for statement in found:
        known = idiom.setting(statement.text, statement.path[-1]) if len(statement.path) == 1 else None
        address = _ADDRESS.search(statement.text) if known and known[0].exclusive else None
        if address is None:
            continue
        try:
            network = IPv4Interface(f"{address[1]}/{address[2]}").network
        except ValueError:  # a value that is no address takes nothing from anybody
            continue
        yield statement.path[0], statement.text, network


def _around(network: IPv4Network) -> Iterator[IPv4Network]:
    """Yield a network and all those that it is part of."""
    yield network
    for length in range(network.prefixlen):
        yield network.supernet(new_prefix=length)
