"""The shell of a simulated router: where `napalm_frr` has an SSH connection, this answers from the router's state."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from napalm.base.exceptions import CommandErrorException, ConnectionClosedException

from jipkit.testing import answers, linux_answers
from jipkit.testing.answers import Witness
from jipkit.testing.device_side import act
from jipkit.testing.grammar import complaint
from napalm_frr.shell import MEBIBYTE, Answer, Shell, printable

if TYPE_CHECKING:
    from jipkit.testing.district import SimulatedDistrict

_PATH = "PATH=$PATH:/usr/sbin:/sbin;"
_DIRECTORY = "/home/jip/.napalm_frr"
_HEADER = "Building configuration...\n\nCurrent configuration:\n"

_SHOWN: Mapping[str, Callable[[Witness], Any]] = {
    "show interface json": answers.interfaces,
    "show ip ospf neighbor json": answers.ospf_neighbors,
    "show bgp summary json": answers.bgp_summary,
    "show bgp neighbors json": answers.bgp_neighbors,
    "show ip route json": answers.routes,
}
_LINUX: Mapping[str, Callable[[Witness], Any]] = {
    "lldpcli -f json0 show neighbors": linux_answers.lldp_neighbors,
    "lldpcli -f json0 show neighbors details": linux_answers.lldp_neighbors,
    "ip -j -s link show": linux_answers.counters,
    "ip -json -stats link show": linux_answers.counters,
    "ip -j -4 neigh show": linux_answers.arp_table,
}


class SimulatedShell(Shell):
    """Commands on a simulated router, over a session that lives as long as the way there does."""

    def __init__(
        self, district: SimulatedDistrict, router: str, host: str, timeout_s: float, limit_bytes: int = 32 * MEBIBYTE
    ) -> None:
        self.host, self.timeout_s, self.limit_bytes = host, timeout_s, limit_bytes
        self._district, self._router = district, router
        self._open = True

    @property
    def alive(self) -> bool:
        return self._open and self._district.answering(self.host) == self._router

    def close(self) -> None:
        self._open = False

    def run(self, command: str, *, stdin: str = "", silence_s: float | None = None, name: str | None = None) -> Answer:
        """Return the answer to a shell command.

        Raises:
            ConnectionClosedException: the session was closed, or the way to the router is gone, before or after.
            CommandErrorException: the answer exceeds the size limit.
        """
        del silence_s  # a simulated router that does not answer is known at once
        shown = name or command
        with self._district.lock:
            self._require_way(shown)
            answer = self._answer(command, stdin)
            self._require_way(shown)
        if len(answer.out) > self.limit_bytes:
            raise CommandErrorException(
                f"{self.host}: {shown!r}: the answer exceeds {self.limit_bytes // MEBIBYTE} MiB"
            )
        return Answer(answer.status, printable(answer.out), printable(answer.err))

    def _require_way(self, shown: str) -> None:
        if not self.alive:
            self._open = False
            raise ConnectionClosedException(f"{self.host}: {shown!r}: connection lost: the router does not answer")

    def _answer(self, command: str, stdin: str) -> Answer:
        router = self._district.routers[self._router]
        if router.nonsense is not None:
            return Answer(0, router.nonsense, "")
        if "vtysh -C " in command:
            wrong = complaint(stdin)
            return Answer(0, "", "") if wrong is None else Answer(2, "", f"{wrong}\n")
        words = shlex.split(command.removeprefix(_PATH))
        if "vtysh" in words:  # behind a time limit, or not
            return self._vtysh(words[-1])
        if words[:2] == ["sh", "-c"]:
            return Answer(0, f"{_DIRECTORY}\n", "")
        if words[1:2] == ["sh"] and words[2].startswith(_DIRECTORY):
            answer = act(router, words[3], words[4:], stdin)
            self._district.changed()
            return answer
        return self._linux(words)

    def _witness(self) -> Witness:
        return self._district.witness(self._router)

    def _vtysh(self, said: str) -> Answer:
        if said in _SHOWN:
            return Answer(0, json.dumps(_SHOWN[said](self._witness()), indent=2) + "\n", "")
        if said == "write memory":
            self._district.routers[self._router].save()
            return Answer(0, "[OK]\n", "")
        text = self._vtysh_text(said)
        return Answer(1, f"% Unknown command: {said}\n", "") if text is None else Answer(0, text, "")

    def _vtysh_text(self, said: str) -> str | None:
        running = self._district.routers[self._router].running
        match said.split():
            case ["show", "running-config"]:
                return f"{_HEADER}{running}end\n"
            case ["show", "running-config", "no-header"]:
                return f"{running}end\n"
            case ["show", "version"]:
                return answers.version(self._witness())
            case ["show", "ip", "route", wanted, *longer, "json"] if longer in ([], ["longer-prefixes"]):
                return json.dumps(self._routes_to(wanted))
        return None

    def _routes_to(self, wanted: str) -> Any:
        everything = answers.routes(self._witness())
        if "/" in wanted:
            return {prefix: entry for prefix, entry in everything.items() if prefix == wanted}
        route = self._witness().forwarding.route_to(self._router, IPv4Address(wanted))
        return {} if route is None else {str(route.prefix): everything[str(route.prefix)]}

    def _linux(self, words: list[str]) -> Answer:
        command = " ".join(words)
        router = self._district.routers[self._router]
        if command in _LINUX:
            return Answer(0, json.dumps(_LINUX[command](self._witness())), "")
        if words[0] == "ping":
            return self._ping(words[1:])
        if "frr.conf" in command:
            return Answer(0, router.saved, "")
        if "hostname" in words:
            return Answer(0, f"{router.settings.hostname}\n{self._witness().up_s:.0f}\n", "")
        return Answer(127, "", f"bash: line 1: {words[0]}: command not found\n")

    def _ping(self, words: list[str]) -> Answer:
        options = dict(pairwise(words))
        source = IPv4Address(options["-I"]) if "-I" in options else None
        out, err, status = linux_answers.ping(
            self._witness(), IPv4Address(words[-1]), source, int(options.get("-c", 5))
        )
        return Answer(status, out, err)
