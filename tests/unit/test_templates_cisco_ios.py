"""What IOS and IOS-XE are told satisfies the district's rules, and reads back as it was written.

The numbers are those of the rule catalogue.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jipkit.drift import Drift
from jipkit.errors import AnswerError, TemplateError
from jipkit.project import Project
from jipkit.redaction import HIDDEN, fill, names_in, redact
from jipkit.testing.kits import Kit, secret
from jipkit.testing.models.indented import IOS, Model
from jipkit.testing.networks import changed, small_network

PROJECT = Project(Path(__file__).parents[2])
XE = Kit(PROJECT, "cisco_ios")
OLD = Kit(PROJECT, "cisco_ios", changes={"version": "15.9"})
ROUTERS = sorted(XE.network.routers)
OFFICE = "kec-rawa"


# every line


@pytest.mark.parametrize("kit", [XE, OLD], ids=["xe", "ios"])
@pytest.mark.parametrize("router", ROUTERS)
def test_every_line_is_printable_and_indented_as_ios_does(kit: Kit, router: str) -> None:
    odd = [line for line in kit.rendered(router).lines if not re.fullmatch(r" {0,2}\S[ -~]*", line) or "  " in line[2:]]
    assert odd == []


@pytest.mark.parametrize("kit", [XE, OLD], ids=["xe", "ios"])
@pytest.mark.parametrize("router", ROUTERS)
def test_no_line_stands_twice_in_a_block(kit: Kit, router: str) -> None:
    drift = kit.drift(router, kit.running(router) + "end\n")
    assert (drift.differences, drift.remedy, drift.coverage) == ((), (), 1.0)


# 1xx, 2xx: who administers, and what listens


@pytest.mark.parametrize(
    "line",
    [
        "aaa new-model",  # 103
        "username jip privilege 15 secret <secret:login/jip>",  # 104
        "service password-encryption",
        "banner login ^CJaringan pemerintah; hanya untuk yang berwenang.^C",  # 108
        "no ip http server",  # 203
        "no ip http secure-server",
        "ip ssh version 2",  # 205
        "snmp-server group district v3 priv access management",  # 210
        "no ip source-route",  # 306
        "logging host 10.160.255.12",  # 501
        "logging source-interface Loopback0",
        "login on-failure log",  # 502
        "login on-success log",
        "clock timezone WIB 7 0",  # 503
        "ntp server 10.160.255.10",
    ],
)
@pytest.mark.parametrize("kit", [XE, OLD], ids=["xe", "ios"])
def test_103_to_503_are_told_in_so_many_words(line: str, kit: Kit) -> None:
    assert line in kit.rendered(OFFICE).lines


@pytest.mark.parametrize("head", ["line vty 0 4", "line vty 5 15"])
def test_107_terminals_answer_the_administration_alone_and_by_ssh(head: str) -> None:
    assert XE.block(OFFICE, head) == ["access-class management in", "transport input ssh"]


def test_107_the_administration_is_what_the_standards_say() -> None:
    assert XE.block(OFFICE, "ip access-list standard management") == ["10 permit 10.160.255.0 0.0.0.255"]


def test_107_a_single_host_of_the_administration_is_written_as_one() -> None:
    kit = XE.with_standards(management_prefixes=["10.160.255.7/32", "10.160.254.0/24"])
    assert kit.block(OFFICE, "ip access-list standard management") == [
        "10 permit 10.160.254.0 0.0.0.255",
        "20 permit 10.160.255.7",
    ]


def test_103_accounts_are_asked_of_radius_first_where_there_is_one() -> None:
    lines = XE.with_standards(radius=["10.160.255.13", "10.160.255.14"]).rendered(OFFICE).lines
    assert "aaa authentication login default group radius local" in lines
    assert "aaa authorization exec default group radius local" in lines
    assert [line for line in lines if line.startswith(("radius server", " key"))] == [
        "radius server 10.160.255.13",
        " key <secret:radius/district>",
        "radius server 10.160.255.14",
        " key <secret:radius/district>",
    ]


def test_103_without_radius_the_router_asks_itself_and_names_no_server() -> None:
    lines = XE.rendered(OFFICE).lines
    assert "aaa authentication login default local" in lines
    assert [line for line in lines if "radius" in line] == []


def test_502_every_command_is_logged_without_its_secrets() -> None:
    assert XE.block(OFFICE, "archive") == [
        "log config",
        "logging enable",
        "notify syslog contenttype plaintext",
        "hidekeys",
        "path bootflash:archive",
        "maximum 5",
    ]


def test_another_ssh_port_is_refused_because_ios_has_none() -> None:
    with pytest.raises(TemplateError, match="IOS serves SSH to its lines on port 22 alone"):
        XE.with_standards(access={"port": 2222}).rendered(OFFICE)


# 3xx: routing


def test_321_an_uplink_is_authenticated_and_fast_to_notice() -> None:
    assert XE.block(OFFICE, "interface GigabitEthernet0/0/0") == [
        "description pop-1--kec-rawa to pop-1 eth1",
        "ip address 10.161.0.7 255.255.255.254",
        "no ip redirects",
        "no ip proxy-arp",
        "ip ospf authentication message-digest",
        "ip ospf message-digest-key 1 md5 <secret:ospf/pop-1--kec-rawa/1>",
        "ip ospf network point-to-point",
        "ip ospf hello-interval 2",
        "ip ospf retransmit-interval 1",
        "ip ospf 1 area 0.0.0.0",
        "ip ospf cost 40",
    ]


def test_321_a_new_key_gets_a_new_number_and_a_new_secret() -> None:
    kit = XE.on(changed(XE.network, "link", "pop-1--kec-rawa", key_id=2))
    assert "ip ospf message-digest-key 2 md5 <secret:ospf/pop-1--kec-rawa/2>" in kit.block(
        OFFICE, "interface GigabitEthernet0/0/0"
    )


def test_a_dead_interval_is_written_where_it_does_not_follow_from_the_hello_interval() -> None:
    lines = XE.with_standards(ospf={"hello_s": 10, "dead_s": 30}).block(OFFICE, "interface GigabitEthernet0/0/0")
    assert "ip ospf dead-interval 30" in lines
    assert [line for line in lines if "hello-interval" in line] == []


def test_322_ospf_speaks_on_uplinks_alone() -> None:
    assert XE.block(OFFICE, "router ospf 1") == [
        "router-id 10.160.0.5",
        "timers throttle spf 10 50 500",
        "timers throttle lsa 0 50 500",
        "timers lsa arrival 50",
        "passive-interface default",
        "no passive-interface GigabitEthernet0/0/0",
        "no passive-interface GigabitEthernet0/0/1",
    ]


def test_323_and_324_a_session_lets_nothing_through_that_is_not_listed() -> None:
    assert XE.block("core-1", "router bgp 64496") == [
        "bgp router-id 10.160.0.1",
        "bgp log-neighbor-changes",
        "neighbor 198.51.100.2 remote-as 64500",
        "neighbor 198.51.100.2 description core-1--isp-a to isp-a, circuit ISPA-0001",
        "neighbor 198.51.100.2 password <secret:bgp/core-1--isp-a/1>",
        "address-family ipv4",
        "network 203.0.113.0",
        "neighbor 198.51.100.2 activate",
        "neighbor 198.51.100.2 prefix-list core-1--isp-a-in in",
        "neighbor 198.51.100.2 prefix-list core-1--isp-a-out out",
        "neighbor 198.51.100.2 route-map core-1--isp-a-in in",
        "neighbor 198.51.100.2 route-map core-1--isp-a-out out",
        "neighbor 198.51.100.2 maximum-prefix 100",
    ]


def test_323_a_session_that_announces_nothing_has_a_list_that_says_so() -> None:
    bgp = {"local_as": 64496, "peer_as": 64500}
    lines = XE.on(changed(XE.network, "link", "core-1--isp-a", bgp=bgp)).rendered("core-1").lines
    assert "ip prefix-list core-1--isp-a-out seq 5 deny 0.0.0.0/0 le 32" in lines


def test_301_from_outside_the_router_answers_its_bgp_neighbour_and_pings() -> None:
    assert XE.block("core-1", "ip access-list extended wan-core-1--isp-a") == [
        "10 permit tcp host 198.51.100.2 host 198.51.100.1 eq bgp",
        "20 permit tcp host 198.51.100.2 eq bgp host 198.51.100.1",
        "30 permit icmp any host 198.51.100.1",
        "40 deny ip any host 198.51.100.1",
        "50 deny ip 10.160.0.0 0.0.1.255 any",
        "60 deny ip 10.160.255.0 0.0.0.255 any",
        "70 deny ip 10.161.0.0 0.0.255.255 any",
        "80 deny ip 10.162.0.0 0.1.255.255 any",
        "90 permit ip any any",
    ]


def test_the_near_end_of_a_static_link_tells_ospf_what_is_behind_it_and_nothing_else() -> None:
    lines = XE.rendered("pop-1").lines
    assert " redistribute static route-map static-to-ospf" in lines
    assert [line for line in lines if line.startswith("ip prefix-list static-to-ospf")] == [
        "ip prefix-list static-to-ospf seq 5 permit 10.160.0.6/32",
        "ip prefix-list static-to-ospf seq 10 permit 10.162.3.0/27",
    ]


def test_the_far_end_of_a_static_link_has_a_way_back_and_no_ospf() -> None:
    lines = XE.rendered("desa-jauh").lines
    assert [line for line in lines if line.startswith("ip route")] == ["ip route 0.0.0.0 0.0.0.0 10.161.0.13"]
    assert [line for line in lines if "ospf" in line] == []


def test_a_tunnel_is_refused_because_ios_has_no_wireguard() -> None:
    with pytest.raises(TemplateError, match="IOS has no WireGuard"):
        PROJECT.render("dinas-sehat", changed(small_network(), "link", "core-1--dinas-sehat", medium="vpn"))


# 4xx: segmentation


def test_401_a_port_is_in_the_vlan_of_its_lan_and_believes_no_switch() -> None:
    assert XE.block(OFFICE, "interface GigabitEthernet0/0/2") == [
        "description port of LAN staff",
        "switchport access vlan 110",
        "switchport mode access",
        "spanning-tree bpduguard enable",
        "no lldp transmit",
        "no lldp receive",
    ]


def test_401_vlans_are_part_of_the_configuration() -> None:
    lines = XE.rendered(OFFICE).lines
    start = lines.index("vtp mode transparent")
    assert lines[start : start + 5] == ["vtp mode transparent", "vlan 110", " name staff", "vlan 120", " name wifi"]


def test_a_lan_on_a_subinterface_comes_tagged_over_its_port() -> None:
    lines = PROJECT.render("dinas-sehat", small_network()).lines
    start = lines.index("interface GigabitEthernet0/1.110")
    assert lines[start + 1 : start + 4] == [
        " description LAN staff, zone staff, VLAN 110",
        " encapsulation dot1Q 110",
        " ip address 10.162.1.1 255.255.255.0",
    ]


def test_402_guests_reach_the_internet_and_nothing_of_the_intranet() -> None:
    assert XE.block(OFFICE, "ip access-list extended lan-wifi-in") == [
        "10 permit icmp 10.162.2.128 0.0.0.127 host 10.162.2.129",
        "20 deny ip any 10.160.0.0 0.0.1.255",
        "30 deny ip any 10.160.255.0 0.0.0.255",
        "40 deny ip any 10.161.0.0 0.0.255.255",
        "50 deny ip any 10.162.0.0 0.1.255.255",
        "60 permit ip 10.162.2.128 0.0.0.127 any",
    ]


def test_302_staff_reach_the_services_and_the_internet_but_no_other_office() -> None:
    assert XE.block(OFFICE, "ip access-list extended lan-staff-in") == [
        "10 permit icmp 10.162.2.0 0.0.0.127 host 10.162.2.1",
        "20 permit ip 10.162.2.0 0.0.0.127 10.160.255.0 0.0.0.255",
        "30 deny ip any 10.160.0.0 0.0.1.255",
        "40 deny ip any 10.160.255.0 0.0.0.255",
        "50 deny ip any 10.161.0.0 0.0.255.255",
        "60 deny ip any 10.162.0.0 0.1.255.255",
        "70 permit ip 10.162.2.0 0.0.0.127 any",
    ]


def test_302_nothing_but_answers_enters_a_lan_from_the_internet() -> None:
    assert XE.block(OFFICE, "ip access-list extended lan-staff-out") == [
        "10 permit ip 10.160.255.0 0.0.0.255 10.162.2.0 0.0.0.127",
        "20 deny ip 10.160.0.0 0.0.1.255 any",
        "30 deny ip 10.160.255.0 0.0.0.255 any",
        "40 deny ip 10.161.0.0 0.0.255.255 any",
        "50 deny ip 10.162.0.0 0.1.255.255 any",
        "60 permit tcp any 10.162.2.0 0.0.0.127 established",
        "70 permit udp any 10.162.2.0 0.0.0.127",
        "80 permit icmp any 10.162.2.0 0.0.0.127",
    ]


@pytest.mark.parametrize(
    ("direction", "entries"),
    [
        (
            "in",
            [
                "10 permit icmp 10.162.2.0 0.0.0.127 host 10.162.2.1",
                "20 permit ip 10.162.2.0 0.0.0.127 10.160.255.0 0.0.0.255",
            ],
        ),
        ("out", ["10 permit ip 10.160.255.0 0.0.0.255 10.162.2.0 0.0.0.127", "20 deny ip any any"]),
    ],
)
def test_302_cameras_speak_with_the_services_and_nobody_else(direction: str, entries: list[str]) -> None:
    assert XE.with_zone(OFFICE, "cctv").block(OFFICE, f"ip access-list extended lan-other-{direction}") == entries


def test_the_lan_of_the_administration_itself_is_not_closed() -> None:
    assert "ip access-group" not in " ".join(XE.block("core-1", "interface GigabitEthernet0/0/5"))


def test_404_a_port_that_is_for_nothing_is_shut() -> None:
    assert XE.block("pop-1", "interface GigabitEthernet0/0/5") == ["description unused", "shutdown"]


def test_702_a_leased_line_says_what_to_tell_its_provider() -> None:
    assert XE.block(OFFICE, "interface GigabitEthernet0/0/1")[0] == (
        "description core-2--kec-rawa to core-2 eth1, circuit ISPA-0042, ISP A (rekaan)"
    )


# the dialects


@pytest.mark.parametrize(
    ("line", "xe", "ios"),
    [
        ("no cdp run", False, True),
        ("no ip bootp server", False, True),
        (" path flash:archive", False, True),
        (" path bootflash:archive", True, False),
        (" permit 10.160.255.0 0.0.0.255", False, True),
        (" 10 permit 10.160.255.0 0.0.0.255", True, False),
        (" switchport mode access", True, False),
    ],
)
def test_ios_xe_and_ios_say_some_things_otherwise(line: str, xe: bool, ios: bool) -> None:
    assert (line in XE.rendered(OFFICE).lines, line in OLD.rendered(OFFICE).lines) == (xe, ios)


def test_several_resolvers_stand_in_one_line_on_ios_xe() -> None:
    servers = {"dns": ["10.160.255.11", "10.160.255.12"]}
    assert "ip name-server 10.160.255.11 10.160.255.12" in XE.with_standards(**servers).rendered(OFFICE).lines


def test_several_resolvers_stand_in_a_line_each_on_ios() -> None:
    lines = OLD.with_standards(dns=["10.160.255.11", "10.160.255.12"]).rendered(OFFICE).lines
    assert [line for line in lines if "name-server" in line] == [
        "ip name-server 10.160.255.11",
        "ip name-server 10.160.255.12",
    ]


def test_subnets_of_static_routes_have_to_be_asked_for_on_ios() -> None:
    assert " redistribute static subnets route-map static-to-ospf" in OLD.rendered("pop-1").lines


# bootstrap


def test_a_bootstrap_reaches_the_router_can_be_taken_back_and_holds_no_secret() -> None:
    bootstrap = XE.bootstrap("pkm-baru")
    assert names_in(bootstrap.text) == ()
    assert bootstrap.lines[:14] == [
        "hostname pkm-baru",
        "ip domain name uji.example",
        "aaa new-model",
        "aaa authentication login default local",
        "aaa authorization exec default local",
        "archive",
        " path bootflash:archive",
        " maximum 5",
        "interface GigabitEthernet0/0/0",
        " description pop-1--pkm-baru to pop-1",
        " ip address 10.161.0.19 255.255.255.254",
        " no shutdown",
        "ip route 0.0.0.0 0.0.0.0 10.161.0.18 254 name bootstrap",
        "crypto key generate rsa general-keys modulus 2048",
    ]


@pytest.mark.parametrize("router", ["pkm-baru", "kec-rawa", "desa-jauh"])
def test_a_router_that_was_bootstrapped_is_made_right_and_never_loses_its_way_back(router: str) -> None:
    box = Model("", IOS)
    box.apply(line for line in XE.bootstrap(router).lines if not line.startswith(("!", "crypto")))
    remedy = XE.drift(router, box.text()).remedy
    assert [line for line in remedy if line.startswith("no ip route")] == []
    box.apply(fill(line, secret) for line in remedy)
    assert XE.drift(router, box.text()).clean


# what is read back


def printed(kit: Kit, router: str, marks: dict[str, str]) -> str:
    """Return the running configuration as the box prints it, with its own remarks and its own ciphers."""
    text = re.sub(r"(md5|password|key) <secret:[^>]+>", lambda m: f"{m[1]} 7 094F471A1A0A", kit.rendered(router).text)
    text = re.sub(
        r"secret <secret:[^>]+>", "secret 9 $9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6", text
    )
    text = re.sub(
        r"^(interface Gig.*\n(?: desc.*\n)?)(?! desc| ip addr| switchport| encap)",
        r"\1 no ip address\n",
        text,
        flags=re.MULTILINE,
    )
    for before, after in marks.items():
        text = text.replace(before, after)
    return text


XE_MARKS = {
    "service tcp-keepalives-in": (
        "Building configuration...\n\nCurrent configuration : 9402 bytes\n!\n"
        "! Last configuration change at 13:57:08 WIB Wed Mar 13 2024 by jip\n!\nversion 17.9\nservice tcp-keepalives-in"
    ),
    "aaa new-model": (
        "!\nboot-start-marker\nboot-end-marker\n!\nplatform qfp utilization monitor load 80\n"
        "no platform punt-keepalive disable-kernel-core\nplatform hardware throughput level 100000\naaa new-model"
    ),
    "\narchive\n": (
        "\nsubscriber templating\nmultilink bundle-name authenticated\nlicense udi pid ISR4331/K9 sn REKAAN00001\n"
        "memory free low-watermark processor 67133\ndiagnostic bootup level minimal\n"
        "spanning-tree extend system-id\narchive\n"
    ),
    " switchport mode access\n": " switchport mode access\n negotiation auto\n",
    "no ip http server": "ip forward-protocol nd\nno ip http server",
    " 40 deny ip": " 40 deny   ip",
    " address-family ipv4\n": " !\n address-family ipv4\n",
    "maximum-prefix 100\n": "maximum-prefix 100\n exit-address-family\n!\n",
    "line con 0\n": "!\nline con 0\n stopbits 1\n",
    "aaa authorization exec default local\n": "aaa authorization exec default local \n!\n",
}


@pytest.mark.parametrize("router", ROUTERS)
def test_a_reading_of_a_router_that_is_as_intended_is_clean(router: str) -> None:
    drift = XE.drift(router, printed(XE, router, XE_MARKS) + "!\nend\n\n" + router + "#", lambda _: "cisco")
    assert {(d.kind, d.intended) for d in drift.differences} == {
        ("not assessable", "username jip privilege 15 secret <secret:login/jip>")
    }
    assert (drift.clean, drift.remedy, drift.coverage) == (True, (), 1.0)


def test_a_disguised_key_is_read_back_and_another_one_is_found() -> None:
    drift = XE.drift(OFFICE, printed(XE, OFFICE, XE_MARKS) + "end\n", lambda _: "another")
    assert {d.path for d in drift.differences if d.kind == "changed"} == {
        ("interface GigabitEthernet0/0/0",),
        ("interface GigabitEthernet0/0/1",),
    }


def test_what_hardware_and_lines_of_their_own_say_is_listed_and_is_no_drift() -> None:
    extra = (
        "interface GigabitEthernet0\n vrf forwarding Mgmt-intf\n no ip address\n negotiation auto\n"
        "redundancy\n mode none\ncontrol-plane\nline aux 0\n stopbits 1\nvrf definition Mgmt-intf\n"
    )
    drift = XE.drift(OFFICE, XE.running(OFFICE) + extra + "end\n")
    assert (drift.clean, drift.remedy) == (True, ())
    assert [d.running for d in drift.differences if d.kind == "unmanaged"] == [
        "interface GigabitEthernet0",
        "vrf forwarding Mgmt-intf",
        "redundancy",
        "mode none",
        "control-plane",
        "line aux 0",
        "vrf definition Mgmt-intf",
    ]


def test_a_reading_that_was_cut_short_is_no_reading() -> None:
    with pytest.raises(AnswerError):
        XE.drift(OFFICE, XE.running(OFFICE))


def test_the_reading_of_another_router_is_no_reading_of_this() -> None:
    with pytest.raises(AnswerError):
        XE.drift(OFFICE, XE.running("core-1") + "end\n")


@pytest.mark.parametrize("router", ROUTERS)
def test_no_secret_that_we_put_on_a_router_is_shown_when_it_is_read_back(router: str) -> None:
    assert "Rahasia" not in redact(fill(XE.rendered(router).text, lambda _: "Rahasia9"), XE.facts)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("username jip privilege 15 secret 9 $9$S3kali", "username jip privilege 15 secret 9 <secret>"),
        ("username lama password 7 S3kali", "username lama password 7 <secret>"),
        ("enable secret 5 $1$S3kali", "enable secret 5 <secret>"),
        ("enable password S3kali", "enable password <secret>"),
        ("  password 7 S3kali", "  password 7 <secret>"),
        (" ip ospf message-digest-key 1 md5 7 S3kali", " ip ospf message-digest-key 1 md5 7 <secret>"),
        (" ip ospf authentication-key S3kali", " ip ospf authentication-key <secret>"),
        (" neighbor 10.0.0.1 password 7 S3kali", " neighbor 10.0.0.1 password 7 <secret>"),
        (" key 7 S3kali", " key 7 <secret>"),
        ("  key-string S3kali", "  key-string <secret>"),
        ("radius-server host 10.0.0.1 auth-port 1812 key 7 S3kali", None),
        ("tacacs-server key 6 S3kali", None),
        ("snmp-server community S3kali RO 10", "snmp-server community <secret> RO 10"),
        ("snmp-server host 10.0.0.1 version 2c S3kali", "snmp-server host 10.0.0.1 version 2c <secret>"),
        ("snmp-server user a b v3 auth sha S3kali priv aes 128 S3kali", None),
        ("crypto isakmp key S3kali address 10.0.0.1", "crypto isakmp key <secret> address 10.0.0.1"),
        (" pre-shared-key local 6 S3kali", None),
        ("ntp authentication-key 1 md5 S3kali 7", "ntp authentication-key 1 md5 <secret> 7"),
        (" ppp chap password 0 S3kali", " ppp chap password 0 <secret>"),
        (" standby 1 authentication md5 key-string S3kali", None),
        (" path ftp://jip:S3kali@10.0.0.1/backup", " path ftp://jip:<secret>@10.0.0.1/backup"),
    ],
)
def test_every_kind_of_secret_that_ios_can_hold_is_hidden(line: str, hidden: str | None) -> None:
    shown = redact(line, XE.facts)
    assert "S3kali" not in shown
    assert shown == (hidden or shown)


@pytest.mark.parametrize(
    ("line", "harmless"),
    [
        ("service password-encryption", True),
        (" no ip proxy-arp", True),
        ("aaa authentication login default group radius local", True),
        ("ip ssh version 2", True),
    ],
)
def test_what_is_no_secret_is_shown(line: str, harmless: bool) -> None:
    assert (HIDDEN not in redact(line, XE.facts)) is harmless


# what is changed, and how


def edited(before: str, after: str, router: str = OFFICE, kit: Kit = XE) -> Drift:
    text = kit.running(router) + "end\n"
    assert before in text
    return kit.drift(router, text.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "remedy"),
    [
        ("clock timezone WIB 7 0", "clock timezone UTC 0 0", ["clock timezone WIB 7 0"]),
        ("aaa session-id common\n", "", ["aaa session-id common"]),
        ("no ip http server\n", "ip http server\n", ["no ip http server"]),
        ("ip domain name uji.example", "ip domain name lama.example", ["ip domain name uji.example"]),
        (
            "logging host 10.160.255.12\n",
            "logging host 10.160.255.12\nlogging host 192.0.2.9\n",
            ["no logging host 192.0.2.9"],
        ),
        (
            "snmp-server group district",
            "snmp-server community public RW\nsnmp-server group district",
            ["no snmp-server community <secret> RW"],
        ),
        (
            "ntp server 10.160.255.10\n",
            "ntp server 192.0.2.9\n",
            ["no ntp server 192.0.2.9", "ntp server 10.160.255.10"],
        ),
        (
            " transport input ssh\nline vty 5",
            " transport input telnet ssh\nline vty 5",
            ["line vty 0 4", " transport input ssh", "exit"],
        ),
        (
            " access-class management in\n transport input ssh\nline vty 5",
            " exec-timeout 0 0\n transport input ssh\nline vty 5",
            ["line vty 0 4", " exec-timeout 10 0", "exit", "line vty 0 4", " access-class management in", "exit"],
        ),
        (
            " ip address 10.161.0.7 255.255.255.254",
            " ip address 10.161.0.9 255.255.255.0",
            ["interface GigabitEthernet0/0/0", " ip address 10.161.0.7 255.255.255.254", "exit"],
        ),
        (
            " ip address 10.161.0.7 255.255.255.254\n",
            " ip address 10.161.0.7 255.255.255.254\n ip address 192.0.2.1 255.255.255.0 secondary\n",
            ["interface GigabitEthernet0/0/0", " no ip address 192.0.2.1 255.255.255.0 secondary", "exit"],
        ),
        (
            " ip ospf cost 40",
            " ip ospf cost 1\n shutdown",
            [
                "interface GigabitEthernet0/0/0",
                " no shutdown",
                "exit",
                "interface GigabitEthernet0/0/0",
                " ip ospf cost 40",
                "exit",
            ],
        ),
        (
            " switchport access vlan 120",
            " switchport access vlan 110",
            ["interface GigabitEthernet0/0/4", " switchport access vlan 120", "exit"],
        ),
        (
            " no passive-interface GigabitEthernet0/0/0\n",
            "",
            ["router ospf 1", " no passive-interface GigabitEthernet0/0/0", "exit"],
        ),
        (
            " 20 permit ip 10.162.2.0 0.0.0.127 10.160.255.0 0.0.0.255\n",
            " 20 permit ip any any\n",
            [
                "ip access-list extended lan-staff-in",
                " no 20",
                "exit",
                "ip access-list extended lan-staff-in",
                " 20 permit ip 10.162.2.0 0.0.0.127 10.160.255.0 0.0.0.255",
                "exit",
            ],
        ),
        (
            "vlan 120\n name wifi",
            "vlan 120\n name tamu",
            ["vlan 120", " name wifi", "exit"],
        ),
        ("line con 0\n", "line con 0\n exec-timeout 0 0\n", ["line con 0", " exec-timeout 10 0", "exit"]),
        ("lldp run\n", "lldp run\ncdp run\n", ["no cdp run"]),
        (
            "interface Vlan110",
            "interface Vlan999\n ip address 192.0.2.1 255.255.255.0\ninterface Vlan110",
            ["no interface Vlan999"],
        ),
        (
            "interface Vlan110",
            "interface GigabitEthernet0/0/9\n ip address 192.0.2.1 255.255.255.0\ninterface Vlan110",
            ["default interface GigabitEthernet0/0/9"],
        ),
        (
            "username jip",
            "username lama privilege 15 password 7 094F471A1A0A\nusername jip",
            ["no username lama"],
        ),
    ],
    ids=lambda value: value.strip().splitlines()[0][:40] if isinstance(value, str) and value.strip() else None,
)
def test_what_was_typed_is_taken_back_as_ios_takes_it(before: str, after: str, remedy: list[str]) -> None:
    assert list(edited(before, after).remedy) == remedy


def test_an_account_with_a_readable_password_is_made_anew_with_a_secret() -> None:
    drift = edited("username jip privilege 15 secret loginjip", "username jip privilege 15 password 7 0822455D0A16")
    assert list(drift.remedy) == [
        "no username jip",
        "username jip privilege 15 secret <secret:login/jip>",
    ]


def test_a_key_is_taken_away_before_its_number_is_given_again() -> None:
    drift = edited(f"md5 {secret('ospf/pop-1--kec-rawa/1')}", "md5 7 030752180500")
    assert list(drift.remedy) == [
        "interface GigabitEthernet0/0/0",
        " no ip ospf message-digest-key 1",
        "exit",
        "interface GigabitEthernet0/0/0",
        " ip ospf message-digest-key 1 md5 <secret:ospf/pop-1--kec-rawa/1>",
        "exit",
    ]


def test_a_list_without_numbers_that_is_out_of_order_is_written_anew() -> None:
    before = " deny ip any 10.160.0.0 0.0.1.255\n deny ip any 10.160.255.0 0.0.0.255\n"
    after = " deny ip any 10.160.255.0 0.0.0.255\n deny ip any 10.160.0.0 0.0.1.255\n"
    assert list(edited(before, after, kit=OLD).remedy) == [
        "no ip access-list extended lan-staff-in",
        "ip access-list extended lan-staff-in",
        *[f" {entry}" for entry in OLD.block(OFFICE, "ip access-list extended lan-staff-in")],
        "exit",
    ]


def test_a_neighbour_with_another_as_is_removed_with_all_that_was_said_of_it() -> None:
    drift = edited("neighbor 198.51.100.2 remote-as 64500", "neighbor 198.51.100.2 remote-as 64666", "core-1")
    assert list(drift.remedy) == ["router bgp 64496", " neighbor 198.51.100.2 remote-as 64500", "exit"]


@pytest.mark.parametrize("was", ROUTERS)
@pytest.mark.parametrize("becomes", ["core-2", "dinas-sehat", "pkm-baru"])
def test_the_remedy_makes_one_router_another_on_a_box_that_takes_lines_as_ios_does(was: str, becomes: str) -> None:
    kit = XE.with_ports(was, 7).with_ports(becomes, 7)
    box = Model(kit.running(was).replace(f"hostname {was}\n", f"hostname {becomes}\n") + "end\n", IOS)
    box.apply(fill(line, secret) for line in kit.drift(becomes, box.text()).remedy)
    assert kit.drift(becomes, box.text()).differences == ()
