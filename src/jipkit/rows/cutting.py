"""An export cut into commands, of which only those are read that two exports do not have in common.

Read are ``/export terse`` (a whole command a line), the plain export (a line with the menu, then ``add`` and ``set``)
and ``/export verbose`` (with every default), of any version.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from jipkit.errors import ConfigTextError
from jipkit.menus import Rules
from jipkit.platforms import PlatformFacts
from jipkit.readings import version_of
from jipkit.reasons import because
from jipkit.rows.reading import Reader
from jipkit.statement import Statement

_COMMAND = re.compile(r"(/[a-z0-9][a-z0-9 /-]*?)[ /](?:add|set)(?: |$)")
_MENU = re.compile(r"/[a-z0-9][a-z0-9 /-]*")
_INTERRUPTED = re.compile(r"#\s*(?:interrupted|error exporting)", re.IGNORECASE)
_PLACEHOLDER = "<secret:"


class Export:
    """The commands of an export, each whole and on one line, with the lines in which they began."""

    def __init__(self, text: str, facts: PlatformFacts, *, intended: bool = False) -> None:
        """Cut ``text``, which holds no control characters any more; an ``intended`` one has no secrets to be forgotten.

        Raises:
            ConfigTextError: it was cut short, or holds something that is no row.
        """
        self.facts = facts
        self.commands: list[str] = []
        self.lines: list[int] = []
        self.known: dict[str, tuple[Statement, ...]] = {}
        self._version = version_of(text, facts)
        self._intended = intended
        self._cut(text)
        if text[-1:] != "\n":
            self._check_end()

    def statements(self) -> tuple[Statement, ...]:
        """Return the rows that the commands say, each in the one way in which it is written here.

        Raises:
            ConfigTextError: a command was cut short, or is none.
        """
        reader, known = Reader(self.facts, self._version, remember=self._intended), self.known
        found: list[Statement] = []
        for command, line in zip(self.commands, self.lines, strict=True):
            said = known.get(command)
            if said is None:
                said = known[command] = reader.read(line, command)
            elif said and said[0].line != line:
                said = (said[0]._replace(line=line),)
            found += said
        return tuple(found)

    def leave_out(self, gone: Collection[str]) -> None:
        """Forget commands; how many there were nobody needs to know."""
        kept = [place for place, command in enumerate(self.commands) if command not in gone]
        self.commands, self.lines = [self.commands[n] for n in kept], [self.lines[n] for n in kept]

    def others_than(self, commands: Collection[str]) -> list[str]:
        """Return the commands that are not among ``commands``."""
        return [command for command in self.commands if command not in commands]

    def _cut(self, text: str) -> None:
        say, at = self.commands.append, self.lines.append
        menu, noise = "", self.facts.noise_pattern.match
        for number, line in (
            enumerate(text.split("\n"), 1) if "\\" not in text or "\\\n" not in text else _whole_lines(text)
        ):
            if line[:1] == "/" and (" add " in line or " set " in line) and line[-1] != " ":
                say(line)
                at(number)
                continue
            bare = line.strip()
            if not bare or bare[0] == "#":
                if _INTERRUPTED.match(bare):
                    raise ConfigTextError(because("export-interrupted", line=number))
            elif bare[0] == "/" and _COMMAND.match(bare):
                say(bare)
                at(number)
            elif _MENU.fullmatch(bare):
                menu = bare
            elif menu and bare.startswith(("add ", "set ")):
                say(f"{menu} {bare}")
                at(number)
            elif bare != "add" and not noise(bare):
                raise ConfigTextError(because("no-row", line=number))

    def _check_end(self) -> None:
        """Check that the last command of a text that does not end its last line can be a whole one."""
        if not self.commands:
            return
        *_, last = self.commands[-1].split(" ")
        flags = _rules(_menu_of(self.commands[-1]), self.facts).flags
        if last.endswith("=") or not (last[-1:] in '"]' or "=" in last or last[:1] == "!" or last in flags):
            raise ConfigTextError(because("row-cut-short", line=self.lines[-1]))


def _whole_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of an export, continued ones as one, each with the number of its first."""
    begun, first, number = "", 0, 0
    for number, line in enumerate(text.split("\n"), 1):
        goes_on = line[-1:] == "\\" and (len(line) - len(line.rstrip("\\"))) % 2 == 1 and (begun or line[0] != "#")
        if begun:
            line = begun + (line[4:] if line.startswith("    ") else line.lstrip(" "))  # noqa: PLW2901 - the whole of it
        else:
            first = number
        if goes_on:
            begun = line[:-1]
        else:
            yield first, line
            begun = ""
    if begun:
        raise ConfigTextError(because("row-cut-short", line=number))


