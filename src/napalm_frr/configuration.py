"""Configuration text of FRR: cleaning, comparing, judging what a commit has left, hiding secrets.

A configuration is a tree of lines: ``interface eth1`` holds ``ip ospf cost 20``. The order of lines
is not meaning in FRR (lists carry sequence numbers), and a line that stands twice counts once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Path = tuple[str, ...]
"""A line with the lines it stands under: ("interface eth1", "ip ospf cost 20")."""

_HEADERS = ("Building configuration", "Current configuration")
_BLOCK_ENDS = re.compile(r"(?:exit|exit-[a-z-]+|quit|end)$")
_WRITTEN_BY_FRR = re.compile(r"frr version |service integrated-vtysh-config$|line vty$")
"""Lines that FRR writes as it likes; a candidate's word about them is neither wanted nor refused."""
_KEPT_BY_FRR = re.compile(r"frr defaults |hostname |username \S+ nopassword$")
"""Lines that stay when a candidate does not speak of them."""
_PRINTED_NEGATIONS = re.compile(
    r"no (?:bgp |ip(?:v6)? forwarding$|ipv6 nd |neighbor |ip ospf passive|log |zebra |ip nht |auto-summary"
    r"|capability |match |mpls |passive-interface |area |allowas-in|synchronization|nht |fpm )"
)
"""``no ...`` lines that FRR shows in its running configuration; others only take something away."""
_MANY = re.compile(
    r"(?:ip|ipv6) (?:route|address|prefix-list|nhrp)|(?:ipv6 )?access-list |network "
    r"|neighbor \S+ (?:route-map|prefix-list)"
)
"""Lines of which several stand side by side: a new one takes no other's place."""
_BY_FIRST_WORD = ("description", "bandwidth", "hostname", "metric", "on-match", "call")

_SECRETS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<keep>\bmessage-digest-key \d+ md5 )\S+",
        r"(?P<keep>\bauthentication-key )\S+",
        r"(?P<keep>\bauthentication string )\S.*",
        r"(?P<keep>\bauthentication key-id \d+ hash-algo \S+ key )\S+",
        r"(?P<keep>\bneighbor \S+ password )\S.*",
        r"(?P<keep>\btcp-md5-auth )\S+",
        r"(?P<keep>\bkey-string )\S.*",
        r"(?P<keep>\b(?:area-password|domain-password|isis password) (?:md5|clear) )\S+",
        r"(?P<keep>\bip nhrp authentication )\S+",
        r"(?P<keep>^\s*(?:enable )?password (?:8 )?)\S.*",
        r"(?P<keep>^\s*username \S+ password (?:8 )?)\S.*",
        r"(?P<keep>\bpsk )\S+",
    )
)


class _Tree(dict[str, "_Tree"]):
    """Lines in order, each with the lines under it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the running configuration after a commit lacks, and what it holds that nobody asked for."""

    missing: tuple[Path, ...]
    unexpected: tuple[Path, ...]

    @property
    def good(self) -> bool:
        """Whether the router holds exactly what the candidate asked for."""
        return not self.missing and not self.unexpected

    def __str__(self) -> str:
        lines = [f"missing: {_spell(path)}" for path in self.missing]
        return "\n".join(lines + [f"unexpected: {_spell(path)}" for path in self.unexpected])


def clean(text: str) -> str:
    r"""Return ``text`` as FRR shows it, without the header and the final ``end``.

    >>> clean("Building configuration...\n\nCurrent configuration:\n!\nhostname r1  \nend\n")
    '!\nhostname r1\n'
    """
    lines = [line.rstrip() for line in text.split("\n") if not line.startswith(_HEADERS)]
    kept = [line for line in lines if line and line != "end"]
    return "\n".join(kept) + "\n" if kept else ""


def candidate_text(text: str) -> str:
    """Return ``text`` ready for vtysh: every line keeps its number, headers and ``end`` become comments.

    Raises:
        ValueError: a control character; the message names the line.
    """
    lines = []
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        line = raw.rstrip().replace("\t", " ")
        if not line.isprintable():
            raise ValueError(f"line {number}: a control character in {line!r}")
        lines.append("!" if line == "end" or line.startswith(_HEADERS) else line)
    return "\n".join(lines).rstrip("\n") + "\n"


