"""The out-of-band consoles of a running lab: what its routers really have, whatever its links do."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jipkit.errors import LabError, closest
from jipkit.lab import state
from jipkit.lab.state import LabState

_ANSWER_SECONDS = 90.0
_NEXT_HOP_ID = re.compile(r"\bnhid \d+ ")
"""The kernel's own number of a next hop: another one each time the same route comes back."""


@dataclass(frozen=True, slots=True)
class RouterTruth:
    """What a router really has, seen from its console: "exact" after a rollback means all four."""

    running: str
    saved: str
    addresses: tuple[str, ...]
    routes: tuple[str, ...]


class Consoles:
    """A running lab, by its consoles alone: nothing here goes over the lab's own links."""

    def __init__(self, name: str) -> None:
        """Take hold of the lab called ``name``.

        Raises:
            LabError: no such lab is up.
        """
        self.name = name
        self._known = state.load(name)

    @property
    def state(self) -> LabState:
        """What is known of the lab now; a router that lost its power has no process."""
        self._known = state.load(self.name)
        return self._known

    @property
    def routers(self) -> tuple[str, ...]:
        return self._known.routers

    @property
    def root(self) -> Path:
        """The project whose twin this is."""
        return Path(self._known.root)

    @property
    def var(self) -> Path:
        """Where the twin's own records, keys and known hosts are."""
        return self.root / "var" / "labs" / self.name

    # ------------------------------------------------------------------ consoles

    def pid(self, router: str) -> int:
        """Return the process id of a router's pid 1, as this machine counts.

        Raises:
            LabError: there is no such router, or it has no power.
        """
        known = self.state
        if router in known.processes:
            return known.processes[router]
        boxes = {*known.routers, *known.processes}
        if router in boxes:
            raise LabError(f"{router}: has no power; `jip lab fault {self.name} power-on {router}` gives it back")
        near = closest(router, boxes)
        hint = f"; did you mean {near}?" if near else ""
        raise LabError(f"no router {router!r} in lab {self.name}{hint}")

    def console(self, box: str, argv: Sequence[str]) -> list[str]:
        """Return the command that runs ``argv`` in a router, or in the network of a host on a LAN."""
        known = self.state
        if box == "controller" or box in known.hosts:
            host = known.controller if box == "controller" else box
            return ["nsenter", f"--net={known.network(host)}", *argv]
        return ["nsenter", "--target", str(self.pid(box)), "--all", *argv]

    def exec(
        self, box: str, argv: Sequence[str], *, stdin: str | None = None, check: bool = True, timeout_s: float = 60.0
    ) -> subprocess.CompletedProcess[str]:
        """Return the outcome of a command run in a router as root, or in the network of ``controller`` or a host.

        Raises:
            LabError: it failed and ``check`` is set, or it took longer than ``timeout_s``.
        """
        done = _run(self.console(box, argv), stdin, timeout_s)
        if done is None:
            raise LabError(f"{box}: {' '.join(argv)}: no end within {timeout_s:.0f} s")
        if check and done.returncode:
            said = (done.stderr or done.stdout).strip()[-500:]
            raise LabError(f"{box}: {' '.join(argv)}: exit {done.returncode}: {said}")
        return done

    def vtysh(self, router: str, *commands: str) -> str:
        """Return what a router's vtysh prints for ``commands``."""
        options = [word for command in commands for word in ("-c", command)]
        return self.exec(router, ["vtysh", *options]).stdout

    def truth(self, router: str) -> RouterTruth:
        """Return what a router really has."""
        running = self.vtysh(router, "show running-config no-header")
        addresses = self.exec(router, ["ip", "-oneline", "-4", "address"]).stdout
        routes = self.exec(router, ["ip", "-4", "route", "show", "table", "all"]).stdout
        return RouterTruth(
            running=running,
            saved=self.exec(router, ["cat", "/etc/frr/frr.conf"]).stdout,
            addresses=tuple(sorted(line.partition("valid_lft")[0].strip() for line in addresses.splitlines())),
            routes=tuple(sorted(_route(line) for line in routes.splitlines())),
        )

    def processes(self, router: str, command: str | None = None) -> list[int]:
        """Return the process ids of a router's processes; those called ``command`` alone when it is given."""
        namespace = Path(f"/proc/{self.pid(router)}/ns/pid").readlink()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):  # it ended while we looked
                    called = (entry / "comm").read_text("utf-8", errors="replace").strip()
                    if (entry / "ns/pid").readlink() == namespace and command in (None, called):
                        found.append(int(entry.name))
        return found

    def signal(self, router: str, number: signal.Signals, command: str | None = None) -> int:
        """Send a signal to a router's processes; return how many there were."""
        found = self.processes(router, command)
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        return len(found)

    def ask(self, **request: Any) -> None:
        """Let the lab's holder do something.

        Raises:
            LabError: it did not.
        """
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_ANSWER_SECONDS)
            try:
                connection.connect(str(state.socket_of(self.name)))
                connection.sendall(json.dumps(request).encode())
                answer: Mapping[str, Any] = json.loads(connection.recv(1 << 16) or b"{}")
            except (OSError, ValueError) as error:
                raise LabError(f"lab {self.name} does not answer: {error}") from error
        if "done" not in answer:
            raise LabError(f"lab {self.name}: {answer.get('error', 'its holder ended')}")


def _route(line: str) -> str:
    """Return a route as ``ip route`` shows it, without zebra's running number of its next hop."""
    return re.sub(r" nhid \d+", "", line).strip()


def _run(argv: Sequence[str], stdin: str | None, timeout_s: float) -> subprocess.CompletedProcess[str] | None:
    """Return the outcome of a command, or None when it did not end in time; then nothing it started goes on."""
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        try:
            out, err = process.communicate(stdin, timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(argv, process.returncode, out, err)
