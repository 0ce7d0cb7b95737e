"""Wait until a lab's routers answer SSH from its controller: then the routing between them has converged."""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from jipkit.lab.namespaces import in_network

SSH_PORT = 22
_TRY_SECONDS = 1.0
_PAUSE_SECONDS = 0.1


def silent_routers(
    controller: Path, addresses: Mapping[str, str], within_s: float, answered: Callable[[str], object]
) -> list[str]:
    """Return the routers that show no SSH banner within ``within_s``, seen from the network ``controller``.

    ``answered`` is called with each router that does.
    """
    return in_network(controller, lambda: _silent(dict(addresses), within_s, answered))


def _silent(addresses: dict[str, str], within_s: float, answered: Callable[[str], object]) -> list[str]:
    end = time.monotonic() + within_s
    while addresses and time.monotonic() < end:
        for router in _greeted(addresses, min(_TRY_SECONDS, end - time.monotonic())):
            del addresses[router]
            answered(router)
        if addresses:
            time.sleep(_PAUSE_SECONDS)
    return list(addresses)


def _greeted(addresses: Mapping[str, str], within_s: float) -> list[str]:
    """Return the routers that greet us, having asked all of them at once."""
    found = []
    end = time.monotonic() + within_s
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as opened:
        for router, address in addresses.items():
            attempt = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            attempt.setblocking(False)
            attempt.connect_ex((address, SSH_PORT))
            selector.register(attempt, selectors.EVENT_READ, router)
        while selector.get_map() and (left := end - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                selector.unregister(key.fileobj)
                with contextlib.suppress(OSError):  # refused, or no route yet
                    if isinstance(key.fileobj, socket.socket) and key.fileobj.recv(4) == b"SSH-":
                        found.append(str(key.data))
    return found
