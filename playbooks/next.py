"""Which address is free?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Interface, IPv4Network
from typing import Annotated

import typer

from jipkit import completion
from jipkit.addressing import next_lan, next_link, next_loopback, pool_of
from jipkit.errors import SelectionError, UsageError
from jipkit.faults import suggestion
from jipkit.language import N_, _
from jipkit.model import Network
from jipkit.project import Project
from jipkit.report import Column, Report, Row, Text

DEFAULT_HOSTS = 60


class Uses(StrEnum):
    """What an address can be wanted for."""

    LINK = "link"
    LAN = "lan"
    LOOPBACK = "loopback"


def next(  # noqa: A001 - a playbook's function has its command's name
    project: Project,
    what: Annotated[Uses, typer.Argument(help=N_("link, lan or loopback."))],
    *,
    hosts: Annotated[
        int | None, typer.Option(min=1, help=N_("lan: how many devices it has to hold; 60 when left out."))
    ] = None,
    pool: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=N_("Only from this pool of the plan."), autocompletion=completion.pools),
    ] = None,
) -> Report:
    """Tell the lowest free prefix or address of the plan, and the lines to paste into the inventory.

    It is not set aside: it is free until somebody writes it down.

    Example:
        jip next lan --hosts 60
    """
    if hosts is not None and what is not Uses.LAN:
        raise UsageError(f"--hosts is for a lan; a {what} has the size that the plan gives it")
    network = project.district
    free = _free(_narrowed(network, what, pool), what, hosts or DEFAULT_HOSTS)
    source = pool_of(network, free)
    assert source is not None  # noqa: S101 - it was taken from a pool
    values = {"use": what.value, "free": _written(what, free), "pool": source.key, "pool_prefix": str(source.prefix)}
    addresses = {key: str(address) for key, address in _addresses(what, free).items()}
    return Report(
        name="next",
        ok=True,
        columns=(
            Column("use", _("For")),
            Column("free", _("Free")),
            Column("pool", _("Pool")),
            Column("pool_prefix", _("Prefix of the pool")),
        ),
        rows=[Row({**values, "addresses": addresses})],
        texts=[Text(_("For {file}:").format(file=_FILES[what]), _snippet(what, free), kind="config")],
        notes=[_("What stands in capitals is yours to say; then: jip check")],
    )


def _narrowed(network: Network, what: Uses, pool: str | None) -> Network:
    """Return the network with that one pool, if one is named."""
    if pool is None:
        return network
    known = {key: one for key, one in network.pools.items() if one.use == what}
    if pool not in known:
        raise SelectionError(f"no pool {pool!r} for {what}; {suggestion(pool, known)}")
    return network.replace(pools={pool: known[pool]})


def _free(network: Network, what: Uses, hosts: int) -> IPv4Network:
    match what:
        case Uses.LINK:
            return next_link(network)
        case Uses.LAN:
            return next_lan(network, hosts)
        case Uses.LOOPBACK:
            return IPv4Network(next_loopback(network))


def _written(what: Uses, free: IPv4Network) -> str:
    return str(free.network_address) if what is Uses.LOOPBACK else str(free)


def _addresses(what: Uses, free: IPv4Network) -> Mapping[str, IPv4Interface]:
    """Return who would have which address: both ends of a link, the router on a LAN."""
    first, length = free.network_address, free.prefixlen
    match what:
        case Uses.LINK:
            return {"a": IPv4Interface((first, length)), "b": IPv4Interface((first + 1, length))}
        case Uses.LAN:
            return {"router": IPv4Interface((first + 1, length))}
        case Uses.LOOPBACK:
            return {"router": IPv4Interface((first, length))}


_FILES: Mapping[Uses, str] = {
    Uses.LINK: "inventory/links.yaml",
    Uses.LAN: "inventory/routers.yaml",
    Uses.LOOPBACK: "inventory/routers.yaml",
}

_SNIPPETS: Mapping[Uses, str] = {
    Uses.LINK: """\
ROUTER-A--ROUTER-B:
  a: ROUTER-A:PORT  # {a}
  b: ROUTER-B:PORT  # {b}
  medium: MEDIUM
  prefix: {free}
  capacity_mbps: MBPS
  state: planned
""",
    Uses.LAN: """\
  lans:
    - name: NAME
      interface: INTERFACE
      prefix: {free}  # the router has {router}
      zone: ZONE
""",
    Uses.LOOPBACK: """\
ROUTER:
  office: OFFICE
  platform: PLATFORM
  role: ROLE
  loopback: {free}
  interfaces: [PORTS]
  state: planned
""",
}


def _snippet(what: Uses, free: IPv4Network) -> str:
    addresses = {key: address.ip for key, address in _addresses(what, free).items()}
    return _SNIPPETS[what].format(free=_written(what, free), **addresses)
