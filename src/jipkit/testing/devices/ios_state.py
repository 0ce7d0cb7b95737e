"""What a simulated Cisco IOS router says of its state: what its configuration implies, and that nobody else is heard.

Interfaces are up unless they are shut, and count nothing. Whom a ping reaches, and what neighbours there are, is for
who builds the network to say (`IosRouter.reaches`, `IosRouter.answers`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from jipkit.testing.models.indented.networks import address_in
from jipkit.testing.models.indented.statements import Block

if TYPE_CHECKING:
    from jipkit.testing.devices.ios import IosRouter

_COUNTS = """\
  Input queue: 0/75/0/0 (size/max/drops/flushes); Total output drops: 0
     0 packets input, 0 bytes, 0 no buffer
     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
     0 packets output, 0 bytes, 0 underruns
     0 output errors, 0 collisions, 1 interface resets
"""


def interfaces_of(root: Block) -> Iterator[tuple[str, Block]]:
    """Yield the interfaces of a configuration, by name."""
    for key, held in root.items():
        if key[0] == "interface" and held.block is not None:
            yield "".join(key[1:]), held.block


def _addresses(block: Block) -> list[IPv4Interface]:
    """Return the addresses of an interface, the primary one first."""
    held = sorted((key, s.text.split()) for key, s in block.items() if key[:2] == ("ip", "address"))
    return [address for _, words in held if (address := address_in(words)) is not None]


def _head(name: str, block: Block) -> str:
    if ("shutdown",) in block:
        return f"{name} is administratively down, line protocol is down \n"
    return f"{name} is up, line protocol is up \n"


def _interfaces(router: IosRouter) -> str:
    return "".join(_interface(name, block) for name, block in interfaces_of(router.model.root))


def _interface(name: str, block: Block) -> str:
    described = block.get(("description",))
    text = _head(name, block)
    text += f"  Description: {described.text.partition(' ')[2]}\n" if described else ""
    text += "".join(f"  Internet address is {address}\n" for address in _addresses(block)[:1])
    text += "  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec, \n"
    text += "  Full Duplex, 1Gbps, media type is RJ45\n" if "Ethernet" in name and "." not in name else ""
    return text if "." in name else text + _COUNTS


def _addressed(router: IosRouter) -> str:
    text = ""
    for name, block in interfaces_of(router.model.root):
        addresses = _addresses(block)
        text += _head(name, block)
        text += "".join(f"  Internet address is {address}\n" for address in addresses[:1])
        text += "".join(f"  Secondary address {address}\n" for address in addresses[1:])
        text += "" if addresses else "  Internet protocol processing disabled\n"
    return text


def _bgp(router: IosRouter) -> str:
    held = next((s for key, s in router.model.root.items() if key[:2] == ("router", "bgp")), None)
    if held is None or held.block is None:
        return "% BGP not active\n\n"
    own = held.block.get(("bgp", "router-id"))
    rows = [
        f"{key[1]:<15} 4 {s.text.split()[-1]:>12} {0:>7} {0:>7} {1:>8} {0:>4} {0:>4} never    Idle\n"
        for key, s in held.block.items()
        if key[0] == "neighbor" and key[2:] == ("remote-as",)
    ]
    return (
        f"BGP router identifier {own.text.split()[-1] if own else '0.0.0.0'}, local AS number {held.text.split()[-1]}\n"  # noqa: S104 - no address of a socket
        "BGP table version is 1, main routing table version 1\n\n"
        "Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd\n" + "".join(rows)
    )


def _lldp(router: IosRouter) -> str:
    on = ("lldp", "run") in router.model.root
    return "\nTotal entries displayed: 0\n\n" if on else "% LLDP is not enabled\n"


def _cdp(router: IosRouter) -> str:
    off = ("cdp", "run") in router.model.root
    return "% CDP is not enabled\n" if off else "\nTotal cdp entries displayed : 0\n"


def _arp(router: IosRouter) -> str:
    rows = [
        f"Internet  {address.ip!s:<15}         -   0c8d.db00.{number:04x}  ARPA   {name}\n"
        for number, (name, block) in enumerate(interfaces_of(router.model.root))
        for address in _addresses(block)
    ]
    return "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n" + "".join(rows)


def _ping(router: IosRouter, address: str, count: str) -> str:
    back = int(count) if router.reaches(address) else 0
    rate = f"{100 * back // int(count)} percent ({back}/{count})"
    times = ", round-trip min/avg/max = 1/1/2 ms" if back else ""
    return (
        "Type escape sequence to abort.\n"
        f"Sending {count}, 100-byte ICMP Echos to {address}, timeout is 1 seconds:\n"
        f"{('!' if back else '.') * int(count)}\nSuccess rate is {rate}{times}\n"
    )


STATE: dict[str, Callable[..., str]] = {
    r"show interfaces": _interfaces,
    r"show ip interface": _addressed,
    r"show ip ospf neighbor": lambda _: "",
    r"show ip bgp summary": _bgp,
    r"show lldp neighbors detail": _lldp,
    r"show cdp neighbors detail": _cdp,
    r"show ip arp": _arp,
    r"show interfaces transceiver": lambda _: (
        "If device is externally calibrated, only calibrated values are printed.\n"
        "mA: milliamperes, dBm: decibels (milliwatts).\n"
    ),
    r"ping (\d+\.\d+\.\d+\.\d+)(?: source \S+)? repeat (\d+)(?: timeout \d+)?": _ping,
}
"""The commands about its state, and what is answered."""
