"""docs/json.md names every key that a report has, and no other: compared with reports on simulated routers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jipkit import trust
from jipkit.approval import SignsAs
from jipkit.cli import _as_json
from jipkit.errors import InventoryError, UnreachableError
from jipkit.faults import Fault
from jipkit.init import difference, lay_out
from jipkit.lab import listing, state
from jipkit.lab.state import LabState
from jipkit.model import Contract, Place
from jipkit.playbook import Group, discover
from jipkit.project import Project
from jipkit.report import Report
from jipkit.testing.inventories import write_inventory
from jipkit.testing.networks import changed, keyed, small_network
from jipkit.testing.simulation import Simulation
from playbooks import apply as applying
from playbooks import (
    audit,
    backup,
    bootstrap,
    check,
    explain,
    history,
    plan,
    provision,
    recover,
    render,
    rollback,
    status,
)
from playbooks import list as listing_of
from playbooks import next as nexting
from playbooks._selection import Filters
from playbooks.log import verify
from playbooks.run import show as run_show
from playbooks.show import link, office, router
from playbooks.show import plan as show_plan
from tests.playbooks.rolls import dies_at, key_roll
from tests.playbooks.test_approve import a_plan, laid_out
from tests.playbooks.test_rehearse import project_with_a_bad_line, rehearsed

CHECKOUT = Path(__file__).parents[2]
EVERY = "every command"


def documented() -> Mapping[str, frozenset[str]]:
    """Return the keys that the page gives each command: what stands in backticks in the first cell of a line."""
    text = (CHECKOUT / "docs" / "json.md").read_text("utf-8")
    sections = dict(part.split("\n", 1) for part in text.split("\n## ")[1:])
    return {
        name: frozenset(key for line in body.splitlines() if line.startswith("| `") for key in _keys(line))
        for name, body in sections.items()
    }


def _keys(line: str) -> list[str]:
    return re.findall(r"`([^`]+)`", line.split("|")[1])


DOCUMENTED = documented()


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Yield the path of every value in ``value`` that holds no other; of an empty list or object its own."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from paths(inner, f"{at}.{key}" if at else key)
    elif isinstance(value, list):
        for inner in value or [None]:
            yield from paths(inner, f"{at}[]")
    else:
        yield at


def tells(key: str, path: str) -> bool:
    """Return whether a documented key is about ``path``; what is empty or null tells of nothing below it."""
    if key.endswith(".*"):
        return path == key[:-2] or path.startswith((f"{key[:-2]}.", f"{key[:-2]}["))
    return path == key


def above(key: str, path: str) -> bool:
    """Return whether ``path`` is that of a list or object in which ``key`` lies."""
    return key.startswith((f"{path}.", f"{path}["))


@pytest.mark.parametrize(
    ("key", "path", "told"),
    [
        ("rows[].link", "rows[].link", True),
        ("rows[].link", "rows[].links", False),
        ("rows[].link", "rows[].link.a", False),
        ("office.*", "office.contact.name", True),
        ("office.*", "offices", False),
        ("rows[].value.*", "rows[].value[]", True),
    ],
)
def test_a_key_tells_of_itself_and_with_a_star_of_what_is_below(key: str, path: str, told: bool) -> None:
    assert tells(key, path) is told


def compare(command: str, *reports: Report) -> None:
    """Compare what ``reports`` hold with what the page says of ``command``."""
    own, common = DOCUMENTED[command], {key for key in DOCUMENTED[EVERY] if not key.startswith("error")}
    answers = [json.loads(json.dumps(report.as_json(), default=str)) for report in reports]
    found = {path for answer in answers for path in paths(answer)}
    known = own | common
    unknown = {path for path in found if not any(tells(key, path) or above(key, path) for key in known)}
    invented = {key for key in own if not any(tells(key, path) for path in found)}
    assert (unknown, invented) == (set(), set())


# ------------------------------------------------------------------ each command


def test_every_command_with_a_report_is_on_the_page() -> None:
    playbooks = {
        " ".join(playbook.parts)
        for found in discover(CHECKOUT).values()
        for playbook in (found.playbooks if isinstance(found, Group) else (found,))
    }
    assert set(DOCUMENTED) == playbooks | {EVERY, "trust", "init", "lab ls", "lab up", "lab export"}


def test_what_is_written_of_every_command_is_in_one(simulated: Simulation) -> None:
    found = set(paths(render.render(simulated.project, filters=Filters(router=["core-1"])).as_json()))
    common = {key for key in DOCUMENTED[EVERY] if not key.startswith("error")}
    assert {key for key in common if not any(tells(key, path) or above(path, key) for path in found)} == set()


def test_keys_of_a_failure() -> None:
    fault = Fault(Place("inventory/links.yaml", 1), "x", "field-missing", "is missing")
    failures = [_as_json(InventoryError([fault])), _as_json(UnreachableError("core-1", "no answer"))]
    found = {path for failure in failures for path in paths({"error": failure})}
    assert found == {key for key in DOCUMENTED[EVERY] if key.startswith("error")}


def test_keys_of_check(tmp_path: Path) -> None:
    contract = {
        "provider": "isp-a",
        "number": "1",
        "start": date(2020, 1, 1),
        "end": date(2021, 1, 1),
        "sla_percent": 98,
    }
    network = changed(small_network(), "link", "core-1--isp-a", contract="k")
    write_inventory(network.replace(contracts=keyed(Contract, {"k": contract})), tmp_path / "inventory")
    compare("check", check.check(Project(tmp_path)))


def test_keys_of_list(simulated: Simulation) -> None:
    compare("list", *(listing_of.list(simulated.project, noun) for noun in listing_of.Nouns))


def test_keys_of_show(simulated: Simulation) -> None:
    compare("show office", office.office(simulated.project, "kec-rawa"))
    backup.backup(simulated.project, Filters(router=["core-1"]))
    compare("show router", router.router(simulated.project, "core-1", probe=True))
    compare("show link", link.link(simulated.project, "core-1--isp-a"))


def test_keys_of_next(simulated: Simulation) -> None:
    compare("next", *(nexting.next(simulated.project, use) for use in nexting.Uses))


def test_keys_of_rehearse(tmp_path: Path) -> None:
    compare("rehearse", rehearsed(project_with_a_bad_line(tmp_path)))


def test_keys_of_render(simulated: Simulation, tmp_path: Path) -> None:
    district = Project(simulated.root)  # not everything in it has templates, in a twin it has
    written = render.render(district, everything=True, output=tmp_path / "rendered")
    compare("render", written, render.render(district, filters=Filters(router=["core-1"])))


def test_keys_of_explain_and_bootstrap(simulated: Simulation) -> None:
    compare("explain", explain.explain(simulated.project, "core-1"))
    compare("bootstrap", bootstrap.bootstrap(simulated.project, "pkm-baru"))


def test_keys_of_provision(simulated: Simulation) -> None:
    shown = provision.provision(simulated.project, "pkm-baru")
    compare("provision", shown, provision.provision(simulated.project, "pkm-baru", commit=True, timer=30))


def test_keys_of_plans(simulated: Simulation) -> None:
    path = simulated.root / "inventory" / "standards.yaml"
    path.write_text(path.read_text("utf-8").replace("hello_s: 2", "hello_s: 3"), "utf-8")
    simulated.district.power_cut("kec-rawa")
    made = plan.plan(simulated.project, everything=True)
    file = Path(str(made.data["file"]))
    path.write_text(path.read_text("utf-8").replace("hello_s: 3", "hello_s: 4"), "utf-8")
    compare("plan", made, plan.plan(simulated.project, everything=True, compare=file))
    path.write_text(path.read_text("utf-8").replace("hello_s: 4", "hello_s: 3"), "utf-8")
    shown = show_plan.plan(simulated.project, Path(str(made.data["file"])), html=simulated.root / "plan.html")
    compare("show plan", shown)
    compare("apply", applying.apply(simulated.project, Path(str(made.data["file"])), emergency="uji"))


def test_keys_of_approve(tmp_path: Path) -> None:
    desk = laid_out(tmp_path)
    desk.sign("ani", signs_as=SignsAs.AUTHOR)
    signed = desk.sign("budi")
    desk.plan.write_bytes(a_plan(core_1="low").as_bytes())
    compare("approve", signed, desk.check())


def test_keys_of_what_is_taken_back(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    file = key_roll(simulated, ("pop-1--kec-rawa",))
    with monkeypatch.context() as dying:
        dies_at(dying, "confirmed", "kec-rawa")
        with pytest.raises(SystemExit):
            applying.apply(simulated.project, file)
    with monkeypatch.context() as busy:
        busy.setattr(recover, "settle", lambda *_: None)
        told = recover.recover(simulated.project)
        simulated.district.hand_edit("pop-1", "ip route 192.0.2.0/24 blackhole")
        refused = recover.recover(simulated.project, take_back=True)
    simulated.district.hand_edit("pop-1", "no ip route 192.0.2.0/24 blackhole")
    compare("recover", told, refused, recover.recover(simulated.project, finish=True))
    compare("rollback", rollback.rollback(simulated.project, 1))


def test_keys_of_what_was_done(simulated: Simulation) -> None:
    store = simulated.project.store
    with store.start_run("provision", {"office": "pkm-baru"}) as run:
        run.journal("pop-1", "apply", {"timer_s": 60})
        run.journal("pop-1", "undone", {"run": 1, "unit": 0, "holds": "reverted"})
    compare("history", history.history(simulated.project))
    compare("run show", run_show.show(simulated.project, run.id))
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE journal SET step = 'check' WHERE step = 'apply'")
    compare("log verify", verify.verify(simulated.project))


def test_keys_of_status_with_an_outage(simulated: Simulation) -> None:
    simulated.district.cut("pop-1--desa-jauh")
    simulated.district.power_cut("kec-rawa")
    simulated.district.disturb("core-1--dinas-sehat", loss_a=0.5, delay_ms=300)
    compare("status", status.status(simulated.project, Filters(office=["desa-jauh"])), status.status(simulated.project))


def test_keys_of_audit_with_drift_and_without_an_answer(simulated: Simulation) -> None:
    simulated.district.hand_edit("core-1", "interface eth1\nip ospf cost 77\nip route 192.0.2.0/24 blackhole")
    simulated.district.power_cut("kec-rawa")
    compare("audit", audit.audit(simulated.project, remedy=True))


def test_keys_of_backup(simulated: Simulation) -> None:
    backup.backup(simulated.project)
    simulated.district.hand_edit("core-1", "interface eth1\nip ospf cost 77")
    simulated.district.power_cut("kec-rawa")
    compare("backup", backup.backup(simulated.project))


def test_keys_of_trust(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    key = simulated.district.routers["core-1"].host_key
    monkeypatch.setattr(trust, "fetch_host_key", lambda *_arguments: key)
    simulated.project.hostkeys.forget("core-1")
    compare("trust", trust.trust_router(simulated.project, "core-1"))


def test_keys_of_init(tmp_path: Path) -> None:
    made = lay_out(tmp_path / "new", "starter")
    (tmp_path / "new" / "playbooks" / "list.py").write_text("# mine\n")
    compare("init", made, difference(tmp_path / "new", "starter"))


def test_keys_of_labs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "RUN", tmp_path)
    known = LabState(
        name="oki",
        root="/srv/oki",
        holder=1,
        controller="core-1.noc",
        routers=("core-1",),
        processes={"core-1": 7},
        hosts=("core-1.noc",),
        cables={"core-1--core-2": ["core-1", "core-2"]},
        started=1.0,
        ends=timedelta(days=1).total_seconds(),
    )
    state.save(known)
    with monkeypatch.context() as living:
        living.setattr(state, "is_alive", lambda _name: True)
        compare("lab ls", listing.all_labs(), listing.inside(known))
    compare("lab up", Report(name="lab up", ok=True, data=listing.facts_of(known)))
