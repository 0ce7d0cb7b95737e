"""jip check, jip list and jip show, on the sound inventory of tests/bad_inventory."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jipkit.errors import InventoryError, SelectionError, UnknownNameError
from jipkit.model import State
from jipkit.project import Project
from jipkit.report import Report
from jipkit.schema import schemas
from jipkit.store import Abilities
from playbooks import check
from playbooks import list as listing
from playbooks._selection import Filters
from playbooks.show import link, office, router

BASE = Path(__file__).parents[1] / "bad_inventory" / "_base"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(BASE, tmp_path / "inventory")
    return Project(tmp_path)


def edit(project: Project, name: str, old: str, new: str) -> None:
    path = project.root / "inventory" / f"{name}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def column(report: Report, key: str) -> list[Any]:
    return [row.values[key] for row in report.rows]


def test_check_counts_what_is_there(project: Project) -> None:
    report = check.check(project)
    assert report.ok
    assert [(row.values["kind"], row.values["active"]) for row in report.rows] == [
        ("offices", 2),
        ("routers", 2),
        ("links", 2),
    ]


def test_check_of_a_wrong_inventory_raises_every_fault(project: Project) -> None:
    edit(project, "links", "kec-a:ether1", "kec-a:ether9")
    edit(project, "offices", "16.02.12", "160212")
    with pytest.raises(InventoryError) as caught:
        check.check(project)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    ("expires", "note"),
    [
        ("2020-01-01", "inventory/waivers.yaml:1: waiver old-kit ended on 2020-01-01"),
        ("2999-01-01", None),
    ],
)
def test_check_tells_a_waiver_that_ran_out(project: Project, expires: str, note: str | None) -> None:
    edit(project, "waivers", "expires: 2026-12-31", f"expires: {expires}")
    assert [n for n in check.check(project).notes if "waiver" in n] == ([note] if note else [])


def test_check_writes_the_schemas_when_asked(project: Project) -> None:
    report = check.check(project, write_schemas=True)
    written = project.root / "inventory" / "schemas"
    assert {path.name: path.read_text(encoding="utf-8") for path in written.iterdir()} == schemas()
    assert "inventory/schemas/links.schema.json written." in report.notes


def test_schemas_in_the_room_are_no_files_of_the_inventory(project: Project) -> None:
    check.check(project, write_schemas=True)
    assert check.check(Project(project.root)).ok


@pytest.mark.parametrize(
    ("what", "key", "names"),
    [
        (listing.Nouns.OFFICES, "office", ["dc", "kec-a"]),
        (listing.Nouns.ROUTERS, "router", ["core-1", "kec-a"]),
        (listing.Nouns.LINKS, "link", ["core-1--kec-a", "core-1--isp"]),
    ],
)
def test_list_names_what_is_there(project: Project, what: listing.Nouns, key: str, names: list[str]) -> None:
    report = listing.list(project, what)
    assert report.ok
    assert column(report, key) == names
    assert report.columns[0].key == key


def test_list_shows_every_column_it_promises(project: Project) -> None:
    for_each = [listing.list(project, noun) for noun in listing.Nouns]
    assert all(c.key in row.values for report in for_each for c in report.columns for row in report.rows)


def test_list_filters_by_name_kind_and_field(project: Project) -> None:
    assert column(listing.list(project, listing.Nouns.LINKS, Filters(office=["kec-a"])), "link") == ["core-1--kec-a"]
    assert column(listing.list(project, listing.Nouns.ROUTERS, Filters(kind="kecamatan")), "router") == ["kec-a"]
    assert column(listing.list(project, listing.Nouns.LINKS, Filters(where=["link.routing=bgp"])), "link") == [
        "core-1--isp"
    ]


def test_list_finds_what_is_retired_only_when_asked(project: Project) -> None:
    edit(project, "links", "198.51.100.0/30, capacity_mbps: 500", "198.51.100.0/30, capacity_mbps: 500, state: retired")
    assert column(listing.list(project, listing.Nouns.LINKS), "link") == ["core-1--kec-a"]
    assert column(listing.list(project, listing.Nouns.LINKS, state=State.RETIRED), "link") == ["core-1--isp"]


def test_a_list_of_nothing_is_an_error(project: Project) -> None:
    with pytest.raises(SelectionError, match="no offices are left"):
        listing.list(project, listing.Nouns.OFFICES, state=State.PLANNED)


def test_show_office_tells_its_routers_lans_and_links_and_where_they_are_written(project: Project) -> None:
    report = office.office(project, "kec-a")
    facts = {row.values["field"]: (row.values["value"], row.values["place"]) for row in report.rows}
    assert facts["name"] == ("Kecamatan A", "inventory/offices.yaml:2")
    assert facts["router"] == (
        "kec-a: mikrotik_routeros 7.16, kecamatan, 10.0.0.2, active",
        "inventory/routers.yaml:4",
    )
    assert facts["lan"] == ("staff: 10.2.1.0/24, staff, VLAN 10, kec-a:vlan10", "inventory/routers.yaml:7")
    assert facts["link"] == (
        "core-1--kec-a: core-1:eth0 - kec-a:ether1, fibre 100 Mbps, active",
        "inventory/links.yaml:1",
    )


def test_show_office_gives_programs_the_objects_themselves(project: Project) -> None:
    answer = office.office(project, "kec-a").as_json()
    assert answer["office"]["code"] == "16.02.12"
    assert [found["key"] for found in answer["routers"]] == ["kec-a"]
    assert [found["prefix"] for found in answer["links"]] == ["10.1.0.0/31"]


def test_show_router_leaves_out_what_has_no_value(project: Project) -> None:
    fields = column(router.router(project, "core-1"), "field")
    assert "version" not in fields
    assert "asset" not in fields
    assert fields.count("link") == 2


def test_show_router_makes_no_records_of_its_own(project: Project) -> None:
    router.router(project, "core-1")
    assert not project.has_records


def test_show_router_remembers_what_the_router_said(project: Project) -> None:
    said = Abilities("core-1", datetime(2026, 11, 2, 3, 4, tzinfo=UTC), False, False, False, ("no scheduler",))
    project.store.record_abilities(said)
    values = {row.values["field"]: row.values["value"] for row in router.router(project, "core-1").rows}
    assert (values["device_timer"], values["ability_note"]) == (False, "no scheduler")


def test_show_link_tells_both_ends_and_whom_to_call(project: Project) -> None:
    edit(project, "providers", "isp: {name: ISP}", "isp: {name: ISP, contact: {name: Ani, phone: 0711-1}}")
    facts = {row.values["field"]: row.values["value"] for row in link.link(project, "core-1--isp").rows}
    assert facts["a"] == "core-1:eth1 198.51.100.1/30"
    assert facts["b"] == "unmanaged:isp 198.51.100.2/30"
    assert facts["provider"] == "ISP, Ani, 0711-1"
    assert facts["circuit"] == "C-1"


def test_show_of_what_is_not_there_tells_the_closest(project: Project) -> None:
    with pytest.raises(UnknownNameError, match="did you mean core-1--kec-a"):
        link.link(project, "core-1--kec-b")
