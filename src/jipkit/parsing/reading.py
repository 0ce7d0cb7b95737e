"""One way to ask for a fact, and one to read the answer, the same for every platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from jipkit.errors import TemplateError
from jipkit.observation import NotParsed
from jipkit.parsing import eos, fsm, junos, linux, rows
from jipkit.parsing.answers import cleaned, refused
from jipkit.parsing.frr import parse_bgp_summary, parse_interfaces, parse_ospf_neighbors
from jipkit.parsing.records import About, known_fields, nothing, records
from jipkit.parsing.strict import Parser, SurpriseError, excerpt, plain_text, surprise
from jipkit.platforms import Command, Fact, PlatformFacts
from jipkit.reasons import Reason, because

PARSERS: Mapping[str, Parser[Any]] = {
    "frr.interfaces": parse_interfaces,
    "frr.ospf_neighbors": parse_ospf_neighbors,
    "frr.bgp_neighbors": parse_bgp_summary,
    "linux.interfaces": linux.parse_addresses,
    "linux.counters": linux.parse_counters,
    "linux.arp": linux.parse_neighbors,
    "linux.lldp": linux.parse_lldp,
    "linux.log": linux.parse_journal,
    **eos.PARSERS,
    **junos.PARSERS,
}
"""The parsers that a ``platform.yaml`` can name under ``read``, beside ``rows`` and TextFSM templates."""

ROWS = "rows"
_MOST_ROWS = 200_000


def choose(facts: PlatformFacts, fact: Fact, version: str | None = None) -> Command | None:
    """Return how to ask a router of that version for ``fact``; without version, as the oldest is asked."""
    usable = [c for c in facts.commands.get(fact, ()) if c.since is None or (version and reached(version, c.since))]
    return usable[-1] if usable else None


def reached(version: str, since: str) -> bool:
    """Return whether ``version`` is ``since`` or a later one; letters between the numbers do not count.

    >>> reached("7.10.2 (stable)", "7.9"), reached("7.10", "7.10.1")
    (True, False)
    """
    return _numbers(version) >= _numbers(since)


def _numbers(version: str) -> tuple[int, ...]:
    first = re.search(r"\d+(?:\.\d+)*", version[:100])
    return tuple(int(n) for n in first[0].split(".")) if first else ()


def read(
    fact: Fact,
    answer: object,
    command: Command,
    facts: PlatformFacts,
    *,
    sent: str | None = None,
    interface: str | None = None,
    address: IPv4Address | None = None,
    probes: int = 0,
) -> Any:
    """Return the records that ``answer`` holds, or a `NotParsed`; there is none only where the router says so itself.

    Records by interface for ``interfaces``, ``addresses``, ``counters``; a tuple of them for ``ospf_neighbors``,
    ``bgp_neighbors``, ``lldp``, ``arp``, ``optics``, ``log``; one for ``version`` and ``ping``.

    ``answer`` is a text, or a tuple of those of the command and of what was sent ``also``. ``sent`` is the command with
    everything filled in; ``interface`` the one it was about, ``address`` and ``probes`` those of a ping.

    Raises:
        TemplateError: the platform has no such template, or it is wrong.
    """
    sent = sent if sent is not None else command.send
    try:
        about = About(facts.answers, interface, address, probes)
        text = _said(answer, (sent, *command.also), facts, is_log=fact == "log")
        if reason := refused(text, facts.answers):
            surprise(reason)
        if command.read in PARSERS:
            return PARSERS[command.read](text, sent)
        return _read(fact, plain_text(text), command, facts, about)
    except SurpriseError as error:
        return _not_parsed(sent, error.reason, answer, facts)


def _said(answer: object, commands: tuple[str, ...], facts: PlatformFacts, *, is_log: bool) -> str:
    """Return what the answers to ``commands`` say, one after the other."""
    parts = answer if isinstance(answer, tuple) else (answer,)
    plain_text("\n".join(parts) if all(isinstance(part, str) for part in parts) else answer, escapes=True)
    pairs = zip(parts, commands, strict=False)
    return "\n".join(cleaned(part, sent, facts.answers, is_log=is_log) for part, sent in pairs)


def _not_parsed(sent: str, reason: str, answer: object, facts: PlatformFacts) -> NotParsed:
    """Return what is shown of an answer, without what the platform's data finds to be a secret in it."""
    if isinstance(answer, tuple):
        answer = "\n".join(map(str, answer))
    if not isinstance(answer, str):
        return NotParsed(sent, reason, excerpt(answer))
    shown, arguments = answer[:2000], reason.arguments if isinstance(reason, Reason) else {}
    texts = (shown, *(text for text in arguments.values() if not isinstance(text, Reason)))
    found = {m["secret"].strip('"') for text in texts for p in facts.secret_patterns for m in p.finditer(text)} - {""}
    for secret in sorted(found, key=len, reverse=True):
        shown = shown.replace(secret, "***")
        arguments = {k: v if isinstance(v, Reason) else v.replace(secret, "***") for k, v in arguments.items()}
    if isinstance(reason, Reason) and found:
        reason = because(reason.code, **arguments)
    return NotParsed(sent, reason, excerpt(shown))


