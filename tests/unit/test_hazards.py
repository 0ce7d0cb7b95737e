"""What each platform's statements do when they come or go: as the devices behave, statement by statement."""

from __future__ import annotations

import timeit
from pathlib import Path
from typing import get_args

import pytest

from jipkit.configs import statements
from jipkit.drift import Difference, Drift, Kind
from jipkit.platforms import Hazard, HazardReason
from jipkit.project import Project
from jipkit.reasons import SENTENCES
from jipkit.rollout.risk_hits import Hit, met

PROJECT = Project(Path(__file__).parents[2])
PLATFORMS = PROJECT.platforms


def hits(platform: str, text: str) -> tuple[Hit, ...]:
    """Return what ``+ statement`` or ``- statement`` meets; its parents stand before `` / ``."""
    mark, _, statement = text.partition(" ")
    *path, last = statement.split(" / ")
    facts = PLATFORMS[platform]
    said = facts.positive + last if not path else last
    parents = (facts.positive + path[0], *path[1:]) if path else ()
    difference = (
        Difference("missing", parents, intended=said) if mark == "+" else Difference("extra", parents, running=said)
    )
    (found,) = met(Drift("any", (difference,), 1.0, (), ()), facts)
    return found.hits


def hazard(platform: str, text: str) -> Hazard | None:
    (hit,) = hits(platform, text)
    return hit.hazard


FRR = [
    ("+ interface eth0 / ip ospf cost 20", "cost-changed", "nothing"),
    ("+ interface eth0 / description to core-1", "text-changed", "nothing"),
    ("+ interface eth0 / shutdown", "interface-shut", "link"),
    ("- interface eth0 / shutdown", "interface-opened", "nothing"),
    ("- interface eth0 / ip address 10.161.0.1/31", "address-changed", "link"),
    ("+ interface eth0 / ip ospf message-digest-key 2 md5 <secret:ospf/x/2>", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf area 0.0.0.1", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf dead-interval 8", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf hello-interval 2", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf network point-to-point", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf passive", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf retransmit-interval 1", "routing-changed", "nothing"),
    ("+ interface eth0 / something new", "interface-changed", "link"),
    ("- router ospf", "routing-removed", "router"),
    ("+ router ospf", "routing-changed", "nothing"),
    ("+ router ospf / ospf router-id 10.160.0.1", "routing-changed", "nothing"),
    ("+ router ospf / timers throttle spf 10 50 500", "routing-changed", "nothing"),
    ("- router ospf / default-information originate", "policy-changed", "nothing"),
    ("- router bgp 64496", "routing-removed", "router"),
    ("- router bgp 64496 / neighbor 198.51.100.2 remote-as 64500", "peer-removed", "link"),
    ("+ router bgp 64496 / neighbor 198.51.100.2 remote-as 64500", "routing-changed", "nothing"),
    ("+ router bgp 64496 / neighbor 198.51.100.2 password <secret:bgp/x/1>", "neighbour-reset", "link"),
    ("+ router bgp 64496 / neighbor 198.51.100.2 description x", "text-changed", "nothing"),
    (
        "- router bgp 64496 / address-family ipv4 unicast / neighbor 198.51.100.2 prefix-list x in",
        "policy-changed",
        "nothing",
    ),
    ("- router bgp 64496 / address-family ipv4 unicast / network 203.0.113.0/24", "policy-changed", "nothing"),
    ("- ip route 10.162.3.0/27 10.161.40.1 200", "route-removed", "link"),
    ("+ ip route 10.162.3.0/27 10.161.40.1 200", "routing-changed", "nothing"),
    ("- ip route 203.0.113.0/24 blackhole 250", "route-removed", "nothing"),
    ("+ no ip forwarding", "routing-removed", "router"),
    ("+ no ipv6 forwarding", "routing-changed", "nothing"),
    ("- access-list management seq 5 permit 10.160.255.0/24", "filter-changed", "nothing"),
    ("+ ip prefix-list static-to-ospf seq 5 permit 10.160.0.6/32", "policy-changed", "nothing"),
    ("+ log syslog informational", "watching-changed", "nothing"),
    ("+ hostname core-9", "system-changed", "nothing"),
]


