"""The patch panel of a lab: every port of every box ends there, and cables join two of them.

A port is a veth pair: one device in the box's namespace, its *jack* in the panel's. A cable is a pair of nftables
rules that pass frames from one jack to the other, so that a box never notices how its cable is treated: a cut takes
the carrier from both ends and leaves both ports administratively up, as with a real cable.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from jipkit.errors import LabError
from jipkit.lab.blueprint import Cable, Port
from jipkit.lab.carrier import Devices

PULL_SECONDS = 1.5
"""How long a plug is out that is put in elsewhere: lldpd needs as long to notice."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How a cable is. Losses are percent of the frames from ``a`` and from ``b``; ``delay_ms`` is one way."""

    cut: bool = False
    loss_a: float = 0
    loss_b: float = 0
    delay_ms: float = 0
    jitter_ms: float = 0

    @property
    def pumped(self) -> bool:
        return self.delay_ms > 0 or self.jitter_ms > 0


@dataclass(slots=True)
class Jack:
    """The panel's end of a port.

    ``dark``: nothing is ever plugged into it. ``lowered``: taken down by us, so that the port has no carrier.
    """

    name: str
    port: Port
    dark: bool = False
    index: int = 0
    lowered: bool = False


@dataclass(slots=True)
class Wire:
    """A cable in the panel."""

    key: str
    jacks: tuple[Jack, Jack]
    condition: Condition = field(default_factory=Condition)
    pump: subprocess.Popen[bytes] | None = None

    @property
    def powered(self) -> bool:
        """Both its boxes have power."""
        return all(jack.index for jack in self.jacks)

    def other(self, jack: Jack) -> Jack:
        return self.jacks[1] if jack is self.jacks[0] else self.jacks[0]


def ip(lines: Iterable[str], namespace: str | None = None) -> None:
    """Run ``ip`` commands, all in one process.

    Raises:
        LabError: one of them failed; the message has what ``ip`` said.
    """
    where = ["-n", namespace] if namespace else []
    text = "".join(f"{line}\n" for line in lines)
    _run(["ip", *where, "-batch", "-"], text)


def _run(argv: Sequence[str], text: str) -> None:
    done = subprocess.run(argv, input=text, text=True, capture_output=True, check=False)
    if done.returncode:
        raise LabError(f"{' '.join(argv)}: {done.stderr.strip()[:500]}")


