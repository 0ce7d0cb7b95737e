"""Every export of one configuration is read as the same rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.configs import normalise, statements
from jipkit.errors import ConfigTextError
from jipkit.project import Project

FACTS = Project(Path(__file__).parents[2]).platforms["mikrotik_routeros"]


def said(text: str) -> list[str]:
    return [statement.text for statement in statements(text, FACTS)]


@pytest.mark.parametrize(
    "text",
    [
        "/ip address add address=10.0.0.1/30 interface=ether1 network=10.0.0.0\n",
        "/ip/address/add address=10.0.0.1/30 interface=ether1 network=10.0.0.0\n",
        "/ip address\nadd address=10.0.0.1/30 interface=ether1 network=10.0.0.0\n",
        "/ip address\r\nadd address=10.0.0.1/30 interface=ether1 network=10.0.0.0\r\n",
        "/ip address\nadd address=10.0.0.1/30 interface=ether1 network=\\\n    10.0.0.0\n",
        "/ip address\r\nadd address=10.0.0.1/30 \\\r\n    interface=ether1 network=10.0.0.0\r\n",
        '/ip address\nadd address=10.0.0.1/30 comment="" disabled=no interface=ether1 network=10.0.0.0\n',
        '/ip address add network=10.0.0.0 address=10.0.0.1/30 interface="ether1"',
        ("# 2026-03-19 07:38:01 by RouterOS 7.22\n# software id = SF1Q-LGYJ\n"
        "/ip address\n# Interface not active\nadd address=10.0.0.1/30 interface=ether1 network=10.0.0.0\n"),
        ("17:20:06 echo: system,error,critical login failure for user admin from 10.9.9.9 via ssh\n"
        "/ip address add address=10.0.0.1/30 interface=ether1 network=10.0.0.0\n"),
        ("[admin@kec-rawa] > /export terse\n"
        "/ip address add address=10.0.0.1/30 interface=ether1 network=10.0.0.0\n[admin@kec-rawa] > "),
    ],
    ids=[
        "terse", "slashes", "plain", "crlf", "continued", "continued-crlf", "verbose", "another-order", "comments",
        "log", "prompt",
    ],
)  # fmt: skip
def test_one_row_however_it_is_printed(text: str) -> None:
    assert said(text) == ["/ip address add address=10.0.0.1/30 interface=ether1 network=10.0.0.0"]


def test_a_row_keeps_the_number_of_the_line_in_which_it_begins() -> None:
    text = (
        "# by RouterOS 6.49.6\n/ip address\nadd address=10.0.0.1/30 \\\n    interface=ether1\nadd address=10.0.0.5/30\n"
    )
    assert [statement.line for statement in statements(text, FACTS)] == [3, 5]


def test_a_string_that_is_broken_over_lines_is_one_again() -> None:
    text = '/system script\nadd name=x source="# one\\\n    \\_line\\r\\\n    \\n:put \\"\\$a\\" \\\\\\\n    "\n'
    assert said(text) == ['/system script add name=x source="# one line\\r\\n:put \\"\\$a\\" \\\\"']


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"plain"', "plain"),
        ('"two words"', '"two words"'),
        ('"caf\\e9"', '"caf\\E9"'),
        ("Désa", '"D\\C3\\A9sa"'),
        ('"a\\_b"', '"a b"'),
        ('"\\41"', "A"),
        ('""', None),
    ],
)
def test_a_value_is_always_quoted_alike(written: str, value: str | None) -> None:
    tail = f" comment={value}" if value else ""
    assert said(f"/interface list add comment={written} name=x\n") == [f"/interface list add{tail} name=x"]


def test_a_name_after_a_dot_belongs_to_the_family_before_it() -> None:
    line = "/routing bgp connection add input.filter=in .multihop=9 local.role=ebgp name=x remote.as=1\n"
    assert said(line) == [
        "/routing bgp connection add input.filter=in input.multihop=9 local.role=ebgp name=x remote.as=1"
    ]


def test_what_is_unset_is_not_said() -> None:
    text = "/ip firewall nat add action=masquerade chain=srcnat !to-addresses out-interface=ether1 !to-ports\n"
    assert said(text) == ["/ip firewall nat add action=masquerade chain=srcnat out-interface=ether1"]


def test_a_flag_is_a_flag_however_it_is_told() -> None:
    head = "/routing ospf interface-template add area=backbone interfaces=lo"
    assert said(f"{head} passive\n") == said(f"{head} passive=yes\n") == [f"{head} passive"]
    assert said(f"{head} passive=no\n") == [head]


@pytest.mark.parametrize("row", ["[ find default-name=ether1 ]", "[find default-name=ether1]"])
def test_a_port_that_has_its_own_name_and_no_remark_says_nothing(row: str) -> None:
    text = f"/interface ethernet set {row} arp=enabled mtu=1500 name=ether1\n/ip dns set servers=10.0.0.1\n"
    assert said(text) == ["/ip dns set servers=10.0.0.1"]


def test_what_the_hardware_can_do_is_nobody_s_intention() -> None:
    text = "/interface ethernet set [ find default-name=ether1 ] advertise=10M-baseT-half comment=x mac-address=AA:BB\n"
    assert said(text) == ["/interface ethernet set [ find default-name=ether1 ] comment=x"]


def test_a_service_has_its_own_usual_port() -> None:
    text = '/ip service\nset telnet address="" disabled=yes port=23 vrf=main\nset ssh port=23\n'
    assert said(text) == ["/ip service set telnet disabled=yes", "/ip service set ssh port=23"]


def test_a_default_of_one_version_is_said_in_another() -> None:
    text = "# 2026-03-19 07:38:01 by RouterOS {}\n/interface bridge add ingress-filtering=yes name=bridge\n"
    assert said(text.format("7.16.2")) == ["/interface bridge add name=bridge"]
    assert said(text.format("6.49.17")) == ["/interface bridge add ingress-filtering=yes name=bridge"]


def test_a_single_host_may_be_written_with_its_length() -> None:
    text = "/ip firewall address-list add address=10.0.0.1/32 list=x\n"
    assert said(text) == ["/ip firewall address-list add address=10.0.0.1 list=x"]


def test_two_equal_rules_are_two_rows() -> None:
    assert len(said("/ip firewall filter\nadd action=drop chain=input\nadd action=drop chain=input\n")) == 2


def test_what_is_normal_stays_as_it_is() -> None:
    text = (
        "/ip dns set servers=10.0.0.1\n"
        '/system script add name=a source="x\\r\\ny \\$z"\n'
        "/ip route add blackhole dst-address=10.0.0.0/8\n"
    )
    assert normalise(text, FACTS) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('/system note set note="Jaringan pem', "line 1: breaks off in the middle"),
        ("/ip dns set servers=10.0.0.1\n/ip address add address=10.0.0.1/30 \\", "line 2: breaks off in the middle"),
        ("/ip dns set servers=10.0.0.1\n/user aaa set use-radius=", "line 2: breaks off in the middle"),
        ("/ip dns set servers=10.0.0.1\n/user aaa set use-rad", "line 2: breaks off in the middle"),
        ("/ip dns set servers=10.0.0.1\n/interface ethernet set [ find default-na", "line 2: breaks off in the middle"),
        ("/ip dns set servers=10.0.0.1\n#interrupted\n", "line 2: the router itself says"),
        ("/ip dns set servers=10.0.0.1\n#error exporting /ip firewall\n", "line 2: the router itself says"),
        ("/ip dns static add ] regexp= name=x\n", "line 1: breaks off in the middle"),
        ("/ip dns static add ] [ name=x\n", "line 1: breaks off in the middle"),
        ("interface ethernet\n", "line 1: neither a menu nor"),
        ("hostname r1\ninterface eth0\n", "line 1: neither a menu nor"),
        ("/ip dns set servers=10.0.0.1\nbad command name (line 1 column 5)\n", "line 2: neither a menu nor"),
        ("# 2026-03-19 07:38:01 by RouterOS 7.22\n", "holds no statement"),
        ("", "holds no statement"),
    ],
)
def test_what_was_cut_short_or_is_no_export_is_not_read(text: str, reason: str) -> None:
    with pytest.raises(ConfigTextError, match=reason):
        statements(text, FACTS)
