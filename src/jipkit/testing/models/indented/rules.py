"""What sets platforms with indented configurations apart, beside their commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from jipkit.testing.models.indented.grammar import Command, Key, Table
from jipkit.testing.models.indented.statements import Block, Place

BlobEnd = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """One line that a device is about to take, or has taken."""

    path: tuple[Place, ...]
    """The blocks one stands in, from the top to the one that the line goes into."""
    words: tuple[str, ...]
    """The line, without its negation."""
    command: Command
    key: Key
    removes: bool

    @property
    def top(self) -> Block:
        return self.path[0].block

    @property
    def here(self) -> Block:
        return self.path[-1].block

    @property
    def mode(self) -> str:
        return self.path[-1].mode


class Rules:
    """How a platform takes lines, prints them, and refuses some; a platform is a subclass with its table."""

    table: ClassVar[Table]
    negation: ClassVar[str] = "no"
    default: ClassVar[str] = "default"
    """What resets a command, in place of the negation; empty: there is no such word."""
    exits: ClassVar[tuple[str, ...]] = ("exit",)
    finish: ClassVar[tuple[str, ...]] = ("end",)
    comment: ClassVar[str] = "!"
    headers: ClassVar[tuple[str, ...]] = ()
    """How lines begin that stand before a printed configuration and are no part of it."""
    indent: ClassVar[int] = 1
    separator: ClassVar[str] = "!"
    last: ClassVar[str] = "end"
    section: ClassVar[str] = ""
    """What stands between the parts of a printed configuration, and ends every block; empty: nothing does."""
    flat: ClassVar[str] = ""
    """What is printed before a statement at the top that opens no block."""
    defaults: ClassVar[Mapping[str, frozenset[str]]] = {}
    """By mode, what is not printed because it says what holds anyway."""

    unknown: ClassVar[str]
    occupied: ClassVar[str]
    alone: ClassVar[str]
    fixed: ClassVar[str]

    def says_nothing(self, line: str) -> bool:
        """Return whether a line of a printed configuration is a comment, a separator or a header."""
        return line.lstrip().startswith((self.comment, *self.headers))

    def leaves(self, words: Sequence[str]) -> bool:
        """Return whether a line leaves the block one is in."""
        return words[0] in self.exits and len(words) == 1

    def reached(self, depth: int) -> Iterable[int]:
        """Return at which depths a line is looked for, from the one that is typed at."""
        return (depth,)

    def blob(self, mode: str, line: str) -> BlobEnd | None:
        """Return what tells the last line of a text that begins with ``line``; None when it is no such text."""
        del mode, line
        return None

    def completed(self, place: Place, words: Sequence[str]) -> Sequence[str]:
        """Return a line with what the device adds of its own: the number of an entry that has none."""
        del place
        return words

    def written(self, text: str) -> str:
        """Return a statement as the device prints it."""
        return text

    def shown(self, place: Place, text: str) -> str:
        """Return a statement that is held as it stands in a printed configuration."""
        del place
        return text

    def meant(self, place: Place, words: Sequence[str]) -> Sequence[str]:
        """Return what is taken back, where the line that was typed names it in another way."""
        del place
        return words

    def left_behind(self, step: Step) -> str | None:
        """Return what stands instead of what was taken back, where it is not nothing."""
        del step
        return None

    def refusal(self, step: Step) -> str | None:
        """Return what the device says against a line, where it does not take it."""
        del step
        return None

    def hidden(self, step: Step) -> bool:
        """Return whether a line says what holds anyway where it stands, so that it is not printed."""
        text = " ".join((self.negation, *step.words) if step.removes else step.words)
        return text in self.defaults.get(step.mode, ())

    def settle(self, step: Step) -> None:
        """Let a line that was taken have its effect on other statements."""

    def absent(self, step: Step) -> str | None:
        """Return what the device says when what is taken back is not there; None: nothing."""
        del step
        return None

    def stays(self, step: Step) -> bool:
        """Return whether the block that a line is about is emptied, not removed, when it is reset."""
        del step
        return False

    def heaped(self, step: Step, held: Sequence[str], given: Sequence[str]) -> Sequence[str]:
        """Return what is set after values come on top of those that are."""
        del step
        return (*held, *(value for value in given if value not in held))

    def unheaped(self, step: Step, held: Sequence[str], given: Sequence[str]) -> Sequence[str]:
        """Return what is left of values when some are taken away."""
        del step
        return tuple(value for value in held if value not in given)

    def closing(self, place: Place) -> Iterator[str]:
        """Yield what is printed at the end of a block, inside it."""
        del place
        yield from ()


def drop(block: Block, *prefixes: Key) -> None:
    """Take away the statements that set something that begins with one of ``prefixes``."""
    for key in list(block):
        if any(key[: len(prefix)] == prefix for prefix in prefixes):
            del block[key]


def drop_everywhere(block: Block, prefix: Key) -> None:
    """Take away from a block and those inside it what begins with ``prefix``."""
    drop(block, prefix)
    for statement in block.values():
        if statement.block is not None:
            drop_everywhere(statement.block, prefix)
