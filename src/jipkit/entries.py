"""Turn what an inventory file says into objects of the model, and say in our own words what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from jipkit.documents import Node
from jipkit.errors import closest
from jipkit.faults import Fault, quoted
from jipkit.model import Entry, Place, Source, model_in

E = TypeVar("E", bound=Entry)

_Said = tuple[str, str]
"""A fault's code and message."""


class _Detail(NamedTuple):
    """What pydantic says of one misfit."""

    kind: str
    value: Any
    context: Mapping[str, Any]
    location: tuple[str, ...]
    model: type[Entry]


def read_entry(
    model: type[E], key: str, node: Node, file: str, shown: str | None = None
) -> tuple[E | None, list[Fault], dict[Source, Place]]:
    """Return the object that ``node`` describes (None when it has faults), its faults, and the place of each field.

    ``shown`` is how messages name the object; its key, unless said otherwise.
    """
    prefix = key if shown is None else shown
    source = Source(model.noun, key)
    places = {source: Place(file, node.line)}
    if not isinstance(node.value, dict):
        wrong = "has no fields; write them indented below it, as `field: value`"
        return None, [Fault(Place(file, node.line), prefix, "entry-not-mapping", wrong)], places
    places |= {source._replace(field=path): Place(file, inner.line) for path, inner in node.walk()}
    faults: list[Fault] = []
    fields = node.plain()
    if "key" in model.model_fields:
        if "key" in fields:
            wrong = f"repeats the key; remove the line, the name is {quoted(key)} already"
            faults.append(Fault(places[source._replace(field="key")], f"{prefix}.key", "key-repeated", wrong))
        fields["key"] = key
    try:
        entry = model.model_validate(fields)
    except ValidationError as error:
        faults += _translate(error, model, source, prefix, places)
    return None if faults else entry, faults, places


def _translate(
    error: ValidationError, model: type[Entry], source: Source, prefix: str, places: Mapping[Source, Place]
) -> Iterator[Fault]:
    details = error.errors(include_url=False)
    meant = {_meant(d["loc"], model) for d in details if d["type"] == "extra_forbidden"}
    for detail in details:
        if detail["type"] == "missing" and detail["loc"] in meant:
            continue
        location = tuple(str(part) for part in detail["loc"] if part != "[key]")
        path = ".".join(location)
        code, message = _say(_Detail(detail["type"], detail["input"], detail.get("ctx", {}), location, model))
        place = _place(places, source, "" if path == "key" else path)
        named = ".".join(part for part in (prefix, "" if path == "key" else path) if part)
        yield Fault(place, named, code, message)


def _place(places: Mapping[Source, Place], source: Source, path: str) -> Place:
    while path and source._replace(field=path) not in places:
        path = path.rpartition(".")[0]
    return places[source._replace(field=path)]


def _say(detail: _Detail) -> _Said:
    say = _SAY.get(detail.kind, _say_anything)
    if detail.kind in ("missing", "extra_forbidden"):
        return say(detail)
    if detail.value is None:
        return "value-empty", "has no value; write one, or remove the line"
    if isinstance(detail.value, (dict, list)) and detail.kind not in _OF_COLLECTIONS:
        return "value-not-text", f"holds {'a list' if isinstance(detail.value, list) else 'fields'}; write one value"
    return say(detail)


def _meant(location: tuple[int | str, ...], model: type[Entry]) -> tuple[int | str, ...] | None:
    """Return where a misspelt field should have been: that it is missing there needs no telling."""
    *parents, name = location
    near = closest(str(name), _fields_at(model, parents))
    return (*parents, near) if near else None


def _say_unknown_field(detail: _Detail) -> _Said:
    *parents, name = detail.location
    known = [field for field in _fields_at(detail.model, parents) if field != "key"]
    near = closest(name, known)
    return (
        "field-unknown",
        f"is no field; did you mean {near}?" if near else f"is no field; there are {', '.join(known)}",
    )


