"""What people do to a router by hand, and what a device only says of itself: each platform in its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.drift import Drift, as_diff, compare
from jipkit.errors import TemplateError
from jipkit.project import Project
from jipkit.testing.networks import small_network
from jipkit.testing.replatform import on_platform

PROJECT = Project(Path(__file__).parents[2])
LAST = {"cisco_ios": "end\n", "arista_eos": "end\n", "huawei_vrp": "#\nreturn\n"}


def drift_with(platform: str, before: str = "", after: str = "") -> Drift:
    """Return the drift of an unchanged router with lines before and after what it prints."""
    intended = PROJECT.render("kec-rawa", on_platform(small_network(), "kec-rawa", platform))
    running = f"{before}{intended.text}{after}{LAST.get(platform, '')}"
    return compare(intended, running, PROJECT.platforms[platform])


def extra(drift: Drift) -> list[str | None]:
    return [d.running for d in drift.differences if d.kind == "extra"]


def test_an_indented_first_line_is_a_statement() -> None:
    drift = drift_with("cisco_ios", before=" tftp-server flash:secret\n")
    assert extra(drift) == ["tftp-server flash:secret"]


def test_a_certificate_that_lies_in_a_file_ends_with_its_line() -> None:
    chain = "crypto pki certificate chain own\n certificate self-signed 01 nvram:IOS-Self-Sig#1.cer\n"
    drift = drift_with("cisco_ios", after=f"{chain}tftp-server flash:secret\n")
    assert extra(drift) == ["tftp-server flash:secret"]


@pytest.mark.parametrize(
    ("platform", "line", "remedy"),
    [
        ("juniper_junos", "protect interfaces ge-0/0/0", "unprotect interfaces ge-0/0/0"),
        ("juniper_junos", "set system apply-groups open", "delete system apply-groups"),
        ("juniper_junos", "set protocols apply-groups open", "delete protocols apply-groups"),
        ("juniper_junos", "set firewall apply-groups open", "delete firewall apply-groups"),
        ("arista_eos", "agent Ospf shutdown", "no agent Ospf shutdown"),
        ("huawei_vrp", "FTP server enable", "undo FTP server enable"),
        (
            "vyos",
            "set protocols static interface-route 0.0.0.0/0 next-hop-interface eth1",
            "delete protocols static",
        ),
    ],
)
def test_what_changes_the_meaning_of_the_rest_is_drift(platform: str, line: str, remedy: str) -> None:
    drift = drift_with(platform, after=f"{line}\n")
    assert extra(drift) == [line]
    assert drift.remedy == (remedy,)


@pytest.mark.parametrize(("platform", "line"), [("arista_eos", "agent PowerManager shutdown")])
def test_what_a_box_says_of_itself_is_no_drift(platform: str, line: str) -> None:
    assert drift_with(platform, after=f"{line}\n").clean


@pytest.mark.parametrize(("platform", "banner"), [("cisco_ios", "press ^C to stop"), ("arista_eos", "EOF")])
def test_a_banner_that_would_end_early_is_refused(platform: str, banner: str) -> None:
    network = on_platform(small_network(), "kec-rawa", platform)
    network = network.replace(standards=network.standards.model_copy(update={"banner": banner}))
    with pytest.raises(TemplateError, match=r"standards\.banner"):
        PROJECT.render("kec-rawa", network)


def test_every_line_of_a_banner_is_marked_as_running() -> None:
    drift = drift_with("cisco_ios", after="banner motd ^C\n+ username stranger\n^C\n")
    assert "\n- banner motd ^C\n- + username stranger\n- ^C\n" in as_diff(drift)
