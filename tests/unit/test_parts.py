"""Which differences of a router go together, and what is told to it to make only some of them good."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import pytest

from jipkit.drift import Difference, Drift, compare
from jipkit.errors import SecretError
from jipkit.model import Network
from jipkit.parts import Part, Repair, divide, partly
from jipkit.platforms import PlatformFacts
from jipkit.rendering import Origin, Rendered
from jipkit.rollout.impact import Disturbance, disturbed
from jipkit.testing.networks import small_network
from tests.unit.edits import NETWORK, PROJECT

NETWORKS: Mapping[str, Network] = {"small": small_network(), "district": NETWORK}
KEY = re.compile(r"<secret:ospf/([^>]+)/1>")
FRR, IOS = PROJECT.platforms["frr"], PROJECT.platforms["cisco_ios"]


def secret(name: str) -> str:
    return f"value-of-{name}"


@cache
def intended_of(place: str, router: str) -> Rendered:
    return PROJECT.render(router, NETWORKS[place])


def facts_of(place: str, router: str) -> PlatformFacts:
    return PROJECT.facts(NETWORKS[place].router(router))


def before_the_roll(place: str, router: str) -> str:
    """Return what a router runs each of whose OSPF keys is another one than intended."""
    text = KEY.sub("Kunci-Lama7", intended_of(place, router).text)
    last = facts_of(place, router).last_line
    return f"{text}{last}\n" if last in ("end", "return") else text


@cache
def rolled(place: str, router: str) -> tuple[Drift, tuple[Part, ...]]:
    facts = facts_of(place, router)
    drift = compare(intended_of(place, router), before_the_roll(place, router), facts, resolve=secret)
    return drift, divide(drift, NETWORKS[place], router, facts)


def stepped(place: str, router: str, link: str) -> Repair:
    part = next(part for part in rolled(place, router)[1] if part.links == {link})
    running, facts = before_the_roll(place, router), facts_of(place, router)
    return partly(intended_of(place, router), running, facts, part.differences, secret)


# a key roll of the whole network

ROUTERS = [(place, router) for place, network in NETWORKS.items() for router in network.routers]
LINKS = [
    (place, link.key)
    for place, network in NETWORKS.items()
    for link in network.links.values()
    if all(end.router and f"<secret:ospf/{link.key}/1>" in intended_of(place, end.router).text for end in link.ends)
]


@pytest.mark.parametrize(("place", "router"), ROUTERS)
def test_new_keys_of_all_links_are_a_part_for_each_link(place: str, router: str) -> None:
    keys = {frozenset({link}) for link in KEY.findall(intended_of(place, router).text)}
    assert {part.links for part in rolled(place, router)[1]} == keys


@pytest.mark.parametrize(("place", "link"), LINKS)
def test_the_parts_of_a_link_tie_its_two_ends_and_nobody_else(place: str, link: str) -> None:
    network = NETWORKS[place]
    ends = [end.router or "" for end in network.links[link].ends]
    assert [disturbance(place, end, link).agreed for end in ends] == [{link}] * 2


def disturbance(place: str, router: str, link: str) -> Disturbance:
    drift, parts = rolled(place, router)
    part = next(part for part in parts if part.links == {link})
    return disturbed(part.of(drift), NETWORKS[place], router, facts_of(place, router))


TOLD = [
    (
        "small",
        "dinas-sehat",
        "core-1--dinas-sehat",
        (
            "interface GigabitEthernet0/0",
            " no ip ospf message-digest-key 1",
            "exit",
            "interface GigabitEthernet0/0",
            " ip ospf message-digest-key 1 md5 <secret:ospf/core-1--dinas-sehat/1>",
            "exit",
        ),
    ),
    (
        "small",
        "kec-rawa",
        "core-2--kec-rawa",
        (
            (
                '/routing ospf interface-template set [ find where area="backbone" comment="core-2--kec-rawa" ] '
                'auth-key="<secret:ospf/core-2--kec-rawa/1>"'
            ),
        ),
    ),
    (
        "district",
        "disdag",
        "pop-kota--disdag",
        (
            "interface GigabitEthernet0/0/8",
            " ospf authentication-mode md5 1 cipher <secret:ospf/pop-kota--disdag/1>",
            "quit",
        ),
    ),
    (
        "district",
        "disdukcapil",
        "core-1--disdukcapil",
        (
            (
                "set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 authentication md5 1 key "
                '"<secret:ospf/core-1--disdukcapil/1>"'
            ),
        ),
    ),
    (
        "district",
        "dinas-kominfo",
        "core-1--dinas-kominfo",
        (
            (
                "set protocols ospf interface eth0 authentication md5 key-id 1 md5-key "
                "'<secret:ospf/core-1--dinas-kominfo/1>'"
            ),
        ),
    ),
]


@pytest.mark.parametrize(("place", "router", "link", "commands"), TOLD)
def test_a_part_is_told_by_the_statements_of_its_link(
    place: str, router: str, link: str, commands: tuple[str, ...]
) -> None:
    assert stepped(place, router, link).commands == commands


def test_a_whole_text_has_the_new_key_of_one_link_and_the_old_ones_of_the_others() -> None:
    text = stepped("small", "pop-1", "core-1--pop-1").text or ""
    assert re.findall("md5 .*", text) == ["md5 <secret:ospf/core-1--pop-1/1>", "md5 Kunci-Lama7"]


def test_the_old_key_is_seen_by_nobody() -> None:
    assert "Kunci-Lama7" not in repr(stepped("small", "pop-1", "core-1--pop-1"))


def test_what_is_left_is_what_the_other_parts_make_good() -> None:
    left = stepped("small", "pop-1", "core-1--pop-1").left
    assert left == rolled("small", "pop-1")[1][1].differences


# by hand


def rendered(*lines: str, platform: str = "frr") -> Rendered:
    origins = tuple(Origin("toy.j2", number) for number, _ in enumerate(lines, 1))
    return Rendered("pop-1", platform, "".join(f"{line}\n" for line in lines), origins)


def parts_between(intended: Rendered, running: str, facts: PlatformFacts = FRR) -> tuple[Part, ...]:
    drift = compare(intended, running, facts, resolve=secret)
    return divide(drift, NETWORKS["small"], "pop-1", facts)


HEAD = ("hostname pop-1", "interface eth0", " ip address 10.161.0.3/31", " ip ospf hello-interval 2")


def test_what_is_of_no_link_is_the_rest() -> None:
    found = parts_between(
        rendered(*HEAD, "ip forwarding"), "hostname pop-1\ninterface eth0\n ip address 10.161.0.3/31\n"
    )
    assert [(sorted(part.links), [d.intended for d in part.differences]) for part in found] == [
        (["core-1--pop-1"], ["ip ospf hello-interval 2"]),
        ([], ["ip forwarding"]),
    ]


def test_a_block_that_comes_brings_all_that_stands_in_it() -> None:
    (part,) = parts_between(rendered(*HEAD, " description jalur inti"), "hostname pop-1\n")
    assert (len(part.differences), sorted(part.why)) == (4, ["block"])


def test_a_network_that_goes_from_one_link_to_another_ties_both() -> None:
    moved = "hostname pop-1\ninterface eth0\n ip ospf hello-interval 2\ninterface eth1\n ip address 10.161.0.3/31\n"
    (part,) = parts_between(rendered(*HEAD), moved)
    assert part.links == {"core-1--pop-1", "pop-1--kec-rawa"}


def test_what_all_neighbours_have_to_agree_on_ties_all_links() -> None:
    (part,) = parts_between(
        rendered(*HEAD, "router ospf", " area 0.0.0.1 stub"),
        "\n".join((*HEAD, "router ospf", " ospf router-id 1.1.1.1")),
    )[:1]
    assert (len(part.links), sorted(part.why)) == (4, ["statement"])


def test_a_list_whose_order_is_meaning_stays_whole() -> None:
    lines = (
        "hostname pop-1",
        "interface GigabitEthernet0/0",
        " ip access-group luar in",
        "ip access-list extended luar",
    )
    drift = compare(
        rendered(*lines, " 10 permit icmp any any", " 20 deny ip any any", platform="cisco_ios"),
        "\n".join((*lines, " 10 permit ip any any", " 30 deny icmp any any", "end", "")),
        IOS,
    )
    assert [len(part.differences) for part in divide(drift, NETWORKS["small"], "pop-1", IOS)] == [3]


def test_what_nobody_manages_stays_in_the_whole_text() -> None:
    running = "hostname pop-1\ninterface eth0\n ip address 10.161.0.3/31\nbfd\n peer 192.0.2.9\n"
    chosen = [d for d in compare(rendered(*HEAD), running, FRR).differences if d.kind == "missing"]
    assert partly(rendered(*HEAD), running, FRR, chosen).text == (
        "hostname pop-1\ninterface eth0\n ip address 10.161.0.3/31\n ip ospf hello-interval 2\nbfd\n peer 192.0.2.9\n"
    )


def test_a_secret_in_doubt_stays_as_the_router_has_it() -> None:
    key = " ip ospf message-digest-key 1 md5"
    running = "\n".join((*HEAD[:3], f"{key} Rahasia-9", ""))
    intended = rendered(*HEAD, f"{key} <secret:ospf/core-1--pop-1/1>")
    chosen = [d for d in compare(intended, running, FRR).differences if d.kind == "missing"]
    assert f"{key} Rahasia-9\n" in (partly(intended, running, FRR, chosen).text or "")


def test_the_name_of_another_secret_in_a_running_text_is_no_way_to_get_it() -> None:
    running = "\n".join((*HEAD[:2], " description <secret:login/jip>", *HEAD[2:3], ""))
    intended = rendered(*HEAD[:2], " description x", *HEAD[2:])
    chosen = [d for d in compare(intended, running, FRR).differences if d.kind == "missing"]
    with pytest.raises(SecretError, match="asks for secret login/jip"):
        partly(intended, running, FRR, chosen)


def test_half_of_what_belongs_together_is_refused() -> None:
    lines = ("hostname pop-1", "router bgp 64496", " neighbor 198.51.100.2 remote-as 64500")
    running = "\n".join((*lines, " neighbor 198.51.100.2 description jauh", ""))
    (head, _) = compare(rendered(*lines[:2]), running, FRR).differences
    with pytest.raises(ValueError, match="belong together"):
        partly(rendered(*lines[:2]), running, FRR, [head])


def test_what_is_no_difference_any_more_is_refused() -> None:
    gone = Difference("missing", ("interface eth0",), intended="ip ospf cost 10")
    with pytest.raises(ValueError, match="none any more"):
        partly(rendered(*HEAD), "\n".join(HEAD), FRR, [gone])
