"""The idiom of a platform, told to hier_config: what overwrites, what takes back, and what closes a block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hier_config import HConfig, HConfigChild
from hier_config.platforms.driver_base import HConfigDriverRules
from hier_config.platforms.generic.driver import HConfigDriverGeneric

from jipkit.idiom import Idiom
from jipkit.statement import Statement

REMOVAL = frozenset({"removal"})
"""Marks statements of a change that take something away."""


class Dialect(HConfigDriverGeneric):
    """hier_config's driver for one platform.

    hier_config brings the tree and the walk from one configuration to another; ours are the natural keys, the
    removals that are more than ``no``, and blocks that are closed by a line of their own.
    """

    def __init__(self, idiom: Idiom) -> None:
        super().__init__()
        self.idiom = idiom
        self.blocks: set[str] = set()
        """Statements that open a block, even if nothing stands in it."""
        self.contested: frozenset[tuple[str, str]] = frozenset()
        """Block and statement of what is not overwritten, because another block takes what it holds."""

    @staticmethod
    def _instantiate_rules() -> HConfigDriverRules:
        return _RULES

    def idempotent_for(self, config: HConfigChild, other_children: Iterable[HConfigChild]) -> HConfigChild | None:
        """Return the statement that overwrites ``config``, if one of ``other_children`` does."""
        parent = text_of(config.parent)
        if config.children or not self.idiom.overwrites(config.text, parent) or (parent, config.text) in self.contested:
            return None
        key = self.idiom.key(config.text, parent)
        return next((o for o in other_children if not o.children and self.idiom.key(o.text, parent) == key), None)

    def negate_with(self, config: HConfigChild) -> str | None:
        """Return what removes ``config``, and mark it as a removal."""
        removal = self.idiom.removal(config.text, text_of(config.parent))
        config.tags_add(REMOVAL)
        return removal

    def sectional_exit(self, config: HConfigChild) -> str | None:
        """Return the line that closes the block that ``config`` opens."""
        known = self.idiom.setting(config.text, text_of(config.parent))
        is_block = config.children or config.text in self.blocks or (known is not None and known[0].container)
        return self.idiom.facts.leave if is_block else None


_RULES = HConfigDriverRules(indentation=1)


def text_of(node: HConfig | HConfigChild) -> str:
    """Return a node's statement; that of the root is empty."""
    return node.text if isinstance(node, HConfigChild) else ""


def tree(found: Sequence[Statement], dialect: Dialect) -> HConfig:
    """Return statements as a tree; each statement's block stands before it."""
    root = HConfig(dialect)
    nodes: dict[tuple[str, ...], HConfig | HConfigChild] = {(): root}
    for statement in found:
        node = nodes[statement.path].add_child(statement.text, check_if_present=False)
        nodes[(*statement.path, statement.text)] = node
        if statement.block:
            dialect.blocks.add(statement.text)
    return root
