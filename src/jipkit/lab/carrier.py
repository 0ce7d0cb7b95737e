"""The kernel's news of network devices, by netlink: who has a carrier, and setting a device up or down."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

IFF_UP = 0x1
IFF_LOWER_UP = 0x10000

_RTMGRP_LINK = 1
_RTM_NEWLINK, _RTM_DELLINK, _RTM_GETLINK = 16, 17, 18
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_NLM_F_REQUEST, _NLM_F_DUMP = 0x1, 0x300

_HEADER = struct.Struct("=IHHII")
_LINK = struct.Struct("=BxHiII")
_LARGEST = 1 << 18
_BACKLOG_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Carrier:
    """Whether the device with this number has a carrier; a device that is gone has none."""

    index: int
    on: bool


class LinkNews:
    """A netlink socket in the network namespace where it was made."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        self._socket.setsockopt(socket.SOL_SOCKET, 33, _BACKLOG_BYTES)  # SO_RCVBUFFORCE, unnamed in Python 3.11
        self._socket.bind((0, _RTMGRP_LINK))
        self._socket.setblocking(False)

    def fileno(self) -> int:
        return self._socket.fileno()

    def read(self) -> Iterator[Carrier]:
        """Yield what happened since the last call, without waiting."""
        while True:
            try:
                data = self._socket.recv(_LARGEST)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != 105:  # ENOBUFS: news was lost, so ask for everything
                    raise
                self.ask()
                continue
            yield from _carriers(data)

    def ask(self) -> None:
        """Ask for the present state of every device; `read` yields the answers."""
        self._send(_RTM_GETLINK, _NLM_F_REQUEST | _NLM_F_DUMP, _LINK.pack(0, 0, 0, 0, 0))

    def set_up(self, index: int, *, up: bool) -> None:
        """Set a device up or down; one that has just gone is left alone."""
        self._send(_RTM_NEWLINK, _NLM_F_REQUEST, _LINK.pack(0, 0, index, IFF_UP if up else 0, IFF_UP))

    def _send(self, kind: int, flags: int, body: bytes) -> None:
        self._socket.send(_HEADER.pack(_HEADER.size + len(body), kind, flags, 0, 0) + body)


def _carriers(data: bytes) -> Iterator[Carrier]:
    while len(data) >= _HEADER.size:
        length, kind, *_ = _HEADER.unpack_from(data)
        if kind in (_RTM_NEWLINK, _RTM_DELLINK):
            _family, _type, index, flags, _change = _LINK.unpack_from(data, _HEADER.size)
            yield Carrier(index, kind == _RTM_NEWLINK and bool(flags & IFF_LOWER_UP))
        data = data[(length + 3) & ~3 :]
