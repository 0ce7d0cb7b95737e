"""What holds for every configuration of every platform: five laws, for whatever the grammars in ``laws`` write."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jipkit.configs import normalise
from jipkit.redaction import HIDDEN, fill, redact
from tests.unit.laws.grammar import Case, two
from tests.unit.laws.trying import law
from tests.unit.laws.worlds import GRAMMARS, PLATFORM_OF, PROJECT, drift_of, grammar, holding, typed

LAW = law(30)
NAMED_BY_SECRET = re.compile(r"snmp-server (community|host) |snmp community ")
"""What cannot be taken back without its secret: that is its name."""
VALUES = st.text("abcdefghijkXYZ0123456789.$/+-", max_size=9).map("{}Rahasia".format)
NUMBERS = st.integers(0, 10**6)
CASES = st.builds(Case, NUMBERS, st.sampled_from([1.0, 0.7, 0.4, 0.0]), st.lists(st.tuples(NUMBERS, NUMBERS)))
MAKES = pytest.mark.parametrize(("platform", "name"), [(PLATFORM_OF[name], name) for name in GRAMMARS])


@pytest.mark.parametrize("platform", sorted(path.name for path in (PROJECT.root / "templates").iterdir()))
def test_every_platform_of_the_templates_has_a_grammar_to_try_the_laws_on(platform: str) -> None:
    assert platform in PLATFORM_OF.values()


@MAKES
@pytest.mark.covers("compare")
@LAW
@given(case=CASES)
def test_a_router_at_which_all_was_typed_does_not_differ(platform: str, name: str, case: Case) -> None:
    intended, _ = two(grammar(name), case)
    drift = drift_of(platform, intended, holding(name, intended).text())
    assert {(d.kind, d.reason and d.reason.code) for d in drift.differences} <= {("not assessable", "secret-veiled")}
    assert (drift.remedy, drift.undo, drift.coverage) == ((), (), 1.0)


@MAKES
@pytest.mark.covers("remedy")
@LAW
@given(case=CASES)
def test_the_remedy_makes_it_as_intended(platform: str, name: str, case: Case) -> None:
    intended, running = two(grammar(name), case)
    router = holding(name, running)
    before = router.text()
    router.apply(typed(drift_of(platform, intended, before).remedy, before))
    assert router.meaning() == holding(name, intended).meaning()
    assert drift_of(platform, intended, router.text()).settled


@MAKES
@pytest.mark.covers("remedy")
@LAW
@given(case=CASES)
def test_a_remedy_needs_no_secret_that_only_the_router_knows(platform: str, name: str, case: Case) -> None:
    intended, running = two(grammar(name), case)
    remedy = drift_of(platform, intended, holding(name, running).text()).remedy
    assert not [line for line in remedy if HIDDEN in line and not NAMED_BY_SECRET.search(line)]


@MAKES
@pytest.mark.covers("remedy")
@LAW
@given(case=CASES)
def test_the_undo_makes_it_as_it_was(platform: str, name: str, case: Case) -> None:
    intended, running = two(grammar(name), case)
    router = holding(name, running)
    before = router.text()
    drift = drift_of(platform, intended, before)
    router.apply(typed((*drift.remedy, *drift.undo), before))
    assert router.meaning() == holding(name, running).meaning()


@MAKES
@pytest.mark.covers("compare")
@LAW
@given(case=CASES)
def test_what_is_normal_stays_as_it_is(platform: str, name: str, case: Case) -> None:
    intended, running = two(grammar(name), case)
    facts = PROJECT.platforms[platform]
    for text in ("\n".join(intended), holding(name, running).text()):
        once = normalise(text, facts)
        assert normalise(once, facts) == once


@MAKES
@pytest.mark.covers("compare")
@LAW
@given(case=CASES, value=VALUES)
def test_no_secret_survives(platform: str, name: str, case: Case, value: str) -> None:
    intended, running = two(grammar(name), case)
    facts = PROJECT.platforms[platform]
    text = fill("\n".join([*running, facts.last_line or ""]), lambda _name: value)
    assert "Rahasia" not in redact(text, facts)
    assert "Rahasia" not in redact(normalise(text, facts), facts)
    assert "Rahasia" not in repr(drift_of(platform, intended, text))
