"""A sweep asks those whose word decides, and not the whole network."""

from __future__ import annotations

from jipkit.testing.networks import small_network
from jipkit.testing.observations import all_healthy, failed
from jipkit.verdict import routers_left_to_ask, routers_to_ask

NETWORK = small_network()


def test_both_ends_and_the_way_to_them_are_asked() -> None:
    assert routers_to_ask(NETWORK, [NETWORK.link("pop-1--desa-jauh")]) == ("core-1", "pop-1", "desa-jauh")


def test_a_router_that_is_not_in_service_is_not_asked() -> None:
    assert routers_to_ask(NETWORK, [NETWORK.link("pop-1--pkm-baru")]) == ("core-1", "pop-1")


def test_only_our_end_of_a_link_to_a_provider_is_asked() -> None:
    assert routers_to_ask(NETWORK, [NETWORK.link("core-1--isp-a")]) == ("core-1",)


def test_nobody_is_left_to_ask_when_all_answer() -> None:
    assert routers_left_to_ask(NETWORK, all_healthy(NETWORK, ("core-1", "pop-1"))) == ()


def test_the_neighbours_of_a_silent_router_are_left_to_ask() -> None:
    seen = {**all_healthy(NETWORK, ("core-1",)), "kec-rawa": failed("kec-rawa", "unreachable")}

    assert routers_left_to_ask(NETWORK, seen) == ("core-2", "pop-1")


def test_a_router_that_refuses_us_is_no_reason_to_ask_others() -> None:
    seen = {"kec-rawa": failed("kec-rawa", "login")}

    assert routers_left_to_ask(NETWORK, seen) == ()
