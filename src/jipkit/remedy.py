"""The commands that turn one configuration into another: what goes, what comes, and at last what was referred to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hier_config import HConfig, HConfigChild

from jipkit.contest import contested
from jipkit.dialect import REMOVAL, Dialect, text_of, tree
from jipkit.statement import Statement


def lines_between(source: Sequence[Statement], target: Sequence[Statement], dialect: Dialect) -> tuple[str, ...]:
    """Return the configuration lines that turn ``source`` into ``target``, with every block entered and left.

    What goes is taken away before anything is added, so that an address can move to another interface and a setting
    that excludes another can follow it. Lists come before what refers to them, and go last, when nothing does any more.
    """
    old, new = tree(source, dialect), tree(target, dialect)
    recreated = list(_out_of_order(old, new, dialect))
    for text in recreated:
        old.children.delete(text)
    dialect.contested = contested(source, target, dialect.idiom)
    last = frozenset(_last(old, new, dialect))
    _prepare(old, new, dialect)
    delta = old.config_to_get_to(new)
    placed = sorted(delta.children, key=lambda node: dialect.idiom.place(node.text))
    leaving = sorted(delta.children, key=lambda node: -dialect.idiom.place(node.text))
    removals = [dialect.idiom.removal(text, "") or "" for text in recreated]
    return (
        *removals,
        *_lines([node for node in leaving if node.text not in last], removals=True),
        *_lines(placed, removals=False),
        *(node.text for node in leaving if node.text in last),
    )


def _last(old: HConfig, new: HConfig, dialect: Dialect) -> Iterator[str]:
    """Yield what takes away that to which others refer, where its name is free to stay until they do not."""
    idiom = dialect.idiom
    gone = [(names, idiom.removal(s.text, "")) for s in old.children if (names := idiom.names(s.text))]
    if not gone:
        return
    taken = frozenset(name for s in new.children for name in idiom.names(s.text))
    early = {removal for names, removal in gone if names & taken}
    yield from (removal for _, removal in gone if removal and removal not in early)


def _lines(nodes: Sequence[HConfigChild], *, removals: bool) -> Iterator[str]:
    """Yield the lines of a change that take away, or those that add."""
    for node in nodes:
        inside = list(_lines(list(node.children), removals=removals))
        if not inside and (node.children or (node.tags >= REMOVAL) is not removals):
            continue
        yield from node.cisco_style_text().split("\n")
        yield from inside
        if not removals or inside:
            yield from (f"{node.indentation}{word}" for word in [node.sectional_exit] if word)


def _prepare(old: HConfig | HConfigChild, new: HConfig | HConfigChild, dialect: Dialect) -> None:
    """Shape both trees so that hier_config's walk from one to the other gives what the platform really takes."""
    for node in list(old.children):
        if node.text not in new.children and node.text in old.children:
            _prepare_leaving(node, old, new, dialect)
    for node in old.children:
        if node.children and (other := new.children.get(node.text)):
            _prepare(node, other, dialect)


def _prepare_leaving(
    node: HConfigChild, old: HConfig | HConfigChild, new: HConfig | HConfigChild, dialect: Dialect
) -> None:
    parent = text_of(old)
    if dialect.idempotent_for(node, new.children):
        return
    known = dialect.idiom.setting(node.text, parent)
    if known and known[0].container and node.children:
        new.add_child(node.text)
    elif dialect.idiom.removal(node.text, parent) is None:
        node.delete()
    elif known and known[0].carries:
        _forget(old, known[0].carries.format(known[1][0], *known[1].groups()), node, dialect)


def _forget(block: HConfig | HConfigChild, prefix: str, keep: HConfigChild, dialect: Dialect) -> None:
    """Delete from a tree what the removal of ``keep`` takes along."""
    for node in list(block.all_children()):
        if node is not keep and dialect.idiom.bare(node.text).startswith(prefix):
            node.delete()


def _out_of_order(old: HConfig, new: HConfig, dialect: Dialect) -> Iterator[str]:
    """Yield the blocks whose order is meaning and would not come right by adding at the end."""
    for block in old.children:
        target = new.children.get(block.text)
        if target is None or not dialect.idiom.is_ordered(block.text):
            continue
        if all(child.text[:1].isdigit() for child in (*block.children, *target.children)):
            continue  # entries with a number of their own stand where it puts them
        kept = [child.text for child in block.children if child.text in target.children]
        added = [child.text for child in target.children if child.text not in block.children]
        if kept + added != [child.text for child in target.children] and dialect.idiom.removal(block.text, ""):
            yield block.text
