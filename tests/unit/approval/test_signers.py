"""Which lines of ``allowed_signers`` are taken, and in which words the others are refused."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jipkit.approval.signers import read_signers
from jipkit.errors import ApprovalError
from jipkit.testing.approvals import signer_line

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDO0VQD9TIdICZLWFWwtf7s8/aENve8twGTEmNV0myh5"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqLVxtn4O6Tt8w9vQDgvdMvDzdgiHCiSkieMFn64+kW"


def read(text: str) -> str:
    """Return the signers of ``text`` as ``principal after before``, one a line."""
    return "\n".join(f"{s.principal} {s.after} {s.before}" for s in read_signers(text.encode(), "allowed_signers"))


def refusal(text: str | bytes) -> str:
    with pytest.raises(ApprovalError) as caught:
        read_signers(text if isinstance(text, bytes) else text.encode(), "allowed_signers")
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "signer"),
    [
        (f"sari {ED25519}", "sari None None"),
        (f"sari@kantor {ED25519} Sari's laptop", "sari@kantor None None"),
        (f'sari@oki.go.id namespaces="jip-plan" {ED25519}', "sari@oki.go.id None None"),
        (f'sari NAMESPACES="jip-plan" {ED25519}', "sari None None"),
        (f'sari valid-after="20260101Z" {ED25519}', "sari 2026-01-01 00:00:00+00:00 None"),
        (
            f'sari valid-after="202601011200Z",namespaces="jip-plan",valid-before="20261231235959Z" {ED25519}',
            "sari 2026-01-01 12:00:00+00:00 2026-12-31 23:59:59+00:00",
        ),
        (f"# who signs\n\n   # and so on\nsari {ED25519}\n", "sari None None"),
    ],
)
def test_a_plain_line_names_a_signer(line: str, signer: str) -> None:
    assert read(line) == signer


def test_a_person_may_have_several_keys_and_a_key_several_machines() -> None:
    told = read(f"sari@a {ED25519}\nsari@a {OTHER}\nsari@b {ED25519}")
    assert told.splitlines() == ["sari@a None None", "sari@a None None", "sari@b None None"]


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        "*@kantor",
        "sar?",
        "!sari",
        "sari,budi",
        "sari,*",
        "Sari",
        "sari@",
        "@kantor",
        "sari@a@b",
        '"sari"',
        "sari!",
    ],
)
def test_a_pattern_or_a_list_is_no_signer(principal: str) -> None:
    assert refusal(f"{principal} {ED25519}").startswith(f"allowed_signers:1: {principal!r} is not one signer; ")


def test_a_name_that_only_looks_like_another_is_no_signer() -> None:
    assert "is not one signer" in refusal(f"sаri {ED25519}")  # noqa: RUF001 - a Cyrillic letter


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("cert-authority", "a certificate authority could name anybody; list the keys of the people themselves"),
        ('CERT-AUTHORITY,namespaces="jip-plan"', "a certificate authority could name anybody"),
        ('namespaces="git"', 'namespaces="git" is not ours; write namespaces="jip-plan"'),
        ('namespaces="*"', 'namespaces="*" is not ours'),
        ('namespaces="jip-plan,git"', 'namespaces="jip-plan,git" is not ours'),
        ("namespaces", 'namespaces="" is not ours'),
        ("no-touch-required", "option no-touch-required is not known here"),
        ('valid-after="20260101Z",valid-after="20270101Z"', "option valid-after is there twice"),
        ('valid-before="20261231"', 'valid-before="20261231" is no time in UTC; write it as 20261231Z'),
        ('valid-before="20261331Z"', 'valid-before="20261331Z" is no time'),
        ('valid-before="forever"', 'valid-before="forever" is no time in UTC'),
        ("valid-before", 'valid-before="" is no time in UTC'),
        ('valid-after="20270101Z",valid-before="20260101Z"', "valid-before is earlier than valid-after"),
        ('namespaces="jip-plan",', "are no options"),
        ("namespaces=jip-plan", "are no options"),
        ('namespaces="jip-plan', "are no options"),
        ('namespaces="jip-plan" valid-before="20261231Z"', "no blank stands inside the options"),
    ],
)
def test_what_would_widen_or_blur_a_line_is_refused(options: str, told: str) -> None:
    assert told in refusal(f"sari {options} {ED25519}")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sari", "is not `PRINCIPAL [OPTIONS] TYPE KEY`"),
        ("sari ssh-ed25519", "is not `PRINCIPAL [OPTIONS] TYPE KEY`"),
        (ED25519, "is not `PRINCIPAL [OPTIONS] TYPE KEY`"),
        ("sari ssh-ed25519 AAAA", "is no public key: it was cut short"),
        ("sari ssh-ed25519 ****", "is no public key: "),
        (f"sari ssh-rsa {ED25519.split()[1]}", "is no public key: ssh-ed25519 in a line for ssh-rsa"),
        ("sari sk-ssh-ed25519@openssh.com AAAA", "a key of type sk-ssh-ed25519@openssh.com is not taken"),
        ("sari ssh-dss AAAA", "a key of type ssh-dss is not taken; sign with Ed25519, or RSA"),
        ("sari ssh-ed25519-cert-v01@openssh.com AAAA", "a key of type ssh-ed25519-cert-v01@openssh.com is not taken"),
        (f"sari {ED25519}\r", "holds a control character"),
        (f"# \rbudi {ED25519}", "holds a control character"),
    ],
)
def test_a_line_that_holds_no_plain_key_is_refused(line: str, told: str) -> None:
    assert told in refusal(line)


def test_a_key_of_a_certificate_inside_a_plain_line_is_refused() -> None:
    blob = b"\0\0\0\x1cssh-ed25519-cert-v01@openssh" + b"\0" * 40
    encoded = base64.b64encode(blob).decode()
    assert "is not taken" in refusal(f"sari ssh-ed25519 {encoded}")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ecdsa", "a key of type ecdsa-sha2-nistp256 is not taken; sign with Ed25519, or RSA"),
        ("weak", "an RSA key of 1024 bits is not taken; it needs 2048"),
    ],
)
def test_a_key_whose_signatures_prove_too_little_is_refused(name: str, told: str, keys: Mapping[str, Path]) -> None:
    assert refusal(signer_line("sari", keys[name])) == f"allowed_signers:1: {told}"


def test_a_key_of_two_people_is_refused() -> None:
    told = refusal(f"sari@a {ED25519}\nbudi@a {ED25519}")
    assert told == "allowed_signers:2: the key is already that of sari@a (line 1); a key has one person"


def test_a_line_that_stands_there_twice_is_refused() -> None:
    told = refusal(f'sari {ED25519}\nsari valid-before="20261231Z" {ED25519}')
    assert told == "allowed_signers:2: says the same signer and key as line 1; keep one of them"


def test_every_fault_is_told_at_once() -> None:
    lines = refusal(f"* {ED25519}\nsari {OTHER}\nbudi cert-authority {ED25519}").splitlines()
    assert [line.split(" ")[0] for line in lines] == ["allowed_signers:1:", "allowed_signers:3:"]


@pytest.mark.parametrize("content", [b"", b"# nobody yet\n"])
def test_a_file_that_names_nobody_is_refused(content: bytes) -> None:
    assert refusal(content).startswith("allowed_signers:1: names nobody; ")


def test_what_is_not_utf8_is_refused() -> None:
    assert re.search("allowed_signers:1: '.+' is not one signer", refusal(b"s\xffri " + ED25519.encode()))


def test_a_key_counts_from_its_first_second_to_its_last() -> None:
    (signer,) = read_signers(f'sari valid-after="20260101Z",valid-before="20261231Z" {ED25519}'.encode(), "x")
    moments = [
        datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 12, 31, tzinfo=UTC),
        datetime(2026, 12, 31, 0, 0, 1, tzinfo=UTC),
    ]
    assert [signer.covers(moment) for moment in moments] == [False, True, True, False]
