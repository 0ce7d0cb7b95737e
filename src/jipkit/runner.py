"""A Nornir runner that waits for no router longer than it should."""

from __future__ import annotations

import dataclasses
import time
from collections import deque
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Thread

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, MultiResult, Result, Task

from jipkit.errors import UnreachableError
from jipkit.reasons import because
from jipkit.transport import CONNECTION

Finished = SimpleQueue[tuple[str, MultiResult]]


class DeadlineRunner:
    """Runs a task on each host in a thread of its own, at most ``workers`` at once, none longer than ``limit_s``.

    A host that takes longer fails, its session is cut, and its place goes to the next one; whatever its thread
    still answers is dropped.
    """

    def __init__(self, workers: int = 20, limit_s: float = 120.0) -> None:
        self.workers, self.limit_s = workers, limit_s

    def run(self, task: Task, hosts: list[Host]) -> AggregatedResult:
        """Return one result for each of ``hosts``, in their order."""
        known = {host.name: host for host in hosts}
        waiting, finished = deque(hosts), Finished()
        deadlines: dict[str, float] = {}
        results: dict[str, MultiResult] = {}
        try:
            while waiting or deadlines:
                while waiting and len(deadlines) < self.workers:
                    host = waiting.popleft()
                    deadlines[host.name] = time.monotonic() + self.limit_s
                    _start(task.copy(), host, finished)
                name, result = self._next(task, known, deadlines, finished)
                if deadlines.pop(name, None) is not None:
                    results[name] = result
        finally:
            _cut(known[name] for name in deadlines)
        answer = AggregatedResult(task.name)
        answer.update((name, results[name]) for name in known)
        return answer

    def _next(
        self, task: Task, known: dict[str, Host], deadlines: dict[str, float], finished: Finished
    ) -> tuple[str, MultiResult]:
        """Return the next host to finish; when none does in time, the failure of the one whose time is up."""
        first = next(iter(deadlines))
        try:
            return finished.get(timeout=max(0.0, deadlines[first] - time.monotonic()))
        except Empty:
            _cut([known[first]])
            return first, _too_late(task, known[first], self.limit_s)


def _start(task: Task, host: Host, finished: Finished) -> None:
    def work() -> None:
        finished.put((host.name, task.start(host)))

    # a daemon: the program may end although a dead router never answers
    Thread(target=work, name=f"jip {host.name}", daemon=True).start()


def _too_late(task: Task, host: Host, limit_s: float) -> MultiResult:
    error = UnreachableError(host.name, because("given-up", task=task.name, seconds=f"{limit_s:g}"))
    result = MultiResult(task.name)
    result.append(Result(host, exception=error, result=str(error), failed=True))
    return result


def _cut(hosts: Iterable[Host]) -> None:
    """Cut the sessions of hosts whose threads still run, also those that are only being opened."""
    for host in hosts:
        options = host.connection_options.get(CONNECTION)
        if options is not None and options.extras is not None:
            target = options.extras["target"]
            target.given_up.set()
            options.extras = options.extras | {"target": dataclasses.replace(target, given_up=type(target.given_up)())}
        for connection in (host.connections.pop(name) for name in tuple(host.connections)):
            if abort := getattr(connection, "abort", None):
                abort()
