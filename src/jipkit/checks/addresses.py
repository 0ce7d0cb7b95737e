"""The address plan: nothing twice, nothing overlapping, everything in its pool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from jipkit.checks.draft import Draft
from jipkit.faults import Fault
from jipkit.model import Router, Source

_THIS_NETWORK = IPv4Network("0.0.0.0/8")


@dataclass(frozen=True, slots=True)
class _Block:
    """A prefix that something occupies; a loopback is a /32."""

    prefix: IPv4Network
    what: str
    owner: str
    source: Source

    @property
    def is_loopback(self) -> bool:
        return self.what == "loopback"


def _blocks(draft: Draft) -> Iterator[_Block]:
    for router in draft.standing_routers():
        yield _Block(IPv4Network(router.loopback), "loopback", router.key, Source("router", router.key, "loopback"))
        for index, lan in enumerate(router.lans):
            source = Source("router", router.key, f"lans.{index}.prefix")
            yield _Block(lan.prefix, "lan", f"LAN {lan.name} of {router.key}", source)
    for link in draft.standing_links():
        yield _Block(link.prefix, "link", f"link {link.key}", Source("link", link.key, "prefix"))


def check_overlaps(draft: Draft) -> Iterator[Fault]:
    """Yield prefixes and loopbacks that occupy the same addresses."""
    for outer, inner in _nested(_blocks(draft)):
        if outer.is_loopback:
            wrong = f"{inner.prefix.network_address} is already the loopback of {outer.owner}; give each its own"
            yield draft.fault("loopback-duplicate", inner.source, wrong)
        elif inner.is_loopback:
            wrong = f"{inner.prefix.network_address} lies in {outer.prefix} of {outer.owner}; take one outside"
            yield draft.fault("loopback-in-prefix", inner.source, wrong)
        elif outer.prefix == inner.prefix:
            wrong = f"{inner.prefix} is already that of {outer.owner}; give each its own"
            yield draft.fault("prefix-duplicate", inner.source, wrong)
        else:
            wrong = f"{inner.prefix} lies in {outer.prefix} of {outer.owner}; take one outside"
            yield draft.fault("prefix-overlap", inner.source, wrong)


def check_pools_overlap(draft: Draft) -> Iterator[Fault]:
    """Yield pools that share addresses."""
    blocks = (
        _Block(pool.prefix, "pool", f"pool {pool.key}", Source("pool", pool.key, "prefix"))
        for pool in draft.pools.values()
    )
    for outer, inner in _nested(blocks):
        wrong = f"{inner.prefix} overlaps {outer.prefix} of {outer.owner}; make them disjoint"
        yield draft.fault("pools-overlap", inner.source, wrong)


def _nested(blocks: Iterable[_Block]) -> Iterator[tuple[_Block, _Block]]:
    """Yield each block that lies in an earlier or larger one, after the smallest that it lies in."""
    around: list[_Block] = []
    for block in sorted(blocks, key=lambda b: (int(b.prefix.network_address), b.prefix.prefixlen)):
        while around and not block.prefix.subnet_of(around[-1].prefix):
            around.pop()
        if around:
            yield around[-1], block
        around.append(block)


def check_plan(draft: Draft) -> Iterator[Fault]:
    """Yield addresses outside the pools for their use; where the plan has no pool at all, there is no plan."""
    if not draft.pools:
        return
    for block in _blocks(draft):
        if block.what != "link":
            uses = ("loopback",) if block.is_loopback else ("lan", "public")
            yield from _outside(draft, f"{block.what}-outside-plan", block.source, block.prefix, uses)
    for link in draft.standing_links():
        source = Source("link", link.key)
        if all(end.router for end in link.ends):
            yield from _outside(draft, "link-outside-plan", source._replace(field="prefix"), link.prefix, ("link",))
        for index, prefix in enumerate(link.bgp.announce if link.bgp else ()):
            inner = source._replace(field=f"bgp.announce.{index}")
            yield from _outside(draft, "announce-outside-plan", inner, prefix, ("public",))


def _outside(draft: Draft, code: str, source: Source, prefix: IPv4Network, uses: tuple[str, ...]) -> Iterator[Fault]:
    pools = [pool.prefix for pool in draft.pools.values() if pool.use in uses]
    if not any(prefix.subnet_of(pool) for pool in pools):
        shown_prefix = prefix.network_address if prefix.prefixlen == 32 else prefix
        where = (
            f"the pools for {' or '.join(uses)} are {', '.join(map(str, pools))}"
            if pools
            else (f"there is no pool for {' or '.join(uses)}")
        )
        yield draft.fault(code, source, f"{shown_prefix} is outside the address plan; {where}")


def check_usable(draft: Draft) -> Iterator[Fault]:
    """Yield addresses that no router can have."""
    for block in _blocks(draft):
        reason = _unusable(block.prefix.network_address)
        if reason:
            wrong = f"{block.prefix.network_address} is {reason}; take one from the address plan"
            yield draft.fault("address-not-usable", block.source, wrong)


def _unusable(address: IPv4Address) -> str:
    reasons = {
        "multicast": address.is_multicast,
        "the loopback net": address.is_loopback,
        "link-local": address.is_link_local,
        "reserved": address.is_reserved,
        "this network": address in _THIS_NETWORK,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def check_sizes(draft: Draft) -> Iterator[Fault]:
    """Yield LANs and links whose prefix has not the size for what it is."""
    for router in draft.standing_routers():
        for index, lan in enumerate(router.lans):
            if lan.prefix.prefixlen > 30:
                wrong = f"{lan.prefix} has no room for the router and a user; make it a /30 or larger"
                yield draft.fault("lan-too-small", Source("router", router.key, f"lans.{index}.prefix"), wrong)
    for link in draft.standing_links():
        ours = all(end.router for end in link.ends)
        if link.prefix.prefixlen not in ((30, 31) if ours else range(8, 32)):
            wrong = f"{link.prefix} is a /{link.prefix.prefixlen}; a link between two ends is a /31 or a /30"
            yield draft.fault("link-prefix-size", Source("link", link.key, "prefix"), wrong)


def check_management(draft: Draft) -> Iterator[Fault]:
    """Yield management addresses at which another box, or none, would answer."""
    on_links: dict[str, set[IPv4Address]] = {}
    for link in draft.standing_links():
        for end in link.ends:
            if end.router is not None and link.prefix.num_addresses > 1:
                on_links.setdefault(end.router, set()).add(link.address_of(end).ip)
    for router in draft.standing_routers():
        if router.management is not None and draft.complete:
            own = _own_addresses(router) | on_links.get(router.key, set())
            if router.management not in own:
                wrong = (
                    f"{router.management} is none of the router's addresses; it has {', '.join(map(str, sorted(own)))}"
                )
                yield draft.fault("management-not-own", Source("router", router.key, "management"), wrong)


def _own_addresses(router: Router) -> set[IPv4Address]:
    return {router.loopback, *(lan.address.ip for lan in router.lans if lan.prefix.num_addresses > 1)}
