"""What a device holds: statements by what they set, blocks inside blocks; how a text is read into it and printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jipkit.testing.models.indented.grammar import Command, Key, find

if TYPE_CHECKING:
    from jipkit.testing.models.indented.rules import BlobEnd, Rules

ANY = "?"
"""The mode inside a block that the rules do not know."""


@dataclass(slots=True)
class Statement:
    """One line, or a text of several; ``block`` is what stands inside it, None where nothing can."""

    text: str
    command: Command | None = None
    block: Block | None = None


Block = dict[Key, Statement]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one types: a mode, the statement that opened it, and what stands there."""

    mode: str
    block: Block
    head: str = ""


@dataclass(slots=True)
class Reading:
    """How far the reading of a text is: the open blocks with their indentation, and a text of several lines."""

    places: list[tuple[int, Place]]
    last: Statement | None = None
    blob: list[str] = field(default_factory=list)


def load(text: str, rules: Rules) -> Block:
    """Return the statements of a configuration as its device prints it: what is indented deeper stands inside.

    A statement that the rules do not know is held as it is.
    """
    root: Block = {}
    reading = Reading([(0, Place("", root))])
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("#"):  # VRP: what is indented after it stands in the system view
            reading = Reading([(0, Place("", root))])
        elif line.strip() and not rules.says_nothing(line):
            _read(line, lines, reading, rules)
    return root


def _whole(first: str, following: Iterator[str], ends: BlobEnd | None) -> list[str]:
    """Return the lines of a statement: ``first``, and where it opens a text all of that, up to its end."""
    collected = [first]
    if ends is not None:
        for later in following:
            collected.append(later)
            if ends(later):
                break
    return collected


def _read(line: str, following: Iterator[str], reading: Reading, rules: Rules) -> None:
    indent = len(line) - len(line.lstrip())
    if indent > reading.places[-1][0] and reading.last is not None:
        opened = reading.last
        opened.block = {} if opened.block is None else opened.block
        mode = (opened.command.opens if opened.command else None) or ANY
        reading.places.append((indent, Place(mode, opened.block, opened.text)))
    elif indent > reading.places[-1][0]:
        reading.places.append((indent, reading.places[-1][1]))
    while indent < reading.places[-1][0] and len(reading.places) > 1:
        reading.places.pop()
    if len(reading.places) == 1:  # the top is where the first line of a section stands
        reading.places[0] = (indent, reading.places[0][1])
    place = reading.places[-1][1]
    words = line.split()
    if rules.leaves(words) or words[0] in rules.finish:
        return
    collected = _whole(line.strip(), following, rules.blob(place.mode, line.strip()))
    key, statement = _statement(words, place, rules)
    statement.text = "\n".join(collected) if len(collected) > 1 else statement.text
    held = place.block.get(key)
    if held is not None and statement.command is not None and statement.command.heaps:  # as some versions print them
        statement.text = " ".join([held.text, *words[len(key) :]])
    elif held is not None:
        statement.block = held.block
    place.block[key] = reading.last = statement


def _statement(words: list[str], place: Place, rules: Rules) -> tuple[Key, Statement]:
    text = " ".join(words)
    commands = rules.table.get(place.mode, ())
    taken = words[0] == rules.negation
    bare = words[1:] if taken else list(rules.completed(place, words))
    found = find(commands, bare)
    if found is None or (taken and found[0].shown != "either"):
        return (ANY, text), Statement(text)
    command, key = found
    return key, Statement(text if taken else " ".join(bare), command, {} if command.opens and not taken else None)


def insert(block: Block, key: Key, statement: Statement) -> None:
    """Put a statement where the device would print it: after the last of its kind."""
    if key in block:
        block[key] = statement
        return
    kin = [number for number, held in enumerate(block.values(), 1) if held.command is statement.command]
    held = list(block.items())
    place = kin[-1] if kin else len(held)
    block.clear()
    block.update([*held[:place], (key, statement), *held[place:]])


def printed(place: Place, rules: Rules, level: int = 0) -> Iterator[str]:
    """Yield the lines of a block, numbered statements in the order of their numbers."""
    indent = " " * (level * rules.indent)
    apart = True
    for statement in _in_order(place.block):
        first, *more = rules.shown(place, statement.text).split("\n")
        if rules.section and not level and statement.block is not None and not apart:
            yield rules.section
        apart = statement.block is not None
        yield (rules.flat if not level and not apart else indent) + first
        yield from more
        if statement.block is not None:
            mode = (statement.command.opens if statement.command else None) or ANY
            inside = Place(mode, statement.block, statement.text)
            yield from printed(inside, rules, level + 1)
            yield from (indent + line for line in rules.closing(inside))
            if not level:
                yield rules.separator


def _in_order(block: Block) -> Iterable[Statement]:
    """Return statements as they stand, except that numbered ones of one kind and name are in order among themselves."""
    groups: dict[tuple[int, Key], list[tuple[int, Statement]]] = {}
    for key, statement in block.items():
        if statement.command is not None and statement.command.numbered:
            at = statement.command.number_at
            groups.setdefault((id(statement.command), (*key[:at], *key[at + 1 :])), []).append(
                (int(key[at]), statement)
            )
    turns = {name: iter(sorted(group, key=lambda pair: pair[0])) for name, group in groups.items()}
    for key, statement in block.items():
        if statement.command is not None and statement.command.numbered:
            at = statement.command.number_at
            yield next(turns[id(statement.command), (*key[:at], *key[at + 1 :])])[1]
        else:
            yield statement
