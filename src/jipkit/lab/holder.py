"""The process that owns a lab: run as ``python -m jipkit.lab.holder``, with the blueprint on stdin.

It is pid 1 of a process namespace in which everything of the lab runs, and the only process in the mount namespace
that holds the lab's files and network namespaces. So when it ends, by whatever signal, the kernel ends and removes
all of it; there is nothing to clean up.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jipkit.errors import LabError
from jipkit.lab import state
from jipkit.lab.blueprint import Blueprint, Box, Host
from jipkit.lab.namespaces import (
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    die_with_parent,
    keep_mounts_private,
    mount_memory,
    unshare,
)
from jipkit.lab.router import Accounts, Roots
from jipkit.lab.wiring import Panel, ip

BOOT_SECONDS = 60.0
BOOTING_PER_CPU = 3
_LARGEST_REQUEST = 1 << 16


class Holder:
    """A lab, from its blueprint to its end."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._print = blueprint
        self._boxes = {box.key: box for box in blueprint.boxes}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._processes: dict[str, int] = {}
        self._started = time.time()
        accounts = Accounts.with_users(blueprint.users)
        self._roots = Roots(state.WORK, accounts, blueprint.users, blueprint.public_key)

    def build(self) -> None:
        """Make the namespaces and the wiring, then boot every router.

        Raises:
            LabError: something of it did not work.
        """
        mount_memory(state.NETWORKS, "755")
        mount_memory(state.WORK, "711")
        blueprint = self._print
        ip(["link set lo up", *(f"netns add {key}" for key in blueprint.names)])
        self._panel = Panel(blueprint.cables, blueprint.unplugged)
        self._panel.build()
        for host in blueprint.hosts:
            _settle_in(host)
        self._boot_all()
        self._panel.settle()

    def save(self, ends: float | None) -> None:
        """Write the lab's state file."""
        self._ends = ends
        blueprint = self._print
        state.save(
            state.LabState(
                name=blueprint.name,
                root=blueprint.root,
                holder=_own_pid(),
                controller=blueprint.controller,
                routers=tuple(box.key for box in blueprint.boxes if box.host_key is not None),
                processes=dict(self._processes),
                hosts=tuple(host.key for host in blueprint.hosts),
                cables={cable.key: (cable.a.box, cable.b.box) for cable in blueprint.cables},
                started=self._started,
                ends=ends,
            )
        )

    # ------------------------------------------------------------------ routers

    def _boot_all(self) -> None:
        waiting, booting = list(self._boxes.values()), dict[str, float]()
        at_once = BOOTING_PER_CPU * (os.cpu_count() or 1)
        while waiting or booting:
            while waiting and len(booting) < at_once:
                box = waiting.pop(0)
                self._roots.prepare(box)
                self._boot(box.key)
                booting[box.key] = time.monotonic()
            for key, since in list(booting.items()):
                if self._is_ready(key, since):
                    del booting[key]
                    _tell({"booted": key})
            self._panel.follow()
            time.sleep(0.02)

    def _boot(self, key: str) -> None:
        folder = self._roots.folder(key)
        (folder / "pid").unlink(missing_ok=True)
        with (folder / "init.log").open("wb") as log:
            self._running[key] = subprocess.Popen(
                [
                    *("nsenter", f"--net={state.NETWORKS}/{key}"),
                    *("unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child=SIGKILL"),
                    *("/bin/sh", str(folder / "init"), key, str(folder)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _is_ready(self, key: str, since: float) -> bool:
        folder = self._roots.folder(key)
        if self._running[key].poll() is not None:
            raise LabError(f"{key}: the router ended while booting: {_tail(folder / 'init.log')}")
        with contextlib.suppress(OSError, ValueError):
            pid = int((folder / "pid").read_text("ascii"))
            if Path(f"/proc/{pid}/root/run/lab-ready").exists():
                self._processes[key] = pid
                return True
        if time.monotonic() - since > BOOT_SECONDS:
            raise LabError(f"{key}: the router did not boot within {BOOT_SECONDS:.0f} s; is the machine overloaded?")
        return False

    def _power_off(self, key: str) -> None:
        box = self._box(key)
        running = self._running.pop(box.key, None)
        if running is None:
            raise LabError(f"{key}: has no power already")
        pid = self._processes.pop(box.key)
        running.kill()
        running.wait()
        _reap_until_gone(pid)
        self._panel.unmake(box.key)
        ip([f"netns del {box.key}"])

    def _power_on(self, key: str) -> None:
        box = self._box(key)
        if box.key in self._running:
            raise LabError(f"{key}: has power already")
        ip([f"netns add {box.key}"])
        self._panel.remake(box.key)
        self._boot(box.key)
        since = time.monotonic()
        while not self._is_ready(box.key, since):
            self._panel.follow()
            time.sleep(0.02)

    def _box(self, key: str) -> Box:
        try:
            return self._boxes[key]
        except KeyError:
            raise LabError(f"no router {key!r} in this lab") from None

    # ------------------------------------------------------------------ requests

    def serve(self, watched: int | None) -> None:
        """Do what handles ask for, until the time is over or the watched process has ended."""
        with selectors.DefaultSelector() as selector, _listening(self._print.name) as listener:
            selector.register(listener, selectors.EVENT_READ)
            selector.register(self._panel, selectors.EVENT_READ)
            if watched is not None:
                selector.register(watched, selectors.EVENT_READ)
            while self._ends is None or time.time() < self._ends:
                left = None if self._ends is None else max(0.0, self._ends - time.time())
                ready = [key.fileobj for key, _ in selector.select(left)]
                if watched in ready:
                    return
                self._panel.follow()
                if listener in ready:
                    self._answer(listener)

    def _answer(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError, ValueError):  # whoever asked has gone, or talks nonsense
            connection.settimeout(5)
            request = json.loads(connection.recv(_LARGEST_REQUEST))
            connection.sendall(json.dumps(self._do(request)).encode())

    def _do(self, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            match request:
                case {"do": "treat", "cable": str(key), "changes": dict(changes)}:
                    self._panel.treat(key, **changes)
                case {"do": "swap", "cable": str(key), "other": str(other)}:
                    self._panel.swap(key, other)
                case {"do": "power off", "router": str(key)}:
                    self._power_off(key)
                    self.save(self._ends)
                case {"do": "power on", "router": str(key)}:
                    self._power_on(key)
                    self.save(self._ends)
                case _:
                    return {"error": "not a request that a lab knows"}
        except (LabError, OSError, TypeError) as error:
            return {"error": str(error)}
        return {"done": True}


def _settle_in(host: Host) -> None:
    """Give a host its address and its way out."""
    ip(
        [
            "link set lo up",
            f"addr add {host.address} dev eth0",
            "link set eth0 up",
            f"route add default via {host.gateway}",
        ],
        host.key,
    )


def _listening(name: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(state.socket_of(name)))
    state.socket_of(name).chmod(0o600)
    listener.listen(16)
    return listener


def _own_pid() -> int:
    """Return this process's id as the machine counts: /proc is still the machine's."""
    return int(Path("/proc/self").readlink().name)


def _reap_until_gone(pid: int, within_s: float = 10.0) -> None:
    """Take leave of a router's pid 1, which is ours since its parent went."""
    end = time.monotonic() + within_s
    while Path(f"/proc/{pid}").exists():
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        if time.monotonic() > end:
            raise LabError(f"process {pid} of the router does not end")
        time.sleep(0.005)


def _tail(path: Path) -> str:
    return path.read_text("utf-8", errors="replace").strip()[-500:]


def _tell(message: Mapping[str, Any]) -> None:
    """Write to the process that asked for the lab; when it has gone the lab is not wanted any more."""
    print(json.dumps(message), flush=True)  # noqa: T201 - the pipe to whoever builds the lab


def _become_lab(blueprint: Blueprint, ends: float | None, watched: int | None, ready: int) -> None:
    """Build the lab, say so, and keep it until its end; runs as pid 1 of the lab."""
    die_with_parent()
    unshare(CLONE_NEWNS | CLONE_NEWNET)
    keep_mounts_private()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit())
    holder = Holder(blueprint)
    holder.build()
    holder.save(ends)
    die_with_parent(really=False)
    os.write(ready, b"1")
    _tell({"ready": True})
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 0)
    os.dup2(silence, 1)
    holder.serve(watched)


def main(arguments: list[str]) -> None:
    """Read a blueprint, and leave a lab behind that runs on its own; arguments: end of time, process to watch."""
    die_with_parent()
    blueprint = Blueprint.from_json(sys.stdin.read())
    ends, watch = (float(word) if word else None for word in arguments)
    try:
        watched = None if watch is None else _watch(int(watch))
        unshare(CLONE_NEWPID)
        told, ready = os.pipe()
        if os.fork():
            os.close(ready)
            os._exit(0 if os.read(told, 1) else 1)
        os.close(told)
        _become_lab(blueprint, ends, watched, ready)
    except (LabError, OSError) as error:
        with contextlib.suppress(BrokenPipeError):  # nobody wants to know
            _tell({"error": str(error)})
    finally:
        state.forget(blueprint.name)


def _watch(pid: int) -> int:
    """Return a descriptor that can be read when the process ends."""
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        raise LabError(f"no process {pid} to watch; leave --watch-pid out, or name one that runs") from None


if __name__ == "__main__":
    main(sys.argv[1:])
