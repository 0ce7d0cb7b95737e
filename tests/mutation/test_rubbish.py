"""What is no whole configuration of this router is refused or differs: it is never taken for as intended."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest

from jipkit.drift import compare
from jipkit.errors import AnswerError
from jipkit.rendering import Rendered
from tests.mutation.device import Style, secret
from tests.mutation.edits import Case
from tests.mutation.makes import MAKES
from tests.mutation.test_mutations import PROJECT, SEED, every_reading, rendered

CUTS = 40

BY_PLATFORM = {make.platform: name for name, make in MAKES.items() if name != "RouterOS 6"}
every_pair = pytest.mark.parametrize(("platform", "other"), list(permutations(BY_PLATFORM, 2)))


def reading(name: str, intended: Rendered, style: Style | None = None) -> str:
    chance = Random(f"{SEED} {name}")  # noqa: S311 - nothing secret comes of it
    case = Case.of(MAKES[name], intended.text, chance)
    case.style = style or Style()
    return case.text()


def answer(name: str, intended: Rendered, text: str) -> str:
    """Return what is made of a text: refused, drift, in doubt, or as intended."""
    try:
        drift = compare(intended, text, PROJECT.platforms[MAKES[name].platform], resolve=secret)
    except AnswerError:
        return "refused"
    return "drift" if not drift.clean else "as intended" if drift.proven else "in doubt"


def places_in_lines(name: str, intended: Rendered, text: str) -> list[int]:
    """Return the places at which a line of a statement is cut in two."""
    first, *_, last = Case.of(MAKES[name], intended.text, Random(0)).all()  # noqa: S311 - what they begin with
    tail = last.raw.split("\n")[-1][:20]
    start, end = text.index(first.raw[:20]), text.rindex(tail) + len(tail)
    return [place for place in range(start + 1, end) if "\n" not in text[place - 1 : place + 1]]


@every_reading
def test_an_export_that_is_cut_in_a_line_is_never_as_intended(platform: str, name: str) -> None:
    chance = Random(f"{SEED} {platform} {name} cuts")  # noqa: S311 - nothing secret comes of it
    taken = []
    for _ in range(CUTS):
        intended = chance.choice(rendered(name))
        text = reading(name, intended)
        place = chance.choice(places_in_lines(name, intended, text))
        if answer(name, intended, text[:place]) not in ("refused", "drift"):
            taken.append(f"{intended.router}: ...{text[place - 40 : place]!r}")
    assert not taken, f"JIP_MUTATION_SEED={SEED}: {taken}"


@every_reading
def test_the_export_of_another_router_is_never_as_intended(platform: str, name: str) -> None:
    ours, *others = rendered(name)
    assert ours.platform == platform
    found = {other.router: answer(name, ours, reading(name, other)) for other in others if other.router != ours.router}
    assert set(found.values()) <= {"refused", "drift"}, found


@every_pair
def test_the_export_of_another_platform_is_never_as_intended(platform: str, other: str) -> None:
    ours, theirs = rendered(BY_PLATFORM[platform])[0], rendered(BY_PLATFORM[other])[0]
    assert answer(BY_PLATFORM[platform], ours, reading(BY_PLATFORM[other], theirs)) in ("refused", "drift")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        " ",
        "#\n!\n#\n",
        "\x00\x01\x02\x7fELF\x00",
        "% Authorization failed\n",
        "Connection closed by remote host\n",
    ],
    ids=["nothing", "blank-lines", "blank", "separators", "binary", "refusal", "farewell"],
)
@every_reading
def test_what_is_no_configuration_is_refused(platform: str, name: str, text: str) -> None:
    ours = rendered(name)[0]
    assert (ours.platform, answer(name, ours, text)) == (platform, "refused")


@every_reading
def test_rubbish_is_refused(platform: str, name: str) -> None:
    chance = Random(f"{SEED} {platform} {name} rubbish")  # noqa: S311 - nothing secret comes of it
    texts = [chance.randbytes(chance.randint(1, 4000)).decode("latin-1") for _ in range(CUTS)]
    found = {answer(name, rendered(name)[0], text) for text in texts}
    assert found == {"refused"}, f"JIP_MUTATION_SEED={SEED}"


@every_reading
def test_rubbish_inside_an_export_is_never_as_intended(platform: str, name: str) -> None:
    chance = Random(f"{SEED} {platform} {name} inside")  # noqa: S311 - nothing secret comes of it
    ours = rendered(name)[0]
    text = reading(name, ours)
    taken = []
    for _ in range(CUTS):
        place = chance.choice(places_in_lines(name, ours, text))
        end = min(place + chance.randint(30, 200), len(text))
        broken = text[:place] + chance.randbytes(end - place).decode("latin-1") + text[end:]
        if answer(name, ours, broken) not in ("refused", "drift"):
            taken.append(text[place:end])
    assert not taken, f"JIP_MUTATION_SEED={SEED}: {taken}"


UNKNOWN = "frobnicate the-quux 7"


@every_reading
def test_a_statement_that_nobody_knows_is_listed_or_refused(platform: str, name: str) -> None:
    ours = rendered(name)[0]
    *lines, last = reading(name, ours).rstrip("\n").split("\n")
    text = "\n".join([*lines, UNKNOWN, last, ""])
    try:
        drift = compare(ours, text, PROJECT.platforms[platform], resolve=secret)
    except AnswerError:
        assert platform == "mikrotik_routeros"
    else:
        assert [d.kind for d in drift.differences if d.running == UNKNOWN] in (["unmanaged"], ["extra"])
        assert drift.coverage < 1


@pytest.mark.parametrize(
    ("platform", "version", "other"),
    [
        ("cisco_ios", "version 17.9", "version 12.4"),
        ("arista_eos", "EOS-4.30.5M", "EOS-4.10.1F"),
        ("mikrotik_routeros", "RouterOS 7.16.2", "RouterOS 6.12"),
        ("cisco_ios", "version 17.9", "version frobnicated"),
        ("arista_eos", "EOS-4.30.5M", "EOS-frobnicated"),
        ("mikrotik_routeros", "by RouterOS 7.16.2", "by FrobOS"),
    ],
)
def test_a_version_for_which_no_template_was_written_is_noted(platform: str, version: str, other: str) -> None:
    name = BY_PLATFORM[platform]
    text = reading(name, rendered(name)[0])
    assert version in text
    drift = compare(rendered(name)[0], text.replace(version, other), PROJECT.platforms[platform], resolve=secret)
    assert [reason.code for reason in drift.notes] in (["version-below"], ["version-unknown"])


@every_reading
def test_secrets_that_nobody_can_resolve_are_in_doubt(platform: str, name: str) -> None:
    intended = rendered(name)[0]
    drift = compare(intended, reading(name, intended), PROJECT.platforms[platform])
    lines = {line.strip() for line in intended.lines if "<secret:" in line}
    assert (len(lines), drift.clean, drift.proven) == (
        len([d for d in drift.differences if d.kind == "not assessable"]),
        True,
        False,
    )
