"""What a reading says of itself, and what two readings of one router differ in."""

from __future__ import annotations

import pytest

from jipkit.changes import between
from jipkit.configs import statements
from jipkit.drift import Drift, compare
from jipkit.errors import AnswerError, ConfigTextError, SecretError
from jipkit.platforms import Blob, Members, PlatformFacts, Reveal, Section
from jipkit.readings import Upgrade, changed_with_upgrade
from jipkit.rendering import Origin, Rendered

IOS = PlatformFacts(
    platform="toy_ios",
    netmiko="cisco_ios",
    syntax="indented",
    sections=(Section(name="all", template="all.j2", owns=("",)),),
    noise=("Building configuration", "Current configuration", r"version \d"),
    version=r"^version (?P<version>\S+)",
    minimum_version="15.2",
    hostname=r"^hostname (?P<hostname>\S+)",
    last_line="end",
    blobs=(
        Blob(start=r"banner (?:motd|login) (\^C|\S)", end="{1}"),
        Blob(start="certificate ", end=r"^\s*quit$"),
    ),
    secrets=(
        r"neighbor \S+ password (?P<kind>[0-9] )?(?P<secret>\S+)",
        r"^username \S+ secret (?P<kind>[0-9] )?(?P<secret>\S+)",
    ),
    veiled=(r"\$9\$",),
    reveals=(Reveal(value=r"[0-9]{2}(?:[0-9A-F]{2})+", by="type7"),),
    ranges=(
        Members(match=r"vlan batch (?P<members>.+)", each=True),
        Members(match=r"switchport trunk allowed vlan (?P<members>[\d,-]+)$"),
    ),
)
SET = PlatformFacts(
    platform="toy_set",
    netmiko="vyos",
    syntax="set",
    positive="set ",
    negation="delete ",
    quote="'",
    sections=(Section(name="all", template="all.j2", owns=("",)),),
    secrets=(r"\bkey (?P<secret>.+)",),
    reveals=(Reveal(value=r"\$9\$\S+", by="junos9"),),
)
ROUTER = "hostname r1\nrouter bgp 65001\n neighbor 10.9.9.1 remote-as 65010\n neighbor 10.9.9.1 password {}\n"
READING = f"Building configuration...\n!\nversion 15.7\n!\n{ROUTER}!\nend\n"


def drift_of(running: str, intended: str, facts: PlatformFacts = IOS, **known: str) -> Drift:
    origins = tuple(Origin("toy.j2", number) for number, _ in enumerate(intended.splitlines(), 1))

    def resolve(name: str) -> str:
        if name not in known:
            raise SecretError(name)
        return known[name]

    return compare(Rendered("r1", facts.platform, intended, origins), running, facts, resolve=resolve)


def bgp(value: str) -> Drift:
    """Return the drift of a router that shows ``value`` where `cisco` is intended."""
    return drift_of(READING.format(value), ROUTER.format("<secret:bgp>"), bgp="cisco")


# whether it is whole, and whose it is


@pytest.mark.parametrize("lost", range(1, len("neighbor 10.9.9.1 password x\n!\nend\n")))
def test_a_reading_that_was_cut_short_is_refused(lost: int) -> None:
    with pytest.raises(AnswerError, match="cut short"):
        drift_of(READING.format("x").rstrip()[:-lost], ROUTER.format("x"))


def test_the_reading_of_another_router_is_refused() -> None:
    with pytest.raises(AnswerError, match=r"^r1: that is the configuration of r2$"):
        drift_of(READING.format("x").replace("hostname r1", "hostname r2"), ROUTER.format("x"))


@pytest.mark.parametrize(
    "session",
    [
        "r1#show running-config\n{}",
        "r1#show running-config\r\n{}r1#",
        "\n<r1>display current-configuration\n{}<r1>",
        "\x1b[?1h\x1b=\r{}\x1b[m",
        "{}\nr1# ",
    ],
)
def test_what_the_session_adds_is_no_part_of_a_reading(session: str) -> None:
    assert bgp("cisco").proven
    assert drift_of(session.format(READING.format("cisco")), ROUTER.format("<secret:bgp>"), bgp="cisco").proven


def test_a_banner_without_its_end_was_cut_short() -> None:
    with pytest.raises(ConfigTextError, match="line 2: a text of several lines begins here and never ends"):
        statements("hostname r1\nbanner motd ^C\nonly for staff\nend\n", IOS)


# of which version


def test_a_drift_knows_the_version_of_the_reading() -> None:
    assert bgp("cisco").version == "15.7"
    assert bgp("cisco").notes == ()


def test_a_version_that_is_too_old_is_noted() -> None:
    old = drift_of(READING.format("x").replace("15.7", "12.4"), ROUTER.format("x"))
    assert [note.code for note in old.notes] == ["version-below"]


def test_a_reading_that_names_no_version_is_noted() -> None:
    unknown = drift_of(READING.format("x").replace("version 15.7\n", ""), ROUTER.format("x"))
    assert [note.code for note in unknown.notes] == ["version-unknown"]


def test_what_changed_with_an_upgrade_is_told() -> None:
    after = READING.replace("15.7", "15.9")
    assert changed_with_upgrade(READING, after, IOS) == Upgrade("15.7", "15.9")
    assert str(between(READING, after, IOS).upgrade) == "15.7 -> 15.9"
    assert changed_with_upgrade(READING, READING, IOS) is None


# texts of several lines, and lists


def test_a_banner_is_one_statement() -> None:
    said = statements("banner motd ^C\n\n  only for staff\nhostname r9\n^C\nhostname r1\n", IOS)
    assert [(s.text, s.line) for s in said] == [
        ("banner motd ^C\n\n  only for staff\nhostname r9\n^C", 1),
        ("hostname r1", 6),
    ]


