"""Sessions with routers: the inventory as Nornir sees it, and running a task on each router, leaving none out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nornir.core import Nornir
from nornir.core.exceptions import NornirSubTaskError
from nornir.core.inventory import (
    ConnectionOptions,
    Defaults,
    Group,
    Groups,
    Host,
    Hosts,
    Inventory,
    ParentGroups,
)
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.state import GlobalState
from nornir.core.task import MultiResult, Result

from jipkit.errors import AnswerError, JipError, ProjectError, SelectionError, closest
from jipkit.model import Router, State
from jipkit.project import Project
from jipkit.provisioning import address_of
from jipkit.runner import DeadlineRunner
from jipkit.transport import (
    CONNECTION,
    DeviceConnection,
    Login,
    Target,
    hush,
    load_drivers,
    stand_in,
    strict,
    translated,
)

WORKERS = 20
LIMIT_S = 120.0


class JipInventory:
    """Nornir inventory plugin: the routers of a jip project that are not retired.

    Groups are ``platform:frr``, ``role:core``, ``kind:kecamatan``. ``host.data`` holds ``router`` and ``office``
    (of `jipkit.model`) and ``facts`` (of `jipkit.platforms`; None where ``templates/`` has no such platform).

    Options: ``path`` (the project; by default found as ``jip`` finds it), ``lab`` (a twin's name).
    """

    OPTIONS = ("path", "lab")

    def __init__(self, path: str | None = None, lab: str | None = None, **unknown: Any) -> None:
        for name in unknown:
            hint = closest(name, self.OPTIONS)
            raise ProjectError(
                f"JipInventory has no option {name!r}; "
                + (f"did you mean {hint}?" if hint else f"it takes {', '.join(self.OPTIONS)}")
            )
        self._path, self._lab = path, lab

    def load(self) -> Inventory:
        """Return the inventory.

        Raises:
            ProjectError: there is no project.
            InventoryError: it has faults.
        """
        project = Project.find(Path(self._path) if self._path else None, self._lab)
        routers = project.network.routers.values()
        return inventory_of(project, [r for r in routers if r.state is not State.RETIRED])


def open_session(
    project: Project, routers: Sequence[Router], *, workers: int = WORKERS, limit_s: float = LIMIT_S
) -> Nornir:
    """Return a Nornir over ``routers``; close it with ``with``. No router is connected to before a task needs it.

    Raises:
        SelectionError: ``routers`` is empty.
    """
    if not routers:
        raise SelectionError("no router to work on: the selection is empty")
    hush()
    if not stand_in():
        load_drivers()
    return Nornir(inventory=inventory_of(project, routers), runner=DeadlineRunner(workers, limit_s), data=GlobalState())


def inventory_of(project: Project, routers: Iterable[Router]) -> Inventory:
    """Return the Nornir inventory of ``routers``, each with what it takes to open a session with it."""
    ConnectionPluginRegister.register(CONNECTION, DeviceConnection)
    login, groups = Login.of(project), Groups()
    hosts = Hosts({router.key: _host(project, router, login, groups) for router in routers})
    defaults = Defaults(username=login.username, password=login.password or None, port=login.port)
    for host in hosts.values():
        host.defaults = defaults
    return Inventory(hosts=hosts, groups=groups, defaults=defaults)


def each(
    nornir: Nornir, task: Callable[..., Any], *, limit_s: float | None = None, **parameters: Any
) -> Mapping[str, Result | JipError]:
    """Return what ``task`` gave for every router of the session, or why it gave nothing; none is left out.

    A router that failed before is asked again. A mistake in the program is raised, with its own traceback.

    Raises:
        SelectionError: the session has no router.
    """
    if not nornir.inventory.hosts:
        raise SelectionError("no router to work on: the selection is empty")
    if limit_s is not None:
        nornir = nornir.with_runner(DeadlineRunner(getattr(nornir.runner, "workers", WORKERS), limit_s))
    nornir.data.reset_failed_hosts()
    results = nornir.run(task=task, **parameters)
    nornir.data.reset_failed_hosts()
    return {name: _outcome(name, results[name]) for name in nornir.inventory.hosts}


def failure(result: MultiResult | Result) -> BaseException | None:
    """Return what really went wrong, in our words where it is about the router; None when nothing did.

    Nornir's own exception says only that a subtask failed: this is what the subtask said.
    """
    first = result[0] if isinstance(result, MultiResult) else result
    error = first.exception
    if isinstance(error, NornirSubTaskError):
        return failure(error.result)
    router = first.host.name if first.host is not None else ""
    if error is not None:
        return translated(router, error) or error
    return AnswerError(router, f"{result.name} failed: {first.result}") if first.failed else None


def _outcome(router: str, result: MultiResult) -> Result | JipError:
    error = failure(result)
    if error is None:
        return result[0]
    if isinstance(error, JipError):
        return error
    error.add_note(f"while working on {router}")
    raise error


def _host(project: Project, router: Router, login: Login, groups: Groups) -> Host:
    facts = project.platforms.get(router.platform)
    office = project.network.offices[router.office]
    names = (f"platform:{router.platform}", f"role:{router.role}", f"kind:{office.kind}")
    for name in names:
        groups.setdefault(name, Group(name))
    target = Target(router.key, router.platform, facts, login, project.hostkeys, project.command)
    safe = {**login.options(), **strict(project.hostkeys.path)}
    return Host(
        name=router.key,
        hostname=str(address_of(project.network, router)),
        platform=router.platform,
        groups=ParentGroups([groups[name] for name in names]),
        data={"router": router, "office": office, "facts": facts},
        connection_options={
            CONNECTION: ConnectionOptions(extras={"target": target, **stand_in()}),
            "netmiko": ConnectionOptions(platform=facts.netmiko if facts else None, extras=safe),
            "napalm": ConnectionOptions(platform=facts.napalm if facts else None, extras={"optional_args": safe}),
        },
    )
