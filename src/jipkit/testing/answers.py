"""What FRR 8.4.4 answers, made from the state of a simulated router in its own shapes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from jipkit.lab.blueprint import Port
from jipkit.testing.forwarding import BgpSession, Forwarding, OspfNeighbor, Route
from jipkit.testing.router import VERSION, SimulatedRouter
from jipkit.testing.wires import Fabric

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Witness:
    """A router about to answer, and all that it can see at that moment; ``up_s`` is how long it has been up."""

    router: SimulatedRouter
    forwarding: Forwarding
    up_s: float

    @property
    def fabric(self) -> Fabric:
        return self.forwarding.fabric

    @property
    def ports(self) -> tuple[Port, ...]:
        return self.fabric.ports_of(self.router.key)


def version(of: Witness) -> str:
    """Answer ``show version``."""
    return f"FRRouting {VERSION} ({of.router.settings.hostname}) on Linux(6.1.0-simulated).\n"


def interfaces(of: Witness) -> Json:
    """Answer ``show interface json``; an interface that only the configuration knows is a stub."""
    found = {port.name: _interface(of, port, index) for index, port in enumerate(of.ports, 2)}
    stubs = {name: _stub(of, name) for name in of.router.settings.ports if name not in found}
    return dict(sorted((found | stubs).items()))


def _interface(of: Witness, port: Port, index: int) -> Json:
    said, enabled, up = of.router.port(port.name), of.fabric.enabled(port), of.fabric.up(port)
    loopback = port.name == "lo"
    flags = [*(["UP"] if enabled else []), "LOOPBACK" if loopback else "BROADCAST", *(["RUNNING"] if up else [])]
    return {
        "administrativeStatus": "up" if enabled else "down",
        **({"operationalStatus": "up" if up else "down", "linkDetection": True} if enabled else {}),
        "linkUps": 0,
        "linkDowns": 0,
        "vrfName": "default",
        **({"description": said.description} if said.description else {}),
        "mplsEnabled": False,
        "linkDown": False,
        "linkDownV6": False,
        "mcForwardingV4": False,
        "mcForwardingV6": False,
        "pseudoInterface": False,
        "index": 1 if loopback else index,
        "metric": 0,
        "mtu": 65536 if loopback else 1500,
        "speed": 0 if loopback else 10000,
        "flags": f"<{','.join([*flags, *([] if loopback else ['MULTICAST'])])}>",
        "type": "Loopback" if loopback else "Ethernet",
        **({} if loopback else {"hardwareAddress": hardware_address(port)}),
        "ipAddresses": [
            {"address": str(address), "secondary": False, "unnumbered": False} for address in said.addresses
        ],
        "interfaceType": "Other" if loopback else "VETH",
        "interfaceSlaveType": "None",
        "lacpBypass": False,
        "evpnMh": {},
        "protodown": "off",
    }


def _stub(of: Witness, name: str) -> Json:
    description = of.router.port(name).description
    return {
        "administrativeStatus": "down",
        "linkUps": 0,
        "linkDowns": 0,
        "vrfName": "default",
        **({"description": description} if description else {}),
        "mplsEnabled": False,
        "linkDown": False,
        "linkDownV6": False,
        "mcForwardingV4": False,
        "mcForwardingV6": False,
        "pseudoInterface": True,
    }


def ospf_neighbors(of: Witness) -> Json:
    """Answer ``show ip ospf neighbor json``; nothing at all where OSPF is not configured."""
    if of.router.settings.router_id is None:
        return {}
    found: dict[str, list[Json]] = {}
    for neighbor in of.forwarding.ospf[of.router.key]:
        found.setdefault(str(neighbor.router_id), []).append(_ospf_neighbor(of, neighbor))
    return {"neighbors": found}


def _ospf_neighbor(of: Witness, neighbor: OspfNeighbor) -> Json:
    said = of.router.port(neighbor.port.name)
    dead_ms = 1000 * said.ospf.dead_s if said.ospf is not None else 0
    own = next(a.ip for a in said.addresses if neighbor.address in a.network)
    state = f"{neighbor.state}/-"
    return {
        "priority": 1,
        "state": state,
        "nbrPriority": 1,
        "nbrState": state,
        "converged": neighbor.state,
        "role": "DROther",
        "upTimeInMsec": int(of.up_s * 1000),
        "deadTimeMsecs": dead_ms,
        "routerDeadIntervalTimerDueMsec": dead_ms,
        "upTime": f"{of.up_s:.3f}s",
        "deadTime": f"{dead_ms / 1000:.3f}s",
        "address": str(neighbor.address),
        "ifaceAddress": str(neighbor.address),
        "ifaceName": f"{neighbor.port.name}:{own}",
        "retransmitCounter": 0,
        "linkStateRetransmissionListCounter": 0,
        "requestCounter": 0,
        "linkStateRequestListCounter": 0,
        "dbSummaryCounter": 0,
        "databaseSummaryListCounter": 0,
    }


def bgp_summary(of: Witness) -> Json:
    """Answer ``show bgp summary json``; nothing at all where BGP is not configured or has no peer."""
    bgp = of.router.settings.bgp
    sessions = [s for s in of.forwarding.bgp.get(of.router.key, ()) if s.peer.active]
    if bgp is None or not sessions:
        return {}
    failed = sum(session.far is None for session in sessions)
    return {
        "ipv4Unicast": {
            "routerId": str(bgp.router_id),
            "as": bgp.local_as,
            "vrfId": 0,
            "vrfName": "default",
            "tableVersion": 0,
            "ribCount": 0,
            "ribMemory": 0,
            "peerCount": len(sessions),
            "peerMemory": 741464 * len(sessions),
            "peers": {str(s.peer.address): _bgp_peer(of, bgp.local_as, s) for s in sessions},
            "failedPeers": failed,
            "displayedPeers": len(sessions),
            "totalPeers": len(sessions),
            "dynamicPeers": 0,
            "bestPath": {"multiPathRelax": "false"},
        }
    }


def _bgp_peer(of: Witness, local_as: int, session: BgpSession) -> Json:
    up, far = session.far is not None, session.far
    sent = of.router.settings.bgp
    seconds = int(of.up_s)
    return {
        "remoteAs": session.peer.remote_as,
        "localAs": local_as,
        "version": 4,
        "msgRcvd": 4 if up else 0,
        "msgSent": 4 if up else 0,
        "tableVersion": 0,
        "outq": 0,
        "inq": 0,
        "peerUptime": f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if up else "never",
        "peerUptimeMsec": seconds * 1000 if up else 0,
        "pfxRcd": len(of.forwarding.given(far, of.router.key)) if far is not None else 0,
        "pfxSnt": len(sent.networks) if up and sent is not None else 0,
        "state": session.state,
        "peerState": "Admin" if session.peer.shut else "OK",
        "connectionsEstablished": int(up),
        "connectionsDropped": 0,
        **({"desc": session.peer.description} if session.peer.description else {}),
        "idType": "ipv4",
    }


def bgp_neighbors(of: Witness) -> Json:
    """Answer ``show bgp neighbors json``, as far as a driver reads it."""
    bgp = of.router.settings.bgp
    return {
        str(s.peer.address): {
            "remoteAs": s.peer.remote_as,
            "localAs": bgp.local_as if bgp is not None else 0,
            **({"nbrDesc": s.peer.description} if s.peer.description else {}),
            **({"adminShutDown": True} if s.peer.shut else {}),
            "bgpVersion": 4,
            "remoteRouterId": str(_router_id(of, s)),
            "bgpState": "Established" if s.far is not None else "Idle" if s.peer.shut else "Active",
        }
        for s in of.forwarding.bgp.get(of.router.key, ())
    }


def _router_id(of: Witness, session: BgpSession) -> IPv4Address:
    theirs = None if session.far is None else of.fabric.routers[session.far.box].settings.bgp
    return theirs.router_id if theirs is not None else IPv4Address(0)


def routes(of: Witness) -> Json:
    """Answer ``show ip route json``."""
    return {str(route.prefix): [_route(of, route)] for route in of.forwarding.routes(of.router.key)}


def _route(of: Witness, route: Route) -> Json:
    hop: Json = {"fib": True, "active": True}
    if route.port is None:
        hop |= {"unreachable": True, "blackhole": True}
    else:
        gateway = {"ip": str(route.gateway), "afi": "ipv4"} if route.gateway else {"directlyConnected": True}
        hop |= gateway | {"interfaceName": route.port.name}
    seconds = int(of.up_s)
    return {
        "prefix": str(route.prefix),
        "prefixLen": route.prefix.prefixlen,
        "protocol": route.protocol,
        "vrfName": "default",
        "selected": True,
        "destSelected": True,
        "distance": route.distance,
        "metric": route.metric,
        "installed": True,
        "uptime": f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}",
        "nexthops": [hop],
    }


def hardware_address(port: Port) -> str:
    """Return a port's own MAC address: the same in each simulation."""
    if port.name == "lo":
        return "00:00:00:00:00:00"
    digest = hashlib.sha256(f"{port.box}/{port.name}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))
