"""What is wrong with a configuration by itself, whatever is intended."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jipkit.reasons import Reason, because
from jipkit.statement import Statement

_GONE = re.compile(r" ([a-z0-9.-]+)=(?:[^\s\",]+,)*!?\*[0-9A-F]{1,8}(?=[\s,]|$)")
"""A property that means an object by its number, as it does when that object was deleted."""


def remarks(said: Sequence[Statement]) -> tuple[Reason, ...]:
    """Return what refers to something that is not there any more."""
    return tuple(
        because("dangling", row=statement.text, property=found[1])
        for statement in said
        if "*" in statement.text and (found := _GONE.search(statement.text))
    )
