"""Words that people read: every message has its words in both languages, and programs never see them."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

from jipkit import language
from jipkit.language import DOMAIN, LANGUAGES, LOCALES, PSEUDO, _, ngettext, number, preferred_language, use_language
from jipkit.verdict.words import SENTENCES, Verdict

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"\{[^{}]*\}")

# the chips of the district's status board
STATES = {
    Verdict.UP: "Normal",
    Verdict.DEGRADED: "Terganggu",
    Verdict.DOWN: "Putus",
    Verdict.UNKNOWN_UPSTREAM: "Tidak terjangkau",
    Verdict.NEVER_COLLECTED: "Belum pernah diperiksa",
    Verdict.NOT_PARSED: "Tidak terbaca",
    Verdict.MISWIRED: "Salah sambung",
    Verdict.ONE_WAY: "Satu arah",
    Verdict.HALF_CONFIGURED: "Belum lengkap",
    Verdict.FLAPPING: "Tidak stabil",
    Verdict.MAINTENANCE: "Pemeliharaan",
    Verdict.PLANNED: "Belum terpasang",
}


def _load_messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = _load_messages()


@pytest.fixture(autouse=True)
def chosen() -> Iterator[None]:
    """Let no test leave its language to the next."""
    before = language._chosen
    yield
    language._chosen = before


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    found = messages.extracted()
    assert isinstance(found, Catalog)
    return found


# ------------------------------------------------------------------ the catalogues


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_catalogue_is_complete_current_and_compiled(code: str, extracted: Catalog) -> None:
    assert list(messages.faults(code, extracted)) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_message(code: str) -> None:
    wrong = [
        (message.id, form)
        for message in messages.catalogue(code)
        for form in _forms(message.string)
        if message.id and sorted(set(PLACEHOLDER.findall(form))) != _placeholders(message.id)
    ]
    assert wrong == []


@pytest.mark.parametrize(("code", "forms"), [("en", 2), ("id", 1)])
def test_a_catalogue_has_as_many_plural_forms_as_its_language(code: str, forms: int) -> None:
    plurals = [message for message in messages.catalogue(code) if message.pluralizable]
    assert plurals
    assert [m.id for m in plurals if len(_forms(m.string)) != forms] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_ends_as_its_message_does(code: str) -> None:
    """A heading gets no full stop, a sentence keeps it; blanks at the edges would glue words together."""
    wrong = [
        (message.id, form)
        for message in messages.catalogue(code)
        for form in _forms(message.string)
        if message.id and _edges(form) != _edges(_forms(message.id)[0])
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_what_gettext_reads() -> None:
    words = gettext.translation(DOMAIN, LOCALES, ["id"])
    assert words.gettext("Show this message and exit.") == "Tampilkan bantuan ini, lalu selesai."
    assert words.ngettext("{n} file", "{n} files", 3) == "{n} berkas"


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
def test_every_sentence_about_a_link_is_marked(sentence: str, extracted: Catalog) -> None:
    assert sentence in extracted


def test_the_help_of_every_playbook_is_marked(extracted: Catalog) -> None:
    assert "Check the inventory, and tell every fault with its file and line." in extracted
    assert "Show everything that the inventory knows of one office, router or link." in extracted


def test_a_catalogue_that_lags_behind_the_code_is_found(extracted: Catalog) -> None:
    extracted = messages.deepcopy(extracted)
    extracted.add("a sentence that nobody has translated")
    assert [fault.split(": ")[1] for fault in messages.faults("id", extracted)] == [
        "not what the code says; run scripts/messages"
    ]


def test_the_check_says_how_many_messages_there_are() -> None:
    answer = subprocess.run(
        [sys.executable, "scripts/messages.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout
    assert answer.stdout.endswith("messages, complete in en, id\n")


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _placeholders(ids: str | tuple[str, ...] | list[str]) -> list[str]:
    return sorted({found for text in _forms(ids) for found in PLACEHOLDER.findall(text)})


def _edges(text: str) -> tuple[str, ...]:
    """Return what has to be alike at the edges: blanks, and the mark a sentence ends with."""
    mark = text[-1] if text[-1:] in (".", ":", "?") else ""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :], mark


# ------------------------------------------------------------------ marks in the code

SAID = {"Column": (1, "heading"), "Text": (0, "heading"), "Report": (2, "title"), "progress": (1, "label")}
"""What people read of what these are called with: its position, and its name."""

SOURCES = sorted(
    path
    for folder in ("src/jipkit", "playbooks", "tasks")
    for path in (ROOT / folder).rglob("*.py")
    if "testing" not in path.parts
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_heading_note_or_help_is_an_unmarked_literal(path: Path) -> None:
    assert _unmarked_in(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('Column("router", _("Router"))', []),
        ('Column("router", "Router")', [1]),
        ('Report(name="x", ok=True, title=f"{router}: findings")', [1]),
        ('Report(name="x", ok=True, title=f"{key}: {name}")', []),
        ('Report(name="x", ok=True, notes=[_("Nothing differs."), f"look at {router}"])', [1]),
        ('typer.Option("--all", help=N_("The whole network."))', []),
        ('typer.Option("--all", help="The whole network.")', [1]),
        ('progress(3, "Asking")', [1]),
    ],
)
def test_an_unmarked_literal_is_found(code: str, found: list[int]) -> None:
    assert _unmarked_in(code) == found


def _unmarked_in(code: str) -> list[int]:
    """Return the lines on which a text that people read is written without a mark."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return [text.lineno for call in calls for text in _said(call) if _has_words(text)]


