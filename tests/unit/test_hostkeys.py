"""Trusted host keys: one file, one key a router, readable by OpenSSH."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import paramiko
import pytest

from jipkit.errors import StateError
from jipkit.hostkeys import HostKey, HostKeys, addresses_of
from jipkit.testing.networks import small_network

KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIJ1Jwsvrp8e8l0p5ac5FtbvwqjqnGjN8oEOqRg7jDVfI"
OTHER = "AAAAC3NzaC1lZDI1NTE5AAAAIGbQqx2l8l2bVOuF0eBYXyBM2mAH7PCsiUqrc5dcKVjZ"


@pytest.fixture
def keys(tmp_path: Path) -> HostKeys:
    return HostKeys(tmp_path / "var" / "known_hosts")


def test_a_pinned_key_is_read_back(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", KEY)
    assert keys.pinned("kec-rawa") == HostKey("ssh-ed25519", KEY)


def test_a_router_that_nobody_pinned_has_no_key(keys: HostKeys) -> None:
    assert keys.pinned("kec-rawa") is None


def test_a_line_lists_all_addresses_and_names_the_router(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5", "10.161.0.7"], 22, "ssh-ed25519", KEY)
    assert keys.path.read_text() == f"10.160.0.5,10.161.0.7 ssh-ed25519 {KEY} kec-rawa\n"


def test_another_port_is_written_in_brackets(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5"], 2222, "ssh-ed25519", KEY)
    assert keys.path.read_text().startswith("[10.160.0.5]:2222 ")


def test_a_new_pin_replaces_the_old_one(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", KEY)
    keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", OTHER)
    assert keys.path.read_text() == f"10.160.0.5 ssh-ed25519 {OTHER} kec-rawa\n"


def test_an_address_that_moved_to_another_router_leaves_the_first(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5", "10.161.0.7"], 22, "ssh-ed25519", KEY)
    keys.pin("pkm-baru", ["10.161.0.7"], 22, "ssh-ed25519", OTHER)
    assert keys.path.read_text().splitlines() == [
        f"10.160.0.5 ssh-ed25519 {KEY} kec-rawa",
        f"10.161.0.7 ssh-ed25519 {OTHER} pkm-baru",
    ]


def test_a_forgotten_router_is_no_longer_trusted_and_others_are(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", KEY)
    keys.pin("pop-1", ["10.160.0.3"], 22, "ssh-ed25519", OTHER)
    assert keys.forget("kec-rawa")
    assert list(keys.all()) == ["pop-1"]


def test_forgetting_who_was_not_known_says_so(keys: HostKeys) -> None:
    assert not keys.forget("kec-rawa")


def test_lines_that_somebody_else_wrote_stay_as_they_are(keys: HostKeys) -> None:
    keys.path.parent.mkdir()
    keys.path.write_text(f"# the old core\n@revoked * ssh-ed25519 {OTHER} lost\nnonsense\n")
    keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", KEY)
    assert keys.path.read_text().splitlines()[:3] == [
        "# the old core",
        f"@revoked * ssh-ed25519 {OTHER} lost",
        "nonsense",
    ]


@pytest.mark.parametrize(
    ("key_type", "key"), [("ssh-ed25519", "not base64!"), ("ssh-ed25519", ""), ("ssh-ed25519 x", KEY)]
)
def test_what_is_no_key_is_not_pinned(keys: HostKeys, key_type: str, key: str) -> None:
    with pytest.raises(StateError, match="not a host key"):
        keys.pin("kec-rawa", ["10.160.0.5"], 22, key_type, key)


def test_the_fingerprint_is_the_one_that_ssh_keygen_prints(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", KEY)
    printed = subprocess.run(["ssh-keygen", "-lf", keys.path], capture_output=True, text=True, check=True).stdout
    assert HostKey("ssh-ed25519", KEY).fingerprint in printed


def test_openssh_finds_the_key_by_any_address(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5", "10.161.0.7"], 2222, "ssh-ed25519", KEY)
    found = subprocess.run(["ssh-keygen", "-F", "[10.161.0.7]:2222", "-f", keys.path], capture_output=True, check=False)
    assert found.returncode == 0


def test_paramiko_reads_the_file(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", KEY)
    loaded = paramiko.HostKeys(str(keys.path)).lookup("10.160.0.5")
    assert loaded is not None
    assert base64.b64encode(loaded["ssh-ed25519"].asbytes()).decode() == KEY


def test_the_file_is_for_its_owner_alone(keys: HostKeys) -> None:
    keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", KEY)
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600


def test_many_who_pin_at_once_lose_nothing(keys: HostKeys) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: keys.pin(f"r-{n}", [f"10.0.0.{n}"], 22, "ssh-ed25519", KEY), range(24)))
    assert sorted(keys.all()) == sorted(f"r-{n}" for n in range(24))


def test_a_file_that_cannot_be_read_trusts_nobody(keys: HostKeys) -> None:
    keys.path.mkdir(parents=True)
    with pytest.raises(StateError, match="cannot be read"):
        keys.pinned("kec-rawa")


def test_a_full_disk_leaves_the_old_file(keys: HostKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", KEY)
    monkeypatch.setattr("tempfile.mkstemp", lambda **_: (os.open("/dev/full", os.O_WRONLY), "/dev/full-copy"))
    with pytest.raises(StateError, match="No space left on device; the old file is as it was"):
        keys.pin("kec-rawa", ["10.160.0.5"], 22, "ssh-ed25519", OTHER)
    assert keys.pinned("kec-rawa") == HostKey("ssh-ed25519", KEY)


def test_a_router_is_reached_at_loopback_links_and_lans() -> None:
    assert [str(a) for a in addresses_of(small_network(), "kec-rawa")] == [
        "10.160.0.5",
        "10.161.0.7",
        "10.161.0.9",
        "10.162.2.1",
        "10.162.2.129",
    ]
