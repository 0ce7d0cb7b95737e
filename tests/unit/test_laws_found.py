"""Remedies that the laws found wrong once: what an engineer would have typed instead."""

from __future__ import annotations

import pytest

from tests.unit.laws.worlds import drift_of

HEADS = {
    "cisco_ios": "hostname kota",
    "arista_eos": "hostname kota",
    "huawei_vrp": "sysname kota",
    "frr": "hostname kota",
}
ONE, OTHER = "interface GigabitEthernet0/0/0", "interface GigabitEthernet0/0/1"
NET_A, NET_B = "10.162.1.0 255.255.255.0", "10.162.2.0 255.255.255.0"
A, B = "10.162.1.1 255.255.255.0", "10.162.2.1 255.255.255.0"


def remedy(platform: str, intended: list[str], running: list[str]) -> list[str]:
    last = {"huawei_vrp": "return", "frr": "!"}.get(platform, "end")
    head = HEADS[platform]
    return list(drift_of(platform, [head, *intended], "\n".join([head, *running, "!", last, ""])).remedy)


@pytest.mark.covers("remedy", "cisco_ios")
def test_ports_that_change_addresses_give_them_up_first() -> None:
    intended = [ONE, f" ip address {A}", OTHER, f" ip address {B}"]
    assert remedy("cisco_ios", intended, [ONE, f" ip address {B}", OTHER, f" ip address {A}"]) == [
        *(ONE, " no ip address", "exit", OTHER, " no ip address", "exit"),
        *(ONE, f" ip address {A}", "exit", OTHER, f" ip address {B}", "exit"),
    ]


@pytest.mark.covers("remedy", "cisco_ios")
def test_an_address_that_nobody_else_takes_is_overwritten() -> None:
    running = [ONE, f" ip address {B}"]
    assert remedy("cisco_ios", [ONE, f" ip address {A}"], running) == [ONE, f" ip address {A}", "exit"]


@pytest.mark.covers("remedy", "huawei_vrp")
def test_what_goes_with_a_first_address_is_given_back() -> None:
    intended = [ONE, f" ip address {A}", " ip address 192.0.2.1 255.255.255.0 sub", OTHER, f" ip address {B}"]
    running = [ONE, f" ip address {B}", " ip address 192.0.2.1 255.255.255.0 sub"]
    assert remedy("huawei_vrp", intended, running) == [
        *(ONE, " undo ip address", "quit", ONE, f" ip address {A}", " ip address 192.0.2.1 255.255.255.0 sub", "quit"),
        *(OTHER, f" ip address {B}", "quit"),
    ]


@pytest.mark.covers("remedy", "huawei_vrp")
def test_an_ospf_process_that_gets_another_router_id_stays_up() -> None:
    inside = [" area 0.0.0.0", "  network 10.161.0.0 0.0.0.1"]
    intended, running = (["ospf 1 router-id 10.160.0.1", *inside], ["ospf 1 router-id 10.160.0.2", *inside])
    assert remedy("huawei_vrp", intended, running) == ["ospf 1 router-id 10.160.0.1", "quit"]


@pytest.mark.parametrize("had", ["ospf 1", "ospf 1 router-id 10.160.0.9"])
@pytest.mark.parametrize("inside", [[], [" area 0.0.0.0", "  network 10.161.0.0 0.0.0.1"]])
@pytest.mark.covers("remedy", "huawei_vrp")
def test_an_ospf_process_stays_up_whatever_is_in_it(had: str, inside: list[str]) -> None:
    area = [" area 0.0.0.0", "  network 10.161.0.2 0.0.0.1"]
    found = remedy("huawei_vrp", ["ospf 1 router-id 10.160.0.5", *area], [had, *inside])
    assert (found[0], "undo ospf 1" in found) == ("ospf 1 router-id 10.160.0.5", False)


@pytest.mark.parametrize("head", ["ospf 1", "ospf 1 vpn-instance kantor"])
@pytest.mark.covers("remedy", "huawei_vrp")
def test_an_ospf_process_begins_anew_where_its_head_cannot_be_typed_over(head: str) -> None:
    inside = [" area 0.0.0.0", "  network 10.161.0.0 0.0.0.1"]
    found = remedy("huawei_vrp", [head, *inside], ["ospf 1 router-id 10.160.0.9", *inside])
    assert found[:2] == ["undo ospf 1", head]


