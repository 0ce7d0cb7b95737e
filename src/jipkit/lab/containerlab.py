"""Write a twin as a topology for containerlab: public images, the same configurations, the same cables.

Nothing but the links joins the nodes (``network-mode: none``): the twin is managed over its links, as the district is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from jipkit.errors import LabError
from jipkit.files import private_folder, write_whole
from jipkit.lab.blueprint import HOST_PORT, Blueprint, Box, Host
from jipkit.lab.router import LLDP_CONFIG, SSHD_CONFIG, daemons, saved_config, vtysh_config
from jipkit.platforms import LabImage

IMAGE = "jipkit-frr:8.4"
"""What ``docker build`` of the exported Dockerfile makes: FRRouting's own image, with sshd and lldpd."""
BASE = "quay.io/frrouting/frr:8.4.4"

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
{own}"""

_OWN = """
These images are not public. Build each from your own copy of the vendor's software (vrnetlab has the recipes), or
change its name in {name}.clab.yml:

{images}"""


@dataclass(frozen=True, slots=True)
class Native:
    """A router on its own platform: ``text`` is its start-up configuration, ``ports`` its ports by our names."""

    image: LabImage
    reference: str
    text: str
    ports: Mapping[str, str]


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
        "START.md": _start(blueprint, native.values()),
        "sshd_config": SSHD_CONFIG,
        "lldpd.conf": LLDP_CONFIG,
        "authorized_keys": f"{blueprint.public_key}\n",
    }
    for box in blueprint.boxes:
        if box.key in native:
            found[f"{box.key}/startup-config"] = native[box.key].text
        else:
            found |= {f"{box.key}/{name}": text for name, text in _box_files(box, blueprint.users)}
    return found


def topology(blueprint: Blueprint, native: Mapping[str, Native]) -> str:
    """Return the topology as YAML: a node a router and a host, a link a cable."""
    nodes = {box.key: _node(box, blueprint.users, native.get(box.key)) for box in blueprint.boxes}
    nodes |= {host.key: _host(host) for host in blueprint.hosts}

    def endpoint(box: str, port: str) -> str:
        return f"{box}:{native[box].ports[port] if box in native else port}"

    links: list[dict[str, Any]] = [
        {"endpoints": [endpoint(cable.a.box, cable.a.name), endpoint(cable.b.box, cable.b.name)]}
        for cable in blueprint.cables
        if all(port.box not in native or port.name in native[port.box].ports for port in (cable.a, cable.b))
    ]
    links += [
        {"type": "dummy", "endpoint": {"node": port.box, "interface": port.name}}
        for port in blueprint.unplugged
        if port.box not in native
    ]
    content = {"name": blueprint.name, "topology": {"nodes": nodes, "links": links}}
    return yaml.safe_dump(content, sort_keys=False, width=1000)


def _node(box: Box, users: Collection[str], native: Native | None) -> dict[str, Any]:
    if native is not None:
        return {"kind": native.image.kind, "image": native.reference, "startup-config": f"{box.key}/startup-config"}
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


def _start(blueprint: Blueprint, native: Collection[Native]) -> str:
    own = sorted({n.reference for n in native if not n.image.public})
    images = "".join(f"- {reference}\n" for reference in own)
    return _START.format(
        name=blueprint.name,
        image=IMAGE,
        root=blueprint.root,
        own=_OWN.format(name=blueprint.name, images=images) if own else "",
    )
