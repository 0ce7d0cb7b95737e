"""A new platform is a folder in `templates/`, and nothing else: what docs/platforms.md promises."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from jipkit.drift import Drift, compare
from jipkit.errors import InventoryError
from jipkit.observation import InterfaceState, NotParsed
from jipkit.parsing import choose, read
from jipkit.places import platforms_in
from jipkit.platforms import Answers, Command, Hazard, PlatformFacts, Section, Setting
from jipkit.project import Project
from jipkit.redaction import fill, redact
from jipkit.schema import schemas
from jipkit.selection import select
from jipkit.testing.inventories import project_of
from jipkit.testing.networks import changed, small_network

CHECKOUT = Path(__file__).parents[2]
FOLDER = CHECKOUT / "tests" / "toyos"
RUNNING = """\
as of Tuesday
name kec-rawa
clock 10.160.255.10
port ether1
 note pop-1--kec-rawa
 ip 10.161.0.7/31
 ospf cost 40
 ospf key <secret:ospf/pop-1--kec-rawa/1>
 back
port ether2
 note core-2--kec-rawa
 ip 10.161.0.9/31
 ospf cost 100
 ospf key <secret:ospf/core-2--kec-rawa/1>
 back
finish
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with a router of a platform that no folder is for."""
    network = changed(small_network(), "router", "kec-rawa", platform="toyos", version="1.0")
    return Project(project_of(network, CHECKOUT, tmp_path_factory.mktemp("bare")))


@pytest.fixture(scope="module")
def project(bare: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("district") / "project"
    shutil.copytree(bare.root, root)
    shutil.copytree(FOLDER, root / "templates" / "toyos")
    return Project(root)


def secret(name: str) -> str:
    return f"kunci-{name.split('/')[1][:5]}"


def audit(project: Project, running: str) -> Drift:
    facts = project.platforms["toyos"]
    return compare(project.render("kec-rawa"), fill(running, secret), facts, resolve=secret)


def test_the_folder_holds_no_python() -> None:
    assert {path.suffix for path in FOLDER.rglob("*") if path.is_file()} == {".yaml", ".j2", ".textfsm"}


def test_without_its_folder_the_platform_is_a_fault_of_the_inventory(bare: Project) -> None:
    with pytest.raises(InventoryError, match=r"inventory/routers\.yaml:\d+: kec-rawa\.platform: no platform toyos; "):
        _ = bare.network


def test_with_its_folder_it_is_known_to_the_inventory_the_editor_and_the_filters(project: Project) -> None:
    schema = json.loads(schemas(platforms_in(project.root) or ())["routers.schema.json"])
    assert "toyos" in schema["$defs"]["Router"]["properties"]["platform"]["enum"]
    assert [r.key for r in select(project.network, platform="toyos").routers] == ["kec-rawa"]


def test_it_renders_and_each_line_knows_where_it_comes_from(project: Project) -> None:
    rendered = project.render("kec-rawa")
    assert rendered.lines == [
        line for line in RUNNING.splitlines() if not line.strip().startswith(("as of", "back", "finish"))
    ]
    origin = rendered.origins[rendered.lines.index(" ospf cost 40")]
    assert str(origin) == "templates/toyos/ports.j2:9"
    assert [str(source) for source in origin.sources] == ["link pop-1--kec-rawa.cost"]


def test_it_boots_from_its_bootstrap(project: Project) -> None:
    assert project.bootstrap("kec-rawa").lines == ["name kec-rawa"]


def test_a_router_that_holds_it_audits_clean(project: Project) -> None:
    assert audit(project, RUNNING).proven


def test_what_differs_is_told_and_made_right_in_its_own_words(project: Project) -> None:
    running = RUNNING.replace("ospf cost 40", "ospf cost 9").replace(
        " ip 10.161.0.9/31\n", " ip 10.161.0.9/31\n mirror\n"
    )
    drift = audit(project, running)
    assert [(d.kind, d.path, d.intended, d.running) for d in drift.differences] == [
        ("changed", ("port ether1",), "ospf cost 40", "ospf cost 9"),
        ("extra", ("port ether2",), None, "mirror"),
    ]
    assert drift.remedy == ("port ether2", " forget mirror", "back", "port ether1", " ospf cost 40", "back")


def test_a_secret_is_compared_hidden_or_not_assessable(project: Project) -> None:
    key = "<secret:ospf/pop-1--kec-rawa/1>"
    assert [d.kind for d in audit(project, RUNNING.replace(key, "salah")).differences] == ["changed"]
    assert [d.kind for d in audit(project, RUNNING.replace(key, "#a1b2")).differences] == ["not assessable"]
    assert redact(" ospf key rahasia", project.platforms["toyos"]) == " ospf key <secret>"


def test_what_it_answers_is_read_by_its_textfsm_template(project: Project) -> None:
    facts = project.platforms["toyos"]
    command = choose(facts, "interfaces", "1.0")
    assert command is not None
    assert command.send == "show ports"
    answer = "port   used light\nether1 yes  lit\nether2 yes  dark\n2 ports\n"
    assert read("interfaces", answer, command, facts) == {
        "ether1": InterfaceState(enabled=True, up=True),
        "ether2": InterfaceState(enabled=True, up=False),
    }
    cut = read("interfaces", "port   used light\nether1 yes  lit\n", command, facts)
    assert isinstance(cut, NotParsed)


# the page


PAGE = (CHECKOUT / "docs" / "platforms.md").read_text(encoding="utf-8")
MODELS = (PlatformFacts, Section, Setting, Command, Answers, Hazard)
FIELDS = sorted({name for model in MODELS for name in model.model_fields} - {"textfsm", "name"})


@pytest.mark.parametrize("field", FIELDS)
def test_the_page_says_what_each_field_is_for(field: str) -> None:
    assert re.search(rf"`{field}`", PAGE)


@pytest.mark.parametrize("platform", platforms_in(CHECKOUT) or ())
def test_the_page_says_what_each_platform_can_do(platform: str) -> None:
    facts = Project(CHECKOUT).platforms[platform]
    (row,) = re.findall(rf"^\| `{platform}` \|(.*)\|$", PAGE, re.MULTILINE)
    _, syntax, *abilities, oldest = (cell.strip() for cell in row.split("|"))
    assert (syntax, oldest) == (facts.syntax, facts.minimum_version or "")
    assert abilities == ["yes" if can else "no" for can in (facts.device_timer, facts.dry_run, facts.atomic_replace)]
