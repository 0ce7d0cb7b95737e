"""The floor plan of the house: imports only go down, and each library has its room."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FLOORS: dict[int, set[str]] = {
    0: {"jipkit", "jipkit.errors", "jipkit.language", "jipkit.model", "jipkit.reasons", "jipkit.report"},
    1: {
        "jipkit.addressing",
        "jipkit.approval.needs",
        "jipkit.blobs",
        "jipkit.candidate",
        "jipkit.changes",
        "jipkit.checks",
        "jipkit.configs",
        "jipkit.contest",
        "jipkit.deadlines",
        "jipkit.dialect",
        "jipkit.disclosure",
        "jipkit.drift",
        "jipkit.faults",
        "jipkit.filters",
        "jipkit.halfway",
        "jipkit.idiom",
        "jipkit.indented",
        "jipkit.lines",
        "jipkit.menus",
        "jipkit.observation",
        "jipkit.pages",
        "jipkit.pairing",
        "jipkit.parsing",
        "jipkit.parts",
        "jipkit.patterns",
        "jipkit.plan",
        "jipkit.platforms",
        "jipkit.postchecks",
        "jipkit.printable",
        "jipkit.provenance",
        "jipkit.provisioning",
        "jipkit.readings",
        "jipkit.redaction",
        "jipkit.remedy",
        "jipkit.rendering",
        "jipkit.reveal",
        "jipkit.rollout",
        "jipkit.routes",
        "jipkit.rows",
        "jipkit.schema",
        "jipkit.sockets",
        "jipkit.selection",
        "jipkit.sets",
        "jipkit.spelling",
        "jipkit.statement",
        "jipkit.ties",
        "jipkit.topology",
        "jipkit.touched",
        "jipkit.twin",
        "jipkit.verdict",
        "jipkit.view_parts",
        "jipkit.view_types",
        "jipkit.views",
        "jipkit.walk",
    },
    2: {
        "jipkit.approval",
        "jipkit.backups",
        "jipkit.completion",
        "jipkit.documents",
        "jipkit.drivers",
        "jipkit.editing",
        "jipkit.entries",
        "jipkit.files",
        "jipkit.hostkeys",
        "jipkit.init",
        "jipkit.inventory",
        "jipkit.lab",
        "jipkit.locks",
        "jipkit.options",
        "jipkit.places",
        "jipkit.playbook",
        "jipkit.project",
        "jipkit.rooms",
        "jipkit.runner",
        "jipkit.secrets",
        "jipkit.session",
        "jipkit.signals",
        "jipkit.store",
        "jipkit.testing",
        "jipkit.transport",
        "jipkit.trust",
        "jipkit.undo",
    },
    3: {"tasks"},
    4: {"playbooks"},
    5: {"jipkit.__main__", "jipkit.cli", "jipkit.commands", "jipkit.console", "jipkit.lab.commands", "jipkit.usage"},
}
ALONE = {"napalm_frr"}
"""Usable without jipkit: imports nothing of it."""

DEVICE_LIBRARIES = {"napalm", "netmiko", "nornir_napalm", "paramiko", "napalm_frr"}
MAY_TALK_TO_DEVICES = {"tasks", "jipkit.drivers", "jipkit.transport", "jipkit.testing", "napalm_frr"}


@cache
def modules() -> dict[str, Path]:
    found = {}
    for base in (ROOT / "src", ROOT):
        for package in ("jipkit", "napalm_frr", "tasks", "playbooks"):
            for path in (base / package).rglob("*.py"):
                if "rooms" in path.parts or "migrations" in path.parts:
                    continue
                parts = path.relative_to(base).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def place(module: str) -> str | None:
    """Return the entry of the plan that ``module`` belongs to: itself, or the package that holds it."""
    known = {name for names in FLOORS.values() for name in names} | ALONE
    parts = module.split(".")
    candidates = [".".join(parts[: n + 1]) for n in reversed(range(len(parts)))]
    return next((c for c in candidates if c in known and (c != "jipkit" or module == "jipkit")), None)


def floor(entry: str) -> int:
    return next(number for number, names in FLOORS.items() if entry in names)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from (name if name in modules() else node.module for name in sorted(names))


def typing_only(path: Path) -> set[str]:
    """Return what is imported for the type checker alone: it is never loaded."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for inner in ast.walk(node):
                if isinstance(inner, ast.ImportFrom) and inner.module:
                    found.add(inner.module)
    return found


@pytest.mark.parametrize("module", sorted(modules()))
def test_every_module_has_its_floor(module: str) -> None:
    assert place(module) is not None, f"{module} is on no floor; give it one in FLOORS"


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_only_go_down(module: str) -> None:
    here = place(module)
    assert here is not None
    path = modules()[module]
    ours = {name for name in imports(path) if name.split(".")[0] in ("jipkit", "tasks", "playbooks")}
    if here in ALONE:
        assert not ours
        return
    higher = {
        name
        for name in ours - typing_only(path)
        if (there := place(name)) and there != here and floor(there) > floor(here)
    }
    assert not higher


@pytest.mark.parametrize("module", sorted(modules()))
def test_only_transport_and_tasks_know_how_to_talk_to_a_device(module: str) -> None:
    used = {name.split(".")[0] for name in imports(modules()[module])} & DEVICE_LIBRARIES
    assert not used or place(module) in MAY_TALK_TO_DEVICES


def test_the_plan_names_no_module_that_is_gone() -> None:
    named = {name for names in FLOORS.values() for name in names} | ALONE
    assert named <= set(modules())


def test_no_python_file_lies_in_the_root() -> None:
    assert not list(ROOT.glob("*.py"))


def test_every_pure_module_can_be_imported_first() -> None:
    """In one process, as if each were the first of ours: whoever needs the other half-made fails here."""
    loop = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    for known in [m for m in sys.modules if m.partition('.')[0] in ('jipkit', 'napalm_frr')]:\n"
        "        del sys.modules[known]\n"
        "    try:\n"
        "        importlib.import_module(name)\n"
        "    except ImportError as error:\n"
        "        print(name, error)\n"
    )
    pure = FLOORS[0] | FLOORS[1]
    names = [name for name in sorted(modules()) if place(name) in pure]
    done = subprocess.run([sys.executable, "-c", loop, *names], capture_output=True, text=True, check=True)
    assert done.stdout == ""
