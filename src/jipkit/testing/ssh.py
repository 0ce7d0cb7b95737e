"""An SSH server on loopback that answers as it is told: good routers, wrong keys, nonsense, and silence."""

from __future__ import annotations

import base64
import logging
import socket
import threading
from collections.abc import Callable
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


class SshServer(paramiko.ServerInterface):
    """Serves until the ``with`` block ends; ``answer`` gives what each command prints.

    ``keys`` may log in, and so may ``password``. Its threads have ended when the block has.
    """

    def __init__(
        self,
        host_key: paramiko.PKey,
        answer: Answer = lambda _: b"",
        *,
        keys: tuple[paramiko.PKey, ...] = (),
        password: str | None = None,
    ) -> None:
        self._host_key, self._answer, self._keys, self._password = host_key, answer, keys, password
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._acceptor = threading.Thread(target=self._accept, name="ssh server", daemon=True)
        self._transports: list[paramiko.Transport] = []
        self._commands: list[threading.Thread] = []
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
        for transport in self._transports:
            transport.close()
            transport.join()
        for command in self._commands:
            command.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed: we are done
                return
            transport = paramiko.Transport(connection)
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

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        """Answer a command, in a thread of its own."""
        worker = threading.Thread(target=self._run, args=(channel, command.decode()), daemon=True)
        self._commands.append(worker)
        worker.start()
        return True

    def _run(self, channel: paramiko.Channel, command: str) -> None:
        try:
            while channel.recv(65536):  # until the client has said all it wants to, so that it hears us from the start
                pass
            channel.sendall(self._answer(command))
            channel.send_exit_status(0)
            channel.close()
        except OSError:  # the client has gone
            return
