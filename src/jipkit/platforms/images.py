"""What is known of the image that runs a platform in containerlab."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from jipkit.model import Entry
from jipkit.platforms.patterned import VersionNumber

Lines = tuple[str, ...]


class LabImage(Entry):
    """The image that runs this platform in containerlab: how it is called, what its ports are, how it is started.

    Lines have ``{username}``, ``{password}`` and ``{key}``: jip's own login to the twin.
    """

    kind: str
    """Containerlab's name of it."""
    image: str
    """The image, with ``{version}``."""
    port: str
    """How the device calls its n-th port, ``{n}`` counted from ``first``: the port of the image's own is left out."""
    endpoint: str = "eth{n}"
    """How the topology calls it, counted from 1."""
    first: int = 1
    most: Annotated[int, Field(ge=1)] = 64
    """How many ports it can have besides its own."""
    switched: bool = False
    """Its ports can be switch ports; else the users of a LAN are on a port of their own."""
    public: bool = False
    """Anybody may load it; else the vendor's software has to be one's own."""
    source: str = ""
    """How one comes by it, in a line."""
    note: str = ""
    """In what else it differs from the routers that it stands for."""
    since: VersionNumber | None = None
    """The oldest version that it can be; older routers run FRRouting."""
    form: Literal["text", "braces"] = "text"
    """How it wants its start-up configuration: as the platform prints it, or set-style statements in braces."""
    login: Lines = ()
    """Lines that let jip in, where what a router boots from does not."""
    wake: Lines = ()
    """Lines for each port that is used (``{port}``), where the image starts with its ports shut."""
    head: Lines = ()
    """What the file begins with."""
    tail: Lines = ()
    """What it ends with."""
    script: str | None = None
    """Where the file lies in the image as a script of ``run``; None: it is the start-up configuration of the kind."""
    run: str | None = None
    """The command that runs the script, once the node is up."""
