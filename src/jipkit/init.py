"""Lay out a new project from the rooms that came with jipkit, and show later what an upgrade changed in them."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from jipkit import __version__
from jipkit.errors import ProjectError
from jipkit.files import write_whole
from jipkit.language import N_, _, ngettext
from jipkit.places import ROOMS
from jipkit.report import Column, Report, Row, Text
from jipkit.rooms import shipped

MANIFEST = ".jip-rooms.json"
"""Says which version of jipkit laid the files out, and what they were then."""

EXAMPLES = ("starter", "oki")
SHARED = 0o644
IGNORED = "# records of jip: backups, journal, host keys, keys of twins\nvar/\n__pycache__/\n"

Change = Literal["new", "updated", "changed here", "changed on both sides", "gone"]
CHANGES: Mapping[Change, str] = {
    "new": N_("new"),
    "updated": N_("updated"),
    "changed here": N_("changed here"),
    "changed on both sides": N_("changed on both sides"),
    "gone": N_("gone"),
}


def shipped_files(example: str) -> dict[str, bytes]:
    """Return what a new project holds, by path: templates, tasks, playbooks, and the inventory of ``example``."""
    rooms = shipped()
    starter = Path(__file__).parent / "starter" / "inventory"
    sources = {room: rooms / room for room in ROOMS} | ({"inventory": starter} if example == "starter" else {})
    files = {f"{room}/{name}": content for room, folder in sources.items() for name, content in _files(folder)}
    if example == "starter":
        files |= {f"inventory/schemas/{n}": c for n, c in _files(rooms / "inventory" / "schemas")}
    return files | {".gitignore": IGNORED.encode()}


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in inside.parts):
            yield inside.as_posix(), path.read_bytes()


def lay_out(folder: Path, example: str) -> Report:
    """Write a new project into ``folder`` and report its files.

    Raises:
        ProjectError: a file of it is there already; nothing is written then.
    """
    files = shipped_files(example)
    there = sorted(name for name in files if (folder / name).exists())
    if there:
        raise ProjectError(
            f"{folder / there[0]} is there already; choose an empty folder, "
            f"or see what is new with `jip init --diff {folder}`"
        )
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content, SHARED)
    manifest = {
        "version": __version__,
        "example": example,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    write_whole(folder / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode(), SHARED)
    count = ngettext("{n} file", "{n} files", len(files)).format(n=len(files))
    return Report(
        name="init",
        ok=True,
        title=_("{folder}: a project with {count}").format(folder=folder, count=count),
        notes=(_("Next: cd {folder} && jip check && jip render --all").format(folder=folder),),
        data={"folder": str(folder), "files": sorted(files), "version": __version__},
    )


def difference(folder: Path, example: str) -> Report:
    """Report how the project in ``folder`` differs from what this jipkit would lay out; changes nothing.

    Raises:
        ProjectError: there is no project in ``folder``.
    """
    if not all((folder / room).is_dir() for room in ROOMS):
        raise ProjectError(f"{folder}: no jip project here; make one with `jip init {folder}`")
    laid = _manifest(folder)
    files = shipped_files(str(laid.get("example", example)))
    known: dict[str, str] = laid.get("files", {})
    changes = {name: change for name in sorted(files | known) if (change := _change(folder, name, files, known))}
    return Report(
        name="init",
        ok=True,
        title=_("{folder}: laid out by jipkit {old}, this is {new}").format(
            folder=folder, old=laid.get("version", "?"), new=__version__
        ),
        columns=(Column("file", _("File")), Column("change", _("Change"))),
        rows=tuple(
            Row({"file": name, "change": change}, shown={"change": _(CHANGES[change])})
            for name, change in changes.items()
        ),
        texts=tuple(_text(folder, name, files) for name, change in changes.items() if change != "new"),
        notes=() if changes else (_("Nothing differs."),),
        data={"version": __version__, "laid_out_by": laid.get("version")},
    )


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ProjectError(f"{folder / MANIFEST}: {error}; remove it to compare without it") from error
    if not isinstance(found, dict) or not isinstance(found.get("files", {}), dict):
        raise ProjectError(f"{folder / MANIFEST}: not written by jip; remove it to compare without it")
    return found


def _change(folder: Path, name: str, files: Mapping[str, bytes], known: Mapping[str, str]) -> Change | None:
    path = folder / name
    here = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    now = hashlib.sha256(files[name]).hexdigest() if name in files else None
    then = known.get(name)
    if here == now or (name.startswith("inventory/") and here != then):
        return None
    if now is None:
        return "gone"
    if here is None:
        return "new"
    if then is None or here == then:
        return "updated"
    return "changed here" if now == then else "changed on both sides"


def _text(folder: Path, name: str, files: Mapping[str, bytes]) -> Text:
    path = folder / name
    here = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    now = files.get(name, b"").decode("utf-8", errors="replace").splitlines()
    lines = difflib.unified_diff(here, now, f"{folder / name}", f"jipkit {__version__}", lineterm="")
    return Text(name, "\n".join(lines), kind="diff")
