"""``[find ...]``: which rows a command is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from jipkit.testing.models.routeros.text import SyntaxFault, unquoted

Values = Mapping[str, str]
"""A row as a query sees it: every property as it is printed; what is unset is not in it."""
Test = Callable[[Values], bool]
Canonical = Callable[[str, str], str]
"""Returns a value of a property in the one form in which rows hold it."""

_TOKEN = re.compile(
    r"\s*(?:(?P<quote>\")|(?P<sign>!=|<=|>=|&&|\|\||[=~!()<>])|(?P<word>[^\s\"=~!()<>&|\[\];$,{}]+(?:,(?=[^\s]))?))"
)
_WORDS = {"and": "&&", "or": "||", "not": "!"}


def compiled(text: str, known: Mapping[str, str], canonical: Canonical, column: int) -> Test:
    """Return the test that the text of a query stands for; ``known`` has the kind of each property.

    Understood are ``=``, ``!=``, ``~``, ``and``, ``or``, ``!``, parentheses, flags by name (``disabled``), and
    conditions that stand side by side.

    Raises:
        SyntaxFault: it says anything else. Lists without quotes are among it: nobody could say what they find.
    """
    return _Parser(text, known, canonical, column).parse()


class _Parser:
    """Reads a query from left to right."""

    def __init__(self, text: str, known: Mapping[str, str], canonical: Canonical, column: int) -> None:
        self._text, self._known, self._canonical, self._column = text, known, canonical, column
        self._tokens = self._cut()
        self._at = 0

    def parse(self) -> Test:
        if self._tokens and self._tokens[0] == ("word", "where"):
            self._at = 1
        if self._at == len(self._tokens):
            return lambda _: True
        test = self._either()
        if self._at < len(self._tokens):
            raise self._fault()
        return test

    def _cut(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        at = 0
        while self._text[at:].strip():
            token = _TOKEN.match(self._text, at)
            if token is None or (token["word"] or "").endswith(","):
                raise self._fault()
            at = token.end()
            if token["quote"]:
                value, at = unquoted(self._text, at - 1)
                found.append(("text", value))
            elif token["sign"] or token["word"] in _WORDS:
                found.append(("sign", token["sign"] or _WORDS[token["word"]]))
            else:
                found.append(("word", token["word"]))
        return found

    def _fault(self) -> SyntaxFault:
        return SyntaxFault("syntax error", self._column)

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _took(self, sign: str) -> bool:
        if self._next() != ("sign", sign):
            return False
        self._at += 1
        return True

    def _either(self) -> Test:
        tests = [self._both()]
        while self._took("||"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while True:
            kind, text = self._next()
            if self._took("&&") or kind == "word" or (kind, text) in (("sign", "("), ("sign", "!")):
                tests.append(self._one())
            else:
                return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._took("!"):
            test = self._one()
            return lambda row: not test(row)
        if self._took("("):
            test = self._either()
            if not self._took(")"):
                raise self._fault()
            return test
        kind, name = self._next()
        if kind != "word" or name not in self._known:
            raise self._fault()
        self._at += 1
        return self._condition(name)

    def _condition(self, name: str) -> Test:
        for sign in ("!=", "=", "~"):
            if self._took(sign):
                return self._comparison(name, sign)
        if self._known[name] not in ("b", "f"):  # what a text is as a truth is not known
            raise self._fault()
        return lambda row: row.get(name) == "yes"

    def _comparison(self, name: str, sign: str) -> Test:
        kind, value = self._next()
        if kind not in ("word", "text"):
            raise self._fault()
        self._at += 1
        if sign == "~":
            try:
                pattern = re.compile(value)
            except re.error:
                raise self._fault() from None
            return lambda row: name in row and pattern.search(row[name]) is not None
        wanted = self._canonical(name, value)
        if sign == "=":
            return lambda row: row.get(name, "") == wanted
        return lambda row: row.get(name, "") != wanted
