"""Which signatures count: every part of one is changed here, and every rule about people is broken once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jipkit.approval import Signed, SignsAs, Standing, Trusted, judge, keygen, sha256_of
from jipkit.approval.judge import apart
from jipkit.approval.signers import read_signers
from jipkit.approval.statement import Statement
from jipkit.errors import ApprovalError
from jipkit.model import Policy
from jipkit.testing.approvals import OURS, signer_line

PLAN = b'{"format": 2, "routers": {"core-1": {}}}\n'
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
DISTRICT = "oki.example"

Sign = Callable[..., bytes]


def trusting(*lines: str, **policy: Any) -> Trusted:
    signers = read_signers("\n".join(line.strip() for line in lines).encode(), "allowed_signers")
    return Trusted(Policy(trusted_ref="refs/heads/main", **policy), signers, "c0ffee")


@pytest.fixture
def people(keys: Mapping[str, Path]) -> tuple[str, ...]:
    """Ani, who has two keys and works on two machines, Budi, and Citra with an RSA key."""
    return (
        signer_line("ani@kantor", keys["ani"]),
        signer_line("ani@rumah", keys["ani"]),
        signer_line("ani@rumah", keys["ani-2"]),
        signer_line("budi", keys["budi"]),
        signer_line("citra", keys["citra"]),
    )


@pytest.fixture
def sign(keys: Mapping[str, Path]) -> Sign:
    """Returns the file of a signature: by whom, as what, and what else is to be different."""

    def signing(by: str, signs_as: str, key: str | None = None, **different: Any) -> bytes:
        fields = {"plan": sha256_of(PLAN), "network": DISTRICT, "at": AT, **different}
        statement = Statement(by=by, signs_as=SignsAs(signs_as), **fields)
        return keygen.sign(statement, keys[key or by.partition("@")[0]]).to_bytes()

    return signing


def standing(by: Trusted, *contents: bytes, plan: bytes = PLAN, network: str = DISTRICT) -> Standing:
    """Return the judgement on a first signature as the author's, and others as approvals."""
    kinds = [SignsAs.AUTHOR, *[SignsAs.APPROVER] * len(contents)]
    files = {f"{number}.sig": (kinds[number], content) for number, content in enumerate(contents)}
    return judge(plan, network, files, by, NOW)


def reasons(found: Standing) -> list[str]:
    return [each.reason for each in found.refused]


def changed(content: bytes, **fields: Any) -> bytes:
    found = json.loads(content)
    return json.dumps({**found, "statement": {**found["statement"], **fields}}).encode()


# ------------------------------------------------------------------ when all is well


def test_a_plan_that_its_author_and_another_person_signed_is_approved(people: tuple[str, ...], sign: Sign) -> None:
    found = standing(trusting(*people), sign("ani@kantor", "author"), sign("budi", "approver"))
    assert (found.complete, found.missing, found.refused, found.lacks()) == (True, 0, (), "")


def test_an_rsa_key_approves_as_well(people: tuple[str, ...], sign: Sign) -> None:
    assert standing(trusting(*people), sign("ani@kantor", "author"), sign("citra", "approver")).complete


def test_what_is_kept_of_an_approval_names_people_keys_times_and_what_it_was_judged_by(
    people: tuple[str, ...], sign: Sign, keys: Mapping[str, Path]
) -> None:
    found = standing(trusting(*people), sign("ani@kantor", "author"), sign("budi", "approver"))
    key = {name: keygen.public_key_of(keys[name]).fingerprint for name in ("ani", "budi")}
    plan = {"plan": sha256_of(PLAN), "network": "oki.example", "at": "2026-11-24T07:30:00Z"}
    assert found.as_json() == {
        "plan": sha256_of(PLAN),
        "author": {**plan, "by": "ani@kantor", "as": "author", "key": key["ani"]},
        "approvers": [{**plan, "by": "budi", "as": "approver", "key": key["budi"]}],
        "trusted": "c0ffee",
    }


def test_two_people_approve_where_the_policy_wants_two(people: tuple[str, ...], sign: Sign) -> None:
    by = trusting(*people, approvals=2)
    author, budi, citra = sign("ani@kantor", "author"), sign("budi", "approver"), sign("citra", "approver")
    assert standing(by, author, budi).missing == 1
    assert standing(by, author, budi, citra).complete


# ------------------------------------------------------------------ what is missing


def test_without_any_signature_author_and_approval_are_missing(people: tuple[str, ...]) -> None:
    assert standing(trusting(*people)).lacks() == "its author has not signed it; 0 of 1 approvals are there"


