"""Links, their two ends, and what is spoken over them."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface, IPv4Network
from typing import Any, ClassVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from jipkit.model.entry import Entry, InterfaceName, Key, Line
from jipkit.model.kinds import Medium, Routing, State


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


def managed_ends(link: Link) -> Iterator[tuple[str, str]]:
    """Yield ``(router, interface)`` for each end of ``link`` that is ours."""
    for end in link.ends:
        if end.router is not None and end.interface is not None:
            yield end.router, end.interface
