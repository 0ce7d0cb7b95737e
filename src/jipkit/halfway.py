"""A configuration of which only some differences are made good: everything else stays as, and where, it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jipkit.drift import Difference, Drift
from jipkit.idiom import Idiom
from jipkit.platforms import PlatformFacts
from jipkit.redaction import HIDDEN
from jipkit.rows.reading import row_again
from jipkit.sets import unimplied
from jipkit.statement import Path, Statement
from jipkit.ties import STRUCTURE, list_of

_Key = tuple[Path, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement of a configuration that is halfway.

    ``stays`` is the place of the running statement that it is; None where it has come. ``rank`` is the place of the
    running one that it is, or takes over from: where it stands in a list that keeps its order.
    """

    statement: Statement
    stays: int | None = None
    rank: int = -1


def halfway(
    wanted: Sequence[Statement],
    found: Sequence[Statement],
    drift: Drift,
    chosen: Collection[Difference],
    facts: PlatformFacts,
) -> tuple[Piece, ...]:
    """Return ``found`` (running, without secrets) with the ``chosen`` differences of ``drift`` made good.

    It is in the order of ``wanted``, but for lists whose order is meaning and is not to be changed. Once all are
    chosen it is ``wanted``, and what nobody minds.
    """
    at_once = [d for d in drift.differences if d in chosen]
    later = [d for d in drift.differences if d not in chosen]
    how = _How(Idiom(facts), drift.version)
    return _Halfway(wanted, found, at_once, later, how).pieces()


@dataclass(frozen=True, slots=True)
class _How:
    """What is known of statements."""

    idiom: Idiom
    version: str | None

    def list_of(self, statement: Statement) -> Hashable | None:
        """Return the list, whose order is meaning, that a statement stands in."""
        return list_of(statement.path, statement.text, self.idiom, self.version)

    def sign(self, text: str) -> Hashable | None:
        """Return which row is set, by one or several statements; None where a statement is a row of its own."""
        if self.idiom.facts.syntax != "rows":
            return None
        row = row_again(text, self.idiom.facts.menu_table, self.version)
        return (row.menu, row.which) if row.verb == "set" else None


