"""Which plans need an approval."""

from __future__ import annotations

from typing import Any

import pytest

from jipkit.approval import PlanFacts, needed
from jipkit.model import Policy, RiskLevel, Role

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
