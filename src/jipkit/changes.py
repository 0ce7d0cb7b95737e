"""What changed between two readings of one router, and whether its software did."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from jipkit.configs import statements
from jipkit.drift import SYNTAXES, Difference, Kind
from jipkit.errors import ProjectError
from jipkit.platforms import PlatformFacts
from jipkit.readings import Upgrade, changed_with_upgrade, version_of
from jipkit.reasons import because
from jipkit.redaction import HIDDEN, is_token, mask
from jipkit.reveal import revealed
from jipkit.statement import Statement

_TOKEN = re.compile(r"<digest:(veiled-)?[0-9a-f]{32}>")


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two readings: ``intended`` of a difference is what came, ``running`` what went.

    ``upgrade`` is set where the software changed in between: the differences may be its doing and nobody's.
    """

    differences: tuple[Difference, ...]
    upgrade: Upgrade | None = None


def between(before: str, after: str, facts: PlatformFacts) -> Changes:
    """Return what changed from one reading of a router to the next.

    Secrets are compared and never shown. One that the device writes anew each time it is asked, as a cipher, is
    *not assessable* where it differs.

    Raises:
        ProjectError: the platform's configurations cannot be compared yet.
        ConfigTextError: one of both is no configuration.
    """
    syntax = SYNTAXES.get(facts.syntax)
    if syntax is None:
        raise ProjectError(f"configurations of platform {facts.platform} cannot be compared yet")
    key = secrets.token_bytes(16)
    old, new = _told_apart(statements(before, facts), facts, key), _told_apart(statements(after, facts), facts, key)
    veiled = {_unveiled(s): s for s in old}
    taken, doubts = [], []
    texts = {(s.path, s.text) for s in old}
    for statement in new:
        same = veiled.get(_unveiled(statement)) if "<digest:veiled-" in statement.text else None
        if same and (statement.path, statement.text) not in texts:
            doubts.append(same)
        taken.append(same or statement)
    edits = syntax.differences(taken, old, facts, version_of(after, facts))
    found = [_difference(edit.kind, edit.intended, edit.running, facts) for edit in edits]
    found += [_difference("not assessable", doubt, doubt, facts) for doubt in doubts]
    return Changes(tuple(found), changed_with_upgrade(before, after, facts))


def _told_apart(found: Sequence[Statement], facts: PlatformFacts, key: bytes) -> tuple[Statement, ...]:
    """Return statements with a digest in place of each secret, which nobody can make without ``key``."""
    told: dict[str, str] = {}
    for statement in found:
        told[statement.text] = _with_digests(statement.text, facts, key)
    return tuple(s._replace(path=tuple(told.get(p, p) for p in s.path), text=told[s.text]) for s in found)


def _with_digests(text: str, facts: PlatformFacts, key: bytes) -> str:
    masked = mask(text, facts)
    if not masked.values:
        return text
    digests = iter([_digest(value, facts, key) for value in masked.values])
    return re.sub(re.escape(HIDDEN), lambda _found: next(digests), masked.alike)


def _digest(value: str, facts: PlatformFacts, key: bytes) -> str:
    if is_token(value):
        return value
    plain = revealed(value, facts)
    veil = "veiled-" if plain is None and any(re.match(pattern, value) for pattern in facts.veiled) else ""
    said = value if plain is None else plain
    return f"<digest:{veil}{hashlib.blake2s(said.encode(), key=key, digest_size=16).hexdigest()}>"


def _unveiled(statement: Statement) -> tuple[tuple[str, ...], str]:
    """Return what a statement says apart from the secrets of which nothing is known."""
    return statement.path, _TOKEN.sub(lambda found: "<digest:veiled>" if found[1] else found[0], statement.text)


def _difference(kind: Kind, after: Statement | None, before: Statement | None, facts: PlatformFacts) -> Difference:
    statement = after or before
    path = statement.path if statement else ()
    section = facts.section((*path, statement.text)[0]) if statement else None
    return Difference(
        kind,
        tuple(_shown(part) for part in path),
        _shown(after.text) if after else None,
        _shown(before.text) if before else None,
        section=section.name if section else None,
        reason=because("secret-veiled") if kind == "not assessable" else None,
    )


def _shown(text: str) -> str:
    return _TOKEN.sub(HIDDEN, text)
