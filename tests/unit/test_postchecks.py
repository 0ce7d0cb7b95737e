from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jipkit.model import Network
from jipkit.observation import Observation
from jipkit.postchecks import Baseline, failing, foreseen, in_words, required, witnesses
from jipkit.provisioning import activated, planned_in
from jipkit.testing.networks import small_network
from jipkit.verdict import Verdict

AT = datetime(2026, 11, 24, tzinfo=UTC)


def _after() -> Network:
    network = small_network()
    return activated(network, planned_in(network, "pkm-baru"))


def test_who_is_at_a_changed_routers_links_testifies_too() -> None:
    assert set(witnesses(small_network(), ["kec-rawa"])) == {"kec-rawa", "pop-1", "core-2"}


def test_a_link_taken_into_service_has_to_be_up() -> None:
    found = required(small_network(), _after(), ["pop-1", "pkm-baru"], Baseline())
    assert [link.key for link in found] == ["pop-1--pkm-baru"]


def test_a_link_that_was_up_has_to_be_up_again() -> None:
    baseline = Baseline(up=frozenset({"core-1--pop-1"}))
    found = required(small_network(), small_network(), ["pop-1"], baseline)
    assert [link.key for link in found] == ["core-1--pop-1"]


def test_a_link_that_was_down_before_the_change_may_stay_down() -> None:
    assert required(small_network(), small_network(), ["pop-1"], Baseline()) == ()


@pytest.mark.parametrize(
    ("verdict", "allowed"), [(Verdict.UP, True), (Verdict.DEGRADED, False), (Verdict.NEVER_COLLECTED, False)]
)
def test_a_link_that_was_up_is_not_allowed_to_be_worse(verdict: Verdict, allowed: bool) -> None:
    assert Baseline(up=frozenset({"x"})).allows("x", verdict) is allowed


def test_a_link_that_was_degraded_may_stay_so_but_not_go_down() -> None:
    baseline = Baseline(degraded=frozenset({"x"}))
    assert baseline.allows("x", Verdict.DEGRADED)
    assert not baseline.allows("x", Verdict.DOWN)


def test_a_router_that_was_not_asked_fails() -> None:
    assert failing(small_network(), small_network(), ["pop-1"], Baseline(), {}) == {"pop-1": "was not asked"}


def test_a_router_that_takes_no_new_session_fails_with_the_reason() -> None:
    seen = {"pop-1": Observation("pop-1", AT, "unreachable", "timed out")}
    found = failing(small_network(), small_network(), ["pop-1"], Baseline(), seen)
    assert found["pop-1"].endswith("timed out")


def test_a_new_link_of_which_nobody_testifies_fails_at_both_routers() -> None:
    seen = {key: Observation(key, AT) for key in ("pop-1", "pkm-baru")}
    found = failing(small_network(), _after(), ["pop-1", "pkm-baru"], Baseline(), seen)
    assert set(found) == {"pop-1", "pkm-baru"}
    assert "pop-1--pkm-baru" in found["pop-1"]


def test_what_will_be_looked_at_is_known_before() -> None:
    assert foreseen(_after(), "pkm-baru") == (
        ("session", "pkm-baru"),
        ("link", "pop-1--pkm-baru"),
        ("lines", "pkm-baru"),
    )


def test_a_link_that_is_only_planned_is_not_looked_at() -> None:
    assert ("link", "pop-1--pkm-baru") not in foreseen(small_network(), "pop-1")


def test_a_check_that_nobody_knows_is_shown_as_it_is() -> None:
    assert in_words(("taste", "pop-1")) == "taste pop-1"
