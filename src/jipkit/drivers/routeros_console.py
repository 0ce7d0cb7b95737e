"""A session with a RouterOS router: commands on exec channels, files over SFTP.

Exec channels rather than Netmiko's prompt: each command has a channel of its own, so that its answer is all that comes
and nothing but it, without echo, prompt or repainted lines to take out; RouterOS has no configuration mode that would
need one session. The user name carries Netmiko's suffix all the same: it keeps the console from folding lines.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import paramiko
from napalm.base.exceptions import CommandErrorException, ConnectionClosedException, ConnectionException

from jipkit.hostkeys import HostKey, name_at
from jipkit.transport.sockets import file_of
from napalm_frr.connection import SshOptions, connect
from napalm_frr.shell import Shell

_CONSOLE = "+ct511w4098h"
"""No colours, no questions to the terminal, 511 columns: as Netmiko logs in."""
_REFUSED = re.compile(
    r"bad command name |expected |syntax error|no such (?:item|command)|input does not match|invalid |missing value"
    r"|failure: |value of |Script Error: |Cannot open |not enough permissions|unknown parameter|(?:\S+ )?error: "
)
"""How the lines begin in which RouterOS refuses something. Its exit status says nothing."""


def refusals(said: str) -> list[str]:
    """Return the lines of an answer in which something is refused."""
    return [line.strip() for line in said.splitlines() if _REFUSED.match(line.strip())]


class Console:
    """One login. It can be renewed: the router then has to show the same host key."""

    def __init__(self, host: str, username: str, password: str, options: SshOptions, timeout_s: float) -> None:
        self.host, self.timeout_s = host, timeout_s
        self._username, self._password, self._options = username, password, options
        self._client: paramiko.SSHClient | None = None
        self._key: HostKey | None = None

    # ------------------------------------------------------------------ the login
    def open(self) -> None:
        """Log in; the host key has been verified.

        Raises:
            HostKeyError: it is not the one that is known.
            ConnectAuthError, ConnectTimeoutError, ConnectionException: no login comes about.
        """
        self._client = self._login(self._options)
        self._key = _key(self._client)

    def reopen(self) -> None:
        """Log in anew in place of a login that is gone.

        Raises:
            HostKeyError: another machine answers.
            ConnectionException: no login comes about.
        """
        client = self._again()
        self.close()
        self._client = client

    def prove(self) -> None:
        """Log in once more, beside this login, and have a command answered.

        Raises:
            ConnectionException, CommandErrorException: a new login does not come about, or answers nothing.
        """
        client = self._again()
        try:
            Shell(client, self.host, timeout_s=self.timeout_s).run(":put jip")
        finally:
            client.close()

    def close(self) -> None:
        """End the login."""
        if self._client is not None:
            self._client.close()
        self._client = None

    @property
    def alive(self) -> bool:
        """Whether the connection is believed to work; a silent cut shows only later."""
        transport = self._client.get_transport() if self._client is not None else None
        return transport is not None and transport.is_active()

    def _login(self, options: SshOptions) -> paramiko.SSHClient:
        return connect(self.host, self._username + _CONSOLE, self._password, options)

    def _again(self) -> paramiko.SSHClient:
        # the file of known hosts and the socket were those of the first login; its key is remembered here
        if self._key is None:
            raise ConnectionClosedException(f"{self.host}: not open")
        with file_of(self._key, name_at(self.host, self._options.port or 22)) as known_hosts:
            same = replace(self._options, sock=None, ssh_strict=True, alt_key_file=str(known_hosts))
            return self._login(replace(same, system_host_keys=False))

    # ------------------------------------------------------------------ commands
    def run(self, command: str, *, silence_s: float | None = None, name: str | None = None) -> str:
        """Return what a command prints, whatever it says; ``name`` is what errors call it.

        Raises:
            CommandTimeoutException: nothing came for ``silence_s``.
            ConnectionClosedException: the connection is gone.
        """
        return Shell(self._open(), self.host, timeout_s=self.timeout_s).run(command, silence_s=silence_s, name=name).out

    def ask(self, command: str, *, name: str | None = None) -> str:
        """Return what a command prints.

        Raises:
            CommandErrorException: RouterOS refuses it.
        """
        said = self.run(command, name=name)
        if refused := refusals(said):
            raise CommandErrorException(f"{self.host}: {name or command!r}: {refused[0]}")
        return said

    def whole(self, command: str, silence_s: float) -> str:
        """Return a long answer, which has to be there to its end.

        Raises:
            CommandErrorException: RouterOS refuses it, or the answer was cut short.
        """
        said = self.run(f'{command}; :put "{_END}"', silence_s=silence_s, name=command)
        text, end, _ = said.rpartition(_END)
        if not end:
            refused = refusals(said[:2000])
            raise CommandErrorException(f"{self.host}: {command!r}: {refused[0] if refused else 'cut short'}")
        return text

    def _open(self) -> paramiko.SSHClient:
        if self._client is None:
            raise ConnectionClosedException(f"{self.host}: not open")
        return self._client

    # ------------------------------------------------------------------ files
    def write(self, name: str, text: str) -> None:
        """Write a file.

        Raises:
            CommandErrorException: it cannot be written: the disk is full, or we may not.
        """
        data = text.encode()
        with self._files(name) as files:
            with files.open(name, "w") as file:
                file.write(data)
            if files.stat(name).st_size != len(data):
                raise OSError("it is not there as a whole: is the disk full?")

    def read(self, name: str) -> str | None:
        """Return what is in a file; None if there is none."""
        with self._files(name) as files:
            try:
                with files.open(name, "r") as file:
                    return file.read().decode(errors="replace")
            except FileNotFoundError:
                return None

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        with self._files(name) as files:
            try:
                files.remove(name)
            except FileNotFoundError:
                return

    def has(self, name: str) -> bool:
        """Return whether there is such a file or folder."""
        with self._files(name) as files:
            try:
                files.stat(name)
            except FileNotFoundError:
                return False
        return True

    @contextmanager
    def _files(self, name: str) -> Iterator[paramiko.SFTPClient]:
        try:
            files = self._open().open_sftp()
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectionClosedException(f"{self.host}: no SFTP: {_why(error)}") from error
        try:
            yield files
        except (OSError, EOFError, paramiko.SSHException) as error:
            if not self.alive:
                raise ConnectionClosedException(f"{self.host}: {name}: connection lost") from error
            raise CommandErrorException(f"{self.host}: file {name}: {_why(error)}") from error
        finally:
            files.close()


_END = "jip: this is the end"


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


def _key(client: paramiko.SSHClient) -> HostKey:
    transport = client.get_transport()
    if transport is None:
        raise ConnectionException("the connection was closed at once")
    key = transport.get_remote_server_key()
    return HostKey(key.get_name(), base64.b64encode(key.asbytes()).decode())
