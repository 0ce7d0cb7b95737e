"""From the answers of FRR, lldpd and Linux to the shapes of NAPALM's getters. Pure: no I/O."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}", re.IGNORECASE)
_AFI = {"ipv4Unicast": "ipv4 unicast", "ipv6Unicast": "ipv6 unicast"}
_PROTOCOL = {"connected": "connected", "kernel": "kernel", "static": "static", "local": "local"}


class NotUnderstoodError(ValueError):
    """The answer is not what FRR is known to say; the message names what was looked for."""


def facts(version: str, interfaces: Json, fqdn: str, uptime_s: str) -> dict[str, Any]:
    """Return NAPALM's facts from ``show version`` and ``show interface json``.

    FRR knows no serial number: it is empty; who needs identity pins the host key.
    """
    match = re.search(r"FRRouting (\S+) \(([^)]+)\)", version)
    if match is None:
        raise NotUnderstoodError("no 'FRRouting VERSION (HOSTNAME)'")
    return {
        "vendor": "FRRouting",
        "model": "FRR",
        "os_version": match[1],
        "serial_number": "",
        "hostname": match[2],
        "fqdn": fqdn.strip() or match[2],
        "uptime": float(uptime_s.strip() or -1),
        "interface_list": sorted(interfaces),
    }


def interfaces(shown: Json) -> dict[str, dict[str, Any]]:
    """Return NAPALM's interfaces from ``show interface json``; FRR does not keep the time of a flap.

    A stub for an interface that only the configuration knows is left out.
    """
    return {
        name: {
            # FRR leaves it out of an interface that is shut
            "is_up": entry["administrativeStatus"] == "up" and entry["operationalStatus"] == "up",
            "is_enabled": entry["administrativeStatus"] == "up",
            "description": entry.get("description", ""),
            "last_flapped": -1.0,
            "speed": _speed(entry.get("speed", 0)),
            "mtu": int(entry["mtu"]),
            "mac_address": entry.get("hardwareAddress", "").upper(),
        }
        for name, entry in shown.items()
        if not entry.get("pseudoInterface", False)
    }


def interfaces_ip(shown: Json) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """Return NAPALM's addresses from ``show interface json``; interfaces without one are left out."""
    found: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for name, entry in shown.items():
        for listed in entry.get("ipAddresses", []):
            address = ipaddress.ip_interface(listed["address"])
            family = found.setdefault(name, {}).setdefault(f"ipv{address.version}", {})
            family[str(address.ip)] = {"prefix_length": address.network.prefixlen}
    return found


def interfaces_counters(links: Iterable[Json]) -> dict[str, dict[str, int]]:
    """Return NAPALM's counters from ``ip -j -s link show``.

    Linux counts packets and, of the received, multicasts; it does not count broadcasts (-1), and
    packets that are not multicast stand under unicast.
    """
    return {link["ifname"]: _counters(link["stats64"]) for link in links}


def _counters(stats: Json) -> dict[str, int]:
    received, sent = stats["rx"], stats["tx"]
    multicast = int(received.get("multicast", 0))
    return {
        "rx_octets": received["bytes"],
        "rx_unicast_packets": received["packets"] - multicast,
        "rx_multicast_packets": multicast,
        "rx_broadcast_packets": -1,
        "rx_errors": received["errors"],
        "rx_discards": received["dropped"],
        "tx_octets": sent["bytes"],
        "tx_unicast_packets": sent["packets"],
        "tx_multicast_packets": -1,
        "tx_broadcast_packets": -1,
        "tx_errors": sent["errors"],
        "tx_discards": sent["dropped"],
    }


def arp_table(neighbours: Iterable[Json]) -> list[dict[str, Any]]:
    """Return NAPALM's ARP table from ``ip -j -4 neigh show``; entries without an answer are left out."""
    return [
        {"interface": entry["dev"], "mac": entry["lladdr"].upper(), "ip": entry["dst"], "age": -1.0}
        for entry in neighbours
        if _MAC.fullmatch(entry.get("lladdr", ""))
    ]


def bgp_neighbors(summary: Json, details: Json) -> dict[str, Any]:
    """Return NAPALM's BGP neighbours of the default VRF; a peer of two address families is one peer.

    From ``show bgp summary json`` and ``show bgp neighbors json``.
    """
    families = {name: entry for name, entry in summary.items() if isinstance(entry, Mapping) and "peers" in entry}
    if not families:
        return {}
    peers: dict[str, Any] = {}
    for name, family in families.items():
        for address, counts in family["peers"].items():
            peer = peers.setdefault(address, _peer(counts, details.get(address, {})))
            peer["address_family"][_AFI.get(name, name).split()[0]] = _prefixes(counts)
    return {"global": {"router_id": next(iter(families.values()))["routerId"], "peers": peers}}


def _peer(counts: Json, detail: Json) -> dict[str, Any]:
    up = counts["state"] == "Established"
    return {
        "local_as": int(counts["localAs"]),
        "remote_as": int(counts["remoteAs"]),
        "remote_id": detail.get("remoteRouterId", ""),
        "is_up": up,
        "is_enabled": not detail.get("adminShutDown", False),
        "description": detail.get("nbrDesc", ""),
        "uptime": int(counts["peerUptimeMsec"]) // 1000 if up else -1,
        "address_family": {},
    }


def _prefixes(counts: Json) -> dict[str, int]:
    # what inbound policy rejected is kept only under soft-reconfiguration: received is not known
    return {
        "received_prefixes": -1,
        "accepted_prefixes": int(counts.get("pfxRcd", -1)),
        "sent_prefixes": int(counts.get("pfxSnt", -1)),
    }


