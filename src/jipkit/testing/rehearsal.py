"""What a router would make of a change: its last backup in a model of its platform, and the commands put to that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from jipkit.testing.frr_model import FrrModel, RefusedError
from jipkit.testing.models import indented, routeros, sets

MOST_REFUSALS = 50
"""After so many a change is not understood at all."""


class Stage(Protocol):
    """A model of a router that holds a configuration and takes commands."""

    def apply(self, lines: Iterable[str]) -> None:
        """Take commands, one after the other; raises what `REFUSED` names for one that it does not take."""

    def text(self) -> str:
        """Return the configuration as the router would print it."""


class Refusal(NamedTuple):
    """A command that was not taken, and what the router would say."""

    line: str
    message: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of a change: the configuration afterwards, and every command that was refused."""

    after: str
    refusals: tuple[Refusal, ...]


class FrrStage:
    """An FRRouting router."""

    def __init__(self, text: str) -> None:
        self._model = FrrModel(text)

    def apply(self, lines: Iterable[str]) -> None:
        """Take lines as ``vtysh -f`` does."""
        self._model.take(lines)

    def text(self) -> str:
        """Return the running configuration."""
        return self._model.text()


REFUSED = (RefusedError, indented.Refused, routeros.Refused, sets.Refused)

STAGES: Mapping[str, Callable[[str, str | None], Stage]] = {
    "frr": lambda text, _: FrrStage(text),
    "cisco_ios": lambda text, _: indented.Model(text, indented.IOS),
    "arista_eos": lambda text, _: indented.Model(text, indented.EOS),
    "huawei_vrp": lambda text, _: indented.Model(_one_batch(text), indented.VRP),
    "juniper_junos": lambda text, _: sets.Model(text, sets.JUNOS),
    "vyos": lambda text, _: sets.Model(text, sets.VYOS),
    "mikrotik_routeros": lambda text, version: routeros.Model(text, version=version),
}
"""The model of each platform, from the text of a configuration and the version of its software."""


def _one_batch(text: str) -> str:
    """Return a configuration of VRP with its VLANs in one line, as the device prints them: a backup has a line each."""
    lines = text.splitlines()
    batches = [line.removeprefix("vlan batch ") for line in lines if line.startswith("vlan batch ")]
    rest = [line for line in lines if not line.startswith("vlan batch ")]
    head = [f"vlan batch {' '.join(batches)}"] if batches else []
    return "\n".join([*rest[:1], *head, *rest[1:], ""])


def rehearse(stage: Callable[[], Stage], commands: Sequence[str]) -> Rehearsal:
    """Put ``commands`` to a router of ``stage`` and return what it makes of them.

    After a refusal everything is done once more without the command, and without what stands inside the block that
    it would have opened: so that each is seen that would be refused by itself.
    """
    lines, refusals = list(commands), list[Refusal]()
    while True:
        router, taken = stage(), _Counted(lines)
        try:
            router.apply(taken)
        except REFUSED as error:
            refusals.append(Refusal(lines[taken.last].strip(), getattr(error, "message", str(error))))
            del lines[taken.last : _end_of_block(lines, taken.last)]
        else:
            return Rehearsal(router.text(), tuple(refusals))
        if len(refusals) >= MOST_REFUSALS:
            return Rehearsal(stage().text(), tuple(refusals))


class _Counted:
    """Lines that know which of them was taken last."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines, self.last = lines, 0

    def __iter__(self) -> Iterator[str]:
        for self.last, line in enumerate(self._lines):  # noqa: B020 - the place is what it is for
            yield line


def _end_of_block(lines: Sequence[str], start: int) -> int:
    """Return where the block ends that the line at ``start`` would have opened: after its last deeper line."""
    depth = _depth(lines[start])
    return next((n for n in range(start + 1, len(lines)) if _depth(lines[n]) <= depth), len(lines))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
