"""What carries no traffic while a change is applied, whom it ties together, and whom it cuts off meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jipkit.drift import Difference, Drift
from jipkit.model import Network, Source, State
from jipkit.rendering import Origin
from jipkit.rollout.impact import Disturbance, Loss, disturbed, losses
from jipkit.testing.networks import small_network
from tests.unit.edits import NETWORK, PROJECT, Edit, drift_from, facts_of
from tests.unit.graphs import Edge, graphs, network_of


def disturbance(router: str, *edits: Edit) -> Disturbance:
    return disturbed(drift_from(router, running=edits), NETWORK, router, facts_of(router))


def only(router: str, link: str) -> Disturbance:
    """Return the disturbance of one link, of which both ends have to say the same."""
    assert link in {found.key for found in NETWORK.links_of(router)}
    return Disturbance(frozenset({link}), agreed=frozenset({link}))


KEYS = [
    ("pop-kota", "pop-kota--damkar"),
    ("damkar", "pop-kota--damkar"),
    ("bkad", "core-1--bkad"),
    ("rsud-kayuagung", "core-2--rsud-kayuagung"),
    ("disdag", "pop-kota--disdag"),
    ("disdukcapil", "core-1--disdukcapil"),
    ("dinas-kominfo", "core-1--dinas-kominfo"),
    ("pop-pedamaran", "pop-pedamaran--pkm-pengarayan"),
]


@pytest.mark.parametrize(("router", "link"), KEYS)
def test_another_key_disturbs_its_own_link_alone(router: str, link: str) -> None:
    assert disturbance(router, (f"<secret:ospf/{link}/1>", "old")) == only(router, link)


ADDRESSES = [
    ("pop-kota", "core-2--pop-kota", "10.161.0.9/31", "10.161.0.11/31"),
    ("bkad", "core-2--bkad", "10.161.2.13 255", "10.161.2.15 255"),
    ("rsud-kayuagung", "core-1--rsud-kayuagung", "10.161.1.21/31", "10.161.1.23/31"),
    ("disdag", "pop-kota--disdag", "10.161.11.9 255", "10.161.11.7 255"),
    ("disdukcapil", "core-2--disdukcapil", "10.161.2.15/31", "10.161.2.17/31"),
    ("dinas-kominfo", "core-1--dinas-kominfo", "10.161.1.13/31", "10.161.1.15/31"),
    ("pop-pedamaran", "pop-pedamaran--pkm-pengarayan", "address=10.161.15.12 ", "address=10.161.15.40 "),
]


@pytest.mark.parametrize(("router", "link", "ours", "theirs"), ADDRESSES)
def test_another_address_disturbs_its_own_link_alone(router: str, link: str, ours: str, theirs: str) -> None:
    assert disturbance(router, (ours, theirs)) == only(router, link)


COSTS = [
    ("pop-kota", "ip ospf cost 40", "ip ospf cost 41"),
    ("bkad", "ip ospf cost 60", "ip ospf cost 61"),
    ("rsud-kayuagung", "ip ospf cost 60", "ip ospf cost 61"),
    ("disdag", "ospf cost 20", "ospf cost 21"),
    ("disdukcapil", "metric 60", "metric 61"),
    ("dinas-kominfo", "cost '5'", "cost '6'"),
    ("pop-pedamaran", "cost=30", "cost=31"),
    ("damkar", "cost=40", "cost=41"),
]


@pytest.mark.parametrize(("router", "ours", "theirs"), COSTS)
def test_another_cost_disturbs_nothing(router: str, ours: str, theirs: str) -> None:
    assert disturbance(router, (ours, theirs)) == Disturbance()


def test_another_router_id_disturbs_the_whole_router_and_ties_it_to_nobody() -> None:
    found = disturbance("rsud-kayuagung", ("   router-id 10.160.1.101", "   router-id 10.160.1.99"))
    assert found == Disturbance(whole_router=True)


@pytest.mark.parametrize(
    ("router", "loopback"), [("pop-kota", "10.160.0.11"), ("bkad", "10.160.1.29"), ("disdag", "10.160.1.28")]
)
def test_another_router_id_that_waits_for_a_restart_disturbs_nothing(router: str, loopback: str) -> None:
    assert disturbance(router, (f"router-id {loopback}", "router-id 10.160.9.9")) == Disturbance()


def test_another_area_of_a_whole_router_is_for_all_its_neighbours_to_agree_on() -> None:
    found = disturbance("pop-pedamaran", ("area-id=0.0.0.0", "area-id=0.0.0.1"))
    assert found.whole_router
    assert {"core-2--pop-pedamaran", "pop-pedamaran--pkm-pengarayan"} <= found.agreed


def test_the_part_of_a_lan_port_disturbs_no_link() -> None:
    found = disturbance(
        "dinas-kominfo", ("eth2 vif 110 address '10.162.19.1/25'", "eth2 vif 110 address '10.162.19.2/25'")
    )
    assert found == Disturbance()


def test_a_comment_that_names_the_port_at_the_other_end_disturbs_nobody() -> None:
    """The far port is called as one of our own."""
    ours = 'comment="pop-pedamaran--pkm-pedamaran to pkm-pedamaran ether1"'
    assert disturbance("pop-pedamaran", (ours, f"{ours} mtu=1400")).links == {"pop-pedamaran--pkm-pedamaran"}


def test_a_link_that_no_statement_names_is_known_by_the_inventory_key_that_wrote_the_line() -> None:
    origin = Origin(
        "frr/x.j2", 1, (Source("link", "pop-kota--damkar", "cost"), Source("standards", "standards", "ospf"))
    )
    difference = Difference("missing", ("interface foo",), intended="ip ospf area 0.0.0.0", origin=origin)
    drift = Drift("pop-kota", (difference,), 1.0, (), ())
    assert disturbed(drift, NETWORK, "pop-kota", PROJECT.platforms["frr"]).links == {"pop-kota--damkar"}


@pytest.mark.parametrize(
    ("router", "statement", "link"),
    [
        ("disdukcapil", "set protocols ospf area 0.0.0.0 interface ge-0/0/1.0 dead-interval 8", "core-2--disdukcapil"),
        ("disdukcapil", "set interfaces ge-0/0/1 unit 0 family inet mtu 1400", "core-2--disdukcapil"),
        ("disdukcapil", "set interfaces ge-0/0/1 mtu 1400", "core-2--disdukcapil"),
        ("dinas-kominfo", "set interfaces ethernet eth0 mtu 1400", "core-1--dinas-kominfo"),
        ("damkar", "/interface ethernet set [ find default-name=ether1 ] mtu=1400", "pop-kota--damkar"),
        ("damkar", "/routing ospf network add area=backbone network=10.161.11.12/32", "pop-kota--damkar"),
        ("pop-kota", "ip route 10.0.0.0/8 10.161.11.13", None),
        ("disdukcapil", "set interfaces ge-0/0/1 unit 7 family inet mtu 1400", None),
        ("disdukcapil", "set interfaces irb unit 110 family inet mtu 1400", None),
        ("dinas-kominfo", "set interfaces ethernet eth0 vif 7 mtu 1400", None),
        ("damkar", "/interface ethernet set [ find default-name=ether10 ] mtu=1400", None),
    ],
)
def test_a_link_is_known_by_its_port_or_address_in_a_statement_that_nobody_wrote(
    router: str, statement: str, link: str | None
) -> None:
    drift = Drift(router, (Difference("missing", (), intended=statement),), 1.0, (), ())
    assert disturbed(drift, NETWORK, router, facts_of(router)).links == ({link} if link else set())


def test_somebody_elses_link_is_not_disturbed_by_a_line_that_it_wrote() -> None:
    """The way of a tunnel's own packets is written by the link that has its other end."""
    found = disturbance("kec-cengal", ("dst-address=198.51.100.1/32", "dst-address=198.51.100.9/32"))
    assert found.links == {"kec-cengal--internet", "gateway-1--kec-cengal"}


