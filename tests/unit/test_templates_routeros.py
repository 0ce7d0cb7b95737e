"""What RouterOS is told satisfies the district's rules; the numbers are those of the rule catalogue."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

from jipkit.model import Network
from jipkit.project import Project
from jipkit.redaction import HIDDEN, fill, names_in, redact
from jipkit.testing.models.routeros import Model
from jipkit.testing.networks import changed, small_network
from jipkit.testing.replatform import on_platform
from jipkit.views import router_view

CHECKOUT = Path(__file__).parents[2]
NETWORK = small_network()


@cache
def project() -> Project:
    return Project(CHECKOUT)


def lines(router: str = "kec-rawa", network: Network = NETWORK) -> list[str]:
    return project().render(router, network).lines


def menu(path: str, router: str = "kec-rawa", network: Network = NETWORK) -> list[str]:
    return [line.removeprefix(path).strip() for line in lines(router, network) if line.startswith(path + " ")]


def old(router: str = "kec-rawa") -> Network:
    return changed(NETWORK, "router", router, version="6.49.17")


# every office of the worked example


def routeros_of_the_example() -> list[str]:
    return [r.key for r in project().district.routers.values() if r.platform == "mikrotik_routeros"]


def test_every_routeros_router_of_the_example_is_rendered() -> None:
    assert len([lines(key, project().district) for key in routeros_of_the_example()]) > 80


def test_every_line_is_one_whole_command_of_printable_ascii() -> None:
    odd = [
        line
        for key in routeros_of_the_example()
        for line in lines(key, project().district)
        if not re.fullmatch(r"/[a-z][a-z0-9 -]* (add|set) [ -~]+", line) or "  " in line
    ]
    assert odd == []


def test_properties_stand_in_the_order_of_the_alphabet() -> None:
    quotes = re.compile(r'"(?:[^"\\]|\\.)*"|\[.*?\]')
    wrong = [
        line
        for key in routeros_of_the_example()
        for line in lines(key, project().district)
        for names in [re.findall(r"([a-z0-9.-]+)=", quotes.sub("_", line))]
        if names != sorted(names)
    ]
    assert wrong == []


# 1xx, 2xx: who administers, and what listens


def test_107_every_open_service_answers_the_administration_alone() -> None:
    services = menu("/ip service set")
    assert [s for s in services if not s.endswith("disabled=yes")] == [
        "ssh address=10.160.255.0/24",
        "winbox address=10.160.255.0/24",
    ]


@pytest.mark.parametrize("name", ["telnet", "ftp", "www", "api", "api-ssl"])
def test_201_to_204_services_without_need_are_off(name: str) -> None:
    assert f"{name} disabled=yes" in menu("/ip service set")


@pytest.mark.parametrize(
    "line",
    [
        "/ip ssh set strong-crypto=yes",  # 205
        "/tool mac-server set allowed-interface-list=none",  # 206
        "/tool mac-server mac-winbox set allowed-interface-list=none",
        "/tool mac-server ping set enabled=no",
        "/ip neighbor discovery-settings set discover-interface-list=uplink protocol=lldp",  # 207
        "/tool bandwidth-server set enabled=no",  # 208
        "/system clock set time-zone-autodetect=no time-zone-name=Asia/Jakarta",  # 503
    ],
)
def test_205_to_208_and_503_are_told_in_so_many_words(line: str) -> None:
    assert line in lines()


def test_108_the_banner_is_shown_at_login() -> None:
    assert (
        lines().count('/system note set note="Jaringan pemerintah; hanya untuk yang berwenang." show-at-login=yes') == 1
    )


def test_209_the_router_answers_nobody_s_dns_questions() -> None:
    assert menu("/ip dns") == ["set servers=10.160.255.11"]


def test_210_snmp_is_private_read_only_and_not_called_public() -> None:
    (community,) = menu("/snmp community set")
    assert "name=jip" in community
    assert "security=private" in community
    assert "addresses=10.160.255.0/24" in community
    assert "write-access" not in community


def test_another_ssh_port_is_opened_and_served() -> None:
    standards = NETWORK.standards.model_copy(
        update={"access": NETWORK.standards.access.model_copy(update={"port": 2222})}
    )
    network = NETWORK.replace(standards=standards)
    assert "ssh address=10.160.255.0/24 port=2222" in menu("/ip service set", network=network)
    assert any("dst-port=2222,8291" in rule for rule in menu("/ip firewall filter add", network=network))


# 3xx: filtering and routing


def chain(name: str) -> list[str]:
    return [rule for rule in menu("/ip firewall filter add") if f"chain={name} " in rule]


@pytest.mark.parametrize("name", ["input", "forward"])
def test_301_and_302_what_is_not_allowed_is_dropped(name: str) -> None:
    assert chain(name)[-1] == f'action=drop chain={name} comment="everything else"'


def test_301_nothing_is_let_in_from_anywhere() -> None:
    accepted = [rule for rule in chain("input") if rule.startswith("action=accept")]
    limits = (
        "connection-state=established",
        "protocol=icmp",
        "in-interface-list=uplink",
        "src-address-list=management",
    )
    assert [rule for rule in accepted if not any(limit in rule for limit in limits)] == []


def test_302_no_rule_lets_everything_through() -> None:
    accepted = [rule for rule in chain("forward") if rule.startswith("action=accept")]
    assert [r for r in accepted if "connection-state=established" not in r and "in-interface-list" not in r] == []


def test_402_guests_are_stopped_before_anything_lets_them_through() -> None:
    rules = [rule for rule in chain("forward") if "=guest" in rule]
    assert rules[0] == (
        'action=drop chain=forward comment="guests stay out of the intranet" '
        "dst-address-list=intranet in-interface-list=guest"
    )
    assert "interface=vlan120-wifi list=guest" in menu("/interface list member add")


def test_402_the_intranet_is_every_pool_of_our_own() -> None:
    lists = menu("/ip firewall address-list add")
    assert [entry for entry in lists if entry.endswith("list=intranet")] == [
        "address=10.160.0.0/23 list=intranet",
        "address=10.160.255.0/24 list=intranet",
        "address=10.161.0.0/16 list=intranet",
        "address=10.162.0.0/15 list=intranet",
    ]


def test_321_every_neighbour_has_a_key() -> None:
    templates = menu("/routing ospf interface-template add")
    assert [t for t in templates if "passive" not in t and "auth=md5 auth-id=1 auth-key=<secret:ospf/" not in t] == []
    assert len([t for t in templates if "type=ptp" in t]) == 2


def test_322_users_see_no_hello() -> None:
    templates = menu("/routing ospf interface-template add")
    assert [t.split("interfaces=")[1].split()[0] for t in templates if t.endswith(" passive")] == [
        "loopback",
        "vlan110-staff",
        "vlan120-wifi",
    ]


# 4xx, 5xx, 7xx


def test_401_each_zone_has_its_vlan_and_ports() -> None:
    assert menu("/interface bridge add")[0] == "name=bridge vlan-filtering=yes"
    assert [line.split("comment=")[1] for line in menu("/interface bridge vlan add")] == [
        "staff tagged=bridge untagged=ether3,ether4 vlan-ids=110",
        "wifi tagged=bridge untagged=ether5 vlan-ids=120",
    ]
    assert [line.split("interface=")[1] for line in menu("/interface bridge port add")] == [
        "ether3 pvid=110",
        "ether4 pvid=110",
        "ether5 pvid=120",
    ]


def test_404_a_socket_for_nothing_is_off() -> None:
    network = changed(NETWORK, "router", "kec-rawa", interfaces=("ether1", "ether2", "ether6"))
    assert "[ find default-name=ether6 ] comment=unused disabled=yes" in menu(
        "/interface ethernet set", network=network
    )


def test_501_the_log_leaves_the_router() -> None:
    assert "3 remote=10.160.255.12 src-address=10.160.0.5" in menu("/system logging action set")
    topics = {line.split("topics=")[1] for line in menu("/system logging add")}
    assert topics >= {"system", "account", "error", "critical"}


def test_702_a_leased_line_says_what_to_tell_its_provider() -> None:
    comment = (
        '[ find default-name=ether2 ] comment="core-2--kec-rawa to core-2 eth1, circuit ISPA-0042, ISP A (rekaan)"'
    )
    assert comment in menu("/interface ethernet set")


def test_a_comment_cannot_break_out_of_its_quotes() -> None:
    network = changed(NETWORK, "link", "core-2--kec-rawa", circuit='X" ; /user add name=evil $a')
    (line,) = [x for x in menu("/interface ethernet set", network=network) if "ether2" in x]
    assert line.endswith('circuit X\\" ; /user add name=evil \\$a, ISP A (rekaan)"')


# the older dialect


def test_version_6_has_other_menus_for_ospf_and_time() -> None:
    text = lines(network=old())
    assert [line for line in text if "interface-template" in line or "ntp client servers" in line] == []
    assert "add area=backbone network=10.161.0.6/32" in menu(
        "/routing ospf network".removesuffix(" add"), network=old()
    )
    assert menu("/system ntp client set", network=old()) == ["enabled=yes primary-ntp=10.160.255.10"]


def test_version_6_refuses_a_tunnel_in_words() -> None:
    network = changed(old(), "link", "core-2--kec-rawa", medium="vpn")
    with pytest.raises(Exception, match="RouterOS 6 has no WireGuard") as caught:
        lines(network=network)
    assert "templates/mikrotik_routeros/wireguard.j2:" in str(caught.value)


GOLDEN = CHECKOUT / "tests" / "golden" / "mikrotik_routeros"
DIALECTS = [(role, version) for role in ("core-1", "kec-rawa", "pkm-baru") for version in ("6.49.17", "7.20.1")]


def spoken(router: str, version: str) -> list[str]:
    return lines(router, on_platform(NETWORK, router, "mikrotik_routeros", version=version))


@pytest.mark.parametrize(("router", "version"), DIALECTS)
def test_a_dialect_is_as_it_was_reviewed(router: str, version: str) -> None:
    path = GOLDEN / f"{router}.{version}.rsc"
    text = "".join(f"{line}\n" for line in spoken(router, version))
    if os.environ.get("JIP_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("version", ["6.49.17", "7.12.1", "7.16.2", "7.20.1"])
@pytest.mark.parametrize("router", list(NETWORK.routers))
def test_a_factory_fresh_router_takes_every_line(router: str, version: str) -> None:
    model = Model(version=version)
    model.apply(fill("\n".join(spoken(router, version)), lambda _: "Rahasia123").splitlines())
    assert f"/system identity set name={router}" in model.text().splitlines()


def said_of(path: str, version: str) -> list[str]:
    return [line for line in spoken("core-1", version) if line.startswith(f"{path} ")]


def test_312_a_session_takes_and_tells_only_what_its_chains_name() -> None:
    assert said_of("/routing filter rule", "7.16.2") == [
        '/routing filter rule add chain=core-1--isp-a-in disabled=no rule="if (dst == 0.0.0.0/0) { accept }"',
        '/routing filter rule add chain=core-1--isp-a-out disabled=no rule="if (dst == 203.0.113.0/24) { accept }"',
    ]
    (session,) = said_of("/routing bgp connection", "7.16.2")
    assert "input.filter=core-1--isp-a-in " in session
    assert "output.filter-chain=core-1--isp-a-out output.network=announced " in session
    assert "/ip firewall address-list add address=203.0.113.0/24 list=announced" in spoken("core-1", "7.16.2")


def test_312_in_version_6_a_chain_ends_in_a_refusal() -> None:
    assert said_of("/routing filter", "6.49.17") == [
        "/routing filter add action=accept chain=core-1--isp-a-in prefix=0.0.0.0/0",
        "/routing filter add action=discard chain=core-1--isp-a-in",
        "/routing filter add action=accept chain=core-1--isp-a-out prefix=203.0.113.0/24",
        "/routing filter add action=discard chain=core-1--isp-a-out",
    ]


@pytest.mark.parametrize("version", ["6.49.17", "7.16.2", "7.20.1"])
def test_a_session_has_a_key_and_a_limit(version: str) -> None:
    (session,) = said_of("/routing bgp peer" if version.startswith("6") else "/routing bgp connection", version)
    assert "tcp-md5-key=<secret:bgp/core-1--isp-a/1>" in session
    assert ("max-prefix-limit=100 " if version.startswith("6") else "limit-process-routes-ipv4=100 ") in session


def test_who_speaks_bgp_is_said_in_an_instance_since_7_20() -> None:
    assert said_of("/routing bgp instance", "7.16.2") == []
    assert said_of("/routing bgp instance", "7.20.1") == [
        "/routing bgp instance add as=64496 name=district router-id=10.160.0.1"
    ]
    assert " as=64496 " in said_of("/routing bgp connection", "7.16.2")[0]
    assert " as=64496 " not in said_of("/routing bgp connection", "7.20.1")[0]


def test_what_is_announced_is_there_to_be_announced() -> None:
    assert said_of("/ip route", "7.16.2") == [
        "/ip route add blackhole disabled=no distance=250 dst-address=203.0.113.0/24"
    ]
    assert said_of("/ip route", "6.49.17") == [
        "/ip route add disabled=no distance=250 dst-address=203.0.113.0/24 type=blackhole"
    ]


def test_only_the_neighbour_may_open_a_session() -> None:
    rules = [line for line in spoken("core-1", "7.16.2") if "dst-port=179" in line]
    assert rules == [
        (
            "/ip firewall filter add action=accept chain=input comment=core-1--isp-a dst-port=179 "
            "in-interface-list=internet protocol=tcp src-address=198.51.100.2"
        )
    ]


# addresses, bootstrap


def test_a_pair_is_a_host_whose_network_is_the_other_end() -> None:
    assert "address=10.161.0.7 comment=pop-1--kec-rawa interface=ether1 network=10.161.0.6" in menu("/ip address add")


def test_a_bootstrap_reaches_the_router_and_holds_no_secret() -> None:
    facts = project().platforms["mikrotik_routeros"]
    text = project().renderer.render(router_view(NETWORK, "pkm-baru", facts), facts, facts.bootstrap)
    assert names_in(text.text) == ()
    assert text.lines[:3] == [
        "/system identity set name=pkm-baru",
        "/ip address add address=10.161.0.19 comment=pop-1--pkm-baru interface=ether1 network=10.161.0.18",
        "/ip route add dst-address=0.0.0.0/0 gateway=10.161.0.18",
    ]


def hidden(text: str, router: str = "kec-rawa") -> str:
    return redact(text, project().facts(NETWORK.router(router)))


@pytest.mark.parametrize("network", [NETWORK, old()], ids=["7", "6"])
def test_no_secret_that_we_put_on_a_router_is_shown_when_it_is_read_back(network: Network) -> None:
    text = "\n".join(lines(network=network))
    values = {name: f"Rahasia{number}x" for number, name in enumerate(names_in(text))}
    assert len(values) > 3
    shown = hidden(fill(text, values.__getitem__))
    assert [name for name, value in values.items() if value in shown] == []


@pytest.mark.parametrize(
    "line",
    [
        "/radius add address=10.0.0.1 secret=S3kali comment=x password=S3kali",
        "/snmp community add authentication-password=S3kali encryption-password=S3kali name=x security=private",
        '/interface wireguard peers add preshared-key="S3kali" public-key="S3kali="',
        "/interface wifi security add passphrase=S3kali",
        "/interface wireless security-profiles add mschapv2-password=S3kali static-key-0=S3kali wpa-shared-key=S3kali",
        "/interface l2tp-client add ipsec-secret=S3kali password=S3kali user=u",
    ],
)
def test_every_secret_of_a_line_is_hidden_not_only_the_last(line: str) -> None:
    assert hidden(line).count(HIDDEN) == line.count("S3kali")
    assert "S3kali" not in hidden(line)
