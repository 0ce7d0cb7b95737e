"""What a simulated RouterOS says of itself: how ``print`` shows rows and settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from jipkit.testing.models.routeros import Refused
from jipkit.testing.models.routeros.menus import duration
from jipkit.testing.models.routeros.query import compiled
from jipkit.testing.models.routeros.text import SyntaxFault, written

if TYPE_CHECKING:
    from jipkit.testing.devices.routeros import SimulatedRouterOs

Row = Mapping[str, str]

_INTERFACES: Mapping[str, str] = {
    "/interface bridge": "bridge",
    "/interface ethernet": "ether",
    "/interface wireguard": "wg",
    "/interface vlan": "vlan",
    "/interface bonding": "bond",
    "/interface gre": "gre-tunnel",
    "/interface eoip": "eoip",
    "/interface ipip": "ipip-tunnel",
    "/interface l2tp-client": "l2tp-out",
    "/interface pppoe-client": "pppoe-out",
}
_EMPTY = ("/ip arp", "/ip neighbor", "/routing ospf neighbor", "/user active")
"""Lists of what others have told it: nobody speaks to it."""
_INTERNAL = (".id", "default", "dynamic", "disabled", "comment")
_UNQUOTED = frozenset({"mtu", "actual-mtu", "l2mtu", "mac-address", "link-downs", "address", "network", "interface"})
_WAYS = frozenset({"terse", "detail", "stats-detail", "status", "without-paging", "brief", "value-list"})


def version_of(text: str) -> tuple[int, ...]:
    """Return a version as numbers."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def header(device: SimulatedRouterOs) -> str:
    """Return the head of an export. The form of the date changed with 7.10."""
    now = datetime.fromtimestamp(device.clock.now(), UTC)
    new = version_of(device.box.version) >= (7, 10)
    stamp = now.strftime("%Y-%m-%d %H:%M:%S") if new else now.strftime("%b/%d/%Y %H:%M:%S").lower()
    lines = [f"# {stamp} by RouterOS {device.box.version}", "# software id = REKA-AN01", "#"]
    lines += [f"# model = {device.box.board}", f"# serial number = {device.box.serial}"]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------------- rows


def rows(device: SimulatedRouterOs, path: str, query: str = "") -> list[Row]:
    """Return the rows of a list that a query finds.

    Raises:
        Refused: there is no such list.
        SyntaxFault: the query cannot be read.
    """
    if path in device.model.lists():
        return list(device.model.find(path, query))
    if path == "/interface":
        held = _interfaces(device)
    elif path == "/file":
        held = _files(device)
    elif path == "/log":
        held = _log(device)
    elif path in _EMPTY or (path == "/routing bgp session" and version_of(device.box.version) >= (7,)):
        held = []
    else:
        last = path.replace("/", " ").split()[-1]
        raise Refused(path, f"bad command name {last} (line 1 column {path.rindex(last) + 1})")
    known = {name: "b" if value in ("yes", "no") else "" for row in held for name, value in row.items()}
    test = compiled(query, {"name": "", **known}, lambda _, text: text, 1)
    return [row for row in held if test(row)]


def ports(device: SimulatedRouterOs) -> list[Row]:
    """Return its Ethernet ports."""
    return rows(device, "/interface ethernet")


def _interfaces(device: SimulatedRouterOs) -> list[Row]:
    known = [path for path in _INTERFACES if path in device.model.lists()]
    return [_interface(row, _INTERFACES[path]) for path in known for row in device.model.rows(path)]


def _interface(row: Row, kind: str) -> Row:
    mtu = row.get("mtu", "1500")
    shown = {"name": row["name"], "type": kind, "mtu": mtu, "actual-mtu": "1500" if mtu == "auto" else mtu}
    extra = {name: row[name] for name in ("default-name", "comment", "disabled", ".id") if name in row}
    return {**shown, **extra, "running": "no" if row["disabled"] == "yes" else "yes", "link-downs": "0"}


def _files(device: SimulatedRouterOs) -> list[Row]:
    held: list[Row] = [
        {"name": name, "type": ".txt file" if isinstance(kept, bytes) else "backup", "size": str(_size(kept))}
        for name, kept in device.files.items()
    ]
    return [*held, {"name": "flash", "type": "disk", "size": ""}] if device.box.flash else held


def _size(held: object) -> int:
    return len(held) if isinstance(held, bytes) else 20_480


# ---------------------------------------------------------------------- print


def printed(device: SimulatedRouterOs, path: str, how: Sequence[str]) -> str:
    """Return what ``print`` shows. Without a way it shows a list in detail: nobody should read one by its columns.

    Raises:
        Refused: there is no such menu.
        SyntaxFault: there is no such way to print it.
    """
    if path == "/log":
        return "".join(
            f' time={row["time"]} topics={row["topics"]} message="{row["message"]}"\n\n' for row in _log(device)
        )
    if (found := single(device, path)) is not None:
        return settings(found)
    if set(how) - _WAYS:
        raise SyntaxFault("expected end of command", len(path) + len(" print "))
    held = rows(device, path)
    if "terse" in how:
        return "".join(f"{n:>2} {_flags(row):<3}{_said(row, quote=False)}\n" for n, row in enumerate(held))
    shown = [_counters(row) for row in held] if "stats-detail" in how else held
    legend = "Flags: X - disabled, R - running \n" if version_of(device.box.version) < (7, 9) else ""
    legend = legend or "Flags: X - DISABLED; R - RUNNING\n"
    return legend + "".join(_in_detail(n, row) for n, row in enumerate(shown))


