"""Find playbooks by their file names, read their help without importing them, run them; tell people, and ask them."""

from __future__ import annotations

import ast
import builtins
import importlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jipkit.errors import ProjectError, UsageError
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

    @property
    def _path(self) -> Path:
        return Path(self.root, "playbooks", *self.parts).with_suffix(".py")

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

    def face(self) -> Callable[..., Report]:
        """Return a function with the parameters of the playbook's, which does nothing.

        Of the file only what its signature names is run, so that a shell need not wait for the libraries that talk to
        routers while it completes an option.
        """
        tree = ast.parse(self._path.read_text(encoding="utf-8"))
        signature = _signature(tree, self.parts[-1])
        if signature is None:
            return self.load()
        mount(self.root)
        names: dict[str, Any] = {"__name__": ".".join(("playbooks", *self.parts))}
        exec(compile(signature, self._path, "exec"), names)  # noqa: S102 - the project's own code, as when it is imported
        return names[self.parts[-1]]  # type: ignore[no-any-return]


def _signature(tree: ast.Module, name: str) -> ast.Module | None:
    """Return of a file only the function ``name``, empty, and what its parameters name; None: that is not all there."""
    function = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name), None)
    if function is None:
        return None
    options = [each for each in function.args.args if each.arg != "project"]
    function.args.args, function.body, function.returns, function.decorator_list = options, [ast.Pass()], None, []
    kept: list[ast.stmt] = [function]
    wanted = _named(function)
    for node in reversed(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            kept.append(node)
        elif node is not function and wanted & (bound := _bound(node)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                node.names = [alias for alias in node.names if _binding(alias) in wanted]
            wanted = (wanted - bound) | _named(node)
            kept.append(node)
    complete = wanted <= vars(builtins).keys()
    return ast.fix_missing_locations(ast.Module([*reversed(kept[1:]), function], [])) if complete else None


def _named(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}


def _bound(node: ast.stmt) -> set[str]:
    """Return the names that a statement of a file gives a meaning."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {_binding(alias) for alias in node.names}
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _binding(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


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


Asker = Callable[[str], bool]

_asker: ContextVar[Asker | None] = ContextVar("asker", default=None)


def ask_people_with(asker: Asker | None) -> None:
    """Let ``asker`` put questions to whoever gave the command, yes or no; None: there is nobody to ask."""
    _asker.set(asker)


def can_ask() -> bool:
    """Return whether somebody is there to answer: a face has said so."""
    return _asker.get() is not None


def asked(question: str) -> bool:
    """Return whether whoever gave the command says yes.

    Raises:
        UsageError: there is nobody to ask.
    """
    asker = _asker.get()
    if asker is None:
        raise UsageError("there is nobody to ask: no terminal, or the answer is for a program")
    return asker(question)
