"""Routers of the example that run what they should but for a few edits."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jipkit.drift import Drift, compare
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.rendering import Rendered

PROJECT = Project(Path(__file__).parents[2])
NETWORK = PROJECT.network

Edit = tuple[str, str]
"""A part of the rendered text, and what takes its place."""


def replaced(text: str, edits: tuple[Edit, ...]) -> str:
    for one, other in edits:
        assert one in text, one
        text = text.replace(one, other)
    return text


@cache
def drift_from(router: str, *, intended: tuple[Edit, ...] = (), running: tuple[Edit, ...] = ()) -> Drift:
    """Return the drift of a router whose intended text, and the one it runs, are the rendered one with edits."""
    rendered = PROJECT.render(router)
    wanted = replaced(rendered.text, intended)
    facts = facts_of(router)
    text = replaced(rendered.text, running)
    if facts.version_line and facts.syntax == "rows":
        text = f"{facts.version_line.replace('{version}', NETWORK.router(router).version or '7')}\n{text}"
    if facts.last_line == "end":
        text += "end\n"
    origins = rendered.origins if wanted == rendered.text else (rendered.origins[0],) * len(wanted.splitlines())
    ours = Rendered(router, rendered.platform, wanted, origins)
    return compare(ours, text, facts, resolve=lambda name: f"value-of-{name}")


def facts_of(router: str) -> PlatformFacts:
    return PROJECT.facts(NETWORK.router(router))
