from __future__ import annotations

import json
import os
import re
import shutil
from datetime import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jipkit.errors import InventoryError
from jipkit.inventory import inventory_files, load_network, read_policy
from jipkit.model import NeedsApproval, Place, Policy, RiskLevel, Role, Source

ROOT = Path(__file__).parents[2]
BASE = ROOT / "tests" / "bad_inventory" / "_base"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    shutil.copytree(BASE, tmp_path / "inventory")
    return tmp_path / "inventory"


def test_the_example_has_no_faults() -> None:
    network = load_network(ROOT / "inventory")
    assert len(network.offices) >= 110
    assert len(network.links) >= 140


def test_an_object_has_the_key_it_is_written_under(room: Path) -> None:
    network = load_network(room)
    assert {key: office.key for key, office in network.offices.items()} == {"dc": "dc", "kec-a": "kec-a"}


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (Source("router", "kec-a"), 4),
        (Source("router", "kec-a", "version"), 5),
        (Source("router", "kec-a", "lans.0.prefix"), 7),
        (Source("router", "kec-a", "management"), 4),
    ],
)
def test_every_field_knows_where_it_was_written(room: Path, source: Source, line: int) -> None:
    assert load_network(room).place(source) == Place("inventory/routers.yaml", line)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (Source("standards", "standards", "ospf.dead_s"), "inventory/standards.yaml:7"),
        (Source("hours", "kantor", "start"), "inventory/calendar.yaml:2"),
        (Source("freeze", "lebaran"), "inventory/calendar.yaml:4"),
        (Source("link", "core-1--isp", "bgp.announce.0"), "inventory/links.yaml:5"),
        (Source("policy", "policy", "needs_approval.risk"), "inventory/policy.yaml:2"),
    ],
)
def test_standards_calendar_and_policy_know_it_too(room: Path, source: Source, place: str) -> None:
    assert str(load_network(room).place(source)) == place


def test_a_version_that_looks_like_a_number_keeps_its_zero(room: Path) -> None:
    path = room / "routers.yaml"
    path.write_text(path.read_text().replace('"7.16"', "7.20"))
    assert load_network(room).router("kec-a").version == "7.20"


def test_a_time_without_quotes_is_a_time_of_day(room: Path) -> None:
    path = room / "calendar.yaml"
    path.write_text(path.read_text().replace("start: 08:00", "start: 10:30"))
    assert load_network(room).calendar.hours["kantor"].start == time(10, 30)


def test_a_kind_may_be_split_over_a_folder(room: Path) -> None:
    (room / "providers").mkdir()
    (room / "providers" / "satellite.yaml").write_text("orbit: {name: Orbit}\n")
    network = load_network(room)
    assert list(network.providers) == ["isp", "other", "orbit"]
    assert str(network.place(Source("provider", "orbit"))) == "inventory/providers/satellite.yaml:1"


@pytest.mark.parametrize("name", ["waivers", "calendar", "pools", "contracts"])
def test_what_a_network_can_do_without_may_be_empty_or_missing(room: Path, name: str) -> None:
    if name == "contracts":
        links = room / "links.yaml"
        links.write_text(links.read_text().replace("contract: isp-2026, ", ""))
    if name == "calendar":
        offices = room / "offices.yaml"
        offices.write_text(offices.read_text().replace(", service_hours: kantor", ""))
    (room / f"{name}.yaml").write_text("# none yet\n")
    load_network(room)
    (room / f"{name}.yaml").unlink()
    load_network(room)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("links", "118 routers, and nothing connects them; write it, or bring it back"),
        ("providers", "link core-1--pop-jejawi names serat-nusantara, which stands there; write it, or bring it back"),
        (
            "contracts",
            "link core-1--pop-jejawi names serat-nusantara-2026, which stands there; write it, or bring it back",
        ),
        ("calendar", "office diskominfo names sepanjang-hari, which stands there; write it, or bring it back"),
    ],
)
def test_a_file_that_others_stand_on_is_one_fault_when_it_is_missing(name: str, why: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "inventory", tmp_path / "inventory")
    (tmp_path / "inventory" / f"{name}.yaml").unlink()
    with pytest.raises(InventoryError) as caught:
        load_network(tmp_path / "inventory")
    assert [str(fault) for fault in caught.value.faults] == [f"inventory/{name}.yaml:1: is missing; {why}"]


