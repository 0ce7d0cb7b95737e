"""What the templates make of a small network, in full: a changed template shows what it changes."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jipkit.indented import statements
from jipkit.model import Link, Network, Role
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.redaction import names_in
from jipkit.rendering import Origin, Rendered
from jipkit.testing.networks import changed, keyed, small_network
from jipkit.testing.replatform import MAKES, on_platform
from jipkit.twin import twin_of

CHECKOUT = Path(__file__).parents[2]
GOLDEN = CHECKOUT / "tests" / "golden"
UPDATE = "JIP_UPDATE_GOLDEN"

# Over the internet, into a tunnel to core-1: what the small network has none of.
_MORE: dict[str, dict[str, Any]] = {
    "desa-jauh--internet": {
        "a": "desa-jauh:ether3",
        "b": "unmanaged:internet",
        "medium": "starlink",
        "prefix": "198.51.100.8/30",
        "provider": "satelit",
        "circuit": "SAT-7",
        "capacity_mbps": 100,
        "routing": "none",
    },
    "core-1--desa-jauh": {
        "a": "core-1:wg-desa-jauh",
        "b": "desa-jauh:wg-core-1",
        "medium": "vpn",
        "prefix": "10.161.0.20/31",
        "capacity_mbps": 50,
        "cost": 200,
    },
}


@cache
def network() -> Network:
    """Return the small network with a gateway, a tunnel, and its retired office on RouterOS 6 back in service."""
    found = small_network()
    found = changed(found, "router", "core-2", role="gateway")
    found = changed(found, "router", "kel-lama", state="active")
    found = changed(found, "link", "pop-1--kel-lama", state="active")
    found = changed(
        found,
        "router",
        "desa-jauh",
        interfaces=("ether1", "ether2", "ether3", "wg-core-1"),
        lans=[{**found.router("desa-jauh").lans[0].model_dump(), "ports": ["ether2"]}],
    )
    return found.replace(links={**found.links, **keyed(Link, _MORE)})


@cache
def twin() -> Network:
    return twin_of(network(), list(network().routers))


@cache
def project() -> Project:
    return Project(CHECKOUT)


@cache
def rendered(platform: str, router: str) -> Rendered:
    if platform == "frr":
        return project().render(router, twin())
    if network().router(router).platform == platform:
        return project().render(router, network())
    return project().render(router, on_platform(network(), router, platform))


PLATFORMS = sorted(project().platforms)
EVERY = [(p, key) for p in PLATFORMS for key in network().routers]


@pytest.mark.covers("render")
@pytest.mark.parametrize(("platform", "router"), EVERY)
def test_a_rendered_configuration_is_as_it_was_reviewed(platform: str, router: str) -> None:
    text = rendered(platform, router).text
    path = GOLDEN / platform / f"{router}.conf"
    if os.environ.get(UPDATE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    golden = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text == golden, f"if this is meant: {UPDATE}=1 pytest tests/unit/test_golden.py, then review the diff"


def test_there_is_a_golden_file_for_each_and_none_besides() -> None:
    assert {(p.parent.name, p.stem) for p in GOLDEN.rglob("*.conf")} == {(str(p), r) for p, r in EVERY}


def test_each_kit_is_covered() -> None:
    assert {router.role for router in network().routers.values()} == set(Role)


def test_every_platform_has_a_make_to_be_rendered_on() -> None:
    assert set(PLATFORMS) <= set(MAKES)


@cache
def template(name: str) -> list[str]:
    return (CHECKOUT / "templates" / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("platform", "router"), EVERY)
def test_each_line_starts_with_a_word_of_the_template_line_that_it_came_from(platform: str, router: str) -> None:
    result = rendered(platform, router)
    pairs = zip(result.lines, result.origins, strict=True)
    assert [line for line, o in pairs if first_word(line) not in written_by(o) and written_by(o)[0] != "{"] == []


def written_by(origin: Origin) -> str:
    return template(origin.template)[origin.line - 1]


def first_word(line: str) -> str:
    """Return the first word after the number that a filter may have put before it."""
    words = line.removeprefix(" rule ").split()
    return words[1] if words[0].isdigit() else words[0]


@pytest.mark.parametrize(("platform", "router"), EVERY)
def test_each_line_that_prints_something_names_its_inventory_keys(platform: str, router: str) -> None:
    result = rendered(platform, router)
    silent = [(line, o) for line, o in zip(result.lines, result.origins, strict=True) if not o.sources]
    assert [line for line, o in silent if "{{ " in template(o.template)[o.line - 1]] == []


@pytest.mark.parametrize(("platform", "router"), EVERY)
def test_every_secret_is_a_placeholder_that_the_platform_finds(platform: str, router: str) -> None:
    patterns = project().platforms[platform].secret_patterns
    lines = [line.strip() for line in rendered(platform, router).lines if names_in(line)]
    assert [line for line in lines if not any(p.search(line) for p in patterns)] == []


@pytest.mark.parametrize(("platform", "router"), EVERY)
def test_every_statement_belongs_to_the_section_whose_template_wrote_it(platform: str, router: str) -> None:
    facts = project().platforms[platform]
    result = rendered(platform, router)
    wrong = [
        text
        for text, origin in heads(result, facts)
        if (owner := facts.section(text)) is None or f"{platform}/{owner.template}" != origin.template
    ]
    assert wrong == []


def heads(result: Rendered, facts: PlatformFacts) -> list[tuple[str, Origin]]:
    """Return the top-level statements of a rendering, each with what wrote it."""
    if facts.syntax == "indented":
        return [(s.text, result.origins[s.line - 1]) for s in statements(result.text, facts) if not s.path]
    return [(line, origin) for line, origin in zip(result.lines, result.origins, strict=True) if line[0] != " "]
