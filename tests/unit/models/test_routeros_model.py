"""How RouterOS takes commands: what it keeps, what it refuses, and how it prints itself."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jipkit.testing.models.routeros import Model, Refused
from jipkit.testing.models.routeros.text import commands, folded, unquoted, words, written

GOLDEN = Path(__file__).parents[2] / "golden" / "mikrotik_routeros"
ROUTER = """\
# 2026-03-19 07:38:01 by RouterOS 7.22
# software id = REKA-AN01
#
/interface bridge add name=bridge1
/interface vlan add interface=bridge1 name=staff vlan-id=110
/interface list add name=uplink
/interface list member add interface=ether1 list=uplink
/ip address add address=10.160.0.1/24 comment=office interface=bridge1 network=10.160.0.0
/ip firewall filter add action=accept chain=input comment=answers connection-state=established,related
/ip firewall filter add action=drop chain=input comment=rest in-interface-list=!uplink
/ip firewall filter add action=drop chain=forward comment=rest
"""


def after(*lines: str, text: str = ROUTER) -> list[str]:
    """Return what a router prints, without the header, when it was told ``lines``."""
    model = Model(text)
    model.apply(lines)
    return [line for line in model.text().splitlines() if not line.startswith("#")]


def gained(*lines: str, text: str = ROUTER) -> set[str]:
    return set(after(*lines, text=text)) - set(text.splitlines())


def lost(*lines: str) -> set[str]:
    return set(ROUTER.splitlines()) - set(after(*lines)) - {line for line in ROUTER.splitlines() if line[0] == "#"}


def refusal(*lines: str, text: str = ROUTER) -> str:
    model = Model(text)
    with pytest.raises(Refused) as caught:
        model.apply(lines)
    return caught.value.message


def filters(*lines: str) -> list[str]:
    """Return the comments of the filter's rules in their order."""
    model = Model(ROUTER)
    model.apply(lines)
    return [f"{row['chain']} {row['comment']}" for row in model.rows("/ip firewall filter")]


# ------------------------------------------------------------------ exports


def test_an_export_is_printed_as_it_was_read() -> None:
    assert Model(ROUTER).text() == ROUTER


@pytest.mark.parametrize("kind", ["plain", "verbose"])
@pytest.mark.parametrize("name", ["kec-rawa", "pkm-baru", "desa-jauh"])
def test_every_kind_of_export_says_the_same(name: str, kind: str) -> None:
    model = Model((GOLDEN / f"{name}.conf").read_text(encoding="utf-8"))
    assert Model(model.text(kind)).text() == model.text()  # type: ignore[arg-type]  # one of the literals


def test_what_is_the_default_is_not_printed() -> None:
    assert gained("/interface bridge set bridge1 protocol-mode=rstp arp=enabled") == set()


def test_a_verbose_export_prints_defaults_and_what_is_unset() -> None:
    model = Model("/interface vlan add interface=ether1 name=staff vlan-id=110\n")
    assert (
        "/interface vlan\nadd arp=enabled arp-timeout=auto disabled=no interface=ether1 mtu=1500 mvrp=no \\\n"
        "    name=staff use-service-tag=no vlan-id=110\n"
    ) in model.text("verbose")


def test_a_plain_export_has_menus_as_headings() -> None:
    assert Model("/interface list\nadd name=uplink\n").text("plain") == "/interface list\nadd name=uplink\n"


def test_secrets_can_be_left_out() -> None:
    model = Model("/interface wireguard add listen-port=13231 mtu=1420 name=wg private-key=rahasia\n")
    assert model.text(sensitive=False) == "/interface wireguard add listen-port=13231 mtu=1420 name=wg\n"


def test_carriage_returns_and_continuations_are_read() -> None:
    text = '/ip address\r\nadd address=10.160.0.1/24 comment="to \\\r\n    pop-1" interface=\\\r\n    ether2\r\n'
    assert Model(text).text() == (
        '/ip address add address=10.160.0.1/24 comment="to pop-1" interface=ether2 network=10.160.0.0\n'
    )


