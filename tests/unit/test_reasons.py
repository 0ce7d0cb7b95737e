"""A reason is English where programs and logs read it, and in the reader's language where a report says it."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator

import pytest

from jipkit.errors import ChangeError, LoginError, RouterError, UsageError
from jipkit.language import use_language
from jipkit.reasons import SENTENCES, Reason, as_json, because, from_json, said
from jipkit.verdict import Words
from jipkit.verdict.words import words


def through_json(text: str) -> str:
    return from_json(json.loads(json.dumps(as_json(text))))


@pytest.fixture
def _pseudo() -> Iterator[None]:
    use_language("pseudo")
    yield
    use_language("en")


@pytest.mark.parametrize("code", SENTENCES)
def test_a_reason_comes_back_from_the_store_as_it_was(code: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}
    reason = because(code, **dict.fromkeys(names, because("timed-out")))

    back = through_json(reason)

    assert isinstance(back, Reason)
    assert (str(back), back.code, back.arguments) == (str(reason), code, reason.arguments)
    assert all(isinstance(inner, Reason) for inner in back.arguments.values())


@pytest.mark.usefixtures("_pseudo")
def test_a_reason_is_said_in_the_language_that_is_chosen_when_it_is_read() -> None:
    stored = words("no-session", router="pop-1", other="core-1", reason=because("broke-off", reason=because("reset")))

    told = str(Words.from_json(json.loads(json.dumps(stored.as_json()))))

    assert told.endswith("⟦the session broke off: ⟧⟦Connection reset by peer⟧")


@pytest.mark.usefixtures("_pseudo")
def test_an_error_is_english_in_every_language_and_says_its_reason_in_the_chosen_one() -> None:
    error = LoginError("pop-1", because("login-refused-because", reason="no"), because("name-a-key", user="ops"))

    assert str(error) == "pop-1: refused our login: no; name a key with JIP_SSH_KEY, or set login/ops"
    assert error.said() == "⟦refused our login: ⟧no; ⟦name a key with JIP_SSH_KEY, or set login/⟧ops"


@pytest.mark.usefixtures("_pseudo")
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RouterError("pop-1", "whatever a driver said"), "whatever a driver said"),
        (ChangeError("pop-1", "guard", because("plan-outdated"), "nothing"), f"⟦{SENTENCES['plan-outdated']}⟧"),
        (UsageError(because("empty")), "⟦an empty answer⟧"),
        (UsageError("no such thing"), "no such thing"),
    ],
)
def test_what_has_no_words_of_ours_is_told_as_it_is(error: RouterError, told: str) -> None:
    assert error.said() == told


@pytest.mark.parametrize(
    "stored",
    [
        {"code": "of-the-future", "arguments": {}, "text": "it was raining"},
        {"code": "broke-off", "arguments": {}, "text": "it was raining"},
        {"code": "broke-off", "arguments": None, "text": "it was raining"},
        {"code": ["broke-off"], "arguments": {}, "text": "it was raining"},
        {"text": "it was raining"},
        "it was raining",
    ],
    ids=str,
)
def test_a_reason_of_another_version_is_told_by_its_text(stored: object) -> None:
    record = {"code": "unreachable", "arguments": {"reason": stored}}

    assert str(Words.from_json(record)) == "no session: it was raining"


def test_programs_find_every_reason_in_the_same_place() -> None:
    plain, coded = (words("unreachable", reason=reason).as_json() for reason in ("rain", because("timed-out")))

    assert plain["arguments"] == {"reason": {"text": "rain"}}
    assert coded["arguments"] == {"reason": {"code": "timed-out", "arguments": {}, "text": "timed out"}}


def test_what_a_device_says_can_neither_act_on_a_terminal_nor_fill_it() -> None:
    reason = because("not-understood", reason="\x1b[2J" + "x" * 100_000)

    assert reason.isprintable()
    assert len(reason) < 400


def test_what_a_device_says_is_never_taken_for_a_template() -> None:
    assert said(through_json(because("broke-off", reason="{0} {router}"))) == "the session broke off: {0} {router}"


def test_a_reason_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        because("nonsense")
