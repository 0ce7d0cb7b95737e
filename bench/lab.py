"""How long a lab takes: until every router answers SSH, and until OSPF is Full on every link. Needs root.

Beside it: the bare namespaces and processes of as many routers, which do nothing and end at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jipkit.errors import LabError
from jipkit.lab import build
from jipkit.model import Network, Routing, State
from jipkit.project import Project
from jipkit.testing.labs import Twin, copy_project, eventually
from jipkit.twin import closure

ROOT = Path(__file__).parents[1]
SIZES = (4, 60)
PROCESSES = 11
"""Of one router: FRRouting's daemons and their watcher, sshd, lldpd's three, and pid 1."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds from the start of a lab."""

    booted: float
    ssh: float
    full: float
    down: float


def main() -> None:
    """Print the table."""
    print("a lab, seconds from its start")
    print(f"{'routers':>7} {'booted':>8} {'SSH':>8} {'OSPF Full':>10} {'down':>8} {'bare namespaces':>16}")
    for size in SIZES:
        bare = bare_s(size)
        count, times = measure(size)
        print(f"{count:7} {times.booted:8.1f} {times.ssh:8.1f} {times.full:10.1f} {times.down:8.1f} {bare:16.1f}")


def measure(size: int) -> tuple[int, Times]:
    """Return how many routers a lab of about ``size`` has, and its times."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_project(ROOT, Path(folder) / "project")
        routers = chosen(Project(root).district, size)
        start = time.monotonic()
        twin = Twin(root, build.up(Project(root, f"bench-{os.getpid()}"), routers, watch=os.getpid()))
        try:
            booted = time.monotonic() - start
            if silent := twin.silent(120):
                raise LabError(f"no answer from {', '.join(silent)}")
            ssh = time.monotonic() - start
            wait_for_full(twin)
            full = time.monotonic() - start
        finally:
            start_of_end = time.monotonic()
            twin.lab.down()
        return len(twin.project.district.routers.keys() & set(routers)), Times(
            booted, ssh, full, time.monotonic() - start_of_end
        )


def chosen(network: Network, size: int) -> tuple[str, ...]:
    """Return ``size`` routers in service, nearest to the controller first, that need no other to be reached."""
    found: tuple[str, ...] = ()
    for key, router in network.routers.items():
        if router.state is State.ACTIVE:
            wider = closure(network, (*found, key))
            if len(wider) > size:
                break
            found = wider
    return found


def wait_for_full(twin: Twin) -> None:
    """Return when every router has as many full neighbours as it has OSPF links to others in the lab."""
    network = twin.project.network
    wanted = Counter(
        end.router
        for link in network.links.values()
        if link.state is State.ACTIVE and link.routing is Routing.OSPF
        for end in link.ends
        if end.router is not None
    )

    def has_all(router: str | None) -> bool:
        return router is None or full_neighbours(twin, router) >= wanted[router]

    waiting = list(wanted)
    with ThreadPoolExecutor(8) as pool:

        def all_are_full() -> bool:
            waiting[:] = [router for router, done in zip(waiting, pool.map(has_all, waiting), strict=True) if not done]
            return not waiting

        eventually(all_are_full, within_s=120, every_s=0.1)


def full_neighbours(twin: Twin, router: str) -> int:
    """Return how many neighbours of a router are Full, asked on its console."""
    answer = json.loads(twin.lab.vtysh(router, "show ip ospf neighbor json") or "{}")
    rows = [row for neighbour in answer.get("neighbors", {}).values() for row in neighbour]
    return sum(str(row.get("nbrState", row.get("state", ""))).startswith("Full") for row in rows)


def bare_s(routers: int) -> float:
    """Return how long the bare namespaces and process starts of so many routers take, two at a time."""
    script = "; ".join(["/bin/true"] * PROCESSES)
    argv = ["unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "sh", "-c", script]
    return _timed(lambda: _in_pairs(argv, routers))


def _in_pairs(argv: list[str], times: int) -> None:
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(subprocess.run, argv, check=True) for _ in range(times)]:
            done.result()


def _timed(work: Callable[[], object]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


if __name__ == "__main__":
    main()
