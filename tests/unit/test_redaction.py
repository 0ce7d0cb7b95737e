from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jipkit.errors import SecretError
from jipkit.platforms import PlatformFacts
from jipkit.redaction import HIDDEN, fill, mask, names_in, placeholder, redact

FACTS = PlatformFacts(
    platform="frr",
    netmiko="linux",
    secrets=(
        r"ip ospf message-digest-key \d+ md5 (?P<secret>.+)",
        r"^(?:enable )?password (?P<secret>.+)",
        r"snmp-server user \S+ auth (?P<secret>\S+)(?: priv \S+)?",
        r"snmp-server user \S+ auth \S+ priv (?P<secret>\S+)",
    ),
)
PLACES = [
    " ip ospf message-digest-key 1 md5 {}",
    "enable password {}",
    "snmp-server user u auth {} priv else",
    "snmp-server user u auth else priv {}",
    "snmp-server user u auth {} priv {}",
]
WORDS = st.text(st.characters(exclude_categories=("Z", "C")), min_size=3).filter(lambda v: v not in "<secret>else")


def digest(value: str) -> str:
    return f"{len(value):04x}"


@settings(max_examples=60, deadline=None)
@given(value=WORDS, place=st.sampled_from(PLACES), before=st.sampled_from(["", "hostname r1\n"]))
def test_no_value_survives_where_a_pattern_finds_a_secret(value: str, place: str, before: str) -> None:
    line = place.format(value, value)
    if value in place:
        return
    assert value not in redact(f"{before}{line}\nend\n", FACTS)
    assert value not in mask(line.strip(), FACTS).text


@pytest.mark.parametrize(
    "hidden", ["hun\rter2", "hun\x1b[1mter2", "hun\x0bter2", "hun\x85ter2", "hun\u2028ter2", "hun\x00ter2"]
)
def test_a_control_character_does_not_split_a_secret(hidden: str) -> None:
    shown = redact(f"snmp-server user u auth {hidden}", FACTS)
    assert shown == "snmp-server user u auth <secret>"


def test_a_secret_with_blanks_is_redacted_to_the_end_of_its_line() -> None:
    assert redact("password a b c\nhostname r1\n", FACTS) == "password <secret>\nhostname r1\n"


def test_the_text_around_a_secret_stays_as_it_is() -> None:
    text = "interface eth1\n ip ospf message-digest-key 1 md5 hunter2\nexit\n"
    assert redact(text, FACTS) == "interface eth1\n ip ospf message-digest-key 1 md5 <secret>\nexit\n"


@pytest.mark.parametrize("token", ["<secret:ospf/a--b/1>", "<secret>", "<digest:0042>"])
def test_what_stands_for_a_secret_already_stays(token: str) -> None:
    line = f"password {token}"
    assert redact(line, FACTS, digest) == line


def test_a_digest_is_the_same_for_the_same_value_and_another_for_another() -> None:
    first, again, other = redact("password hunter2\npassword hunter2\npassword hunter22", FACTS, digest).split("\n")
    assert first == again == "password <digest:0007>"
    assert other == "password <digest:0008>"


def test_redacting_twice_changes_nothing_more() -> None:
    once = redact("password hunter2\x1b[m\r\n", FACTS)
    assert redact(once, FACTS) == once


def test_two_secrets_of_one_line_are_masked_in_order() -> None:
    assert mask("snmp-server user u auth one priv two", FACTS) == (
        f"snmp-server user u auth {HIDDEN} priv {HIDDEN}",
        ("one", "two"),
        f"snmp-server user u auth {HIDDEN} priv {HIDDEN}",
    )


def test_fill_puts_every_secret_in() -> None:
    text = f"password {placeholder('login/a')}\n key {placeholder('ospf/a--b/1')} {placeholder('login/a')}\n"
    assert fill(text, {"login/a": "A", "ospf/a--b/1": "B"}.__getitem__) == "password A\n key B A\n"


def test_fill_raises_for_a_secret_that_nobody_knows() -> None:
    def unknown(name: str) -> str:
        raise SecretError(f"secret {name}: looked in the environment")

    with pytest.raises(SecretError, match="login/a"):
        fill("password <secret:login/a>", unknown)


@pytest.mark.parametrize("value", ["", "one\ntwo", "a\x1b[31m", "a\x00"])
def test_fill_refuses_a_value_that_would_break_its_line(value: str) -> None:
    with pytest.raises(SecretError, match="secret login/a: is empty, or holds a newline or a control character"):
        fill("password <secret:login/a>", lambda _name: value)


@pytest.mark.parametrize(("line", "value"), [('key "{}"', 'a"b'), ("key '{}'", "a'b"), ('key "{}"', "a\\")])
def test_fill_refuses_a_value_that_would_break_out_of_its_quotes(line: str, value: str) -> None:
    with pytest.raises(SecretError, match="secret login/a: holds a quote or a backslash"):
        fill(line.format("<secret:login/a>"), lambda _name: value)


@pytest.mark.parametrize(("line", "value"), [('key "{}"', "a'b"), ("key '{}'", 'a"b'), ("key {}", "a'b\"c\\")])
def test_fill_takes_a_quote_that_ends_nothing(line: str, value: str) -> None:
    assert fill(line.format("<secret:login/a>"), lambda _name: value) == line.format(value)


@pytest.mark.parametrize("token", ["<secret>", "<digest:0042>"])
def test_fill_refuses_a_secret_that_was_hidden_for_good(token: str) -> None:
    with pytest.raises(SecretError, match="line 2: needs a secret that only the router knows"):
        fill(f"hostname r1\npassword {token}\n", lambda _name: "x")


def test_fill_does_not_read_placeholders_inside_values() -> None:
    assert fill("password <secret:a>", lambda _name: "<secret:b>") == "password <secret:b>"


def test_names_are_listed_once_in_order() -> None:
    assert names_in("x <secret:b> <secret:a>\n<secret:b> <secret> <digest:1>") == ("b", "a")


@pytest.mark.parametrize("name", ["", "a b", "a<b", "a>b", "a\nb"])
def test_a_name_that_could_not_be_found_again_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a secret"):
        placeholder(name)


def test_a_secret_pattern_must_mark_the_secret() -> None:
    with pytest.raises(ValueError, match=r"marks no group \(\?P<secret>"):
        PlatformFacts(platform="frr", netmiko="linux", secrets=(r"password (\S+)",))


@pytest.mark.parametrize(
    ("line", "value", "written"),
    [
        ("secret=<secret:x> service=login", "ab;/system/reboot", 'secret="ab;/system/reboot" service=login'),
        ("secret=<secret:x> service=login", "a$b[c", 'secret="a\\$b[c" service=login'),
        ("secret=<secret:x> service=login", "rahasia", "secret=rahasia service=login"),
        ('secret="<secret:x>"', 'a$b"c\\d?', 'secret="a\\$b\\"c\\\\d\\?"'),
    ],
)
def test_a_secret_in_a_row_is_one_value_whatever_is_in_it(line: str, value: str, written: str) -> None:
    rows = PlatformFacts(platform="mikrotik_routeros", netmiko="mikrotik_routeros", syntax="rows")
    assert fill(line, lambda _name: value, rows) == written