def _said(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    position, keyword = SAID.get(name, (len(call.args), "help"))
    yield from call.args[position : position + 1]
    for given in call.keywords:
        if given.arg == keyword:
            yield given.value
        elif name == "Report" and given.arg == "notes" and isinstance(given.value, ast.List | ast.Tuple):
            yield from given.value.elts


def _has_words(text: ast.expr) -> bool:
    """Return whether letters are written in a literal; what an f-string puts in is data."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return any(isinstance(p, ast.Constant) and re.search(r"[^\W\d_]", str(p.value or "")) for p in parts)


# ------------------------------------------------------------------ the chosen language


@pytest.mark.parametrize(("verdict", "word"), STATES.items())
def test_a_state_has_its_word_in_indonesian(verdict: Verdict, word: str) -> None:
    use_language("id")
    assert verdict.word == word


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({}, "en"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "id"}, "id"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "id_ID.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "id_ID.UTF-8"}, "id"),
        ({"LC_MESSAGES": "id_ID.UTF-8", "LANG": "en_US.UTF-8"}, "id"),
        ({"JIP_LANG": "id", "LC_ALL": "en_US.UTF-8"}, "id"),
        ({"JIP_LANG": PSEUDO}, PSEUDO),
    ],
)
def test_the_environment_chooses_the_language(environ: dict[str, str], code: str) -> None:
    assert preferred_language(environ) == code


@pytest.mark.parametrize("code", ["jv", "", "../en", "ID"])
def test_a_language_without_a_catalogue_is_an_error_that_names_those_there_are(code: str) -> None:
    with pytest.raises(ValueError, match="there are en, id"):
        use_language(code)


def test_the_language_is_taken_from_the_environment_when_nobody_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", None)
    monkeypatch.setattr(language, "preferred_language", lambda: "id")
    assert _("Router") == "Router"
    assert _("Office") == "Kantor"


@pytest.mark.parametrize(
    ("code", "number_of_files", "words"), [("en", 1, "{n} file"), ("en", 2, "{n} files"), ("id", 1, "{n} berkas")]
)
def test_the_plural_is_that_of_the_language(code: str, number_of_files: int, words: str) -> None:
    use_language(code)
    assert ngettext("{n} file", "{n} files", number_of_files) == words


@pytest.mark.parametrize("code", [*LANGUAGES, PSEUDO])
def test_no_text_stays_no_text(code: str) -> None:
    """gettext keeps the header of a catalogue under the empty message."""
    use_language(code)
    assert _("") == ""


@pytest.mark.parametrize(
    ("code", "value", "digits", "text"),
    [
        ("en", 99.52, 1, "99.5"),
        ("id", 99.52, 1, "99,5"),
        ("id", 100, 1, "100,0"),
        ("id", 1000, None, "1000"),
        ("id", 2.5, None, "2,5"),
        (PSEUDO, 2.5, None, "2.5"),
    ],
)
def test_a_number_has_the_decimal_mark_of_the_language(code: str, value: float, digits: int | None, text: str) -> None:
    use_language(code)
    assert number(value, digits) == text


def test_the_pseudo_language_brackets_what_is_in_a_catalogue_and_leaves_what_is_put_in() -> None:
    use_language(PSEUDO)
    assert _("Paste into {router}:").format(router="core-1") == "⟦Paste into ⟧core-1⟦:⟧"
    assert ngettext("{n} file", "{n} files", 2).format(n=2) == "2⟦ files⟧"
    assert _("a sentence that nobody has marked") == "a sentence that nobody has marked"
