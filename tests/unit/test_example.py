"""The worked example, Kabupaten Ogan Komering Ilir, and the three routers that `jip init` lays out."""

from __future__ import annotations

import re
from collections import Counter
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

import jipkit
from jipkit.addressing import pool_of
from jipkit.inventory import KINDS, SINGLE, load_network
from jipkit.model import Medium, Network, OfficeKind, Role, Routing, State, Zone
from jipkit.places import platforms_in
from jipkit.topology import behind, hops, nearer_end, reach, uplinks

ROOT = Path(__file__).parents[2]
OKI = ROOT / "inventory"
STARTER = Path(jipkit.__file__).parent / "starter" / "inventory"

KECAMATAN = {
    "16.02.02": "Tanjung Lubuk",
    "16.02.03": "Pedamaran",
    "16.02.04": "Mesuji",
    "16.02.05": "Kayu Agung",
    "16.02.08": "Sirah Pulau Padang",
    "16.02.11": "Tulung Selapan",
    "16.02.12": "Pampangan",
    "16.02.13": "Lempuing",
    "16.02.14": "Air Sugihan",
    "16.02.15": "Sungai Menang",
    "16.02.17": "Jejawi",
    "16.02.18": "Cengal",
    "16.02.19": "Pangkalan Lampam",
    "16.02.20": "Mesuji Makmur",
    "16.02.21": "Mesuji Raya",
    "16.02.22": "Lempuing Jaya",
    "16.02.23": "Teluk Gelam",
    "16.02.24": "Pedamaran Timur",
}
KELURAHAN = {
    "16.02.05.1001": "Jua-jua",
    "16.02.05.1002": "Kayuagung",
    "16.02.05.1003": "Sidakersa",
    "16.02.05.1004": "Cintaraja",
    "16.02.05.1005": "Mangun Jaya",
    "16.02.05.1006": "Paku",
    "16.02.05.1007": "Kedaton",
    "16.02.05.1008": "Sukadana",
    "16.02.05.1009": "Perigi",
    "16.02.05.1010": "Kutaraja",
    "16.02.05.1025": "Tanjung Rancing",
    "16.02.02.1011": "Tanjung Lubuk",
    "16.02.11.1016": "Tulung Selapan Ulu",
}


@pytest.fixture(scope="module")
def oki() -> Network:
    return load_network(OKI)


@pytest.fixture(scope="module")
def starter() -> Network:
    return load_network(STARTER)


def test_the_18_kecamatan_have_their_kemendagri_codes(oki: Network) -> None:
    found = {o.code: o.kecamatan for o in oki.offices.values() if o.kind is OfficeKind.KECAMATAN}
    assert found == KECAMATAN


def test_the_13_kelurahan_have_their_kemendagri_codes(oki: Network) -> None:
    named = {o.code: o.name for o in oki.offices.values() if o.kind is OfficeKind.KELURAHAN}
    assert named == {code: f"Kantor Kelurahan {name}" for code, name in KELURAHAN.items()}


def test_an_office_without_a_known_code_has_none_rather_than_an_invented_one(oki: Network) -> None:
    assert {o.code for o in oki.offices.values() if o.code} == {*KECAMATAN, *KELURAHAN}


@pytest.mark.parametrize(
    ("kinds", "number"),
    [
        ({OfficeKind.DINAS, OfficeKind.BADAN}, 35),
        ({OfficeKind.PUSKESMAS}, 30),
        ({OfficeKind.RUMAH_SAKIT}, 1),
        ({OfficeKind.DESA}, 10),
        ({OfficeKind.POP}, 8),
        ({OfficeKind.DATA_CENTER}, 1),
    ],
)
def test_the_district_has_as_many_offices_of_each_kind(kinds: set[OfficeKind], number: int, oki: Network) -> None:
    assert sum(office.kind in kinds for office in oki.offices.values()) == number


def test_there_are_two_core_routers_and_a_gateway(oki: Network) -> None:
    roles = Counter(router.role for router in oki.routers.values())
    assert (roles[Role.CORE], roles[Role.GATEWAY]) == (2, 1)


