"""A twin for containerlab in which each router is what it is in the district, on the image that there is of it."""

from __future__ import annotations

import re
import subprocess
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from jipkit.hostkeys import HostKeys
from jipkit.lab import build
from jipkit.lab.braces import in_braces
from jipkit.lab.build import Written
from jipkit.lab.listing import images_of
from jipkit.lab.native import endpoints, image_names, left_out, renamed
from jipkit.model import Medium, Network, Router
from jipkit.platforms import LabImage, PlatformFacts
from jipkit.project import Project
from jipkit.testing.inventories import project_of
from jipkit.testing.labs import copy_project
from jipkit.testing.networks import small_network
from jipkit.testing.replatform import MAKES, on_platform
from jipkit.transport.login import Login

CHECKOUT = Path(__file__).parents[2]
IOS, JUNOS, VYOS, EOS, VRP, ROUTEROS = "setda", "setwan", "disdik", "dpupr", "dpmptsp", "pkm-kayuagung"
TUNNELLED, PLANNED = "kel-perigi", "pkm-celikah"
CHOSEN = (IOS, JUNOS, VYOS, EOS, VRP, ROUTEROS, TUNNELLED, PLANNED)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(CHECKOUT, tmp_path_factory.mktemp("native") / "project")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("topology") / "oki"


@pytest.fixture(scope="module")
def written(root: Path, folder: Path) -> Written:
    return build.export(Project(root, "oki"), CHOSEN, folder, native=True)


@pytest.fixture(scope="module")
def topology(folder: Path, written: Written) -> dict[str, Any]:
    assert written.files
    found: dict[str, Any] = yaml.safe_load((folder / "oki.clab.yml").read_text("utf-8"))
    return found


def startup(folder: Path, router: str) -> str:
    return (folder / router / "startup-config").read_text("utf-8")


# ------------------------------------------------------------------ the topology


@pytest.mark.parametrize(
    ("router", "node"),
    [
        (
            IOS,
            {
                "kind": "cisco_c8000v",
                "image": "vrnetlab/cisco_c8000v:17.9.4a",
                "startup-config": "setda/startup-config",
            },
        ),
        (
            JUNOS,
            {
                "kind": "juniper_vsrx",
                "image": "vrnetlab/juniper_vsrx:21.4R3",
                "startup-config": "setwan/startup-config",
            },
        ),
        (
            VYOS,
            {
                "kind": "vyosnetworks_vyos",
                "image": "vyos:1.4.0",
                "binds": ["disdik/startup-config:/opt/jip/startup:ro"],
                "exec": ["/bin/vbash /opt/jip/startup"],
            },
        ),
        (EOS, {"kind": "arista_ceos", "image": "ceos:4.30.5M", "startup-config": "dpupr/startup-config"}),
        (VRP, {"kind": "huawei_vrp", "image": "vrnetlab/huawei_vrp:ne40e", "startup-config": "dpmptsp/startup-config"}),
        (
            ROUTEROS,
            {
                "kind": "mikrotik_ros",
                "image": "vrnetlab/mikrotik_routeros:7.16.2",
                "startup-config": "pkm-kayuagung/startup-config",
            },
        ),
    ],
)
def test_a_router_is_the_image_of_its_platform(topology: dict[str, Any], router: str, node: dict[str, Any]) -> None:
    assert topology["topology"]["nodes"][router] == node


def test_a_router_on_frrouting_stays_what_it_is_in_every_twin(topology: dict[str, Any]) -> None:
    assert topology["topology"]["nodes"]["core-1"]["image"] == "jipkit-frr:8.4"


