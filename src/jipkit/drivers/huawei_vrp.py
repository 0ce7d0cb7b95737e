"""Huawei VRP over SSH: our lines, typed one by one; VRP 5 has no timer that would take them back."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from napalm.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitError,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
)
from napalm.base.netmiko_helpers import netmiko_args
from netmiko.exceptions import NetmikoAuthenticationException

from jipkit.drivers import huawei_vrp_session as session
from jipkit.drivers.cisco_style import Typist
from jipkit.drivers.shape import Capabilities, CommitStatus

logger = logging.getLogger(__name__)

_SAVE_S = 180
_NOTES = (
    "VRP says nothing of a line before it is typed: there is no dry run",
    "VRP has no timer that takes a change back",
)


class HuaweiVrpDriver(NetworkDriver):  # type: ignore[misc]  # napalm is untyped
    """A router that runs VRP: every line is in force as soon as it is typed, or all of them at ``commit`` (VRP 8).

    There is no timer: what cuts our own path stays until somebody comes. What VRP 5 refuses in the middle leaves the
    lines before it in force, and the error says so.
    """

    platform = "huawei_vrp"

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        self.hostname, self.username, self.password, self.timeout = hostname, username, password, timeout or 60
        self.force_no_enable = True
        self._options = netmiko_args(dict(optional_args or {}))
        self.device: Any = None
        self._netmiko_device: Any = None
        self._lines: tuple[str, ...] = ()

    # ------------------------------------------------------------------ connection
    def open(self) -> None:
        """Log in, by the host key that is known, and have long answers come without a pause."""
        try:
            self.device = self._netmiko_open("huawei", netmiko_optional_args=self._options)
        except NetmikoAuthenticationException:
            raise
        except ValueError as error:
            raise ConnectionException(f"{self.hostname}: no prompt of VRP") from error

    def close(self) -> None:
        """Close the connection at once: VRP ends a session with it."""
        self._lines = ()
        if self.device is not None:
            self.device.paramiko_cleanup()
        self.device = self._netmiko_device = None

    def __exit__(self, *failure: object) -> None:
        """Close; unlike NAPALM's own, it leaves an exception that NAPALM does not name unprinted."""
        self.close()

    def is_alive(self) -> dict[str, bool]:
        """Return whether the connection is believed to work."""
        return {"is_alive": self.device is not None and bool(self.device.remote_conn.transport.is_active())}

    # ------------------------------------------------------------------ what it says
    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str]:
        """Return what each command prints; one that VRP does not know prints that."""
        if encoding != "text":
            raise NotImplementedError(f"VRP answers in text, not in {encoding!r}")
        return {command: self._ask(command) for command in commands}

    def get_facts(self) -> dict[str, Any]:
        """Return what the box is, as far as a few commands tell it."""
        name = session.hostname(self._ask(session.NAME)) or str(self.device.base_prompt)
        version = session.version(self._ask("display version"))
        return {"hostname": name, "fqdn": name, "vendor": "Huawei", "os_version": version, "interface_list": []}

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's signature
    ) -> dict[str, str]:
        """Return the running and the saved configuration as VRP prints them, secrets and all."""
        if format != "text" or full or sanitized:
            raise NotImplementedError("VRP has one text of its configuration")
        asked = {"running": "display current-configuration", "startup": "display saved-configuration"}
        wanted = {name: command for name, command in asked.items() if retrieve in ("all", name)}
        return {"running": "", "startup": "", "candidate": ""} | {
            name: self._ask(command) for name, command in wanted.items()
        }

    # ------------------------------------------------------------------ the candidate
    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take lines to be typed in the system view, with every view entered and left.

        Raises:
            MergeConfigException: there is none, or one that would leave the system view or put the box at risk.
        """
        self._lines = ()
        text = Path(filename).read_text(encoding="utf-8") if filename else config or ""
        try:
            lines = tuple(session.pieces(text))
        except ValueError as error:
            raise MergeConfigException(f"{self.hostname}: {error}") from error
        stray = next((line for line in lines if session.is_stray(line)), None)
        if not lines or stray is not None:
            raise MergeConfigException(f"{self.hostname}: {stray or 'no line'} is not for the system view")
        self._lines = lines

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Refuse: VRP replaces its configuration by a restart, and nothing brings the old one back.

        Raises:
            ReplaceConfigException: always.
        """
        del filename, config
        raise ReplaceConfigException(f"{self.hostname}: VRP is changed line by line")

    def compare_config(self) -> str:
        """Return nothing: VRP says nothing of a line before it is typed."""
        return ""

    def discard_config(self) -> None:
        """Forget the candidate."""
        self._lines = ()

    # ------------------------------------------------------------------ changing
    def commit_config(self, message: str = "", revert_in: int | None = None) -> str:
        """Type the lines until one is refused, and commit where VRP wants it. Nothing is saved.

        Returns nothing: VRP names no commit, and has no place for ``message``.

        Raises:
            CommitError: a timer is asked for, or a line was refused: the error says what is in force.
            ConnectionClosedException: the session is gone; nobody knows what was taken.
        """
        del message
        if revert_in is not None:
            raise CommitError(f"{self.hostname}: VRP has no timer that takes a change back; nothing was typed")
        if not self._lines:
            raise CommitError(f"{self.hostname}: no candidate is loaded")
        typist = self._typed("system-view", session.SYSTEM_VIEW)
        refused = session.type_lines(typist, self._lines)
        two_stage = session.is_two_stage(typist.prompt)
        wrong = f"{refused}\n{self._after_refusal(typist, refused, two_stage=two_stage)}" if refused else ""
        if not refused and two_stage:
            wrong = self._committed(typist)
        self._leave(typist)
        if wrong:
            raise CommitError(f"{self.hostname}: {wrong}")
        logger.info("%s: typed %d lines", self.hostname, len(self._lines))
        self.discard_config()
        return ""

    def _after_refusal(self, typist: Typist, refused: session.Refusal, *, two_stage: bool) -> str:
        if two_stage:
            typist.type("clear configuration candidate", session.SYSTEM_VIEW)
            return "nothing is in force: it was not committed"
        return f"there is no timer: the {refused.number - 1} before it are in force, and not saved"

    def _committed(self, typist: Typist) -> str:
        """Commit on two-stage software; return what it says where it does not."""
        answer = typist.type("commit", session.SYSTEM_VIEW, _SAVE_S)
        left = session.is_uncommitted(typist.prompt)
        said = session.failure(answer) or (" ".join(answer.split()) or "it says nothing" if left else None)
        if said is None:
            return ""
        typist.type("clear configuration candidate", session.SYSTEM_VIEW)
        return f"not committed, nothing is in force:\n{said}"

    def has_pending_commit(self) -> bool:
        """Return False: nothing ever waits on VRP."""
        return False

    def confirm_commit(self, token: str = "") -> None:
        """Save what runs. It may be asked again after a session that was lost. ``token`` is not looked at.

        Raises:
            CommitError: it cannot be saved.
        """
        del token
        typist = self._typed()
        answer = typist.type("save", session.ASKED_OR_USER_VIEW, _SAVE_S)
        for _ in range(session.MOST_QUESTIONS):
            if session.is_for_a_name(typist.prompt):
                answer = self._named(typist, answer)
            elif session.is_question(typist.prompt):
                answer = self._agreed(typist, answer)
            else:
                break
        if not session.SAVED.search(answer):
            raise CommitError(f"{self.hostname}: in force, but not saved: {' '.join(answer.split())}")

    def _named(self, typist: Typist, answer: str) -> str:
        """Save under the name that VRP proposes, and return what it says then; we propose none."""
        asked = f"{answer}\n{typist.prompt}"
        if session.has_a_name(typist.prompt):
            return typist.type("", session.ASKED_OR_USER_VIEW, _SAVE_S)
        typist.type("\x03", session.USER_VIEW, self.timeout)
        raise CommitError(
            f"{self.hostname}: in force, but not saved: {' '.join(asked.split())}\n"
            "no file is named to start with: say `save NAME` and `startup saved-configuration NAME` on the router once"
        )

    def _agreed(self, typist: Typist, answer: str) -> str:
        if not session.is_about_saving(answer + typist.prompt):
            asked = " ".join(typist.prompt.split())
            typist.type("n", session.USER_VIEW, _SAVE_S)
            raise CommitError(f"{self.hostname}: in force, but not saved: {asked}")
        return typist.type("y", session.ASKED_OR_USER_VIEW, _SAVE_S)

    def rollback(self) -> None:
        """Refuse: VRP keeps nothing to go back to; who changed it takes it back line by line.

        Raises:
            CommitError: always.
        """
        raise CommitError(f"{self.hostname}: VRP remembers nothing to go back to; type the lines that undo the change")

    # ------------------------------------------------------------------ what the router knows
    def commit_status(self) -> CommitStatus:
        """Return that the router remembers no change: VRP 5 keeps no list of them."""
        return CommitStatus(state="none", token="", exact=None, when=None, detail="VRP remembers no change")

    def capabilities(self) -> Capabilities:
        """Return what VRP can do of what a safe change wants: nothing."""
        return Capabilities(dry_run=False, device_timer=False, atomic_replace=False, notes=_NOTES)

    def ping(  # noqa: PLR0917 - NAPALM's signature
        self,
        destination: str,
        source: str = "",
        ttl: int = 255,
        timeout: int = 2,
        size: int = 100,
        count: int = 5,
        vrf: str = "",
        source_interface: str = "",
    ) -> dict[str, Any]:
        """Return the outcome of a ping in NAPALM's form; times in milliseconds."""
        options = {"-vpn-instance": vrf, "-a": source, "-i": source_interface}
        said = "".join(f" {name} {value}" for name, value in options.items() if value)
        command = f"ping{said} -c {count} -s {size} -h {ttl} -t {timeout * 1000} {destination}"
        return session.ping_answer(self._ask(command, self.timeout + count * (timeout + 1)))

    # ------------------------------------------------------------------ the session
    def _ask(self, command: str, timeout_s: float | None = None) -> str:
        return self._typed().type(command, session.USER_VIEW, timeout_s).strip("\n")

    def _typed(self, command: str = "", until: Any = None) -> Typist:
        """Return who types, after ``command`` was; without one after an empty line, which says where we are."""
        if self.device is None:
            raise CommandErrorException(f"{self.hostname}: not open")
        typist = Typist(self.device, self.hostname, self.timeout)
        if command:
            answer = typist.type(command, session.ANY_VIEW)
            if until is not None and not until.search(f"\n{typist.prompt}"):
                raise CommandErrorException(f"{self.hostname}: {command!r}: {' '.join(answer.split())}")
        return typist

    def _leave(self, typist: Typist) -> None:
        """Go back to the user view; what two-stage software has not committed it drops."""
        typist.type("return", session.ASKED_OR_USER_VIEW)
        if session.is_question(typist.prompt):
            typist.type("n", session.USER_VIEW)
        self.device.base_prompt = session.name_in(typist.prompt)
