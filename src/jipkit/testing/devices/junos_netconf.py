"""NETCONF as a simulated Junos router speaks it: one session, and what each request is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from jipkit.testing.devices import junos_answers as answers
from jipkit.testing.devices.junos_state import STATE, NotNeeded, said
from jipkit.testing.models.sets import Model, Refused

if TYPE_CHECKING:
    from jipkit.testing.devices.junos import JunosRouter
    from jipkit.testing.ssh import Visit

_END = "]]>]]>"
_BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
_CAPABILITIES = (
    "urn:ietf:params:netconf:base:1.0",
    "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:netconf:capability:validate:1.0",
    "http://xml.juniper.net/netconf/junos/1.0",
    "http://xml.juniper.net/dmi/system/1.0",
)


class Denied(Exception):  # noqa: N818 - it is what a device says
    """Junos would not do it; ``where`` is the place in the configuration that it means."""

    def __init__(self, message: str, where: str = "") -> None:
        self.message, self.where = message, where
        super().__init__(message)


class NetconfSession:
    """One session; ``number`` is what Junos calls it by.

    - It greets first, and both sides end a message with ``]]>]]>`` (NETCONF 1.0, all that Junos offers by default).
    - A request it does not know is answered with ``syntax error`` and the name of the request.
    - A warning is an ``rpc-error`` as well, with the severity ``warning``; what was asked for is done.
    - When a session ends, its lock is released and what it has not committed is dropped.
    """

    def __init__(self, visit: Visit, router: JunosRouter, number: int) -> None:
        self.visit, self.router, self.number = visit, router, number
        self._private: Model | None = None
        self._open = True
        self._requests: Mapping[str, Callable[[ET.Element], str]] = {
            "get-configuration": self._get,
            "load-configuration": self._load,
            "commit-configuration": self._commit,
            "lock-configuration": self._lock,
            "unlock-configuration": self._unlock,
            "open-configuration": self._open_private,
            "close-configuration": self._close_private,
            "discard-changes": self._discard,
            "get-rollback-information": self._compare,
            "get-commit-information": lambda _: answers.commits(self.router),
            "get-commit-revision-information": lambda _: answers.revision(self.router),
            "get-system-uptime-information": lambda _: answers.uptime(self.router),
            "get-software-information": lambda _: answers.software(self.router),
            "command": self._command,
            "close-session": self._close,
        }

    # ------------------------------------------------------------------ the session
    def serve(self) -> None:
        """Talk until the client goes or closes the session."""
        self._say(answers.hello(_BASE, _CAPABILITIES, self.number))
        try:
            for message in self._messages():
                answer = self._answered(message)
                if answer is None:
                    return
                if answer:
                    self._say(answer)
                if not self._open:
                    return
        finally:
            with self.router.mutex:
                self._release()

    def _messages(self) -> Iterator[str]:
        received = b""
        while True:
            while (end := received.find(_END.encode())) >= 0:
                yield received[:end].decode()
                received = received[end + len(_END) :]
            more = self.visit.channel.recv(65536)
            if not more:
                return
            received += more

    def _say(self, text: str) -> None:
        self.visit.channel.sendall(f"{text}\n{_END}\n".encode())

    def _answered(self, message: str) -> str | None:
        """Return what a message is answered: nothing for a greeting, None where the session breaks off."""
        root = ET.fromstring(message)  # noqa: S314 - it comes from a test
        if _bare(root.tag) != "rpc":
            return ""
        request = root[0]
        with self.router.mutex:
            self.router.tick()
            inside = self._request(request)
            if _bare(request.tag) == self.router.troubles.cut_at:
                self.router.troubles.cut_at = None
                return None
        number = escape(root.get("message-id", ""), {'"': "&quot;"})
        return (
            f'<rpc-reply xmlns="{_BASE}" xmlns:junos="http://xml.juniper.net/junos/21.4R0/junos" '
            f'message-id="{number}">\n{inside}\n</rpc-reply>'
        )

    def _request(self, request: ET.Element) -> str:
        name = _bare(request.tag)
        asked = self._requests.get(name)
        if asked is None:
            return answers.error("syntax error", bad=name)
        if name in self.router.troubles.deny:
            return answers.error("permission denied", bad=name)
        try:
            return asked(request)
        except Denied as denied:
            return answers.error(denied.message, where=denied.where)

    # ------------------------------------------------------------------ whose candidate
    @property
    def candidate(self) -> Model:
        """The candidate this session changes: its own after ``open-configuration``, else the one all share."""
        return self.router.candidate if self._private is None else self._private

    def _drop(self) -> None:
        fresh = self.router.committed.copy()
        if self._private is None:
            self.router.candidate = fresh
        else:
            self._private = fresh

    def _lock(self, _: ET.Element) -> str:
        """Lock the shared candidate; not while somebody else holds it, nor while it holds what is not committed."""
        holder = self.router.locked_by
        if holder is not None and holder is not self:
            said = f"{holder.visit.user} netconf (pid {holder.number}) on since {self.router.said(self.router.booted)}"
            return answers.error(f"configuration database locked by:\n  {said}\n      exclusive")
        if self.router.modified:
            return answers.error("configuration database modified")
        self.router.locked_by = self
        return "<ok/>"

    def _unlock(self, _: ET.Element) -> str:
        if self.router.locked_by is not self:
            return answers.error("configuration database not locked")
        self._release()
        return "<ok/>"

    def _release(self) -> None:
        if self.router.locked_by is self:
            self.router.locked_by = None
            self.router.candidate = self.router.committed.copy()

    def _open_private(self, request: ET.Element) -> str:
        if _child(request, "private") is None:
            return answers.error("only a private database is simulated")
        self._private = self.router.committed.copy()
        return answers.error("uncommitted changes will be discarded on exit", severity="warning")

    def _close_private(self, _: ET.Element) -> str:
        if self._private is None:
            return answers.error("private database is not open")
        self._private = None
        return "<ok/>"

    def _foreign(self) -> str | None:
        """Return the refusal where the shared candidate is locked by another session."""
        holder = self.router.locked_by
        if self._private is not None or holder is None or holder is self:
            return None
        return answers.error(f"configuration database locked by:\n  {holder.visit.user}")

    # ------------------------------------------------------------------ reading and changing
    def _get(self, request: ET.Element) -> str:
        kind = request.get("format", "xml")
        if request.get("compare") == "rollback":
            before = self.router.past(int(request.get("rollback", "0")))
            return answers.compared(before, self.candidate)
        model = self.router.committed if request.get("database") == "committed" else self.candidate
        if kind == "set":
            return f"<configuration-set>\n{escape(answers.as_set(self.router, model))}</configuration-set>"
        if kind == "text":
            return f"<configuration-text>\n{escape(answers.as_blocks(self.router, model))}</configuration-text>"
        return answers.error(f"the format {kind} is not simulated")

    def _compare(self, request: ET.Element) -> str:
        """Answer ``show system rollback N compare M``: what M has that N has not, and the other way round."""
        numbers = [int(_text(request, name) or "0") for name in ("rollback", "compare")]
        first, second = (self.router.past(number) for number in numbers)
        return answers.compared(first, second, inside="rollback-information")

    def _load(self, request: ET.Element) -> str:
        """Take lines into the candidate: those after one that is refused as well, as Junos does."""
        foreign = self._foreign()
        if foreign is not None:
            return foreign
        if request.get("rollback") is not None:
            loaded = self.router.past(int(request.get("rollback", "0"))).copy()
            if self._private is None:
                self.router.candidate = loaded
            else:
                self._private = loaded
            return "<load-configuration-results><ok/></load-configuration-results>"
        lines = _text(request, "configuration-set")
        if request.get("action") != "set" or lines is None:
            return answers.error("only set commands are simulated")
        return self._typed(lines)

    def _typed(self, lines: str) -> str:
        said: list[str] = []
        errors = 0
        self.candidate.warnings.clear()
        for line in lines.splitlines():
            try:
                self.candidate.take(line)
            except Refused as refused:
                errors += 1
                said.append(answers.error(refused.message, bad=refused.bad))
        said += [answers.error(message, severity="warning") for _, message in self.candidate.warnings]
        end = f"<load-error-count>{errors}</load-error-count>" if errors else "<ok/>"
        return f"<load-configuration-results>{''.join(said)}{end}</load-configuration-results>"

    def _discard(self, _: ET.Element) -> str:
        self._drop()
        return "<ok/>"

    def _commit(self, request: ET.Element) -> str:
        foreign = self._foreign()
        if foreign is not None:
            return foreign
        if _child(request, "check") is not None:
            self.router.check(self.candidate)
            return "<ok/>"
        confirmed = _child(request, "confirmed") is not None
        minutes = int(_text(request, "confirm-timeout") or "10") if confirmed else None
        log = _text(request, "log") or ""
        self.router.commit(self.candidate, self.visit.user, minutes=minutes, log=log)
        if self._private is not None:
            self.router.candidate = self.router.committed.copy()
        return "<ok/>"

    # ------------------------------------------------------------------ commands
    def _command(self, request: ET.Element) -> str:
        """Answer a command of the operator's: what stands after a pipe is left out, as over NETCONF it is."""
        command = re.split(r"\s*\|", (request.text or "").strip(), maxsplit=1)[0]
        kind = request.get("format", "xml")
        if command.startswith("show version"):
            if kind == "json":
                return escape(json.dumps(answers.version_json(self.router)))
            return answers.software(self.router) if kind == "xml" else answers.output(answers.version(self.router))
        given = self.router.answers.get(command)
        if given is None:
            return self._state(command, kind)
        text = given() if callable(given) else given
        return escape(text) if kind == "json" else answers.output(text)

    def _state(self, command: str, kind: str) -> str:
        """Answer of its state: a text where JSON was asked for is wrapped up; the other way round is not simulated."""
        for pattern, answer in STATE.items():
            found = re.fullmatch(pattern, command)
            if found is None:
                continue
            try:
                told = answer(self.router, *found.groups())
            except NotNeeded as refused:
                return answers.error(str(refused))
            if kind == "json":
                return escape(json.dumps(said(told) if isinstance(told, str) else told))
            return answers.output(told) if isinstance(told, str) else answers.error("only JSON is simulated")
        return answers.error("syntax error", bad=command)

    def _close(self, _: ET.Element) -> str:
        self._open = False
        return "<ok/>"


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def _child(element: ET.Element, name: str) -> ET.Element | None:
    return next((child for child in element if _bare(child.tag) == name), None)


def _text(element: ET.Element, name: str) -> str | None:
    found = _child(element, name)
    return None if found is None else found.text or ""
