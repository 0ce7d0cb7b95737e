"""Offices, their routers, and the LANs of their users."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, ClassVar

from pydantic import Field

from jipkit.model.entry import Entry, InterfaceName, Key, Line, Platform
from jipkit.model.kinds import OfficeKind, Role, State, Zone


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
