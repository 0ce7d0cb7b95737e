"""What is typed at the shell of VyOS, in operational and in configuration mode."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from napalm.base.exceptions import CommandErrorException
from netmiko.vyos import VyOSSSH

from jipkit.drivers import vyos_session as session
from jipkit.drivers.cisco_style import RefusedLine, Typist

__all__ = ["Console", "RefusedLine", "Shell"]

_COMMIT_S = 240


class Shell(VyOSSSH):
    """Netmiko's session, ready as soon as the first prompt is there: Netmiko itself waits two seconds for more."""

    def session_preparation(self) -> None:
        """Wait for the prompt, then have long lines and long answers come in one piece."""
        self._test_channel_read(pattern=r"[$#>]")
        self.set_base_prompt()
        self.set_terminal_width(command="set terminal width 512", pattern="terminal")
        self.disable_paging(command="set terminal length 0")
        self.clear_buffer()


class Console:
    """One session; who types in it waits for the prompt after each line."""

    def __init__(self, device: Any, hostname: str, timeout_s: float) -> None:
        device.ansi_escape_codes = True
        self._typist, self._hostname = Typist(device, hostname, timeout_s), hostname

    def ask(self, command: str, timeout_s: float | None = None) -> str:
        """Return what a command prints, without colours, blank lines and indentation."""
        return session.shown(self._typist.type(session.keys(command), session.PROMPT, timeout_s), command)

    def whole(self, command: str) -> str:
        """Return what a command prints, line by line as it came."""
        return self._typist.type(command, session.PROMPT).strip("\n")

    def configure(self) -> None:
        """Enter configuration mode.

        Raises:
            CommandErrorException: it cannot be entered: the account is no administrator.
        """
        answer = self.ask("configure")
        if not session.CONFIGURING.search(f"\n{self._typist.prompt}"):
            raise CommandErrorException(f"{self._hostname}: 'configure': {' '.join(answer.split())[:200]}")

    def leave(self) -> None:
        """Leave configuration mode, and drop what was not committed."""
        self.ask("exit discard")

    def type_lines(self, lines: Sequence[str]) -> None:
        """Type lines in configuration mode until one is refused.

        Raises:
            RefusedLine: that one. Nothing is in force.
        """
        for number, line in enumerate(lines, 1):
            said = session.refusal(self.ask(line))
            if said is not None:
                raise RefusedLine(line, number, len(lines), said)

    def commit(self, command: str) -> str:
        """Commit, with whatever it asks answered yes; return what it prints."""
        answer = session.shown(self._typist.type(command, session.ASKED, _COMMIT_S), command)
        if not session.CONFIGURING.search(f"\n{self._typist.prompt}"):
            answer += "\n" + session.shown(self._typist.type("y", session.CONFIGURING, _COMMIT_S), "y")
        self._catch_up()
        return answer

    def _catch_up(self) -> None:
        """Read up to where nothing more comes: 1.3 reads one key, and takes the return after it for a command."""
        mark = f"jip-{secrets.token_hex(4)}"
        self._typist.type(f"/bin/echo {mark}", session.after(mark))