def test_there_are_more_than_140_links(oki: Network) -> None:
    assert len(oki.links) >= 140


@pytest.mark.parametrize("medium", Medium)
def test_links_run_over_every_medium(medium: Medium, oki: Network) -> None:
    assert sum(link.medium is medium for link in oki.links.values()) >= 4


@pytest.mark.parametrize("routing", Routing)
def test_routes_are_exchanged_in_every_way(routing: Routing, oki: Network) -> None:
    assert sum(link.routing is routing for link in oki.links.values()) >= 2


@pytest.mark.parametrize("state", State)
def test_links_are_in_every_state(state: State, oki: Network) -> None:
    assert any(link.state is state for link in oki.links.values())


@pytest.mark.parametrize("platform", platforms_in(ROOT) or ())
def test_a_few_routers_are_of_each_platform(platform: str, oki: Network) -> None:
    assert sum(router.platform == platform for router in oki.routers.values()) >= 3


@pytest.mark.parametrize("zone", Zone)
def test_every_zone_has_users(zone: Zone, oki: Network) -> None:
    assert any(lan.zone is zone for router in oki.routers.values() for lan in router.lans)


def test_most_offices_are_on_routeros_7_and_some_still_on_6(oki: Network) -> None:
    versions = Counter(
        (router.version or "")[0] for router in oki.routers.values() if router.platform == "mikrotik_routeros"
    )
    assert versions["7"] > 60
    assert 4 <= versions["6"] <= 12


def test_every_active_router_is_reached_from_the_controller(oki: Network) -> None:
    active = {router.key for router in oki.routers.values() if router.state is State.ACTIVE}
    assert reach(oki, oki.standards.controller.router) == active


def test_every_planned_router_will_be_reached(oki: Network) -> None:
    assert reach(oki, oki.standards.controller.router, planned=True) == set(oki.routers)


def test_the_farthest_router_is_six_links_from_the_core(oki: Network) -> None:
    assert max(hops(oki, "core-1").values()) == 6


def test_at_least_15_offices_have_two_uplinks(oki: Network) -> None:
    edge = [router for router in oki.routers.values() if router.role not in (Role.CORE, Role.GATEWAY, Role.POP)]
    assert sum(len(uplinks(oki, router.key, planned=True)) == 2 for router in edge) >= 15


@pytest.mark.parametrize(("router", "number"), [("pkm-celikah", 1), ("pkm-lubuk-seberuk", 2)])
def test_a_planned_office_has_its_planned_uplinks(router: str, number: int, oki: Network) -> None:
    assert oki.office_of(router).state is State.PLANNED
    assert [link.state for link in uplinks(oki, router, planned=True)] == [State.PLANNED] * number


def test_a_planned_link_starts_at_a_router_in_service(oki: Network) -> None:
    near = [nearer_end(oki, link) for link in oki.links.values() if link.state is State.PLANNED]
    assert [str(end) for end in near] == ["pop-kota:eth23", "pop-tugumulyo:eth8", "pop-pedamaran:ether8"]


def test_one_cut_in_the_swamp_cuts_off_all_that_lies_behind(oki: Network) -> None:
    cut = behind(oki, oki.link("kec-cengal--kec-sungai-menang"))
    assert [office.key for office in cut] == ["kec-sungai-menang", "pkm-sungai-menang"]


def test_every_vsat_site_has_static_routes_and_every_starlink_site_a_vpn(oki: Network) -> None:
    ways = {o.key: {n.medium for n in oki.links_of(o.key)} for o in oki.offices.values() if o.kind is OfficeKind.DESA}
    assert Counter(frozenset(media) for media in ways.values()) == {
        frozenset({Medium.VSAT}): 5,
        frozenset({Medium.STARLINK, Medium.VPN}): 5,
    }


def test_every_loopback_is_unique_and_stands_in_the_pool_for_loopbacks(oki: Network) -> None:
    loopbacks = [router.loopback for router in oki.routers.values()]
    pools = {pool.use if (pool := pool_of(oki, IPv4Network(address))) else None for address in loopbacks}
    assert (len(set(loopbacks)), pools) == (len(oki.routers), {"loopback"})