def sanitize(text: str) -> str:
    """Return ``text`` with the value of every secret that FRR knows replaced by ``<removed>``.

    >>> sanitize(" ip ospf message-digest-key 1 md5 hunter2")
    ' ip ospf message-digest-key 1 md5 <removed>'
    """
    return "\n".join(_sanitize_line(line) for line in text.split("\n"))


def diff_replace(running: str, candidate: str) -> str:
    """Return what a replace would change, as ``+``/``-`` lines under the lines they stand in."""
    before, after = _parse(running), _parse(candidate)
    return "\n".join(_render(before, _keep(before, after), 0))


def diff_merge(running: str, candidate: str) -> str:
    """Return what a merge would change: ``+`` for what it adds, ``-`` for what its ``no`` lines take away."""
    before = _parse(running)
    return "\n".join(_render(before, _merged(before, _parse(candidate)), 0))


def judge_replace(candidate: str, after: str) -> Verdict:
    """Return how the running configuration ``after`` a replace differs from the candidate."""
    held = _parse(after)
    wanted, found = list(_paths(_keep(held, _parse(candidate)))), list(_paths(held))
    return Verdict(missing=_without(wanted, found), unexpected=_without(found, wanted))


def judge_merge(candidate: str, before: str, after: str) -> Verdict:
    """Return what a merge failed to bring, and every change it made beyond its own lines.

    A line may vanish for a candidate line that takes its place: the same block, the same beginning.
    """
    old, change = _parse(before), _parse(candidate)
    wanted, found, had = (dict.fromkeys(_paths(tree)) for tree in (_merged(old, change), _parse(after), old))
    spoken = dict.fromkeys(_positive(path) for path in _paths(change, negations=True))
    lacking = [path for path in wanted if path not in found and path not in had]
    gone = [path for path in had if path in wanted and path not in found and not _displaced(path, spoken)]
    grown = [path for path in found if path not in wanted and (path in had or path not in spoken)]
    return Verdict(missing=tuple(lacking + gone), unexpected=tuple(grown))


def _parse(text: str) -> _Tree:
    """Return the tree of ``text``; what FRR writes under another line is put there."""
    root = _Tree()
    stack: list[tuple[int, _Tree]] = [(-1, root)]
    for raw in text.split("\n"):
        line = " ".join(raw.split())
        if not line or line.startswith(("!", "#", *_HEADERS)):
            continue
        indent = len(raw) - len(raw.lstrip())
        while len(stack) > 1 and stack[-1][0] >= indent:
            stack.pop()
        if _BLOCK_ENDS.match(line) or _WRITTEN_BY_FRR.match(line):
            continue
        node = stack[-1][1].setdefault(line, _Tree())
        stack.append((indent, node))
    return _canonical(root)


def _canonical(tree: _Tree) -> _Tree:
    """Return ``tree`` as FRR would show it, as far as FRR is known to show it otherwise."""
    for header in [line for line in tree if line.startswith("router ospf")]:
        _move_passive(tree, header)
    for header in [line for line in tree if line.startswith("router bgp")]:
        _drop_implied_activations(tree[header])
        _drop_empty(tree[header], "address-family ")
    _drop_empty(tree, "interface ")
    return tree


def _move_passive(tree: _Tree, router_ospf: str) -> None:
    """FRR shows ``passive-interface NAME`` under the interface, as ``ip ospf passive``."""
    for line in [line for line in tree[router_ospf] if line.startswith("passive-interface ")]:
        name, *address = line.split()[1:]
        if name != "default":
            del tree[router_ospf][line]
            block = tree.setdefault(f"interface {name}", _Tree())
            block[" ".join(["ip ospf passive", *address])] = _Tree()


def _drop_implied_activations(router_bgp: _Tree) -> None:
    """Unless ``no bgp default ipv4-unicast``, FRR does not show what is active there by default."""
    if "no bgp default ipv4-unicast" in router_bgp:
        return
    family = router_bgp.get("address-family ipv4 unicast", _Tree())
    for line in [line for line in family if re.fullmatch(r"neighbor \S+ activate", line)]:
        del family[line]


