"""What is signed, byte for byte, and the file that keeps it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from jipkit.approval.statement import (
    LONGEST,
    Signature,
    SignsAs,
    Statement,
    is_principal,
    person_of,
    signature_file,
    signatures_beside,
    write_signature,
)
from jipkit.errors import ApprovalError

STATEMENT = Statement(
    "ab" * 32, "oki.example", datetime(2026, 11, 24, 7, 30, 5, tzinfo=UTC), "sari@kantor", SignsAs.APPROVER
)
CONTENT: dict[str, Any] = json.loads(Signature(STATEMENT, "armour").to_bytes())


def told_of(content: bytes) -> str:
    with pytest.raises(ApprovalError) as caught:
        Signature.from_bytes(content)
    return str(caught.value)


def test_the_bytes_that_are_signed_have_one_form() -> None:
    assert STATEMENT.canonical() == (
        b'{"as":"approver","at":"2026-11-24T07:30:05Z","by":"sari@kantor","network":"oki.example","plan":"'
        + b"ab" * 32
        + b'"}'
    )


def test_the_time_is_signed_in_utc_whatever_zone_it_was_told_in() -> None:
    jakarta = timezone(timedelta(hours=7))
    same = Statement("ab" * 32, "oki.example", STATEMENT.at.astimezone(jakarta), "sari@kantor", SignsAs.APPROVER)
    assert same.canonical() == STATEMENT.canonical()


def test_a_signature_comes_back_from_its_file_as_it_was() -> None:
    assert Signature.from_bytes(Signature(STATEMENT, "armour").to_bytes()) == Signature(STATEMENT, "armour")


@pytest.mark.parametrize(
    "change",
    [
        {"plan": "AB" * 32},
        {"plan": "ab" * 31},
        {"plan": None},
        {"network": ""},
        {"network": "oki example"},
        {"network": "oki\n"},
        {"at": "2026-11-24T07:30:05"},
        {"at": "2026-11-24T07:30:05+07:00"},
        {"at": "2026-11-24T7:30:05Z"},
        {"at": "2026-11-24T07:30:05.5Z"},
        {"at": "2026-11-31T07:30:05Z"},
        {"at": 1795503005},
        {"by": "*"},
        {"by": "Sari"},
        {"by": "sari@kantor,budi"},
        {"by": "-f"},
        {"as": "owner"},
        {"reason": "because"},
    ],
    ids=str,
)
def test_a_statement_that_is_not_written_as_we_write_it_is_refused(change: dict[str, Any]) -> None:
    content = {**CONTENT, "statement": {**CONTENT["statement"], **change}}
    assert told_of(json.dumps(content).encode()).startswith("is no signature of a plan: ")


@pytest.mark.parametrize("missing", ["plan", "network", "at", "by", "as"])
def test_a_statement_that_lacks_a_part_is_refused(missing: str) -> None:
    statement = {name: value for name, value in CONTENT["statement"].items() if name != missing}
    content = json.dumps({**CONTENT, "statement": statement}).encode()
    assert told_of(content) == "is no signature of a plan: no statement about a plan"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Expecting value"),
        (b"\xff", "utf-8"),
        (b"[]", "not the three parts of one"),
        (json.dumps({**CONTENT, "format": 2}).encode(), "not of format 1"),
        (json.dumps({**CONTENT, "format": True}).encode(), "not of format 1"),
        (json.dumps({**CONTENT, "signature": 1}).encode(), "not of format 1"),
        (json.dumps({**CONTENT, "more": 1}).encode(), "not the three parts of one"),
        (b'{"format": 1, "format": 1, "statement": {}, "signature": ""}', "a key is written twice"),
        (b"[" * 50_000, "recursion"),
        (b" " * (LONGEST + 1), "more than 64 KiB"),
    ],
    ids=["empty", "bytes", "list", "format", "true", "no text", "more", "twice", "deep", "long"],
)
def test_a_file_that_is_no_signature_says_why(content: bytes, told: str) -> None:
    assert told in told_of(content)


# ------------------------------------------------------------------ people


@pytest.mark.parametrize("text", ["sari", "sari@kantor", "sari.dewi@oki.go.id", "s2", "sari_d@laptop-2"])
def test_a_name_or_a_name_at_a_machine_is_one_signer(text: str) -> None:
    assert is_principal(text)


@pytest.mark.parametrize(
    "text", ["", "*", "sari@*", "!sari", "sari?", "a,b", "SARI", "sari+kerja", "sari@", "-sari", "sari\n", "s" * 101]
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_principal(text)


def test_a_person_is_the_name_whatever_the_machine() -> None:
    assert [person_of(each) for each in ("sari", "sari@kantor", "sari@rumah")] == ["sari", "sari", "sari"]


# ------------------------------------------------------------------ files


def test_each_signature_has_a_file_of_its_own_beside_the_plan(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    names = [signature_file(plan, "sari@kantor", each).name for each in SignsAs]
    assert names == ["plan.json.author.sig", "plan.json.approver-sari.sig"]


def test_the_files_beside_a_plan_are_found_the_authors_first(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    names = ["plan.json.approver-budi.sig", "plan.json.approver-ani.sig", "plan.json.author.sig"]
    for name in [*names, "plan.json", "plan.json.author.sig.bak", "other.json.author.sig", ".plan.json.author.sig"]:
        (tmp_path / name).write_text(name)
    found = {path.name: content for path, content in signatures_beside(plan).items()}
    assert found == {name: name.encode() for name in reversed(names)}


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "plan.json.author.sig").mkdir()
    (found,) = signatures_beside(tmp_path / "plan.json").values()
    assert str(found).startswith("is no signature of a plan: ")


def test_a_signature_is_written_whole_for_others_to_read(tmp_path: Path) -> None:
    path = write_signature(tmp_path / "plan.json", Signature(STATEMENT, "armour"))
    assert path == tmp_path / "plan.json.approver-sari.sig"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ApprovalError, match=r"plan\.json\.approver-sari\.sig: cannot be written: No such file"):
        write_signature(tmp_path / "gone" / "plan.json", Signature(STATEMENT, "armour"))
