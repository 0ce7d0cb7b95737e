"""What changed from one backup to the next, and what came with an upgrade: from texts as they are kept."""

from __future__ import annotations

import hashlib

import pytest

from jipkit.backups import Reading
from jipkit.changes import Changes, between
from jipkit.errors import AnswerError, ConfigTextError, ProjectError
from jipkit.platforms import PlatformFacts, Reveal, Section
from jipkit.readings import Upgrade

IOS = PlatformFacts(
    platform="toy_ios",
    netmiko="cisco_ios",
    syntax="indented",
    sections=(
        Section(name="name", template="name.j2", owns=("hostname ",)),
        Section(name="rest", template="rest.j2", owns=("interface ", "ip ", "username ")),
    ),
    noise=(r"version \d",),
    version=r"^version (?P<version>\S+)",
    version_line="version {version}",
    hostname=r"^hostname (?P<hostname>\S+)",
    last_line="end",
    secrets=(r"(?:key|secret) (?P<kind>[0-9] )?(?P<secret>\S+)",),
    veiled=(r"\$9\$",),
    reveals=(Reveal(value=r"[0-9]{2}(?:[0-9A-F]{2})+", by="type7"),),
    ordered=("ip access-list ",),
)
BODY = (
    "version 7.19\nhostname r1\nusername jip secret 9 $9$abc$def\ninterface e1\n ip address 10.0.0.1/24\n key 0 cisco\n"
    "ip access-list standard A\n permit 10.0.0.0\n deny any\nip route 10.9.0.0 e1\nend\n"
)


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:16]


def kept(text: str) -> str:
    return Reading.of(text, IOS, digest).kept


def changes(after: str, before: str = BODY) -> Changes:
    return between(kept(before), kept(after), IOS, "r1")


def told(found: Changes) -> list[tuple[str, str | None, str | None]]:
    return [(d.kind, d.running, d.intended) for d in found.differences]


def test_the_same_reading_changes_nothing() -> None:
    assert changes(BODY) == Changes((), "7.19", "7.19")


def test_a_statement_that_came_is_told_with_the_part_it_is_in() -> None:
    (found,) = changes(BODY.replace("ip route", "ip domain x\nip route")).differences
    assert (found.kind, found.path, found.running, found.intended, found.section) == (
        "missing",
        (),
        None,
        "ip domain x",
        "rest",
    )


def test_a_statement_that_went_is_told_with_what_it_stood_in() -> None:
    (found,) = changes(BODY.replace(" ip address 10.0.0.1/24\n", "")).differences
    assert (found.kind, found.path, found.running) == ("extra", ("interface e1",), "ip address 10.0.0.1/24")


def test_an_order_without_meaning_is_no_change() -> None:
    moved = BODY.replace("ip route 10.9.0.0 e1\n", "").replace("hostname r1\n", "ip route 10.9.0.0 e1\nhostname r1\n")
    assert kept(moved) != kept(BODY)
    assert told(changes(moved)) == []


def test_an_order_with_a_meaning_is_a_change() -> None:
    moved = BODY.replace(" permit 10.0.0.0\n deny any\n", " deny any\n permit 10.0.0.0\n")
    assert {kind for kind, _before, _after in told(changes(moved))} == {"misordered"}


# the software


@pytest.mark.parametrize(
    ("before", "after", "upgrade", "back"),
    [
        ("7.19", "7.20", "7.19 -> 7.20", False),
        ("7.20", "7.9", "7.20 -> 7.9", True),
        ("7.9", "7.10", "7.9 -> 7.10", False),
    ],
)
def test_another_version_in_the_header_is_an_upgrade(before: str, after: str, upgrade: str, back: bool) -> None:
    found = changes(BODY.replace("7.19", after), BODY.replace("7.19", before))
    assert found.upgrade is not None
    assert (str(found.upgrade), found.upgrade.back, found.unknown, told(found)) == (upgrade, back, False, [])


def test_the_same_version_is_no_upgrade() -> None:
    assert changes(BODY.replace("e1\n ip", "e1\n shutdown\n ip")).upgrade is None


@pytest.mark.parametrize(
    ("before", "after"), [("version 7.19\n", ""), ("", "version 7.20\n"), ("", "")], ids=["went", "came", "never was"]
)
def test_a_version_that_nobody_knows_is_no_upgrade_and_said_to_be_unknown(before: str, after: str) -> None:
    found = changes(BODY.replace("version 7.19\n", after), BODY.replace("version 7.19\n", before))
    assert (found.upgrade, found.unknown) == (None, True)


def test_versions_are_told_only_where_both_are_known() -> None:
    assert Changes((), "7.19", "7.20").upgrade == Upgrade("7.19", "7.20")
    assert Changes((), None, "7.20").upgrade is None


# secrets


@pytest.mark.parametrize("value", ["0 rahasia", "7 02050D480810"])
def test_another_secret_is_a_change_that_shows_neither(value: str) -> None:
    found = changes(BODY.replace("0 cisco", value))
    assert told(found) == [("missing", None, "key <secret>"), ("extra", "key <secret>", None)]
    assert "digest" not in str(found)


def test_a_disguise_that_is_written_anew_is_no_change() -> None:
    first, second = (BODY.replace("0 cisco", f"7 {value}") for value in ("0822455D0A16", "02050D480809"))
    assert kept(first) == kept(second)


def test_a_hash_that_is_written_anew_is_not_assessable() -> None:
    found = changes(BODY.replace("$9$abc$def", "$9$xyz$uvw"))
    statement = "username jip secret <secret>"
    assert told(found) == [("not assessable", statement, statement)]


def test_what_is_kept_of_a_hash_is_not_the_hash() -> None:
    assert "$9$" not in kept(BODY)
    assert f"username jip secret 9 <digest:veiled-{digest('$9$abc$def')}>" in kept(BODY)


# what cannot be compared


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (kept(BODY).removesuffix("end\n"), "cut short"),
        (kept(BODY)[:60], "cut short"),
        (kept(BODY.replace("hostname r1", "hostname r2")), "that is the configuration of r2"),
        ("set system host-name r1\nend\n", "nothing in its answer belongs to a configuration of toy_ios"),
        ("", "holds no statement"),
        ("\x00\x01", "control character"),
    ],
    ids=["without its end", "cut", "another router's", "another platform's", "empty", "rubbish"],
)
def test_an_earlier_backup_that_is_none_is_never_taken_for_the_same(before: str, why: str) -> None:
    with pytest.raises((ConfigTextError, AnswerError), match=why):
        between(before, kept(BODY), IOS, "r1")


def test_two_texts_that_have_nothing_in_common_are_not_compared_one_by_one() -> None:
    many = [
        BODY.replace("ip route 10.9", "".join(f"ip route {n}.{net} e1\n" for n in range(5100)) + "ip route 10.9")
        for net in "ab"
    ]
    with pytest.raises(ConfigTextError, match="5100 statements differ; more than 5000"):
        changes(*many)


def test_a_platform_that_cannot_be_compared_is_said_to_be_one() -> None:
    with pytest.raises(ProjectError, match="configurations of platform toy_ios cannot be compared yet"):
        between(BODY, BODY, IOS.model_copy(update={"syntax": None}), "r1")
