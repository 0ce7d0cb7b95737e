"""What the root of a router holds: a copy-on-write view of this machine's own, with its own /etc and users."""

from __future__ import annotations

import os
import pwd
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from jipkit.lab.blueprint import Box

FIRST_USER_ID = 2001

_DAEMONS = """\
bgpd=yes
ospfd=yes
bfdd={bfd}
ospf6d=no
ripd=no
isisd=no
pimd=no
ldpd=no
vtysh_enable=yes
zebra_options="  -A 127.0.0.1 -s 90000000{snmp}"
bgpd_options="   -A 127.0.0.1{snmp}"
ospfd_options="  -A 127.0.0.1{snmp}"
staticd_options="-A 127.0.0.1"
bfdd_options="   -A 127.0.0.1"
"""

_VERSION = "frr version 8.4.4\n"
_FACTORY = "frr defaults traditional\nhostname {name}\nlog syslog informational\n!\n"
"""What a router has before anybody configures it."""

SSHD_CONFIG = """\
Port 22
ListenAddress 0.0.0.0
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys/%u
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
StrictModes no
MaxStartups 100
MaxSessions 100
LoginGraceTime 30
PidFile /run/sshd.pid
Subsystem sftp internal-sftp
"""

LLDP_CONFIG = "configure lldp tx-interval 5\n"
"""So that a router hears of its neighbours within seconds; the default is half a minute."""

# Pid 1 of the router (dash). $1 = name, $2 = its folder in the lab's memory. /proc is still the machine's, so that
# /proc/self/stat tells the process id as the machine counts.
_INIT = r"""#!/bin/sh
read -r PID rest < /proc/self/stat
echo "$PID" > "$2/pid.new"; mv "$2/pid.new" "$2/pid"
hostname "$1"
rm -rf "$2/work"; mkdir -p "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$2/upper,workdir=$2/work" "$2/root" || exit 97
cd "$2/root" || exit 98
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
mknod -m 666 dev/null c 1 3; mknod -m 666 dev/zero c 1 5; mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8; mknod -m 666 dev/urandom c 1 9; mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm; ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
mount -t devpts devpts dev/pts -o newinstance,ptmxmode=0666,mode=620,gid=5
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=700 tmpfs root
mkdir run/machine
pivot_root . run/machine && cd / && umount -l /run/machine && rmdir /run/machine || exit 99
exec /bin/sh /etc/lab/boot </dev/null >/run/boot.log 2>&1
"""

_BOOT = r"""#!/bin/sh
for i in /sys/class/net/*; do ip link set "${i##*/}" up; done
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1000 > /proc/sys/net/ipv4/igmp_max_memberships  # the kernel's 20 stop OSPF at the 20th interface
echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
echo 0 > /proc/sys/net/ipv4/conf/default/rp_filter
mkdir -p /run/frr /run/sshd /run/lldpd /run/lock /var/log/frr
chown frr:frr /run/frr /var/log/frr
/usr/lib/frr/frrinit.sh start
[ -f /etc/ssh/ssh_host_ed25519_key ] && /usr/sbin/sshd
[ -s /etc/lab/lldp ] && lldpd -I "$(cat /etc/lab/lldp)"
touch /run/lab-ready
while :; do sleep 3600 & wait $!; done
"""


@dataclass(frozen=True, slots=True)
class Accounts:
    """This machine's accounts, with the lab's users added."""

    passwd: str
    shadow: str
    group: str

    @classmethod
    def with_users(cls, users: tuple[str, ...]) -> Accounts:
        """Return the accounts where ``users`` log in by key alone, with a shell and the rights to run vtysh."""
        ids = {name: FIRST_USER_ID + place for place, name in enumerate(users)}
        passwd, shadow, group = (Path("/etc", name).read_text("utf-8") for name in ("passwd", "shadow", "group"))
        added = "".join(f"{u}:x:{n}:{n}:{u}:/home/{u}:/bin/bash\n" for u, n in ids.items())
        return cls(
            passwd=_without(passwd, ids) + added,
            shadow=_without(shadow, ids) + "".join(f"{user}:*:20000:0:99999:7:::\n" for user in ids),
            group=_joined(_without(group, ids), users) + "".join(f"{u}:x:{n}:\n" for u, n in ids.items()),
        )


