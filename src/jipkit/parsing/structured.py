"""Answers in JSON: what a parser finds in them are the rows that a template finds in text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from jipkit.parsing.fsm import Row
from jipkit.parsing.records import About, nothing, records
from jipkit.parsing.strict import Parser, an_object, document, strict
from jipkit.platforms import Fact
from jipkit.reasons import because

RowsOf: TypeAlias = Callable[[Mapping[str, Any]], Iterable[Row]]


def reader(fact: Fact, about: About, none: str = r"(?!)") -> Callable[[RowsOf], Parser[Any]]:
    """Return what makes a parser of ``fact`` from a function that finds its rows in a JSON object.

    ``none`` is what a router says in place of JSON when there is none.
    """

    def made(rows: RowsOf) -> Parser[Any]:
        def parse(answer: Any) -> Any:
            if isinstance(answer, str) and re.fullmatch(none, answer.strip()):
                return nothing(fact, about)
            return records(fact, list(rows(an_object(document(answer), because("the-answer")))), about)

        return strict(parse)

    return made
