"""What the network is: offices, routers, links, and what they refer to. Values only; nothing here reads a file."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from jipkit.errors import UnknownNameError

T = TypeVar("T")


class State(StrEnum):
    """Where an office, a router or a link is in its life."""

    PLANNED = "planned"
    ACTIVE = "active"
    RETIRED = "retired"


class OfficeKind(StrEnum):
    """What sort of office it is, by its Indonesian name."""

    DINAS = "dinas"
    BADAN = "badan"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    DESA = "desa"
    PUSKESMAS = "puskesmas"
    RUMAH_SAKIT = "rumah-sakit"
    SEKOLAH = "sekolah"
    POP = "pop"
    DATA_CENTER = "data-center"


class Role(StrEnum):
    """The kit that a router is built from."""

    CORE = "core"
    GATEWAY = "gateway"
    POP = "pop"
    DINAS = "dinas"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    PUSKESMAS = "puskesmas"
    DESA = "desa"


class Medium(StrEnum):
    """What a link runs over."""

    FIBRE = "fibre"
    RADIO = "radio"
    VPN = "vpn"
    VSAT = "vsat"
    STARLINK = "starlink"
    CELLULAR = "cellular"
    COPPER = "copper"


class RiskLevel(StrEnum):
    """How much a change may break, the least first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Routing(StrEnum):
    """How routes are exchanged over a link."""

    OSPF = "ospf"
    BGP = "bgp"
    STATIC = "static"
    NONE = "none"


class Zone(StrEnum):
    """Who uses a LAN; zones are kept apart (Peraturan BSSN 4/2021 article 33 paragraph 2 a)."""

    MANAGEMENT = "management"
    STAFF = "staff"
    PUBLIC = "public"
    CCTV = "cctv"
    SERVER = "server"


KEY_PATTERN = r"^[a-z0-9]+(--?[a-z0-9]+)*$"


def _printable(value: str) -> str:
    """Return ``value``; text that reaches a router holds no newline or control character."""
    if not value.isprintable():
        raise PydanticCustomError("not_printable", "holds a newline or a control character; write printable text")
    return value


Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=48)]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
InterfaceName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._/:@+ -]*[A-Za-z0-9])?$", max_length=48)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._/@+-]*[A-Za-z0-9])?$", max_length=64)]
"""Stands in a configuration without quotes, so it holds nothing that could end a word or begin a command."""
GitRef = Annotated[
    str,
    Field(
        pattern=r"^refs/(heads|remotes/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)(/[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*)+$",
        max_length=120,
    ),
]
"""The full name of a branch, ours or that of a remote: git may take a shorter one for a tag."""
Platform = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]
"""The operating system of a router: a folder of ``templates/``, whose ``platform.yaml`` says what is known of it."""
TWIN_PLATFORM = "frr"
"""What every router of a twin runs: its interfaces are those of a Linux kernel."""


def _clock(value: Any) -> Any:
    """Return ``value``; a text must be hours and minutes, or pydantic would read ``0800`` as 800 seconds."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{2}:[0-9]{2}", value):
        raise PydanticCustomError("not_a_time", "is no time of day such as 08:00")
    return value


def _day(value: Any) -> Any:
    """Return ``value``; a text must be year-month-day, or pydantic would read a number as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("not_a_date", "is no date such as 2026-12-31")
    return value


def _zone(value: str) -> str:
    """Return ``value``, the name of a time zone."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:  # not there, no name of one, a folder of them
        raise PydanticCustomError("not_a_zone", "is no time zone such as Asia/Jakarta") from error
    return value


Clock = Annotated[time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"})]
Day = Annotated[date, BeforeValidator(_day)]


class Entry(BaseModel):
    """Base of everything that is read from the inventory: frozen, closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)
    noun: ClassVar = ""


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside a field's annotation, such as ``Lan`` in ``tuple[Lan, ...]``; None when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part))), None)


class Contact(Entry):
    name: Line
    phone: Line | None = None
    email: Line | None = None


class Location(Entry):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Office(Entry):
    """A place that the network serves."""

    noun: ClassVar = "office"
    key: Key
    name: Line
    kind: OfficeKind
    code: Annotated[str, Field(pattern=r"^[0-9]{2}\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?$")] | None = None
    """Kemendagri area code, such as 16.02.05 or 16.02.05.1001."""
    kecamatan: Line | None = None
    location: Location | None = None
    services: tuple[Line, ...] = ()
    """Public services that stop when the office is cut off."""
    service_hours: Key | None = None
    """Name of an entry of the calendar's ``hours``."""
    contact: Contact | None = None
    state: State = State.ACTIVE


