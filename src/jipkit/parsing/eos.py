"""What Arista EOS answers to ``show ... | json``, 4.20 to 4.30."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jipkit.parsing.fsm import Row
from jipkit.parsing.records import About
from jipkit.parsing.strict import Parser, a_list, an_object, surprise, text_of
from jipkit.parsing.structured import reader
from jipkit.platforms import Answers
from jipkit.reasons import because

_ABOUT = About(
    Answers(
        words={
            "state": {"twoWays": "2-Way", "exchStart": "ExStart"},
            "duplex": {"duplexFull": "full", "duplexHalf": "half", "duplexUnknown": ""},
            "speed_mbps": {"0": ""},
        }
    )
)
_NO_ADDRESS = "0.0.0.0/0"
_COUNTED = {
    "rx_octets": "inOctets",
    "tx_octets": "outOctets",
    "rx_errors": "totalInErrors",
    "tx_errors": "totalOutErrors",
    "rx_discards": "inDiscards",
    "tx_discards": "outDiscards",
}
_PACKETS = ("UcastPkts", "MulticastPkts", "BroadcastPkts")


@reader("interfaces", _ABOUT)
def parse_interfaces(answer: Mapping[str, Any]) -> Iterator[Row]:
    """Return the state of each interface from ``show interfaces``; one that is err-disabled is enabled, and not up."""
    for name, entry in _interfaces(answer):
        speed = _number(entry, "bandwidth") if "bandwidth" in entry else "0"
        yield {
            "interface": name,
            "enabled": "no" if text_of(entry, "interfaceStatus") == "disabled" else "yes",
            "up": "yes" if text_of(entry, "lineProtocolStatus") == "up" else "no",
            "description": text_of(entry, "description") if "description" in entry else "",
            "addresses": list(_addresses(entry)),
            "mtu": _number(entry, "mtu") if "mtu" in entry else "",
            "duplex": text_of(entry, "duplex") if "duplex" in entry else "",
            "speed_mbps": f"{int(speed) / 1e6:g}"
            if speed.isdecimal()
            else surprise(because("not-a-speed", what=speed)),
        }


def _addresses(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses of an interface; 0.0.0.0/0 is how EOS says that there is none of a kind."""
    for held in a_list(entry.get("interfaceAddress", []), "interfaceAddress"):
        of = an_object(held, "interfaceAddress[]")
        others = a_list(of.get("secondaryIpsOrderedList", []), "secondaryIpsOrderedList")
        for one in (of.get("primaryIp", {}), of.get("virtualIp", {}), *others):
            if an_object(one, "primaryIp"):
                address = f"{text_of(one, 'address')}/{_number(one, 'maskLen')}"
                if address != _NO_ADDRESS:
                    yield address


@reader("counters", _ABOUT)
def parse_counters(answer: Mapping[str, Any]) -> Iterator[Row]:
    """Return what each interface has counted, from ``show interfaces``, but for those that count nothing: loopbacks."""
    for name, entry in _interfaces(answer):
        counted = an_object(entry.get("interfaceCounters", {}), "interfaceCounters")
        if counted:
            yield {
                "interface": name,
                **{field: _number(counted, key) for field, key in _COUNTED.items() if key in counted},
                "rx_packets": _packets(counted, "in"),
                "tx_packets": _packets(counted, "out"),
            }


def _packets(counted: Mapping[str, Any], way: str) -> str:
    found = [_number(counted, f"{way}{kind}") for kind in _PACKETS if f"{way}{kind}" in counted]
    return str(sum(map(int, found))) if len(found) == len(_PACKETS) else ""


@reader("ospf_neighbors", _ABOUT)
def parse_ospf_neighbors(answer: Mapping[str, Any]) -> Iterator[Row]:
    """Return the OSPF neighbours of all VRFs, from ``show ip ospf neighbor``; ``()`` without OSPF."""
    for vrf in _vrfs(answer):
        for instance in an_object(vrf.get("instList", {}), "instList").values():
            for entry in a_list(an_object(instance, "instList[]").get("ospfNeighborEntries"), "ospfNeighborEntries"):
                neighbor = an_object(entry, "ospfNeighborEntries[]")
                yield {
                    "interface": text_of(neighbor, "interfaceName"),
                    "address": text_of(neighbor, "interfaceAddress"),
                    "router_id": text_of(neighbor, "routerId"),
                    "state": text_of(neighbor, "adjacencyState"),
                }