@pytest.mark.covers("remedy", "huawei_vrp")
def test_a_changed_first_line_is_one_difference() -> None:
    inside = [" area 0.0.0.0", "  network 10.161.0.0 0.0.0.1"]
    running = "\n".join(["sysname kota", "ospf 1 router-id 10.160.0.9", *inside, "return", ""])
    drift = drift_of("huawei_vrp", ["sysname kota", "ospf 1 router-id 10.160.0.5", *inside], running)
    assert [(d.kind, d.intended, d.running) for d in drift.differences] == [
        ("changed", "ospf 1 router-id 10.160.0.5", "ospf 1 router-id 10.160.0.9")
    ]


@pytest.mark.covers("remedy", "cisco_ios")
def test_a_route_map_is_never_gone_while_what_it_does_changes() -> None:
    intended = ["route-map masuk permit 10", " match tag 5"]
    assert remedy("cisco_ios", intended, ["route-map masuk deny 10", " match tag 5", " set metric 9"]) == [
        *("route-map masuk permit 10", " no set metric 9", "exit"),
    ]


@pytest.mark.covers("remedy", "cisco_ios")
def test_a_class_of_traffic_is_not_taken_from_the_policy_that_uses_it() -> None:
    inside = [" match dscp ef"]
    found = remedy("cisco_ios", ["class-map match-all suara", *inside], ["class-map match-any suara", *inside])
    assert found == ["class-map match-all suara", "exit"]


@pytest.mark.covers("remedy", "cisco_ios")
def test_a_pool_hands_out_another_network_at_once() -> None:
    pool = "ip dhcp pool kantor"
    found = remedy("cisco_ios", [pool, f" network {NET_A}"], [pool, f" network {NET_B}"])
    assert found == [pool, f" network {NET_A}", "exit"]


@pytest.mark.covers("remedy", "cisco_ios")
def test_a_policy_is_detached_before_another_is_attached() -> None:
    found = remedy("cisco_ios", [ONE, " service-policy output baru"], [ONE, " service-policy output lama"])
    assert found == [
        *(ONE, " no service-policy output lama", "exit"),
        *(ONE, " service-policy output baru", "exit"),
    ]


@pytest.mark.covers("remedy", "cisco_ios")
def test_a_process_of_another_number_begins_when_the_old_one_has_given_up_its_router_id() -> None:
    inside = [" router-id 10.160.0.1"]
    found = remedy("cisco_ios", ["router ospf 1", *inside], ["router ospf 2", *inside])
    assert found == ["no router ospf 2", "router ospf 1", *inside, "exit"]


@pytest.mark.parametrize(
    ("platform", "block", "statement", "line"),
    [
        ("huawei_vrp", "", "route-policy masuk permit node 10", "undo route-policy masuk node 10"),
        ("huawei_vrp", "route-policy masuk permit node 10", "apply cost-type type-1", "undo apply cost-type"),
        ("huawei_vrp", "", "ssh server cipher aes256_ctr", "undo ssh server cipher"),
        ("huawei_vrp", "interface Tunnel0/0/1", "tunnel-protocol gre", "undo tunnel-protocol"),
        ("cisco_ios", "", "no logging console", "logging console"),
        ("cisco_ios", "router ospf 1", "redistribute bgp 64496 subnets", "no redistribute bgp 64496"),
        ("cisco_ios", "", "ip route vrf a 0.0.0.0 0.0.0.0 192.0.2.1", "no ip route vrf a 0.0.0.0 0.0.0.0 192.0.2.1"),
        ("cisco_ios", "", "ntp server vrf a 192.0.2.1 prefer", "no ntp server vrf a 192.0.2.1"),
        ("cisco_ios", "router bgp 64496", "address-family vpnv4", "no address-family vpnv4"),
        ("arista_eos", "", "ip route vrf a 0.0.0.0/0 192.0.2.1 9", "no ip route vrf a 0.0.0.0/0 192.0.2.1"),
        ("arista_eos", "management ssh", "idle-timeout 5", "no idle-timeout"),
        ("arista_eos", "", "aaa authentication policy on-success log", "no aaa authentication policy on-success log"),
    ],
)
@pytest.mark.covers("remedy")
def test_what_is_taken_back_is_named_as_the_device_names_it(
    platform: str, block: str, statement: str, line: str
) -> None:
    inside = [block, " description x"] if block else ["interface LoopBack0"]
    running = [*inside, f" {statement}"] if block else [*inside, statement]
    assert line in [said.strip() for said in remedy(platform, inside, running)]


@pytest.mark.covers("remedy", "frr")
def test_a_list_that_is_matched_does_not_take_the_place_of_another_sort() -> None:
    head = "route-map masuk permit 10"
    found = remedy("frr", [head, " match ip address prefix-list a"], [head, " match ip address b"])
    assert found == [head, " no match ip address b", "exit", head, " match ip address prefix-list a", "exit"]
