"""Hardware that nobody listed and nobody uses: a router prints its sockets whether or not anything is said of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jipkit.platforms import PlatformFacts
from jipkit.statement import Statement


def without_idle(found: Sequence[Statement], wanted: Sequence[Statement], facts: PlatformFacts) -> Sequence[Statement]:
    """Return ``found`` without the sockets that the intended configuration does not know and that hold nothing.

    Which blocks are sockets, and which statements in them say nothing, is the platform's ``idle``. A socket that holds
    anything else is left: somebody has made use of it.
    """
    if facts.idle is None:
        return found
    socket, silent = re.compile(facts.idle.block).fullmatch, re.compile(facts.idle.silent).fullmatch
    ours = {s.text for s in wanted if not s.path}
    heads = {s.text for s in found if not s.path and s.text not in ours and socket(s.text)}
    used = {s.path[0] for s in found if s.path and s.path[0] in heads and not silent(s.text)}
    idle = heads - used
    return [s for s in found if (*s.path, s.text)[0] not in idle] if idle else found
