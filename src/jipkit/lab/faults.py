"""What goes wrong in a network, done to a lab on purpose, each with how to undo it."""

from __future__ import annotations

import signal
from collections.abc import Mapping

from jipkit.errors import LabError
from jipkit.lab.consoles import Consoles
from jipkit.lab.keys import KeyPair

DAEMONS = ("zebra", "ospfd", "bgpd", "staticd", "bfdd")

_FREEZE_TABLES = {
    # frames stop at the port, before anything in the kernel could answer them
    "netdev": "chain in {{ type filter hook ingress devices = {{ {ports} }} priority -500; policy drop; }}",
    # and what the kernel itself would still send, such as TCP's retransmissions, does not leave
    "inet": "chain out {{ type filter hook output priority -500; policy drop; }}",
}


class Faults(Consoles):
    """A running lab, and what can go wrong in it."""

    # ------------------------------------------------------------------ links

    def cut(self, link: str) -> None:
        """Take the carrier from both ends of a link; both ports stay administratively up."""
        self._treat(link, cut=True)

    def mend(self, link: str) -> None:
        """Make a link whole again: no cut, no loss, no delay."""
        self._treat(link, cut=False, loss_a=0, loss_b=0, delay_ms=0, jitter_ms=0)

    def lose(self, link: str, percent: float = 100, towards: str | None = None) -> None:
        """Lose frames on a link whose carrier stays: both ways, or only what travels towards one router."""
        if not 0 <= percent <= 100:
            raise LabError(f"a loss of {percent} %: name 0 to 100")
        self._treat(link, **dict.fromkeys(self._ways(link, towards), percent))

    def _ways(self, link: str, towards: str | None) -> tuple[str, ...]:
        a, b = self.state.cables.get(link, ("", ""))
        if towards is not None and towards not in (a, b):
            raise LabError(f"{link}: no end at {towards!r}; its ends are {a} and {b}")
        return ("loss_a", "loss_b") if towards is None else ("loss_a",) if towards == b else ("loss_b",)

    def delay(self, link: str, rtt_ms: float, jitter_ms: float = 0) -> None:
        """Let a link take ``rtt_ms`` for the way there and back, up to ``jitter_ms`` more."""
        if not (0 <= rtt_ms <= 60_000 and 0 <= jitter_ms <= 60_000):
            raise LabError(f"a delay of {rtt_ms} ms: name 0 to 60000")
        self._treat(link, delay_ms=rtt_ms / 2, jitter_ms=jitter_ms / 2)

    def miswire(self, link: str, other: str) -> None:
        """Swap the far ends of two links; doing it again puts them right."""
        self.ask(do="swap", cable=link, other=other)

    def _treat(self, link: str, **changes: float | bool) -> None:
        self.ask(do="treat", cable=link, changes=changes)

    # ------------------------------------------------------------------ routers

    def power_off(self, router: str) -> None:
        """Cut a router's power: its processes, its memory, its kernel's addresses and routes are gone."""
        self.ask(do="power off", router=router)

    def power_on(self, router: str) -> None:
        """Give a router its power back; it boots from its saved configuration."""
        self.ask(do="power on", router=router)

    def power_cut(self, router: str) -> None:
        """Cut a router's power and give it back."""
        self.power_off(router)
        self.power_on(router)

    def freeze(self, router: str) -> None:
        """Stop a router, data plane and all: no process runs, nothing is forwarded or answered; ports keep carrier."""
        ports = self.exec(router, ["ls", "/sys/class/net"]).stdout.split()
        quoted = ", ".join(f'"{port}"' for port in ports if port != "lo")
        self.exec(router, ["nft", "-f", "-"], stdin=_freezing(quoted))
        self.signal(router, signal.SIGSTOP)

    def thaw(self, router: str) -> None:
        """Let a frozen router go on."""
        self.signal(router, signal.SIGCONT)
        for family in _FREEZE_TABLES:
            self.exec(router, ["nft", "-f", "-"], stdin=_without(family))

    def kill_daemon(self, router: str, daemon: str) -> None:
        """Kill one of FRR's daemons; watchfrr starts it again after some seconds."""
        self._signal_daemon(router, daemon, signal.SIGKILL)

    def freeze_daemon(self, router: str, daemon: str) -> None:
        """Stop one of FRR's daemons without ending it; when it has not answered for long, watchfrr restarts it."""
        self._signal_daemon(router, daemon, signal.SIGSTOP)

    def thaw_daemon(self, router: str, daemon: str) -> None:
        """Let a frozen daemon go on."""
        self._signal_daemon(router, daemon, signal.SIGCONT)

    def _signal_daemon(self, router: str, daemon: str, number: signal.Signals) -> None:
        if daemon not in DAEMONS:
            raise LabError(f"{router}: no daemon {daemon!r}; there are {', '.join(DAEMONS)}")
        if not self.signal(router, number, daemon):
            raise LabError(f"{router}: {daemon} does not run")

    # ------------------------------------------------------------------ SSH

    def kill_sshd(self, router: str) -> None:
        """Kill a router's SSH server with all its sessions; nothing restarts it."""
        self.signal(router, signal.SIGKILL, "sshd")

    def start_sshd(self, router: str) -> None:
        """Start a router's SSH server again."""
        if not self.processes(router, "sshd"):
            self.exec(router, ["/usr/sbin/sshd"])

    def new_host_key(self, router: str) -> None:
        """Give a router another SSH host key, as if the box had been replaced; the first one is kept aside."""
        self.exec(router, ["cp", "--no-clobber", _KEY_FILE, f"{_KEY_FILE}.first"])
        self.exec(router, ["sh", "-c", f"umask 077; cat > {_KEY_FILE}"], stdin=KeyPair.new().private)
        self._restart_sshd(router)

    def first_host_key(self, router: str) -> None:
        """Give a router the SSH host key back with which it was built."""
        self.exec(router, ["mv", f"{_KEY_FILE}.first", _KEY_FILE])
        self._restart_sshd(router)

    def _restart_sshd(self, router: str) -> None:
        self.kill_sshd(router)
        self.start_sshd(router)


_KEY_FILE = "/etc/ssh/ssh_host_ed25519_key"


def _without(family: str) -> str:
    return f"add table {family} lab_frozen\ndelete table {family} lab_frozen\n"


def _freezing(ports: str) -> str:
    tables: Mapping[str, str] = {family: chain.format(ports=ports) for family, chain in _FREEZE_TABLES.items()}
    return "".join(
        f"{_without(family)}table {family} lab_frozen {{\n  {chain}\n}}\n" for family, chain in tables.items()
    )
