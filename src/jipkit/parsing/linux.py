"""What the Linux tools beside FRRouting answer: lldpcli, ip, ping."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jipkit.observation import LldpNeighbor, Ping
from jipkit.parsing.strict import (
    a_list,
    an_address,
    an_object,
    count_of,
    document,
    printable,
    strict,
    surprise,
    text_of,
)


@dataclass(frozen=True, slots=True)
class Counters:
    """What an interface has counted since it came to be."""

    rx_errors: int
    tx_errors: int
    rx_octets: int
    tx_octets: int


@strict
def parse_lldp(text: str) -> tuple[LldpNeighbor, ...]:
    """Return what is heard on each interface, from ``lldpcli -f json0 show neighbors`` or ``-f json``."""
    top = an_object(document(text), "the answer")
    if "lldp" not in top:
        surprise("lldp is missing")
    heard = _only(top["lldp"], "lldp").get("interface", [])
    return tuple(_lldp_neighbor(name, entry) for name, entry in _lldp_entries(heard))


def _lldp_entries(heard: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield interface and entry: json0 names it inside, json outside, in a list when there are several."""
    for item in heard if isinstance(heard, list) else [heard]:
        entry = an_object(item, "an LLDP entry")
        if "chassis" in entry:
            yield text_of(entry, "name"), entry
        else:
            yield from ((printable(name), an_object(inner, f"interface {name}")) for name, inner in entry.items())


def _lldp_neighbor(interface: str, entry: Mapping[str, Any]) -> LldpNeighbor:
    chassis, port = _only(entry.get("chassis"), "chassis"), _only(entry.get("port"), "port")
    system = _value(chassis.get("name"))
    if system is None and "id" not in chassis and len(chassis) == 1:
        system = printable(next(iter(chassis)))
    return LldpNeighbor(
        interface=interface,
        system=system or _value(chassis.get("id")) or surprise("a neighbour without a name"),
        port=_lldp_port(port),
    )


def _lldp_port(port: Mapping[str, Any]) -> str:
    """Return the port's name: its id where that is a name, else its description (lldpd's id is a MAC address)."""
    if "id" not in port:
        surprise("a port without an id")
    kind = _only(port["id"], "port id").get("type")
    number = _value(port["id"]) or surprise("a port without an id")
    return number if kind == "ifname" else _value(port.get("descr")) or number


def _only(value: object, what: str) -> Mapping[str, Any]:
    """Return the object that ``value`` is, alone or as the only item of a list."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return an_object(value, what)


def _value(node: object) -> str | None:
    """Return the text of a node: ``"r3"``, ``{"value": "r3"}`` or ``[{"value": "r3"}]``; None when absent."""
    if node is None or isinstance(node, str):
        return printable(node) if node else None
    return text_of(_only(node, "a value"), "value")


@strict
def parse_counters(text: str) -> Mapping[str, Counters]:
    """Return what each interface has counted, by name, from ``ip -j -s link``."""
    found = dict(_link_counters(item) for item in a_list(document(text), "the answer"))
    return found or surprise("no interface at all, not even a loopback")


def _link_counters(item: object) -> tuple[str, Counters]:
    entry = an_object(item, "an interface")
    stats = an_object(entry.get("stats64", entry.get("stats")), "stats64")
    rx, tx = an_object(stats.get("rx"), "rx"), an_object(stats.get("tx"), "tx")
    errors, octets = (count_of(rx, "errors"), count_of(tx, "errors")), (count_of(rx, "bytes"), count_of(tx, "bytes"))
    return text_of(entry, "ifname"), Counters(*errors, *octets)


_PINGED = re.compile(r"^PING \S+ \(([0-9.]+)\)", re.MULTILINE)
_LOST = re.compile(r"^(\d{1,6}) packets transmitted, (\d{1,6}) (?:packets )?received\b", re.MULTILINE)
_RTT = re.compile(r"^(?:rtt|round-trip) min/avg/max(?:/mdev)? = [0-9.]+/([0-9.]{1,15})/", re.MULTILINE)


@strict
def parse_ping(text: str) -> Ping:
    """Return the outcome of a ping of iputils or busybox; one that found no route is not parsed: it sent nothing."""
    pinged, lost = _PINGED.search(text), _LOST.search(text)
    if pinged is None or lost is None:
        surprise("no ping statistics")
    sent, received = int(lost[1]), int(lost[2])
    if not 0 < sent <= 10_000 or received > sent:
        surprise(f"{received} answers to {sent} probes")
    mean = _RTT.search(text)
    if (mean is None) != (received == 0):
        surprise("round-trip times do not go with the answers")
    return Ping(an_address(pinged[1]), sent, 1 - received / sent, _milliseconds(mean[1]) if mean else None)


def _milliseconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        surprise(f"{text!r} is not a time")
