"""What FRRouting is told is what FRR 8.4.4 reads back, in its order."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from jipkit.model import Network
from jipkit.project import Project
from jipkit.redaction import fill, names_in, redact
from jipkit.rendering import Rendered
from jipkit.testing.networks import changed, small_network
from jipkit.twin import twin_of
from jipkit.view_parts import natural
from jipkit.views import router_view

CHECKOUT = Path(__file__).parents[2]
NETWORK = small_network()


@cache
def project() -> Project:
    return Project(CHECKOUT)


@cache
def example() -> Network:
    district = project().district
    return twin_of(district, list(district.routers))


def rendered(router: str, network: Network = NETWORK) -> Rendered:
    return project().render(router, network)


def block(head: str, router: str, network: Network = NETWORK) -> list[str]:
    lines = rendered(router, network).lines
    start = lines.index(head) + 1
    end = next((i for i in range(start, len(lines)) if not lines[i].startswith(" ")), len(lines))
    return [line.strip() for line in lines[start:end]]


@pytest.fixture(scope="module")
def everything() -> dict[str, list[str]]:
    return {key: rendered(key, example()).lines for key in example().routers}


def test_every_router_of_the_example_renders_as_frr(everything: dict[str, list[str]]) -> None:
    assert len(everything) > 110
    assert [key for key, lines in everything.items() if "router ospf" not in lines and "desa" not in key] == []


def test_the_lines_of_an_interface_are_sorted_as_text(everything: dict[str, list[str]]) -> None:
    unsorted = []
    for key, lines in everything.items():
        head, body = "", list[str]()
        for line in [*lines, "end"]:
            if line.startswith(" "):
                body.append(line)
                continue
            if body and head.startswith("interface") and body != sorted(body):
                unsorted.append((key, head))
            body, head = [], line
    assert unsorted == []


def test_interfaces_are_sorted_by_name(everything: dict[str, list[str]]) -> None:
    def names(lines: list[str]) -> list[str]:
        return [line.split()[1] for line in lines if line.startswith("interface ")]

    assert [key for key, lines in everything.items() if names(lines) != sorted(names(lines), key=natural)] == []


@pytest.mark.parametrize(
    "vanishing",
    [
        "banner",
        "key chain",
        "domainname",
        "passive-interface",
        "service password-encryption",
        "exec-timeout",
        "exit",
        "!",
    ],
)
def test_what_frr_swallows_or_says_otherwise_is_not_written(vanishing: str, everything: dict[str, list[str]]) -> None:
    assert [key for key, lines in everything.items() if any(x.strip().startswith(vanishing) for x in lines)] == []


def test_no_block_says_the_same_twice(everything: dict[str, list[str]]) -> None:
    doubled = []
    for key, lines in everything.items():
        seen: set[tuple[str, str]] = set()
        head = ""
        for line in lines:
            head = head if line.startswith(" ") else line
            if (head, line) in seen:
                doubled.append((key, line))
            seen.add((head, line))
    assert doubled == []


def test_an_uplink_is_authenticated_and_fast_to_notice() -> None:
    assert block("interface eth1", "core-1") == [
        "description core-1--pop-1 to pop-1 eth0",
        "ip address 10.161.0.2/31",
        "ip ospf area 0.0.0.0",
        "ip ospf authentication message-digest",
        "ip ospf cost 10",
        "ip ospf dead-interval 8",
        "ip ospf hello-interval 2",
        "ip ospf message-digest-key 1 md5 <secret:ospf/core-1--pop-1/1>",
        "ip ospf network point-to-point",
        "ip ospf retransmit-interval 1",
    ]


def test_the_hello_interval_that_frr_takes_for_granted_is_not_written() -> None:
    ospf = NETWORK.standards.ospf.model_copy(update={"hello_s": 10, "dead_s": 40})
    network = NETWORK.replace(standards=NETWORK.standards.model_copy(update={"ospf": ospf}))
    lines = block("interface eth1", "core-1", network)
    assert "ip ospf dead-interval 40" in lines
    assert [line for line in lines if "hello-interval" in line] == []


def test_a_leased_line_says_what_to_tell_its_provider() -> None:
    assert block("interface eth1", "core-2")[0] == (
        "description core-2--kec-rawa to kec-rawa ether2, circuit ISPA-0042, ISP A (rekaan)"
    )


@pytest.mark.parametrize("name", ["eth3", "eth4", "eth5"], ids=["retired", "planned", "unused"])
def test_what_is_not_in_service_is_described_and_shut(name: str) -> None:
    lines = block(f"interface {name}", "pop-1")
    assert lines[0].startswith("description ")
    assert lines[1:] == ["shutdown"]


def test_a_session_lets_nothing_through_that_is_not_listed() -> None:
    assert block("router bgp 64496", "core-1") == [
        "bgp router-id 10.160.0.1",
        "bgp log-neighbor-changes",
        "neighbor 198.51.100.2 remote-as 64500",
        "neighbor 198.51.100.2 description core-1--isp-a to isp-a, circuit ISPA-0001",
        "neighbor 198.51.100.2 password <secret:bgp/core-1--isp-a/1>",
        "address-family ipv4 unicast",
        "network 203.0.113.0/24",
        "neighbor 198.51.100.2 maximum-prefix 100",
        "neighbor 198.51.100.2 prefix-list core-1--isp-a-in in",
        "neighbor 198.51.100.2 prefix-list core-1--isp-a-out out",
        "neighbor 198.51.100.2 route-map core-1--isp-a-in in",
        "neighbor 198.51.100.2 route-map core-1--isp-a-out out",
    ]


def test_the_near_end_of_a_static_link_tells_ospf_what_is_behind_it_and_nothing_else() -> None:
    lines = rendered("pop-1").lines
    assert " redistribute static route-map static-to-ospf" in lines
    assert [line for line in lines if line.startswith("ip prefix-list static-to-ospf")] == [
        "ip prefix-list static-to-ospf seq 5 permit 10.160.0.6/32",
        "ip prefix-list static-to-ospf seq 10 permit 10.162.3.0/27",
    ]


def test_a_new_key_gets_a_new_number_and_a_new_secret() -> None:
    network = changed(NETWORK, "link", "core-1--pop-1", key_id=2)
    assert "ip ospf message-digest-key 2 md5 <secret:ospf/core-1--pop-1/2>" in block(
        "interface eth1", "core-1", network
    )


def test_a_bootstrap_reaches_the_router_and_holds_no_secret() -> None:
    twin = twin_of(NETWORK, list(NETWORK.routers))
    facts = project().platforms["frr"]
    text = project().renderer.render(router_view(twin, "pkm-baru", facts), facts, facts.bootstrap)
    assert names_in(text.text) == ()
    assert text.lines == [
        "frr defaults traditional",
        "hostname pkm-baru",
        "agentx",
        "no ipv6 forwarding",
        "ip route 0.0.0.0/0 10.161.0.18",
        "interface ether1",
        " description pop-1--pkm-baru to pop-1",
        " ip address 10.161.0.19/31",
    ]


def test_no_secret_that_we_put_on_a_router_is_shown_when_it_is_read_back() -> None:
    text = rendered("core-1").text
    values = {name: f"Rahasia{number}x" for number, name in enumerate(names_in(text))}
    assert len(values) > 1
    shown = redact(fill(text, values.__getitem__), project().facts(NETWORK.router("core-1")))
    assert [name for name, value in values.items() if value in shown] == []


@pytest.mark.parametrize(
    "line",
    [
        " ipv6 ospf6 authentication key-id 1 hash-algo hmac-sha-256 key S3kali",
        "  tcp-md5-auth S3kali",
        " ip rip authentication string dua S3kali",
        " isis password clear S3kali",
        " neighbor 10.0.0.1 password S3kali",
        "  key-string S3kali",
    ],
)
def test_every_kind_of_secret_that_frr_can_hold_is_hidden(line: str) -> None:
    assert "S3kali" not in redact(line, project().facts(NETWORK.router("core-1")))
