"""Where secrets come from, and what never leaves."""

from __future__ import annotations

import errno
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import keyring.errors
import pytest

from jipkit import secrets
from jipkit.errors import SecretError, StateError
from jipkit.project import Project
from jipkit.secrets import DistrictSecrets, Secrets, TwinSecrets, environment_variable

LINK = "ospf/core-1--kec-cengal/1"
VARIABLE = "JIP_SECRET_OSPF_CORE_1__KEC_CENGAL_1"


class FakeKeyring:
    """Holds one secret, or refuses."""

    def __init__(self, held: dict[tuple[str, str], str], error: Exception | None = None) -> None:
        self.held, self.error = held, error

    def get_password(self, service: str, username: str) -> str | None:
        if self.error:
            raise self.error
        return self.held.get((service, username))


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", FakeKeyring({}).get_password)


def district(var: Path, **environ: str) -> DistrictSecrets:
    return DistrictSecrets(var, environ)


def test_the_environment_variable_is_named_after_the_secret() -> None:
    assert environment_variable(LINK) == VARIABLE


def test_a_secret_is_found_in_the_environment(tmp_path: Path) -> None:
    assert district(tmp_path, **{VARIABLE: "kunci"}).resolve(LINK) == "kunci"


def test_a_secret_is_found_in_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", FakeKeyring({("jip", LINK): "kunci"}).get_password)
    assert district(tmp_path).resolve(LINK) == "kunci"


def test_the_environment_wins_over_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", FakeKeyring({("jip", LINK): "old"}).get_password)
    assert district(tmp_path, **{VARIABLE: "new"}).resolve(LINK) == "new"


def test_an_empty_variable_is_no_secret(tmp_path: Path) -> None:
    assert not district(tmp_path, **{VARIABLE: ""}).has(LINK)


@pytest.mark.parametrize("place", [VARIABLE, f"keyring set jip {LINK}"])
def test_a_missing_secret_says_where_it_was_looked_for(tmp_path: Path, place: str) -> None:
    with pytest.raises(SecretError) as caught:
        district(tmp_path).resolve(LINK)
    assert place in str(caught.value)


def test_a_machine_without_a_keyring_has_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = FakeKeyring({}, keyring.errors.NoKeyringError())
    monkeypatch.setattr(keyring, "get_password", refusing.get_password)
    assert not district(tmp_path).has(LINK)


def test_a_locked_keyring_is_an_error_and_not_a_missing_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = FakeKeyring({}, keyring.errors.KeyringLocked())
    monkeypatch.setattr(keyring, "get_password", refusing.get_password)
    with pytest.raises(SecretError, match="does not open"):
        district(tmp_path).has(LINK)


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        (LINK, "a" * 17, "longer than 16"),
        (LINK, "two words", "a blank"),
        (LINK, "kunci\nip route 0.0.0.0/0 Null0", "newline"),
        ("login/jip", "sandi\n", "newline"),
        ("snmp/jip/auth", "sándi", "outside ASCII"),
    ],
)
def test_a_secret_that_a_router_would_misread_is_refused_without_showing_it(
    tmp_path: Path, name: str, value: str, fault: str
) -> None:
    with pytest.raises(SecretError, match=fault) as caught:
        district(tmp_path, **{environment_variable(name): value}).resolve(name)
    assert value not in str(caught.value)


def test_a_login_may_hold_blanks(tmp_path: Path) -> None:
    assert district(tmp_path, JIP_SECRET_LOGIN_JIP="kata sandi").resolve("login/jip") == "kata sandi"


def test_a_twin_has_its_own_secrets_and_never_the_districts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "kunci")
    twin = Secrets.for_project(Project(tmp_path, lab="coba"))
    assert isinstance(twin, TwinSecrets)
    assert twin.resolve(LINK) != "kunci"


def test_the_secrets_of_a_twin_stay_the_same(tmp_path: Path) -> None:
    assert TwinSecrets(tmp_path).resolve(LINK) == TwinSecrets(tmp_path).resolve(LINK)


def test_two_twins_have_different_secrets(tmp_path: Path) -> None:
    assert TwinSecrets(tmp_path / "a").resolve(LINK) != TwinSecrets(tmp_path / "b").resolve(LINK)


def test_two_secrets_of_a_twin_differ(tmp_path: Path) -> None:
    twin = TwinSecrets(tmp_path)
    assert twin.resolve(LINK) != twin.resolve("ospf/core-1--kec-cengal/2")


def test_a_secret_of_a_twin_fits_an_md5_key(tmp_path: Path) -> None:
    value = TwinSecrets(tmp_path).resolve(LINK)
    assert (len(value), value.isalnum(), value.isascii()) == (16, True, True)


def test_equal_values_have_equal_digests_in_one_project(tmp_path: Path) -> None:
    assert district(tmp_path).digest("kunci") == district(tmp_path).digest("kunci")


def test_a_digest_says_nothing_in_another_project(tmp_path: Path) -> None:
    assert district(tmp_path / "a").digest("kunci") != district(tmp_path / "b").digest("kunci")


def test_two_checkouts_with_one_digest_key_have_the_same_digests(tmp_path: Path) -> None:
    key = {"JIP_SECRET_DIGEST_KEY": "0123456789abcdef"}
    assert district(tmp_path / "a", **key).digest("kunci") == district(tmp_path / "b", **key).digest("kunci")


def test_where_the_digest_key_is_a_secret_none_is_drawn(tmp_path: Path) -> None:
    district(tmp_path, JIP_SECRET_DIGEST_KEY="0123456789abcdef").digest("kunci")
    assert list(tmp_path.iterdir()) == []


def test_a_digest_key_that_could_be_guessed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match=r"digest/key has less than 16 characters.*JIP_SECRET_DIGEST_KEY"):
        district(tmp_path, JIP_SECRET_DIGEST_KEY="rahasia").digest("kunci")


def test_a_twin_never_digests_with_the_key_of_the_district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIP_SECRET_DIGEST_KEY", "0123456789abcdef")
    assert TwinSecrets(tmp_path / "a").digest("kunci") != TwinSecrets(tmp_path / "b").digest("kunci")


@pytest.mark.parametrize("name", ["digest.key", "secrets.seed"])
def test_keys_are_for_their_owner_alone(tmp_path: Path, name: str) -> None:
    twin = TwinSecrets(tmp_path / "var")
    twin.digest(twin.resolve(LINK))
    assert stat.S_IMODE((tmp_path / "var" / name).stat().st_mode) == 0o600


def test_many_who_ask_first_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: district(tmp_path / "var").digest("kunci"), range(32)))
    assert len(digests) == 1


def test_the_repr_shows_no_secret(tmp_path: Path) -> None:
    assert "kunci" not in repr(district(tmp_path, **{VARIABLE: "kunci"}))


def test_without_the_extra_the_environment_alone_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert not district(tmp_path).has(LINK)


def test_a_full_disk_is_told_and_nothing_is_digested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, make: object) -> bytes:
        del make
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(secrets, "create_once", full)
    with pytest.raises(StateError, match=r"digest\.key: cannot be read or made: No space left on device"):
        district(tmp_path).digest("kunci")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_key_that_is_damaged_digests_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "digest.key").write_bytes(content)
    with pytest.raises(StateError, match="damaged"):
        district(tmp_path).digest("kunci")
