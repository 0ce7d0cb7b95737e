"""The rules that give one link its verdict, in the order in which they are asked; the first that knows decides.

What an end says against the link comes first: it is true whatever the other end says. Then what is missing: as long
as an end that should testify has not, the link is not up. Only then what is merely worse than usual.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jipkit.model import Link, Medium
from jipkit.verdict.bounds import Bounds
from jipkit.verdict.testimony import Testimony
from jipkit.verdict.words import Verdict, Words, words

Ruling = tuple[Verdict, Words]


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one link. ``ends`` are those that are ours, the one nearer to the controller first.

    ``upstream`` says which outage nearer to us hides the ends, where one does.
    """

    link: Link
    ends: tuple[Testimony, ...]
    bounds: Bounds
    planned: bool = False
    upstream: Words | None = None

    @property
    def protocol(self) -> str:
        return self.link.routing.upper()


def rule_on(case: Case) -> Ruling:
    """Return the verdict on a link and its cause."""
    for rule in RULES:
        ruling = rule(case)
        if ruling is not None:
            return ruling
    return Verdict.UNCONFIRMED, words("unexplained", ends=_names(case.ends))


# --- what is said against the link ------------------------------------------------------------------------------


def _planned(case: Case) -> Ruling | None:
    return (Verdict.PLANNED, words("planned")) if case.planned else None


def _miswired(case: Case) -> Ruling | None:
    for end in case.ends:
        if end.stranger is not None:
            cause = words("stranger", router=end.router, port=end.port, stranger=end.stranger, expected=end.other)
            return Verdict.MISWIRED, cause
    return None


def _absent(case: Case) -> Ruling | None:
    found = [end for end in case.ends if end.port_state == "absent"]
    return (Verdict.HALF_CONFIGURED, words("absent", ends=_names(found))) if found else None


def _shut(case: Case) -> Ruling | None:
    found = [end for end in case.ends if end.port_state == "shut"]
    return (Verdict.DOWN, words("shut", ends=_names(found))) if found else None


def _no_carrier(case: Case) -> Ruling | None:
    found = [end for end in case.ends if end.port_state == "no carrier"]
    return (Verdict.DOWN, words("no-carrier", ends=_names(found))) if found else None


def _misaddressed(case: Case) -> Ruling | None:
    for end in case.ends:
        if end.addressed is False:
            cause = words("no-address", router=end.router, port=end.port, address=end.address)
            return Verdict.HALF_CONFIGURED, cause
    return None


def _one_way(case: Case) -> Ruling | None:
    if any(end.adjacency in ("good", "forming") for end in case.ends):
        return None
    for end in case.ends:
        if end.adjacency == "one-way":
            return Verdict.ONE_WAY, words("one-way", router=end.router, other=end.other)
    return None


def _neighbour_lost(case: Case) -> Ruling | None:
    known = [end for end in case.ends if end.adjacency is not None]
    if not known or any(end.adjacency != "lost" for end in known):
        return None
    if any(end.ping is not None and not end.ping_lost for end in case.ends):
        return Verdict.DOWN, words("no-adjacency", protocol=case.protocol)
    return Verdict.DOWN, _broken_line(case, known)


def _pings_lost(case: Case) -> Ruling | None:
    """Down, although no protocol says so (yet): nothing passes, seen from every end that could look.

    A provider may drop our pings and keep its BGP session; that is no outage. And where a neighbour is still
    good, the far end must be out of reach, or must see the same.
    """
    pinged = [end for end in case.ends if end.ping is not None]
    if not pinged or not all(end.ping_lost for end in pinged):
        return None
    silent = [end for end in case.ends if end.ping is None]
    if not any(end.adjacency == "good" for end in case.ends):
        return (Verdict.DOWN, _broken_line(case, pinged)) if _nobody_else_may_see(silent) else None
    if len(case.ends) == 1 or any(end.session != "unreachable" for end in silent):
        return None
    if not silent:
        return Verdict.DOWN, words("pings-lost")
    near = pinged[0]
    return Verdict.DOWN, words("pings-lost-silent", router=near.router, other=near.other, protocol=case.protocol)


def _nobody_else_may_see(silent: Sequence[Testimony]) -> bool:
    """Whether no end that did not ping could still say that traffic passes."""
    return all(not end.answered for end in silent)


def _broken_line(case: Case, speaking: Sequence[Testimony]) -> Words:
    """Return the cause where ports are up and nothing passes: nobody answers over there, or both ends say so."""
    near = speaking[0]
    silent = len(speaking) == 1 and all(end is near or end.session == "unreachable" for end in case.ends)
    if silent and (near.ping_lost or len(case.ends) > 1):
        return words("silent", router=near.router, port=near.port, other=near.other)
    return words("neighbour-lost", ends=_names(speaking))