class Asset(Entry):
    """What the property administration needs to know of a box."""

    model: Line | None = None
    serial: Line | None = None
    owner: Line | None = None
    funding: Line | None = None


class Lan(Entry):
    """A network of users behind a router; the router has the first address of ``prefix``."""

    name: Key
    interface: InterfaceName
    prefix: IPv4Network
    zone: Zone
    vlan: Annotated[int, Field(ge=1, le=4094)] | None = None
    ports: tuple[InterfaceName, ...] = ()
    """Ports of the box on which the users of this LAN are connected."""

    @property
    def address(self) -> IPv4Interface:
        """The router's own address on this LAN."""
        return IPv4Interface((self.prefix.network_address + 1, self.prefix.prefixlen))


class Router(Entry):
    """A router in an office. Its key is its hostname."""

    noun: ClassVar = "router"
    key: Key
    office: Key
    platform: Platform
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9A-Za-z_]+)*$")] | None = None
    """Version of the operating system, such as 7.16 or 6.49.10; it chooses the dialect."""
    role: Role
    loopback: IPv4Address
    management: IPv4Address | None = None
    """Where we reach it; its loopback unless said otherwise."""
    interfaces: tuple[InterfaceName, ...] = Field(min_length=1)
    """Ports and tunnels that the box has; those that nothing uses are rendered shut."""
    lans: tuple[Lan, ...] = ()
    asset: Asset = Asset()
    state: State = State.ACTIVE

    @property
    def address(self) -> IPv4Address:
        """The address to connect to."""
        return self.management or self.loopback


class End(Entry):
    """One end of a link: an interface of one of our routers, or somebody else's equipment."""

    router: Key | None = None
    interface: InterfaceName | None = None
    unmanaged: Key | None = None
    """Name of the equipment that is not ours: a provider, the internet."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        head, colon, tail = value.partition(":")
        if not colon or not head or not tail:
            raise PydanticCustomError("not_an_end", "write an end as router:interface or unmanaged:name")
        return {"unmanaged": tail} if head == "unmanaged" else {"router": head, "interface": tail}

    @model_validator(mode="after")
    def _ours_or_not(self) -> End:
        ours = (self.router is not None, self.interface is not None)
        if ours != ((False, False) if self.unmanaged is not None else (True, True)):
            raise PydanticCustomError("not_an_end", "write an end as router:interface or unmanaged:name")
        return self

    def __str__(self) -> str:
        return f"unmanaged:{self.unmanaged}" if self.unmanaged else f"{self.router}:{self.interface}"


class Bgp(Entry):
    """The BGP session over a link whose other end is not ours."""

    local_as: int = Field(ge=1, le=4294967295)
    peer_as: int = Field(ge=1, le=4294967295)
    announce: tuple[IPv4Network, ...] = ()
    """Prefixes that we announce; nothing else leaves."""
    accept: tuple[IPv4Network, ...] = (IPv4Network((0, 0)),)
    """Prefixes that we accept; nothing else enters."""
    max_prefixes: int = Field(default=100, ge=1)


class Link(Entry):
    """One link with two ends; ``a`` has the first address of ``prefix``, ``b`` the second."""

    noun: ClassVar = "link"
    key: Key
    a: End
    b: End
    medium: Medium
    prefix: IPv4Network
    provider: Key | None = None
    """None: the district's own."""
    circuit: Line | None = None
    """The provider's circuit id."""
    contract: Key | None = None
    capacity_mbps: float = Field(gt=0)
    cost: int = Field(default=10, ge=1, le=65535)
    routing: Routing = Routing.OSPF
    key_id: int = Field(default=1, ge=1, le=255)
    """Number of the OSPF key in use; a new key gets a new number, so that both can be told apart."""
    bgp: Bgp | None = None
    delay_ms: float | None = Field(default=None, ge=0)
    """Round-trip time that is normal for this link; None: what is normal for its medium."""
    state: State = State.ACTIVE

    @property
    def ends(self) -> tuple[End, End]:
        return self.a, self.b

    def end_of(self, router: str) -> End:
        """Return the end that ``router`` holds.

        Raises:
            KeyError: the link does not touch ``router``.
        """
        for end in self.ends:
            if end.router == router:
                return end
        raise KeyError(router)

    def other_end(self, router: str) -> End:
        """Return the end that ``router`` does not hold."""
        return self.b if self.end_of(router) is self.a else self.a

    def address_of(self, end: End) -> IPv4Interface:
        """Return the address of an end: the first usable of the prefix for ``a``, the second for ``b``."""
        first = self.prefix.network_address + (0 if self.prefix.prefixlen == 31 else 1)
        return IPv4Interface((first if end is self.a else first + 1, self.prefix.prefixlen))

    @property
    def secret(self) -> str:
        """Name of the secret that both ends share: the OSPF or BGP key."""
        kind = "bgp" if self.routing is Routing.BGP else "ospf"
        return f"{kind}/{self.key}/{self.key_id}"


