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
    mtu: int | None = None
    speed_mbps: float | None = None
    duplex: Literal["full", "half"] | None = None


@dataclass(frozen=True, slots=True)
class Counters:
    """What an interface has counted since it came to be; None where the platform does not tell."""

    rx_errors: int | None = None
    tx_errors: int | None = None
    rx_octets: int | None = None
    tx_octets: int | None = None
    rx_packets: int | None = None
    tx_packets: int | None = None
    rx_discards: int | None = None
    tx_discards: int | None = None

    def errors_since(self, before: Counters) -> int | None:
        """Return how many errors were counted after ``before``; None where nobody knows (or counting began anew)."""
        now, then = (self.rx_errors, self.tx_errors), (before.rx_errors, before.tx_errors)
        if None in (*now, *then):
            return None
        rises = [n - t for n, t in zip(now, then, strict=True) if n is not None and t is not None]
        return sum(rises) if min(rises) >= 0 else None


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A routing neighbour; ``state`` as the device names it (``Full``, ``Established``), ``good`` what it means."""

    protocol: Literal["ospf", "bgp"]
    interface: str | None
    address: IPv4Address
    state: str
    good: bool
    router_id: IPv4Address | None = None
    uptime_s: float | None = None
    """How long the session is up; None where it is not, or the platform does not tell."""
    dead_time_s: float | None = None
    """In how long an OSPF neighbour is given up unless it is heard."""
    prefixes_received: int | None = None
    remote_as: int | None = None


@dataclass(frozen=True, slots=True)
class LldpNeighbor:
    """Who is heard on an interface, by LLDP or what a vendor has in its place."""

    interface: str
    system: str
    port: str
    protocol: Literal["lldp", "cdp", "mndp"] | None = None
    chassis: str | None = None
    management_address: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class Ping:
    """A ping from this router. ``loss`` is 0.0 to 1.0; ``rtt_ms`` is the mean, None when nothing came back."""

    address: IPv4Address
    sent: int
    loss: float
    rtt_ms: float | None
    rtt_min_ms: float | None = None
    rtt_max_ms: float | None = None


@dataclass(frozen=True, slots=True)
class ArpEntry:
    """``mac`` in lower case with colons; None while nobody has answered for the address."""

    address: IPv4Address
    mac: str | None
    interface: str


@dataclass(frozen=True, slots=True)
class Optics:
    """What a transceiver measures; None where it does not. No light at all is ``-inf`` dBm."""

    interface: str
    rx_dbm: float | None = None
    tx_dbm: float | None = None
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True)
class Software:
    """What a router says it is; ``version`` as it prints it."""

    version: str
    model: str | None = None
    serial: str | None = None
    hostname: str | None = None
    uptime_s: float | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a router's log: ``when`` as it prints it, ``at`` (its own clock, no zone) None where that is no date.

    ``severity`` is the router's own word or number.
    """

    when: str
    message: str
    at: datetime | None = None
    severity: str | None = None


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
