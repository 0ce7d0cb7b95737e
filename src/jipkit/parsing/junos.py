"""What Junos answers to ``show ... | display json``, 15.1 to 21.4: every value is ``[{"data": ...}]``.

Unit 0 of a port goes by the name of the port, as links name it: ``ge-0/0/0.0`` is ``ge-0/0/0``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jipkit.parsing import values
from jipkit.parsing.fsm import Row
from jipkit.parsing.records import About
from jipkit.parsing.strict import Parser, a_list, an_object, printable, surprise
from jipkit.parsing.structured import reader
from jipkit.platforms import Answers
from jipkit.reasons import because

_Json = Mapping[str, Any]

_UNTOLD = dict.fromkeys(("Auto", "Unspecified", "Unlimited", "N/A", "-"), "")
_POWER = {**_UNTOLD, "- Inf": "-inf", "-Inf": "-inf"}
_ABOUT = About(
    Answers(
        words={
            "mtu": _UNTOLD,
            "speed_mbps": _UNTOLD,
            "duplex": {
                **_UNTOLD,
                "Full-duplex": "full",
                "Full-Duplex": "full",
                "Half-duplex": "half",
                "Half-Duplex": "half",
            },
            "rx_dbm": _POWER,
            "tx_dbm": _POWER,
            "system": _UNTOLD,
        }
    )
)
_COUNTED = {
    "rx_octets": ("traffic-statistics", "input-bytes"),
    "tx_octets": ("traffic-statistics", "output-bytes"),
    "rx_packets": ("traffic-statistics", "input-packets"),
    "tx_packets": ("traffic-statistics", "output-packets"),
    "rx_errors": ("input-error-list", "input-errors"),
    "tx_errors": ("output-error-list", "output-errors"),
    "rx_discards": ("input-error-list", "input-drops"),
    "tx_discards": ("output-error-list", "output-drops"),
}


@reader("interfaces", _ABOUT)
def parse_interfaces(answer: _Json) -> Iterator[Row]:
    """Return the state of each port and unit, from ``show interfaces``; the MTU is that of IPv4 where it has any."""
    for port in _ports(answer):
        own = next((unit for unit in _units(port) if _unit_name(unit) == _needed(port, "name")), {})
        state = {"enabled": _needed(port, "admin-status"), "up": _needed(port, "oper-status")}
        yield {
            "interface": _needed(port, "name"),
            **_state(own, state),
            "description": _told(port, "description") or _told(own, "description"),
            "addresses": list(_addresses(own)),
            "mtu": _ipv4_mtu(own) or _told(port, "mtu"),
            "speed_mbps": _told(port, "speed"),
            "duplex": _told(port, "duplex") or _told(port, "link-mode"),
        }
        for unit in _units(port):
            if unit is not own:
                yield {
                    "interface": _unit_name(unit),
                    **_state(unit, state),
                    "description": _told(unit, "description"),
                    "addresses": list(_addresses(unit)),
                    "mtu": _ipv4_mtu(unit),
                }


def _state(unit: _Json, port: Mapping[str, str]) -> Mapping[str, str]:
    """Return the state of a unit: that of its port, unless its flags tell worse (a loopback has no flag ``up``)."""
    flags = {flag for flags in _all(unit, "if-config-flags") for flag in flags}
    enabled = "down" if flags & {"iff-down", "iff-disabled"} else port["enabled"]
    up = "down" if flags & {"iff-device-down", "iff-hardware-down"} else port["up"]
    return {"enabled": enabled, "up": up}


def _addresses(unit: _Json) -> Iterator[str]:
    """Yield IPv4 addresses; a network may be shortened (``10.160.9/24``), and that of a host is left out."""
    for family in _ipv4(unit):
        for address in _all(family, "interface-address"):
            local, prefix = _told(address, "ifa-local"), _told(address, "ifa-destination").partition("/")[2]
            if local:
                yield f"{local.partition('/')[0]}/{prefix or '32'}"


def _ipv4_mtu(unit: _Json) -> str:
    return next((_told(family, "mtu") for family in _ipv4(unit)), "")


def _ipv4(unit: _Json) -> Iterator[_Json]:
    return (family for family in _all(unit, "address-family") if _told(family, "address-family-name") == "inet")


@reader("counters", _ABOUT)
def parse_counters(answer: _Json) -> Iterator[Row]:
    """Return what ports and units have counted, from ``show interfaces extensive``; some count nothing."""
    for port in _ports(answer):
        units = [(_unit_name(unit), unit) for unit in _units(port)]
        name = _needed(port, "name")
        for interface, of in ((name, port), *((other, unit) for other, unit in units if other != name)):
            counts = {field: _count(of, *path) for field, path in _COUNTED.items()}
            if any(counts.values()):
                yield {"interface": interface, **counts}


def _count(of: _Json, group: str, key: str) -> str:
    return next((_told(found, key) for found in _all(of, group)), "")


@reader("ospf_neighbors", _ABOUT, none="OSPF instance is not running")
def parse_ospf_neighbors(answer: _Json) -> Iterator[Row]:
    """Return the OSPF neighbours from ``show ospf neighbor``; ``()`` without OSPF."""
    for found in _some(answer, "ospf-neighbor-information"):
        for neighbor in _all(found, "ospf-neighbor"):
            yield {
                "interface": _port_name(_needed(neighbor, "interface-name")),
                "address": _needed(neighbor, "neighbor-address"),
                "router_id": _needed(neighbor, "neighbor-id"),
                "state": _needed(neighbor, "ospf-neighbor-state"),
                "dead_time_s": _told(neighbor, "activity-timer"),
            }


@reader("bgp_neighbors", _ABOUT, none="BGP is not running|BGP is not configured")
def parse_bgp_neighbors(answer: _Json) -> Iterator[Row]:
    """Return the IPv4 peers from ``show bgp summary``; ``()`` without BGP. Prefixes are those of all its tables."""
    for found in _some(answer, "bgp-information"):
        peers = _all(found, "bgp-peer")
        if (told := _told(found, "peer-count")) and told != str(len(peers)):
            surprise(because("peers-missing", count=len(peers), all=printable(told)))
        yield from map(_peer, peers)


def _peer(peer: _Json) -> Row:
    state = _needed(peer, "peer-state")
    received = [_needed(table, "received-prefix-count") for table in _all(peer, "bgp-rib")]
    counts = {"prefixes_received": str(sum(map(int, received)))} if all(map(str.isdecimal, received)) else {}
    return {
        "address": _needed(peer, "peer-address").partition("+")[0],
        "remote_as": _needed(peer, "peer-as"),
        "state": state,
        "uptime_s": _told(peer, "elapsed-time"),
        **(counts if state == "Established" and received else {}),
    }


@reader("lldp", _ABOUT, none=r"(?:error|warning): lldp subsystem not running - not needed by configuration\.?")
def parse_lldp(answer: _Json) -> Iterator[Row]:
    """Return who is heard, from ``show lldp neighbors``; the local port is called differently before 16.1."""
    for found in _some(answer, "lldp-neighbors-information"):
        for neighbor in _all(found, "lldp-neighbor-information"):
            yield {
                "interface": _port_name(
                    _told(neighbor, "lldp-local-port-id") or _needed(neighbor, "lldp-local-interface")
                ),
                "protocol": "lldp",
                "system": _told(neighbor, "lldp-remote-system-name"),
                "chassis": _needed(neighbor, "lldp-remote-chassis-id"),
                "port": _told(neighbor, "lldp-remote-port-id"),
                "port_description": _told(neighbor, "lldp-remote-port-description"),
            }


@reader("arp", _ABOUT)
def parse_arp(answer: _Json) -> Iterator[Row]:
    """Return the ARP table from ``show arp no-resolve``; of ``irb.110 [ge-0/0/3.0]`` the interface is the first."""
    for found in _some(answer, "arp-table-information"):
        for entry in _all(found, "arp-table-entry"):
            yield {
                "address": _needed(entry, "ip-address"),
                "mac": _needed(entry, "mac-address"),
                "interface": _port_name(_needed(entry, "interface-name").partition(" ")[0]),
            }


@reader("optics", _ABOUT)
def parse_optics(answer: _Json) -> Iterator[Row]:
    """Return what each transceiver measures, from ``show interfaces diagnostics optics``; of its lanes the darkest.

    Copper, which measures nothing, is left out.
    """
    for port in _ports(answer):
        for found in _all(port, "optics-diagnostics"):
            lane = min(_all(found, "optics-diagnostics-lane-values"), key=_light, default=found)
            yield {
                "interface": _needed(port, "name"),
                "rx_dbm": _rx(lane),
                "tx_dbm": _told(lane, "laser-output-power-dbm"),
                "temperature_c": _told(found, "module-temperature").partition(" ")[0],
            }


def _rx(lane: _Json) -> str:
    return _told(lane, "laser-rx-optical-power-dbm") or _told(lane, "rx-signal-avg-optical-power-dbm")


def _light(lane: _Json) -> float:
    rx = _rx(lane)
    return values.decimal(_POWER.get(rx, rx) or "99")


@reader("version", _ABOUT)
def parse_version(answer: _Json) -> Iterator[Row]:
    """Return what ``show version`` says, of the first routing engine where there are several."""
    several = [item for found in _all(answer, "multi-routing-engine-results") for item in _each_engine(found)]
    found = _some(several[0] if several else answer, "software-information")[0]
    yield {
        "version": _needed(found, "junos-version"),
        "model": _needed(found, "product-model"),
        "hostname": _needed(found, "host-name"),
    }


def _each_engine(found: _Json) -> list[_Json]:
    return _all(found, "multi-routing-engine-item")


def _ports(answer: _Json) -> Iterator[_Json]:
    for found in _some(answer, "interface-information"):
        yield from _all(found, "physical-interface")


def _units(port: _Json) -> list[_Json]:
    return _all(port, "logical-interface")


def _unit_name(unit: _Json) -> str:
    return _port_name(_needed(unit, "name"))


def _port_name(interface: str) -> str:
    return interface.removesuffix(".0")


def _some(of: _Json, key: str) -> list[_Json]:
    """Return the objects under a key that every answer has."""
    return _all(of, key) or surprise(because("missing", what=key))


def _all(of: _Json, key: str) -> list[_Json]:
    return [an_object(held, key) for held in a_list(of.get(key, []), key)]


def _needed(of: _Json, key: str) -> str:
    return _told(of, key) or surprise(because("missing", what=key))


def _told(of: _Json, key: str) -> str:
    """Return a value; empty where there is none, or nothing in it (``[null]``)."""
    value = next((held.get("data") for held in _all(of, key)), None)
    if value is None or value == [None]:
        return ""
    return printable(value.strip()) if isinstance(value, str) else surprise(because("not-a-text", what=key))


PARSERS: Mapping[str, Parser[Any]] = {
    "junos.interfaces": parse_interfaces,
    "junos.counters": parse_counters,
    "junos.ospf_neighbors": parse_ospf_neighbors,
    "junos.bgp_neighbors": parse_bgp_neighbors,
    "junos.lldp": parse_lldp,
    "junos.arp": parse_arp,
    "junos.optics": parse_optics,
    "junos.version": parse_version,
}
