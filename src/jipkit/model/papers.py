"""What is written down of a network beside its boxes: providers, contracts, the address plan, waivers."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Network
from typing import ClassVar, Literal

from pydantic import Field

from jipkit.model.entry import Day, Entry, Key, Line
from jipkit.model.offices import Contact


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
