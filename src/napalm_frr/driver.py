"""FRRDriver: NAPALM's verbs, each put together from the modules beside it."""

from __future__ import annotations

import dataclasses
import json
import logging
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from napalm.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitError,
    ConnectionClosedException,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
)

from napalm_frr import configuration, parsing
from napalm_frr.connection import SshOptions, connect
from napalm_frr.device import DeviceSide, Mode
from napalm_frr.shell import MEBIBYTE, Shell

logger = logging.getLogger(__name__)

T = TypeVar("T")

_STARTUP = "cd /etc/frr && { [ ! -e frr.conf ] || cat frr.conf; }"
"""Never saved is empty, but a directory that may not be read is an error."""
_NAME_AND_UPTIME = (
    "{ hostname -f 2>/dev/null || hostname; } && awk 'NR == FNR { up = $1; next }"
    ' { sub(/.*\\) /, ""); print up - $20 / 100 }\' /proc/uptime /proc/1/stat'
)
"""The uptime is that of process 1, also where the router is a container."""
_CHECK = "cat | timeout 60 vtysh -C -f /proc/self/fd/0"
"""Checks grammar alone and keeps no file; by way of cat, because a socket cannot be opened by its name."""
_GUARD_S = 120
"""Timer of a commit without ``revert_in``: it fires only if we are killed before we have verified."""


