"""How far a running configuration is from the intended one, and the commands that make it right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from hier_config import HConfig, HConfigChild

from jipkit.configs import Known, statements
from jipkit.dialect import Dialect, Key, text_of, tree
from jipkit.disclosure import Doubt, disclose
from jipkit.errors import AnswerError, ConfigTextError, ProjectError, TemplateError
from jipkit.language import _
from jipkit.model import Source
from jipkit.platforms import PlatformFacts
from jipkit.reasons import because
from jipkit.redaction import HIDDEN, mask, names_in
from jipkit.remedy import commands
from jipkit.rendering import Origin, Rendered
from jipkit.statement import Path, Statement

Kind = Literal["missing", "extra", "changed", "misordered", "unmanaged", "not assessable"]

MOST_DIFFERING = 5_000
"""Statements in parts that differ. A remedy for them takes seconds, and for ten times as many minutes."""

_Node = HConfig | HConfigChild


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement that differs. ``path`` holds the parents, outermost first.

    ``missing``: only ``intended`` is set. ``extra``, ``unmanaged``: only ``running``. ``changed``, ``misordered``:
    both. ``not assessable``: a secret that could not be compared. No field ever holds a secret in clear.
    ``origin`` is the template line of ``intended``, or of the parent for what is extra inside it. ``section`` names
    the section of the platform that owns it.
    """

    kind: Kind
    path: tuple[str, ...]
    intended: str | None = None
    running: str | None = None
    origin: Origin | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """The comparison of one router.

    ``coverage``: share (0.0 to 1.0) of the running statements that some section owns. ``remedy``: configuration
    lines that turn running into intended; ``undo``: those that turn it back. Both hold placeholders for secrets
    that we know and never a secret in clear; ``undo_complete`` is False where an old secret is needed to undo.
    """

    router: str
    differences: tuple[Difference, ...]
    coverage: float
    remedy: tuple[str, ...]
    undo: tuple[str, ...]
    undo_complete: bool = True

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
        """True when nothing is left to do: clean, and in doubt at most what the router never tells."""
        return self.proven


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
        AnswerError: ``running`` is empty, rubbish, too large, or no configuration of this platform.
        TemplateError: a template puts a secret where no secret pattern of the platform finds it.
    """
    if facts.syntax is None:
        raise ProjectError(f"{intended.router}: configurations of platform {facts.platform} cannot be compared yet")
    dialect = Dialect(facts)
    known: Known = {}
    wanted = _intended(intended, facts, known)
    said = _running(intended.router, running, wanted, dialect, known)
    disclosed = disclose(said, wanted, facts, resolve)
    expected, found = _differing(wanted, disclosed.statements)
    if (most := max(len(expected), len(found))) > MOST_DIFFERING:
        raise AnswerError(
            intended.router,
            f"{most} statements stand in parts that are not as intended; more than {MOST_DIFFERING} are not compared",
        )
    walk = _Walk(intended, dialect)
    differences = list(walk.inside(tree(expected, dialect), tree(found, dialect)))
    differences += [walk.doubtful(doubt) for doubt in disclosed.doubts]
    unmanaged = {(d.path, d.running) for d in differences if d.kind == "unmanaged"}
    managed = [s for s in found if (s.path, s.text) not in unmanaged]
    undo = commands(expected, managed, dialect)
    return Drift(
        router=intended.router,
        differences=tuple(sorted(differences, key=lambda d: d.kind == "unmanaged")),
        coverage=1 - len(unmanaged) / len(said),
        remedy=commands(managed, expected, dialect),
        undo=undo,
        undo_complete=not any(HIDDEN in line for line in undo),
    )


def _intended(intended: Rendered, facts: PlatformFacts, known: Known) -> tuple[Statement, ...]:
    """Return the statements of a rendered text; each secret in it stands where its value would be found."""
    try:
        wanted = statements(intended.text, facts, known)
    except ConfigTextError as error:
        raise TemplateError(f"router {intended.router}: the rendered configuration {error}") from None
    for statement in wanted:
        if names_in(statement.text) and names_in(mask(statement.text, facts).text):
            raise TemplateError(
                f"{intended.origins[statement.line - 1]}: router {intended.router}: no pattern under `secrets` in the "
                f"platform.yaml of {facts.platform} finds the secret in {statement.text!r}; add one"
            )
    return wanted


def _running(
    router: str, running: str, wanted: Sequence[Statement], dialect: Dialect, known: Known
) -> tuple[Statement, ...]:
    """Return the statements of a router's answer, if it is an answer."""
    try:
        said = statements(running, dialect.facts, known)
    except ConfigTextError as error:
        raise AnswerError(router, because("no-configuration", reason=error.reason)) from None
    ours = {s.text for s in wanted if not s.path}
    if not any(s.text in ours or dialect.section(s.text) for s in said if not s.path):
        raise AnswerError(router, because("foreign-configuration", platform=dialect.facts.platform))
    return said


