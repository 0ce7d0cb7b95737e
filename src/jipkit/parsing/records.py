"""From what was printed to records of `jipkit.observation`: one table of fields, for every platform and every fact.

A row has a text, or a list of texts, by the name of a field. What is missing that a record needs, and what a field
cannot hold, is a surprise; so is a row that no record understands.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Interface
from typing import Any, TypeVar

from jipkit.observation import (
    ArpEntry,
    Counters,
    InterfaceState,
    LldpNeighbor,
    LogLine,
    Neighbor,
    Optics,
    Ping,
    Software,
)
from jipkit.parsing import values
from jipkit.parsing.fsm import Row
from jipkit.parsing.strict import an_address, printable, surprise
from jipkit.platforms import Answers, Fact
from jipkit.reasons import because

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class About:
    """What the rows are about, as far as they need not say it themselves."""

    answers: Answers
    interface: str | None = None
    address: IPv4Address | None = None
    probes: int = 0


_FIELDS: Mapping[str, Callable[[str], Any]] = {
    "interface": printable,
    "enabled": values.truth,
    "up": values.truth,
    "description": printable,
    "mtu": values.count,
    "speed_mbps": values.speed_mbps,
    "duplex": values.duplex,
    "addresses": values.interface_address,
    **dict.fromkeys((field.name for field in dataclasses.fields(Counters)), values.count),
    "address": values.ipv4_or_none,
    "state": printable,
    "router_id": an_address,
    "uptime_s": values.span_s,
    "dead_time_s": values.span_s,
    "prefixes_received": values.count,
    "remote_as": values.as_number,
    "system": printable,
    "port": printable,
    "port_description": printable,
    "protocol": values.protocol,
    "chassis": values.chassis,
    "management_address": values.ipv4_or_none,
    "mac": values.mac,
    "sent": values.count,
    "received": values.count,
    "rtt_ms": values.milliseconds,
    "rtt_min_ms": values.milliseconds,
    "rtt_max_ms": values.milliseconds,
    "rx_dbm": values.weakest,
    "tx_dbm": values.weakest,
    "temperature_c": values.decimal,
    "version": printable,
    "model": printable,
    "serial": printable,
    "hostname": printable,
    "when": printable,
    "severity": printable,
    "message": printable,
}

_OF_SEVERAL_LINES = ("description", "message")

_STATES: Mapping[str, tuple[str, ...]] = {
    "ospf": ("Down", "Attempt", "Init", "2-Way", "ExStart", "Exchange", "Loading", "Full"),
    "bgp": ("Down", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"),
}
"""RFC 2328, 4271; some say that a BGP session is down, and not in which of the states before the last."""

_CANONICAL = {
    protocol: {state.lower().replace("-", ""): state for state in states} for protocol, states in _STATES.items()
}


def records(fact: Fact, rows: Sequence[Row], about: About) -> Any:
    """Return the records that ``rows`` are; for ``interfaces``, ``addresses`` and ``counters`` by interface."""
    return _RECORDS[fact]([_understood(row, about) for row in rows], about)


def known_fields(fact: Fact) -> frozenset[str]:
    """Return the fields that a template for ``fact`` may have."""
    return _ALLOWED[fact]


def _understood(row: Row, about: About) -> dict[str, Any]:
    """Return the values of a row; a word that the platform's data calls empty is no value."""
    found: dict[str, Any] = {} if about.interface is None else {"interface": about.interface}
    for name, printed in row.items():
        words = about.answers.words.get(name, {})
        if isinstance(printed, list) and name in _OF_SEVERAL_LINES:
            found[name] = _FIELDS[name](" ".join(printed))
        elif isinstance(printed, list):
            found[name] = tuple(_FIELDS[name](words.get(text, text)) for text in printed)
        elif text := words.get(printed, printed):
            found[name] = _FIELDS[name](text)
    if about.answers.names and "interface" in found:
        found["interface"] = values.full_name(found["interface"], about.answers.names)
    return found