@reader("bgp_neighbors", _ABOUT, none="% BGP inactive")
def parse_bgp_neighbors(answer: Mapping[str, Any]) -> Iterator[Row]:
    """Return the IPv4 peers of all VRFs, from ``show ip bgp summary``; ``()`` without BGP."""
    for vrf in _vrfs(answer):
        for address, entry in an_object(vrf.get("peers"), "peers").items():
            peer = an_object(entry, because("peer", name=address))
            state = text_of(peer, "peerState")
            reason = text_of(peer, "peerStateIdleReason") if "peerStateIdleReason" in peer else ""
            yield {
                "address": address,
                "state": f"{state} ({reason})" if reason and state == "Idle" else state,
                "remote_as": _number(peer, "asn" if "asn" in peer else "peerAsn"),
                **({"prefixes_received": _number(peer, "prefixReceived")} if state == "Established" else {}),
            }


@reader("lldp", _ABOUT)
def parse_lldp(answer: Mapping[str, Any]) -> Iterator[Row]:
    """Return who is heard on each interface, from ``show lldp neighbors detail``; names of ports come in quotes."""
    for name, held in an_object(answer.get("lldpNeighbors"), "lldpNeighbors").items():
        for entry in a_list(an_object(held, "lldpNeighbors[]").get("lldpNeighborInfo"), "lldpNeighborInfo"):
            heard = an_object(entry, "lldpNeighborInfo[]")
            port = an_object(heard.get("neighborInterfaceInfo"), "neighborInterfaceInfo")
            addresses = a_list(heard.get("managementAddresses", []), "managementAddresses")
            yield {
                "interface": name,
                "protocol": "lldp",
                "system": text_of(heard, "systemName") if "systemName" in heard else "",
                "chassis": text_of(heard, "chassisId"),
                "port": text_of(port, "interfaceId_v2", "interfaceId").strip('"'),
                "port_description": text_of(port, "interfaceDescription") if "interfaceDescription" in port else "",
                "management_address": next(_ipv4_addresses(addresses), ""),
            }


def _ipv4_addresses(addresses: list[Any]) -> Iterator[str]:
    for entry in addresses:
        held = an_object(entry, "managementAddresses[]")
        if held.get("addressType") == "ipv4":
            yield text_of(held, "address")


@reader("arp", _ABOUT)
def parse_arp(answer: Mapping[str, Any]) -> Iterator[Row]:
    """Return the ARP table from ``show ip arp``; of ``Vlan110, Ethernet5`` the interface is the first."""
    for table in _vrfs(answer) if "vrfs" in answer else (answer,):
        for entry in a_list(table.get("ipV4Neighbors"), "ipV4Neighbors"):
            neighbor = an_object(entry, "ipV4Neighbors[]")
            yield {
                "address": text_of(neighbor, "address"),
                "mac": text_of(neighbor, "hwAddress"),
                "interface": text_of(neighbor, "interface").partition(",")[0],
            }


@reader("optics", _ABOUT)
def parse_optics(answer: Mapping[str, Any]) -> Iterator[Row]:
    """Return what each transceiver measures, from ``show interfaces transceiver``; an empty cage is left out."""
    for name, entry in _interfaces(answer):
        told = {"rx_dbm": "rxPower", "tx_dbm": "txPower", "temperature_c": "temperature"}
        if entry:
            yield {"interface": name, **{field: _number(entry, key) for field, key in told.items() if key in entry}}


@reader("version", _ABOUT)
def parse_version(answer: Mapping[str, Any]) -> Iterator[Row]:
    """Return what ``show version`` says; 4.20 does not tell the uptime."""
    yield {
        "version": text_of(answer, "version"),
        "model": text_of(answer, "modelName"),
        "serial": text_of(answer, "serialNumber"),
        "uptime_s": _number(answer, "uptime") if "uptime" in answer else "",
    }


def _interfaces(answer: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, entry in an_object(answer.get("interfaces"), "interfaces").items():
        yield name, an_object(entry, because("interface", name=name))


def _vrfs(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for vrf in an_object(answer.get("vrfs"), "vrfs").values():
        yield an_object(vrf, "vrfs[]")


def _number(of: Mapping[str, Any], key: str) -> str:
    """Return a number as text: some versions write it as one, others in quotes."""
    value = of.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        surprise(because("not-a-count", what=key))
    return str(value)


PARSERS: Mapping[str, Parser[Any]] = {
    "eos.interfaces": parse_interfaces,
    "eos.counters": parse_counters,
    "eos.ospf_neighbors": parse_ospf_neighbors,
    "eos.bgp_neighbors": parse_bgp_neighbors,
    "eos.lldp": parse_lldp,
    "eos.arp": parse_arp,
    "eos.optics": parse_optics,
    "eos.version": parse_version,
}
