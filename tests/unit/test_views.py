"""A view holds what a template needs, worked out, and knows where each value was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jipkit.errors import UnknownNameError
from jipkit.model import Link, Network, Source
from jipkit.platforms import PlatformFacts
from jipkit.provenance import View
from jipkit.testing.inventories import write_inventory
from jipkit.testing.networks import changed, keyed, small_network
from jipkit.view_parts import natural
from jipkit.view_types import InterfaceView, RouterView
from jipkit.views import router_view

LINUX = PlatformFacts(platform="frr", netmiko="linux", linux_names=True)
ROUTEROS = PlatformFacts(platform="mikrotik_routeros", netmiko="mikrotik_routeros")
NETWORK = small_network()
AREA = str(NETWORK.standards.ospf.area)


def view(router: str, network: Network = NETWORK, facts: PlatformFacts = LINUX) -> RouterView:
    return router_view(network, router, facts)


def interface(name: str, seen: RouterView) -> InterfaceView:
    return next(i for i in seen.interfaces if i.name == name)


def routes(seen: RouterView) -> list[tuple[str, str | None, int | None]]:
    return [(route.prefix, route.via, route.distance) for route in seen.routes]


def with_links(network: Network, **links: dict[str, Any]) -> Network:
    return network.replace(links={**network.links, **keyed(Link, {k.replace("__", "--"): v for k, v in links.items()})})


# interfaces


def test_every_interface_of_the_inventory_is_seen_once_in_the_order_of_names() -> None:
    assert [(i.name, i.purpose, i.shut) for i in view("kec-rawa").interfaces] == [
        ("ether1", "link", False),
        ("ether2", "link", False),
        ("ether3", "port", False),
        ("ether4", "port", False),
        ("ether5", "port", False),
        ("lo", "loopback", False),
        ("vlan110-staff", "lan", False),
        ("vlan120-wifi", "lan", False),
    ]


def test_what_nothing_uses_is_shut() -> None:
    assert [i.name for i in view("core-1").interfaces if i.purpose == "unused" and i.shut] == ["eth4"]


@pytest.mark.parametrize("name", ["eth3", "eth4"], ids=["retired", "planned"])
def test_a_link_that_is_not_in_service_is_shut_and_bare(name: str) -> None:
    port = interface(name, view("pop-1"))
    assert (port.shut, port.address, port.ospf) == (True, None, None)
    assert port.link is not None


def test_a_planned_router_is_seen_as_it_will_be() -> None:
    port = interface("ether1", view("pkm-baru"))
    assert (port.shut, port.address) == (False, "10.161.0.19/31")
    assert port.ospf is not None


def test_the_link_in_service_has_the_interface_of_a_retired_one() -> None:
    network = changed(NETWORK, "link", "pop-1--kec-rawa", state="retired")
    again = with_links(
        network,
        pop__again={
            "a": "pop-1:eth1",
            "b": "kec-rawa:ether1",
            "medium": "fibre",
            "prefix": "10.161.9.0/31",
            "capacity_mbps": 1,
        },
    )
    assert interface("eth1", view("pop-1", again)).address == "10.161.9.0/31"


@pytest.mark.parametrize(("facts", "name"), [(LINUX, "lo"), (ROUTEROS, "loopback")])
def test_the_loopback_is_named_as_the_platform_names_it(facts: PlatformFacts, name: str) -> None:
    assert [i.name for i in view("kec-rawa", facts=facts).interfaces if i.purpose == "loopback"] == [name]


def test_a_pair_knows_its_addresses_in_every_form() -> None:
    port = interface("ether1", view("kec-rawa"))
    assert (port.address, port.host, port.network, port.first, port.pair) == (
        "10.161.0.7/31",
        "10.161.0.7",
        "10.161.0.6/31",
        "10.161.0.6",
        True,
    )


def test_a_link_tells_whom_to_call() -> None:
    link = interface("ether2", view("kec-rawa")).link
    assert link is not None
    assert (link.peer, link.peer_interface, link.peer_address) == ("core-2", "eth1", "10.161.0.8")
    assert (link.circuit, link.provider, link.ours) == ("ISPA-0042", "ISP A (rekaan)", True)


def test_the_other_end_s_interface_has_its_name_in_the_inventory() -> None:
    network = NETWORK.replace(shown_names={("core-2", "eth1"): "ge-0/0/1"})
    link = interface("ether2", view("kec-rawa", network)).link
    assert link is not None
    assert link.peer_interface == "ge-0/0/1"


def test_blanks_are_single_because_routers_fold_them() -> None:
    network = changed(NETWORK, "link", "core-2--kec-rawa", circuit="ISPA  0042")
    link = interface("ether2", view("kec-rawa", network)).link
    assert link is not None
    assert link.circuit == "ISPA 0042"


def test_numbers_in_names_sort_by_value() -> None:
    names = ["vlan110-staff", "lo", "eth10", "sfp-sfpplus2", "eth2", "eth1", "sfp-sfpplus1", "wg-core-1", "noc0", "eth"]
    assert sorted(names, key=natural) == [
        "eth",
        "eth1",
        "eth2",
        "eth10",
        "lo",
        "noc0",
        "sfp-sfpplus1",
        "sfp-sfpplus2",
        "vlan110-staff",
        "wg-core-1",
    ]


# OSPF


def test_an_uplink_speaks_ospf_with_a_key() -> None:
    ospf = interface("ether1", view("kec-rawa")).ospf
    assert ospf is not None
    assert (ospf.area, ospf.passive, ospf.cost, ospf.hello_s, ospf.dead_s) == (AREA, False, 40, 2, 8)
    assert (ospf.key_id, ospf.key) == (1, "<secret:ospf/pop-1--kec-rawa/1>")


@pytest.mark.parametrize("name", ["lo", "vlan110-staff", "vlan120-wifi"])
def test_no_user_becomes_a_neighbour(name: str) -> None:
    ospf = interface(name, view("kec-rawa")).ospf
    assert ospf is not None
    assert (ospf.passive, ospf.key) == (True, None)


def test_a_slow_medium_is_given_time_to_acknowledge() -> None:
    network = changed(NETWORK, "link", "pop-1--kec-rawa", medium="vsat")
    assert [
        interface(name, view("kec-rawa", network)).ospf.retransmit_s  # type: ignore[union-attr]
        for name in ("ether1", "ether2")
    ] == [5, 1]


@pytest.mark.parametrize(("router", "expected"), [("core-1", True), ("pop-1", False), ("kec-rawa", False)])
def test_only_a_way_to_the_internet_offers_a_default_route(router: str, expected: bool) -> None:
    ospf = view(router).ospf
    assert ospf is not None
    assert ospf.default_route is expected


def test_a_router_with_static_links_alone_speaks_no_ospf() -> None:
    seen = view("desa-jauh")
    assert seen.ospf is None
    assert [i.ospf for i in seen.interfaces] == [None] * len(seen.interfaces)


# static routes


def test_the_far_end_of_a_static_link_has_its_default_route_there() -> None:
    assert routes(view("desa-jauh")) == [("0.0.0.0/0", "10.161.0.13", None)]


def test_the_near_end_knows_everything_behind_a_static_link_and_tells_the_others() -> None:
    seen = view("pop-1")
    assert routes(seen) == [("10.162.3.0/27", "10.161.0.14", None), ("10.160.0.6/32", "10.161.0.14", None)]
    assert seen.ospf is not None
    assert [(p.seq, p.prefix) for p in seen.ospf.redistributed] == [(5, "10.160.0.6/32"), (10, "10.162.3.0/27")]


def test_the_near_end_s_own_prefix_of_a_static_link_is_known_everywhere() -> None:
    ospf = interface("eth2", view("pop-1")).ospf
    assert ospf is not None
    assert ospf.passive


def test_a_static_way_steps_back_where_ospf_is_spoken_too() -> None:
    network = changed(NETWORK, "link", "pop-1--kec-rawa", routing="static")
    assert {d for _, via, d in routes(view("kec-rawa", network)) if via} == {200}
    assert {d for p, via, d in routes(view("pop-1", network)) if via == "10.161.0.7"} == {200}


def test_between_equals_end_a_serves() -> None:
    network = changed(NETWORK, "link", "core-1--core-2", routing="static")
    assert ("0.0.0.0/0", "10.161.0.0", 200) not in routes(view("core-1", network))
    assert [r for r in routes(view("core-2", network)) if r[0] == "0.0.0.0/0"] == [("0.0.0.0/0", "10.161.0.0", 200)]


def test_what_is_announced_is_anchored() -> None:
    assert routes(view("core-1")) == [("203.0.113.0/24", None, 250)]


# BGP


def test_a_session_holds_what_may_enter_and_leave() -> None:
    bgp = view("core-1").bgp
    assert bgp is not None
    session = bgp.sessions[0]
    assert (bgp.local_as, session.neighbor, session.peer_as) == (64496, "198.51.100.2", 64500)
    assert session.password == "<secret:bgp/core-1--isp-a/1>"
    assert [p.prefix for p in session.accept] == ["0.0.0.0/0"]
    assert [p.prefix for p in session.announce] == ["203.0.113.0/24"]


def test_who_has_no_session_has_no_bgp() -> None:
    assert view("pop-1").bgp is None


# tunnels


def tunnelled() -> Network:
    outside = {"medium": "starlink", "prefix": "198.51.100.8/30", "capacity_mbps": 1, "routing": "none"}
    inside = {"medium": "vpn", "prefix": "10.161.0.20/31", "capacity_mbps": 1}
    network = changed(NETWORK, "router", "core-1", interfaces=("eth0", "eth1", "eth2", "eth3", "eth4", "wg-desa"))
    network = changed(network, "router", "desa-jauh", interfaces=("ether1", "ether2", "ether3", "ether4", "wg-core"))
    return with_links(
        network,
        desa__internet={"a": "desa-jauh:ether4", "b": "unmanaged:internet", **outside},
        core__desa={"a": "core-1:wg-desa", "b": "desa-jauh:wg-core", **inside},
    )


def test_both_ends_of_a_tunnel_agree_on_its_port_and_one_calls() -> None:
    near = interface("wg-desa", view("core-1", tunnelled())).tunnel
    far = interface("wg-core", view("desa-jauh", tunnelled())).tunnel
    assert near is not None
    assert far is not None
    assert near.port == far.port
    assert (near.endpoint, far.endpoint) == (None, "198.51.100.1")
    assert near.peer_key == "<secret:wireguard/core--desa/desa-jauh/public>"


def test_a_tunnel_s_own_packets_never_enter_it() -> None:
    assert ("198.51.100.1/32", "198.51.100.10", None) in routes(view("desa-jauh", tunnelled()))


# bootstrap, and the rest


def test_a_fresh_router_is_reached_over_the_link_to_a_router_in_service() -> None:
    uplink = view("pkm-baru").uplink
    assert uplink is not None
    assert (uplink.interface, uplink.address, uplink.gateway) == ("ether1", "10.161.0.19/31", "10.161.0.18")


def test_every_office_may_reach_the_servers_and_no_other_office() -> None:
    assert [p.prefix for p in view("kec-rawa").services] == ["10.160.255.0/24"]


@pytest.mark.parametrize(("version", "major"), [("7.16.2", 7), ("6.49.10", 6), (None, 0)])
def test_the_dialect_is_the_first_number_of_the_version(version: str | None, major: int) -> None:
    assert view("kec-rawa", changed(NETWORK, "router", "kec-rawa", version=version)).major == major


def test_an_unknown_router_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="did you mean kec-rawa"):
        view("kec-rawaa")


# where values were written


def sources(thing: object) -> Iterator[tuple[str, Source]]:
    if isinstance(thing, tuple):
        for item in thing:
            yield from sources(item)
    if isinstance(thing, View):
        for name in type(thing).__dataclass_fields__:
            yield from sources(getattr(thing, name))
        for name, source in thing.sources.items():
            yield f"{type(thing).__name__}.{name}", source


@pytest.mark.parametrize("router", NETWORK.routers)
def test_every_source_is_a_key_of_the_inventory(router: str, tmp_path: Path) -> None:
    from jipkit.inventory import load_network

    write_inventory(tunnelled(), tmp_path / "inventory")
    places = load_network(tmp_path / "inventory")
    missing = [(name, str(s)) for name, s in sources(view(router, tunnelled())) if places.place(s) is None]
    assert missing == []


@pytest.mark.parametrize("router", NETWORK.routers)
def test_every_source_names_an_attribute_of_its_view(router: str) -> None:
    def wrong(thing: object) -> Iterator[str]:
        if isinstance(thing, tuple):
            for item in thing:
                yield from wrong(item)
        elif isinstance(thing, View):
            known = type(thing).__dataclass_fields__
            yield from (f"{type(thing).__name__}.{name}" for name in thing.sources if name not in known)
            for name in known:
                yield from wrong(getattr(thing, name))

    assert list(wrong(view(router))) == []
