"""A cable with delay, jitter and loss, in user space: kernels without sch_netem have no other.

Run as ``python -m jipkit.lab.pump A B DELAY_MS JITTER_MS LOSS_AB LOSS_BA`` between two network devices; the delay is
one way, losses are percent. Frames travel with their virtio header, so that what the kernel left for the hardware to
do (checksums, segmenting) is done at the far end.
"""

from __future__ import annotations

import contextlib
import heapq
import random
import select
import socket
import sys
import time
from dataclasses import dataclass

from jipkit.lab.namespaces import die_with_parent

_ETH_P_ALL = 3
_SOL_PACKET, _PACKET_VNET_HDR, _PACKET_IGNORE_OUTGOING = 263, 15, 23
_LARGEST = 1 << 17
_FRAMES_AT_ONCE = 64
_BUFFER_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Manner:
    """How the cable treats frames."""

    delay_s: float
    jitter_s: float
    loss: tuple[float, float]
    """Share of the frames that is lost, from the first device and from the second."""


def tap(device: str) -> socket.socket:
    """Return a socket that reads every frame coming in at ``device``, and sends frames out of it."""
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    opened.setsockopt(_SOL_PACKET, _PACKET_VNET_HDR, 1)
    opened.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    opened.bind((device, 0))
    opened.setblocking(False)
    return opened


class Pump:
    """Carries frames between two devices; order is kept, as on a real cable."""

    def __init__(self, a: str, b: str, manner: Manner) -> None:
        self._taps = (tap(a), tap(b))
        self._manner = manner
        self._queue: list[tuple[float, int, int, bytes]] = []
        self._last = [0.0, 0.0]
        self._count = 0

    def run(self) -> None:
        """Carry frames for ever."""
        while True:
            wait = max(0.0, self._queue[0][0] - time.monotonic()) if self._queue else None
            ready, _, _ = select.select(self._taps, [], [], wait)
            for side, opened in enumerate(self._taps):
                if opened in ready:
                    self._take(side)
            self._deliver()

    def _take(self, side: int) -> None:
        for _ in range(_FRAMES_AT_ONCE):
            try:
                frame = self._taps[side].recv(_LARGEST)
            except BlockingIOError:
                return
            except OSError:  # the device went down: the cable is out
                return
            if random.random() < self._manner.loss[side]:  # noqa: S311 - bad luck, not a secret
                continue
            jitter = random.random() * self._manner.jitter_s  # noqa: S311 - same
            due = max(time.monotonic() + self._manner.delay_s + jitter, self._last[side])
            self._last[side] = due
            self._count += 1
            heapq.heappush(self._queue, (due, self._count, 1 - side, frame))

    def _deliver(self) -> None:
        while self._queue and self._queue[0][0] <= time.monotonic():
            _, _, side, frame = heapq.heappop(self._queue)
            with contextlib.suppress(OSError):  # the device is down: what is on the cable is lost
                self._taps[side].send(frame)


def main(arguments: list[str]) -> None:
    """Run a pump as the arguments say."""
    die_with_parent()
    a, b, *numbers = arguments
    delay_ms, jitter_ms, loss_ab, loss_ba = (float(number) for number in numbers)
    Pump(a, b, Manner(delay_ms / 1000, jitter_ms / 1000, (loss_ab / 100, loss_ba / 100))).run()


if __name__ == "__main__":
    main(sys.argv[1:])
