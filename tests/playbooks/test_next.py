"""jip next, on the sound inventory of tests/bad_inventory: what it gives is free, and can be pasted."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jipkit.addressing import PoolFullError
from jipkit.errors import InventoryError, SelectionError, UsageError
from jipkit.inventory import load_network
from jipkit.project import Project
from playbooks import next as nexting
from playbooks.next import Uses

BASE = Path(__file__).parents[1] / "bad_inventory" / "_base"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(BASE, tmp_path / "inventory")
    return Project(tmp_path)


def values(project: Project, what: Uses, **options: Any) -> Mapping[str, Any]:
    return nexting.next(project, what, **options).rows[0].values


@pytest.mark.parametrize(
    ("what", "free", "pool", "addresses"),
    [
        (Uses.LINK, "10.1.0.2/31", "links", {"a": "10.1.0.2/31", "b": "10.1.0.3/31"}),
        (Uses.LAN, "10.2.2.0/26", "lans", {"router": "10.2.2.1/26"}),
        (Uses.LOOPBACK, "10.0.0.3", "loopbacks", {"router": "10.0.0.3/32"}),
    ],
)
def test_the_lowest_free_one_comes_with_its_pool_and_who_has_which_address(
    what: Uses, free: str, pool: str, addresses: dict[str, str], project: Project
) -> None:
    found = values(project, what)
    assert (found["free"], found["pool"], found["addresses"]) == (free, pool, addresses)
    assert found["pool_prefix"] == str(project.district.pools[pool].prefix)


@pytest.mark.parametrize(("hosts", "free"), [(1, "10.2.2.0/30"), (61, "10.2.2.0/26"), (62, "10.2.2.0/25")])
def test_a_lan_holds_its_hosts_and_the_router(hosts: int, free: str, project: Project) -> None:
    assert values(project, Uses.LAN, hosts=hosts)["free"] == free


def test_a_pool_can_be_named(project: Project) -> None:
    pools = project.root / "inventory" / "pools.yaml"
    pools.write_text(pools.read_text() + "more: {prefix: 10.9.0.0/16, use: lan}\n")
    assert values(project, Uses.LAN, pool="more")["free"] == "10.9.0.0/26"


@pytest.mark.parametrize("pool", ["lan", "links"])
def test_a_pool_that_is_not_there_or_for_something_else_is_refused(pool: str, project: Project) -> None:
    with pytest.raises(SelectionError, match=f"no pool '{pool}' for lan; did you mean lans?"):
        nexting.next(project, Uses.LAN, pool=pool)


@pytest.mark.parametrize("what", [Uses.LINK, Uses.LOOPBACK])
def test_hosts_of_what_has_a_size_of_its_own_are_refused(what: Uses, project: Project) -> None:
    with pytest.raises(UsageError, match="--hosts is for a lan"):
        nexting.next(project, what, hosts=10)


def test_a_lan_that_no_pool_can_hold_is_refused(project: Project) -> None:
    with pytest.raises(PoolFullError, match=r"no free /15 in the pools for lan: lans \(10\.2\.0\.0/16\)"):
        nexting.next(project, Uses.LAN, hosts=100_000)


SAID = {
    "ROUTER-A--ROUTER-B": "core-1--kec-a--2",
    "ROUTER-A:PORT": "core-1:eth2",
    "ROUTER-B:PORT": "kec-a:ether2",
    "MEDIUM": "fibre",
    "MBPS": "100",
    "INTERFACE": "eth8",
    "NAME": "cctv",
    "ZONE": "cctv",
    "ROUTER": "kec-b",
    "OFFICE": "kec-a",
    "PLATFORM": "frr",
    "ROLE": "kecamatan",
    "PORTS": "eth0",
}
"""What somebody would say in place of each word in capitals."""

OLD_ROUTER = """\
kec-b: # retired: nothing has to lead to it
  office: kec-a
  platform: frr
  role: kecamatan
  loopback: 10.0.0.9
  interfaces: [eth0]
  state: retired
"""


def paste(project: Project, what: Uses, said: Mapping[str, str]) -> None:
    text = nexting.next(project, what).texts[0]
    lines = (OLD_ROUTER if what is Uses.LAN else "") + text.body
    for capitals, word in said.items():
        lines = lines.replace(capitals, word)
    if what is Uses.LOOPBACK:
        lines = lines.replace("state: planned", "state: retired")
    path = project.root / text.heading.removeprefix("For ").removesuffix(":")
    path.write_text(path.read_text() + lines)


@pytest.mark.parametrize("what", Uses)
def test_what_it_says_to_paste_can_be_pasted(what: Uses, project: Project) -> None:
    free = values(project, what)["free"]
    paste(project, what, SAID)
    network = load_network(project.root / "inventory")
    written = {str(link.prefix) for link in network.links.values()}
    for router in network.routers.values():
        written |= {str(router.loopback), *(str(lan.prefix) for lan in router.lans)}
    assert free in written


@pytest.mark.parametrize("what", Uses)
def test_what_is_left_in_capitals_is_a_fault(what: Uses, project: Project) -> None:
    paste(project, what, {})
    with pytest.raises(InventoryError, match=r"ROUTER|INTERFACE|ZONE|NAME"):
        load_network(project.root / "inventory")
