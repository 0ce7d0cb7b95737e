"""Cisco IOS and IOS-XE, as their configuration mode takes lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from jipkit.testing.models.indented.grammar import Table, find
from jipkit.testing.models.indented.ios_commands import COMMANDS
from jipkit.testing.models.indented.networks import ADDRESSES, address_in, overlapping
from jipkit.testing.models.indented.rules import BlobEnd, Rules, Step, drop, drop_everywhere
from jipkit.testing.models.indented.statements import Block, Place, Statement, insert

_SOCKETS = "Gigabit Fast TenGigabit TwoGigabit"
_BUILT_IN = ("Ethernet", "Serial", "Cellular", *(f"{speed}Ethernet" for speed in _SOCKETS.split()))


class Ios(Rules):
    """Cisco IOS 15 and IOS-XE 16 and 17.

    - A line that the block one is in does not know is looked for in those around it, from the inside out.
    - A value takes the place of the one before; what has a name, an address or a number of its own comes beside.
    - ``no`` needs no value, and says nothing where there is nothing to take away.
    """

    table: ClassVar[Table] = COMMANDS
    headers: ClassVar[tuple[str, ...]] = ("Building configuration", "Current configuration", "Using ")
    unknown = "% Invalid input detected at '^' marker."
    occupied = "% Duplicate sequence number"
    alone = "BGP is already running"
    fixed = "% Invalid input detected at '^' marker."
    defaults: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"logging console", "logging monitor"}),
        "line": frozenset({"exec-timeout 10 0"}),
    }

    def says_nothing(self, line: str) -> bool:
        """Return whether a printed line holds nothing: an interface without an address says so."""
        return line.strip() == "no ip address" or super().says_nothing(line)

    def leaves(self, words: Sequence[str]) -> bool:
        """Return whether a line leaves the block: ``exit``, ``exit-address-family`` and its like."""
        return words[0] == "exit" or words[0].startswith(("exit-address-family", "exit-peer-"))

    def reached(self, depth: int) -> Iterable[int]:
        """Return where a line is looked for: in the block one is in, then in those around it.

        A printed configuration says ``path`` after the block ``log config`` inside ``archive``, and is read so.
        """
        return range(depth, -1, -1)

    def blob(self, mode: str, line: str) -> BlobEnd | None:
        """Return what ends a banner (its delimiter, once more) or a certificate (``quit``)."""
        words = line.split(maxsplit=2)
        if words[0] == "banner" and len(words) == 3:
            delimiter = words[2][:2] if words[2].startswith("^C") else words[2][:1]
            if delimiter in words[2][len(delimiter) :]:
                return None
            return lambda later: delimiter in later
        if mode == "cert-chain" and words[0] == "certificate":
            return lambda later: later.strip() == "quit"
        return None

    def completed(self, place: Place, words: Sequence[str]) -> Sequence[str]:
        """Return an entry of a list with a number: ten after the last, its own where it is there already."""
        if place.mode == "acl" and (words[0].isdecimal() or words[0] in ("permit", "deny", "remark")):
            numbered = words[0].isdecimal()
            entries = [held.text.split() for held in place.block.values()]
            same = [entry for entry in entries if entry[1:] == list(words[numbered:])]
            return same[0] if same else words if numbered else (str(_last(place.block) + 10), *words)
        if words[:2] in (["ip", "prefix-list"], ["ipv6", "prefix-list"]) and words[3:4] in (["permit"], ["deny"]):
            numbers = [int(key[4]) for key in place.block if key[:3] == tuple(words[:3]) and key[3:4] == ("seq",)]
            return (*words[:3], "seq", str(max(numbers, default=0) + 5), *words[3:])
        return words

    def written(self, text: str) -> str:
        """Return a banner between the delimiters that IOS prints, whatever those were that it was typed with."""
        kind, _, rest = text.partition(" ")
        name, _, banner = rest.partition(" ")
        if kind != "banner":
            return text
        delimiter = banner[:2] if banner.startswith("^C") else banner[:1]
        inside = banner[len(delimiter) :].partition(delimiter)[0]
        return f"banner {name} ^C{inside}^C"

    def meant(self, place: Place, words: Sequence[str]) -> Sequence[str]:
        """Return the number of the entry of a list that is taken back by its words."""
        if place.mode == "acl" and words[0] in ("permit", "deny", "remark"):
            return next(
                (held.text.split()[:1] for held in place.block.values() if held.text.split()[1:] == list(words)), words
            )
        return words

    def left_behind(self, step: Step) -> str | None:
        """Return what stands instead of what was taken back: the name of a new box, a session without end."""
        if step.mode == "line" and step.key == ("exec-timeout",):
            return "exec-timeout 0 0"
        return "hostname Router" if step.key == ("hostname",) else None

    def hidden(self, step: Step) -> bool:
        """Return whether a line says what holds anyway, given what else the block says."""
        if step.mode == "ospf" and step.words[0] == "passive-interface" and step.words[1] != "default":
            return (("passive-interface", "default") in step.here) is not step.removes
        if step.key[0] == "neighbor" and step.key[-1] == "activate":
            family = step.path[-1].head.removeprefix("address-family ")
            return step.removes and not (family.startswith("ipv4") and _activates(step))
        return super().hidden(step)

    def refusal(self, step: Step) -> str | None:
        """Return what IOS says against a line, by the rules below."""
        said = (rule(step) for rule in _REFUSALS)
        return next((message for message in said if message), None)

    def settle(self, step: Step) -> None:
        """Let a line have its effects: a neighbor that goes takes along what was said of it, a VRF the addresses."""
        if step.removes and step.key[0] == "neighbor" and ("neighbor" in step.command.traits or len(step.key) == 2):
            drop_everywhere(step.here, step.key[:2])
        if step.mode == "bgp" and not step.removes and step.key[2:] == ("remote-as",):
            _activate(step)
        if step.removes and step.key[0] == "access-list":
            drop(step.here, step.key[:2])
        if step.mode == "interface":
            _settle_interface(step)
        if step.removes and step.key[:2] in {("vrf", "definition"), ("ip", "vrf")} and not step.mode:
            _forget_vrf(step.top, step.key[2])

    def stays(self, step: Step) -> bool:
        """Return whether ``default`` empties a block: an interface."""
        return step.key[0] == "interface"

    def closing(self, place: Place) -> Iterator[str]:
        """Yield the line that ends an address family."""
        if place.mode in ("af", "vrf-af"):
            yield "exit-address-family"


def _last(block: Block) -> int:
    return max((int(key[0]) for key in block if key[0].isdecimal()), default=0)


def _activates(step: Step) -> bool:
    """Return whether neighbors are active in the IPv4 family unless something else is said."""
    outer = step.path[-2].block if step.mode == "af" else step.here
    return ("bgp", "default", "ipv4-unicast") not in outer


# ---------------------------------------------------------------------- what IOS refuses
def _built_in(step: Step) -> str | None:
    """Sockets are hardware: they cannot be removed."""
    name = step.words[1] if len(step.words) > 1 else ""
    if step.removes and step.key[0] == "interface" and name.startswith(_BUILT_IN) and "." not in name:
        return "% Removal of physical interfaces is not permitted"
    return None


def _address(step: Step) -> str | None:
    """An address is in one network of one interface; a primary one goes last."""
    if step.mode != "interface" or step.words[:2] != ("ip", "address"):
        return None
    if step.removes:
        return _leaving_address(step)
    address = address_in(step.words)
    if address is None:
        return None if step.words[2] == "dhcp" else "% Invalid input detected at '^' marker."
    if "." in step.path[-1].head and not any(key == ("encapsulation",) for key in step.here):
        return (
            "% Configuring IP routing on a LAN subinterface is only allowed if that subinterface is already configured"
            " as part of an IEEE 802.10, IEEE 802.1Q, or ISL vLAN."
        )
    if step.words[-1] == "secondary" and ("ip", "address") not in step.here:
        return "% Must configure primary before secondary"
    other = overlapping(step, address, ("vrf", "forwarding")) or overlapping(step, address, ("ip", "vrf", "forwarding"))
    return f"% {address.network.network_address} overlaps with {other}" if other else None


def _leaving_address(step: Step) -> str | None:
    held = step.here.get(("ip", "address"))
    if step.key != ("ip", "address") or len(step.words) == 2 or held is None:
        return None
    if held.text.split() != list(step.words):
        return "Invalid address"
    if any(key[:2] == ("ip", "address") and len(key) > 2 for key in step.here):
        return "Must delete secondary before deleting primary"
    return None


def _known_vrf(step: Step) -> str | None:
    """An interface can only be in a VRF that there is."""
    if step.mode != "interface" or step.removes or "forwarding" not in step.key or "vrf" not in step.key:
        return None
    name = step.words[-1]
    if ("vrf", "definition", name) in step.top or ("ip", "vrf", name) in step.top:
        return None
    return f"% VRF {name} not configured."


def _known_neighbor(step: Step) -> str | None:
    """Before anything else is said of a neighbor, its AS (or its group) is."""
    if step.key[0] != "neighbor" or "neighbor" in step.command.traits or step.mode not in ("bgp", "af"):
        return None
    outer = step.path[1].block
    name = step.words[1]
    if any(key[:2] == ("neighbor", name) and key[2] in ("remote-as", "peer-group") for key in outer):
        return None
    return "% Specify remote-as or peer-group commands first"


def _one_policy_a_way(step: Step) -> str | None:
    """A policy is detached before another is attached."""
    attaches = step.mode == "interface" and step.key[0] == "service-policy" and not step.removes
    held = step.here.get(step.key) if attaches else None
    return (
        None if held is None or held.text == " ".join(step.words) else f"Policy map {held.text.split()[-1]} is attached"
    )


def _one_list_a_name(step: Step) -> str | None:
    """The name of a list of one kind is not that of another."""
    if step.key[:2] != ("ip", "access-list") or step.removes or len(step.key) != 4:
        return None
    other = "extended" if step.key[2] == "standard" else "standard"
    if ("ip", "access-list", other, step.key[3]) in step.top:
        return f"%A named {other.capitalize()} IP access list with this name already exists"
    return None


def _one_entry_by_number(step: Step) -> str | None:
    """An entry of a list is removed by its number alone, or by its words alone."""
    if step.mode == "acl" and step.removes and len(step.words) > 1:
        return "% Invalid input detected at '^' marker."
    return None


def _key_in_use(step: Step) -> str | None:
    """A key of OSPF is not changed in place."""
    held = step.here.get(step.key)
    if step.key[:3] == ("ip", "ospf", "message-digest-key") and not step.removes and held is not None:
        return None if held.text == " ".join(step.words) else f"OSPF: Key {step.words[3]} already exists"
    return None


def _one_secret(step: Step) -> str | None:
    """A user has a secret or a password."""
    held = step.here.get(step.key)
    if step.mode or step.key[0] != "username" or step.removes or held is None:
        return None
    if "secret" in step.words and " password " in held.text:
        return "ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other."
    return None


def _lines_of_the_box(step: Step) -> str | None:
    """The first five terminal lines, the console and the auxiliary port stay, and ranges are not joined or split.

    What a box makes of a range that is not the one it prints differs: here it is refused.
    """
    if step.mode or step.key[0] != "line":
        return None
    if step.removes:
        stays = step.key[1] != "vty" or int(step.key[2]) < 5
        return "% Can't delete last 5 VTY lines" if stays else None
    held = step.here.get(step.key)
    return "% Invalid range of lines" if held is not None and held.text != " ".join(step.words) else None


_REFUSALS: tuple[Callable[[Step], str | None], ...] = (
    _built_in,
    _address,
    _known_vrf,
    _known_neighbor,
    _one_list_a_name,
    _one_policy_a_way,
    _one_entry_by_number,
    _lines_of_the_box,
    _key_in_use,
    _one_secret,
)


# ---------------------------------------------------------------------- what a line does besides
def _settle_interface(step: Step) -> None:
    moved = "forwarding" in step.key and "vrf" in step.key
    untagged = step.key == ("encapsulation",) and step.removes
    if moved or untagged:
        drop(step.here, *ADDRESSES)
    elif step.key == ("ip", "unnumbered") and not step.removes:
        drop(step.here, ("ip", "address"))
    elif step.key == ("ip", "address") and not step.removes:
        drop(step.here, ("ip", "unnumbered"))


def _activate(step: Step) -> None:
    """A neighbor is active in the IPv4 family, and said to be where that family has a block of its own."""
    for name in (("address-family", "ipv4"), ("address-family", "ipv4", "unicast")):
        family = step.here.get(name)
        key = (*step.key[:2], "activate")
        if family is None or family.block is None or key in family.block:
            continue
        if ("bgp", "default", "ipv4-unicast") not in step.here:
            activate = find(COMMANDS["af"], key)
            insert(family.block, key, Statement(" ".join(key), activate[0] if activate else None))


def _vrf(block: Block) -> str:
    for key in (("vrf", "forwarding"), ("ip", "vrf", "forwarding")):
        if key in block:
            return block[key].text.split()[-1]
    return ""


def _forget_vrf(top: Block, name: str) -> None:
    for key, statement in top.items():
        if key[0] == "interface" and statement.block is not None and _vrf(statement.block) == name:
            drop(statement.block, ("vrf", "forwarding"), ("ip", "vrf", "forwarding"), *ADDRESSES)


class Ios15(Ios):
    """Cisco IOS 15, which numbers the entries of a list and prints them without their numbers."""

    def shown(self, place: Place, text: str) -> str:
        """Return an entry of a list without its number."""
        return text.partition(" ")[2] if place.mode == "acl" else text


IOS = Ios()
IOS_15 = Ios15()