def _without(text: str, users: Mapping[str, int]) -> str:
    """Return account lines without those of ``users``: this machine may have a user of the same name."""
    return "".join(f"{line}\n" for line in text.splitlines() if line.split(":")[0] not in users)


def _joined(text: str, users: tuple[str, ...]) -> str:
    lines = []
    for line in text.splitlines():
        name, password, number, members = line.split(":")
        if name in {"frrvty", "frr", "adm"}:
            members = ",".join([*filter(None, members.split(",")), *users])
        lines.append(f"{name}:{password}:{number}:{members}\n")
    return "".join(lines)


@dataclass(frozen=True, slots=True)
class Roots:
    """Prepares the roots of a lab's routers below ``work``."""

    work: Path
    accounts: Accounts
    users: tuple[str, ...]
    public_key: str

    def folder(self, box: str) -> Path:
        return self.work / box

    def prepare(self, box: Box) -> None:
        """Lay out the root of a router that has never run."""
        folder = self.folder(box.key)
        upper = folder / "upper"
        for path, (mode, text) in self._files(box).items():
            target = upper / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            target.chmod(mode)
        self._give_to_owners(upper)
        (folder / "init").write_text(_INIT, encoding="utf-8")

    def _files(self, box: Box) -> dict[str, tuple[int, str]]:
        files = {
            "etc/hostname": (0o644, f"{box.key}\n"),
            # with the name on the line of localhost lldpd would announce "localhost"
            "etc/hosts": (0o644, f"127.0.0.1 localhost\n127.0.1.1 {box.key}\n"),
            "etc/passwd": (0o644, self.accounts.passwd),
            "etc/shadow": (0o600, self.accounts.shadow),
            "etc/group": (0o644, self.accounts.group),
            "etc/frr/daemons": (0o640, daemons(box.config)),
            "etc/frr/frr.conf": (0o640, saved_config(box)),
            "etc/frr/vtysh.conf": (0o640, vtysh_config(self.users)),
            "etc/ssh/sshd_config": (0o644, SSHD_CONFIG),
            "etc/lab/boot": (0o755, _BOOT),
            "etc/lldpd.conf": (0o644, LLDP_CONFIG),
            "etc/lab/lldp": (0o644, ",".join(box.lldp_ports)),
        }
        if box.host_key is not None:
            files["etc/ssh/ssh_host_ed25519_key"] = (0o600, box.host_key)
            files["etc/ssh/ssh_host_ed25519_key.pub"] = (0o644, "")  # hides this machine's own
        return files | {f"etc/ssh/authorized_keys/{user}": (0o644, f"{self.public_key}\n") for user in self.users}

    def _give_to_owners(self, upper: Path) -> None:
        frr = pwd.getpwnam("frr")
        vty = next(int(line.split(":")[2]) for line in self.accounts.group.splitlines() if line.startswith("frrvty:"))
        for path in (upper / "etc/frr", upper / "etc/frr/daemons", upper / "etc/frr/frr.conf"):
            os.chown(path, frr.pw_uid, frr.pw_gid)
        os.chown(upper / "etc/frr/vtysh.conf", frr.pw_uid, vty)
        for place, user in enumerate(self.users):
            home = upper / "home" / user
            home.mkdir(parents=True, exist_ok=True)
            os.chown(home, FIRST_USER_ID + place, FIRST_USER_ID + place)
            home.chmod(0o755)


def saved_config(box: Box) -> str:
    """Return the saved configuration with which a router boots: its own, on what every FRR has from the start."""
    own = "frr defaults" in box.config
    return _VERSION + ("" if own else _FACTORY.format(name=box.key)) + box.config


def vtysh_config(users: Collection[str]) -> str:
    """Return what lets ``users`` use vtysh, and has it keep one file."""
    return "service integrated-vtysh-config\n" + "".join(f"username {user} nopassword\n" for user in users)


def daemons(config: str) -> str:
    """Return which of FRRouting's daemons are to run for a configuration."""
    snmp = " -M snmp" if "agentx" in config else ""
    return _DAEMONS.format(bfd="yes" if "bfd" in config else "no", snmp=snmp)
