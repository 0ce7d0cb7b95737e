from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jipkit.documents import DEEPEST, Node, read_document
from jipkit.faults import CODES


def read(text: str) -> Node:
    node, faults = read_document(text.encode(), "inventory/links.yaml")
    assert faults == []
    assert node is not None
    return node


@pytest.mark.parametrize(
    "text", ["7.20", "0812", "10:00", "no", "1_000", "2026-12-31", "0x1F", "1e3", ".inf", "=", "'~'"]
)
def test_a_value_stays_the_text_that_was_written(text: str) -> None:
    assert read(f"a: {text}").plain() == {"a": text.strip("'")}


@pytest.mark.parametrize("text", ["", "~", "null", "# a comment"])
def test_only_what_is_empty_is_no_text(text: str) -> None:
    assert read(f"a: {text}").plain() == {"a": None}


def test_a_value_stands_on_the_line_of_its_key() -> None:
    node = read("a:\n\n  b:\n    - c\n    - d: >\n        e\n")
    assert {path: inner.line for path, inner in node.walk()} == {"a": 1, "a.b": 3, "a.b.0": 4, "a.b.1": 5, "a.b.1.d": 5}


@pytest.mark.parametrize(
    "text", ["é: ü\nb: planned\n", "\ufeffb: planned\n", "a: 1\r\nb: planned\r\n", "{a: é, b: 'planned'}"]
)
def test_a_value_is_found_again_by_its_characters(text: str) -> None:
    node = read(text).at("b")
    assert node is not None
    assert text.removeprefix("\ufeff")[node.start : node.end].strip("'") == "planned"


def test_a_file_of_comments_says_nothing() -> None:
    assert read_document(b"# nothing\n", "x.yaml") == (None, [])


def test_what_is_as_deep_as_allowed_is_read() -> None:
    assert read("[" * DEEPEST + "]" * DEEPEST).plain() != []


@pytest.mark.parametrize("bomb", [b"[" * 200_000, b"{a: " * 200_000, b"- " * 200_000, b"? " * 200_000])
def test_a_file_that_nests_without_end_is_refused(bomb: bytes) -> None:
    _, faults = read_document(bomb, "x.yaml")
    assert [fault.code for fault in faults] == ["yaml-nesting"]


def test_a_billion_laughs_stays_small() -> None:
    lines = ["a0: &a0 [ha, ha]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30))]
    node, faults = read_document("\n".join(lines).encode(), "x.yaml")
    assert node is not None
    assert sum(1 for _ in node.walk()) == 90
    assert {fault.code for fault in faults} == {"yaml-anchor"}


_PIECES = st.sampled_from(
    [
        "a",
        ": ",
        "\n",
        "  ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "&x ",
        "*x",
        "!!set ",
        "'",
        '"',
        "\t",
        "#",
        "|",
        ">",
        "?",
        "\x00",
        "é",
        "---\n",
        "%",
        "\\",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(_PIECES, max_size=40).map(lambda parts: "".join(parts).encode())))
def test_whatever_the_bytes_are_faults_come_back_and_nothing_is_raised(content: bytes) -> None:
    node, faults = read_document(content, "x.yaml")
    assert all(fault.code in CODES and str(fault).isprintable() for fault in faults)
    assert node is None or node.plain() is None or isinstance(node.plain(), (str, list, dict))
