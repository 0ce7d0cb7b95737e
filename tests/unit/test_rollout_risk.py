"""How risky a change is: on routers of the example, and as laws."""

from __future__ import annotations

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jipkit.configs import statements
from jipkit.drift import Difference, Drift
from jipkit.model import RiskLevel
from jipkit.rollout.risk import Risk, assess
from tests.unit.edits import NETWORK, PROJECT, Edit, drift_from, facts_of


def risk(router: str, *edits: Edit) -> Risk:
    return assess(drift_from(router, running=edits), NETWORK, router, facts_of(router))


NTP = {
    "bkad": ("ntp server 10.160.255.11", "ntp server 10.160.255.99"),
    "dpupr": ("ntp server 10.160.255.11", "ntp server 10.160.255.99"),
    "disdag": ("unicast-server 10.160.255.11", "unicast-server 10.160.255.99"),
    "disdukcapil": ("ntp server 10.160.255.11", "ntp server 10.160.255.99"),
    "dinas-kominfo": ("ntp server 10.160.255.11", "ntp server 10.160.255.99"),
    "pop-pedamaran": ("servers add address=10.160.255.11", "servers add address=10.160.255.99"),
    "damkar": ("secondary-ntp=10.160.255.11", "secondary-ntp=10.160.255.99"),
}


@pytest.mark.parametrize("router", NTP)
def test_another_time_server_is_a_low_risk(router: str) -> None:
    found = risk(router, NTP[router])
    assert (found.score, found.level, [r.code for r in found.reasons]) == (3, RiskLevel.LOW, ["watching-changed"])


OSPF_KEY = {
    "pop-kota": ("<secret:ospf/pop-kota--damkar/1>", "old"),
    "bkad": ("<secret:ospf/core-1--bkad/1>", "old"),
    "rsud-kayuagung": ("<secret:ospf/core-1--rsud-kayuagung/1>", "old"),
    "disdukcapil": ('"<secret:ospf/core-1--disdukcapil/1>"', '"old"'),
    "dinas-kominfo": ("<secret:ospf/core-1--dinas-kominfo/1>", "old"),
    "pop-pedamaran": ("<secret:ospf/pop-pedamaran--pkm-pengarayan/1>", "old"),
    "damkar": ("<secret:ospf/pop-kota--damkar/1>", "old"),
}


@pytest.mark.parametrize("router", OSPF_KEY)
def test_another_key_on_one_link_is_a_medium_risk(router: str) -> None:
    found = risk(router, OSPF_KEY[router])
    assert (found.level, [r.code for r in found.reasons]) == (RiskLevel.MEDIUM, ["neighbour-reset"])


def test_a_neighbour_that_goes_at_the_gateway_is_a_high_risk() -> None:
    known = " bgp log-neighbor-changes\n"
    found = risk("gateway-1", (known, f"{known} neighbor 198.51.100.9 remote-as 64510\n"))
    assert found.level is RiskLevel.HIGH
    assert found.reasons == ("takes a BGP neighbour away: router bgp 64496 / neighbor 198.51.100.9 remote-as 64510",)


INPUT = {
    "pop-pedamaran": ("chain=input comment=watching dst-port=161", "chain=input comment=watching dst-port=162"),
    "disdukcapil": ("term watching from destination-port 161", "term watching from destination-port 162"),
    "dinas-kominfo": ("input filter rule 90 destination port '161'", "input filter rule 90 destination port '162'"),
    "bkad": (" access-class management in\n transport", " access-class other in\n transport"),
}


@pytest.mark.parametrize("router", INPUT)
def test_another_filter_into_the_router_is_no_low_risk(router: str) -> None:
    assert risk(router, INPUT[router]).level in (RiskLevel.MEDIUM, RiskLevel.HIGH)


def test_a_router_that_runs_what_it_should_is_no_risk() -> None:
    assert risk("bkad") == Risk(0, RiskLevel.LOW, ())


def test_the_score_is_the_heaviest_a_tenth_of_the_others_and_the_share_that_changes() -> None:
    """An address that comes and one that goes: 35 + 3.5 + 20 x 2 / 100."""
    drift, facts = drift_from("pop-kota", running=(("10.161.0.9/31", "10.161.0.11/31"),)), facts_of("pop-kota")
    assert assess(drift, NETWORK, "pop-kota", facts, lines=100).score == 38
    assert assess(drift, NETWORK, "pop-kota", facts, lines=2).score == 58


def test_a_statement_that_nobody_described_has_a_weight() -> None:
    drift = Drift("pop-kota", (Difference("missing", (), intended="segment-routing"),), 1.0, (), ())
    assert assess(drift, NETWORK, "pop-kota", PROJECT.platforms["frr"]) == Risk(
        10,
        RiskLevel.LOW,
        ("may do anything, nobody described it: segment-routing",),  # type: ignore[arg-type]
    )