def test_an_approval_without_an_author_is_not_enough(people: tuple[str, ...], sign: Sign) -> None:
    by = trusting(*people)
    found = judge(PLAN, DISTRICT, {"a.sig": (SignsAs.APPROVER, sign("budi", "approver"))}, by, NOW)
    assert found.lacks() == "its author has not signed it"


def test_what_does_not_count_is_named_with_its_file(people: tuple[str, ...], sign: Sign) -> None:
    found = standing(trusting(*people), sign("ani@kantor", "author"), sign("ani@rumah", "approver"))
    assert found.lacks() == ("0 of 1 approvals are there; 1.sig: ani is its author too; another person approves")


def test_a_worthless_file_beside_a_good_approval_does_no_harm(people: tuple[str, ...], sign: Sign) -> None:
    found = standing(trusting(*people), sign("ani@kantor", "author"), b"rubbish", sign("budi", "approver"))
    assert found.complete
    assert len(found.refused) == 1


# ------------------------------------------------------------------ people and keys


def test_nobody_approves_an_own_plan(people: tuple[str, ...], sign: Sign) -> None:
    found = standing(trusting(*people), sign("ani@kantor", "author"), sign("ani@kantor", "approver"))
    assert reasons(found) == ["ani is its author too; another person approves"]


def test_nobody_approves_an_own_plan_whichever_file_is_looked_at_first(people: tuple[str, ...], sign: Sign) -> None:
    author = SignsAs.AUTHOR, sign("ani@kantor", "author")
    approval = SignsAs.APPROVER, sign("ani@rumah", "approver")
    found = judge(PLAN, DISTRICT, {"a.sig": approval, "b.sig": author}, trusting(*people), NOW)
    assert reasons(found) == ["ani is its author too; another person approves"]


def test_nobody_approves_an_own_plan_by_another_key_from_another_machine(people: tuple[str, ...], sign: Sign) -> None:
    found = standing(trusting(*people), sign("ani@kantor", "author"), sign("ani@rumah", "approver", "ani-2"))
    assert reasons(found) == ["ani is its author too; another person approves"]


def test_an_own_key_does_not_sign_in_the_name_of_another(
    people: tuple[str, ...], sign: Sign, keys: Mapping[str, Path]
) -> None:
    found = standing(trusting(*people), sign("ani@kantor", "author"), sign("budi", "approver", "ani-2"))
    fingerprint = keygen.public_key_of(keys["ani-2"]).fingerprint
    assert reasons(found) == [
        f"no line of refs/heads/main:inventory/allowed_signers has budi with the key {fingerprint}"
    ]


def test_a_key_that_two_people_share_does_not_approve(keys: Mapping[str, Path]) -> None:
    key = keygen.public_key_of(keys["ani"])
    author, other = (
        Signed("x.sig", Statement(sha256_of(PLAN), DISTRICT, AT, by, SignsAs.AUTHOR), key) for by in ("ani", "budi")
    )
    with pytest.raises(ApprovalError, match="signed with the author's own key SHA256:"):
        apart(other, author, [])


def test_one_person_does_not_count_as_two(people: tuple[str, ...], sign: Sign) -> None:
    by = trusting(*people, approvals=2)
    author = sign("budi", "author")
    found = standing(by, author, sign("ani@kantor", "approver"), sign("ani@rumah", "approver", "ani-2"))
    assert found.missing == 1
    assert reasons(found) == ["ani has approved it already; each person counts once"]


def test_who_was_taken_from_the_list_does_not_count_any_more(
    people: tuple[str, ...], sign: Sign, keys: Mapping[str, Path]
) -> None:
    found = standing(trusting(*people[:3]), sign("ani@kantor", "author"), sign("budi", "approver"))
    fingerprint = keygen.public_key_of(keys["budi"]).fingerprint
    assert reasons(found) == [
        f"no line of refs/heads/main:inventory/allowed_signers has budi with the key {fingerprint}"
    ]


# ------------------------------------------------------------------ another plan, another network, another time


def test_a_changed_plan_voids_what_was_signed(people: tuple[str, ...], sign: Sign) -> None:
    both = sign("ani@kantor", "author"), sign("budi", "approver")
    found = standing(trusting(*people), *both, plan=PLAN + b" ")
    assert reasons(found) == ["signed for another plan: this one was changed since"] * 2


@pytest.mark.parametrize(("there", "here"), [("lab/oki", DISTRICT), (DISTRICT, "lab/oki"), ("lab/a", "lab/b")])
def test_a_signature_for_another_network_does_not_count(
    there: str, here: str, people: tuple[str, ...], sign: Sign
) -> None:
    found = standing(trusting(*people), sign("ani@kantor", "author", network=there), network=here)
    assert reasons(found) == [f"signed for network {there}, not for {here}"]


