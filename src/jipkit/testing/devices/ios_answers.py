"""What a simulated Cisco IOS router prints when it is asked something."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from jipkit.testing.devices.ios_state import STATE
from jipkit.testing.models.indented.statements import Block

if TYPE_CHECKING:
    from jipkit.testing.devices.ios import IosRouter


def shown(router: IosRouter, command: str) -> str | None:
    """Return what a command prints; None when the router does not know it."""
    given = router.answers.get(command)
    if given is not None:
        return given if isinstance(given, str) else given()
    for pattern, answer in _ANSWERS.items():
        found = re.fullmatch(pattern, command)
        if found is not None:
            return answer(router, *found.groups())
    return None


def piped(text: str, pipe: str) -> str:
    """Return what is left of an answer after ``| include``, ``exclude``, ``begin`` or ``section``."""
    verb, _, pattern = pipe.strip().partition(" ")
    lines = text.splitlines(keepends=True)
    if not verb:
        return text
    if verb in ("include", "inc", "i"):
        return "".join(line for line in lines if re.search(pattern, line))
    if verb in ("exclude", "ex", "e"):
        return "".join(line for line in lines if not re.search(pattern, line))
    first = next((number for number, line in enumerate(lines) if re.search(pattern, line)), len(lines))
    if verb in ("begin", "beg", "b"):
        return "".join(lines[first:])
    return "".join(_section(lines, pattern))


def _section(lines: list[str], pattern: str) -> Iterator[str]:
    inside = False
    for line in lines:
        inside = bool(re.search(pattern, line)) or (inside and line.startswith(" "))
        if inside:
            yield line


def running(router: IosRouter) -> str:
    """Return ``show running-config``: an interface without an address says so."""
    body = "!\n".join(("", f"version {router.version[:4]}\n", _with_defaults(router)))
    stamp = f"! Last configuration change at {_time(datetime.fromtimestamp(router.changed, router.now().tzinfo))}\n"
    return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n!\n{stamp}{body}\n"


def _with_defaults(router: IosRouter) -> str:
    lines: list[str] = []
    for line in router.running.splitlines():
        lines.append(line)
        if line.startswith("interface ") and _is_bare(router.model.root, line):
            lines.append(" no ip address")
    return "\n".join(line for line in lines if not line.startswith("version ")) + "\n"


def _is_bare(root: Block, head: str) -> bool:
    held = root.get(tuple(head.split()))
    keys = {key[:2] for key in (held.block or {})} if held else set()
    return not keys & {("ip", "address"), ("ip", "unnumbered"), ("switchport", "mode"), ("switchport", "access")}


def _startup(router: IosRouter) -> str:
    return f"Using {len(router.startup)} out of 262136 bytes\n!\n{router.startup}\n"


def _time(when: datetime) -> str:
    return f"{when:%H:%M:%S} UTC {when:%a %b} {when.day} {when:%Y}"


def _version(router: IosRouter) -> str:
    minutes = int(router.clock.now() - router.booted) // 60
    return (
        f"Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version {router.version}, RELEASE SOFTWARE (fc1)\n"
        "Technical Support: http://www.cisco.com/techsupport\n\n"
        "ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)\n\n"
        f"{router.hostname} uptime is {minutes} minutes\n"
        "System returned to ROM by power-on\n"
        'System image file is "flash:c2900-universalk9-mz.SPA.157-3.M8.bin"\n\n'
        "Cisco CISCO2911/K9 (revision 1.0) with 483328K/40960K bytes of memory.\n"
        "Processor board ID REKAAN-2911A\n"
        "3 Gigabit Ethernet interfaces\n\n"
        "Configuration register is 0x2102\n\n"
    )


def _hosts(router: IosRouter) -> str:
    held = router.model.root.get(("ip", "domain", "name")) or router.model.root.get(("ip", "domain-name"))
    domain = f"Default domain is {held.text.split()[-1]}" if held else "Default domain is not set"
    return f"{domain}\nName/address lookup uses domain service\nName servers are 255.255.255.255\n\n"


def _interfaces(router: IosRouter) -> str:
    rows = ["Interface                  IP-Address      OK? Method Status                Protocol"]
    for key, held in router.model.root.items():
        if key[0] != "interface" or held.block is None:
            continue
        address = held.block.get(("ip", "address"))
        where = address.text.split()[2] if address else "unassigned"
        state = "administratively down down" if ("shutdown",) in held.block else "up                    up"
        rows.append(f"{''.join(key[1:]):<26} {where:<15} YES NVRAM  {state}")
    return "\n".join(rows) + "\n"


def _archive(router: IosRouter) -> str:
    if router.archive_path is None:
        return " Archive feature not enabled\n"
    newest = router.archived[-1:]
    rows = [
        f"   {n:<8} {name}{' <- Most Recent' if [name] == newest else ''}" for n, name in enumerate(router.archived, 1)
    ]
    return (
        "The maximum archive configurations allowed is 10.\n"
        f"There are currently {len(router.archived)} archive configurations saved.\n"
        f"The next archive file will be named {router.archive_path}-<timestamp>-{len(router.archived)}\n"
        " Archive #  Name\n" + "".join(f"{row}\n" for row in rows)
    )


def _timer(router: IosRouter) -> str:
    pending = router.pending
    if pending is None:
        return "%No Rollback Confirmed Change pending\n"
    since = datetime.fromtimestamp(pending.since, router.now().tzinfo)
    return (
        f"Time configured(UTC): {_time(since)}\nTimer type: absolute timer\nTimer value: {pending.minutes} min\n"
        f"User: {pending.user}\n"
    )


def _differences(router: IosRouter, first: str, second: str) -> str:
    old, new = router.content(first), router.content(second)
    if old is None or new is None:
        missing = first if old is None else second
        return f"%Error opening {missing} (No such file or directory)\n"
    before, after = _statements(old), _statements(new)
    gone = [f"-{line}" for line in before if line not in after]
    come = [f"+{line}" for line in after if line not in before]
    return "!Contextual Config Diffs:\n" + ("\n".join(gone + come) or "!No changes were found") + "\n"


def _statements(text: str) -> list[str]:
    """Return the lines of a configuration, each after the lines that it stands in."""
    found, path = [], [""]
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if line.strip() and not line.lstrip().startswith("!"):
            path = [*path[:depth], line.strip()]
            found.append(" / ".join(path))
    return found


def _logging(router: IosRouter) -> str:
    if not router.logs:
        return "Syslog logging: enabled (0 messages dropped)\n\n    Buffer logging: disabled\n"
    head = "Syslog logging: enabled (0 messages dropped)\n\n    Buffer logging:  level debugging, 9 messages logged\n\n"
    return f"{head}Log Buffer (65536 bytes):\n\n" + "".join(f"{line}\n" for line in router.log)


_ANSWERS: dict[str, Callable[..., str]] = {
    **STATE,
    r"show run(?:ning-config)?": running,
    r"show startup-config": _startup,
    r"show version": _version,
    r"show hosts": _hosts,
    r"show ip interface brief": _interfaces,
    r"show archive": _archive,
    r"show archive config rollback timer": _timer,
    r"show archive config differences (\S+) (\S+)": _differences,
    r"show logging": _logging,
    r"show clock": lambda router: f"*{_time(router.now())}\n",
    r"show privilege": lambda router: f"Current privilege level is {router.privilege}\n",
}
