"""What holds for every row, whatever it says."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from jipkit.configs import normalise, statements
from jipkit.project import Project
from jipkit.redaction import redact
from jipkit.rows.quoting import canonical, in_quotes, quoted, unquoted
from jipkit.testing.models.routeros.text import folded, written
from tests.unit.laws.trying import law

FACTS = Project(Path(__file__).parents[2]).platforms["mikrotik_routeros"]

BYTES = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=40)
VALUES = st.text(st.characters(min_codepoint=1, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cn"]), max_size=150)
NAMES = st.from_regex(r"[a-z]{1,9}(-[a-z]{1,9})?", fullmatch=True)
ROWS = st.lists(st.dictionaries(NAMES, VALUES, min_size=1, max_size=6), min_size=1, max_size=4)
HEADS = st.sampled_from(["/system script", "/ip firewall nat", "/interface eoip", "/ip/hotspot/user"])


@given(BYTES)
def test_a_value_survives_being_quoted(value: str) -> None:
    assert unquoted(quoted(value)) == value


@given(BYTES)
def test_what_is_quoted_is_quoted_as_always(value: str) -> None:
    assert canonical(quoted(value)) == quoted(value)
    assert canonical(in_quotes(value)) == quoted(value)


@given(HEADS, ROWS)
@law(80)
def test_every_form_of_an_export_says_the_same(head: str, rows: list[dict[str, str]]) -> None:
    said = [" ".join(["add", *(f"{name}={written(value)}" for name, value in row.items())]) for row in rows]
    terse = "".join(f"{head} {row}\n" for row in said)
    plain = f"# jan/02/1970 01:05:15 by RouterOS 7.2.1\n{head}\n" + "".join(f"{folded(row)}\n" for row in said)
    backwards = "".join(
        f"{head} add {' '.join(f'{name}={written(value)}' for name, value in reversed(row.items()))}\n" for row in rows
    )
    found = [statement.text for statement in statements(terse, FACTS)]
    assert len(found) == len(rows)
    assert [statement.text for statement in statements(plain, FACTS)] == found
    assert [statement.text for statement in statements(plain.replace("\n", "\r\n"), FACTS)] == found
    assert [statement.text for statement in statements(backwards, FACTS)] == found


@given(HEADS, ROWS)
@law(60)
def test_what_is_normal_is_normal(head: str, rows: list[dict[str, str]]) -> None:
    text = "".join(
        f"{head} add {' '.join(f'{name}={written(value)}' for name, value in row.items())}\n" for row in rows
    )
    once = normalise(text, FACTS)
    assert normalise(once, FACTS) == once


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=90), st.integers(0, 60))
@law(100)
def test_no_secret_is_left_wherever_a_line_breaks(filling: str, before: int) -> None:
    value = written(f"Rahasia{filling}Rahasia")
    row = f"add comment={'x' * before} name=y password={value} profile=default"
    shown = redact(f"/ppp secret\n{folded(row)}\n", FACTS)
    assert "Rahasia" not in shown
    assert "profile=default" in shown
    assert filling[:5] not in shown or len(filling) < 5 or filling[:5] in "password=<secret> profile=default"
