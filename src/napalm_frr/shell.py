"""Running commands on the router: one exec channel each, with a time limit and a size limit."""

from __future__ import annotations

import contextlib
import math
import re
import shlex
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import paramiko
from napalm.base.exceptions import CommandErrorException, CommandTimeoutException, ConnectionClosedException

MEBIBYTE = 1 << 20
TIMED_OUT = 124
"""Exit status of timeout(1) on the router."""

_POLL_S = 0.5
_GRACE_S = 10.0
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gave: exit status, output, error output (both printable text)."""

    status: int
    out: str
    err: str


def printable(text: str) -> str:
    r"""Return ``text`` without terminal escapes and control characters (line ends and tabs stay).

    >>> printable("\x1b[31mred\x1b[0m\r\n")
    'red\n'
    """
    return _CONTROLS.sub("", _ESCAPES.sub("", text))


class Shell:
    """Commands over one SSH connection: exit status and errors come back, no prompt is parsed."""

    def __init__(
        self, client: paramiko.SSHClient, host: str, *, timeout_s: float = 60.0, limit_bytes: int = 32 * MEBIBYTE
    ) -> None:
        self.host, self.timeout_s, self.limit_bytes = host, timeout_s, limit_bytes
        self._client = client

    @property
    def alive(self) -> bool:
        """Whether the transport still believes in its connection; a silent cut shows only later."""
        transport = self._client.get_transport()
        return transport is not None and transport.is_active()

    @property
    def limit_s(self) -> int:
        """The time limit in whole seconds, as the router's timeout(1) takes it; to it, 0 would mean none."""
        return max(1, math.ceil(self.timeout_s))

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def vtysh(self, command: str) -> str:
        """Return what FRR answers to ``command``; the router itself stops it after the time limit.

        Raises:
            CommandErrorException: FRR refused the command.
            CommandTimeoutException: a daemon does not answer.
        """
        answer = self.run(f"timeout -k 5 {self.limit_s} vtysh -c {shlex.quote(command)}", name=command)
        if answer.status == TIMED_OUT:
            raise CommandTimeoutException(
                f"{self.host}: {command!r}: FRR did not answer within {self.timeout_s:g} s; is a daemon frozen?"
            )
        if answer.status:
            raise CommandErrorException(f"{self.host}: {command!r}: {_why(answer)}")
        return answer.out

    def run(self, command: str, *, stdin: str = "", silence_s: float | None = None, name: str | None = None) -> Answer:
        """Return the answer to a shell command, whatever its exit status.

        ``silence_s`` is the longest time without any output (default: the time limit and a grace, in
        which the router's own limit strikes first); ``name`` is what errors call the command.

        Raises:
            CommandTimeoutException: the router stayed silent for longer.
            CommandErrorException: the answer exceeds the size limit.
            ConnectionClosedException: the connection is gone.
        """
        shown = name or command
        with self._failures(shown):
            channel = self._channel()
            try:
                _start(channel, command, stdin.encode())
                out, err = self._read(channel, shown, silence_s or self.timeout_s + _GRACE_S)
                status = channel.recv_exit_status()
            finally:
                channel.close()
        if status < 0:
            raise ConnectionClosedException(f"{self.host}: {shown!r}: the session was ended by the router")
        return Answer(status, _text(out), _text(err))

    def _channel(self) -> paramiko.Channel:
        transport = self._client.get_transport()
        if transport is None or not transport.is_active():
            raise ConnectionClosedException(f"{self.host}: the connection is closed")
        return transport.open_session(timeout=min(self.timeout_s, _GRACE_S))

    def _read(self, channel: paramiko.Channel, shown: str, silence_s: float) -> tuple[bytes, bytes]:
        out, err = bytearray(), bytearray()
        heard = time.monotonic()
        while True:
            before = len(out) + len(err)
            ended = _receive(channel, out)
            while channel.recv_stderr_ready():
                err += channel.recv_stderr(65536)
            if ended and channel.exit_status_ready() and not channel.recv_stderr_ready():
                return bytes(out), bytes(err)
            if len(out) + len(err) > before:
                heard = time.monotonic()
            elif ended:
                time.sleep(0.01)
            if len(out) + len(err) > self.limit_bytes:
                raise CommandErrorException(
                    f"{self.host}: {shown!r}: the answer exceeds {self.limit_bytes // MEBIBYTE} MiB"
                )
            if time.monotonic() - heard > silence_s:
                raise CommandTimeoutException(f"{self.host}: {shown!r}: silent for {silence_s:g} s")

    @contextlib.contextmanager
    def _failures(self, shown: str) -> Iterator[None]:
        try:
            yield
        except (paramiko.SSHException, OSError, EOFError) as error:
            reason = str(error) or type(error).__name__
            raise ConnectionClosedException(f"{self.host}: {shown!r}: connection lost: {reason}") from error


def _start(channel: paramiko.Channel, command: str, stdin: bytes) -> None:
    # paramiko waits for the answer to its request without a limit: on a dead link, for ever
    watchdog = threading.Timer(_GRACE_S, channel.close)
    watchdog.daemon = True
    watchdog.start()
    try:
        channel.exec_command(command)
    finally:
        watchdog.cancel()
    channel.settimeout(_GRACE_S)
    try:
        channel.sendall(stdin)
    except OSError:
        if not channel.closed:
            raise
        # the command has ended without reading all of it, and its exit status says whether that was well
    channel.shutdown_write()
    channel.settimeout(_POLL_S)


def _receive(channel: paramiko.Channel, out: bytearray) -> bool:
    """Add what has come to ``out``; return whether the output has ended."""
    try:
        piece = channel.recv(262144)
    except TimeoutError:
        return False
    out += piece
    return not piece


def _text(data: bytes) -> str:
    return printable(data.decode(errors="replace"))


def _why(answer: Answer) -> str:
    said = (answer.out.strip() or answer.err.strip()).splitlines()
    return said[-1] if said else f"exit status {answer.status}"