def test_what_is_not_known_is_kept_as_it_is() -> None:
    text = "/caps-man channel add band=2ghz-b name=satu\n/ip address add address=10.160.0.1 interface=ether1\n"
    assert "/caps-man channel add band=2ghz-b name=satu" in Model(text).text().splitlines()


def test_a_property_that_is_not_known_can_be_set_where_it_was_seen() -> None:
    text = "/interface bridge add brand-new=7 name=bridge1\n"
    assert after("/interface bridge set bridge1 brand-new=8", text=text) == [
        "/interface bridge add brand-new=8 name=bridge1"
    ]


def test_properties_of_one_family_are_said_short() -> None:
    text = "/routing bgp connection add disabled=no local.role=ebgp name=hulu remote.address=192.0.2.1 .as=65002\n"
    assert Model(text).text() == text


def test_version_6_has_other_menus() -> None:
    text = "# jan/02/1970 01:05:15 by RouterOS 6.49.17\n/routing ospf network add area=backbone network=10.160.0.0/24\n"
    assert Model(text).text() == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=60)
def test_what_is_written_is_read_again(value: str) -> None:
    said = written(value)
    assert (unquoted(said, 0)[0] if said.startswith('"') else said) == value


@given(st.lists(st.text('ab\\ "$', min_size=1, max_size=50), min_size=1, max_size=8))
@settings(max_examples=100)
def test_a_folded_command_is_one_command(values: list[str]) -> None:
    command = "add " + " ".join(f"name{n}={written(value)}" for n, value in enumerate(values))
    ((number, unfolded),) = commands(folded(command).splitlines())
    assert number == 1
    assert [(word.key, word.text) for word in words(unfolded)] == [(word.key, word.text) for word in words(command)]


# ------------------------------------------------------------------ commands


@pytest.mark.parametrize(
    "lines",
    [
        ["/interface list add name=office"],
        ["/interface/list/add name=office"],
        ["/interface list", "add name=office"],
        ["/interface/list", "add name=office"],
        ["interface list add name=office"],
        ["/interface list add name=\\", "    office"],
    ],
)
def test_a_menu_is_reached_in_many_ways(lines: list[str]) -> None:
    assert gained(*lines) == {"/interface list add name=office"}


@pytest.mark.parametrize(
    "which",
    [
        "[find]",
        "[find comment=office]",
        "[find where comment=office]",
        "[ find where address=10.160.0.1/24 interface=bridge1 ]",
        '[find address="10.160.0.1/24" and interface=bridge1]',
        '[find comment~"^off"]',
        "[find (comment=none or comment=office) !disabled]",
        "[find comment!=none disabled=no]",
        "[:pick [find interface=bridge1] 0]",
        "numbers=[find comment=office]",
    ],
)
def test_rows_are_found(which: str) -> None:
    assert lost(f"/ip address remove {which}") == {
        "/ip address add address=10.160.0.1/24 comment=office interface=bridge1 network=10.160.0.0"
    }


def test_a_query_that_finds_nothing_changes_nothing() -> None:
    assert gained("/ip address set [find comment=none] disabled=yes") == set()


def test_a_row_is_found_by_what_it_does_not_say() -> None:
    assert gained('/interface vlan set [find comment=""] comment=x') == {
        "/interface vlan add comment=x interface=bridge1 name=staff vlan-id=110"
    }


@pytest.mark.parametrize("query", ["[find connection-state=established,related]", "[find nosuch=1]", "[get 0 name]"])
def test_a_query_that_nobody_can_be_sure_of_is_refused(query: str) -> None:
    assert refusal(f"/ip firewall filter remove {query}").startswith("syntax error")


