"""How a platform changes its mind: what is one setting, and what takes it back."""

from __future__ import annotations

import re

from jipkit.platforms import PlatformFacts, Setting

Key = tuple[object, ...]


class Idiom:
    """What `PlatformFacts.settings` say of statements; the answers are remembered."""

    def __init__(self, facts: PlatformFacts) -> None:
        self.facts = facts
        self._known: dict[tuple[str, str], tuple[Setting, re.Match[str]] | None] = {}
        self._keys: dict[tuple[str, str], Key] = {}

    def bare(self, statement: str) -> str:
        """Return a statement without what makes it add or take away."""
        sign = self.facts.positive or self.facts.negation
        return statement.removeprefix(sign)

    def setting(self, statement: str, parent: str) -> tuple[Setting, re.Match[str]] | None:
        """Return what is known of a statement that stands in ``parent`` (``""`` at the top), with its match."""
        asked = (statement, parent)
        if asked not in self._known:
            self._known[asked] = self._find(self.bare(statement), parent)
        return self._known[asked]

    def _find(self, bare: str, parent: str) -> tuple[Setting, re.Match[str]] | None:
        patterns, settings = self.facts.setting_patterns, self.facts.settings
        place = patterns.first(bare)
        while place is not None:
            within = settings[place].within
            if (within is None or re.match(within, parent)) and (match := patterns.match(place, bare)):
                return settings[place], match
            place = patterns.after(place, bare)
        return None

    def key(self, statement: str, parent: str) -> Key:
        """Return the natural key of a statement: two with the same key in one block are one setting."""
        asked = (statement, parent)
        if (key := self._keys.get(asked)) is None:
            known = self.setting(statement, parent)
            key = (known[0].match, *(known[1].groups() or (known[1][0],))) if known else (self.bare(statement),)
            self._keys[asked] = key
        return key

    def overwrites(self, statement: str, parent: str) -> bool:
        """Return whether a statement takes the place of another value of its setting."""
        known = self.setting(statement, parent)
        return known is None or known[0].overwrites

    def own_removal(self, statement: str, parent: str) -> str | None:
        """Return the line by which the platform takes this statement back; empty: none does; None: the usual one."""
        known = self.setting(statement, parent)
        if known is None or known[0].remove is None:
            return None
        setting, match = known
        return (setting.remove or "").format(match[0], *match.groups(default=""))

    def removal(self, statement: str, parent: str) -> str | None:
        """Return the statement that takes ``statement`` back; None if nothing does."""
        negation = self.facts.negation
        own = self.own_removal(statement, parent)
        if own is not None and not (own == statement and own.startswith(negation)):
            return own or None
        if statement.startswith(negation):
            return statement[len(negation) :]
        return negation + statement.partition("\n")[0]

    def place(self, statement: str) -> int:
        """Return where a top-level statement stands in the order of adding."""
        place = self.facts.order_patterns.first(self.bare(statement))
        return len(self.facts.order) if place is None else place

    def names(self, statement: str) -> frozenset[Key]:
        """Return what no two top-level statements to which others refer can have in common: names, numbers."""
        patterns, bare = self.facts.referred_patterns, self.bare(statement)
        kind, found = patterns.first(bare), set[Key]()
        while kind is not None:
            if match := patterns.match(kind, bare):
                found.add((kind, *match.groups()))
            kind = patterns.after(kind, bare)
        return frozenset(found)

    def is_ordered(self, statement: str) -> bool:
        """Return whether the order of what stands in a top-level statement is meaning."""
        return any(pattern.match(statement) for pattern in self.facts.ordered_patterns)