CISCO_IOS = [
    ("+ interface GigabitEthernet0/0 / ip ospf cost 20", "cost-changed", "nothing"),
    ("+ interface GigabitEthernet0/0 / description to core-1", "text-changed", "nothing"),
    ("+ interface GigabitEthernet0/0 / shutdown", "interface-shut", "link"),
    ("- interface GigabitEthernet0/0 / shutdown", "interface-opened", "nothing"),
    ("- interface Loopback0 / ip address 10.160.0.4 255.255.255.255", "address-changed", "link"),
    ("+ interface GigabitEthernet0/0 / ip ospf message-digest-key 2 md5 <secret:ospf/x/2>", "neighbour-reset", "link"),
    ("- interface GigabitEthernet0/0 / ip ospf 1 area 0.0.0.0", "neighbour-reset", "link"),
    ("+ interface GigabitEthernet0/0 / ip ospf hello-interval 2", "neighbour-reset", "link"),
    ("+ interface GigabitEthernet0/0 / ip ospf network point-to-point", "neighbour-reset", "link"),
    ("+ interface GigabitEthernet0/0 / ip mtu 1400", "neighbour-reset", "link"),
    ("+ interface GigabitEthernet0/0 / no ip redirects", "interface-changed", "nothing"),
    ("- interface Vlan110 / ip access-group lan-staff-in in", "filter-changed", "link"),
    ("+ interface GigabitEthernet0/1/0 / switchport access vlan 110", "lan-changed", "link"),
    ("- router ospf 1", "routing-removed", "router"),
    ("+ router ospf 1 / router-id 10.160.0.4", "routing-changed", "nothing"),
    ("+ router ospf 1 / passive-interface default", "neighbour-reset", "router"),
    ("- router ospf 1 / no passive-interface GigabitEthernet0/0", "neighbour-reset", "link"),
    ("+ router ospf 1 / no passive-interface GigabitEthernet0/0", "routing-changed", "nothing"),
    ("+ router ospf 1 / timers throttle spf 10 50 500", "routing-changed", "nothing"),
    ("- router bgp 64496 / neighbor 198.51.100.2 remote-as 64500", "peer-removed", "link"),
    ("- router bgp 64496 / address-family ipv4 / neighbor 198.51.100.2 activate", "peer-removed", "link"),
    ("- router bgp 64496 / address-family ipv4 / neighbor 198.51.100.2 prefix-list x in", "policy-changed", "nothing"),
    ("- ip route 10.162.3.0 255.255.255.224 10.161.40.1 200", "route-removed", "link"),
    ("- ip route 203.0.113.0 255.255.255.0 Null0 250", "route-removed", "nothing"),
    ("- ip access-list extended lan-staff-in / 10 permit ip any any", "filter-changed", "nothing"),
    ("- ip access-list standard management / 10 permit 10.160.255.0 0.0.0.255", "management-path", "nothing"),
    ("- line vty 0 4 / transport input ssh", "management-path", "nothing"),
    ("- line vty 0 4 / access-class management in", "management-path", "nothing"),
    ("- username jip privilege 15 secret <secret:login/jip>", "account-changed", "nothing"),
    ("- aaa new-model", "account-changed", "nothing"),
    ("+ ntp server 10.160.255.10", "watching-changed", "nothing"),
    ("+ snmp-server location Kayuagung", "watching-changed", "nothing"),
    ("+ vlan 110", "lan-changed", "nothing"),
    ("- ip routing", "routing-removed", "router"),
]

