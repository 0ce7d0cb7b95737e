"""What devices of every make check when an interface gets an address: that no other has its network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Interface

from jipkit.testing.models.indented.grammar import Key
from jipkit.testing.models.indented.rules import Step
from jipkit.testing.models.indented.statements import Block

ADDRESSES: tuple[Key, ...] = (("ip", "address"), ("ipv6", "address"))


def address_in(words: Sequence[str]) -> IPv4Interface | None:
    """Return the address in ``ip address ...``, with a mask or a length; None where there is none."""
    values = [word for word in words[2:] if word not in ("secondary", "sub")]
    try:
        return IPv4Interface("/".join(values))
    except ValueError:
        return None


def overlapping(step: Step, address: IPv4Interface, vrf: Key) -> str | None:
    """Return which other interface of the same VRF has an address in the network of ``address``.

    ``vrf`` is the key of the statement that puts an interface into one.
    """
    for name, block in _interfaces(step):
        if block is step.here or _vrf(block, vrf) != _vrf(step.here, vrf):
            continue
        for key, held in block.items():
            other = address_in(held.text.split()) if key[:2] == ("ip", "address") else None
            if other is not None and other.network.overlaps(address.network):
                return name
    return None


def _interfaces(step: Step) -> Iterator[tuple[str, Block]]:
    for key, statement in step.top.items():
        if key[0] == "interface" and statement.block is not None:
            yield statement.text.removeprefix("interface "), statement.block


def _vrf(block: Block, key: Key) -> str:
    held = block.get(key)
    return held.text.split()[-1] if held else ""
