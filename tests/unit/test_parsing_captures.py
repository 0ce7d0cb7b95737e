"""Answers written after what devices really print are understood, and whatever is none is never taken for one.

``captures/<platform>/<fact>/<version>_<case>.txt`` is an answer; beside it, as ``.yaml``, stands what it means:
``records`` or why it is ``not_parsed``, and ``about``: what was asked besides (the address of a ping, a port).
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Mapping
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from jipkit.observation import NotParsed
from jipkit.parsing import choose, read
from jipkit.parsing.reading import PARSERS, ROWS, template_of
from jipkit.platforms import Command, Fact, PlatformFacts
from jipkit.project import Project

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "tests" / "captures"
PLATFORMS = Project(ROOT).platforms

CASES = sorted(path.relative_to(CAPTURES).with_suffix("").as_posix() for path in CAPTURES.glob("*/*/*.yaml"))


@cache
def facts_of(platform: str) -> PlatformFacts:
    return next(facts for name, facts in PLATFORMS.items() if str(name) == platform)


@cache
def expected(case: str) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load((CAPTURES / f"{case}.yaml").read_text("utf-8")))


@cache
def captured(case: str) -> str:
    return (CAPTURES / f"{case}.txt").read_bytes().decode()


def asked(case: str, platform: str | None = None) -> tuple[Fact, Command | None, PlatformFacts]:
    of, fact, name = case.split("/")
    facts, version = facts_of(platform or of), name.partition("_")[0]
    return cast("Fact", fact), choose(facts, cast("Fact", fact), version), facts


def answered(case: str, text: str | None = None, platform: str | None = None) -> Any:
    """Return what is understood of a capture, or of another text in its stead."""
    fact, command, facts = asked(case, platform)
    assert command is not None, f"{facts.platform} is not asked for {fact}"
    about = {"probes": 3, "address": "192.0.2.1", **(expected(case).get("about") or {})}
    about["address"] = IPv4Address(about["address"])
    return read(fact, captured(case) if text is None else text, command, facts, **about)


def plain(value: Any) -> Any:
    """Return records as YAML has them, without what the platform did not tell."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {name: plain(item) for name, item in shown.items() if item is not None and item not in ("", ())}
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def shows(case: str) -> pytest.MarkDecorator:
    """Return the mark that says which fact of which platform a capture shows."""
    platform, fact, _ = case.split("/")
    return pytest.mark.covers({"addresses": "interfaces", "cdp": "lldp"}.get(fact, fact), platform)


UNDERSTOOD = [case for case in CASES if "records" in expected(case)]
REFUSED = [case for case in CASES if "not_parsed" in expected(case)]
TOLD = [case for case in UNDERSTOOD if expected(case)["records"]]


@pytest.mark.parametrize("case", [pytest.param(case, marks=shows(case)) for case in UNDERSTOOD])
def test_a_captured_answer_is_understood(case: str) -> None:
    answer = answered(case)

    assert not isinstance(answer, NotParsed), answer
    assert plain(answer) == expected(case)["records"]


@pytest.mark.parametrize("case", REFUSED)
def test_an_answer_that_is_none_is_not_parsed_and_says_why(case: str) -> None:
    answer = answered(case)

    assert isinstance(answer, NotParsed), answer
    assert expected(case)["not_parsed"] in answer.reason


NONSENSE = {
    "nothing": "",
    "blank lines": "\r\n \n\r\n",
    "a prompt": "<router>",
    "prose": "Garbage in, garbage out",
    "numbers": "1 2 3\n4 5 6\n",
    "html": "<html><body>502 Bad Gateway</body></html>",
    "escape codes": "\x1b[31m\x1b[0m",
    "a null byte": "\x00",
    "json": "{}",
    "a log line": "Nov 24 08:00:01 %SYS-5-CONFIG_I: Configured from console",
}


def every_command() -> list[tuple[str, Fact, int]]:
    return [
        (str(platform), fact, number)
        for platform, facts in PLATFORMS.items()
        for fact, commands in facts.commands.items()
        for number in range(len(commands))
    ]


@pytest.mark.parametrize("text", NONSENSE.values(), ids=NONSENSE.keys())
@pytest.mark.parametrize(("platform", "fact", "number"), every_command())
def test_nonsense_is_not_parsed(platform: str, fact: Fact, number: int, text: str) -> None:
    facts = facts_of(platform)
    command = facts.commands[fact][number]

    answer = read(fact, text, command, facts, address=IPv4Address("192.0.2.1"), probes=3)

    # FRR says `{}` where a protocol is not configured, and a line of the log is no nonsense for a log
    assert (
        isinstance(answer, NotParsed)
        or (text == "{}" and command.read in PARSERS)
        or (fact == "log" and text[:3] == "Nov")
    )