ARISTA_EOS = [
    ("+ interface Ethernet1 / ip ospf cost 20", "cost-changed", "nothing"),
    ("+ interface Ethernet1 / shutdown", "interface-shut", "link"),
    ("- interface Ethernet1 / ip address 10.161.1.21/31", "address-changed", "link"),
    ("- interface Ethernet1 / no switchport", "address-changed", "link"),
    ("- interface Ethernet1 / ip ospf area 0.0.0.0", "neighbour-reset", "link"),
    ("+ interface Ethernet1 / ip ospf message-digest-key 2 md5 <secret:ospf/x/2>", "neighbour-reset", "link"),
    ("+ interface Ethernet1 / mtu 9000", "neighbour-reset", "link"),
    ("+ interface Ethernet1 / ip ospf retransmit-interval 1", "routing-changed", "nothing"),
    ("+ interface Ethernet3 / switchport access vlan 110", "lan-changed", "link"),
    ("- router ospf 1", "routing-removed", "router"),
    ("+ router ospf 1 / router-id 10.160.1.101", "neighbour-reset", "router"),
    ("+ router ospf 1 / max-lsa 20000", "routing-changed", "nothing"),
    ("- router bgp 64496 / neighbor 198.51.100.2 remote-as 64500", "peer-removed", "link"),
    ("- router bgp 64496 / neighbor 198.51.100.2 peer group UPSTREAM", "peer-removed", "link"),
    ("+ router bgp 64496 / neighbor 198.51.100.2 maximum-routes 100", "policy-changed", "nothing"),
    ("- ip route 10.162.3.0/27 10.161.40.1 200", "route-removed", "link"),
    ("- ip route 203.0.113.0/24 Null0 250", "route-removed", "nothing"),
    ("+ management ssh / shutdown", "management-path", "nothing"),
    ("- management ssh / ip access-group management in", "management-path", "nothing"),
    ("- username jip privilege 15 role network-admin secret <secret:login/jip>", "account-changed", "nothing"),
    ("- ip routing", "routing-removed", "router"),
    ("+ no ip icmp redirect", "routing-changed", "nothing"),
    ("+ ntp server 10.160.255.10", "watching-changed", "nothing"),
    ("- ip access-list lan-staff-in / 10 permit ip any any", "filter-changed", "nothing"),
]

HUAWEI_VRP = [
    ("+ interface GigabitEthernet0/0/8 / ospf cost 20", "cost-changed", "nothing"),
    ("+ interface GigabitEthernet0/0/8 / shutdown", "interface-shut", "link"),
    ("- interface GigabitEthernet0/0/8 / ip address 10.161.11.9 255.255.255.254", "address-changed", "link"),
    ("+ interface GigabitEthernet0/0/8 / ospf authentication-mode md5 2 cipher <secret:x>", "neighbour-reset", "link"),
    ("+ interface GigabitEthernet0/0/8 / ospf timer hello 2", "neighbour-reset", "link"),
    ("+ interface GigabitEthernet0/0/8 / ospf timer retransmit 1", "routing-changed", "nothing"),
    ("+ interface GigabitEthernet0/0/8 / undo lldp enable", "interface-changed", "nothing"),
    ("- interface Vlanif110 / traffic-filter inbound acl name lan-staff-in", "filter-changed", "link"),
    ("- ospf 1 router-id 10.160.1.28", "routing-removed", "router"),
    ("- ospf 1 router-id 10.160.1.28 / area 0.0.0.0 / network 10.161.11.8 0.0.0.1", "neighbour-reset", "link"),
    ("- ospf 1 router-id 10.160.1.28 / undo silent-interface GigabitEthernet0/0/8", "neighbour-reset", "link"),
    ("+ ospf 1 router-id 10.160.1.28 / silent-interface all", "neighbour-reset", "router"),
    ("+ ospf 1 router-id 10.160.1.28 / lsa-arrival-interval intelligent-timer 500 0 50", "routing-changed", "nothing"),
    ("- bgp 64496 / peer 198.51.100.2 as-number 64500", "peer-removed", "link"),
    ("- bgp 64496 / ipv4-family unicast / peer 198.51.100.2 ip-prefix x import", "policy-changed", "nothing"),
    ("- ip route-static 10.162.3.0 255.255.255.224 10.161.40.1 preference 200", "route-removed", "link"),
    ("- ip route-static 203.0.113.0 255.255.255.0 NULL0 preference 250", "route-removed", "nothing"),
    ("- stelnet server enable", "management-path", "nothing"),
    ("- user-interface vty 0 4 / acl 2000 inbound", "management-path", "nothing"),
    ("- acl number 2000 / rule 5 permit source 10.160.255.0 0.0.0.255", "management-path", "nothing"),
    ("- acl name lan-staff-in 3101 / rule 5 permit ip", "filter-changed", "nothing"),
    ("- aaa / local-user jip password irreversible-cipher <secret:login/jip>", "account-changed", "nothing"),
    ("+ ntp-service unicast-server 10.160.255.10", "watching-changed", "nothing"),
    ("+ info-center loghost 10.160.255.12", "watching-changed", "nothing"),
]

