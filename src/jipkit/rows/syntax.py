"""What compares configurations that are rows: see `jipkit.statement.Syntax`."""

from jipkit.rows.differences import differences
from jipkit.rows.disclosure import disclose
from jipkit.rows.remarks import remarks
from jipkit.rows.remedy import commands

__all__ = ["commands", "differences", "disclose", "remarks"]
