"""Laws of remedies on set-style platforms: whatever somebody has done to a router, its remedy makes it as intended.

What is done is typed at a model of the router, which shares nothing with what works out remedies.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jipkit.drift import Drift, compare
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.rendering import Origin, Rendered
from jipkit.testing.models.sets import JUNOS, VYOS, Model, Refused, Rules
from tests.unit.laws.trying import law

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)
GOLDEN = ROOT / "tests" / "golden"
ROUTERS = sorted(path.stem for path in (GOLDEN / "juniper_junos").glob("*.conf"))
RULES: dict[str, Rules] = {"juniper_junos": JUNOS, "vyos": VYOS}
TYPED = {
    "juniper_junos": (
        "set interfaces ge-0/0/0 description {word}",
        "set interfaces ge-0/0/0 mtu 9192",
        "set interfaces ge-0/0/0 disable",
        "set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24",
        "set interfaces ge-0/0/0 unit 0 family inet filter output protect-router",
        "set interfaces ge-0/0/9 unit 7 family inet",
        "set interfaces ge-0/0/9 vlan-tagging",
        "set system time-zone {word}",
        "set system name-server 192.0.2.53",
        "set system ntp server 192.0.2.123 prefer",
        "set system ntp source-address 192.0.2.9",
        "set system syslog host 192.0.2.14 any {severity}",
        "set system syslog host 10.160.255.12 any {severity}",
        "set system services telnet",
        "set system services ssh root-login allow",
        "set system services ssh connection-limit 5",
        "set system services ssh protocol-version v1",
        "set system authentication-order [ radius password ]",
        "set system login message 'Satu {word}; \"dua\"'",
        "set snmp location '{word} {word}'",
        "set snmp community {word} authorization read-only",
        "set snmp view everything oid .1 exclude",
        "set snmp view everything oid .1.3 exclude",
        "set snmp v3 usm local-engine user jip privacy-none",
        "set policy-options prefix-list ntp 192.0.2.0/24",
        "set policy-options policy-statement to-ospf term {word} then reject",
        "set policy-options policy-statement to-ospf term everything-else then accept",
        "set policy-options policy-statement to-ospf term default from route-filter 0.0.0.0/0 orlonger",
        "set firewall family inet filter protect-router term {word} then discard",
        "set firewall family inet filter protect-router term ping then reject",
        "set firewall family inet filter protect-router term time from source-port 124",
        "set firewall family inet filter protect-router interface-specific",
        "set routing-options static route 192.0.2.0/24 discard",
        "set routing-options static route 203.0.113.0/24 next-hop 192.0.2.1",
        "set routing-options static route 203.0.113.0/24 reject",
        "set routing-options router-id 192.0.2.1",
        "set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 metric 99",
        "set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 authentication simple-password {word}",
        "set protocols ospf area 0.0.0.1 interface ge-0/0/8.0 passive",
        "set protocols ospf export {word}",
        "set protocols lldp interface all",
        "set protocols bgp group {word} neighbor 192.0.2.77 peer-as 64511",
        "set security policies default-policy permit-all",
        "set security zones security-zone uplink host-inbound-traffic system-services telnet",
        "set security address-book global address {word} 192.0.2.0/24",
        "set vlans {word} vlan-id 77",
        "deactivate interfaces ge-0/0/0",
        "deactivate interfaces ge-0/0/0 unit 0 family inet",
        "deactivate protocols ospf",
        "deactivate firewall family inet filter protect-router term ping",
        "deactivate system ntp",
    ),
    "vyos": (
        "set interfaces ethernet eth0 description '{word} {word}'",
        "set interfaces ethernet eth0 mtu 9000",
        "set interfaces ethernet eth0 disable",
        "set interfaces ethernet eth0 address 192.0.2.1/24",
        "set interfaces ethernet eth0 vif 77 address 192.0.2.1/24",
        "set interfaces ethernet eth9",
        "set interfaces dummy dum0 address 192.0.2.1/32",
        "set system time-zone {word}",
        "set system name-server 192.0.2.53",
        "set system ntp server 192.0.2.123 prefer",
        "set service ntp server 192.0.2.123 prefer",
        "set system syslog host 192.0.2.14 facility all level {severity}",
        "set system syslog host 10.160.255.12 facility all level {severity}",
        "set service telnet",
        "set service ssh port 2222",
        "set service ssh disable-password-authentication",
        "set service snmp location '{word} {word}'",
        "set service snmp community {word} authorization ro",
        "set service snmp v3 group watching view {word}",
        "set service lldp interface all",
        "set system login banner post-login '{word} {word}'",
        "set policy prefix-list {word} rule 5 action deny",
        "set policy route-map static-to-ospf rule 10 action deny",
        "set policy route-map static-to-ospf rule 20 match tag 7",
        "set firewall ipv4 input filter rule 30 action drop",
        "set firewall ipv4 input filter rule 30 disable",
        "set firewall ipv4 input filter rule 77 action drop",
        "set firewall ipv4 input filter default-action accept",
        "set firewall group network-group management network 192.0.2.0/24",
        "set firewall group address-group {word} address 192.0.2.1",
        "set protocols static route 192.0.2.0/24 blackhole",
        "set protocols static route 203.0.113.0/24 blackhole distance 9",
        "set protocols static route 203.0.113.0/24 next-hop 192.0.2.1",
        "set protocols ospf interface eth0 cost 99",
        "set protocols ospf interface eth0 authentication plaintext-password {word}",
        "set protocols ospf interface eth0 passive disable",
        "set protocols ospf parameters router-id 192.0.2.1",
        "set protocols ospf redistribute connected",
        "set protocols ospf default-information originate always",
        "set protocols bgp neighbor 192.0.2.77 remote-as 64511",
    ),
}
"""What somebody may have typed at a router."""


def secret(name: str) -> str:
    return f"S3c{''.join(c for c in name if c.isalnum())[-13:]}"


@cache
def golden(platform: str, router: str) -> str:
    return (GOLDEN / platform / f"{router}.conf").read_text(encoding="utf-8")


@cache
def rendered(platform: str, router: str) -> Rendered:
    text = golden(platform, router)
    return Rendered(
        router, platform, text, tuple(Origin("toy.j2", number) for number, _ in enumerate(text.split("\n")))
    )


def as_intended(platform: str, router: str) -> Model:
    """Return a router at which the whole intended configuration was typed."""
    return _as_intended(platform, router).copy()


@cache
def _as_intended(platform: str, router: str) -> Model:
    model = Model("", RULES[platform])
    model.apply(fill(line, secret) for line in golden(platform, router).splitlines())
    return model


def drift_of(platform: str, router: str, model: Model) -> Drift:
    return compare(rendered(platform, router), model.text(), PROJECT.platforms[platform], resolve=secret)


def deletion(lines: list[str], draw: random.Random) -> str:
    """Return a command that deletes a line, or what it stands in."""
    words = draw.choice([line for line in lines if "host-name" not in line and '"' not in line]).split(" ")
    return " ".join(["delete", *words[1 : draw.randint(min(4, len(words)), len(words))]])


def move(lines: list[str], draw: random.Random) -> str:
    """Return a command that puts a term of a list elsewhere."""
    terms = [words[1 : words.index("term") + 2] for line in lines if "term" in (words := line.split(" "))]
    if not terms:
        return "insert nothing before anything"
    term = draw.choice(terms)
    others = [other for other in terms if other[:-1] == term[:-1] and other != term]
    return " ".join(
        ["insert", *term, draw.choice(["before", "after"]), *(draw.choice(others) if others else term)[-2:]]
    )


def meddled(platform: str, router: str, seed: int) -> Model:
    """Return a router at which somebody has typed a few things; what it refuses has done nothing."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret is made of it
    model = as_intended(platform, router)
    for _ in range(draw.randint(1, 8)):
        lines = [line for line in model.text().splitlines() if line.startswith("set ")]
        typed = draw.choice(TYPED[platform]).format(
            word=draw.choice(["satu", "dua", "tiga-empat"]), severity=draw.choice(["error", "critical"])
        )
        kinds = [typed, deletion(lines, draw)] + ([move(lines, draw)] if platform == "juniper_junos" else [])
        command = draw.choice(kinds)
        before = model.copy()
        try:
            model.take(command)
        except Refused:
            model = before
        if model.top.locate(("system", "host-name")) is None:
            model = before
    model.warnings.clear()
    return model


