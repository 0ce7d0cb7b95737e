"""Real keys, made once: ssh-keygen takes a while for RSA."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from jipkit.testing.approvals import make_key

KINDS: Mapping[str, tuple[str, int | None]] = {
    "ani": ("ed25519", None),
    "ani-2": ("ed25519", None),
    "budi": ("ed25519", None),
    "citra": ("rsa", 2048),
    "weak": ("rsa", 1024),
    "ecdsa": ("ecdsa", None),
}


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Private keys by name."""
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name, *kind) for name, kind in KINDS.items()}
