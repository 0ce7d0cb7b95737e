"""Small networks, whose every way can be read off the drawing in `small_network`."""

from __future__ import annotations

import pytest

from jipkit.errors import UnknownNameError
from jipkit.model import Link, Network, Office
from jipkit.testing.networks import changed, keyed, small_network
from jipkit.topology import (
    behind,
    cut_off,
    distances,
    farther_end,
    hops,
    nearer_end,
    neighbours,
    order,
    path,
    reach,
    uplinks,
)

EVERYBODY_IN_SERVICE = {"core-1", "core-2", "pop-1", "dinas-sehat", "kec-rawa", "desa-jauh"}


@pytest.fixture(scope="module")
def network() -> Network:
    return small_network()


def keys(things: tuple[Link, ...] | tuple[Office, ...]) -> list[str]:
    return [thing.key for thing in things]


def with_links(network: Network, **links: dict[str, object]) -> Network:
    """Return ``network`` with more links; ``__`` in a name stands for ``--``, ``_`` for ``-``."""
    named = {key.replace("__", "--").replace("_", "-"): fields for key, fields in links.items()}
    defaults = {"medium": "fibre", "capacity_mbps": 100}
    more = keyed(Link, {key: defaults | fields for key, fields in named.items()})
    return network.replace(links={**network.links, **more})


def test_neighbours_are_links_in_service_with_the_router_at_the_other_end(network: Network) -> None:
    assert [(link.key, other) for link, other in neighbours(network, "pop-1")] == [
        ("core-1--pop-1", "core-1"),
        ("pop-1--kec-rawa", "kec-rawa"),
        ("pop-1--desa-jauh", "desa-jauh"),
    ]


def test_somebody_elses_equipment_is_nobodys_neighbour(network: Network) -> None:
    assert "core-1--isp-a" not in [link.key for link, _ in neighbours(network, "core-1")]


def test_a_planned_neighbour_counts_only_when_asked_for(network: Network) -> None:
    assert "pkm-baru" in [other for _, other in neighbours(network, "pop-1", planned=True)]


def test_a_retired_link_leads_nowhere_even_when_plans_count(network: Network) -> None:
    assert "kel-lama" not in [other for _, other in neighbours(network, "pop-1", planned=True)]


def test_the_controller_reaches_every_router_in_service_and_no_other(network: Network) -> None:
    assert reach(network, "core-1") == EVERYBODY_IN_SERVICE


def test_a_router_with_no_link_in_service_reaches_itself(network: Network) -> None:
    assert reach(network, "pkm-baru") == {"pkm-baru"}


def test_a_link_that_is_down_is_no_way(network: Network) -> None:
    lost = EVERYBODY_IN_SERVICE - reach(network, "core-1", {"core-1--dinas-sehat"})
    assert lost == {"dinas-sehat"}


def test_a_dead_router_takes_along_who_is_behind_it(network: Network) -> None:
    assert reach(network, "core-1", dead={"pop-1"}) == EVERYBODY_IN_SERVICE - {"pop-1", "desa-jauh"}


def test_a_link_without_routing_is_no_way(network: Network) -> None:
    still = changed(network, "link", "pop-1--desa-jauh", routing="none")
    assert "desa-jauh" not in reach(still, "core-1")


def test_static_routes_are_a_way(network: Network) -> None:
    assert "desa-jauh" in reach(network, "core-1")


def test_a_retired_router_is_no_way_whatever_its_links_say(network: Network) -> None:
    gone = changed(network, "router", "pop-1", state="retired")
    assert "desa-jauh" not in reach(gone, "core-1")


def test_two_starlink_sites_do_not_reach_each_other_over_the_internet(network: Network) -> None:
    alone = network.replace(links={})
    online = with_links(
        alone,
        one={"a": "core-1:eth4", "b": "unmanaged:internet", "prefix": "203.0.113.0/31", "routing": "none"},
        two={"a": "desa-jauh:ether2", "b": "unmanaged:internet", "prefix": "203.0.113.2/31", "routing": "none"},
    )
    assert reach(online, "core-1") == {"core-1"}


