"""Two configurations side by side, without what is the same in both: most of it is never read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from jipkit import indented
from jipkit.configs import READERS, checked
from jipkit.errors import AnswerError, ConfigTextError, SecretError, TemplateError
from jipkit.indented import Part, Parts
from jipkit.lines import Lines, leave_out_same_lines
from jipkit.platforms import PlatformFacts
from jipkit.readings import check_whole, check_whose, hostname_of
from jipkit.reasons import because
from jipkit.redaction import anonymous, mask, names_in, placeholder
from jipkit.rendering import Rendered
from jipkit.rows.cutting import Export, leave_out_same
from jipkit.statement import Statement

Resolve = Callable[[str], str]

_DIGITS = re.compile(r"\d+")


class Half:
    """One of two configurations, read only as far as it is not the same as the other one."""

    def __init__(self, text: str, facts: PlatformFacts, *, intended: bool = False) -> None:
        """Look over ``text``.

        Raises:
            ConfigTextError: it is no configuration.
        """
        self.text = checked(text)
        self.same = 0
        """How many of its statements were left out, because they are the same in the other one."""
        self._facts = facts
        self._parts: Parts | None = None
        self._lines: Lines | None = None
        self._statements: tuple[Statement, ...] = ()
        self._export: Export | None = None
        if facts.syntax == "indented":
            self._parts = indented.cut(self.text, facts)
        elif facts.syntax == "set":
            self._lines = Lines(self.text, facts)
        elif facts.syntax == "rows":
            self._export = Export(self.text, facts, intended=intended)
        else:
            self._statements = READERS[facts.syntax](self.text, facts)
        if not (
            self._statements
            or (self._parts and self._parts.parts)
            or (self._lines and self._lines.say_something())
            or (self._export and self._export.commands)
        ):
            raise ConfigTextError(because("no-statement"))

    def statements(self) -> tuple[Statement, ...]:
        """Return what it says.

        Raises:
            ConfigTextError: a statement is too long or too deep.
        """
        if self._export is not None:
            self._statements, self._export = self._export.statements(), None
        elif self._lines is not None:
            self._statements, self._lines = self._lines.statements(), None
        elif self._parts is not None:
            self._statements, self._parts = indented.read(self._parts.parts, self._facts), None
        return self._statements

    def forget(self, other: Half, resolve: Resolve) -> None:
        """Leave out of both what is the same in both texts, once the secrets stand in this one."""
        if self._export and other._export:
            self.same = other.same = leave_out_same(self._export, other._export)
            return
        if self._lines and other._lines:
            self.same = other.same = leave_out_same_lines(
                self._lines, other._lines, lambda text: _filled(text, resolve)
            )
            return
        mine, theirs = self._parts, other._parts
        if mine is None or theirs is None or mine.entangled or theirs.entangled:
            return
        same = [
            (parts, others)
            for head, parts in mine.heads.items()
            if (others := theirs.heads.get(head))
            and len(parts) == len(others)
            and all(_filled(one.text, resolve) == two.text for one, two in zip(parts, others, strict=True))
        ]
        self._leave_out([part for parts, _ in same for part in parts])
        other._leave_out([part for _, parts in same for part in parts])

    def _leave_out(self, parts: Sequence[Part]) -> None:
        if self._parts is None:
            return
        gone = {id(part) for part in parts}
        self.same += indented.count(parts, self._facts)
        self._parts.parts = [part for part in self._parts.parts if id(part) not in gone]


def _filled(text: str, resolve: Resolve) -> str:
    """Return ``text`` with the secrets that can be had; it goes nowhere."""
    for name in names_in(text):
        try:
            text = text.replace(placeholder(name), resolve(name))
        except SecretError:
            continue
    return text


def differing(
    wanted: Sequence[Statement], found: Sequence[Statement]
) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """Return both without the top-level statements that say the same on both sides, with all that stands in them."""
    left, right = _by_head(wanted), _by_head(found)
    same = {head for head, said in right.items() if head in left and _same(left[head], said)}
    return (
        tuple(s for head, said in left.items() if head not in same for s in said),
        tuple(s for head, said in right.items() if head not in same for s in said),
    )


def _by_head(found: Sequence[Statement]) -> dict[str, list[Statement]]:
    """Return the top-level statements, each with all that stands in it."""
    heads: dict[str, list[Statement]] = {}
    inside: list[Statement] = []
    for statement in found:
        if not statement.path:
            inside = heads.setdefault(statement.text, [])
        inside.append(statement)
    return heads


def _same(left: Sequence[Statement], right: Sequence[Statement]) -> bool:
    return len(left) == len(right) and all(
        one.text == two.text and one.path == two.path for one, two in zip(left, right, strict=True)
    )


def how_many_differ(wanted: Sequence[Statement], found: Sequence[Statement]) -> int:
    """Return how many statements stand in one of both only, on the side that has more of them."""
    left, right = {(s.path, s.text) for s in wanted}, {(s.path, s.text) for s in found}
    return max(len(left - right), len(right - left))


def remembered(resolve: Resolve | None) -> Resolve:
    """Return ``resolve`` that is asked but once for each secret; one that knows nothing in place of None."""
    values: dict[str, str | SecretError] = {}

    def remember(name: str) -> str:
        if name not in values:
            try:
                values[name] = resolve(name) if resolve else SecretError(f"secret {name}: nobody to ask")
            except SecretError as error:
                values[name] = error
        if isinstance(value := values[name], SecretError):
            raise value
        return value

    return remember


def halves(intended: Rendered, running: str, facts: PlatformFacts, resolve: Resolve) -> tuple[Half, Half]:
    """Return both sides, without what is the same on both.

    Raises:
        TemplateError: the intended text is no configuration, or holds a secret that would not be found.
        AnswerError: the running one is none, was cut short, or is another router's.
    """
    with _blaming_the_template(intended.router):
        ours = Half(intended.text, facts, intended=True)
    _check_secrets(intended, facts)
    with blaming_the_answer(intended.router):
        theirs = Half(running, facts)
        check_whole(theirs.text, facts)
    check_whose(theirs.text, facts, intended.router, hostname_of(ours.text, facts))
    ours.forget(theirs, resolve)
    return ours, theirs


def read_both(
    ours: Half, theirs: Half, router: str, facts: PlatformFacts
) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """Return the statements of both.

    Raises:
        TemplateError: the intended ones cannot be read.
        AnswerError: the running ones cannot be read, or nothing in them belongs to this platform.
    """
    with _blaming_the_template(router):
        wanted = ours.statements()
    with blaming_the_answer(router):
        said = theirs.statements()
    if not theirs.same:  # what is the same on both sides is ours
        _check_platform(router, wanted, said, facts)
    return wanted, said


@contextmanager
def _blaming_the_template(router: str) -> Iterator[None]:
    try:
        yield
    except ConfigTextError as error:
        raise TemplateError(f"router {router}: the rendered configuration {error}") from None


@contextmanager
def blaming_the_answer(router: str) -> Iterator[None]:
    """Say of a text that cannot be read that it is what ``router`` answered."""
    try:
        yield
    except ConfigTextError as error:
        raise AnswerError(router, because("no-configuration", reason=error.reason)) from None


def _check_secrets(intended: Rendered, facts: PlatformFacts) -> None:
    """Check that each secret of a rendered text stands where its value would be found.

    Raises:
        TemplateError: a pattern is lacking.
    """
    if "<secret:" not in intended.text:
        return
    found: set[str] = set()
    for place, line in _lines_with("<secret:", intended.text):
        if line.lstrip()[0] in "!#" or (shape := _DIGITS.sub("0", anonymous(line))) in found:
            continue
        found.add(shape)
        if names_in(mask(line.strip(), facts).text):
            origin = intended.origins[intended.text.count("\n", 0, place)]
            raise TemplateError(
                f"{origin}: router {intended.router}: no pattern "
                f"under `secrets` in the platform.yaml of {facts.platform} finds the secret in {line.strip()!r}; "
                "add one"
            )


def _lines_with(sign: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold ``sign``, each with the place at which it begins."""
    place = text.find(sign)
    while place >= 0:
        start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
        yield start, text[start : end if end >= 0 else None]
        place = text.find(sign, end) if end >= 0 else -1


def _check_platform(router: str, wanted: Sequence[Statement], said: Sequence[Statement], facts: PlatformFacts) -> None:
    """Check that something in a router's answer can belong to a configuration of its platform.

    Raises:
        AnswerError: nothing does.
    """
    ours = {s.text for s in wanted if not s.path}
    if not any(s.text in ours or facts.section(s.text) for s in said if not s.path):
        raise AnswerError(router, because("foreign-configuration", platform=facts.platform))
