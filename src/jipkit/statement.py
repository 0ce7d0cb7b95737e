"""What every syntax is read into: statements; and what every comparison of them says: edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason

MAX_LINE = 20_000
MAX_DEPTH = 12

Path = tuple[str, ...]
Change = Literal["missing", "extra", "changed", "misordered"]


class Statement(NamedTuple):
    """One statement: the statements it stands in, outermost first, and the line (from 1) it was read from.

    Where nothing stands in anything (set-style lines, rows), ``path`` is empty and ``text`` a whole command.
    """

    path: Path
    text: str
    line: int = 0
    block: bool = False
    """It was opened and closed, whether or not anything stands in it."""


class Edit(NamedTuple):
    """One statement that differs: ``missing`` has no ``running`` one, ``extra`` no ``intended`` one, others both."""

    kind: Change
    intended: Statement | None
    running: Statement | None


class Doubt(NamedTuple):
    """A secret that could not be compared: the intended statement, the running one without its value, and why."""

    intended: Statement
    running: str
    reason: Reason


class Disclosed(NamedTuple):
    """Running statements as they may be shown.

    A statement whose secret is the intended one has become the intended statement, placeholder and all; so has one
    whose secret is in doubt. Another secret has left `jipkit.redaction.HIDDEN` behind, so that its statement differs.
    """

    statements: tuple[Statement, ...]
    doubts: tuple[Doubt, ...]


class Syntax(Protocol):
    """What a module knows that can compare configurations of one syntax: `jipkit.sets`, `jipkit.walk`, `jipkit.rows`.

    ``differences`` and ``commands`` get running statements as `disclose` gave them, without their secrets. What
    nobody manages is sorted out afterwards, by the section that owns the text of the outermost statement. ``version``
    is that of the running software, as far as the reading says it.
    """

    def disclose(
        self,
        said: Sequence[Statement],
        wanted: Sequence[Statement],
        facts: PlatformFacts,
        resolve: Callable[[str], str] | None,
        *,
        bare: bool = False,
    ) -> Disclosed:
        """Return what ``said`` says without its secrets, each compared with the one that ``wanted`` has there.

        ``bare``: a secret that is another one than the intended keeps its value. That is for the router's eyes alone.
        """

    def remarks(self, said: Sequence[Statement]) -> tuple[Reason, ...]:
        """Return what is odd about running statements, whatever they should be: it goes into the drift's notes."""

    def differences(
        self, wanted: Sequence[Statement], found: Sequence[Statement], facts: PlatformFacts, version: str | None
    ) -> Iterable[Edit]:
        """Yield how ``found`` (running) differs from ``wanted`` (intended), in the order of the intended one."""

    def commands(
        self,
        source: Sequence[Statement],
        target: Sequence[Statement],
        facts: PlatformFacts,
        version: str | None,
        kept: Sequence[Statement] = (),
    ) -> tuple[str, ...]:
        """Return the lines that turn ``source`` into ``target``; ``kept`` is there as well, and has to stay."""


def gathered(found: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return statements, each once, with everything that stands in a block right after the block."""
    once: dict[Path, Statement] = {}
    for statement in found:
        path = (*statement.path, statement.text)
        before = once.setdefault(path, statement)
        if statement.block and not before.block:
            once[path] = before._replace(block=True)
    inside: dict[Path, list[Statement]] = {}
    for statement in once.values():
        inside.setdefault(statement.path, []).append(statement)
    whole: list[Statement] = []
    waiting = inside.get((), [])[::-1]
    while waiting:
        statement = waiting.pop()
        whole.append(statement)
        waiting += inside.get((*statement.path, statement.text), [])[::-1]
    return tuple(whole)
