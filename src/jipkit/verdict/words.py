"""The words of a verdict: what it is called, its colour, and sentences that can be stored and translated later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jipkit import reasons
from jipkit.language import N_, _, number
from jipkit.reasons import Reason, from_json, said
from jipkit.report import Mood


class Verdict(StrEnum):
    """The state of a link, worst first, and last what is not in service; the value is what programs read.

    ``UNCONFIRMED``: what can be seen of the link is good, but an end that should testify cannot (its router is
    not provably ours, refuses our login, or takes no session while its line is up). Neither up, for an end is
    missing, nor down, for nobody says so.
    """

    DOWN = "down"
    ONE_WAY = "one-way"
    HALF_CONFIGURED = "half-configured"
    MISWIRED = "miswired"
    FLAPPING = "flapping"
    DEGRADED = "degraded"
    UNKNOWN_UPSTREAM = "unknown: upstream"
    UNCONFIRMED = "unconfirmed"
    NOT_PARSED = "not parsed"
    NEVER_COLLECTED = "never collected"
    MAINTENANCE = "maintenance"
    UP = "up"
    PLANNED = "planned"

    @property
    def word(self) -> str:
        """What people call it, in the chosen language."""
        return _(_LOOKS[self][0])

    @property
    def mood(self) -> Mood:
        return _LOOKS[self][1]

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Verdict).index(self)


FAULTY = frozenset({Verdict.DOWN, Verdict.ONE_WAY, Verdict.HALF_CONFIGURED, Verdict.MISWIRED})
"""Verdicts of a link over which nothing passes, unless its neighbours say otherwise."""

NOT_ASSESSED = frozenset({Verdict.UNKNOWN_UPSTREAM, Verdict.UNCONFIRMED, Verdict.NOT_PARSED, Verdict.NEVER_COLLECTED})
"""Verdicts that say that we do not know."""

_LOOKS: Mapping[Verdict, tuple[str, Mood]] = {
    Verdict.DOWN: (N_("down"), "bad"),
    Verdict.ONE_WAY: (N_("one-way"), "warn"),
    Verdict.HALF_CONFIGURED: (N_("half-configured"), "warn"),
    Verdict.MISWIRED: (N_("miswired"), "warn"),
    Verdict.FLAPPING: (N_("flapping"), "warn"),
    Verdict.DEGRADED: (N_("degraded"), "warn"),
    Verdict.UNKNOWN_UPSTREAM: (N_("unknown: upstream"), "unknown"),
    Verdict.UNCONFIRMED: (N_("unconfirmed"), "unknown"),
    Verdict.NOT_PARSED: (N_("not parsed"), "unknown"),
    Verdict.NEVER_COLLECTED: (N_("never collected"), "unknown"),
    Verdict.MAINTENANCE: (N_("maintenance"), "info"),
    Verdict.PLANNED: (N_("planned"), "info"),
    Verdict.UP: (N_("up"), "good"),
}

SENTENCES: Mapping[str, str] = {
    # causes
    "planned": N_("not in service yet"),
    "both-ends-good": N_("both ends see each other"),
    "our-end-good": N_("our end sees the other"),
    "stranger": N_("{router} {port} is connected to {stranger}, not to {expected}"),
    "absent": N_("{ends} does not exist on the router"),
    "shut": N_("{ends} is shut down by configuration"),
    "no-carrier": N_("no signal on {ends}: cable, optics, radio or power at the other end"),
    "no-address": N_("{router} {port} does not have its address {address}: the ends disagree"),
    "one-way": N_("{router} hears {other}, but {other} does not hear {router}"),
    "silent": N_(
        "{router} lost {other} although its port {port} is up, and {other} does not answer: "
        "the line beyond the port, or the power of {other}"
    ),
    "neighbour-lost": N_("{ends} lost the neighbour on a port that is up: the line between passes nothing"),
    "no-adjacency": N_(
        "the line passes pings, but {protocol} is not up: keys, areas or timers differ, or it does not run at one end"
    ),
    "pings-lost": N_("no ping passes, although the ports are up"),
    "pings-lost-silent": N_(
        "no ping from {router} passes and {other} does not answer; {protocol} has not noticed yet: "
        "the line beyond the port, or the power of {other}"
    ),
    "forming": N_("{protocol} at {router} is stuck in {state}: coming up now, or the MTU of the ends differs"),
    "neighbour-missing": N_("{router} does not see {other}, which sees {router}"),
    "pings-lost-at": N_("no ping from {router} passes, although its neighbour is there"),
    "loss": N_("{loss} % of the pings from {router} are lost; {bound} % is usual for {medium}"),
    "delay": N_("a ping from {router} takes {delay} ms; {bound} ms is usual for this link"),
    "errors": N_("{router} {port} counted {errors} errors while we looked"),
    "router-silent": N_("{router} answers on none of its links ({links}): most likely its power"),
    "flapping": N_("stopped working {times} times within {minutes} minutes"),
    "upstream": N_("cut off by {links}"),
    "upstream-of-all": N_("{root}, the first router on the way, does not answer: the fault is between us and it"),
    "unexplained": N_("no session with {ends}, and no outage nearer to us explains it"),
    "no-session": N_("{router} takes no session, although {other} sees it: {reason}"),
    "identity": N_("{router} cannot testify, it is not provably our router: {reason}"),
    "login": N_("{router} cannot testify: it refused our login: {reason}"),
    "not-parsed": N_("{router} is not understood: {reason}"),
    "not-asked": N_("{router} was not asked: {reason}"),
    "never-asked": N_("nobody asked {ends}"),
    # evidence
    "port-up": N_("{port} up"),
    "port-shut": N_("{port} shut down"),
    "port-no-carrier": N_("{port} enabled, no signal"),
    "port-absent": N_("{port} absent"),
    "address-missing": N_("{address} missing"),
    "neighbour": N_("{protocol} neighbour {address} {state}"),
    "no-neighbour": N_("no {protocol} neighbour {address}"),
    "lldp": N_("hears {system} {port} by LLDP"),
    "ping": N_("ping {address}: {loss} % lost, {delay} ms"),
    "ping-lost": N_("ping {address}: all lost"),
    "unreachable": N_("no session: {reason}"),
    "refused": N_("cannot testify: {reason}"),
    "part-not-parsed": N_("{part} not understood: {reason}"),
    "part-not-asked": N_("{part} not asked: {reason}"),
    "unasked": N_("not asked"),
}
"""Every sentence about a link by its code."""

_PARTS: Mapping[str, str] = {"interfaces": N_("interfaces"), "neighbours": N_("neighbours"), "ping": N_("ping")}
"""What a router is asked for."""

_MEASURES = frozenset({"loss", "delay", "bound"})
"""Arguments that are numbers: people read them with the decimal mark of their language."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence that programs read by its code, and people in their language."""

    code: str
    arguments: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the sentence in the chosen language; the code where a record is of another version."""
        try:
            return _(SENTENCES[self.code]).format(**self._shown())
        except (KeyError, ValueError):
            return self.code

    def _shown(self) -> Mapping[str, str]:
        return {name: _shown(name, value) for name, value in self.arguments.items()}

    def as_json(self) -> dict[str, Any]:
        """Return code and arguments, from which `from_json` makes the words again."""
        arguments = {k: reasons.as_json(v) if k == "reason" else v for k, v in self.arguments.items()}
        return {"code": self.code, "arguments": arguments}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Words:
        """Return the words that `as_json` wrote."""
        return cls(str(value["code"]), {str(k): from_json(v) for k, v in value.get("arguments", {}).items()})


def _shown(name: str, value: str) -> str:
    if name == "part":
        return _(_PARTS.get(value, value))
    return number(float(value)) if name in _MEASURES else said(value)


def words(code: str, **arguments: object) -> Words:
    """Return the sentence ``code`` about ``arguments``.

    Raises:
        KeyError: there is no such sentence.
    """
    SENTENCES[code].format(**arguments)
    return Words(code, {name: value if isinstance(value, Reason) else str(value) for name, value in arguments.items()})


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact, and the router that stands for it."""

    router: str
    fact: Words

    def __str__(self) -> str:
        return f"{self.router}: {self.fact}"

    def as_json(self) -> dict[str, Any]:
        return {"router": self.router, **self.fact.as_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Evidence:
        """Return the evidence that `as_json` wrote."""
        return cls(str(value["router"]), Words.from_json(value))
