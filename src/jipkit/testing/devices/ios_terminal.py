"""The command line of a simulated Cisco IOS router."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from jipkit.testing.devices import ios_answers
from jipkit.testing.devices.terminal import Terminal
from jipkit.testing.models.indented import Refused, Typing
from jipkit.testing.ssh import Visit

if TYPE_CHECKING:
    from jipkit.testing.devices.ios import IosRouter

INVALID = "% Invalid input detected at '^' marker."
_MODES: Mapping[str, str] = {
    "": "config",
    "interface": "config-if",
    "ospf": "config-router",
    "bgp": "config-router",
    "af": "config-router-af",
    "acl": "config-ext-nacl",
    "route-map": "config-route-map",
    "line": "config-line",
    "archive": "config-archive",
}
_NO_ARCHIVE = "%Turn config archive on before using Rollback Confirmed Change\n"
_NOT_PENDING = "%No Rollback Confirmed Change pending\n"


class IosTerminal(Terminal):
    """One session: EXEC (``>``), privileged EXEC (``#``), configuration mode (``(config)#``) and the modes in it.

    - A line that is not known is answered with a caret under it and ``% Invalid input detected at '^' marker.``
    - Commands have to be typed in full, except for the few abbreviations that everybody types.
    - The prompt shows at most twenty characters of the name.
    """

    shortcuts: ClassVar[Mapping[bytes, str]] = {b"\x1a": "end"}
    literal_key: ClassVar[bool] = True

    def __init__(self, visit: Visit, router: IosRouter) -> None:
        super().__init__(visit)
        self.router = router
        self.enabled = router.privilege == 15
        self._typing: Typing | None = None
        self._generation = router.generation
        self._banner = ""
        self._late = ""
        """What IOS prints without being asked, after the prompt."""

    # ------------------------------------------------------------------ what a device says
    @property
    def prompt(self) -> str:
        if self._typing is not None and self._typing.in_text:
            return ""
        name = self.router.hostname[:20]
        if self._typing is None:
            return f"{name}{'#' if self.enabled else '>'}"
        place = self._typing.path[-1]
        mode = _MODES.get(place.mode, f"config-{place.mode}")
        if place.head.startswith("interface ") and "." in place.head:
            mode = "config-subif"
        return f"{name}({'config-std-nacl' if ' standard ' in place.head else mode})#"

    def help(self, line: str) -> str | None:
        """Return what may come next; what is typed between the marks of a banner is text."""
        del line
        return None if self._typing is not None and self._typing.in_text else "  LINE    <cr>\n"

    def answer(self, line: str) -> str:
        """Return what a line is answered; a session that is to break off does so after the line was taken."""
        with self.router.lock:
            self.router.tick()
            said = self._late
            self._late = ""
            said += self._configuring(line) if self._typing is not None else self._exec(line.strip())
        if line.strip() == self.router.troubles.cut_at:
            self._channel.get_transport().close()
        return said

    # ------------------------------------------------------------------ EXEC
    def _exec(self, line: str) -> str:
        command, _, pipe = line.partition(" | ")
        words = command.split()
        if not words or words[0].startswith("!"):
            return ""
        text = " ".join(words)
        for pattern, act in self._verbs.items():
            found = re.fullmatch(pattern, text)
            if found is not None:
                return ios_answers.piped(act(*found.groups()), pipe)
        said = ios_answers.shown(self.router, text)
        return self._invalid(line) if said is None else ios_answers.piped(said, pipe)

    @cached_property
    def _verbs(self) -> Mapping[str, Callable[..., str]]:
        always: dict[str, Callable[..., str]] = {
            r"enable": self._enable,
            r"disable": self._disable,
            r"exit|quit|logout": self._leave,
            r"terminal (?:length|width) \d+": lambda: "",
            r"terminal (?:no )?monitor": lambda: "",
        }
        privileged: dict[str, Callable[..., str]] = {
            r"conf(?:igure)? t(?:erminal)?": self._configure,
            r"conf(?:igure)? t(?:erminal)? revert timer (\d+)": self._configure_on_timer,
            r"configure confirm": lambda: "" if self.router.confirm(self._user) else _NOT_PENDING,
            r"configure revert now": self._revert,
            r"configure replace (\S+) force": self._replace,
            r"write(?: mem(?:ory)?)?|wr": self._save,
            r"copy running-config startup-config": self._copy,
            r"archive config": self._archive,
        }
        return {**always, **privileged} if self.enabled else always

    @property
    def _user(self) -> str:
        return self.visit.user

    def _enable(self) -> str:
        """A session that has its privilege is asked nothing; another one the password, where there is one."""
        wanted = self.router.enable_password
        if not self.enabled and wanted is None:
            return "% Error in authentication.\n\n"
        if not self.enabled and self.ask("Password: ", echo=False) != wanted:
            return "% Access denied\n\n"
        self.enabled = True
        self.__dict__.pop("_verbs", None)
        return ""

    def _disable(self) -> str:
        self.enabled = False
        self.__dict__.pop("_verbs", None)
        return ""

    def _leave(self) -> str:
        self.open = False
        return ""

    def _configure(self) -> str:
        self._typing, self._generation = Typing(self.router.model), self.router.generation
        return "Enter configuration commands, one per line.  End with CNTL/Z.\n"

    def _configure_on_timer(self, minutes: str) -> str:
        """Archive, start the timer, and only then let one type; the last minute is told to whoever typed it."""
        if self.router.archive_path is None:
            return _NO_ARCHIVE
        if not 1 <= int(minutes) <= 120:
            return self._invalid(f"configure terminal revert timer {minutes}")
        if self.router.pending is not None:
            return "%Rollback Confirmed Change is already pending\n"
        if self.router.troubles.cannot_archive:
            said = f"Backing up current running config to {self.router.archive_path}-1"
            return f"Rollback Confirmed Change: {said}\n%Error: No space left on device\n\n{self._configure()}"
        backup = self.router.arm(int(minutes), self._user)
        if minutes == "1":
            self._late = (
                "Rollback Confirmed Change: Rollback will begin in one minute.\n"
                'Enter "configure confirm" if you wish to keep what you\'ve configured\n'
            )
        return f"Rollback Confirmed Change: Backing up current running config to {backup}\n\n{self._configure()}"

    def _revert(self) -> str:
        backup = self.router.revert(self._user)
        if backup is None:
            return _NOT_PENDING
        return f"Rollback Confirmed Change: Rolling to: {backup}\n\nTotal number of passes: 1\nRollback Done\n\n"

    def _replace(self, name: str) -> str:
        if not self.router.replace(name):
            return f"%Error opening {name} (No such file or directory)\n"
        return "\nTotal number of passes: 1\nRollback Done\n\n"

    def _save(self) -> str:
        if not self.router.save():
            return "Building configuration...\n%Error: NVRAM is full (No space left on device)\n"
        return "Building configuration...\n[OK]\n"

    def _copy(self) -> str:
        self.ask("Destination filename [startup-config]? ")
        return self._save()

    def _archive(self) -> str:
        if self.router.archive_path is None:
            return " Archive feature not enabled\n"
        self.router.archive()
        return ""

    # ------------------------------------------------------------------ configuration mode
    def _configuring(self, line: str) -> str:
        if self._typing is None or self._generation != self.router.generation:
            self._configure()
        typing = self._typing
        if typing is None:
            return ""
        if not typing.in_text and line.split()[:1] == ["do"]:
            return self._exec(line.strip().removeprefix("do").strip())
        if line.strip() == self.router.troubles.refuse:
            return self._refused(line, self.router.troubles.refusal)
        return self._take(typing, line)

    def _take(self, typing: Typing, line: str) -> str:
        opening = not typing.in_text
        try:
            said = self._before(line)
            typing.take(self._delimited(line) if opening else line.replace(self._banner or "\0", "\0"))
        except Refused as refused:
            return self._refused(line, refused.message)
        if typing.left:
            self._typing = None
        if opening and typing.in_text:
            return f"Enter TEXT message.  End with the character '{self._banner}'.\n"
        self.router.changed = self.router.clock.now()
        return said

    def _before(self, line: str) -> str:
        """Return what is said of a line that is about to be taken; removing a user is asked for once more."""
        words = line.split()
        if words[:2] == ["no", "username"]:
            question = "This operation will remove all username related configurations with same name."
            if self.ask_key(f"{question}Do you want to continue? [confirm]") not in ("y", "\r", "\n"):
                raise Refused(line, "")
            return "\n"
        return (
            f"Interface {' '.join(words[2:])} set to default configuration\n"
            if words[:2] == ["default", "interface"]
            else ""
        )

    def _delimited(self, line: str) -> str:
        """Return a line as IOS reads it: the delimiter of a banner is one character, also the first half of ``^C``."""
        words = line.split(maxsplit=2)
        if words[:1] != ["banner"] or len(words) < 3:
            return line
        self._banner = words[2][0]
        return f"{words[0]} {words[1]} " + words[2].replace(self._banner, "\0")

    def _refused(self, line: str, message: str) -> str:
        return self._invalid(line) if message == INVALID else f"{message}\n" if message else "\n"

    def _invalid(self, line: str) -> str:
        indent = " " * (len(self.prompt) + len(line) - len(line.lstrip()))
        return f"{indent}^\n{INVALID}\n\n"
