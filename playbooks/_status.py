"""How the state of links is told: a row for each, a summary, and for each outage a note that can be sent on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from jipkit.language import N_, _, ngettext, number
from jipkit.model import Link, Network, Office, State
from jipkit.report import Column, Row, Text
from jipkit.verdict import NOT_ASSESSED, Outage, Verdict
from playbooks._facts import contact_line, end_name
from playbooks._samples import LinkState
from playbooks._trust import trust_notes

CLOCKS_DIFFER_S = 60
"""Two machines that write into one store may disagree by so much."""

MANY = 8
"""Names in a sentence before the rest is counted."""


def columns() -> Sequence[Column]:
    """Return the columns of the report."""
    return (
        Column("link", _("Link")),
        Column("verdict", _("State")),
        Column("since", _("Since")),
        Column("cause", _("Cause")),
        Column("offices", _("Cuts off")),
        Column("age_s", _("Seen")),
    )


def row_of(network: Network, state: LinkState, now: datetime) -> Row:
    """Return the row of one link; programs find the evidence in it, too."""
    verdict = state.verdict
    age_s = None if state.seen is None else _seconds(state.seen, now)
    values = {
        "link": state.link,
        "verdict": verdict.verdict.value,
        "since": _iso(state.since),
        "cause": verdict.cause.as_json(),
        "offices": [office.key for office in verdict.offices],
        "age_s": age_s,
        "seen": _iso(state.seen),
        "services": list(verdict.services),
        "testified": list(verdict.testified),
        "evidence": [fact.as_json() for fact in verdict.evidence],
    }
    shown = {
        "verdict": verdict.verdict.word,
        "since": local(network, state.since),
        "cause": str(verdict.cause),
        "offices": some([office.name for office in verdict.offices], 3) or "-",
        "age_s": _age(age_s),
    }
    return Row(values, shown, mood=verdict.verdict.mood)


def _seconds(seen: datetime, now: datetime) -> int:
    """Return how long ago something was seen; negative when a clock was wrong, not when two differ a little."""
    ago = (now - seen).total_seconds()
    return 0 if -CLOCKS_DIFFER_S < ago < 0 else round(ago)


def _age(seconds: int | None) -> str:
    if seconds is None:
        return _("never")
    if seconds < 0:
        return _("by a wrong clock")
    return duration(seconds) if seconds else _("now")


def is_well(network: Network, states: Sequence[LinkState]) -> bool:
    """Return whether every link in service is up; when none is in service, nothing is well."""
    assessed = [state for state in states if network.links[state.link].state is State.ACTIVE]
    return bool(assessed) and all(state.verdict.verdict is Verdict.UP for state in assessed)


# ------------------------------------------------------------------ the summary


def notes_on(
    network: Network, outages: Sequence[Outage], states: Sequence[LinkState], now: datetime, jip: str
) -> Sequence[str]:
    """Return a sentence for each outage that concerns ``states``, then the count; ``jip`` as for `trust_notes`."""
    return [
        *(_outage_sentence(outage) for outage in _concerning(outages, states)),
        *trust_notes(jip, _reasons(states)),
        *_unassessed(states),
        *_oldest(states, now),
        _count(network, states),
    ]


def _reasons(states: Iterable[LinkState]) -> Iterator[tuple[str, object]]:
    """Yield each router that said nothing of one of the links, and why."""
    for state in states:
        for evidence in state.verdict.evidence:
            yield evidence.router, evidence.fact.arguments.get("reason")


def _outage_sentence(outage: Outage) -> str:
    where = ", ".join(outage.links)
    if outage.offices:
        offices = some([office.name for office in outage.offices], MANY)
        sentence = ngettext(
            "{links} {verdict}: {cause}. Cuts off {number} office: {offices}.",
            "{links} {verdict}: {cause}. Cuts off {number} offices: {offices}.",
            len(outage.offices),
        )
        return sentence.format(
            links=where, verdict=outage.verdict.word, cause=outage.cause, number=len(outage.offices), offices=offices
        )
    sentence = _("{links} {verdict}: {cause}. No office is cut off: there is another way, or nobody behind.")
    return sentence.format(links=where, verdict=outage.verdict.word, cause=outage.cause)


def _unassessed(states: Sequence[LinkState]) -> Iterator[str]:
    counts = Counter(s.verdict.verdict for s in states if s.verdict.verdict in NOT_ASSESSED)
    if counts:
        parts = ", ".join(f"{number} {verdict.word}" for verdict, number in sorted(counts.items()))
        yield _("Not known to be up or down: {parts}.").format(parts=parts)


def _oldest(states: Sequence[LinkState], now: datetime) -> Iterator[str]:
    seen = [state.seen for state in states if state.seen is not None]
    age_s = (now - min(seen)).total_seconds() if seen else 0
    if age_s >= 1:
        yield _("The oldest of these was seen {age} ago.").format(age=duration(round(age_s)))


def _count(network: Network, states: Sequence[LinkState]) -> str:
    assessed = [state for state in states if network.links[state.link].state is State.ACTIVE]
    up = sum(state.verdict.verdict is Verdict.UP for state in assessed)
    return _("{up} of {all} links in service up.").format(up=up, all=len(assessed))


# ------------------------------------------------------------------ the note to send on


def outage_notes(
    network: Network,
    outages: Sequence[Outage],
    states: Sequence[LinkState],
    everything: Mapping[str, LinkState],
    now: datetime,
) -> Sequence[Text]:
    """Return for each outage that concerns ``states`` a note to send on, then what each end said of the others."""
    concerning = _concerning(outages, states)
    told = {key for outage in concerning for key in outage.links}
    texts = [
        Text(
            _("Outage: {links}").format(links=", ".join(outage.links)),
            "\n".join(_note(network, outage, everything, now)),
        )
        for outage in concerning
    ]
    evidence = [line for state in states if state.link not in told for line in _evidence(state)]
    return [*texts, Text(_("What the ends say"), "\n".join(evidence))] if evidence else texts


def _concerning(outages: Sequence[Outage], states: Sequence[LinkState]) -> Sequence[Outage]:
    """Return the outages that break or hide one of the links."""
    keys = {state.link for state in states}
    return [outage for outage in outages if keys & {*outage.links, *outage.hidden_links}]


def _note(network: Network, outage: Outage, states: Mapping[str, LinkState], now: datetime) -> Iterator[str]:
    yield _field(N_("State"), _state_words(network, outage, states, now))
    yield _field(N_("Cause"), str(outage.cause))
    for key in outage.links:
        yield from _link_lines(network, network.links[key])
    yield _field(N_("Cut off"), _offices(outage.offices))
    for office in outage.offices[:MANY]:
        if contact := contact_line(office.contact):
            yield _field(N_("Ask on the spot"), f"{office.name}: {contact}")
    if outage.services:
        yield _field(N_("Services that stop"), ", ".join(outage.services))
    yield _field(N_("Evidence"), "")
    for key in outage.links:
        yield from _evidence(states[key])


def _state_words(network: Network, outage: Outage, states: Mapping[str, LinkState], now: datetime) -> str:
    known = [since for key in outage.links if (since := states[key].since) is not None]
    if not known:
        return outage.verdict.word
    since = min(known)
    lasting = duration(max(0, round((now - since).total_seconds())))
    words = _("{verdict}, first seen {since}, {duration} ago")
    return words.format(verdict=outage.verdict.word, since=local(network, since), duration=lasting)


def _link_lines(network: Network, link: Link) -> Iterator[str]:
    ends = " - ".join(f"{end_name(network, end)} ({link.address_of(end).ip})" for end in link.ends)
    yield _field(N_("Link"), f"{link.key}, {link.medium}, {number(link.capacity_mbps)} Mbps, {ends}")
    if link.provider is None:
        yield _field(N_("Provider"), _("the district's own"))
        return
    provider = network.providers[link.provider]
    circuit = _("circuit {number}").format(number=link.circuit) if link.circuit else _("no circuit id on record")
    contact = contact_line(provider.contact) or _("no contact on record")
    yield _field(N_("Provider"), f"{provider.name}, {circuit}, {contact}")


def _offices(offices: Sequence[Office]) -> str:
    if not offices:
        return _("nobody: there is another way, or nobody behind")
    return f"{len(offices)}: {', '.join(office.name for office in offices)}"


def _evidence(state: LinkState) -> Iterator[str]:
    facts: dict[str, list[str]] = {}
    for fact in state.verdict.evidence:
        facts.setdefault(fact.router, []).append(str(fact.fact))
    for router, said in facts.items():
        yield f"  {state.link}: {router}: {'; '.join(said)}"


def _field(label: str, value: str) -> str:
    return f"{_(label)}: {value}".rstrip()


# ------------------------------------------------------------------ times and lists


def local(network: Network, when: datetime | None) -> str:
    """Return a moment as the district's clocks show it, to the minute."""
    if when is None:
        return "-"
    return when.astimezone(ZoneInfo(network.standards.timezone)).strftime("%Y-%m-%d %H:%M")


def duration(seconds: int) -> str:
    """Return a length of time in its largest whole unit.

    >>> duration(59), duration(3 * 3600 + 59)
    ('59 s', '3 h')
    """
    for size, unit in ((86400, N_("{number} d")), (3600, N_("{number} h")), (60, N_("{number} min"))):
        if seconds >= size:
            return _(unit).format(number=seconds // size)
    return _("{number} s").format(number=seconds)


def some(names: Sequence[str], most: int) -> str:
    """Return the first names and how many more there are.

    >>> some(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    head = ", ".join(names[:most])
    more = len(names) - most
    return head if more <= 0 else _("{names} and {number} more").format(names=head, number=more)


def _iso(when: datetime | None) -> str | None:
    return when.isoformat(timespec="seconds") if when else None
