"""The worked example, each router on its own platform: what it is told can be read back and audited."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path

import pytest

from jipkit.drift import Drift, compare
from jipkit.indented import statements
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.redaction import names_in
from jipkit.rendering import Rendered
from jipkit.testing.replatform import MAKES, on_platform

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
    return compare(rendered(router), text if whole(rendered(router), facts) else f"{text}{facts.last_line}\n", facts)


def whole(result: Rendered, facts: PlatformFacts) -> bool:
    """Return whether a rendering ends as every whole reading does."""
    return facts.last_line is None or re.fullmatch(facts.last_line, result.lines[-1]) is not None


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


@pytest.mark.parametrize("router", ["core-1", "gateway-1", "bkad", "bapenda", "dpmptsp"])
def test_a_statement_that_is_not_there_is_missed_with_the_template_line_that_wrote_it(router: str) -> None:
    result, facts = rendered(router), PROJECT.facts(NETWORK.router(router))
    end = "" if whole(result, facts) else f"{facts.last_line}\n"
    said = [s for s in statements(result.text, facts) if "\n" not in s.text and s.text != "banner login"]
    missed = [compare(result, f"{without(result, s.line)}{end}", facts).differences for s in said]
    found = [{(d.intended, d.origin) for d in differences if d.kind == "missing"} for differences in missed]
    assert [s for s, f in zip(said, found, strict=True) if (s.text, result.origins[s.line - 1]) not in f] == []


def without(result: Rendered, number: int) -> str:
    """Return a rendering without one of its lines."""
    lines = result.text.splitlines(keepends=True)
    return "".join(lines[: number - 1] + lines[number:])


@pytest.mark.parametrize("router", ROUTERS)
def test_every_secret_of_a_router_stands_where_its_platform_finds_it(router: str) -> None:
    patterns = PROJECT.facts(NETWORK.router(router)).secret_patterns
    lines = [line.strip() for line in rendered(router).lines if names_in(line)]
    assert [line for line in lines if not any(pattern.search(line) for pattern in patterns)] == []


@pytest.mark.covers("compare")
@pytest.mark.parametrize("platform", sorted(PROJECT.platforms.keys() & MAKES.keys()))
def test_every_router_of_the_example_can_be_a_box_of_any_make(platform: str) -> None:
    facts = PROJECT.platforms[platform]
    boxes = [PROJECT.render(key, on_platform(NETWORK, key, platform)) for key in ROUTERS]
    ends = [box.text if whole(box, facts) else f"{box.text}{facts.last_line}\n" for box in boxes]
    drifts = [compare(box, text, facts) for box, text in zip(boxes, ends, strict=True)]
    assert [(d.router, d.differences) for d in drifts if d.differences or d.coverage < 1] == []


def test_the_whole_example_is_rendered_and_compared_in_seconds() -> None:
    before = time.process_time()
    again = [(rendered.__wrapped__(key), drift.__wrapped__(key)) for key in COMPARED]
    assert time.process_time() - before < 10
    assert len(again) > 110
