"""A small network, built by hand, in which every kind of link that matters occurs once."""

from __future__ import annotations

from typing import Any, TypeVar

from jipkit.model import Entry, Link, Network, Office, Pool, Provider, Router, Standards

E = TypeVar("E", bound=Entry)


def small_network() -> Network:
    """Return two core routers, one pop, and five offices around them.

    ::

        unmanaged:isp-a ==BGP== core-1 ------- core-2     the controller's LAN, noc, is at core-1
                                |    |             |
                      dinas-sehat   pop-1 ---- kec-rawa   RouterOS with two uplinks: pop-1 and core-2
                          (Cisco)    |||
                                     ||desa-jauh          over VSAT, with static routes
                                     |pkm-baru            planned, and so is its link
                                     kel-lama             retired, and so is its link

    Every address is valid, nothing overlaps, and every name that is used exists.
    """
    return Network(
        offices=keyed(Office, _OFFICES),
        routers=keyed(Router, _ROUTERS),
        links=keyed(Link, _LINKS),
        standards=Standards.model_validate(_STANDARDS),
        providers=keyed(Provider, {"isp-a": {"name": "ISP A (rekaan)"}, "satelit": {"name": "Satelit (rekaan)"}}),
        pools=keyed(Pool, _POOLS),
    )


def keyed(kind: type[E], entries: dict[str, dict[str, Any]]) -> dict[str, E]:
    """Return the entries of an inventory file, by key, as its loader would make them."""
    return {key: kind.model_validate({"key": key, **fields}) for key, fields in entries.items()}


def changed(network: Network, noun: str, key: str, **fields: Any) -> Network:
    """Return ``network`` with other values for the fields of one object.

    >>> changed(small_network(), "link", "core-1--pop-1", cost=70).link("core-1--pop-1").cost
    70
    """
    entries: dict[str, Entry] = dict(getattr(network, f"{noun}s"))
    entry = entries[key]
    entries[key] = type(entry).model_validate({**dict(entry), **fields})
    return network.replace(**{f"{noun}s": entries})


_OFFICES: dict[str, dict[str, Any]] = {
    "diskominfo": {"name": "Pusat Data Diskominfo", "kind": "data-center"},
    "pop-1": {"name": "Titik Hadir 1", "kind": "pop"},
    "dinas-sehat": {"name": "Dinas Kesehatan", "kind": "dinas", "services": ["P-Care"]},
    "kec-rawa": {"name": "Kecamatan Rawa", "kind": "kecamatan", "code": "16.02.99", "services": ["SIAK", "SIPD"]},
    "desa-jauh": {"name": "Desa Jauh", "kind": "desa", "services": ["Siskeudes"]},
    "kel-lama": {"name": "Kelurahan Lama", "kind": "kelurahan", "state": "retired"},
    "pkm-baru": {"name": "Puskesmas Baru", "kind": "puskesmas", "services": ["P-Care"], "state": "planned"},
}

_ROUTERS: dict[str, dict[str, Any]] = {
    "core-1": {
        "office": "diskominfo",
        "platform": "frr",
        "version": "8.4.4",
        "role": "core",
        "loopback": "10.160.0.1",
        "interfaces": ["eth0", "eth1", "eth2", "eth3", "eth4"],
        "lans": [{"name": "noc", "interface": "noc0", "prefix": "10.160.255.0/24", "zone": "management"}],
    },
    "core-2": {
        "office": "diskominfo",
        "platform": "frr",
        "version": "8.4.4",
        "role": "core",
        "loopback": "10.160.0.2",
        "interfaces": ["eth0", "eth1", "eth2", "eth3"],
    },
    "pop-1": {
        "office": "pop-1",
        "platform": "frr",
        "version": "8.4.4",
        "role": "pop",
        "loopback": "10.160.0.3",
        "interfaces": ["eth0", "eth1", "eth2", "eth3", "eth4", "eth5", "eth6"],
    },
    "dinas-sehat": {
        "office": "dinas-sehat",
        "platform": "cisco_ios",
        "version": "15.9",
        "role": "dinas",
        "loopback": "10.160.0.4",
        "interfaces": ["GigabitEthernet0/0", "GigabitEthernet0/1", "GigabitEthernet0/2"],
        "lans": [
            {
                "name": "staff",
                "interface": "GigabitEthernet0/1.110",
                "prefix": "10.162.1.0/24",
                "zone": "staff",
                "vlan": 110,
                "ports": ["GigabitEthernet0/1"],
            }
        ],
    },
    "kec-rawa": {
        "office": "kec-rawa",
        "platform": "mikrotik_routeros",
        "version": "7.16.2",
        "role": "kecamatan",
        "loopback": "10.160.0.5",
        "interfaces": ["ether1", "ether2", "ether3", "ether4", "ether5"],
        "lans": [
            {
                "name": "staff",
                "interface": "vlan110-staff",
                "prefix": "10.162.2.0/25",
                "zone": "staff",
                "vlan": 110,
                "ports": ["ether3", "ether4"],
            },
            {
                "name": "wifi",
                "interface": "vlan120-wifi",
                "prefix": "10.162.2.128/25",
                "zone": "public",
                "vlan": 120,
                "ports": ["ether5"],
            },
        ],
    },
    "desa-jauh": {
        "office": "desa-jauh",
        "platform": "mikrotik_routeros",
        "version": "7.15.3",
        "role": "desa",
        "loopback": "10.160.0.6",
        "interfaces": ["ether1", "ether2", "ether3"],
        "lans": [
            {
                "name": "staff",
                "interface": "vlan110-staff",
                "prefix": "10.162.3.0/27",
                "zone": "staff",
                "vlan": 110,
                "ports": ["ether2", "ether3"],
            }
        ],
    },
    "kel-lama": {
        "office": "kel-lama",
        "platform": "mikrotik_routeros",
        "version": "6.49.10",
        "role": "kelurahan",
        "loopback": "10.160.0.7",
        "interfaces": ["ether1", "ether2", "ether3", "ether4", "ether5"],
        "state": "retired",
    },
    "pkm-baru": {
        "office": "pkm-baru",
        "platform": "mikrotik_routeros",
        "version": "7.16.2",
        "role": "puskesmas",
        "loopback": "10.160.0.8",
        "interfaces": ["ether1", "ether2", "ether3", "ether4", "ether5"],
        "lans": [
            {
                "name": "staff",
                "interface": "vlan110-staff",
                "prefix": "10.162.4.0/26",
                "zone": "staff",
                "vlan": 110,
                "ports": ["ether2", "ether3"],
            }
        ],
        "state": "planned",
    },
}

