"""What a Cisco IOS router says of its archive, its rollback timer, and what became of the last change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jipkit.drivers.shape import State

NO_ARCHIVE = "Archive feature not enabled"
NOT_PENDING = "No Rollback Confirmed Change pending"
_UNCHANGED = "No changes were found"
_CONTEXT = "Contextual Config Diffs"
_DRIFTS = re.compile(r"[-+] *ntp clock-period ")
"""What IOS changes by itself."""
TIMER = "show archive config rollback timer"
LOG = "show logging | include ROLLBK_CNFMD_CHG"

_BACKUP = re.compile(r"Backing up current running config to\s+(\S+)")
_ARCHIVED = re.compile(r"^ +\d+ +(\S+:\S+)(?P<newest> +<- Most Recent)?", re.MULTILINE)
_ENTRY = re.compile(r"ROLLBK_CNFMD_CHG_(?P<what>[A-Z_]+): (?P<words>.*)")
_SCHEDULED = re.compile(r"[Ss]cheduled to rollback to config (\S+)")
_FATES: Mapping[str, State] = {"CONFIRM": "confirmed", "ROLLBACK_NOW": "reverted", "ROLLBACK_START": "reverted"}
_HARMLESS = re.compile(
    r"%[A-Z0-9_]+(?:-[A-Z0-9_]+)*-\d-[A-Z0-9_]+:"  # what it logs
    r"|% ?(?:warning|note|info)\b"
    r"|% ?(?:Interface \S+|IPv[46]) .*(?:disabled|removed)"  # of an interface that changes its VRF
    r"|% Generating \d+ bit"
    r"|% ?Not all config may be removed and may reappear"  # of a subinterface that is taken away
    r"|% ?Access VLAN does not exist\. Creating vlan"
    r"|% ?OSPF: Reference bandwidth is changed"
    r"|% ?Default route without gateway",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"%|error|invalid |must |cannot |can't |unable to |bgp is already running|ospf: |command rejected"
    r"|bad mask|inconsistent |duplicate |incorrect |unrecognized |please define |translating \"",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last change on a timer that the router's log tells of: the copy that was made before it, and its fate."""

    backup: str = ""
    state: State = "none"


def backup_in(answer: str) -> str | None:
    """Return where IOS keeps what it goes back to, from what it prints when the timer is armed."""
    found = _BACKUP.search(answer)
    return found[1] if found else None


def newest(archive: str) -> str | None:
    """Return the most recent copy in an answer to ``show archive``."""
    names = [(found[1], bool(found["newest"])) for found in _ARCHIVED.finditer(archive)]
    return next((name for name, is_newest in names if is_newest), names[-1][0] if names else None)


def remembered(log: str) -> Remembered:
    """Return what the log says of the last change on a timer."""
    last = Remembered()
    for entry in _ENTRY.finditer(log):
        scheduled = _SCHEDULED.search(entry["words"])
        if scheduled is not None:
            last = Remembered(scheduled[1], "pending")
        elif entry["what"] in _FATES and last.backup:
            last = Remembered(last.backup, _FATES[entry["what"]])
    return last


def is_same(differences: str) -> bool:
    """Return whether an answer to ``show archive config differences`` names no line that somebody changed."""
    lines = [line.strip() for line in differences.splitlines() if line.strip()]
    changed = [line for line in lines if line[0] in "-+" and not _DRIFTS.match(line)]
    return not changed and any(_UNCHANGED in line or _CONTEXT in line for line in lines)


def refusal(answer: str) -> str | None:
    """Return what is a refusal in the answer to a line in configuration mode; None where there is none."""
    for line in filter(None, map(str.strip, answer.splitlines())):
        if _REFUSAL.match(line) and not _HARMLESS.search(line):
            return line
    return None
