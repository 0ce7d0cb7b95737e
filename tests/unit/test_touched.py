from __future__ import annotations

import pytest

from jipkit.platforms import PlatformFacts
from jipkit.platforms.statements import Section
from jipkit.touched import digests_of, sections_of

FACTS = PlatformFacts(
    platform="rekaan",
    netmiko="rekaan",
    syntax="indented",
    sections=(
        Section(name="interfaces", template="interfaces.j2", owns=("interface ",)),
        Section(name="static", template="static.j2", owns=("ip route ",)),
    ),
)
KEPT = "hostname kec-rawa\ninterface eth0\n ip ospf cost 10\nexit\nip route 192.0.2.0/24 blackhole\n"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("interfaces", "interface eth0\n ip ospf cost 10\n"),
        ("static", "ip route 192.0.2.0/24 blackhole\n"),
        ("", "hostname kec-rawa\n"),
    ],
)
def test_each_section_holds_the_statements_that_it_owns(section: str, said: str) -> None:
    assert sections_of(KEPT, FACTS)[section].replace("exit\n", "") == said


def test_an_edit_of_one_section_leaves_the_digests_of_the_others() -> None:
    other = sections_of(KEPT.replace("cost 10", "cost 20"), FACTS)
    then, now = digests_of(sections_of(KEPT, FACTS), ["static"]), digests_of(other, ["static"])
    assert then == now


def test_an_edited_section_has_another_digest() -> None:
    other = sections_of(KEPT.replace("cost 10", "cost 20"), FACTS)
    then, now = digests_of(sections_of(KEPT, FACTS), ["interfaces"]), digests_of(other, ["interfaces"])
    assert then != now


def test_a_section_that_says_nothing_has_the_digest_of_nothing() -> None:
    found = digests_of(sections_of(KEPT, FACTS), ["bgp"])
    assert found == {"bgp": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}


def test_a_cipher_that_is_written_anew_each_time_is_no_edit() -> None:
    key = "interface eth0\n key <digest:veiled-{}>\n"
    assert sections_of(key.format("0a1b"), FACTS) == sections_of(key.format("2c3d"), FACTS)


def test_another_key_is_an_edit() -> None:
    key = "interface eth0\n key <digest:{}>\n"
    assert sections_of(key.format("0a1b"), FACTS) != sections_of(key.format("2c3d"), FACTS)
