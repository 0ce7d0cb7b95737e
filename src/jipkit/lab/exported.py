"""A twin that containerlab runs: what jip needs to know to work on it, kept in the twin's ``var``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from jipkit.errors import LabError
from jipkit.files import write_whole
from jipkit.lab.state import NETWORKS

RECORD = "containerlab.json"


@dataclass(frozen=True, slots=True)
class Exported:
    """A twin as it was written for containerlab.

    ``names`` are the routers that run on their own platform, each with the names that its ports have there.
    """

    name: str
    controller: str
    routers: tuple[str, ...]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def network(self) -> Path:
        """The file that opens the network namespace of the controller, where containerlab puts it."""
        return NETWORKS / f"clab-{self.name}-{self.controller}"


def save(var: Path, twin: Exported) -> None:
    """Write down a twin that was exported."""
    write_whole(var / RECORD, json.dumps(asdict(twin), indent=1).encode())


def load(var: Path) -> Exported | None:
    """Return what was exported under this name; None when nothing was.

    Raises:
        LabError: the record cannot be read.
    """
    path = var / RECORD
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Exported(**{**found, "routers": tuple(found["routers"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise LabError(f"{path}: {error}; export the twin again with `jip lab export`") from error
