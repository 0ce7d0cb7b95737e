"""The command line of a simulated Arista EOS switch."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from jipkit.testing.devices import eos_answers
from jipkit.testing.devices.terminal import Terminal
from jipkit.testing.models.indented import Refused, Typing
from jipkit.testing.ssh import Visit

if TYPE_CHECKING:
    from jipkit.testing.devices.eos import EosSwitch

INVALID = "% Invalid input"


class EosTerminal(Terminal):
    """One session: EXEC, privileged EXEC, configuration mode, and configuration sessions.

    - The prompt of a configuration session shows the first six characters of its name.
    - Leaving a configuration session (``end``, ``exit``) leaves it pending; ``commit`` and ``abort`` end it.
    - A line that is not known is answered with ``% Invalid input``.
    """

    shortcuts: ClassVar[Mapping[bytes, str]] = {b"\x1a": "end"}

    def __init__(self, visit: Visit, switch: EosSwitch) -> None:
        super().__init__(visit)
        self.switch = switch
        self.enabled = switch.is_privileged
        self._typing: Typing | None = None
        self._named: str | None = None

    def serve(self) -> None:
        """Talk until the session ends; a configuration session that was not left stays behind, and nobody is in it."""
        try:
            super().serve()
        finally:
            with self.switch.lock:
                self._out()

    # ------------------------------------------------------------------ what a device says
    @property
    def prompt(self) -> str:
        name = self.switch.hostname
        if self._typing is None:
            return f"{name}{'#' if self.enabled else '>'}"
        if self._typing.in_text:
            return ""
        session = f"-s-{self._named[:6]}" if self._named is not None else ""
        place = self._typing.path[-1]
        inner = _abbreviated(place.head) if place.mode else ""
        return f"{name}(config{session}{inner})#"

    def greeting(self) -> str:
        return "Last login: Tue Nov 24 08:00:00 2026 from 10.160.255.1\n"

    def help(self, line: str) -> str | None:
        """Return what may come next; the lines of a banner are text. No key is known that would type it."""
        del line
        return None if self._typing is not None and self._typing.in_text else "  LINE  Text\n"

    def answer(self, line: str) -> str:
        """Return what a line is answered; a connection that is to break off does so after the line was taken."""
        with self.switch.lock:
            self.switch.tick()
            said = self._told(line)
        if line.strip() == self.switch.troubles.cut_at:
            self._channel.get_transport().close()
        return said

    def _told(self, line: str) -> str:
        from jipkit.testing.devices.eos import NotNowError  # noqa: PLC0415 - which serves this terminal

        try:
            if self._typing is None:
                return self._exec(line.strip())
            return self._configuring(self._typing, line)
        except NotNowError as refusal:
            return f"{refusal}\n"

    # ------------------------------------------------------------------ EXEC
    def _exec(self, line: str) -> str:
        text = " ".join(line.split())
        if not text or text.startswith("!"):
            return ""
        verbs = {**self._always(), **(self._privileged() if self.enabled else {})}
        for pattern, act in verbs.items():
            found = re.fullmatch(pattern, text)
            if found is not None:
                return act(*found.groups())
        said = eos_answers.shown(self.switch, text)
        return f"{INVALID}\n" if said is None else said

    def _always(self) -> Mapping[str, Callable[..., str]]:
        return {
            r"enable": self._enable,
            r"exit|quit|logout": self._leave,
            r"terminal length 0": lambda: "Pagination disabled.\n",
            r"terminal width (\d+)": lambda width: f"Width set to {width} columns.\n",
        }

    def _privileged(self) -> Mapping[str, Callable[..., str]]:
        return {
            r"conf(?:igure)?(?: t(?:erminal)?)?": self._configure,
            r"configure session (\S+)": self._enter,
            r"configure session (\S+) commit": self._commit,
            r"configure session (\S+) commit timer (\d\d):(\d\d):(\d\d)": self._commit,
            r"configure session (\S+) abort": self._abort,
            r"no configure session (\S+)": self._abort,
            r"configure checkpoint save (\S+)": self._checkpoint,
            r"configure checkpoint restore (\S+)": self._restore,
            r"configure replace flash:(\S+)": self._replace,
            r"copy startup-config flash:(\S+)": self._copy,
            r"write(?: mem(?:ory)?)?|copy running-config startup-config": self._save,
        }

    def _enable(self) -> str:
        self.enabled = True
        return ""

    def _leave(self) -> str:
        self.open = False
        return ""

    def _save(self) -> str:
        self.switch.save()
        return "Copy completed successfully.\n"

    def _copy(self, name: str) -> str:
        self.switch.files[name] = self.switch.startup
        return "Copy completed successfully.\n"

    def _replace(self, name: str) -> str:
        if name not in self.switch.files:
            return f"% Error opening flash:/{name} (No such file or directory)\n"
        self.switch.replace(self.switch.files[name])
        return ""

    def _restore(self, name: str) -> str:
        held = self.switch.checkpoints.get(name)
        if held is None:
            return f"% Checkpoint {name} does not exist\n"
        self.switch.replace(held.text)
        return ""

    def _configure(self) -> str:
        self._typing, self._named = Typing(self.switch.model), None
        return ""

    def _enter(self, name: str) -> str:
        session = self.switch.session(name, self.visit.user)
        session.inside += 1
        self._typing, self._named = Typing(session.model), name
        return ""

    def _out(self) -> None:
        held = self.switch.sessions.get(self._named or "")
        if held is not None:
            held.inside -= 1
        self._typing = self._named = None

    def _abort(self, name: str) -> str:
        self.switch.abort(name)
        return ""

    def _checkpoint(self, name: str) -> str:
        self.switch.checkpoint(name, self.visit.user)
        return ""

    def _commit(self, name: str, *timer: str) -> str:
        hours, minutes, seconds = (int(part) for part in timer or ("0", "0", "0"))
        timer_s = hours * 3600 + minutes * 60 + seconds if timer else None
        self.switch.commit(name, self.visit.user, timer_s)
        return ""

    # ------------------------------------------------------------------ configuration mode
    def _configuring(self, typing: Typing, line: str) -> str:
        if self._named is not None and not typing.in_text:
            said = self._in_session(self._named, line.strip())
            if said is not None:
                return said
        if not typing.in_text and line.strip().startswith("show "):
            return self._exec(line.strip())
        opening = not typing.in_text
        try:
            typing.take(line)
        except Refused as refused:
            return f"{refused.message}\n"
        if typing.left:
            self._out()
        if opening and typing.in_text:
            return "Enter TEXT message. Type 'EOF' on its own line to end.\n"
        return ""

    def _in_session(self, name: str, line: str) -> str | None:
        """Return what a line of a configuration session alone is answered; None where it is no such line."""
        timed = re.fullmatch(r"commit timer (\d\d):(\d\d):(\d\d)", line)
        if line not in ("commit", "abort", "rollback clean-config", "show session-config diffs") and not timed:
            return None
        if line.startswith("show"):
            return eos_answers.differences(self.switch, name)
        if line.startswith("rollback"):
            self.switch.sessions[name].model.root.clear()
            return ""
        self._out()
        if line == "abort":
            return self._abort(name)
        return self._commit(name, *(timed.groups() if timed else ()))


def _abbreviated(head: str) -> str:
    """Return how a prompt names the block one is in.

    >>> _abbreviated("interface Ethernet1"), _abbreviated("router bgp 65000"), _abbreviated("ip access-list masuk")
    ('-if-Et1', '-router-bgp', '-acl-masuk')
    """
    words = head.split()
    if words[0] == "interface":
        name = re.fullmatch(r"([A-Za-z]{2})[A-Za-z-]*(.*)", words[1])
        return f"-if-{name[1]}{name[2]}" if name else "-if"
    if words[0] == "router":
        return f"-router-{words[1]}"
    return f"-acl-{words[-1]}" if "access-list" in words else f"-{words[0]}-{words[-1]}"