JUNIPER_JUNOS = [
    ("+ protocols ospf area 0.0.0.0 interface ge-0/0/0.0 metric 20", "cost-changed", "nothing"),
    ("+ protocols ospf area 0.0.0.0 interface ge-0/0/0.0 dead-interval 8", "neighbour-reset", "link"),
    (
        '+ protocols ospf area 0.0.0.0 interface ge-0/0/0.0 authentication md5 2 key "<secret:x>"',
        "neighbour-reset",
        "link",
    ),
    ("+ protocols ospf area 0.0.0.0 interface ge-0/0/0.0 passive", "neighbour-reset", "link"),
    ("+ protocols ospf area 0.0.0.0 interface ge-0/0/0.0 retransmit-interval 1", "routing-changed", "nothing"),
    ("+ interfaces ge-0/0/0 disable", "interface-shut", "link"),
    ("- interfaces ge-0/0/0 disable", "interface-opened", "nothing"),
    ('+ interfaces ge-0/0/0 description "to core-1"', "text-changed", "nothing"),
    ("- interfaces ge-0/0/0 unit 0 family inet address 10.161.1.7/31", "address-changed", "link"),
    ("+ interfaces ge-0/0/0 mtu 9000", "neighbour-reset", "link"),
    ("- interfaces lo0 unit 0 family inet filter input protect-router", "management-path", "nothing"),
    ("+ interfaces ge-0/0/2 unit 0 family ethernet-switching vlan members staff", "lan-changed", "link"),
    ("+ routing-options router-id 10.160.1.15", "neighbour-reset", "router"),
    ("- protocols bgp group gateway-1--x neighbor 198.51.100.2", "peer-removed", "link"),
    ("+ protocols bgp group gateway-1--x import x", "policy-changed", "nothing"),
    ('+ protocols bgp group gateway-1--x authentication-key "<secret:x>"', "neighbour-reset", "link"),
    (
        "- routing-options static route 10.162.3.0/27 qualified-next-hop 10.161.40.1 preference 200",
        "route-removed",
        "link",
    ),
    ("- routing-options static route 203.0.113.0/24 discard", "route-removed", "nothing"),
    ("- security zones security-zone uplink interfaces ge-0/0/0.0", "filter-changed", "link"),
    ("- security zones security-zone uplink host-inbound-traffic system-services ssh", "management-path", "nothing"),
    ("- security policies default-policy deny-all", "filter-changed", "nothing"),
    ("- firewall family inet filter protect-router term ospf then accept", "management-path", "nothing"),
    ("- system services ssh protocol-version v2", "management-path", "nothing"),
    ("- system login user jip class super-user", "account-changed", "nothing"),
    ("+ system ntp server 10.160.255.10", "watching-changed", "nothing"),
]

VYOS = [
    ("+ protocols ospf interface eth0 cost 5", "cost-changed", "nothing"),
    ("+ protocols ospf interface eth0 area 0.0.0.1", "neighbour-reset", "link"),
    ("+ protocols ospf interface eth0 authentication md5 key-id 2 md5-key <secret:x>", "neighbour-reset", "link"),
    ("+ protocols ospf interface eth0 hello-interval 2", "neighbour-reset", "link"),
    ("+ protocols ospf interface eth0 passive", "neighbour-reset", "link"),
    ("+ protocols ospf interface eth0 retransmit-interval 1", "routing-changed", "nothing"),
    ("- protocols ospf area 0.0.0.0 network 10.161.1.12/31", "neighbour-reset", "link"),
    ("+ interfaces ethernet eth0 ip ospf hello-interval 2", "neighbour-reset", "link"),
    ("+ interfaces ethernet eth0 disable", "interface-shut", "link"),
    ("- interfaces ethernet eth0 disable", "interface-opened", "nothing"),
    ("+ interfaces ethernet eth0 description to-core-1", "text-changed", "nothing"),
    ("- interfaces ethernet eth0 address 10.161.1.13/31", "address-changed", "link"),
    ("+ interfaces ethernet eth0 mtu 1400", "neighbour-reset", "link"),
    ("+ protocols ospf parameters router-id 10.160.1.19", "routing-changed", "nothing"),
    ("- protocols bgp neighbor 198.51.100.2 remote-as 64500", "peer-removed", "link"),
    ("- protocols bgp 64496 neighbor 198.51.100.2 remote-as 64500", "peer-removed", "link"),
    ("- protocols static route 10.162.3.0/27 next-hop 10.161.40.1 distance 200", "route-removed", "link"),
    ("- protocols static route 203.0.113.0/24 blackhole distance 250", "route-removed", "nothing"),
    ("- firewall ipv4 input filter rule 80 action accept", "management-path", "nothing"),
    ("- firewall name to-router rule 80 action accept", "management-path", "nothing"),
    ("- firewall ipv4 forward filter rule 60 action accept", "filter-changed", "nothing"),
    ("- firewall group interface-group uplink interface eth0", "filter-changed", "link"),
    ("- service ssh port 22", "management-path", "nothing"),
    ("- system login user jip authentication plaintext-password <secret:login/jip>", "account-changed", "nothing"),
    ("+ service ntp server 10.160.255.10", "watching-changed", "nothing"),
]

