"""A project whose routers are simulated: everything else of it, its rooms and its records, is as real as ever."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jipkit.files import private_folder, write_whole
from jipkit.hostkeys import SSH_PORT, addresses_of
from jipkit.lab.build import KEY_FILE
from jipkit.lab.keys import KeyPair
from jipkit.lab.overlay import activated_in
from jipkit.model import Network, State
from jipkit.project import Project
from jipkit.provisioning import activated
from jipkit.redaction import fill
from jipkit.testing.clock import Clock
from jipkit.testing.district import NAME, SimulatedDistrict
from jipkit.transport import simulated
from jipkit.twin import closure, twin_of


@dataclass(frozen=True)
class SimulatedProject(Project):
    """A project about a twin that no lab runs; it holds ``routers`` and those between them and the controller."""

    lab: str | None = NAME
    routers: tuple[str, ...] = ()

    @cached_property
    def network(self) -> Network:
        """The twin, with what was taken into service in it."""
        twin = twin_of(self.district, closure(self.district, self.routers))
        return activated(twin, activated_in(self.var))


@dataclass(frozen=True)
class Simulation:
    """A simulated district, and the project that it is the twin of."""

    root: Path
    routers: tuple[str, ...]
    district: SimulatedDistrict

    @property
    def project(self) -> SimulatedProject:
        """The project as its files and records stand now."""
        return SimulatedProject(self.root, routers=self.routers)


@contextmanager
def simulation(
    root: Path, routers: Collection[str] | None = None, *, clock: Clock | None = None
) -> Iterator[Simulation]:
    """Let the project in ``root`` work on simulated routers until the block ends: those named, or all of them.

    Every session that this thread opens in the block is with one of them. They boot from what the inventory wants
    (planned ones from their bootstrap lines), and their host keys are trusted. Records are in ``var/labs/simulated``.
    """
    project = SimulatedProject(root, routers=tuple(routers or _all_routers(Project(root))))
    private_folder(project.var)
    write_whole(project.var / KEY_FILE, KeyPair.new().private.encode())
    network = project.network
    district = SimulatedDistrict(
        network, lambda key: boot_text(project, key), secret=project.secrets.resolve, clock=clock
    )
    for key in network.routers:
        shown = district.routers[key].host_key
        project.hostkeys.pin(key, addresses_of(network, key), SSH_PORT, shown.type, shown.base64)
    with simulated(district.driver):
        yield Simulation(root, project.routers, district)


def boot_text(project: Project, router: str) -> str:
    """Return what a router starts from, secrets and all: what is intended, or its bootstrap while it is planned."""
    return fill(project.boots_from(router).text, project.secrets.resolve)


def _all_routers(project: Project) -> Iterator[str]:
    return (key for key, router in project.district.routers.items() if router.state is not State.RETIRED)
