"""The driver under NAPALM's own harness: the real one, answered from ``mocked_data``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from napalm.base import NetworkDriver
from napalm.base.test import conftest as harness
from napalm.base.test.double import BaseTestDouble

from napalm_frr import FRRDriver
from napalm_frr.shell import Answer, Shell


class RecordedShell(BaseTestDouble, Shell):  # type: ignore[misc]  # napalm is untyped
    """Answers each command with what a router running FRR 8.4.4 answered."""

    def __init__(self) -> None:
        BaseTestDouble.__init__(self)
        self.host, self.timeout_s, self.limit_bytes = "recorded", 60.0, 1 << 20

    @property
    def alive(self) -> bool:
        return True

    def close(self) -> None:
        pass

    def run(self, command: str, *, stdin: str = "", silence_s: float | None = None, name: str | None = None) -> Answer:
        del stdin, silence_s
        file = self.find_file(f"{self.sanitize_text(name or command)}.txt")
        return Answer(0, str(self.read_txt_file(file)), "")


class RecordedDriver(FRRDriver):
    """The driver on a recorded router."""

    patched_attrs = ("_session",)
    # NAPALM's harness refuses any public method that NAPALM itself does not name
    commit_status: Any = None
    confirm_named: Any = None

    def open(self) -> None:
        self._session = RecordedShell()


@pytest.fixture(scope="class")
def set_device_parameters(request: pytest.FixtureRequest) -> Iterator[None]:
    assert request.cls is not None
    request.cls.driver = RecordedDriver
    request.cls.patched_driver = RecordedDriver
    harness.set_device_parameters(request)
    yield
    request.cls.device.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what NAPALM names and the driver does not implement; the harness would skip it."""
    items[:] = [item for item in items if not _is_of_another_driver(item)]


def _is_of_another_driver(item: pytest.Item) -> bool:
    if Path(__file__).parent not in item.path.parents:
        return False
    getter = str(getattr(item, "originalname", "")).removeprefix("test_")
    return getter in vars(NetworkDriver) and getattr(FRRDriver, getter) is getattr(NetworkDriver, getter)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    harness.pytest_generate_tests(metafunc, __file__)
