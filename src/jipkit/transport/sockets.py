"""Connections below a session: TCP, and what an SSH server shows before anybody logs in."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

import paramiko

from jipkit.errors import UnreachableError
from jipkit.hostkeys import HostKey
from jipkit.reasons import because
from jipkit.transport.failures import hush, reason


def connected(router: str, address: str, port: int, timeout_s: float) -> socket.socket:
    """Return a TCP connection to a router.

    Raises:
        UnreachableError: none comes about.
    """
    try:
        made = socket.create_connection((address, port), timeout=timeout_s)
    except TimeoutError as error:
        raise UnreachableError(
            router, because("no-answer", address=address, port=port, seconds=f"{timeout_s:g}")
        ) from error
    except OSError as error:
        raise UnreachableError(
            router, because("cannot-connect", address=address, port=port, reason=reason(error))
        ) from error
    # SSH's small packets would otherwise wait for the peer's delayed acknowledgements: 90 ms a session
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def cut(connection: socket.socket) -> None:
    """End a connection at once, from whatever thread; who waits for it gets an error."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it is cut already
        return


@contextmanager
def file_of(key: HostKey, name: str) -> Iterator[Path]:
    """Yield a known_hosts file that holds one key alone.

    The whole file would be parsed again for each session, and would tie a key to an address: here a router is
    tied to its key, at whatever address it is reached. In memory, so that a full disk does not matter.
    """
    descriptor = os.memfd_create("known_hosts")
    try:
        os.write(descriptor, f"{name} {key.type} {key.base64}\n".encode())
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def fetch_host_key(address: IPv4Address | str, port: int, timeout_s: float, router: str | None = None) -> HostKey:
    """Return the key that the SSH server at ``address`` shows; nobody logs in.

    Raises:
        UnreachableError: nobody answers there, or not in SSH.
    """
    hush()
    whose = router or str(address)
    transport = paramiko.Transport(connected(whose, str(address), port, timeout_s))
    transport.banner_timeout = timeout_s
    try:
        transport.start_client(timeout=timeout_s)
        key = transport.get_remote_server_key()
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise UnreachableError(whose, because("no-ssh", address=address, port=port, reason=reason(error))) from error
    finally:
        transport.close()
    return HostKey(key.get_name(), base64.b64encode(key.asbytes()).decode())
