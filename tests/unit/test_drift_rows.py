"""How far a RouterOS router is from what is intended, secrets, versions and broken readings included."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jipkit.drift import Drift, compare
from jipkit.errors import AnswerError, SecretError
from jipkit.model import Link, Network
from jipkit.project import Project
from jipkit.redaction import fill, names_in, redact
from jipkit.rendering import Rendered
from jipkit.testing.models.routeros import Model
from jipkit.testing.models.routeros.export import Kind
from jipkit.testing.networks import changed, keyed, small_network
from jipkit.testing.replatform import on_platform

PROJECT = Project(Path(__file__).parents[2])
FACTS = PROJECT.platforms["mikrotik_routeros"]
NETWORK = small_network()
VERSIONS = ("6.49.17", "7.16.2", "7.20.1")
Resolve = Callable[[str], str]


def network(router: str, version: str) -> Network:
    return on_platform(NETWORK, router, "mikrotik_routeros", version=version)


@cache
def rendered(router: str = "kec-rawa", version: str = "7.16.2") -> Rendered:
    return PROJECT.render(router, network(router, version))


def secret(name: str) -> str:
    return "".join(c for c in name if c.isalnum())[-16:]


def nothing_known(name: str) -> str:
    raise SecretError(f"secret {name} is not set")


@cache
def device(router: str = "kec-rawa", version: str = "7.16.2") -> Model:
    """Return a router that runs what is intended."""
    return Model(f"# 2026-03-19 07:38:01 by RouterOS {version}\n{fill(rendered(router, version).text, secret)}")


def drift_of(
    running: str, router: str = "kec-rawa", version: str = "7.16.2", resolve: Resolve | None = secret
) -> Drift:
    return compare(rendered(router, version), running, FACTS, resolve=resolve)


def kinds(drift: Drift) -> list[str]:
    return [difference.kind for difference in drift.differences]


# readings of one router


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("router", list(NETWORK.routers))
def test_a_router_that_runs_what_is_intended_is_proven_and_covered(router: str, version: str) -> None:
    for kind in ("terse", "plain"):
        drift = drift_of(device(router, version).text(kind), router, version)
        assert (drift.differences, drift.remedy, drift.undo, drift.coverage) == ((), (), (), 1.0)
        assert (drift.proven, drift.version, drift.notes) == (True, version, ())


@pytest.mark.parametrize("router", list(NETWORK.routers))
def test_an_export_with_every_default_says_nothing_else_of_what_is_ours(router: str) -> None:
    drift = drift_of(device(router).text("verbose"), router)
    assert drift.proven
    assert set(kinds(drift)) == {"unmanaged"}
    assert (drift.remedy, drift.undo) == ((), ())


@pytest.mark.parametrize("version", VERSIONS)
def test_lines_may_end_in_two_ways_and_dates_be_any(version: str) -> None:
    text = device(version=version).text("plain").replace("2026-03-19 07:38:01", "jan/02/1970 01:05:15")
    assert drift_of(text.replace("\n", "\r\n"), version=version).proven


# what differs


def edited(old: str, new: str, router: str = "kec-rawa") -> Drift:
    text = device(router).text()
    assert old in text
    return drift_of(text.replace(old, new), router)


def test_a_changed_value_shows_both_rows_whole_and_the_template_line() -> None:
    drift = edited("interface=ether3 pvid=110", "interface=ether3 pvid=120")
    (difference,) = drift.differences
    head = (
        "/interface bridge port add bpdu-guard=yes bridge=bridge comment=staff "
        "frame-types=admit-only-untagged-and-priority-tagged interface=ether3 pvid="
    )
    assert (difference.kind, difference.intended, difference.running) == ("changed", f"{head}110", f"{head}120")
    assert str(difference.origin) == "templates/mikrotik_routeros/bridge.j2:17"
    assert difference.section == "bridge"
    assert drift.remedy == ('/interface bridge port set [ find where interface="ether3" ] pvid=110',)
    assert drift.undo == ('/interface bridge port set [ find where interface="ether3" ] pvid=120',)


def test_a_rule_that_somebody_put_first_is_extra_and_goes() -> None:
    rule = "/ip firewall filter add action=accept chain=input src-address=192.0.2.1"
    drift = edited(
        "/ip firewall filter add action=accept chain=input comment=answers",
        f"{rule}\n\\g<0>".replace("\\g<0>", "/ip firewall filter add action=accept chain=input comment=answers"),
    )
    assert kinds(drift) == ["extra"]
    assert drift.remedy == (
        '/ip firewall filter remove [ find where chain="input" action="accept" src-address="192.0.2.1" ]',
    )
    assert drift.undo == (f'{rule} place-before=[ find where chain="input" comment="answers" ]',)


def test_two_rules_that_changed_places_are_one_difference() -> None:
    lines = device().text().splitlines()
    first = next(i for i, line in enumerate(lines) if "comment=answers" in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    drift = drift_of("\n".join(lines) + "\n")
    assert kinds(drift) == ["misordered"]
    assert len(drift.remedy) == len(drift.undo) == 1


def test_rules_of_two_chains_that_changed_places_are_no_difference() -> None:
    lines = device().text().splitlines()
    rules = [line for line in lines if line.startswith("/ip firewall filter")]
    at = lines.index(rules[0])
    lines[at : at + len(rules)] = sorted(rules, key=lambda rule: "chain=input" in rule)
    assert drift_of("\n".join(lines) + "\n").proven


def test_what_no_section_owns_is_listed_and_left_alone() -> None:
    drift = drift_of(
        device().text() + "/port set 0 name=serial0\n/interface ethernet switch set 0 cpu-flow-control=yes\n"
    )
    assert kinds(drift) == ["unmanaged", "unmanaged"]
    assert (drift.clean, drift.remedy) == (True, ())
    assert 0.97 < drift.coverage < 1


@pytest.mark.parametrize(
    "line",
    [
        "/interface ethernet set [ find default-name=ether9 ] advertise=10M-baseT-half,10M-baseT-full",
        "/interface ethernet set [ find default-name=ether9 ] speed=100Mbps",
        "/snmp set trap-community=jip",
        '/interface list set [ find name=all ] comment="contains all interfaces" exclude="" include="" name=all',
    ],
)
def test_what_an_upgrade_or_the_hardware_writes_is_no_drift(line: str) -> None:
    assert drift_of(f"{device().text()}{line}\n").proven


def test_what_was_deleted_under_a_row_is_remarked() -> None:
    drift = drift_of(device().text() + "/ip dhcp-client add interface=*17\n/queue interface set ether3 queue=*1E\n")
    assert drift.clean
    assert drift.notes == (
        "interface refers to something that was deleted: /ip dhcp-client add interface=*17",
        "queue refers to something that was deleted: /queue interface set ether3 queue=*1E",
    )


def test_a_port_of_a_deleted_bridge_is_drift_and_remarked() -> None:
    drift = edited("bridge=bridge comment=wifi frame-types", "bridge=*64 comment=wifi frame-types")
    assert kinds(drift) == ["changed"]
    assert len(drift.notes) == 1


def test_a_version_that_the_templates_are_not_written_for_is_noted() -> None:
    text = device().text().replace("by RouterOS 7.16.2", "by RouterOS 6.40.1")
    assert [note.code for note in drift_of(text).notes] == ["version-below"]


# secrets


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["terse", "plain"])
def test_hidden_secrets_are_not_assessable_and_nothing_else_is_wrong(
    version: str, kind: Literal["terse", "plain"]
) -> None:
    text = device("core-1", version).text(kind, sensitive=False)
    drift = drift_of(text, "core-1", version)
    doubts = [d for d in drift.differences if d.kind == "not assessable"]
    assert kinds(drift) == ["not assessable"] * len(doubts)
    assert {d.reason.code for d in doubts if d.reason} == {"secret-hidden"}
    assert (drift.clean, drift.proven, drift.remedy) == (True, False, ())
    assert len(doubts) == 5


def test_a_public_key_that_is_shown_does_not_mean_that_the_others_would_be() -> None:
    tunnel = {
        "a": "core-1:wg-desa-jauh",
        "b": "desa-jauh:wg-core-1",
        "medium": "vpn",
        "prefix": "10.161.0.20/31",
        "capacity_mbps": 50,
        "cost": 200,
    }
    found = changed(NETWORK, "router", "desa-jauh", interfaces=("ether1", "ether2", "ether3", "wg-core-1"))
    found = found.replace(links={**found.links, **keyed(Link, {"core-1--desa-jauh": tunnel})})
    intended = PROJECT.render("desa-jauh", found)
    text = Model(fill(intended.text, secret)).text(sensitive=False)
    assert "public-key=" in text
    drift = compare(intended, text, FACTS, resolve=secret)
    assert set(kinds(drift)) == {"not assessable"}
    other = compare(intended, text.replace("public-key=", "public-key=x"), FACTS, resolve=secret)
    assert other.remedy == (
        (
            '/interface wireguard peers set [ find where interface="wg-core-1" allowed-address="0.0.0.0/0" ] '
            'public-key="<secret:wireguard/core-1--desa-jauh/core-1/public>"'
        ),
    )


def test_secrets_that_are_printed_as_nothing_are_hidden_too() -> None:
    text = (
        device()
        .text(sensitive=False)
        .replace("authentication-protocol", 'authentication-password="" authentication-protocol')
    )
    assert set(kinds(drift_of(text))) == {"not assessable"}


def test_another_secret_is_drift_of_that_secret_alone() -> None:
    drift = edited(secret("ospf/pop-1--kec-rawa/1"), "somethingElse")
    (difference,) = drift.differences
    assert difference.kind == "changed"
    assert "auth-key=<secret> " in (difference.running or "")
    assert drift.remedy == (
        (
            '/routing ospf interface-template set [ find where area="backbone" comment="pop-1--kec-rawa" ] '
            'auth-key="<secret:ospf/pop-1--kec-rawa/1>"'
        ),
    )
    assert not drift.undo_complete


def test_a_secret_that_is_right_does_not_hide_what_is_wrong_beside_it() -> None:
    drift = edited("cost=40", "cost=41")
    assert drift.remedy == (
        '/routing ospf interface-template set [ find where area="backbone" comment="pop-1--kec-rawa" ] cost=40',
    )
    assert drift.undo_complete


def test_a_secret_that_is_gone_while_others_are_shown_is_drift() -> None:
    drift = edited(f" auth-key={secret('ospf/pop-1--kec-rawa/1')}", "")
    assert kinds(drift) == ["changed"]


def test_a_secret_that_nobody_knows_is_not_assessable() -> None:
    drift = drift_of(device().text(), resolve=nothing_known)
    assert {d.reason.code for d in drift.differences if d.reason} == {"secret-unknown"}
    assert (drift.clean, drift.remedy) == (True, ())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["terse", "plain", "verbose"])
def test_no_secret_survives_redaction_wherever_a_line_is_broken(version: str, kind: Kind) -> None:
    names = names_in(rendered("core-1", version).text)
    values = {name: f"S3cret{number}{'x' * 40}S3cret" for number, name in enumerate(names)}
    text = Model(fill(rendered("core-1", version).text, values.__getitem__), version=version).text(kind)
    assert "S3cret" in text
    assert "S3cret" not in redact(text, FACTS)
    assert "xxx" not in redact(text, FACTS)


def test_no_secret_of_the_running_configuration_is_in_a_drift() -> None:
    text = device().text().replace("auth-key=", "auth-key=S3cret").replace("password=", "password=S3cret")
    shown = repr(drift_of(f"{text}/ppp secret add name=x password=S3cret\n/ip ipsec identity add secret=S3cret\n"))
    assert "S3cret" not in shown


# readings that are none


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_an_export_that_was_cut_off_is_never_clean(data: st.DataObject) -> None:
    text = device().text(data.draw(st.sampled_from(["terse", "plain"])))
    cut = text[: data.draw(st.integers(0, len(text) - 2))]
    try:
        assert not drift_of(cut).clean
    except AnswerError as error:
        # a name that was cut is another router's
        refusals = ("kec-rawa: its running configuration is none", "kec-rawa: that is the configuration of k")
        assert str(error).startswith(refusals)  # noqa: PT017 - either will do


@pytest.mark.parametrize(
    ("running", "words"),
    [
        ("", "holds no statement"),
        ("# 2026-03-19 07:38:01 by RouterOS 7.22\n", "holds no statement"),
        ("hostname r1\ninterface eth0\n ip address 10.0.0.1/30\n", "neither a menu nor"),
        ("set system host-name r1\n", "neither a menu nor"),
        ("\x00\x01\x02" * 20, "control character"),
        ("/port set 0 name=serial0\n", "nothing in its answer belongs"),
        ("/system identity set name=desa-jauh\n/ip dns set servers=10.0.0.1\n", "configuration of desa-jauh"),
        ("/system identity\nset name=desa-jauh\n/ip dns\nset servers=10.0.0.1\n", "configuration of desa-jauh"),
    ],
)
def test_what_is_not_this_router_s_export_is_no_answer(running: str, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        drift_of(running)


# laws

LINES = device().text().splitlines()[1:]
NUMBERS = st.integers(0, len(LINES) - 1)
EXTRA = [
    "/ip firewall filter add action=accept chain=input src-address=192.0.2.1",
    "/ip firewall filter add action=drop chain=forward",
    "/ip firewall filter add action=accept chain=input comment=ping protocol=icmp",
    "/ip firewall address-list add address=192.0.2.0/24 list=services",
    "/ip route add dst-address=192.0.2.0/24 gateway=10.161.0.6",
    "/ip firewall nat add action=masquerade chain=srcnat out-interface=ether1",
    "/interface vlan add interface=ether1 name=vlan99 vlan-id=99",
    "/ppp secret add name=x password=y",
]


@st.composite
def edits(draw: st.DrawFn) -> str:
    """Return the text of a router on which somebody deleted, moved, doubled, disabled and added rows."""
    lines = list(LINES) + draw(st.lists(st.sampled_from(EXTRA), max_size=3, unique=True))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["delete", "move", "double", "disable", "change"])):
            case "delete" if "identity" not in lines[at]:  # without its name it might be any router
                lines.pop(at)
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case "double" if "/ip firewall filter" in lines[at]:
                lines.insert(at, lines[at])
            case "disable" if " add " in lines[at] and "disabled=yes" not in lines[at]:
                lines[at] += " disabled=yes"
            case "change":
                lines[at] = lines[at].replace("=110", "=111").replace("accept", "drop").replace("10.16", "10.17")
    return "\n".join(["# 2026-03-19 07:38:01 by RouterOS 7.16.2", *lines]) + "\n"


@given(edits())
@settings(max_examples=60, deadline=None)
def test_the_remedy_makes_it_as_intended_and_the_undo_takes_that_back(text: str) -> None:
    model = Model(text)
    before = model.text()
    drift = drift_of(before)
    model.apply(fill("\n".join(drift.remedy), secret).splitlines())
    assert drift_of(model.text()).proven
    assert drift.undo_complete
    model.apply(fill("\n".join(drift.undo), secret).splitlines())
    assert set(drift_of(model.text()).differences) == set(drift.differences)


@given(edits(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_form_of_a_reading_makes_no_difference(text: str, random: Random) -> None:
    model = Model(text)
    found = drift_of(model.text()).differences
    assert drift_of(model.text("plain").replace("\n", "\r\n")).differences == found
    verbose = drift_of(model.text("verbose")).differences
    assert [d for d in verbose if d.kind != "unmanaged"] == [d for d in found if d.kind != "unmanaged"]
    shuffled = "\n".join(unordered(model.text().splitlines(), random)) + "\n"
    assert set(drift_of(shuffled).differences) == set(found)


def unordered(lines: list[str], random: Random) -> list[str]:
    """Return lines with the rows of every menu in which order means nothing in another order."""
    head, rows = lines[:1], lines[1:]
    chained = [row for row in rows if row.startswith("/ip firewall filter")]
    others = [row for row in rows if row not in chained]
    random.shuffle(others)
    return [*head, *others, *chained]