def _read(fact: Fact, text: str, command: Command, facts: PlatformFacts, about: About) -> Any:
    whole = _whole(text, command)
    said_so = any(re.search(pattern, whole.text) for pattern in command.none)
    none = said_so or whole.rows == 0
    found = _rows(fact, whole.text, command, facts, none=said_so)
    if whole.exact and len(found) != whole.rows:
        surprise(because("rows-missing", count=len(found), all=whole.rows))
    if not found and none:
        return nothing(fact, about)
    if not found:
        surprise(because("nothing-understood"))
    if len(found) > _MOST_ROWS:
        surprise(because("too-long", count=len(text)))
    return records(fact, found, about)


@dataclass(frozen=True, slots=True)
class _Whole:
    """An answer without what says that it is whole, and how many rows that says there are, exactly or about."""

    text: str
    rows: int | None = None
    exact: bool = False


def _whole(text: str, command: Command) -> _Whole:
    if command.whole is None:
        return _Whole(text)
    matches = list(re.finditer(command.whole, text, re.MULTILINE))
    if not matches:
        surprise(because("answer-cut-short"))
    said, body = matches[-1].groupdict(), text[: matches[-1].start()] + text[matches[-1].end() :]
    rows = said.get("count") or said.get("some")
    return _Whole(body, None if rows is None else int(rows[:9]), exact=said.get("count") is not None)


def _rows(fact: Fact, text: str, command: Command, facts: PlatformFacts, *, none: bool) -> list[fsm.Row]:
    if command.read == ROWS:
        return rows.read_rows(text, command.fields, folded=" terse" not in command.send)
    template, name = template_of(fact, command, facts)
    try:
        return [{**command.fields, **row} for row in fsm.read_rows(template, name, text)]
    except SurpriseError:
        # a template need not know the words of a router that has nothing to show
        if none:
            return []
        raise


def template_of(fact: Fact, command: Command, facts: PlatformFacts) -> tuple[str, str]:
    """Return the TextFSM template that a command is read with, and its name below ``templates/``.

    Raises:
        TemplateError: there is none, or it reads a field that the fact's record does not have.
    """
    name = f"{facts.platform}/textfsm/{command.read}"
    template = facts.textfsm.get(command.read)
    if template is None:
        known = ", ".join([*sorted(facts.textfsm), ROWS, *PARSERS])
        raise TemplateError(f"templates/{name}: there is no such template; `read` can be {known}", template=name)
    named = (*fsm.fields_of(template, name), *command.fields)
    strange = [field for field in named if field not in known_fields(fact)]
    if strange:
        known = ", ".join(sorted(known_fields(fact))).upper()
        raise TemplateError(f"templates/{name}: {fact} have no {strange[0].upper()}, but {known}", template=name)
    return template, name
