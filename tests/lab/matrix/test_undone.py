"""A finished rollout is taken back: what somebody changed since stays as it is, and is named."""

from __future__ import annotations

import pytest

from tests.lab.matrix.district import TIMER_S, District


@pytest.mark.matrix(
    "rollback of a finished rollout with one router changed since",
    "the others are exactly as before, that one is refused, and what was done to it by hand is kept",
)
def test_a_rollout_is_taken_back_but_for_a_router_that_was_changed_since(district: District) -> None:
    done = district.apply(district.plan("setwan", "kel-paku")).finish()
    assert done.code == 0, done.said
    district.twin.lab.vtysh("kel-paku", "configure terminal", "interface ether1", "ip ospf cost 77")
    edited = district.truths(["kel-paku"])
    words = ("--commit", "--timer", str(TIMER_S), "--emergency", "uji")
    undone = district.run("rollback", str(done.said["run"]), *words).finish()
    assert (undone.code, undone.touched()) == (1, {"setwan"}), undone.said
    assert "kel-paku" in str(undone.said)
    assert set(district.proven(edited=edited).values()) == {"before"}
    district.journal()