def leave_out_same(ours: Export, theirs: Export) -> int:
    """Leave out of both exports what both say, as far as nothing else depends on it; return how many commands.

    Rows with secrets stay, because they show whether secrets are shown. So do all rows of a menu in which something
    differs, or of its chains in which something does, unless rows are told apart by their key alone.
    """
    same = _in_both(ours.commands, theirs.commands)
    touched = _touched(ours.others_than(same) + theirs.others_than(same), ours.facts)
    touched.update((menu, {None}) for menu in _reordered(ours, theirs, same))
    same -= set(_beside(touched, same, ours.facts))
    theirs.known = ours.known
    before = len(theirs.commands)
    ours.leave_out(same)
    theirs.leave_out(same)
    return before - len(theirs.commands)


def _touched(differing: Iterable[str], facts: PlatformFacts) -> dict[str, set[str | None]]:
    """Return the menus in which something differs that is told by more than a key: to its chains, or None for all."""
    touched: dict[str, set[str | None]] = {}
    for command in differing:
        menu = _menu_of(command)
        rules = _rules(menu, facts)
        if not _told_by_key(rules):
            touched.setdefault(menu, set()).add(_chain_in(command, rules))
    return touched


def _beside(touched: Mapping[str, Collection[str | None]], same: Iterable[str], facts: PlatformFacts) -> Iterator[str]:
    """Yield those of ``same`` that are in a touched chain, or may be."""
    heads = {menu: _heads(menu) for menu in touched}
    every = tuple([head for some in heads.values() for head in some])
    inside = [command for command in same if command.startswith(every)]
    for menu, chains in touched.items():
        rules = _rules(menu, facts)
        for command in inside:
            if command.startswith(heads[menu]) and (None in chains or _chain_in(command, rules) in (None, *chains)):
                yield command


def _heads(menu: str) -> tuple[str, ...]:
    """Return how commands of a menu begin, in all spellings."""
    return tuple(
        [
            f"{name}{sign}{verb} "
            for name in (menu, "/" + menu[1:].replace(" ", "/"))
            for verb in ("add", "set")
            for sign in " /"
        ]
    )


def _chain_in(command: str, rules: Rules) -> str | None:
    """Return the chain that a command names for its row; None where that cannot be told without reading all of it."""
    before, _, after = command.partition(f" {rules.chain}=")
    chain, *_ = after.split(" ", 1)
    plain = '"' not in before and f" {rules.chain}=" not in after and chain.replace("-", "").isalnum()
    return chain if rules.chain and plain and " add " in before else None


def _in_both(ours: list[str], theirs: list[str]) -> set[str]:
    """Return the commands that both say, equally often, and that hold no secret."""
    left, right = set(ours), set(theirs)
    same = left & right
    same.difference_update([command for command in ours if _PLACEHOLDER in command])
    if len(left) != len(ours) or len(right) != len(theirs):
        mine, others = Counter(ours), Counter(theirs)
        same = {command for command in same if mine[command] == others[command]}
    return same


def _menu_of(command: str) -> str:
    found = _COMMAND.match(command)
    return "/" + found[1][1:].replace("/", " ") if found else ""


def _rules(menu: str, facts: PlatformFacts) -> Rules:
    return facts.menu_table.rules(menu, None)


def _told_by_key(rules: Rules) -> bool:
    return bool(rules.key) and rules.find == rules.key and not rules.ordered


def _reordered(ours: Export, theirs: Export, same: set[str]) -> Iterator[str]:
    """Yield the menus in which order is meaning, and another in one export than in the other."""
    left, right = [c for c in ours.commands if c in same], [c for c in theirs.commands if c in same]
    if left == right:
        return
    for menu in {_menu_of(command) for command in same}:
        if _rules(menu, ours.facts).ordered:
            head = menu + " "
            if [c for c in left if c.startswith(head)] != [c for c in right if c.startswith(head)]:
                yield menu


def statements(text: str, facts: PlatformFacts) -> tuple[Statement, ...]:
    """Return the rows of an export in the one form that every export of the same configuration has.

    Comments, what is the default in every version (and in the version that the export names), and properties that
    nobody intends are dropped. Line numbers are those of ``text``.

    Raises:
        ConfigTextError: it was cut short, or holds something that is no row.
    """
    return Export(text, facts).statements()
