"""An audit says of every chosen router what is known of it, and is well only when all is known and right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jipkit.errors import IdentityError, JipError, LoginError, SecretError, SelectionError, UnreachableError, UsageError
from jipkit.language import PSEUDO, use_language
from jipkit.model import Network, Place, Router, Source
from jipkit.platforms import PlatformFacts, Section, Setting
from jipkit.project import Project
from jipkit.rendering import Origin, Rendered
from jipkit.report import Report
from jipkit.testing.networks import small_network
from playbooks import audit as room
from playbooks._selection import Filters
from playbooks.audit import audit

FACTS = PlatformFacts(
    platform="frr",
    netmiko="linux",
    syntax="indented",
    sections=(Section(name="base", template="base.j2", owns=("hostname ", "interface ")),),
    secrets=(r"key md5 (?P<secret>\S+)",),
    settings=(Setting(match="interface ", container=True), Setting(match="ip ospf cost"), Setting(match="key md5")),
)
LINES = ["hostname {}", "interface eth0", " ip ospf cost 10", " key md5 <secret:ospf/x/1>"]
RUNNING = "hostname {}\ninterface eth0\n ip ospf cost 10\n key md5 hunter22\nexit\nend\n"
SOURCE = Source("link", "core-1--pop-1", "cost")


@dataclass(frozen=True)
class ToyProject(Project):
    """A project whose templates write four lines."""

    root: Path = Path("/nowhere")
    known: Mapping[str, str] = field(default_factory=lambda: {"ospf/x/1": "hunter22"})

    @property
    def network(self) -> Network:
        return small_network().replace(places={Source("link", "core-1--pop-1"): Place("inventory/links.yaml", 7)})

    @property
    def platforms(self) -> Mapping[str, PlatformFacts]:
        return {"frr": FACTS, "mikrotik_routeros": FACTS.model_copy(update={"syntax": None})}

    @property
    def secrets(self) -> Any:
        return SimpleNamespace(resolve=self._resolve)

    def _resolve(self, name: str) -> str:
        if name not in self.known:
            raise SecretError(f"secret {name} is nowhere")
        return self.known[name]

    def render(self, router: str, network: Network | None = None) -> Rendered:  # noqa: ARG002 - as Project has it
        origins = tuple(Origin("frr/base.j2", n, (SOURCE,) if n == 3 else ()) for n, _ in enumerate(LINES, 1))
        return Rendered(router, "frr", "\n".join(LINES).format(router) + "\n", origins)


Answers = Mapping[str, str | JipError]


def audited(
    monkeypatch: pytest.MonkeyPatch,
    answers: Answers,
    project: Project | None = None,
    *,
    remedy: bool = False,
    **filters: Any,
) -> Report:
    """Return the audit of routers that answer so; one that is not in ``answers`` answers with what is intended."""

    def ask(_project: Project, routers: list[Router], _task: object) -> Answers:
        return {router.key: answers.get(router.key, RUNNING.format(router.key)) for router in routers}

    monkeypatch.setattr(room, "ask", ask)
    return audit(project or ToyProject(), Filters(**filters), remedy=remedy)


def results(report: Report) -> dict[str, str]:
    return {row.values["router"]: row.values["result"] for row in report.rows}


def test_routers_that_run_what_is_intended_are_well(monkeypatch: pytest.MonkeyPatch) -> None:
    report = audited(monkeypatch, {}, router=["core-1", "pop-1"])
    assert results(report) == {"core-1": "clean", "pop-1": "clean"}
    assert report.ok
    assert [row.values["coverage_percent"] for row in report.rows] == [100.0, 100.0]
    assert report.title == "2 of 2 routers in service are as their templates want them"


def test_a_hand_edit_is_named_with_its_template_line_and_its_place_in_the_inventory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edited = RUNNING.format("pop-1").replace("cost 10", "cost 99")
    report = audited(monkeypatch, {"pop-1": edited}, router=["core-1", "pop-1"])
    assert not report.ok
    assert results(report) == {"core-1": "clean", "pop-1": "drift"}
    assert report.rows[1].values["findings"] == [
        {
            "kind": "changed",
            "path": ["interface eth0"],
            "intended": "ip ospf cost 10",
            "running": "ip ospf cost 99",
            "section": "base",
            "template": "templates/frr/base.j2:3",
            "inventory": ["inventory/links.yaml:7"],
        }
    ]
    assert "+  ip ospf cost 10  # templates/frr/base.j2:3, inventory/links.yaml:7" in report.texts[0].body
    assert report.notes == ["The commands that make it right: jip audit --router pop-1 --remedy"]


def test_the_remedy_is_shown_on_request_and_always_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    edited = RUNNING.format("pop-1").replace("cost 10", "cost 99")
    report = audited(monkeypatch, {"pop-1": edited}, router=["pop-1"], remedy=True)
    assert [(text.heading, text.body) for text in report.texts[1:]] == [
        ("pop-1: remedy", "interface eth0\n ip ospf cost 10\nexit\n"),
        ("pop-1: undo of the remedy", "interface eth0\n ip ospf cost 99\nexit\n"),
    ]
    assert report.as_json()["rows"][0]["remedy"] == ["interface eth0", " ip ospf cost 10", "exit"]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (UnreachableError("pop-1", "no route"), "unreachable"),
        (IdentityError("pop-1", "another host key"), "not assessable"),
        (LoginError("pop-1", "refused"), "not assessable"),
        ("", "not assessable"),
        ("!\nend\n", "not assessable"),
        ("\x00\x01rubbish", "not assessable"),
        ("% Unknown command\n", "not assessable"),
    ],
)
def test_a_router_that_gives_no_configuration_is_never_well(
    monkeypatch: pytest.MonkeyPatch, answer: str | JipError, result: str
) -> None:
    report = audited(monkeypatch, {"pop-1": answer}, router=["core-1", "pop-1"])
    assert results(report) == {"core-1": "clean", "pop-1": result}
    assert report.rows[1].values["why"].startswith("pop-1: ")
    assert "coverage_percent" not in report.rows[1].values
    assert not report.ok


def test_a_secret_that_nobody_knows_is_not_taken_for_right(monkeypatch: pytest.MonkeyPatch) -> None:
    report = audited(monkeypatch, {}, ToyProject(known={}), router=["pop-1"])
    assert results(report) == {"pop-1": "not assessable"}
    assert report.rows[0].values["why"] == "secrets that could not be compared: 1; all else is as intended"
    assert report.rows[0].values["not_assessable"] == 1
    assert not report.ok


def test_another_secret_is_drift_and_neither_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    edited = RUNNING.format("pop-1").replace("hunter22", "0therkey")
    report = audited(monkeypatch, {"pop-1": edited}, router=["pop-1"], remedy=True)
    everything = json.dumps(report.as_json()) + str(report)
    assert results(report) == {"pop-1": "drift"}
    assert "hunter22" not in everything
    assert "0therkey" not in everything
    assert report.notes == ["The undo needs secrets that only the router knows: pop-1"]


def test_what_no_template_manages_is_listed_and_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    report = audited(monkeypatch, {"pop-1": RUNNING.format("pop-1") + "agentx\n"}, router=["pop-1"])
    assert report.ok
    assert report.rows[0].values["coverage_percent"] == 80.0
    assert report.rows[0].values["unmanaged"] == 1
    assert "~ agentx" in report.texts[0].body
    assert report.notes == ["Lines that no template manages are listed, not judged: pop-1"]


def test_a_twin_says_what_an_interface_is_called_in_the_inventory(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {("pop-1", "eth0"): "ge-0/0/0", ("pop-1", "eth1"): "ge-0/0/1", ("core-1", "eth0"): "ge-0/0/9"}

    class Twin(ToyProject):
        @property
        def network(self) -> Network:
            return small_network().replace(shown_names=names)

    edited = RUNNING.format("pop-1").replace("cost 10", "cost 99")
    report = audited(monkeypatch, {"pop-1": edited}, Twin(), router=["pop-1", "core-1"], remedy=True)
    assert report.notes == ["pop-1: eth0 is ge-0/0/0 in the inventory"]


def test_platforms_that_cannot_be_compared_are_not_assessable(monkeypatch: pytest.MonkeyPatch) -> None:
    report = audited(monkeypatch, {}, router=["kec-rawa", "dinas-sehat"])
    assert results(report) == {"dinas-sehat": "not assessable", "kec-rawa": "not assessable"}
    assert not report.ok
    whys = {row.values["router"]: row.values["why"] for row in report.rows}
    assert whys["kec-rawa"] == "configurations of platform mikrotik_routeros cannot be compared yet"
    assert whys["dinas-sehat"].startswith("dinas-sehat: platform cisco_ios has no folder in templates/")


def test_a_router_that_is_not_in_service_is_listed_but_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    network = small_network()
    planned = next(r.key for r in network.routers.values() if r.state == "planned")
    both = audited(monkeypatch, {}, router=["core-1", planned])
    assert results(both)[planned] == "not in service"
    assert both.ok
    assert not audited(monkeypatch, {}, router=[planned]).ok


def test_an_audit_of_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SelectionError):
        audited(monkeypatch, {}, platform="huawei_vrp")


def test_a_file_is_audited_as_the_router_would_be(tmp_path: Path) -> None:
    file = tmp_path / "running.conf"
    file.write_text(RUNNING.format("pop-1").replace("cost 10", "cost 99"), encoding="utf-8")
    report = audit(ToyProject(), Filters(router=["pop-1"]), file=file)
    assert results(report) == {"pop-1": "drift"}


def test_a_file_that_is_no_text_is_not_assessable(tmp_path: Path) -> None:
    file = tmp_path / "running.conf"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert results(audit(ToyProject(), Filters(router=["pop-1"]), file=file)) == {"pop-1": "not assessable"}


def test_a_file_needs_one_router(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="add --router NAME"):
        audit(ToyProject(), Filters(router=["pop-1", "core-1"]), file=tmp_path / "running.conf")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"running.conf: No such file or directory; --file names"):
        audit(ToyProject(), Filters(router=["pop-1"]), file=tmp_path / "running.conf")


def test_every_word_for_people_is_marked_for_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    edited = RUNNING.format("pop-1").replace("cost 10", "cost 99") + "agentx\n"
    use_language(PSEUDO)
    try:
        report = audited(monkeypatch, {"pop-1": edited}, router=["core-1", "pop-1", "kec-rawa"], remedy=True)
    finally:
        use_language("en")
    shown = [report.title, *report.notes, *(c.heading for c in report.columns), *(t.heading for t in report.texts)]
    shown += [row.shown["result"] for row in report.rows]
    assert [text for text in shown if "⟦" not in text] == []
    assert [row.values["result"] for row in report.rows] == ["clean", "drift", "not assessable"]