def _fields_at(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """Return the names of the fields of whatever model stands at ``path`` inside ``model``."""
    for part in path:
        if part in model.model_fields:
            model = model_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


_NAME = "of small letters, digits and single hyphens, such as kec-pampangan"
_WORD = ("word-malformed", "could be taken for a command; use letters, digits and . _ - / : @ +")
_FORMS: Mapping[str, _Said] = {
    "code": ("code-malformed", "is not a Kemendagri code such as 16.02.05 or 16.02.05.1001"),
    "version": ("version-malformed", "is not a version such as 7.16 or 6.49.10"),
    "trusted_ref": (
        "ref-malformed",
        "is not a branch's full name, such as refs/heads/main or refs/remotes/origin/main",
    ),
    "platform": ("name-malformed", "is not the name of a folder of templates/, such as mikrotik_routeros"),
    "key": ("key-malformed", f"is not a name {_NAME}"),
    **dict.fromkeys(("interface", "interfaces", "ports", "domain", "timezone", "username", "user"), _WORD),
}


def _say_pattern(detail: _Detail) -> _Said:
    field = next(part for part in reversed(detail.location) if not part.isdigit())
    code, wrong = _FORMS.get(field, ("name-malformed", f"is not a name {_NAME}"))
    return code, f"{quoted(detail.value)} {wrong}"


def _say_choice(detail: _Detail) -> _Said:
    known = re.findall(r"'([^']*)'", str(detail.context["expected"]))
    near = closest(str(detail.value), known)
    hint = f"did you mean {near}? There are" if near else "there are"
    return "value-not-in-list", f"{quoted(detail.value)} is not known here; {hint} {', '.join(known)}"


def _say_prefix(detail: _Detail) -> _Said:
    try:
        network = IPv4Network(detail.value, strict=False)
    except ValueError:
        return "value-not-prefix", f"{quoted(detail.value)} is no IPv4 prefix; write one such as 10.20.0.0/24"
    return "prefix-host-bits", f"{detail.value} has bits set behind its length; the prefix is {network}"


_LIMITS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def _say_range(detail: _Detail) -> _Said:
    limit = next(f"{words} {detail.context[name]:g}" for name, words in _LIMITS.items() if name in detail.context)
    return "value-out-of-range", f"{detail.value} is out of range; it must be {limit}"


def _say_too_long(detail: _Detail) -> _Said:
    return "value-too-long", f"has {len(detail.value)} characters; at most {detail.context['max_length']} are allowed"


def _say_too_few(detail: _Detail) -> _Said:
    return "list-too-short", f"is an empty list; it needs at least {detail.context['min_length']}"


def _say_anything(detail: _Detail) -> _Said:
    return "value-not-text", f"{quoted(detail.value)} does not fit here; look the field up in schemas/"


def _always(code: str, message: str) -> Callable[[_Detail], _Said]:
    return lambda _: (code, message)


def _quoting(code: str, wrong: str) -> Callable[[_Detail], _Said]:
    return lambda detail: (code, f"{quoted(detail.value)} {wrong}")


_FIELDS = _always("value-not-mapping", "wants fields; write them indented below it, as `field: value`")
_NUMBER = _quoting("value-not-number", "is not a number")
_WHOLE = _quoting("value-not-number", "is not a whole number")
_DATE = _quoting("value-not-date", "is no date such as 2026-12-31")
_TIME = _quoting("value-not-time", "is no time of day such as 08:00")

_OF_COLLECTIONS = ("tuple_type", "dict_type", "model_type", "too_short", "not_an_end")
_SAY: Mapping[str, Callable[[_Detail], _Said]] = {
    "missing": _always("field-missing", "is missing; add the line"),
    "extra_forbidden": _say_unknown_field,
    "tuple_type": _always("value-not-list", "wants a list; write [one, two], or one a line, each after a dash"),
    "dict_type": _FIELDS,
    "model_type": _FIELDS,
    "not_an_end": _always("end-malformed", "is no end of a link; write router:interface or unmanaged:name"),
    "not_printable": _quoting("value-not-printable", "holds a newline or a control character; write printable text"),
    "not_a_time": _TIME,
    "time_parsing": _TIME,
    "not_a_zone": _quoting("value-not-zone", "is no time zone such as Asia/Jakarta"),
    "not_a_date": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "string_pattern_mismatch": _say_pattern,
    "string_too_short": _always("value-empty", "is empty; write a value, or remove the line"),
    "string_too_long": _say_too_long,
    "too_short": _say_too_few,
    "enum": _say_choice,
    "literal_error": _say_choice,
    "ip_v4_network": _say_prefix,
    "ip_v4_address": _quoting("value-not-address", "is no IPv4 address; write one such as 10.20.0.1"),
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than": _say_range,
    "greater_than_equal": _say_range,
    "less_than": _say_range,
    "less_than_equal": _say_range,
}
