from __future__ import annotations

from ipaddress import IPv4Address

from jipkit.model import Source, State
from jipkit.provisioning import activated, address_of, bootstrap_link, change_order, planned_in
from jipkit.testing.networks import changed, small_network


def test_a_planned_router_is_reached_at_its_uplink_address() -> None:
    network = small_network()
    link = bootstrap_link(network, "pkm-baru")
    assert link is not None
    assert address_of(network, network.router("pkm-baru")) == link.address_of(link.end_of("pkm-baru")).ip


def test_a_router_in_service_is_reached_at_its_loopback() -> None:
    network = small_network()
    assert address_of(network, network.router("pop-1")) == IPv4Address("10.160.0.3")


def test_taking_an_office_into_service_activates_office_router_and_link() -> None:
    found = planned_in(small_network(), "pkm-baru")
    assert [(s.noun, s.key) for s in found] == [
        ("office", "pkm-baru"),
        ("router", "pkm-baru"),
        ("link", "pop-1--pkm-baru"),
    ]


def test_nothing_is_left_to_activate_in_an_office_in_service() -> None:
    assert planned_in(small_network(), "kec-rawa") == ()


def test_a_link_to_an_office_that_stays_planned_stays_planned() -> None:
    network = changed(small_network(), "router", "pop-1", state="planned")
    assert Source("link", "pop-1--pkm-baru", "state") not in planned_in(network, "pkm-baru")


def test_activated_changes_only_what_is_named() -> None:
    network = small_network()
    after = activated(network, planned_in(network, "pkm-baru"))
    assert after.link("pop-1--pkm-baru").state is State.ACTIVE
    assert after.office("kel-lama").state is State.RETIRED
    assert network.link("pop-1--pkm-baru").state is State.PLANNED


def test_a_planned_office_is_changed_near_end_first() -> None:
    assert change_order(small_network(), "pkm-baru") == ("pop-1", "pkm-baru")


def test_an_office_in_service_is_changed_far_end_first() -> None:
    order = change_order(small_network(), "kec-rawa")
    assert order[0] == "kec-rawa"
    assert set(order) == {"kec-rawa", "pop-1", "core-2"}
