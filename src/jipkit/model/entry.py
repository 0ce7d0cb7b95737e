"""What everything in an inventory is made of: closed records of names, lines, days and times."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Any, ClassVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

KEY_PATTERN = r"^[a-z0-9]+(--?[a-z0-9]+)*$"


def _printable(value: str) -> str:
    """Return ``value``; text that reaches a router holds no newline or control character."""
    if not value.isprintable():
        raise PydanticCustomError("not_printable", "holds a newline or a control character; write printable text")
    return value


Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=48)]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
InterfaceName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._/:@+ -]*[A-Za-z0-9])?$", max_length=48)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._/@+-]*[A-Za-z0-9])?$", max_length=64)]
"""Stands in a configuration without quotes, so it holds nothing that could end a word or begin a command."""
GitRef = Annotated[
    str,
    Field(
        pattern=r"^refs/(heads|remotes/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)(/[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*)+$",
        max_length=120,
    ),
]
"""The full name of a branch, ours or that of a remote: git may take a shorter one for a tag."""
Platform = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]
"""The operating system of a router: a folder of ``templates/``, whose ``platform.yaml`` says what is known of it."""
TWIN_PLATFORM = "frr"
"""What every router of a twin runs: its interfaces are those of a Linux kernel."""


def _clock(value: Any) -> Any:
    """Return ``value``; a text must be hours and minutes, or pydantic would read ``0800`` as 800 seconds."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{2}:[0-9]{2}", value):
        raise PydanticCustomError("not_a_time", "is no time of day such as 08:00")
    return value


def _day(value: Any) -> Any:
    """Return ``value``; a text must be year-month-day, or pydantic would read a number as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("not_a_date", "is no date such as 2026-12-31")
    return value


Clock = Annotated[time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"})]
Day = Annotated[date, BeforeValidator(_day)]


class Entry(BaseModel):
    """Base of everything that is read from the inventory: frozen, closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)
    noun: ClassVar = ""


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside a field's annotation, such as ``Lan`` in ``tuple[Lan, ...]``; None when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part))), None)
