"""Tests import ``tasks`` and ``playbooks`` as the project does: by their location in this checkout."""

import os
from pathlib import Path

import pytest

from jipkit.rooms import mount

os.environ["JIP_LANG"] = "en"  # tests read English, whatever this machine speaks
mount(Path(__file__).parents[1])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write what a test shows of which platform into its record: ``@pytest.mark.covers("compare")``."""
    for item in items:
        for mark in item.iter_markers("covers"):
            ability, *platform = mark.args
            parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
            item.user_properties.append(("covers", f"{platform[0] if platform else parameters['platform']}/{ability}"))
