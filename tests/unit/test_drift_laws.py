"""Laws of comparing and remedying, on what the templates of each platform write.

The models say how a device takes lines; they share nothing with what works out remedies.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jipkit.changes import between
from jipkit.configs import as_text, normalise, statements
from jipkit.drift import Drift, compare
from jipkit.errors import AnswerError
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.redaction import fill, redact
from jipkit.rendering import Origin, Rendered
from jipkit.testing.models import indented, sets
from tests.unit.laws.trying import law

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)
GOLDEN = ROOT / "tests" / "golden"
BLOCKS = {"cisco_ios": indented.IOS, "arista_eos": indented.EOS, "huawei_vrp": indented.VRP}
LINES = {"juniper_junos": sets.JUNOS, "vyos": sets.VYOS}
PLATFORMS = [*BLOCKS, *LINES]
ROUTERS = [(platform, path.stem) for platform in PLATFORMS for path in sorted((GOLDEN / platform).glob("*.conf"))]

MODELLED = [which for which in ROUTERS if which != ("cisco_ios", "dinas-sehat")]
"""IOS 15 prints its lists without numbers, which the model of IOS-XE prints."""

ALONE = re.compile(r"description|cost|metric|ntp|syslog|loghost|contact|location|prefix|ip route|static route|lldp|mtu")
"""Statements that may be there or not, whatever else is: nothing refers to them."""


class Device(Protocol):
    def apply(self, lines: Iterable[str]) -> None: ...

    def text(self) -> str: ...


def device(platform: str, text: str) -> Device:
    """Return a device that holds ``text``."""
    if platform in LINES:
        return sets.Model(text, LINES[platform])
    return indented.Model(text, BLOCKS[platform])


def secret(name: str) -> str:
    return f"S3c{''.join(c for c in name if c.isalnum())[-13:]}"


@cache
def golden(platform: str, router: str) -> str:
    return (GOLDEN / platform / f"{router}.conf").read_text(encoding="utf-8")


def whole(platform: str, router: str) -> str:
    """Return what a router shows that holds what was rendered for it."""
    return fill(golden(platform, router), secret)


def facts_of(platform: str) -> PlatformFacts:
    return PROJECT.platforms[platform]


def drift_of(platform: str, router: str, intended: str, running: str) -> Drift:
    origins = tuple(Origin("toy.j2", number) for number, _ in enumerate(intended.splitlines(), 1))
    return compare(Rendered(router, platform, intended, origins), running, facts_of(platform), resolve=secret)


def less(platform: str, text: str, draw: random.Random) -> str:
    """Return ``text`` without some statements that nothing refers to."""
    facts = facts_of(platform)
    found = statements(text, facts)
    blocks = {s.path for s in found}
    alone = [
        s
        for s in found
        if ALONE.search(f"{' '.join(s.path)} {s.text}")
        and (*s.path, s.text) not in blocks
        and not re.match("no |undo |.*<secret|.*(host-?name|sysname)", s.text)
    ]
    gone = draw.sample(alone, min(len(alone), draw.randint(0, 6)))
    return as_text([s for s in found if s not in gone], facts.leave) + (
        f"{facts.last_line}\n" if facts.last_line else ""
    )


@pytest.mark.parametrize(("platform", "router"), MODELLED)
def test_a_device_that_holds_what_was_rendered_does_not_differ(platform: str, router: str) -> None:
    shown = device(platform, whole(platform, router)).text()
    drift = drift_of(platform, router, golden(platform, router), shown)
    assert (drift.differences, drift.remedy, drift.undo) == ((), (), ())
    assert drift.proven


@pytest.mark.parametrize(("platform", "router"), ROUTERS)
def test_normalising_twice_changes_nothing_more(platform: str, router: str) -> None:
    once = normalise(golden(platform, router), facts_of(platform))
    assert normalise(once, facts_of(platform)) == once


@pytest.mark.parametrize(("platform", "router"), ROUTERS)
def test_no_secret_survives_redaction(platform: str, router: str) -> None:
    text = whole(platform, router)
    assert "S3c" in text
    assert "S3c" not in redact(text, facts_of(platform))
    assert "S3c" not in redact(normalise(text, facts_of(platform)), facts_of(platform))


@pytest.mark.parametrize(("platform", "router"), ROUTERS)
def test_two_readings_of_one_configuration_never_differ(platform: str, router: str) -> None:
    text = whole(platform, router)
    again = f"\r\n{router}#show running-config\r\n{text.rstrip()}\n{router}#".replace("\n", "\r\n")
    assert between(text, again, facts_of(platform)).differences == ()


@law(60)
@given(st.sampled_from(ROUTERS), st.floats(0, 1, exclude_max=True))
def test_a_reading_that_was_cut_anywhere_is_never_clean(which: tuple[str, str], share: float) -> None:
    platform, router = which
    text = whole(platform, router).rstrip()
    try:
        drift = drift_of(platform, router, golden(platform, router), text[: int(len(text) * share)])
    except AnswerError:
        return
    assert not drift.clean


@pytest.mark.parametrize("platform", PLATFORMS)
@law(15)
@given(data=st.data(), draw=st.randoms(use_true_random=False))
def test_the_remedy_makes_it_right_and_the_undo_makes_it_as_it_was(
    platform: str, data: st.DataObject, draw: random.Random
) -> None:
    router = data.draw(st.sampled_from([name for known, name in MODELLED if known == platform]))
    intended = less(platform, golden(platform, router), draw)
    before = less(platform, golden(platform, router), draw)
    model = device(platform, fill(before, secret))
    drift = drift_of(platform, router, intended, model.text())
    model.apply(fill(line, secret) for line in drift.remedy)
    assert drift_of(platform, router, intended, model.text()).proven
    model.apply(fill(line, secret) for line in drift.undo)
    assert drift_of(platform, router, before, model.text()).proven


@pytest.mark.parametrize("platform", PLATFORMS)
@law(15)
@given(data=st.data(), draw=st.randoms(use_true_random=False))
def test_no_difference_no_remedy(platform: str, data: st.DataObject, draw: random.Random) -> None:
    router = data.draw(st.sampled_from([name for known, name in ROUTERS if known == platform]))
    intended, running = (less(platform, golden(platform, router), draw) for _ in range(2))
    drift = drift_of(platform, router, intended, fill(running, secret))
    assert bool(drift.remedy) is not drift.clean
