"""The remedy of what was edited makes a router of the platform what it should be."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random

import pytest

from jipkit.drift import compare
from jipkit.redaction import fill
from jipkit.testing.rehearsal import STAGES, rehearse
from tests.mutation.blocks import Blocks
from tests.mutation.device import Device, secret
from tests.mutation.edits import KINDS
from tests.mutation.makes import MAKES
from tests.mutation.parts import rules
from tests.mutation.rows import ROUTEROS_7, Rows
from tests.mutation.test_mutations import PROJECT, SEED, edited, rendered

CASES = 12

HANDS = [kind for kind in KINDS if kind != "noise"]
"""A reading may be otherwise, a router is not: nothing is read once more."""


def as_models_know(device: Device) -> Device:
    """Return a make without what a model cannot take.

    Those are blocks that it has never heard of, passwords without which a statement cannot be taken back, and the loss
    of the only line that names a port, or a neighbor.
    """
    stray = tuple(text for text in device.stray if "\n" not in text)
    added = tuple(text for text in device.added if "version 2c" not in text)
    if isinstance(device, Rows):
        device = replace(device, kept=(*device.kept, "/interface ethernet"))
    neighbor = rules("""
        neighbor|peer * remote-as|as-number =
        set protocols bgp neighbor * remote-as =
    """)
    return replace(device, stray=stray, added=added, fixed=(*device.fixed, *neighbor))


# a reading without its secrets is no model of a router
@pytest.mark.parametrize(
    ("platform", "name"), [(make.platform, name) for name, make in MAKES.items() if make != ROUTEROS_7]
)
@pytest.mark.covers("remedy")
def test_the_remedy_of_any_edits_is_taken_and_leaves_no_drift(platform: str, name: str) -> None:
    device = as_models_know(MAKES[name])
    chance = Random(f"{SEED} {name} remedy")  # noqa: S311 - nothing secret comes of it
    facts, faults = PROJECT.platforms[platform], list[str]()
    # the models take blocks in the order in which devices print them
    hands = [kind for kind in HANDS if kind != "reorder" or not isinstance(device, Blocks)]
    for _ in range(CASES):
        intended = chance.choice(rendered(name))
        case = edited(device, intended, chance, chance.sample(hands, chance.randint(1, len(hands))))
        running = case.text()
        drift = compare(intended, running, facts, resolve=secret)
        commands = [fill(line, secret) for line in drift.remedy]
        tried = rehearse(partial(STAGES[platform], running, device.version), commands)
        after = compare(intended, tried.after, facts, resolve=secret)
        left = [str(d) for d in after.differences if d.kind not in ("unmanaged", "not assessable")]
        if left or tried.refusals:
            faults.append("\n  ".join([intended.router, *case.done, *map(str, tried.refusals), *left, *drift.remedy]))
    assert not faults, "\n".join([f"JIP_MUTATION_SEED={SEED}", *faults[:3]])
