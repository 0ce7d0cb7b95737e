"""What random edits found, each in as few words as it takes."""

from __future__ import annotations

from pathlib import Path

from jipkit.drift import Drift, compare
from jipkit.project import Project
from jipkit.testing.kits import Kit, secret

PROJECT = Project(Path(__file__).parents[2])
END = {"cisco_ios": "end\n"}
"""The last line of every whole reading, where templates do not write it."""


def drift(platform: str, router: str, before: str, after: str) -> Drift:
    kit = Kit(PROJECT, platform)
    running = kit.running(router)
    assert before in running
    return compare(
        kit.rendered(router), f"{running.replace(before, after, 1)}{END.get(platform, '')}", kit.facts, resolve=secret
    )


def test_an_interface_of_ios_can_have_several_helper_addresses() -> None:
    relays = " ip helper-address 192.0.2.1\n ip helper-address 192.0.2.2\n"
    found = drift("cisco_ios", "core-1", " ip ospf cost 1\n", f" ip ospf cost 1\n{relays}")
    assert found.remedy == (
        "interface GigabitEthernet0/0/0",
        " no ip helper-address 192.0.2.1",
        " no ip helper-address 192.0.2.2",
        "exit",
    )


def test_an_aaa_session_id_of_ios_has_one_value() -> None:
    found = drift("cisco_ios", "core-1", "aaa session-id common", "aaa session-id unique")
    assert found.remedy == ("aaa session-id common",)


def test_vrp_can_look_for_names_in_several_domains() -> None:
    found = drift(
        "huawei_vrp", "core-1", " dns domain uji.example\n", " dns domain uji.example\n dns domain lain.example\n"
    )
    assert found.remedy == ("undo dns domain lain.example",)


def test_junos_can_speak_several_versions_of_ssh() -> None:
    line = "set system services ssh protocol-version v2\n"
    found = drift("juniper_junos", "core-1", line, line.replace("v2", "v1") + line)
    assert found.remedy == ("delete system services ssh protocol-version v1",)


def test_a_name_in_the_resolver_of_routeros_is_found_by_what_it_says() -> None:
    row = "/ip dns static add address=192.0.2.7 name=stray.example\n"
    found = drift("mikrotik_routeros", "core-1", "/ip dns set", f"{row}/ip dns set")
    assert found.remedy == ('/ip dns static remove [ find where name="stray.example" address="192.0.2.7" ]',)