def test_a_network_of_one_router_needs_no_links(room: Path) -> None:
    for name, gone in (("offices", "kec-a"), ("routers", "kec-a")):
        path = room / f"{name}.yaml"
        text = path.read_text()
        path.write_text(text[: text.index(f"\n{gone}:") + 1])
    for name in ("links", "contracts", "providers", "waivers"):
        (room / f"{name}.yaml").unlink()
    assert len(load_network(room).routers) == 1


def test_hidden_files_and_other_endings_are_nobody_s_business(room: Path) -> None:
    (room / ".links.yaml.swp").write_bytes(b"\xff")
    (room / ".#links.yaml").symlink_to("user@host.1234")
    (room / "links.yaml~").write_bytes(b"\xff")
    (room / "README.md").write_text("# Inventory\n")
    assert None not in [kind for kind, _ in inventory_files(room)]
    load_network(room)


def test_a_pipe_is_refused_and_not_waited_for(room: Path) -> None:
    (room / "waivers.yaml").unlink()
    os.mkfifo(room / "waivers.yaml")
    with pytest.raises(InventoryError, match="cannot be read: it is no regular file"):
        load_network(room)


def test_contents_can_be_tried_before_they_are_written(room: Path) -> None:
    before = (room / "pools.yaml").read_bytes()
    with pytest.raises(InventoryError, match=r"lan-x\.prefix: 10\.2\.0\.0/24 overlaps"):
        load_network(room, instead={"inventory/pools.yaml": before + b"lan-x: {prefix: 10.2.0.0/24, use: lan}\n"})
    load_network(room)


def test_all_faults_come_at_once_in_the_order_of_the_files(room: Path) -> None:
    for name, old, new in (
        ("offices", "kind: kecamatan", "kind: kantor"),
        ("links", "kec-a:ether1", "kec-a:ether9"),
        ("standards", "dead_s: 8", "dead_s: eight"),
    ):
        path = room / f"{name}.yaml"
        path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InventoryError) as caught:
        load_network(room)
    files = [str(fault).partition(":")[0] for fault in caught.value.faults]
    assert files == ["inventory/links.yaml", "inventory/offices.yaml", "inventory/standards.yaml"]


def test_what_is_retired_gives_back_its_ports_and_addresses(room: Path) -> None:
    (room / "links").mkdir()
    (room / "links" / "old.yaml").write_text(
        'core-1--kec-a--2: {a: "core-1:eth0", b: "kec-a:ether1", medium: radio, prefix: 10.1.0.0/31, '
        "capacity_mbps: 10, state: retired}\n"
    )
    assert len(load_network(room).links) == 3


def test_tagged_lans_may_share_a_port(room: Path) -> None:
    path = room / "routers.yaml"
    wifi = "{name: wifi, interface: vlan20, prefix: 10.2.2.0/24, zone: public, vlan: 20, ports: [ether3]}"
    path.write_text(path.read_text().replace("ports: [ether3]}]", f"ports: [ether3]}}, {wifi}]"))
    assert len(load_network(room).router("kec-a").lans) == 2


def faults_of(room: Path, instead: dict[str, bytes]) -> tuple[object, ...]:
    """Return the faults that the room would have; none when it would be a network."""
    try:
        load_network(room, instead=instead)
    except InventoryError as error:
        return error.faults
    return ()


