"""What EOS is told satisfies the district's rules, and reads back as it was written.

The numbers are those of the rule catalogue.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jipkit.drift import Drift
from jipkit.errors import AnswerError, TemplateError
from jipkit.project import Project
from jipkit.redaction import fill, names_in, redact
from jipkit.testing.kits import Kit, secret
from jipkit.testing.models.indented import EOS, Model
from jipkit.testing.networks import changed
from jipkit.testing.replatform import on_platform

PROJECT = Project(Path(__file__).parents[2])
KIT = Kit(PROJECT, "arista_eos")
RADIUS = KIT.with_standards(radius=["10.160.255.13"])
ROUTERS = sorted(KIT.network.routers)
OFFICE = "kec-rawa"


# every line


@pytest.mark.parametrize("router", ROUTERS)
def test_every_line_is_printable_and_indented_as_eos_does(router: str) -> None:
    odd = [line for line in KIT.rendered(router).lines if not re.fullmatch(r"(   )?\S[ -~]*", line)]
    assert odd == []


@pytest.mark.parametrize("router", ROUTERS)
def test_a_router_that_runs_what_was_rendered_is_clean_and_covered(router: str) -> None:
    drift = KIT.drift(router, KIT.running(router) + "end\n")
    assert (drift.differences, drift.remedy, drift.coverage) == ((), (), 1.0)


# 1xx, 2xx: who administers, and what listens


@pytest.mark.parametrize(
    "line",
    [
        "no aaa root",  # 101
        "username jip privilege 15 role network-admin secret <secret:login/jip>",  # 104
        "snmp-server ipv4 access-list management",  # 210
        "snmp-server group district v3 priv",
        "snmp-server user jip district v3 auth sha <secret:snmp/authentication> priv aes <secret:snmp/privacy>",
        "no ip icmp redirect",  # 306
        "logging host 10.160.255.12",  # 501
        "clock timezone Asia/Jakarta",  # 503
        "ntp server 10.160.255.10",
        "ip name-server vrf default 10.160.255.11",
        "ip routing",
    ],
)
def test_101_to_503_are_told_in_so_many_words(line: str) -> None:
    assert line in KIT.rendered(OFFICE).lines


def test_107_ssh_answers_the_administration_alone_and_not_for_ever() -> None:
    assert KIT.block(OFFICE, "management ssh") == ["ip access-group management in", "idle-timeout 10"]


def test_106_the_console_ends_an_idle_session() -> None:
    assert KIT.block(OFFICE, "management console") == ["idle-timeout 10"]


def test_107_the_administration_is_what_the_standards_say() -> None:
    kit = KIT.with_standards(management_prefixes=["10.160.255.7/32", "10.160.254.0/24"])
    assert kit.block(OFFICE, "ip access-list standard management") == [
        "10 permit 10.160.254.0/24",
        "20 permit host 10.160.255.7",
    ]


def test_108_the_banner_is_a_text_of_its_own() -> None:
    assert KIT.rendered(OFFICE).text.endswith("banner login\nJaringan pemerintah; hanya untuk yang berwenang.\nEOF\n")


def test_another_ssh_port_is_served() -> None:
    assert "server-port 2222" in KIT.with_standards(access={"port": 2222}).block(OFFICE, "management ssh")


def test_103_accounts_are_asked_of_radius_first_where_there_is_one() -> None:
    lines = RADIUS.rendered(OFFICE).lines
    assert [line for line in lines if "radius" in line] == [
        "radius-server host 10.160.255.13 timeout 3 key <secret:radius/district>",
        "ip radius source-interface Loopback0",
        "aaa authentication login default group radius local",
        "aaa authorization exec default group radius local",
    ]


def test_103_without_radius_the_router_asks_itself_and_names_no_server() -> None:
    lines = KIT.rendered(OFFICE).lines
    assert [line for line in lines if line.startswith("aaa") or "radius" in line] == [
        "aaa authorization exec default local"
    ]


@pytest.mark.parametrize("service", ["management telnet", "management api", "ip http"])
def test_201_and_203_what_is_off_unless_told_otherwise_is_not_told(service: str) -> None:
    assert [line for line in KIT.rendered(OFFICE).lines if line.startswith(service)] == []


# 3xx: routing


def test_321_an_uplink_is_authenticated_and_fast_to_notice() -> None:
    assert KIT.block(OFFICE, "interface Ethernet1") == [
        "description pop-1--kec-rawa to pop-1 eth1",
        "no switchport",
        "ip address 10.161.0.7/31",
        "ip ospf cost 40",
        "ip ospf network point-to-point",
        "ip ospf authentication message-digest",
        "ip ospf dead-interval 8",
        "ip ospf hello-interval 2",
        "ip ospf retransmit-interval 1",
        "ip ospf area 0.0.0.0",
        "ip ospf message-digest-key 1 md5 <secret:ospf/pop-1--kec-rawa/1>",
    ]


def test_a_bundle_that_has_an_address_is_no_switch_port_either() -> None:
    network = changed(
        on_platform(KIT.network, OFFICE, "arista_eos"), "link", "pop-1--kec-rawa", b="kec-rawa:Port-Channel1"
    )
    assert "   no switchport" in PROJECT.render(OFFICE, network).text.partition("interface Port-Channel1\n")[2][:80]


def test_the_intervals_that_eos_takes_for_granted_are_not_written() -> None:
    lines = KIT.with_standards(ospf={"hello_s": 10, "dead_s": 40}).block(OFFICE, "interface Ethernet1")
    assert [line for line in lines if "hello-interval" in line or "dead-interval" in line] == []


def test_322_ospf_speaks_on_uplinks_alone() -> None:
    assert KIT.block(OFFICE, "router ospf 1") == [
        "router-id 10.160.0.5",
        "passive-interface default",
        "no passive-interface Ethernet1",
        "no passive-interface Ethernet2",
        "timers spf delay initial 10 50 500",
        "timers lsa rx min interval 50",
        "timers lsa tx delay initial 0 50 500",
    ]


def test_323_and_324_a_session_lets_nothing_through_that_is_not_listed() -> None:
    assert KIT.block("core-1", "router bgp 64496") == [
        "router-id 10.160.0.1",
        "bgp missing-policy direction in action deny",
        "bgp missing-policy direction out action deny",
        "neighbor 198.51.100.2 remote-as 64500",
        "neighbor 198.51.100.2 description core-1--isp-a to isp-a, circuit ISPA-0001",
        "neighbor 198.51.100.2 route-map core-1--isp-a-in in",
        "neighbor 198.51.100.2 route-map core-1--isp-a-out out",
        "neighbor 198.51.100.2 password <secret:bgp/core-1--isp-a/1>",
        "neighbor 198.51.100.2 maximum-routes 100",
        "network 203.0.113.0/24",
    ]


@pytest.mark.parametrize(
    ("head", "entries"),
    [
        ("ip prefix-list core-1--isp-a-in", ["seq 5 permit 0.0.0.0/0"]),
        ("ip prefix-list core-1--isp-a-out", ["seq 5 permit 203.0.113.0/24"]),
        ("route-map core-1--isp-a-out permit 10", ["match ip address prefix-list core-1--isp-a-out"]),
    ],
)
def test_323_the_lists_of_a_session_are_those_of_the_inventory(head: str, entries: list[str]) -> None:
    assert KIT.block("core-1", head) == entries


def test_323_a_session_that_announces_nothing_has_a_list_that_says_so() -> None:
    bgp = {"local_as": 64496, "peer_as": 64500}
    kit = KIT.on(changed(KIT.network, "link", "core-1--isp-a", bgp=bgp))
    assert kit.block("core-1", "ip prefix-list core-1--isp-a-out") == ["seq 5 deny 0.0.0.0/0 le 32"]


def test_301_from_outside_the_router_answers_its_bgp_neighbour_and_pings() -> None:
    assert KIT.block("core-1", "ip access-list wan-core-1--isp-a")[:4] == [
        "10 permit tcp host 198.51.100.2 host 198.51.100.1 eq bgp",
        "20 permit tcp host 198.51.100.2 eq bgp host 198.51.100.1",
        "30 permit icmp any host 198.51.100.1",
        "40 deny ip any host 198.51.100.1",
    ]


def test_the_near_end_of_a_static_link_tells_ospf_what_is_behind_it_and_nothing_else() -> None:
    assert "redistribute static route-map static-to-ospf" in KIT.block("pop-1", "router ospf 1")
    assert KIT.block("pop-1", "ip prefix-list static-to-ospf") == [
        "seq 5 permit 10.160.0.6/32",
        "seq 10 permit 10.162.3.0/27",
    ]


def test_a_tunnel_is_refused_because_eos_has_no_wireguard() -> None:
    network = on_platform(KIT.network, OFFICE, "arista_eos")
    with pytest.raises(TemplateError, match="EOS has no WireGuard"):
        PROJECT.render(OFFICE, changed(network, "link", "pop-1--kec-rawa", medium="vpn"))


# 4xx: segmentation


def test_401_a_port_is_in_the_vlan_of_its_lan_and_believes_no_switch() -> None:
    assert KIT.block(OFFICE, "interface Ethernet3") == [
        "description port of LAN staff",
        "switchport access vlan 110",
        "no lldp transmit",
        "no lldp receive",
        "spanning-tree portfast",
        "spanning-tree bpduguard enable",
    ]


def test_401_each_lan_has_its_vlan_and_its_interface() -> None:
    assert KIT.block(OFFICE, "vlan 120") == ["name wifi"]
    assert KIT.block(OFFICE, "interface Vlan120") == [
        "description LAN wifi, zone public, VLAN 120",
        "ip address 10.162.2.129/25",
        "ip access-group lan-wifi-in in",
        "ip access-group lan-wifi-out out",
        "ip ospf area 0.0.0.0",
    ]


def test_402_guests_reach_the_internet_and_nothing_of_the_intranet() -> None:
    assert KIT.block(OFFICE, "ip access-list lan-wifi-in") == [
        "10 permit icmp 10.162.2.128/25 host 10.162.2.129",
        "20 deny ip any 10.160.0.0/23",
        "30 deny ip any 10.160.255.0/24",
        "40 deny ip any 10.161.0.0/16",
        "50 deny ip any 10.162.0.0/15",
        "60 permit ip 10.162.2.128/25 any",
    ]


def test_302_cameras_speak_with_the_services_and_nobody_else() -> None:
    assert KIT.with_zone(OFFICE, "cctv").block(OFFICE, "ip access-list lan-other-in") == [
        "10 permit icmp 10.162.2.0/25 host 10.162.2.1",
        "20 permit ip 10.162.2.0/25 10.160.255.0/24",
    ]


def test_302_nothing_but_answers_enters_a_lan_from_the_internet() -> None:
    assert KIT.block(OFFICE, "ip access-list lan-staff-out") == [
        "10 permit ip 10.160.255.0/24 10.162.2.0/25",
        "20 deny ip 10.160.0.0/23 any",
        "30 deny ip 10.160.255.0/24 any",
        "40 deny ip 10.161.0.0/16 any",
        "50 deny ip 10.162.0.0/15 any",
        "60 permit tcp any 10.162.2.0/25 established",
        "70 permit udp any 10.162.2.0/25",
        "80 permit icmp any 10.162.2.0/25",
    ]


def test_404_a_port_that_is_for_nothing_is_shut() -> None:
    assert KIT.block("pop-1", "interface Ethernet6") == ["description unused", "shutdown"]


# bootstrap


def test_a_bootstrap_reaches_the_router_and_holds_no_secret() -> None:
    bootstrap = KIT.bootstrap("pkm-baru")
    assert names_in(bootstrap.text) == ()
    assert bootstrap.lines[:8] == [
        "hostname pkm-baru",
        "aaa authorization exec default local",
        "ip routing",
        "interface Ethernet1",
        "   description pop-1--pkm-baru to pop-1",
        "   no switchport",
        "   ip address 10.161.0.19/31",
        "ip route 0.0.0.0/0 10.161.0.18",
    ]


@pytest.mark.parametrize("router", ["pkm-baru", "kec-rawa", "desa-jauh"])
def test_a_router_that_was_bootstrapped_is_made_right(router: str) -> None:
    box = Model("", EOS)
    box.apply(line for line in KIT.bootstrap(router).lines if not line.startswith("!"))
    box.apply(fill(line, secret) for line in KIT.drift(router, box.text()).remedy)
    assert KIT.drift(router, box.text()).clean


# what is read back

HEADER = (
    "! Command: show running-config\n! device: {0} (DCS-7050TX-64, EOS-4.30.5M)\n!\n"
    "! boot system flash:/EOS-4.30.5M.swi\n!\ntransceiver qsfp default-mode 4x10G\n!\n"
    "service routing protocols model multi-agent\n!\n"
)
CIPHERS = [
    (r"(secret) <secret:[^>]+>", r"\1 sha512 $6$v4t2/a8ELmDoa3Bh$GiavlwgCD9EAKNlI6XIHxKFIfMO8gkV7EzIGnvGTpTFQPF"),
    (r"(md5|password) <secret:[^>]+>", r"\1 7 cNIoSqrpgBcPvwyfdPlOMg=="),
    (r"(radius-server .* key) <secret:[^>]+>", r"\1 7 094F471A1A0A"),
    (
        r"v3 auth sha <secret:[^>]+> priv aes <secret:[^>]+>",
        (
            "v3 localized f5717f001c7300c5 "
            "auth sha 6d5ef1d1d0a2b5bb0e1ccf3ae4b5fd7e priv aes 2d5ef1d1d0a2b5bb0e1ccf3ae4b5fd7f"
        ),
    ),
    (r"(?m)^(router ospf 1)$", r"\1\n   max-lsa 12000"),
    (r"(?m)^(interface|router|management)", r"!\n\1"),
]


def printed(kit: Kit, router: str) -> str:
    """Return the running configuration as the box prints it, with its own remarks and its own ciphers."""
    text = kit.rendered(router).text
    for pattern, instead in CIPHERS:
        text = re.sub(pattern, instead, text)
    return HEADER.format(router) + text + "!\nend\n"


@pytest.mark.parametrize("router", ROUTERS)
def test_a_reading_of_a_router_that_is_as_intended_has_nothing_but_hashes_in_doubt(router: str) -> None:
    drift = RADIUS.drift(router, printed(RADIUS, router), lambda _: "cisco")
    assert (drift.clean, drift.remedy, drift.coverage) == (True, (), 1.0)
    assert {d.kind for d in drift.differences} == {"not assessable"}
    assert [d.intended for d in drift.differences if not d.path] == [
        "username jip privilege 15 role network-admin secret <secret:login/jip>",
        "snmp-server user jip district v3 auth sha <secret:snmp/authentication> priv aes <secret:snmp/privacy>",
    ]


def test_the_key_of_radius_is_only_disguised_and_another_one_is_found() -> None:
    drift = RADIUS.drift(OFFICE, printed(RADIUS, OFFICE), lambda _: "another")
    assert [d.intended for d in drift.differences if d.kind == "changed"] == [
        "radius-server host 10.160.255.13 timeout 3 key <secret:radius/district>"
    ]


def test_the_port_for_management_is_listed_and_is_no_drift() -> None:
    extra = "interface Management1\n   ip address 192.0.2.7/24\nsystem l1\n   unsupported speed action error\n"
    drift = KIT.drift(OFFICE, KIT.running(OFFICE) + extra + "end\n")
    assert (drift.clean, drift.remedy) == (True, ())
    assert len(drift.differences) == 4


def test_a_reading_that_was_cut_short_is_no_reading() -> None:
    with pytest.raises(AnswerError):
        KIT.drift(OFFICE, KIT.running(OFFICE))


@pytest.mark.parametrize("router", ROUTERS)
def test_no_secret_that_we_put_on_a_router_is_shown_when_it_is_read_back(router: str) -> None:
    assert "Rahasia" not in redact(fill(RADIUS.rendered(router).text, lambda _: "Rahasia9"), KIT.facts)


@pytest.mark.parametrize(
    "line",
    [
        "username admin privilege 15 role network-admin secret sha512 $6$S3kali",
        "enable password sha512 $6$S3kali",
        "aaa root secret sha512 $6$S3kali",
        "   ip ospf message-digest-key 1 md5 7 S3kali==",
        "   ip ospf message-digest-key 1 sha512 8a S3kali",
        "   ip ospf authentication-key 7 S3kali",
        "   neighbor 10.0.0.1 password 7 S3kali",
        "radius-server host 10.0.0.1 vrf MGMT key 7 S3kali",
        "tacacs-server host 10.0.0.1 key 7 S3kali",
        "snmp-server community S3kali ro management",
        "snmp-server host 10.0.0.1 version 2c S3kali",
        "snmp-server user a b v3 localized f571 auth sha S3kali priv aes S3kali",
        "ntp authentication-key 1 sha1 7 S3kali",
        "   key 7 S3kali",
    ],
)
def test_every_kind_of_secret_that_eos_can_hold_is_hidden(line: str) -> None:
    assert "S3kali" not in redact(line, KIT.facts)


# what is changed, and how


def edited(before: str, after: str, router: str = OFFICE) -> Drift:
    text = KIT.running(router) + "end\n"
    assert before in text
    return KIT.drift(router, text.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "remedy"),
    [
        ("clock timezone Asia/Jakarta", "clock timezone UTC", ["clock timezone Asia/Jakarta"]),
        ("no aaa root\n", "aaa root nopassword\n", ["no aaa root"]),
        ("no ip icmp redirect\n", "", ["no ip icmp redirect"]),
        ("dns domain uji.example", "dns domain lama.example", ["dns domain uji.example"]),
        (
            "snmp-server group",
            "snmp-server community public rw\nsnmp-server group",
            ["no snmp-server community <secret> rw"],
        ),
        (
            "management console",
            "management telnet\n   no shutdown\nmanagement console",
            ["no management telnet"],
        ),
        (
            "   idle-timeout 10\nmanagement ssh",
            "   idle-timeout 0\nmanagement ssh",
            ["management console", " idle-timeout 10", "exit"],
        ),
        (
            "   ip address 10.161.0.7/31",
            "   ip address 10.161.0.9/31",
            [
                "interface Ethernet1",
                " no ip address",
                "exit",
                "interface Ethernet1",
                " ip address 10.161.0.7/31",
                "exit",
            ],
        ),
        (
            "   description port of LAN wifi\n   switchport access vlan 120",
            "   description port of LAN wifi\n   no switchport",
            [
                "interface Ethernet5",
                " switchport",
                "exit",
                "interface Ethernet5",
                " switchport access vlan 120",
                "exit",
            ],
        ),
        (
            "   20 permit ip 10.162.2.0/25 10.160.255.0/24\n",
            "   20 permit ip any any\n",
            [
                "ip access-list lan-staff-in",
                " no 20",
                "exit",
                "ip access-list lan-staff-in",
                " 20 permit ip 10.162.2.0/25 10.160.255.0/24",
                "exit",
            ],
        ),
        (
            "   ip access-group management in\n",
            "",
            ["management ssh", " ip access-group management in", "exit"],
        ),
        (
            "interface Vlan110",
            "interface Ethernet9\n   no switchport\ninterface Vlan110",
            ["default interface Ethernet9"],
        ),
        (
            "hanya untuk yang berwenang.",
            "hanya untuk siapa saja.",
            ["banner login", "Jaringan pemerintah; hanya untuk yang berwenang.", "EOF"],
        ),
        ("banner login\nJaringan", "banner motd\nhalo\nEOF\nbanner login\nJaringan", ["no banner motd"]),
    ],
    ids=lambda value: value.strip().splitlines()[0][:40] if isinstance(value, str) and value.strip() else None,
)
def test_what_was_typed_is_taken_back_as_eos_takes_it(before: str, after: str, remedy: list[str]) -> None:
    assert list(edited(before, after).remedy) == remedy


def test_a_key_is_taken_away_before_its_number_is_given_again() -> None:
    assert list(edited(f"md5 {secret('ospf/pop-1--kec-rawa/1')}", "md5 ini-salah").remedy) == [
        "interface Ethernet1",
        " no ip ospf message-digest-key 1",
        "exit",
        "interface Ethernet1",
        " ip ospf message-digest-key 1 md5 <secret:ospf/pop-1--kec-rawa/1>",
        "exit",
    ]


def test_an_entry_of_a_list_of_prefixes_is_replaced_by_number() -> None:
    assert list(edited("   seq 5 permit 203.0.113.0/24", "   seq 5 permit 0.0.0.0/0 le 32", "core-1").remedy) == [
        "ip prefix-list core-1--isp-a-out",
        " no seq 5",
        "exit",
        "ip prefix-list core-1--isp-a-out",
        " seq 5 permit 203.0.113.0/24",
        "exit",
    ]


@pytest.mark.parametrize("was", ROUTERS)
@pytest.mark.parametrize("becomes", ["core-1", "pop-1", "kec-rawa"])
def test_the_remedy_makes_one_router_another_on_a_box_that_takes_lines_as_eos_does(was: str, becomes: str) -> None:
    kit = KIT.with_ports(was, 7).with_ports(becomes, 7)
    box = Model(kit.running(was).replace(f"hostname {was}\n", f"hostname {becomes}\n") + "end\n", EOS)
    box.apply(fill(line, secret) for line in kit.drift(becomes, box.text()).remedy)
    assert kit.drift(becomes, box.text()).differences == ()
