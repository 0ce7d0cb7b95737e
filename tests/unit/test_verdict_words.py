"""Verdicts and their causes can be read by programs, stored, and said in any language."""

from __future__ import annotations

import json
import string

import pytest

from jipkit.language import use_language
from jipkit.verdict import SENTENCES, Evidence, Verdict, Words
from jipkit.verdict.words import words


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_word_and_a_colour(verdict: Verdict) -> None:
    assert verdict.word
    assert verdict.mood in ("good", "warn", "bad", "unknown", "info")


def test_only_up_is_green_and_only_down_is_red() -> None:
    moods = {verdict: verdict.mood for verdict in Verdict}

    assert [v for v, mood in moods.items() if mood == "good"] == [Verdict.UP]
    assert [v for v, mood in moods.items() if mood == "bad"] == [Verdict.DOWN]


def test_verdicts_are_ranked_from_down_to_up_and_what_is_not_in_service_comes_last() -> None:
    ranked = sorted(Verdict, key=lambda verdict: verdict.rank)

    assert (ranked[0], ranked[-2], ranked[-1]) == (Verdict.DOWN, Verdict.UP, Verdict.PLANNED)


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_comes_back_from_the_store_as_it_was(code: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}
    said = words(code, **dict.fromkeys(names, "x"))

    assert Words.from_json(json.loads(json.dumps(said.as_json()))) == said


def test_evidence_comes_back_from_the_store_as_it_was() -> None:
    fact = Evidence("core-1", words("port-up", port="eth1"))

    assert Evidence.from_json(json.loads(json.dumps(fact.as_json()))) == fact
    assert str(fact) == "core-1: eth1 up"


def test_a_sentence_is_said_in_the_language_that_is_chosen_when_it_is_read(request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda: use_language("en"))
    stored = words("port-up", port="eth1").as_json()
    use_language("pseudo")

    assert str(Words.from_json(stored)) == "eth1⟦ up⟧"


def test_what_was_asked_and_what_was_measured_are_said_in_the_chosen_language(request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda: use_language("en"))
    use_language("id")

    assert str(words("part-not-asked", part="neighbours", reason="...")) == "tetangga tidak ditanya: ..."
    assert str(words("ping", address="10.0.0.1", loss="0", delay="0.5")) == "ping 10.0.0.1: hilang 0 %, 0,5 ms"


@pytest.mark.parametrize(
    "stored",
    [
        {"code": "of-the-future"},
        {"code": "port-up", "arguments": {}},
        {"code": "ping", "arguments": {"address": "10.0.0.1", "loss": "some", "delay": "0.5"}},
    ],
)
def test_a_record_of_another_version_is_shown_by_its_code(stored: dict[str, object]) -> None:
    assert str(Words.from_json(stored)) == stored["code"]


def test_what_a_device_says_is_never_taken_for_a_template() -> None:
    assert str(words("unreachable", reason="{router} {0}")) == "no session: {router} {0}"


def test_a_sentence_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        words("nonsense")
