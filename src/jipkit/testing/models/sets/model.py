"""A device's set-style configuration, and the lines that change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jipkit.testing.models.sets.held import Held, Meaning, moved, words_of
from jipkit.testing.models.sets.rules import Rules
from jipkit.testing.models.sets.schema import Node, Words, fits

_REMARKS = ("#", "!", "//", "/*", "{", "*")


class Refused(Exception):  # noqa: N818 - it is what a device does, not what is wrong with us
    """The device would not take ``line``; ``message`` is what it says, ``bad`` the word it means."""

    def __init__(self, line: str, message: str, bad: str = "") -> None:
        self.line, self.message, self.bad = line, message, bad
        super().__init__(f"{line.strip()!r}: {message}")


@dataclass(frozen=True, slots=True)
class Step:
    """One statement on the way that a line says."""

    node: Node
    words: Words
    value: str | None = None


Way = tuple[Step, ...]


class Model:
    """A device that holds a configuration and takes lines as its configuration mode does.

    ``text`` is what the device has printed: it holds all of it, also what the rules do not know. Of lines that are
    typed it refuses what they do not know. ``warnings`` are what it said of lines that it took.
    """

    def __init__(self, text: str, rules: Rules) -> None:
        self.rules, self.top = rules, Held((), rules.top)
        self.warnings: list[tuple[str, str]] = []
        for line in filter(None, map(str.strip, text.splitlines())):
            self._hold(line)

    # ------------------------------------------------------------------ what it holds
    def text(self) -> str:
        """Return the configuration as the device prints it."""
        return "".join(f"{line}\n" for line in self._printed(self.top, "set"))

    def meaning(self) -> Meaning:
        """Return what it says, where only the order that is meaning counts."""
        return self.top.meaning()

    def copy(self) -> Model:
        """Return a device that holds the same."""
        made = Model("", self.rules)
        made.top = self.top.copy()
        return made

    def problems(self) -> tuple[tuple[str, str], ...]:
        """Return what a commit would be refused for: where, and what is wrong."""
        return tuple(self._undefined())

    # ------------------------------------------------------------------ taking lines
    def apply(self, lines: Iterable[str]) -> None:
        """Take lines, one after the other.

        Raises:
            Refused: the device would not take one; what came before is there.
        """
        for line in lines:
            self.take(line)

    def take(self, line: str) -> None:
        """Take one line.

        Raises:
            Refused: the device would not take it.
        """
        words = words_of(line)
        if words is None:
            raise Refused(line, "unterminated quoted string")
        if not words or words[0].startswith("#"):
            return
        verb, rest = words[0], words[1:]
        verbs = {"set": self._set, "delete": self._delete}
        if self.rules.edits:
            verbs |= {"activate": self._switch, "deactivate": self._switch, "insert": self._insert}
            verbs["rename"] = self._rename
        if verb not in verbs or not rest:
            raise Refused(line, self.rules.unknown(words, verb), verb)
        verbs[verb](line, rest)

    def _set(self, line: str, words: Words) -> None:
        for way in self._ways(line, words):
            self._put(way)

    def _put(self, way: Way) -> None:
        here = self.top
        for step in self._kept_ways(way):
            if step.node.choice:
                others = [name for name, held in here.children.items() if _excludes(step, held)]
                for name in others:
                    del here.children[name]
            here = here.children.setdefault(step.words, Held(step.words, step.node))
            here.value = step.value
        if not here.children and not here.stays(self.rules.keeps_empty):
            self._prune(self._chain(way))

    def _kept_ways(self, way: Way) -> Iterator[Step]:
        """Yield the steps as they are kept: a secret as its hash or disguise, which may have another name."""
        around = self.rules.top
        for step in way:
            keep, name = self.rules.secrets.get(step.node.type), step.node.kept_as
            if keep is None or step.value is None:
                yield step
            else:
                node = around.find(name) if name else step.node
                yield Step(node or step.node, (name,) if name else step.words, keep(step.value))
            around = step.node

    def _chain(self, way: Way) -> tuple[Held, ...]:
        here, chain = self.top, [self.top]
        for step in way:
            here = here.children[step.words]
            chain.append(here)
        return tuple(chain)

    def _prune(self, chain: Sequence[Held]) -> None:
        """Take away what is empty now and does not stay: from the innermost outward."""
        for parent, held in reversed(list(pairwise(chain))):
            if held.children or held.stays(self.rules.keeps_empty):
                return
            del parent.children[held.words]

    def _delete(self, line: str, words: Words) -> None:
        found = self.top.locate(words)
        if found is not None:
            chain = (self.top, *found)
            del chain[-2].children[chain[-1].words]
            self._prune(chain[:-1])
            return
        around = self.top.locate(words[:-1])
        entries = [] if around is None else (around[-1] if around else self.top).entries(words[-1])
        if around is not None and entries:
            chain = (self.top, *around)
            for entry in entries:
                del chain[-1].children[entry]
            self._prune(chain)
            return
        self._ways(line, words, whole=False)
        self._absent(line)

    def _absent(self, line: str) -> None:
        if not self.rules.lets_absent:
            raise Refused(line, self.rules.absent)
        self.warnings.append((line, self.rules.absent))

    # ------------------------------------------------------------------ what Junos can besides
    def _switch(self, line: str, words: Words) -> None:
        found = self.top.locate(words)
        if found is None:
            self._ways(line, words, whole=False)
            self._absent(line)
        else:
            found[-1].inactive = line.split(maxsplit=1)[0] == "deactivate"

    def _insert(self, line: str, words: Words) -> None:
        place = max((n for n, word in enumerate(words) if word in ("before", "after")), default=0)
        found = self.top.locate(words[:place]) if place else None
        if found is None:
            raise Refused(line, self.rules.absent, " ".join(words))
        item, parent = found[-1], found[-2] if len(found) > 1 else self.top
        other = words[place + 1 :]
        if other not in parent.children and len(other) < len(item.words):
            other = (*item.words[:1], *other)
        if other not in parent.children or other == item.words:
            raise Refused(line, f"statement '{' '.join(other)}' not found", " ".join(other))
        parent.children = moved(parent.children, item.words, other, behind=words[place] == "after")

    def _rename(self, line: str, words: Words) -> None:
        place = max((n for n, word in enumerate(words) if word == "to"), default=0)
        found = self.top.locate(words[:place]) if place else None
        if found is None:
            raise Refused(line, self.rules.absent, " ".join(words))
        item, parent = found[-1], found[-2] if len(found) > 1 else self.top
        new = words[place + 1 :]
        new = new if len(new) == len(item.words) else (*item.words[: len(item.words) - 1], *new)
        if new in parent.children:
            raise Refused(line, f"target '{new[-1]}' already exists", new[-1])
        parent.children = {new if name == item.words else name: held for name, held in parent.children.items()}
        item.words = new

    # ------------------------------------------------------------------ what a line means
    def _ways(self, line: str, words: Words, *, whole: bool = True) -> list[Way]:
        """Return the statements that a line says; where it is not ``whole``, a name may lack its value or key."""
        node, before, ways, rest = self.rules.top, tuple[Step, ...](), list[Way](), words
        while rest:
            child = node.find(rest[0])
            if child is None:
                raise Refused(line, self.rules.unknown(words, rest[0]), rest[0])
            steps, rest = self._step(line, words, child, rest, whole=whole)
            if child.kind == "leaf" or not child.children:
                ways += [(*before, step) for step in steps]
                if rest and not self.rules.one_line_for_several:
                    raise Refused(line, self.rules.unknown(words, rest[0]), rest[0])
            else:
                node, before = child, (*before, *steps)
                if not rest:
                    ways.append(before)
        return ways

    def _step(self, line: str, all_: Words, node: Node, rest: Words, *, whole: bool) -> tuple[list[Step], Words]:
        if node.kind == "values" and rest[1:2] == ("[",) and "]" in rest:
            end = rest.index("]")
            return [Step(node, (node.name, word)) for word in rest[2:end]], rest[end + 1 :]
        words, rest = rest[: node.size], rest[node.size :]
        wrong = node.misfit(words)
        if wrong is not None:
            raise Refused(line, self.rules.wrong(all_, node, wrong), wrong)
        if node.kind == "leaf" and rest:
            if not fits(node.type, rest[0]):
                raise Refused(line, self.rules.wrong(all_, node, rest[0]), rest[0])
            return [Step(node, words, rest[0])], rest[1:]
        if whole and (len(words) < node.size or node.kind == "leaf"):
            raise Refused(line, self.rules.incomplete(all_), words[-1])
        return [Step(node, words)], rest

    # ------------------------------------------------------------------ reading what is printed
    def _hold(self, line: str) -> None:
        words = words_of(line)
        if line.startswith(_REMARKS) or not words:
            return
        if words[0] == "deactivate":
            found = self.top.locate(words[1:])
            if found:
                found[-1].inactive = True
        elif words[0] == "set" and words[1:]:
            try:
                ways = self._ways(line, words[1:])
            except Refused:
                self._hold_unknown(words[1:], line)
            else:
                for way in ways:
                    self._hold_way(way)

    def _hold_way(self, way: Way) -> None:
        here = self.top
        for step in way:
            here = here.children.setdefault(step.words, Held(step.words, step.node))
            here.value = step.value

    def _hold_unknown(self, words: Words, line: str) -> None:
        here = self.top
        while words:
            known = here.node.find(words[0]) if here.node is not None else None
            size = known.size if known is not None and known.kind != "leaf" and len(words) > known.size else 1
            node = known if size > 1 or (known is not None and known.kind != "leaf" and known.size == 1) else None
            here = here.children.setdefault(words[:size], Held(words[:size], node))
            words = words[size:]
        here.raw = line

    # ------------------------------------------------------------------ printing
    def _printed(self, held: Held, before: str) -> Iterator[str]:
        siblings = held.node.children if held.node is not None else ()
        for child in sorted(held.children.values(), key=lambda c: self.rules.place(c.node, c.words, siblings)):
            line = f"{before} {self._named(child)}"
            if not child.children:
                yield child.raw or line
            yield from self._printed(child, line)
            if child.inactive:
                yield f"deactivate {line.removeprefix('set ')}"

    def _named(self, held: Held) -> str:
        node = held.node
        values = node is not None and node.kind == "values"
        words = [self.rules.word(word, values and n == len(held.words) - 1) for n, word in enumerate(held.words)]
        return " ".join([*words, *([] if held.value is None else [self.rules.word(held.value, True)])])

    # ------------------------------------------------------------------ what a commit looks at
    def _undefined(self) -> Iterator[tuple[str, str]]:
        for chain in self.top.everything():
            held = chain[-1]
            if held.node is None or not held.node.named or any(one.inactive for one in chain):
                continue
            name = held.value or held.words[-1]
            if not any(self.top.locate((*place, name)) for place in held.node.named):
                words = tuple(word for one in chain for word in one.words)
                yield " ".join(words[: -1 if held.value is None else None]), self.rules.undefined(words, name)


def _excludes(step: Step, held: Held) -> bool:
    """Return whether what is held goes when a statement of the same choice comes."""
    same = held.node is step.node and step.node.kind in ("entries", "values")
    return held.node is not None and held.node.choice == step.node.choice and held.words != step.words and not same
