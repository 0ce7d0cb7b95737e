"""The Nornir connection that every task asks for: the NAPALM driver of a router's platform, safely opened."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jipkit.errors import LoginError, RouterError, UnreachableError
from jipkit.hostkeys import name_at
from jipkit.reasons import because
from jipkit.transport.failures import hush, revoked_key, translated, unknown_key
from jipkit.transport.login import AUTH_TIMEOUT_S, CONNECT_TIMEOUT_S, Target, strict
from jipkit.transport.sockets import connected, cut, file_of

CONNECTION = "device"
"""The name under which tasks ask Nornir for a session."""

COMMAND_TIMEOUT_S = 30


class DeviceConnection:
    """Nornir connection plugin: a session with a router, as the NAPALM driver of its platform.

    ``extras`` holds ``target``, and may hold ``driver``: a class that stands in for the driver (a simulated router).
    """

    connection: Any

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    def open(  # noqa: PLR0917 - the signature is that of Nornir
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Any = None,
    ) -> None:
        """Open the session.

        Raises:
            UnreachableError: no session comes about.
            IdentityError: the host key is not the one that is pinned, or none is.
            LoginError: the router refused us.
            AnswerError: we are in, and the router answers what we do not understand.
            RouterError: there is no driver for its platform.
        """
        del username, password, platform, configuration  # the target says all of it, and of one router
        given = extras or {}
        target: Target = given["target"]
        address = str(hostname)
        if stand_in := given.get("driver"):
            self.connection = _opened_stand_in(stand_in, target, address)
        else:
            self.connection = self._opened(target, address, port or target.login.port)
        if target.given_up.is_set():
            self.abort()
            raise UnreachableError(target.router, because("too-late"))

    def close(self) -> None:
        """Close the session."""
        self.connection.close()

    def abort(self) -> None:
        """Cut the session at once, from whatever thread: who waits for an answer in it gets an error."""
        if self._socket is not None:
            cut(self._socket)

    def _opened(self, target: Target, address: str, port: int) -> Any:
        driver_class = driver_of(target)
        pinned = target.hostkeys.pinned(target.router)
        if pinned is None:
            raise unknown_key(target.router, target.jip)
        if target.hostkeys.is_revoked(pinned):
            raise revoked_key(target.router, pinned, target.jip)
        hush()
        self._socket = connected(target.router, address, port, CONNECT_TIMEOUT_S)
        started = time.monotonic()
        try:
            with file_of(pinned, name_at(address, port)) as known_hosts:
                options = {**target.login.options(), **strict(known_hosts), "port": port, "sock": self._socket}
                driver = driver_class(
                    address,
                    target.login.username,
                    target.login.password,
                    timeout=COMMAND_TIMEOUT_S,
                    optional_args=options,
                )
                driver.open()
        except Exception as error:
            cut(self._socket)
            self._socket.close()
            raise _in_our_words(target, error, time.monotonic() - started) from error
        return driver


def load_drivers() -> None:
    """Import NAPALM: in the main thread, before many want it at once."""
    import napalm  # noqa: F401, PLC0415 - costs half a second: paid only where a session is opened


def driver_of(target: Target) -> Callable[..., Any]:
    """Return the NAPALM driver for a router.

    Raises:
        RouterError: its platform has none, or it is not installed.
    """
    if target.facts is None or target.facts.napalm is None:
        raise RouterError(
            target.router,
            because("no-platform", platform=target.platform),
            because("leave-out"),
        )
    from napalm import get_network_driver  # noqa: PLC0415 - costs half a second: paid only where a session is opened
    from napalm.base.exceptions import ModuleImportError  # noqa: PLC0415 - same

    from jipkit.drivers import load  # noqa: PLC0415 - beside NAPALM

    try:
        driver: Callable[..., Any] = load(target.facts.napalm) or get_network_driver(target.facts.napalm)
    except ModuleImportError as error:
        raise RouterError(
            target.router, because("no-driver", driver=repr(target.facts.napalm)), because("install-driver")
        ) from error
    return driver


def _in_our_words(target: Target, error: Exception, elapsed_s: float) -> Exception:
    found = translated(target.router, error, target.jip)
    if isinstance(found, LoginError):
        if elapsed_s >= AUTH_TIMEOUT_S:
            return UnreachableError(target.router, because("no-login-answer", seconds=f"{AUTH_TIMEOUT_S:g}"))
        user = target.login.username
        refused = because("login-refused", user=user, means=target.login.means())
        return LoginError(target.router, refused, because("name-a-key", user=user))
    return found or error


_stand_in: ContextVar[Callable[..., Any] | None] = ContextVar("stand_in", default=None)


@contextmanager
def simulated(driver: Callable[..., Any]) -> Iterator[None]:
    """Let ``driver`` stand in for every router that a session is opened with; it is told which as ``router``."""
    token = _stand_in.set(driver)
    try:
        yield
    finally:
        _stand_in.reset(token)


def stand_in() -> Mapping[str, Any]:
    """Return what tells `DeviceConnection` who stands in for the router, if somebody does."""
    driver = _stand_in.get()
    return {"driver": driver} if driver else {}


def _opened_stand_in(driver_class: Callable[..., Any], target: Target, address: str) -> Any:
    driver = driver_class(
        address,
        target.login.username,
        target.login.password,
        timeout=COMMAND_TIMEOUT_S,
        optional_args={"router": target.router},
    )
    try:
        driver.open()
    except Exception as error:
        raise translated(target.router, error, target.jip) or error from error
    return driver
