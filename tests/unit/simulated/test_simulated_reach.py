"""Simulated routers are reached over the links, as far as cables, keys and routes let anybody reach them."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from napalm.base.exceptions import ConnectionClosedException, ConnectTimeoutError

from jipkit.errors import IdentityError, LabError
from jipkit.model import Network, State
from jipkit.testing.district import SimulatedDistrict
from jipkit.testing.driver import SimulatedDriver

IN_SERVICE = ("core-1", "core-2", "pop-1", "dinas-sehat", "kec-rawa", "desa-jauh")
UPLINK_OF_PKM_BARU = "10.161.0.19"


def in_reach(district: SimulatedDistrict, network: Network) -> set[str]:
    return {key for key, router in network.routers.items() if district.answering(str(router.address)) == key}


def neighbours(district: SimulatedDistrict, router: str) -> dict[str, str]:
    found = district.witness(router).forwarding.ospf[router]
    return {neighbor.far.box: neighbor.state for neighbor in found}


def test_every_router_in_service_is_reached_at_its_loopback(district: SimulatedDistrict, network: Network) -> None:
    assert in_reach(district, network) == set(IN_SERVICE)


def test_a_router_behind_a_cut_link_without_another_way_is_not_reached(
    district: SimulatedDistrict, network: Network
) -> None:
    district.cut("pop-1--desa-jauh")
    assert in_reach(district, network) == set(IN_SERVICE) - {"desa-jauh"}


def test_a_router_with_two_uplinks_is_reached_over_the_other(district: SimulatedDistrict, network: Network) -> None:
    district.cut("core-1--pop-1")
    assert in_reach(district, network) == set(IN_SERVICE)
    district.cut("core-2--kec-rawa")
    assert in_reach(district, network) == {"core-1", "core-2", "dinas-sehat"}


def test_a_mended_link_brings_back_what_was_behind_it(district: SimulatedDistrict, network: Network) -> None:
    district.cut("core-1--dinas-sehat")
    assert "dinas-sehat" not in in_reach(district, network)
    district.mend("core-1--dinas-sehat")
    assert "dinas-sehat" in in_reach(district, network)


def test_a_port_that_is_shut_takes_the_carrier_from_the_other_end(district: SimulatedDistrict) -> None:
    district.hand_edit("core-1", "interface eth1\n shutdown")
    states = login_state(district, "core-2", "eth0"), district.witness("pop-1").fabric
    assert states[0] == (True, True)
    port = next(port for port in states[1].ports_of("pop-1") if port.name == "eth0")
    assert (states[1].enabled(port), states[1].up(port)) == (True, False)


def login_state(district: SimulatedDistrict, router: str, port: str) -> tuple[bool, bool]:
    fabric = district.witness(router).fabric
    found = next(one for one in fabric.ports_of(router) if one.name == port)
    return fabric.enabled(found), fabric.up(found)


@pytest.mark.parametrize(
    "edit",
    [
        "no ip ospf message-digest-key 1\n ip ospf message-digest-key 1 md5 another",
        "no ip ospf message-digest-key 1\n ip ospf message-digest-key 2 md5 ospfcore1pop11",
        "no ip ospf authentication",
        "ip ospf hello-interval 5",
        "ip ospf dead-interval 20",
        "ip ospf passive",
        "no ip ospf area\n ip ospf area 0.0.0.1",
        "no ip address 10.161.0.3/31\n ip address 10.161.9.3/31",
    ],
)
def test_an_end_that_disagrees_with_the_other_is_no_neighbour(district: SimulatedDistrict, edit: str) -> None:
    assert neighbours(district, "core-1")["pop-1"] == "Full"
    district.hand_edit("pop-1", f"interface eth0\n {edit}")
    assert "pop-1" not in neighbours(district, "core-1")
    assert "core-1" not in neighbours(district, "pop-1")


def test_an_end_with_both_keys_hears_one_that_has_only_the_old(district: SimulatedDistrict) -> None:
    district.hand_edit("pop-1", "interface eth0\n ip ospf message-digest-key 2 md5 the-new-one")
    assert neighbours(district, "pop-1")["core-1"] == "Init", "we sign with the new key, which core-1 does not have"
    district.hand_edit("core-1", "interface eth1\n ip ospf message-digest-key 2 md5 the-new-one")
    assert neighbours(district, "pop-1")["core-1"] == "Full"


def test_a_line_that_carries_one_way_only_leaves_the_hearing_end_in_init(district: SimulatedDistrict) -> None:
    district.disturb("core-1--pop-1", loss_a=1.0)
    assert neighbours(district, "core-1")["pop-1"] == "Init"
    assert "core-1" not in neighbours(district, "pop-1")


def test_an_ospf_key_counts_by_its_first_sixteen_characters(district: SimulatedDistrict) -> None:
    for router, port in (("core-1", "eth1"), ("pop-1", "eth0")):
        edit = f"interface {port}\n ip ospf message-digest-key 9 md5 0123456789abcdef-{router}"
        district.hand_edit(router, edit)
    assert neighbours(district, "core-1")["pop-1"] == "Full"
    assert "md5 0123456789abcdef\n" in district.running("core-1")


@pytest.mark.parametrize("router", ["core-2", "desa-jauh"])
def test_a_frozen_router_answers_nobody_and_keeps_its_lights_on(
    district: SimulatedDistrict, network: Network, router: str
) -> None:
    district.freeze(router)
    assert in_reach(district, network) == set(IN_SERVICE) - {router}
    assert all(near != router for near in neighbours(district, "core-1"))
    assert login_state(district, "pop-1", "eth2") == (True, True)
    district.thaw(router)
    assert router in in_reach(district, network)


def test_a_planned_router_is_reached_once_its_near_end_is_opened(district: SimulatedDistrict, network: Network) -> None:
    assert network.router("pkm-baru").state is State.PLANNED
    assert district.answering(UPLINK_OF_PKM_BARU) is None
    opened = "interface eth4\n no shutdown\n ip address 10.161.0.18/31\n ip ospf area 0.0.0.0\n ip ospf passive"
    district.hand_edit("pop-1", opened)
    assert district.answering(UPLINK_OF_PKM_BARU) == "pkm-baru"


def test_a_static_route_that_is_taken_away_takes_its_router_along(
    district: SimulatedDistrict, network: Network
) -> None:
    district.hand_edit("pop-1", "no ip route 10.160.0.6/32 10.161.0.14")
    assert "desa-jauh" not in in_reach(district, network)


def test_static_routes_reach_the_others_only_while_they_are_redistributed(
    district: SimulatedDistrict, network: Network
) -> None:
    district.hand_edit("pop-1", "router ospf\n no redistribute static route-map static-to-ospf")
    assert "desa-jauh" not in in_reach(district, network)


def test_a_provider_with_another_password_is_no_neighbour(district: SimulatedDistrict) -> None:
    def state() -> str:
        return district.witness("core-1").forwarding.bgp["core-1"][0].state

    assert state() == "Established"
    district.hand_edit("core-1", "router bgp 64496\n neighbor 198.51.100.2 password wrong")
    assert state() == "Active"


def test_the_default_route_of_the_provider_is_passed_on(district: SimulatedDistrict) -> None:
    somewhere = IPv4Address("192.0.2.1")
    route = district.witness("desa-jauh").forwarding.route_to("core-2", somewhere)
    assert route is not None
    assert (str(route.prefix), route.protocol) == ("0.0.0.0/0", "ospf")
    district.cut("core-1--isp-a")
    assert district.witness("core-2").forwarding.route_to("core-2", somewhere) is None


def test_a_session_is_refused_where_nobody_answers(district: SimulatedDistrict) -> None:
    with pytest.raises(ConnectTimeoutError, match=r"10\.160\.0\.8 port 22: no answer"):
        district.driver("10.160.0.8", "jip", "").open()


def test_a_session_that_loses_its_way_is_lost_for_good(district: SimulatedDistrict) -> None:
    driver: SimulatedDriver = district.driver("10.160.0.6", "jip", "")
    driver.open()
    assert driver.is_alive() == {"is_alive": True}
    district.cut("pop-1--desa-jauh")
    with pytest.raises(ConnectionClosedException):
        driver.get_facts()
    district.mend("pop-1--desa-jauh")
    assert driver.is_alive() == {"is_alive": False}


def test_another_host_key_stops_the_session_until_it_is_trusted(district: SimulatedDistrict) -> None:
    district.new_host_key("pop-1")
    driver = district.driver("10.160.0.3", "jip", "", optional_args={"router": "pop-1"})
    with pytest.raises(IdentityError, match="pop-1: its host key has changed"):
        driver.open()
    district.trust("pop-1")
    driver.open()
    assert driver.get_facts()["hostname"] == "pop-1"


def test_another_router_at_the_address_is_known_by_its_host_key(district: SimulatedDistrict) -> None:
    driver = district.driver("10.160.0.2", "jip", "", optional_args={"router": "pop-1"})
    with pytest.raises(IdentityError, match="pop-1"):
        driver.open()


def test_a_power_cut_forgets_what_was_not_saved(district: SimulatedDistrict) -> None:
    before = district.running("kec-rawa")
    district.hand_edit("kec-rawa", "interface ether5\n description not saved")
    district.power_cut("kec-rawa")
    assert district.answering("10.160.0.5") is None
    assert login_state(district, "pop-1", "eth1") == (True, False)
    district.boot("kec-rawa")
    assert district.answering("10.160.0.5") == "kec-rawa"
    assert district.running("kec-rawa") == before


def test_swapped_cables_show_the_wrong_router_at_each_port(district: SimulatedDistrict) -> None:
    district.swap("core-1--pop-1", "core-1--dinas-sehat")
    heard = district.driver("10.160.0.1", "jip", "")
    heard.open()
    neighbors = heard.get_lldp_neighbors()
    assert [neighbors[port][0]["hostname"] for port in ("eth1", "eth2")] == ["dinas-sehat", "pop-1"]


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda district: district.cut("core-1--pop-2"), "no link 'core-1--pop-2' is simulated; did you mean core-1--"),
        (lambda district: district.freeze("pop-9"), "no router 'pop-9' is simulated; did you mean pop-1"),
    ],
)
def test_what_is_not_simulated_is_named_with_what_is_close(district: SimulatedDistrict, act: object, says: str) -> None:
    assert callable(act)
    with pytest.raises(LabError, match=says):
        act(district)
