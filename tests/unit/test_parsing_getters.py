"""What a NAPALM driver returns is understood, or said not to be."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

import pytest

from jipkit.observation import LldpNeighbor, NotParsed, Ping
from jipkit.parsing import Counters, read_arp, read_counters, read_lldp, read_ping, read_software

PEER = IPv4Address("10.200.0.1")


def heard(**fields: Any) -> dict[str, list[dict[str, Any]]]:
    neighbour = {
        "parent_interface": "",
        "remote_port": "56:72:0a:3f:d1:cc",
        "remote_port_description": "eth1",
        "remote_chassis_id": "52:d6:71:25:a8:40",
        "remote_system_name": "r2",
        "remote_system_description": "Debian GNU/Linux 12",
        "remote_system_capab": ["router"],
        "remote_system_enable_capab": ["router"],
    }
    return {"eth1": [{**neighbour, **fields}]}


def pinged(sent: int = 3, lost: int = 0, mean: Any = 0.113) -> dict[str, Any]:
    return {"success": {"probes_sent": sent, "packet_loss": lost, "rtt_avg": mean, "results": []}}


def counted(**counts: int) -> dict[str, dict[str, int]]:
    return {"eth1": {"rx_errors": 0, "tx_errors": 0, "rx_octets": 3365, "tx_octets": 3527, **counts}}


@pytest.mark.covers("lldp", "frr")
def test_a_port_known_by_its_address_is_called_by_its_description() -> None:
    assert read_lldp(heard(), "lldp") == (LldpNeighbor("eth1", "r2", "eth1"),)


def test_a_port_known_by_its_name_is_called_so_whatever_its_description() -> None:
    answer = heard(remote_port="Gi0/1", remote_port_description="to the core")

    assert read_lldp(answer, "lldp") == (LldpNeighbor("eth1", "r2", "Gi0/1"),)


def test_a_system_without_a_name_is_called_by_its_chassis() -> None:
    assert read_lldp(heard(remote_system_name=""), "lldp") == (LldpNeighbor("eth1", "52:d6:71:25:a8:40", "eth1"),)


def test_nobody_heard_is_nobody() -> None:
    assert read_lldp({}, "lldp") == ()


@pytest.mark.covers("counters", "frr")
def test_counters_that_the_platform_does_not_have_are_not_zero() -> None:
    assert read_counters(counted(rx_errors=-1), "counters") == {"eth1": Counters(None, 0, 3365, 3527)}


@pytest.mark.parametrize(
    ("before", "now", "errors"),
    [
        (Counters(1, 2, 0, 0), Counters(4, 2, 9, 9), 3),
        (Counters(1, 2, 0, 0), Counters(1, 2, 0, 0), 0),
        (Counters(9, 9, 0, 0), Counters(0, 0, 0, 0), None),
        (Counters(None, 0, 0, 0), Counters(None, 0, 0, 0), None),
    ],
)
def test_errors_are_what_was_counted_since(before: Counters, now: Counters, errors: int | None) -> None:
    assert now.errors_since(before) == errors


@pytest.mark.covers("ping", "frr")
@pytest.mark.parametrize(
    ("answer", "ping"),
    [
        (pinged(), Ping(PEER, 3, 0.0, 0.113)),
        (pinged(lost=1), Ping(PEER, 3, 1 / 3, 0.113)),
        (pinged(lost=3, mean=0.0), Ping(PEER, 3, 1.0, None)),
        ({"error": "10.200.0.1 is unreachable"}, Ping(PEER, 3, 1.0, None)),
        ({"error": "ping: connect: Network is unreachable"}, Ping(PEER, 3, 1.0, None)),
    ],
)
def test_a_ping_has_its_loss_and_mean_time(answer: object, ping: Ping) -> None:
    assert read_ping(answer, PEER, 3) == ping


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"success": None},
        {"success": {}},
        {"error": "ping: bind: Cannot assign requested address"},
        {"error": 7},
        pinged(sent=0),
        pinged(lost=4),
        pinged(lost=-1),
        pinged(mean="fast"),
        pinged(mean=float("nan")),
        pinged(mean=float("inf")),
    ],
)
def test_a_ping_that_does_not_add_up_is_not_parsed(answer: object) -> None:
    found = read_ping(answer, PEER, 3)

    assert isinstance(found, NotParsed)
    assert found.command == "ping 10.200.0.1"


ENTRY = {"interface": "eth0", "mac": "48:A9:8A:00:20:02", "ip": "10.161.0.8", "age": -1.0}


@pytest.mark.parametrize("answer", [None, {}, ["10.161.0.8"], [{**ENTRY, "mac": "none"}], [{**ENTRY, "ip": 7}]])
def test_an_arp_table_of_another_shape_is_not_parsed(answer: object) -> None:
    assert isinstance(read_arp(answer, "arp"), NotParsed)


@pytest.mark.parametrize("answer", [None, [], {}, {"os_version": ""}, {"os_version": 7}])
def test_facts_without_a_version_are_not_parsed(answer: object) -> None:
    assert isinstance(read_software(answer, "version"), NotParsed)


@pytest.mark.parametrize("read", [read_lldp, read_counters])
@pytest.mark.parametrize("answer", [None, "", "eth1", [], {"eth1": None}, {"eth1": [None]}, {"eth1": [{}]}])
def test_other_shapes_are_not_parsed(read: Any, answer: object) -> None:
    assert isinstance(read(answer, "the command"), NotParsed)


def test_no_counters_at_all_are_not_parsed() -> None:
    assert isinstance(read_counters({}, "counters"), NotParsed)
