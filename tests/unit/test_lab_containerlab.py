"""A twin written for containerlab: the same routers, configurations and cables as in a lab of our own."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from jipkit.errors import LabError
from jipkit.lab import build, exported
from jipkit.project import Project
from jipkit.testing.inventories import project_of
from jipkit.testing.networks import small_network

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_of(small_network(), CHECKOUT, tmp_path_factory.mktemp("export") / "project")


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("topology") / "twin"
    build.export(Project(root, "uji"), ["kec-rawa"], folder)
    return folder


@pytest.fixture(scope="module")
def topology(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "uji.clab.yml").read_text("utf-8"))["topology"]
    return found


def test_every_router_on_the_way_is_a_node(topology: dict[str, Any]) -> None:
    assert {"core-1", "pop-1", "kec-rawa"} <= set(topology["nodes"])


def test_every_file_that_a_node_binds_is_there(folder: Path, topology: dict[str, Any]) -> None:
    bound = {bind.partition(":")[0] for node in topology["nodes"].values() for bind in node.get("binds", ())}
    assert bound
    assert [name for name in bound if not (folder / name).is_file()] == []


def test_a_link_joins_the_ports_that_the_inventory_names(topology: dict[str, Any]) -> None:
    assert {"endpoints": ["pop-1:eth1", "kec-rawa:ether1"]} in topology["links"]


def test_no_port_has_two_cables(topology: dict[str, Any]) -> None:
    plugged = [end for link in topology["links"] for end in link.get("endpoints", ())]
    assert len(plugged) == len(set(plugged))


def test_a_port_without_a_cable_is_there_too(topology: dict[str, Any]) -> None:
    assert {"type": "dummy", "endpoint": {"node": "kec-rawa", "interface": "ether2"}} in topology["links"]


def test_nothing_but_links_joins_the_nodes(topology: dict[str, Any]) -> None:
    assert {node["network-mode"] for node in topology["nodes"].values()} == {"none"}


def test_a_router_starts_with_what_the_templates_want(root: Path, folder: Path) -> None:
    wanted = Project(root, "uji").render("pop-1").lines
    kept = (folder / "pop-1" / "frr.conf").read_text("utf-8").splitlines()
    assert [line for line in wanted if "<secret:" not in line and line not in kept] == []


def test_no_placeholder_is_left_in_a_start_up_configuration(folder: Path) -> None:
    assert "<secret:" not in "".join(path.read_text("utf-8") for path in folder.glob("*/frr.conf"))


def test_nobody_else_may_read_what_holds_keys(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_jip_knows_the_twin_afterwards(root: Path, folder: Path) -> None:
    assert folder.exists()
    assert set(Project(root, "uji").network.routers) == {"core-1", "pop-1", "kec-rawa"}


def test_the_controller_is_found_where_containerlab_puts_it(root: Path, folder: Path) -> None:
    assert folder.exists()
    twin = exported.load(root / "var" / "labs" / "uji")
    assert twin
    assert twin.network == Path("/run/netns/clab-uji-core-1.noc")


def test_a_folder_that_holds_something_else_is_left_alone(root: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear mother", "utf-8")
    with pytest.raises(LabError, match="holds something else than a topology"):
        build.export(Project(root, "lain"), ["kec-rawa"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_damaged_record_is_told(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "var" / "labs" / "uji", tmp_path / "var")
    (tmp_path / "var" / exported.RECORD).write_text("{", "utf-8")
    with pytest.raises(LabError, match="export the twin again"):
        exported.load(tmp_path / "var")