def hardware_address(port: Port) -> str:
    """Return a port's own MAC address: the same in each lab, and after each power cut."""
    digest = hashlib.sha256(f"{port.box}/{port.name}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))


class Panel:
    """The patch panel, in the network namespace of the process that makes it."""

    def __init__(self, cables: Iterable[Cable], unplugged: Iterable[Port]) -> None:
        self.wires = {c.key: _wire(number, c) for number, c in enumerate(cables)}
        self._dark = [Jack(f"d{number}", port, dark=True) for number, port in enumerate(unplugged)]
        self._devices = Devices()
        self._by_index: dict[int, Wire] = {}

    def fileno(self) -> int:
        return self._devices.fileno()

    def build(self) -> None:
        """Make every port, and plug in every cable."""
        self._make([*self._jacks(), *self._dark])
        self._plug(self.wires.values())
        self._write_rules(self.wires.values())

    def follow(self) -> None:
        """Give each port the carrier that the other end of its cable has by now."""
        changed = self._devices.changed()
        self._balance(self.wires.values() if changed is None else self._touched(changed))

    def _touched(self, indexes: Iterable[int]) -> list[Wire]:
        found = {wire.key: wire for index in indexes if (wire := self._by_index.get(index)) is not None}
        return list(found.values())

    def settle(self) -> None:
        """Do as `follow` does for every cable, whether or not there is news of it."""
        self._balance(self.wires.values())

    def treat(self, key: str, **changes: float | bool) -> None:
        """Change the condition of a cable.

        Raises:
            LabError: there is no such cable.
        """
        wire = self._wire(key)
        wire.condition = replace(wire.condition, **changes)  # type: ignore[arg-type]
        self._apply([wire])

    def swap(self, key: str, other: str) -> None:
        """Exchange the far ends of two cables, as a hand at the panel might.

        Raises:
            LabError: there is no such cable, or it is the same one.
        """
        first, second = self._wire(key), self._wire(other)
        if first is second:
            raise LabError(f"cable {key!r}: name another one to swap its far end with")
        for jack in (*first.jacks, *second.jacks):
            self._set_lowered(jack, lowered=True)
        time.sleep(PULL_SECONDS)
        first.jacks, second.jacks = (first.jacks[0], second.jacks[1]), (second.jacks[0], first.jacks[1])
        self._plug([first, second])
        self._apply([first, second])

    def unmake(self, box: str) -> None:
        """Take away every port of a box, with its jack: its power is cut."""
        jacks = self._jacks_of(box)
        touched = self._wires_of(box)
        for wire in touched:
            self._stop_pump(wire)
        ip(f"link del {jack.name}" for jack in jacks)
        for jack in jacks:
            self._by_index.pop(jack.index, None)
            jack.index, jack.lowered = 0, False
        self._balance(touched)

    def remake(self, box: str) -> None:
        """Make every port of a box again."""
        self._make(self._jacks_of(box))
        touched = self._wires_of(box)
        self._plug(touched)
        self._apply(touched)

    def _wire(self, key: str) -> Wire:
        try:
            return self.wires[key]
        except KeyError:
            raise LabError(f"no cable {key!r} in this lab") from None

    def _jacks(self) -> Iterator[Jack]:
        for wire in self.wires.values():
            yield from wire.jacks

    def _jacks_of(self, box: str) -> list[Jack]:
        return [jack for jack in (*self._jacks(), *self._dark) if jack.port.box == box]

    def _wires_of(self, box: str) -> list[Wire]:
        return [wire for wire in self.wires.values() if any(jack.port.box == box for jack in wire.jacks)]

    def _make(self, jacks: Sequence[Jack]) -> None:
        ip(
            f"link add {j.name} type veth peer name {j.port.name} address {hardware_address(j.port)} netns {j.port.box}"
            for j in jacks
        )
        ip(f"link set {jack.name} up" for jack in jacks if not jack.dark)

    def _plug(self, wires: Iterable[Wire]) -> None:
        for wire in wires:
            for jack in wire.jacks:
                with contextlib.suppress(OSError):  # its box is without power
                    jack.index = socket.if_nametoindex(jack.name)
                    self._by_index[jack.index] = wire

    def _apply(self, wires: Sequence[Wire]) -> None:
        self._write_rules(wires)
        for wire in wires:
            self._stop_pump(wire)
            if wire.condition.pumped and wire.powered:
                self._start_pump(wire)
            if wire.condition.cut or all(jack.lowered for jack in wire.jacks):
                for jack in wire.jacks:
                    self._set_lowered(jack, lowered=wire.condition.cut)
        self._balance(wires)

    def _start_pump(self, wire: Wire) -> None:
        a, b = wire.jacks
        state = wire.condition
        numbers = (state.delay_ms, state.jitter_ms, state.loss_a, state.loss_b)
        command = [sys.executable, "-m", "jipkit.lab.pump", a.name, b.name, *map(str, numbers)]
        wire.pump = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def _stop_pump(self, wire: Wire) -> None:
        if wire.pump is not None:
            wire.pump.kill()
            wire.pump.wait()
            wire.pump = None

    def _balance(self, wires: Iterable[Wire]) -> None:
        """Take the carrier from one end of a cable where the other has none, and give it back where it has.

        What counts is how the devices are now, not what happened to them on the way: news of our own doing that
        arrives late would otherwise be answered for ever.
        """
        for wire in wires:
            a, b = wire.jacks
            for jack, other in ((a, b), (b, a), (a, b)):
                if not wire.condition.cut and not jack.lowered:
                    self._set_lowered(other, lowered=not self._has_carrier(jack))

    def _has_carrier(self, jack: Jack) -> bool:
        return jack.index != 0 and self._devices.has_carrier(jack.index)

    def _set_lowered(self, jack: Jack, *, lowered: bool) -> None:
        if jack.lowered != lowered and jack.index:
            jack.lowered = lowered
            self._devices.set_up(jack.index, up=not lowered)

    def _write_rules(self, wires: Iterable[Wire]) -> None:
        _run(["nft", "-f", "-"], "".join(_rules(wire) for wire in wires if wire.powered))


def _wire(number: int, cable: Cable) -> Wire:
    return Wire(cable.key, (Jack(f"c{number}a", cable.a), Jack(f"c{number}b", cable.b)))


def _rules(wire: Wire) -> str:
    """Return the nftables text that makes a cable what its condition says."""
    a, b = wire.jacks
    table = f"wire_{a.name}"
    state = wire.condition
    return (
        f"add table netdev {table}\ndelete table netdev {table}\n"
        f"table netdev {table} {{\n{_chain(a, b, state.loss_a, state)}{_chain(b, a, state.loss_b, state)}}}\n"
    )


def _chain(source: Jack, target: Jack, loss: float, state: Condition) -> str:
    hook = f'type filter hook ingress device "{source.name}" priority 0;'
    return f"  chain {source.name} {{ {hook} {_verdict(target, loss, state)} }}\n"


def _verdict(target: Jack, loss: float, state: Condition) -> str:
    if state.pumped or loss >= 100:
        return "drop;"
    lose = f"numgen random mod 10000 < {round(loss * 100)} drop; " if loss > 0 else ""
    return f'{lose}fwd to "{target.name}";'