def test_tunnels_stay_while_only_one_of_two_bgp_neighbours_is_reset() -> None:
    assert disturbance("gateway-1", ("<secret:bgp/gateway-1--lintas-sumatera/1>", "old")).links == {
        "gateway-1--lintas-sumatera"
    }


def test_tunnels_go_with_the_port_that_has_their_public_address() -> None:
    found = disturbance("gateway-1", ("198.51.100.1/30", "198.51.100.9/30")).links
    assert {"gateway-1--lintas-sumatera", "gateway-1--kec-cengal", "gateway-1--kel-perigi"} <= found
    assert "core-1--gateway-1" not in found


def test_an_edit_far_and_wide_disturbs_exactly_the_links_with_its_timers() -> None:
    """Every neighbour of a pop has to have the same hello interval."""
    found = disturbance("pop-kota", ("hello-interval 2", "hello-interval 3"))
    spoken = frozenset(link.key for link in NETWORK.links_of("pop-kota") if link.state is State.ACTIVE)
    assert found == Disturbance(spoken, agreed=spoken)


# who is changed together


def touching(*links: str) -> Disturbance:
    return Disturbance(frozenset(links), agreed=frozenset(links))


# what a batch costs


def lost(batch: list[str], disturbances: Mapping[str, Disturbance], network: Network | None = None) -> Loss:
    (found,) = losses(network or small_network(), [[replace(disturbances[router], router=router) for router in batch]])
    return found