_TEMPLATE = "/routing ospf interface-template add area=backbone auth=md5 auth-key=<secret:x> cost=20 interfaces=ether1"

MIKROTIK_ROUTEROS = [
    (f"- {_TEMPLATE}", "neighbour-reset", "link"),
    (
        "- /routing ospf interface-template add area=backbone interfaces=vlan110-staff passive",
        "neighbour-reset",
        "link",
    ),
    ("- /routing ospf network add area=backbone network=10.161.11.12/32", "neighbour-reset", "link"),
    ("- /routing ospf instance add name=district router-id=10.160.0.15", "routing-removed", "router"),
    ("- /routing ospf area add instance=district name=backbone", "neighbour-reset", "router"),
    ("- /ip address add address=10.161.15.0 interface=ether1 network=10.161.15.1", "address-changed", "link"),
    ("- /ip address add address=10.161.15.0 disabled=yes interface=ether1", "text-changed", "nothing"),
    ("+ /interface ethernet set [ find default-name=ether1 ] disabled=yes", "interface-shut", "link"),
    ("- /interface ethernet set [ find default-name=ether1 ] comment=x disabled=yes", "interface-opened", "nothing"),
    ('+ /interface ethernet set [ find default-name=ether1 ] comment="to core-2 eth4"', "text-changed", "nothing"),
    ("- /interface wireguard peers add interface=wg-gateway-1 public-key=x", "neighbour-reset", "link"),
    ("- /interface list member add interface=ether1 list=uplink", "filter-changed", "link"),
    ("- /interface vlan add comment=staff interface=bridge name=vlan110-staff vlan-id=110", "lan-changed", "link"),
    ("- /interface bridge port add bridge=bridge interface=ether4 pvid=110", "lan-changed", "link"),
    ("- /ip firewall filter add action=accept chain=input protocol=icmp", "filter-changed", "nothing"),
    ("- /ip firewall address-list add address=10.160.255.0/24 list=management", "management-path", "nothing"),
    ("- /ip service set ssh address=10.160.255.0/24", "management-path", "nothing"),
    ("- /ip service set telnet disabled=yes", "service-changed", "nothing"),
    ("- /ip route add dst-address=10.162.3.0/27 gateway=10.161.40.1", "route-removed", "link"),
    ("- /ip route add blackhole dst-address=203.0.113.0/24", "route-removed", "nothing"),
    ("- /routing bgp connection add name=gateway-1--x remote.address=198.51.100.2", "peer-removed", "link"),
    ("- /routing filter rule add chain=x-in rule=x", "policy-changed", "nothing"),
    ("- /radius add address=10.160.255.13 service=login", "account-changed", "nothing"),
    ("+ /system ntp client servers add address=10.160.255.10", "watching-changed", "nothing"),
    ("+ /snmp set contact=NOC enabled=yes", "watching-changed", "nothing"),
]

CASES = {
    "frr": FRR,
    "cisco_ios": CISCO_IOS,
    "arista_eos": ARISTA_EOS,
    "huawei_vrp": HUAWEI_VRP,
    "juniper_junos": JUNIPER_JUNOS,
    "vyos": VYOS,
    "mikrotik_routeros": MIKROTIK_ROUTEROS,
}
EACH = [(platform, *case) for platform, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("platform", "text", "reason", "disturbs"), EACH, ids=[f"{p}:{t}" for p, t, _, _ in EACH])
def test_what_a_statement_does_to_traffic(platform: str, text: str, reason: str, disturbs: str) -> None:
    found = hazard(platform, text)
    assert found is not None
    assert (found.reason, found.disturbs) == (reason, disturbs)


