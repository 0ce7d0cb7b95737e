"""Whether a change would certainly cut our own way to the router that it changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network

from jipkit.configs import statements
from jipkit.drift import Difference, Drift
from jipkit.model import Network, Router, State
from jipkit.platforms import Cut, Hazard, PlatformFacts
from jipkit.reasons import Reason, because
from jipkit.rollout.risk_hits import Hit, matching, whole_text
from jipkit.rollout.risk_ports import Ports, prefixes_in
from jipkit.topology import uplinks

_SSH = "ssh"


def certainly_cut(
    before: Network, after: Network, router: str, drift: Drift, facts: PlatformFacts, *, intended: str
) -> tuple[Reason, ...]:
    """Return what of our way to ``router`` is certainly gone once ``drift`` is made good; nothing: none of it is.

    ``intended`` is the whole intended configuration: what goes in one place may stay in another. ``before`` and
    ``after`` are the network as it is and as it is intended. What may cut us, but need not, is a risk
    (`jipkit.rollout.risk`) and nothing that is told here.

    Raises:
        UnknownNameError: there is no such router.
        ConfigTextError: ``intended`` is no configuration.
    """
    texts = _Texts(
        gone=tuple(whole_text(d.path, d.running, facts) for d in _changed(drift) if d.running is not None),
        new=tuple(whole_text(d.path, d.intended, facts) for d in _changed(drift) if d.intended is not None),
        said=(*(whole_text(s.path, s.text, facts) for s in statements(intended, facts)), *_staying(drift, facts)),
    )
    return tuple(_Way(before, after, router, facts, texts).lost())


def _changed(drift: Drift) -> Iterator[Difference]:
    return (d for d in drift.differences if d.kind in ("missing", "extra", "changed"))


def _staying(drift: Drift, facts: PlatformFacts) -> Iterator[str]:
    """Yield what nobody manages."""
    for difference in drift.differences:
        if difference.kind == "unmanaged" and difference.running is not None:
            yield whole_text(difference.path, difference.running, facts)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What goes, what comes, and everything that is said afterwards, as hazards are matched on it."""

    gone: tuple[str, ...]
    new: tuple[str, ...]
    said: tuple[str, ...]


