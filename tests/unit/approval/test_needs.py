"""Which plans need an approval."""

from __future__ import annotations

from typing import Any

import pytest

from jipkit.approval import PlanFacts, facts_of, needed
from jipkit.errors import UnknownNameError
from jipkit.model import Policy, RiskLevel, Role
from jipkit.plan import Change, Plan
from jipkit.rollout.risk import Risk
from jipkit.testing.networks import small_network

CORE, DESA = {"core-1": Role.CORE}, {"desa-1": Role.DESA, "desa-2": Role.DESA}


def policy(**needs: Any) -> Policy:
    return Policy.model_validate({"trusted_ref": "refs/heads/main", "needs_approval": needs})


@pytest.mark.parametrize(
    ("needs", "risk", "routers", "reasons"),
    [
        ({}, "high", CORE | DESA, ()),
        ({"risk": "high"}, "medium", CORE, ()),
        ({"risk": "high"}, "high", CORE, ("its risk is high; from high on a plan needs an approval",)),
        ({"risk": "medium"}, "high", CORE, ("its risk is high; from medium on a plan needs an approval",)),
        ({"risk": "low"}, "low", CORE, ("its risk is low; from low on a plan needs an approval",)),
        ({"risk": "high"}, None, CORE, ("its risk is not known; from high on a plan needs an approval",)),
        ({"routers_above": 2}, None, DESA, ()),
        ({"routers_above": 1}, None, DESA, ("routers that it changes: 2; more than 1 need an approval",)),
        ({"routers_above": 0}, None, {}, ()),
        ({"roles": ["core", "gateway"]}, None, DESA, ()),
        ({"roles": ["core", "gateway"]}, None, CORE | DESA, ("it changes routers of role core: core-1",)),
        ({"roles": ["desa", "desa"]}, None, DESA, ("it changes routers of role desa: desa-1, desa-2",)),
        (
            {"risk": "high", "routers_above": 0, "roles": ["core"]},
            "high",
            CORE,
            (
                "its risk is high; from high on a plan needs an approval",
                "routers that it changes: 1; more than 0 need an approval",
                "it changes routers of role core: core-1",
            ),
        ),
    ],
)
def test_a_plan_needs_an_approval_where_the_policy_says_so(
    needs: dict[str, Any], risk: str | None, routers: dict[str, Role], reasons: tuple[str, ...]
) -> None:
    assert needed(policy(**needs), PlanFacts(RiskLevel(risk) if risk else None, routers)) == reasons


def test_without_a_policy_no_plan_needs_an_approval() -> None:
    assert needed(None, PlanFacts(RiskLevel.HIGH, CORE)) == ()


# ------------------------------------------------------------------ what a plan says


def plan(**risks: RiskLevel | None) -> Plan:
    changes = {
        name.replace("_", "-"): Change(name, "a\n", "b\n", "+ a", risk=Risk(1, level, ()) if level else None)
        for name, level in risks.items()
    }
    idle = {"pop-1": Change("pop-1", "a\n", "a\n", "", risk=Risk(99, RiskLevel.HIGH, ()))}
    return Plan("plan", "--all", {**changes, **idle}, tuple(((router,),) for router in changes))


@pytest.mark.parametrize(
    ("risks", "risk"),
    [
        ({"core_1": RiskLevel.LOW}, RiskLevel.LOW),
        ({"core_1": RiskLevel.LOW, "desa_jauh": RiskLevel.MEDIUM, "core_2": RiskLevel.LOW}, RiskLevel.MEDIUM),
        ({"core_1": RiskLevel.HIGH, "desa_jauh": RiskLevel.MEDIUM}, RiskLevel.HIGH),
        ({"core_1": RiskLevel.LOW, "desa_jauh": None}, None),
        ({}, None),
    ],
)
def test_a_plan_is_as_risky_as_its_riskiest_router_and_unknown_where_one_is(
    risks: dict[str, RiskLevel | None], risk: RiskLevel | None
) -> None:
    assert facts_of(plan(**risks), small_network()).risk == risk


def test_a_plan_is_about_the_routers_that_it_changes() -> None:
    facts = facts_of(plan(core_1=None, desa_jauh=None), small_network())
    assert facts.routers == {"core-1": Role.CORE, "desa-jauh": Role.DESA}


def test_a_router_that_nobody_knows_is_no_reason_to_wave_a_plan_through() -> None:
    with pytest.raises(UnknownNameError):
        facts_of(plan(nowhere=None), small_network())