def test_a_certificate_is_one_statement_of_its_chain() -> None:
    said = statements("crypto pki certificate chain X\n certificate 01\n  3082 01\n  \tquit\nhostname r1\n", IOS)
    assert [(s.path, s.text) for s in said[1:]] == [
        (("crypto pki certificate chain X",), "certificate 01\n  3082 01\n   quit"),
        ((), "hostname r1"),
    ]


def test_another_banner_is_typed_line_by_line() -> None:
    drift = drift_of("banner motd ^C\nold\n^C\nend\n", "banner motd ^C\nnew\n^C\n")
    assert drift.remedy[-3:] == ("banner motd ^C", "new", "^C")


def test_lists_that_fold_their_ranges_otherwise_are_the_same() -> None:
    wanted = "hostname r1\ninterface e1\n switchport trunk allowed vlan 10-12,20\n"
    assert drift_of(wanted.replace("10-12,20", "10,11,12,20") + "end\n", wanted).differences == ()


def test_each_member_of_a_list_can_come_and_go() -> None:
    drift = drift_of("vlan batch 90 to 92 100\nend\n", "vlan batch 90 91 101\n")
    assert drift.remedy == ("no vlan batch 92", "no vlan batch 100", "vlan batch 101")


# secrets


@pytest.mark.parametrize("value", ["cisco", "0 cisco", "7 0822455D0A16", "7 02050D480809"])
def test_a_secret_that_is_only_disguised_is_compared(value: str) -> None:
    assert bgp(value).proven


@pytest.mark.parametrize("value", ["cisc0", "7 0822455D0A17"])
def test_another_secret_is_found_through_its_disguise(value: str) -> None:
    assert [d.kind for d in bgp(value).differences] == ["missing", "extra"]


def test_a_secret_of_which_the_router_shows_a_hash_is_in_doubt_and_settles_all_the_same() -> None:
    drift = drift_of("username jip secret 9 $9$abc$def\nend\n", "username jip secret <secret:jip>\n", jip="hunter22")
    assert [(d.kind, d.running) for d in drift.differences] == [("not assessable", "username jip secret 9 <secret>")]
    assert (drift.clean, drift.proven, drift.settled) == (True, False, True)


def test_a_secret_that_nobody_knows_here_does_not_settle() -> None:
    drift = drift_of(READING.format("x"), ROUTER.format("<secret:bgp>"))
    assert [d.reason.code for d in drift.differences if d.reason] == ["secret-unknown"]
    assert (drift.clean, drift.settled) == (True, False)


def test_what_junos_disguises_is_compared() -> None:
    wanted = "set protocols bgp key '<secret:bgp>'\n"
    assert drift_of('set protocols bgp key "$9$LbHX-wg4Z"\n', wanted, SET, bgp="lc").proven
    assert not drift_of('set protocols bgp key "$9$LbHX-wg4Z"\n', wanted, SET, bgp="lx").clean


# what changed from one reading to the next


def kinds(before: str, after: str, facts: PlatformFacts = IOS) -> list[tuple[str, str | None, str | None]]:
    return [(d.kind, d.intended, d.running) for d in between(before, after, facts).differences]


def test_nothing_changes_between_two_readings_of_one_configuration() -> None:
    assert kinds(READING.format("7 0822455D0A16"), READING.format("7 02050D480809").replace("\n", "\r\n")) == []


def test_another_secret_is_a_change_that_shows_neither() -> None:
    assert kinds(READING.format("one"), READING.format("two")) == [
        ("missing", "neighbor 10.9.9.1 password <secret>", None),
        ("extra", None, "neighbor 10.9.9.1 password <secret>"),
    ]


def test_a_cipher_that_is_written_anew_may_be_no_change() -> None:
    before, after = (f"username jip secret 9 $9${salt}\nend\n" for salt in ("abc", "xyz"))
    assert kinds(before, after) == [("not assessable", "username jip secret <secret>", "username jip secret <secret>")]


def test_two_ciphers_that_differ_in_nothing_else_are_no_change() -> None:
    text = "username jip secret 9 $9$abc\nusername jip secret 9 $9$xyz\nend\n"
    assert kinds(text, text) == []


def test_what_stands_for_a_secret_where_none_is_confuses_nothing() -> None:
    text = "ip domain <secret>\nusername jip secret 9 $9$abc\nend\n"
    assert kinds(text, text) == []


def test_what_came_and_what_went_is_told_apart() -> None:
    assert kinds("set a 1\nset b 2\n", "set b '2'\nset c 3\n", SET) == [
        ("missing", "set c 3", None),
        ("extra", None, "set a 1"),
    ]


# lines that set and delete


@pytest.mark.parametrize(
    "line", ["set system host-name r1", "set system host-name 'r1'", 'set  system host-name "r1" ']
)
def test_quotes_that_nothing_needs_make_no_difference(line: str) -> None:
    assert [s.text for s in statements(line, SET)] == ["set system host-name r1"]


def test_a_list_in_brackets_is_a_line_for_each_member() -> None:
    assert [s.text for s in statements("set x members [ a b ]\n", SET)] == ["set x members a", "set x members b"]


def test_what_goes_is_deleted_as_far_up_as_nothing_else_is_below() -> None:
    drift = drift_of("set a b c 1\nset a b d 2\nset a x 1\nset q 1\n", "set a x 1\n", SET)
    assert drift.remedy == ("delete a b", "delete q")


def test_a_line_that_another_says_more_of_is_no_difference() -> None:
    assert drift_of("set interfaces eth0 mtu 9\n", "set interfaces eth0\nset interfaces eth0 mtu 9\n", SET).clean
