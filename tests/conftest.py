"""Tests import ``tasks`` and ``playbooks`` as the project does: by their location in this checkout."""

import os
from pathlib import Path

from jipkit.rooms import mount

os.environ["JIP_LANG"] = "en"  # tests read English, whatever this machine speaks
mount(Path(__file__).parents[1])
