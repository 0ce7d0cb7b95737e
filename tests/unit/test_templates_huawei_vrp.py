"""What VRP is told satisfies the district's rules, and reads back as it was written.

The numbers are those of the rule catalogue.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from jipkit.drift import Drift
from jipkit.errors import AnswerError, TemplateError
from jipkit.indented import statements
from jipkit.project import Project
from jipkit.redaction import fill, names_in, redact
from jipkit.testing.kits import Kit, secret
from jipkit.testing.models.indented import VRP, Model
from jipkit.testing.networks import changed
from jipkit.testing.replatform import on_platform

PROJECT = Project(Path(__file__).parents[2])
KIT = Kit(PROJECT, "huawei_vrp")
RADIUS = KIT.with_standards(radius=["10.160.255.13", "10.160.255.14"])
ROUTERS = sorted(KIT.network.routers)
OFFICE = "kec-rawa"


# every line


@pytest.mark.parametrize("router", ROUTERS)
def test_every_line_is_printable_and_indented_as_vrp_does(router: str) -> None:
    odd = [line for line in KIT.rendered(router).lines if not re.fullmatch(r" {0,2}\S[ -~]*", line)]
    assert odd == []


@pytest.mark.parametrize("router", ROUTERS)
def test_a_hash_stands_first_between_and_before_the_last_line(router: str) -> None:
    lines = KIT.rendered(router).lines
    assert (lines[0], lines[-2:]) == ("#", ["#", "return"])
    assert [pair for pair in itertools.pairwise(lines) if pair == ("#", "#")] == []


@pytest.mark.parametrize("router", ROUTERS)
def test_a_router_that_runs_what_was_rendered_is_clean_and_covered(router: str) -> None:
    drift = KIT.drift(router, KIT.running(router))
    assert (drift.differences, drift.remedy, drift.coverage) == ((), (), 1.0)


def test_a_line_of_the_system_view_stands_in_no_block_though_it_is_indented() -> None:
    text = "#\nvlan batch 110\n#\n dns resolve\n#\ninterface LoopBack0\n#\n stelnet server enable\n#\nreturn\n"
    assert [(s.path, s.text) for s in statements(text, KIT.facts)] == [
        ((), "vlan batch 110"),
        ((), "dns resolve"),
        ((), "interface LoopBack0"),
        ((), "stelnet server enable"),
    ]


# 1xx, 2xx: who administers, and what listens


@pytest.mark.parametrize(
    "line",
    [
        ' header login information "Jaringan pemerintah; hanya untuk yang berwenang."',  # 108
        " local-user jip password irreversible-cipher <secret:login/jip>",  # 104
        " local-user jip service-type terminal ssh",
        " stelnet server enable",  # 205
        " snmp-agent group v3 district privacy acl 2000",  # 210
        " snmp-agent usm-user v3 jip authentication-mode sha cipher <secret:snmp/authentication>",
        " snmp-agent usm-user v3 jip privacy-mode aes128 cipher <secret:snmp/privacy>",
        " info-center loghost 10.160.255.12",  # 501
        " clock timezone WIB add 07:00:00",  # 503
        " ntp-service unicast-server 10.160.255.10",
        " dns server 10.160.255.11",
    ],
)
def test_108_to_503_are_told_in_so_many_words(line: str) -> None:
    assert line in KIT.rendered(OFFICE).lines


def test_107_terminals_answer_the_administration_alone() -> None:
    lines = KIT.rendered(OFFICE).lines
    start = lines.index("user-interface con 0")
    assert lines[start : start + 5] == [
        "user-interface con 0",
        " authentication-mode aaa",
        "user-interface vty 0 4",
        " acl 2000 inbound",
        " authentication-mode aaa",
    ]


def test_107_the_administration_is_what_the_standards_say() -> None:
    kit = KIT.with_standards(management_prefixes=["10.160.255.7/32", "10.160.254.0/24"])
    assert kit.block(OFFICE, "acl number 2000") == [
        "rule 5 permit source 10.160.254.0 0.0.0.255",
        "rule 10 permit source 10.160.255.7 0",
    ]


@pytest.mark.parametrize("service", ["telnet", "ftp", "http", "sftp"])
def test_201_to_204_what_is_off_unless_told_otherwise_is_not_told(service: str) -> None:
    assert [line for line in KIT.rendered(OFFICE).lines if line.strip().startswith(service)] == []


def test_another_ssh_port_is_served() -> None:
    assert " ssh server port 2222" in KIT.with_standards(access={"port": 2222}).rendered(OFFICE).lines


def test_a_banner_with_quotes_is_refused_because_they_would_end_it() -> None:
    with pytest.raises(TemplateError, match="a banner with quotes"):
        KIT.with_standards(banner='Jaringan "intra"').rendered(OFFICE)


def test_103_accounts_are_asked_of_radius_first_where_there_is_one() -> None:
    assert RADIUS.block(OFFICE, "radius-server template district") == [
        "radius-server shared-key cipher <secret:radius/district>",
        "radius-server authentication 10.160.255.13 1812 source LoopBack 0 weight 80",
        "radius-server authentication 10.160.255.14 1812 source LoopBack 0 weight 80",
    ]
    assert RADIUS.block(OFFICE, "aaa") == [
        "authentication-scheme default",
        "authentication-scheme district",
        "authentication-mode radius local",
        "authorization-scheme default",
        "accounting-scheme default",
        "domain default",
        "domain default_admin",
        "authentication-scheme district",
        "radius-server district",
        "local-user jip password irreversible-cipher <secret:login/jip>",
        "local-user jip privilege level 15",
        "local-user jip service-type terminal ssh",
    ]


def test_103_without_radius_the_router_asks_itself_and_names_no_server() -> None:
    assert [line for line in KIT.rendered(OFFICE).lines if "radius" in line] == []


# 3xx: routing


def test_321_an_uplink_is_authenticated_and_fast_to_notice() -> None:
    assert KIT.block(OFFICE, "interface GigabitEthernet0/0/0") == [
        "description pop-1--kec-rawa to pop-1 eth1",
        "ip address 10.161.0.7 255.255.255.254",
        "ospf authentication-mode md5 1 cipher <secret:ospf/pop-1--kec-rawa/1>",
        "ospf cost 40",
        "ospf network-type p2p",
        "ospf timer hello 2",
        "ospf timer retransmit 1",
    ]


def test_a_dead_interval_is_written_where_it_does_not_follow_from_the_hello_interval() -> None:
    lines = KIT.with_standards(ospf={"hello_s": 10, "dead_s": 30}).block(OFFICE, "interface GigabitEthernet0/0/0")
    assert [line for line in lines if "timer" in line] == ["ospf timer dead 30", "ospf timer retransmit 1"]


def test_322_ospf_speaks_on_uplinks_alone_and_tells_of_every_lan() -> None:
    assert KIT.block(OFFICE, "ospf 1 router-id 10.160.0.5") == [
        "silent-interface all",
        "undo silent-interface GigabitEthernet0/0/0",
        "undo silent-interface GigabitEthernet0/0/1",
        "spf-schedule-interval intelligent-timer 500 10 50",
        "lsa-arrival-interval intelligent-timer 500 0 50",
        "lsa-originate-interval intelligent-timer 500 0 50",
        "area 0.0.0.0",
        "network 10.161.0.6 0.0.0.1",
        "network 10.161.0.8 0.0.0.1",
        "network 10.162.2.0 0.0.0.127",
        "network 10.162.2.128 0.0.0.127",
        "network 10.160.0.5 0.0.0.0",
    ]


def test_323_and_324_a_session_lets_nothing_through_that_is_not_listed() -> None:
    assert KIT.block("core-1", "bgp 64496") == [
        "router-id 10.160.0.1",
        "peer 198.51.100.2 as-number 64500",
        "peer 198.51.100.2 description core-1--isp-a to isp-a, circuit ISPA-0001",
        "peer 198.51.100.2 password cipher <secret:bgp/core-1--isp-a/1>",
        "#",
        "ipv4-family unicast",
        "undo synchronization",
        "network 203.0.113.0",
        "peer 198.51.100.2 enable",
        "peer 198.51.100.2 ip-prefix core-1--isp-a-in import",
        "peer 198.51.100.2 ip-prefix core-1--isp-a-out export",
        "peer 198.51.100.2 route-policy core-1--isp-a-in import",
        "peer 198.51.100.2 route-policy core-1--isp-a-out export",
        "peer 198.51.100.2 route-limit 100",
    ]


def test_323_the_lists_of_a_session_are_those_of_the_inventory() -> None:
    assert [line for line in KIT.rendered("core-1").lines if line.startswith(("ip ip-prefix", " if-match"))] == [
        " if-match ip-prefix core-1--isp-a-in",
        " if-match ip-prefix core-1--isp-a-out",
        "ip ip-prefix core-1--isp-a-in index 5 permit 0.0.0.0 0",
        "ip ip-prefix core-1--isp-a-out index 5 permit 203.0.113.0 24",
    ]


def test_301_from_outside_the_router_answers_its_bgp_neighbour_and_pings() -> None:
    assert KIT.block("core-1", "acl name wan-core-1--isp-a 3301") == [
        "rule 5 permit tcp source 198.51.100.2 0 destination 198.51.100.1 0 destination-port eq bgp",
        "rule 10 permit tcp source 198.51.100.2 0 source-port eq bgp destination 198.51.100.1 0",
        "rule 15 permit icmp destination 198.51.100.1 0",
        "rule 20 deny ip destination 198.51.100.1 0",
        "rule 25 deny ip source 10.160.0.0 0.0.1.255",
        "rule 30 deny ip source 10.160.255.0 0.0.0.255",
        "rule 35 deny ip source 10.161.0.0 0.0.255.255",
        "rule 40 deny ip source 10.162.0.0 0.1.255.255",
        "rule 45 permit ip",
    ]


def test_the_near_end_of_a_static_link_tells_ospf_what_is_behind_it_and_nothing_else() -> None:
    assert "import-route static route-policy static-to-ospf" in KIT.block("pop-1", "ospf 1 router-id 10.160.0.3")
    assert [line for line in KIT.rendered("pop-1").lines if line.startswith("ip ip-prefix")] == [
        "ip ip-prefix static-to-ospf index 5 permit 10.160.0.6 32",
        "ip ip-prefix static-to-ospf index 10 permit 10.162.3.0 27",
    ]


def test_a_route_that_drops_what_takes_it_is_the_last_choice() -> None:
    assert "ip route-static 203.0.113.0 255.255.255.0 NULL0 preference 250" in KIT.rendered("core-1").lines


def test_a_tunnel_is_refused_because_vrp_has_no_wireguard() -> None:
    network = on_platform(KIT.network, OFFICE, "huawei_vrp")
    with pytest.raises(TemplateError, match="VRP has no WireGuard"):
        PROJECT.render(OFFICE, changed(network, "link", "pop-1--kec-rawa", medium="vpn"))


# 4xx: segmentation


def test_401_a_port_is_in_the_vlan_of_its_lan() -> None:
    assert KIT.block(OFFICE, "interface GigabitEthernet0/0/2") == [
        "description port of LAN staff",
        "port link-type access",
        "port default vlan 110",
        "undo lldp enable",
    ]


def test_401_all_vlans_stand_in_one_line() -> None:
    assert "vlan batch 110 120" in KIT.rendered(OFFICE).lines


def test_401_each_lan_is_filtered_both_ways() -> None:
    assert KIT.block(OFFICE, "interface Vlanif120") == [
        "description LAN wifi, zone public, VLAN 120",
        "ip address 10.162.2.129 255.255.255.128",
        "traffic-filter inbound acl name lan-wifi-in",
        "traffic-filter outbound acl name lan-wifi-out",
    ]


def test_402_guests_reach_the_internet_and_nothing_of_the_intranet() -> None:
    assert KIT.block(OFFICE, "acl name lan-wifi-in 3102") == [
        "rule 5 permit icmp source 10.162.2.128 0.0.0.127 destination 10.162.2.129 0",
        "rule 10 deny ip destination 10.160.0.0 0.0.1.255",
        "rule 15 deny ip destination 10.160.255.0 0.0.0.255",
        "rule 20 deny ip destination 10.161.0.0 0.0.255.255",
        "rule 25 deny ip destination 10.162.0.0 0.1.255.255",
        "rule 30 permit ip source 10.162.2.128 0.0.0.127",
        "rule 35 deny ip",
    ]


def test_302_cameras_speak_with_the_services_and_nobody_else() -> None:
    assert KIT.with_zone(OFFICE, "cctv").block(OFFICE, "acl name lan-other-in 3101") == [
        "rule 5 permit icmp source 10.162.2.0 0.0.0.127 destination 10.162.2.1 0",
        "rule 10 permit ip source 10.162.2.0 0.0.0.127 destination 10.160.255.0 0.0.0.255",
        "rule 15 deny ip",
    ]


def test_302_nothing_but_answers_enters_a_lan_from_the_internet() -> None:
    assert KIT.block(OFFICE, "acl name lan-staff-out 3201") == [
        "rule 5 permit ip source 10.160.255.0 0.0.0.255 destination 10.162.2.0 0.0.0.127",
        "rule 10 deny ip source 10.160.0.0 0.0.1.255",
        "rule 15 deny ip source 10.160.255.0 0.0.0.255",
        "rule 20 deny ip source 10.161.0.0 0.0.255.255",
        "rule 25 deny ip source 10.162.0.0 0.1.255.255",
        "rule 30 permit tcp destination 10.162.2.0 0.0.0.127 tcp-flag established",
        "rule 35 permit udp destination 10.162.2.0 0.0.0.127",
        "rule 40 permit icmp destination 10.162.2.0 0.0.0.127",
        "rule 45 deny ip",
    ]


def test_404_a_port_that_is_for_nothing_is_shut() -> None:
    assert KIT.block("pop-1", "interface GigabitEthernet0/0/5") == ["description unused", "shutdown"]


def test_more_lans_than_the_lists_have_numbers_for_are_refused() -> None:
    staff = dict(KIT.network.router(OFFICE).lans[0])
    lans = [
        {
            **staff,
            "name": f"lan-{n}",
            "interface": f"vlan{n}",
            "prefix": f"10.163.{n}.0/24",
            "vlan": 200 + n,
            "ports": [],
        }
        for n in range(10)
    ]
    with pytest.raises(TemplateError, match="more than nine LANs"):
        KIT.on(changed(KIT.network, "router", OFFICE, lans=lans)).rendered(OFFICE)


# bootstrap


def test_a_bootstrap_reaches_the_router_and_holds_no_secret() -> None:
    bootstrap = KIT.bootstrap("pkm-baru")
    assert names_in(bootstrap.text) == ()
    assert bootstrap.lines[:8] == [
        "sysname pkm-baru",
        "interface GigabitEthernet0/0/0",
        " description pop-1--pkm-baru to pop-1",
        " ip address 10.161.0.19 255.255.255.254",
        " undo shutdown",
        " quit",
        "ip route-static 0.0.0.0 0.0.0.0 10.161.0.18 preference 254 description bootstrap",
        "stelnet server enable",
    ]


NEW_BOX = """
#
aaa
 authentication-scheme default
 authorization-scheme default
 accounting-scheme default
 domain default
 domain default_admin