@pytest.mark.parametrize("line", ['comment=""', "!comment"])
def test_a_value_is_taken_away(line: str) -> None:
    assert gained(f"/ip address set [find] {line}") == {
        "/ip address add address=10.160.0.1/24 interface=bridge1 network=10.160.0.0"
    }


def test_unset_takes_a_value_away() -> None:
    assert gained('/ip firewall filter unset [find in-interface-list="!uplink"] in-interface-list') == {
        "/ip firewall filter add action=drop chain=input comment=rest"
    }


@pytest.mark.parametrize(("verb", "shown"), [("disable", " disabled=yes"), ("enable", "")])
def test_rows_are_switched_off_and_on(verb: str, shown: str) -> None:
    line = f"/interface vlan add{shown} interface=bridge1 name=staff vlan-id=110"
    assert line in after("/interface vlan disable staff", f"/interface vlan {verb} staff")


def test_the_network_of_an_address_is_worked_out() -> None:
    assert gained("/ip address add address=10.161.0.7/30 interface=ether2") == {
        "/ip address add address=10.161.0.7/30 interface=ether2 network=10.161.0.4"
    }


def test_the_network_of_an_address_does_not_follow_its_address() -> None:
    assert gained("/ip address set [find] address=10.160.1.1/24") == {
        "/ip address add address=10.160.1.1/24 comment=office interface=bridge1 network=10.160.0.0"
    }


def test_times_and_states_are_printed_in_one_form() -> None:
    assert gained(
        "/interface bridge set bridge1 ageing-time=00:01:30",
        "/ip firewall filter add chain=output connection-state=new,related,established",
    ) == {
        "/interface bridge add ageing-time=1m30s name=bridge1",
        "/ip firewall filter add action=accept chain=output connection-state=established,related,new",
    }


def test_what_was_said_of_routing_is_printed_though_it_is_the_default() -> None:
    text = "/routing ospf instance add disabled=no name=district originate-default=never router-id=10.160.0.1\n"
    assert Model(text).text() == text


def test_a_flag_is_said_without_a_value() -> None:
    text = "/ip route add blackhole disabled=no dst-address=10.160.0.0/16\n"
    assert after("/ip route set [find] !blackhole gateway=192.0.2.1", text=text) == [
        "/ip route add disabled=no dst-address=10.160.0.0/16 gateway=192.0.2.1"
    ]


def test_what_is_always_there_is_set_by_its_name() -> None:
    assert gained("/ip service set telnet disabled=yes", "/system logging action set 3 remote=192.0.2.9") == {
        "/ip service set telnet disabled=yes",
        "/system logging action set 3 remote=192.0.2.9",
    }


def test_a_new_name_is_a_new_name_for_all_that_refer_to_it() -> None:
    assert gained("/interface bridge set bridge1 name=br") == {
        "/interface bridge add name=br",
        "/interface vlan add interface=br name=staff vlan-id=110",
        "/ip address add address=10.160.0.1/24 comment=office interface=br network=10.160.0.0",
    }


def test_what_is_removed_leaves_its_number_behind() -> None:
    assert any("interface=*" in line for line in gained("/interface bridge remove bridge1"))


# ------------------------------------------------------------------ order


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("add chain=input comment=new", ["input answers", "input rest", "forward rest", "input new"]),
        (
            "add chain=input comment=new place-before=[find chain=input comment=rest]",
            ["input answers", "input new", "input rest", "forward rest"],
        ),
        (
            "move [find comment=answers] destination=[find chain=forward]",
            ["input rest", "input answers", "forward rest"],
        ),
        ("move [find comment=answers] [find chain=forward]", ["input rest", "input answers", "forward rest"]),
        ("move [find comment=answers]", ["input rest", "forward rest", "input answers"]),
    ],
)
def test_rules_stand_where_they_are_put(line: str, order: list[str]) -> None:
    assert filters(f"/ip firewall filter {line}") == order