@pytest.mark.parametrize("ask", [reach, distances, hops])
def test_an_unknown_start_is_an_error_not_an_empty_answer(ask: object, network: Network) -> None:
    assert callable(ask)
    with pytest.raises(UnknownNameError, match="did you mean core-1"):
        ask(network, "core-11")


def test_distances_add_up_the_costs_of_the_cheapest_way(network: Network) -> None:
    assert distances(network, "core-1") == {
        "core-1": 0,
        "core-2": 1,
        "pop-1": 10,
        "dinas-sehat": 20,
        "kec-rawa": 50,
        "desa-jauh": 510,
    }


def test_distances_come_nearest_first(network: Network) -> None:
    assert list(distances(network, "core-1")) == ["core-1", "core-2", "pop-1", "dinas-sehat", "kec-rawa", "desa-jauh"]


def test_hops_count_the_links_of_the_cheapest_way(network: Network) -> None:
    cheaper_through_the_pop = {"core-1": 0, "core-2": 1, "pop-1": 1, "dinas-sehat": 1, "kec-rawa": 2, "desa-jauh": 2}
    assert hops(network, "core-1") == cheaper_through_the_pop


def test_a_path_is_the_cheapest_not_the_shortest(network: Network) -> None:
    assert keys(path(network, "core-2", "kec-rawa") or ()) == ["core-1--core-2", "core-1--pop-1", "pop-1--kec-rawa"]


def test_a_path_goes_round_a_link_that_is_down(network: Network) -> None:
    way = path(network, "core-1", "kec-rawa", {"pop-1--kec-rawa"})
    assert keys(way or ()) == ["core-1--core-2", "core-2--kec-rawa"]


def test_the_path_to_oneself_is_empty(network: Network) -> None:
    assert path(network, "pop-1", "pop-1") == ()


def test_where_there_is_no_way_the_path_is_none_rather_than_empty(network: Network) -> None:
    assert path(network, "core-1", "pkm-baru") is None


def test_the_way_to_a_planned_router_goes_over_its_planned_link(network: Network) -> None:
    assert keys(path(network, "core-1", "pkm-baru", planned=True) or ()) == ["core-1--pop-1", "pop-1--pkm-baru"]


def test_a_path_to_an_unknown_router_is_an_error(network: Network) -> None:
    with pytest.raises(UnknownNameError):
        path(network, "core-1", "kec-ravva")


def test_of_two_ways_that_cost_the_same_the_same_one_is_always_taken(network: Network) -> None:
    equal = changed(network, "link", "core-2--kec-rawa", cost=49)
    reordered = equal.replace(links=dict(reversed([*equal.links.items()])))
    assert path(equal, "core-1", "kec-rawa") == path(reordered, "core-1", "kec-rawa")


@pytest.mark.parametrize(
    ("link", "near", "far"),
    [
        ("core-1--pop-1", "core-1:eth1", "pop-1:eth0"),
        ("pop-1--kec-rawa", "pop-1:eth1", "kec-rawa:ether1"),
        ("pop-1--pkm-baru", "pop-1:eth4", "pkm-baru:ether1"),
        ("pop-1--kel-lama", "pop-1:eth3", "kel-lama:ether1"),
        ("core-1--isp-a", "core-1:eth3", "unmanaged:isp-a"),
    ],
)
def test_the_nearer_end_is_nearer_to_the_controller(link: str, near: str, far: str, network: Network) -> None:
    ends = nearer_end(network, network.link(link)), farther_end(network, network.link(link))
    assert tuple(map(str, ends)) == (near, far)


def test_the_nearer_end_does_not_depend_on_which_end_is_written_first(network: Network) -> None:
    link = network.link("pop-1--kec-rawa")
    turned = changed(network, "link", link.key, a=str(link.b), b=str(link.a))
    assert str(nearer_end(turned, turned.link(link.key))) == "pop-1:eth1"


