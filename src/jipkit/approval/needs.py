"""Which plans need an approval: what the policy says of a plan's risk, of how many routers it changes, and of which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jipkit.model import NeedsApproval, Network, Policy, RiskLevel, Role
from jipkit.plan import Plan
from jipkit.reasons import Reason, because

_LEVELS = tuple(RiskLevel)


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a policy asks of a plan: its risk (None: nobody knows it) and the routers that it changes."""

    risk: RiskLevel | None
    routers: Mapping[str, Role]


def facts_of(plan: Plan, network: Network) -> PlanFacts:
    """Return what a policy asks of ``plan``: the risk is that of its riskiest router, unknown where one's is.

    Raises:
        UnknownNameError: it changes a router that ``network`` does not have.
    """
    changed = [router for unit in plan.units for router in unit]
    risks = [plan.changes[router].risk for router in changed]
    levels = [risk.level for risk in risks if risk is not None]
    known = levels and len(levels) == len(risks)
    highest = max(levels, key=_LEVELS.index) if known else None
    return PlanFacts(highest, {router: network.router(router).role for router in changed})


def needed(policy: Policy | None, facts: PlanFacts) -> tuple[Reason, ...]:
    """Return why a plan needs an approval; nothing where it needs none.

    >>> policy = Policy(trusted_ref="refs/heads/main", needs_approval=NeedsApproval(routers_above=0))
    >>> needed(policy, PlanFacts(RiskLevel.LOW, {"core-1": Role.CORE}))
    ('routers that it changes: 1; more than 0 need an approval',)
    """
    return () if policy is None else tuple(_reasons(policy.needs_approval, facts))


def _reasons(needs: NeedsApproval, facts: PlanFacts) -> Iterator[Reason]:
    if needs.risk is not None and facts.risk is None:
        yield because("needs-risk-unknown", least=needs.risk)
    elif needs.risk is not None and facts.risk is not None and _LEVELS.index(facts.risk) >= _LEVELS.index(needs.risk):
        yield because("needs-risk", level=facts.risk, least=needs.risk)
    if needs.routers_above is not None and len(facts.routers) > needs.routers_above:
        yield because("needs-routers", count=len(facts.routers), most=needs.routers_above)
    for role in dict.fromkeys(needs.roles):
        if routers := [key for key, of in facts.routers.items() if of is role]:
            yield because("needs-role", role=role, routers=", ".join(routers))
