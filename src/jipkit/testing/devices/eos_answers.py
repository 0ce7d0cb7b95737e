"""What a simulated Arista EOS switch prints when it is asked something."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jipkit.testing.devices.eos_state import STATE

if TYPE_CHECKING:
    from jipkit.testing.devices.eos import EosSwitch


def shown(switch: EosSwitch, command: str) -> str | None:
    """Return what a command prints; None when the switch does not know it."""
    given = switch.answers.get(command)
    if given is not None:
        return given if isinstance(given, str) else given()
    for pattern, answer in _ANSWERS.items():
        found = re.fullmatch(pattern, command)
        if found is not None:
            said = answer(switch, *found.groups())
            return said if isinstance(said, str) else f"{json.dumps(said, indent=4)}\n"
    return None


def differences(switch: EosSwitch, name: str) -> str:
    """Return what a session would change, as EOS prints it."""
    session = switch.sessions.get(name)
    if session is None:
        return f"% Session {name} does not exist\n"
    lines = difflib.unified_diff(
        switch.running.splitlines(),
        session.model.text().splitlines(),
        "system:/running-config",
        f"session:/{name}-session-config",
        n=1,
        lineterm="",
    )
    return "".join(f"{line}\n" for line in lines)


def _headed(switch: EosSwitch, command: str, text: str) -> str:
    device = f"! device: {switch.hostname} (vEOS-lab, EOS-{switch.version})"
    return f"! Command: {command}\n{device}\n!\n! boot system flash:/vEOS-lab.swi\n!\n{text}"


def _version(switch: EosSwitch) -> dict[str, Any]:
    return {
        "mfgName": "Arista",
        "modelName": "vEOS-lab",
        "serialNumber": "REKAAN-VEOS",
        "version": switch.version,
        "internalVersion": f"{switch.version}-1.4272",
        "architecture": "x86_64",
        "systemMacAddress": "00:1c:73:00:00:01",
        "bootupTimestamp": switch.booted,
        "uptime": switch.clock.now() - switch.booted,
        "memTotal": 2006640,
        "memFree": 1042920,
    }


def _version_text(switch: EosSwitch) -> str:
    return (
        f"Arista vEOS-lab\nHardware version: \nSerial number: REKAAN-VEOS\n\nSoftware image version: {switch.version}\n"
        f"Architecture: x86_64\n\nUptime: {int(switch.clock.now() - switch.booted) // 60} minutes\n"
    )


def _hostname(switch: EosSwitch) -> dict[str, Any]:
    domain = switch.model.root.get(("dns", "domain"))
    return {
        "hostname": switch.hostname,
        "fqdn": f"{switch.hostname}.{domain.text.split()[-1]}" if domain else switch.hostname,
    }


def _logging(switch: EosSwitch) -> str:
    stamp = f"{switch.now():%b %e %H:%M:%S} {switch.hostname}"
    return (
        "Syslog logging: enabled\n    Buffer logging: level debugging\n    Console logging: level errors\n\n"
        f"Log Buffer:\n{stamp} Cli: %SYS-5-CONFIG_E: Enter configuration mode from console by jip\n"
    )


def _sessions(switch: EosSwitch, *_: str) -> dict[str, Any]:
    """Return the sessions: from 4.32 on a timer is told apart from their states."""
    recent = _number(switch.version) >= (4, 32)
    rows: dict[str, Any] = {}
    waiting: dict[str, Any] = {}
    for name, session in switch.sessions.items():
        inside = {
            str(4100 + number): {"user": session.user, "terminal": f"vty{3 + number}", "currentTerminal": False}
            for number in range(session.inside)
        }
        rows[name] = {"state": session.state, "commitUser": session.user, "description": "", "instances": inside}
        if session.state != "pendingCommitTimer":
            continue
        due = session.deadline - switch.booted
        if recent:
            rows[name]["state"] = "committed"
            waiting = {"commitTimerSessionName": name, "commitTimerExpireTime": due}
        else:
            rows[name]["commitBy"] = due
    return {"maxSavedSessions": 1, "maxOpenSessions": 5, "sessions": rows, **waiting}


def _sessions_text(switch: EosSwitch, *_: str) -> str:
    head = "Maximum number of completed sessions: 1\nMaximum number of pending sessions: 5\n\n"
    rows = [f"  {name:<24} {session.state:<20} {session.user}\n" for name, session in switch.sessions.items()]
    return f"{head}  Name                     State                User\n{''.join(rows)}"


def _checkpoints(switch: EosSwitch, *_: str) -> str:
    rows = (
        f"  {name:<24} {datetime.fromtimestamp(held.when, UTC):%Y-%m-%d %H:%M:%S}  {held.user}\n"
        for name, held in switch.checkpoints.items()
    )
    return f"Maximum number of checkpoints: 20\n  Filename                 Date                 User\n{''.join(rows)}"


def _checkpoint(switch: EosSwitch, name: str) -> str:
    held = switch.checkpoints.get(name)
    if held is None:
        return f"% Error displaying checkpoint:{name} (No such file or directory)\n"
    return _headed(switch, "show running-config", held.text)


def _session_config(switch: EosSwitch, name: str) -> str:
    session = switch.sessions.get(name)
    return session.model.text() if session else f"% Session {name} does not exist\n"


def _running(switch: EosSwitch) -> str:
    return _headed(switch, "show running-config", switch.running)


def _startup(switch: EosSwitch) -> str:
    return _headed(switch, "show startup-config", switch.startup)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


_ANSWERS: dict[str, Callable[..., str | dict[str, Any]]] = {
    **STATE,
    r"show running-config": _running,
    r"show startup-config": _startup,
    r"show version": _version_text,
    r"show version \| json": _version,
    r"show hostname \| json": _hostname,
    r"show logging \d+": _logging,
    r"show configuration sessions( detail)? \| json": _sessions,
    r"show configuration sessions( detail)?": _sessions_text,
    r"show configuration checkpoints": _checkpoints,
    r"more checkpoint:(\S+)": _checkpoint,
    r"show session-config named (\S+) diffs": differences,
    r"show session-config named (\S+)": _session_config,
}
