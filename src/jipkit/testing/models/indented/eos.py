"""Arista EOS, as its configuration mode and its configuration sessions take lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from jipkit.testing.models.indented.eos_commands import COMMANDS
from jipkit.testing.models.indented.grammar import Table
from jipkit.testing.models.indented.networks import ADDRESSES, address_in, overlapping
from jipkit.testing.models.indented.rules import BlobEnd, Rules, Step, drop, drop_everywhere
from jipkit.testing.models.indented.statements import Place

_BUILT_IN = ("Ethernet", "Management")


class Eos(Rules):
    """Arista EOS 4.

    - A line that the block one is in does not know is looked for in the blocks around it, from the inside out.
    - ``no`` needs no value, and says nothing where there is nothing to take away.
    - ``no neighbor X`` takes all that was said of it, ``no neighbor X remote-as`` the AS alone.
    - A static route or an entry of a list is not changed in place: what EOS does then is not certain, so it is refused.
    """

    table: ClassVar[Table] = COMMANDS
    indent = 3
    unknown = "% Invalid input"
    occupied = "% Error: Duplicate sequence number"
    alone = "% BGP is already running"
    fixed = "% Invalid input"

    def reached(self, depth: int) -> Iterable[int]:
        """Return where a line is looked for: in the block one is in, then in those around it."""
        return range(depth, -1, -1)

    def blob(self, mode: str, line: str) -> BlobEnd | None:
        """Return what ends a banner: a line that says EOF."""
        del mode
        if line.split() in (["banner", "login"], ["banner", "motd"]):
            return lambda later: later.strip() == "EOF"
        return None

    def completed(self, place: Place, words: Sequence[str]) -> Sequence[str]:
        """Return a line as EOS writes it: entries of lists get a number, name servers their VRF."""
        if place.mode == "acl" and words[0] in ("permit", "deny", "remark"):
            return (str(max((int(k[0]) for k in place.block if k[0].isdecimal()), default=0) + 10), *words)
        if words[:2] == ["ip", "name-server"] and len(words) == 3:
            return (*words[:2], "vrf", "default", words[2])
        return words

    def meant(self, place: Place, words: Sequence[str]) -> Sequence[str]:
        """Return the number of the entry of a list that is taken back by its words."""
        if place.mode == "acl" and words[0] in ("permit", "deny", "remark"):
            entries = (held.text.split() for held in place.block.values())
            return next((entry[:1] for entry in entries if entry[1:] == list(words)), words)
        return self.completed(place, words) if words[:2] == ["ip", "name-server"] else words

    def left_behind(self, step: Step) -> str | None:
        """Return the name of a new box."""
        return "hostname localhost" if step.key == ("hostname",) else None

    def hidden(self, step: Step) -> bool:
        """Return whether a line says what holds anyway, given what else the block says."""
        if step.mode == "ospf" and step.words[0] == "passive-interface" and step.words[1] != "default":
            return (("passive-interface", "default") in step.here) is not step.removes
        if step.key[0] == "neighbor" and step.key[-1] == "activate" and step.removes:
            ipv4 = step.path[-1].head == "address-family ipv4"
            return not ipv4 or ("bgp", "default", "ipv4-unicast") in step.path[-2].block
        return super().hidden(step)

    def refusal(self, step: Step) -> str | None:
        """Return what EOS says against a line."""
        said = (rule(step) for rule in _REFUSALS)
        return next((message for message in said if message), None)

    def settle(self, step: Step) -> None:
        """Let a line have its effects: a neighbor that goes takes along what was said of it, a VRF the addresses."""
        if step.removes and step.key[0] == "neighbor" and len(step.words) == 2:
            drop_everywhere(step.here, step.key[:2])
        if step.mode == "interface" and step.key == ("vrf",):
            drop(step.here, *ADDRESSES)

    def stays(self, step: Step) -> bool:
        """Return whether ``default`` empties a block: an interface."""
        return step.key[0] == "interface"


def _built_in(step: Step) -> str | None:
    """Sockets are hardware: they cannot be removed."""
    name = step.words[1] if len(step.words) > 1 else ""
    if step.removes and step.key[0] == "interface" and name.startswith(_BUILT_IN) and "." not in name:
        return "% Cannot delete physical interfaces"
    return None


def _address(step: Step) -> str | None:
    """An address is in one network of one interface; a primary one goes last."""
    if step.mode != "interface" or step.words[:2] != ("ip", "address") or step.removes or "virtual" in step.words:
        return None
    address = address_in(step.words)
    if address is None:
        return "% Invalid input"
    other = overlapping(step, address, ("vrf",))
    return f"% Address {address} overlaps with interface {other}" if other else None


def _known_vrf(step: Step) -> str | None:
    """An interface can only be in a VRF that there is, and one that is in use does not go."""
    if step.mode == "interface" and step.key == ("vrf",) and not step.removes:
        known = ("vrf", "instance", step.words[1]) in step.top
        return None if known else f"% VRF {step.words[1]} does not exist"
    if step.removes and not step.mode and step.key[:2] == ("vrf", "instance"):
        members = (s.block for k, s in step.top.items() if k[0] == "interface" and s.block)
        used = any(("vrf",) in block and block["vrf",].text == f"vrf {step.key[2]}" for block in members)
        return f"% VRF {step.key[2]} is in use" if used else None
    return None


def _one_entry_by_number(step: Step) -> str | None:
    """An entry of a list is removed by its number alone, or by its words alone."""
    if step.mode == "acl" and step.removes and len(step.words) > 1 and step.words[0].isdecimal():
        return "% Invalid input"
    return None


_REFUSALS: tuple[Callable[[Step], str | None], ...] = (_built_in, _address, _known_vrf, _one_entry_by_number)

EOS = Eos()