@pytest.mark.parametrize("platform", RULES)
@pytest.mark.parametrize("router", ROUTERS)
def test_a_router_at_which_all_was_typed_needs_nothing(platform: str, router: str) -> None:
    drift = drift_of(platform, router, as_intended(platform, router))
    assert (drift.remedy, drift.undo, drift.clean) == ((), (), True)


def managed(model: Model, drift: Drift) -> Model:
    """Return a router without what no section owns: an empty ``policy`` on VyOS."""
    strangers = {d.running for d in drift.differences if d.kind == "unmanaged"}
    lines = model.text().splitlines()
    return Model("\n".join(line for line in lines if line not in strangers), model.rules) if strangers else model


@pytest.mark.parametrize("platform", RULES)
@law(30)
@given(router=st.sampled_from(ROUTERS), seed=st.integers(0, 10**9))
def test_the_remedy_makes_it_as_intended_and_the_router_says_nothing_to_it(
    platform: str, router: str, seed: int
) -> None:
    model = meddled(platform, router, seed)
    before = model.text()
    drift = drift_of(platform, router, model)
    model.apply(fill(line, secret) for line in drift.remedy)
    wanted = as_intended(platform, router).meaning()
    assert (managed(model, drift).meaning(), model.warnings) == (wanted, []), (before, drift.remedy)


