"""Tests import ``tasks`` and ``playbooks`` as the project does: by their location in this checkout."""

from pathlib import Path

from jipkit.rooms import mount

mount(Path(__file__).parents[1])