@pytest.mark.parametrize(
    "line", [" " * 40_000 + "x", "a " * 20_000, "1.1 " * 10_000], ids=["blanks", "words", "numbers"]
)
@pytest.mark.parametrize(("platform", "fact", "number"), every_command())
def test_a_line_of_any_length_is_read_in_no_time(platform: str, fact: Fact, number: int, line: str) -> None:
    facts, started = facts_of(platform), time.process_time()

    answer = read(fact, line, facts.commands[fact][number], facts, address=IPv4Address("192.0.2.1"), probes=3)

    assert isinstance(answer, NotParsed)
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize(("platform", "fact", "number"), every_command())
def test_every_command_is_read_with_something_that_knows_only_fields_of_the_record(
    platform: str, fact: Fact, number: int
) -> None:
    command = facts_of(platform).commands[fact][number]

    assert command.read in PARSERS or command.read == ROWS or template_of(fact, command, facts_of(platform))


@pytest.mark.parametrize(
    ("platform", "fact"), [(str(platform), fact) for platform, facts in PLATFORMS.items() for fact in facts.commands]
)
def test_each_fact_is_shown_by_answers_of_two_versions(platform: str, fact: Fact) -> None:
    versions = {
        case.rpartition("/")[2].partition("_")[0] for case in UNDERSTOOD if case.startswith(f"{platform}/{fact}/")
    }
    # those of FRR 8.4.4 are files of its own JSON, see test_parsing.py
    recorded = {path.suffix for path in (CAPTURES / platform / fact).glob("*.json")}

    assert len(versions | recorded) >= 2


@pytest.mark.parametrize("case", TOLD)
def test_the_answer_of_another_platform_is_not_parsed_or_means_the_same(case: str) -> None:
    fact, _, facts = asked(case)
    others = [str(name) for name, other in PLATFORMS.items() if name != facts.platform and fact in other.commands]

    answers = [answered(case, platform=other) for other in others]

    assert [a for a in answers if not isinstance(a, NotParsed) and plain(a) != expected(case)["records"]] == []


@pytest.mark.parametrize("case", TOLD)
def test_an_answer_cut_after_any_line_is_not_parsed_or_tells_less(case: str) -> None:
    lines = captured(case).splitlines(keepends=True)

    step = max(1, len(lines) // 80)
    answers = [answered(case, "".join(lines[:count])) for count in range(0, len(lines), step)]

    wrong = [
        a for a in answers if not isinstance(a, NotParsed) and not _tells_less(plain(a), expected(case)["records"])
    ]
    assert wrong == []


@pytest.mark.parametrize("case", TOLD)
def test_an_answer_cut_within_a_line_never_says_that_there_is_none(case: str) -> None:
    text = captured(case)

    answers = [answered(case, text[:length]) for length in range(1, len(text), max(1, len(text) // 40))]

    assert [a for a in answers if not isinstance(a, NotParsed) and not a] == []


WORDS_FOR_NONE = (
    "Info: Global LLDP is not enabled.",
    "Info: Port GigabitEthernet0/0/9, transceiver is absent.",
    "connect: Network is unreachable",
    "% LLDP is not enabled",
    "% BGP not active",
    "netlink error: Operation not supported",
)


@pytest.mark.parametrize("words", WORDS_FOR_NONE)
@pytest.mark.parametrize("case", [case for case in TOLD if "'loss': 1.0" not in str(expected(case))])
def test_words_for_none_amid_an_answer_do_not_make_it_none(case: str, words: str) -> None:
    lines = captured(case).splitlines(keepends=True)
    middle = len(lines) // 2

    answer = answered(case, f"{''.join(lines[:middle])}{words}\n{''.join(lines[middle:])}")

    assert isinstance(answer, NotParsed) or (answer and getattr(answer, "loss", 0.0) < 1.0)


def test_words_that_got_into_the_middle_of_a_state_are_no_state() -> None:
    case = "mikrotik_routeros/bgp_neighbors/6.49.10_one_of_two"
    disturbed = captured(case).replace("state=established", "state=established\n(3 messages discarded)", 1)

    assert isinstance(answered(case, disturbed), NotParsed)


def _tells_less(part: Any, whole: Any) -> bool:
    """Return whether ``part`` is the start of ``whole``, and something at all."""
    return bool(part) and _begins(part, whole)


def _begins(part: Any, whole: Any) -> bool:
    if isinstance(whole, dict):
        return all(key in whole and _begins(value, whole[key]) for key, value in part.items())
    if isinstance(whole, list):
        return all(_begins(p, w) for p, w in _pairs(part, whole))
    return bool(part == whole or (isinstance(whole, str) and whole.startswith(str(part))))


def _pairs(part: Iterable[Any], whole: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    return zip(part, whole, strict=False)
