"""Lines typed in a configuration mode that answers each with its prompt, as Cisco's and Arista's do."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from napalm.base.exceptions import ConnectionClosedException

CONFIG_PROMPT = re.compile(r"[\r\n][^\s()]+(?:\([^()\r\n]*\))*\(config[^()\r\n]*\)#")
"""``name(config-if)#`` on a line of its own, also where something was printed after it without being asked."""
EXEC_PROMPT = re.compile(r"[\r\n][\w\[][^\s()%]*(?:\(s\d\))?[#>] ?(?:Rollback Confirmed Change[^#>]*)?$")
"""``name#``, when nothing comes after it but what IOS says of its timer without being asked.

A banner's row of ``####`` is none, wherever the answer it stands in is broken into packets.
"""
ANY_PROMPT = re.compile(f"{CONFIG_PROMPT.pattern}|{EXEC_PROMPT.pattern}")
_CONFIRM = re.compile(r"\[confirm\] ?$")
_BANNER = re.compile(r"banner (?P<name>\S+) (?P<mark>\^C|\S)(?P<text>.*)", re.DOTALL)
_MARKS = "~@%&=+|"
_LITERAL = "\x16"
"""The key ^V: the next one is taken for what it is."""
_POLL_S = 0.005


class RefusedLine(Exception):  # noqa: N818 - it is what the device did
    """The device would not take ``line``, the ``number``-th of ``count``; ``said`` is what it answered.

    As text the line stands on a line of its own, so that a secret in it is recognised.
    """

    def __init__(self, line: str, number: int, count: int, said: str) -> None:
        self.line, self.number, self.count, self.said = line, number, count, said
        super().__init__(f"line {number} of {count} was refused:\n{line}\n{said}")


def pieces(text: str) -> Iterator[str]:
    """Yield what is to be typed at one prompt: lines without blank ones and comments, a banner of several as one.

    A banner's mark that a device prints, ``^C``, stands for a key that cannot be typed: another character that is not
    in the banner takes its place.
    """
    lines = iter(text.splitlines())
    for line in lines:
        stripped = line.strip()
        if not stripped or stripped.startswith("!"):
            continue
        banner = _BANNER.fullmatch(stripped)
        yield stripped if banner is None else _banner(banner, lines)


def _banner(start: re.Match[str], lines: Iterator[str]) -> str:
    name, mark, text = start["name"], start["mark"], start["text"]
    while mark not in text:
        following = next(lines, None)
        if following is None:
            raise ValueError(f"banner {name}: its end, {mark}, is missing")
        text = f"{text}\n{following}"
    inside = text.partition(mark)[0]
    other = next((sign for sign in _MARKS if sign not in inside), None)
    if other is None:
        raise ValueError(f"banner {name}: every sign that could mark its end is in it")
    return f"banner {name} {other}{inside}{other}"


class Typist:
    """Types at a Netmiko connection and reads up to a prompt; a connection that is gone is told at once."""

    def __init__(self, device: Any, hostname: str, timeout_s: float) -> None:
        self._device, self._hostname, self._timeout_s = device, hostname, timeout_s
        self._late = ""
        self.prompt = ""
        """The last prompt that was seen."""

    def type(self, text: str, until: re.Pattern[str], timeout_s: float | None = None) -> str:
        """Type ``text`` and return what is printed before ``until``, without the echo of ``text``.

        A question for confirmation is answered yes: what is asked is whether it was meant.

        Raises:
            ConnectionClosedException: the session is gone, or nothing comes any more.
        """
        deadline = time.monotonic() + (timeout_s or self._timeout_s)
        self._write(f"{text}\n")
        answer, asked = self._read(until, deadline)
        while asked:
            self._write("y")
            more, asked = self._read(until, deadline)
            answer += more
        typed = {line.strip() for line in text.replace(_LITERAL, "").split("\n")}
        return "\n".join(line for line in answer.replace("\r", "").split("\n") if line.strip() not in typed)

    def _write(self, text: str) -> None:
        try:
            self._device.write_channel(text)
        except (OSError, EOFError) as error:
            raise ConnectionClosedException(f"{self._hostname}: the session is gone: {error}") from error

    def _read(self, until: re.Pattern[str], deadline: float) -> tuple[str, bool]:
        """Return what comes before ``until`` or before a question, and whether it was a question."""
        text, self._late = self._late, ""
        while True:
            text += self._received()
            found = until.search(text)
            if found is not None:
                self._late, self.prompt = text[found.end() :], found[0].strip()
                return text[: found.start()], False
            if _CONFIRM.search(text):
                return text, True
            if time.monotonic() > deadline:
                raise ConnectionClosedException(f"{self._hostname}: no answer any more")
            time.sleep(_POLL_S)

    def _received(self) -> str:
        gone = self._is_gone()  # asked first: what came before the end is still read
        try:
            received = str(self._device.read_channel())
        except (OSError, EOFError) as error:
            raise ConnectionClosedException(f"{self._hostname}: the session is gone: {error}") from error
        if gone and not received:
            raise ConnectionClosedException(f"{self._hostname}: the session broke off")
        return received

    def _is_gone(self) -> bool:
        channel = self._device.remote_conn
        transport = channel.get_transport()
        return bool(channel.closed or transport is None or not transport.is_active())


def keys(line: str) -> str:
    """Return the keys that type a line: ``?`` by itself shows what may come next, except in the text of a banner."""
    first, newline, text = line.partition("\n")
    return f"{first.replace('?', f'{_LITERAL}?')}{newline}{text}"


def type_lines(typist: Typist, lines: Sequence[str], refusal: Callable[[str], str | None]) -> None:
    """Type ``lines`` in configuration mode, one at a prompt, until one is refused.

    ``refusal`` returns what is a refusal in an answer.

    Raises:
        RefusedLine: the device would not take one; those before it are taken.
        ConnectionClosedException: the session is gone; nobody knows what was taken.
    """
    for number, line in enumerate(lines, 1):
        said = refusal(typist.type(keys(line), CONFIG_PROMPT))
        if said is not None:
            raise RefusedLine(line.split("\n")[0], number, len(lines), said)