class FRRDriver(NetworkDriver):  # type: ignore[misc]  # napalm is untyped
    """A router running FRRouting, reached over SSH with a shell account in group frrvty."""

    platform = "frr"

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        options = dict(optional_args or {})
        self.hostname, self.username, self.password, self.timeout = hostname, username, password, timeout or 60
        self._directory: str = options.pop("frr_dir", "")
        self._limit_bytes: int = options.pop("max_answer_bytes", 32 * MEBIBYTE)
        self._options = SshOptions.from_optional_args(options)
        self._session: Shell | None = None
        self._device: DeviceSide | None = None
        self._mode: Mode | None = None
        self._candidate = ""

    # ------------------------------------------------------------------ connection
    def open(self) -> None:
        """Log in; the account must have a shell, and vtysh must let it in."""
        client = connect(self.hostname, self.username, self.password, self._options)
        shell = Shell(client, self.hostname, timeout_s=self.timeout, limit_bytes=self._limit_bytes)
        try:
            probe = shell.run("command -v vtysh >/dev/null && echo shell", name="open")
        except Exception:
            shell.close()
            raise
        if probe.out.strip() != "shell":
            shell.close()
            raise ConnectionException(
                f"{self.hostname}: {self.username} has no shell with vtysh on its path (it answered"
                f" {(probe.out or probe.err).strip()[:80]!r}); an account with vtysh as login shell will not do"
            )
        self._session = shell
        self._device = DeviceSide(shell, self._directory)

    def close(self) -> None:
        """Close the connection; a pending commit goes on waiting on the router."""
        if self._session is not None:
            self._session.close()
        self._session = self._device = None
        self._mode, self._candidate = None, ""

    def __exit__(self, *failure: object) -> None:
        """Close; unlike NAPALM's own, it leaves an exception that NAPALM does not name unprinted."""
        self.close()

    def is_alive(self) -> dict[str, bool]:
        """Return whether the connection is believed to work."""
        return {"is_alive": self._session is not None and self._session.alive}

    # ------------------------------------------------------------------ configuration
    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take a whole configuration as the candidate; the router has checked its grammar."""
        self._load("replace", filename, config, ReplaceConfigException)

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Take lines to add (and ``no`` lines to take away) as the candidate; the router has checked them."""
        self._load("merge", filename, config, MergeConfigException)

    def compare_config(self) -> str:
        """Return what a commit would change: ``+``/``-`` lines under the lines they stand in, or nothing.

        It shows secrets that change; ``napalm_frr.configuration.sanitize`` hides them.
        """
        if self._mode is None:
            return ""
        compare = configuration.diff_replace if self._mode == "replace" else configuration.diff_merge
        return compare(self._running(), self._candidate)

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Apply the candidate and verify by reading back; without ``revert_in``, save it too.

        With ``revert_in`` nothing is saved before ``confirm_commit``; the router puts the old
        configuration back by itself after that many seconds.

        Raises:
            CommitError: refused, or not what the candidate asked for; the router was put back.
            ConnectionClosedException: the change cut our own path. Reconnect, see ``commit_status``.
        """
        if self._mode is None:
            raise CommitError(f"{self.hostname}: no candidate is loaded")
        if revert_in is not None and revert_in < 1:
            raise CommitError(f"{self.hostname}: revert_in is {revert_in}; it must be at least one second")
        applied = self._side().commit(self._candidate, self._mode, revert_in or _GUARD_S, _one_line(message))
        verdict = (
            configuration.judge_replace(self._candidate, applied.after)
            if self._mode == "replace"
            else configuration.judge_merge(self._candidate, applied.before, applied.after)
        )
        if not verdict.good:
            status = self._side().rollback("not what the candidate asked for")
            back = "exactly as before" if status.exact else f"NOT as before: {status.detail}"
            raise CommitError(f"{self.hostname}: the router does not hold what was asked for; it is {back}:\n{verdict}")
        if revert_in is None:
            self._side().confirm(applied.token)
        logger.info("%s: committed (%s, revert_in=%s)", self.hostname, self._mode, revert_in)
        self.discard_config()

    def has_pending_commit(self) -> bool:
        """Return whether a commit waits for its confirmation."""
        return self._side().status().state == "pending"

    def confirm_commit(self) -> None:
        """Save the pending commit and disarm its timer."""
        self._side().confirm()

    def rollback(self) -> None:
        """Put back the configuration from before the pending commit or, if none is, the last one (and save).

        Raises:
            CommitError: there is nothing to go back to, or the router is not exactly as it was.
        """
        status = self._side().rollback()
        if not status.exact:
            raise CommitError(f"{self.hostname}: rolled back, but not exactly: {status.detail}")

    def discard_config(self) -> None:
        """Forget the candidate."""
        self._mode, self._candidate = None, ""

    def commit_status(self) -> dict[str, Any]:
        """Return what became of the last commit; the router remembers it across sessions.

        ``state`` is none, pending, confirmed, reverted or failed; ``exact`` whether configuration,
        addresses and routes are as before it (None where the question does not arise); ``when`` in
        seconds since 1970; ``token`` names the commit; ``detail`` says why.
        """
        return dataclasses.asdict(self._side().status())

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's signature
    ) -> dict[str, str]:
        """Return the running, startup and candidate texts as FRR writes them, without header and ``end``."""
        del full  # FRR never shows its defaults
        if format != "text":
            raise NotImplementedError(f"FRR has no configuration in format {format!r}")
        readers: dict[str, Callable[[], str]] = {
            "running": self._running,
            "startup": self._startup,
            "candidate": lambda: self._candidate,
        }
        texts = {name: read() if retrieve in {name, "all"} else "" for name, read in readers.items()}
        return {name: configuration.sanitize(text) if sanitized else text for name, text in texts.items()}

    # ------------------------------------------------------------------ state
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
        return parsing.ping(answer.out, answer.err, destination)

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

    def _side(self) -> DeviceSide:
        if self._device is None:
            raise ConnectionClosedException(f"{self.hostname}: not open")
        return self._device

    def _load(self, mode: Mode, filename: str | None, config: str | None, failure: type[Exception]) -> None:
        self.discard_config()
        text = _read(filename, config, failure)
        try:
            candidate = configuration.candidate_text(text)
        except ValueError as error:
            raise failure(f"{self.hostname}: {error}") from error
        answer = self._shell().run(_CHECK, stdin=candidate, name="check the candidate")
        if answer.status:
            said = configuration.sanitize((answer.err or answer.out).strip())
            raise failure(f"{self.hostname}: {said or f'vtysh -C ended with status {answer.status}'}")
        self._mode, self._candidate = mode, candidate

    def _running(self) -> str:
        text = configuration.clean(self._shell().vtysh("show running-config"))
        if not text:
            raise CommandErrorException(f"{self.hostname}: 'show running-config': an empty answer")
        return text

    def _startup(self) -> str:
        # `show startup-config` prints nothing where the configuration is integrated
        return configuration.clean(self._linux(_STARTUP, name="read /etc/frr/frr.conf"))

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
        except ValueError as error:
            self._not_understood(command, f"not JSON: {text[:80]!r}", error)

    def _understood(self, command: str, read: Callable[[], T]) -> T:
        try:
            return read()
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            self._not_understood(command, f"{type(error).__name__}: {error}", error)

    def _not_understood(self, command: str, reason: str, error: Exception) -> NoReturn:
        raise CommandErrorException(f"{self.hostname}: {command!r}: not understood: {reason}") from error


def _read(filename: str | None, config: str | None, failure: type[Exception]) -> str:
    if (filename is None) == (config is None):
        raise failure("give either a filename or a configuration text")
    if filename is None:
        return config or ""
    try:
        return Path(filename).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise failure(f"cannot read {filename}: {error}") from error


def _one_line(message: str) -> str:
    return " ".join(message.split())[:200]
