"""The cables between simulated machines, and what a port knows of its own cable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jipkit.lab.blueprint import Cable, Host, Port
from jipkit.testing.router import SimulatedRouter


@dataclass(slots=True)
class Wire:
    """A cable and how it is treated. Losses are shares (0.0 to 1.0) of what ``a`` and what ``b`` sends."""

    key: str
    a: Port
    b: Port
    cut: bool = False
    loss_a: float = 0.0
    loss_b: float = 0.0
    delay_ms: float = 0.0

    def other(self, port: Port) -> Port:
        return self.b if port == self.a else self.a

    def loss_from(self, port: Port) -> float:
        return self.loss_a if port == self.a else self.loss_b


class Fabric:
    """Every machine, every cable, and the ports that join them; it says what physics says, nothing of protocols."""

    def __init__(
        self, routers: Mapping[str, SimulatedRouter], hosts: Mapping[str, Host], cables: Iterable[Cable]
    ) -> None:
        self.routers, self.hosts = routers, hosts
        self.wires = {cable.key: Wire(cable.key, cable.a, cable.b) for cable in cables}
        self.plug_in()

    def plug_in(self) -> None:
        """Learn again which port each cable ends in: for whoever has moved one."""
        self._by_port = {port: wire for wire in self.wires.values() for port in (wire.a, wire.b)}

    def ports_of(self, router: str) -> tuple[Port, ...]:
        """Return the ports that the router has, cabled or not, its loopback last."""
        return (*(Port(router, name) for name in self.routers[router].ports), Port(router, "lo"))

    def wire_at(self, port: Port) -> Wire | None:
        return self._by_port.get(port)

    def far_end(self, port: Port) -> Port | None:
        """Return the port at the other end of the cable, if there is one."""
        wire = self.wire_at(port)
        return None if wire is None else wire.other(port)

    def enabled(self, port: Port) -> bool:
        """Return whether the port is switched on: its machine has power, and did not shut it."""
        router = self.routers.get(port.box)
        return router is None or (router.powered and not router.port(port.name).shut)

    def has_carrier(self, port: Port) -> bool:
        """Return whether the port hears somebody's light: a port that is shut sends none."""
        wire = self.wire_at(port)
        return port.name == "lo" or (wire is not None and not wire.cut and self.enabled(wire.other(port)))

    def up(self, port: Port) -> bool:
        return self.enabled(port) and self.has_carrier(port)

    def alive(self, machine: str) -> bool:
        """Return whether a machine handles packets at all."""
        router = self.routers.get(machine)
        return router is None or (router.powered and not router.frozen)

    def loss(self, port: Port) -> float:
        """Return the share of what ``port`` sends that never arrives at the other end."""
        wire = self.wire_at(port)
        if wire is None or not self.up(port) or not self.alive(port.box) or not self.alive(wire.other(port).box):
            return 1.0
        return wire.loss_from(port)
