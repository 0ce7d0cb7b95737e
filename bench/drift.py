"""What comparing two configurations costs, beside what it costs hier_config alone.

Run it with ``python bench/drift.py``. The pairs are 300 lines with 6 changes and 5,000 lines with 40, as an office's
router and a core router have them; a twentieth of the lines holds a secret. Both sides build the remedy. Every round
has another router, so that nothing is remembered of it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from hier_config import Platform, get_hconfig

from jipkit.drift import compare
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.rendering import Origin, Rendered

ROOT = Path(__file__).parents[1]
ROUNDS = 7
SIZES = ((300, 6), (5_000, 40))
PLATFORMS = ("frr", "cisco_ios", "arista_eos", "huawei_vrp", "juniper_junos", "vyos")

Pair = tuple[Rendered, str]
"""What is intended, and what runs."""


def main() -> None:
    """Print the table."""
    project = Project(ROOT)
    print(f"milliseconds of CPU a pair, best of {ROUNDS}")
    print(f"{'':14} {'lines':>6} {'changes':>8} {'same':>7} {'drift':>7} {'stock':>7}")
    for platform in PLATFORMS:
        for lines, changes in SIZES if platform in project.platforms else ():
            print_row(project.platforms[platform], lines, changes)


def print_row(facts: PlatformFacts, lines: int, changes: int) -> None:
    """Measure pairs and print what one of them costs."""
    as_intended, changed = pairs(facts, lines, 0), pairs(facts, lines, changes, first=ROUNDS)
    assert all(compare(*pair, facts, resolve=secret).proven for pair in pairs(facts, lines, 0, rounds=1))
    for pair in pairs(facts, lines, changes, rounds=1):
        assert len(compare(*pair, facts, resolve=secret).differences) >= changes
    same, ours = (
        cpu_ms([partial(compare, *pair, facts, resolve=secret) for pair in some]) for some in (as_intended, changed)
    )
    stock = "      -"
    if facts.syntax == "indented":
        stock = f"{cpu_ms([partial(remediation, fill(one.text, secret), text) for one, text in changed]):7.2f}"
    count = len(changed[0][0].origins)
    print(f"{facts.platform:14} {count:6} {changes:8} {same:7.2f} {ours:7.2f} {stock}")


def pairs(facts: PlatformFacts, lines: int, changes: int, *, rounds: int = ROUNDS, first: int = 0) -> list[Pair]:
    """Return routers of ``lines`` lines with ``changes`` changes, each with interfaces of its own numbers."""
    written = set_style if facts.syntax == "set" else blocks
    found = []
    for number in range(first, first + rounds):
        intended = rendered(facts, written(facts, lines, number * 1_000))
        running = fill(intended.text, secret)
        found.append((intended, edited(running, changes) if changes else running))
    return found


def blocks(facts: PlatformFacts, lines: int, after: int = 0) -> str:
    """Return a configuration of interfaces, each nine lines, every other with the secret of its OSPF.

    Their numbers are those that follow ``after``.
    """
    huawei = facts.leave == "quit"
    separator, key = (
        "#" if huawei else "!",
        "ospf authentication-mode md5 1" if huawei else "ip ospf message-digest-key 1 md5",
    )
    port, done = ("eth{}", "exit\n") if facts.linux_names else ("GigabitEthernet0/{}", "")
    parts = [f"{'sysname' if huawei else 'hostname'} r1\n"]
    for number in range(after + 1, after + lines // 9 + 1):
        last = f"{key} {'cipher ' * huawei}<secret:ospf/{number}>" if number % 2 else "ip ospf passive"
        parts.append(
            f"interface {port.format(number)}\n description to pop-{number}\n"
            f" ip address 10.{number // 250}.{number % 250}.1/30\n ip ospf area 0.0.0.0\n ip ospf cost {number}\n"
            f" ip ospf dead-interval 40\n ip mtu 1500\n {last}\n{done}"
        )
    return f"{separator}\n".join([*parts, f"{'return' if huawei else 'end'}\n"])


def set_style(facts: PlatformFacts, lines: int, after: int = 0) -> str:
    """Return a configuration of interfaces in lines, five each, quoted as the platform does it.

    Their numbers are those that follow ``after``.
    """
    quoted, bare = f"{facts.quote}{{}}{facts.quote}".format, ("'{}'" if facts.quote == "'" else "{}").format
    said = [f"set system host-name {bare('r1')}"]
    for number in range(after + 1, after + lines // 5 + 1):
        port = f"interfaces ethernet eth{number}" if facts.quote == "'" else f"interfaces ge-0/0/{number}"
        ospf = f"protocols ospf area 0 interface {port.rsplit(maxsplit=1)[-1]}"
        last = f"authentication md5 1 key {quoted(f'<secret:ospf/{number}>')}" if number % 4 == 0 else "passive"
        if facts.quote == "'":
            last = last.replace("1 key", "key-id 1 md5-key")
        said += [
            f"set {port} description {quoted(f'to pop-{number}')}",
            f"set {port} address {bare(f'10.{number // 250}.{number % 250}.1/30')}",
            f"set {port} mtu {bare(1500 + number % 7)}",
            f"set {ospf} metric {bare(number)}",
            f"set {ospf} {last}",
        ]
    return "\n".join([*said, ""])


def edited(text: str, changes: int) -> str:
    """Return ``text`` with ``changes`` lines spread over it that say something else, or are gone."""
    lines = text.split("\n")
    places = [
        n for n, line in enumerate(lines) if any(word in line for word in (" cost ", " metric ", " description "))
    ]
    for count, place in enumerate(places[:: max(len(places) // changes, 1)][:changes]):
        lines[place] = re.sub(r"(\d)(['\"]?)$", r"\g<1>7\2", lines[place]) if count % 3 else ""
    return "\n".join(lines)


def rendered(facts: PlatformFacts, text: str) -> Rendered:
    """Return ``text`` as if a template had written it."""
    origins = tuple(Origin("toy.j2", number) for number, _ in enumerate(text.splitlines(), 1))
    return Rendered("r1", facts.platform, text, origins)


def secret(name: str) -> str:
    """Return the value of a secret."""
    return f"s3cret{name[5:]}"


def remediation(intended: str, running: str) -> Sequence[object]:
    """Return what hier_config alone says, spared the lines that it would stumble over."""
    spared = [re.sub(r"(?m)^(?:exit|[!#])\n", "", text) for text in (running, intended)]
    old, new = (get_hconfig(Platform.GENERIC, text) for text in spared)
    return list(old.config_to_get_to(new).all_children())


def cpu_ms(works: Iterable[Callable[[], object]]) -> float:
    """Return the milliseconds of CPU that the quickest of ``works`` takes."""
    taken = []
    for work in works:
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken) * 1000


if __name__ == "__main__":
    main()
