"""What changed between two readings of one router, and whether its software did."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jipkit.configs import statements, whole_statements
from jipkit.drift import MOST_DIFFERING, SYNTAXES, Difference, Kind
from jipkit.errors import ConfigTextError, ProjectError
from jipkit.pairing import how_many_differ
from jipkit.platforms import PlatformFacts
from jipkit.readings import Upgrade, upgrade_of, version_of
from jipkit.reasons import because
from jipkit.redaction import HIDDEN, is_token, mask
from jipkit.reveal import revealed
from jipkit.statement import Statement

_VEILED = "veiled-"
_TOKEN = re.compile(rf"<digest:({_VEILED})?[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two readings: ``intended`` of a difference is what came, ``running`` what went.

    ``before`` and ``after`` are the versions of the software that the readings name; None where they name none.
    """

    differences: tuple[Difference, ...]
    before: str | None = None
    after: str | None = None

    @property
    def upgrade(self) -> Upgrade | None:
        """Set where the software changed in between: the differences may be its doing and nobody's."""
        return upgrade_of(self.before, self.after)

    @property
    def unknown(self) -> bool:
        """Whether nobody can say if the software changed: a reading does not name its version."""
        return self.before is None or self.after is None


def between(before: str, after: str, facts: PlatformFacts, router: str | None = None) -> Changes:
    """Return what changed from one reading of a router to the next: both as it printed them, or both as they are kept.

    Secrets are compared and never shown. One that the device writes anew each time it is asked, as a cipher, is
    *not assessable* where it differs. With ``router`` nothing is taken for the reading before that was cut short, or
    is of another router.

    Raises:
        ProjectError: the platform's configurations cannot be compared yet.
        ConfigTextError: one of both is no configuration, was cut short, or there is too much that differs.
        AnswerError: the one before is of another router, or of another platform.
    """
    syntax = SYNTAXES.get(facts.syntax)
    if syntax is None:
        raise ProjectError(because("no-comparison", platform=facts.platform))
    key = secrets.token_bytes(16)
    earlier = whole_statements(before, facts, router) if router else statements(before, facts)
    old, new = _told_apart(earlier, facts, key), _told_apart(statements(after, facts), facts, key)
    if (count := how_many_differ(new, old)) > MOST_DIFFERING:
        raise ConfigTextError(because("too-different", count=count, most=MOST_DIFFERING))
    taken, doubts = [], []
    texts, kept = ({(s.path, s.text) for s in side} for side in (old, new))
    veiled: dict[object, list[Statement]] = defaultdict(list)
    for statement in old:
        if (statement.path, statement.text) not in kept:
            veiled[_unveiled(statement)].append(statement)
    for statement in new:
        anew = f"<digest:{_VEILED}" in statement.text and (statement.path, statement.text) not in texts
        waiting = veiled[_unveiled(statement)] if anew else []
        same = waiting.pop(0) if waiting else statement
        if same is not statement:
            doubts.append(same)
        taken.append(same)
    edits = syntax.differences(taken, old, facts, version_of(after, facts))
    found = [_difference(edit.kind, edit.intended, edit.running, facts) for edit in edits]
    found += [_difference("not assessable", doubt, doubt, facts) for doubt in doubts]
    return Changes(tuple(found), version_of(before, facts), version_of(after, facts))


def digest_of(value: str, facts: PlatformFacts, digest: Callable[[str], str]) -> str:
    """Return what tells a secret from others: that of what it disguises; marked where nobody knows what that is."""
    plain = revealed(value, facts)
    veiled = plain is None and any(re.match(pattern, value) for pattern in facts.veiled)
    return f"{_VEILED if veiled else ''}{digest(value if plain is None else plain)}"


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
    digests = iter([value if is_token(value) else _token(value, facts, key) for value in masked.values])
    return re.sub(re.escape(HIDDEN), lambda _found: next(digests, HIDDEN), masked.alike)


def _token(value: str, facts: PlatformFacts, key: bytes) -> str:
    def digest(plain: str) -> str:
        return hashlib.blake2s(plain.encode(), key=key, digest_size=16).hexdigest()

    return f"<digest:{digest_of(value, facts, digest)}>"


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
