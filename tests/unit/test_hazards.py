"""What each platform's statements do when they come or go: as the devices behave, statement by statement."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from jipkit.drift import Difference, Drift
from jipkit.platforms import Hazard, HazardReason
from jipkit.project import Project
from jipkit.reasons import SENTENCES
from jipkit.rollout.risk_hits import Hit, met

PROJECT = Project(Path(__file__).parents[2])
PLATFORMS = PROJECT.platforms


def hits(platform: str, text: str) -> tuple[Hit, ...]:
    """Return what ``+ statement`` or ``- statement`` meets; its parents stand before `` / ``."""
    mark, _, statement = text.partition(" ")
    *path, last = statement.split(" / ")
    facts = PLATFORMS[platform]
    said = facts.positive + last if not path else last
    parents = (facts.positive + path[0], *path[1:]) if path else ()
    difference = (
        Difference("missing", parents, intended=said) if mark == "+" else Difference("extra", parents, running=said)
    )
    (found,) = met(Drift("any", (difference,), 1.0, (), ()), facts)
    return found.hits


def hazard(platform: str, text: str) -> Hazard | None:
    (hit,) = hits(platform, text)
    return hit.hazard


FRR = [
    ("+ interface eth0 / ip ospf cost 20", "cost-changed", "nothing"),
    ("+ interface eth0 / description to core-1", "text-changed", "nothing"),
    ("+ interface eth0 / shutdown", "interface-shut", "link"),
    ("- interface eth0 / shutdown", "interface-opened", "nothing"),
    ("- interface eth0 / ip address 10.161.0.1/31", "address-changed", "link"),
    ("+ interface eth0 / ip ospf message-digest-key 2 md5 <secret:ospf/x/2>", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf area 0.0.0.1", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf dead-interval 8", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf hello-interval 2", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf network point-to-point", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf passive", "neighbour-reset", "link"),
    ("+ interface eth0 / ip ospf retransmit-interval 1", "routing-changed", "nothing"),
    ("+ interface eth0 / something new", "interface-changed", "link"),
    ("- router ospf", "routing-removed", "router"),
    ("+ router ospf", "routing-changed", "nothing"),
    ("+ router ospf / ospf router-id 10.160.0.1", "neighbour-reset", "router"),
    ("+ router ospf / timers throttle spf 10 50 500", "routing-changed", "nothing"),
    ("- router ospf / default-information originate", "policy-changed", "nothing"),
    ("- router bgp 64496", "routing-removed", "router"),
    ("- router bgp 64496 / neighbor 198.51.100.2 remote-as 64500", "peer-removed", "link"),
    ("+ router bgp 64496 / neighbor 198.51.100.2 remote-as 64500", "routing-changed", "nothing"),
    ("+ router bgp 64496 / neighbor 198.51.100.2 password <secret:bgp/x/1>", "neighbour-reset", "link"),
    ("+ router bgp 64496 / neighbor 198.51.100.2 description x", "text-changed", "nothing"),
    (
        "- router bgp 64496 / address-family ipv4 unicast / neighbor 198.51.100.2 prefix-list x in",
        "policy-changed",
        "nothing",
    ),
    ("- router bgp 64496 / address-family ipv4 unicast / network 203.0.113.0/24", "policy-changed", "nothing"),
    ("- ip route 10.162.3.0/27 10.161.40.1 200", "route-removed", "link"),
    ("+ ip route 10.162.3.0/27 10.161.40.1 200", "routing-changed", "nothing"),
    ("- ip route 203.0.113.0/24 blackhole 250", "route-removed", "nothing"),
    ("+ no ip forwarding", "routing-removed", "router"),
    ("+ no ipv6 forwarding", "routing-changed", "nothing"),
    ("- access-list management seq 5 permit 10.160.255.0/24", "filter-changed", "nothing"),
    ("+ ip prefix-list static-to-ospf seq 5 permit 10.160.0.6/32", "policy-changed", "nothing"),
    ("+ log syslog informational", "watching-changed", "nothing"),
    ("+ hostname core-9", "system-changed", "nothing"),
]


@pytest.mark.parametrize(("text", "reason", "disturbs"), FRR)
def test_what_a_statement_of_frr_does(text: str, reason: str, disturbs: str) -> None:
    found = hazard("frr", text)
    assert found is not None
    assert (found.reason, found.disturbs) == (reason, disturbs)


@pytest.mark.parametrize("platform", ["frr"])
def test_every_platform_says_what_its_statements_may_break(platform: str) -> None:
    assert len(PLATFORMS[platform].hazards) > 30


@pytest.mark.parametrize("code", get_args(HazardReason))
def test_every_reason_has_words_that_name_the_statements(code: str) -> None:
    assert SENTENCES[code].endswith(": {statements}")