class Provider(Entry):
    noun: ClassVar = "provider"
    key: Key
    name: Line
    contact: Contact | None = None


class Restitution(StrEnum):
    """How a provider pays back for an outage."""

    PRORATA = "prorata"
    TIERED = "tiered"
    NONE = "none"


class Contract(Entry):
    noun: ClassVar = "contract"
    key: Key
    provider: Key
    number: Line
    start: Day
    end: Day
    sla_percent: float = Field(gt=0, le=100)
    restitution: Restitution = Restitution.PRORATA
    monthly_idr: int = Field(default=0, ge=0)


class Pool(Entry):
    """A part of the address plan; every address of ``use`` lies in one of its pools."""

    noun: ClassVar = "pool"
    key: Key
    prefix: IPv4Network
    use: Literal["loopback", "link", "lan", "public"]


class Waiver(Entry):
    """A departure from a rule that somebody answers for, until a date."""

    noun: ClassVar = "waiver"
    key: Key
    rule: Line
    scope: Line
    reason: Line
    owner: Line
    approver: Line
    expires: Day


class Hours(Entry):
    """Service hours: days are 1 (Monday) to 7 (Sunday)."""

    noun: ClassVar = "hours"
    key: Key
    days: tuple[Annotated[int, Field(ge=1, le=7)], ...]
    start: Clock
    end: Clock


class Freeze(Entry):
    """A period in which nothing is changed."""

    noun: ClassVar = "freeze"
    key: Key
    start: Day
    end: Day
    reason: Line


class Window(Entry):
    """When changes may be made: on each of ``days``, 1 (Monday) to 7 (Sunday), from ``start`` to ``end``.

    An ``end`` that is not after the start is on the next day: ``start: "22:00", end: "04:00"``.
    """

    noun: ClassVar = "window"
    key: Key
    days: tuple[Annotated[int, Field(ge=1, le=7)], ...]
    start: Clock
    end: Clock


class Calendar(Entry):
    noun: ClassVar = "calendar"
    hours: dict[str, Hours] = Field(default_factory=dict)
    freezes: dict[str, Freeze] = Field(default_factory=dict)
    windows: dict[str, Window] = Field(default_factory=dict)
    """When changes may be made; without any, whenever nothing is frozen."""


class NeedsApproval(Entry):
    """Which plans need an approval: those to which at least one of these applies."""

    risk: RiskLevel | None = None
    """A risk of this level or a higher one."""
    routers_above: int | None = Field(default=None, ge=0, le=100000)
    """More routers than this."""
    roles: tuple[Role, ...] = ()
    """A router of one of these roles."""


class Policy(Entry):
    """What it takes to carry out a plan. It counts as it stands at ``trusted_ref``, not as it lies in the folder."""

    noun: ClassVar = "policy"
    trusted_ref: GitRef
    """The branch of which policy and allowed signers are taken, by its full name: refs/remotes/origin/main."""
    needs_approval: NeedsApproval = NeedsApproval()
    approvals: int = Field(default=1, ge=1, le=5)
    """How many people approve, beside the author."""
    max_age_hours: int = Field(default=72, ge=1, le=8760)
    """How old a signature may be when the plan is carried out."""


class Snmp(Entry):
    contact: Line
    location: Line
    user: Word = "jip"


class Ospf(Entry):
    area: IPv4Address = IPv4Address(0)
    hello_s: int = Field(default=10, ge=1, le=65535)
    dead_s: int = Field(default=40, ge=1, le=65535)


class Access(Entry):
    """How we log in to routers; the password or key is a secret and stands nowhere here."""

    username: Word = "jip"
    port: int = Field(default=22, ge=1, le=65535)


class Controller(Entry):
    """Where jip runs: a LAN of a core router."""

    router: Key
    lan: Key


