"""Which secrets of running rows are the intended ones, property by property, found out without showing any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from jipkit.disclosure import equal
from jipkit.menus import Rules
from jipkit.platforms import PlatformFacts
from jipkit.reasons import Reason, because
from jipkit.redaction import HIDDEN, is_token, mask, names_in
from jipkit.rows.pairing import pair
from jipkit.rows.quoting import unquoted
from jipkit.rows.reading import Row, row_again, row_of
from jipkit.statement import Disclosed, Doubt, Statement

Resolve = Callable[[str], str] | None


def disclose(
    said: Sequence[Statement],
    wanted: Sequence[Statement],
    facts: PlatformFacts,
    resolve: Resolve,
    *,
    bare: bool = False,
) -> Disclosed:
    """Return what ``said`` says without its secrets, each compared with the one of the row that it fulfils.

    An export may leave secrets out. One that shows not a single secret is taken for such: then an intended secret
    that it lacks is in doubt. Where others are shown, a secret that is not there is none. ``bare``: one that is not the
    intended one keeps its value.
    """
    harmless = {statement.text for statement in wanted}
    shown = {i: _masked(s.text, facts) for i, s in enumerate(said) if s.text not in harmless}
    reveals = any(secrets.keys() - facts.menu_table.rules(row.menu, None).shown for row, secrets in shown.values())
    statements = list(said)
    for i, (row, secrets) in shown.items():
        statements[i] = said[i]._replace(text=(_bare(row, secrets) if bare else row).text)

    def same(placeholder: str, value: str) -> bool | Reason:
        return equal(placeholder, value, facts, resolve)

    doubts = []
    for place, statement in _counterparts(said, wanted, shown, facts):
        row, secrets = shown[place]
        text, doubt = _compared(row, secrets, row_again(statement.text, facts.menu_table, None), reveals, same)
        if bare:
            text = _bare(row_again(text, facts.menu_table, None), secrets).text
        statements[place] = said[place]._replace(text=text)
        if doubt:
            doubts.append(Doubt(statement, row.text, doubt))
    return Disclosed(tuple(statements), tuple(doubts))


def _bare(row: Row, secrets: dict[str, str]) -> Row:
    """Return a row with its secrets in place of what hides them."""
    return row._replace(
        properties={
            name: secrets.get(name, value) if value == HIDDEN else value for name, value in row.properties.items()
        }
    )


def _masked(text: str, facts: PlatformFacts) -> tuple[Row, dict[str, str]]:
    """Return a row with `HIDDEN` in place of each secret, and the secrets by property."""
    masked = mask(text, facts)
    row = row_of(masked.text if masked.values else text, facts.menu_table, None)
    if not masked.values:
        return row, {}
    open_row = row_of(text, facts.menu_table, None)
    secrets = {name: open_row.properties[name] or "" for name, value in row.properties.items() if value == HIDDEN}
    return row, secrets


def _counterparts(
    said: Sequence[Statement],
    wanted: Sequence[Statement],
    shown: dict[int, tuple[Row, dict[str, str]]],
    facts: PlatformFacts,
) -> list[tuple[int, Statement]]:
    """Return for each intended row that needs a secret the place of the running one that fulfils it."""
    ours: dict[str, list[tuple[Row, Statement]]] = defaultdict(list)
    texts = {statement.text for statement in said}
    menus = dict[str, None]()
    for statement in wanted:
        if statement.text not in texts:
            row = row_again(statement.text, facts.menu_table, None)
            ours[row.menu].append((row, statement))
            if names_in(statement.text):
                menus[row.menu] = None
    found = []
    for menu in menus:
        rules: Rules = facts.menu_table.rules(menu, None)
        theirs = [(place, row) for place, (row, _) in shown.items() if row.menu == menu]
        pairs = pair([row for row, _ in ours[menu]], [row for _, row in theirs], rules)
        found += [(theirs[j][0], ours[menu][i][1]) for i, j in pairs.both if names_in(ours[menu][i][1].text)]
    return found


def _compared(
    row: Row, secrets: dict[str, str], intended: Row, reveals: bool, same: Callable[[str, str], bool | Reason]
) -> tuple[str, Reason | None]:
    """Return the running row with a placeholder for each secret that is or may be the intended one; why it only may."""
    properties, doubt = dict(row.properties), None
    for name, placeholder in intended.properties.items():
        if placeholder is None or not is_token(placeholder):
            continue
        if name in secrets:
            answer = same(placeholder, unquoted(secrets[name]))
        elif name in properties or reveals:
            continue
        else:
            answer = because("secret-hidden")
        if isinstance(answer, Reason):
            doubt = doubt or answer
        if answer is not False:
            properties[name] = placeholder
    return row._replace(properties=properties).text, doubt
