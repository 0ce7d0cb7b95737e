"""What a lab shall hold: boxes, their ports, and the cables between them. Values only, that travel as JSON."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

HOST_PORT = "eth0"
"""The only port of a host."""


@dataclass(frozen=True, slots=True)
class Port:
    """A network device ``name`` in the namespace of ``box``."""

    box: str
    name: str


@dataclass(frozen=True, slots=True)
class Cable:
    """What joins two ports. ``key`` is the link's, or the host's where it joins a router and a host on its LAN."""

    key: str
    a: Port
    b: Port


@dataclass(frozen=True, slots=True)
class Box:
    """A machine that runs FRRouting: a router of ours, or somebody else's at the end of a BGP link.

    ``config`` is its saved configuration, secrets and all. Without ``host_key`` it has no sshd: it is not ours.
    """

    key: str
    config: str
    addresses: tuple[str, ...]
    lldp_ports: tuple[str, ...]
    host_key: str | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """A machine that only has an address and a default route: a user on a LAN, or the far end of a plain link."""

    key: str
    address: str
    gateway: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A lab: ``controller`` is the host that jip runs on, ``unplugged`` are the ports nothing is connected to."""

    name: str
    root: str
    controller: str
    users: tuple[str, ...]
    public_key: str
    boxes: tuple[Box, ...]
    hosts: tuple[Host, ...]
    cables: tuple[Cable, ...]
    unplugged: tuple[Port, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all boxes and hosts."""
        return (*(box.key for box in self.boxes), *(host.key for host in self.hosts))

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Blueprint:
        """Return the blueprint that `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        parts = {
            "users": tuple(data["users"]),
            "boxes": tuple(_box(box) for box in data["boxes"]),
            "hosts": tuple(Host(**host) for host in data["hosts"]),
            "cables": tuple(Cable(c["key"], Port(**c["a"]), Port(**c["b"])) for c in data["cables"]),
            "unplugged": tuple(Port(**port) for port in data["unplugged"]),
        }
        return cls(**(data | parts))


def _box(data: dict[str, Any]) -> Box:
    return Box(**data | {"addresses": tuple(data["addresses"]), "lldp_ports": tuple(data["lldp_ports"])})
