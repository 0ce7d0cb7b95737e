"""What can be wrong with an inventory: a fault has a code, a place, and a sentence that tells what would be right."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jipkit.errors import closest
from jipkit.model import Place

LONGEST_QUOTE = 60
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. ``key`` is the path inside the file (``core-1--kec-x.prefix``); ``""`` is the file itself."""

    place: Place
    key: str
    code: str
    message: str

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"fault code {self.code!r} is not in jipkit.faults.CODES")

    def __str__(self) -> str:
        line = f"{self.place}: {self.key}: {self.message}" if self.key else f"{self.place}: {self.message}"
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)

    def as_json(self) -> dict[str, object]:
        """Return the fault as ``--json`` prints it."""
        return {**self.place._asdict(), **{k: v for k, v in dataclasses.asdict(self).items() if k != "place"}}


def quoted(value: object) -> str:
    r"""Return a value as a message repeats it: escaped, and not at any length.

    >>> print(quoted("a" + chr(27) + "[31m"))
    'a\x1b[31m'
    """
    text = str(value)
    return repr(text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "...")


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: the closest known one, else all of them when they are few."""
    known = sorted(known)
    near = closest(word, known)
    if near is not None:
        return f"did you mean {near}?"
    return f"known: {', '.join(known[:20]) + (', ...' if len(known) > 20 else '')}" if known else "none is known yet"


CODES: Mapping[str, str] = {
    # the room and its files
    "room-missing": "The inventory folder is missing.",
    "file-missing": "A file is missing without which there is no network, or in which others name something.",
    "file-unknown": "A YAML file whose name is no kind of the inventory; it would never be read.",
    "file-unreadable": "The operating system does not let us read the file.",
    "file-not-regular": "Something that is no file stands where a file should be: a folder, a pipe, a device.",
    "file-too-large": "The file is larger than we read.",
    "file-empty": "The file holds nothing.",
    "file-not-mapping": "The file is not `key: fields`.",
    # YAML
    "yaml-encoding": "The file is not UTF-8.",
    "yaml-control-character": "The file holds a raw control character.",
    "yaml-tab": "A tab is used for indentation; YAML wants blanks.",
    "yaml-syntax": "The file is not YAML.",
    "yaml-anchor": "Anchors and aliases are refused: they hide who owns a value, and can grow without bound.",
    "yaml-tag": "Tags such as !!python/object are refused: a value is text, its field gives it a type.",
    "yaml-nesting": "Values are nested deeper than anything in an inventory.",
    "yaml-documents": "A file holds more than one document.",
    "yaml-key": "A key that is no plain text.",
    "duplicate-key": "A key is written twice; the second would silently replace the first.",
    # objects and fields
    "key-malformed": "A name that cannot be a hostname: small letters, digits, single hyphens.",
    "key-repeated": "The key of an object is repeated inside it.",
    "entry-not-mapping": "An object that is not `field: value`.",
    "field-unknown": "A field that the kind does not have.",
    "field-missing": "A field that the kind needs.",
    "value-empty": "A field without a value.",
    "value-too-long": "A text that is too long for a router.",
    "value-not-printable": "A newline or control character in a value that reaches a router.",
    "value-not-in-list": "A word that is not one of those the field knows.",
    "value-not-number": "A number is wanted.",
    "value-out-of-range": "A number outside its range.",
    "value-not-address": "An IPv4 address is wanted.",
    "value-not-prefix": "An IPv4 prefix is wanted.",
    "prefix-host-bits": "A prefix with bits set behind its length.",
    "value-not-date": "A date is wanted.",
    "value-not-time": "A time of day is wanted.",
    "value-not-zone": "The name of a time zone is wanted.",
    "value-not-list": "A list is wanted.",
    "value-not-mapping": "`field: value` is wanted.",
    "value-not-text": "One value is wanted where a list or a mapping stands.",
    "list-too-short": "A list with too few entries.",
    "code-malformed": "A Kemendagri code that has not the form of one.",
    "version-malformed": "A version that has not the form of one.",
    "ref-malformed": "A git ref that is not the full name of a branch.",
    "word-malformed": "A word that would not stay one word in a router's configuration.",
    "name-malformed": "A reference that cannot be the name of anything.",
    "end-malformed": "An end of a link that is neither router:interface nor unmanaged:name.",
    # names that one object uses for another
    "unknown-office": "A router stands in an office that is not there.",
    "unknown-platform": "A router is of a platform that has no folder in templates/.",
    "unknown-router": "A link ends at a router that is not there.",
    "unknown-interface": "A port that the router does not have.",
    "unknown-provider": "A provider that is not there.",
    "unknown-contract": "A contract that is not there.",
    "unknown-hours": "Service hours that the calendar does not have.",
    "unknown-kecamatan": "An office lies in a kecamatan that the inventory does not have.",
    "unknown-controller": "The controller's router or LAN is not there.",
    "unknown-waiver-scope": "A waiver for something that is not there.",
    # addresses
    "prefix-duplicate": "Two links or LANs have the same prefix.",
    "prefix-overlap": "The prefixes of two links or LANs overlap.",
    "pools-overlap": "Two pools of the address plan overlap.",
    "loopback-duplicate": "Two routers have the same loopback.",
    "loopback-in-prefix": "A loopback lies inside the prefix of a link or LAN.",
    "loopback-outside-plan": "A loopback outside the pools for loopbacks.",
    "link-outside-plan": "The prefix of a link between our routers is outside the pools for links.",
    "lan-outside-plan": "The prefix of a LAN is outside the pools for LANs.",
    "announce-outside-plan": "We would announce addresses that are not in our public pools.",
    "address-not-usable": "An address that no router can have: multicast, loopback net, link-local, reserved.",
    "management-not-own": "The management address is none of the router's own: jip would log in to another box.",
    "link-prefix-size": "A link between two of our routers is no /30 or /31.",
    "lan-too-small": "A LAN without room for the router and one user.",
    # routers
    "interface-duplicate": "A router lists an interface twice.",
    "interface-not-linux": "An FRR router has an interface name that Linux cannot hold.",
    "interface-used-twice": "Two links use one interface.",
    "interface-in-lan": "A link uses an interface that belongs to a LAN.",
    "lan-name-twice": "Two LANs of a router have the same name.",
    "lan-interface-twice": "Two LANs of a router have the same interface.",
    "lan-vlan-twice": "Two LANs of a router have the same VLAN.",
    "lan-vlan-differs": "A LAN's VLAN is not the one the standards give its zone.",
    "lan-port-shared": "Two LANs share a port and cannot be told apart there.",
    "serial-duplicate": "Two routers have the same serial number.",
    # links
    "link-ends-share-router": "Both ends of a link are on one router.",
    "link-ends-unmanaged": "Neither end of a link is ours.",
    "link-name-disagrees": "A link's name says other routers than its ends.",
    "bgp-missing": "A link with BGP has no session described.",
    "bgp-needless": "A session is described on a link without BGP.",
    "bgp-between-own": "BGP on a link between two of our routers.",
    "bgp-one-as": "Both sides of a session to somebody else have one AS.",
    "ospf-to-unmanaged": "OSPF towards equipment that is not ours.",
    "circuit-duplicate": "Two links have the same circuit id of one provider.",
    "contract-other-provider": "A link's contract is with another provider than its own.",
    "contract-needless": "The district's own link has a contract.",
    # life
    "router-before-office": "A router is further in its life than its office.",
    "router-after-office": "A router is not retired though its office is.",
    "link-before-router": "A link is in service and its router is not yet.",
    "link-after-router": "A link is not retired though its router is.",
    "office-without-router": "An office in service has no router in service.",
    "router-not-connected": "A router in service that the controller reaches over no link in service.",
    "router-never-connected": "A planned router that even the planned links do not reach.",
    "controller-not-active": "The controller's router is not in service.",
    # area codes
    "code-duplicate": "Two offices have the code of one area.",
    "code-level": "A kecamatan's code has three parts, that of a kelurahan or desa four.",
    "code-outside-kecamatan": "The code of a kelurahan or desa does not begin with its kecamatan's.",
    # papers and standards
    "contract-ends-before-start": "A contract ends before it starts.",
    "contract-number-duplicate": "Two contracts of a provider have the same number.",
    "hours-end-before-start": "Service hours end before they start.",
    "hours-days": "Service hours on no day, or on one day twice.",
    "freeze-ends-before-start": "A freeze ends before it starts.",
    "window-empty": "A window for changes ends when it starts.",
    "window-days": "A window for changes on no day, or on one day twice.",
    "waiver-self-approved": "Owner and approver of a waiver are one person.",
    "ospf-dead-interval": "Neighbours would be declared dead between two hellos.",
    "controller-outside-management": "The controller's LAN is not in the management prefixes: jip is locked out.",
    "vlan-plan-duplicate": "Two zones have one VLAN: they would not be kept apart.",
    "server-twice": "A server is listed twice.",
}
"""Every code, and what it means."""