def _drop_empty(tree: _Tree, start: str) -> None:
    """FRR does not show these blocks when nothing stands in them."""
    for header in [line for line in tree if line.startswith(start) and not tree[line]]:
        del tree[header]


def _keep(held: _Tree, wanted: _Tree) -> _Tree:
    """Return ``wanted`` with the lines that FRR keeps by itself, and without mere negations."""
    kept = _Tree()
    for line in held:
        match = _KEPT_BY_FRR.match(line)
        if match and not any(other.startswith(line.split()[0]) for other in wanted):
            kept[line] = _Tree()
    kept.update(_without_negations(wanted))
    return _Tree((line, kept[line]) for line in _merged_order(list(held), list(kept)) if line in kept)


def _without_negations(tree: _Tree) -> _Tree:
    return _Tree((line, _without_negations(below)) for line, below in tree.items() if not _takes_away(line))


def _takes_away(line: str) -> bool:
    return line.startswith("no ") and not _PRINTED_NEGATIONS.match(line)


def _merged(before: _Tree, change: _Tree) -> _Tree:
    """Return the tree after the lines of ``change`` were entered one after the other."""
    result = _Tree((line, _merged(below, _Tree())) for line, below in before.items())
    for line, below in change.items():
        if line.startswith("no "):
            for other in [held for held in result if f"{held} ".startswith(f"{line[3:]} ")]:
                del result[other]
        if not _takes_away(line):
            result[line] = _merged(result.get(line, _Tree()), below)
    return result


def _paths(tree: _Tree, above: Path = (), *, negations: bool = False) -> Iterator[Path]:
    for line, below in tree.items():
        path = (*above, line)
        is_header = line.startswith(("interface ", "address-family "))
        if not is_header and (negations or not _takes_away(line)):
            yield path
        yield from _paths(below, path, negations=negations)


def _without(paths: Iterable[Path], others: Iterable[Path]) -> tuple[Path, ...]:
    known = set(others)
    return tuple(path for path in paths if path not in known)


def _positive(path: Path) -> Path:
    return (*path[:-1], path[-1].removeprefix("no "))


def _displaced(path: Path, spoken: Iterable[Path]) -> bool:
    line = path[-1]
    if _MANY.match(line):
        return False
    words = 1 if line.split()[0] in _BY_FIRST_WORD else 2
    start = line.split()[:words]
    return any(other[:-1] == path[:-1] and other[-1].split()[:words] == start for other in spoken)


def _merged_order(old: list[str], new: list[str]) -> list[str]:
    """Return all lines: those of ``old`` in place, each new one behind the line that it follows in ``new``.

    >>> _merged_order(["a", "gone", "z"], ["a", "came", "z"])
    ['a', 'gone', 'came', 'z']
    """
    known, wanted = set(old), set(new)
    followers: dict[str | None, list[str]] = {}
    last = None
    for line in new:
        if line in known:
            last = line
        else:
            followers.setdefault(last, []).append(line)
    order = followers.pop(None, []) if not old or old[0] in wanted else []
    pending = followers.pop(None, [])
    for line in old:
        if line in wanted:
            order += pending
            pending = followers.get(line, [])
        order.append(line)
    return order + pending


def _render(before: _Tree, after: _Tree, depth: int) -> list[str]:
    lines: list[str] = []
    for line in _merged_order(list(before), list(after)):
        shown = " " * depth + line
        if line not in after:
            lines += _whole("-", line, before[line], depth)
        elif line not in before:
            lines += _whole("+", line, after[line], depth)
        else:
            below = _render(before[line], after[line], depth + 1)
            lines += [f" {shown}", *below] if below else []
    return lines


def _whole(sign: str, line: str, below: _Tree, depth: int) -> list[str]:
    lines = [f"{sign}{' ' * depth}{line}"]
    for child, deeper in below.items():
        lines += _whole(sign, child, deeper, depth + 1)
    return lines


def _sanitize_line(line: str) -> str:
    for pattern in _SECRETS:
        line = pattern.sub(r"\g<keep><removed>", line)
    return line


def _spell(path: Path) -> str:
    return sanitize(" / ".join(path))
