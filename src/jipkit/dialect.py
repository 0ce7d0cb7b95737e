"""How a platform changes its mind, told to hier_config: what is one setting, and what takes it back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hier_config import HConfig, HConfigChild
from hier_config.platforms.driver_base import HConfigDriverRules
from hier_config.platforms.generic.driver import HConfigDriverGeneric

from jipkit.platforms import PlatformFacts, Section, Setting
from jipkit.statement import Statement

NO = "no "
REMOVAL = frozenset({"removal"})
"""Marks statements of a change that take something away."""

Key = tuple[object, ...]


class _Rule(NamedTuple):
    setting: Setting
    match: re.Pattern[str]
    within: re.Pattern[str] | None


class Dialect(HConfigDriverGeneric):
    """hier_config's driver for one platform, made from its facts.

    hier_config brings the tree and the walk from one configuration to another; ours are the natural keys, the
    removals that are more than ``no``, and blocks that are closed by a line of their own.
    """

    def __init__(self, facts: PlatformFacts) -> None:
        super().__init__()
        self.facts = facts
        self.blocks: set[str] = set()
        """Statements that open a block, even if nothing stands in it."""
        self._keys: dict[tuple[str, str], Key] = {}
        self._rules = [
            _Rule(s, re.compile(s.match), re.compile(s.within) if s.within else None) for s in facts.settings
        ]
        self._order = [re.compile(p) for p in facts.order]

    @staticmethod
    def _instantiate_rules() -> HConfigDriverRules:
        return HConfigDriverRules(indentation=1)

    def setting(self, statement: str, parent: str) -> tuple[Setting, re.Match[str]] | None:
        """Return what is known of a statement that stands in ``parent`` (``""`` at the top), with its match."""
        bare = statement.removeprefix(NO)
        for rule in self._rules:
            if (match := rule.match.match(bare)) and (not rule.within or rule.within.match(parent)):
                return rule.setting, match
        return None

    def key(self, statement: str, parent: str) -> Key:
        """Return the natural key of a statement: two with the same key in one block are one setting."""
        if (key := self._keys.get((statement, parent))) is None:
            known = self.setting(statement, parent)
            key = (known[0].match, *(known[1].groups() or (known[1][0],))) if known else (statement.removeprefix(NO),)
            self._keys[statement, parent] = key
        return key

    def removal(self, statement: str, parent: str) -> str | None:
        """Return the statement that takes ``statement`` back; None if nothing does."""
        known = self.setting(statement, parent)
        if known is None or known[0].remove is None:
            return statement.removeprefix(NO) if statement.startswith(NO) else NO + statement
        setting, match = known
        return (setting.remove or "").format(match[0], *match.groups()) or None

    def place(self, statement: str) -> int:
        """Return where a top-level statement stands in the order of adding."""
        bare = statement.removeprefix(NO)
        return next((i for i, pattern in enumerate(self._order) if pattern.match(bare)), len(self._order))

    def section(self, statement: str) -> Section | None:
        """Return the section that owns a top-level statement: the first whose pattern matches it."""
        return self.facts.section(statement)

    def is_ordered(self, statement: str) -> bool:
        """Return whether the order of what stands in a top-level statement is meaning."""
        return any(re.match(p, statement) for p in self.facts.ordered)

    # what hier_config asks its driver

    def idempotent_for(self, config: HConfigChild, other_children: Iterable[HConfigChild]) -> HConfigChild | None:
        """Return the statement that overwrites ``config``, if one of ``other_children`` does."""
        parent = text_of(config.parent)
        known = self.setting(config.text, parent)
        if config.children or (known and not known[0].overwrites):
            return None
        key = self.key(config.text, parent)
        return next((o for o in other_children if not o.children and self.key(o.text, parent) == key), None)

    def negate_with(self, config: HConfigChild) -> str | None:
        """Return what removes ``config``, and mark it as a removal."""
        removal = self.removal(config.text, text_of(config.parent))
        config.tags_add(REMOVAL)
        return removal

    def sectional_exit(self, config: HConfigChild) -> str | None:
        """Return the line that closes the block that ``config`` opens."""
        return "exit" if config.children or config.text in self.blocks else None


def text_of(node: HConfig | HConfigChild) -> str:
    """Return a node's statement; that of the root is empty."""
    return node.text if isinstance(node, HConfigChild) else ""


def tree(found: Sequence[Statement], dialect: Dialect) -> HConfig:
    """Return statements as a tree; the nodes know in ``facts["line"]`` where they were read."""
    root = HConfig(dialect)
    nodes: dict[tuple[str, ...], HConfig | HConfigChild] = {(): root}
    for statement in found:
        node = nodes[statement.path].add_child(statement.text, check_if_present=False)
        node.facts["line"] = statement.line
        nodes[(*statement.path, statement.text)] = node
        if statement.block:
            dialect.blocks.add(statement.text)
    return root
