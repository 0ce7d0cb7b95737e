"""Edits of a running configuration, by kind, each with what drift has to say of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from tests.mutation.device import Device, Style, extra, missing, secret
from tests.mutation.parts import PLACEHOLDER, Finding, Node


@dataclass
class Case:
    """A router that was as intended until somebody laid hands on it.

    ``expected`` is what drift has to say of what was done; of each of ``either`` it has to say one alternative.
    """

    device: Device
    nodes: list[Node]
    chance: Random
    style: Style = field(default_factory=Style)
    expected: set[Finding] = field(default_factory=set)
    either: list[tuple[frozenset[Finding], ...]] = field(default_factory=list)
    values: set[str] = field(default_factory=set)
    """Secrets that must not be seen."""
    done: list[str] = field(default_factory=list)
    claims: set[object] = field(default_factory=set)

    @classmethod
    def of(cls, device: Device, text: str, chance: Random) -> Case:
        nodes = device.nodes(text, chance)
        case = cls(device, nodes, chance)
        for node in case.all():
            if node.doubt:
                case.expected.add(node.doubt)
            case.values.update(secret(name) for name in node.secrets)
        return case

    def all(self) -> list[Node]:
        return [node for top in self.nodes for node in top.whole()]

    def free(self) -> list[Node]:
        """Return the statements that may still be edited, in random order: one of each sort before two of another."""
        found = [node for node in self.all() if node.wanted is not None and node.free and not self.device.stays(node)]
        self.chance.shuffle(found)
        sorts: dict[str, list[Node]] = {}
        for node in found:
            sorts.setdefault(re.sub(r"\d+", "", node.text)[:34], []).append(node)
        order = list(sorts.values())
        self.chance.shuffle(order)
        return [nodes[0] for nodes in order] + [node for nodes in order for node in nodes[1:]]

    def siblings(self, node: Node) -> list[Node]:
        return self.nodes if node.above is None else node.above.inside

    def claim(self, sign: object) -> bool:
        """Return whether nobody has claimed ``sign`` yet, and claim it: two edits that would be one are told apart."""
        if sign in self.claims:
            return False
        self.claims.add(sign)
        return True

    def gone(self, node: Node) -> None:
        """Say that a statement is missing, with all that stands in it; its secret is in doubt no more."""
        for one in node.whole():
            if one.doubt:
                self.expected.discard(one.doubt)
            self.expected.add(missing(one))

    def text(self) -> str:
        return self.device.written(self.nodes, self.style, self.chance)


Kind = Callable[[Case], str | None]
"""Edits a case and returns what was done; None where there is nothing left to do it to."""


def delete(case: Case) -> str | None:
    for node in case.free():
        if not structure(case, node):
            continue
        case.gone(node)
        case.siblings(node).remove(node)
        if node.above:
            node.above.opened = True
        node.touch()
        return f"deleted {node.text!r}"
    return None


def structure(case: Case, node: Node) -> bool:
    """Return whether a statement may come or go: where one is known by its looks, only one of its kind at a time."""
    sign = case.device.looks(node)
    return sign is None or case.claim(("looks", sign))


def add(case: Case) -> str | None:
    """Enter a statement that nobody intends, in what is ours."""
    choices: list[tuple[Node | None, str]] = [(None, text) for text in case.device.added]
    for node in case.all():
        if node.wanted and node.free:
            choices += [
                (node, text)
                for head, lines in case.device.inside.items()
                if node.text.startswith(head)
                for text in lines
            ]
    case.chance.shuffle(choices)
    for above, text in choices:
        if enter(case, above, text, "extra"):
            return f"added {text!r}"
    return None


def stray(case: Case) -> str | None:
    """Enter a statement that nobody manages."""
    for text in case.chance.sample(case.device.stray, len(case.device.stray)):
        if enter(case, None, text, "unmanaged"):
            return f"added {text!r}, which nobody manages"
    return None


def enter(case: Case, above: Node | None, text: str, kind: str) -> bool:
    head, *rest = text.split("\n")
    if not case.claim(("entered", (*above.path, above.text) if above else (), head)):
        return False
    node = entered(case, above, head)
    if kind == "extra" and not structure(case, node):
        return False
    for line in rest:
        node.inside.append(entered(case, node, line.strip()))
    room = case.nodes if above is None else above.inside
    room.insert(case.device.place(room, node, case.chance), node) if hasattr(case.device, "place") else room.append(
        node
    )
    node.touch()
    case.expected.update(extra(one)._replace(kind=kind) for one in node.whole())
    if above:
        above.opened = True
    return True


def entered(case: Case, above: Node | None, line: str) -> Node:
    raw, text, _ = case.device.printed(line, case.chance)
    case.values.update(secret(name) for name in PLACEHOLDER.findall(line))
    return Node(raw, text, None, above, touched=True)


def idle(case: Case) -> str | None:
    """Print a socket that nobody uses."""
    for text in case.device.idle:
        if case.claim(("entered", (), text)):
            head, *rest = text.split("\n")
            node = entered(case, None, head)
            node.inside += [entered(case, node, line.strip()) for line in rest]
            case.nodes.append(node)
            return f"printed {head!r}, which nobody uses"
    return None


def change(case: Case) -> str | None:
    for node in case.free():
        other = None if node.inside else case.device.other_value(node, case.chance)
        if other and replace_value(case, node, *other):
            return f"changed {node.wanted!r} to {node.raw!r}"
    return None


def replace_value(case: Case, node: Node, raw: str, replaces: bool | None) -> bool:
    """Give a statement another value; ``replaces``: whether it is the same with another value, None: who can tell?"""
    changed, other = case.device.shown(node, raw), case.device.masked(node, raw)
    if any(other in (one.text, one.wanted) for one in case.siblings(node)):
        return False
    if (replaces is not True or case.device.renames(node, raw)) and not structure(case, node):
        return False
    if node.doubt:
        case.expected.discard(node.doubt)
    as_one = frozenset([Finding("changed", node.path, node.wanted, changed)])
    as_two = frozenset([missing(node), Finding("extra", node.path, None, other)])
    if replaces is None:
        case.either.append((as_one, as_two))
    else:
        case.expected |= as_one if replaces else as_two
    node.raw, node.text = raw, other
    if node.doubt and replaces:
        case.expected.add(node.doubt)
    node.touch()
    return True


def allow(case: Case) -> str | None:
    """Allow what is forbidden: a statement without its ``no``."""
    word = case.device.negation
    for node in case.free():
        if node.text.startswith(word) and not node.inside:
            text = node.text.removeprefix(word)
            case.expected.add(Finding("changed", node.path, node.wanted, text))
            node.raw = text
            node.touch()
            return f"took {word!r} from {node.text!r}"
    return None


def rename(case: Case) -> str | None:
    """Give a block another name: it is missing, and another one is extra, with all that stands in it."""
    for node in case.free():
        if not node.inside or not (found := next((f for r in case.device.blocks if (f := r.match(node.raw))), None)):
            continue
        end = found.end("value")
        names = [f"{node.raw[:end]}{number}{node.raw[end:]}" for number in range(70, 99)]
        taken = {name for one in case.siblings(node) for name in (one.raw, one.wanted)}
        case.gone(node)
        node.raw = case.chance.choice([name for name in names if name not in taken])
        before, node.text, node.wanted = node.text, case.device.label(node.raw), None
        case.expected |= {Finding("extra", one.path, None, one.text) for one in node.whole()}
        node.touch()
        return f"renamed {before!r} to {node.text!r}"
    return None


def regroup(case: Case) -> str | None:
    """Give what begins with the same words another name, where nothing stands in anything."""
    for members, name in groups(case):
        other = f"{name}{case.chance.randint(70, 99)}"
        if any(node.text.startswith(f"{other} ") or node.text == other for node in case.nodes):
            continue
        for node in members:
            case.gone(node)
            node.raw, node.text, node.wanted = (
                f"{other}{node.raw[len(name) :]}",
                f"{other}{node.text[len(name) :]}",
                None,
            )
            case.expected.add(extra(node))
            node.touch()
        return f"renamed {name!r} to {other!r}"
    return None


def clear(case: Case) -> str | None:
    """Delete all that begins with the same words."""
    for members, name in groups(case):
        for node in members:
            case.gone(node)
            case.nodes.remove(node)
        return f"deleted {name!r}"
    return None


def groups(case: Case) -> Iterator[tuple[list[Node], str]]:
    """Yield what can be deleted and renamed as one, in random order."""
    for node in case.free():
        found = next((f for rule in case.device.groups if (f := re.match(rule, node.text))), None)
        if found is None:
            continue
        name = found[0]
        members = [one for one in case.nodes if one.text == name or one.text.startswith(f"{name} ")]
        if all(one.free and one.wanted for one in members) and structure(case, node):
            yield members, name


def renumber(case: Case) -> str | None:
    """Exchange two rules of a list in which each has a number: what is the same in both stays as it was."""
    lists = [rules for rules in case.device.numbered_rules(case.nodes) if len(rules) > 1]
    case.chance.shuffle(lists)
    for rules in lists:
        one, other = case.chance.sample(list(rules), 2)
        members = [*rules[one], *rules[other]]
        if not all(node.free and node.wanted and not node.secrets for node in members):
            continue
        if not all(structure(case, rules[name][0]) for name in (one, other)):
            continue
        for node in members:
            here, there = (one, other) if node.text.startswith(f"{one} ") else (other, one)
            node.raw = there + node.raw[len(here) :]
            node.touch()
        case.expected |= case.device.between(
            [node.wanted or "" for node in members], [case.device.label(node.raw) for node in members]
        )
        return f"exchanged {one!r} and {other!r}"
    return None


def name_anew(case: Case) -> str | None:
    """Give a row another name."""
    for node in case.free():
        other = case.device.other_name(node, case.chance)
        if other and replace_value(case, node, *other):
            return f"renamed {node.wanted!r} to {node.raw!r}"
    return None


def exchange(case: Case) -> str | None:
    """Exchange what two entries of a numbered list say."""
    lists = list(case.device.exchanges(case.nodes))
    case.chance.shuffle(lists)
    for listed in lists:
        entries = [node for node in listed if node.free]
        if len(entries) < 2:
            continue
        one, other = case.chance.sample(entries, 2)
        for node, from_ in ((one, other.text), (other, one.text)):
            number = node.text.split(" ")[: case.device.numbered]
            text = " ".join([*number, *from_.split(" ")[case.device.numbered :]])
            case.expected.add(Finding("changed", node.path, node.wanted, text))
            node.raw = text
            node.touch()
        return f"exchanged {one.text!r} and {other.text!r}"
    return None


def move(case: Case) -> str | None:
    """Move an item of a list in which order is meaning, past two others or to where its neighbour was."""
    lists = [items for items in case.device.lists(case.nodes) if len(items) > 1]
    case.chance.shuffle(lists)
    for items in lists:
        if not all(node.free and node.wanted for item in items for node in item) or not structure(case, items[0][0]):
            continue
        if not case.claim(("list", id(items[0][0]))):
            continue
        start = case.chance.randrange(len(items))
        places = [place for place in range(len(items)) if abs(place - start) != 1 and place != start]
        place = case.chance.choice(places) if places else (0 if start else 1)
        order = [*items[:start], *items[start + 1 :]]
        order.insert(place, items[start])
        put(case, items, order)
        named = items if not places else [items[start]]
        said = [Finding("misordered", item[0].path, item[0].wanted, item[0].text) for item in named]
        case.either.append(tuple(frozenset([one]) for one in said))
        for node in (node for item in items for node in item):
            node.touched = True
        return f"moved {items[start][0].text!r} from {start} to {place} of {len(items)}"
    return None


def put(case: Case, items: list[list[Node]], order: list[list[Node]]) -> None:
    """Put statements in another order into the places that they have."""
    room = case.siblings(items[0][0])
    members = {id(node) for item in items for node in item}
    places = [number for number, node in enumerate(room) if id(node) in members]
    for number, node in zip(places, [node for item in order for node in item], strict=True):
        room[number] = node


def shuffle(case: Case) -> str | None:
    """Print the same in another order where order has no meaning: lists keep theirs, each by itself."""
    room = case.chance.choice([room for room in (case.nodes, *(node.inside for node in case.all())) if len(room) > 1])
    numbered = {id(node) for entries in case.device.exchanges(case.nodes) for node in entries}
    if id(room[0]) in numbered:
        return None
    lists = [[node for item in items for node in item] for items in case.device.lists(room)]
    listed = {id(node): number for number, nodes in enumerate(lists) for node in nodes}
    order = list(room)
    case.chance.shuffle(order)
    waiting = [iter(nodes) for nodes in lists]
    room[:] = [next(waiting[listed[id(node)]]) if id(node) in listed else node for node in order]
    return f"shuffled {len(room)} statements"


def other_secret(case: Case) -> str | None:
    """Enter another secret: it shows where the device shows it."""
    for node in case.free():
        if not node.secrets:
            continue
        known = partial(_another, case.chance.randrange(10**6))
        case.values.update(known(name) for name in node.secrets)
        node.raw, _, _ = case.device.printed(node.wanted or "", case.chance, known)
        if not node.veiled:
            case.expected.add(Finding("changed", node.path, node.wanted, node.text))
        node.touch()
        return f"entered another secret in {node.text!r}"
    return None


def _another(number: int, name: str) -> str:
    return secret(f"{name}/{number}")


def salt(case: Case) -> str | None:
    """Enter the same secret again: a hash looks otherwise, and says the same."""
    for node in case.free():
        if node.secrets:
            node.raw, _, _ = case.device.printed(node.wanted or "", case.chance)
            node.touch()
            return f"entered the same secret in {node.text!r}"
    return None


def noise(case: Case) -> str | None:
    """Read once more: another header, another session, other spelling."""
    name = case.chance.choice(list(Style.__dataclass_fields__))
    case.style = replace(case.style, **{name: not getattr(case.style, name)})
    return f"read once more, {name}"


KINDS: Mapping[str, tuple[Kind, ...]] = {
    "delete": (delete, delete, clear),
    "add": (add, add, stray, idle),
    "change": (change, change, change, allow, exchange, renumber),
    "reorder": (move, move, shuffle),
    "rename": (rename, regroup, name_anew),
    "secret": (other_secret, other_secret, salt),
    "noise": (noise,),
}
"""The kinds of edits, each in its varieties."""
