"""200 random edits of what runs on each platform: drift finds those that matter, and none of the others.

Each run has another seed, which stands in every failure and in the record of the test. ``JIP_MUTATION_SEED`` sets it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random, SystemRandom

import pytest

from jipkit.drift import Drift, as_diff, compare
from jipkit.project import Project
from jipkit.rendering import Rendered
from jipkit.testing.networks import small_network
from jipkit.testing.replatform import on_platform
from tests.mutation.device import Device, secret
from tests.mutation.edits import KINDS, Case
from tests.mutation.makes import MAKES
from tests.mutation.parts import Finding

PROJECT = Project(Path(__file__).parents[2])
SEED = int(os.environ.get("JIP_MUTATION_SEED") or SystemRandom().randrange(10**9))
EDITS = 200

ROLES = ("core-1", "pop-1", "kec-rawa", "dinas-sehat", "desa-jauh", "pkm-baru")
EXAMPLE = ("core-1", "kec-pampangan", "desa-sungai-lumpur", "inspektorat")


@cache
def rendered(name: str) -> tuple[Rendered, ...]:
    """Return what the templates of a platform make of routers of every role."""
    device = MAKES[name]
    changes = {"version": device.version} if device.version else {}
    networks = [(small_network(), router) for router in ROLES] + [(PROJECT.network, router) for router in EXAMPLE]
    return tuple(
        PROJECT.render(router, on_platform(network, router, device.platform, **changes)) for network, router in networks
    )


@dataclass
class Outcome:
    """What drift made of a case: what it found rightly, found though it is nothing, and did not find."""

    case: Case
    drift: Drift
    found: int
    needless: set[Finding]
    unseen: set[Finding]

    @property
    def faults(self) -> list[str]:
        matters = any(f.kind not in ("unmanaged", "not assessable") for f in self.case.expected) or self.case.either
        shown = str(self.drift) + as_diff(self.drift)
        return [
            *(f"needless: {finding}" for finding in self.needless),
            *(f"unseen: {finding}" for finding in self.unseen),
            *(["a secret is shown"] if any(value in shown for value in self.case.values) else []),
            *(["clean is wrong"] if self.drift.clean is bool(matters) else []),
        ]


def assess(device: Device, intended: Rendered, case: Case) -> Outcome:
    drift = compare(intended, case.text(), PROJECT.platforms[device.platform], resolve=secret)
    told = [Finding(d.kind, d.path, d.intended, d.running) for d in drift.differences]
    found, expected = set(told), set(case.expected)
    for choice in case.either:
        expected |= next((said for said in choice if said <= found), choice[0])
    twice = {finding for finding, times in Counter(told).items() if times > 1}
    return Outcome(case, drift, len(found & expected), (found - expected) | twice, expected - found)


def edited(device: Device, intended: Rendered, chance: Random, kinds: Iterable[str]) -> Case:
    """Return a router with an edit of each of ``kinds``, as far as it has something to be edited so."""
    case = Case.of(device, intended.text, chance)
    for kind in kinds:
        ways = list(KINDS[kind])
        chance.shuffle(ways)
        done = next((said for way in ways if (said := way(case))), None)
        if done:
            case.done.append(f"{kind}: {done}")
    return case


every_reading = pytest.mark.parametrize(("platform", "name"), [(make.platform, name) for name, make in MAKES.items()])


@every_reading
@pytest.mark.covers("render")
def test_a_router_that_nobody_touched_is_as_intended(platform: str, name: str) -> None:
    device = MAKES[name]
    assert device.platform == platform
    chance = Random(SEED)  # noqa: S311 - nothing secret comes of it
    outcomes = [assess(device, one, Case.of(device, one.text, chance)) for one in rendered(name)]
    assert [fault for outcome in outcomes for fault in outcome.faults] == []


@every_reading
@pytest.mark.covers("compare")
def test_drift_finds_the_edits_that_matter_and_no_others(
    platform: str, name: str, request: pytest.FixtureRequest
) -> None:
    device, chance = MAKES[name], Random(f"{SEED} {platform} {name}")  # noqa: S311 - nothing secret comes of it
    kinds = cycle(KINDS)
    counted: Counter[str] = Counter()
    found = needless = unseen = 0
    faults: list[str] = []
    while counted.total() < EDITS:
        size = 1 if counted.total() < EDITS // 2 else chance.randint(2, 12)
        intended = chance.choice(rendered(name))
        case = edited(device, intended, chance, [next(kinds) for _ in range(size)])
        outcome = assess(device, intended, case)
        counted.update(done.partition(":")[0] for done in case.done)
        found, needless, unseen = found + outcome.found, needless + len(outcome.needless), unseen + len(outcome.unseen)
        if outcome.faults:
            faults.append("\n  ".join([f"{intended.router}:", *case.done, *outcome.faults]))
    record = {
        "seed": SEED,
        "edits": dict(counted),
        "precision": found / (found + needless),
        "recall": found / (found + unseen),
    }
    request.node.user_properties += [(key, str(value)) for key, value in record.items()]
    assert not faults, "\n".join([f"JIP_MUTATION_SEED={SEED}: {len(faults)} cases", *faults[:8]])
