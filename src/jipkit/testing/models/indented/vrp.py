"""Huawei VRP, as its system view takes lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from jipkit.testing.models.indented.grammar import Command, Table, find
from jipkit.testing.models.indented.networks import ADDRESSES, address_in, overlapping
from jipkit.testing.models.indented.rules import BlobEnd, Rules, Step, drop, drop_everywhere
from jipkit.testing.models.indented.statements import Block, Place, Statement, insert
from jipkit.testing.models.indented.vrp_commands import COMMANDS

_BUILT_IN = (
    "GigabitEthernet",
    "Ethernet",
    "XGigabitEthernet",
    "MEth",
    "NULL",
    "Serial",
    "40GE",
    "100GE",
    "25GE",
    "10GE",
)
_FAMILY = ("ipv4-family", "unicast")


class Vrp(Rules):
    """Huawei VRP 5, where what is typed is in force at once (VRP 8 takes it together, at ``commit``).

    - A line that the view one is in does not know is looked for in those around it: a saved configuration has no
      ``quit`` in it, and is read line by line when the router starts.
    - ``undo`` takes what is named, not its value; with a value it is refused, as too many parameters are, except for
      the commands whose value names one of several.
    - Taking back what is not there is an error.
    - A rule of a list is edited in place, by its number.
    """

    table: ClassVar[Table] = COMMANDS
    negation = "undo"
    default = ""
    exits = ("quit",)
    finish = ("return",)
    comment = "#"
    headers: ClassVar[tuple[str, ...]] = ("!", "[")
    separator = "#"
    section = "#"
    flat = " "
    last = "return"
    unknown = "Error: Unrecognized command found at '^' position."
    occupied = "Error: The index already exists."
    alone = "Error: The BGP process is running with another AS number."
    fixed = "Error: Unrecognized command found at '^' position."

    def reached(self, depth: int) -> Iterable[int]:
        """Return where a line is looked for: in the view one is in, then in those around it."""
        return range(depth, -1, -1)

    def blob(self, mode: str, line: str) -> BlobEnd | None:
        """Return what ends a header of several lines: the sign that it began with."""
        words = line.split(maxsplit=3)
        del mode
        if words[0] != "header" or len(words) < 4:
            return None
        sign = words[3][0]
        return None if sign in words[3][1:] else lambda later: sign in later

    def completed(self, place: Place, words: Sequence[str]) -> Sequence[str]:
        """Return a line as VRP writes it: lists and rules with their number."""
        if not place.mode and words[0] == "acl" and words[1:] and words[1].isdecimal():
            return ("acl", "number", *words[1:])
        if place.mode == "acl" and words[0] == "rule" and words[1:] and not words[1].isdecimal():
            numbers = [int(key[1]) for key in place.block if key[0] == "rule"]
            return ("rule", str(max(numbers, default=0) // 5 * 5 + 5), *words[1:])
        held = place.block.get(tuple(words)) if not place.mode and words[0] == "ospf" else None
        return held.text.split() if held else words  # its number alone enters a process, and leaves it as it is

    def meant(self, place: Place, words: Sequence[str]) -> Sequence[str]:
        """Return what is taken back, as VRP writes it: a node of a policy without its mode, which is refused there."""
        if words[0] == "route-policy" and words[2:3] in (["permit"], ["deny"]):
            return ()
        if words[0] == "route-policy" and words[2:3] == ["node"]:
            return (*words[:2], "permit", *words[2:])
        return self.completed(place, words) if words[0] == "acl" else words

    def left_behind(self, step: Step) -> str | None:
        """Return the name of a new box."""
        return "sysname HUAWEI" if step.key == ("sysname",) else None

    def hidden(self, step: Step) -> bool:
        """Return whether a line says what holds anyway, given what else the block says."""
        if step.mode == "ospf" and step.words[0] == "silent-interface" and step.words[1] != "all":
            return (("silent-interface", "all") in step.here) is not step.removes
        if step.key[0] == "peer" and step.key[-1] == "enable" and step.removes:
            return step.path[-1].head != "ipv4-family unicast" or ("default", "ipv4-unicast") in step.path[-2].block
        return step.removes and step.words[:3] == ("port", "trunk", "allow-pass") and step.words[-1] != "1"

    def heaped(self, step: Step, held: Sequence[str], given: Sequence[str]) -> Sequence[str]:
        """Return numbers of VLANs together, neighbouring ones as ``10 to 12``."""
        return _folded(_numbers(held) | _numbers(given)) if "numbers" in step.command.traits else (*held, *given)

    def unheaped(self, step: Step, held: Sequence[str], given: Sequence[str]) -> Sequence[str]:
        """Return the numbers of VLANs that are left."""
        del step
        return _folded(_numbers(held) - _numbers(given))

    def refusal(self, step: Step) -> str | None:
        """Return what VRP says against a line."""
        said = (rule(step) for rule in _REFUSALS)
        return next((message for message in said if message), None)

    def absent(self, step: Step) -> str | None:
        """Return what VRP says when what is taken back is not there."""
        harmless = step.key in {("shutdown",), ("description",)}
        return None if harmless else "Error: The specified configuration does not exist."

    def settle(self, step: Step) -> None:
        """Let a line have its effects: a peer comes with its entry in the family, and takes along what was said."""
        if step.mode == "bgp" and step.key[0] == "peer" and step.key[2:] in {("as-number",), ()}:
            _peer(step)
        if step.mode == "interface" and step.key == ("ip", "binding", "vpn-instance"):
            drop(step.here, *ADDRESSES)
        if step.removes and step.key[:2] == ("ip", "vpn-instance") and not step.mode:
            _forget_vpn(step)
        if step.removes and step.key[0] == "local-user" and len(step.words) == 2:
            drop(step.here, step.key[:2])


def _numbers(values: Sequence[str]) -> frozenset[int]:
    """Return the numbers in ``10 to 12 20``."""
    numbers: set[int] = set()
    for place, value in enumerate(values):
        if value == "to":
            numbers.update(range(int(values[place - 1]), int(values[place + 1])))
        elif value.isdecimal():
            numbers.add(int(value))
    return frozenset(numbers)


def _folded(numbers: frozenset[int]) -> tuple[str, ...]:
    """Return numbers as VRP writes them: two or more in a row as a range."""
    words: list[str] = []
    for number in sorted(numbers):
        if number - 1 not in numbers:
            words.append(str(number))
        elif number + 1 not in numbers:
            words += ["to", str(number)]
    return tuple(words)


def _peer(step: Step) -> None:
    name = step.key[:2]
    if step.removes:
        drop_everywhere(step.here, name)
        return
    family = step.here.get(_FAMILY)
    if family is None or family.block is None:
        quiet: Block = {("synchronization",): Statement("undo synchronization", _known("bgp-af", ("synchronization",)))}
        family = Statement(" ".join(_FAMILY), _known("bgp", _FAMILY), quiet)
        insert(step.here, _FAMILY, family)
    entry = (*name, "enable")
    if family.block is not None and ("default", "ipv4-unicast") not in step.here and entry not in family.block:
        insert(family.block, entry, Statement(" ".join(entry), _known("bgp-af", entry)))


def _known(mode: str, words: Sequence[str]) -> Command | None:
    found = find(COMMANDS[mode], words)
    return found[0] if found else None


def _forget_vpn(step: Step) -> None:
    member = f"ip binding vpn-instance {step.key[2]}"
    for key, statement in step.top.items():
        block = statement.block
        if key[0] != "interface" or block is None:
            continue
        held = block.get(("ip", "binding", "vpn-instance"))
        if held is not None and held.text == member:
            drop(block, ("ip", "binding"), *ADDRESSES)


# ---------------------------------------------------------------------- what VRP refuses
def _value_after_undo(step: Step) -> str | None:
    """``undo`` takes what is named, and no value."""
    if not step.removes or "whole" in step.command.traits or step.command.opens or step.command.heaps:
        return None
    return None if len(step.words) <= len(step.key) else "Error: Too many parameters found at '^' position."


def _built_in(step: Step) -> str | None:
    """Sockets are hardware: they cannot be removed."""
    name = step.words[1] if len(step.words) > 1 else ""
    if step.removes and step.key[0] == "interface" and name.startswith(_BUILT_IN) and "." not in name:
        return "Error: Physical interfaces cannot be deleted."
    return None


def _address(step: Step) -> str | None:
    """An address is in one network of one interface; a primary one goes last."""
    if step.mode != "interface" or step.words[:2] != ("ip", "address") or "unnumbered" in step.words:
        return None
    if step.removes:
        return _leaving_address(step)
    address = address_in(step.words)
    if address is None:
        return "Error: Wrong parameter found at '^' position."
    if step.words[-1] == "sub" and ("ip", "address") not in step.here:
        return "Error: Please configure the primary address first."
    other = overlapping(step, address, ("ip", "binding", "vpn-instance"))
    return "Error: The specified address conflicts with another address." if other else None


def _leaving_address(step: Step) -> str | None:
    held = step.here.get(("ip", "address"))
    if step.key != ("ip", "address") or len(step.words) == 2:
        return None
    if held is None or held.text.split() != list(step.words):
        return "Error: The specified address does not exist."
    if any(key[:2] == ("ip", "address") and len(key) > 2 for key in step.here):
        return "Error: Please delete the sub address in this interface first."
    return None


def _known_vpn(step: Step) -> str | None:
    """An interface can only be in a VPN instance that there is."""
    if step.mode != "interface" or step.removes or step.key != ("ip", "binding", "vpn-instance"):
        return None
    known = ("ip", "vpn-instance", step.words[-1]) in step.top
    return None if known else "Error: The specified VPN instance does not exist."


def _known_vlan(step: Step) -> str | None:
    """A VLAN is there before its interface is."""
    name = step.words[-1]
    if step.mode or step.removes or step.key[0] != "interface" or not name.startswith("Vlanif"):
        return None
    number = name.removeprefix("Vlanif")
    held = step.top.get(("vlan", "batch"))
    known = _numbers(held.text.split()[2:]) if held else frozenset()
    if ("vlan", number) in step.top or (number.isdecimal() and int(number) in {1, *known}):
        return None
    return "Error: The VLAN does not exist."


def _known_peer(step: Step) -> str | None:
    """Before anything else is said of a peer, its AS is."""
    if step.key[0] != "peer" or step.mode not in ("bgp", "bgp-af") or step.key[2:] == ("as-number",):
        return None
    outer = step.path[1].block
    name = step.words[1]
    if ("peer", name, "as-number") in outer or ("group", name) in outer or ("peer", name, "group") in outer:
        return None
    return None if step.words[2:3] == ("group",) else "Error: The peer does not exist."


def _other_vpn(step: Step) -> str | None:
    """A process of OSPF gets another router ID when it is typed at its head, but not another VPN instance."""
    held = step.here.get(step.key) if not step.mode and step.key[0] == "ospf" else None
    if held is None:
        return None
    if step.removes:
        return "Error: Too many parameters found at '^' position." if len(step.words) > 2 else None
    same = _vpn(held.text.split()) == _vpn(step.words)
    return None if same else "Error: The process is bound to another VPN instance."


def _vpn(words: Sequence[str]) -> str:
    return words[words.index("vpn-instance") + 1] if "vpn-instance" in words else ""


def _one_number_a_list(step: Step) -> str | None:
    """A list keeps the number that it has, and no other has it."""
    if step.mode or step.removes or step.key[:2] != ("acl", "name") or len(step.words) < 4:
        return None
    lists = {key: held.text.split() for key, held in step.top.items() if key[0] == "acl"}
    if len(lists.get(step.key, ())) > 3 and lists[step.key] != list(step.words):
        return "Error: The ACL already has another number."
    taken = any(words[-1] == step.words[3] for key, words in lists.items() if key != step.key)
    return "Error: The ACL number is used by another ACL." if taken else None


def _own_as(step: Step) -> str | None:
    """The AS of a peer is not taken back: the peer is."""
    if step.removes and step.key[0] == "peer" and step.key[2:] == ("as-number",):
        return "Error: Unrecognized command found at '^' position."
    return None


_REFUSALS: tuple[Callable[[Step], str | None], ...] = (
    _value_after_undo,
    _built_in,
    _address,
    _known_vpn,
    _known_vlan,
    _known_peer,
    _own_as,
    _other_vpn,
    _one_number_a_list,
)

VRP = Vrp()
