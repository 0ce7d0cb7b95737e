"""How a router is asked for a fact, and how its answers are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from jipkit.model import Entry
from jipkit.platforms.patterned import Pattern, VersionNumber

Fact = Literal[
    "interfaces",
    "addresses",
    "counters",
    "ospf_neighbors",
    "bgp_neighbors",
    "lldp",
    "cdp",
    "arp",
    "ping",
    "optics",
    "version",
    "log",
]
"""What can be asked of a router."""


def _several(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Command(Entry):
    """How to ask a router for one fact.

    ``read`` names a TextFSM template of the platform's folder (``interfaces.textfsm``, in ``textfsm/``), or one of
    `jipkit.parsing.PARSERS`. Of several, the last whose ``since`` the router's version has reached is asked. With
    ``per: interface`` it is sent once an interface, which ``{interface}`` in it names. A ping has ``{address}``,
    ``{source}`` and ``{count}``.
    """

    send: str
    read: str
    since: VersionNumber | None = None
    per: Literal["interface"] | None = None
    also: tuple[str, ...] = ()
    """Sent right after it; what they answer follows its answer and is read with it.

    Where a router says nothing when there is none, this shows that it was listening.
    """
    fields: Mapping[str, str] = Field(default_factory=dict)
    """For ``read: rows``: what each field of the record is called in a row, see `jipkit.parsing.rows`.

    For a TextFSM template: what every row has besides (``protocol: lldp``).
    """
    none: tuple[Pattern, ...] = ()
    """How the router says that there is none: found anywhere in the answer. Nothing else is taken for it.

    For a ping: how it says that it has no way to the address.
    """
    whole: Pattern | None = None
    """Found in every whole answer (a total, a closing line).

    Its group ``count`` is the number of rows, ``some`` one that may have changed meanwhile; 0: there is none.
    """


class Answers(Entry):
    """What the answers of a platform have in common, whatever was asked.

    ``noise`` and ``interruptions`` are matched from the start of a line, indentation and all.
    """

    noise: tuple[Pattern, ...] = ()
    """Lines that are no part of an answer: banners, the time, the load."""
    interruptions: tuple[Pattern, ...] = ()
    """Lines of the log that come in between; the answer itself where the log is what was asked for."""
    erased: tuple[Pattern, ...] = ()
    """What is taken out wherever it stands: a pager's prompt with what wipes it out again."""
    refusals: Mapping[Literal["unknown-command", "incomplete-command", "not-running"], tuple[Pattern, ...]] = Field(
        default_factory=dict
    )
    """How the router refuses a command: matched from the start of a line; ``not-running`` has a group ``what``."""
    words: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    """What a field's words mean: ``enabled: {administratively down: "no"}``, ``state: {Estab: Established}``."""
    names: Mapping[str, str] = Field(default_factory=dict)
    """How it shortens the names of its interfaces, before the number: ``Gi: GigabitEthernet``."""
    times: tuple[str, ...] = ()
    """How the log writes the time, as for ``strptime``."""


Commands = Annotated[tuple[Command, ...], BeforeValidator(_several)]
