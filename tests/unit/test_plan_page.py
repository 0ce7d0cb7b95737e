"""The page of a plan: all of the plan is on it, nothing on it acts, and nothing is fetched for it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from jipkit import pages
from jipkit.language import PSEUDO, use_language
from jipkit.model import RiskLevel, Source
from jipkit.pages.plan import plan_page
from jipkit.plan import Change, Loss, Plan, Stage
from jipkit.reasons import because
from jipkit.rollout.risk import Risk

STYLE = (Path(pages.__file__).parent / "plan.css").read_text("utf-8")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</pre></style></details><!--",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#x41;",
    "]]>http://192.0.2.1/x",
)
FIELDS = (
    "subject",
    "router",
    "diff",
    "command",
    "undo",
    "section",
    "what",
    "looked-at",
    "reason",
    "warning",
    "office",
    "service",
    "single-way",
    "left-out",
    "why",
    "activated",
    "idle",
)


def change(router: str, level: RiskLevel | None = RiskLevel.LOW, score: int = 3) -> Change:
    return Change(
        router,
        "hostname x\n",
        "hostname y\n",
        "- hostname y\n+ hostname x  # templates/frr/router.j2:1",
        (
            Stage(
                (),
                (("changed", (), "hostname x", "hostname y"),),
                {"system": "0" * 64},
                ("hostname x",),
                ("hostname y",),
            ),
        ),
        risk=Risk(score, level, (because("system-changed", statements="hostname x"),)) if level else None,
    )


def staged(found: Change, **fields: Any) -> Change:
    """Return a change whose only stage says something else."""
    return replace(found, stages=(replace(found.stages[0], **fields),))


def a_plan() -> Plan:
    """Three routers in two batches, one left out, one with nothing to do."""
    changes = {
        "far": change("far"),
        "left": staged(change("left", RiskLevel.HIGH, 71), undo_complete=False),
        "right": replace(change("right", RiskLevel.MEDIUM, 30), warnings=(because("version-unknown", minimum="8.4"),)),
        "idle": replace(change("idle"), diff="", stages=()),
    }
    return Plan(
        "plan",
        "--all",
        changes,
        ((("far",),), (("left", "right"),)),
        losses=(Loss(), Loss(("kec-rawa",), ("SIAK",), ("desa-jauh",))),
        left_out={"silent": because("was-not-asked")},
    )


def hostile_plan(text: str) -> Plan:
    """A plan that holds ``text`` in every field that a device, a person or a forger may have written."""
    router = f"router{text}"
    made = replace(
        staged(
            change(router),
            links=(f"link{text}",),
            sections={f"section{text}": f"digest{text}"},
            commands=(f"command{text}",),
            undo=(f"undo{text}",),
            checks=((f"kind{text}", f"what{text}"), ("link", f"looked-at{text}")),
        ),
        diff=f"+ diff{text}",
        risk=Risk(1, RiskLevel.LOW, (because("text-changed", statements=f"reason{text}"),)),
        warnings=(because("ask-again"), f"warning{text}"),
    )
    idle = replace(change(f"idle{text}"), diff="", stages=())
    return Plan(
        "plan",
        f"subject{text}",
        {router: made, idle.router: idle},
        (((router,),),),
        (Source("routers", f"activated{text}"),),
        (Loss((f"office{text}",), (f"service{text}",), (f"single-way{text}",)),),
        {f"left-out{text}": f"why{text}"},
    )


class Seen(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and its text outside style and script."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.spoken: list[str] = []
        self.raw: dict[str, str] = {}
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("meta", "input"):
            self.open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "input"):
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tag = self.open[-1][0] if self.open else ""
        if tag in ("style", "script"):
            self.raw[tag] = self.raw.get(tag, "") + data
            return
        self.texts.append(data)
        if not any(name in ("bdi", "code", "pre", "title") or kind == "said" for name, kind in self.open):
            self.spoken.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _tag, attributes in self.elements if attribute in attributes]


def tree(page: bytes) -> ET.Element:
    """Return the page as XML, which forgives nothing."""
    return ET.fromstring(page)  # noqa: S314 - our own page


@pytest.fixture
def _english_again() -> Iterator[None]:
    yield
    use_language("en")


# ------------------------------------------------------------------ all of the plan is on it


@pytest.mark.parametrize(
    "words",
    [
        "3 routers to change",
        "jip plan --all",
        a_plan().sha256,
        "silent: the router was not asked",
        "Highest riskhigh 71",
        "Routers3",
        "Units2",
        "Batches2",
        "Left out1",
        "changes the system: hostname x",
        "names no version; the templates are written for 8.4 and newer",
        "Unit 2: 2 routers that stand or fall together",
        "Already as they should be\nidle",
        "Services that stop: SIAK",
        "A single way is left to: desa-jauh",
        "- hostname y\n+ hostname x  # templates/frr/router.j2:1\n",
    ],
)
def test_what_the_plan_says_is_on_the_page(words: str) -> None:
    assert words in Seen(plan_page(a_plan())).text


@pytest.mark.parametrize("router", ["far", "left", "right"])
def test_every_router_has_an_anchor(router: str) -> None:
    assert f"router-{router}" in Seen(plan_page(a_plan())).values("id")


def test_every_link_leads_to_something_on_the_page() -> None:
    seen = Seen(plan_page(a_plan()))
    assert {link.removeprefix("#") for link in seen.values("href")} <= set(seen.values("id"))


def test_no_two_things_have_one_name() -> None:
    names = Seen(plan_page(a_plan())).values("id")
    assert len(names) == len(set(names))


def test_the_risk_is_a_word_and_not_a_colour_alone() -> None:
    summaries = tree(plan_page(a_plan())).findall(".//details[@class='router']/summary/span[@class='risk high']")
    assert ["".join(each.itertext()) for each in summaries] == ["high 71"]


def test_a_router_of_unknown_risk_is_what_to_look_at_first() -> None:
    plan = a_plan()
    page = plan_page(replace(plan, changes={**plan.changes, "far": change("far", None)}))
    assert "Highest risknot known" in Seen(page).text


def test_a_way_back_that_is_not_complete_is_said_with_its_router() -> None:
    page = tree(plan_page(a_plan()))
    assert ["".join(each.itertext()).split("it needs")[0] for each in page.findall(".//p[@class='alarm']")] == [
        "The way back is not complete: "
    ]


def test_a_plan_that_does_not_say_what_it_cuts_off_is_not_said_to_cut_nothing() -> None:
    text = Seen(plan_page(replace(a_plan(), losses=()))).text
    assert ("The plan does not say what its batches cut off." in text, "No batch cuts" in text) == (True, False)


def test_what_each_batch_costs_is_not_known_either_then() -> None:
    rows = tree(plan_page(replace(a_plan(), losses=()))).findall(".//tbody/tr")
    assert [["".join(cell.itertext()) for cell in row] for row in rows] == [
        ["1", "low", "not known", "1", "1", "not known"],
        ["2", "high", "not known", "2", "1", "not known"],
    ]


def test_each_batch_has_a_row_with_what_it_costs() -> None:
    rows = tree(plan_page(a_plan())).findall(".//tbody/tr")
    assert [["".join(cell.itertext()) for cell in row] for row in rows] == [
        ["1", "low", "0", "0", "1", "1", "none"],
        ["2", "high", "1", "1", "2", "1", "SIAK"],
    ]


def test_routers_with_the_same_commands_are_said_once() -> None:
    page = tree(plan_page(a_plan()))
    assert ["".join(each.itertext()) for each in page.findall(".//details[@class='group']/summary")] == [
        "3 routers high hostname x"
    ]


def test_a_plan_without_anything_to_do_says_so() -> None:
    text = Seen(plan_page(Plan("plan", "--all", {}, (), left_out={"silent": because("was-not-asked")}))).text
    assert ("0 routers to change" in text, "silent: the router was not asked" in text) == (True, True)


# ------------------------------------------------------------------ nothing on it acts


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(field: str, text: str) -> None:
    assert f"{field}{text}" in Seen(plan_page(hostile_plan(text))).text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_element(text: str) -> None:
    harmless = [tag for tag, _ in Seen(plan_page(hostile_plan(""))).elements]
    assert [tag for tag, _ in Seen(plan_page(hostile_plan(text))).elements] == harmless


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_attribute(text: str) -> None:
    harmless = [sorted(attributes) for _, attributes in Seen(plan_page(hostile_plan(""))).elements]
    assert [sorted(attributes) for _, attributes in Seen(plan_page(hostile_plan(text))).elements] == harmless


@pytest.mark.parametrize("text", HOSTILE)
def test_every_link_stays_on_the_page(text: str) -> None:
    assert {link[:1] for link in Seen(plan_page(hostile_plan(text))).values("href")} == {"#"}


@pytest.mark.parametrize("text", HOSTILE)
def test_every_element_is_closed_and_every_attribute_quoted(text: str) -> None:
    assert tree(plan_page(hostile_plan(text))).tag == "html"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202egro", "\\u202egro"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\u200b", "\\u200b"),
        ("\x00", "\\x00"),
        ("a\rb", "a\\rb"),
    ],
)
def test_what_nobody_sees_is_shown_as_its_code(text: str, shown: str) -> None:
    made = staged(change("far"), commands=(f"command {text}",))
    plan = replace(a_plan(), changes={**a_plan().changes, "far": made})
    assert f"command {shown}" in Seen(plan_page(plan)).text


# ------------------------------------------------------------------ nothing is fetched for it


@pytest.mark.parametrize("reference", ["http:", "https:", "//", "url(", "@import", "src=", "data:"])
def test_nothing_is_fetched_from_elsewhere(reference: str) -> None:
    assert reference not in plan_page(a_plan()).decode()


@pytest.mark.parametrize("tag", ["script", "style"])
def test_the_policy_allows_just_what_is_in_the_page(tag: str) -> None:
    seen = Seen(plan_page(a_plan()))
    digest = base64.b64encode(hashlib.sha256(seen.raw[tag].encode()).digest()).decode()
    assert f"{tag}-src 'sha256-{digest}';" in seen.values("content")[0]


def test_the_policy_forbids_everything_else() -> None:
    policy = Seen(plan_page(a_plan())).values("content")[0]
    assert re.sub(r"sha256-[^']*", "...", policy) == (
        "default-src 'none'; style-src '...'; script-src '...'; base-uri 'none'; form-action 'none'"
    )


def test_no_element_carries_a_style_or_a_script_of_its_own() -> None:
    names = {name for _, attributes in Seen(plan_page(a_plan())).elements for name in attributes}
    assert {name for name in names if name == "style" or name.startswith("on")} == set()


# ------------------------------------------------------------------ how it reads


def test_the_same_plan_gives_the_same_page() -> None:
    assert plan_page(Plan.from_json(a_plan().as_json())) == plan_page(a_plan())


@pytest.mark.usefixtures("_english_again")
def test_the_page_speaks_indonesian() -> None:
    use_language("id")
    page = plan_page(a_plan())
    assert (b'<html lang="id">' in page, "router tidak ditanya" in Seen(page).text) == (True, True)


@pytest.mark.usefixtures("_english_again")
def test_every_word_of_the_page_is_in_the_catalogue() -> None:
    use_language(PSEUDO)
    seen = Seen(plan_page(a_plan()))
    spoken = "".join([*seen.spoken, *seen.values("title"), *seen.values("placeholder")])
    assert re.findall(r"[^\W\d_]{2,}", re.sub(r"⟦[^⟧]*⟧", "", spoken)) == []


def colours(scheme: str) -> dict[str, str]:
    """Return the colours of the light scheme, or of the dark one, by their names."""
    light, dark = re.findall(r":root \{([^}]*)\}", STYLE)
    return dict(re.findall(r"--([\w-]+): (#\w{6})", dark if scheme == "dark" else light))


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text", "paper"),
        ("quiet", "paper"),
        ("quiet", "field"),
        ("link", "paper"),
        ("low", "field"),
        ("high", "field"),
        ("medium", "field"),
        ("low", "low-field"),
        ("medium", "medium-field"),
        ("high", "high-field"),
        ("unknown", "unknown-field"),
    ],
)
def test_every_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    """Source: WCAG 2.2, 1.4.3: 4.5 to 1."""
    found = colours(scheme)
    lighter, darker = sorted((luminance(found[text]), luminance(found[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
