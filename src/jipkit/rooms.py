"""Where the rooms lie, and how their code is imported: by location, never through ``sys.path``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

CODE_ROOMS = ("tasks", "playbooks")


def shipped() -> Path:
    """Return the folder with the rooms that came with this jipkit: in the wheel, or the checkout."""
    installed = Path(__file__).parent / "rooms"
    return installed if installed.is_dir() else Path(__file__).parents[2]


def mount(root: Path) -> None:
    """Make ``import tasks`` and ``import playbooks`` mean the rooms of ``root``, whatever else has these names."""
    for name in CODE_ROOMS:
        _mount_package(name, root / name)


def _mount_package(name: str, folder: Path) -> None:
    mounted = sys.modules.get(name)
    if mounted is not None and list(getattr(mounted, "__path__", [])) == [str(folder)]:
        return
    for loaded in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
        del sys.modules[loaded]
    _load(name, folder / "__init__.py", [str(folder)])


def _load(name: str, path: Path, search: list[str] | None) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=search)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
