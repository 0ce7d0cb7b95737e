"""What a router is read for is its own configuration and the whole of it: a part of it, or another's, is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from jipkit.backups import Reading
from jipkit.configs import own_statements
from jipkit.errors import AnswerError
from jipkit.platforms import PlatformFacts
from jipkit.project import Project

ROOT = Path(__file__).parents[2]
PLATFORMS = Project(ROOT).platforms
ROUTER = "kec-rawa"
ENDED = [name for name, facts in sorted(PLATFORMS.items()) if facts.last_line]
NAMED = [name for name, facts in sorted(PLATFORMS.items()) if facts.hostname]


def whole(platform: str, router: str = ROUTER) -> str:
    """Return what a router of ``platform`` prints, from its first line to its last."""
    text = (ROOT / "tests" / "golden" / platform / f"{router}.conf").read_text("utf-8")
    return f"{text}{PLATFORMS[platform].last_line or ''}\n"


def refusal(text: str, facts: PlatformFacts) -> str:
    with pytest.raises(AnswerError) as caught:
        own_statements(text, facts, ROUTER)
    return str(caught.value)


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_whole_configuration_is_read(platform: str) -> None:
    assert len(own_statements(whole(platform), PLATFORMS[platform], ROUTER)) > 40


@pytest.mark.parametrize("platform", ENDED)
def test_what_the_session_adds_does_not_make_it_a_part(platform: str) -> None:
    text = f"{ROUTER}#show running-config\n{whole(platform)}{ROUTER}#"
    assert len(own_statements(text, PLATFORMS[platform], ROUTER)) > 40


def test_three_platforms_say_where_their_configuration_ends() -> None:
    assert ENDED == ["arista_eos", "cisco_ios", "huawei_vrp"]


@pytest.mark.parametrize("lost", [1, 2, 3, 10, 100, 1000])
@pytest.mark.parametrize("platform", ENDED)
def test_a_part_of_it_is_refused(platform: str, lost: int) -> None:
    assert "cut short" in refusal(whole(platform).rstrip()[:-lost], PLATFORMS[platform])


@pytest.mark.parametrize("platform", ENDED)
def test_a_part_that_ends_with_a_whole_line_is_refused(platform: str) -> None:
    assert "cut short" in refusal(whole(platform).rpartition("\ninterface")[0], PLATFORMS[platform])


@pytest.mark.parametrize("platform", NAMED)
def test_the_configuration_of_another_router_is_refused(platform: str) -> None:
    said = refusal(whole(platform, "core-1"), PLATFORMS[platform])
    assert said == (
        "kec-rawa: that is the configuration of core-1; nothing was changed. Is this address another router's?"
    )


def test_a_text_of_several_lines_that_never_ends_is_refused() -> None:
    text = whole("cisco_ios").replace("berwenang.^C", "berwenang.")
    assert "a text of several lines begins here and never ends: it was cut short" in refusal(
        text, PLATFORMS["cisco_ios"]
    )


@pytest.mark.parametrize("text", ["", "\n\n", "!\n", "\x00\x01\x7fELF", "end\n", "return\n"])
@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_what_says_nothing_is_refused(platform: str, text: str) -> None:
    assert refusal(text, PLATFORMS[platform]).startswith("kec-rawa: ")


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_what_belongs_to_no_part_of_it_is_refused(platform: str) -> None:
    facts = PLATFORMS[platform]
    assert refusal(f"Connection closed by remote host\n{facts.last_line or ''}\n", facts).startswith("kec-rawa: ")


@pytest.mark.parametrize("platform", ENDED)
def test_a_refusal_says_where_what_and_what_to_do_next(platform: str) -> None:
    assert refusal(whole(platform)[:200], PLATFORMS[platform]) == (
        f"kec-rawa: its running configuration is none: its last line is none that a whole configuration of {platform} "
        "ends with: it was cut short; nothing of it was kept; if it answers so again, look at its console"
    )


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_what_is_kept_of_a_reading_is_read_again_whatever_the_session_added(platform: str) -> None:
    facts = PLATFORMS[platform]
    text = f"{ROUTER}#show running-config\n{whole(platform)}{ROUTER}#"
    kept = Reading.of(text, facts, lambda _: "0123456789abcdef").kept
    said, again = own_statements(text, facts, ROUTER), own_statements(kept, facts, ROUTER)
    assert [(len(s.path), s.text.split()[0]) for s in again] == [(len(s.path), s.text.split()[0]) for s in said]
