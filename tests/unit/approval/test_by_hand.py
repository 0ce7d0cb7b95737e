"""What the page tells an auditor to type says the same as jip, with git and OpenSSH alone."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jipkit.approval import SignsAs, sha256_of
from jipkit.testing.approvals import commit, sign_plan, signer_line

PAGE = Path(__file__).parents[3] / "docs" / "approval.md"
SCRIPT = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path, keys: Mapping[str, Path]) -> Path:
    """A folder with a plan that Ani has signed."""
    commit(tmp_path, {"inventory/allowed_signers": signer_line("ani@kantor", keys["ani"])})
    (tmp_path / "plan.json").write_text("{}\n")
    sign_plan(tmp_path / "plan.json", "ani@kantor", keys["ani"], SignsAs.AUTHOR, network="oki.example", at=AT)
    return tmp_path


def typed(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", SCRIPT], cwd=root, capture_output=True, text=True, check=False)


def test_a_signature_is_good_by_hand(root: Path) -> None:
    done = typed(root)
    assert done.returncode == 0
    assert 'Good "jip-plan" signature for ani@kantor with ED25519 key SHA256:' in done.stdout
    assert f'"plan":"{sha256_of(b"{}" + bytes([10]))}"' in done.stdout


def test_a_signature_of_a_changed_statement_is_not(root: Path) -> None:
    path = root / "plan.json.author.sig"
    path.write_text(path.read_text().replace("oki.example", "lab/oki"))
    assert typed(root).returncode != 0
