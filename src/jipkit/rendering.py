"""Render a router's configuration, and know for each line which template line and inventory keys wrote it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from jipkit.model import Platform, Source


@dataclass(frozen=True, slots=True)
class Origin:
    """What wrote one line: ``template`` is relative to ``templates/``, ``line`` counts from 1."""

    template: str
    line: int
    sources: tuple[Source, ...] = ()

    def __str__(self) -> str:
        return f"templates/{self.template}:{self.line}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A router's intended configuration; ``origins`` has one entry a line of ``text``.

    Secrets stand in ``text`` as placeholders, never in clear.
    """

    router: str
    platform: Platform
    text: str
    origins: tuple[Origin, ...]

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()
