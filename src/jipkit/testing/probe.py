"""Who can be reached, all the time: echoes to many addresses from one place, and when they were not answered.

::

    with Probe(offices, lab.console("controller", [])) as probe:    # name -> address
        change_something()
    assert probe.record.lost(longer_than_s=5) == {}

It is a process of its own with one raw socket, so what the test does meanwhile does not hold it up: 120 addresses five
times a second take about two hundredths of a core. It wakes once a round, reads all answers and asks everybody again.
An echo counts as answered however late its answer is; so a machine that is busy makes no loss.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any, Self, cast

_ICMP_FILTER, _SOL_RAW = 1, 255
_ECHO, _ECHO_REPLY = 8, 0
_ECHO_FORMAT = "!BBHHHHI"
"""Type, code, checksum, identity, sequence; which address, which round."""
_BUFFER_BYTES = 8 << 20
_IP_HEADER_WORDS = 0x0F
_LATE_S = 2.0
"""How long answers are waited for after the last round."""
_START_S, _END_S = 30.0, 30.0


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody answered: from the first echo without an answer to the next that had one.

    Both by the machine's monotonic clock, in seconds, as `time.monotonic` tells it. What is lost may be lost for up to
    one interval longer than the gap.
    """

    since_s: float
    until_s: float

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.until_s - self.since_s


@dataclass(frozen=True, slots=True)
class Record:
    """What a probe saw, by the names it was given.

    ``rounds`` is how often each was asked, ``blind_s`` the longest time between two rounds: what is shorter may have
    been missed. ``cpu_s`` is what the probe itself took.
    """

    began_s: float
    ended_s: float
    rounds: int
    blind_s: float
    cpu_s: float
    answered: Mapping[str, int]
    gaps: Mapping[str, tuple[Gap, ...]]

    def lost(self, longer_than_s: float = 0.0) -> Mapping[str, tuple[Gap, ...]]:
        """Return those that had gaps longer than that, with these gaps."""
        found = {name: tuple(g for g in gaps if g.seconds > longer_than_s) for name, gaps in self.gaps.items()}
        return {name: gaps for name, gaps in found.items() if gaps}


class Probe:
    """Asks every address in ``targets`` (by name) from where ``inside`` leads, as long as the block runs.

    ``inside`` is what a command is put behind to run there, such as ``nsenter --net=FILE``; it needs root. ``record``
    is there when the block has ended.
    """

    record: Record

    def __init__(self, targets: Mapping[str, str], inside: Sequence[str] = (), every_s: float = 0.2) -> None:
        self._asked = json.dumps({"targets": dict(targets), "every_s": every_s}) + "\n"
        self._argv = [*inside, sys.executable, "-m", __name__]

    def __enter__(self) -> Self:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        try:
            self._wait_for_first_round()
        except BaseException:
            self._process.kill()
            self._process.communicate()
            raise
        return self

    @property
    def _asks(self) -> IO[str]:
        return cast("IO[str]", self._process.stdin)

    @property
    def _says(self) -> IO[str]:
        return cast("IO[str]", self._process.stdout)

    def _wait_for_first_round(self) -> None:
        with contextlib.suppress(BrokenPipeError):  # then it says why when it is read
            self._asks.write(self._asked)
            self._asks.flush()
        ready = select.select([self._says], [], [], _START_S)[0]
        if not ready or self._says.readline() != "asking\n":
            self._process.kill()
            raise ChildProcessError(f"the probe does not begin: {self._process.communicate()[1].strip()[-500:]}")

    def __exit__(self, *_: object) -> None:
        try:
            said, errors = self._process.communicate(timeout=_END_S)
        except BaseException:
            self._process.kill()
            self._process.communicate()
            raise
        if self._process.returncode:
            raise ChildProcessError(f"the probe broke off: {errors.strip()[-500:]}")
        self.record = read_record(json.loads(said))


def read_record(data: Mapping[str, Any]) -> Record:
    """Return a record that was turned into plain values by `dataclasses.asdict`."""
    gaps = {name: tuple(Gap(**gap) for gap in some) for name, some in data["gaps"].items()}
    return Record(**{**data, "gaps": gaps})