@pytest.mark.parametrize(
    ("router", "names"),
    [
        (
            IOS,
            {
                "GigabitEthernet0/0/0": "GigabitEthernet2",
                "GigabitEthernet0/0/1": "GigabitEthernet3",
                "Vlan110": "GigabitEthernet4",
                "Vlan120": "GigabitEthernet5",
                "Vlan130": "GigabitEthernet6",
            },
        ),
        (JUNOS, {"ge-0/0/0": "ge-0/0/0", "irb.110": "ge-0/0/1", "irb.120": "ge-0/0/2"}),
        (VYOS, {"eth0": "eth1", "eth2.110": "eth2", "eth3.120": "eth3", "eth4.130": "eth4"}),
        (
            EOS,
            {
                "Ethernet1": "Ethernet1",
                "Ethernet3": "Ethernet2",
                "Ethernet4": "Ethernet3",
                "Ethernet5": "Ethernet4",
                "Ethernet6": "Ethernet5",
            },
        ),
        (
            VRP,
            {
                "GigabitEthernet0/0/8": "Ethernet1/0/0",
                "GigabitEthernet0/0/9": "Ethernet1/0/1",
                "Vlanif110": "Ethernet1/0/2",
                "Vlanif120": "Ethernet1/0/3",
            },
        ),
        (
            ROUTEROS,
            {"sfp1": "ether2", "ether2": "ether3", "ether3": "ether4", "ether4": "ether5", "ether5": "ether6"},
        ),
    ],
)
def test_ports_are_called_as_the_image_calls_them(written: Written, router: str, names: dict[str, str]) -> None:
    assert written.natives[router].names == names


@pytest.mark.parametrize(
    "cable",
    [
        ["core-1:eth7", "setda:eth1"],
        ["setda:eth3", "setda.staff:eth0"],
        ["core-1:eth8", "setwan:eth1"],
        ["setwan:eth2", "setwan.staff:eth0"],
        ["core-2:eth5", "disdik:eth1"],
        ["disdik:eth4", "disdik.cctv:eth0"],
        ["core-2:eth8", "dpupr:eth1"],
        ["dpupr:eth2", "dpupr.staff:eth0"],
        ["dpupr:eth5", "dpupr.wifi:eth0"],
        ["dpmptsp:eth3", "dpmptsp.staff:eth0"],
        ["pkm-kayuagung:eth5", "pkm-kayuagung.cctv:eth0"],
    ],
)
def test_a_cable_joins_the_ports_that_the_inventory_names(topology: dict[str, Any], cable: list[str]) -> None:
    assert {"endpoints": cable} in topology["topology"]["links"]


def test_a_switch_port_without_a_cable_is_there_too(topology: dict[str, Any]) -> None:
    port = {"type": "dummy", "endpoint": {"node": EOS, "interface": "eth3"}}
    assert port in topology["topology"]["links"]


def test_no_port_has_two_cables(topology: dict[str, Any]) -> None:
    links = topology["topology"]["links"]
    plugged = [end for link in links for end in link.get("endpoints", ())]
    plugged += [f"{link['endpoint']['node']}:{link['endpoint']['interface']}" for link in links if "type" in link]
    assert len(plugged) == len(set(plugged)) > 50


def test_every_file_that_a_node_starts_with_is_there(folder: Path, topology: dict[str, Any]) -> None:
    nodes = topology["topology"]["nodes"].values()
    named = [node["startup-config"] for node in nodes if "startup-config" in node]
    named += [bind.partition(":")[0] for node in nodes for bind in node.get("binds", ())]
    assert len(named) > 20
    assert [name for name in named if not (folder / name).is_file()] == []


# What containerlab takes of a topology, as far as we write it: its own names, and what it checks endpoints with.

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
End = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*:[A-Za-z][A-Za-z0-9._-]{0,14}$")]


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Node(Closed):
    kind: Literal[
        "linux", "mikrotik_ros", "arista_ceos", "cisco_c8000v", "juniper_vsrx", "vyosnetworks_vyos", "huawei_vrp"
    ]
    image: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._/-]*:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$")]
    startup_config: str | None = Field(default=None, alias="startup-config")
    network_mode: Literal["none"] | None = Field(default=None, alias="network-mode")
    binds: list[Annotated[str, StringConstraints(pattern=r"^[^:]+:/[^:]+(:ro)?$")]] = []
    exec: list[str] = []
    sysctls: dict[str, int] = {}
    entrypoint: str | None = None


class Cable(Closed):
    endpoints: Annotated[list[End], Field(min_length=2, max_length=2)]


class Place(Closed):
    node: Name
    interface: str


class Dummy(Closed):
    type: Literal["dummy"]
    endpoint: Place


class Body(Closed):
    nodes: dict[Name, Node]
    links: list[Cable | Dummy]


class File(Closed):
    name: Name
    topology: Body


def test_the_file_has_the_shape_that_containerlab_reads(topology: dict[str, Any]) -> None:
    assert len(TypeAdapter(File).validate_python(topology).topology.nodes) > 30