@pytest.mark.parametrize("platform", RULES)
@law(30)
@given(router=st.sampled_from(ROUTERS), seed=st.integers(0, 10**9))
def test_the_undo_makes_it_as_it_was(platform: str, router: str, seed: int) -> None:
    model = meddled(platform, router, seed)
    found = model.copy()
    drift = drift_of(platform, router, model)
    assume(drift.undo_complete)
    model.apply(fill(line, secret) for line in (*drift.remedy, *drift.undo))
    assert (model.meaning(), model.warnings) == (found.meaning(), []), (found.text(), drift.undo)


def remedied(typed: list[str], intended: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the remedy and the undo for a Junos router at which something was typed."""
    text = "set system host-name kota\n" + "\n".join(intended)
    origins = tuple(Origin("toy.j2", number) for number, _ in enumerate(text.split("\n")))
    running = Model("", JUNOS)
    running.apply(["set system host-name kota", *typed])
    facts = PROJECT.platforms["juniper_junos"]
    drift = compare(Rendered("kota", "juniper_junos", text, origins), running.text(), facts, resolve=secret)
    return drift.remedy, drift.undo


def test_what_is_deactivated_is_activated_before_it_is_deleted() -> None:
    remedy, _ = remedied(["set protocols rstp interface ge-0/0/0", "deactivate protocols rstp"], [])
    assert remedy == ("activate protocols rstp", "delete protocols")


def test_a_term_of_which_all_has_changed_keeps_its_place() -> None:
    term = "policy-options policy-statement p term"
    typed = [f"set {term} a from protocol bgp", f"set {term} b then accept"]
    remedy, _ = remedied(typed, [f"set {term} a then reject", f"set {term} b then accept"])
    assert remedy == (f"delete {term} a from", f"set {term} a then reject")


def test_a_password_is_taken_back_by_the_name_of_its_hash() -> None:
    user = "system login user budi"
    said = [f"set {user} class super-user", f"set {user} authentication ssh-rsa AAAA"]
    _, undo = remedied(said, [*said, f'set {user} authentication plain-text-password-value "<secret:login/budi>"'])
    assert undo == (f"delete {user} authentication encrypted-password",)
