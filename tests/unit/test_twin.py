"""The part of the network that a lab builds, and names that Linux can hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jipkit.errors import LabError, SelectionError, UnknownNameError
from jipkit.model import Network, State
from jipkit.testing.networks import changed, small_network
from jipkit.twin import LONGEST_NAME, closure, linux_names, twin_of

NETWORK = small_network()
IN_SERVICE = ("core-1", "pop-1", "dinas-sehat", "kec-rawa", "pkm-baru")


def twin() -> Network:
    return twin_of(NETWORK, IN_SERVICE)


def test_every_router_of_a_twin_runs_frr() -> None:
    assert {router.platform for router in twin().routers.values()} == {"frr"}


def test_a_version_of_another_system_does_not_survive() -> None:
    assert twin().router("kec-rawa").version is None


def test_a_version_of_frr_survives() -> None:
    assert twin().router("core-1").version == "8.4.4"


def test_offices_without_a_router_in_the_twin_are_left_out() -> None:
    assert list(twin().offices) == ["diskominfo", "pop-1", "dinas-sehat", "kec-rawa", "pkm-baru"]


@pytest.mark.parametrize("link", ["core-1--core-2", "core-2--kec-rawa", "pop-1--desa-jauh"])
def test_a_link_to_a_router_that_is_not_taken_is_left_out(link: str) -> None:
    assert link not in twin().links


def test_an_end_that_nobody_manages_stays() -> None:
    assert twin().link("core-1--isp-a").b.unmanaged == "isp-a"


def test_a_planned_router_stays_planned() -> None:
    assert twin().router("pkm-baru").state is State.PLANNED


def test_a_retired_link_is_left_out() -> None:
    assert "pop-1--kel-lama" not in twin_of(NETWORK, NETWORK.routers).links


def test_a_link_names_the_interface_that_linux_has() -> None:
    assert twin().link("core-1--dinas-sehat").b.interface == "GigabitEthe-0-0"


def test_the_inventory_s_name_can_be_shown() -> None:
    assert twin().shown("dinas-sehat", "GigabitEthe-0-0") == "GigabitEthernet0/0"


def test_a_name_that_linux_can_hold_is_kept() -> None:
    assert twin().link("pop-1--kec-rawa").b.interface == "ether1"


def test_a_lan_and_its_ports_are_renamed_too() -> None:
    lan = twin().router("dinas-sehat").lans[0]
    assert (lan.interface, lan.ports) == ("Gigabit-0-1.110", ("GigabitEthe-0-1",))


def test_addresses_are_those_of_the_district() -> None:
    link = twin().link("core-1--dinas-sehat")
    assert [str(link.address_of(end)) for end in link.ends] == ["10.161.0.4/31", "10.161.0.5/31"]


def test_a_twin_of_a_twin_is_the_same_twin() -> None:
    once = twin()
    assert twin_of(once, once.routers).routers == once.routers


def test_a_twin_without_the_controller_is_refused() -> None:
    with pytest.raises(LabError, match="core-1, where the controller is attached, is not in the twin"):
        twin_of(NETWORK, ["pop-1"])


def test_a_twin_of_an_unknown_router_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean kec-rawa"):
        twin_of(NETWORK, ["core-1", "kec-rwa"])


def test_the_closure_adds_what_lies_on_the_way() -> None:
    assert closure(NETWORK, ["kec-rawa"]) == ("core-1", "pop-1", "kec-rawa")


def test_the_closure_of_nothing_is_where_the_controller_is() -> None:
    assert closure(NETWORK, []) == ("core-1",)


def test_the_closure_goes_over_planned_links() -> None:
    assert closure(NETWORK, ["pkm-baru"]) == ("core-1", "pop-1", "pkm-baru")


def test_the_closure_takes_the_cheapest_way() -> None:
    dear = changed(NETWORK, "link", "pop-1--kec-rawa", cost=500)
    assert closure(dear, ["kec-rawa"]) == ("core-1", "core-2", "kec-rawa")


def test_the_closure_of_a_router_without_any_way_is_refused() -> None:
    with pytest.raises(SelectionError, match="kel-lama: no link leads from core-1"):
        closure(NETWORK, ["kel-lama"])


@pytest.mark.parametrize(
    ("name", "in_linux"),
    [
        ("ether1", "ether1"),
        ("sfp-sfpplus1", "sfp-sfpplus1"),
        ("vlan110-public", "vlan110-public"),
        ("eth0.110", "eth0.110"),
        ("Gi0/0/1", "Gi0-0-1"),
        ("ge-0/0/0", "ge-0-0-0"),
        ("ether3 UniFi1", "ether3-UniFi1"),
        ("lo", "lo-2"),
        ("all", "all-2"),
        ("..", "port"),
        ("///", "port"),
        ("-x", "x"),
        ("GigabitEthernet0/0/0", "GigabitEt-0-0-0"),
        ("a-name-without-any-numbers", "a-name-without"),
        ("antarmuka é", "antarmuka"),
    ],
)
def test_a_name_that_linux_cannot_hold_gets_a_readable_one(name: str, in_linux: str) -> None:
    assert linux_names([name]) == {name: in_linux}


def test_two_names_that_would_become_one_are_told_apart() -> None:
    assert list(linux_names(["Gi0/1", "Gi0 1", "Gi0-1"]).values()) == ["Gi0-1-2", "Gi0-1-3", "Gi0-1"]


@settings(max_examples=60)
@given(st.lists(st.text("aZ09/. -_:%é", min_size=1, max_size=24), max_size=12))
def test_names_can_always_be_told_apart_and_led_back(names: list[str]) -> None:
    table = linux_names(names)
    assert len(set(table.values())) == len(set(names))


@settings(max_examples=60)
@given(st.lists(st.text("aZ09/. -_:%é", min_size=1, max_size=24), max_size=12))
def test_linux_can_hold_every_name(names: list[str]) -> None:
    fit = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_NAME - 1}}}")
    assert [name for name in linux_names(names).values() if not fit.fullmatch(name) or name == "lo"] == []
