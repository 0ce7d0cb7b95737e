"""The worked example, each router on its own platform: what it is told can be read back and audited."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path

import pytest

from jipkit.drift import Drift, compare
from jipkit.project import Project
from jipkit.redaction import names_in
from jipkit.rendering import Rendered

PROJECT = Project(Path(__file__).parents[2])
NETWORK = PROJECT.district
ROUTERS = sorted(NETWORK.routers)
COMPARED = [key for key in ROUTERS if PROJECT.facts(NETWORK.router(key)).syntax is not None]

UNOWNED: dict[str, set[str]] = {}
"""What is rendered for a platform and no section of it owns: reviewed, and so far nothing."""
MOST_UNOWNED = 0.02


@cache
def rendered(router: str) -> Rendered:
    return PROJECT.render(router, NETWORK)


@cache
def drift(router: str) -> Drift:
    """Return how far a router that runs what was rendered is from it."""
    facts = PROJECT.facts(NETWORK.router(router))
    text = rendered(router).text
    whole = facts.last_line is None or re.fullmatch(facts.last_line, rendered(router).lines[-1])
    return compare(rendered(router), text if whole else f"{text}{facts.last_line}\n", facts)


def test_every_platform_of_the_example_is_compared() -> None:
    assert {NETWORK.router(key).platform for key in ROUTERS} == {NETWORK.router(key).platform for key in COMPARED}


@pytest.mark.parametrize("router", ROUTERS)
def test_a_router_is_rendered_on_its_own_platform(router: str) -> None:
    result = rendered(router)
    assert (result.platform, len(result.lines) > 20) == (NETWORK.router(router).platform, True)


@pytest.mark.parametrize("router", COMPARED)
def test_what_is_rendered_is_what_is_wanted(router: str) -> None:
    assert (drift(router).clean, drift(router).proven, drift(router).remedy) == (True, True, ())


@pytest.mark.parametrize("router", COMPARED)
def test_what_no_section_owns_was_reviewed(router: str) -> None:
    unowned = {d.running for d in drift(router).differences if d.kind == "unmanaged"}
    assert unowned <= UNOWNED.get(NETWORK.router(router).platform, set())


@pytest.mark.parametrize("router", COMPARED)
def test_hardly_anything_is_owned_by_no_section(router: str) -> None:
    assert drift(router).coverage >= 1 - MOST_UNOWNED


@pytest.mark.parametrize("router", ROUTERS)
def test_every_secret_of_a_router_stands_where_its_platform_finds_it(router: str) -> None:
    patterns = PROJECT.facts(NETWORK.router(router)).secret_patterns
    lines = [line.strip() for line in rendered(router).lines if names_in(line)]
    assert [line for line in lines if not any(pattern.search(line) for pattern in patterns)] == []


def test_the_whole_example_is_rendered_and_compared_in_seconds() -> None:
    before = time.process_time()
    again = [(rendered.__wrapped__(key), drift.__wrapped__(key)) for key in COMPARED]
    assert time.process_time() - before < 10
    assert len(again) > 110
