"""What every router of the district has in common."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from jipkit.model.entry import Entry, Key, Line, Word
from jipkit.model.kinds import Zone


def _zone(value: str) -> str:
    """Return ``value``, the name of a time zone."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:  # not there, no name of one, a folder of them
        raise PydanticCustomError("not_a_zone", "is no time zone such as Asia/Jakarta") from error
    return value


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
