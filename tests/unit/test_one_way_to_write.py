"""There is one way to write to a router. Whoever finds another one has found a way round the lock and the journal."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("src/jipkit", "tasks", "playbooks")

# what writes to a device in NAPALM and Netmiko, and where alone it may be called
WRITING = {
    "commit_config": {"tasks/push.py"},
    "confirm_commit": {"tasks/confirm.py"},
    "rollback": {"tasks/rollback.py"},
    "send_config_set": set(),
    "send_config_from_file": set(),
    "save_config": set(),
    "load_merge_candidate": {"tasks/push.py"},
    "load_replace_candidate": {"tasks/push.py"},
}
# the tasks that do it, and the one recipe that runs them: the change, and its rescue
TASKS = {"push_config", "confirm_config", "rollback_config"}
RECIPE = {"playbooks/_change.py", "playbooks/_rescue.py"}


def sources() -> list[Path]:
    found = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in found if not {"testing", "drivers"} & set(path.parts)]


def calls(path: Path) -> Iterator[str]:
    """Yield the attribute names that are called on something."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def names(path: Path) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("verb", sorted(WRITING))
def test_a_verb_that_writes_to_a_router_is_called_in_its_task_alone(verb: str) -> None:
    found = {path.relative_to(ROOT).as_posix() for path in sources() if verb in calls(path)}
    assert found == WRITING[verb]


@pytest.mark.parametrize("task", sorted(TASKS))
def test_a_task_that_writes_is_run_by_the_one_recipe_alone(task: str) -> None:
    found = {path.relative_to(ROOT).as_posix() for path in sources() if task in names(path)}
    assert found <= RECIPE
    assert found


def test_the_recipe_takes_no_step_that_it_has_not_written_down() -> None:
    text = (ROOT / "playbooks/_change.py").read_text(encoding="utf-8")
    for step, task in (("apply", "push_config,"), ("confirm", "confirm_config,")):
        assert text.index(f'"{step}"') < text.index(task, text.index("class _Unit"))
