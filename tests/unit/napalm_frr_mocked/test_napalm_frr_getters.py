"""NAPALM's own harness over what the driver implements: names, signatures, shapes and values."""

from __future__ import annotations

import pytest
from napalm.base.test.getters import BaseTestGetters


@pytest.mark.usefixtures("set_device_parameters")
class TestGetters(BaseTestGetters):  # type: ignore[misc]  # napalm is untyped
    pass
