"""``jip backup``: what changed on a router since its last backup, and whether that came with other software."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jipkit.language import use_language
from jipkit.report import Report
from jipkit.testing.simulation import Simulation
from playbooks._selection import Filters
from playbooks.backup import backup
from tests.playbooks.told import ROUTER, Told, told

VERSIONS = {
    "arista_eos": ("4.30.5M", "4.31.1F", "ip route 192.0.2.0/24 10.160.0.1\n"),
    "cisco_ios": ("17.9", "17.12", "ip route 192.0.2.0 255.255.255.0 10.160.0.1\n"),
    "frr": ("8.4.4", "9.1", "ip route 192.0.2.0/24 10.160.0.1\n"),
    "huawei_vrp": ("V200R010C10", "V200R021C00", "ip route-static 192.0.2.0 24 10.160.0.1\n"),
    "juniper_junos": ("21.4R3", "22.2R1", "set routing-options static route 192.0.2.0/24 next-hop 10.160.0.1\n"),
    "mikrotik_routeros": ("7.19", "7.20", "/ip route add dst-address=192.0.2.0/24 gateway=10.160.0.1\n"),
}
"""Of each make that names its software an old version, a new one, and a route in its words."""
MAKES = sorted(VERSIONS)


@pytest.fixture
def router(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Told]:
    """A router of the make that the test asks for, of which there is a backup."""
    with told(getattr(request, "param", "mikrotik_routeros"), tmp_path_factory.getbasetemp(), monkeypatch) as made:
        yield made


def on(*makes: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("router", makes, indirect=True)


def with_route(router: Told, version: str) -> str:
    """Return what the router prints when somebody added a route."""
    route = VERSIONS[router.platform][2]
    head, _newline, last = router.intended(version).rstrip("\n").rpartition("\n")
    return f"{head}\n{route}{last}\n" if last in ("end", "return") else f"{head}\n{last}\n{route}"


def kept(router: Told, text: str | None = None, *, changes: bool = False) -> Report:
    """Back up the router, which answers with ``text``."""
    router.text = router.text if text is None else text
    return backup(router.project, Filters(router=[ROUTER]), changes=changes)


def value(report: Report, *keys: str) -> Any:
    (row,) = report.rows
    values = tuple(row.values[key] for key in keys)
    return values if len(keys) > 1 else values[0]


def words(report: Report) -> str:
    return report.rows[0].shown["changes"]


# what came with an upgrade


@on(*MAKES)
def test_a_change_that_came_with_an_upgrade_is_labelled_so(router: Told) -> None:
    old, new, _route = VERSIONS[router.platform]
    kept(router, router.intended(old))
    assert words(kept(router, with_route(router, new))) == f"1 added; changed with upgrade {old} -> {new}"


@on(*MAKES)
def test_a_program_finds_the_upgrade_in_fields_of_its_own(router: Told) -> None:
    old, new, _route = VERSIONS[router.platform]
    kept(router, router.intended(old))
    report = kept(router, with_route(router, new))
    assert value(report, "upgrade", "version_before", "version", "added", "removed") == (True, old, new, 1, 0)
    assert "changed with" not in json.dumps(report.as_json()["rows"])


@on(*MAKES)
def test_a_change_with_the_same_software_has_no_label(router: Told) -> None:
    old, _new, _route = VERSIONS[router.platform]
    kept(router, router.intended(old))
    report = kept(router, with_route(router, old))
    assert (words(report), value(report, "upgrade")) == ("1 added", False)


@on(*MAKES)
def test_an_upgrade_that_changed_nothing_is_kept_and_said(router: Told) -> None:
    old, new, _route = VERSIONS[router.platform]
    kept(router, router.intended(old))
    report = kept(router, router.intended(new))
    assert (words(report), value(report, "state")) == (f"no statement changed with upgrade {old} -> {new}", "changed")
    assert value(kept(router), "state", "upgrade") == ("unchanged", False)


@on(*MAKES)
def test_the_same_reading_once_more_changes_nothing(router: Told) -> None:
    old, _new, _route = VERSIONS[router.platform]
    kept(router, router.intended(old))
    report = kept(router, router.intended(old))
    assert (words(report), value(report, "state", "upgrade", "changes")) == (
        "no statement changed",
        ("unchanged", False, []),
    )


def test_an_older_version_is_a_downgrade(router: Told) -> None:
    kept(router, router.intended("7.20"))
    assert words(kept(router, with_route(router, "7.9"))) == "1 added; changed with downgrade 7.20 -> 7.9"


def test_the_label_is_said_in_indonesian(router: Told) -> None:
    kept(router, router.intended("7.19"))
    use_language("id")
    try:
        assert (
            words(kept(router, with_route(router, "7.20")))
            == "1 ditambah; berubah bersama peningkatan versi 7.19 -> 7.20"
        )
    finally:
        use_language("en")


def test_routers_that_run_other_software_are_named_once_more(router: Told) -> None:
    kept(router, router.intended("7.19"))
    assert kept(router, with_route(router, "7.20")).notes[0] == (
        "1 router runs other software than in its last backup: kec-rawa. What changed on it may have come with that."
    )


@pytest.mark.parametrize(("before", "after"), [("", "7.20"), ("7.19", ""), ("", "")])
def test_where_a_version_is_not_known_there_is_no_label_and_that_is_said(router: Told, before: str, after: str) -> None:
    kept(router, router.intended(before))
    report = kept(router, with_route(router, after))
    assert (words(report), value(report, "upgrade")) == ("1 added; whether the software changed is not known", None)


@on("vyos")
def test_a_platform_that_names_no_version_has_no_label_and_that_is_said(router: Told) -> None:
    kept(router, router.intended("1.4"))
    report = kept(router, f"{router.intended('1.5')}set protocols static route 192.0.2.0/24 blackhole\n")
    assert (words(report), value(report, "upgrade")) == ("1 added; whether the software changed is not known", None)


def test_a_version_that_is_named_for_the_first_time_is_kept_and_no_upgrade(router: Told) -> None:
    kept(router, router.intended(""))
    report = kept(router, router.intended("7.20"))
    assert value(report, "state", "upgrade", "version") == ("unchanged", None, "7.20")
    assert value(kept(router, router.intended("7.21")), "upgrade") is True


# what changed


def test_the_first_backup_is_compared_with_nothing(router: Told) -> None:
    report = kept(router, router.intended("7.19"))
    assert words(report) == "nothing to compare with: this is the first backup"
    assert value(report, "state", "since", "added", "changes", "version", "upgrade") == (
        "changed",
        None,
        None,
        None,
        "7.19",
        None,
    )


def test_statements_that_came_went_and_changed_are_counted_apart(simulated: Simulation) -> None:
    backup(simulated.project, Filters(router=["core-1"]))
    simulated.district.hand_edit(
        "core-1", "no log syslog informational\nip route 192.0.2.0/24 blackhole\ninterface eth1\n ip ospf cost 77\nexit"
    )
    report = backup(simulated.project, Filters(router=["core-1"]))
    assert value(report, "added", "removed", "changed", "moved", "not_assessable") == (1, 1, 1, 0, 0)
    assert words(report) == "1 added, 1 removed, 1 changed; whether the software changed is not known"


def test_every_statement_is_told_to_programs_with_what_it_stands_in(simulated: Simulation) -> None:
    backup(simulated.project, Filters(router=["core-1"]))
    simulated.district.hand_edit("core-1", "interface eth1\n ip ospf cost 77\nexit")
    assert value(backup(simulated.project, Filters(router=["core-1"])), "changes") == [
        {
            "kind": "changed",
            "path": ["interface eth1"],
            "before": "ip ospf cost 10",
            "after": "ip ospf cost 77",
            "section": "interfaces",
        }
    ]


def test_every_statement_is_told_to_people_who_ask_for_it(simulated: Simulation) -> None:
    backup(simulated.project, Filters(router=["core-1"]))
    simulated.district.hand_edit("core-1", "interface eth1\n ip ospf cost 77\nexit")
    (text,) = backup(simulated.project, Filters(router=["core-1"]), changes=True).texts
    assert text.heading.startswith("core-1: changes since the backup of 20")
    assert text.body == (
        "- in the last backup, + on the router now\n\n  interface eth1\n-  ip ospf cost 10\n+  ip ospf cost 77\n"
    )


def test_who_did_not_ask_for_it_is_told_how_to_see_it(router: Told) -> None:
    kept(router, router.intended("7.19"))
    report = kept(router, with_route(router, "7.19"))
    assert report.texts == []
    show = f"git -C var/backups show {value(report, 'commit')}"
    assert report.notes == [f"Every statement that changed on kec-rawa: `{show}`; of all, next time: --changes"]


def test_the_backup_that_was_compared_with_is_dated(router: Told) -> None:
    first = kept(router, router.intended("7.19"))
    report = kept(router, with_route(router, "7.19"))
    assert value(report, "since") == value(first, "when")
    assert value(report, "commit") != value(first, "commit")


def test_an_order_that_has_no_meaning_is_no_change(router: Told) -> None:
    kept(router, f"{router.intended('7.19')}/ip route add gateway=10.1.1.1\n/ip route add gateway=10.1.1.2\n")
    report = kept(router, f"{router.intended('7.19')}/ip route add gateway=10.1.1.2\n/ip route add gateway=10.1.1.1\n")
    assert (words(report), value(report, "state")) == ("no statement changed", "unchanged")


@on("cisco_ios")
def test_blocks_in_another_order_are_no_change_and_no_commit(router: Told) -> None:
    first = kept(router, router.intended("17.9"))
    logging = [line for line in router.text.splitlines() if line.startswith("logging ")]
    moved = [line for line in router.text.splitlines() if line not in logging and line != "end"]
    report = kept(router, "\n".join([*moved, *logging, "end", ""]))
    assert len(logging) > 1
    assert value(report, "state", "commit") == ("unchanged", value(first, "commit"))


@on("cisco_ios")
def test_an_order_that_has_a_meaning_is_a_change(router: Told) -> None:
    kept(
        router, router.intended("17.9").replace("\nend\n", "\nip access-list standard A\n permit any\n deny any\nend\n")
    )
    report = kept(router, router.text.replace(" permit any\n deny any\n", " deny any\n permit any\n"))
    assert value(report, "state", "added", "removed") == ("changed", 0, 0)
    assert value(report, "moved") > 0


# secrets


@on(*MAKES, "vyos")
def test_another_secret_is_a_change_and_none_is_shown(router: Told) -> None:
    kept(router)
    name = "ospf/pop-1--kec-rawa/1"
    router.secrets[name] = "lebih-rahasia"
    report = kept(router, router.intended(), changes=True)
    said = json.dumps(report.as_json())
    assert value(report, "state") == "changed"
    assert "<secret>" in said
    assert not [word for word in ("sandi-", "lebih-rahasia", "<digest:") if word in said]


# what was kept before may be no configuration


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (
            "version 17.9\nhostname kec-rawa\n",
            "its last line is none that a whole configuration of cisco_ios ends with",
        ),
        ("version 17.9\nhostname kec-lain\nend\n", "that is the configuration of kec-lain"),
        ("/ip route add gateway=10.1.1.1\nend\n", "nothing in its answer belongs to a configuration of cisco_ios"),
        ("version 17.9\nbanner motd ^Chalo\nend\n", "a text of several lines begins here and never ends"),
    ],
    ids=["cut", "another router's", "another platform's", "in a banner"],
)
@on("cisco_ios")
def test_an_earlier_backup_that_is_none_is_not_assessable(router: Told, before: str, why: str) -> None:
    router.project.backups.save(ROUTER, before)
    report = kept(router, router.intended("17.9"))
    assert (words(report), value(report, "state", "added", "changes")) == (
        "not assessable",
        ("not assessable", None, None),
    )
    assert f"its last backup cannot be compared: {why}" in str(value(report, "reason")).replace("line 2: ", "")


@on("cisco_ios")
def test_the_backup_after_one_that_was_none_is_compared_again(router: Told) -> None:
    router.project.backups.save(ROUTER, "version 17.9\nhostname kec-rawa\n")
    kept(router, router.intended("17.9"))
    assert value(kept(router, with_route(router, "17.12")), "state", "added", "upgrade") == ("changed", 1, True)


def test_a_router_that_does_not_answer_is_compared_with_nothing(simulated: Simulation) -> None:
    backup(simulated.project, Filters(router=["desa-jauh"]))
    simulated.district.cut("pop-1--desa-jauh")
    report = backup(simulated.project, Filters(router=["desa-jauh"]))
    assert value(report, "state", "since", "changes", "upgrade") == ("not collected", None, None, None)
    assert "changes" not in report.rows[0].shown
