"""Templates that remember: for each line of output the template line and the inventory keys that wrote it.

Two kinds of marks, characters that no inventory value may hold, travel through Jinja inside the text. A *place* is
put into the template as it is read: before each line of plain text and before each ``{{ ... }}``. A *source* is put
before each printed value that came from a view. `untangle` takes both out again. So loops, includes and macros need
no care: the marks are where the text is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple, NoReturn

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError, Undefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment

from jipkit.errors import closest
from jipkit.model import Source

_PLACE, _SOURCE, _MOST = 0xF0000, 0x100000, 0xFFFE
"""Private-use planes 15 and 16 of Unicode: one character is one mark, and each plane has so many."""
_MARK = re.compile("[\U000f0000-\U0010ffff]")
_SOURCE_MARK = re.compile("[\U00100000-\U0010ffff]")
_PLACE_OF_TEXT = re.compile("[ \U000f0000-\U0010ffff]*([\U000f0000-\U000fffff])")
"""The last place before the first letter: inside a macro that of the macro, not of the call."""
_PLACE_LATER = re.compile("([\U000f0000-\U000fffff])")
"""The first place after it, where a filter has put a letter of its own before everything."""
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029]")

KEPT_FILTERS = frozenset({"length", "list", "map", "rejectattr", "selectattr", "sort"})
"""Of Jinja's own: the others lose where a value comes from, hide that it is undefined, or are random."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a template sees of an object: plain values, and for each the inventory key it was taken from."""

    sources: Mapping[str, Source] = field(default_factory=dict, repr=False)


class SourcedText(str):
    """A text that knows its inventory key."""

    __slots__ = ("source",)
    source: Source


class SourcedNumber(int):
    """A number that knows its inventory key."""

    source: Source


class RefusedError(ValueError):
    """A template prints what no configuration may hold, or refuses the router itself: ``{{ refuse("why") }}``."""


def sourced(value: Any, source: Source | None) -> Any:
    """Return ``value`` with its source, if it is something that can be printed (or a tuple of such).

    Raises:
        RefusedError: it holds a newline or a control character; the inventory's checks were passed by.
    """
    if isinstance(value, str):
        if not value.isprintable():
            raise RefusedError(f"{source or 'a value'} holds a newline or a control character")
        if source is None:
            return value
        text = SourcedText(value)
        text.source = source
        return text
    if source is None or value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        number = SourcedNumber(value)
        number.source = source
        return number
    if isinstance(value, tuple):
        return tuple([sourced(item, source._replace(field=f"{source.field}.{i}")) for i, item in enumerate(value)])
    return value


class Ledger:
    """The sources met in one rendering, each with its mark."""

    def __init__(self) -> None:
        self._marks: dict[Source, str] = {}

    def mark(self, source: Source) -> str:
        """Return the mark of ``source``."""
        mark = self._marks.get(source)
        if mark is None:
            mark = self._marks[source] = _character(_SOURCE, len(self._marks))
        return mark

    def sources(self) -> list[Source]:
        """Return the sources in the order of their marks."""
        return list(self._marks)


_ledger: ContextVar[Ledger] = ContextVar("ledger")


def printed(value: object) -> str:
    """Return what ``{{ value }}`` writes: its text, after the mark of its source.

    Raises:
        RefusedError: it is nothing that a configuration can hold.
    """
    if isinstance(value, (SourcedText, SourcedNumber)):
        return _ledger.get().mark(value.source) + str(value)
    if isinstance(value, Undefined):
        return str(value)  # raises: that is what StrictUndefined is for
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RefusedError(f"prints {value!r:.60}; only text and numbers can be printed, ask with {{% if %}} first")
    text = str(value)
    if _UNPRINTABLE.search(text):
        raise RefusedError("prints a control character")
    return text


def joined(values: Iterable[object], separator: str = "") -> str:
    """Return the printed values with ``separator`` between them; each keeps its source."""
    return separator.join(printed(value) for value in values)