def test_no_public_address_belongs_to_anybody(oki: Network) -> None:
    prefixes = [link.prefix for link in oki.links.values()]
    prefixes += [prefix for link in oki.links.values() if link.bgp for prefix in link.bgp.announce]
    assert [prefix for prefix in prefixes if prefix.is_global] == []


def test_as_numbers_are_those_reserved_for_documentation(oki: Network) -> None:
    numbers = {n for link in oki.links.values() if link.bgp for n in (link.bgp.local_as, link.bgp.peer_as)}
    assert numbers == {64496, 64500, 64501}


def test_phone_numbers_cannot_exist(oki: Network) -> None:
    offices = [office.contact for office in oki.offices.values()]
    providers = [provider.contact for provider in oki.providers.values()]
    phones = [contact.phone or "" for contact in (*offices, *providers) if contact]
    assert {phone[:12] for phone in phones} == {"+62 000 0000"}


def test_every_provider_says_that_it_is_invented(oki: Network) -> None:
    assert [provider.key for provider in oki.providers.values() if "(rekaan)" not in provider.name] == []


def test_a_rented_link_has_a_circuit_and_a_contract(oki: Network) -> None:
    rented = [link for link in oki.links.values() if link.provider]
    assert [link.key for link in rented if not (link.circuit and link.contract)] == []


def test_the_controller_is_the_noc_inside_the_management_prefixes(oki: Network) -> None:
    controller = oki.standards.controller
    (noc,) = [lan for lan in oki.router(controller.router).lans if lan.name == controller.lan]
    assert (noc.interface, noc.zone, noc.prefix in oki.standards.management_prefixes) == (
        "noc0",
        Zone.MANAGEMENT,
        True,
    )


def test_a_lan_has_the_vlan_of_its_zone(oki: Network) -> None:
    plan = oki.standards.vlans
    assert {(lan.zone, lan.vlan) for router in oki.routers.values() for lan in router.lans if lan.vlan is not None} == {
        (zone, plan[zone]) for zone in (Zone.STAFF, Zone.PUBLIC, Zone.CCTV, Zone.SERVER)
    }


def test_tunnels_have_names_that_a_linux_kernel_holds(oki: Network) -> None:
    tunnels = [end.interface or "" for link in oki.links.values() if link.medium is Medium.VPN for end in link.ends]
    assert [name for name in tunnels if len(name) > 15 or not name.startswith("wg-")] == []


@pytest.mark.parametrize("room", [OKI, STARTER], ids=["oki", "starter"])
@pytest.mark.parametrize("kind", [*KINDS, *SINGLE])
def test_each_file_names_its_schema_first_and_then_says_what_it_holds(kind: str, room: Path) -> None:
    lines = (room / f"{kind}.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"# yaml-language-server: $schema=schemas/{kind}.schema.json"
    assert re.match(r"# [A-Z]", lines[1])


@pytest.mark.parametrize("room", [OKI, STARTER], ids=["oki", "starter"])
def test_no_line_is_longer_than_160_characters(room: Path) -> None:
    long = [
        f"{path.name}:{number}"
        for path in sorted(room.glob("*.yaml"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 160
    ]
    assert long == []


def test_the_starter_has_three_routers_of_which_one_is_planned(starter: Network) -> None:
    assert [(router.key, router.state) for router in starter.routers.values()] == [
        ("core-1", State.ACTIVE),
        ("pop-1", State.ACTIVE),
        ("kec-satu", State.PLANNED),
    ]


def test_the_starters_planned_office_will_be_reached(starter: Network) -> None:
    assert reach(starter, "core-1", planned=True) == {"core-1", "pop-1", "kec-satu"}


def test_the_starters_network_servers_stand_in_the_noc(starter: Network) -> None:
    (noc,) = starter.standards.management_prefixes
    servers: tuple[IPv4Address, ...] = (*starter.standards.ntp, *starter.standards.dns, *starter.standards.syslog)
    assert [server for server in servers if server not in noc] == []
