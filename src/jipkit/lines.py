"""Set-style configurations side by side: of what is the same in both only that is read on which a change depends."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from jipkit.platforms import PlatformFacts
from jipkit.spelling import cut, is_listed, one_form, read, said_by, said_by_each
from jipkit.statement import Statement

_PLACEHOLDER = "<secret:"


class Lines:
    """The lines of a configuration that have to be read, each with its number."""

    def __init__(self, text: str, facts: PlatformFacts) -> None:
        """Cut ``text``.

        Raises:
            ConfigTextError: a line is too long.
        """
        self.facts = facts
        self.lines = cut(text, facts)
        self._numbers: Sequence[int] = range(1, len(self.lines) + 1)

    def say_something(self) -> bool:
        """Return whether any line holds a statement."""
        return any(said_by(line, self.facts) for line in self.lines)

    def statements(self) -> tuple[Statement, ...]:
        """Return what the lines say, each statement once."""
        return read(self.lines, self._numbers, self.facts)

    def keep(self, wanted: Collection[str]) -> None:
        """Forget all lines but those that are ``wanted``."""
        kept = [place for place, line in enumerate(self.lines) if line in wanted]
        self.lines, self._numbers = [self.lines[place] for place in kept], [place + 1 for place in kept]

    def others_than(self, lines: Collection[str]) -> list[str]:
        """Return the lines that are not among ``lines``."""
        return [line for line in self.lines if line not in lines]

    def only(self, lines: Collection[str]) -> list[str]:
        """Return the lines that are among ``lines``."""
        return [line for line in self.lines if line in lines]

    def replace(self, others: Mapping[str, str]) -> None:
        """Let other lines stand for some."""
        if others:
            self.lines = [others.get(line, line) for line in self.lines]


def leave_out_same_lines(ours: Lines, theirs: Lines, fill: Callable[[str], str]) -> int:
    """Leave out of both what both say; return how many statements that were.

    ``fill`` puts secrets in: a line of theirs that holds the intended one becomes the line of ours that has its name.
    Kept are the lines next to those that differ, by alphabet, because they decide how much a deletion may take along,
    and the lines of ordered lists where the order of any may be another one.
    """
    facts = ours.facts
    theirs.replace({fill(line): line for line in ours.lines if _PLACEHOLDER in line})
    same = set(ours.lines).intersection(theirs.lines) - {""}
    theirs.replace(respelled := _respelled(ours.others_than(same), theirs.others_than(same), facts, fill))
    same.update(respelled.values())
    differing = {*ours.others_than(same), *theirs.others_than(same)}
    texts = [text for line in differing for text in said_by(line, facts)]
    alike = ours.only(same)
    touched = _touches_order(alike, theirs.only(same), texts, facts)
    if not texts and not touched:  # nothing will be read, and nobody asks how much that was
        _keep(ours, theirs, ())
        return len(same)
    shared = _by_text(alike, facts)
    kept = {shared[text] for text in _next_to(texts, sorted(shared))}
    if touched:
        kept.update(line for text, line in shared.items() if is_listed(text, facts))
    _keep(ours, theirs, differing | kept)
    return sum(line not in kept for line in shared.values())


def _by_text(lines: Sequence[str], facts: PlatformFacts) -> dict[str, str]:
    """Return what lines say, each with the first that says it."""
    found: dict[str, str] = {}
    for line, said in zip(lines, said_by_each(lines, facts), strict=True):
        for text in said:
            found.setdefault(text, line)
    return found


def _keep(ours: Lines, theirs: Lines, wanted: Collection[str]) -> None:
    ours.keep(wanted)
    theirs.keep(wanted)


def _respelled(
    ours: Sequence[str], theirs: Sequence[str], facts: PlatformFacts, fill: Callable[[str], str]
) -> dict[str, str]:
    """Return the lines of theirs that are one of ours with its secret, and another spelling: to the line of ours."""
    secretive = [(line, text) for line in ours if _PLACEHOLDER in line for text in said_by(line, facts)]
    filled = {one: line for line, text in secretive for one in one_form(fill(text), facts.quote)}
    if not filled:
        return {}
    return {line: filled[said[0]] for line in theirs if len(said := said_by(line, facts)) == 1 and said[0] in filled}


def _next_to(texts: Iterable[str], shared: Sequence[str]) -> Iterator[str]:
    """Yield of ``shared`` (in alphabetical order) those between which each of ``texts`` stands."""
    for text in texts:
        place = bisect_left(shared, text)
        yield from shared[max(place - 1, 0) : place + 1]


def _touches_order(left: Sequence[str], right: Sequence[str], texts: Iterable[str], facts: PlatformFacts) -> bool:
    """Return whether any list may be in another order: what both say is, or one of its lines is not the same."""
    return bool(facts.ordered) and (left != right or any(is_listed(text, facts) for text in texts))