_LINKS: dict[str, dict[str, Any]] = {
    "core-1--core-2": {
        "a": "core-1:eth0",
        "b": "core-2:eth0",
        "medium": "fibre",
        "prefix": "10.161.0.0/31",
        "capacity_mbps": 10000,
        "cost": 1,
    },
    "core-1--pop-1": {
        "a": "core-1:eth1",
        "b": "pop-1:eth0",
        "medium": "fibre",
        "prefix": "10.161.0.2/31",
        "capacity_mbps": 1000,
    },
    "core-1--dinas-sehat": {
        "a": "core-1:eth2",
        "b": "dinas-sehat:GigabitEthernet0/0",
        "medium": "fibre",
        "prefix": "10.161.0.4/31",
        "capacity_mbps": 200,
        "cost": 20,
    },
    "pop-1--kec-rawa": {
        "a": "pop-1:eth1",
        "b": "kec-rawa:ether1",
        "medium": "radio",
        "prefix": "10.161.0.6/31",
        "capacity_mbps": 100,
        "cost": 40,
    },
    "core-2--kec-rawa": {
        "a": "core-2:eth1",
        "b": "kec-rawa:ether2",
        "medium": "fibre",
        "prefix": "10.161.0.8/31",
        "provider": "isp-a",
        "circuit": "ISPA-0042",
        "capacity_mbps": 50,
        "cost": 100,
    },
    "pop-1--desa-jauh": {
        "a": "pop-1:eth2",
        "b": "desa-jauh:ether1",
        "medium": "vsat",
        "prefix": "10.161.0.12/30",
        "provider": "satelit",
        "capacity_mbps": 4,
        "cost": 500,
        "routing": "static",
    },
    "pop-1--kel-lama": {
        "a": "pop-1:eth3",
        "b": "kel-lama:ether1",
        "medium": "copper",
        "prefix": "10.161.0.16/31",
        "capacity_mbps": 10,
        "cost": 200,
        "state": "retired",
    },
    "pop-1--pkm-baru": {
        "a": "pop-1:eth4",
        "b": "pkm-baru:ether1",
        "medium": "fibre",
        "prefix": "10.161.0.18/31",
        "capacity_mbps": 100,
        "cost": 40,
        "state": "planned",
    },
    "core-1--isp-a": {
        "a": "core-1:eth3",
        "b": "unmanaged:isp-a",
        "medium": "fibre",
        "prefix": "198.51.100.0/30",
        "provider": "isp-a",
        "circuit": "ISPA-0001",
        "capacity_mbps": 1000,
        "routing": "bgp",
        "bgp": {"local_as": 64496, "peer_as": 64500, "announce": ["203.0.113.0/24"]},
    },
}

_POOLS: dict[str, dict[str, Any]] = {
    "loopback": {"prefix": "10.160.0.0/23", "use": "loopback"},
    "link": {"prefix": "10.161.0.0/16", "use": "link"},
    "noc": {"prefix": "10.160.255.0/24", "use": "lan"},
    "lan": {"prefix": "10.162.0.0/15", "use": "lan"},
    "upstream": {"prefix": "198.51.100.0/24", "use": "public"},
    "public": {"prefix": "203.0.113.0/24", "use": "public"},
}

_STANDARDS: dict[str, Any] = {
    "domain": "uji.example",
    "banner": "Jaringan pemerintah; hanya untuk yang berwenang.",
    "ntp": ["10.160.255.10"],
    "dns": ["10.160.255.11"],
    "syslog": ["10.160.255.12"],
    "snmp": {"contact": "NOC", "location": "Kayu Agung"},
    "ospf": {"hello_s": 2, "dead_s": 8},
    "controller": {"router": "core-1", "lan": "noc"},
    "management_prefixes": ["10.160.255.0/24"],
    "vlans": {"staff": 110, "public": 120, "cctv": 130, "server": 140},
}
