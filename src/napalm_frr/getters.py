"""NAPALM's getters, ping and cli: ask the router, understand the answer or say that we do not."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from napalm.base.exceptions import CommandErrorException, ConnectionClosedException

from napalm_frr import parsing
from napalm_frr.shell import Shell

T = TypeVar("T")

_NAME_AND_UPTIME = (
    "{ hostname -f 2>/dev/null || hostname; } && awk 'NR == FNR { up = $1; next }"
    ' { sub(/.*\\) /, ""); print up - $20 / 100 }\' /proc/uptime /proc/1/stat'
)
"""The uptime is that of process 1, also where the router is a container."""


class Getters:
    """What a driver reads from a router; a mixin for the driver, which sets ``hostname`` and ``_session``."""

    hostname: str
    timeout: int
    _session: Shell | None

    def get_facts(self) -> dict[str, Any]:
        """Return NAPALM's facts; uptime is that of the router's first process."""
        version = self._shell().vtysh("show version")
        shown = self._json("show interface")
        system = self._linux(_NAME_AND_UPTIME, name="name and uptime").splitlines()
        return self._understood("show version", lambda: parsing.facts(version, shown, system[0], system[-1]))

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """Return NAPALM's interfaces; the time of the last flap and an unknown speed are -1.0."""
        shown = self._json("show interface")
        return self._understood("show interface json", lambda: parsing.interfaces(shown))

    def get_interfaces_ip(self) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
        """Return NAPALM's addresses of the interfaces that have one."""
        shown = self._json("show interface")
        return self._understood("show interface json", lambda: parsing.interfaces_ip(shown))

    def get_interfaces_counters(self) -> dict[str, dict[str, int]]:
        """Return NAPALM's counters; -1 for what Linux does not count."""
        links = self._linux_json("ip -j -s link show")
        return self._understood("ip -j -s link show", lambda: parsing.interfaces_counters(links))

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        """Return NAPALM's ARP table; Linux does not tell the age."""
        command = f"ip -j -4 neigh show{f' vrf {shlex.quote(vrf)}' if vrf else ''}"
        entries = self._linux_json(command)
        return self._understood(command, lambda: parsing.arp_table(entries))

    def get_bgp_neighbors(self) -> dict[str, Any]:
        """Return NAPALM's BGP neighbours of the default VRF; empty where BGP is not configured."""
        summary = self._json("show bgp summary")
        details = self._json("show bgp neighbors") if summary else {}
        return self._understood("show bgp summary json", lambda: parsing.bgp_neighbors(summary, details))

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """Return NAPALM's LLDP neighbours, as lldpd sees them."""
        shown = self._linux_json("lldpcli -f json0 show neighbors")
        return self._understood("lldpcli show neighbors", lambda: parsing.lldp_neighbors(shown))

    def get_lldp_neighbors_detail(self, interface: str = "") -> dict[str, list[dict[str, Any]]]:
        """Return NAPALM's detailed LLDP neighbours, of one interface or of all."""
        shown = self._linux_json("lldpcli -f json0 show neighbors details")
        return self._understood("lldpcli show neighbors", lambda: parsing.lldp_neighbors_detail(shown, interface))

    def get_route_to(
        self, destination: str = "", protocol: str = "", longer: bool = False
    ) -> dict[str, list[dict[str, Any]]]:
        """Return NAPALM's routes to ``destination`` (address or prefix), or the whole table."""
        family = "ipv6" if ":" in destination else "ip"
        words = [f"show {family} route", destination, "longer-prefixes" if destination and longer else ""]
        command = " ".join(word for word in words if word)
        shown = self._json(command)
        return self._understood(command, lambda: parsing.routes(shown, protocol, "default"))

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
        """Return NAPALM's ping result; the router itself sends the probes."""
        words = ["ping", "-n", "-c", str(count), "-W", str(timeout), "-t", str(ttl), "-s", str(size), "-i", "0.2"]
        origin = source or source_interface
        words += ["-I", origin] if origin else []
        words = ["ip", "vrf", "exec", vrf, *words] if vrf else words
        command = shlex.join([*words, "--", destination])
        answer = self._shell().run(
            f"PATH=$PATH:/usr/sbin:/sbin; {command}", name=command, silence_s=timeout * count + self.timeout
        )
        return self._understood(command, lambda: parsing.ping(answer.out, answer.err, destination))

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, Any]:
        """Return FRR's answer to each command; with encoding ``json``, FRR's own JSON, parsed."""
        if encoding not in {"text", "json"}:
            raise NotImplementedError(f"{encoding} is not an encoding of FRR's answers; text and json are")
        ask = self._shell().vtysh if encoding == "text" else self._json
        return {command: ask(command) for command in commands}

    # ------------------------------------------------------------------ inside
    def _shell(self) -> Shell:
        if self._session is None:
            raise ConnectionClosedException(f"{self.hostname}: not open")
        return self._session

    def _json(self, command: str) -> Any:
        command = f"{command.removesuffix(' json')} json"
        return self._decoded(command, self._shell().vtysh(command))

    def _linux(self, command: str, name: str | None = None) -> str:
        name = name or command
        answer = self._shell().run(f"PATH=$PATH:/usr/sbin:/sbin; {command}", name=name)
        if answer.status:
            said = (answer.err or answer.out).strip()
            raise CommandErrorException(f"{self.hostname}: {name!r}: {said or f'status {answer.status}'}")
        return answer.out

    def _linux_json(self, command: str) -> Any:
        return self._decoded(command, self._linux(command))

    def _decoded(self, command: str, text: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            self._not_understood(command, f"not JSON: {text[:80]!r}", error)

    def _understood(self, command: str, read: Callable[[], T]) -> T:
        try:
            return read()
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            self._not_understood(command, f"{type(error).__name__}: {error}", error)

    def _not_understood(self, command: str, reason: str, error: Exception) -> NoReturn:
        raise CommandErrorException(f"{self.hostname}: {command!r}: not understood: {reason}") from error
