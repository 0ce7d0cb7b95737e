"""What one router said of itself at one moment, already understood. Absence is said, never left to be guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv4Interface
from typing import Literal, TypeAlias, TypeVar

from jipkit.reasons import because

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotParsed:
    """An answer came that we do not understand; ``excerpt`` is its start, printable, at most 200 characters."""

    command: str
    reason: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """The platform has no command for this, or nobody sent it."""

    reason: str


Answer: TypeAlias = T | NotParsed | NotAsked


@dataclass(frozen=True, slots=True)
class InterfaceState:
    """``None`` where the platform does not tell."""

    enabled: bool
    up: bool
    addresses: tuple[IPv4Interface, ...] = ()
    description: str = ""
    rx_errors: int | None = None
    tx_errors: int | None = None
    rx_octets: int | None = None
    tx_octets: int | None = None
    new_errors: int | None = None
    """Errors counted in both directions while the router was being observed (half a second or so)."""


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A routing neighbour; ``state`` as the device names it (``Full``, ``Established``), ``good`` what it means."""

    protocol: Literal["ospf", "bgp"]
    interface: str | None
    address: IPv4Address
    state: str
    good: bool
    router_id: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class LldpNeighbor:
    interface: str
    system: str
    port: str


@dataclass(frozen=True, slots=True)
class Ping:
    """A ping from this router. ``loss`` is 0.0 to 1.0; ``rtt_ms`` is the mean, None when nothing came back."""

    address: IPv4Address
    sent: int
    loss: float
    rtt_ms: float | None


_SILENT = because("no-session")


@dataclass(frozen=True, slots=True)
class Observation:
    """One router at one moment (UTC).

    ``failure`` is None when a session came about; else ``unreachable`` (no session), ``identity`` (another host
    key or hostname), ``login`` (refused), ``not parsed`` (it answered nonsense before we could ask), and
    ``reason`` says it in words. With a failure the answers are all `NotAsked`.
    """

    router: str
    at: datetime
    failure: Literal["unreachable", "identity", "login", "not parsed"] | None = None
    reason: str = ""
    interfaces: Answer[Mapping[str, InterfaceState]] = NotAsked(_SILENT)
    neighbors: Answer[tuple[Neighbor, ...]] = NotAsked(_SILENT)
    lldp: Answer[tuple[LldpNeighbor, ...]] = NotAsked(_SILENT)
    pings: Answer[Mapping[IPv4Address, Ping]] = NotAsked(_SILENT)
    parse_failures: tuple[NotParsed, ...] = field(default=())
