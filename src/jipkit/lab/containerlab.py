"""Write a twin as a topology for containerlab: the same configurations, the same cables, on images.

Nothing but the links joins the nodes (``network-mode: none``): the twin is managed over its links, as the district is.
Routers on their own platform are on containerlab's management network besides, without which their images do not start.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from jipkit.errors import LabError
from jipkit.files import private_folder, write_whole
from jipkit.lab.blueprint import HOST_PORT, Blueprint, Box, Host, Port
from jipkit.lab.router import LLDP_CONFIG, SSHD_CONFIG, daemons, saved_config, vtysh_config
from jipkit.lab.startup import Native, about

IMAGE = "jipkit-frr:8.4"
"""What ``docker build`` of the exported Dockerfile makes: FRRouting's own image, with sshd and lldpd."""
BASE = "quay.io/frrouting/frr:8.4.4"
STARTUP = "startup-config"
"""In the folder of a router that runs on its own platform: what it boots from."""

_DOCKERFILE = """\
FROM {base}
RUN apk add --no-cache openssh-server lldpd bash coreutils util-linux iproute2 iputils
RUN mkdir -p /run/lldpd /etc/ssh/authorized_keys && chmod 755 /etc/ssh/authorized_keys
{users}COPY boot /usr/local/bin/boot
RUN chmod 755 /usr/local/bin/boot
ENTRYPOINT ["/sbin/tini", "--", "/usr/local/bin/boot"]
"""
_USER = "RUN adduser -D -s /bin/bash {user} && passwd -u {user} && addgroup {user} frrvty\n"

_BOOT = """\
#!/bin/bash
# Starts FRRouting, and where a host key is there sshd and lldpd.
echo 1000 > /proc/sys/net/ipv4/igmp_max_memberships 2>/dev/null  # the kernel's 20 stop OSPF at the 20th interface
chown -R frr:frr /etc/frr
if [ -f /etc/ssh/ssh_host_ed25519_key ]; then
    chmod 600 /etc/ssh/ssh_host_ed25519_key
    /usr/sbin/sshd
    lldpd
fi
exec /usr/lib/frr/docker-start
"""

_START = """\
# {name}: a twin for containerlab

    docker build -t {image} .
    sudo containerlab deploy -t {name}.clab.yml
    sudo jip -C {root} --lab {name} status
    sudo containerlab destroy -t {name}.clab.yml --cleanup

The files hold passwords and keys of this twin alone; none of them opens anything in the district.
"""


def export(blueprint: Blueprint, folder: Path, native: Mapping[str, Native] | None = None) -> list[Path]:
    """Write the topology, the start-up configurations and the image's recipe into ``folder``; return their paths.

    ``native`` are the routers that run on their own platform, by key; all others run FRRouting.

    Raises:
        LabError: the folder holds something else.
    """
    require_place(folder)
    private_folder(folder)
    written = []
    for path, text in files(blueprint, native or {}).items():
        private_folder((folder / path).parent)
        write_whole(folder / path, text.encode())
        written.append(folder / path)
    return written


def require_place(folder: Path) -> None:
    """Make sure that a topology can be written into ``folder``: it is new, empty, or holds an earlier one.

    Raises:
        LabError: it holds something else.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not list(folder.glob("*.clab.yml")))):
        raise LabError(f"{folder}: holds something else than a topology; name a folder that is new")


def files(blueprint: Blueprint, native: Mapping[str, Native]) -> dict[str, str]:
    """Return the text of each file by its path below the folder."""
    found = {
        f"{blueprint.name}.clab.yml": topology(blueprint, native),
        "Dockerfile": _DOCKERFILE.format(base=BASE, users="".join(_USER.format(user=u) for u in blueprint.users)),
        "boot": _BOOT,
        "START.md": _start(blueprint, native),
        "sshd_config": SSHD_CONFIG,
        "lldpd.conf": LLDP_CONFIG,
        "authorized_keys": f"{blueprint.public_key}\n",
    }
    for box in blueprint.boxes:
        if box.key in native:
            found[f"{box.key}/{STARTUP}"] = native[box.key].text
        else:
            found |= {f"{box.key}/{name}": text for name, text in _box_files(box, blueprint.users)}
    return found


def topology(blueprint: Blueprint, native: Mapping[str, Native]) -> str:
    """Return the topology as YAML: a node a router and a host, a link a cable, and the ports that have none."""
    nodes = {box.key: _node(box, blueprint.users, native.get(box.key)) for box in blueprint.boxes}
    nodes |= {host.key: _host(host) for host in blueprint.hosts}

    def end(port: Port) -> tuple[str, str]:
        return port.box, native[port.box].ports[port.name] if port.box in native else port.name

    cables = [(end(cable.a), end(cable.b)) for cable in blueprint.cables]
    plugged = {place for cable in cables for place in cable}
    lonely = dict.fromkeys(end(port) for port in blueprint.unplugged)
    links = [
        *({"endpoints": [f"{box}:{port}" for box, port in cable]} for cable in cables),
        *({"type": "dummy", "endpoint": {"node": b, "interface": p}} for b, p in lonely if (b, p) not in plugged),
    ]
    return yaml.safe_dump(
        {"name": blueprint.name, "topology": {"nodes": nodes, "links": links}}, sort_keys=False, width=1000
    )


def _node(box: Box, users: Collection[str], native: Native | None) -> dict[str, Any]:
    if native is not None:
        return _native_node(f"{box.key}/{STARTUP}", native)
    binds = [f"{box.key}/{name}:/etc/frr/{name}" for name in ("frr.conf", "daemons", "vtysh.conf")]
    if box.host_key is not None:
        binds += [
            f"{box.key}/ssh_host_ed25519_key:/etc/ssh/ssh_host_ed25519_key",
            "sshd_config:/etc/ssh/sshd_config:ro",
            "lldpd.conf:/etc/lldpd.conf:ro",
            *(f"authorized_keys:/etc/ssh/authorized_keys/{user}:ro" for user in users),
        ]
    return {
        "kind": "linux",
        "image": IMAGE,
        "network-mode": "none",
        "binds": binds,
        "sysctls": {"net.ipv4.ip_forward": 1},
    }


def _native_node(file: str, native: Native) -> dict[str, Any]:
    node = {"kind": native.image.kind, "image": native.reference}
    if native.image.script is None:
        return node | {"startup-config": file}
    return node | {"binds": [f"{file}:{native.image.script}:ro"], "exec": [native.image.run]}


def _host(host: Host) -> dict[str, Any]:
    commands = [f"ip address add {host.address} dev {HOST_PORT}", f"ip route add default via {host.gateway}"]
    return {
        "kind": "linux",
        "image": IMAGE,
        "network-mode": "none",
        "entrypoint": "sleep infinity",
        "exec": commands,
    }


def _box_files(box: Box, users: Collection[str]) -> Iterator[tuple[str, str]]:
    yield "frr.conf", saved_config(box)
    yield "daemons", daemons(box.config)
    yield "vtysh.conf", vtysh_config(users)
    if box.host_key is not None:
        yield "ssh_host_ed25519_key", box.host_key


def _start(blueprint: Blueprint, native: Mapping[str, Native]) -> str:
    start = _START.format(name=blueprint.name, image=IMAGE, root=blueprint.root)
    return start + about(blueprint.name, native)
