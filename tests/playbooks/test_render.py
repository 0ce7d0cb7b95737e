"""jip render, jip explain and jip bootstrap, on the small network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jipkit.errors import ProjectError, SelectionError, TemplateError, UnknownNameError, UsageError
from jipkit.model import Link, Network
from jipkit.project import Project
from jipkit.redaction import names_in
from jipkit.report import Report
from jipkit.rooms import mount
from jipkit.testing.inventories import project_of
from jipkit.testing.networks import changed, keyed, small_network
from playbooks._selection import Filters

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(autouse=True, scope="module")
def rooms() -> None:
    mount(CHECKOUT)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    network = changed(small_network(), "router", "dinas-sehat", platform="nexus")
    return Project(with_nexus(project_of(network, CHECKOUT, tmp_path_factory.mktemp("district"))))


def with_nexus(root: Path) -> Path:
    """Return a project that knows one platform more, which it can reach but not render."""
    (root / "templates" / "nexus").mkdir()
    (root / "templates" / "nexus" / "platform.yaml").write_text("platform: nexus\nnetmiko: cisco_nxos\n")
    return root


@pytest.fixture
def own_project(tmp_path: Path) -> Callable[[Network], Project]:
    """Makes a project of another network, with templates that may be spoilt."""
    return lambda network: Project(project_of(network, CHECKOUT, tmp_path / "district"))


def render(project: Project, **options: Any) -> Report:
    from playbooks.render import render as playbook

    return playbook(project, **options)


def explain(project: Project, router: str, line: str | None = None) -> Report:
    from playbooks.explain import explain as playbook

    return playbook(project, router, line)


def bootstrap(project: Project, router: str) -> Report:
    from playbooks.bootstrap import bootstrap as playbook

    return playbook(project, router)


def column(report: Report, key: str) -> list[Any]:
    return [row.values[key] for row in report.rows]


# render


def test_everything_that_is_not_retired_is_rendered_without_a_secret(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(vars(project), "secrets", raising=False)
    report = render(project, everything=True)
    assert report.ok
    assert column(report, "router") == ["core-1", "core-2", "pop-1", "kec-rawa", "desa-jauh", "pkm-baru"]
    assert "secrets" not in vars(project)


def test_routers_without_templates_are_listed_not_hidden(project: Project) -> None:
    report = render(project, everything=True)
    assert report.data == {"not_rendered": ["dinas-sehat"]}
    assert "dinas-sehat: not rendered, there are no templates for nexus yet" in report.notes


def test_nothing_rendered_is_not_well(project: Project) -> None:
    assert not render(project, filters=Filters(router=["dinas-sehat"])).ok


def test_one_office_is_shown_as_text(project: Project) -> None:
    report = render(project, filters=Filters(office=["kec-rawa"]))
    assert [text.heading for text in report.texts] == ["kec-rawa"]
    assert report.texts[0].body == project.render("kec-rawa").text


@pytest.mark.parametrize(
    "options", [{}, {"everything": True, "filters": Filters(office=["kec-rawa"])}], ids=["nothing", "both"]
)
def test_which_routers_has_to_be_said_once(project: Project, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="say which routers to render"):
        render(project, **options)


def test_an_unknown_office_is_an_error(project: Project) -> None:
    with pytest.raises(UnknownNameError, match="did you mean kec-rawa"):
        render(project, filters=Filters(office=["kec-raw"]))


def test_files_are_written_one_a_router(project: Project, tmp_path: Path) -> None:
    report = render(project, everything=True, output=tmp_path / "new" / "folder")
    files = sorted((tmp_path / "new" / "folder").iterdir())
    assert [f.name for f in files] == sorted(f"{router}.conf" for router in column(report, "router"))
    assert (tmp_path / "new" / "folder" / "core-1.conf").read_text() == project.render("core-1").text
    assert report.texts == []


def test_a_folder_that_cannot_be_written_is_an_error_in_words(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match=r"cannot be written: .*; name another folder"):
        render(project, everything=True, output=tmp_path / "file")


def test_a_spoilt_template_names_itself_its_line_and_the_router(own_project: Callable[[Network], Project]) -> None:
    project = own_project(small_network())
    ospf = project.root / "templates" / "frr" / "ospf.j2"
    ospf.write_text(ospf.read_text().replace("router.ospf.router_id", "router.ospf.routerid"))
    with pytest.raises(TemplateError) as caught:
        render(project, everything=True)
    assert str(caught.value) == (
        "templates/frr/ospf.j2:4: router core-1: 'routerid' is undefined; did you mean 'router_id'?"
    )


# explain


def test_a_line_is_explained_by_its_number(project: Project) -> None:
    number = project.render("core-1").lines.index(" ip ospf cost 20") + 1
    (row,) = explain(project, "core-1", str(number)).rows
    assert row.values["line"] == number
    template, _, at = row.values["template"].partition(":")
    assert (project.root / template).read_text().splitlines()[int(at) - 1].startswith(" ip ospf cost {{")
    (key,) = row.values["inventory"]
    assert (key["key"], key["value"]) == ("link core-1--dinas-sehat.cost", "20")
    file, _, line = key["place"].partition(":")
    assert "cost: 20" in (project.root / file).read_text().splitlines()[int(line) - 1]


def test_lines_are_explained_by_a_part_of_their_text(project: Project) -> None:
    report = explain(project, "kec-rawa", "ISPA-0042")
    assert [k["key"] for row in report.rows for k in row.values["inventory"] if k["value"] == "ISPA-0042"] == [
        "link core-2--kec-rawa.circuit"
    ]


@pytest.mark.parametrize("router", ["core-1", "pop-1", "kec-rawa", "desa-jauh", "pkm-baru"])
def test_every_key_of_every_line_has_a_place_and_a_value(project: Project, router: str) -> None:
    report = explain(project, router)
    assert column(report, "line") == list(range(1, len(project.render(router).lines) + 1))
    keys = [key for row in report.rows for key in row.values["inventory"]]
    assert keys
    assert [key for key in keys if not key["place"] or not key["value"]] == []


def test_a_person_reads_where_a_value_is_written(project: Project) -> None:
    (row,) = explain(project, "core-1", "hostname").rows
    assert row.shown["inventory"].startswith("router core-1 = core-1 (inventory/routers.yaml:")


@pytest.mark.parametrize("line", ["0", "9999"])
def test_a_line_that_is_not_there_is_an_error(project: Project, line: str) -> None:
    with pytest.raises(SelectionError, match=f"there is no line {line}"):
        explain(project, "core-1", line)


def test_a_text_that_no_line_holds_is_an_error(project: Project) -> None:
    with pytest.raises(SelectionError, match="no line of core-1 holds 'eigrp'"):
        explain(project, "core-1", "eigrp")


# bootstrap


def test_a_bootstrap_says_what_to_paste_where_to_plug_and_what_next(project: Project) -> None:
    report = bootstrap(project, "pkm-baru")
    assert names_in(report.texts[0].body) == ()
    assert report.data == {"router": "pkm-baru", "interface": "ether1", "address": "10.161.0.19"}
    assert report.notes[0].startswith("Connect ether1 to pop-1:eth4 (pop-1--pkm-baru)")
    assert "jip provision pkm-baru --commit" in report.notes[1]


def test_a_bootstrap_of_a_router_in_service_is_for_its_replacement(project: Project) -> None:
    assert "a box that replaces it" in bootstrap(project, "kec-rawa").notes[1]


def alone(network: Network) -> Network:
    return network.replace(links={k: v for k, v in network.links.items() if "pkm-baru" not in k})


def test_a_router_that_no_link_leads_to_cannot_be_bootstrapped(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(project), "network", alone(small_network()))
    with pytest.raises(SelectionError, match="pkm-baru: no link leads to a router in service"):
        bootstrap(project, "pkm-baru")


def test_no_bootstrap_holds_the_keys_of_a_tunnel(own_project: Callable[[Network], Project]) -> None:
    tunnel = {
        "a": "core-1:eth4",
        "b": "pkm-baru:ether1",
        "medium": "vpn",
        "prefix": "10.161.0.30/31",
        "capacity_mbps": 1,
    }
    network = alone(small_network())
    network = network.replace(
        links={**network.links, **keyed(Link, {"core-1--pkm-baru": {**tunnel, "state": "planned"}})}
    )
    with pytest.raises(SelectionError, match="is a tunnel, whose keys are secrets"):
        bootstrap(own_project(network), "pkm-baru")


def test_a_platform_without_templates_has_no_bootstrap(own_project: Callable[[Network], Project]) -> None:
    network = changed(small_network(), "router", "pkm-baru", platform="nexus")
    project = own_project(network)
    with_nexus(project.root)
    with pytest.raises(ProjectError, match=r"pkm-baru: templates/nexus/platform\.yaml names no bootstrap template"):
        bootstrap(project, "pkm-baru")


# the task


def test_the_task_puts_the_same_text_in_its_result(project: Project) -> None:
    from tasks.render import render_intended

    task: Any = SimpleNamespace(host=SimpleNamespace(name="core-1"))
    assert render_intended(task, project).result == project.render("core-1")
