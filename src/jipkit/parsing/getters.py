"""What NAPALM's getters return: a driver reads a router's answer too, so its shapes are trusted no more than text."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import Any

from jipkit.observation import ArpEntry, Counters, LldpNeighbor, NotParsed, Ping, Software
from jipkit.parsing.strict import (
    SurpriseError,
    a_list,
    an_address,
    an_object,
    count_of,
    excerpt,
    printable,
    refusal,
    strict,
    surprise,
    text_of,
)
from jipkit.parsing.values import mac
from jipkit.reasons import because

MOST_PROBES = 10_000

_COUNTED = ("rx_errors", "tx_errors", "rx_octets", "tx_octets")


@strict
def read_lldp(answer: object) -> tuple[LldpNeighbor, ...]:
    """Return who is heard on each interface, from ``get_lldp_neighbors_detail``."""
    return tuple(
        _lldp_neighbor(printable(name), an_object(entry, because("interface", name=name)))
        for name, entries in an_object(answer, because("the-answer")).items()
        for entry in a_list(entries, because("interface", name=name))
    )


def _lldp_neighbor(interface: str, entry: Mapping[str, Any]) -> LldpNeighbor:
    system = text_of(entry, "remote_system_name") or text_of(entry, "remote_chassis_id")
    port, description = text_of(entry, "remote_port"), text_of(entry, "remote_port_description")
    # lldpd names a port by its MAC address and describes it by its name
    return LldpNeighbor(interface, system, description if ":" in port and description else port)


@strict
def read_counters(answer: object) -> Mapping[str, Counters]:
    """Return what each interface has counted, by name, from ``get_interfaces_counters``."""
    found = {
        printable(name): Counters(**{key: _count(entry, key) for key in _COUNTED})
        for name, entry in an_object(answer, because("the-answer")).items()
    }
    return found or surprise(because("no-interface"))


def _count(entry: object, key: str) -> int | None:
    counts = an_object(entry, "interfaces[]")
    return None if counts.get(key) == -1 else count_of(counts, key)


@strict
def read_arp(answer: object) -> tuple[ArpEntry, ...]:
    """Return who has which address, from ``get_arp_table``."""
    entries = (an_object(entry, "arp[]") for entry in a_list(answer, because("the-answer")))
    return tuple(
        ArpEntry(an_address(text_of(e, "ip")), mac(text_of(e, "mac")), text_of(e, "interface"))
        for e in entries
        if ":" not in text_of(e, "ip")
    )


@strict
def read_software(answer: object) -> Software:
    """Return what a router says it is, from ``get_facts``; what NAPALM leaves empty or negative is not known."""
    facts = an_object(answer, because("the-answer"))
    uptime = facts.get("uptime")
    return Software(
        version=text_of(facts, "os_version") or surprise(because("missing", what="os_version")),
        model=text_of(facts, "model") or None,
        serial=text_of(facts, "serial_number") or None,
        hostname=text_of(facts, "hostname") or None,
        uptime_s=float(uptime) if isinstance(uptime, (int, float)) and 0 <= uptime < float("inf") else None,
    )


def read_ping(answer: object, address: IPv4Address, probes: int) -> Ping | NotParsed:
    """Return the outcome of a ping, from NAPALM's ``ping``.

    A destination for which there is no route is one that does not answer: all probes count as lost.
    """
    command = f"ping {address}"
    try:
        return _ping(an_object(answer, because("the-answer")), address, probes)
    except SurpriseError as error:
        return NotParsed(command, error.reason, excerpt(str(answer)))


def _ping(answer: Mapping[str, Any], address: IPv4Address, probes: int) -> Ping:
    if "error" in answer:
        text = text_of(answer, "error")
        if "unreachable" in text.lower():
            return Ping(address, probes, 1.0, None)
        surprise(refusal(text) or because("not-understood", reason=text))
    success = an_object(answer.get("success"), "success")
    sent, lost = count_of(success, "probes_sent"), count_of(success, "packet_loss")
    if not 0 < sent <= MOST_PROBES or lost > sent:
        surprise(because("probes-lost", lost=lost, sent=sent))
    return Ping(address, sent, lost / sent, _rtt_ms(success) if lost < sent else None)


def _rtt_ms(success: Mapping[str, Any]) -> float:
    mean = success.get("rtt_avg")
    if not isinstance(mean, (int, float)) or not 0 <= mean < float("inf"):
        surprise(because("not-a-time", what="rtt_avg"))
    return float(mean)
