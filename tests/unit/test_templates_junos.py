"""What Junos is told is what `show configuration | display set` prints; the numbers are those of the rule catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from jipkit.drift import Drift, compare
from jipkit.errors import TemplateError
from jipkit.model import Network
from jipkit.project import Project
from jipkit.redaction import HIDDEN, fill, names_in, redact
from jipkit.rendering import Rendered
from jipkit.testing.networks import changed, small_network
from jipkit.testing.replatform import on_platform
from jipkit.views import router_view

CHECKOUT = Path(__file__).parents[2]
OFFICE = on_platform(small_network(), "kec-rawa", "juniper_junos")
CORE = on_platform(small_network(), "core-1", "juniper_junos")
POLICY = "set security policies from-zone {} to-zone {} policy {} "


@cache
def project() -> Project:
    return Project(CHECKOUT)


@cache
def rendered(router: str) -> Rendered:
    return project().render(router, CORE if router == "core-1" else OFFICE)


def lines(router: str = "kec-rawa", network: Network | None = None) -> list[str]:
    return (project().render(router, network) if network else rendered(router)).lines


def below(path: str, router: str = "kec-rawa", network: Network | None = None) -> list[str]:
    return [line.removeprefix(path) for line in lines(router, network) if line.startswith(path)]


def secret(name: str) -> str:
    return "Rahasia-" + name.replace("/", "-")[-8:]


def audit(change: Callable[[str], str] = str, router: str = "kec-rawa") -> Drift:
    """Return the drift of a router that holds what was rendered, but for ``change``."""
    intended = rendered(router)
    running = change(fill(intended.text, secret))
    return compare(intended, running, project().platforms["juniper_junos"], resolve=secret)


# every office of the worked example


def test_every_junos_router_of_the_example_is_rendered() -> None:
    keys = [r.key for r in project().district.routers.values() if r.platform == "juniper_junos"]
    assert len([lines(key, project().district) for key in keys]) >= 3


def test_every_line_is_one_whole_set_command_with_its_quotes_closed() -> None:
    words = re.compile(r'set( [^\s"]+| "[^"]*")+')
    assert [line for line in [*lines(), *lines("core-1")] if not words.fullmatch(line)] == []


# 1xx, 2xx: who administers, and what listens


@pytest.mark.parametrize(
    "line",
    [
        "set system login user remote class read-only",  # 102
        "set system login class engineer idle-timeout 10",  # 106
        'set system login message "Jaringan pemerintah; hanya untuk yang berwenang."',  # 108
        "set system services ssh root-login deny",  # 205
        "set system services ssh protocol-version v2",
        "set system no-redirects",  # 306
        "set system syslog host 10.160.255.12 interactive-commands info",  # 502
        "set system time-zone Asia/Jakarta",  # 503
    ],
)
def test_what_the_rules_ask_is_told_in_so_many_words(line: str) -> None:
    assert line in lines()


def test_103_accounts_are_asked_of_radius_and_the_local_one_is_for_when_it_is_silent() -> None:
    standards = OFFICE.standards.model_validate({**OFFICE.standards.model_dump(), "radius": ["10.160.255.13"]})
    network = OFFICE.replace(standards=standards)
    assert below("set system authentication-order ", network=network) == ["radius", "password"]
    assert 'set system radius-server 10.160.255.13 secret "<secret:radius/district>"' in lines(network=network)
    assert "term accounts from source-prefix-list radius" in "\n".join(lines(network=network))


def test_107_administration_comes_from_its_own_networks_alone() -> None:
    assert below("set firewall family inet filter protect-router term administration ") == [
        "from source-prefix-list management",
        "from protocol tcp",
        "from destination-port 22",
        "from destination-port 830",
        "then accept",
    ]
    assert "set interfaces lo0 unit 0 family inet filter input protect-router" in lines()
    assert below("set policy-options prefix-list management ") == ["10.160.255.0/24"]


@pytest.mark.parametrize("service", ["telnet", "ftp", "web-management", "rest", "finger", "xnm-clear-text"])
def test_201_to_204_services_without_need_are_not_there_and_would_be_drift(service: str) -> None:
    assert below(f"set system services {service}") == []
    drift = audit(lambda text: text + f"set system services {service}\n")
    assert [d.kind for d in drift.differences] == ["extra"]
    assert drift.remedy == (f"delete system services {service}",)


def test_207_only_uplinks_tell_who_they_are() -> None:
    assert below("set protocols lldp interface ") == ["ge-0/0/0", "ge-0/0/1"]


def test_210_snmp_is_version_3_with_privacy_and_reads_only() -> None:
    snmp = below("set snmp ")
    assert [line for line in snmp if line.startswith("community") or "write-view" in line] == []
    assert (
        "v3 vacm access group watching default-context-prefix security-model usm security-level privacy "
        "read-view everything"
    ) in snmp


# 3xx: filtering and routing


def test_301_the_filter_of_the_router_itself_ends_with_a_discard() -> None:
    terms = below("set firewall family inet filter protect-router term ")
    assert terms[-1] == "everything-else then discard"
    assert [t for t in terms if t.endswith("then accept") and f"{t.split()[0]} from " not in "\n".join(terms)] == []


def test_302_what_no_policy_permits_is_denied() -> None:
    assert "set security policies default-policy deny-all" in lines()
    permitted = [line for line in below("set security policies from-zone ") if line.endswith("then permit")]
    assert [p.split()[0::2][:2] for p in permitted] == [
        ["uplink", "uplink"],
        ["office", "uplink"],
        ["office", "uplink"],
        ["uplink", "office"],
        ["guest", "uplink"],
    ]


def test_402_guests_are_stopped_before_anything_lets_them_through() -> None:
    assert below("set security policies from-zone guest ")[:4] == [
        "to-zone uplink policy intranet match source-address any",
        "to-zone uplink policy intranet match destination-address intranet",
        "to-zone uplink policy intranet match application any",
        "to-zone uplink policy intranet then deny",
    ]
    assert "set security zones security-zone guest interfaces irb.120" in lines()
    assert below("set security zones security-zone guest host-inbound-traffic ") == ["system-services ping"]


def test_302_without_services_nothing_refers_to_them() -> None:
    network = changed(OFFICE, "router", "core-1", role="pop")
    assert [line for line in lines(network=network) if "services " in line and "security" in line.split()[:2]] == [
        line for line in lines(network=network) if "system-services " in line
    ]


def test_402_a_policy_in_another_place_is_drift_and_is_moved_back() -> None:
    def swapped(text: str) -> str:
        first, second = (POLICY.format("guest", "uplink", name) for name in ("intranet", "internet"))
        said = text.splitlines()
        start = next(i for i, line in enumerate(said) if line.startswith(first))
        assert said[start + 4].startswith(second)
        return "\n".join([*said[:start], *said[start + 4 : start + 8], *said[start : start + 4], *said[start + 8 :]])

    drift = audit(swapped)
    assert {d.kind for d in drift.differences} == {"misordered"}
    assert drift.remedy == (
        "insert security policies from-zone guest to-zone uplink policy intranet before policy internet",
    )


def test_321_every_neighbour_has_a_key_and_322_users_see_no_hello() -> None:
    ospf = below("set protocols ospf area 0.0.0.0 interface ")
    assert [line for line in ospf if line.endswith(" passive")] == [
        "irb.110 passive",
        "irb.120 passive",
        "lo0.0 passive",
    ]
    assert [line.split()[0] for line in ospf if 'authentication md5 1 key "<secret:ospf/' in line] == [
        "ge-0/0/0.0",
        "ge-0/0/1.0",
    ]


def test_323_and_324_a_session_moves_what_is_listed_has_a_password_and_an_end() -> None:
    bgp = below("set protocols bgp group core-1--isp-a ", "core-1")
    assert {"import core-1--isp-a-in", "export core-1--isp-a-out", "family inet unicast prefix-limit teardown"} <= {
        *bgp
    }
    assert 'authentication-key "<secret:bgp/core-1--isp-a/1>"' in bgp
    assert below("set policy-options policy-statement core-1--isp-a-out term ", "core-1")[-1] == (
        "everything-else then reject"
    )


def test_a_default_that_bgp_brings_is_told_to_ospf() -> None:
    assert below("set policy-options policy-statement to-ospf ", "core-1") == [
        "term default from route-filter 0.0.0.0/0 exact",
        "term default then accept",
        "term everything-else then reject",
    ]
    assert "set protocols ospf export to-ospf" in lines("core-1")


# 4xx, 7xx


def test_401_each_zone_has_its_vlan_and_ports() -> None:
    assert below("set vlans ") == [
        "staff vlan-id 110",
        "staff l3-interface irb.110",
        "wifi vlan-id 120",
        "wifi l3-interface irb.120",
    ]
    members = [line for line in below("set interfaces ") if "vlan members" in line]
    assert [m.split()[0] + " " + m.split()[-1] for m in members] == [
        "ge-0/0/2 staff",
        "ge-0/0/3 staff",
        "ge-0/0/4 wifi",
    ]


def test_404_a_socket_for_nothing_is_off() -> None:
    network = changed(OFFICE, "router", "kec-rawa", interfaces=(*OFFICE.router("kec-rawa").interfaces, "ge-0/0/7"))
    assert below("set interfaces ge-0/0/7 ", network=network) == ["description unused", "disable"]


def test_405_a_port_of_users_that_hears_a_bridge_is_blocked() -> None:
    assert below("set protocols rstp ") == [
        "interface ge-0/0/2 edge",
        "interface ge-0/0/3 edge",
        "interface ge-0/0/4 edge",
        "bpdu-block-on-edge",
    ]


def test_702_a_leased_line_says_what_to_tell_its_provider() -> None:
    assert below("set interfaces ge-0/0/1 description ") == [
        '"core-2--kec-rawa to core-2 eth1, circuit ISPA-0042, ISP A (rekaan)"'
    ]


def test_a_description_cannot_break_out_of_its_quotes() -> None:
    network = changed(OFFICE, "link", "core-2--kec-rawa", circuit='X"; set system login user evil')
    (text,) = below("set interfaces ge-0/0/1 description ", network=network)
    assert text.endswith('circuit X\\"; set system login user evil, ISP A (rekaan)"')


# what the platform cannot do, and how ports may be shared


def test_a_tunnel_is_refused_in_words() -> None:
    network = changed(OFFICE, "link", "core-2--kec-rawa", medium="vpn")
    with pytest.raises(TemplateError, match="Junos has no WireGuard") as caught:
        lines(network=network)
    assert "templates/juniper_junos/interfaces.j2:" in str(caught.value)


def test_guests_at_a_core_router_are_refused_in_words() -> None:
    guests = {"name": "wifi", "interface": "ge-0/0/5", "prefix": "10.162.9.0/24", "zone": "public"}
    network = changed(CORE, "router", "core-1", lans=[guests])
    with pytest.raises(TemplateError, match="belong behind an office's SRX"):
        lines("core-1", network)


def test_a_port_of_two_lans_is_a_trunk() -> None:
    staff, wifi = (dict(lan) for lan in OFFICE.router("kec-rawa").lans)
    network = changed(OFFICE, "router", "kec-rawa", lans=[staff, {**wifi, "ports": staff["ports"]}])
    assert below("set interfaces ge-0/0/2 unit 0 ", network=network) == [
        "family ethernet-switching interface-mode trunk",
        "family ethernet-switching vlan members staff",
        "family ethernet-switching vlan members wifi",
    ]


def test_a_lan_on_a_tag_of_its_port_makes_the_port_carry_tags() -> None:
    lan = {**dict(OFFICE.router("kec-rawa").lans[0]), "interface": "ge-0/0/2.110", "ports": ["ge-0/0/2"]}
    network = changed(OFFICE, "router", "kec-rawa", lans=[lan])
    assert below("set interfaces ge-0/0/2 ", network=network) == [
        'description "port of LAN staff"',
        "vlan-tagging",
        'unit 110 description "LAN staff, zone staff, VLAN 110"',
        "unit 110 vlan-id 110",
        "unit 110 family inet rpf-check",
        "unit 110 family inet address 10.162.2.1/25",
    ]


def test_two_ways_to_one_prefix_may_differ_in_preference() -> None:
    network = on_platform(small_network(), "desa-jauh", "juniper_junos")
    assert below("set routing-options static ", "desa-jauh", network) == ["route 0.0.0.0/0 next-hop 10.161.0.13"]
    assert below("set routing-options static ", "core-1") == [
        "route 203.0.113.0/24 discard",
        "route 203.0.113.0/24 preference 250",
    ]


def test_a_bootstrap_reaches_the_router_is_closed_to_others_and_holds_no_secret() -> None:
    network = on_platform(small_network(), "pkm-baru", "juniper_junos")
    facts = project().platforms["juniper_junos"]
    text = project().renderer.render(router_view(network, "pkm-baru", facts), facts, facts.bootstrap)
    assert names_in(text.text) == ()
    assert {
        "set system host-name pkm-baru",
        "set interfaces ge-0/0/0 unit 0 family inet address 10.161.0.19/31",
        "set routing-options static route 0.0.0.0/0 next-hop 10.161.0.18",
        "set security zones security-zone uplink interfaces ge-0/0/0.0",
        "set interfaces lo0 unit 0 family inet filter input protect-router",
        "set firewall family inet filter protect-router term everything-else then discard",
    } <= {*text.lines}


# what it is compared with


@pytest.mark.parametrize("router", ["kec-rawa", "core-1"])
def test_a_router_that_holds_it_audits_clean(router: str) -> None:
    assert audit(router=router).proven


def test_the_order_of_lines_is_no_drift_where_it_means_nothing() -> None:
    def reversed_interfaces(text: str) -> str:
        said = text.splitlines()
        interfaces = [line for line in said if line.startswith("set interfaces ")]
        return "\n".join([*interfaces[::-1], *(line for line in said if line not in interfaces)])

    assert audit(reversed_interfaces).proven


def test_what_two_readings_of_one_configuration_differ_in_is_no_drift() -> None:
    head = "## Last commit: 2024-12-06 11:41:05 UTC by root\nset version 21.4R3.15\n"
    tail = "set system login user jip uid 2000\n\n{master}\n"
    assert audit(lambda text: head + text + tail).proven


def test_a_key_that_junos_disguises_is_read_back_and_compared() -> None:
    facts, intended = project().platforms["juniper_junos"], rendered("kec-rawa")
    running = re.sub('md5 1 key "[^"]*"', 'md5 1 key "$9$LbHX-wg4Z"', fill(intended.text, secret))
    drift = compare(intended, running, facts, resolve=lambda name: "lc" if "pop-1" in name else secret(name))
    assert [(d.kind, d.intended) for d in drift.differences] == [
        (
            "changed",
            (
                "set protocols ospf area 0.0.0.0 interface ge-0/0/1.0 authentication md5 1 key "
                '"<secret:ospf/core-2--kec-rawa/1>"'
            ),
        )
    ]


def test_a_hash_of_a_password_is_not_assessable_and_not_drift() -> None:
    drift = audit(lambda text: re.sub(r'plain-text-password-value "[^"]*"', 'encrypted-password "$6$abc$def"', text))
    assert [d.kind for d in drift.differences] == ["not assessable"]
    assert drift.remedy == ()


def test_the_keys_that_snmp_passwords_become_are_not_assessable() -> None:
    key = "$9$" + "x" * 120
    drift = audit(lambda text: re.sub(r'(authentication|privacy)-password "[^"]*"', rf'\1-key "{key}"', text))
    assert [d.kind for d in drift.differences] == ["not assessable", "not assessable"]


@pytest.mark.parametrize(
    ("kept", "line"),
    [
        ("license", "set system license keys key REKAAN"),
        ("a person's account", "set system login user budi class engineer"),
        ("dhcp", "set system services dhcp-local-server group staff interface irb.110"),
        ("nat", "set security nat source rule-set a from zone office"),
    ],
)
def test_what_no_template_writes_stays(kept: str, line: str) -> None:
    drift = audit(lambda text: text + line + "\n")
    assert drift.clean, kept
    assert drift.remedy == ()


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("metric 40", "metric 90", "set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 metric 40"),
        ('location "Kayu Agung"', "location Palembang", 'set snmp location "Kayu Agung"'),
        ("default-policy deny-all", "default-policy permit-all", "set security policies default-policy deny-all"),
        (
            "policy intranet then deny",
            "policy intranet then permit",
            "set security policies from-zone guest to-zone uplink policy intranet then deny",
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
        ("set interfaces ge-0/0/9 unit 5 family inet address 192.0.2.1/24", "delete interfaces ge-0/0/9"),
        ("set interfaces ge-0/0/0 unit 5 vlan-id 5", "delete interfaces ge-0/0/0 unit 5"),
        (
            "set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24",
            "delete interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24",
        ),
        (
            "set firewall family inet filter protect-router term back-door then accept",
            "delete firewall family inet filter protect-router term back-door",
        ),
        ("set snmp community public authorization read-only", "delete snmp community"),
        (
            "set security policies from-zone guest to-zone office policy x then permit",
            "delete security policies from-zone guest to-zone office",
        ),
    ],
)
def test_what_is_too_much_is_deleted_whole(line: str, remedy: str) -> None:
    assert audit(lambda text: text + line + "\n").remedy == (remedy,)


@pytest.mark.parametrize(
    "path",
    [
        "interfaces lo0 unit 0 family inet filter",
        "security policies",
        "security",
        "protocols",
        "system login user jip",
        "firewall",
        "system services ssh",
    ],
)
def test_what_is_deactivated_is_drift_and_comes_back(path: str) -> None:
    drift = audit(lambda text: text + f"deactivate {path}\n")
    assert [(d.kind, d.running) for d in drift.differences] == [("extra", f"deactivate {path}")]
    assert (drift.remedy, drift.undo) == ((f"activate {path}",), (f"deactivate {path}",))


@pytest.mark.parametrize("router", ["kec-rawa", "core-1"])
def test_no_secret_that_we_put_on_a_router_is_shown_when_it_is_read_back(router: str) -> None:
    text = rendered(router).text
    values = {name: f"Rahasia{number}x" for number, name in enumerate(names_in(text))}
    assert len(values) > 3
    shown = redact(fill(text, values.__getitem__), project().platforms["juniper_junos"])
    assert [name for name, value in values.items() if value in shown] == []


@pytest.mark.parametrize(
    "line",
    [
        'set system root-authentication encrypted-password "S3kali dua"',
        "set system radius-server 10.0.0.1 port 1812 secret S3kali",
        "set system tacplus-server 10.0.0.1 secret S3kali",
        "set system ntp authentication-key 1 type md5 value S3kali",
        "set snmp community S3kali authorization read-only",
        "set snmp v3 usm local-engine user x authentication-sha256 authentication-key S3kali",
        "set protocols bgp group x neighbor 10.0.0.1 authentication-key S3kali",
        "set protocols isis interface ge-0/0/0.0 level 2 hello-authentication-key S3kali",
        "set protocols isis level 2 authentication-key S3kali",
        "set protocols ospf area 0.0.0.0 interface all authentication simple-password S3kali",
        "set routing-instances a protocols bgp group x authentication-key S3kali",
        'set security ike policy x pre-shared-key ascii-text "S3kali"',
        "set security ike policy x pre-shared-key hexadecimal S3kali",
        "set security authentication-key-chains key-chain x key 1 secret S3kali",
        "set interfaces pp0 unit 0 ppp-options chap default-chap-secret S3kali",
        "set interfaces irb unit 1 family inet address 10.0.0.1/24 vrrp-group 1 authentication-key S3kali",
        "set access profile x client y firewall-user password S3kali",
        "set access radius-server 10.0.0.1 secret S3kali",
        "set system archival configuration archive-sites ftp://a@b password S3kali",
    ],
)
def test_every_kind_of_secret_that_junos_can_hold_is_hidden(line: str) -> None:
    shown = redact(line, project().platforms["juniper_junos"])
    assert HIDDEN in shown
    assert "S3kali" not in shown
