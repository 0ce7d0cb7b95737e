"""What a simulated Junos router says of its state: what its configuration implies, and that nobody else is heard.

Interfaces are up unless they are disabled, and count nothing. Whom a ping reaches, and what neighbours there are, is
for who builds the network to say (`JunosRouter.reaches`, `JunosRouter.answers`). In JSON every value is a list of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING, Any

from jipkit.testing.models.sets.held import words_of
from jipkit.testing.models.sets.schema import Words

if TYPE_CHECKING:
    from jipkit.testing.devices.junos import JunosRouter

Answer = str | dict[str, Any]
_SOCKETS = ("ge-", "xe-", "et-", "fe-")
_TRAFFIC = ("input-bytes", "output-bytes", "input-packets", "output-packets")


class NotNeeded(Exception):  # noqa: N818 - it is what a device says
    """A daemon that the configuration has no use for is not running: Junos answers with an error."""


@dataclass
class _Interface:
    """A port, or a unit of it."""

    description: str = ""
    disabled: bool = False
    addresses: list[IPv4Interface] = field(default_factory=list)
    units: dict[str, _Interface] = field(default_factory=dict)

    def take(self, words: Sequence[str]) -> None:
        """Take a statement that stands in it."""
        if words[:1] == ["description"]:
            self.description = words[1]
        self.disabled |= words == ["disable"]
        if words[:3] == ["family", "inet", "address"]:
            self.addresses.append(IPv4Interface(words[3]))


def _statements(router: JunosRouter) -> Iterator[Words]:
    """Yield the words of each statement in force, without ``set``; what is deactivated is not."""
    lines = [words_of(line) or () for line in router.committed.text().splitlines()]
    gone = [words[1:] for words in lines if words[:1] == ("deactivate",)]
    for words in lines:
        if words[:1] == ("set",) and not any(words[1 : len(inactive) + 1] == inactive for inactive in gone):
            yield words[1:]


def _within(router: JunosRouter, *path: str) -> list[Words]:
    """Return what stands in a place; an empty one is there by itself."""
    return [words[len(path) :] for words in _statements(router) if words[: len(path)] == path]


def _interfaces(router: JunosRouter) -> dict[str, _Interface]:
    found: dict[str, _Interface] = {}
    for name, *rest in _within(router, "interfaces"):
        port = found.setdefault(name, _Interface())
        if rest[:1] == ["unit"]:
            port.units.setdefault(rest[1], _Interface()).take(rest[2:])
        else:
            port.take(rest)
    return found


# ------------------------------------------------------------------ in JSON


def _told(value: str | None) -> list[dict[str, Any]]:
    return [{"data": [None] if value is None else value}]


def said(text: str) -> dict[str, Any]:
    """Return what Junos makes of a text where JSON was asked for."""
    return {"output": _told(text)}


def _ports(router: JunosRouter) -> Answer:
    return {"interface-information": [{"physical-interface": [_port(*item) for item in _interfaces(router).items()]}]}


def _counted(router: JunosRouter) -> Answer:
    counts = {
        "traffic-statistics": [{key: _told("0") for key in _TRAFFIC}],
        "input-error-list": [{"input-errors": _told("0"), "input-drops": _told("0")}],
        "output-error-list": [{"output-errors": _told("0"), "output-drops": _told("0")}],
    }
    ports = [{**_port(*item), **counts} for item in _interfaces(router).items()]
    return {"interface-information": [{"physical-interface": ports}]}


def _port(name: str, port: _Interface) -> dict[str, Any]:
    state = "down" if port.disabled else "up"
    found: dict[str, Any] = {"name": _told(name), "admin-status": _told(state), "oper-status": _told(state)}
    if port.description:
        found["description"] = _told(port.description)
    if name.startswith(_SOCKETS):
        found |= {"mtu": _told("1514"), "link-mode": _told("Full-duplex"), "speed": _told("1000mbps")}
    units = [_unit(f"{name}.{number}", unit) for number, unit in port.units.items()]
    return {**found, "logical-interface": units} if units else found


def _unit(name: str, unit: _Interface) -> dict[str, Any]:
    flags = {"iff-down": _told(None)} if unit.disabled else {"iff-up": _told(None)}
    found: dict[str, Any] = {"name": _told(name), "if-config-flags": [flags]}
    if unit.description:
        found["description"] = _told(unit.description)
    if unit.addresses:
        listed = [_address(address) for address in unit.addresses]
        family = {"address-family-name": _told("inet"), "mtu": _told("1500"), "interface-address": listed}
        found["address-family"] = [family]
    return found


def _address(address: IPv4Interface) -> dict[str, Any]:
    """Return an address; the network of a host is left out."""
    local = {"ifa-local": _told(str(address.ip))}
    return local if address.network.prefixlen == 32 else {"ifa-destination": _told(str(address.network)), **local}


def _ospf(router: JunosRouter) -> Answer:
    runs = _within(router, "protocols", "ospf")
    return {"ospf-neighbor-information": [{}]} if runs else "OSPF instance is not running"


def _bgp(router: JunosRouter) -> Answer:
    lines = _within(router, "protocols", "bgp")
    if not lines:
        return "BGP is not running"
    numbers = {words[1]: words[3] for words in lines if words[:1] == ("group",) and words[2:3] == ("peer-as",)}
    named = [(words[1], words[3]) for words in lines if words[:1] == ("group",) and words[2:3] == ("neighbor",)]
    peers = [
        {"peer-address": _told(address), "peer-as": _told(numbers.get(group, "0")), "peer-state": _told("Active")}
        for group, address in dict.fromkeys(named)
    ]
    count = _told(str(len(peers)))
    return {"bgp-information": [{"peer-count": count, "down-peer-count": count, "bgp-peer": peers}]}


def _lldp(router: JunosRouter) -> Answer:
    if not _within(router, "protocols", "lldp"):
        raise NotNeeded("lldp subsystem not running - not needed by configuration")
    return {"lldp-neighbors-information": [{}]}


def _arp(_: JunosRouter) -> Answer:
    return {"arp-table-information": [{"arp-entry-count": _told("0")}]}


def _optics(_: JunosRouter) -> Answer:
    return {"interface-information": [{}]}


# ------------------------------------------------------------------ in text


def _log(router: JunosRouter) -> Answer:
    return f"Nov 24 09:20:31  {router.hostname} mgd[20112]: UI_COMMIT: User 'jip' requested 'commit' operation\n"


def _ping(router: JunosRouter, address: str, count: str) -> Answer:
    """Return what a rapid ping prints: one mark a probe."""
    sent = int(count)
    back = sent if router.reaches(address) else 0
    times = "round-trip min/avg/max/stddev = 0.612/0.801/1.102/0.214 ms\n" if back else ""
    return (
        f"PING {address} ({address}): 56 data bytes\n{('!' if back else '.') * sent}\n"
        f"--- {address} ping statistics ---\n"
        f"{sent} packets transmitted, {back} packets received, {0 if back else 100}% packet loss\n{times}"
    )


STATE: dict[str, Callable[..., Answer]] = {
    r"show interfaces": _ports,
    r"show interfaces extensive": _counted,
    r"show ospf neighbor": _ospf,
    r"show bgp summary": _bgp,
    r"show lldp neighbors": _lldp,
    r"show arp no-resolve": _arp,
    r"show interfaces diagnostics optics": _optics,
    r"show log messages": _log,
    r"ping (\d+\.\d+\.\d+\.\d+) source \S+ count (\d+) rapid wait \d+": _ping,
}
"""The commands about its state, without what stands after a pipe, and what is answered."""
