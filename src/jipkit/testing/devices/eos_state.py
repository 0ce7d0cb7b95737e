"""What a simulated Arista EOS switch says of its state: what its configuration implies, and that nobody else is heard.

Interfaces are up unless they are shut, and count nothing. Whom a ping reaches, and what neighbours there are, is for
who builds the network to say (`EosSwitch.reaches`, `EosSwitch.answers`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from jipkit.testing.models.indented.networks import address_in
from jipkit.testing.models.indented.statements import Block

if TYPE_CHECKING:
    from jipkit.testing.devices.eos import EosSwitch

_COUNTED = (
    "inOctets",
    "outOctets",
    "totalInErrors",
    "totalOutErrors",
    "inDiscards",
    "outDiscards",
    "inUcastPkts",
    "inMulticastPkts",
    "inBroadcastPkts",
    "outUcastPkts",
    "outMulticastPkts",
    "outBroadcastPkts",
)


def _blocks(root: Block) -> Iterator[tuple[str, Block]]:
    for key, held in root.items():
        if key[0] == "interface" and held.block is not None:
            yield "".join(key[1:]), held.block


def _interfaces(switch: EosSwitch) -> dict[str, Any]:
    return {"interfaces": {name: _interface(name, block) for name, block in _blocks(switch.model.root)}}


def _interface(name: str, block: Block) -> dict[str, Any]:
    shut = ("shutdown",) in block
    described = block.get(("description",))
    held = block.get(("ip", "address"))
    address = address_in(held.text.split()) if held else None
    said: dict[str, Any] = {
        "name": name,
        "lineProtocolStatus": "down" if shut else "up",
        "interfaceStatus": "disabled" if shut else "connected",
        "description": described.text.partition(" ")[2] if described else "",
        "mtu": 1500,
        "interfaceAddress": [],
    }
    if address is not None:
        primary = {"address": str(address.ip), "maskLen": address.network.prefixlen}
        said["interfaceAddress"] = [{"primaryIp": primary, "secondaryIpsOrderedList": []}]
    if name.startswith(("Ethernet", "Management")):
        said |= {"bandwidth": 1_000_000_000, "duplex": "duplexFull", "interfaceCounters": dict.fromkeys(_COUNTED, 0)}
    return said


def _ospf(_: EosSwitch) -> dict[str, Any]:
    return {"vrfs": {}}


def _bgp(switch: EosSwitch) -> str | dict[str, Any]:
    held = next((s for key, s in switch.model.root.items() if key[:2] == ("router", "bgp")), None)
    if held is None or held.block is None:
        return "% BGP inactive\n"
    peers = {
        key[1]: {"peerState": "Idle", "peerStateIdleReason": "NoInterface", "asn": s.text.split()[-1]}
        for key, s in held.block.items()
        if key[0] == "neighbor" and key[2:] == ("remote-as",)
    }
    return {"vrfs": {"default": {"vrf": "default", "asn": held.text.split()[-1], "peers": peers}}}


def _lldp(switch: EosSwitch) -> dict[str, Any]:
    return {"lldpNeighbors": {name: {"lldpNeighborInfo": []} for name, _ in _blocks(switch.model.root)}}


def _arp(_: EosSwitch) -> dict[str, Any]:
    return {"vrfs": {"default": {"ipV4Neighbors": []}}}


def _optics(switch: EosSwitch) -> dict[str, Any]:
    return {"interfaces": {name: {} for name, _ in _blocks(switch.model.root) if name.startswith("Ethernet")}}


def _ping(switch: EosSwitch, address: str, source: str | None, count: str) -> str:
    sent = int(count)
    back = sent if switch.reaches(address) else 0
    rows = "".join(f"80 bytes from {address}: icmp_seq={n} ttl=64 time=0.200 ms\n" for n in range(1, back + 1))
    times = "rtt min/avg/max/mdev = 0.200/0.200/0.200/0.000 ms, ipg/ewma 1.021/0.336 ms\n" if back else "\n"
    return (
        f"PING {address} ({address}) from {source or '0.0.0.0'} : 72(100) bytes of data.\n{rows}\n"  # noqa: S104 - no address of a socket
        f"--- {address} ping statistics ---\n"
        f"{sent} packets transmitted, {back} received, {0 if back else 100}% packet loss, time 2ms\n{times}"
    )


STATE: dict[str, Callable[..., str | dict[str, Any]]] = {
    r"show interfaces \| json": _interfaces,
    r"show ip ospf neighbor \| json": _ospf,
    r"show ip bgp summary \| json": _bgp,
    r"show lldp neighbors detail \| json": _lldp,
    r"show ip arp \| json": _arp,
    r"show interfaces transceiver \| json": _optics,
    r"ping (\d+\.\d+\.\d+\.\d+)(?: source (\S+))? repeat (\d+)": _ping,
}
"""The commands about its state, and what is answered."""
