"""What turns one configuration of blocks into another: the differences, and the commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from jipkit.dialect import Dialect
from jipkit.disclosure import disclose
from jipkit.idiom import Idiom, Key
from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason
from jipkit.remedy import lines_between
from jipkit.statement import Change, Edit, Path, Statement

__all__ = ["commands", "differences", "disclose", "remarks"]


class _Node:
    """A statement, and what stands in it."""

    __slots__ = ("children", "statement")

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.children: dict[str, _Node] = {}

    @property
    def path(self) -> Path:
        return (*self.statement.path, self.statement.text)


def _tree(found: Sequence[Statement]) -> _Node:
    root = _Node(Statement((), ""))
    nodes: dict[Path, _Node] = {(): root}
    for statement in found:
        node = nodes[(*statement.path, statement.text)] = _Node(statement)
        nodes[statement.path].children[statement.text] = node
    return root


def differences(
    wanted: Sequence[Statement],
    found: Sequence[Statement],
    facts: PlatformFacts,
    version: str | None = None,  # noqa: ARG001 - blocks of all versions are compared alike
) -> Iterator[Edit]:
    """Yield what differs, in the order of the intended statements."""
    yield from _Walk(Idiom(facts)).inside(_tree(wanted), _tree(found))


class _Walk:
    """Walks two trees of statements and yields what differs, in the order of the intended one."""

    def __init__(self, idiom: Idiom) -> None:
        self._idiom = idiom

    def inside(self, new: _Node, old: _Node, depth: int = 0) -> Iterator[Edit]:
        """Yield what differs between the statements in ``new`` (intended) and in ``old`` (running)."""
        paired = self._pairs(new, old)
        renamed = {} if depth else self._renamed(new, old)
        for text, node in new.children.items():
            if (same := renamed.get(text)) is not None:
                yield Edit("changed", node.statement, same.statement)
                yield from self.inside(node, same, depth + 1)
            elif (same := old.children.get(text)) is not None:
                if node.children or same.children:
                    yield from self.inside(node, same, depth + 1)
            elif text in paired:
                yield Edit("changed", node.statement, paired[text])
            else:
                yield from _all(node, "missing")
        if depth == 1 and self._idiom.is_ordered(new.statement.text):
            yield from _misordered(new, old)
        gone = {statement.text for statement in (*paired.values(), *(node.statement for node in renamed.values()))}
        for text, node in old.children.items():
            if text not in new.children and text not in gone:
                yield from _all(node, "extra")

    def _renamed(self, new: _Node, old: _Node) -> dict[str, _Node]:
        """Return for each block that has another first line on the router that block."""
        return {head: old.children[had] for had, head in _renamed(_heads(old), _heads(new), self._idiom).items()}

    def _pairs(self, new: _Node, old: _Node) -> dict[str, Statement]:
        """Return for each intended setting that has another value on the router the statement that holds it."""
        parent, key = new.statement.text, self._idiom.key
        others: dict[Key, Statement] = {}
        for text, node in old.children.items():
            if text not in new.children and not node.children:
                others.setdefault(key(text, parent), node.statement)
        if not others:
            return {}
        wanted: dict[Key, str] = {}
        for text, node in new.children.items():
            if text not in old.children and not node.children:
                wanted.setdefault(key(text, parent), text)
        return {text: others[key] for key, text in wanted.items() if key in others}


def _all(node: _Node, kind: Change) -> Iterator[Edit]:
    statement = node.statement
    yield Edit(kind, statement, None) if kind == "missing" else Edit(kind, None, statement)
    for child in node.children.values():
        yield from _all(child, kind)


def _misordered(new: _Node, old: _Node) -> Iterator[Edit]:
    intended = [text for text in new.children if text in old.children]
    running = [text for text in old.children if text in new.children]
    blocks = SequenceMatcher(None, intended, running, autojunk=False).get_matching_blocks()
    placed = {text for block in blocks for text in intended[block.a : block.a + block.size]}
    for text in intended:
        if text not in placed:
            yield Edit("misordered", new.children[text].statement, old.children[text].statement)


def commands(
    source: Sequence[Statement],
    target: Sequence[Statement],
    facts: PlatformFacts,
    version: str | None = None,  # noqa: ARG001 - blocks of all versions are written alike
    kept: Sequence[Statement] = (),  # noqa: ARG001 - a removal takes nothing along that stands elsewhere
) -> tuple[str, ...]:
    """Return the configuration lines that turn ``source`` into ``target``, with every block entered and left."""
    idiom = Idiom(facts)
    old, new = _tree(source), _tree(target)
    heads = _renamed(_heads(old), _heads(new), idiom)
    if heads:
        old = _tree(_under(heads, source))
    _forget_equals(old, new, idiom)
    lines = lines_between(list(_flat(old)), list(_flat(new)), Dialect(idiom))
    return (*lines, *(line for head in heads.values() if head not in lines for line in (head, facts.leave)))


def _renamed(source: Iterable[tuple[str, bool]], target: Iterable[tuple[str, bool]], idiom: Idiom) -> dict[str, str]:
    """Return the first line that a block is to have for each that has another one, and is changed by being entered.

    Both are the statements at the top, each with whether anything stands in it. A line that only says less than the
    one that is there enters the block, and takes nothing away.
    """
    had, wanted = dict(source), dict(target)
    keys = {idiom.key(head, ""): head for head in wanted if head not in had}
    found = {head: keys[key] for head in had if head not in wanted and (key := idiom.key(head, "")) in keys}
    return {
        head: new
        for head, new in found.items()
        if (had[head] or wanted[new]) and not head.startswith(f"{new} ") and _changes_in_place(head, idiom)
    }


def _heads(found: _Node) -> Iterator[tuple[str, bool]]:
    for text, node in found.children.items():
        yield text, bool(node.children)


def _changes_in_place(head: str, idiom: Idiom) -> bool:
    known = idiom.setting(head, "")
    return known is not None and known[0].overwrites and not known[0].container


def _under(heads: Mapping[str, str], found: Sequence[Statement]) -> list[Statement]:
    """Return statements with other first lines of their blocks."""
    return [
        s._replace(path=(heads.get(s.path[0], s.path[0]), *s.path[1:]))
        if s.path
        else s._replace(text=heads.get(s.text, s.text))
        for s in found
    ]


def _flat(node: _Node) -> Iterator[Statement]:
    for child in node.children.values():
        yield child.statement
        yield from _flat(child)


def _forget_equals(old: _Node, new: _Node, idiom: Idiom) -> None:
    """Drop from two blocks what says the same in both, where nothing that differs could touch it."""
    parent = new.statement.text
    gone = [text for text in old.children if text not in new.children]
    if idiom.is_ordered(parent) or any(_carries(text, parent, idiom) for text in gone):
        return
    touched = _touched(gone, parent, idiom)
    for text, node in list(new.children.items()):
        if (same := old.children.get(text)) is None:
            continue
        _forget_equals(same, node, idiom)
        if not same.children and not node.children and not touched(text):
            del old.children[text], new.children[text]


def _touched(gone: Sequence[str], parent: str, idiom: Idiom) -> Callable[[str], bool]:
    """Return what tells whether a statement may be of one setting with one of those that are gone."""
    if not gone:
        return lambda _text: False
    bare = {idiom.bare(text) for text in gone}
    settings = {known[0].match for text in gone if (known := idiom.setting(text, parent))}
    patterns = [re.compile(match) for match in settings]

    def touched(text: str) -> bool:
        said = idiom.bare(text)
        return said in bare or any(pattern.match(said) for pattern in patterns)

    return touched


def _carries(text: str, parent: str, idiom: Idiom) -> bool:
    known = idiom.setting(text, parent)
    return known is not None and known[0].carries is not None


def remarks(said: Sequence[Statement]) -> tuple[Reason, ...]:  # noqa: ARG001 - nothing is odd by itself
    """Return nothing: there is nothing odd that a statement shows by itself."""
    return ()
