from __future__ import annotations

import json
from dataclasses import replace

import pytest

from jipkit.model import RiskLevel, Source
from jipkit.plan import Change, Plan, Stage, changed_lines, digest_of
from jipkit.provisioning import activated, planned_in, units
from jipkit.reasons import because
from jipkit.rollout.risk import Risk
from jipkit.testing.networks import small_network

CHANGE = Change(
    "pop-1",
    intended="hostname pop-1\n",
    before="hostname x\n",
    diff="-hostname x\n+hostname pop-1",
    stages=(
        Stage(
            links=("core-1--pop-1",),
            differences=(
                ("changed", (), "hostname pop-1", "hostname x"),
                ("missing", ("router ospf",), "passive", None),
            ),
            sections={"system": digest_of("hostname x\n")},
            commands=("hostname pop-1",),
            undo=("hostname x",),
            undo_complete=False,
            checks=(("session", "pop-1"), ("link", "core-1--pop-1"), ("lines", "pop-1")),
        ),
    ),
    risk=Risk(12, RiskLevel.LOW, (because("plan-outdated"),)),
    warnings=(because("version-unknown", minimum="7.1"),),
)
PLAN = Plan(
    job="provision",
    subject="pkm-baru",
    changes={"pop-1": CHANGE},
    batches=((("pop-1",),),),
    activates=(Source("link", "pop-1--pkm-baru", "state"),),
)


def test_a_plan_survives_being_written_and_read() -> None:
    assert Plan.from_json(PLAN.as_json()) == PLAN


def test_the_same_plan_is_the_same_file_to_the_byte() -> None:
    assert Plan.from_json(json.loads(PLAN.as_bytes())).as_bytes() == PLAN.as_bytes()


def test_a_plan_against_another_running_configuration_has_another_digest() -> None:
    other = replace(PLAN, changes={"pop-1": replace(CHANGE, before="hostname y\n")})
    assert other.sha256 != PLAN.sha256


@pytest.mark.parametrize(
    "edit",
    [
        {"format": 99},
        {"format": 3},
        {"routers": []},
        {"routers": {"pop-1": {}}},
        {"routers": {}},
        {"batches": [[["pop-1"], ["pop-1"]]]},
        {"batches": [[["pop-1", "core-1"]]]},
        {"batches": [[["pop-1", "pop-1"]]]},
        {"batches": []},
        {"activates": [["link"]]},
        {"losses": [{"offices": "desa-jauh", "services": []}]},
    ],
)
def test_what_is_no_plan_is_refused(edit: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"plan|format"):
        Plan.from_json({**PLAN.as_json(), **edit})


def test_an_empty_file_is_no_plan() -> None:
    with pytest.raises(ValueError, match="plan"):
        Plan.from_json({})


def test_a_router_that_is_as_intended_is_idle_and_a_fresh_one_never() -> None:
    assert replace(CHANGE, diff="", stages=()).idle
    assert not replace(CHANGE, before=None, diff="").idle


def test_both_ends_of_a_changed_link_are_one_unit_far_end_first() -> None:
    assert units(small_network(), ["core-1", "pop-1"]) == (("pop-1", "core-1"),)


def test_routers_without_a_common_link_are_units_of_their_own() -> None:
    assert units(small_network(), ["desa-jauh", "dinas-sehat"]) == (("desa-jauh",), ("dinas-sehat",))


def test_a_fresh_router_comes_after_the_one_through_which_it_is_reached() -> None:
    network = small_network()
    after = activated(network, planned_in(network, "pkm-baru"))
    assert units(after, ["pop-1", "pkm-baru"], fresh=["pkm-baru"]) == (("pop-1", "pkm-baru"),)


def test_a_changed_line_is_named_with_the_block_it_stands_in() -> None:
    before = "interface eth0\n ip ospf cost 10\nexit\nrouter ospf\n passive\nexit\n"
    assert changed_lines(before, before.replace("10", "20")) == (
        "- interface eth0 / ip ospf cost 10",
        "+ interface eth0 / ip ospf cost 20",
    )


def test_the_units_of_a_router_do_its_stages_in_order() -> None:
    stages = (Stage(links=("core-1--pop-1",)), Stage(links=("pop-1--kec-rawa",), undo_complete=False))
    plan = replace(
        PLAN,
        changes={
            "pop-1": replace(CHANGE, stages=stages),
            "core-1": replace(CHANGE, router="core-1", stages=stages[:1]),
        },
        batches=((("pop-1", "core-1"),), (("pop-1",),)),
    )
    assert Plan.from_json(plan.as_json()) == plan
    assert [plan.stage(number, "pop-1") for number in (0, 1)] == list(stages)
    assert plan.numbered == ((0,), (1,))
    assert [plan.links(number) for number in (0, 1)] == [("core-1--pop-1",), ("pop-1--kec-rawa",)]
    assert not plan.changes["pop-1"].undo_complete


def test_a_router_has_as_many_stages_as_units() -> None:
    with pytest.raises(ValueError, match="do not agree on pop-1"):
        Plan.from_json(replace(PLAN, changes={"pop-1": replace(CHANGE, stages=CHANGE.stages * 2)}).as_json())
