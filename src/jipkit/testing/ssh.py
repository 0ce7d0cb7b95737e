"""An SSH server on loopback that answers as it is told: good routers, wrong keys, nonsense, and silence."""

from __future__ import annotations

import base64
import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from jipkit.hostkeys import HostKey

# clients that go away without a word are what it is for
logging.getLogger(__name__).setLevel(logging.CRITICAL)

Answer = Callable[[str], bytes]

_LINGER_S = 0.2
"""How long a channel stays after its end was said: paramiko confirms a command after we may have answered it, and a
channel that is closed by then looks to the client as if it had been refused."""


@dataclass(slots=True)
class Window:
    """The terminal that a client says it has: its name, and its size in characters."""

    term: str = ""
    width: int = 80
    height: int = 24


@dataclass(frozen=True, slots=True)
class Visit:
    """One channel of somebody who has logged in as ``user``."""

    user: str
    channel: paramiko.Channel
    window: Window = field(default_factory=Window)


Program = Callable[[Visit, str], int]
"""Something that talks over a channel of its own, told what was asked for; it returns an exit status."""


class SshServer(paramiko.ServerInterface):
    """Serves until the ``with`` block ends; ``answer`` gives what each command prints.

    ``keys`` may log in, and so may ``password``. Its threads have ended when the block has. A ``shell`` serves whoever
    asks for one (see `jipkit.testing.devices.terminal`), ``subsystems`` those who ask for them by name, and
    ``programs`` the commands that begin with their name and talk both ways (``scp``). ``hears_out``: commands are
    answered when the client has said all it wants to; most devices do not listen to it, and answer at once.
    ``admits`` is asked whenever somebody connects: no means that the connection is cut, as by a firewall.
    """

    def __init__(
        self,
        host_key: paramiko.PKey,
        answer: Answer = lambda _: b"",
        *,
        keys: tuple[paramiko.PKey, ...] = (),
        password: str | None = None,
        shell: Callable[[Visit], None] | None = None,
        programs: Mapping[str, Program] | None = None,
        subsystems: Mapping[str, Program] | None = None,
        hears_out: bool = True,
        admits: Callable[[], bool] = lambda: True,
        software: str | None = None,
    ) -> None:
        self._host_key, self._answer, self._keys, self._password = host_key, answer, keys, password
        self._shell, self._programs, self._subsystems = shell, dict(programs or {}), dict(subsystems or {})
        self._hears_out, self._admits, self._software = hears_out, admits, software
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._acceptor = threading.Thread(target=self._accept, name="ssh server", daemon=True)
        self._transports: list[paramiko.Transport] = []
        self._workers: list[threading.Thread] = []
        self._windows: dict[paramiko.Channel, Window] = {}
        self.logins: list[str] = []

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listener.getsockname()[1])

    @property
    def host_key(self) -> HostKey:
        """The key it shows."""
        return HostKey(self._host_key.get_name(), base64.b64encode(self._host_key.asbytes()).decode())

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        self.cut()
        for transport in self._transports:
            transport.join()
        for worker in self._workers:
            worker.join()

    def cut(self) -> None:
        """End every session, as a restart of the device does; new ones may come."""
        for transport in tuple(self._transports):
            _end(transport)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed: we are done
                return
            if not self._admits():
                connection.close()
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            transport = paramiko.Transport(connection)
            if self._software is not None:
                transport.local_version = f"SSH-2.0-{self._software}"
            transport.set_log_channel(__name__)
            transport.add_server_key(self._host_key)
            transport.start_server(event=threading.Event(), server=self)
            self._transports.append(transport)

    # -------------------------------------------------------------- what paramiko asks

    def get_allowed_auths(self, username: str) -> str:
        """Return how one may log in."""
        del username
        return "publickey,password"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        """Return whether ``key`` may log in."""
        return self._login(username, key in self._keys)

    def check_auth_password(self, username: str, password: str) -> int:
        """Return whether ``password`` may log in."""
        return self._login(username, password == self._password)

    def _login(self, username: str, good: bool) -> int:
        if good:
            self.logins.append(username)
        return AUTH_SUCCESSFUL if good else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Accept sessions alone."""
        del chanid
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(  # noqa: PLR0917 - the signature is that of paramiko
        self,
        channel: paramiko.Channel,
        term: bytes,
        width: int,
        height: int,
        pixelwidth: int,
        pixelheight: int,
        modes: bytes,
    ) -> bool:
        """Give a terminal of the client's size."""
        del pixelwidth, pixelheight, modes
        self._windows[channel] = Window(term.decode(errors="replace"), width, height)
        return True

    def check_channel_window_change_request(
        self, channel: paramiko.Channel, width: int, height: int, pixelwidth: int, pixelheight: int
    ) -> bool:
        """Let a terminal have another size."""
        del pixelwidth, pixelheight
        window = self._windows.setdefault(channel, Window())
        window.width, window.height = width, height
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        """Start the shell, in a thread of its own."""
        shell = self._shell
        if shell is None:
            return False
        self._work(channel, lambda: shell(self._visit(channel)))
        return True

    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        """Start a subsystem, in a thread of its own."""
        subsystem = self._subsystems.get(name)
        if subsystem is None:
            return False
        self._work(channel, lambda: self._talk(subsystem, channel, name))
        return True

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        """Answer a command, in a thread of its own."""
        said = command.decode(errors="replace")
        program = self._programs.get(said.split(maxsplit=1)[0] if said.strip() else "")
        if program is None:
            self._work(channel, lambda: self._run(channel, said))
        else:
            self._work(channel, lambda: self._talk(program, channel, said))
        return True

    def _visit(self, channel: paramiko.Channel) -> Visit:
        user = channel.get_transport().get_username()
        return Visit(user or "", channel, self._windows.setdefault(channel, Window()))

    def _work(self, channel: paramiko.Channel, job: Callable[[], None]) -> None:
        def work() -> None:
            try:
                job()
            except (OSError, EOFError, paramiko.SSHException):  # the client has gone
                return
            finally:
                self._windows.pop(channel, None)
                with suppress(OSError, EOFError):  # same
                    channel.close()

        worker = threading.Thread(target=work, name="ssh channel", daemon=True)
        self._workers.append(worker)
        worker.start()

    def _talk(self, program: Program, channel: paramiko.Channel, said: str) -> None:
        try:
            channel.send_exit_status(program(self._visit(channel), said))
        finally:
            _linger(channel)  # one that broke off is not one that was refused

    def _run(self, channel: paramiko.Channel, command: str) -> None:
        if self._hears_out:
            while channel.recv(65536):  # until the client has said all it wants to, so that it hears us from the start
                pass
        channel.sendall(self._answer(command))
        channel.send_exit_status(0)
        if not self._hears_out:
            _linger(channel)


def _end(transport: paramiko.Transport) -> None:
    """End a session at once: paramiko alone would look up from its reading only ten times a second."""
    with suppress(OSError):  # the client was quicker
        transport.sock.shutdown(socket.SHUT_RDWR)
    transport.close()


def _linger(channel: paramiko.Channel) -> None:
    """Say that nothing more comes, and give the client time to close the channel itself."""
    channel.shutdown_write()
    until = time.monotonic() + _LINGER_S
    while not channel.closed and time.monotonic() < until:
        time.sleep(0.005)
