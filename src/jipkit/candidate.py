"""What is put onto a router: what the templates want, and what nobody manages, left as it is."""

from __future__ import annotations

from jipkit.configs import as_text, statements
from jipkit.drift import SYNTAXES, Drift
from jipkit.platforms import PlatformFacts
from jipkit.readings import version_of
from jipkit.redaction import mask
from jipkit.rendering import Rendered
from jipkit.statement import Statement


def candidate(intended: Rendered, running: str, drift: Drift, facts: PlatformFacts) -> str:
    """Return the whole text to load: ``intended``, and the statements of ``running`` that ``drift`` calls unmanaged.

    What no section owns is not ours to remove: it is listed by the audit, and survives a push. Placeholders for
    secrets stay; what is kept from the router is as the router has it, so the text is for its eyes alone.
    """
    unmanaged = {(d.path, d.running) for d in drift.differences if d.kind == "unmanaged"}
    if not unmanaged:
        return intended.text
    said = statements(running, facts)
    ours = {(s.path, s.text) for s in statements(intended.text, facts)}
    kept = [s for s in said if (s.path, mask(s.text, facts).text) in unmanaged and (s.path, s.text) not in ours]
    return _before_end(intended.text, as_text(_with_parents(kept), facts.leave))


def way_back(now: str, before: str, facts: PlatformFacts) -> tuple[str, ...]:
    """Return the commands that turn a router that runs ``now`` into what it ran ``before``; none where it does already.

    Both are as the router printed them, secrets and all, so the commands are for its eyes alone. They follow from what
    runs now, and not from what was to be changed: of that a router may have taken a part.
    """
    syntax = SYNTAXES[facts.syntax]
    return tuple(syntax.commands(statements(now, facts), statements(before, facts), facts, version_of(now, facts), ()))


def _with_parents(kept: list[Statement]) -> list[Statement]:
    """Return the statements with the blocks they stand in, each block once before them."""
    found: dict[tuple[str, ...], Statement] = {}
    for statement in kept:
        for depth in range(len(statement.path)):
            parent = statement.path[: depth + 1]
            found.setdefault(parent, Statement(parent[:-1], parent[-1], block=True))
        found[*statement.path, statement.text] = statement
    return sorted(found.values(), key=lambda s: list(found).index(s.path[:1] or (s.text,)))


def _before_end(text: str, kept: str) -> str:
    head, end, tail = text.rpartition("\nend\n")
    return f"{head}\n{kept}end\n{tail}" if end else f"{text}{kept}"
