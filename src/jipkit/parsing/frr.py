"""What FRRouting answers, 8 and 10; VyOS answers alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from jipkit.observation import InterfaceState, Neighbor
from jipkit.parsing.strict import (
    a_list,
    an_address,
    an_object,
    count_of,
    document,
    one_of,
    printable,
    strict,
    surprise,
    text_of,
)
from jipkit.reasons import because


@strict
def parse_interfaces(answer: object) -> Mapping[str, InterfaceState]:
    """Return the state of each interface that exists, by name, from ``show interface json``.

    FRR keeps a stub for an interface that only its configuration knows (``pseudoInterface``): that one is left out.
    """
    entries = an_object(document(answer), because("the-answer"))
    found = {
        printable(name): _interface(an_object(entry, because("interface", name=name)))
        for name, entry in entries.items()
        if not (isinstance(entry, dict) and entry.get("pseudoInterface") is True)
    }
    return found or surprise(because("no-interface"))


def _interface(entry: Mapping[str, Any]) -> InterfaceState:
    enabled = one_of(entry, "administrativeStatus", "up", "down") == "up"
    # FRR leaves the operational state out of an interface that is shut
    up = enabled and one_of(entry, "operationalStatus", "up", "down") == "up"
    addresses = a_list(entry.get("ipAddresses", []), "ipAddresses")
    return InterfaceState(
        enabled=enabled,
        up=up,
        addresses=tuple(_ipv4_interfaces(addresses)),
        description=text_of(entry, "description") if "description" in entry else "",
        mtu=_told(entry, "mtu"),
        speed_mbps=_speed(entry.get("speed")),
    )


def _told(entry: Mapping[str, Any], *keys: str) -> int | None:
    """Return the first of some numbers that is there; None where it is not, or negative, which means that it is not."""
    found = next((entry[key] for key in keys if key in entry), None)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _seconds(entry: Mapping[str, Any], *keys: str) -> float | None:
    told = _told(entry, *keys)
    return None if told is None else told / 1000


def _speed(told: object) -> float | None:
    """Return a speed in Mbit/s; FRR has 0, or the greatest number of 32 bits, for an unknown one."""
    return float(told) if isinstance(told, int) and 0 < told < 2**32 - 1 else None


def _ipv4_interfaces(addresses: list[Any]) -> Iterator[IPv4Interface]:
    for entry in addresses:
        address = text_of(an_object(entry, "ipAddresses[]"), "address")
        if ":" in address:
            continue
        try:
            yield IPv4Interface(address)
        except ValueError:
            surprise(because("not-an-address", what=repr(address)))


@strict
def parse_ospf_neighbors(answer: object) -> tuple[Neighbor, ...]:
    """Return the OSPF neighbours from ``show ip ospf neighbor json``, in whatever state; ``()`` without OSPF."""
    top = an_object(document(answer), because("the-answer"))
    instances = [top] if "neighbors" in top else list(top.values())
    return tuple(neighbor for instance in instances for neighbor in _ospf_instance(instance))


def _ospf_instance(instance: object) -> Iterator[Neighbor]:
    of = an_object(instance, because("the-answer"))
    if "neighbors" not in of:
        surprise(because("no-neighbours"))
    for router_id, entries in an_object(of["neighbors"], "neighbors").items():
        for entry in a_list(entries, because("neighbour", name=router_id)):
            yield _ospf_neighbor(an_address(router_id), an_object(entry, because("neighbour", name=router_id)))


def _ospf_neighbor(router_id: IPv4Address, entry: Mapping[str, Any]) -> Neighbor:
    state = text_of(entry, "nbrState", "state").partition("/")[0]
    return Neighbor(
        protocol="ospf",
        interface=text_of(entry, "ifaceName").partition(":")[0],
        address=an_address(text_of(entry, "ifaceAddress", "address")),
        state=state,
        good=state == "Full",
        router_id=router_id,
        uptime_s=_seconds(entry, "upTimeInMsec", "lastPrgrsvChangeMsec") if state == "Full" else None,
        dead_time_s=_seconds(entry, "routerDeadIntervalTimerDueMsec", "deadTimeMsecs"),
    )


_FAMILIES = {
    f"{ip}{kind}"
    for ip in ("ipv4", "ipv6")
    for kind in ("Unicast", "Multicast", "Vpn", "LabeledUnicast", "Flowspec", "Encap")
} | {"l2VpnEvpn"}


@strict
def parse_bgp_summary(answer: object) -> tuple[Neighbor, ...]:
    """Return the IPv4 peers from ``show bgp summary json``, in whatever state; ``()`` without BGP or peers."""
    top = an_object(document(answer), because("the-answer"))
    if top and not top.keys() & _FAMILIES:
        surprise(because("missing", what="ipv4Unicast"))
    family = an_object(top.get("ipv4Unicast", {}), "ipv4Unicast")
    if not family:
        return ()
    peers = an_object(family.get("peers"), "peers")
    if "totalPeers" in family and count_of(family, "totalPeers") != len(peers):
        surprise(because("peers-missing", count=len(peers), all=family["totalPeers"]))
    return tuple(_bgp_peers(peers))


def _bgp_peers(peers: Mapping[str, Any]) -> Iterator[Neighbor]:
    for name, entry in peers.items():
        peer = an_object(entry, because("peer", name=name))
        state = text_of(peer, "state", "peerState")
        if text_of(peer, "idType") == "ipv4":
            yield _bgp_peer(an_address(name), state, peer)


def _bgp_peer(address: IPv4Address, state: str, peer: Mapping[str, Any]) -> Neighbor:
    good = state == "Established"
    return Neighbor(
        protocol="bgp",
        interface=None,
        address=address,
        state=state,
        good=good,
        uptime_s=_seconds(peer, "peerUptimeMsec") if good else None,
        prefixes_received=_told(peer, "pfxRcd") if good else None,
        remote_as=_told(peer, "remoteAs"),
    )
