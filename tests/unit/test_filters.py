"""Values are written as platforms write them."""

from __future__ import annotations

from typing import Any

import pytest

from jipkit.filters import (
    FILTERS,
    classful,
    double_quoted,
    first_address,
    fourfold,
    netmask,
    numbered,
    prefix_length,
    quoted,
    single_quoted,
    wildcard,
    without_length,
    zone_clock,
    zone_hours,
    zone_letters,
    zone_minutes,
)
from jipkit.model import Source
from jipkit.provenance import sourced


@pytest.mark.parametrize(
    ("value", "export"),
    [
        ("vlan110-staff", "vlan110-staff"),
        ("10.160.255.0/24,10.1.0.0/16", "10.160.255.0/24,10.1.0.0/16"),
        ("ether3 UniFi1", '"ether3 UniFi1"'),
        ("", '""'),
        ('the "big" one', '"the \\"big\\" one"'),
        ("a\\b", '"a\\\\b"'),
        ("$password", '"\\$password"'),
        ("x]; /user add name=evil", '"x]; /user add name=evil"'),
        ("[/system reboot]", '"[/system reboot]"'),
        ("Kantor Désa", '"Kantor D\\C3\\A9sa"'),
        ("a?b", '"a\\?b"'),
        (22, "22"),
    ],
)
def test_a_value_is_quoted_as_export_prints_it(value: object, export: str) -> None:
    assert quoted(value) == export


@pytest.mark.parametrize(
    ("value", "junos", "vyos"),
    [
        ("10.160.0.0/23", "10.160.0.0/23", "'10.160.0.0/23'"),
        ("Asia/Jakarta", "Asia/Jakarta", "'Asia/Jakarta'"),
        ("core-1--pop-1 to pop-1", '"core-1--pop-1 to pop-1"', "'core-1--pop-1 to pop-1'"),
        ("$6$salt$hash", '"$6$salt$hash"', "'$6$salt$hash'"),
        ("it's", '"it\'s"', "'it'\\''s'"),
        ('a "b" \\', '"a \\"b\\" \\\\"', "'a \"b\" \\'"),
        ("x; set system login user evil", '"x; set system login user evil"', "'x; set system login user evil'"),
        (22, "22", "'22'"),
    ],
)
def test_a_value_is_quoted_as_set_commands_are_printed(value: object, junos: str, vyos: str) -> None:
    assert (double_quoted(value), single_quoted(value)) == (junos, vyos)


@pytest.mark.parametrize(
    ("prefix", "mask", "open_bits", "length"),
    [
        ("10.20.0.0/24", "255.255.255.0", "0.0.0.255", 24),
        ("10.161.0.2/31", "255.255.255.254", "0.0.0.1", 31),
        ("10.160.0.1/32", "255.255.255.255", "0.0.0.0", 32),  # noqa: S104 - a mask
        ("10.160.0.0/12", "255.240.0.0", "0.15.255.255", 12),
        ("0.0.0.0/0", "0.0.0.0", "255.255.255.255", 0),  # noqa: S104 - a mask
        ("10.160.0.1", "255.255.255.255", "0.0.0.0", 32),  # noqa: S104 - a mask
    ],
)
def test_a_prefix_has_a_mask_open_bits_and_a_length(prefix: str, mask: str, open_bits: str, length: int) -> None:
    assert (netmask(prefix), wildcard(prefix), prefix_length(prefix)) == (mask, open_bits, length)


def test_a_prefix_is_written_without_its_length() -> None:
    assert first_address("10.162.2.128/25") == "10.162.2.128"


def test_an_address_is_written_without_its_length() -> None:
    assert without_length("10.162.2.129/25") == "10.162.2.129"


@pytest.mark.parametrize(
    ("zone", "letters", "hours", "minutes"),
    [
        ("Asia/Jakarta", "WIB", 7, 0),
        ("Asia/Jayapura", "WIT", 9, 0),
        ("America/St_Johns", "NST", -3, 30),
        ("Europe/Berlin", "CET", 1, 0),
        ("Asia/Kathmandu", "UTC", 5, 45),
    ],
)
def test_a_time_zone_has_letters_and_a_distance_from_utc(zone: str, letters: str, hours: int, minutes: int) -> None:
    assert (zone_letters(zone), zone_hours(zone), zone_minutes(zone)) == (letters, hours, minutes)


@pytest.mark.parametrize(
    ("prefix", "yes"),
    [
        ("10.0.0.0/8", True),
        ("172.16.0.0/16", True),
        ("203.0.113.0/24", True),
        ("10.20.0.0/16", False),
        ("203.0.113.0/25", False),
        ("224.0.0.0/24", False),
    ],
)
def test_a_prefix_of_a_class_needs_no_mask(prefix: str, yes: bool) -> None:
    assert classful(prefix) is yes


def test_a_dead_interval_is_four_hello_intervals() -> None:
    assert fourfold(10) == 40


def test_the_lines_of_a_list_are_numbered() -> None:
    assert numbered("   permit ip any any\n\n   deny ip any any\n") == (
        "   10 permit ip any any\n\n   20 deny ip any any\n"
    )


def test_the_lines_of_a_list_are_numbered_as_rules() -> None:
    assert numbered(" permit\n deny", 5, "rule ") == " rule 5 permit\n rule 10 deny"


def test_a_number_stands_after_the_marks_of_where_a_line_comes_from() -> None:
    assert numbered("\U000f0001 \U00100002permit") == "\U000f0001 \U0010000210 permit"


@pytest.mark.parametrize("name", ["first_address", "netmask", "prefix_length", "wildcard", "without_length"])
def test_what_is_written_of_an_address_keeps_the_inventory_key_it_came_from(name: str) -> None:
    source = Source("router", "core-1", "lans.0.prefix")
    value: Any = sourced("10.20.0.0/24", source)
    assert FILTERS[name](value).source == source


@pytest.mark.parametrize(
    ("zone", "clock"),
    [("Asia/Jakarta", "add 07:00:00"), ("America/St_Johns", "minus 03:30:00"), ("UTC", "add 00:00:00")],
)
def test_a_time_zone_is_a_clock_on_vrp(zone: str, clock: str) -> None:
    assert zone_clock(zone) == clock


@pytest.mark.parametrize("name", ["zone_letters", "zone_clock", "zone_hours", "zone_minutes"])
def test_what_is_written_of_a_time_zone_keeps_the_inventory_key_it_came_from(name: str) -> None:
    source = Source("standards", "standards", "timezone")
    assert FILTERS[name](sourced("Asia/Jakarta", source)).source == source


@pytest.mark.parametrize("name", ["first_address", "netmask", "prefix_length", "wildcard", "without_length"])
def test_what_is_no_address_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no-address"):
        FILTERS[name]("no-address")
