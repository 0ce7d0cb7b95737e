"""What a router of a twin starts with on its own platform, and what one has to know of the images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jipkit.lab.braces import in_braces
from jipkit.platforms import LabImage, PlatformFacts

_IMAGES = """
## Images

{images}
Those that need your own image are not public. Build each from your own copy of the software and give it that name
(`docker tag`), or change the name in {topology}. Virtual machines in containers want /dev/kvm, and minutes to start.
Host keys are the images' own: `jip --lab {name} trust ROUTER` pins one.
"""

_PORTS = """
## Ports

An image names its ports itself, and keeps one for its own management. Every link and every LAN has a port of its own:
VLAN tags and tunnels are left out.

| router | port | in the image | in the topology |
|---|---|---|---|
{ports}"""

_BUT = """
## What is not as in the district

{remarks}"""


@dataclass(frozen=True, slots=True)
class Native:
    """A router on its own platform.

    ``text`` is what it starts with, ``names`` are its ports' names in the image by ours, ``ports`` their names in the
    topology by those in the image (and of what is plugged in there). ``left_out`` is plugged into ports that the image
    does not have, ``unused`` are the ports of the box that nothing is plugged into.
    """

    image: LabImage
    reference: str
    text: str = field(repr=False)
    names: Mapping[str, str]
    ports: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """jip's login to a twin."""

    username: str
    password: str = field(repr=False)
    key: str


def reference(image: LabImage, version: str | None) -> str:
    """Return the name of the image of a version."""
    return image.image.format(version=version or "latest")


def startup(text: str, ports: Mapping[str, str], facts: PlatformFacts, image: LabImage, access: Access) -> str:
    """Return the file that a router starts with: its configuration, and what lets jip in, as the image wants it."""
    login = [line.format(username=access.username, password=access.password, key=access.key) for line in image.login]
    wake = [line.format(port=port) for port in ports.values() for line in image.wake]
    whole = "".join(f"{line}\n" for line in (*image.head, *login, *text.splitlines(), *image.tail))
    if wake:
        whole = _inserted(whole, wake, facts)
    return in_braces(whole, facts) if image.form == "braces" else whole


def _inserted(text: str, lines: list[str], facts: PlatformFacts) -> str:
    """Return ``text`` with ``lines`` at its end, but before what ends every whole configuration."""
    kept = text.splitlines()
    last = [kept.pop()] if kept and facts.last_line and kept[-1] == facts.last_line else []
    return "".join(f"{line}\n" for line in (*kept, *lines, *last))


def about(name: str, native: Mapping[str, Native]) -> str:
    """Return what the folder's START.md says of the images: which, whence, their ports, and what differs."""
    if not native:
        return ""
    images = "".join(f"- {line}\n" for line in needed(native))
    remarks = "".join(f"- {line}\n" for line in remarked(native))
    return (
        _IMAGES.format(images=images, name=name, topology=f"{name}.clab.yml")
        + _PORTS.format(ports="".join(_rows(native)))
        + (_BUT.format(remarks=remarks) if remarks else "")
    )


def needed(native: Mapping[str, Native]) -> tuple[str, ...]:
    """Return for each image, once: its name, whether it has to be one's own, and how one comes by it."""
    images = {one.reference: one.image for one in native.values()}
    return tuple(
        f"`{name}`: {'public' if image.public else 'needs your own image'}. {image.source}".rstrip()
        for name, image in sorted(images.items())
    )


def remarked(native: Mapping[str, Native]) -> tuple[str, ...]:
    """Return what the images cannot be: first what is so of a platform, then of a router."""
    notes = dict.fromkeys(f"{one.image.kind}: {one.image.note}" for one in native.values() if one.image.note)
    return (*notes, *(line for key, one in native.items() for line in _missing(key, one)))


def _missing(router: str, native: Native) -> Iterator[str]:
    if native.left_out:
        yield (
            f"{router}: the image has {native.image.most} ports, so what is plugged into {', '.join(native.left_out)} "
            "is left out"
        )
    if native.unused:
        ports = ", ".join(native.unused)
        yield f"{router}: nothing of the twin is plugged into {ports}, so the image does not have them"


def _rows(native: Mapping[str, Native]) -> Iterator[str]:
    for router, one in native.items():
        for ours, theirs in one.names.items():
            yield f"| {router} | {ours} | {theirs} | {one.ports[theirs]} |\n"