def test_that_check_refuses_a_cable_with_one_end(topology: dict[str, Any]) -> None:
    broken = topology | {"topology": topology["topology"] | {"links": [{"endpoints": ["core-1:eth7"]}]}}
    with pytest.raises(ValidationError, match="endpoints"):
        TypeAdapter(File).validate_python(broken)


@pytest.mark.parametrize("router", [IOS, JUNOS, VYOS, EOS, VRP, ROUTEROS])
def test_no_cable_is_plugged_into_the_port_that_an_image_keeps(topology: dict[str, Any], router: str) -> None:
    plugged = [
        e for link in topology["topology"]["links"] for e in link.get("endpoints", ()) if e.startswith(f"{router}:")
    ]
    assert plugged
    assert [end for end in plugged if not re.fullmatch(r".*:eth[1-9]", end)] == []


# ------------------------------------------------------------------ what a router starts with


@pytest.mark.parametrize(
    ("router", "lines"),
    [
        (IOS, "interface GigabitEthernet4\n description LAN staff, zone staff\n ip address 10.162.1.1 255."),
        (JUNOS, '    ge-0/0/1 {\n        description "LAN staff, zone staff";\n'),
        (VYOS, "set interfaces ethernet eth2 address '10.162.4.1/25'\n"),
        (EOS, "interface Ethernet2\n   description port of LAN staff\n   switchport access vlan 110\n"),
        (VRP, "interface Ethernet1/0/2\n description LAN staff, zone staff\n ip address 10.162.21.1 255.255.255.128\n"),
        (ROUTEROS, "/interface bridge vlan add bridge=bridge comment=staff tagged=bridge untagged=ether3,ether4 vlan"),
        (PLANNED, "/ip address add address=10.161.11.43 comment=pop-kota--pkm-celikah interface=ether2 "),
    ],
)
def test_a_router_starts_with_the_text_of_its_own_platform(
    folder: Path, written: Written, router: str, lines: str
) -> None:
    assert router in written.natives
    assert lines in startup(folder, router)


@pytest.mark.parametrize(
    ("router", "old"),
    [
        (IOS, r"GigabitEthernet0/|Vlan"),
        (JUNOS, r"irb|ge-0/0/[3-9]"),
        (VYOS, r"eth0|eth\d\.\d"),
        (EOS, r"Ethernet([6-9]|1\d)"),
        (VRP, r"GigabitEthernet|Vlanif"),
        (ROUTEROS, r"sfp1|ether1\b"),
    ],
)
def test_it_names_no_port_that_the_image_does_not_have(folder: Path, written: Written, router: str, old: str) -> None:
    assert router in written.natives
    assert re.findall(old, startup(folder, router)) == []


@pytest.mark.parametrize(
    ("router", "line"),
    [
        (IOS, "username jip privilege 15 secret {}\n"),
        (VYOS, "set system login user jip authentication plaintext-password '{}'\n"),
        (EOS, "username jip privilege 15 role network-admin secret {}\n"),
        (VRP, " local-user jip password irreversible-cipher {}\n"),
        (ROUTEROS, "/user add name=jip group=full password={}\n"),
        (PLANNED, "/user add name=jip group=full password={}\n"),
    ],
)
def test_it_lets_jip_in_with_the_password_of_the_twin(
    root: Path, folder: Path, written: Written, router: str, line: str
) -> None:
    assert router in written.natives
    assert line.format(Login.of(Project(root, "oki")).password) in startup(folder, router)


def test_junos_lets_jip_in_by_key_a_password_in_clear_does_not_count_in_a_file(root: Path, folder: Path) -> None:
    key = (root / "var" / "labs" / "oki" / "controller_key.pub").read_text("utf-8").removesuffix(" jip\n")
    assert f'ssh-ed25519 "{key}";' in startup(folder, JUNOS)


@pytest.mark.parametrize("router", CHOSEN)
def test_no_placeholder_is_left_in_it(folder: Path, written: Written, router: str) -> None:
    assert router in written.natives
    assert "<secret:" not in startup(folder, router)


def test_ports_of_ios_are_told_to_be_up_for_what_it_starts_with_is_typed_in(folder: Path, written: Written) -> None:
    assert IOS in written.natives
    assert startup(folder, IOS).endswith("interface GigabitEthernet6\n no shutdown\n")


