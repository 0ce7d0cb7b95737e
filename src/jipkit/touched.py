"""The sections of a configuration, each by its digest: whether somebody was at one that a change touches."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from jipkit.configs import as_text, statements
from jipkit.platforms import PlatformFacts
from jipkit.statement import Statement

_VEILED = re.compile(r"<digest:veiled-[^<>\s]+>")
"""A secret that some devices write anew each time they are asked: it tells nothing."""


def sections_of(kept: str, facts: PlatformFacts) -> Mapping[str, str]:
    """Return what each section of a configuration says, by its name; under no name what no section owns.

    ``kept`` is a reading as it is kept (`jipkit.backups.Reading`). A section that says nothing is not there.

    Raises:
        ConfigTextError: as `jipkit.configs.statements` does.
    """
    found: dict[str, list[Statement]] = {}
    for statement in statements(kept, facts):
        section = facts.section((*statement.path, statement.text)[0])
        found.setdefault(section.name if section else "", []).append(statement)
    return {name: _VEILED.sub("<digest:veiled>", as_text(said, facts.leave)) for name, said in found.items()}


def digests_of(said: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of what each of these sections says; that of nothing for one that is not in ``said``."""
    return {name: hashlib.sha256(said.get(name, "").encode()).hexdigest() for name in names}