def test_an_approval_is_not_the_signature_of_an_author(people: tuple[str, ...], sign: Sign) -> None:
    assert reasons(standing(trusting(*people), sign("budi", "approver"))) == ["signed as approver, not as author"]


def test_the_signature_of_an_author_is_no_approval(people: tuple[str, ...], sign: Sign) -> None:
    found = standing(trusting(*people), sign("ani@kantor", "author"), sign("budi", "author"))
    assert reasons(found) == ["signed as author, not as approver"]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (NOW + timedelta(seconds=60), None),
        (
            NOW + timedelta(seconds=61),
            "signed at 2026-11-24 08:01 UTC, which is yet to come; one of the clocks is wrong",
        ),
        (NOW - timedelta(hours=2), None),
        (
            NOW - timedelta(hours=2, seconds=1),
            "signed at 2026-11-24 05:59 UTC; no signature is taken that is older than 2 hours",
        ),
    ],
)
def test_a_signature_counts_from_when_it_was_made_until_it_is_too_old(
    at: datetime, told: str | None, people: tuple[str, ...], sign: Sign
) -> None:
    found = standing(trusting(*people, max_age_hours=2), sign("ani@kantor", "author", at=at))
    assert reasons(found) == ([told] if told else [])


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ('valid-before="202611240730Z"', True),
        ('valid-before="202611240729Z"', False),
        ('valid-after="202611240730Z"', True),
        ('valid-after="202611240731Z"', False),
    ],
)
def test_a_key_has_to_count_when_it_signs(options: str, counts: bool, keys: Mapping[str, Path], sign: Sign) -> None:
    by = trusting(signer_line("ani@kantor", keys["ani"], f"{OURS},{options}"))
    told = (
        f"the key {keygen.public_key_of(keys['ani']).fingerprint} of ani@kantor did not count at 2026-11-24 07:30 UTC"
    )
    assert reasons(standing(by, sign("ani@kantor", "author"))) == ([] if counts else [told])


# ------------------------------------------------------------------ every field of the file


def test_a_plan_that_is_written_into_another_signature_is_found_out(people: tuple[str, ...], sign: Sign) -> None:
    other = PLAN + b" "
    found = standing(trusting(*people), changed(sign("ani@kantor", "author"), plan=sha256_of(other)), plan=other)
    assert reasons(found) == ["was not signed by ani@kantor, or was changed since"]


@pytest.mark.parametrize(
    ("fields", "network"),
    [
        ({"network": "lab/oki"}, "lab/oki"),
        ({"at": "2026-11-24T07:30:01Z"}, DISTRICT),
        ({"at": "2026-11-24T07:59:59Z"}, DISTRICT),
        ({"by": "ani@rumah"}, DISTRICT),
    ],
    ids=str,
)
def test_a_field_that_was_changed_is_found_out(
    fields: dict[str, str], network: str, people: tuple[str, ...], sign: Sign
) -> None:
    found = standing(trusting(*people), changed(sign("ani@kantor", "author"), **fields), network=network)
    by = fields.get("by", "ani@kantor")
    assert reasons(found) == [f"was not signed by {by}, or was changed since"]


def test_what_it_was_signed_as_cannot_be_changed(people: tuple[str, ...], sign: Sign) -> None:
    renamed = changed(sign("budi", "author"), **{"as": "approver"})
    found = standing(trusting(*people), sign("ani@kantor", "author"), renamed)
    assert reasons(found) == ["was not signed by budi, or was changed since"]


@pytest.mark.parametrize("place", range(0, 240, 24))
def test_a_letter_of_the_signature_that_was_changed_is_found_out(
    place: int, people: tuple[str, ...], sign: Sign
) -> None:
    found = json.loads(sign("ani@kantor", "author"))
    head, *lines, tail = found["signature"].strip().split("\n")
    body = "".join(lines)
    letter = "A" if body[place] != "A" else "B"
    body = body[:place] + letter + body[place + 1 :]
    content = json.dumps({**found, "signature": f"{head}\n{body}\n{tail}\n"}).encode()
    assert standing(trusting(*people), content).author is None


def test_the_signature_of_another_statement_is_found_out(people: tuple[str, ...], sign: Sign) -> None:
    first, second = json.loads(sign("ani@kantor", "author")), json.loads(sign("ani@rumah", "author"))
    content = json.dumps({**first, "signature": second["signature"]}).encode()
    assert reasons(standing(trusting(*people), content)) == ["was not signed by ani@kantor, or was changed since"]
