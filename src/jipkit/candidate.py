"""What a router has told and a change must not lose: its secrets, and the way back to what it ran."""

from __future__ import annotations

from jipkit.configs import statements
from jipkit.drift import SYNTAXES, Drift
from jipkit.platforms import PlatformFacts
from jipkit.readings import version_of
from jipkit.redaction import mask


def secrets_of(running: str, facts: PlatformFacts) -> frozenset[str]:
    """Return the secrets that a router has told: what must not be quoted of what it is told in turn."""
    return frozenset(value for s in statements(running, facts) for value in mask(s.text, facts).values if value)


def way_back(now: str, before: str, facts: PlatformFacts) -> tuple[str, ...]:
    """Return the commands that turn a router that runs ``now`` into what it ran ``before``; none where it does already.

    Both are as the router printed them, secrets and all, so the commands are for its eyes alone. They follow from what
    runs now, and not from what was to be changed: of that a router may have taken a part.
    """
    syntax = SYNTAXES[facts.syntax]
    return tuple(syntax.commands(statements(now, facts), statements(before, facts), facts, version_of(now, facts), ()))


def retyped(running: str, drift: Drift, facts: PlatformFacts) -> tuple[str, ...]:
    """Return the commands that give a router back what the change takes from it, as it says it itself, secrets and all.

    They are what a way back cannot do without, whatever else it has to take away.
    """
    said = statements(running, facts)
    gone = {(d.path, d.running) for d in drift.differences if d.kind in ("extra", "changed")}
    masked = {s: (s.path, mask(s.text, facts).text) for s in said}
    blocks = {(*s.path, s.text) for s in said if masked[s] in gone}
    left = [
        s
        for s in said
        if masked[s] not in gone and not any(s.path[: depth + 1] in blocks for depth in range(len(s.path)))
    ]
    return tuple(SYNTAXES[facts.syntax].commands(left, said, facts, version_of(running, facts), ()))
