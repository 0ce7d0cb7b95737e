"""What VyOS is told is what `show configuration commands` prints; the numbers are those of the rule catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jipkit.drift import Drift, compare
from jipkit.errors import TemplateError
from jipkit.model import Link, Network
from jipkit.project import Project
from jipkit.redaction import HIDDEN, fill, names_in, redact
from jipkit.rendering import Rendered
from jipkit.testing.networks import changed, keyed, small_network
from jipkit.testing.replatform import on_platform
from jipkit.view_parts import natural
from jipkit.views import router_view

CHECKOUT = Path(__file__).parents[2]
OFFICE = on_platform(small_network(), "kec-rawa", "vyos")
CORE = on_platform(small_network(), "core-1", "vyos")
OLD_OFFICE = on_platform(small_network(), "kec-rawa", "vyos", version="1.3.8")
OLD_CORE = on_platform(small_network(), "core-1", "vyos", version="1.3.8")
NETWORKS = {
    ("kec-rawa", "1.4"): OFFICE,
    ("core-1", "1.4"): CORE,
    ("kec-rawa", "1.3"): OLD_OFFICE,
    ("core-1", "1.3"): OLD_CORE,
}
EVERY = sorted(NETWORKS)


@cache
def project() -> Project:
    return Project(CHECKOUT)


@cache
def rendered(router: str, version: str = "1.4") -> Rendered:
    return project().render(router, NETWORKS[router, version])


def lines(router: str = "kec-rawa", version: str = "1.4", network: Network | None = None) -> list[str]:
    return (project().render(router, network) if network else rendered(router, version)).lines


def below(path: str, router: str = "kec-rawa", version: str = "1.4", network: Network | None = None) -> list[str]:
    return [line.removeprefix(path) for line in lines(router, version, network) if line.startswith(path)]


def tunnelled(interface: str = "wg0", version: str = "1.4.0") -> Network:
    """Return the network with a tunnel from kec-rawa to core-1, over the internet that both are connected to."""
    found = changed(
        OFFICE, "router", "kec-rawa", version=version, interfaces=("eth0", "eth1", "eth2", "eth3", "eth6", interface)
    )
    more: dict[str, dict[str, Any]] = {
        "core-1--kec-rawa": {
            "a": "core-1:wg-kec-rawa",
            "b": f"kec-rawa:{interface}",
            "medium": "vpn",
            "prefix": "10.161.0.20/31",
            "capacity_mbps": 50,
        },
        "kec-rawa--internet": {
            "a": "kec-rawa:eth6",
            "b": "unmanaged:internet",
            "medium": "starlink",
            "prefix": "198.51.100.8/30",
            "capacity_mbps": 100,
            "routing": "none",
        },
    }
    return found.replace(links={**found.links, **keyed(Link, more)})


def secret(name: str) -> str:
    return "Rahasia-" + name.replace("/", "-")[-8:]


def audit(change: Callable[[str], str] = str, router: str = "kec-rawa", version: str = "1.4") -> Drift:
    """Return the drift of a router that holds what was rendered, but for ``change``."""
    intended = rendered(router, version)
    running = change(fill(intended.text, secret))
    return compare(intended, running, project().platforms["vyos"], resolve=secret)


# every office of the worked example


def test_every_vyos_router_of_the_example_is_rendered() -> None:
    keys = [r.key for r in project().district.routers.values() if r.platform == "vyos"]
    assert len([lines(key, network=project().district) for key in keys]) >= 3


@pytest.mark.parametrize(("router", "version"), EVERY)
def test_every_line_is_a_command_whose_value_is_in_quotes(router: str, version: str) -> None:
    words = re.compile(r"set( [^\s']+)+( '[^']+')?( distance '\d+')?")
    assert [line for line in lines(router, version) if not words.fullmatch(line)] == []


@pytest.mark.parametrize(("router", "version"), EVERY)
def test_lines_stand_in_the_order_of_the_alphabet(router: str, version: str) -> None:
    def order(line: str) -> list[Any]:
        return [natural(word) for word in line.replace("'", "").split()]

    many = " description ", " area 0.0.0.0 network "  # free text, and values that stand as they were entered
    text = [line for line in lines(router, version) if not any(word in line for word in many)]
    assert text == sorted(text, key=order)


# 1xx, 2xx: who administers, and what listens


@pytest.mark.parametrize(
    "line",
    [
        "set system login banner pre-login 'Jaringan pemerintah; hanya untuk yang berwenang.'",  # 108
        "set firewall global-options send-redirects 'disable'",  # 306
        "set system syslog host 10.160.255.12 facility auth level 'info'",  # 502
        "set service ntp server 10.160.255.10",  # 503
        "set system time-zone 'Asia/Jakarta'",
    ],
)
def test_what_the_rules_ask_is_told_in_so_many_words(line: str) -> None:
    assert line in lines()


def test_103_accounts_are_asked_of_radius() -> None:
    standards = OFFICE.standards.model_validate({**OFFICE.standards.model_dump(), "radius": ["10.160.255.13"]})
    assert below("set system login radius ", network=OFFICE.replace(standards=standards)) == [
        "server 10.160.255.13 key '<secret:radius/district>'",
        "server 10.160.255.13 timeout '3'",
        "source-address '10.160.0.5'",
    ]


@pytest.mark.parametrize(
    ("version", "path"),
    [("1.4", "set firewall ipv4 input filter rule 80 "), ("1.3", "set firewall name to-router rule 80 ")],
)
def test_107_administration_comes_from_its_own_networks_alone(version: str, path: str) -> None:
    assert below(path, version=version) == [
        "action 'accept'",
        "description 'administration'",
        "destination port '22'",
        "protocol 'tcp'",
        "source group network-group 'management'",
    ]


@pytest.mark.parametrize("service", ["telnet", "https", "tftp-server"])
def test_201_to_204_services_without_need_are_not_there_and_would_be_drift(service: str) -> None:
    assert below(f"set service {service}") == []
    assert audit(lambda text: text + f"set service {service}\n").remedy == (f"delete service {service}",)


def test_207_only_uplinks_tell_who_they_are() -> None:
    assert below("set service lldp interface ") == ["eth0", "eth1"]


def test_210_snmp_is_version_3_with_privacy_and_reads_only() -> None:
    snmp = below("set service snmp ")
    assert [line for line in snmp if line.startswith("community")] == []
    assert {"v3 group watching mode 'ro'", "v3 group watching seclevel 'priv'"} <= {*snmp}


def test_the_snmp_engine_of_each_router_is_its_own() -> None:
    assert below("set service snmp v3 engineid ") == ["'80001f88010aa00005'"]


# 3xx: filtering and routing


@pytest.mark.parametrize("chain", ["input", "forward"])
def test_301_and_302_what_no_rule_accepts_is_dropped(chain: str) -> None:
    assert f"set firewall ipv4 {chain} filter default-action 'drop'" in lines()


def test_301_and_302_what_no_rule_accepts_is_dropped_in_1_3() -> None:
    names = {line.split()[0] for line in below("set firewall name ", version="1.3")}
    assert names == {"from-guest", "from-office", "from-uplink", "to-router"}
    assert {f"{name} default-action 'drop'" for name in names} <= {*below("set firewall name ", version="1.3")}


def test_302_no_rule_lets_everything_through() -> None:
    rules: dict[str, list[str]] = {}
    for line in below("set firewall ipv4 "):
        if " rule " in line:
            rules.setdefault(line.split(" rule ")[0] + line.split(" rule ")[1].split()[0], []).append(line)
    accepting = [rule for rule in rules.values() if rule[0].endswith("action 'accept'")]
    assert len(accepting) > 8
    limits = ("state 'established'", "interface group", "protocol 'icmp'", "source group", "interface name 'lo'")
    assert [rule for rule in accepting if not any(limit in line for limit in limits for line in rule)] == []


def test_402_guests_are_stopped_before_anything_lets_them_through() -> None:
    guests = [line for line in below("set firewall ipv4 forward filter rule ") if "'guest'" in line]
    assert guests[0] == "30 inbound-interface group 'guest'"
    assert "30 action 'drop'" in below("set firewall ipv4 forward filter rule ")
    assert "30 destination group network-group 'intranet'" in below("set firewall ipv4 forward filter rule ")
    assert below("set firewall group interface-group guest ") == ["interface 'eth4.120'"]


def test_402_guests_are_stopped_in_1_3_too() -> None:
    assert below("set interfaces ethernet eth4 vif 120 firewall ", version="1.3") == [
        "in name 'from-guest'",
        "local name 'to-router'",
    ]
    assert below("set firewall name from-guest rule 30 ", version="1.3") == [
        "action 'drop'",
        "description 'guests stay out of the intranet'",
        "destination group network-group 'intranet'",
    ]


def test_a_group_without_members_is_not_written_and_not_asked() -> None:
    text = "\n".join(lines())
    assert "camera" not in text
    assert "internet'" not in text.replace("to the internet'", "")


@pytest.mark.parametrize("network", [OFFICE, OLD_OFFICE], ids=["1.4", "1.3"])
def test_without_services_no_rule_refers_to_them(network: Network) -> None:
    bare = changed(network, "router", "core-1", role="pop")
    assert [line for line in lines(network=bare) if "services" in line] == []
    assert [line for line in lines(network=network) if "'services'" in line] != []


def test_305_users_are_where_they_claim_to_be() -> None:
    assert [line.split()[2] for line in lines() if line.endswith("ip source-validation 'strict'")] == ["ethernet"] * 2


def test_321_and_322_neighbours_have_a_key_and_users_see_no_hello() -> None:
    ospf = below("set protocols ospf interface ")
    assert [line.split()[0] for line in ospf if "md5-key '<secret:ospf/" in line] == ["eth0", "eth1"]
    assert [line.split()[0] for line in ospf if line.endswith(" passive")] == ["eth2.110", "eth4.120", "lo"]


def test_321_and_322_in_1_3_ospf_stands_at_the_interface() -> None:
    assert below("set protocols ospf interface ", version="1.3") == []
    assert below("set interfaces ethernet eth0 ip ospf ", version="1.3") == [
        "authentication md5 key-id 1 md5-key '<secret:ospf/pop-1--kec-rawa/1>'",
        "cost '40'",
        "dead-interval '8'",
        "hello-interval '2'",
        "network 'point-to-point'",
        "retransmit-interval '1'",
    ]
    assert "area 0.0.0.0 network '10.161.0.6/31'" in below("set protocols ospf ", version="1.3")
    assert below("set protocols ospf passive-interface ", version="1.3") == ["'eth2.110'", "'eth4.120'", "'lo'"]


def test_323_and_324_a_session_moves_what_is_listed_has_a_password_and_an_end() -> None:
    assert below("set protocols bgp ", "core-1") == [
        "address-family ipv4-unicast network 203.0.113.0/24",
        "neighbor 198.51.100.2 address-family ipv4-unicast maximum-prefix '100'",
        "neighbor 198.51.100.2 address-family ipv4-unicast prefix-list export 'core-1--isp-a-out'",
        "neighbor 198.51.100.2 address-family ipv4-unicast prefix-list import 'core-1--isp-a-in'",
        "neighbor 198.51.100.2 address-family ipv4-unicast route-map export 'core-1--isp-a-out'",
        "neighbor 198.51.100.2 address-family ipv4-unicast route-map import 'core-1--isp-a-in'",
        "neighbor 198.51.100.2 description 'core-1--isp-a to isp-a, circuit ISPA-0001'",
        "neighbor 198.51.100.2 password '<secret:bgp/core-1--isp-a/1>'",
        "neighbor 198.51.100.2 remote-as '64500'",
        "parameters log-neighbor-changes",
        "parameters router-id '10.160.0.1'",
        "system-as '64496'",
    ]


def test_1_3_has_the_number_of_the_as_in_every_line_and_another_place_for_time() -> None:
    bgp = below("set protocols bgp ", "core-1", "1.3")
    assert [line for line in bgp if not line.startswith("64496 ")] == []
    assert "64496 neighbor 198.51.100.2 remote-as '64500'" in bgp
    assert below("set system ntp ", version="1.3") == ["server 10.160.255.10"]
    assert below("set service ntp ", version="1.3") == []


def test_what_the_internet_may_reach_through_the_edge_is_what_we_announce() -> None:
    forward = below("set firewall ipv4 forward filter rule ", "core-1")
    assert [line for line in forward if line.startswith("120 ")] == [
        "120 action 'accept'",
        "120 description 'the internet to what we announce'",
        "120 destination group network-group 'announced'",
        "120 inbound-interface group 'internet'",
        "120 outbound-interface group 'uplink'",
    ]
    assert "60 action 'drop'" in below("set firewall ipv4 input filter rule ", "core-1")


# 4xx, 7xx


def test_401_a_lan_is_a_tag_of_its_port() -> None:
    assert below("set interfaces ethernet eth2 ") == [
        "description 'port of LAN staff'",
        "vif 110 address '10.162.2.1/25'",
        "vif 110 description 'LAN staff, zone staff, VLAN 110'",
        "vif 110 ip source-validation 'strict'",
    ]


@pytest.mark.parametrize(
    ("interface", "vlan", "members"),
    [
        ("br0", None, ["member interface eth2", "member interface eth3"]),
        (
            "br0.110",
            110,
            ["enable-vlan", "member interface eth2 native-vlan '110'", "member interface eth3 native-vlan '110'"],
        ),
    ],
)
def test_401_a_bridge_joins_the_ports_of_a_lan(interface: str, vlan: int | None, members: list[str]) -> None:
    lan = {**dict(OFFICE.router("kec-rawa").lans[0]), "interface": interface, "vlan": vlan, "ports": ["eth2", "eth3"]}
    network = changed(OFFICE, "router", "kec-rawa", lans=[lan])
    assert below("set interfaces bridge br0 ", network=network)[-len(members) :] == members


def test_404_a_socket_for_nothing_is_off() -> None:
    network = changed(OFFICE, "router", "kec-rawa", interfaces=(*OFFICE.router("kec-rawa").interfaces, "eth7"))
    assert below("set interfaces ethernet eth7 ", network=network) == ["description 'unused'", "disable"]


def test_702_a_leased_line_says_what_to_tell_its_provider() -> None:
    assert below("set interfaces ethernet eth1 description ") == [
        "'core-2--kec-rawa to core-2 eth1, circuit ISPA-0042, ISP A (rekaan)'"
    ]


def test_a_description_cannot_break_out_of_its_quotes() -> None:
    network = changed(OFFICE, "link", "core-2--kec-rawa", circuit="X'; rm '")
    (text,) = below("set interfaces ethernet eth1 description ", network=network)
    assert text.endswith("circuit X'\\''; rm '\\'', ISP A (rekaan)'")


# tunnels, and what the platform cannot do


def test_a_tunnel_is_wireguard_and_calls_the_end_that_has_a_public_address() -> None:
    assert below("set interfaces wireguard wg0 ", network=tunnelled()) == [
        "address '10.161.0.21/31'",
        "description 'core-1--kec-rawa to core-1 wg-kec-rawa'",
        "peer core-1 address '198.51.100.1'",
        "peer core-1 allowed-ips '0.0.0.0/0'",
        "peer core-1 persistent-keepalive '25'",
        "peer core-1 port '51830'",
        "peer core-1 public-key '<secret:wireguard/core-1--kec-rawa/core-1/public>'",
        "port '51830'",
        "private-key '<secret:wireguard/core-1--kec-rawa/kec-rawa/private>'",
    ]


def test_a_tunnel_is_let_in_from_the_internet_and_nothing_else_is() -> None:
    rules = below("set firewall ipv4 input filter rule ", network=tunnelled())
    assert [line for line in rules if line.startswith(("50 ", "60 "))] == [
        "50 action 'accept'",
        "50 description 'tunnels'",
        "50 destination group port-group 'tunnels'",
        "50 inbound-interface group 'internet'",
        "50 protocol 'udp'",
        "60 action 'drop'",
        "60 description 'nothing else from the internet'",
        "60 inbound-interface group 'internet'",
    ]


@pytest.mark.parametrize(
    ("network", "why"),
    [
        (tunnelled("wg-core-1"), "a VPN link of VyOS is an interface wg0, wg1"),
        (tunnelled(version="1.3.8"), "1.3 keeps the keys of WireGuard outside its configuration"),
        (changed(OFFICE, "router", "kec-rawa", version="1.5"), "the templates know VyOS 1.3 and 1.4"),
        (changed(OFFICE, "router", "kec-rawa", interfaces=("eth0", "eth1", "ether5")), "VyOS names interfaces after"),
    ],
    ids=["name", "1.3", "1.5", "kind"],
)
def test_what_vyos_cannot_do_is_refused_in_words(network: Network, why: str) -> None:
    with pytest.raises(TemplateError, match=why) as caught:
        lines(network=network)
    assert "templates/vyos/" in str(caught.value)


def test_a_bootstrap_reaches_the_router_is_closed_to_others_and_holds_no_secret() -> None:
    network = on_platform(small_network(), "pkm-baru", "vyos")
    facts = project().platforms["vyos"]
    text = project().renderer.render(router_view(network, "pkm-baru", facts), facts, facts.bootstrap)
    assert names_in(text.text) == ()
    assert {
        "set system host-name 'pkm-baru'",
        "set interfaces ethernet eth0 address '10.161.0.19/31'",
        "set protocols static route 0.0.0.0/0 next-hop 10.161.0.18",
        "set firewall ipv4 input filter default-action 'drop'",
        "set firewall ipv4 input filter rule 80 source group network-group 'management'",
    } <= {*text.lines}


# what it is compared with


@pytest.mark.parametrize(("router", "version"), EVERY)
def test_a_router_that_holds_it_audits_clean(router: str, version: str) -> None:
    assert audit(router=router, version=version).proven


def test_the_order_and_the_quotes_of_lines_are_no_drift() -> None:
    assert audit(lambda text: "\n".join(text.splitlines()[::-1])).proven
    assert audit(lambda text: re.sub(r"'([a-z0-9.:/-]+)'", r"\1", text)).proven


def test_what_two_readings_of_one_configuration_differ_in_is_no_drift() -> None:
    own = (
        "set interfaces ethernet eth0 hw-id '7c:c2:55:00:00:08'\n"
        "set system login user jip authentication plaintext-password ''\n"
    )
    tail = '// vyos-config-version: "bgp@5:broadcast-relay@1"\n// Release version: 1.4.0\n'
    assert audit(lambda text: own + text + tail).proven


def test_a_hash_of_a_password_is_not_assessable_and_not_drift() -> None:
    def hashed(text: str) -> str:
        text = re.sub(
            "login user jip authentication plaintext-password '[^']*'",
            "login user jip authentication encrypted-password '$6$a$b'",
            text,
        )
        return re.sub("(auth|privacy) plaintext-password '[^']*'", rf"\1 encrypted-password '{'0a' * 20}'", text)

    drift = audit(hashed)
    assert [d.kind for d in drift.differences] == ["not assessable"] * 3
    assert drift.remedy == ()


@pytest.mark.parametrize(
    "line",
    [
        "set system login user budi authentication encrypted-password '$6$a$b'",
        "set service dhcp-server shared-network-name staff subnet 10.162.2.0/25 lease '86400'",
        "set nat source rule 10 translation address 'masquerade'",
        "set interfaces ethernet eth0 offload gro",
        "set system config-management commit-revisions '100'",
    ],
)
def test_what_no_template_writes_stays(line: str) -> None:
    drift = audit(lambda text: text + line + "\n")
    assert drift.clean
    assert drift.remedy == ()


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("cost '40'", "cost '90'", "set protocols ospf interface eth0 cost 40"),
        ("location 'Kayu Agung'", "location 'Palembang'", "set service snmp location 'Kayu Agung'"),
        ("rule 30 action 'drop'", "rule 30 action 'accept'", "set firewall ipv4 forward filter rule 30 action drop"),
        (
            "filter default-action 'drop'\nset firewall ipv4 input filter rule 10 ",
            "filter default-action 'accept'\nset firewall ipv4 input filter rule 10 ",
            "set firewall ipv4 input filter default-action drop",
        ),
        (
            "group 'guest'\nset firewall ipv4 forward filter rule 40 action",
            "group 'office'\nset firewall ipv4 forward filter rule 40 action",
            "set firewall ipv4 forward filter rule 30 inbound-interface group guest",
        ),
    ],
)
def test_another_value_is_replaced_by_one_line(old: str, new: str, remedy: str) -> None:
    drift = audit(lambda text: text.replace(old, new))
    assert [d.kind for d in drift.differences] == ["changed"]
    assert drift.remedy == (remedy,)


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("set interfaces ethernet eth0 address '192.0.2.1/24'", "delete interfaces ethernet eth0 address 192.0.2.1/24"),
        ("set interfaces ethernet eth0 vif 7 address '192.0.2.1/24'", "delete interfaces ethernet eth0 vif"),
        ("set firewall ipv4 input filter rule 5 action 'accept'", "delete firewall ipv4 input filter rule 5"),
        ("set service snmp community public", "delete service snmp community"),
        ("set system name-server '192.0.2.53'", "delete system name-server 192.0.2.53"),
        (
            "set firewall group network-group management network '0.0.0.0/0'",
            "delete firewall group network-group management network 0.0.0.0/0",
        ),
    ],
)
def test_what_is_too_much_is_deleted_whole(line: str, remedy: str) -> None:
    assert audit(lambda text: text + line + "\n").remedy == (remedy,)


@pytest.mark.parametrize(("router", "version"), EVERY)
def test_no_secret_that_we_put_on_a_router_is_shown_when_it_is_read_back(router: str, version: str) -> None:
    text = rendered(router, version).text
    values = {name: f"Rahasia{number}x" for number, name in enumerate(names_in(text))}
    assert len(values) > 3
    shown = redact(fill(text, values.__getitem__), project().platforms["vyos"])
    assert [name for name, value in values.items() if value in shown] == []


@pytest.mark.parametrize(
    "line",
    [
        "set system login user x authentication encrypted-password 'S3kali dua'",
        "set system login tacacs server 10.0.0.1 key 'S3kali'",
        "set service snmp community S3kali authorization 'ro'",
        "set service snmp v3 user x privacy plaintext-key 'S3kali'",
        "set interfaces wireguard wg0 peer x preshared-key 'S3kali'",
        "set interfaces pppoe pppoe0 authentication password 'S3kali'",
        "set interfaces wireless wlan0 security wpa passphrase 'S3kali'",
        "set protocols rip interface eth0 authentication md5 1 password 'S3kali'",
        "set protocols isis area-password plaintext-password 'S3kali'",
        "set vpn ipsec authentication psk x secret 'S3kali'",
        "set vpn l2tp remote-access authentication local-users username x password 'S3kali'",
        "set high-availability vrrp group x authentication password 'S3kali'",
        "set pki certificate x private key 'S3kali'",
        "set service https api keys id x key 'S3kali'",
        "set service dns dynamic name x password 'S3kali'",
    ],
)
def test_every_kind_of_secret_that_vyos_can_hold_is_hidden(line: str) -> None:
    shown = redact(line, project().platforms["vyos"])
    assert HIDDEN in shown
    assert "S3kali" not in shown