#
user-interface con 0
#
"""


@pytest.mark.parametrize("router", ["pkm-baru", "kec-rawa", "desa-jauh"])
def test_a_router_that_was_bootstrapped_is_made_right_and_never_loses_its_way_back(router: str) -> None:
    box = Model(NEW_BOX, VRP)
    box.apply(line for line in KIT.bootstrap(router).lines if not line.startswith("#"))
    remedy = KIT.drift(router, box.text()).remedy
    assert [line for line in remedy if line.startswith("undo ip route-static")] == []
    box.apply(fill(line, secret) for line in remedy)
    assert KIT.drift(router, box.text()).clean


# what is read back

CIPHERS = [
    (
        r"irreversible-cipher <secret:[^>]+>",
        'irreversible-cipher $1c$LC"pGB|q4O$8Kp.>f{E&GMOUm8zus7Y{g`K%ifk#Hx9P{9h)2Q2$',
    ),
    (r"cipher <secret:[^>]+>", "cipher %^%#K8m.Nt84DZ}e#<0`8bmE3Uw}%^%#"),
    (r"(?m)^(aaa|acl number 2000|ospf 1 .*| domain default\w*| rule .*| +ip address .*)$", r"\1 "),
    (r"(?m)^#\n sysname", "[V200R010C10SPC700]\n#\n board add 0/1 8FE1GE\n#\n drop illegal-mac alarm\n#\n sysname"),
    (
        r"(?m)^ snmp-agent$",
        " snmp-agent local-engineid 800007DB03000000000000\n snmp-agent \n snmp-agent sys-info version v3",
    ),
    (r"(?m)^interface LoopBack0$", "interface NULL0\n#\ninterface LoopBack0"),
    (r"(?m)^ stelnet server enable$", " undo telnet server enable\n stelnet server enable"),
    (r"(?m)^ acl 2000 inbound$", " acl 2000 inbound\n protocol inbound ssh"),
    (r"#\nreturn\n", "user-interface vty 16 20\n#\nwlan ac\n#\nreturn\n<x>"),
]


def printed(kit: Kit, router: str) -> str:
    """Return the configuration as the box prints it, with its own remarks and its own ciphers."""
    text = kit.rendered(router).text
    for pattern, instead in CIPHERS:
        text = re.sub(pattern, instead.replace("\\", "\\\\") if "$1c" in instead else instead, text)
    return text


@pytest.mark.parametrize("router", ROUTERS)
def test_a_reading_of_a_router_that_is_as_intended_has_nothing_but_ciphers_in_doubt(router: str) -> None:
    drift = RADIUS.drift(router, printed(RADIUS, router))
    assert (drift.clean, drift.remedy) == (True, ())
    assert {d.kind for d in drift.differences} == {"not assessable", "unmanaged"}
    assert [d.running for d in drift.differences if d.kind == "unmanaged"] == [
        "interface NULL0",
        "user-interface vty 16 20",
        "wlan ac",
    ]
    assert len(names_in(RADIUS.rendered(router).text)) == sum(d.kind == "not assessable" for d in drift.differences)


def test_vlans_may_be_folded_otherwise_without_being_others() -> None:
    lans = [{**dict(lan), "vlan": vlan} for lan, vlan in zip(KIT.network.router(OFFICE).lans, (110, 111), strict=True)]
    kit = KIT.on(changed(KIT.network, "router", OFFICE, lans=lans))
    text = kit.running(OFFICE)
    assert "vlan batch 110 111\n" in text
    assert kit.drift(OFFICE, text.replace("vlan batch 110 111\n", "vlan batch 110 to 111\n")).differences == ()


def test_a_reading_that_was_cut_short_is_no_reading() -> None:
    with pytest.raises(AnswerError):
        KIT.drift(OFFICE, KIT.running(OFFICE).removesuffix("return\n"))


@pytest.mark.parametrize("router", ROUTERS)
def test_no_secret_that_we_put_on_a_router_is_shown_when_it_is_read_back(router: str) -> None:
    assert "Rahasia" not in redact(fill(RADIUS.rendered(router).text, lambda _: "Rahasia9"), KIT.facts)


@pytest.mark.parametrize(
    "line",
    [
        " local-user admin password irreversible-cipher $1c$S3kali",
        " local-user admin password simple S3kali",
        " ospf authentication-mode md5 1 plain S3kali",
        "  authentication-mode md5 1 cipher S3kali",
        " peer 10.0.0.1 password simple S3kali",
        " radius-server shared-key cipher S3kali",
        " snmp-agent community read S3kali",
        " snmp-agent community write cipher S3kali",
        " snmp-agent usm-user v3 a b authentication-mode md5 S3kali privacy-mode aes128 S3kali",
        " snmp-agent target-host trap address udp-domain 10.0.0.1 params securityname S3kali",
        " set authentication password cipher S3kali",
        " super password level 3 cipher S3kali",
        " ppp chap password cipher S3kali",
        " pre-shared-key cipher S3kali",
        " ntp-service authentication-keyid 1 authentication-mode md5 cipher S3kali",
    ],
)
def test_every_kind_of_secret_that_vrp_can_hold_is_hidden(line: str) -> None:
    assert "S3kali" not in redact(line, KIT.facts)


# what is changed, and how


def edited(before: str, after: str, router: str = OFFICE) -> Drift:
    text = KIT.running(router)
    assert before in text
    return KIT.drift(router, text.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "remedy"),
    [
        (" clock timezone WIB add 07:00:00", " clock timezone UTC add 00:00:00", ["clock timezone WIB add 07:00:00"]),
        (" lldp enable\n", "", ["lldp enable"]),
        (" stelnet server enable", " telnet server enable\n stelnet server enable", ["undo telnet server enable"]),
        (
            " info-center loghost 10.160.255.12",
            " info-center loghost 10.160.255.12\n info-center loghost 192.0.2.9",
            ["undo info-center loghost 192.0.2.9"],
        ),
        (
            " snmp-agent\n",
            " snmp-agent\n snmp-agent community write cipher %^%#abc%^%#\n",
            ["undo snmp-agent community write cipher <secret>"],
        ),
        (
            " local-user jip password",
            (
                " local-user admin password irreversible-cipher $1a$abc\n local-user admin privilege level 15\n"
                " local-user admin service-type http\n local-user jip password"
            ),
            ["aaa", " undo local-user admin", "quit"],
        ),
        (
            " acl 2000 inbound\n",
            " idle-timeout 0 0\n",
            [
                "user-interface vty 0 4",
                " undo idle-timeout",
                "quit",
                "user-interface vty 0 4",
                " acl 2000 inbound",
                "quit",
            ],
        ),
        (
            " ip address 10.161.0.7 255.255.255.254",
            " ip address 10.161.0.9 255.255.255.254",
            ["interface GigabitEthernet0/0/0", " ip address 10.161.0.7 255.255.255.254", "quit"],
        ),
        (
            " ospf cost 40",
            " ospf cost 1",
            ["interface GigabitEthernet0/0/0", " ospf cost 40", "quit"],
        ),
        (
            " undo silent-interface GigabitEthernet0/0/1\n",
            "",
            ["ospf 1 router-id 10.160.0.5", " undo silent-interface GigabitEthernet0/0/1", "quit"],
        ),
        (
            "  network 10.162.2.0 0.0.0.127\n",
            "  network 10.0.0.0 0.255.255.255\n",
            [
                "ospf 1 router-id 10.160.0.5",
                " area 0.0.0.0",
                "  undo network 10.0.0.0 0.255.255.255",
                " quit",
                "quit",
                "ospf 1 router-id 10.160.0.5",
                " area 0.0.0.0",
                "  network 10.162.2.0 0.0.0.127",
                " quit",
                "quit",
            ],
        ),
        (
            " rule 10 permit ip source 10.162.2.0 0.0.0.127 destination 10.160.255.0 0.0.0.255\n",
            " rule 10 permit ip\n",
            [
                "acl name lan-staff-in 3101",
                " undo rule 10",
                "quit",
                "acl name lan-staff-in 3101",
                " rule 10 permit ip source 10.162.2.0 0.0.0.127 destination 10.160.255.0 0.0.0.255",
                "quit",
            ],
        ),
        ("vlan batch 110 120", "vlan batch 110 120 999", ["undo vlan batch 999"]),
        (
            " port default vlan 120",
            " port default vlan 110",
            ["interface GigabitEthernet0/0/4", " port default vlan 120", "quit"],
        ),
        (
            " traffic-filter inbound acl name lan-wifi-in",
            " traffic-filter inbound acl name lan-staff-in",
            [
                "interface Vlanif120",
                " undo traffic-filter inbound",
                "quit",
                "interface Vlanif120",
                " traffic-filter inbound acl name lan-wifi-in",
                "quit",
            ],
        ),
    ],
    ids=lambda value: value.strip().splitlines()[0][:40] if isinstance(value, str) and value.strip() else None,
)
def test_what_was_typed_is_taken_back_as_vrp_takes_it(before: str, after: str, remedy: list[str]) -> None:
    assert list(edited(before, after).remedy) == remedy


def test_a_reversible_password_is_drift_even_if_it_is_the_right_one() -> None:
    drift = edited("password irreversible-cipher loginjip", "password cipher loginjip")
    assert list(drift.remedy) == ["aaa", " local-user jip password irreversible-cipher <secret:login/jip>", "quit"]


@pytest.mark.parametrize("was", ROUTERS)
@pytest.mark.parametrize("becomes", ["core-2", "dinas-sehat", "pkm-baru"])
def test_the_remedy_makes_one_router_another_on_a_box_that_takes_lines_as_vrp_does(was: str, becomes: str) -> None:
    kit = KIT.with_ports(was, 7).with_ports(becomes, 7)
    box = Model(kit.running(was).replace(f" sysname {was}\n", f" sysname {becomes}\n"), VRP)
    box.apply(fill(line, secret) for line in kit.drift(becomes, box.text()).remedy)
    assert kit.drift(becomes, box.text()).differences == ()