def test_a_place_that_is_not_one_is_refused() -> None:
    assert refusal("/ip firewall filter add chain=input place-before=[find comment=rest]") == "no such item"


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/ip adress add address=10.0.0.1", "bad command name adress (line 1 column 5)"),
        ("/ip address print", "bad command name print (line 1 column 13)"),
        ("/ip address move [find]", "bad command name move (line 1 column 13)"),
        ("/ip service add name=x", "bad command name add (line 1 column 13)"),
        ("/ip address add adress=10.0.0.1", "expected end of command (line 1 column 17)"),
        ("/ip address add disabled=maybe", "syntax error (line 1 column 17)"),
        ('/ip address add comment="x', "expected end of string (line 1 column 25)"),
        ("/ip address remove [find", "expected closing bracket (line 1 column 20)"),
        (":put $x", "syntax error (line 1 column 6)"),
        ("/ip address add address=10.0.0.1/24", "missing value(s) of argument(s) interface"),
        ("/ip address add address=x interface=ether1", "invalid value for argument address (line 1 column 17)"),
        ("/ip address add address=10.0.0.1/24 interface=nosuch", "input does not match any value of interface"),
        ("/interface list member add interface=ether1 list=none1", "input does not match any value of list"),
        (
            "/interface bridge set bridge1 protocol-mode=stpp",
            "input does not match any value of protocol-mode (line 1 column 31)",
        ),
        ("/ip address set nosuch comment=x", "no such item"),
        ("/ip address set 0 comment=x", "no such item"),
        ("/ip address add address=10.160.0.1/24 interface=bridge1", "failure: already have such address"),
        (
            "/interface vlan add interface=ether1 name=bridge1 vlan-id=5",
            "failure: already have interface with such name",
        ),
        ("/interface list member add interface=ether1 list=uplink", "failure: already have such entry"),
        ("/snmp community remove [find default=yes]", "failure: can not remove default item"),
        ("/interface list set uplink !name", "missing value(s) of argument(s) name"),
    ],
)
def test_a_line_is_refused_in_the_words_of_routeros(line: str, message: str) -> None:
    assert refusal(line) == message


def test_what_came_before_a_refused_line_is_in_force() -> None:
    model = Model(ROUTER)
    with pytest.raises(Refused) as caught:
        model.apply(["/interface list add name=a", "/interface list add name=a", "/interface list add name=b"])
    assert (caught.value.number, [row["name"] for row in model.rows("/interface list")][4:]) == (2, ["uplink", "a"])


def test_a_dry_run_finds_what_cannot_be_read_and_nothing_else() -> None:
    lines = ["/interface list add name=uplink", "/interface lists add name=x", "/interface list", "add nme=y"]
    assert [(refused.number, refused.message) for refused in Model(ROUTER).check(lines)] == [
        (2, "bad command name lists (line 2 column 12)"),
        (4, "expected end of command (line 4 column 5)"),
    ]


def test_a_dry_run_changes_nothing() -> None:
    model = Model(ROUTER)
    model.check(["/interface list add name=office"])
    assert model.text() == ROUTER


def test_a_copy_does_not_follow() -> None:
    model = Model(ROUTER)
    backup = model.copy()
    model.apply(["/interface bridge set bridge1 name=br"])
    assert backup.text() == ROUTER


@given(
    st.lists(
        st.sampled_from(
            [
                "/ip firewall filter move [find comment=answers]",
                "/ip firewall filter remove [find chain=forward]",
                "/interface bridge set [find] name=br",
                "/interface bridge remove [find]",
                '/interface vlan set [find] vlan-id=7 comment="x y"',
                "/ip address set [find] disabled=yes",
                "/interface list remove uplink",
            ]
        ),
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_happened_an_export_can_be_read_again(lines: list[str]) -> None:
    model = Model(ROUTER)
    with suppress(Refused):
        model.apply(lines)
    assert Model(model.text()).text() == model.text()
