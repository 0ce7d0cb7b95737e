"""What nobody knows the templates to be written for is never found to be as intended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.secrets import Secrets
from jipkit.testing.inventories import project_of
from jipkit.testing.kits import secret
from jipkit.testing.networks import small_network
from jipkit.testing.replatform import on_platform
from playbooks._selection import Filters
from playbooks.audit import audit

CHECKOUT = Path(__file__).parents[2]

HEADERS = {
    "mikrotik_routeros": "# 2026-11-24 10:00:00 by RouterOS {version}\n",
    "cisco_ios": "version {version}\n",
    "arista_eos": "! device: kec-rawa (vEOS, EOS-{version})\n",
    "juniper_junos": "set version {version}\n",
}
KNOWN = {"mikrotik_routeros": "7.16.2", "cisco_ios": "15.9", "arista_eos": "4.30.5M", "juniper_junos": "21.4R3"}
OLD = {"mikrotik_routeros": "6.12", "cisco_ios": "12.4", "arista_eos": "4.10.2", "juniper_junos": "12.1X46"}


def found(folder: Path, platform: str, header: str, more: str = "") -> dict[str, Any]:
    """Return what an audit says of a router that runs just what is intended, below ``header``."""
    project = Project(project_of(on_platform(small_network(), "kec-rawa", platform), CHECKOUT, folder / "project"))
    text = fill(project.render("kec-rawa").text, secret)
    end = {"cisco_ios": "end\n", "arista_eos": "end\n", "huawei_vrp": "return\n"}.get(platform, "")
    path = folder / "running.txt"
    path.write_text(header + text + more + end, "utf-8")
    (row,) = audit(project, Filters(router=["kec-rawa"]), file=path).rows
    return dict(row.values)


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Secrets, "has", lambda _, name: bool(name))
    monkeypatch.setattr(Secrets, "resolve", lambda _, name: secret(name))


@pytest.mark.parametrize("platform", sorted(HEADERS))
def test_a_version_that_the_templates_are_written_for_is_as_intended(tmp_path: Path, platform: str) -> None:
    assert found(tmp_path, platform, HEADERS[platform].format(version=KNOWN[platform]))["result"] == "clean"


@pytest.mark.parametrize("platform", sorted(HEADERS))
def test_an_older_version_is_not_assessable(tmp_path: Path, platform: str) -> None:
    row = found(tmp_path, platform, HEADERS[platform].format(version=OLD[platform]))
    assert row["result"] == "not assessable"
    assert f"runs {OLD[platform]}, and the templates are written for" in row["why"]


@pytest.mark.parametrize("platform", sorted(HEADERS))
def test_a_version_that_nobody_knows_is_not_assessable(tmp_path: Path, platform: str) -> None:
    row = found(tmp_path, platform, "")
    assert row["result"] == "not assessable"
    assert "names no version" in row["why"]


def test_what_refers_to_something_deleted_is_said(tmp_path: Path) -> None:
    row = found(
        tmp_path,
        "mikrotik_routeros",
        HEADERS["mikrotik_routeros"].format(version="7.16.2"),
        "/queue interface set ether3 queue=*1E\n",
    )
    assert row["result"] == "not assessable"
    assert "refers to something that was deleted" in row["why"]


@pytest.mark.parametrize(
    ("platform", "header"),
    [
        ("frr", "frr version 2.0\n"),
        ("frr", "frr version 11.0-frobnicated\n"),
        ("huawei_vrp", "!Software Version V100R001C00\n"),
        ("huawei_vrp", "!Software Version V900R001C00\n"),
    ],
)
def test_a_version_that_the_templates_are_not_written_for_is_not_assessable(
    tmp_path: Path, platform: str, header: str
) -> None:
    row = found(tmp_path, platform, header)
    assert row["result"] == "not assessable"
    assert "which the templates are not written for" in row["why"]


@pytest.mark.parametrize(
    ("platform", "header"),
    [
        ("frr", "frr version 8.4.4\n"),
        ("frr", "frr version 10.2.1\n"),
        ("huawei_vrp", "!Software Version V200R010C00SPC600\n"),
        ("huawei_vrp", "!Software Version V800R023C00SPC500\n"),
    ],
)
def test_a_version_that_the_templates_know_is_as_intended(tmp_path: Path, platform: str, header: str) -> None:
    assert found(tmp_path, platform, header)["result"] == "clean"
