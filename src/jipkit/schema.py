"""JSON Schemas of the inventory's files, made from the model, so that editors complete and check them.

A file names its schema in its first line: ``# yaml-language-server: $schema=schemas/links.schema.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from jipkit.model import (
    KEY_PATTERN,
    Contract,
    Entry,
    Freeze,
    Hours,
    Link,
    Office,
    Policy,
    Pool,
    Provider,
    Router,
    Standards,
    Waiver,
    Window,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
END_PATTERN = r"^[a-z0-9-]+:[^\s].*$"
PREFIX_PATTERN = r"^[0-9]+(\.[0-9]+){3}/[0-9]+$"

_OBJECTS: Mapping[str, type[Entry]] = {
    "offices": Office,
    "routers": Router,
    "links": Link,
    "providers": Provider,
    "contracts": Contract,
    "pools": Pool,
    "waivers": Waiver,
}


def schemas(platforms: Sequence[str] = ()) -> dict[str, str]:
    """Return the text of each schema by its file name, such as ``links.schema.json``.

    ``platforms`` are the names that a router's platform may have; any, where none is given.
    """
    found = {kind: _objects(model) for kind, model in _OBJECTS.items()}
    if platforms:
        found["routers"]["$defs"]["Router"]["properties"]["platform"]["enum"] = sorted(platforms)
    found["standards"] = _fields(Standards)
    found["policy"] = {**_fields(Policy), "type": ["object", "null"]}
    found["calendar"] = _calendar()
    return {f"{kind}.schema.json": _text(kind, schema) for kind, schema in sorted(found.items())}


def _text(kind: str, schema: dict[str, Any]) -> str:
    whole = {"$schema": DIALECT, "title": f"inventory/{kind}.yaml", **schema}
    return json.dumps(whole, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _objects(model: type[Entry]) -> dict[str, Any]:
    """Return the schema of ``key: fields``, with the definitions that it needs."""
    fields = _fields(model)
    definitions = fields.pop("$defs", {})
    return {
        "type": "object",
        "description": fields.get("description", f"{model.__name__}s by name"),
        "propertyNames": {"pattern": KEY_PATTERN, "maxLength": 48},
        "additionalProperties": {"$ref": f"#/$defs/{model.__name__}"},
        "$defs": {**definitions, model.__name__: fields},
    }


def _calendar() -> dict[str, Any]:
    parts = {"hours": _objects(Hours), "freezes": _objects(Freeze), "windows": _objects(Window)}
    definitions = {name: schema for part in parts.values() for name, schema in part.pop("$defs").items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": parts,
        "$defs": definitions,
    }


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of an object's fields as a file has them: without its key, ends also as router:interface."""
    schema: dict[str, Any] = _tidy(model.model_json_schema())
    schema.get("properties", {}).pop("key", None)
    schema["required"] = [name for name in schema.get("required", ()) if name != "key"]
    definitions = schema.get("$defs", {})
    if "End" in definitions:
        text = {
            "type": "string",
            "pattern": END_PATTERN,
            "description": "router:interface, or unmanaged:name for what is not ours",
        }
        definitions["End"] = {"anyOf": [text, definitions["End"]]}
    return schema


def _tidy(value: Any) -> Any:
    """Return a schema without what pydantic adds for itself: titles of fields, formats that nobody else knows."""
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: {key: _tidy(inner) for key, inner in item.items()} if name in ("properties", "$defs") else _tidy(item)
        for name, item in value.items()
        if name not in ("title", "format")
    } | _form(value.get("format"))


def _form(name: Any) -> dict[str, Any]:
    """Return what a schema says in place of a pydantic format: editors know dates and addresses, but no prefixes."""
    if name == "ipv4network":
        return {"pattern": PREFIX_PATTERN}
    return {"format": name} if name in ("date", "ipv4") else {}
