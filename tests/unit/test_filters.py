"""Values are quoted as RouterOS quotes them."""

from __future__ import annotations

import pytest

from jipkit.filters import quoted


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
