"""What a twin comes to in boxes, hosts and cables."""

from __future__ import annotations

import pytest

from jipkit.lab.blueprint import Blueprint, Box, Cable, Host, Port
from jipkit.lab.drawing import draw
from jipkit.lab.keys import KeyPair
from jipkit.lab.router import saved_config
from jipkit.lab.wiring import hardware_address
from jipkit.testing.networks import small_network
from jipkit.twin import twin_of

TWIN = twin_of(small_network(), ["core-1", "pop-1", "kec-rawa"])


def drawn(config: str = "frr defaults traditional\n") -> Blueprint:
    return draw(
        TWIN,
        name="uji",
        root="/p",
        configs=dict.fromkeys(TWIN.routers, config),
        bgp_passwords={"core-1--isp-a": "kata"},
        host_keys=dict.fromkeys(TWIN.routers, "KEY"),
        users=("ops", "jip"),
        public_key="ssh-ed25519 AAAA",
    )


def peer(blueprint: Blueprint) -> Box:
    return next(box for box in blueprint.boxes if box.host_key is None)


def test_a_blueprint_travels_as_json() -> None:
    assert Blueprint.from_json(drawn().to_json()) == drawn()


def test_every_router_is_a_box() -> None:
    assert [box.key for box in drawn().boxes] == ["core-1", "pop-1", "kec-rawa", "core-1--isp-a.isp-a"]


def test_a_link_is_a_cable_between_its_ports() -> None:
    assert Cable("pop-1--kec-rawa", Port("pop-1", "eth1"), Port("kec-rawa", "ether1")) in drawn().cables


def test_a_lan_has_a_host_on_its_second_address() -> None:
    assert Host("kec-rawa.staff", "10.162.2.2/25", "10.162.2.1") in drawn().hosts


def test_the_controller_is_the_host_on_its_lan() -> None:
    assert drawn().controller == "core-1.noc"


def test_a_port_that_nothing_uses_is_unplugged() -> None:
    assert Port("kec-rawa", "ether2") in drawn().unplugged


def test_no_port_is_used_twice() -> None:
    blueprint = drawn()
    ports = [port for cable in blueprint.cables for port in (cable.a, cable.b)] + list(blueprint.unplugged)
    assert len(ports) == len(set(ports))


def test_a_router_announces_itself_on_its_links_alone() -> None:
    assert next(box for box in drawn().boxes if box.key == "kec-rawa").lldp_ports == ("ether1",)


@pytest.mark.parametrize(
    "line",
    [
        " ip address 198.51.100.2/30",
        "router bgp 64500",
        " neighbor 198.51.100.1 remote-as 64496",
        " neighbor 198.51.100.1 password kata",
        "  neighbor 198.51.100.1 default-originate",
    ],
)
def test_a_provider_speaks_bgp(line: str) -> None:
    assert line in peer(drawn()).config.splitlines()


def test_a_provider_minds_the_ttl_where_we_do() -> None:
    strict = drawn("router bgp 64496\n neighbor 198.51.100.2 ttl-security hops 1\n")
    assert " neighbor 198.51.100.1 ttl-security hops 1" in peer(strict).config


def test_a_provider_does_not_mind_the_ttl_where_we_do_not() -> None:
    assert "ttl-security" not in peer(drawn()).config


def test_a_router_with_a_whole_configuration_keeps_it() -> None:
    box = Box("r1", "frr defaults traditional\nhostname r1\n", (), ())
    assert saved_config(box) == "frr version 8.4.4\nfrr defaults traditional\nhostname r1\n"


def test_a_router_without_one_has_what_the_factory_gave_it() -> None:
    assert "hostname r1\n" in saved_config(Box("r1", "interface eth0\n", (), ()))


def test_a_port_has_the_same_hardware_address_in_each_lab() -> None:
    assert hardware_address(Port("core-1", "eth0")) == "02:5e:5c:9a:de:3b"


def test_no_two_ports_share_a_hardware_address() -> None:
    ports = [Port(f"r{number}", f"eth{place}") for number in range(40) for place in range(40)]
    assert len({hardware_address(port) for port in ports}) == 1600


def test_a_key_pair_does_not_show_its_private_half() -> None:
    key = KeyPair.new()
    assert (key.private.strip().splitlines()[1] in repr(key), key.public in repr(key)) == (False, True)
