"""A grammar check of a sort: which words may begin a line of FRR where, and a value that is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

_TOP = (
    "access-list agentx allow-external-route-update banner bfd bgp debug domainname enable fpm frr hostname interface "
    "ip ipv6 key line log mpls nexthop-group password route-map router service username vni vrf zebra"
)
_WORDS: Mapping[str, frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        "": _TOP,
        "interface": "bandwidth description evpn ip ipv6 link-params mpls multicast ptm-enable shutdown zebra",
        "router": (
            "address-family aggregate-address area auto-cost bgp capability coalesce-time compatible default "
            "default-information default-metric distance distribute-list graceful-restart log-adjacency-changes "
            "max-metric maximum-paths neighbor network ospf passive-interface read-quanta redistribute refresh "
            "router-id table-map timers update-delay write-multiplier write-quanta"
        ),
        "address-family": "aggregate-address distance maximum-paths neighbor network redistribute table-map",
        "route-map": "call continue description match on-match set",
        "line": "access-class exec-timeout ipv6 login",
        "bfd": "peer profile",
        "peer": "detect-multiplier echo echo-interval label minimum-ttl passive-mode profile receive-interval shutdown",
    }.items()
}
_OPENERS: Mapping[str, tuple[str, ...]] = {
    "": ("interface", "router", "route-map", "line", "bfd"),
    "router": ("address-family",),
    "bfd": ("peer",),
}
_AFTER_IP: Mapping[str, frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        "": (
            "access-list as-path community-list extcommunity-list forwarding import-table large-community-list mroute "
            "multicast nht prefix-list protocol route router-id"
        ),
        "interface": "address igmp mroute nd nhrp ospf ospf6 pim rip ripng router split-horizon",
    }.items()
}
_EXIT = ["exit"]
_ROUTERS = ("bgp", "ospf", "ospf6", "rip", "ripng", "isis", "eigrp", "babel", "openfabric")


def complaint(text: str) -> str | None:
    """Return what ``vtysh -C`` says of a text that it cannot read, None when there is nothing to say."""
    for said in _read(text):
        if not _known(said.positive, said.kind) or not _sound(said.positive, said.kind):
            return f"line {said.number}: % Unknown command[{len(said.line.split())}]: {said.line}"
    return None


def closed(text: str) -> str:
    """Return ``text`` as FRR reads it: each statement indented by where it stands, each block with its ``exit``."""
    lines = []
    depth = 0
    for said in _read(text):
        lines += [f"{' ' * level}exit" for level in range(depth - 1, said.depth - 1, -1)]
        if said.positive != _EXIT:
            lines.append(" " * said.depth + said.line.strip())
        depth = said.depth + said.opens
    lines += [f"{' ' * level}exit" for level in range(depth - 1, -1, -1)]
    return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class _Said:
    """A line, the kind of block it stands in, how deep that is, and whether it opens another one."""

    number: int
    line: str
    positive: list[str]
    kind: str
    depth: int
    opens: bool = False


def _read(text: str) -> Iterator[_Said]:
    stack = [""]
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith(("!", "#")) or words == ["end"]:
            continue
        if words[0].startswith("exit"):
            stack = stack[:-1] or [""]
            yield _Said(number, line, _EXIT, "", len(stack) - 1)
            continue
        positive = words[1:] if words[0] == "no" else words
        # a line that the block does not know is one of the block around it
        while len(stack) > 1 and not _known(positive, stack[-1]):
            stack.pop()
        opens = words[0] != "no" and words[0] in _OPENERS.get(stack[-1], ())
        yield _Said(number, line, positive, stack[-1], len(stack) - 1, opens)
        if opens:
            stack.append(words[0])


def _known(words: list[str], kind: str) -> bool:
    if words == _EXIT:
        return True
    if kind in _AFTER_IP and words[:1] in (["ip"], ["ipv6"]):
        return len(words) > 1 and words[1] in _AFTER_IP[kind]
    return bool(words) and words[0] in _WORDS[kind]


def _sound(words: list[str], kind: str) -> bool:
    """Return whether the values of the statements that matter most are values at all."""
    return _sound_on_port(words) if kind == "interface" else kind != "" or _sound_on_top(words)


def _sound_on_port(words: list[str]) -> bool:
    match words:
        case ["ip", "address", address, *_]:
            return "/" in address and _is(IPv4Interface, address)
        case ["ip", "ospf", "cost" | "hello-interval" | "dead-interval", number]:
            return number.isdigit()
        case ["ip", "ospf", "area", area]:
            return area.isdigit() or _is(IPv4Address, area)
        case ["ip", "ospf", "message-digest-key", number, *rest]:
            return number.isdigit() and (not rest or (rest[0] == "md5" and len(rest) == 2))
        case _:
            return True


def _sound_on_top(words: list[str]) -> bool:
    match words:
        case ["ip", "route", prefix, _, *_]:
            return "/" in prefix and _is(IPv4Network, prefix)
        case ["ip", "route", *_] | ["interface"] | ["hostname"]:
            return False
        case ["router", *rest]:
            return rest[:1] != [] and rest[0] in _ROUTERS
        case _:
            return True


def _is(kind: type[IPv4Address | IPv4Network], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True
