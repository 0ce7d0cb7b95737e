"""What Linux answers a router that is built on it: iproute2, lldpd and the journal, all as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from ipaddress import IPv4Interface
from typing import Any

from jipkit.observation import ArpEntry, Counters, InterfaceState, LldpNeighbor, LogLine
from jipkit.parsing.strict import (
    a_list,
    an_address,
    an_object,
    count_of,
    document,
    plain_text,
    printable,
    strict,
    surprise,
    text_of,
)
from jipkit.parsing.values import chassis, is_mac, mac
from jipkit.reasons import because

_LOWER_UP = {"UP", "UNKNOWN"}
"""A loopback, and a tunnel, has no carrier of which the kernel knows."""


@strict
def parse_addresses(answer: object) -> Mapping[str, InterfaceState]:
    """Return the state of each interface, by name, from ``ip -j addr show``."""
    found = {_name(link): _state(link) for link in _entries(answer)}
    return found or surprise(because("no-interface"))


def _entries(answer: object) -> Iterator[Mapping[str, Any]]:
    for entry in a_list(document(answer), because("the-answer")):
        # iproute2 prints an empty object for what it was told to leave out
        if an_object(entry, "[]"):
            yield entry


def _name(link: Mapping[str, Any]) -> str:
    return text_of(link, "ifname").partition("@")[0]


def _state(link: Mapping[str, Any]) -> InterfaceState:
    enabled = "UP" in a_list(link.get("flags"), "flags")
    return InterfaceState(
        enabled=enabled,
        up=enabled and text_of(link, "operstate") in _LOWER_UP,
        addresses=tuple(_ipv4(a_list(link.get("addr_info", []), "addr_info"))),
        description=text_of(link, "ifalias") if "ifalias" in link else "",
        mtu=count_of(link, "mtu"),
    )


def _ipv4(entries: list[Any]) -> Iterator[IPv4Interface]:
    for entry in entries:
        if text_of(an_object(entry, "addr_info[]"), "family") == "inet":
            yield IPv4Interface((int(an_address(text_of(entry, "local"))), _length(entry)))


def _length(entry: Mapping[str, Any]) -> int:
    length = count_of(entry, "prefixlen")
    return length if length <= 32 else surprise(because("not-an-address", what=f"prefixlen {length}"))


@strict
def parse_counters(answer: object) -> Mapping[str, Counters]:
    """Return what each interface has counted, by name, from ``ip -j -s link show``."""
    found = {_name(link): _counted(link) for link in _entries(answer)}
    return found or surprise(because("no-interface"))


def _counted(link: Mapping[str, Any]) -> Counters:
    stats = an_object(link.get("stats64", link.get("stats")), "stats64")
    rx, tx = an_object(stats.get("rx"), "rx"), an_object(stats.get("tx"), "tx")
    return Counters(
        rx_errors=count_of(rx, "errors"),
        tx_errors=count_of(tx, "errors"),
        rx_octets=count_of(rx, "bytes"),
        tx_octets=count_of(tx, "bytes"),
        rx_packets=count_of(rx, "packets"),
        tx_packets=count_of(tx, "packets"),
        rx_discards=count_of(rx, "dropped"),
        tx_discards=count_of(tx, "dropped"),
    )


@strict
def parse_neighbors(answer: object) -> tuple[ArpEntry, ...]:
    """Return who has which address, from ``ip -j -4 neigh show``; an entry that nobody answers for has no MAC."""
    return tuple(
        ArpEntry(
            an_address(text_of(entry, "dst")),
            mac(text_of(entry, "lladdr")) if "lladdr" in entry else None,
            text_of(entry, "dev"),
        )
        for entry in _entries(answer)
    )


@strict
def parse_lldp(answer: object) -> tuple[LldpNeighbor, ...]:
    """Return who is heard, from ``lldpcli -f json0 show neighbors details``."""
    top = an_object(document(answer), because("the-answer"))
    if "lldp" not in top:
        surprise(because("missing", what="lldp"))
    return tuple(
        _heard(an_object(interface, "interface"))
        for part in a_list(top["lldp"], "lldp")
        for interface in a_list(an_object(part, "lldp[]").get("interface", []), "interface")
    )


def _heard(interface: Mapping[str, Any]) -> LldpNeighbor:
    box, port = _first(interface, "chassis"), _first(interface, "port")
    ident, name = chassis(_value(box, "id") or ""), _value(box, "name")
    where, described = _value(port, "id") or "", _value(port, "descr") or ""
    via = text_of(interface, "via").lower()
    managed = [v for v in _values(box, "mgmt-ip") if ":" not in v]
    return LldpNeighbor(
        interface=text_of(interface, "name"),
        system=name or ident or surprise(because("missing", what="chassis")),
        # lldpd names a port by its MAC address and describes it by its name
        port=described if described and is_mac(where) else where,
        protocol="lldp" if via == "lldp" else "cdp" if via.startswith("cdp") else None,
        chassis=ident or None,
        management_address=an_address(managed[0]) if managed else None,
    )


def _first(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = a_list(of.get(key), key)
    return an_object(found[0], key) if found else surprise(because("missing", what=key))


def _values(of: Mapping[str, Any], key: str) -> list[str]:
    return [text_of(an_object(entry, key), "value") for entry in a_list(of.get(key, []), key)]


def _value(of: Mapping[str, Any], key: str) -> str | None:
    return next(iter(_values(of, key)), None)


@strict
def parse_journal(answer: object) -> tuple[LogLine, ...]:
    """Return the lines of the log, from ``journalctl -o json``: one JSON object a line; times are UTC."""
    return tuple(_log_line(an_object(document(line), "[]")) for line in plain_text(answer).splitlines() if line.strip())


def _log_line(entry: Mapping[str, Any]) -> LogLine:
    stamp = text_of(entry, "__REALTIME_TIMESTAMP")
    if not stamp.isdecimal() or len(stamp) > 16:
        surprise(because("not-a-time", what="__REALTIME_TIMESTAMP"))
    at = datetime.fromtimestamp(int(stamp) // 1_000_000, UTC).replace(tzinfo=None)  # as all records have it
    who = entry.get("SYSLOG_IDENTIFIER")
    return LogLine(
        when=at.isoformat(sep=" "),
        message=printable(f"{who}: {_message(entry)}" if isinstance(who, str) else _message(entry), 1000),
        at=at,
        severity=text_of(entry, "PRIORITY") if "PRIORITY" in entry else None,
    )


def _message(entry: Mapping[str, Any]) -> str:
    """Return the text; journald gives what is no UTF-8 as a list of bytes."""
    said = entry.get("MESSAGE")
    if isinstance(said, list) and all(isinstance(byte, int) and 0 <= byte < 256 for byte in said):
        return bytes(said).decode(errors="replace")
    return said if isinstance(said, str) else json.dumps(said)