class Standards(Entry):
    """What every router of the district has in common."""

    noun: ClassVar = "standards"
    domain: Word
    timezone: Annotated[Word, AfterValidator(_zone)] = "Asia/Jakarta"
    banner: Line
    ntp: tuple[IPv4Address, ...] = Field(min_length=1)
    dns: tuple[IPv4Address, ...] = Field(min_length=1)
    syslog: tuple[IPv4Address, ...] = Field(min_length=1)
    radius: tuple[IPv4Address, ...] = ()
    snmp: Snmp
    ospf: Ospf = Ospf()
    access: Access = Access()
    controller: Controller
    management_prefixes: tuple[IPv4Network, ...] = Field(min_length=1)
    """From where routers may be administered."""
    vlans: dict[Zone, Annotated[int, Field(ge=1, le=4094)]] = Field(default_factory=dict)


class Source(NamedTuple):
    """An inventory key; ``field`` may be dotted (``lans.0.prefix``), and empty for the whole object.

    Standards and policy have no key of their own: ``Source("standards", "standards", "ntp.0")``.
    """

    noun: str
    key: str
    field: str = ""

    def __str__(self) -> str:
        thing = self.noun if self.key == self.noun else f"{self.noun} {self.key}"
        return thing + (f".{self.field}" if self.field else "")


class Place(NamedTuple):
    """A line of a file; ``file`` is relative to the project, ``line`` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Network:
    """The whole inventory, checked: every name that one object uses for another exists.

    ``places`` tells where each object and field was written. ``shown_names`` is empty except in a twin, where it
    maps ``(router, interface)`` as the twin has it to the interface's name in the inventory.
    """

    offices: Mapping[str, Office]
    routers: Mapping[str, Router]
    links: Mapping[str, Link]
    standards: Standards
    providers: Mapping[str, Provider] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    pools: Mapping[str, Pool] = field(default_factory=dict)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    policy: Policy | None = None
    places: Mapping[Source, Place] = field(default_factory=dict)
    shown_names: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def office(self, key: str) -> Office:
        """Return the office.

        Raises:
            UnknownNameError: there is none; the message has the closest name.
        """
        return _get(self.offices, "office", key)

    def router(self, key: str) -> Router:
        """Return the router, as `office` does."""
        return _get(self.routers, "router", key)

    def link(self, key: str) -> Link:
        """Return the link, as `office` does."""
        return _get(self.links, "link", key)

    @cached_property
    def _links_by_router(self) -> Mapping[str, tuple[Link, ...]]:
        found: dict[str, list[Link]] = {key: [] for key in self.routers}
        for link in self.links.values():
            for end in link.ends:
                if end.router is not None:
                    found[end.router].append(link)
        return {key: tuple(links) for key, links in found.items()}

    @cached_property
    def _routers_by_office(self) -> Mapping[str, tuple[Router, ...]]:
        found: dict[str, list[Router]] = {key: [] for key in self.offices}
        for router in self.routers.values():
            found[router.office].append(router)
        return {key: tuple(routers) for key, routers in found.items()}

    def links_of(self, router: str) -> tuple[Link, ...]:
        """Return the links that touch ``router``, in inventory order, in whatever state; raises as `router` does."""
        return self._links_by_router[self.router(router).key]

    def routers_of(self, office: str) -> tuple[Router, ...]:
        """Return the routers in ``office``, in inventory order, in whatever state; raises as `office` does."""
        return self._routers_by_office[self.office(office).key]

    def office_of(self, router: str) -> Office:
        """Return the office in which ``router`` stands; raises as `router` does."""
        return self.offices[self.router(router).office]

    def shown(self, router: str, interface: str) -> str:
        """Return the inventory's name for an interface of a router (another one only in a twin)."""
        return self.shown_names.get((router, interface), interface)

    def place(self, source: Source) -> Place | None:
        """Return where ``source`` was written; for a field that was left out, where its object was."""
        while source not in self.places and source.field:
            source = source._replace(field=source.field.rpartition(".")[0])
        return self.places.get(source)

    def replace(self, **changes: Any) -> Network:
        """Return a copy with other mappings, as `dataclasses.replace` does."""
        return dataclasses.replace(self, **changes)


def _get(known: Mapping[str, T], noun: str, key: str) -> T:
    try:
        return known[key]
    except KeyError:
        raise UnknownNameError(noun, key, known) from None


def managed_ends(link: Link) -> Iterator[tuple[str, str]]:
    """Yield ``(router, interface)`` for each end of ``link`` that is ours."""
    for end in link.ends:
        if end.router is not None and end.interface is not None:
            yield end.router, end.interface
