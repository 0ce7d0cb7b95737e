"""Names in the order in which routers print them, and values quoted as RouterOS quotes them."""

from __future__ import annotations

import pytest

from jipkit.filters import natural, quoted


def test_numbers_in_names_sort_by_value() -> None:
    names = ["vlan110-staff", "lo", "eth10", "sfp-sfpplus2", "eth2", "eth1", "sfp-sfpplus1", "wg-core-1", "noc0", "eth"]
    assert sorted(names, key=natural) == [
        "eth",
        "eth1",
        "eth2",
        "eth10",
        "lo",
        "noc0",
        "sfp-sfpplus1",
        "sfp-sfpplus2",
        "vlan110-staff",
        "wg-core-1",
    ]


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
