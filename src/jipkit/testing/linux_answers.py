"""What lldpd and Linux itself answer on a simulated router, made from its state in their own shapes."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from jipkit.lab.blueprint import Port
from jipkit.testing.answers import Json, Witness, hardware_address

BYTES_A_SECOND = 120
PACKET_BYTES = 120


def lldp_neighbors(of: Witness) -> Json:
    """Answer ``lldpcli -f json0 show neighbors``: whoever of ours is at the other end of a cable that carries."""
    heard = [_lldp(of, port, far) for port, far in _lldp_pairs(of)]
    return {"lldp": [{"interface": heard} if heard else {}]}


def _lldp_pairs(of: Witness) -> Iterator[tuple[Port, Port]]:
    for port in of.ports:
        far = of.fabric.far_end(port)
        speaks = far is not None and far.box in of.fabric.routers and of.fabric.routers[far.box].speaks_lldp
        if far is not None and speaks and of.fabric.loss(far) < 1:
            yield port, far


def _lldp(of: Witness, port: Port, far: Port) -> Json:
    mac = [{"type": "mac", "value": hardware_address(far)}]
    hostname = of.fabric.routers[far.box].settings.hostname
    return {
        "name": port.name,
        "via": "LLDP",
        "rid": "1",
        "age": f"0 day, {int(of.up_s) // 3600 % 24:02}:{int(of.up_s) // 60 % 60:02}:{int(of.up_s) % 60:02}",
        "chassis": [
            {
                "id": mac,
                "name": [{"value": hostname}],
                "descr": [{"value": "a simulated router"}],
                "capability": [{"type": "Bridge", "enabled": False}, {"type": "Router", "enabled": True}],
            }
        ],
        "port": [{"id": mac, "descr": [{"value": far.name}], "ttl": [{"value": "20"}]}],
    }


def counters(of: Witness) -> list[Json]:
    """Answer ``ip -j -s link show``: what passes on a port that is up, and never an error."""
    return [_link(of, port, index) for index, port in enumerate(of.ports, 2)]


def _link(of: Witness, port: Port, index: int) -> Json:
    octets = int(of.up_s * BYTES_A_SECOND) if of.fabric.up(port) and port.name != "lo" else 0
    count = {"bytes": octets, "packets": octets // PACKET_BYTES, "errors": 0, "dropped": 0}
    state = "UP" if of.fabric.up(port) else "DOWN"
    return {
        "ifindex": 1 if port.name == "lo" else index,
        "ifname": port.name,
        "mtu": 65536 if port.name == "lo" else 1500,
        "operstate": "UNKNOWN" if port.name == "lo" else state,
        "address": hardware_address(port),
        "stats64": {"rx": {**count, "over_errors": 0, "multicast": 0}, "tx": {**count, "carrier_errors": 0}},
    }


def arp_table(of: Witness) -> list[Json]:
    """Answer ``ip -j -4 neigh show``: who is next door, on cables that carry."""
    found = []
    for port in of.ports:
        far = of.fabric.far_end(port)
        if far is not None and far.box in of.fabric.routers and of.fabric.loss(far) < 1:
            near = of.router.port(port.name)
            found += [
                {"dst": str(a.ip), "dev": port.name, "lladdr": hardware_address(far), "state": ["REACHABLE"]}
                for a in of.fabric.routers[far.box].port(far.name).addresses
                if any(a.ip in own.network for own in near.addresses)
            ]
    return found


def ping(of: Witness, destination: IPv4Address, source: IPv4Address | None, count: int) -> tuple[str, str, int]:
    """Return what ``ping`` prints, what it complains of, and its exit status."""
    if source is not None and not of.forwarding.has(of.router.key, source):
        return "", "ping: bind: Cannot assign requested address\n", 2
    if of.forwarding.route_to(of.router.key, destination) is None:
        return "", "ping: connect: Network is unreachable\n", 2
    trip = of.forwarding.round_trip(of.router.key, destination, source)
    lost = count if trip is None else _lost(count, trip.loss)
    head = f"PING {destination} ({destination}) 56(84) bytes of data.\n"
    delay = 0.0 if trip is None else trip.delay_ms
    lines = [f"64 bytes from {destination}: icmp_seq={n + 1} ttl=64 time={delay:.3f} ms" for n in range(lost, count)]
    tail = (
        f"\n--- {destination} ping statistics ---\n"
        f"{count} packets transmitted, {count - lost} received, {100 * lost / count:g}% packet loss, "
        f"time {200 * (count - 1)}ms\n"
    )
    if lost < count:
        tail += f"rtt min/avg/max/mdev = {delay:.3f}/{delay:.3f}/{delay:.3f}/0.000 ms\n"
    shown = "".join(f"{line}\n" for line in lines)
    return f"{head}{shown}{tail}", "", int(lost == count)


def _lost(count: int, loss: float) -> int:
    return 0 if loss <= 0 else min(count, max(1, round(count * loss)))
