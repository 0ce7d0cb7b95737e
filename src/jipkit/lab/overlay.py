"""The network of a running lab: the district's, cut down to the twin, with the twin's own states."""

from __future__ import annotations

from pathlib import Path

import yaml

from jipkit.errors import LabError
from jipkit.files import alone, write_whole
from jipkit.lab import exported, state
from jipkit.lab.native import renamed
from jipkit.model import Network, Source, State
from jipkit.provisioning import activated
from jipkit.twin import twin_of

STATES = "states.yaml"
"""In the twin's ``var``: what was taken into service there, and is still planned in the district."""

_NOUNS = ("office", "router", "link")


def twin_network(district: Network, name: str, var: Path) -> Network:
    """Return the network of the running lab ``name``, whose records are in ``var``.

    Raises:
        LabError: no such lab is up, it is another project's, or its states cannot be read.
    """
    if (twin := exported.load(var)) is not None:
        return activated(renamed(district, twin.routers, twin.names), activated_in(var))
    known = state.load(name)
    if Path(known.root, "var", "labs", name).resolve() != var.resolve():
        raise LabError(f"lab {name} is a twin of {known.root}, not of this project; choose another name")
    return activated(twin_of(district, known.routers), activated_in(var))


def activated_in(var: Path) -> tuple[Source, ...]:
    """Return the ``state`` keys that are active in a twin and may be planned in the district.

    Raises:
        LabError: the file that holds them cannot be read.
    """
    path = var / STATES
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return tuple(
            Source(noun, key, "state") for noun in _NOUNS for key, value in data.get(noun, {}).items()
            if State(value) is State.ACTIVE
        )  # fmt: skip
    except FileNotFoundError:
        return ()
    except (OSError, yaml.YAMLError, AttributeError, ValueError) as error:
        raise LabError(f"{path}: {error}; delete it to have everything in its first state again") from error


def activate_in(var: Path, sources: tuple[Source, ...]) -> None:
    """Record in a twin's ``var`` that the objects which ``sources`` name are active there."""
    path = var / STATES
    with alone(path):
        table: dict[str, dict[str, str]] = {}
        for source in dict.fromkeys((*activated_in(var), *sources)):
            table.setdefault(source.noun, {})[source.key] = str(State.ACTIVE)
        write_whole(path, yaml.safe_dump(table).encode())