class _Halfway:
    """Puts two configurations together; each running statement is in it at most once."""

    def __init__(
        self,
        wanted: Sequence[Statement],
        found: Sequence[Statement],
        at_once: Sequence[Difference],
        later: Sequence[Difference],
        how: _How,
    ) -> None:
        self._sign, self._list_of = how.sign, how.list_of
        self._blocks = how.idiom.facts.syntax == "indented"
        self._rows = how.idiom.facts.syntax == "rows"
        self._at_once, self._later = at_once, later
        new = {d.running or "": d.intended or "" for d in at_once if self._blocks and _is_head(d)}
        old = {d.intended or "": d.running or "" for d in later if self._blocks and _is_head(d)}
        self._heads = {**new, **old}
        self._wanted, self._found = _under(old, wanted), _under(new, found)
        self._places: dict[_Key, list[int]] = defaultdict(list)
        for place, statement in enumerate(self._found):
            self._places[statement.path, statement.text].append(place)
        self._renewed = {sign for d in at_once for sign in self._signs(d)}
        self._waiting = {sign for d in later for sign in self._signs(d)}
        self._gone, self._replaced = self._taken()
        self._mute = set[str]()
        if how.idiom.facts.syntax == "set":
            self._mute, said = self._implied()
            self._gone |= said

    def pieces(self) -> tuple[Piece, ...]:
        slots = list(self._slots())
        standing = {piece.stays for piece in slots}
        after: dict[int | None, list[Piece]] = defaultdict(list)
        before = -1
        for place, statement in enumerate(self._found):
            if place in standing:
                before = place
            elif place not in self._gone:
                after[before].append(Piece(statement, place, place))
        whole = [*after[-1]]
        for piece in slots:
            whole += [piece, *(after[piece.stays] if piece.stays is not None else ())]
        return tuple(self._in_lists(whole))

    def _taken(self) -> tuple[set[int], dict[_Key, int]]:
        """Return the places of what goes, and of what each statement that comes takes over from."""
        gone, replaced = set[int](), dict[_Key, int]()
        for difference in self._at_once:
            if difference.kind not in ("extra", "changed") or any(self._signs(difference)):
                continue
            key = self._key(difference, difference.running or "")
            if places := self._places[key]:
                place = places.pop()
                # where what tells several statements apart is hidden, one difference stands for all of them
                gone |= {place, *places} if HIDDEN in key[1] else {place}
                replaced[self._key(difference, difference.intended or "")] = place
        gone |= {n for n, s in enumerate(self._found) if self._sign(s.text) in self._renewed}
        return gone, replaced

    def _slots(self) -> Iterator[Piece]:
        """Yield what there is of the intended statements, in their order, and what still stands for one."""
        missing = Counter(self._key(d, d.intended or "") for d in self._later if d.kind == "missing")
        others = {
            self._key(d, d.intended or ""): self._key(d, d.running or "") for d in self._later if d.kind == "changed"
        }
        settings: dict[Hashable, list[int]] = defaultdict(list)
        for place, statement in enumerate(self._found):
            settings[self._sign(statement.text)].append(place)
        for statement in self._wanted:
            key = (statement.path, statement.text)
            if (sign := self._sign(statement.text)) is not None:
                if sign in self._renewed or (sign not in self._waiting and sign not in settings):
                    yield Piece(statement)
                yield from self._left_at(settings.pop(sign, []))
            elif places := self._places[key] or self._places[others.get(key, key)]:
                yield from self._left_at([places.pop(0)])
            elif missing[key]:
                missing[key] -= 1
            elif statement.text not in self._mute:
                yield Piece(statement, rank=self._replaced.get(key, -1))

    def _left_at(self, places: Iterable[int]) -> Iterator[Piece]:
        yield from (Piece(self._found[place], place, place) for place in places if place not in self._gone)

    def _implied(self) -> tuple[set[str], set[int]]:
        """Return set-style lines that differ in nothing because others say more, as far as those others are there.

        First intended ones that need not come, then the places of running ones that need not stay.
        """
        differ = {text for d in (*self._at_once, *self._later) for text in (d.intended, d.running)}
        wanted, found = {s.text for s in self._wanted}, {s.text for s in self._found}
        staying = sorted(s.text for place, s in enumerate(self._found) if place not in self._gone)
        coming = sorted(d.intended for d in self._at_once if d.kind in ("missing", "changed") and d.intended)
        mute = {s.text: s for s in self._wanted if s.text not in found | differ}
        left = {s.text: s for s in self._found if s.text not in wanted | differ}
        idle = mute.keys() - {s.text for s in unimplied(mute.values(), staying)}
        said = left.keys() - {s.text for s in unimplied(left.values(), coming)}
        return idle, {place for place, s in enumerate(self._found) if s.text in said}

    def _in_lists(self, whole: Sequence[Piece]) -> Iterator[Piece]:
        """Yield the pieces, those of lists that keep their order in that order."""
        lists = [self._list_of(piece.statement) for piece in whole]
        changed = {
            found
            for d in self._at_once
            if d.kind in STRUCTURE or not self._rows
            for text in (d.intended, d.running)
            if text is not None and (found := self._list_of(Statement(d.path, text))) is not None
        }
        kept: dict[Hashable, list[Piece]] = defaultdict(list)
        for name, piece in zip(lists, whole, strict=True):
            kept[name].append(piece)
        order = {name: iter(sorted(some, key=lambda piece: piece.rank)) for name, some in kept.items()}
        for name, piece in zip(lists, whole, strict=True):
            yield piece if name is None or name in changed else next(order[name])

    def _key(self, difference: Difference, text: str) -> _Key:
        """Return where a statement of a difference stands, blocks by the heads that they have here."""
        path = difference.path
        if path:
            return (self._heads.get(path[0], path[0]), *path[1:]), text
        return path, self._heads.get(text, text)

    def _signs(self, difference: Difference) -> Iterator[Hashable]:
        signs = (self._sign(text) for text in (difference.intended, difference.running) if text)
        yield from (sign for sign in signs if sign is not None)


def _is_head(difference: Difference) -> bool:
    return difference.kind == "changed" and not difference.path


def _under(heads: Mapping[str, str], found: Sequence[Statement]) -> Sequence[Statement]:
    """Return statements with other first lines of their blocks."""
    if not heads:
        return found
    return [
        s._replace(path=(heads.get(s.path[0], s.path[0]), *s.path[1:]))
        if s.path
        else s._replace(text=heads.get(s.text, s.text))
        for s in found
    ]
