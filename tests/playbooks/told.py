"""A router of any make that answers with what a test puts into its mouth, among simulated ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.secrets import Secrets
from jipkit.testing.inventories import project_of
from jipkit.testing.networks import small_network
from jipkit.testing.replatform import on_platform
from jipkit.transport import simulated

CHECKOUT = Path(__file__).parents[2]
ROUTER = "kec-rawa"
HEADS = {
    "arista_eos": "! Command: show running-config\n! device: kec-rawa (vEOS-lab, EOS-{version})\n!\n",
    "cisco_ios": "Building configuration...\n\nCurrent configuration : 9876 bytes\n!\nversion {version}\n",
    "frr": "frr version {version}\n",
    "huawei_vrp": "!Software Version {version}\n",
    "juniper_junos": "set version {version}\n",
    "mikrotik_routeros": "# 2026-11-24 20:00:00 by RouterOS {version}\n# software id = REKA-AN01\n#\n",
    "vyos": "",
}
"""What each make says of its software before anything else."""


@dataclass
class Told:
    """A project whose ``ROUTER`` answers with ``text``, without a session being opened."""

    root: Path
    platform: str
    text: str = ""
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def project(self) -> Project:
        return _read(self.root)

    def secret(self, name: str) -> str:
        return self.secrets.get(name, f"sandi-{len(name)}")

    def intended(self, version: str = "") -> str:
        """Return what the router prints when it is as intended, and runs ``version``."""
        text = fill(self.project.render(ROUTER).text, self.secret)
        head = HEADS[self.platform].format(version=version) if version else ""
        last = self.project.facts(self.project.network.router(ROUTER)).last_line
        return f"{head}{text}{last or ''}\n"

    def driver(self, hostname: str, username: str, password: str, timeout: int, optional_args: Any) -> _Answers:
        """Return what stands in for the driver of every router."""
        del hostname, username, password, timeout, optional_args
        return _Answers(self)


@dataclass
class _Answers:
    told: Told

    def open(self) -> None:
        """There is nothing to open."""

    def close(self) -> None:
        """There is nothing to close."""

    def get_config(self, retrieve: str) -> dict[str, str]:
        assert retrieve == "running"
        return {"running": self.told.text}


@lru_cache
def _read(root: Path) -> Project:
    """Return a project that is read once for all tests: none of them changes more of it than its records."""
    return Project(root)


def _without_records(platform: str, folder: Path) -> Path:
    """Return the project of ``platform`` in ``folder`` as if nothing had ever been done with it."""
    root = folder / f"told-{platform}"
    if not root.exists():
        return project_of(on_platform(small_network(), ROUTER, platform), CHECKOUT, root)
    shutil.rmtree(root / "var", ignore_errors=True)
    return root


@contextmanager
def told(platform: str, folder: Path, monkeypatch: Any) -> Iterator[Told]:
    """Yield a project in ``folder`` whose ``ROUTER`` is of ``platform``, and says that it is as intended."""
    monkeypatch.setattr(Secrets, "has", lambda _, name: bool(name))
    made = Told(_without_records(platform, folder), platform)
    monkeypatch.setattr(Secrets, "resolve", lambda _, name: made.secret(name))
    made.text = made.intended()
    with simulated(made.driver):
        yield made
