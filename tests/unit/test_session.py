"""Running tasks on routers: every one of them answers or says why not, and none holds up the others."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pytest
from napalm.base.exceptions import ConnectionClosedException, ConnectTimeoutError
from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.filter import F
from nornir.core.task import Result, Task

from jipkit.errors import (
    AnswerError,
    IdentityError,
    ProjectError,
    RouterError,
    SelectionError,
    UnreachableError,
)
from jipkit.files import private_folder
from jipkit.lab.keys import KeyPair
from jipkit.model import Network
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.session import JipInventory, each, failure, inventory_of, open_session
from jipkit.testing.networks import small_network
from jipkit.transport import CONNECTION, simulated

ROUTERS = ("core-1", "core-2", "pop-1")


class SmallProject(Project):
    """The small network, with the facts of FRR alone."""

    @cached_property
    def network(self) -> Network:
        return small_network()

    @cached_property
    def platforms(self) -> dict[str, PlatformFacts]:
        return {"frr": PlatformFacts(platform="frr", netmiko="linux", napalm="frr")}


class Simulated:
    """A simulated router; ``dead`` ones do not open, ``slow`` ones answer when ``awake`` is set."""

    dead: ClassVar[set[str]]
    slow: ClassVar[set[str]]
    closed: ClassVar[list[str]]
    awake: ClassVar[threading.Event]

    def __init__(
        self, hostname: str, username: str, password: str, timeout: int, optional_args: dict[str, Any]
    ) -> None:
        del username, password, timeout
        self.hostname, self.router = hostname, optional_args["router"]

    def open(self) -> None:
        if self.router in self.dead:
            raise ConnectTimeoutError("gone")

    def close(self) -> None:
        self.closed.append(self.router)

    def ask(self) -> str:
        if self.router in self.slow:
            self.awake.wait(10)
        return f"I am {self.router}"


@pytest.fixture
def routers() -> Iterator[type[Simulated]]:
    Simulated.dead, Simulated.slow, Simulated.closed, Simulated.awake = set(), set(), [], threading.Event()
    yield Simulated
    Simulated.awake.set()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("HOME", str(tmp_path))
    return SmallProject(tmp_path)


@pytest.fixture
def session(project: Project, routers: type[Simulated]) -> Iterator[Nornir]:
    with simulated(routers), open_session(project, [project.network.router(key) for key in ROUTERS]) as opened:
        yield opened


def ask(task: Task) -> Result:
    return Result(host=task.host, result=task.host.get_connection(CONNECTION, task.nornir.config).ask())


def ask_inside(task: Task) -> Result:
    """Ask in a task of a task of a task."""
    return Result(host=task.host, result=task.run(_middle)[0].result)


def _middle(task: Task) -> Result:
    return Result(host=task.host, result=task.run(ask)[0].result)


def answers(session: Nornir, task: Callable[..., Any] = ask, **parameters: Any) -> dict[str, Any]:
    outcomes = each(session, task, **parameters)
    return {name: o.result if isinstance(o, Result) else type(o).__name__ for name, o in outcomes.items()}


# ------------------------------------------------------------------ running tasks


def test_every_router_answers(session: Nornir) -> None:
    assert answers(session) == {"core-1": "I am core-1", "core-2": "I am core-2", "pop-1": "I am pop-1"}


def test_a_dead_router_has_its_entry_and_the_others_answer(session: Nornir, routers: type[Simulated]) -> None:
    routers.dead.add("core-2")
    assert answers(session) == {"core-1": "I am core-1", "core-2": "UnreachableError", "pop-1": "I am pop-1"}


def test_a_router_that_failed_is_asked_again_next_time(session: Nornir, routers: type[Simulated]) -> None:
    routers.dead.add("core-2")
    answers(session)
    routers.dead.clear()
    assert answers(session)["core-2"] == "I am core-2"


def test_a_failure_deep_inside_is_told_as_what_it_is(session: Nornir, routers: type[Simulated]) -> None:
    routers.dead.add("core-2")
    outcome = each(session, ask_inside)["core-2"]
    assert str(outcome) == "core-2: the session broke off: gone"


def test_an_error_of_ours_comes_through_unchanged(session: Nornir) -> None:
    def refuse(task: Task) -> Result:
        raise IdentityError(task.host.name, "another box")

    assert str(each(session, refuse)["pop-1"]) == "pop-1: another box"


def test_a_library_error_in_a_task_becomes_ours(session: Nornir) -> None:
    def lose(_: Task) -> Result:
        raise ConnectionClosedException("cut")

    assert isinstance(each(session, lose)["pop-1"], UnreachableError)


def test_a_task_that_says_failed_without_an_error_has_failed(session: Nornir) -> None:
    def fail(task: Task) -> Result:
        return Result(host=task.host, failed=True, result="no")

    assert isinstance(each(session, fail)["pop-1"], AnswerError)


def test_a_mistake_in_the_program_keeps_its_traceback(session: Nornir) -> None:
    def mistaken(_: Task) -> Result:
        return {}["nothing"]  # type: ignore[index]

    with pytest.raises(KeyError) as caught:
        each(session, mistaken)
    assert "in mistaken" in "".join(traceback.format_tb(caught.value.__traceback__))
    assert caught.value.__notes__ == ["while working on core-1"]


def test_parameters_reach_the_task(session: Nornir) -> None:
    def repeat(task: Task, words: str) -> Result:
        return Result(host=task.host, result=words)

    assert answers(session, repeat, words="halo")["core-1"] == "halo"


def test_no_router_is_an_error_and_not_a_success(project: Project) -> None:
    with pytest.raises(SelectionError):
        open_session(project, [])


def test_a_filter_that_leaves_nothing_is_an_error_too(session: Nornir) -> None:
    with pytest.raises(SelectionError):
        each(session.filter(name="nobody"), ask)


def test_failure_of_what_went_well_is_none(session: Nornir) -> None:
    assert failure(session.run(task=ask)["core-1"]) is None


def test_sessions_are_closed_at_the_end(project: Project, routers: type[Simulated]) -> None:
    with simulated(routers), open_session(project, [project.network.router("core-1")]) as session:
        each(session, ask)
    assert routers.closed == ["core-1"]


# ------------------------------------------------------------------ limits


def test_a_router_that_never_answers_does_not_hold_up_the_others(session: Nornir, routers: type[Simulated]) -> None:
    routers.slow.add("core-1")
    assert answers(session, limit_s=0.05) == {
        "core-1": "UnreachableError",
        "core-2": "I am core-2",
        "pop-1": "I am pop-1",
    }


def test_a_router_that_never_answers_gives_its_place_to_the_next(project: Project, routers: type[Simulated]) -> None:
    routers.slow.update(ROUTERS[:2])
    chosen = [project.network.router(key) for key in ROUTERS]
    with simulated(routers), open_session(project, chosen, workers=1, limit_s=0.05) as session:
        assert answers(session)["pop-1"] == "I am pop-1"
        routers.awake.set()


def test_what_is_given_up_says_after_how_long(session: Nornir, routers: type[Simulated]) -> None:
    routers.slow.add("core-1")
    outcome = each(session, ask, limit_s=0.05)["core-1"]
    assert str(outcome) == "core-1: ask was given up: not finished within 0.05 s"


def test_a_late_answer_is_not_taken_for_the_answer_to_the_next_question(
    session: Nornir, routers: type[Simulated]
) -> None:
    routers.slow.add("core-1")
    each(session, ask, limit_s=0.05)
    routers.slow.clear()
    routers.awake.set()
    assert answers(session)["core-1"] == "I am core-1"


@pytest.mark.usefixtures("routers")
def test_a_session_that_comes_about_too_late_does_nothing(project: Project) -> None:
    done: list[str] = []
    opening = threading.Event()

    class LateToOpen(Simulated):
        def open(self) -> None:
            opening.wait(10)

    def change(task: Task) -> None:
        task.host.get_connection(CONNECTION, task.nornir.config)
        done.append(task.host.name)

    with simulated(LateToOpen), open_session(project, [project.network.router("core-1")], limit_s=0.05) as session:
        each(session, change)
        opening.set()
        _wait_until(lambda: not [t for t in threading.enumerate() if t.name == "jip core-1"])
    assert done == []


def _wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_no_more_than_the_workers_are_at_it_at_once(project: Project, routers: type[Simulated]) -> None:
    busy: list[int] = []

    def count(_: Task) -> None:
        busy.append(sum(t.name.startswith("jip ") for t in threading.enumerate()))

    chosen = list(project.network.routers.values())
    with simulated(routers), open_session(project, chosen, workers=2) as session:
        each(session, count)
    assert max(busy) <= 3  # one more may be about to end


# ------------------------------------------------------------------ what is not logged


def test_a_failed_router_logs_no_traceback(
    session: Nornir, routers: type[Simulated], caplog: pytest.LogCaptureFixture
) -> None:
    routers.dead.add("core-1")
    with caplog.at_level(logging.INFO):
        each(session, ask)
    assert [r for r in caplog.records if r.levelno > logging.INFO] == []


def test_what_a_task_is_given_is_not_logged_for_it_may_hold_secrets(
    session: Nornir, caplog: pytest.LogCaptureFixture
) -> None:
    def push(_: Task, text: str) -> None:
        del text

    with caplog.at_level(logging.DEBUG):
        each(session, push, text="md5 rahasia")
    assert "rahasia" not in caplog.text


# ------------------------------------------------------------------ the inventory


def test_hosts_carry_router_office_and_facts(project: Project) -> None:
    host = inventory_of(project, [project.network.router("pop-1")]).hosts["pop-1"]
    assert (host["router"].key, host["office"].key, host["facts"].napalm) == ("pop-1", "pop-1", "frr")


def test_a_session_knows_how_jip_is_called_about_its_network(project: Project) -> None:
    twin = SmallProject(project.root, lab="coba")
    (private_folder(twin.var) / "controller_key").write_text(KeyPair.new().private)
    hosts = inventory_of(twin, [twin.network.router("core-1")]).hosts
    extras = hosts["core-1"].connection_options[CONNECTION].extras
    assert extras is not None
    assert extras["target"].jip == "jip --lab coba"


def test_hosts_are_grouped_by_platform_role_and_kind(project: Project) -> None:
    host = inventory_of(project, [project.network.router("kec-rawa")]).hosts["kec-rawa"]
    assert [g.name for g in host.groups] == ["platform:mikrotik_routeros", "role:kecamatan", "kind:kecamatan"]


def test_groups_can_be_filtered_by(session: Nornir) -> None:
    assert list(session.filter(F(groups__contains="role:pop")).inventory.hosts) == ["pop-1"]


def test_a_planned_router_is_reached_at_its_uplink(project: Project) -> None:
    assert inventory_of(project, [project.network.router("pkm-baru")]).hosts["pkm-baru"].hostname == "10.161.0.19"


def test_a_platform_that_we_cannot_reach_yet_has_its_entry(project: Project) -> None:
    with open_session(project, [project.network.router("kec-rawa")]) as session:
        outcome = each(session, ask)["kec-rawa"]
    assert isinstance(outcome, RouterError)
    assert "mikrotik_routeros is not supported yet" in str(outcome)


def test_plain_napalm_and_netmiko_refuse_unknown_host_keys_too(project: Project) -> None:
    host = inventory_of(project, [project.network.router("pop-1")]).hosts["pop-1"]
    netmiko = host.get_connection_parameters("netmiko")
    optional = (host.get_connection_parameters("napalm").extras or {})["optional_args"]
    assert netmiko.platform == "linux"
    assert (netmiko.extras or {})["ssh_strict"] is optional["ssh_strict"] is True
    assert optional["alt_key_file"] == str(project.var / "known_hosts")


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Project, "network", property(lambda _: small_network()))
    monkeypatch.setattr(Project, "platforms", property(lambda _: {}))
    return Path(__file__).parents[2]


def test_a_plain_nornir_gets_the_inventory_by_name(example: Path) -> None:
    nornir = InitNornir(
        inventory={"plugin": "JipInventory", "options": {"path": str(example)}}, logging={"enabled": False}
    )
    assert nornir.inventory.hosts["core-1"].hostname == "10.160.0.1"


def test_retired_routers_are_not_in_the_inventory(example: Path) -> None:
    assert "kel-lama" not in JipInventory(path=str(example)).load().hosts


def test_an_unknown_option_is_refused_with_the_closest() -> None:
    with pytest.raises(ProjectError, match="no option 'pth'; did you mean path"):
        JipInventory(pth="x")