class _Way:
    """Our way to one router, and what a change takes of it and brings."""

    def __init__(self, before: Network, after: Network, router: str, facts: PlatformFacts, texts: _Texts) -> None:
        self._before, self._after = before, after
        self._router: Router = after.router(router)
        self._facts, self._texts = facts, texts
        self._ports = Ports(after, router)

    def lost(self) -> Iterator[Reason]:
        """Yield what is gone."""
        for address in sorted(self._ours & self._no_longer("address")):
            yield because("cut-address", address=address)
        account = self._after.standards.access.username
        if account in self._no_longer("account"):
            yield because("cut-account", account=account)
        if _SSH in self._no_longer("service") or any(self._keeps_out(hit) for hit in self._brought("service")):
            yield because("cut-service")
        yield from self._lost_ways()

    @property
    def _ours(self) -> frozenset[str]:
        """The addresses by which we come in; at the controller's router also the one by which we go out."""
        controller = self._after.standards.controller
        lans = self._router.lans if controller.router == self._router.key else ()
        return frozenset(
            {str(self._router.address), *(str(lan.address.ip) for lan in lans if lan.name == controller.lan)}
        )

    # ------------------------------------------------------------------ statements

    def _no_longer(self, cuts: Cut) -> frozenset[str]:
        """Return what some statement kept that goes, and none keeps of those that are intended."""
        kept = self._kept_by(self._texts.gone, cuts, alone=True)
        return kept - self._kept_by(self._texts.said, cuts) if kept else kept

    def _kept_by(self, texts: Iterable[str], cuts: Cut, *, alone: bool = False) -> frozenset[str]:
        """Return what ``texts`` keep; ``alone``: and nothing but a statement can keep it."""
        hits = (hit for text in texts for hit in matching(text, self._losses_of(cuts)))
        sure = (hit for hit in hits if not (alone and hit.group("keeps")))
        return frozenset(value for hit in sure if (value := self._value(hit, cuts)) is not None)

    def _value(self, hit: Hit, cuts: Cut) -> str | None:
        """Return what of us a statement keeps: an address, an account, or SSH at our port."""
        if cuts == "service":
            return _SSH if hit.group("port") in (None, str(self._after.standards.access.port)) else None
        return hit.group(cuts)

    def _losses_of(self, cuts: Cut) -> tuple[Hazard, ...]:
        return tuple(
            hazard for hazard in self._facts.hazards if hazard.cuts == cuts and hazard.when in ("removed", "any")
        )

    def _brought(self, cuts: Cut) -> Iterator[Hit]:
        hazards = tuple(hazard for hazard in self._facts.hazards if hazard.cuts == cuts and hazard.when == "added")
        return (hit for text in self._texts.new for hit in matching(text, hazards))

    def _keeps_out(self, hit: Hit) -> bool:
        """Return whether a statement that comes keeps SSH from us: it is off, at another port, or for others alone."""
        if sources := hit.group("sources"):
            served = tuple(prefixes_in(sources.replace(",", " ")))
            return bool(served and self._nets) and not any(a.overlaps(b) for a in served for b in self._nets)
        if port := hit.group("port"):
            return port != str(self._after.standards.access.port)
        return not self._kept_by(self._texts.said, "service")

    @property
    def _nets(self) -> tuple[IPv4Network, ...]:
        """Where we come from."""
        controller = self._after.standards.controller
        return tuple(lan.prefix for lan in self._after.router(controller.router).lans if lan.name == controller.lan)

    # ------------------------------------------------------------------ links

    def _lost_ways(self) -> Iterator[Reason]:
        """Yield that nothing leads to the router any more: its links are out of service, shut, or not spoken over."""
        root = self._after.standards.controller.router
        if self._router.state is not State.ACTIVE or self._router.key == root or not self._is_reached_by_links:
            return
        lost = self._shut | self._unspoken
        before = [link.key for link in uplinks(self._before, self._router.key)]
        after = [link.key for link in uplinks(self._after, self._router.key)]
        ways = after or before or self._links_to_ours
        if ways and (ways is before or lost.issuperset(ways)):
            yield because("cut-way", controller=root, links=", ".join(before or ways))

    @property
    def _is_reached_by_links(self) -> bool:
        """Return whether we come over the links of the inventory, and not to an address that nothing of it holds."""
        nets = [*(lan.prefix for lan in self._router.lans), *(k.prefix for k in self._after.links_of(self._router.key))]
        return self._router.address == self._router.loopback or any(self._router.address in net for net in nets)

    @property
    def _links_to_ours(self) -> list[str]:
        """Its links to other routers of ours, in whatever state: one of them is our way when none is in service."""
        links = self._after.links_of(self._router.key)
        return [link.key for link in links if link.other_end(self._router.key).router is not None]

    @cached_property
    def _shut(self) -> frozenset[str]:
        """The links whose interface is shut, or loses its address."""
        shut = {link for hit in self._brought("link") for link in self._ports.links_in(hit.where)}
        addresses = self._no_longer("address")
        links = self._after.links_of(self._router.key) if addresses else ()
        bare = {k.key for k in links if str(k.address_of(k.end_of(self._router.key)).ip) in addresses}
        return frozenset(shut | bare)

    @cached_property
    def _unspoken(self) -> frozenset[str]:
        """The links over which no OSPF is spoken and no route leads any more; none where we come to one of a link."""
        if any(self._router.address in link.prefix for link in self._after.links_of(self._router.key)):
            return frozenset()
        if any(self._speaks(self._texts.gone)) and not any(self._speaks(self._texts.said)):
            return self._ports.routed_links
        unspoken = self._spoken_by(self._texts.gone) - self._spoken_by(self._texts.said)
        return unspoken & (self._ports.routed_links | self._ports.static_ways)

    def _speaks(self, texts: Iterable[str]) -> Iterator[Hit]:
        return (hit for text in texts for hit in matching(text, self._losses_of("routing")))

    def _spoken_by(self, texts: Iterable[str]) -> frozenset[str]:
        hits = (hit for text in texts for hit in matching(text, self._losses_of("link")))
        return frozenset(link for hit in hits for link in self._links_of(hit))

    def _links_of(self, hit: Hit) -> frozenset[str]:
        """Return the links that a statement keeps in use: all of them where it could name some and does not."""
        anywhere = hit.match is not None and "at" in hit.match.re.groupindex and hit.match["at"] is None
        return self._ports.routed_links if anywhere else self._ports.links_in(hit.where)