_KINDS = [
    "offices",
    "routers",
    "links",
    "providers",
    "contracts",
    "pools",
    "waivers",
    "calendar",
    "policy",
    "standards",
]
_VALUES = st.recursive(
    st.sampled_from(
        ["", "~", "a", "core-1", "core-1:eth0", "10.0.0.1", "10.0.0.0/8", "-1", "1e999", "2026-13-01", "'\\e'", '"\\0"']
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(["key", "a", "lans", "name", "prefix", "hours", "bgp", "state", "x"]), inner, max_size=3
        ).map(lambda fields: "{" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}"),
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(_KINDS), content=st.one_of(st.binary(max_size=100), _VALUES.map(lambda text: text.encode()))
)
def test_whatever_a_file_holds_loading_gives_a_network_or_faults(room: Path, kind: str, content: bytes) -> None:
    assert all(str(fault).isprintable() for fault in faults_of(room, {f"inventory/{kind}.yaml": content}))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(_KINDS[:7]), entry=_VALUES, field=st.sampled_from(["name", "a", "lans", "prefix", "office"])
)
def test_whatever_an_object_holds_loading_gives_a_network_or_faults(
    room: Path, kind: str, entry: str, field: str
) -> None:
    (room / kind).mkdir(exist_ok=True)
    (room / kind / "more.yaml").write_text(f"x: {{{field}: {entry or '~'}}}\ny: {entry}\n")
    with pytest.raises(InventoryError):
        load_network(room)


def test_an_inventory_that_is_read_alone_may_name_any_platform(room: Path) -> None:
    (room / "routers.yaml").write_text((room / "routers.yaml").read_text().replace("platform: frr", "platform: toy"))
    assert load_network(room).router("core-1").platform == "toy"


def test_a_platform_is_named_as_its_folder_is(room: Path) -> None:
    (room / "routers.yaml").write_text((room / "routers.yaml").read_text().replace("platform: frr", "platform: ../frr"))
    with pytest.raises(InventoryError, match=r"core-1\.platform: '\.\./frr' is not the name of a folder of templates/"):
        load_network(room)


def test_a_folder_of_templates_without_facts_is_no_platform(room: Path) -> None:
    (room.parent / "templates" / "frr").mkdir(parents=True)
    with pytest.raises(InventoryError, match="no platform frr; none is known yet"):
        load_network(room)


# ------------------------------------------------------------------ policy


def test_without_a_policy_there_is_none(room: Path) -> None:
    (room / "policy.yaml").unlink()
    assert load_network(room).policy is None


def test_the_policy_is_read_with_its_defaults(room: Path) -> None:
    assert load_network(room).policy == Policy(
        trusted_ref="refs/remotes/origin/main",
        needs_approval=NeedsApproval(risk=RiskLevel.MEDIUM, routers_above=10, roles=(Role.CORE, Role.GATEWAY)),
        approvals=1,
        max_age_hours=48,
    )


@pytest.mark.parametrize(
    "ref",
    [
        "main",
        "heads/main",
        "refs/tags/v1",
        "refs/heads",
        "refs/heads/",
        "refs/remotes/origin",
        "refs/heads/../tags/v1",
        "refs/heads//main",
        "refs/heads/-main",
        "refs/heads/main~1",
        "refs/heads/main:x",
        "refs/heads/main\n",
        "HEAD",
        "4f2c1e0b9f6a4f2c1e0b9f6a4f2c1e0b9f6a4f2c",
    ],
)
def test_only_the_full_name_of_a_branch_is_trusted(ref: str) -> None:
    with pytest.raises(InventoryError, match="is not a branch's full name"):
        read_policy(json.dumps({"trusted_ref": ref}).encode(), "policy.yaml")


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/heads/oki/2026.11", "refs/remotes/origin/main"])
def test_the_full_name_of_a_branch_is_taken(ref: str) -> None:
    assert read_policy(f"trusted_ref: {ref}".encode(), "policy.yaml") == Policy(trusted_ref=ref)


@pytest.mark.parametrize("text", ["", "# none yet\n", "~"])
def test_a_file_that_holds_nothing_is_no_policy(text: str) -> None:
    assert read_policy(text.encode(), "policy.yaml") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("approvals: 2", "policy.yaml:1: trusted_ref: is missing; add the line"),
        ("trusted_ref: refs/heads/main\napprovals: 0", "policy.yaml:2: approvals: 0 is out of range"),
        ("trusted_ref: refs/heads/main\nmax_age: 7", "policy.yaml:2: max_age: is no field"),
        ("- a", "policy.yaml:1: has no fields"),
        ("a: &b c", "policy.yaml:1: "),
    ],
)
def test_a_policy_with_a_fault_is_none(text: str, told: str) -> None:
    with pytest.raises(InventoryError, match=re.escape(told)):
        read_policy(text.encode(), "policy.yaml")
