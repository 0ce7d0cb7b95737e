from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from jipkit.places import platforms_in
from jipkit.schema import schemas

CHECKOUT = Path(__file__).parents[2]
ROOM = CHECKOUT / "inventory"
SCHEMAS = schemas(platforms_in(CHECKOUT) or ())
BASE = Path(__file__).parents[1] / "bad_inventory" / "_base"


class EditorLoader(yaml.SafeLoader):
    """Reads YAML 1.2 as editors do: dates and times are texts."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith(("timestamp", "bool", ":int", ":float"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


EditorLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), list("-+0123456789"))
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789"))


def problems(kind: str, document: Any) -> list[str]:
    validator = Draft202012Validator(json.loads(SCHEMAS[f"{kind}.schema.json"]))
    return [error.message for error in validator.iter_errors(document)]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMAS[name]))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_schema_in_the_inventory_is_current(name: str) -> None:
    written = (ROOM / "schemas" / name).read_text(encoding="utf-8")
    assert written == SCHEMAS[name], "run `jip check --write-schemas`"


@pytest.mark.parametrize("path", [*sorted(ROOM.glob("*.yaml")), *sorted(BASE.glob("*.yaml"))], ids=str)
def test_a_sound_file_fits_its_schema(path: Path) -> None:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=EditorLoader)  # noqa: S506 - a safe loader
    assert problems(path.stem, document) == []


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.yaml")), ids=str)
def test_a_file_of_the_example_names_its_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=schemas/{path.stem}.schema.json"


LINK: dict[str, Any] = {
    "a": "core-1:eth0",
    "b": "kec-a:ether1",
    "medium": "fibre",
    "prefix": "10.1.0.0/31",
    "capacity_mbps": 1,
}


@pytest.mark.parametrize(
    "end", ["core-1:ge-0/0/1", "unmanaged:isp", {"router": "core-1", "interface": "eth0"}, {"unmanaged": "isp"}]
)
def test_an_end_is_a_text_or_fields(end: Any) -> None:
    assert problems("links", {"x": {**LINK, "a": end}}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"a": "core-1"},
        {"medum": "fibre"},
        {"medium": "string"},
        {"prefix": "10.1.0.0"},
        {"cost": 0},
        {"key": "x"},
        {"a": {"router": "core-1", "port": "eth0"}},
    ],
)
def test_an_editor_underlines_what_the_loader_refuses(wrong: dict[str, Any]) -> None:
    assert problems("links", {"x": {**LINK, **wrong}}) != []


def test_a_key_that_is_no_name_is_underlined() -> None:
    assert problems("links", {"Core_1": LINK}) != []


def test_the_platforms_are_the_folders_of_the_templates() -> None:
    router = {"office": "dc", "platform": "frrr", "role": "core", "loopback": "10.0.0.1", "interfaces": ["eth0"]}
    assert problems("routers", {"x": {**router, "platform": "frr"}}) == []
    assert len(problems("routers", {"x": router})) == 1
