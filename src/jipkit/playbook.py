"""Find playbooks by their file names, read their help without importing them, run them, tell their progress."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from jipkit.errors import ProjectError
from jipkit.report import Report
from jipkit.rooms import mount


@dataclass(frozen=True, slots=True)
class Playbook:
    """A job: ``parts`` are its name and, before it, its group's (``("show", "office")``).

    ``help`` is its docstring up to the first section: paragraphs with a blank line between two.
    """

    root: Path
    parts: tuple[str, ...]
    help: str
    example: str

    @property
    def name(self) -> str:
        return self.parts[-1].replace("_", "-")

    def load(self) -> Callable[..., Report]:
        """Return the playbook's function.

        Raises:
            ProjectError: the file holds no function of its own name.
        """
        mount(self.root)
        module = importlib.import_module(".".join(("playbooks", *self.parts)))
        function = getattr(module, self.parts[-1], None)
        if not callable(function):
            path = Path("playbooks", *self.parts).with_suffix(".py")
            raise ProjectError(f"{path}: no function {self.parts[-1]}(); a playbook's function has its file's name")
        return function  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Group:
    """A folder of playbooks."""

    name: str
    help: str
    playbooks: tuple[Playbook, ...]


@cache
def discover(root: Path) -> dict[str, Playbook | Group]:
    """Return the playbooks and groups in ``root/playbooks`` by name; imports nothing."""
    found: dict[str, Playbook | Group] = {}
    for path in sorted((root / "playbooks").iterdir()):
        if path.name.startswith(("_", ".")):
            continue
        if path.suffix == ".py" and path.is_file():
            playbook = _read(root, (path.stem,))
            found[playbook.name] = playbook
        elif (path / "__init__.py").is_file():
            members = [p for p in sorted(path.glob("*.py")) if p.is_file() and not p.name.startswith("_")]
            summary, _ = _docstring(ast.parse((path / "__init__.py").read_text(encoding="utf-8")))
            found[path.name] = Group(path.name, summary, tuple(_read(root, (path.name, p.stem)) for p in members))
    return found


def _read(root: Path, parts: tuple[str, ...]) -> Playbook:
    path = Path(root, "playbooks", *parts).with_suffix(".py")
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path}: {error}") from error
    function = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == parts[-1]), None)
    summary, example = _docstring(function) if function else ("", "")
    return Playbook(root, parts, summary, example)


def _docstring(node: ast.Module | ast.FunctionDef) -> tuple[str, str]:
    """Return a docstring's paragraphs before any section, a blank line between two, and its example."""
    told: list[str] = []
    example: list[str] = []
    into: list[str] | None = told
    for line in (ast.get_docstring(node) or "").splitlines():
        word = line.strip()
        if word.endswith(":") and word[:-1] in ("Example", "Examples", "Raises", "Returns", "Args"):
            into = example if word.startswith("Example") else None
        elif into is not None:
            into.append(word)
    paragraphs = "\n".join(told).strip().split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs), "\n".join(line for line in example if line)


class Advance(Protocol):
    """Tells that ``n`` more items are done."""

    def __call__(self, n: int = 1) -> None: ...


def _silent(n: int = 1) -> None:
    """Tell nobody."""


ProgressFactory = Callable[[int, str], AbstractContextManager[Advance]]

_factory: ContextVar[ProgressFactory | None] = ContextVar("progress", default=None)


def show_progress_with(factory: ProgressFactory | None) -> None:
    """Let ``factory`` show the progress of long work; None keeps silent."""
    _factory.set(factory)


@contextmanager
def progress(total: int, label: str) -> Iterator[Advance]:
    """Yield a function to call after each item; shown only where a face has asked for it."""
    factory = _factory.get()
    if factory is None:
        yield _silent
        return
    with factory(total, label) as advance:
        yield advance
