"""How far a running configuration is from the intended one, and the commands that make it right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jipkit import sets, walk
from jipkit.errors import AnswerError, ProjectError
from jipkit.language import _
from jipkit.model import Source
from jipkit.pairing import blaming_the_answer, differing, halves, how_many_differ, read_both, remembered
from jipkit.platforms import PlatformFacts
from jipkit.readings import doubts_of, version_of
from jipkit.reasons import Reason
from jipkit.redaction import HIDDEN
from jipkit.rendering import Origin, Rendered
from jipkit.rows import syntax as rows
from jipkit.sockets import without_idle
from jipkit.statement import Doubt, Edit, Path, Statement, Syntax

Kind = Literal["missing", "extra", "changed", "misordered", "unmanaged", "not assessable"]

MOST_DIFFERING = 5_000
"""Statements in parts that differ. A remedy for them takes seconds, and for ten times as many minutes."""

SYNTAXES: Mapping[str | None, Syntax] = {"indented": walk, "set": sets, "rows": rows}
"""What compares each syntax."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement that differs. ``path`` holds the parents, outermost first.

    ``missing``: only ``intended`` is set. ``extra``, ``unmanaged``: only ``running``. ``changed``, ``misordered``:
    both. ``not assessable``: a secret that could not be compared, and ``reason`` says why. No field ever holds a
    secret in clear. ``origin`` is the template line of ``intended``, or of the parent for what is extra inside it.
    ``section`` names the section of the platform that owns it.
    """

    kind: Kind
    path: tuple[str, ...]
    intended: str | None = None
    running: str | None = None
    origin: Origin | None = None
    section: str | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """The comparison of one router.

    ``coverage``: share (0.0 to 1.0) of the running statements that some section owns. ``remedy``: configuration
    lines that turn running into intended; ``undo``: those that turn it back. Both hold placeholders for secrets
    that we know and never a secret in clear; ``undo_complete`` is False where an old secret is needed to undo.
    ``version`` is that of the software, where the reading names one; ``notes`` say what may be wrong with it.
    """

    router: str
    differences: tuple[Difference, ...]
    coverage: float
    remedy: tuple[str, ...]
    undo: tuple[str, ...]
    undo_complete: bool = True
    version: str | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def clean(self) -> bool:
        """True when nothing is missing, extra, changed or misordered (what nobody manages is listed, not drift)."""
        return not any(d.kind in ("missing", "extra", "changed", "misordered") for d in self.differences)

    @property
    def proven(self) -> bool:
        """True when it is clean and every secret could be compared: only then is the router known to be as intended."""
        return self.clean and not any(d.kind == "not assessable" for d in self.differences)

    @property
    def settled(self) -> bool:
        """True when it is clean, and no secret is in doubt but those of which the device itself shows only a veil."""
        return self.clean and not self.doubts

    @property
    def doubts(self) -> tuple[Difference, ...]:
        """The secrets that were not compared although the device tells them: ours is not known, or not asked for."""
        found = [d for d in self.differences if d.kind == "not assessable"]
        return tuple(d for d in found if d.reason is None or d.reason.code != "secret-veiled")


def compare(
    intended: Rendered,
    running: str,
    facts: PlatformFacts,
    *,
    resolve: Callable[[str], str] | None = None,
) -> Drift:
    """Return how far ``running`` (as the router printed it) is from ``intended``.

    ``resolve`` gives the value of a secret by its name; without it, or where it raises SecretError, a secret is
    *not assessable*. Values are compared in memory; nothing of them is in the answer.

    Raises:
        ProjectError: the platform's configurations cannot be compared yet.
        AnswerError: ``running`` is empty, rubbish, too large, cut short, another router's, or no configuration of
            this platform.
        TemplateError: a template puts a secret where no secret pattern of the platform finds it.
    """
    sides = _sides(intended, running, facts, resolve)
    syntax, version = sides.syntax, sides.version
    undo = syntax.commands(sides.expected, sides.managed, facts, version, sides.kept)
    return Drift(
        router=intended.router,
        differences=tuple(sorted(sides.differences, key=lambda d: d.kind == "unmanaged")),
        coverage=1 - sides.strangers / sides.said,
        remedy=syntax.commands(sides.managed, sides.expected, facts, version, sides.kept),
        undo=undo,
        undo_complete=not any(HIDDEN in line for line in undo),
        version=version,
        notes=(*doubts_of(version, facts), *syntax.remarks(sides.disclosed)),
    )


@dataclass(frozen=True, slots=True)
class _Sides:
    """Two configurations, as far as they differ: what is intended, what runs and is ours, and what is not ours."""

    syntax: Syntax
    expected: Sequence[Statement]
    managed: Sequence[Statement]
    kept: Sequence[Statement]
    differences: Sequence[Difference]
    disclosed: Sequence[Statement]
    version: str | None
    strangers: int
    said: int


def _sides(intended: Rendered, running: str, facts: PlatformFacts, resolve: Callable[[str], str] | None) -> _Sides:
    """Return both sides, without the secrets of the running one."""
    syntax = SYNTAXES.get(facts.syntax)
    if syntax is None:
        raise ProjectError(f"{intended.router}: configurations of platform {facts.platform} cannot be compared yet")
    known = remembered(resolve)
    ours, theirs = halves(intended, running, facts, known)
    wanted, said = read_both(ours, theirs, intended.router, facts)
    with blaming_the_answer(intended.router):  # rows are read again without their secrets
        disclosed = syntax.disclose(said, wanted, facts, known)
    expected, found = _differing(intended.router, wanted, disclosed.statements, facts)
    found = without_idle(found, expected, facts)
    version = version_of(theirs.text, facts)
    judged = _Judgement(intended.origins, expected, facts)
    with blaming_the_answer(intended.router):
        differences = [judged.of(edit) for edit in syntax.differences(expected, found, facts, version)]
    differences += [judged.doubtful(doubt) for doubt in disclosed.doubts]
    strangers = {(d.path, d.running) for d in differences if d.kind == "unmanaged"}
    managed = [s for s in found if (s.path, s.text) not in strangers] if strangers else found
    kept = [s for s in found if (s.path, s.text) in strangers] if strangers else ()
    total = theirs.same + len(said)
    return _Sides(syntax, expected, managed, kept, differences, disclosed.statements, version, len(strangers), total)


def _differing(
    router: str, wanted: Sequence[Statement], found: Sequence[Statement], facts: PlatformFacts
) -> tuple[Sequence[Statement], Sequence[Statement]]:
    """Return what has to be compared one by one.

    Raises:
        AnswerError: it is more than can be compared in good time.
    """
    if facts.syntax == "indented":
        wanted, found = differing(wanted, found)
        most = max(len(wanted), len(found))
    else:
        most = how_many_differ(wanted, found)
    if most > MOST_DIFFERING:
        raise AnswerError(
            router,
            f"{most} statements stand in parts that are not as intended; more than {MOST_DIFFERING} are not compared",
        )
    return wanted, found


class _Judgement:
    """Says of each edit whether it is ours to mind, and which line of a template it departs from."""

    def __init__(self, origins: Sequence[Origin], wanted: Sequence[Statement], facts: PlatformFacts) -> None:
        self._origins = origins
        self._facts = facts
        self._lines = {(*s.path, s.text): s.line for s in wanted}
        self._heads = {s.text for s in wanted if not s.path}

    def of(self, edit: Edit) -> Difference:
        """Return the difference that an edit is."""
        statement = edit.intended or edit.running
        if statement is None:
            raise ValueError(f"an edit of nothing: {edit}")
        path = statement.path
        head = (*path, statement.text)[0]
        section = self._facts.section(head)
        kind: Kind = edit.kind
        if kind == "extra" and (section.mode == "merge" if section else head not in self._heads):
            kind = "unmanaged"
        return Difference(
            kind,
            path,
            edit.intended.text if edit.intended else None,
            edit.running.text if edit.running else None,
            self._origin(statement.line if edit.intended else self._lines.get(path)),
            section.name if section else None,
        )

    def doubtful(self, doubt: Doubt) -> Difference:
        """Return the difference that a secret in doubt is."""
        path, text, line, _block = doubt.intended
        section = self._facts.section((*path, text)[0])
        name = section.name if section else None
        return Difference("not assessable", path, text, doubt.running, self._origin(line), name, doubt.reason)

    def _origin(self, line: int | None) -> Origin | None:
        return self._origins[line - 1] if line else None


def as_diff(drift: Drift, place: Callable[[Source], object | None] | None = None) -> str:
    """Return a drift for people: what the marks mean, then each difference below its parents, with its origin.

    ``place`` tells where an inventory key is written (`Network.place`); without it only the template line is named.
    Empty where nothing differs.
    """
    return with_legend("\n".join(diff_lines(drift.differences, place)))


def with_legend(lines: str) -> str:
    """Return lines as `diff_lines` gives them below what their marks mean, in the chosen language; nothing of none."""
    if not lines:
        return ""
    marks = {line[:1] for line in lines.split("\n")}
    legend = [text for mark, text in _legend().items() if mark in marks or mark == "-"]
    return "\n".join([*legend, "", lines, ""])


def diff_lines(
    differences: Sequence[Difference], place: Callable[[Source], object | None] | None = None
) -> Sequence[str]:
    """Return each difference with its mark, below its parents, with its origin if it has one."""
    lines: list[str] = []
    above: Path = ()
    for difference in differences:
        path = difference.path
        for level, parent in enumerate(path):
            if above[: level + 1] != path[: level + 1]:
                lines.append(f"  {' ' * level}{parent}")
        for mark, text in _marked(difference):
            margin = f"{mark} {' ' * len(path)}"
            lines.append(margin + text.replace("\n", f"\n{margin}"))
        if difference.origin:
            lines[-1] += f"  # {', '.join(written_at(difference.origin, place))}"
        above = (*path, difference.intended or difference.running or "")
    return lines


def written_at(origin: Origin, place: Callable[[Source], object | None] | None = None) -> list[str]:
    """Return the template line, and the places in the inventory, that wrote a line; each once."""
    places = [place(source) for source in origin.sources] if place else []
    return list(dict.fromkeys([str(origin), *(str(found) for found in places if found)]))


def _legend() -> dict[str, str]:
    return {
        "-": _("- on the router, + in the template"),
        "!": _("! in both, in another order on the router"),
        "?": _("? a secret that could not be compared"),
        "~": _("~ on the router, in no template"),
    }


def _marked(difference: Difference) -> list[tuple[str, str]]:
    """Return the lines of a difference, each with its mark."""
    intended, running = difference.intended or "", difference.running or ""
    match difference.kind:
        case "missing":
            return [("+", intended)]
        case "extra":
            return [("-", running)]
        case "changed":
            return [("-", running), ("+", intended)]
        case "misordered":
            return [("!", intended)]
        case "not assessable":
            return [("?", intended)]
        case "unmanaged":
            return [("~", running)]
