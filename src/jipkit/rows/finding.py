"""How a row is found again on the device: ``[ find where chain="input" comment="ping" ]``, and nothing else by it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from jipkit.menus import Rules
from jipkit.redaction import is_token
from jipkit.rows.pairing import chain_of
from jipkit.rows.quoting import in_quotes, unquoted
from jipkit.rows.reading import Row

Conditions = Mapping[str, str]
"""What has to be so of a row, by property, each value as it is written in a row."""


class AmbiguousRowError(Exception):
    """Nothing that a row says tells it from another: it cannot be named to the device."""


def find(row: Row, others: Collection[Row], rules: Rules) -> str:
    """Return what names ``row`` alone among ``others`` (which may hold it) to the device.

    Raises:
        AmbiguousRowError: everything that it says others say, too.
    """
    if row.verb == "set":
        return row.which
    for conditions in _ways(row, rules):
        if conditions and not any(other is not row and matches(other, conditions, rules) for other in others):
            return written(conditions)
    raise AmbiguousRowError(row.text)


def matches(row: Row, conditions: Conditions, rules: Rules) -> bool:
    """Return whether ``row`` is found by ``conditions``."""
    if row.verb != "add":
        return False
    said = row.properties
    for name, value in conditions.items():
        if value != (said[name] if name in said else rules.defaults.get(name, '""')):
            return False
    return True


def written(conditions: Conditions) -> str:
    """Return conditions as the device takes them."""
    said = [f"{name}={in_quotes(unquoted(value))}" for name, value in conditions.items()]
    return f"[ find where {' '.join(said)} ]"


def everything(row: Row, rules: Rules) -> Conditions:
    """Return all that a row says, but for what is said without a value, and for secrets where there is more.

    A secret that is its key stays: rows that say the same but for that may be there, and were not compared.
    """
    said = {name: value for name, value in row.properties.items() if value is not None}
    told = {name: value for name, value in said.items() if name in rules.key or not is_token(value)}
    return told or said or {"comment": '""'}


def _ways(row: Row, rules: Rules) -> Iterator[Conditions]:
    """Yield the ways to find a row, the shortest first."""
    for names in (rules.find, rules.key):
        known = {name: row.properties.get(name, rules.defaults.get(name)) or '""' for name in names}
        if names:
            yield known
    said = everything(row, rules)
    chain = {rules.chain: chain_of(row, rules) or '""'} if rules.chain else {}
    if "comment" in said:
        yield {**chain, "comment": said["comment"]}
    yield {**chain, **said}
    if "comment" not in said:
        yield {**chain, **said, "comment": '""'}