def test_a_batch_that_disturbs_nothing_costs_nothing() -> None:
    assert lost(["pop-1"], {"pop-1": Disturbance()}) == Loss()


def test_an_office_behind_a_disturbed_link_is_cut_off_with_its_services() -> None:
    found = lost(["pop-1"], {"pop-1": touching("pop-1--desa-jauh")})
    assert ([o.key for o in found.cut_off], found.services) == (["desa-jauh"], ("Siskeudes",))


def test_an_office_with_two_ways_keeps_a_single_one() -> None:
    found = lost(["pop-1"], {"pop-1": touching("pop-1--kec-rawa")})
    assert ([o.key for o in found.cut_off], [o.key for o in found.single_way]) == ([], ["pop-1", "kec-rawa"])


def test_an_office_whose_router_is_disturbed_as_a_whole_is_cut_off() -> None:
    found = lost(["dinas-sehat"], {"dinas-sehat": Disturbance(whole_router=True)})
    assert [o.key for o in found.cut_off] == ["dinas-sehat"]


def test_all_units_of_a_batch_are_disturbed_at_once() -> None:
    """Either of its two uplinks alone would not cost the office anything."""
    found = lost(["pop-1", "core-2"], {"pop-1": touching("pop-1--kec-rawa"), "core-2": touching("core-2--kec-rawa")})
    assert [o.key for o in found.cut_off] == ["kec-rawa"]


def test_batches_one_after_the_other_cost_only_their_own() -> None:
    found = losses(small_network(), [[touching("pop-1--kec-rawa")], [touching("core-2--kec-rawa")]])
    assert [loss.cut_off for loss in found] == [(), ()]


# laws, counted without the code under test


def reached(network: Network, down: set[str], dead: set[str]) -> set[str]:
    """Return the offices that a flood from the controller's router comes to."""
    routers: set[str] = set()
    edge = {network.standards.controller.router} - dead
    while edge:
        routers |= edge
        edge = {
            there
            for link in network.links.values()
            for here, there in [(link.a.router, link.b.router), (link.b.router, link.a.router)]
            if here in edge and there and there not in routers | dead and link.key not in down
            if link.state is State.ACTIVE and link.routing != "none"
            if network.routers[there].state is State.ACTIVE
        }
    active = {key for key, office in network.offices.items() if office.state is State.ACTIVE}
    return {network.routers[router].office for router in routers} & active