def test_between_two_planned_routers_the_nearer_one_is_nearer_over_planned_links(network: Network) -> None:
    chain = with_links(
        changed(network, "router", "kel-lama", state="planned"),
        kel_lama__pkm_baru={
            "a": "kel-lama:ether2",
            "b": "pkm-baru:ether2",
            "prefix": "10.161.0.20/31",
            "state": "planned",
        },
    )
    assert str(nearer_end(chain, chain.link("kel-lama--pkm-baru"))) == "pkm-baru:ether2"


def test_an_office_with_two_ways_to_the_controller_has_two_uplinks(network: Network) -> None:
    assert keys(uplinks(network, "kec-rawa")) == ["pop-1--kec-rawa", "core-2--kec-rawa"]


def test_the_backup_uplink_of_an_office_is_also_a_backup_of_its_pop(network: Network) -> None:
    assert keys(uplinks(network, "pop-1")) == ["core-1--pop-1", "pop-1--kec-rawa"]


def test_a_link_down_to_an_office_that_has_no_other_way_is_no_uplink(network: Network) -> None:
    single = changed(network, "link", "core-2--kec-rawa", state="retired")
    assert keys(uplinks(single, "pop-1")) == ["core-1--pop-1"]


def test_a_planned_router_has_no_uplink_until_plans_count(network: Network) -> None:
    assert (keys(uplinks(network, "pkm-baru")), keys(uplinks(network, "pkm-baru", planned=True))) == (
        [],
        ["pop-1--pkm-baru"],
    )


def test_the_controllers_own_router_has_no_uplink(network: Network) -> None:
    assert uplinks(network, "core-1") == ()


@pytest.mark.parametrize(
    ("link", "offices"),
    [
        ("core-1--pop-1", []),
        ("pop-1--kec-rawa", []),
        ("pop-1--desa-jauh", ["desa-jauh"]),
        ("core-1--dinas-sehat", ["dinas-sehat"]),
        ("pop-1--pkm-baru", []),
        ("core-1--isp-a", []),
    ],
)
def test_behind_a_link_are_the_offices_that_have_no_way_round_it(
    link: str, offices: list[str], network: Network
) -> None:
    assert keys(behind(network, network.link(link))) == offices


def test_two_links_down_cut_off_whom_neither_alone_does(network: Network) -> None:
    lost = cut_off(network, {"core-1--pop-1", "core-2--kec-rawa"})
    assert keys(lost) == ["pop-1", "kec-rawa", "desa-jauh"]


def test_a_dead_router_cuts_off_its_own_office_and_those_behind_it(network: Network) -> None:
    assert keys(cut_off(network, (), {"pop-1"})) == ["pop-1", "desa-jauh"]


def test_an_office_that_was_never_reached_is_not_cut_off_by_a_link(network: Network) -> None:
    adrift = changed(network, "link", "pop-1--desa-jauh", state="retired")
    assert "desa-jauh" not in keys(cut_off(adrift, {"core-1--pop-1", "core-2--kec-rawa"}))


def test_an_office_with_a_second_router_in_reach_is_not_cut_off(network: Network) -> None:
    assert "diskominfo" not in keys(cut_off(network, (), {"core-2"}))


def test_without_the_controllers_router_everybody_is_cut_off(network: Network) -> None:
    assert {office.key for office in cut_off(network, (), {"core-1"})} == {
        "diskominfo",
        "pop-1",
        "dinas-sehat",
        "kec-rawa",
        "desa-jauh",
    }


def test_the_order_of_change_is_far_to_near(network: Network) -> None:
    routers = ["core-1", "desa-jauh", "pop-1", "kec-rawa"]
    assert order(network, routers) == ("desa-jauh", "kec-rawa", "pop-1", "core-1")


def test_in_the_order_of_change_a_planned_router_stands_where_it_will_be(network: Network) -> None:
    assert order(network, ["pop-1", "pkm-baru", "desa-jauh"]) == ("desa-jauh", "pkm-baru", "pop-1")


def test_a_router_named_twice_is_ordered_once(network: Network) -> None:
    assert order(network, ["pop-1", "pop-1"]) == ("pop-1",)
