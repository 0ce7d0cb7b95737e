"""What is wrong with a link in itself: its ends, its routing, its papers."""

from __future__ import annotations

from collections.abc import Iterator

from jipkit.checks.draft import Draft
from jipkit.faults import Fault
from jipkit.model import Contract, Link, Routing, Source


def check_ends(draft: Draft) -> Iterator[Fault]:
    """Yield links that connect nothing with nothing, or something with itself."""
    for link in draft.links.values():
        routers = [end.router for end in link.ends]
        source = Source("link", link.key)
        if routers == [None, None]:
            wrong = "neither end is ours; one end must be router:interface"
            yield draft.fault("link-ends-unmanaged", source._replace(field="a"), wrong)
        elif routers[0] == routers[1]:
            wrong = f"both ends are on {routers[0]}; a link joins two routers"
            yield draft.fault("link-ends-share-router", source._replace(field="b"), wrong)
        elif _says_others(draft, link):
            wrong = f"is called so, but joins {link.a} and {link.b}; one of them is a slip"
            yield draft.fault("link-name-disagrees", source, wrong)


def _says_others(draft: Draft, link: Link) -> bool:
    """Return whether the link's name is made of two routers' names, and others than its ends."""
    named = link.key.split("--")[:2]
    ends = {end.router for end in link.ends}
    routers = draft.written.get("routers", ())
    return len(named) == 2 and all(name in routers for name in named) and set(named) != ends


def check_routing(draft: Draft) -> Iterator[Fault]:
    """Yield links whose routing does not fit their ends."""
    for link in draft.links.values():
        source = Source("link", link.key, "routing")
        session = source._replace(field="bgp")
        ours = all(end.router for end in link.ends)
        if link.routing is Routing.BGP and link.bgp is None:
            wrong = "has BGP and no session; add bgp: {local_as: ..., peer_as: ...}"
            yield draft.fault("bgp-missing", source, wrong)
        if link.routing is not Routing.BGP and link.bgp is not None:
            wrong = f"is there, but the routing is {link.routing}; write routing: bgp, or remove it"
            yield draft.fault("bgp-needless", session, wrong)
        if link.routing is Routing.BGP and ours:
            wrong = "joins two of our own routers; they speak ospf or static, bgp is for the ends that are not ours"
            yield draft.fault("bgp-between-own", source, wrong)
        if link.bgp is not None and link.bgp.local_as == link.bgp.peer_as:
            wrong = f"is the local AS too; somebody else's network has an AS other than {link.bgp.local_as}"
            yield draft.fault("bgp-one-as", source._replace(field="bgp.peer_as"), wrong)
        if link.routing is Routing.OSPF and not ours:
            end = next(end for end in link.ends if end.router is None)
            wrong = f"is ospf, and {end} is not ours; whoever holds it could change our routes: bgp, static or none"
            yield draft.fault("ospf-to-unmanaged", source, wrong)


def _knows_providers(draft: Draft, contract: Contract, link: Link) -> bool:
    return draft.knows("providers", contract.provider) and draft.knows("providers", link.provider or "")


def check_papers(draft: Draft) -> Iterator[Fault]:
    """Yield links whose contract and circuit do not fit their provider."""
    circuits: dict[tuple[str | None, str], Link] = {}
    for link in draft.links.values():
        source = Source("link", link.key)
        contract = draft.contracts.get(link.contract or "")
        if link.contract is not None and link.provider is None:
            wrong = "is there, but no provider is; add provider:, or remove it: the district's own link needs none"
            yield draft.fault("contract-needless", source._replace(field="contract"), wrong)
        elif contract is not None and contract.provider != link.provider and _knows_providers(draft, contract, link):
            wrong = f"{contract.key} is a contract with {contract.provider}, but the provider is {link.provider}"
            yield draft.fault("contract-other-provider", source._replace(field="contract"), wrong)
        if link.circuit is not None:
            first = circuits.setdefault((link.provider, link.circuit), link)
            if first is not link:
                wrong = f"{link.circuit} is already the circuit of {first.key}; each link has its own"
                yield draft.fault("circuit-duplicate", source._replace(field="circuit"), wrong)
