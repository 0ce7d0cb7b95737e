"""Where does a line of a configuration come from?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from jipkit import completion
from jipkit.errors import SelectionError
from jipkit.language import N_, _
from jipkit.model import Network, Source
from jipkit.project import Project
from jipkit.rendering import Origin, Rendered
from jipkit.report import Column, Report, Row


def explain(
    project: Project,
    router: Annotated[str, typer.Argument(help=N_("The router."), autocompletion=completion.routers)],
    line: Annotated[
        str | None, typer.Argument(metavar="[LINE|TEXT]", help=N_("A line's number, or a part of its text."))
    ] = None,
) -> Report:
    """Explain lines of a rendered configuration: which template line wrote them, from which inventory keys.

    Example:
        jip explain kec-pampangan 12
    """
    rendered = project.render(router)
    lines = rendered.lines
    return Report(
        name="explain",
        ok=True,
        title=router,
        columns=(
            Column("line", _("Line")),
            Column("text", _("Text")),
            Column("template", _("Template")),
            Column("inventory", _("Inventory")),
        ),
        rows=[_row(project.network, n, lines[n - 1], rendered.origins[n - 1]) for n in _asked(rendered, line)],
    )


def _asked(rendered: Rendered, line: str | None) -> Sequence[int]:
    """Return the numbers of the lines that were asked for.

    Raises:
        SelectionError: there is no such line.
    """
    lines = rendered.lines
    if line is None:
        return range(1, len(lines) + 1)
    if line.isdecimal():
        if not 1 <= int(line) <= len(lines):
            raise SelectionError(f"{rendered.router} has {len(lines)} lines; there is no line {line}")
        return [int(line)]
    found = [number for number, text in enumerate(lines, 1) if line in text]
    if not found:
        raise SelectionError(f"no line of {rendered.router} holds {line!r}; `jip explain {rendered.router}` shows all")
    return found


def _row(network: Network, number: int, text: str, origin: Origin) -> Row:
    keys = [_key(network, source) for source in origin.sources]
    told = "\n".join(f"{key['key']} = {key['value']} ({key['place'] or '-'})" for key in keys)
    values = {"line": number, "text": text, "template": str(origin), "inventory": keys}
    return Row(values, shown={"inventory": told or "-"})


def _key(network: Network, source: Source) -> Mapping[str, str | None]:
    place = network.place(source)
    return {"key": str(source), "value": value_at(network, source), "place": str(place) if place else None}


def value_at(network: Network, source: Source) -> str:
    """Return the value of an inventory key as text; of a whole object its own key."""
    value: Any = network.standards if source.noun == "standards" else getattr(network, f"{source.noun}s")[source.key]
    for part in source.field.split(".") if source.field else ():
        value = value[int(part)] if part.isdecimal() else getattr(value, part)
    if isinstance(value, BaseModel):
        value = getattr(value, "key", None) or value
    return ", ".join(_texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        yield from (str(item) for item in value)
    else:
        yield str(value)
