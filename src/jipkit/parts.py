"""A change in parts: what both ends of a link have to agree on, link by link, and the rest.

A router that differs in much need not be made as intended at once. `divide` says what can be made good by itself, and
`partly` what has to be told to the router so that it is, and nothing else is touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from jipkit.configs import as_text, statements
from jipkit.drift import SYNTAXES, Difference, Drift, compare
from jipkit.errors import SecretError
from jipkit.halfway import Piece, halfway
from jipkit.model import Network
from jipkit.pairing import Resolve, differing, halves, read_both, remembered
from jipkit.platforms import PlatformFacts
from jipkit.redaction import HIDDEN, names_in
from jipkit.rendering import Rendered
from jipkit.rollout.impact import agreed
from jipkit.sockets import without_idle
from jipkit.statement import Edit, Path, Statement, gathered
from jipkit.ties import Tie, grouped, ties_of

_DONE = ("missing", "extra", "changed", "misordered")


@dataclass(frozen=True, slots=True)
class Part:
    """Differences of one router that are made good together.

    ``links`` are the keys of the links of which they say what both ends have to say alike: one, or several where they
    cannot be separated; none: the rest of what differs. ``why`` says what holds together what is more than a link.
    """

    links: frozenset[str]
    differences: tuple[Difference, ...]
    why: frozenset[Tie] = frozenset()

    def of(self, drift: Drift) -> Drift:
        """Return ``drift`` with the differences of this part alone, and no commands: for `jipkit.rollout.impact`."""
        return replace(drift, differences=self.differences, remedy=(), undo=())


def divide(drift: Drift, network: Network, router: str, facts: PlatformFacts) -> tuple[Part, ...]:
    """Return the differences of ``router`` in parts that can be made good one by one, in any order.

    First those of links, by the first difference of each, then the rest. What is not made good (what nobody manages,
    secrets in doubt) is in none. ``network`` is the one that is intended.

    Raises:
        UnknownNameError: there is no such router.
    """
    return divided(drift, agreed(drift, network, router, facts), facts)


def divided(drift: Drift, links: Sequence[frozenset[str]], facts: PlatformFacts) -> tuple[Part, ...]:
    """Return the differences in parts, once it is known of which ``links`` each of them speaks."""
    parts: list[Part] = []
    rest = list[int]()
    for group in grouped(len(drift.differences), [*_by_link(links), *ties_of(drift, facts)]):
        numbers = [n for n in group.numbers if drift.differences[n].kind in _DONE]
        named = frozenset[str]().union(*(links[n] for n in numbers))
        if not named:
            rest += numbers
            continue
        mixed = len(named) > 1 or any(not links[n] for n in numbers)
        why = group.why - {"link"} if mixed else frozenset[Tie]()
        if any(len(links[n]) > 1 for n in numbers):
            why |= {"statement"}
        parts.append(Part(named, tuple(drift.differences[n] for n in numbers), why))
    if rest:
        parts.append(Part(frozenset(), tuple(drift.differences[n] for n in sorted(rest))))
    return tuple(parts)


def _by_link(links: Sequence[frozenset[str]]) -> Iterator[tuple[int, int, Tie]]:
    """Yield the numbers of differences that speak of one link; and of one that speaks of several."""
    seen: dict[str, int] = {}
    for number, keys in enumerate(links):
        for key in sorted(keys):
            yield seen.setdefault(key, number), number, "link" if len(keys) == 1 else "statement"


@dataclass(frozen=True, slots=True)
class Repair:
    """What makes some differences of a router good, and nothing else.

    ``commands`` do that and ``undo`` takes it back, both with placeholders for secrets that we know and never a secret
    in clear; ``undo_complete`` is False where an old secret is needed to undo. ``left`` is what differs afterwards.

    For the router's eyes alone: ``bare`` are the commands with the secrets that only the router knows, where it takes
    no line back without them, and ``text`` is the whole configuration to load, for platforms that take one whole:
    with all that stays as the router has it. In both, placeholders stand for secrets that we know.
    """

    commands: tuple[str, ...]
    undo: tuple[str, ...]
    undo_complete: bool
    left: tuple[Difference, ...]
    bare: tuple[str, ...] = field(repr=False)
    text: str | None = field(repr=False)


def partly(
    intended: Rendered,
    running: str,
    facts: PlatformFacts,
    chosen: Collection[Difference],
    resolve: Callable[[str], str] | None = None,
) -> Repair:
    """Return what makes the ``chosen`` differences good on a router that runs ``running``.

    They are those of `jipkit.drift.compare` of the same two; all of one or several parts, as `divide` gives them.

    Raises:
        ProjectError, AnswerError, TemplateError: as `jipkit.drift.compare`.
        SecretError: the router has something that reads like the placeholder of a secret that it is not to have.
        ValueError: the router does not differ so, or what is chosen cannot be made good without something else.
    """
    known = remembered(resolve)
    drift = compare(intended, running, facts, resolve=known)
    chosen = frozenset(chosen)
    if unknown := chosen - set(drift.differences):
        raise ValueError(f"router {intended.router}: {len(unknown)} of the differences are none, or none any more")
    return _Comparison(intended, running, facts, drift, known).repair(chosen)


@dataclass(frozen=True, slots=True, repr=False)
class _Comparison:
    """What was compared, and what came of it."""

    intended: Rendered
    running: str
    facts: PlatformFacts
    drift: Drift
    resolve: Resolve

    def repair(self, chosen: Collection[Difference]) -> Repair:
        self._refuse_halves(chosen)
        sides, syntax = self._sides(), SYNTAXES[self.facts.syntax]
        pieces = halfway(sides.wanted, sides.managed, self.drift, chosen, self.facts)
        then = [piece.statement for piece in pieces]
        left = self._left(sides.wanted, then, chosen)
        commands = partial(syntax.commands, facts=self.facts, version=self.drift.version)
        lines = bare = commands(sides.managed, then, kept=sides.kept)
        undo = commands(then, sides.managed, kept=sides.kept)
        if any(HIDDEN in line for line in lines):
            bare = commands(sides.bare, _told_again(pieces, sides.bare), kept=sides.bare_kept)
        text = self._whole(chosen) if self.facts.push == "replace" else None
        self._refuse_foreign("\n".join((*bare, text or "")))
        return Repair(lines, undo, not any(HIDDEN in line for line in undo), left, bare, text)

    def _sides(self) -> _Sides:
        """Return both sides, as `jipkit.drift.compare` compared them."""
        facts, syntax = self.facts, SYNTAXES[self.facts.syntax]
        ours, theirs = halves(self.intended, self.running, facts, self.resolve)
        wanted, said = read_both(ours, theirs, self.intended.router, facts)
        shown = syntax.disclose(said, wanted, facts, self.resolve).statements
        bare = syntax.disclose(said, wanted, facts, self.resolve, bare=True).statements
        places = {id(statement): place for place, statement in enumerate(shown)}
        wanted, found = differing(wanted, shown) if facts.syntax == "indented" else (wanted, shown)
        strangers = {(d.path, d.running) for d in self.drift.differences if d.kind == "unmanaged"}
        managed, kept = list[int](), list[int]()
        for statement in without_idle(found, wanted, facts):
            (kept if (statement.path, statement.text) in strangers else managed).append(places[id(statement)])
        return _Sides(
            wanted,
            [shown[n] for n in managed],
            [shown[n] for n in kept],
            [bare[n] for n in managed],
            [bare[n] for n in kept],
        )

    def _refuse_halves(self, chosen: Collection[Difference]) -> None:
        """Make sure that what is ``chosen`` leaves nothing behind that needs it.

        Raises:
            ValueError: it does.
        """
        differences = self.drift.differences
        for group in grouped(len(differences), ties_of(self.drift, self.facts)):
            if len({differences[n] in chosen for n in group.numbers}) > 1:
                raise self._torn()

    def _left(
        self, wanted: Sequence[Statement], then: Sequence[Statement], chosen: Collection[Difference]
    ) -> tuple[Difference, ...]:
        """Return what differs once what is ``chosen`` does not.

        Raises:
            ValueError: something else would differ.
        """
        left = tuple(d for d in self.drift.differences if d not in chosen)
        edits = SYNTAXES[self.facts.syntax].differences(wanted, then, self.facts, self.drift.version)
        if Counter(_told(d) for d in left if d.kind in _DONE) != Counter(_edited(edit) for edit in edits):
            raise self._torn()
        return left

    def _torn(self) -> ValueError:
        return ValueError(f"router {self.intended.router}: the differences are not all that belong together")

    def _whole(self, chosen: Collection[Difference]) -> str:
        """Return the whole configuration, of which only what is ``chosen`` is other than what the router has."""
        wanted, said = statements(self.intended.text, self.facts), statements(self.running, self.facts)
        shown = SYNTAXES[self.facts.syntax].disclose(said, wanted, self.facts, self.resolve).statements
        pieces = halfway(wanted, shown, self.drift, chosen, self.facts)
        return as_text(gathered(_told_again(pieces, said)), self.facts.leave)

    def _refuse_foreign(self, told: str) -> None:
        """Make sure that only secrets are put in that this router is to have.

        Raises:
            SecretError: it has something that reads like the placeholder of another one.
        """
        ours = set(names_in(self.intended.text))
        if foreign := [name for name in names_in(told) if name not in ours]:
            router = self.intended.router
            raise SecretError(f"{router}: has a statement that asks for secret {foreign[0]}; remove it there")


@dataclass(frozen=True, slots=True, repr=False)
class _Sides:
    """Two configurations, as far as they differ: what is intended, what runs and is ours, and what is not ours.

    ``bare`` and ``bare_kept`` are what runs with its secrets.
    """

    wanted: Sequence[Statement]
    managed: Sequence[Statement]
    kept: Sequence[Statement]
    bare: Sequence[Statement]
    bare_kept: Sequence[Statement]


def _told_again(pieces: Sequence[Piece], said: Sequence[Statement]) -> list[Statement]:
    """Return what a configuration that is halfway says, with what stays of it as it is ``said``."""
    blocks: dict[Path, Path] = {}
    told = []
    for piece in pieces:
        shown = piece.statement
        text = shown.text if piece.stays is None else said[piece.stays].text
        path = blocks.get(shown.path, shown.path)
        blocks[*shown.path, shown.text] = (*path, text)
        told.append(shown._replace(path=path, text=text))
    return told


def _told(difference: Difference) -> tuple[str, Path, str | None, str | None]:
    return difference.kind, difference.path, difference.intended, difference.running


def _edited(edit: Edit) -> tuple[str, Path, str | None, str | None]:
    statement = edit.intended or edit.running
    path = statement.path if statement else ()
    return edit.kind, path, edit.intended and edit.intended.text, edit.running and edit.running.text
