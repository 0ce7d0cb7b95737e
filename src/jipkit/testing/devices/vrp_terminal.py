"""The command line of a simulated Huawei VRP router."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from jipkit.testing.devices.terminal import Terminal
from jipkit.testing.models.indented import Model, Refused, Typing
from jipkit.testing.ssh import Visit

if TYPE_CHECKING:
    from jipkit.testing.devices.vrp import VrpRouter

UNKNOWN = "Error: Unrecognized command found at '^' position."
_KINDS = re.compile(r"(interface|ospf|bgp|aaa|acl|vlan|route-policy|user-interface|domain)\b ?(.*)")


class VrpTerminal(Terminal):
    """One session: the user view ``<name>``, the system view ``[name]``, and the views in it ``[name-ospf-1]``.

    - A line that is not known is answered with a caret under it and ``Error: Unrecognized command``.
    - ``quit`` leaves a view, and the session from the user view; ``return`` and ^Z go to the user view at once.
    - ``display`` works in every view; long answers are paged unless ``screen-length 0 temporary`` was said.
    - ``undo`` of a user, an area or a process is not asked about unless the test says so: what VRP asks differs.
    - VRP 8 shows ``[~name]``, and ``[*name]`` as long as something is not committed.
    """

    shortcuts: ClassVar[Mapping[bytes, str]] = {b"\x1a": "return"}

    def __init__(self, visit: Visit, router: VrpRouter) -> None:
        super().__init__(visit)
        self.router = router
        self._typing: Typing | None = None
        self._candidate: Model | None = None
        self._changed = False

    def greeting(self) -> str:
        """Say how many are logged in, as VRP does at every login."""
        return "\nInfo: The max number of VTY users is 5, and the number\n      of current VTY users on line is 1.\n"

    @property
    def prompt(self) -> str:
        if self._typing is None:
            return f"<{self.router.hostname}>"
        if self._typing.in_text:
            return ""
        mark = "" if not self.router.two_stage else "*" if self._changed else "~"
        return f"[{mark}{'-'.join([self.router.hostname, *self._views(self._typing)])}]"

    @staticmethod
    def _views(typing: Typing) -> list[str]:
        found = (_KINDS.match(place.head) for place in typing.path[1:])
        return [
            view[2].split(" ", 1)[0] if view[1] == "interface" else f"{view[1]}-{view[2]}".rstrip("-").replace(" ", "-")
            for view in found
            if view
        ]

    def help(self, line: str) -> str | None:
        """Return what may come next. No key is known that would type it."""
        del line
        return None if self._typing is not None and self._typing.in_text else "  TEXT  <cr>\n"

    def answer(self, line: str) -> str:
        """Return what a line is answered; a session that is to break off does so after the line was taken."""
        with self.router.lock:
            said = self._answered(line if self._typing and self._typing.in_text else line.strip())
        if line.strip() == self.router.troubles.cut_at:
            self._channel.get_transport().close()
        return said

    def _answered(self, line: str) -> str:
        if self._typing is not None and self._typing.in_text:
            return self._take(self._typing, line)
        words = line.split()
        if not words:
            return ""
        if words[0] == "display":
            said = self._displayed(" ".join(words))
            return self._unknown(line) if said is None else said
        return self._user(line) if self._typing is None else self._system(self._typing, line)

    # ------------------------------------------------------------------ the user view
    def _user(self, line: str) -> str:
        verbs: dict[str, Callable[[], str]] = {
            "quit": self._quit,
            "system-view": self._enter,
            "save": self._save,
            "screen-length 0 temporary": lambda: (
                "Info: The configuration takes effect on the current user terminal interface only.\n"
            ),
        }
        known = verbs.get(line)
        given = self.router.answers.get(line)
        if given is not None:
            return given if isinstance(given, str) else given()
        return self._unknown(line) if known is None else known()

    def _quit(self) -> str:
        self.open = False
        return ""

    def _enter(self) -> str:
        """VRP 8 gives each session a candidate; VRP 5 changes what runs."""
        self._candidate = self.router.model.copy() if self.router.two_stage else None
        self._typing, self._changed = Typing(self._candidate or self.router.model), False
        return "Enter system view, return user view with Ctrl+Z.\n"

    def _save(self) -> str:
        asked = self.ask(
            "The current configuration will be written to the device.\nAre you sure to continue? (y/n)[n]:"
        )
        if asked.lower() not in ("y", "yes"):
            return ""
        if not self._has_a_name():
            return ""
        if not self.router.save():
            return "Error: Failed to save the configuration: the storage space is insufficient.\n"
        return (
            "It will take several minutes to save configuration file, please wait.......\n"
            "Configuration file had been saved successfully\n"
            "Note: The configuration file will take effect after being activated\n"
        )

    def _has_a_name(self) -> bool:
        """Ask for a file where none is named to start with: at return alone it takes the one in brackets, if any.

        ^C gives up; so does what is no name, of which VRP says so.
        """
        question = self.router.troubles.asks_for_a_name
        if not question:
            return True
        self.write(question)
        given = self._line()
        if given is None:
            return False
        if given or "[" in question:
            return True
        self.write("Error: The file name is invalid.\n")
        return False

    # ------------------------------------------------------------------ the system view
    def _system(self, typing: Typing, line: str) -> str:
        if line == "system-view":
            return self._unknown(line)
        if self.router.two_stage and line in ("commit", "clear configuration candidate"):
            return self._commit() if line == "commit" else self._clear()
        if line == "return" or (line == "quit" and len(typing.path) == 1):
            return self._leave()
        question = self.router.troubles.asks.get(line)
        if question is not None and self.ask(f"{question} [Y/N]:").lower() not in ("y", "yes"):
            return ""
        if line in self.router.troubles.says:
            return f"{self.router.troubles.says[line]}\n"
        return self._take(typing, line) + self.router.troubles.remarks.get(line, "")

    def _take(self, typing: Typing, line: str) -> str:
        try:
            typing.take(line)
        except Refused as refused:
            return self._unknown(line) if refused.message == UNKNOWN else f"{refused.message}\n"
        self._changed = True
        return ""

    def _commit(self) -> str:
        """Put the candidate into force as a whole."""
        if self._candidate is not None:
            self.router.model.root.clear()
            self.router.model.root.update(self._candidate.copy().root)
        self._changed = False
        return ""

    def _clear(self) -> str:
        self._enter()
        return ""

    def _leave(self) -> str:
        """Ask what is to become of what was not committed, as VRP 8 does; Y commits, N drops it."""
        if self._changed and self._candidate is not None:
            asked = self.ask(
                "Warning: Uncommitted configurations found. "
                "Are you sure to commit them before exiting? [Y(yes)/N(no)/C(cancel)]:"
            )
            if asked.lower().startswith("c"):
                return ""
            if asked.lower().startswith("y"):
                self._commit()
        self._typing = self._candidate = None
        self._changed = False
        return ""

    # ------------------------------------------------------------------ display
    def _displayed(self, line: str) -> str | None:
        command, _, pipe = line.partition(" | ")
        given = self.router.answers.get(line, self.router.answers.get(command))
        said = (given if isinstance(given, str) else given()) if given is not None else self._own(command)
        if said is None or not pipe:
            return said
        verb, _, pattern = pipe.partition(" ")
        if verb != "include":
            return None
        return "".join(row for row in said.splitlines(keepends=True) if re.search(pattern, row))

    def _own(self, command: str) -> str | None:
        """Answer what follows from the configuration; all else is for whoever set the router up to say."""
        router = self.router
        head = f"!Software Version {router.version}\n" if router.two_stage else f"[{router.version}]\n#\n"
        if command == "display current-configuration":
            return head + router.running
        if command == "display saved-configuration":
            return head + router.saved
        if command == "display version":
            kind = "8.180 (NE40E" if router.two_stage else "5.170 (AR2200"
            return (
                "Huawei Versatile Routing Platform Software\n"
                f"VRP (R) software, Version {kind} {router.version})\n"
                "Huawei AR2220E Router uptime is 12 weeks, 3 days, 4 hours, 5 minutes\n"
            )
        if command == "display clock":
            now = datetime.fromtimestamp(router.clock.now(), UTC)
            return f"{now:%Y-%m-%d %H:%M:%S}\n{now:%A}\nTime Zone(UTC) : UTC\n"
        return None

    def _unknown(self, line: str) -> str:
        return f"{' ' * (len(self.prompt) + len(line))}^\n{UNKNOWN}\n"
