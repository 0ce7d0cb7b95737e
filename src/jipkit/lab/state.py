"""Which labs there are: one file a lab below /run/jip, and a lock that its holder keeps while it lives."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jipkit.errors import LabError

RUN = Path("/run/jip/labs")
WORK = Path("/run/jip/work")
"""Where each lab has its own memory mounted, in its own mount namespace; empty for everybody else."""
NETWORKS = Path("/run/netns")

_TRIES, _PAUSE_SECONDS = 5, 0.05
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True, slots=True)
class LabState:
    """A running lab.

    ``processes`` has the process id of each router's pid 1, as the machine counts; one without power has none.
    ``cables`` has the two boxes that each joins.
    """

    name: str
    root: str
    holder: int
    controller: str
    routers: tuple[str, ...]
    processes: Mapping[str, int]
    hosts: tuple[str, ...]
    cables: Mapping[str, Sequence[str]]
    started: float
    ends: float | None

    def network(self, box: str) -> Path:
        """Return the file that opens the network namespace of a router or host."""
        return Path(f"/proc/{self.holder}/root{NETWORKS}/{box}")


def checked_name(name: str) -> str:
    """Return ``name`` when a lab can be called so.

    Raises:
        LabError: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise LabError(f"{name!r} is no name for a lab: small letters, digits and hyphens, at most 31, such as oki-1")
    return name


def file_of(name: str) -> Path:
    """Return where the lab's state is written while it is up."""
    return RUN / f"{checked_name(name)}.json"


def socket_of(name: str) -> Path:
    """Return where the lab's holder listens."""
    return RUN / f"{checked_name(name)}.sock"


def _lock_of(name: str) -> Path:
    return RUN / f"{checked_name(name)}.lock"


def claim(name: str) -> int:
    """Return a descriptor that holds the lab's lock; what a lab that was killed has left is cleared away.

    Raises:
        LabError: the lab is up.
    """
    RUN.mkdir(mode=0o700, parents=True, exist_ok=True)
    for _ in range(_TRIES):
        descriptor = os.open(_lock_of(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if _locked(descriptor) and _is_at(descriptor, _lock_of(name)):
            break
        os.close(descriptor)
        time.sleep(_PAUSE_SECONDS)  # somebody may only be looking whether it is held, or be removing it
    else:
        raise LabError(f"lab {name} is up, or just coming up; `jip lab down {name}` takes it away")
    for path in (file_of(name), socket_of(name)):
        path.unlink(missing_ok=True)
    return descriptor


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    """Return whether an open file is still the one at ``path``: a lock on a file that is removed holds nothing."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def is_alive(name: str) -> bool:
    """Return whether somebody holds the lab's lock."""
    try:
        descriptor = os.open(_lock_of(name), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def forget(name: str) -> None:
    """Remove the lab's files."""
    for path in (file_of(name), socket_of(name), _lock_of(name)):
        path.unlink(missing_ok=True)


def save(state: LabState) -> None:
    """Write the lab's file, whole, for root alone."""
    path = file_of(state.name)
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(dataclasses.asdict(state), file, indent=1)
    new.replace(path)


def load(name: str) -> LabState:
    """Return what is known of a running lab.

    Raises:
        LabError: no lab of that name is up.
    """
    try:
        data: dict[str, Any] = json.loads(file_of(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LabError(f"no lab {name} is up; `jip lab up {name}` builds one, `jip lab ls` lists them") from None
    except PermissionError:
        raise LabError(f"{file_of(name)}: only root may look into a lab; use sudo") from None
    if not is_alive(name):
        raise LabError(f"lab {name} is gone: its holder was killed; `jip lab up {name}` builds it anew")
    lists = {key: tuple(data[key]) for key in ("routers", "hosts")}
    return LabState(**(data | lists))


def names() -> list[str]:
    """Return the names of all labs that have a lock or a file, dead ones too.

    Raises:
        LabError: only root may know.
    """
    if RUN.exists() and not os.access(RUN, os.R_OK | os.X_OK):
        raise LabError(f"{RUN}: only root may look into labs; use sudo")
    return sorted({path.stem for path in RUN.glob("*.*") if path.suffix in {".json", ".lock"}})


def wait_until_gone(name: str, within_s: float = 20.0) -> bool:
    """Return whether nobody holds the lab's lock any more, waiting for that."""
    end = time.monotonic() + within_s
    while is_alive(name):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
