"""What a machine must have for a lab, and what of it this one lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from jipkit.errors import LabError

INSTALL = "apt-get install frr frr-pythontools frr-snmp openssh-server lldpd nftables iproute2 iputils-ping"

_PROGRAMS = {
    "ip": "iproute2",
    "nft": "nftables",
    "ping": "iputils-ping",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "sshd": "openssh-server",
    "lldpd": "lldpd",
    "vtysh": "frr",
}
_FILES = {"/usr/lib/frr/frrinit.sh": "frr", "/usr/lib/frr/frr-reload.py": "frr-pythontools"}

# Tries, in namespaces of its own, each thing that the lab asks of the kernel.
_PROBE = r"""
ip link add pa type veth peer name pb 2>/dev/null || echo "veth devices (CONFIG_VETH)"
ip link add pa type veth peer name pb 2>/dev/null
nft 'add table netdev t; add chain netdev t c { type filter hook ingress device pa priority 0; };
add rule netdev t c numgen random mod 10000 < 1 drop; add rule netdev t c fwd to "pb"' 2>/dev/null ||
echo "nftables' fwd and numgen at ingress (CONFIG_NFT_FWD_NETDEV, CONFIG_NFT_NUMGEN)"
mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/r &&
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r 2>/dev/null ||
echo "overlayfs with its upper folder in memory (CONFIG_OVERLAY_FS)"
"""


def missing() -> list[str]:
    """Return what this machine lacks for a lab, each with how to get it; nothing when a lab can be built."""
    if sys.platform != "linux":
        return [f"Linux: this is {sys.platform}; a virtual machine with Debian 12 does"]
    found = [*_missing_programs()]
    if os.geteuid() != 0:
        return [*found, "root: namespaces with routers in them need it; use sudo"]
    return found or _missing_in_kernel()


def require() -> None:
    """Return when a lab can be built here.

    Raises:
        LabError: it cannot; the message names all that is missing.
    """
    lacking = missing()
    if lacking:
        raise LabError("a lab cannot run on this machine; missing:\n" + "\n".join(f"  {thing}" for thing in lacking))


def _missing_programs() -> list[str]:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    programs = {name: package for name, package in _PROGRAMS.items() if not shutil.which(name, path=path)}
    files = {name: package for name, package in _FILES.items() if not Path(name).exists()}
    return [f"{name}: `apt-get install {package}`" for name, package in (programs | files).items()]


def _missing_in_kernel() -> list[str]:
    argv = ["unshare", "--mount", "--net", "--pid", "--fork", "sh", "-c", _PROBE]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode and not done.stdout:
        return [f"namespaces: {done.stderr.strip()}; a container needs --privileged"]
    return [f"in the kernel: {line}; take a Debian kernel" for line in done.stdout.splitlines()]
