"""The verdict on a link follows from what its ends say, and from nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

import pytest

from jipkit.model import Network
from jipkit.observation import LldpNeighbor, NotAsked, NotParsed, Observation
from jipkit.testing.networks import changed, small_network
from jipkit.testing.observations import (
    AT,
    all_healthy,
    cut,
    failed,
    healthy,
    with_neighbor,
    with_ping,
    with_port,
)
from jipkit.verdict import LinkVerdict, Verdict, find_outages, judge_network

NETWORK = small_network()
GARBAGE = NotParsed("the command", "not JSON", "garbage")
UNASKED = NotAsked("no command for it")

Change = Callable[[Observation], Observation]

LINK = "core-1--pop-1"
NEAR, NEAR_ADDRESS, NEAR_PORT = "core-1", "10.161.0.2", "eth1"
FAR, FAR_ADDRESS, FAR_PORT = "pop-1", "10.161.0.3", "eth0"


def judged(link: str, observations: dict[str, Observation], network: Network = NETWORK) -> LinkVerdict:
    return judge_network(network, observations, at=AT)[link]


def after(near: Change | None, far: Change | None) -> LinkVerdict:
    """Judge core-1--pop-1 when its ends say something else than that all is well."""
    observations = all_healthy(NETWORK)
    for router, change in ((NEAR, near), (FAR, far)):
        if change is not None:
            observations[router] = change(observations[router])
    return judged(LINK, observations)


def both(*changes: Change) -> Change:
    def change(observation: Observation) -> Observation:
        for one in changes:
            observation = one(observation)
        return observation

    return change


def near_port(**fields: Any) -> Change:
    return lambda said: with_port(said, NEAR_PORT, **fields)


def far_port(**fields: Any) -> Change:
    return lambda said: with_port(said, FAR_PORT, **fields)


def near_sees(state: str | None) -> Change:
    return lambda said: with_neighbor(said, FAR_ADDRESS, state)


def far_sees(state: str | None) -> Change:
    return lambda said: with_neighbor(said, NEAR_ADDRESS, state)


def near_pings(loss: float, rtt_ms: float | None = None) -> Change:
    return lambda said: with_ping(said, FAR_ADDRESS, loss, rtt_ms)


def far_pings(loss: float, rtt_ms: float | None = None) -> Change:
    return lambda said: with_ping(said, NEAR_ADDRESS, loss, rtt_ms)


def says(**answers: Any) -> Change:
    return lambda said: replace(said, **answers)


def fails(failure: Any) -> Change:
    return lambda said: failed(said.router, failure)


def hears(*heard: LldpNeighbor) -> Change:
    return lambda said: replace(said, lldp=heard)


WRONG = (IPv4Interface("192.0.2.1/31"),)

CASES: dict[str, tuple[Change | None, Change | None, Verdict, str]] = {
    "both ends see each other": (None, None, Verdict.UP, "both-ends-good"),
    # what an end says against the link
    "the near port is shut": (near_port(enabled=False, up=False), None, Verdict.DOWN, "shut"),
    "the far port is shut, and the near end has no signal": (
        near_port(up=False),
        far_port(enabled=False, up=False),
        Verdict.DOWN,
        "shut",
    ),
    "the near port is shut and nobody knows of the far end": (
        near_port(enabled=False, up=False),
        fails("unreachable"),
        Verdict.DOWN,
        "shut",
    ),
    "no signal at the near end": (near_port(up=False), fails("unreachable"), Verdict.DOWN, "no-carrier"),
    "no signal at the far end": (None, far_port(up=False), Verdict.DOWN, "no-carrier"),
    "the far port does not exist": (None, far_port(absent=True), Verdict.HALF_CONFIGURED, "absent"),
    "the near port does not exist and the far router is silent": (
        near_port(absent=True),
        fails("unreachable"),
        Verdict.HALF_CONFIGURED,
        "absent",
    ),
    "the far end has another address": (
        both(near_sees(None), near_pings(1.0)),
        far_port(addresses=WRONG),
        Verdict.HALF_CONFIGURED,
        "no-address",
    ),
    "both lost the neighbour and no ping passes": (
        both(near_sees(None), near_pings(1.0)),
        both(far_sees(None), far_pings(1.0)),
        Verdict.DOWN,
        "neighbour-lost",
    ),
    "both lost the neighbour but pings pass": (near_sees(None), far_sees(None), Verdict.DOWN, "no-adjacency"),
    "the near end lost a neighbour that takes no session": (
        both(near_sees(None), near_pings(1.0)),
        fails("unreachable"),
        Verdict.DOWN,
        "silent",
    ),
    "the near end lost a neighbour that answers garbage": (
        both(near_sees(None), near_pings(1.0)),
        fails("not parsed"),
        Verdict.DOWN,
        "neighbour-lost",
    ),
    "the near end cannot tell its neighbours, the far end lost its own": (
        says(neighbors=GARBAGE),
        both(far_sees(None), far_pings(1.0)),
        Verdict.DOWN,
        "no-adjacency",
    ),
    "no ping passes and the neighbours have not timed out": (
        near_pings(1.0),
        far_pings(1.0),
        Verdict.DOWN,
        "pings-lost",
    ),
    "no ping passes, the far end takes no session, the neighbour has not timed out": (
        near_pings(1.0),
        fails("unreachable"),
        Verdict.DOWN,
        "pings-lost-silent",
    ),
    "the near end hears the far end, which does not hear it": (
        both(near_sees("Init"), near_pings(1.0)),
        both(far_sees(None), far_pings(1.0)),
        Verdict.ONE_WAY,
        "one-way",
    ),
    "the near end hears the far end, which takes no session": (
        both(near_sees("Init"), near_pings(1.0)),
        fails("unreachable"),
        Verdict.ONE_WAY,
        "one-way",
    ),
    "the neighbours are stuck in exchange": (
        near_sees("ExStart"),
        far_sees("Exchange"),
        Verdict.HALF_CONFIGURED,
        "forming",
    ),
    "one end does not see the other, which sees it": (None, far_sees(None), Verdict.DEGRADED, "neighbour-missing"),
    # what is missing
    "the far end takes no session although its line is up": (
        None,
        fails("unreachable"),
        Verdict.UNCONFIRMED,
        "no-session",
    ),
    "the far end is not provably our router": (None, fails("identity"), Verdict.UNCONFIRMED, "identity"),
    "the far end refuses our login": (None, fails("login"), Verdict.UNCONFIRMED, "login"),
    "the far end answers garbage to everything": (None, fails("not parsed"), Verdict.NOT_PARSED, "not-parsed"),
    "the far end answers garbage about its ports": (
        None,
        says(interfaces=GARBAGE),
        Verdict.NOT_PARSED,
        "not-parsed",
    ),
    "the far end answers garbage about its neighbours": (
        None,
        says(neighbors=GARBAGE),
        Verdict.NOT_PARSED,
        "not-parsed",
    ),
    "the far end answers garbage about its pings": (None, says(pings=GARBAGE), Verdict.NOT_PARSED, "not-parsed"),
    "the near end answers garbage, the far end was not asked for pings": (
        says(neighbors=GARBAGE),
        says(pings=UNASKED),
        Verdict.NOT_PARSED,
        "not-parsed",
    ),
    "the far end was not asked for its neighbours": (
        None,
        says(neighbors=UNASKED),
        Verdict.NEVER_COLLECTED,
        "not-asked",
    ),
    "the far end did not ping": (None, says(pings={}), Verdict.NEVER_COLLECTED, "not-asked"),
    "garbage here, another machine there": (
        fails("not parsed"),
        fails("identity"),
        Verdict.NOT_PARSED,
        "not-parsed",
    ),
    "one end misses the other, but is not understood otherwise": (
        None,
        both(far_sees(None), says(interfaces=GARBAGE)),
        Verdict.NOT_PARSED,
        "not-parsed",
    ),
    "LLDP is no testimony that a link needs": (says(lldp=GARBAGE), says(lldp=UNASKED), Verdict.UP, "both-ends-good"),
    # what is worse than usual
    "a third of the pings is lost": (near_pings(1 / 3, 1.0), None, Verdict.DEGRADED, "loss"),
    "pings take long for a fibre": (None, far_pings(0.0, 21.0), Verdict.DEGRADED, "delay"),
    "pings take as long as a fibre may": (None, far_pings(0.0, 20.0), Verdict.UP, "both-ends-good"),
    "no ping passes from one end": (near_pings(1.0), None, Verdict.DEGRADED, "pings-lost-at"),
    "a port counts errors while we look": (None, far_port(new_errors=3), Verdict.DEGRADED, "errors"),
    "loss seen from one end does not make up for a missing end": (
        near_pings(1 / 3, 1.0),
        fails("login"),
        Verdict.UNCONFIRMED,
        "login",
    ),
    # wrong cables
    "another router of ours is heard": (
        hears(LldpNeighbor(NEAR_PORT, "kec-rawa", "ether1")),
        None,
        Verdict.UP,
        "both-ends-good",
    ),
    "another router of ours is heard, and the right one is no neighbour": (
        both(near_sees(None), hears(LldpNeighbor(NEAR_PORT, "kec-rawa.uji.example", "ether1"))),
        None,
        Verdict.MISWIRED,
        "stranger",
    ),
    "the right router is heard on another port of it": (
        hears(LldpNeighbor(NEAR_PORT, "pop-1", "eth5")),
        None,
        Verdict.MISWIRED,
        "stranger",
    ),
    "a radio is heard on the way": (
        hears(LldpNeighbor(NEAR_PORT, "radio-menara-3", "eth0")),
        None,
        Verdict.UP,
        "both-ends-good",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_verdict_when(case: str) -> None:
    near, far, verdict, cause = CASES[case]

    found = after(near, far)

    assert (found.verdict, found.cause.code) == (verdict, cause)


@pytest.mark.parametrize("case", CASES)
def test_every_cause_and_fact_can_be_said_in_words(case: str) -> None:
    found = after(*CASES[case][:2])

    assert "{" not in str(found.cause)
    assert str(found.cause) != found.cause.code
    assert all("{" not in str(fact) for fact in found.evidence)


def test_another_routers_loopback_as_neighbour_is_a_wrong_cable() -> None:
    observations = all_healthy(NETWORK)
    (neighbor,) = (n for n in observations[NEAR].neighbors if n.interface == NEAR_PORT)  # type: ignore[union-attr]
    stranger = replace(neighbor, address=IPv4Address("10.161.0.7"), router_id=IPv4Address("10.160.0.5"))
    observations[NEAR] = replace(observations[NEAR], neighbors=(stranger,), lldp=())

    found = judged(LINK, observations)

    assert found.verdict is Verdict.MISWIRED
    assert found.cause.arguments["stranger"] == "kec-rawa"


# --- no missing testimony ever looks good -----------------------------------------------------------------------

PORTS: list[Callable[[str], Change]] = [
    lambda _: lambda said: said,
    lambda port: lambda said: with_port(said, port, enabled=False, up=False),
    lambda port: lambda said: with_port(said, port, up=False),
    lambda port: lambda said: with_port(said, port, absent=True),
    lambda port: lambda said: with_port(said, port, addresses=()),
    lambda _: says(interfaces=GARBAGE),
    lambda _: says(interfaces=UNASKED),
]
NEIGHBORS: list[Callable[[str], Change]] = [
    lambda _: lambda said: said,
    lambda peer: lambda said: with_neighbor(said, peer, "Init"),
    lambda peer: lambda said: with_neighbor(said, peer, "Loading"),
    lambda peer: lambda said: with_neighbor(said, peer, None),
    lambda _: says(neighbors=GARBAGE),
    lambda _: says(neighbors=UNASKED),
]
PINGS: list[Callable[[str], Change]] = [
    lambda _: lambda said: said,
    lambda peer: lambda said: with_ping(said, peer, 0.5, 2.0),
    lambda peer: lambda said: with_ping(said, peer, 1.0),
    lambda _: says(pings={}),
    lambda _: says(pings=GARBAGE),
    lambda _: says(pings=UNASKED),
]
FAILURES = ("unreachable", "identity", "login", "not parsed")


def sayings(router: str, port: str, peer: str) -> list[Observation | None]:
    """Return everything that an end can say, all of it good first."""
    well = healthy(NETWORK, router)
    spoken = [both(a(port), b(peer), c(peer))(well) for a, b, c in itertools.product(PORTS, NEIGHBORS, PINGS)]
    return [*spoken, *(failed(router, failure) for failure in FAILURES), None]  # type: ignore[arg-type]


def test_nothing_but_two_good_ends_is_ever_up_and_nothing_unsaid_is_ever_down() -> None:
    near, far = sayings(NEAR, NEAR_PORT, FAR_ADDRESS), sayings(FAR, FAR_PORT, NEAR_ADDRESS)
    some = [*far[:1], *far[1::17], *far[-5:]]

    alone = NETWORK.replace(links={LINK: NETWORK.link(LINK)})
    ups = []
    for a, b in itertools.product(near, some):
        found = judged(LINK, {r: o for r, o in ((NEAR, a), (FAR, b)) if o is not None}, alone)
        if found.verdict is Verdict.UP:
            ups.append((a, b))
        if found.verdict is Verdict.DOWN:
            assert found.testified

    assert ups == [(near[0], far[0])]


@pytest.mark.parametrize("missing", [*FAILURES, None])
def test_a_network_of_which_nobody_testifies_has_no_link_up_or_down(missing: Any) -> None:
    observations = {} if missing is None else {router: failed(router, missing) for router in NETWORK.routers}

    found = {verdict.verdict for verdict in judge_network(NETWORK, observations, at=AT).values()}

    assert not found & {Verdict.UP, Verdict.DEGRADED, Verdict.DOWN}


# --- links of other kinds ---------------------------------------------------------------------------------------


def test_a_planned_link_is_planned_whatever_its_ends_say() -> None:
    assert judged("pop-1--pkm-baru", all_healthy(NETWORK)).verdict is Verdict.PLANNED


def test_a_retired_link_has_no_verdict() -> None:
    assert "pop-1--kel-lama" not in judge_network(NETWORK, all_healthy(NETWORK), at=AT)


def test_a_link_to_somebody_elses_equipment_is_up_when_our_end_says_so() -> None:
    found = judged("core-1--isp-a", all_healthy(NETWORK))

    assert (found.verdict, found.cause.code) == (Verdict.UP, "our-end-good")


def test_a_provider_that_drops_pings_but_keeps_its_session_is_no_outage() -> None:
    observations = all_healthy(NETWORK)
    observations["core-1"] = with_ping(observations["core-1"], "198.51.100.2", 1.0)

    found = judged("core-1--isp-a", observations)

    assert (found.verdict, found.cause.code) == (Verdict.DEGRADED, "pings-lost-at")


def test_a_provider_that_lost_its_session_is_down() -> None:
    observations = all_healthy(NETWORK)
    said = with_neighbor(observations["core-1"], "198.51.100.2", "Active")
    observations["core-1"] = with_ping(said, "198.51.100.2", 1.0)

    found = judged("core-1--isp-a", observations)

    assert (found.verdict, found.cause.code) == (Verdict.DOWN, "silent")


@pytest.mark.parametrize(
    ("loss", "far", "verdict"),
    [
        (0.0, None, Verdict.UP),
        (1.0, None, Verdict.DOWN),
        (1.0, "unreachable", Verdict.DOWN),
        (0.0, "unreachable", Verdict.UNCONFIRMED),
    ],
)
def test_pings_decide_on_a_link_with_static_routes(loss: float, far: Any, verdict: Verdict) -> None:
    observations = all_healthy(NETWORK)
    observations["pop-1"] = with_ping(observations["pop-1"], "10.161.0.14", loss, None if loss else 600.0)
    observations["desa-jauh"] = with_ping(observations["desa-jauh"], "10.161.0.13", loss, None if loss else 600.0)
    if far is not None:
        observations["desa-jauh"] = failed("desa-jauh", far)

    assert judged("pop-1--desa-jauh", observations).verdict is verdict


def test_the_normal_delay_of_a_link_stands_above_that_of_its_medium() -> None:
    network = changed(NETWORK, "link", LINK, delay_ms=30)
    observations = all_healthy(network)
    observations[NEAR] = near_pings(0.0, 45.0)(observations[NEAR])

    assert judged(LINK, observations, network).verdict is Verdict.UP
    assert judged(LINK, observations).verdict is Verdict.DEGRADED


# --- who is cut off, and by what --------------------------------------------------------------------------------


def behind_a_cut(link: str, *hidden: str, signal: bool = False) -> dict[str, Observation]:
    observations = all_healthy(NETWORK)
    observations |= {router: failed(router, "unreachable") for router in hidden}
    cut(NETWORK, observations, link, signal=signal)
    return observations


def test_what_lies_behind_a_cut_is_unknown_and_names_the_cut() -> None:
    observations = behind_a_cut(LINK, "pop-1", "desa-jauh")
    cut(NETWORK, observations, "pop-1--kec-rawa", signal=True)

    verdicts = judge_network(NETWORK, observations, at=AT)

    assert verdicts[LINK].verdict is Verdict.DOWN
    assert verdicts["pop-1--desa-jauh"].verdict is Verdict.UNKNOWN_UPSTREAM
    assert "core-1--pop-1" in verdicts["pop-1--desa-jauh"].cause.arguments["links"]


def test_one_cut_is_one_outage_with_its_offices_and_services() -> None:
    observations = behind_a_cut(LINK, "pop-1", "desa-jauh")
    cut(NETWORK, observations, "pop-1--kec-rawa", signal=True)

    (outage,) = find_outages(NETWORK, judge_network(NETWORK, observations, at=AT))

    assert set(outage.links) == {LINK, "pop-1--kec-rawa"}
    assert [office.key for office in outage.offices] == ["pop-1", "desa-jauh"]
    assert outage.services == ("Siskeudes",)
    assert outage.hidden_links == ("pop-1--desa-jauh",)


def test_a_cut_with_another_way_around_cuts_nobody_off() -> None:
    observations = behind_a_cut("core-2--kec-rawa")

    (outage,) = find_outages(NETWORK, judge_network(NETWORK, observations, at=AT))

    assert outage.link == "core-2--kec-rawa"
    assert outage.offices == ()


def test_a_router_that_is_silent_on_all_its_links_most_likely_has_no_power() -> None:
    observations = behind_a_cut("pop-1--kec-rawa", "kec-rawa", signal=True)
    cut(NETWORK, observations, "core-2--kec-rawa", signal=True)

    (outage,) = find_outages(NETWORK, judge_network(NETWORK, observations, at=AT))

    assert outage.cause.code == "router-silent"
    assert outage.cause.arguments["router"] == "kec-rawa"
    assert [office.key for office in outage.offices] == ["kec-rawa"]


def test_a_broken_link_says_which_offices_it_cuts_off() -> None:
    found = judged("pop-1--desa-jauh", behind_a_cut("pop-1--desa-jauh", "desa-jauh"))

    assert [office.key for office in found.offices] == ["desa-jauh"]


def test_routers_behind_a_link_that_carries_are_ill_in_another_way() -> None:
    observations = all_healthy(NETWORK) | {r: failed(r, "unreachable") for r in ("pop-1", "desa-jauh")}

    found = judged("pop-1--desa-jauh", observations)

    assert (found.verdict, found.cause.code) == (Verdict.UNCONFIRMED, "unexplained")


def test_when_the_first_router_does_not_answer_the_fault_is_on_our_side() -> None:
    observations = {router: failed(router, "unreachable") for router in NETWORK.routers}

    found = judged("pop-1--desa-jauh", observations)

    assert (found.verdict, found.cause.code) == (Verdict.UNKNOWN_UPSTREAM, "upstream-of-all")


def test_a_cut_in_a_network_that_was_only_partly_asked_is_found() -> None:
    observations = {"core-1": healthy(NETWORK, "core-1"), "pop-1": failed("pop-1", "unreachable")}
    cut(NETWORK, observations, LINK)

    verdicts = judge_network(NETWORK, observations, at=AT)

    assert verdicts[LINK].verdict is Verdict.DOWN
    assert verdicts["core-2--kec-rawa"].verdict is Verdict.NEVER_COLLECTED
