"""A change that would certainly cut our own way is named as such, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jipkit.configs import statements
from jipkit.drift import Difference, Drift, Kind
from jipkit.model import Network, State
from jipkit.rollout.impact import certainly_cut
from jipkit.testing.networks import changed
from tests.unit.edits import NETWORK, PROJECT, Edit, drift_from, facts_of, replaced

IN_SERVICE = sorted(key for key, router in NETWORK.routers.items() if router.state is State.ACTIVE)


def cut(router: str, *intended: Edit, after: Network = NETWORK) -> list[str]:
    """Return what of our way is gone where the templates would write the edits, and the router runs none of them."""
    text = replaced(PROJECT.render(router).text, intended)
    drift = drift_from(router, intended=intended)
    return list(certainly_cut(NETWORK, after, router, drift, facts_of(router), intended=text))


@pytest.mark.parametrize("router", IN_SERVICE)
def test_a_router_that_stays_as_it_is_is_never_cut(router: str) -> None:
    assert cut(router) == []


# the address

ADDRESSES = {
    "pop-kota": (" ip address 10.160.0.11/32\n", ""),
    "bkad": (" ip address 10.160.1.29 255.255.255.255\n", ""),
    "rsud-kayuagung": ("   ip address 10.160.1.101/32\n", ""),
    "disdag": (" ip address 10.160.1.28 255.255.255.255\n", ""),
    "disdukcapil": ("set interfaces lo0 unit 0 family inet address 10.160.1.15/32\n", ""),
    "dinas-kominfo": ("set interfaces loopback lo address '10.160.1.19/32'\n", ""),
    "pop-pedamaran": ("/ip address add address=10.160.0.15 interface=loopback network=10.160.0.15\n", ""),
}


@pytest.mark.parametrize("router", ADDRESSES)
def test_without_its_management_address_a_router_is_lost(router: str) -> None:
    address = NETWORK.router(router).address
    assert cut(router, ADDRESSES[router]) == [f"its management address {address} would be gone"]


@pytest.mark.parametrize(
    ("router", "ours", "other"),
    [
        ("pop-kota", "10.160.0.11/32", "10.160.0.99/32"),
        ("bkad", "ip address 10.160.1.29 ", "ip address 10.160.1.99 "),
        ("pop-pedamaran", "address=10.160.0.15 ", "address=10.160.0.99 "),
    ],
)
def test_another_address_in_its_place_is_not_ours(router: str, ours: str, other: str) -> None:
    assert [reason.partition(" 10.")[0] for reason in cut(router, (ours, other))] == ["its management address"]


def test_an_address_that_is_disabled_is_gone() -> None:
    edit = ("address=10.160.0.15 interface=loopback", "address=10.160.0.15 disabled=yes interface=loopback")
    assert cut("pop-pedamaran", edit) == ["its management address 10.160.0.15 would be gone"]


@pytest.mark.parametrize(
    ("router", "here", "there"),
    [
        ("pop-kota", "interface lo\n", "interface dummy0\n"),
        ("bkad", "interface Loopback0\n", "interface Loopback1\n"),
        ("pop-pedamaran", "10.160.0.15 interface=loopback", "10.160.0.15 interface=ether16"),
    ],
)
def test_an_address_that_moves_to_another_interface_is_still_there(router: str, here: str, there: str) -> None:
    assert cut(router, (here, there)) == []


def test_the_gateway_of_the_controller_is_ours_at_its_own_router() -> None:
    assert cut("core-1", (" ip address 10.160.255.1/24\n", "")) == ["its management address 10.160.255.1 would be gone"]


def test_the_address_of_a_lan_is_not_ours() -> None:
    assert cut("bkad", (" ip address 10.162.29.1 255.255.255.128\n", "")) == []


# SSH

NO_SSH = [
    ("bkad", "transport input ssh", "transport input telnet"),
    ("bkad", "transport input ssh", "transport input none"),
    ("rsud-kayuagung", "management ssh\n", "management ssh\n   shutdown\n"),
    ("rsud-kayuagung", "management ssh\n", "management ssh\n   server-port 2222\n"),
    ("disdag", "stelnet server enable\n", ""),
    ("disdag", "stelnet server enable\n", "stelnet server enable\nssh server port 2222\n"),
    ("dinas-kominfo", "set service ssh port '22'\n", ""),
    ("dinas-kominfo", "set service ssh port '22'\n", "set service ssh port '2222'\n"),
    ("pop-pedamaran", "/ip service set ssh address=", "/ip service set ssh disabled=yes address="),
    ("pop-pedamaran", "/ip service set ssh address=", "/ip service set ssh port=2222 address="),
    ("pop-pedamaran", "/ip service set ssh address=10.160.255.0/24", "/ip service set ssh address=192.0.2.0/24"),
]


@pytest.mark.parametrize(("router", "ours", "other"), NO_SSH)
def test_without_ssh_a_router_is_lost(router: str, ours: str, other: str) -> None:
    assert cut(router, (ours, other)) == ["it would serve no SSH any more"]


def test_without_any_line_of_ssh_a_junos_router_is_lost() -> None:
    lines = [line for line in PROJECT.render("disdukcapil").lines if line.startswith("set system services ")]
    assert cut("disdukcapil", *((f"{line}\n", "") for line in lines)) == ["it would serve no SSH any more"]


SSH_STAYS = [
    (
        "bkad",
        "line vty 5 15\n access-class management in\n transport input ssh",
        "line vty 5 15\n access-class management in\n transport input telnet",
    ),
    ("bkad", "transport input ssh", "transport input telnet ssh"),
    ("bkad", " transport input ssh\n", ""),  # what IOS takes for granted then differs between its versions
    ("disdukcapil", "set system services ssh protocol-version v2\n", ""),
    ("dinas-kominfo", "set service ssh port '22'\n", "set service ssh listen-address '10.160.1.19'\n"),
    ("pop-pedamaran", "/ip service set ssh address=10.160.255.0/24\n", ""),
    ("pop-pedamaran", "/ip service set ssh address=10.160.255.0/24", "/ip service set ssh address=10.160.255.128/25"),
    ("pop-pedamaran", "/ip service set ssh address=", "/ip service set ssh port=22 address="),
    ("pop-pedamaran", "/ip service set winbox address=10.160.255.0/24", "/ip service set winbox disabled=yes"),
]


@pytest.mark.parametrize(("router", "ours", "other"), SSH_STAYS)
def test_where_ssh_may_still_be_served_nothing_is_certain(router: str, ours: str, other: str) -> None:
    assert cut(router, (ours, other)) == []


# our account

ACCOUNTS = {
    "bkad": ("username jip privilege", "username ops privilege"),
    "rsud-kayuagung": ("username jip privilege", "username ops privilege"),
    "disdag": ("local-user jip ", "local-user ops "),
    "disdukcapil": ("login user jip ", "login user ops "),
    "dinas-kominfo": ("login user jip ", "login user ops "),
}


@pytest.mark.parametrize("router", ACCOUNTS)
def test_an_account_under_another_name_is_not_ours(router: str) -> None:
    """Accounts of others may stay on Junos and VyOS, and ours with them: then it is none that a change takes away."""
    text = replaced(PROJECT.render(router).text, (ACCOUNTS[router],))
    facts = facts_of(router)
    gone = [s for s in statements(PROJECT.render(router).text, facts) if "jip" in s.text and "jip.oki" not in s.text]
    drift = Drift(router, tuple(Difference("extra", s.path, running=s.text) for s in gone), 1.0, (), ())
    found = certainly_cut(NETWORK, NETWORK, router, drift, facts, intended=text)
    assert found == ("our account jip would be gone",)


def test_our_account_is_looked_for_in_rows_that_hold_accounts() -> None:
    drift = Drift("pop-pedamaran", (Difference("extra", (), running="/user add group=full name=jip"),), 1.0, (), ())
    found = certainly_cut(
        NETWORK,
        NETWORK,
        "pop-pedamaran",
        drift,
        facts_of("pop-pedamaran"),
        intended=PROJECT.render("pop-pedamaran").text,
    )
    assert found == ("our account jip would be gone",)


def test_another_password_leaves_our_account_where_it_is() -> None:
    assert cut("bkad", ("<secret:login/jip>", "<secret:login/other>")) == []


def test_frr_holds_neither_our_account_nor_ssh_and_claims_nothing_of_them() -> None:
    cuts = {hazard.cuts for hazard in PROJECT.platforms["frr"].hazards} - {None}
    assert cuts == {"address", "link", "routing"}


# the way

SHUT: dict[str, list[Edit]] = {
    "bkad": [
        (" description core-1--bkad to core-1 eth9\n", " description core-1--bkad to core-1 eth9\n shutdown\n"),
        (" description core-2--bkad to core-2 eth11\n", " description core-2--bkad to core-2 eth11\n shutdown\n"),
    ],
    "damkar": [
        ('comment="pop-kota--damkar to pop-kota eth8"', 'comment="pop-kota--damkar to pop-kota eth8" disabled=yes')
    ],
    "disdag": [(" description pop-kota--disdag to pop-kota eth6\n", " shutdown\n")],
    "dinas-kominfo": [("eth0 description 'core-1--dinas-kominfo to core-1 eth13'", "eth0 disable")],
    "disdukcapil": [
        (
            'set interfaces ge-0/0/0 description "core-1--disdukcapil to core-1 eth10"',
            "set interfaces ge-0/0/0 disable",
        ),
        (
            'set interfaces ge-0/0/1 description "core-2--disdukcapil to core-2 eth12"',
            "set interfaces ge-0/0/1 disable",
        ),
    ],
}

UNSPOKEN: dict[str, list[Edit]] = {
    "pop-kota": [(" ip ospf area 0.0.0.0\n ip ospf authentication", " ip ospf authentication")],
    "bkad": [(" ip ospf 1 area 0.0.0.0\n ip ospf cost", " ip ospf cost")],
    "damkar": [("/routing ospf network add area=backbone network=10.161.11.12/32\n", "")],
    "disdag": [("  network 10.161.11.8 0.0.0.1\n", "")],
    "dinas-kominfo": [("set protocols ospf interface eth0 area '0.0.0.0'\n", "")],
    "rsud-kayuagung": [("   ip ospf area 0.0.0.0\n   ip ospf message", "   ip ospf message")],
}

FRR = PROJECT.render("pop-kota").text
SILENT: dict[str, list[Edit]] = {
    "pop-kota": [(FRR[FRR.index("router ospf") : FRR.index("access-list")], "")],
    "pop-pedamaran": [("/routing ospf instance add disabled=no name=district router-id=10.160.0.15\n", "")],
    "disdag": [("ospf 1 router-id 10.160.1.28\n", "isis 1\n")],
}

NO_ADDRESS: dict[str, list[Edit]] = {
    "disdag": [(" ip address 10.161.11.9 255.255.255.254\n", "")],
    "damkar": [
        ("/ip address add address=10.161.11.13 comment=pop-kota--damkar interface=ether1 network=10.161.11.12\n", "")
    ],
    "dinas-kominfo": [("set interfaces ethernet eth0 address '10.161.1.13/31'\n", "")],
}

LOST = [(router, edits) for kind in (SHUT, UNSPOKEN, SILENT, NO_ADDRESS) for router, edits in kind.items()]


@pytest.mark.parametrize(("router", "edits"), LOST, ids=[f"{router}-{n}" for n, (router, _) in enumerate(LOST)])
def test_a_router_all_of_whose_links_are_shut_or_silent_is_lost(router: str, edits: list[Edit]) -> None:
    (reason,) = cut(router, *edits)
    assert reason.startswith("nothing would lead from core-1 to it any more: ")


def test_the_way_that_is_lost_is_named() -> None:
    assert cut("damkar", *SHUT["damkar"]) == ["nothing would lead from core-1 to it any more: pop-kota--damkar"]


REACHED = [
    ("bkad", SHUT["bkad"][:1]),
    ("disdukcapil", SHUT["disdukcapil"][:1]),
    ("bkad", [(" ip ospf 1 area 0.0.0.0\n ip ospf cost 20", " ip ospf cost 20")]),
    (
        "bkad",
        [
            (" ip ospf 1 area 0.0.0.0\n ip ospf cost", " ip ospf cost"),
            ("router ospf 1\n", "router ospf 1\n network 10.161.0.0 0.0.255.255 area 0\n"),
        ],
    ),
    (
        "bkad",
        [
            (" ip ospf 1 area 0.0.0.0\n ip ospf cost", " ip ospf cost"),
            ("router ospf 1\n", "router ospf 1\n network 0.0.0.0 255.255.255.255 area 0\n"),
        ],
    ),
    (
        "disdukcapil",
        [
            ("interface ge-0/0/0.0 hello-interval 2", "interface ge-0/0/0.0 hello-interval 3"),
            ("interface ge-0/0/1.0 hello-interval 2", "interface ge-0/0/1.0 hello-interval 3"),
        ],
    ),
    ("pop-kota", [("<secret:ospf/", "<secret:other/")]),
    ("damkar", [("network=10.161.11.12/32", "network=10.161.0.0/16")]),
    ("pop-pedamaran", [("router-id=10.160.0.15", "router-id=10.160.0.16")]),
]


@pytest.mark.parametrize(("router", "edits"), REACHED, ids=[f"{router}-{n}" for n, (router, _) in enumerate(REACHED)])
def test_a_router_that_some_way_still_leads_to_is_not_lost(router: str, edits: list[Edit]) -> None:
    assert cut(router, *edits) == []


def test_a_router_whose_links_are_all_taken_out_of_service_is_lost() -> None:
    after = changed(NETWORK, "link", "pop-kota--damkar", state="retired")
    assert cut("damkar", after=after) == ["nothing would lead from core-1 to it any more: pop-kota--damkar"]


def test_a_router_whose_last_port_is_shut_is_lost_although_the_inventory_knows_of_no_way_to_it() -> None:
    """It answered, so there is one: over the link that is taken out of service, here and in the inventory."""
    after = changed(NETWORK, "link", "pop-kota--damkar", state="retired")
    text = replaced(PROJECT.render("damkar").text, tuple(SHUT["damkar"]))
    drift = drift_from("damkar", intended=tuple(SHUT["damkar"]))
    found = certainly_cut(after, after, "damkar", drift, facts_of("damkar"), intended=text)
    assert found == ("nothing would lead from core-1 to it any more: pop-kota--damkar",)


def test_a_router_that_nothing_leads_to_and_nothing_is_shut_at_is_not_lost() -> None:
    after = changed(NETWORK, "link", "pop-kota--damkar", state="retired")
    text = PROJECT.render("damkar").text
    assert not certainly_cut(after, after, "damkar", drift_from("damkar"), facts_of("damkar"), intended=text)


def test_a_router_that_is_reached_out_of_band_needs_no_link() -> None:
    network = changed(NETWORK, "router", "damkar", management="192.0.2.9")
    text = replaced(PROJECT.render("damkar").text, tuple(SHUT["damkar"]))
    drift = drift_from("damkar", intended=tuple(SHUT["damkar"]))
    assert not certainly_cut(network, network, "damkar", drift, facts_of("damkar"), intended=text)


def test_a_router_that_keeps_one_of_two_links_is_not_lost() -> None:
    assert cut("bkad", after=changed(NETWORK, "link", "core-1--bkad", state="retired")) == []


def test_a_router_that_is_retired_itself_is_not_refused_for_that() -> None:
    after = changed(NETWORK, "link", "pop-kota--damkar", state="retired")
    assert cut("damkar", after=changed(after, "router", "damkar", state="retired")) == []


def test_the_router_of_the_controller_needs_no_link() -> None:
    text = PROJECT.render("core-1").text
    ospf = text[text.index("router ospf") : text.index("access-list")]
    assert cut("core-1", (ospf, "")) == []


def test_a_router_with_a_static_way_needs_no_ospf() -> None:
    drift = Drift(
        "desa-sungai-lumpur", (Difference("extra", (), running="/routing ospf instance add name=x"),), 1.0, (), ()
    )
    text = PROJECT.render("desa-sungai-lumpur").text
    assert not certainly_cut(
        NETWORK, NETWORK, "desa-sungai-lumpur", drift, facts_of("desa-sungai-lumpur"), intended=text
    )


ROUTE = "/ip route add disabled=no distance=1 dst-address=0.0.0.0/0 gateway="


def test_a_router_without_its_one_static_route_is_lost() -> None:
    text = PROJECT.render("desa-sungai-lumpur").text
    (line,) = [line for line in text.splitlines() if line.startswith(ROUTE)]
    (reason,) = cut("desa-sungai-lumpur", (f"{line}\n", ""))
    assert reason == "nothing would lead from core-1 to it any more: core-2--desa-sungai-lumpur"


def test_a_static_route_to_part_of_the_network_may_be_enough() -> None:
    assert cut("desa-sungai-lumpur", ("dst-address=0.0.0.0/0", "dst-address=10.160.0.0/12")) == []


STATIC = {
    "frr": ("interface eth0\n ip address {ours}/31\n", "ip route 0.0.0.0/0 {theirs}"),
    "cisco_ios": ("interface eth0\n ip address {ours} 255.255.255.254\n", "ip route 0.0.0.0 0.0.0.0 {theirs}"),
}


@pytest.mark.parametrize("platform", STATIC)
@pytest.mark.parametrize(("kind", "lost"), [("extra", 1), ("unmanaged", 0)])
def test_a_static_route_that_somebody_else_keeps_is_still_there(platform: str, kind: Kind, lost: int) -> None:
    link = NETWORK.link("core-2--desa-sungai-lumpur")
    end = link.end_of("desa-sungai-lumpur")
    ours, theirs = link.address_of(end).ip, link.address_of(link.other_end("desa-sungai-lumpur")).ip
    network = changed(NETWORK, "router", "desa-sungai-lumpur", platform=platform)
    intended, route = (text.format(ours=ours, theirs=theirs) for text in STATIC[platform])
    drift = Drift("desa-sungai-lumpur", (Difference(kind, (), running=route),), 1.0, (), ())
    facts = PROJECT.platforms[platform]
    found = certainly_cut(network, network, "desa-sungai-lumpur", drift, facts, intended=intended)
    assert len(found) == lost


def test_an_account_that_nobody_manages_stays() -> None:
    kept = Difference("unmanaged", (), running="set system login user jip class super-user")
    gone = Difference("extra", (), running="set system login user jip class operator")
    text = replaced(PROJECT.render("disdukcapil").text, (ACCOUNTS["disdukcapil"],))
    found = [
        certainly_cut(
            NETWORK,
            NETWORK,
            "disdukcapil",
            Drift("disdukcapil", differences, 1.0, (), ()),
            facts_of("disdukcapil"),
            intended=text,
        )
        for differences in [(gone,), (gone, kept)]
    ]
    assert found == [("our account jip would be gone",), ()]


# laws

ROUTERS = (
    "gateway-1",
    "bkad",
    "rsud-kayuagung",
    "disdag",
    "disdukcapil",
    "dinas-kominfo",
    "kec-cengal",
    "damkar",
    "core-1",
)


@given(st.sampled_from(ROUTERS), st.data())
def test_whatever_a_router_runs_the_rendered_configuration_never_cuts_it(router: str, data: st.DataObject) -> None:
    """Statements of all its neighbours in the table go: what is rendered still holds all that we need."""
    facts = facts_of(router)
    others = [r for r in ROUTERS if NETWORK.router(r).platform == NETWORK.router(router).platform]
    said = [s for r in others for s in statements(PROJECT.render(r).text, facts)]
    gone = data.draw(st.lists(st.sampled_from(said), max_size=40))
    drift = Drift(router, tuple(Difference("extra", s.path, running=s.text) for s in gone), 1.0, (), ())
    assert not certainly_cut(NETWORK, NETWORK, router, drift, facts, intended=PROJECT.render(router).text)
