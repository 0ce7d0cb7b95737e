"""A model of what FRR 8.4.4 makes of configuration lines: for tests of remedies, and to rehearse one.

Written from what the real one does (``tests/lab/test_drift_on_frr.py`` asks it), by words and not by patterns: it
shares nothing with what generates remedies. It knows the statements that our templates write, and refuses what
FRR refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Block = dict[str, "Block"]

_OPENERS: Mapping[str, tuple[str, ...]] = {
    "": ("interface", "router", "route-map", "line", "bfd"),
    "router": ("address-family",),
    "bfd": ("peer",),
}
_VANISHING = ("interface", "line", "address-family")
_VALUE_OF: Mapping[str, tuple[str, ...]] = {
    "": ("hostname", "frr defaults", "log syslog", "log file", "log facility", "password", "enable password"),
    "interface": (
        "description",
        "ip ospf authentication",
        "ip ospf area",
        "ip ospf cost",
        "ip ospf dead-interval",
        "ip ospf hello-interval",
        "ip ospf network",
        "ip ospf retransmit-interval",
    ),
    "router": (
        "ospf router-id",
        "bgp router-id",
        "default-information originate",
        "timers throttle spf",
        "timers throttle lsa all",
        "timers lsa min-arrival",
        "redistribute static",
        "redistribute connected",
        "auto-cost reference-bandwidth",
    ),
    "address-family": (),
    "route-map": (
        "description",
        "set metric",
        "set metric-type",
        "set local-preference",
        "match ip address",
        "match ip address prefix-list",
    ),
    "line": ("access-class", "exec-timeout"),
    "bfd": (),
    "peer": ("detect-multiplier",),
}
_NO_VALUE_AFTER_NO = ("description", "maximum-paths", "exec-timeout", "password", "enable password")


class RefusedError(Exception):
    """FRR would not take this line."""


class FrrModel:
    """A router that holds a configuration and takes lines as ``vtysh -f`` does."""

    def __init__(self, text: str = "") -> None:
        self.config: Block = {}
        self._at: list[tuple[str, Block]] = [("", self.config)]
        self.take(_closed(text.splitlines()))

    def take(self, lines: Iterable[str]) -> None:
        """Merge ``lines`` into the configuration.

        Raises:
            RefusedError: FRR refuses one; what came before it is in force.
        """
        for line in lines:
            words = line.split()
            if not words or words[0].startswith("!") or words == ["end"]:
                continue
            if words[0].startswith("exit"):
                self._leave(line)
            elif words[0] == "no" and " ".join(words) not in self._negative_statements():
                self._remove(" ".join(words[1:]), line)
            else:
                self._add(" ".join(words), line)
        self._at = self._at[:1]
        _sweep(self.config)

    def text(self) -> str:
        """Return the running configuration as ``show running-config`` prints it."""
        return "\n".join(
            ["Building configuration...", "", "Current configuration:", *_printed(self.config), "!", "end", ""]
        )

    @property
    def _kind(self) -> str:
        return self._at[-1][0].split(" ")[0]

    @property
    def _here(self) -> Block:
        return self._at[-1][1]

    def _leave(self, line: str) -> None:
        if len(self._at) == 1:
            raise RefusedError(f"{line!r} leaves the configuration mode")
        self._at.pop()

    def _negative_statements(self) -> tuple[str, ...]:
        """Return what FRR prints with a ``no`` of its own where we stand."""
        kept = {
            "": ("no ip forwarding", "no ipv6 forwarding"),
            "router": ("no bgp default ipv4-unicast", "no bgp ebgp-requires-policy"),
        }
        return kept.get(self._kind, ())

    def _add(self, text: str, line: str) -> None:
        if text.split(" ", maxsplit=1)[0] in _OPENERS.get(self._kind, ()):
            self._enter(text, line)
            return
        self._check(text, line)
        here = self._here
        if "no " + text in self._negative_statements():
            here.pop("no " + text, None)
        elif text != "exec-timeout 10 0":
            slot = _slot(text, self._kind)
            for old in [old for old in here if _slot(old, self._kind) == slot]:
                del here[old]
            here[text] = {}
        else:
            for old in [old for old in here if old.startswith("exec-timeout")]:
                del here[old]

    def _enter(self, text: str, line: str) -> None:
        running = next((head for head in self.config if head.startswith("router bgp")), text)
        if text.startswith("router bgp") and text != running:
            raise RefusedError(f"{line!r}: BGP is already running")
        if text.startswith("route-map"):
            self._renumber(text)
        self._at.append((text, self._here.setdefault(text, {})))

    def _renumber(self, text: str) -> None:
        """Let ``route-map X deny 10`` take over what ``route-map X permit 10`` held."""
        _, name, _, number = text.split(" ")
        for head in list(self.config):
            if head.split(" ")[:2] == ["route-map", name] and head.endswith(f" {number}") and head != text:
                self.config[text] = self.config.pop(head)

    def _check(self, text: str, line: str) -> None:
        words = text.split(" ")
        if text.startswith("ip ospf area ") and any(o.startswith("ip ospf area ") for o in self._here if o != text):
            raise RefusedError(f"{line!r}: must remove previous area config before changing ospf area")
        if text.startswith("ip ospf area ") and any(
            inner.startswith("network ")
            for head, block in self.config.items()
            if head == "router ospf"
            for inner in block
        ):
            raise RefusedError(f"{line!r}: please remove all network commands first")
        if text.startswith("ip ospf message-digest-key ") and any(
            old.split(" ")[:4] == words[:4] and old != text for old in self._here
        ):
            raise RefusedError(f"{line!r}: key {words[3]} is in use")
        if words[0] == "neighbor" and words[2] not in ("remote-as", "peer-group"):
            bgp = self._at[1][1]
            if not any(old.split(" ")[:2] == words[:2] for old in bgp):
                raise RefusedError(f"{line!r}: specify remote-as or peer-group commands first")

    def _remove(self, text: str, line: str) -> None:
        first = text.split(" ", maxsplit=1)[0]
        if text.startswith(("hostname", "frr ", "address-family")) or first == "line":
            raise RefusedError(f"{line!r}: unknown command")
        if any(text.startswith(f"{word} ") for word in _NO_VALUE_AFTER_NO) and not text.startswith("neighbor"):
            raise RefusedError(f"{line!r}: unknown command")
        if first == "interface":
            raise RefusedError(f"{line!r}: only inactive interfaces can be deleted")
        here = self._here
        slot = _slot(text, self._kind)
        gone = [
            old
            for old in here
            if old == text or _slot(old, self._kind) == slot or _slot(old, self._kind)[:1] == (text,)
        ]
        if not gone:
            raise RefusedError(f"{line!r}: there is no such statement")
        for old in gone:
            del here[old]
        if text.startswith("neighbor ") and text.split(" ")[2] == "remote-as":
            _forget(here, text.split(" ")[1])


def _closed(lines: Iterable[str]) -> Iterable[str]:
    """Yield ``lines`` with an ``exit`` where a block ends without one, as FRR finds it by itself in a saved file."""
    depth = 0
    for line in lines:
        if not line.strip().strip("!"):
            continue
        indent = len(line) - len(line.lstrip())
        closes = line.strip().startswith("exit")
        yield from ["exit"] * (depth - indent - closes)
        yield line
        depth = indent


def _slot(text: str, kind: str) -> tuple[str, ...]:
    """Return what a statement sets: another statement of the same slot takes its place."""
    words = text.split(" ")
    if kind == "" and words[:2] == ["ip", "route"]:
        return (" ".join(words[:4]),)
    if kind == "" and words[0] in ("ip", "access-list") and "seq" in words:
        return (" ".join(words[: words.index("seq") + 2]),)
    if kind == "interface" and words[:3] == ["ip", "ospf", "message-digest-key"]:
        return (" ".join(words[:4]),)
    if words[0] == "neighbor" and len(words) > 2:
        direction = words[-1] if words[2] in ("prefix-list", "route-map") else ""
        return (" ".join(words[:3]), direction)
    named = [value for value in _VALUE_OF.get(kind, ()) if f"{text} ".startswith(f"{value} ")]
    return (max(named, key=len),) if named else (text,)


def _forget(block: Block, neighbor: str) -> None:
    for text in list(block):
        if text.split(" ")[:2] == ["neighbor", neighbor]:
            del block[text]
        else:
            _forget(block[text], neighbor)


def _sweep(block: Block) -> None:
    """Drop the blocks that FRR does not print when they hold nothing."""
    for text in list(block):
        _sweep(block[text])
        if text.split(" ")[0] in _VANISHING and not block[text]:
            del block[text]


def _printed(block: Block, level: int = 0) -> Iterable[str]:
    for text, inside in block.items():
        yield " " * level + text
        if text.split(" ")[0] in ("interface", "router", "route-map", "line", "bfd", "address-family", "peer"):
            yield from _printed(inside, level + 1)
            yield " " * level + ("exit-address-family" if text.startswith("address-family") else "exit")
            yield " " * level + "!"