def test_a_text_of_vrp_ends_with_its_last_line_after_all(folder: Path, written: Written) -> None:
    assert VRP in written.natives
    assert startup(folder, VRP).endswith("interface Ethernet1/0/3\n undo shutdown\n#\nreturn\n")


def test_vyos_is_told_by_a_script_that_commits_and_saves(folder: Path, written: Written) -> None:
    assert VYOS in written.natives
    lines = startup(folder, VYOS).splitlines()
    assert (lines[0], lines[3], lines[-3:]) == ("#!/bin/vbash", "configure", ["commit", "save", "exit"])


def test_bash_understands_the_script_of_vyos(folder: Path, written: Written) -> None:
    assert VYOS in written.natives
    subprocess.run(["bash", "-n", folder / VYOS / "startup-config"], check=True, timeout=20)


def test_junos_gets_its_statements_in_braces(folder: Path, written: Written) -> None:
    assert JUNOS in written.natives
    assert [line for line in startup(folder, JUNOS).splitlines() if not line.endswith(("{", "}", ";"))] == []


def test_what_hides_in_braces_is_what_the_templates_want(root: Path, folder: Path, written: Written) -> None:
    assert JUNOS in written.natives
    wanted = [line.removeprefix("set ") for line in Project(root, "oki").render(JUNOS).lines if "<secret:" not in line]
    flat = flattened(startup(folder, JUNOS))
    assert len(wanted) > 100
    assert [line for line in wanted if line not in flat] == []


def flattened(text: str) -> set[str]:
    """Return the statements of a text in braces, one to a line."""
    found, above = set(), list[str]()
    for line in map(str.strip, text.splitlines()):
        if line == "}":
            above.pop()
        elif line.endswith(" {"):
            above.append(line.removesuffix(" {"))
        else:
            found.add(" ".join([*above, line.removesuffix(";")]))
    return found


JUNOS_FACTS = PlatformFacts(
    platform="juniper_junos",
    netmiko="juniper_junos",
    syntax="set",
    positive="set ",
    negation="delete ",
    named=("unit",),
)


def test_names_stay_with_their_words_in_braces() -> None:
    text = "set interfaces ge-0/0/0 unit 0 description a\nset interfaces ge-0/0/0 unit 0 family inet mtu 1400\n"
    assert in_braces(text, JUNOS_FACTS) == (
        "interfaces ge-0/0/0 unit 0 {\n    description a;\n    family inet mtu 1400;\n}\n"
    )


def test_several_values_of_one_word_are_several_statements_in_braces() -> None:
    text = 'set system name-server 192.0.2.1\nset system name-server 192.0.2.2\nset system host-name "a b"\n'
    assert in_braces(text, JUNOS_FACTS) == (
        'system {\n    name-server 192.0.2.1;\n    name-server 192.0.2.2;\n    host-name "a b";\n}\n'
    )


def test_what_takes_away_is_not_put_in_braces() -> None:
    with pytest.raises(ValueError, match="delete: does not begin with 'set'"):
        in_braces("delete system host-name\n", JUNOS_FACTS)


# ------------------------------------------------------------------ what is told


def test_the_report_names_each_image_that_has_to_be_ones_own(written: Written) -> None:
    assert images_of(written).notes == [
        "Needs your own image: ceos:4.30.5M; START.md says how to come by it.",
        "Needs your own image: vrnetlab/cisco_c8000v:17.9.4a; START.md says how to come by it.",
        "Needs your own image: vrnetlab/huawei_vrp:ne40e; START.md says how to come by it.",
        "Needs your own image: vrnetlab/juniper_vsrx:21.4R3; START.md says how to come by it.",
        "Needs your own image: vrnetlab/mikrotik_routeros:7.14.3; START.md says how to come by it.",
        "Needs your own image: vrnetlab/mikrotik_routeros:7.16.2; START.md says how to come by it.",
        "Needs your own image: vyos:1.4.0; START.md says how to come by it.",
    ]


def test_the_report_says_for_each_router_what_it_runs_on(written: Written) -> None:
    rows = {row.values["router"]: (row.values["kind"], row.values["own"]) for row in images_of(written).rows}
    assert (rows["core-1"], rows[IOS]) == (("linux", False), ("cisco_c8000v", True))


