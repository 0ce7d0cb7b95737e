"""Statements whose key is a secret, and that nobody wants: they are taken back by what only the router knows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from napalm.base.exceptions import MergeConfigException

from jipkit.candidate import secrets_of
from jipkit.drift import Drift, as_diff
from jipkit.errors import ChangeError, SecretError
from jipkit.parts import partly
from jipkit.project import Project
from jipkit.redaction import HIDDEN, fill, placeholder
from jipkit.rendering import Origin, Rendered
from tasks.push import refusals
from tests.unit.laws.worlds import MAKES, PROJECT, drift_of, secret, typed

HEADS = {
    "cisco_ios": "hostname kota",
    "arista_eos": "hostname kota",
    "huawei_vrp": "sysname kota",
    "juniper_junos": "set system host-name kota",
    "vyos": "set system host-name kota",
    "mikrotik_routeros": "/system identity set name=kota",
}
KEPT = {
    "cisco_ios": ["snmp-server community <secret:snmp/umum> RO"],
    "arista_eos": ["snmp-server community <secret:snmp/umum> ro"],
    "huawei_vrp": ["snmp-agent community read cipher <secret:snmp/umum>"],
    "juniper_junos": ["set snmp community <secret:snmp/umum> authorization read-only"],
    "vyos": ["set service snmp community <secret:snmp/umum> authorization ro"],
    "mikrotik_routeros": ["/snmp community add name=umum read-access=no"],
}
"""What is wanted: one community, which is ours. On RouterOS it is no secret, as none that is in use is read."""
TRAPS = {
    "cisco_ios": "snmp-server host 192.0.2.9 version 2c {}",
    "arista_eos": "snmp-server host 192.0.2.9 version 2c {}",
    "huawei_vrp": "snmp-agent target-host trap address udp-domain 192.0.2.9 params securityname {} v2c",
}


def rendered(platform: str, lines: list[str]) -> Rendered:
    text = "".join(f"{line}\n" for line in lines)
    return Rendered("kota", platform, text, tuple(Origin("toy.j2", n) for n, _ in enumerate(lines, 1)))


def community(platform: str, value: str) -> list[str]:
    return [line.replace(placeholder("snmp/umum"), value).replace("=umum", f"={value}") for line in KEPT[platform]]


class Case:
    """A router of a platform that has more than it should."""

    def __init__(self, platform: str, intended: list[str], extra: list[str]) -> None:
        self.platform, self.intended = platform, [HEADS[platform], *intended]
        self.router = MAKES[platform](typed([*self.intended, *extra]))
        self.running = self.router.text()
        self.facts = PROJECT.platforms[platform]
        self.drift: Drift = drift_of(platform, self.intended, self.running)

    def lines(self) -> list[str]:
        """Return what is sent to the router."""
        found = partly(rendered(self.platform, self.intended), self.running, self.facts, self.drift.differences, secret)
        return fill("\n".join(found.bare), secret, self.facts).split("\n")

    def after(self) -> Drift:
        self.router.apply(self.lines())
        return drift_of(self.platform, self.intended, self.router.text())


@pytest.mark.parametrize("platform", HEADS)
@pytest.mark.covers("remedy")
def test_a_community_that_nobody_wants_goes(platform: str) -> None:
    assert Case(platform, KEPT[platform], community(platform, "lama77")).after().clean


@pytest.mark.parametrize("platform", HEADS)
@pytest.mark.covers("remedy")
def test_several_communities_go_each_by_its_name(platform: str) -> None:
    extra = [*community(platform, "lama77"), *community(platform, "lama78")]
    case = Case(platform, KEPT[platform], extra)
    assert case.after().clean
    assert "lama7" not in case.router.text()


@pytest.mark.parametrize("platform", TRAPS)
@pytest.mark.covers("remedy")
def test_a_receiver_of_traps_goes_with_its_community(platform: str) -> None:
    assert Case(platform, [], [TRAPS[platform].format("lama77")]).after().clean


@pytest.mark.parametrize("platform", HEADS)
@pytest.mark.covers("remedy")
def test_a_community_in_place_of_another_is_the_right_one(platform: str) -> None:
    case = Case(platform, [], community(platform, "lama77"))
    case.intended += KEPT[platform]
    case.drift = drift_of(platform, case.intended, case.running)
    assert case.after().clean


@pytest.mark.parametrize("platform", HEADS)
@pytest.mark.covers("remedy")
def test_a_plan_never_shows_what_only_the_router_knows(platform: str) -> None:
    drift = Case(platform, KEPT[platform], community(platform, "lama77")).drift
    assert "lama77" not in f"{drift} {as_diff(drift)}"


@pytest.mark.parametrize(
    ("platform", "extra", "line"),
    [
        ("cisco_ios", ["username budi privilege 15 secret 9 $9$abcdefgh"], "no username budi"),
        ("cisco_ios", ["ntp authentication-key 5 md5 lama77"], "no ntp authentication-key 5"),
        ("huawei_vrp", ["ntp-service authentication-keyid 5 authentication-mode md5 cipher lama77"], None),
        ("arista_eos", ["tacacs-server key lama77"], "no tacacs-server key"),
        ("arista_eos", ["tacacs-server host 192.0.2.1 key lama77"], "no tacacs-server host 192.0.2.1"),
        ("juniper_junos", ["set system radius-server 192.0.2.1 secret lama77"], None),
        ("vyos", ["set system login radius server 192.0.2.1 key lama77"], None),
        ("mikrotik_routeros", ["/interface wireguard add name=wg9 private-key=lama77"], None),
    ],
)
@pytest.mark.covers("remedy")
def test_what_has_a_name_goes_by_its_name(platform: str, extra: list[str], line: str | None) -> None:
    case = Case(platform, [], extra)
    assert HIDDEN not in "".join(case.drift.remedy)
    assert "lama77" not in "".join(case.lines())
    assert line is None or line in case.lines()
    assert case.after().clean


@pytest.mark.covers("remedy", "cisco_ios")
def test_a_router_gets_no_secret_because_it_names_it() -> None:
    case = Case("cisco_ios", [], [])
    case.running = case.running.replace("hostname kota", "hostname kota\nip host <secret:radius/pusat> 192.0.2.1")
    case.drift = drift_of("cisco_ios", case.intended, case.running)
    with pytest.raises(SecretError, match="radius/pusat; remove it there"):
        case.lines()


class Host:
    """As much of a router of Nornir's as a refusal is told with."""

    name = "kota"

    def __init__(self, project: Project, platform: str) -> None:
        self._facts: Any = project.platforms[platform]

    def __getitem__(self, name: str) -> Any:
        return {"facts": self._facts}[name]


@pytest.mark.parametrize("platform", HEADS)
def test_a_refusal_does_not_quote_what_only_the_router_knows(platform: str) -> None:
    case = Case(platform, KEPT[platform], community(platform, "lama77"))
    lines = case.lines()
    task: Any = SimpleNamespace(host=Host(PROJECT, platform))
    hidden = secrets_of(case.running, case.facts)
    assert "lama77" in "".join(lines)
    with pytest.raises(ChangeError) as caught, refusals(task, "apply", candidate="\n".join(lines), hidden=hidden):
        raise MergeConfigException(f"line 1 of 1 was refused:\n{lines[0]}\n% Invalid input: lama77")
    assert "lama77" not in str(caught.value)
