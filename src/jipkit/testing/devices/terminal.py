"""An interactive session with a simulated device: lines typed at a prompt, and what is answered."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

import paramiko

from jipkit.testing.ssh import Visit

_CONTROLS = re.compile(rb"\x1b(?:[\[O][0-9;?]*[A-Za-z~]|.)", re.DOTALL)
"""Keys that send more than one byte: arrows, and what terminals answer about themselves."""

_RETURN, _LINEFEED, _INTERRUPT, _END, _KILL = b"\r", b"\n", b"\x03", b"\x04", b"\x15"
_ERASE = (b"\x7f", b"\x08")
_LITERAL, _HELP = b"\x16", b"?"


class Hangup(Exception):  # noqa: N818 - it ends a session, nothing is wrong
    """The client has gone."""


class Terminal(ABC):
    """One interactive session; a device's own class says what its prompt is and what it answers.

    `serve` runs in a thread of its own, so an answer may `ask` back and wait. Several sessions run at once: what they
    share is the device's to lock. Stands for what every network device's command line does: it echoes what is typed,
    takes a line at return (or linefeed, or both as one), erases with backspace, drops the line at ^U, and gives up the
    line at ^C. Keys that send escape sequences do nothing.
    """

    shortcuts: ClassVar[Mapping[bytes, str]] = {}
    """Keys that stand for a whole line, whatever was typed before: ^Z for ``end``."""

    literal_key: ClassVar[bool] = False
    """Whether ^V has the next key taken for what it is."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.open = True
        """False once this session is to end, after the answer that is being given."""
        self._channel: paramiko.Channel = visit.channel
        self._typed = b""
        self._after_return = False
        self._literal = False

    # ------------------------------------------------------------------ what a device says
    @property
    @abstractmethod
    def prompt(self) -> str:
        """What it prints when it waits for a command."""

    @abstractmethod
    def answer(self, line: str) -> str:
        """Return what a line that was typed is answered: nothing, or whole lines that end in a newline each."""

    def greeting(self) -> str:
        """Return what is printed before the first prompt."""
        return ""

    def help(self, line: str) -> str | None:
        """Return what ``?`` shows in the middle of a line; None where it is a key like another."""
        del line
        return None

    def repaint(self, line: str) -> str:
        r"""Return what is printed when return was typed, before the answer: the new line."""
        del line
        return "\n"

    # ------------------------------------------------------------------ for answers that talk back
    def write(self, text: str) -> None:
        r"""Print text now; ``\n`` becomes what a terminal needs.

        Raises:
            OSError: the client has gone.
        """
        self._channel.sendall(re.sub(r"\r?\n", "\r\n", text).encode())

    def ask(self, question: str, *, echo: bool = True) -> str:
        """Return the line that is typed after a question; without ``echo`` for passwords.

        Raises:
            Hangup: the client has gone.
        """
        self.write(question)
        return self._line(echo=echo) or ""

    def ask_key(self, question: str) -> str:
        """Return the one key that is typed after a question, as after ``[confirm]``.

        Raises:
            Hangup: the client has gone.
        """
        self.write(question)
        return self._key().decode(errors="replace")

    # ------------------------------------------------------------------ the session
    def serve(self) -> None:
        """Talk until the client goes or the session ends itself."""
        try:
            self.write(self.greeting())
            while self.open:
                self.write(self.prompt)
                line = self._line(finish=self.repaint)
                if line is not None:
                    self.write(self.answer(line))
        except Hangup:
            return
        self._channel.send_exit_status(0)

    def _line(self, *, echo: bool = True, finish: Callable[[str], str] = lambda _: "\n") -> str | None:
        """Return a line that was typed; None when it was given up."""
        line = b""
        while True:
            key = self._key()
            if key in (_RETURN, _LINEFEED) or key in self.shortcuts:
                said = self.shortcuts.get(key, line.decode(errors="replace"))
                self.write(finish(said))
                return said
            if key == _INTERRUPT:
                self.write("\n")
                return None
            if key == _END and not line:
                raise Hangup
            line = self._edited(line, key, echo=echo)

    def _edited(self, line: bytes, key: bytes, *, echo: bool) -> bytes:
        """Return the line after a key that does not end it."""
        shown = b""
        literal, self._literal = self._literal, self.literal_key and key == _LITERAL
        help_ = self.help(line.decode(errors="replace")) if key == _HELP and not literal else None
        if help_ is not None:
            self.write(f"?\n{help_}\n{self.prompt}")
            shown = line
        elif key in _ERASE and line:
            line, shown = line[:-1], b"\b \b"
        elif key == _KILL:
            line, shown = b"", b"\b \b" * len(line)
        elif key >= b" " and key not in _ERASE:
            line, shown = line + key, key
        if echo and shown:
            self._channel.sendall(shown)
        return line

    def _key(self) -> bytes:
        """Return the next key; the second half of return and linefeed is none."""
        while True:
            if not self._typed:
                self._typed = self._received()
            sequence = _CONTROLS.match(self._typed)
            if sequence is not None:
                self._typed = self._typed[sequence.end() :]
                continue
            key, self._typed = self._typed[:1], self._typed[1:]
            second_half, self._after_return = self._after_return and key == _LINEFEED, key == _RETURN
            if not second_half:
                return key

    def _received(self) -> bytes:
        received = self._channel.recv(65536)
        if not received:
            raise Hangup
        return received
