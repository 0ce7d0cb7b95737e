"""Trusting a router: shown first, pinned only on somebody's word, replaced only when said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import paramiko
import pytest
from typer.testing import CliRunner

from jipkit.cli import app
from jipkit.errors import IdentityError, UnknownNameError, UnreachableError
from jipkit.model import Network
from jipkit.project import Project
from jipkit.testing.networks import changed, small_network
from jipkit.testing.ssh import SshServer
from jipkit.trust import trust_router

KEY = paramiko.ECDSAKey.generate()
OTHER_KEY = paramiko.ECDSAKey.generate()


@dataclass(frozen=True)
class LoopbackProject(Project):
    """The small network, with pop-1 at a server on loopback."""

    port: int = field(default=0, kw_only=True)

    @cached_property
    def network(self) -> Network:
        network = changed(small_network(), "router", "pop-1", management="127.0.0.1")
        access = network.standards.access.model_copy(update={"port": self.port})
        return network.replace(standards=network.standards.model_copy(update={"access": access}))


@pytest.fixture
def server() -> Iterator[SshServer]:
    with SshServer(KEY) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, server: SshServer) -> Project:
    return LoopbackProject(tmp_path, port=server.port)


def pin(project: Project, key: paramiko.PKey) -> None:
    project.hostkeys.pin("pop-1", ["127.0.0.1"], 22, key.get_name(), key.get_base64())


def test_a_key_is_shown_and_not_pinned_before_somebody_compared_it(project: Project) -> None:
    report = trust_router(project, "pop-1")
    assert (report.ok, report.data["fingerprint"]) == (False, KEY.fingerprint)
    assert project.hostkeys.pinned("pop-1") is None


def test_the_report_says_how_to_go_on(project: Project) -> None:
    assert f"jip trust pop-1 --fingerprint {KEY.fingerprint}" in trust_router(project, "pop-1").notes[0]


def test_the_expected_key_is_pinned(project: Project, server: SshServer) -> None:
    assert trust_router(project, "pop-1", fingerprint=KEY.fingerprint).ok
    assert project.hostkeys.pinned("pop-1") == server.host_key


def test_a_pinned_key_is_pinned_at_every_address_of_the_router(project: Project, server: SshServer) -> None:
    trust_router(project, "pop-1", fingerprint=KEY.fingerprint)
    assert f"[10.160.0.3]:{server.port}" in project.hostkeys.path.read_text()


def test_another_key_than_expected_is_not_pinned(project: Project) -> None:
    with pytest.raises(IdentityError, match="nothing was trusted"):
        trust_router(project, "pop-1", fingerprint=OTHER_KEY.fingerprint)
    assert project.hostkeys.pinned("pop-1") is None


def test_a_router_that_is_trusted_already_is_well(project: Project) -> None:
    trust_router(project, "pop-1", fingerprint=KEY.fingerprint)
    assert trust_router(project, "pop-1").rows[0].values["state"] == "trusted already"


@pytest.mark.parametrize("key", [KEY, OTHER_KEY], ids=["shown", "pinned"])
def test_a_changed_key_stops_with_both_fingerprints(project: Project, key: paramiko.PKey) -> None:
    pin(project, OTHER_KEY)
    with pytest.raises(IdentityError) as caught:
        trust_router(project, "pop-1", fingerprint=KEY.fingerprint)
    assert key.fingerprint in str(caught.value)


def test_a_changed_key_is_replaced_only_with_its_fingerprint(project: Project) -> None:
    pin(project, OTHER_KEY)
    report = trust_router(project, "pop-1", replace=True)
    assert f"--fingerprint {KEY.fingerprint} --replace" in report.notes[0]
    pinned = project.hostkeys.pinned("pop-1")
    assert pinned is not None
    assert pinned.fingerprint == OTHER_KEY.fingerprint


def test_a_router_that_was_replaced_gets_its_new_key(project: Project, server: SshServer) -> None:
    pin(project, OTHER_KEY)
    trust_router(project, "pop-1", fingerprint=KEY.fingerprint, replace=True)
    assert project.hostkeys.all() == {"pop-1": server.host_key}


def test_who_is_trusted_by_which_key_is_in_the_journal(project: Project) -> None:
    pin(project, OTHER_KEY)
    trust_router(project, "pop-1", fingerprint=KEY.fingerprint, replace=True)
    (entry,) = project.store.journal(router="pop-1")
    assert entry.detail == {"fingerprint": KEY.fingerprint, "before": OTHER_KEY.fingerprint}


def test_a_router_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with SshServer(KEY) as gone:
        port = gone.port
    with pytest.raises(UnreachableError, match="pop-1: cannot connect to 127"):
        trust_router(LoopbackProject(tmp_path, port=port), "pop-1")


def test_an_unknown_router_has_a_suggestion(project: Project) -> None:
    with pytest.raises(UnknownNameError, match="did you mean pop-1"):
        trust_router(project, "pop-2")


# ------------------------------------------------------------------ the command


@pytest.fixture
def command(project: Project, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr("jipkit.commands.open_project", lambda _: project)
    return CliRunner()


def test_without_a_terminal_nobody_is_asked_and_nothing_is_pinned(command: CliRunner, project: Project) -> None:
    result = command.invoke(app, ["trust", "pop-1"], input="y\n")
    assert result.exit_code == 1
    assert KEY.fingerprint in result.stdout
    assert project.hostkeys.pinned("pop-1") is None


@pytest.mark.parametrize(("answer", "exit_code"), [("y", 0), ("n", 1), ("", 1)])
def test_at_a_terminal_the_key_is_pinned_only_on_a_yes(
    command: CliRunner, project: Project, monkeypatch: pytest.MonkeyPatch, answer: str, exit_code: int
) -> None:
    monkeypatch.setattr("jipkit.commands.at_a_terminal", lambda: True)
    assert command.invoke(app, ["trust", "pop-1"], input=f"{answer}\n").exit_code == exit_code
    assert (project.hostkeys.pinned("pop-1") is not None) == (exit_code == 0)


def test_a_script_names_the_fingerprint(command: CliRunner, project: Project) -> None:
    assert command.invoke(app, ["trust", "pop-1", "--fingerprint", KEY.fingerprint]).exit_code == 0
    assert project.hostkeys.pinned("pop-1") is not None


def test_a_key_that_is_revoked_is_not_trusted(project: Project) -> None:
    project.hostkeys.path.parent.mkdir()
    project.hostkeys.path.write_text(f"@revoked * {KEY.get_name()} {KEY.get_base64()}\n")
    with pytest.raises(IdentityError, match="is revoked"):
        trust_router(project, "pop-1", fingerprint=KEY.fingerprint)
    assert project.hostkeys.pinned("pop-1") is None


def test_two_routers_are_not_trusted_by_one_key(project: Project) -> None:
    project.hostkeys.pin("core-1", ["10.160.0.1"], 22, KEY.get_name(), KEY.get_base64())
    with pytest.raises(IdentityError, match=r"by which core-1 is trusted already; is 127\.0\.0\.1 the other"):
        trust_router(project, "pop-1", fingerprint=KEY.fingerprint)
    assert project.hostkeys.pinned("pop-1") is None


def test_a_key_of_a_router_that_is_no_longer_there_may_be_trusted_under_its_new_name(project: Project) -> None:
    project.hostkeys.pin("pop-lama", ["127.0.0.1"], 22, KEY.get_name(), KEY.get_base64())
    assert trust_router(project, "pop-1", fingerprint=KEY.fingerprint).ok
