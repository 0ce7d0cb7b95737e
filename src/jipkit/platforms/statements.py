"""What is known of a platform's statements: who owns them, how they are changed, and how they may be spelled."""

from __future__ import annotations

from typing import Literal

from jipkit.model import Entry
from jipkit.platforms.patterned import MembersPattern, Pattern


class Section(Entry):
    """A part of a configuration that one template file owns.

    ``owns`` are regular expressions, matched from the start of a top-level statement. In a ``full`` section any
    other statement than ours is drift; in a ``merge`` section ours must be there and others may stay.
    """

    name: str
    template: str
    owns: tuple[Pattern, ...]
    mode: Literal["full", "merge"] = "full"


class Setting(Entry):
    """How one kind of statement is changed and taken back, where the platform's negation is not the whole story.

    ``match`` is matched from the start of a statement without its ``no`` or ``undo`` (`PlatformFacts.negation`), in
    set-style configurations without its ``set`` (`PlatformFacts.positive`). What its groups hold, or the whole match
    where it has none, is the natural key: two statements of one block with the same key are one setting with two
    values. The first setting that matches decides; a statement that none matches is its own key.
    """

    match: Pattern
    within: Pattern | None = None
    """Only directly inside such a statement; None: anywhere."""
    remove: str | None = None
    """The whole line that takes it back, with ``{0}`` the match, ``{1}`` its first group (``no {0}``, ``delete {1}``).

    Empty: nothing does. None: the statement with the platform's negation.
    """
    overwrites: bool = True
    """A new value replaces the old one; False: the old one has to be removed first."""
    exclusive: bool = False
    """An address: it is removed first where another block takes its network, which no two can have."""
    container: bool = False
    """A block that is there as long as anything is in it: it is emptied, not removed."""
    carries: str | None = None
    """Removing it also removes what starts so in the same block: ``neighbor {1} ``."""


class Blob(Entry):
    """A text of several lines that is one statement: a banner, a certificate.

    ``start`` is matched from the start of a statement. ``end`` is looked for after that match, also in the same line,
    with ``{1}`` the first group of ``start`` (a banner's delimiter), and ``^`` and ``$`` the ends of a line. The text
    goes to the end of the line in which ``end`` was found; one that never ends was cut short.
    """

    start: Pattern
    end: str


class Reveal(Entry):
    """Values of secrets that the device writes so that they can be read back.

    ``value`` matches such a value as a whole, without quotes; ``by`` is how it is written.
    """

    value: Pattern
    by: Literal["type7", "junos9"]


class Members(Entry):
    """A statement whose list may be spelled in many ways: ``90 to 91 100``, ``90,91,100``, ``90-91,100``.

    ``match`` is matched from the start of a statement, and ``members`` in it is the list of numbers, split by blanks
    or commas, with ``to`` or ``-`` between the ends of a range.
    """

    match: MembersPattern
    each: bool = False
    """Each member is a statement of its own, and can be added and taken away alone; False: the list is one value."""


class Idle(Entry):
    """Hardware that a router prints although nothing is said of it.

    ``block`` matches a whole top-level statement that opens such a block, ``silent`` a whole statement in it that says
    nothing. A block that is not intended and holds nothing else counts as not there.
    """

    block: Pattern
    silent: Pattern = r"(?!)"
