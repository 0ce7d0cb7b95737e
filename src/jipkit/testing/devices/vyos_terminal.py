"""The command line of a simulated VyOS router."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from jipkit.testing.devices.terminal import Terminal
from jipkit.testing.models.sets import VYOS, Model, Refused
from jipkit.testing.ssh import Visit

if TYPE_CHECKING:
    from jipkit.testing.devices.vyos import VyosRouter

_NO_CHANGES = "No configuration changes to commit\n"
_MODIFIED = "Cannot exit: configuration modified.\nUse 'exit discard' to discard the changes and exit.\n"
_MINUTES = 10


class VyosTerminal(Terminal):
    """One session: operational mode ``user@name:~$``, configuration mode ``[edit]`` and ``user@name#``.

    - Both are a shell: a few commands of Linux work in either, with their whole path.
    - Each session in configuration mode has a candidate of its own; a commit of it is in force at once.
    - ``commit-confirm`` asks, starts the timer, and then commits; a commit that fails does not stop the timer.
    - What is not known is refused with the text of VyOS.
    """

    literal_key: ClassVar[bool] = True

    def __init__(self, visit: Visit, router: VyosRouter) -> None:
        super().__init__(visit)
        self.router = router
        self._candidate: Model | None = None

    @property
    def prompt(self) -> str:
        who = f"{self.visit.user}@{self.router.hostname}"
        return f"{who}:~$ " if self._candidate is None else f"[edit]\n{who}# "

    def help(self, line: str) -> str | None:
        """Return what may come next, as the shell's own completion does."""
        del line
        return "Possible completions:\n  <text>\n"

    def answer(self, line: str) -> str:
        """Return what a line is answered; a session that is to break off does so after the line was taken."""
        with self.router.lock:
            if self.router.tick():
                return ""
            said = self._answered(line.strip())
        if line.strip() == self.router.troubles.cut_at:
            self._channel.get_transport().close()
        return said

    def _answered(self, line: str) -> str:
        if not line:
            return ""
        for pattern, act in self._known().items():
            found = re.fullmatch(pattern, line)
            if found is not None:
                return act(*found.groups())
        given = self.router.answers.get(line)
        if given is not None:
            return given if isinstance(given, str) else given()
        return f"\n  Invalid command: [{line.split(maxsplit=1)[0]}]\n\n"

    def _known(self) -> Mapping[str, Callable[..., str]]:
        return {**self._shell, **(self._operational if self._candidate is None else self._configuration)}

    # ------------------------------------------------------------------ the shell
    @property
    def _shell(self) -> Mapping[str, Callable[..., str]]:
        """What Linux and systemd do: the timer of ``commit-confirm`` is a transient unit of systemd."""
        return {
            r"/bin/systemctl is-active commit-confirm\.timer": lambda: (
                "inactive\n" if self.router.deadline is None else "active\n"
            ),
            r"/bin/cat /proc/sys/kernel/random/boot_id": lambda: f"7c9e6679-7425-40de-944b-{self.router.boots:012}\n",
            r"/bin/hostname": lambda: f"{self.router.hostname}\n",
            r"/bin/cat (\S+) 2>/dev/null": lambda name: self.router.files.get(name, ""),
            r"/bin/cp (\S+) (\S+)": self._copy,
            r"/bin/echo '([^']*)' > (\S+)": self._write,
            r"/bin/echo ([\w-]+)": lambda word: f"{word}\n",
            r"/usr/bin/vyos-config-to-commands (\S+)": lambda name: self.router.files.get(name, ""),
        }

    def _copy(self, source: str, target: str) -> str:
        if source not in self.router.files:
            return f"/bin/cp: cannot stat '{source}': No such file or directory\n"
        if self.router.troubles.cannot_copy:
            return f"/bin/cp: error writing '{target}': No space left on device\n"
        self.router.files[target] = self.router.files[source]
        return ""

    def _write(self, text: str, name: str) -> str:
        self.router.files[name] = f"{text}\n"
        return ""

    # ------------------------------------------------------------------ operational mode
    @property
    def _operational(self) -> Mapping[str, Callable[..., str]]:
        return {
            r"set terminal (?:width|length) \d+": lambda: "",
            r"configure": self._configure,
            r"exit": self._end,
            r"show configuration commands": lambda: self.router.running,
            r"show system commit": lambda: "".join(reversed(self.router.log)),
            r"show version": lambda: f"\nVersion:          VyOS {self.router.version}\nRelease train:    simulated\n\n",
        }

    def _configure(self) -> str:
        self._candidate = self.router.model.copy()
        return ""

    def _end(self) -> str:
        self.open = False
        return ""

    # ------------------------------------------------------------------ configuration mode
    @property
    def _configuration(self) -> Mapping[str, Callable[..., str]]:
        return {
            r"((?:set|delete) .*)": self._take,
            r"compare": self._compare,
            r"commit(?: comment '([^']*)')?": self._commit,
            r"commit-confirm(?: (\d+))?(?: comment '([^']*)')?": self._commit_confirm,
            r"confirm": lambda: "Reboot timer stopped\n" if self.router.confirm() else "No confirm pending\n",
            r"discard": self._discard,
            r"save": self._save,
            r"load (\S+)": self._load,
            r"exit( discard)?": self._exit,
        }

    @property
    def _work(self) -> Model:
        assert self._candidate is not None  # noqa: S101 - only asked in configuration mode
        return self._candidate

    @property
    def _is_changed(self) -> bool:
        return self._work.text() != self.router.running

    def _take(self, line: str) -> str:
        try:
            self._work.take(line)
        except Refused as refused:
            failed = (
                ""
                if refused.message.startswith("Nothing to delete")
                else f"{line.split(maxsplit=1)[0].title()} failed\n"
            )
            return f"\n  {refused.message}\n\n{failed}"
        return ""

    def _compare(self) -> str:
        old, new = self.router.running.splitlines(), self._work.text().splitlines()
        gone = [f"- {line}" for line in old if line not in new]
        come = [f"+ {line}" for line in new if line not in old]
        return "".join(f"{line}\n" for line in gone + come) or "No changes between working and active configurations\n"

    def _commit(self, comment: str | None = None) -> str:
        """Put the candidate into force; what refers to nothing is refused, as each part's own script would."""
        if self.router.troubles.locked:
            return "Configuration system temporarily locked due to another commit in progress\n\n"
        if not self._is_changed:
            return _NO_CHANGES
        refused = self.router.troubles.refuse_commit
        problems = [f"{where}\n\n{what}\n" for where, what in self._work.problems()]
        if refused is None and problems:
            refused = "".join(problems)
        if refused is None or self.router.troubles.refuse_half:
            self.router.model = self._work.copy()
        if refused is not None:
            self.router.troubles.refuse_half = False
            self.router.troubles.refuse_commit = None
            return f"{refused}\n[[interfaces ethernet eth0]] failed\nCommit failed\n"
        now = datetime.fromtimestamp(self.router.clock.now(), UTC)
        said = f"    {comment}\n" if comment else ""
        self.router.log.append(f"0   {now:%Y-%m-%d %H:%M:%S} by {self.visit.user} via cli\n{said}")
        return ""

    def _commit_confirm(self, minutes: str | None, comment: str | None) -> str:
        """1.3 reads one key, and the return that follows it is a line of its own; 1.4 reads a line."""
        old, wait = self.router.version.startswith("1.3"), int(minutes or _MINUTES)
        if self.router.deadline is not None:
            return "Another confirm is pending\n"
        if old and not self.router.keeps_revisions:
            return "commit-revisions is not configured.\n\n"
        unsaved = (
            ""
            if self.router.running == self.router.saved
            else "\nYou should save previous commits before commit-confirm !\n"
        )
        if old:
            warning = f"commit-confirm will automatically reboot in {wait} minutes unless changes are confirmed.\n"
            agreed = self.ask_key(f"{warning}Proceed? ")
            self.write("\n")
        else:
            warning = f"\ncommit-confirm will automatically reboot in {wait} minutes unless changes\nare confirmed.\n\n"
            agreed = self.ask(f"{unsaved}{warning}Proceed ? [Y/n] ")
        if agreed.lower() not in ("y", "yes", ""):
            return "commit-confirm canceled\n"
        self.router.arm(wait)
        return f"Initialized commit-confirm; {wait} minutes to confirm before reboot\n{self._commit(comment)}"

    def _discard(self) -> str:
        said = "Changes have been discarded\n" if self._is_changed else "No changes have been discarded\n"
        self._candidate = self.router.model.copy()
        return said

    def _save(self) -> str:
        if not self.router.save():
            return "Saving configuration to '/config/config.boot'...\n[Errno 28] No space left on device\n"
        return "Saving configuration to '/config/config.boot'...\nDone\n"

    def _load(self, name: str) -> str:
        """The candidate becomes what is in a file, all of it."""
        if name not in self.router.files:
            return f"Cannot open configuration file '{name}'\n"
        self._candidate = Model(self.router.files[name], VYOS)
        return f"Loading configuration from '{name}'\nLoad complete. Use 'commit' to make changes effective.\n"

    def _exit(self, discard: str | None) -> str:
        if self._is_changed and discard is None:
            return _MODIFIED
        self._candidate = None
        return "exit\n"
