"""Network devices by netlink: news of them, whether one has a carrier, and setting one up or down."""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Iterator

_IFF_UP = 0x1
_IFF_LOWER_UP = 0x10000

_RTMGRP_LINK = 1
_RTM_NEWLINK, _RTM_DELLINK, _RTM_GETLINK = 16, 17, 18
_NLM_F_REQUEST, _NLM_F_ACK = 0x1, 0x4

_HEADER = struct.Struct("=IHHII")
_LINK = struct.Struct("=BxHiII")
_LARGEST = 1 << 18
_BACKLOG_BYTES = 8 << 20
_SO_RCVBUFFORCE = 33
_ANSWER_SECONDS = 5.0


class Devices:
    """The devices of the network namespace in which this is made; ``fileno`` can be read when there is news."""

    def __init__(self) -> None:
        self._news = _netlink(_RTMGRP_LINK)
        self._news.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BACKLOG_BYTES)
        self._news.setblocking(False)
        self._asked = _netlink(0)
        self._asked.settimeout(_ANSWER_SECONDS)

    def fileno(self) -> int:
        return self._news.fileno()

    def changed(self) -> set[int] | None:
        """Return the numbers of the devices that something happened to since the last call; None: maybe to all.

        It tells that something happened, not what: by now the device may be as it was.
        """
        found: set[int] | None = set()
        while True:
            try:
                data = self._news.recv(_LARGEST)
            except BlockingIOError:
                return found
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                found = None  # news was lost
            else:
                if found is not None:
                    found |= {index for index, _ in _links(data)}

    def has_carrier(self, index: int) -> bool:
        """Return whether a device has a carrier right now; one that is gone or down has none."""
        answer = self._ask(_RTM_GETLINK, _NLM_F_REQUEST, _LINK.pack(0, 0, index, 0, 0))
        return any(bool(flags & _IFF_LOWER_UP) for _, flags in _links(answer))

    def set_up(self, index: int, *, up: bool) -> None:
        """Set a device up or down, and return when it is; one that is gone is left alone."""
        body = _LINK.pack(0, 0, index, _IFF_UP if up else 0, _IFF_UP)
        self._ask(_RTM_NEWLINK, _NLM_F_REQUEST | _NLM_F_ACK, body)

    def _ask(self, kind: int, flags: int, body: bytes) -> bytes:
        self._asked.send(_HEADER.pack(_HEADER.size + len(body), kind, flags, 0, 0) + body)
        return self._asked.recv(_LARGEST)


def _netlink(groups: int) -> socket.socket:
    opened = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
    opened.bind((0, groups))
    return opened


def _links(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield number and flags of each device that netlink messages are about."""
    while len(data) >= _HEADER.size:
        length, kind, *_ = _HEADER.unpack_from(data)
        if kind in (_RTM_NEWLINK, _RTM_DELLINK):
            _family, _type, index, flags, _change = _LINK.unpack_from(data, _HEADER.size)
            yield index, flags if kind == _RTM_NEWLINK else 0
        data = data[(length + 3) & ~3 :]