def gaps_of(times: Sequence[float], answered: Sequence[int], end_s: float) -> tuple[Gap, ...]:
    """Return the gaps of one address that was asked at ``times``; one that is not over lasts until ``end_s``.

    >>> gaps_of([0.0, 1.0, 2.0, 3.0], [True, False, False, True], 4.0)
    (Gap(since_s=1.0, until_s=3.0),)
    """
    return tuple(_gaps(times, answered, end_s))


def _gaps(times: Sequence[float], answered: Sequence[int], end_s: float) -> Iterator[Gap]:
    since = None
    for when, there in zip(times, answered, strict=True):
        if there and since is not None:
            yield Gap(since, when)
            since = None
        elif not there and since is None:
            since = when
    if since is not None:
        yield Gap(since, end_s)


class _Rounds:
    """Asks all addresses, round after round, and keeps who answered which round."""

    def __init__(self, targets: Mapping[str, str]) -> None:
        self._names, self._addresses = tuple(targets), tuple(targets.values())
        self._identity = os.getpid() & 0xFFFF
        self._times: list[float] = []
        self._answered = [bytearray() for _ in self._names]
        self._socket = _icmp_socket()

    def ask(self) -> None:
        """Send an echo to everybody; where there is no way, there will be no answer."""
        number = len(self._times)
        self._times.append(time.monotonic())
        for place, address in enumerate(self._addresses):
            self._answered[place].append(False)
            with contextlib.suppress(OSError):  # no route to it: not answered
                self._socket.sendto(_echo(self._identity, place, number), (address, 0))

    def hear(self) -> None:
        """Take the answers that have come."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._take(*self._socket.recvfrom(256))

    def _take(self, packet: bytes, sender: tuple[str, int]) -> None:
        head = (packet[0] & _IP_HEADER_WORDS) * 4
        if len(packet) < head + struct.calcsize(_ECHO_FORMAT):
            return
        kind, _code, _sum, identity, _seq, place, number = struct.unpack_from(_ECHO_FORMAT, packet, head)
        ours = kind == _ECHO_REPLY and identity == self._identity and place < len(self._names)
        if ours and number < len(self._times) and sender[0] == self._addresses[place]:
            self._answered[place][number] = True

    def record(self, end_s: float) -> Record:
        """Return what was seen, the last round at ``end_s``."""
        pauses = [later - sooner for sooner, later in zip(self._times, [*self._times[1:], end_s], strict=True)]
        return Record(
            began_s=self._times[0],
            ended_s=end_s,
            rounds=len(self._times),
            blind_s=max(pauses),
            cpu_s=time.process_time(),
            answered={name: sum(seen) for name, seen in zip(self._names, self._answered, strict=True)},
            gaps={
                name: gaps_of(self._times, seen, end_s) for name, seen in zip(self._names, self._answered, strict=True)
            },
        )


def _icmp_socket() -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    opened.setsockopt(_SOL_RAW, _ICMP_FILTER, struct.pack("=I", 0xFFFFFFFF & ~(1 << _ECHO_REPLY)))
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    opened.setblocking(False)
    return opened


def _echo(identity: int, place: int, number: int) -> bytes:
    """Return an echo request: ICMP type 8 with the checksum of RFC 1071."""
    words = (identity, number & 0xFFFF, place, number >> 16, number & 0xFFFF)
    total = sum(words, _ECHO << 8)
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(_ECHO_FORMAT, _ECHO, 0, 0xFFFF & ~total, identity, number & 0xFFFF, place, number)


def main() -> None:
    """Probe what the first line of the standard input says until that input ends; print the record."""
    asked = json.loads(sys.stdin.readline())
    rounds, every_s = _Rounds(asked["targets"]), asked["every_s"]
    rounds.ask()
    print("asking", flush=True)  # noqa: T201 - this is how it talks to whoever started it
    next_s = time.monotonic() + every_s
    while not select.select([sys.stdin], [], [], max(0.0, next_s - time.monotonic()))[0]:
        rounds.hear()
        rounds.ask()
        next_s = max(next_s + every_s, time.monotonic())
    end_s = time.monotonic()
    while time.monotonic() < end_s + _LATE_S:
        time.sleep(every_s)
        rounds.hear()
    print(json.dumps(asdict(rounds.record(end_s))))  # noqa: T201 - same


if __name__ == "__main__":
    main()
