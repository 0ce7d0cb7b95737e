"""A device's configuration, and a session in configuration mode that changes it line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy

from jipkit.testing.models.indented.grammar import Key, find, removals
from jipkit.testing.models.indented.rules import BlobEnd, Rules, Step, drop
from jipkit.testing.models.indented.statements import ANY, Block, Place, Statement, insert, load, printed


class Refused(Exception):  # noqa: N818 - it is what a device does, not what is wrong with us
    """The device would not take ``line``; ``message`` is what it says. What came before is in force."""

    def __init__(self, line: str, message: str) -> None:
        self.line, self.message = line, message
        super().__init__(f"{line.strip()!r}: {message}")


class Model:
    """A device that holds a configuration and takes lines as its configuration mode does.

    ``text`` is what the device has printed: it holds all of it, also what the rules do not know. Of lines that are
    typed it refuses what they do not know, unless ``takes_unknown``: then such a line is a statement of its own.
    """

    def __init__(self, text: str, rules: Rules, *, takes_unknown: bool = False) -> None:
        self.rules, self.takes_unknown = rules, takes_unknown
        self.root: Block = load(text, rules)

    def apply(self, lines: Iterable[str]) -> None:
        """Type ``lines`` in configuration mode, from its top.

        Raises:
            Refused: the device would not take one; what came before is in force.
        """
        typing = Typing(self)
        for line in (part for text in lines for part in text.split("\n")):
            typing.take(line)

    def text(self) -> str:
        """Return the configuration as the device prints it, without the lines before it."""
        return "\n".join([*printed(Place("", self.root), self.rules), self.rules.last, ""])

    def copy(self) -> Model:
        """Return a device that holds the same."""
        return deepcopy(self)

    def __deepcopy__(self, memo: dict[int, object]) -> Model:
        made = Model("", self.rules, takes_unknown=self.takes_unknown)
        made.root = _copied(self.root)
        return made


class Typing:
    """Somebody in the configuration mode of a device; `path` is where, `left` whether they have left it."""

    def __init__(self, model: Model) -> None:
        self.model, self.rules = model, model.rules
        self.path: tuple[Place, ...] = (Place("", model.root),)
        self.left = False
        self._blob: tuple[list[str], BlobEnd] | None = None

    @property
    def in_text(self) -> bool:
        """Whether a text of several lines is being typed."""
        return self._blob is not None

    def take(self, line: str) -> None:
        """Type one line.

        Raises:
            Refused: the device would not take it.
        """
        if self._blob is not None:
            self._continue(line)
            return
        words = line.split()
        if not words or words[0].startswith(self.rules.comment):
            return
        if self.left:
            raise Refused(line, self.rules.unknown)
        if words[0] in self.rules.finish:
            self.path, self.left = self.path[:1], True
        elif self.rules.leaves(words):
            self.left = len(self.path) == 1
            self.path = self.path[: max(1, len(self.path) - 1)]
        else:
            self._begin(line, words)

    def _begin(self, line: str, words: Sequence[str]) -> None:
        ends = self.rules.blob(self.path[-1].mode, line.strip())
        if ends is None or words[0] == self.rules.negation:
            self._command(line, words)
        else:
            self._blob = ([line.strip()], ends)

    def _continue(self, line: str) -> None:
        assert self._blob is not None  # noqa: S101 - `take` has looked
        lines, ends = self._blob
        lines.append(line)
        if ends(line):
            self._blob = None
            self._command(lines[0], lines[0].split(), "\n".join(lines))

    def _command(self, line: str, words: Sequence[str], whole: str = "") -> None:
        for depth in self.rules.reached(len(self.path) - 1):
            path = self.path[: depth + 1]
            if words[0] == self.rules.negation and len(words) > 1:
                done = self._take_back(line, words[1:], path)
            elif words[0] == self.rules.default and len(words) > 1:
                done = self._reset(line, words[1:], path)
            else:
                done = self._set(line, words, path, whole)
            if done:
                return
        self._unknown(line, words)

    # ------------------------------------------------------------------ setting
    def _set(self, line: str, words: Sequence[str], path: tuple[Place, ...], whole: str) -> bool:
        words = self.rules.completed(path[-1], words)
        found = find(self.rules.table.get(path[-1].mode, ()), words)
        if found is None:
            return False
        step = Step(path, tuple(words), *found, removes=False)
        self._check(step, line)
        self.path = path
        held = step.here.get(step.key)
        if step.command.opens:
            self._enter(step, held)
        elif step.command.shown != "never":
            self._store(step, held, whole)
        self.rules.settle(step)
        return True

    def _check(self, step: Step, line: str) -> None:
        held = step.here.get(step.key)
        said = self.rules.refusal(step)
        if said is not None:
            raise Refused(line, said)
        if "occupied" in step.command.traits and not step.removes and held and held.text != " ".join(step.words):
            raise Refused(line, self.rules.occupied)
        if "fixed" in step.command.traits and step.removes:
            raise Refused(line, self.rules.fixed)
        others = (s for key, s in step.here.items() if s.command is step.command and key != step.key)
        if "alone" in step.command.traits and not step.removes and any(others):
            raise Refused(line, self.rules.alone)

    def _enter(self, step: Step, held: Statement | None) -> None:
        text = " ".join(step.words)
        if held is None:
            held = Statement(text, step.command, {})
            insert(step.here, step.key, held)
        held.text = text
        held.block = {} if held.block is None else held.block
        self.path = (*step.path, Place(str(step.command.opens), held.block, text))

    def _store(self, step: Step, held: Statement | None, whole: str) -> None:
        bare = " ".join(step.key)
        text = self.rules.written(whole if "\n" in whole else " ".join(step.words))
        if (step.command.implied and text == bare) or self.rules.hidden(step):
            step.here.pop(step.key, None)
            return
        if step.command.heaps:
            text = " ".join((bare, *self.rules.heaped(step, _values(held, step.key), _given(step))))
        insert(step.here, step.key, Statement(text, step.command))

    # ------------------------------------------------------------------ taking back
    def _take_back(self, line: str, words: Sequence[str], path: tuple[Place, ...]) -> bool:
        words = self.rules.meant(path[-1], words)
        meant = next(removals(self.rules.table.get(path[-1].mode, ()), words), None)
        if meant is None:
            return self._take_back_unknown(words, path)
        command, key, all_of_it = meant
        step = Step(path, tuple(words), command, key, removes=True)
        self._check(step, line)
        self.path = path
        if all_of_it:
            drop(step.here, key)
        elif command.shown == "either":
            self._store_negative(step)
        elif command.shown != "never":
            self._remove(step, line)
        self.rules.settle(step)
        return True

    def _store_negative(self, step: Step) -> None:
        if self.rules.hidden(step):
            step.here.pop(step.key, None)
        else:
            text = " ".join((self.rules.negation, *step.key))
            insert(step.here, step.key, Statement(text, step.command))

    def _remove(self, step: Step, line: str) -> None:
        held = step.here.get(step.key)
        if held is None:
            said = self.rules.absent(step)
            if said is not None:
                raise Refused(line, said)
            return
        given = _given(step)
        left = self.rules.unheaped(step, _values(held, step.key), given) if step.command.heaps and given else ()
        if left:
            held.text = " ".join((*step.key, *left))
        elif (instead := self.rules.left_behind(step)) is not None:
            held.text = instead
        else:
            del step.here[step.key]

    def _take_back_unknown(self, words: Sequence[str], path: tuple[Place, ...]) -> bool:
        """Take away a statement that the rules do not know, by its very words."""
        text = " ".join(words)
        if (ANY, text) not in path[-1].block:
            return False
        self.path = path
        del path[-1].block[ANY, text]
        return True

    def _reset(self, line: str, words: Sequence[str], path: tuple[Place, ...]) -> bool:
        """Bring a command back to what holds when nobody says anything: ``default``."""
        meant = next(removals(self.rules.table.get(path[-1].mode, ()), words), None)
        if meant is None:
            return False
        command, key, _ = meant
        step = Step(path, tuple(words), command, key, removes=True)
        held = step.here.get(key)
        if command.opens and held is not None and held.block is not None and self.rules.stays(step):
            held.block.clear()
        else:
            self._check(step, line)
            step.here.pop(key, None)
        self.path = path
        self.rules.settle(step)
        return True

    def _unknown(self, line: str, words: Sequence[str]) -> None:
        here = self.path[-1].block
        text = " ".join(words)
        if not self.model.takes_unknown:
            raise Refused(line, self.rules.unknown)
        held = here.setdefault((ANY, text), Statement(text))
        if held.block is not None:
            self.path = (*self.path, Place(ANY, held.block, text))


def _given(step: Step) -> tuple[str, ...]:
    """Return the values in a line of a command whose values heap up."""
    return step.words[len(step.key) :]


def _values(held: Statement | None, key: Key) -> tuple[str, ...]:
    return tuple(held.text.split()[len(key) :]) if held else ()


def _copied(block: Block) -> Block:
    return {
        key: Statement(held.text, held.command, None if held.block is None else _copied(held.block))
        for key, held in block.items()
    }
