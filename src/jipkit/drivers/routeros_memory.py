"""What a RouterOS router remembers of its last commit, and how two readings of its configuration are compared."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

TIMER = "jip-rollback"
"""The row of the scheduler that takes a change back; the one for a restart begins so, too."""
TIDY = "jip-tidy"
"""The row that removes the backup once it was loaded."""
_OWN = re.compile(rf"/system scheduler add .*\bname=(?:{TIMER}(?:-boot)?|{TIDY})(?: |$)")


@dataclass(frozen=True, slots=True)
class Memory:
    """What the router remembers of the last commit. ``before`` is the digest of the configuration before it."""

    token: str = ""
    state: str = "none"
    when: int | None = None
    exact: bool | None = None
    before: str = ""
    detail: str = ""


def remembered(text: str) -> Memory:
    """Return what a file says of a commit; nothing where it is not one of ours, or was cut short."""
    try:
        said = json.loads(text)
        found = Memory(**said)
    except (ValueError, TypeError):
        return Memory()
    texts = (found.token, found.state, found.before, found.detail)
    known = all(isinstance(one, str) for one in texts) and isinstance(found.exact, bool | None)
    return found if known and isinstance(found.when, int | None) else Memory()


def configuration(export: str) -> str:
    """Return an export without what we have put into the configuration ourselves."""
    lines = export.replace("\r", "").split("\n")
    return "\n".join(line for line in lines if not _OWN.match(line))


def digest(export: str) -> str:
    """Return the digest of what an export says, whenever it was read."""
    said = [line for line in configuration(export).splitlines() if line.strip() and not line.startswith("#")]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