def _forming(case: Case) -> Ruling | None:
    for end in case.ends:
        if end.adjacency == "forming" and end.neighbor is not None:
            cause = words("forming", router=end.router, protocol=case.protocol, state=end.neighbor.state)
            return Verdict.HALF_CONFIGURED, cause
    return None


# --- what is missing --------------------------------------------------------------------------------------------


def _nobody_testifies(case: Case) -> Ruling | None:
    if any(end.answered for end in case.ends):
        return None
    for end in case.ends:
        if end.session in ("not parsed", "identity", "login"):
            return _cannot_testify(end)
    if all(end.session == "never collected" for end in case.ends):
        return Verdict.NEVER_COLLECTED, words("never-asked", ends=_names(case.ends))
    if case.upstream is not None:
        return Verdict.UNKNOWN_UPSTREAM, case.upstream
    unreachable = [end for end in case.ends if end.session == "unreachable"]
    return Verdict.UNCONFIRMED, words("unexplained", ends=", ".join(end.router for end in unreachable))


def _somebody_is_silent(case: Case) -> Ruling | None:
    return next((_cannot_testify(end) for end in case.ends if not end.answered), None)


def _cannot_testify(end: Testimony) -> Ruling:
    if end.session == "not parsed":
        return Verdict.NOT_PARSED, words("not-parsed", router=end.router, reason=end.reason)
    if end.session == "never collected":
        return Verdict.NEVER_COLLECTED, words("never-asked", ends=end.router)
    if end.session == "unreachable":
        return Verdict.UNCONFIRMED, words("no-session", router=end.router, other=end.other, reason=end.reason)
    return Verdict.UNCONFIRMED, words(end.session, router=end.router, reason=end.reason)


def _something_is_missing(case: Case) -> Ruling | None:
    gaps = [(gap.parsed, end.router, gap.reason) for end in case.ends for gap in end.gaps]
    for parsed, router, reason in sorted(gaps, key=lambda gap: gap[0]):
        verdict = Verdict.NEVER_COLLECTED if parsed else Verdict.NOT_PARSED
        return verdict, words("not-asked" if parsed else "not-parsed", router=router, reason=reason)
    return None


# --- what is worse than usual -----------------------------------------------------------------------------------


def _neighbour_missing(case: Case) -> Ruling | None:
    for end in case.ends:
        if end.adjacency in ("lost", "one-way"):
            return Verdict.DEGRADED, words("neighbour-missing", router=end.router, other=end.other)
    return None


def _out_of_bounds(case: Case) -> Ruling | None:
    causes = [cause for end in case.ends if (cause := _worse_than_usual(end, case.bounds, case.link.medium))]
    return (Verdict.DEGRADED, causes[0]) if causes else None


def _worse_than_usual(end: Testimony, bounds: Bounds, medium: Medium) -> Words | None:
    if end.ping_lost:
        return words("pings-lost-at", router=end.router)
    if end.new_errors:
        return words("errors", router=end.router, port=end.port, errors=end.new_errors)
    if end.ping is None:
        return None
    if end.ping.loss > bounds.loss:
        return words("loss", router=end.router, loss=percent(end.ping.loss), bound=percent(bounds.loss), medium=medium)
    if end.ping.rtt_ms is not None and end.ping.rtt_ms > bounds.delay_ms:
        delay, bound = f"{end.ping.rtt_ms:.0f}", f"{bounds.delay_ms:g}"
        return words("delay", router=end.router, delay=delay, bound=bound)
    return None


def _up(case: Case) -> Ruling | None:
    if not case.ends or not all(end.good for end in case.ends):
        return None
    return Verdict.UP, words("both-ends-good" if len(case.ends) > 1 else "our-end-good")


RULES: tuple[Callable[[Case], Ruling | None], ...] = (
    _planned,
    _miswired,
    _absent,
    _shut,
    _no_carrier,
    _misaddressed,
    _one_way,
    _neighbour_lost,
    _pings_lost,
    _forming,
    _nobody_testifies,
    _somebody_is_silent,
    _something_is_missing,
    _neighbour_missing,
    _out_of_bounds,
    _up,
)


def percent(share: float) -> str:
    """Return a share (0.0 to 1.0) as people write it.

    >>> percent(1 / 3), percent(0.02)
    ('33', '2')
    """
    return f"{100 * share:.0f}"


def _names(ends: Sequence[Testimony]) -> str:
    return ", ".join(end.end for end in ends)