def _make(kind: Callable[..., T], row: Mapping[str, Any], **more: Any) -> T:
    names, needed = _fields_of(kind)
    given = {name: value for name, value in row.items() if name in names} | more
    for name in needed:
        if name not in given:
            surprise(because("missing", what=name))
    return kind(**given)


@cache
def _fields_of(kind: Any) -> tuple[frozenset[str], tuple[str, ...]]:
    fields = dataclasses.fields(kind)
    return frozenset(f.name for f in fields), tuple(f.name for f in fields if f.default is dataclasses.MISSING)


def _by_interface(rows: Sequence[Mapping[str, Any]], make: Callable[[Mapping[str, Any]], T]) -> Mapping[str, T]:
    found: dict[str, T] = {}
    for row in rows:
        name = row.get("interface") or surprise(because("missing", what="interface"))
        if name in found:
            surprise(because("said-twice", what=name))
        found[name] = make(row)
    return found or surprise(because("no-interface"))


def _interfaces(rows: Sequence[Mapping[str, Any]], about: About) -> Mapping[str, InterfaceState]:
    del about
    return _by_interface(rows, _interface)


def _interface(row: Mapping[str, Any]) -> InterfaceState:
    made = _make(InterfaceState, row, addresses=_all_of(row.get("addresses")))
    return dataclasses.replace(made, up=made.enabled and made.up)


def _all_of(found: Any) -> tuple[IPv4Interface, ...]:
    return found if isinstance(found, tuple) else () if found is None else (found,)


def _addresses(rows: Sequence[Mapping[str, Any]], about: About) -> Mapping[str, tuple[IPv4Interface, ...]]:
    del about
    found: dict[str, tuple[IPv4Interface, ...]] = {}
    for row in rows:
        name = row.get("interface") or surprise(because("missing", what="interface"))
        found[name] = found.get(name, ()) + _all_of(row.get("addresses"))
    return found


def _counters(rows: Sequence[Mapping[str, Any]], about: About) -> Mapping[str, Counters]:
    del about
    return _by_interface(rows, lambda row: _make(Counters, row))


def _ospf(rows: Sequence[Mapping[str, Any]], about: About) -> tuple[Neighbor, ...]:
    del about
    return tuple(_neighbor("ospf", row) for row in rows if row.get("address", "") is not None)


def _bgp(rows: Sequence[Mapping[str, Any]], about: About) -> tuple[Neighbor, ...]:
    """Return the IPv4 peers; where a number of prefixes stands in place of a state, the session is established."""
    del about
    peers = ({"state": "Established", **row} if "prefixes_received" in row else row for row in rows)
    return tuple(_neighbor("bgp", peer) for peer in peers if peer.get("address", "") is not None)


def _neighbor(protocol: str, row: Mapping[str, Any]) -> Neighbor:
    said = row.get("state") or surprise(because("missing", what="state"))
    state = _state(protocol, str(said))
    good = state == _STATES[protocol][-1]
    # the time since a session went down is none that it is up
    uptime_s = row.get("uptime_s") if good else None
    more = {"protocol": protocol, "interface": row.get("interface"), "state": state}
    return _make(Neighbor, row, good=good, uptime_s=uptime_s, **more)


def _state(protocol: str, said: str) -> str:
    """Return a state in the words of the RFC; ``FULL/DR`` is Full, ``Idle (Admin)`` stays."""
    word = said.partition("/")[0].strip()
    first = word.partition(" ")[0].partition("(")[0]
    state = _CANONICAL[protocol].get(first.lower().replace("-", ""))
    more = word[len(first) :]
    if state is None or not re.fullmatch(r"(?: ?\(\w+\))?", more):
        surprise(because("not-a-word", value=repr(said)))
    return state + more


def _lldp(rows: Sequence[Mapping[str, Any]], about: About) -> tuple[LldpNeighbor, ...]:
    del about
    return tuple(_heard(row) for row in rows)


