"""The words that people read, and their catalogues: collects, compiles and checks them.

scripts/messages          brings src/jipkit/locales up to date with the code; new messages wait there for translation
scripts/messages --check  changes nothing; fails, and says why, when a catalogue is not current and complete
"""

from __future__ import annotations

import argparse
import io
import struct
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from jipkit.language import DOMAIN, LANGUAGES, LOCALES
from jipkit.playbook import Group, Playbook, discover

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("src/jipkit", "playbooks", "tasks")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


# ------------------------------------------------------------------ what the code says


def extracted(root: Path = ROOT) -> Catalog:
    """Return every message of the code: what is marked in it, and the help texts of playbooks."""
    found = Catalog()
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            for line, message, _comments, _context in extract_from_file("python", path, KEYWORDS):
                found.add(message, locations=[(name, line)])
    for playbook in discover(root).values():
        for name, text in _help_texts(playbook):
            found.add(text, locations=[(name, 1)])
    return found


def _help_texts(found: Playbook | Group) -> Iterator[tuple[str, str]]:
    """Yield a playbook's file and each paragraph of its help; of a group its own too."""
    if isinstance(found, Group):
        yield from ((f"playbooks/{found.name}/__init__.py", text) for text in _paragraphs(found.help))
        for playbook in found.playbooks:
            yield from _help_texts(playbook)
    else:
        name = Path("playbooks", *found.parts).with_suffix(".py").as_posix()
        yield from ((name, text) for text in _paragraphs(found.help))


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in text.split("\n\n") if paragraph]


# ------------------------------------------------------------------ catalogues


def po_file(language: str) -> Path:
    """Return where the words of ``language`` are kept, for people to edit."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_file(language: str) -> Path:
    """Return where the program reads the words of ``language``."""
    return po_file(language).with_suffix(".mo")


def catalogue(language: str) -> Catalog:
    """Return the catalogue of ``language`` as it is on disk, obsolete messages included."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def current(language: str, messages: Catalog) -> Catalog:
    """Return the catalogue of ``language`` with just ``messages``: translated where it knows them, else empty.

    English needs no translator: its messages stand for themselves, unless somebody found a better wording.
    """
    known = catalogue(language)
    known.update(deepcopy(messages), no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    if language == "en":
        for message in known:
            if message.id and not complete(message):
                message.string = message.id
    return known


def complete(message: Message) -> bool:
    """Return whether every form of ``message`` is translated."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(forms) and all(forms)


def as_po(words: Catalog) -> bytes:
    """Return a catalogue as text, in an order that does not change when code is moved within a file."""
    written = io.BytesIO()
    write_po(written, words, width=100, omit_header=True, sort_output=True, include_lineno=False)
    return f'{_comment(words)}msgid ""\nmsgstr ""\n{_header(words)}\n'.encode() + written.getvalue()


def _comment(words: Catalog) -> str:
    return "".join(f"{line}\n" for line in words.header_comment.splitlines())


def _header(words: Catalog) -> str:
    return "".join(f'"{line}\\n"\n' for line in _header_lines(words))


def _header_lines(words: Catalog) -> list[str]:
    """Return what a program must know of a catalogue; who wrote it and when is in the history of the files."""
    wanted = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
    known = dict(words.mime_headers)
    return [f"{name}: {known[name]}" for name in wanted]


def as_mo(words: Catalog) -> bytes:
    """Return a catalogue as the program reads it: GNU's format, the same bytes whichever Babel is installed."""
    header = "".join(f"{line}\n" for line in _header_lines(words))
    texts = {"": header} | {_joined(m.id): _joined(m.string) for m in words if m.id and complete(m) and not m.fuzzy}
    pairs = [(key.encode(), texts[key].encode()) for key in sorted(texts, key=str.encode)]
    count, tables = len(pairs), 28
    place = tables + 16 * count
    lengths: list[list[int]] = [[], []]
    for column in (0, 1):
        for pair in pairs:
            lengths[column] += [len(pair[column]), place]
            place += len(pair[column]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, tables, tables + 8 * count, 0, place)
    index = struct.pack(f"<{4 * count}I", *lengths[0], *lengths[1])
    return head + index + b"".join(pair[column] + b"\0" for column in (0, 1) for pair in pairs)


def _joined(forms: str | tuple[str, ...] | list[str] | None) -> str:
    return forms if isinstance(forms, str) else "\0".join(forms or ())


def faults(language: str, messages: Catalog) -> Iterator[str]:
    """Yield what is wrong with the catalogue of ``language``."""
    place, words = po_file(language).relative_to(ROOT), catalogue(language)
    for message in words:
        if message.id and not complete(message):
            yield f"{place}: not translated: {message.id!r}"
        if message.id and message.fuzzy:
            yield f"{place}: fuzzy: {message.id!r}"
    for message in words.obsolete.values():
        yield f"{place}: obsolete: {message.id!r}"
    if po_file(language).read_bytes() != as_po(current(language, messages)):
        yield f"{place}: not what the code says; run scripts/messages"
    if not mo_file(language).exists() or mo_file(language).read_bytes() != as_mo(words):
        yield f"{mo_file(language).relative_to(ROOT)}: not compiled from {place.name}; run scripts/messages"


# ------------------------------------------------------------------ the command


def update() -> None:
    """Bring every catalogue up to date."""
    messages = extracted()
    for language in LANGUAGES:
        words = current(language, messages)
        po_file(language).write_bytes(as_po(words))
        mo_file(language).write_bytes(as_mo(words))


def main() -> int:
    """Run the command; 1 when a catalogue is not current and complete."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, only tell what is wrong")
    if not parser.parse_args().check:
        update()
    messages = extracted()
    found = [fault for language in LANGUAGES for fault in faults(language, messages)]
    print("\n".join(found) or f"{len(messages)} messages, complete in {', '.join(LANGUAGES)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
