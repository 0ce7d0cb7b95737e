"""Which links of a router a statement speaks of: by interface, by address, by the link's own name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from jipkit.model import Link, Medium, Network, Routing, State
from jipkit.rendering import Origin
from jipkit.routes import endpoint, serves

_SPLIT = re.compile(r"[\s=,\"';\[\]]+")
_PROSE = re.compile(r"""(["'])[^"']* [^"']*\1""")
"""Several words in quotes: a comment, which may name the port of somebody else."""
_PART_OF = ("unit", "vif")
"""Words between a port and the number of its part: ``ge-0/0/0 unit 0``, ``ethernet eth0 vif 110``."""
_HOST = "0.0.0.0"  # noqa: S104 - a wildcard, nothing listens
"""As a wildcard: this address alone."""
_ANY = "255.255.255.255"
"""As a wildcard behind `_HOST`: every address."""
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+(?:/\d+)?")


class Ports:
    """What the ports of one router are used for."""

    def __init__(self, network: Network, router: str) -> None:
        self._network = network
        self._router = network.router(router)
        self._links = network.links_of(router)

    def links_at(self, text: str) -> frozenset[str]:
        """Return the keys of the links whose ports ``text`` names."""
        found = {key for name in names_in(text) for key in self._by_interface(name)}
        spaced = {key for name in self._in_several_words if name in text for key in self._interfaces[name]}
        return frozenset(found | spaced)

    def links_in(self, text: str, origin: Origin | None = None) -> frozenset[str]:
        """Return the keys of the links that ``text`` speaks of; where it speaks of none, those that ``origin`` does."""
        found = set(self.links_at(text))
        found |= {name for name in names_in(text) if name in self._by_key}
        found |= {key for prefix in prefixes_in(text) for net, key in self._prefixes if net.overlaps(prefix)}
        if not found and origin is not None and not self._speaks_of_lan(text):
            found = {s.key for s in origin.sources if s.noun == "link" and s.key in self._by_key}
        return frozenset(found)

    def unused_in(self, text: str) -> bool:
        """Return whether ``text`` speaks of ports that nobody uses, as the inventory knows, and of no other."""
        spoken = [name for name in names_in(text) if name in self._free]
        return bool(spoken) and not self.links_in(text) and not self._speaks_of_lan(text)

    def riding_on(self, links: Collection[str], ports: Collection[str]) -> frozenset[str]:
        """Return the tunnels of this router that are lost with ``links``, its way to the internet among them.

        ``ports`` are those of ``links`` whose port itself is disturbed. A router with BGP keeps its tunnels as long as
        the port with their public address and one neighbour are there.
        """
        public = endpoint(self._network, self._router.key)
        if public is not None:
            peers = {link.key for link in self._links if link.routing is Routing.BGP}
            lost = public[1].key in ports or peers <= set(links)
        else:
            lost = self._outside in links
        return frozenset(link.key for link in self._links if lost and link.medium is Medium.VPN)

    @cached_property
    def routed_links(self) -> frozenset[str]:
        """Those over which routes are exchanged by OSPF."""
        return frozenset(link.key for link in self._links if link.routing is Routing.OSPF)

    @cached_property
    def static_ways(self) -> frozenset[str]:
        """Those over which this router sends by hand what goes to the rest of the network."""
        found = (link for link in self._links if link.routing is Routing.STATIC and self._is_ours(link))
        return frozenset(link.key for link in found if not serves(self._network, link, self._router.key))

    @cached_property
    def _by_key(self) -> Mapping[str, Link]:
        return {link.key: link for link in self._links}

    @cached_property
    def _interfaces(self) -> Mapping[str, set[str]]:
        """The links by the interface, and by the port that the interface is a part of."""
        found: dict[str, set[str]] = {}
        for link in self._links:
            name = link.end_of(self._router.key).interface or ""
            for spelling in {name, name.partition(".")[0]}:
                found.setdefault(spelling, set()).add(link.key)
        return found

    @cached_property
    def _in_several_words(self) -> tuple[str, ...]:
        return tuple(name for name in self._interfaces if " " in name)

    def _by_interface(self, name: str) -> set[str]:
        port, _, part = name.partition(".")
        return self._interfaces.get(name) or (self._exactly(port) if part == "0" else set())

    def _exactly(self, port: str) -> set[str]:
        return {link.key for link in self._links if link.end_of(self._router.key).interface == port}

    @cached_property
    def _prefixes(self) -> tuple[tuple[IPv4Network, str], ...]:
        return tuple((link.prefix, link.key) for link in self._links)

    @cached_property
    def _lans(self) -> frozenset[str]:
        lans = self._router.lans
        names = {name for lan in lans for name in (lan.interface, *lan.ports)}
        return frozenset(names | {name.partition(".")[0] for name in names})

    def _speaks_of_lan(self, text: str) -> bool:
        return not self._lans.isdisjoint(names_in(text))

    @cached_property
    def _free(self) -> frozenset[str]:
        used = {
            link.end_of(self._router.key).interface or "" for link in self._links if link.state is not State.RETIRED
        }
        return frozenset(self._router.interfaces) - used - self._lans - {name.partition(".")[0] for name in used}

    @cached_property
    def _outside(self) -> str | None:
        """The link over which tunnels of a router without BGP go; as `jipkit.routes` sends them."""
        ways = (link for link in self._links if link.routing is Routing.NONE and not self._is_ours(link))
        return next((link.key for link in ways), None)

    def _is_ours(self, link: Link) -> bool:
        return link.other_end(self._router.key).router is not None


def names_in(text: str) -> Iterator[str]:
    """Yield the words of ``text`` that may be names; a port and the number of its part are one.

    >>> list(names_in("interfaces ge-0/0/0 unit 0 family inet"))
    ['interfaces', 'ge-0/0/0.0', 'family', 'inet']
    """
    words = [word for word in _SPLIT.split(_PROSE.sub("", text)) if word and word != "/"]
    place = 0
    while place < len(words):
        if place + 2 < len(words) and words[place + 1] in _PART_OF:
            yield f"{words[place]}.{words[place + 2]}"
            place += 3
        else:
            yield words[place]
            place += 1


def prefixes_in(text: str) -> Iterator[IPv4Network]:
    """Yield the addresses and prefixes in ``text``, also those with a netmask or a wildcard behind them."""
    words = [word for word in _SPLIT.split(text) if _ADDRESS.fullmatch(word)]
    for place, word in enumerate(words):
        behind = words[place + 1] if place + 1 < len(words) and "/" not in word else ""
        if (word, behind) == (_HOST, _ANY):
            yield IPv4Network((0, 0))
        if _is_mask(word):
            continue
        mask = f"/{behind}" if behind and behind != _HOST and _is_mask(behind) else ""
        try:
            yield IPv4Network(word + mask, strict=False)
        except (AddressValueError, NetmaskValueError):
            continue


@lru_cache(maxsize=1_000)
def _is_mask(word: str) -> bool:
    """Return whether a word is a netmask, or the wildcard of one, rather than an address."""
    try:
        bits = int(IPv4Address(word))
    except AddressValueError:
        return False
    return word.startswith(("0.", "255.")) and any(n & (n + 1) == 0 for n in (bits, bits ^ 0xFFFFFFFF))