def lldp_neighbors(shown: Json) -> dict[str, list[dict[str, str]]]:
    """Return NAPALM's LLDP neighbours from ``lldpcli -f json0 show neighbors``."""
    found: dict[str, list[dict[str, str]]] = {}
    for interface in _lldp_interfaces(shown):
        port = interface["port"][0]
        neighbour = {
            "hostname": _value(interface["chassis"][0], "name"),
            "port": _value(port, "descr") or _value(port, "id"),
        }
        found.setdefault(interface["name"], []).append(neighbour)
    return found


def lldp_neighbors_detail(shown: Json, interface: str = "") -> dict[str, list[dict[str, Any]]]:
    """Return NAPALM's detailed LLDP neighbours, of one interface or (empty) of all."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in _lldp_interfaces(shown):
        if interface and entry["name"] != interface:
            continue
        chassis, port = entry["chassis"][0], entry["port"][0]
        capabilities = chassis.get("capability", [])
        found.setdefault(entry["name"], []).append(
            {
                "parent_interface": "",
                "remote_port": _value(port, "id"),
                "remote_port_description": _value(port, "descr"),
                "remote_chassis_id": _value(chassis, "id"),
                "remote_system_name": _value(chassis, "name"),
                "remote_system_description": _value(chassis, "descr"),
                "remote_system_capab": sorted(item["type"].lower() for item in capabilities),
                "remote_system_enable_capab": sorted(
                    item["type"].lower() for item in capabilities if item.get("enabled")
                ),
            }
        )
    return found


def _lldp_interfaces(shown: Json) -> Iterator[Json]:
    for listed in shown.get("lldp", []):
        yield from listed.get("interface", [])


def _value(entry: Json, key: str) -> str:
    listed = entry.get(key) or [{}]
    return str(listed[0].get("value", ""))


def routes(shown: Json, protocol: str, vrf: str) -> dict[str, list[dict[str, Any]]]:
    """Return NAPALM's routes from ``show ip route ... json``, one entry for each next hop.

    ``protocol`` keeps only its own routes; empty keeps all.
    """
    wanted = protocol.lower()
    found: dict[str, list[dict[str, Any]]] = {}
    for prefix, entries in shown.items():
        for entry in entries:
            if wanted and entry["protocol"] != wanted:
                continue
            hops = entry.get("nexthops") or [{}]
            found.setdefault(prefix, []).extend(_route(entry, hop, vrf) for hop in hops)
    return found


def _route(entry: Json, hop: Json, vrf: str) -> dict[str, Any]:
    selected = bool(entry.get("selected", False))
    active = selected and bool(hop.get("active", False))
    return {
        "protocol": entry["protocol"].upper(),
        "current_active": active,
        "last_active": active,
        "age": _age_s(entry.get("uptime", "")),
        "next_hop": hop.get("ip", ""),
        "outgoing_interface": hop.get("interfaceName", ""),
        "selected_next_hop": active and bool(hop.get("fib", False)),
        "preference": int(entry.get("distance", 0)),
        "inactive_reason": "" if active else _inactive(entry, hop),
        "routing_table": entry.get("vrfName") or vrf or "default",
        "protocol_attributes": {"metric": int(entry.get("metric", 0))},
    }


def _inactive(entry: Json, hop: Json) -> str:
    if not hop.get("active", False):
        return "the next hop is not reachable"
    return "" if entry.get("selected") else "another route is preferred"


def _age_s(uptime: str) -> int:
    """Return seconds from FRR's ``01:02:03``, ``3d04h05m``, ``01w2d03h``.

    >>> _age_s("01:02:03"), _age_s("3d04h05m"), _age_s("01w2d03h"), _age_s("")
    (3723, 273900, 788400, -1)
    """
    if clock := re.fullmatch(r"(\d+):(\d+):(\d+)", uptime):
        hours, minutes, seconds = map(int, clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    units = {"y": 31536000, "w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
    parts = re.findall(r"(\d+)([ywdhms])", uptime)
    return sum(int(count) * units[unit] for count, unit in parts) if parts else -1


def ping(out: str, err: str, destination: str) -> dict[str, Any]:
    """Return NAPALM's ping result from the output of Linux's ping."""
    counted = re.search(r"(\d+) packets transmitted, (\d+) (?:packets )?received", out)
    if counted is None:
        said = (err.strip() or out.strip()).splitlines()
        return {"error": said[-1] if said else "ping said nothing"}
    sent, received = int(counted[1]), int(counted[2])
    if not received and "nreachable" in out:
        return {"error": f"{destination} is unreachable"}
    spread = re.search(r"= ([\d.]+)/([\d.]+)/([\d.]+)(?:/([\d.]+))?", out)
    low, mean, high, deviation = (float(part or 0) for part in spread.groups()) if spread else (0.0,) * 4
    return {
        "success": {
            "probes_sent": sent,
            "packet_loss": sent - received,
            "rtt_min": low,
            "rtt_avg": mean,
            "rtt_max": high,
            "rtt_stddev": deviation,
            "results": [
                {"ip_address": destination, "rtt": float(time)} for time in re.findall(r"time[=<]([\d.]+) ms", out)
            ],
        }
    }


def _speed(value: float) -> float:
    # 4294967295 is Linux's "unknown"
    return -1.0 if value in (0, 4294967295) else float(value)
