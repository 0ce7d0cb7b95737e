"""Routers that are not provably ours: each is told in short, and what to do about all of them once, at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jipkit.errors import JipError, RouterError
from jipkit.language import _, ngettext
from jipkit.reasons import Reason, said

MANY = 20
"""Routers that are named before the rest is counted."""

UNKNOWN, CHANGED = "not-trusted", "key-changed"


def in_short(error: JipError) -> str:
    """Return why a router gave nothing, in the chosen language; without the advice where `trust_notes` gives it."""
    if isinstance(error, RouterError) and isinstance(error.reason, Reason) and error.reason.code in (UNKNOWN, CHANGED):
        return said(error.reason)
    return error.said()


def trust_notes(jip: str, reasons: Iterable[tuple[str, object]]) -> Iterator[str]:
    """Yield what to do about routers that nobody trusts yet, or that show another key than the trusted one.

    ``reasons`` are routers, each with why it gave nothing; ``jip`` is how jip is called about this network.
    """
    found: dict[str, dict[str, None]] = {UNKNOWN: {}, CHANGED: {}}
    for router, reason in reasons:
        if isinstance(reason, Reason) and reason.code in found:
            found[reason.code][router] = None
    if names := [*found[UNKNOWN]]:
        sentence = ngettext(
            "{number} router is not trusted yet: {routers}. Compare its key on its console: `{jip} trust ROUTER`.",
            "{number} routers are not trusted yet: {routers}. Compare the key of each on its console: "
            "`{jip} trust ROUTER`.",
            len(names),
        )
        yield sentence.format(number=len(names), routers=_named(names), jip=jip)
    if names := [*found[CHANGED]]:
        sentence = ngettext(
            "{number} router shows another key than the trusted one: {routers}. If it was replaced, compare its key "
            "on its console: `{jip} trust ROUTER --replace`; if not, it is another machine.",
            "{number} routers show another key than the trusted one: {routers}. Where one was replaced, compare its "
            "key on its console: `{jip} trust ROUTER --replace`; where not, it is another machine.",
            len(names),
        )
        yield sentence.format(number=len(names), routers=_named(names), jip=jip)


def _named(names: list[str]) -> str:
    head, more = ", ".join(names[:MANY]), len(names) - MANY
    return head if more <= 0 else _("{names} and {number} more").format(names=head, number=more)