def test_programs_read_the_same_of_a_router(written: Written) -> None:
    row = next(row for row in images_of(written).as_json()["rows"] if row["router"] == JUNOS)
    assert row == {
        "router": "setwan",
        "kind": "juniper_vsrx",
        "image": "vrnetlab/juniper_vsrx:21.4R3",
        "own": True,
        "ports": {"ge-0/0/0": "ge-0/0/0", "irb.110": "ge-0/0/1", "irb.120": "ge-0/0/2"},
        "left_out": [],
    }


@pytest.mark.parametrize(
    "line",
    [
        "- `ceos:4.30.5M`: needs your own image. With an account of arista.com: `docker import ",
        "- `vrnetlab/mikrotik_routeros:7.16.2`: needs your own image. Put chr-VERSION.vmdk of mikrotik.com/download",
        "| setda | Vlan110 | GigabitEthernet4 | eth3 |\n",
        "| pkm-kayuagung | sfp1 | ether2 | eth1 |\n",
        "- pkm-kayuagung: nothing of the twin is plugged into ether1, ether6, ether7, ether8, so ",
    ],
)
def test_start_md_says_whence_images_come_and_where_ports_are(folder: Path, written: Written, line: str) -> None:
    assert written.files
    assert f"\n{line}" in (folder / "START.md").read_text("utf-8")


def test_start_md_says_what_an_image_is_not(folder: Path, written: Written) -> None:
    assert written.files
    assert "- huawei_vrp: NE40E is VRP 8, the templates are written for VRP 5" in (folder / "START.md").read_text(
        "utf-8"
    )


def test_start_md_says_how_to_trust_what_makes_its_own_keys(folder: Path, written: Written) -> None:
    assert written.files
    assert "`jip --lab oki trust ROUTER`" in (folder / "START.md").read_text("utf-8")


def test_start_md_of_a_twin_on_frrouting_says_nothing_of_images(root: Path, tmp_path: Path) -> None:
    build.export(Project(root, "polos"), [IOS], tmp_path / "polos")
    assert "## " not in (tmp_path / "polos" / "START.md").read_text("utf-8")


# ------------------------------------------------------------------ what jip then works on


def test_jip_finds_each_router_on_its_own_platform(root: Path, written: Written) -> None:
    assert written.files
    network = Project(root, "oki").network
    assert [network.router(key).platform for key in (IOS, "core-1")] == ["cisco_ios", "frr"]
    assert network.link("core-1--setda").end_of(IOS).interface == "GigabitEthernet2"


def test_a_router_on_frrouting_starts_with_what_is_then_intended(root: Path, folder: Path, written: Written) -> None:
    assert written.files
    wanted = [line for line in Project(root, "oki").render("core-1").lines if "<secret:" not in line]
    kept = (folder / "core-1" / "frr.conf").read_text("utf-8").splitlines()
    assert " description core-1--setda to setda GigabitEthernet2" in wanted
    assert [line for line in wanted if line not in kept] == []


def test_a_tunnel_is_a_plain_cable(root: Path, folder: Path, topology: dict[str, Any]) -> None:
    assert {"endpoints": ["gateway-1:wg-kel-perigi", "kel-perigi:eth2"]} in topology["topology"]["links"]
    assert Project(root, "oki").network.link("gateway-1--kel-perigi").medium is Medium.COPPER
    assert "wireguard" not in startup(folder, TUNNELLED)


def test_the_host_key_of_an_image_is_not_pinned_before_it_was_seen(root: Path, written: Written) -> None:
    assert written.files
    pinned = HostKeys(root / "var" / "labs" / "oki" / "known_hosts").path.read_text("utf-8")
    assert ("core-1" in pinned, IOS in pinned) == (True, False)


# ------------------------------------------------------------------ what has no image, or too little of one

NETWORK = small_network()
CHR = LabImage(
    kind="mikrotik_ros", image="vrnetlab/mikrotik_routeros:{version}", port="ether{n}", first=2, switched=True
)


def facts_of(router: Router) -> PlatformFacts:
    """Return facts in which RouterOS alone has an image."""
    return PlatformFacts(
        platform=router.platform, netmiko="linux", lab=CHR if router.platform == "mikrotik_routeros" else None
    )