ROW = f"{_TEMPLATE} type=ptp"
PARTS = [
    (ROW, ROW.replace("cost=20", "cost=30"), [("cost-changed", "nothing")] * 2),
    (ROW, ROW.replace("<secret:x>", "<secret:y>"), [("neighbour-reset", "link")] * 2),
    (ROW, ROW.replace("ether1", "ether2"), [("neighbour-reset", "link")] * 2),
    (ROW, ROW.replace(" cost=20", " comment=x cost=20"), [("text-changed", "nothing")]),
    (
        "/ip address add address=10.161.15.0 interface=ether1",
        "/ip address add address=10.161.15.0 disabled=yes interface=ether1",
        [("address-changed", "link")],
    ),
    (
        "/ip firewall filter add action=accept chain=input dst-port=22 protocol=tcp",
        "/ip firewall filter add action=accept chain=input dst-port=23 protocol=tcp",
        [("filter-changed", "nothing")] * 2,
    ),
    (
        "/interface ethernet set [ find default-name=ether1 ] comment=x",
        "/interface ethernet set [ find default-name=ether1 ] comment=x disabled=yes",
        [("interface-shut", "link")],
    ),
    (
        "/interface ethernet set [ find default-name=ether1 ] comment=x disabled=yes",
        "/interface ethernet set [ find default-name=ether1 ] comment=y disabled=yes",
        [("text-changed", "nothing")] * 2,
    ),
]


@pytest.mark.parametrize(("running", "intended", "expected"), PARTS)
def test_of_a_row_that_changes_only_what_changes_counts(
    running: str, intended: str, expected: list[tuple[str, str]]
) -> None:
    facts = PLATFORMS["mikrotik_routeros"]
    difference = Difference("changed", (), intended, running)
    (found,) = met(Drift("any", (difference,), 1.0, (), (), version="7.16.2"), facts)
    assert [(hit.hazard.reason, hit.hazard.disturbs) for hit in found.hits if hit.hazard] == expected


@pytest.mark.parametrize("platform", CASES)
def test_every_platform_says_what_its_statements_may_break(platform: str) -> None:
    assert len(PLATFORMS[platform].hazards) > 40


@pytest.mark.parametrize("platform", CASES)
def test_a_statement_that_nobody_described_meets_no_hazard(platform: str) -> None:
    assert hazard(platform, "+ quantum entanglement enable") is None


@pytest.mark.parametrize(
    "router", ["gateway-1", "bkad", "disdukcapil", "dinas-kominfo", "disdag", "dpupr", "kec-cengal"]
)
def test_every_statement_of_the_example_is_described(router: str) -> None:
    facts = PROJECT.facts(PROJECT.network.router(router))
    said = statements(PROJECT.render(router).text, facts)
    differences = tuple(Difference("missing", s.path, intended=s.text) for s in said)
    found = met(Drift(router, differences, 1.0, (), ()), facts)
    assert [hit.touched.text for one in found for hit in one.hits if hit.hazard is None] == []


@pytest.mark.parametrize("kind", ["unmanaged", "not assessable"])
def test_what_stays_as_it_is_meets_nothing(kind: Kind) -> None:
    difference = Difference(kind, (), intended="router ospf", running="router ospf")
    assert met(Drift("core-1", (difference,), 1.0, (), ()), PLATFORMS["frr"]) == ()


@pytest.mark.parametrize("platform", CASES)
@pytest.mark.parametrize("filling", [" add", " / ", " of ", "a=b ", " disabled=yes", "neighbor a ", " unit 0 ", "x"])
def test_a_line_of_the_greatest_length_is_matched_in_good_time(platform: str, filling: str) -> None:
    """What a device says is no trap: each way in which a statement of the platform begins, and 20,000 characters."""
    beginnings = sorted({text.partition(" ")[2].split(" / ")[0].split("=")[0] for text, _, _ in CASES[platform]})
    assert max(seconds(platform, beginning + filling * (20_000 // len(filling))) for beginning in beginnings) < 0.1


def seconds(platform: str, text: str) -> float:
    """Return how long a statement takes to be matched that goes: the better of two tries."""
    drift = Drift("any", (Difference("extra", (), running=text),), 1.0, (), ())
    return min(timeit.repeat(lambda: met(drift, PLATFORMS[platform]), number=1, repeat=2))


@pytest.mark.parametrize("code", get_args(HazardReason))
def test_every_reason_has_words_that_name_the_statements(code: str) -> None:
    assert SENTENCES[code].endswith(": {statements}")
