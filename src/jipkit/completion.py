"""Names for the shell to complete, read from the inventory as it is being typed about: quickly, and never a complaint.

Only the files of the wanted kind are read, and only their keys: a district with faults elsewhere still has names.
Where there is no project, or a file cannot be read, there is nothing to complete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from jipkit.errors import LabError, ProjectError
from jipkit.places import find_root

Complete = Callable[[typer.Context, str], list[str]]


def offices(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the offices whose name begins so."""
    return _names(ctx, "offices", incomplete)


def routers(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the routers whose name begins so."""
    return _names(ctx, "routers", incomplete)


def links(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the links whose name begins so."""
    return _names(ctx, "links", incomplete)


def providers(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the providers whose name begins so."""
    return _names(ctx, "providers", incomplete)


def pools(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the pools of the address plan whose name begins so."""
    return _names(ctx, "pools", incomplete)


def labs(incomplete: str) -> list[str]:
    """Return the labs whose name begins so; none where only root may know them."""
    from jipkit.lab import state  # noqa: PLC0415 - most completions are not about labs

    try:
        known = state.names()
    except LabError:
        return []
    return [name for name in known if name.startswith(incomplete)]


def _names(ctx: typer.Context, kind: str, incomplete: str) -> list[str]:
    named: Any = ctx.find_root().params.get("path")
    try:
        room = find_root(named) / "inventory"
        return sorted(name for name in set(_keys(room, kind)) if name.startswith(incomplete))
    except (ProjectError, OSError):
        return []


def _keys(room: Path, kind: str) -> Iterator[str]:
    """Yield the names under which objects of ``kind`` are written."""
    from jipkit.documents import read_document  # noqa: PLC0415 - `jip --help` reads no file
    from jipkit.inventory import LARGEST, inventory_files, read_bytes  # noqa: PLC0415 - same
    from jipkit.model import KEY_PATTERN  # noqa: PLC0415 - same

    for found, path in inventory_files(room):
        if found != kind:
            continue
        content = read_bytes(path)
        document, faults = read_document(content, path.name) if len(content) <= LARGEST else (None, [])
        if document is not None and not faults and isinstance(document.value, dict):
            yield from (key for key in document.value if re.fullmatch(KEY_PATTERN, key))
