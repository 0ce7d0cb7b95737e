"""From FRR's answers to NAPALM's shapes: what the harness of NAPALM does not ask."""

from __future__ import annotations

from typing import Any

import pytest

from napalm_frr import parsing

COUNTS = {
    "localAs": 65001,
    "remoteAs": 65002,
    "peerUptimeMsec": 61999,
    "state": "Established",
    "pfxRcd": 3,
    "pfxSnt": 2,
}


def test_a_version_that_is_not_frr_is_not_understood() -> None:
    with pytest.raises(parsing.NotUnderstoodError, match="FRRouting VERSION"):
        parsing.facts("Quagga 1.2.4", {}, "r1", "5")


def test_a_router_without_a_domain_is_called_by_its_hostname() -> None:
    facts = parsing.facts("FRRouting 10.1 (r1) on Linux(6.1).", {"eth1": {}, "eth0": {}}, "", "5")
    assert (facts["fqdn"], facts["os_version"], facts["interface_list"]) == ("r1", "10.1", ["eth0", "eth1"])


@pytest.mark.parametrize("speed", [0, 4294967295])
def test_an_unknown_speed_is_minus_one(speed: int) -> None:
    shown = {"lo": {"administrativeStatus": "up", "operationalStatus": "up", "mtu": 65536, "speed": speed}}
    assert parsing.interfaces(shown)["lo"]["speed"] == -1.0


def test_an_interface_without_an_operational_state_is_not_called_down() -> None:
    with pytest.raises(KeyError):
        parsing.interfaces({"eth0": {"administrativeStatus": "up", "mtu": 1500}})


def test_an_interface_that_is_shut_is_neither_enabled_nor_up() -> None:
    (shown,) = parsing.interfaces({"eth0": {"administrativeStatus": "down", "mtu": 1500}}).values()
    assert (shown["is_enabled"], shown["is_up"]) == (False, False)


def test_an_interface_that_only_the_configuration_knows_is_left_out() -> None:
    assert parsing.interfaces({"nope0": {"administrativeStatus": "down", "pseudoInterface": True}}) == {}


def test_without_bgp_there_are_no_neighbours() -> None:
    assert parsing.bgp_neighbors({}, {}) == {}


def test_one_peer_of_two_families_is_one_peer() -> None:
    family = {"routerId": "192.0.2.9", "peers": {"192.0.2.1": COUNTS}}
    shown = parsing.bgp_neighbors({"ipv4Unicast": family, "ipv6Unicast": family}, {})
    peer = shown["global"]["peers"]["192.0.2.1"]
    assert sorted(peer["address_family"]) == ["ipv4", "ipv6"]
    assert (peer["is_up"], peer["uptime"]) == (True, 61)


def test_a_peer_that_is_not_established_has_no_uptime() -> None:
    family = {"routerId": "192.0.2.9", "peers": {"192.0.2.1": COUNTS | {"state": "Active"}}}
    peer = parsing.bgp_neighbors({"ipv4Unicast": family}, {})["global"]["peers"]["192.0.2.1"]
    assert (peer["is_up"], peer["uptime"]) == (False, -1)


def test_an_address_that_did_not_answer_is_not_in_the_arp_table() -> None:
    entries = [
        {"dst": "192.0.2.1", "dev": "eth0", "lladdr": "02:00:00:00:00:0a", "state": ["REACHABLE"]},
        {"dst": "192.0.2.2", "dev": "eth0", "state": ["FAILED"]},
    ]
    assert parsing.arp_table(entries) == [
        {"interface": "eth0", "mac": "02:00:00:00:00:0A", "ip": "192.0.2.1", "age": -1.0}
    ]


def test_an_lldp_neighbour_without_a_name_has_an_empty_one() -> None:
    port = {"id": [{"type": "mac", "value": "02:00:00:00:00:0a"}]}
    shown = {"lldp": [{"interface": [{"name": "eth1", "chassis": [{}], "port": [port]}]}]}
    assert parsing.lldp_neighbors(shown) == {"eth1": [{"hostname": "", "port": "02:00:00:00:00:0a"}]}


def test_lldp_details_of_one_interface_leave_the_others_out() -> None:
    entry: dict[str, Any] = {"chassis": [{}], "port": [{}]}
    shown = {"lldp": [{"interface": [entry | {"name": "eth1"}, entry | {"name": "eth2"}]}]}
    assert list(parsing.lldp_neighbors_detail(shown, "eth2")) == ["eth2"]


@pytest.mark.parametrize(
    ("entry", "hop", "active", "reason"),
    [
        ({"selected": True}, {"active": True, "fib": True}, True, ""),
        ({}, {"active": True}, False, "another route is preferred"),
        ({"selected": True}, {}, False, "the next hop is not reachable"),
    ],
)
def test_a_route_says_why_it_is_not_used(entry: dict[str, Any], hop: dict[str, Any], active: bool, reason: str) -> None:
    shown = {"192.0.2.0/24": [{"protocol": "static", "nexthops": [hop]} | entry]}
    (route,) = parsing.routes(shown, "", "default")["192.0.2.0/24"]
    assert (route["current_active"], route["inactive_reason"]) == (active, reason)


def test_each_next_hop_is_a_route_of_its_own() -> None:
    hops = [{"ip": "192.0.2.1", "active": True}, {"ip": "192.0.2.2", "active": True}]
    shown = {"198.51.100.0/24": [{"protocol": "ospf", "selected": True, "nexthops": hops}]}
    found = parsing.routes(shown, "OSPF", "default")["198.51.100.0/24"]
    assert [route["next_hop"] for route in found] == ["192.0.2.1", "192.0.2.2"]


def test_a_lost_ping_is_a_loss_and_not_an_error() -> None:
    out = "--- 192.0.2.1 ping statistics ---\n3 packets transmitted, 0 received, 100% packet loss, time 412ms\n"
    success = parsing.ping(out, "", "192.0.2.1")["success"]
    assert (success["probes_sent"], success["packet_loss"], success["results"]) == (3, 3, [])


@pytest.mark.parametrize(
    ("out", "err", "error"),
    [
        ("", "ping: connect: Network is unreachable\n", "ping: connect: Network is unreachable"),
        ("", "", "ping said nothing"),
        (
            "From 192.0.2.9 icmp_seq=1 Destination Host Unreachable\n1 packets transmitted, 0 received, +1 errors",
            "",
            "192.0.2.1 is unreachable",
        ),
    ],
)
def test_a_ping_that_could_not_be_sent_is_an_error(out: str, err: str, error: str) -> None:
    assert parsing.ping(out, err, "192.0.2.1") == {"error": error}