def refuse(why: str) -> NoReturn:
    """Stop a template that is asked for what its platform cannot do."""
    raise RefusedError(why)


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """The one environment of a room of templates.

    Strict about what is undefined, closed to Python's insides, without a clock and without chance. ``places``
    holds what the marks in the templates stand for: template and line.
    """

    def __init__(self, templates: Mapping[str, str], filters: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(
            loader=_Room(templates),
            extensions=[_MarkPlaces],
            undefined=StrictUndefined,
            finalize=printed,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
        )
        self.places: list[tuple[str, int]] = []
        self._marks: dict[tuple[str, int], str] = {}
        self._lock = Lock()
        self.globals = {"refuse": refuse}
        self.filters = {name: self.filters[name] for name in KEPT_FILTERS} | {"join": joined, **filters}

    def place(self, template: str, line: int) -> str:
        """Return the mark of a template line; threads may read templates at the same time."""
        at = (template, line)
        with self._lock:
            if at not in self._marks:
                self._marks[at] = _character(_PLACE, len(self.places))
                self.places.append(at)
            return self._marks[at]

    def run(self, template: str, context: dict[str, Any]) -> tuple[str, Ledger]:
        """Return the text of a template with its marks, and what the marks of sources stand for."""
        ledger = Ledger()
        token = _ledger.set(ledger)
        try:
            loaded = self.get_template(template)
            return self.concat(loaded.root_render_func(loaded.new_context(context))), ledger
        finally:
            _ledger.reset(token)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the attribute; that of a view knows its source."""
        if not isinstance(obj, View):
            return super().getattr(obj, attribute)
        known = obj.__dataclass_fields__
        if attribute in known and attribute != "sources":
            return sourced(getattr(obj, attribute), obj.sources.get(attribute))
        return self.undefined(hint=_undefined(attribute, sorted(known.keys() - {"sources"})))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return the item, or the attribute of that name."""
        if isinstance(obj, View) and isinstance(argument, str):
            return self.getattr(obj, str(argument))
        return super().getitem(obj, argument)


class _Room(BaseLoader):
    """Loads templates from memory; in tracebacks each is called by its name."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:  # noqa: ARG002 - Jinja's signature
        if template not in self._templates:
            raise TemplateNotFound(template)
        text = self._templates[template].replace("\r\n", "\n")
        if found := _UNPRINTABLE.search(text) or _MARK.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise TemplateSyntaxError(f"holds the control character {found[0]!a}", line, template)
        return text, template, None

    def list_templates(self) -> list[str]:
        return sorted(self._templates)


class _MarkPlaces(Extension):
    """Puts the mark of its template line before each line of text and each expression."""

    environment: TemplateEnvironment

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        name = stream.name or ""
        place = self.environment.place
        for token in stream:
            if token.type == "data":
                lines = token.value.split("\n")
                marked = [place(name, number) + line if line else "" for number, line in enumerate(lines, token.lineno)]
                yield Token(token.lineno, "data", "\n".join(marked))
                continue
            if token.type == "variable_begin":
                yield Token(token.lineno, "data", place(name, token.lineno))
            yield token


class WrittenLine(NamedTuple):
    """A line of output, the template and line that wrote its first word, and the sources of what is printed in it."""

    text: str
    template: str
    line: int
    sources: tuple[Source, ...]


def untangle(marked: str, places: Sequence[tuple[str, int]], sources: Sequence[Source]) -> Iterator[WrittenLine]:
    """Yield the lines of a marked text, without blank ones and without blanks at the end."""
    place = 0
    for line, text in zip(marked.split("\n"), _MARK.sub("", marked).split("\n"), strict=True):
        if not text or text.isspace():
            continue
        if found := _PLACE_OF_TEXT.match(line) or _PLACE_LATER.search(line):
            place = ord(found[1]) - _PLACE
        marks = dict.fromkeys(_SOURCE_MARK.findall(line))
        yield WrittenLine(text.rstrip(), *places[place], tuple([sources[ord(mark) - _SOURCE] for mark in marks]))


def _character(first: int, index: int) -> str:
    if index >= _MOST:
        raise OverflowError(f"more than {_MOST} template lines, or inventory keys in one configuration")
    return chr(first + index)


def _undefined(name: str, known: Sequence[str]) -> str:
    near = closest(name, known)
    return f"{name!r} is undefined" + (f"; did you mean {near!r}?" if near else f"; there is {', '.join(known)}")
