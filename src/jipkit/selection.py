"""Choose offices, routers and links by name and by what they are; the same words for every command."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel

from jipkit.errors import SelectionError
from jipkit.faults import suggestion
from jipkit.model import Entry, Link, Network, Office, OfficeKind, Role, Router, State, model_in

T = TypeVar("T", Office, Router, Link)
Test = Callable[[Any], bool]

_NOUNS: Mapping[str, type[Entry]] = {"office": Office, "router": Router, "link": Link}
_WHERE = re.compile(r"(?P<field>[a-z_.]+)(?P<sign>!?=)(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen, in inventory order; the three belong together: routers of the offices, links of the routers."""

    offices: tuple[Office, ...]
    routers: tuple[Router, ...]
    links: tuple[Link, ...]


def select(
    network: Network,
    *,
    office: Iterable[str] | None = None,
    router: Iterable[str] | None = None,
    link: Iterable[str] | None = None,
    kind: str | None = None,
    platform: str | None = None,
    role: str | None = None,
    provider: str | None = None,
    where: Iterable[str] | None = None,
    retired: bool = False,
) -> Selection:
    """Return the named objects and what belongs to them (everything, when nothing is named), less what is filtered out.

    An office brings its routers and their links, a router its office and links, a link its routers and their offices.
    A filter on one of the three narrows the other two. What is retired is left out unless it is named or asked for.

    Each of ``where`` is ``field=value`` or ``field!=value``: ``link.medium=vsat``, ``office.services=SIAK``,
    ``router.lans.zone!=cctv``; the noun may be left out where only one of the three has the field.

    Raises:
        UnknownNameError: nothing is called so; the message has the closest name.
        SelectionError: a filter makes no sense, or nothing is left.
    """
    chosen = _named(network, tuple(office or ()), tuple(router or ()), tuple(link or ()))
    if not retired:
        chosen = _without_retired(chosen, {*(office or ()), *(router or ()), *(link or ())})
    tests: dict[str, list[Test]] = {noun: [] for noun in _NOUNS}
    tests["office"] += _is_one("kind", kind, OfficeKind)
    tests["router"] += _is_one("platform", platform, {r.platform for r in network.routers.values()})
    tests["router"] += _is_one("role", role, Role)
    tests["link"] += _is_one("provider", provider, network.providers)
    for text in where or ():
        noun, test = _where(text)
        tests[noun].append(test)
    found = _narrow(chosen, tests)
    if not (found.offices or found.routers or found.links):
        raise SelectionError("no office, router or link is left; loosen a filter, or see `jip list offices`")
    return found


def _named(network: Network, offices: Sequence[str], routers: Sequence[str], links: Sequence[str]) -> Selection:
    if not (offices or routers or links):
        return Selection(
            tuple(network.offices.values()), tuple(network.routers.values()), tuple(network.links.values())
        )
    of_links = [e.router for key in links for e in network.link(key).ends if e.router is not None]
    of_offices = [router.key for key in offices for router in network.routers_of(network.office(key).key)]
    named = [network.router(key).key for key in routers]
    touching = {link.key for key in (*of_offices, *named) for link in network.links_of(key)}
    return Selection(
        _only(network.offices, {network.routers[key].office for key in (*of_links, *named)} | set(offices)),
        _only(network.routers, {*of_links, *of_offices, *named}),
        _only(network.links, touching | set(links)),
    )


def _only(objects: Mapping[str, T], keys: Collection[str]) -> tuple[T, ...]:
    return tuple(thing for key, thing in objects.items() if key in keys)


def _without_retired(chosen: Selection, named: Collection[str]) -> Selection:
    def stays(thing: Office | Router | Link) -> bool:
        return thing.state is not State.RETIRED or thing.key in named

    return Selection(
        tuple(filter(stays, chosen.offices)), tuple(filter(stays, chosen.routers)), tuple(filter(stays, chosen.links))
    )


def _narrow(chosen: Selection, tests: Mapping[str, list[Test]]) -> Selection:
    """Return what passes the tests; a tested noun narrows the others to what belongs to it."""
    offices = [o for o in chosen.offices if all(test(o) for test in tests["office"])]
    routers = [r for r in chosen.routers if all(test(r) for test in tests["router"])]
    links = [k for k in chosen.links if all(test(k) for test in tests["link"])]
    if tests["office"]:
        routers = [r for r in routers if r.office in {o.key for o in offices}]
    if tests["link"]:
        routers = [r for r in routers if any(r.key in _routers(k) for k in links)]
    if tests["office"] or tests["router"]:
        links = [k for k in links if _routers(k) & {r.key for r in routers}]
    if tests["router"] or tests["link"]:
        offices = [o for o in offices if o.key in {r.office for r in routers}]
    return Selection(tuple(offices), tuple(routers), tuple(links))


def _routers(link: Link) -> set[str]:
    return {end.router for end in link.ends if end.router is not None}


def _is_one(field: str, value: str | None, known: Iterable[str]) -> list[Test]:
    if value is None:
        return []
    known = [str(name) for name in known]
    if value not in known:
        raise SelectionError(f"no {field} {value!r}; {suggestion(value, known)}")
    return [lambda thing: getattr(thing, field) == value]


def _where(text: str) -> tuple[str, Test]:
    """Return the noun that a ``where`` is about, and its test."""
    match = _WHERE.fullmatch(text)
    if match is None:
        raise SelectionError(f"--where {text!r} is not field=value or field!=value, such as link.medium=vsat")
    noun, path = _field(match["field"])
    wanted, differs = match["value"].strip().casefold(), match["sign"] == "!="
    return noun, lambda thing: (wanted in (text.casefold() for text in _texts(thing, path))) is not differs


def _field(dotted: str) -> tuple[str, tuple[str, ...]]:
    first, *rest = dotted.split(".")
    if first in _NOUNS and rest:
        _check_field(_NOUNS[first], first, rest)
        return first, tuple(rest)
    nouns = [noun for noun, model in _NOUNS.items() if first in model.model_fields]
    if len(nouns) > 1:
        raise SelectionError(f"--where {dotted}: say which: {' or '.join(f'{noun}.{dotted}' for noun in nouns)}")
    if not nouns:
        known = {f"{noun}.{field}" for noun, model in _NOUNS.items() for field in model.model_fields}
        bare = {name.partition(".")[2] for name in known}
        raise SelectionError(f"--where {dotted}: nothing has a field {first}; {suggestion(first, bare)}")
    _check_field(_NOUNS[nouns[0]], nouns[0], [first, *rest])
    return nouns[0], (first, *rest)


def _check_field(model: type[BaseModel], noun: str, path: Sequence[str]) -> None:
    inner: type[BaseModel] | None = model
    for part in path:
        if inner is None or part not in inner.model_fields:
            known = inner.model_fields if inner else ()
            raise SelectionError(f"--where {noun}.{'.'.join(path)}: no field {part}; {suggestion(part, known)}")
        inner = model_in(inner.model_fields[part].annotation)


def _texts(value: Any, path: Sequence[str]) -> list[str]:
    """Return what stands at ``path``, as text; several texts where the way leads through a list."""
    if isinstance(value, tuple):
        return [text for item in value for text in _texts(item, path)]
    if path:
        return [] if value is None else _texts(getattr(value, path[0]), path[1:])
    if isinstance(value, float):
        return [f"{value:g}"]
    return [""] if value is None else [value.value if isinstance(value, StrEnum) else str(value)]