def test_shutting_a_port_that_nobody_uses_is_a_low_risk() -> None:
    found = risk(
        "bkad",
        (
            "interface GigabitEthernet0/1/7\n description unused\n shutdown\n",
            "interface GigabitEthernet0/1/7\n description unused\n",
        ),
    )
    assert (found.score, [r.code for r in found.reasons]) == (3, ["interface-shut"])


def test_shutting_the_port_of_a_link_is_a_medium_risk() -> None:
    path = ("interface GigabitEthernet0/0/0",)
    drift = Drift("bkad", (Difference("missing", path, intended="shutdown"),), 1.0, (), ())
    assert assess(drift, NETWORK, "bkad", PROJECT.platforms["cisco_ios"]).level is RiskLevel.MEDIUM


def test_taking_our_own_address_away_is_a_high_risk_and_another_is_not() -> None:
    path = ("interface Loopback0",)
    ours, other = (
        Drift("bkad", (Difference("extra", path, running=f"ip address {a} 255.255.255.255"),), 1.0, (), ())
        for a in ("10.160.1.29", "10.160.1.99")
    )
    facts = PROJECT.platforms["cisco_ios"]
    assert [r.code for r in assess(ours, NETWORK, "bkad", facts).reasons] == ["management-path"]
    assert assess(ours, NETWORK, "bkad", facts).level is RiskLevel.HIGH
    assert assess(other, NETWORK, "bkad", facts).level is RiskLevel.MEDIUM


def test_a_reason_names_three_statements_and_counts_the_rest() -> None:
    (reason,) = risk("pop-kota", ("hello-interval 2", "hello-interval 3")).reasons
    assert reason.endswith("interface eth2 / ip ospf hello-interval 2 and 21 more")


def test_a_reason_names_a_row_by_what_people_know_of_it() -> None:
    (reason,) = risk(
        "pop-pedamaran",
        (
            "cost=40 dead-interval=8s disabled=no hello-interval=2s interfaces=ether7",
            "cost=50 dead-interval=8s disabled=no hello-interval=2s interfaces=ether7",
        ),
    ).reasons
    assert reason == (
        "changes which way is preferred: "
        "/routing ospf interface-template comment=pop-pedamaran--pkm-pengarayan: cost=40"
    )


def test_no_reason_holds_a_secret() -> None:
    found = risk("pop-kota", ("<secret:ospf/pop-kota--damkar/1>", "hunter2"))
    assert "hunter2" not in str(found)
    assert "value-of" not in str(found)


def test_a_statement_is_named_once_a_reason() -> None:
    """A row that comes as well as goes, and a statement in another order, are not told twice."""
    found = risk(
        "bkad",
        (
            " ip ospf hello-interval 2\n ip ospf retransmit-interval 1\n ip ospf 1 area 0.0.0.0\n ip ospf cost 20",
            " ip ospf hello-interval 3\n ip ospf retransmit-interval 1\n ip ospf 1 area 0.0.0.0\n ip ospf cost 20",
        ),
    )
    assert [str(r) for r in found.reasons] == [
        "loses a neighbour until both ends agree: interface GigabitEthernet0/0/0 / ip ospf hello-interval 2"
    ]


# laws

SAID = {
    router: [
        Difference(kind, s.path, *((s.text, None) if kind == "missing" else (None, s.text)))
        for s in statements(PROJECT.render(router).text, facts_of(router))
        for kind in ("missing", "extra")
    ]
    for router in ("gateway-1", "bkad", "dpupr", "disdag", "disdukcapil", "dinas-kominfo", "kec-cengal", "damkar")
}


@st.composite
def drifts(draw: st.DrawFn) -> tuple[str, list[Difference]]:
    router = draw(st.sampled_from(sorted(SAID)))
    return router, draw(st.lists(st.sampled_from(SAID[router]), min_size=1, max_size=60))


def score(router: str, differences: list[Difference]) -> int:
    drift = Drift(router, tuple(differences), 1.0, (), (), version=NETWORK.router(router).version)
    return assess(drift, NETWORK, router, facts_of(router)).score


def test_what_nobody_manages_is_no_risk() -> None:
    assert risk("pop-kota", ("agentx\n", "agentx\nsegment-routing\n")).score == 0


@given(drifts())
def test_a_score_is_between_1_and_100_where_something_differs(drawn: tuple[str, list[Difference]]) -> None:
    assert 1 <= score(*drawn) <= 100


@given(drifts(), st.data())
def test_one_more_difference_never_lowers_the_score(drawn: tuple[str, list[Difference]], data: st.DataObject) -> None:
    router, differences = drawn
    more = data.draw(st.sampled_from(SAID[router]))
    place = data.draw(st.integers(0, len(differences)))
    assert score(router, [*differences[:place], more, *differences[place:]]) >= score(router, differences)


@pytest.mark.parametrize("router", sorted(SAID))
def test_forty_differences_are_weighed_in_two_milliseconds(router: str) -> None:
    step = len(SAID[router]) // 40
    differences = SAID[router][:: step or 1][:40]
    assert len(differences) == 40
    assert min(timeit.repeat(lambda: score(router, differences), number=1, repeat=20)) < 0.002
