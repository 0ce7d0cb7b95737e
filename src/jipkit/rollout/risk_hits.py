"""Which hazards of a platform the differences of a router meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from jipkit.drift import Difference, Drift
from jipkit.platforms import Hazard, PlatformFacts
from jipkit.rows.reading import Row, row_again

Happening = Literal["added", "removed"]

_NAMES = ("comment", "name", "default-name", "interface", "interfaces", "address", "dst-address", "list", "topics")
"""Properties by which people know a row, the best first."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A statement that comes or goes, as hazards are matched on it: with its parents, without what begins it.

    ``shown`` is how it is told; ``whole`` is everything that may name what it is about.
    """

    text: str
    happening: Happening
    shown: str
    whole: str
    changed: bool = False
    """It comes in place of what goes, or goes for what comes."""

    def happens(self, when: str) -> bool:
        """Return whether it comes or goes as a hazard says."""
        return when in ("any", self.happening) or (when == "changed" and self.changed)


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that comes or goes, and what that means; no ``hazard``: nobody described it.

    ``where`` is the part of it that may name a link.
    """

    touched: Touched
    hazard: Hazard | None
    where: str
    match: re.Match[str] | None = None

    def group(self, name: str) -> str | None:
        """Return what a group of the hazard's pattern holds; None where it has none."""
        return self.match.groupdict().get(name) if self.match else None


@dataclass(frozen=True, slots=True)
class Met:
    """A difference, with what it meets."""

    difference: Difference
    hits: tuple[Hit, ...]


def met(drift: Drift, facts: PlatformFacts) -> tuple[Met, ...]:
    """Return what each difference that a change makes good does; what stays as it is does nothing."""
    found = []
    for difference in drift.differences:
        touched = tuple(_touched(difference, facts, drift.version))
        if touched:
            found.append(Met(difference, tuple(_hit(one, facts) for one in touched)))
    return tuple(found)


def whole_text(path: Sequence[str], text: str, facts: PlatformFacts) -> str:
    """Return a statement as hazards are matched on it.

    >>> from jipkit.platforms import PlatformFacts
    >>> whole_text(("interface eth0",), "shutdown", PlatformFacts(platform="frr", netmiko="linux"))
    'interface eth0 / shutdown'
    """
    return " / ".join((*path, text)).removeprefix(facts.positive)


def matching(text: str, hazards: Iterable[Hazard]) -> Iterator[Hit]:
    """Yield those of ``hazards`` that ``text`` meets, each by itself, whatever stands before it."""
    for hazard in hazards:
        if match := re.match(hazard.match, text):
            yield _of(Touched(text, "removed", text, text), hazard, match)


def _touched(difference: Difference, facts: PlatformFacts, version: str | None) -> Iterator[Touched]:
    intended, running = difference.intended, difference.running
    if difference.kind in ("unmanaged", "not assessable"):
        return
    if difference.kind == "changed" and facts.syntax == "rows" and intended and running:
        yield from _of_row(
            row_again(running, facts.menu_table, version), row_again(intended, facts.menu_table, version)
        )
        return
    if running is not None:
        yield _whole(difference, running, "removed", facts)
    if intended is not None:
        yield _whole(difference, intended, "added", facts)


def _whole(difference: Difference, text: str, happening: Happening, facts: PlatformFacts) -> Touched:
    whole = whole_text(difference.path, text, facts)
    return Touched(whole, happening, whole, whole, changed=difference.kind == "changed")


def _of_row(running: Row, intended: Row) -> Iterator[Touched]:
    """Yield the properties in which a row differs, each as a statement that goes, or comes."""
    sides: tuple[tuple[Row, Row, Happening], ...] = ((running, intended, "removed"), (intended, running, "added"))
    for row, other, happening in sides:
        for name, value in sorted(row.properties.items()):
            if name not in other.properties or other.properties[name] != value:
                said = name if value is None else f"{name}={value}"
                whole = f"{running.text} {intended.text}"
                yield Touched(f"{row.menu} / {said} of {row.text}", happening, f"{_called(row)}: {said}", whole)


def _called(row: Row) -> str:
    name = next((n for n in _NAMES if row.properties.get(n)), None)
    which = row.which or (f"{name}={row.properties[name]}" if name else "")
    return f"{row.menu} {which}".rstrip()


def _hit(touched: Touched, facts: PlatformFacts) -> Hit:
    patterns = facts.hazard_patterns
    number = patterns.first(touched.text)
    while number is not None:
        hazard = facts.hazards[number]
        if touched.happens(hazard.when):
            match = patterns.match(number, touched.text)
            return Hit(touched, hazard, touched.whole) if match is None else _of(touched, hazard, match)
        number = patterns.after(number, touched.text)
    return Hit(touched, None, touched.whole)


def _of(touched: Touched, hazard: Hazard, match: re.Match[str]) -> Hit:
    where = match["at"] if "at" in match.re.groupindex and match["at"] else touched.whole
    return Hit(touched, hazard, where, match)
