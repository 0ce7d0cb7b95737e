"""Write a network as the YAML files of an inventory: projects for tests come from networks made by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from jipkit.model import Entry, Link, Network
from jipkit.places import ROOMS


def write_inventory(network: Network, folder: Path) -> None:
    """Write ``network`` into ``folder``, one file a kind, as somebody would have written it by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    files: Mapping[str, Any] = {
        "offices": _keyed(network.offices.values()),
        "routers": _keyed(network.routers.values()),
        "links": _keyed(network.links.values()),
        "providers": _keyed(network.providers.values()),
        "contracts": _keyed(network.contracts.values()),
        "pools": _keyed(network.pools.values()),
        "waivers": _keyed(network.waivers.values()),
        "standards": _fields(network.standards),
        "calendar": {
            "hours": _keyed(network.calendar.hours.values()),
            "freezes": _keyed(network.calendar.freezes.values()),
            "windows": _keyed(network.calendar.windows.values()),
        },
    }
    if network.policy is not None:
        files = {**files, "policy": _fields(network.policy)}
    for name, content in files.items():
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def project_of(network: Network, rooms: Path, target: Path) -> Path:
    """Return ``target``, made a project: the rooms of the one in ``rooms``, and ``network`` as its inventory."""
    for room in ROOMS:
        if room != "inventory":
            shutil.copytree(rooms / room, target / room, ignore=shutil.ignore_patterns("__pycache__"))
    write_inventory(network, target / "inventory")
    return target


def _keyed(entries: Iterable[Entry]) -> dict[str, Any]:
    return {str(fields.pop("key")): fields for entry in entries for fields in [_fields(entry)]}


def _fields(entry: Entry) -> dict[str, Any]:
    fields = entry.model_dump(mode="json", exclude_defaults=True)
    return {**fields, "a": str(entry.a), "b": str(entry.b)} if isinstance(entry, Link) else fields
