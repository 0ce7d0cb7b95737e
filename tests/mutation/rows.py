"""RouterOS: `/export terse`, or the plain export, with or without `show-sensitive`.

Export prints what is not the default. Rows of most menus have a name or an address of their own; firewall rules and
routing filters have none, and are an order within their chain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from tests.mutation.device import HIDDEN, Device, Style, secret
from tests.mutation.parts import PLACEHOLDER, Node, varied

Properties = dict[str, str | None]

_COMMAND = re.compile(r"(/[a-z0-9 -]+?) (add|set)(?: |$)")
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^\s"\[])+')
_BARE = re.compile(r"[A-Za-z0-9_.:/,+@!*<>-]+")

ORDERED = ("/ip firewall filter", "/ip firewall nat", "/ip firewall mangle", "/routing filter", "/routing filter rule")

NAMES: Mapping[str, tuple[str, ...]] = {
    "/interface bridge": ("name",),
    "/interface bridge port": ("interface",),
    "/interface bridge vlan": ("bridge", "vlan-ids"),
    "/interface vlan": ("name",),
    "/interface list": ("name",),
    "/interface list member": ("interface", "list"),
    "/interface wireguard": ("name",),
    "/interface wireguard peers": ("interface", "allowed-address"),
    "/ip address": ("address", "interface"),
    "/ip route": ("dst-address", "gateway"),
    "/ip firewall address-list": ("list", "address"),
    "/routing ospf instance": ("name",),
    "/routing ospf area": ("name",),
    "/routing ospf interface-template": ("area", "interfaces", "networks"),
    "/routing ospf interface": ("interface",),
    "/routing ospf network": ("network", "area"),
    "/routing bgp connection": ("name",),
    "/routing bgp peer": ("name",),
    "/routing bgp network": ("network",),
    "/radius": ("address", "service"),
    "/system logging": ("topics", "action"),
    "/system ntp client servers": ("address",),
}
"""What tells the rows of a menu apart."""

SILENT: Mapping[str, Mapping[str, str]] = {
    "": {"disabled": "no"},
    "/ip settings": {"accept-redirects": "no"},
    "/system note": {"show-at-login": "yes"},
    "/interface wireguard": {"mtu": "1420"},
    "/ip route": {"distance": "1"},
    "/routing ospf area": {"area-id": "0.0.0.0"},  # noqa: S104 - the backbone
    "/routing ospf interface-template": {
        "cost": "1",
        "retransmit-interval": "5s",
        "hello-interval": "10s",
        "dead-interval": "40s",
    },
    "/routing ospf interface": {
        "authentication-key-id": "1",
        "cost": "10",
        "retransmit-interval": "5s",
        "hello-interval": "10s",
        "dead-interval": "40s",
    },
}
"""What says nothing, by menu: the default, of any version."""

LISTS = ("connection-state", "untagged", "tagged", "topics", "redistribute")


class Row(NamedTuple):
    menu: str
    verb: str
    which: str
    properties: Properties

    def text(self, names: Sequence[str] | None = None) -> str:
        said = [n if v is None else f"{n}={v}" for n, v in self.properties.items() if names is None or n in names]
        return " ".join([word for word in (self.menu, self.verb, self.which) if word] + said)


def row_of(raw: str) -> Row:
    """Return a command as a row; a dotted name that has no family of its own belongs to the one before."""
    found = _COMMAND.match(raw)
    if found is None:
        raise ValueError(f"no command: {raw}")
    words = _WORD.findall(raw[found.end() :])
    which = words.pop(0) if found[2] == "set" and words and (words[0][0] == "[" or "=" not in words[0]) else ""
    properties: Properties = {}
    for word in words:
        name, equals, value = word.partition("=")
        properties[name] = value if equals else None
    return Row(found[1], found[2], which, properties)


@dataclass(frozen=True, kw_only=True)
class Rows(Device):
    """A RouterOS router; ``sensitive``: its export shows secrets."""

    sensitive: bool = False
    kept: tuple[str, ...] = ("/system identity",)
    """Menus whose rows are never touched."""

    def nodes(self, text: str, chance: Random) -> list[Node]:
        return [self.node(line, None, chance) for line in text.splitlines()]

    def printed(self, line: str, chance: Random, known=secret) -> tuple[str, str, bool]:  # type: ignore[no-untyped-def]  # noqa: ANN001, ARG002
        row = row_of(line)
        printed, shown, veiled = Properties(), Properties(), False
        for name, value in row.properties.items():
            if not value or "<secret:" not in value:
                printed[name] = shown[name] = value
            elif self.sensitive or name == "public-key":
                printed[name] = PLACEHOLDER.sub(lambda found: known(found[1]), value)
                shown[name] = HIDDEN
            else:
                veiled = True
        return row._replace(properties=printed).text(), self.label(row._replace(properties=shown).text()), veiled

    def label(self, raw: str) -> str:
        row = row_of(raw)
        silent = {**SILENT[""], **SILENT.get(row.menu, {})}
        said = {n: self._value(n, v) for n, v in sorted(row.properties.items()) if v is None or silent.get(n) != v}
        return row._replace(properties=said).text()

    @staticmethod
    def _value(name: str, value: str | None) -> str | None:
        if value is None:
            return None
        inner = value.strip('"')
        if name in LISTS:
            inner = ",".join(sorted(inner.split(",")))
        return inner if _BARE.fullmatch(inner) else f'"{inner}"'

    def stays(self, node: Node) -> bool:
        return node.text.startswith(self.kept)

    # ------------------------------------------------------------- other values
    def other_value(self, node: Node, chance: Random) -> tuple[str, bool | None] | None:
        row = row_of(node.raw)
        names = [name for name in row.properties if not self._keeps(node, name)]
        if not names or self.stays(node):
            return None
        name = chance.choice(names)
        value, said = row.properties[name], dict(row.properties)
        if value in ("yes", "no", None):
            del said[name]
            if len(said) == len(SILENT.get(row.menu, {}).keys() & said.keys()):
                return None
        else:
            said[name] = varied(value or "", chance)
        return row._replace(properties=said).text(), self._same(row, name)

    def _keeps(self, node: Node, name: str) -> bool:
        """Return whether a property is not to be changed: a chain, a secret, or what would say nothing."""
        wanted = row_of(node.wanted or node.raw).properties
        return name in ("chain", "disabled") or name not in wanted or "<secret" in (wanted[name] or "")

    @staticmethod
    def _same(row: Row, name: str) -> bool | None:
        """Return whether a row with another value is the same by its name or comment; None: only by its looks."""
        if row.verb == "set":
            return True
        keyed = NAMES.get(row.menu)
        if keyed is None:
            return True if "comment" in row.properties and name != "comment" else None
        return name not in keyed or "comment" in row.properties

    def other_name(self, node: Node, chance: Random) -> tuple[str, bool | None] | None:
        row = row_of(node.raw)
        name = row.properties.get("name")
        if row.verb != "add" or not name:
            return None
        return row._replace(properties={**row.properties, "name": varied(name, chance)}).text(), self._same(row, "name")

    def renames(self, node: Node, raw: str) -> bool:
        before, after = row_of(node.raw), row_of(raw)
        names = NAMES.get(before.menu, ())
        return any(before.properties.get(name) != after.properties.get(name) for name in names)

    def shown(self, node: Node, raw: str) -> str:
        wanted, row = row_of(node.wanted or raw), row_of(raw)
        secrets = {name: value for name, value in wanted.properties.items() if "<secret:" in (value or "")}
        return self._printed_in(row._replace(properties={**row.properties, **secrets}))

    def masked(self, node: Node, raw: str) -> str:
        wanted, row = row_of(node.wanted or raw), row_of(raw)
        secrets = {n: HIDDEN for n in row.properties if "<secret:" in (wanted.properties.get(n) or "")}
        return self._printed_in(row._replace(properties={**row.properties, **secrets}))

    def _printed_in(self, row: Row) -> str:
        """Return a row as its version shows it: v6 says nothing of where a default route goes to."""
        said = dict(row.properties)
        if (
            self.version
            and self.version[0] == "6"
            and row.menu == "/ip route"
            and said.get("dst-address") == "0.0.0.0/0"
        ):
            del said["dst-address"]
        return self.label(row._replace(properties=said).text())

    def looks(self, node: Node) -> object:
        row = row_of(node.raw)
        if row.menu in NAMES or row.verb == "set":
            comment = row.properties.get("comment")
            return (row.menu, comment) if comment else None
        return row.menu, row.properties.get("chain")

    def lists(self, nodes: Sequence[Node]) -> Iterator[list[list[Node]]]:
        chains: dict[object, list[list[Node]]] = {}
        for node in nodes:
            row = row_of(node.raw)
            if row.menu in ORDERED:
                chains.setdefault((row.menu, row.properties.get("chain")), []).append([node])
        yield from chains.values()

    # ------------------------------------------------------------- writing
    def written(self, nodes: Sequence[Node], style: Style, chance: Random) -> str:
        lines = self._heading(chance) if style.separators else [f"# by RouterOS {self.version}"]
        menu = ""
        for node in nodes:
            if style.comments and chance.random() < 0.1:
                lines.append(chance.choice(("# ether3 not ready", "# Interface not active", "# inactive time")))
            raw = self._spelled(node.raw, chance) if style.shuffled else node.raw
            if style.shuffled:
                here = row_of(raw).menu
                if here != menu:
                    lines.append(here)
                    menu = here
                raw = self._folded(raw[len(here) + 1 :], chance)
            lines.append(raw)
            if style.blank and chance.random() < 0.1:
                lines.append("")
        if style.session:
            lines = ["[jip@router] > /export terse", *lines, "[jip@router] >"]
        if style.trailing:
            lines = [f"{line} " if line and "\\\n" not in line and chance.random() < 0.3 else line for line in lines]
        text = "\n".join([*lines, ""])
        return text.replace("\n", "\r\n") if style.crlf else text

    def _heading(self, chance: Random) -> list[str]:
        time = chance.choice(("2026-03-19 07:38:01", "jan/02/1970 01:05:15", "aug/13/2022 21:34:26"))
        return [f"# {time} by RouterOS {self.version}", "# software id = SF1Q-LGYJ", "#", "# model = RB750Gr3"]

    @staticmethod
    def _spelled(raw: str, chance: Random) -> str:
        """Return a row with its lists in another order."""
        row = row_of(raw)
        said = dict(row.properties)
        for name in LISTS:
            if value := said.get(name):
                members = value.split(",")
                chance.shuffle(members)
                said[name] = ",".join(members)
        return row._replace(properties=said).text()

    @staticmethod
    def _folded(raw: str, chance: Random) -> str:
        """Return a long row in several lines, as the plain export prints it."""
        parts = []
        while len(raw) > 70:
            end = chance.randint(40, 66)
            while end > 1 and (raw[end] == " " or raw[end - 1] == "\\"):
                end -= 1
            parts.append(raw[:end] + "\\")
            raw = raw[end:]
        return "\n    ".join([*parts, raw])


_ADDED = (
    "/ip address add address=192.0.2.1/24 interface=ether1 network=192.0.2.0",
    "/ip firewall filter add action=accept chain=input comment=stray src-address=192.0.2.0/24",
    "/ip firewall filter add action=accept chain=forward comment=stray src-address=192.0.2.0/24",
    "/ip firewall nat add action=masquerade chain=srcnat out-interface=ether1",
    "/ip firewall address-list add address=192.0.2.0/24 list=management",
    "/ip route add dst-address=192.0.2.0/24 gateway=10.161.0.250",
    "/interface bridge add name=stray",
    "/interface list add name=stray",
    "/interface vlan add interface=ether1 name=stray vlan-id=777",
    "/system logging add action=echo topics=debug",
    "/ip dns static add address=192.0.2.7 name=stray.example",
    "/snmp community add addresses=0.0.0.0/0 name=stray security=private",
    "/radius add address=192.0.2.13 secret=<secret:stray/radius> service=ppp",
)
_STRAY = (
    "/ip pool add name=stray ranges=192.0.2.10-192.0.2.20",
    "/ip dhcp-server add address-pool=stray interface=ether5 name=stray",
    "/queue simple add max-limit=10M/10M name=stray target=192.0.2.0/24",
    "/user add group=full name=night",
    '/system scheduler add interval=1d name=stray on-event="/log info night"',
)

ROUTEROS_7 = Rows(platform="mikrotik_routeros", version="7.16.2", one=(), added=_ADDED, stray=_STRAY)
ROUTEROS_7_SENSITIVE = replace(ROUTEROS_7, sensitive=True)
ROUTEROS_6 = replace(ROUTEROS_7, version="6.49.17", sensitive=True)