def _differing(wanted: Sequence[Statement], found: Sequence[Statement]) -> tuple[list[Statement], list[Statement]]:
    """Return both without the top-level statements that say the same on both sides, with all that stands in them."""
    left, right = _by_head(wanted), _by_head(found)
    same = {head for head, said in right.items() if head in left and _same(left[head], said)}
    return (
        [s for head, said in left.items() if head not in same for s in said],
        [s for head, said in right.items() if head not in same for s in said],
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
    """Return whether both say the same; what was read only once is the same object on both sides."""
    return left == right or [(s.path, s.text) for s in left] == [(s.path, s.text) for s in right]


def as_diff(drift: Drift, place: Callable[[Source], object | None] | None = None) -> str:
    """Return a drift for people: what the marks mean, then each difference below its parents, with its origin.

    ``place`` tells where an inventory key is written (`Network.place`); without it only the template line is named.
    Empty where nothing differs.
    """
    if not drift.differences:
        return ""
    marks = {mark for difference in drift.differences for mark, _text in _marked(difference)}
    legend = [text for mark, text in _legend().items() if mark in marks or mark == "-"]
    lines: list[str] = []
    above: Path = ()
    for difference in drift.differences:
        path = difference.path
        for level, parent in enumerate(path):
            if above[: level + 1] != path[: level + 1]:
                lines.append(f"  {' ' * level}{parent}")
        for mark, text in _marked(difference):
            lines.append(f"{mark} {' ' * len(path)}{text}")
        if difference.origin:
            lines[-1] += f"  # {', '.join(written_at(difference.origin, place))}"
        above = (*path, difference.intended or difference.running or "")
    return "\n".join([*legend, "", *lines, ""])


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


class _Walk:
    """Walks two trees of statements and yields what differs, in the order of the intended one."""

    def __init__(self, intended: Rendered, dialect: Dialect) -> None:
        self._origins = intended.origins
        self._dialect = dialect

    def inside(self, new: _Node, old: _Node, path: Path = ()) -> Iterator[Difference]:
        """Yield what differs between the statements in ``new`` (intended) and in ``old`` (running)."""
        paired = self._pairs(new, old)
        for node in new.children:
            if (same := old.children.get(node.text)) is not None:
                yield from self.inside(node, same, (*path, node.text))
            elif node.text in paired:
                yield self._of(node, "changed", path, paired[node.text])
            else:
                yield from self._missing(node, path)
        if len(path) == 1 and self._dialect.is_ordered(path[0]):
            yield from self._misordered(new, old, path)
        gone = set(paired.values())
        for node in old.children:
            if node.text not in new.children and node.text not in gone:
                yield from self._extra(node, path, self._origin(new))

    def doubtful(self, doubt: Doubt) -> Difference:
        """Return the difference that a secret in doubt is."""
        path, text = doubt.intended.path, doubt.intended.text
        origin = self._origins[doubt.intended.line - 1]
        return Difference("not assessable", path, text, doubt.running, origin, self._section((*path, text)))

    def _pairs(self, new: _Node, old: _Node) -> dict[str, str]:
        """Return for each intended setting that has another value on the router the statement that holds it."""
        parent = text_of(new)
        others: dict[Key, str] = {}
        for node in old.children:
            if node.text not in new.children and not node.children:
                others.setdefault(self._dialect.key(node.text, parent), node.text)
        wanted = {
            self._dialect.key(node.text, parent): node.text
            for node in reversed(list(new.children))
            if node.text not in old.children and not node.children
        }
        return {text: others[key] for key, text in wanted.items() if key in others}

    def _missing(self, node: HConfigChild, path: Path) -> Iterator[Difference]:
        yield self._of(node, "missing", path)
        for child in node.children:
            yield from self._missing(child, (*path, node.text))

    def _extra(self, node: HConfigChild, path: Path, origin: Origin | None) -> Iterator[Difference]:
        section = self._dialect.section((*path, node.text)[0])
        may_stay = section.mode == "merge" if section else not path
        yield from self._all(node, "unmanaged" if may_stay else "extra", path, origin)

    def _all(self, node: HConfigChild, kind: Kind, path: Path, origin: Origin | None) -> Iterator[Difference]:
        yield Difference(kind, path, None, node.text, origin, self._section((*path, node.text)))
        for child in node.children:
            yield from self._all(child, kind, (*path, node.text), origin)

    def _misordered(self, new: _Node, old: _Node, path: Path) -> Iterator[Difference]:
        intended = [node.text for node in new.children if node.text in old.children]
        running = [node.text for node in old.children if node.text in new.children]
        blocks = SequenceMatcher(None, intended, running, autojunk=False).get_matching_blocks()
        placed = {text for block in blocks for text in intended[block.a : block.a + block.size]}
        for text in intended:
            if text not in placed:
                yield self._of(new.children[text], "misordered", path, text)

    def _of(self, node: HConfigChild, kind: Kind, path: Path, running: str | None = None) -> Difference:
        return Difference(kind, path, node.text, running, self._origin(node), self._section((*path, node.text)))

    def _origin(self, node: _Node) -> Origin | None:
        return self._origins[node.facts["line"] - 1] if isinstance(node, HConfigChild) else None

    def _section(self, path: Path) -> str | None:
        section = self._dialect.section(path[0])
        return section.name if section else None
