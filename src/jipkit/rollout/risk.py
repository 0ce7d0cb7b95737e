"""How much a change of one router may break, and why.

The score, from 0 to 100, is the weight of the heaviest difference, a tenth of the weights of all others, and up to
`FOR_SHARE` more for the share of the configuration that changes. What a statement weighs is data of its platform
(`jipkit.platforms.Hazard`); one that nobody described weighs `UNDESCRIBED`, and one of a port that nobody uses no more
than `UNUSED`. So one more difference never makes a change less risky.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jipkit.drift import Drift
from jipkit.model import Network, RiskLevel
from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason, because
from jipkit.rollout.risk_hits import Hit, Met, met
from jipkit.rollout.risk_ports import Ports

UNDESCRIBED = 10
"""What a statement weighs that no hazard describes: it may do anything."""
UNUSED = 3
"""What a statement weighs at most that speaks of a port which nobody uses."""
OUR_WAY = 70
"""What it weighs at least to take away what we reach the router by."""
FOR_SHARE = 20
"""What it weighs to change the whole configuration, beside what its statements do."""
TYPICAL_LINES = 200
"""How long a configuration is taken to be of which that is not said."""
LEVELS: Mapping[RiskLevel, int] = {RiskLevel.HIGH: 60, RiskLevel.MEDIUM: 25, RiskLevel.LOW: 0}
"""The least score of each level."""

_SHOWN = 3
"""How many statements a reason names."""
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Risk:
    """What a change of one router may break: ``score`` from 0 to 100, its level, and why, the heaviest first."""

    score: int
    level: RiskLevel
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    hit: Hit
    weight: int
    code: str


def assess(drift: Drift, network: Network, router: str, facts: PlatformFacts, *, lines: int = TYPICAL_LINES) -> Risk:
    """Return what it may break to make the differences of ``router`` good.

    ``lines`` is how many lines its intended configuration has. What nobody manages, and secrets that could not be
    compared, are left as they are and add nothing.

    Raises:
        UnknownNameError: there is no such router.
    """
    scale = _Scale(network, router)
    each = [tuple(scale.weighed(one)) for one in met(drift, facts)]
    weights = sorted((max(found.weight for found in group) for group in each), reverse=True)
    score = _score(weights, lines)
    return Risk(score, level_of(score), tuple(_reasons(found for group in each for found in group)))


def level_of(score: int) -> RiskLevel:
    """Return the level of a score.

    >>> level_of(60).value
    'high'
    """
    return next(level for level, least in LEVELS.items() if score >= least)


def _score(weights: list[int], lines: int) -> int:
    if not weights:
        return 0
    share = min(1.0, len(weights) / max(1, lines))
    return min(100, int(weights[0] + sum(weights[1:]) / 10 + FOR_SHARE * share))


class _Scale:
    """Weighs what a router's differences do."""

    def __init__(self, network: Network, router: str) -> None:
        self._network = network
        self._router = network.router(router)
        self._ports = Ports(network, router)

    def weighed(self, found: Met) -> Iterator[_Weighed]:
        """Yield what each statement of a difference weighs; what is there before and after is told once."""
        for hit in reversed(found.hits):
            gone = hit.touched.happening == "removed"
            others = [other for other in found.hits if other is not hit and other.hazard is hit.hazard]
            if gone and any(_says(other) == _says(hit) for other in others):
                continue
            yield self._of(hit, gone=gone)

    def _of(self, hit: Hit, *, gone: bool) -> _Weighed:
        hazard = hit.hazard
        if hazard is None:
            return _Weighed(hit, UNDESCRIBED, "undescribed")
        if gone and self._is_ours(hit):
            return _Weighed(hit, max(hazard.weight, OUR_WAY), "management-path")
        if self._ports.unused_in(hit.where):
            return _Weighed(hit, min(hazard.weight, UNUSED), hazard.reason)
        return _Weighed(hit, hazard.weight, hazard.reason)

    def _is_ours(self, hit: Hit) -> bool:
        """Return whether what is taken away is the address or the account by which we come in."""
        cuts = hit.hazard.cuts if hit.hazard else None
        if cuts == "address":
            return hit.group("address") == str(self._router.address)
        return cuts == "account" and hit.group("account") == self._network.standards.access.username


def _says(hit: Hit) -> str | None:
    """Return what a statement says of what we need; None where it says nothing of it."""
    return hit.group(hit.hazard.cuts) if hit.hazard and hit.hazard.cuts else None


def _reasons(found: Iterable[_Weighed]) -> Iterator[Reason]:
    """Yield one reason a kind, with the statements that it is said of; the heaviest first."""
    heaviest: dict[str, int] = {}
    statements: dict[str, dict[str, None]] = {}
    for one in found:
        heaviest[one.code] = max(heaviest.get(one.code, 0), one.weight)
        statements.setdefault(one.code, {})[_short(one.hit.touched.shown)] = None
    for code in sorted(heaviest, key=lambda code: (-heaviest[code], code)):
        yield because(code, statements=_listed(tuple(statements[code])))


def _listed(statements: tuple[str, ...]) -> str:
    first = "; ".join(statements[:_SHOWN])
    more = len(statements) - _SHOWN
    return because("and-more", first=first, count=more) if more > 0 else first


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
