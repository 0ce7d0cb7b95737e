"""What is put onto a router: what the templates want, and what nobody manages, left as it is."""

from __future__ import annotations

from collections.abc import Callable

from jipkit.configs import as_text, statements
from jipkit.drift import SYNTAXES, Drift, bare_remedy
from jipkit.errors import SecretError
from jipkit.platforms import PlatformFacts
from jipkit.readings import version_of
from jipkit.redaction import HIDDEN, mask, names_in
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


def commands(
    intended: Rendered, running: str, drift: Drift, facts: PlatformFacts, resolve: Callable[[str], str]
) -> tuple[str, ...]:
    """Return the commands that make a router as intended: ``drift.remedy``, with what only the router knows in it.

    A statement whose key is a secret, such as an SNMP community, is taken back by that secret. It stands in
    ``running``, so the commands are for the router's eyes alone. Placeholders for secrets that we know stay.

    Raises:
        SecretError: the router has something that reads like the placeholder of a secret that it is not to have.
    """
    lines = drift.remedy
    if any(HIDDEN in line for line in lines):
        lines = bare_remedy(intended, running, facts, resolve=resolve)
    ours = set(names_in(intended.text))
    if foreign := [name for name in names_in("\n".join(lines)) if name not in ours]:
        raise SecretError(f"{intended.router}: has a statement that asks for secret {foreign[0]}; remove it there")
    return lines


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