LINKS = sorted(NETWORK.links)
SOME = st.dictionaries(
    st.sampled_from(sorted(NETWORK.routers)),
    st.builds(Disturbance, st.frozensets(st.sampled_from(LINKS), max_size=6), st.sampled_from([False, False, True])),
    min_size=1,
    max_size=5,
)


@given(SOME)
def test_an_office_is_announced_exactly_if_a_flood_does_not_come_to_it(disturbances: dict[str, Disturbance]) -> None:
    announced = {office.key for office in lost(sorted(disturbances), disturbances, NETWORK).cut_off}
    down = {link for found in disturbances.values() for link in found.links}
    dead = {router for router, found in disturbances.items() if found.whole_router}
    assert announced == reached(NETWORK, set(), set()) - reached(NETWORK, down, dead)


@given(graphs(), st.data())
def test_an_office_keeps_a_single_way_exactly_if_now_one_more_cut_would_lose_it(
    graph: tuple[int, list[Edge]], data: st.DataObject
) -> None:
    network = network_of(*graph)
    down = data.draw(st.sets(st.sampled_from(sorted(network.links)), min_size=1, max_size=3))
    announced = {office.key for office in lost(["r0"], {"r0": touching(*down)}, network).single_way}
    assert announced == hung(network, down) - hung(network, set())


def hung(network: Network, away: set[str]) -> set[str]:
    """Return the offices that one more cut would lose."""
    each = (reached(network, away, set()) - reached(network, away | {link}, set()) for link in network.links)
    return set().union(*each)


SPOKEN = sorted(k.key for k in NETWORK.links.values() if k.routing == "ospf" and k.state is State.ACTIVE)


@settings(max_examples=25)
@given(st.sets(st.sampled_from(SPOKEN), min_size=1, max_size=4))
def test_new_keys_for_some_links_disturb_and_cut_off_what_those_links_do(links: set[str]) -> None:
    ends = {end.router: set[str]() for link in links for end in NETWORK.links[link].ends if end.router}
    for link in links:
        for end in NETWORK.links[link].ends:
            ends[end.router or ""].add(link)
    found = {r: disturbance(r, *((f"<secret:ospf/{k}/1>", "old") for k in sorted(keys))) for r, keys in ends.items()}
    assert found == {router: touching(*keys) for router, keys in ends.items()}
    announced = {office.key for office in lost(sorted(found), found, NETWORK).cut_off}
    assert announced == reached(NETWORK, set(), set()) - reached(NETWORK, links, set())


# the whole example: every OSPF key changes


@pytest.fixture(scope="module")
def rolled() -> Mapping[str, Disturbance]:
    """Return what it disturbs to give every link of the example another OSPF key."""
    found = {}
    for router in NETWORK.routers.values():
        keys = sorted(set(re.findall(r"<secret:ospf/[^>]*>", PROJECT.render(router.key).text)))
        if router.state is State.ACTIVE and keys:
            found[router.key] = disturbance(router.key, *((key, "old") for key in keys))
    return found


def test_a_new_key_for_every_link_disturbs_every_link_at_both_ends(rolled: Mapping[str, Disturbance]) -> None:
    spoken = {
        (end.router, link.key)
        for link in NETWORK.links.values()
        for end in link.ends
        if link.routing == "ospf" and link.state is State.ACTIVE
    }
    assert {(router, link) for router, found in rolled.items() for link in found.links} == spoken
    assert not any(found.whole_router for found in rolled.values())


def test_a_new_key_costs_in_each_batch_what_a_flood_says(rolled: Mapping[str, Disturbance]) -> None:
    batches = [[rolled[router]] for router in sorted(rolled)]
    announced = [{office.key for office in loss.cut_off} for loss in losses(NETWORK, batches)]
    whole = reached(NETWORK, set(), set())
    assert announced == [whole - reached(NETWORK, set(found.links), set()) for (found,) in batches]
