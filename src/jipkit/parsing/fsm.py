"""TextFSM templates, each compiled once a thread: compiling one takes as long as reading an answer with it."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import Any

from textfsm import TextFSM, TextFSMError, TextFSMTemplateError

from jipkit.errors import TemplateError
from jipkit.parsing.strict import surprise
from jipkit.reasons import because

Row = dict[str, Any]
"""A record as it was printed: a text, or a list of texts, by field; no field of which nothing was printed."""


class _Machines(threading.local):
    def __init__(self) -> None:
        self.by_template: dict[str, TextFSM] = {}


_MACHINES = _Machines()


def fields_of(template: str, name: str) -> tuple[str, ...]:
    """Return the fields that a template reads.

    Raises:
        TemplateError: it is no TextFSM template.
    """
    return tuple(value.lower() for value in _machine(template, name).header)


def read_rows(template: str, name: str, text: str) -> list[Row]:
    """Return what ``template`` finds in ``text``; a surprise where it says ``Error`` of a line.

    Raises:
        TemplateError: it is no TextFSM template; ``name`` says which.
    """
    machine = _machine(template, name)
    machine.Reset()
    try:
        found = machine.ParseText(text)
    except TextFSMError as error:
        # the line, not the rest of TextFSM's message, which is about the template
        surprise(because("line-not-understood", line=repr(str(error).partition("Input Line: ")[2][:80])))
    names = [value.lower() for value in machine.header]
    return [dict(_printed(names, record)) for record in found]


def _printed(names: list[str], record: list[Any]) -> Iterator[tuple[str, Any]]:
    for name, value in zip(names, record, strict=True):
        clean = [v.strip() for v in value if v and v.strip()] if isinstance(value, list) else value.strip()
        if clean:
            yield name, clean


def _machine(template: str, name: str) -> TextFSM:
    known = _MACHINES.by_template
    if template not in known:
        try:
            known[template] = TextFSM(io.StringIO(template))
        except TextFSMTemplateError as error:
            raise TemplateError(f"templates/{name}: {error}", template=name) from error
    return known[template]