def single(device: SimulatedRouterOs, path: str) -> Row | None:
    """Return what a menu says that is no list; None where it is one, or none at all."""
    match path:
        case "/system resource":
            return _resource(device)
        case "/system routerboard":
            return _routerboard(device)
    return device.model.settings(path)


def settings(said: Row) -> str:
    """Return settings as they are printed: names to the right, one a line."""
    width = max(map(len, said)) + 2
    return "".join(f"{name:>{width}}: {value}\n" for name, value in said.items())


def _flags(row: Row) -> str:
    return ("X" if row.get("disabled") == "yes" else "") + ("R" if row.get("running") == "yes" else "")


def _said(row: Row, *, quote: bool) -> str:
    comment = {} if quote or "comment" not in row else {"comment": row["comment"]}
    shown = {**comment, **{name: value for name, value in row.items() if name not in (*_INTERNAL, "running")}}
    return " ".join(f"{name}={_shown(name, value, quote)}" for name, value in shown.items())


def _shown(name: str, value: str, quote: bool) -> str:
    if not quote:
        return value
    return written(value) if name in _UNQUOTED or value.isdigit() or "-byte" in name else f'"{value}"'


def _in_detail(number: int, row: Row) -> str:
    comment = f";;; {row['comment']}\n        " if row.get("comment") else ""
    return f"{number:>2} {_flags(row):<4} {comment}{_said(row, quote=True)} \n\n"


def _counters(row: Row) -> Row:
    kept = {name: row[name] for name in ("name", "disabled", "running", "link-downs") if name in row}
    counted = {f"{way}-{what}": "0" for what in ("byte", "packet", "drop", "error") for way in ("rx", "tx")}
    return {**kept, **counted}


# ---------------------------------------------------------------------- the box


def _resource(device: SimulatedRouterOs) -> Row:
    return {
        "uptime": duration(str(int(device.uptime_s))) or "0s",
        "version": f"{device.box.version} (stable)",
        "free-memory": "893.5MiB",
        "total-memory": "1024.0MiB",
        "cpu": "ARMv7",
        "cpu-count": "4",
        "cpu-load": "4%",
        "free-hdd-space": _amount(device.box.free_bytes),
        "total-hdd-space": "512.3MiB",
        "architecture-name": "arm",
        "board-name": device.box.board,
        "platform": "MikroTik",
    }


def _amount(count: int) -> str:
    return f"{count / (1 << 20):.1f}MiB" if count >= 1 << 20 else f"{count / 1024:.1f}KiB"


def _routerboard(device: SimulatedRouterOs) -> Row:
    if not device.box.serial:  # a virtual one
        return {"routerboard": "no"}
    version = device.box.version
    return {
        "routerboard": "yes",
        "model": device.box.board,
        "serial-number": device.box.serial,
        "firmware-type": "al2",
        "current-firmware": version,
        "upgrade-firmware": version,
    }


def _log(device: SimulatedRouterOs) -> list[Row]:
    stamp = datetime.fromtimestamp(device.clock.now(), UTC).strftime("%Y-%m-%d %H:%M:%S")
    told = (line.partition(" ") for line in device.log)
    return [{"time": stamp, "topics": topics, "message": message} for topics, _, message in told]


def monitor(device: SimulatedRouterOs, name: str) -> str:
    """Return what one look at a port shows: a copper port at a gigabit."""
    running = any(row["name"] == name and row["disabled"] == "no" for row in ports(device))
    rate = {"rate": "1Gbps", "full-duplex": "yes"} if running else {}
    return settings({"name": name, "status": "link-ok" if running else "no-link", **rate}) + "\n"


def ping(device: SimulatedRouterOs, options: Mapping[str, str]) -> str:
    """Return what a ping shows: whoever is in a network of ours answers at once, nobody else does."""
    address, count = options.get("address", ""), int(options.get("count", "4"))
    answered = _near(device, address)
    row = "  56  64 1ms34us  " if answered else "                    timeout"
    lines = [f"{n:>5} {address:<41}{row}" for n in range(count)]
    received, times = (count, " min-rtt=1ms34us avg-rtt=1ms34us max-rtt=1ms34us") if answered else (0, "")
    loss = 0 if answered else 100
    head = "  SEQ HOST                                     SIZE TTL TIME       STATUS"
    return "\n".join([head, *lines, f"    sent={count} received={received} packet-loss={loss}%{times}", ""])


def _near(device: SimulatedRouterOs, text: str) -> bool:
    try:
        address = IPv4Address(text)
    except ValueError:
        return False
    held = [row for row in device.model.rows("/ip address") if row["disabled"] == "no"]
    return any(_covers(row["address"], row["network"], address) for row in held)


def _covers(own: str, network: str, address: IPv4Address) -> bool:
    return address in IPv4Interface(own).network or str(address) == network
