"""The address plan: what of the pools is in use, and what is free next.

Everything is allocated lowest first, so that the same inventory always gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from jipkit.errors import UsageError
from jipkit.model import Network, Pool, State

Use = Literal["loopback", "link", "lan", "public"]


class PoolFullError(UsageError):
    """No pool of this use has room for another prefix of that size."""

    def __init__(self, use: str, length: int, pools: Iterable[Pool]) -> None:
        self.use, self.length, self.pools = use, length, tuple(pools)
        named = ", ".join(f"{pool.key} ({pool.prefix})" for pool in self.pools) or "there is none"
        super().__init__(f"no free /{length} in the pools for {use}: {named}; add a pool to inventory/pools.yaml")


def next_link(network: Network, length: int = 31) -> IPv4Network:
    """Return the lowest free prefix for a link.

    Raises:
        PoolFullError: the pools for links have none.
    """
    return _next(network, "link", length)


def next_lan(network: Network, hosts: int) -> IPv4Network:
    """Return the lowest free prefix that holds a router and ``hosts`` more.

    Raises:
        PoolFullError: the pools for LANs have none.
    """
    return _next(network, "lan", length_for(hosts + 1))


def next_loopback(network: Network) -> IPv4Address:
    """Return the lowest free loopback address.

    Raises:
        PoolFullError: the pools for loopbacks have none.
    """
    return _next(network, "loopback", 32).network_address


def length_for(hosts: int) -> int:
    """Return the length of the smallest prefix with ``hosts`` usable addresses.

    >>> [length_for(hosts) for hosts in (1, 2, 6, 7, 62, 254)]
    [30, 30, 29, 28, 26, 24]
    """
    return 32 - max(2, (hosts + 1).bit_length())


def pool_of(network: Network, prefix: IPv4Network) -> Pool | None:
    """Return the pool that ``prefix`` lies in, or None."""
    return next((pool for pool in network.pools.values() if prefix.subnet_of(pool.prefix)), None)


def used(network: Network) -> tuple[IPv4Network, ...]:
    """Return every prefix in use, sorted: loopbacks, links, LANs and extra management addresses.

    What is planned has its addresses already; what is retired has given them back.
    """
    return tuple(sorted(set(_used(network))))


def first_free(pool: IPv4Network, taken: Iterable[IPv4Network], length: int) -> IPv4Network | None:
    """Return the lowest prefix of this length in ``pool`` that overlaps nothing ``taken``, or None.

    A loopback is never the first address of its pool: people read 10.0.0.0 as a network.

    >>> first_free(IPv4Network("10.0.0.0/29"), [IPv4Network("10.0.0.0/31"), IPv4Network("10.0.0.4/32")], 31)
    IPv4Network('10.0.0.2/31')
    >>> first_free(IPv4Network("10.0.0.0/29"), [IPv4Network("10.0.0.0/30"), IPv4Network("10.0.0.4/32")], 30)
    >>> first_free(IPv4Network("10.0.0.0/29"), [], 32)
    IPv4Network('10.0.0.1/32')
    """
    size = 1 << (32 - length)
    start = int(pool.network_address) + (1 if length == 32 and pool.prefixlen < 32 else 0)
    for first, last in _spans(taken):
        if last < start:
            continue
        if start + size <= first:
            break
        start = -(-(last + 1) // size) * size
    fits = length >= pool.prefixlen and start + size - 1 <= int(pool.broadcast_address)
    return IPv4Network((start, length)) if fits else None


def _next(network: Network, use: Use, length: int) -> IPv4Network:
    pools = sorted((pool for pool in network.pools.values() if pool.use == use), key=lambda pool: pool.prefix)
    for pool in pools:
        free = first_free(pool.prefix, used(network), length)
        if free is not None:
            return free
    raise PoolFullError(use, length, pools)


def _used(network: Network) -> Iterator[IPv4Network]:
    for router in network.routers.values():
        if router.state is not State.RETIRED:
            yield from (IPv4Network(address) for address in {router.loopback, router.address})
            yield from (lan.prefix for lan in router.lans)
    yield from (link.prefix for link in network.links.values() if link.state is not State.RETIRED)


def _spans(prefixes: Iterable[IPv4Network]) -> list[tuple[int, int]]:
    """Return the first and last address of each prefix as numbers, in order."""
    return sorted((int(prefix.network_address), int(prefix.broadcast_address)) for prefix in prefixes)