def with_image(image: LabImage) -> Any:
    return lambda router: facts_of(router).model_copy(update={"lab": image})


def names_of(image: LabImage, *routers: str) -> Any:
    return image_names(NETWORK, routers, with_image(image))


def native(names: Any) -> Network:
    return renamed(NETWORK, list(NETWORK.routers), names)


def test_a_link_follows_the_new_name_of_its_port() -> None:
    twin = native(image_names(NETWORK, ["kec-rawa"], facts_of))
    assert twin.link("pop-1--kec-rawa").end_of("kec-rawa").interface == "ether2"


def test_a_router_without_an_image_runs_frrouting_under_names_of_linux() -> None:
    twin = native(image_names(NETWORK, list(NETWORK.routers), facts_of))
    assert twin.router("dinas-sehat").platform == "frr"
    assert twin.router("dinas-sehat").interfaces == ("GigabitEthe-0-0", "GigabitEthe-0-1", "GigabitEthe-0-2")


def test_a_version_that_an_image_cannot_be_runs_frrouting() -> None:
    assert names_of(CHR.model_copy(update={"since": "16"}), "dinas-sehat") == {}


def test_a_version_that_it_can_just_be_does_not() -> None:
    assert list(names_of(CHR.model_copy(update={"since": "15.9"}), "dinas-sehat")) == ["dinas-sehat"]


def test_ports_that_an_image_has_no_room_for_are_told() -> None:
    image = CHR.model_copy(update={"most": 3})
    assert left_out(NETWORK, NETWORK.router("kec-rawa"), image) == ("ether4", "ether5")


def test_a_link_without_a_port_is_not_in_the_twin() -> None:
    twin = native(names_of(CHR.model_copy(update={"most": 1}), "kec-rawa"))
    assert [link.key for link in twin.links_of("kec-rawa")] == ["pop-1--kec-rawa"]


def test_a_lan_without_a_port_is_not_in_the_twin() -> None:
    twin = native(names_of(CHR.model_copy(update={"most": 3}), "kec-rawa"))
    assert [lan.name for lan in twin.router("kec-rawa").lans] == ["staff"]


def test_a_lan_on_switch_ports_is_plugged_in_at_the_first_of_them() -> None:
    names = names_of(CHR, "kec-rawa")
    assert endpoints(native(names), names, with_image(CHR))["kec-rawa"]["vlan110-staff"] == "eth3"


def test_a_lan_on_a_subinterface_has_a_port_of_its_own_and_no_tag() -> None:
    twin = native(names_of(CHR, "dinas-sehat"))
    lan = twin.router("dinas-sehat").lans[0]
    assert (lan.interface, lan.vlan, lan.ports) == ("ether3", None, ())


@pytest.mark.parametrize("platform", sorted(set(MAKES) - {"frr"}))
def test_a_network_of_one_platform_alone_is_plugged_together_port_by_port(tmp_path: Path, platform: str) -> None:
    network = reduce(lambda net, router: on_platform(net, router, platform), NETWORK.routers, NETWORK)
    project = Project(project_of(network, CHECKOUT, tmp_path / "project"), "sama")
    written = build.export(project, ["core-2", "kec-rawa", "desa-jauh"], tmp_path / "sama", native=True)
    body = yaml.safe_load((tmp_path / "sama" / "sama.clab.yml").read_text("utf-8"))["topology"]
    ends = [end for link in body["links"] for end in link.get("endpoints", ())]
    assert sorted(written.natives) == ["core-1", "core-2", "desa-jauh", "kec-rawa", "pop-1"]
    assert len(ends) == len(set(ends)) == 20
    assert {"endpoints": ["core-1:eth4", "core-1.noc:eth0"]} in body["links"]


def test_what_is_left_out_stands_in_the_report(tmp_path: Path) -> None:
    small = project_of(NETWORK, CHECKOUT, tmp_path / "small")
    facts = small / "templates" / "mikrotik_routeros" / "platform.yaml"
    facts.write_text(facts.read_text("utf-8").replace("  most: 30\n", "  most: 1\n"), "utf-8")
    written = build.export(Project(small, "sempit"), ["kec-rawa"], tmp_path / "sempit", native=True)
    assert "kec-rawa: left out, the image has no port for ether3." in images_of(written).notes
