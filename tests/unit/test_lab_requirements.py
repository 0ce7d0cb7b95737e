"""What a machine lacks for a lab is named, with how to get it."""

from __future__ import annotations

import os
import sys

import pytest

from jipkit.errors import LabError
from jipkit.lab import requirements


def test_another_system_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert requirements.missing() == ["Linux: this is darwin; a virtual machine with Debian 12 does"]


def test_without_root_sudo_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert requirements.missing()[-1] == "root: namespaces with routers in them need it; use sudo"


def test_a_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name, **_: None if name == "lldpd" else f"/usr/bin/{name}")
    assert "lldpd: `apt-get install lldpd`" in requirements.missing()


def test_all_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "missing", lambda: ["this", "that"])
    with pytest.raises(LabError) as caught:
        requirements.require()
    assert str(caught.value) == "a lab cannot run on this machine; missing:\n  this\n  that"


def test_with_all_there_a_lab_may_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "missing", list)
    requirements.require()