def _heard(row: Mapping[str, Any]) -> LldpNeighbor:
    """Return a neighbour; one without a name is called by its chassis, a port that is an address by what it is for."""
    system = row.get("system") or row.get("chassis") or surprise(because("missing", what="system"))
    port, described = row.get("port", ""), row.get("port_description", "")
    # RouterOS names the port and the bridge that it is in
    interface = str(row.get("interface", "")).partition(",")[0] or surprise(because("missing", what="interface"))
    more = {"interface": interface, "system": system}
    return _make(LldpNeighbor, row, **more, port=described if described and (values.is_mac(port) or not port) else port)


def _arp(rows: Sequence[Mapping[str, Any]], about: About) -> tuple[ArpEntry, ...]:
    del about
    return tuple(_make(ArpEntry, {"mac": None, **row}) for row in rows)


def _ping(rows: Sequence[Mapping[str, Any]], about: About) -> Ping:
    """Return what the last row sums up: some sum up in between, too."""
    row = rows[-1]
    sent, received = row.get("sent", 0), row.get("received")
    if received is None or not 0 <= received <= sent or not sent:
        surprise(because("probes-lost", lost=sent - (received or 0), sent=sent))
    times = row if received else {}
    if received and "rtt_ms" not in row:
        surprise(because("missing", what="rtt_ms"))
    more = {name: times.get(name) for name in ("rtt_ms", "rtt_min_ms", "rtt_max_ms")}
    return _make(Ping, {}, address=about.address, sent=sent, loss=(sent - received) / sent, **more)


def _optics(rows: Sequence[Mapping[str, Any]], about: About) -> tuple[Optics, ...]:
    del about
    return tuple(_make(Optics, row) for row in rows if row.keys() - {"interface"})


def _software(rows: Sequence[Mapping[str, Any]], about: About) -> Software:
    del about
    if len(rows) != 1:
        surprise(because("not-one", count=len(rows)))
    return _make(Software, rows[0])


def _log(rows: Sequence[Mapping[str, Any]], about: About) -> tuple[LogLine, ...]:
    formats = about.answers.times
    return tuple(_make(LogLine, row, at=values.moment(row.get("when", ""), formats)) for row in rows)


_RECORDS: Mapping[Fact, Callable[[Sequence[Mapping[str, Any]], About], Any]] = {
    "interfaces": _interfaces,
    "addresses": _addresses,
    "counters": _counters,
    "ospf_neighbors": _ospf,
    "bgp_neighbors": _bgp,
    "lldp": _lldp,
    "cdp": _lldp,
    "arp": _arp,
    "ping": _ping,
    "optics": _optics,
    "version": _software,
    "log": _log,
}


def _names(kind: Any, *more: str, without: tuple[str, ...] = ()) -> frozenset[str]:
    return (_fields_of(kind)[0] | {*more}) - {*without}


_ALLOWED: Mapping[Fact, frozenset[str]] = {
    "interfaces": _names(InterfaceState, "interface", without=("new_errors",)),
    "addresses": frozenset({"interface", "addresses"}),
    "counters": _names(Counters, "interface"),
    "ospf_neighbors": _names(Neighbor, without=("protocol", "good")),
    "bgp_neighbors": _names(Neighbor, without=("protocol", "good", "dead_time_s")),
    "lldp": _names(LldpNeighbor, "port_description"),
    "cdp": _names(LldpNeighbor, "port_description"),
    "arp": _names(ArpEntry),
    "ping": _names(Ping, "received", without=("address", "loss")),
    "optics": _names(Optics),
    "version": _names(Software),
    "log": _names(LogLine, without=("at",)),
}


def nothing(fact: Fact, about: About) -> Any:
    """Return what it means that the router itself says there is none: for a ping, that all probes are lost."""
    if fact == "ping":
        return Ping(about.address or surprise(because("missing", what="address")), about.probes, 1.0, None)
    return {} if fact == "addresses" else records(fact, (), about)
