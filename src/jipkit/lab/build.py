"""Build a lab: render the twin, make its keys, and start the process that owns it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from jipkit.errors import LabError
from jipkit.files import private_folder, write_whole
from jipkit.hostkeys import SSH_PORT, HostKeys, addresses_of
from jipkit.lab import containerlab, requirements, state
from jipkit.lab.blueprint import Blueprint
from jipkit.lab.drawing import draw
from jipkit.lab.exported import Exported, save
from jipkit.lab.handle import Lab, stop
from jipkit.lab.keys import KeyPair
from jipkit.lab.native import Names, endpoints, image_names, left_out, renamed, unused
from jipkit.lab.startup import Access, Native, reference, startup
from jipkit.model import Network, Routing
from jipkit.redaction import fill
from jipkit.secrets import TwinSecrets
from jipkit.twin import closure, part_of, twin_of

if TYPE_CHECKING:
    from jipkit.project import Project

USER = "ops"
"""Logs in to every router of a twin, by key alone."""
KEY_FILE = "controller_key"
"""The controller's private key, in the twin's ``var``."""
LOG_FILE = "holder.log"

Booted = Callable[[str], object]
"""Called with the name of each router that has booted."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written for containerlab: files, the twin's routers, and those that run on their own platform."""

    files: list[Path]
    routers: tuple[str, ...]
    natives: Mapping[str, Native]


def ignore(router: str) -> None:
    """Do nothing about a router that has booted."""
    del router


def up(
    project: Project,
    routers: Collection[str],
    *,
    ttl_s: float | None = None,
    watch: int | None = None,
    booted: Booted = ignore,
) -> Lab:
    """Return the running twin of ``routers`` and of those between them and the controller.

    ``project.lab`` is its name. It ends after ``ttl_s`` seconds, and with the process ``watch``; its records in
    ``var/labs/NAME`` start empty.

    Raises:
        LabError: the machine cannot, a lab of that name is up, or a router did not boot.
        SelectionError: nothing leads from the controller to a router.
        TemplateError: a router cannot be rendered.
    """
    if project.lab is None:
        raise LabError("a lab needs a name")
    requirements.require()
    twin = twin_of(project.district, closure(project.district, routers))
    lock = state.claim(project.lab)
    try:
        remove_records(project)  # those of an earlier twin of this name say nothing about the new one
        private_folder(project.var)
        blueprint = _blueprint(project, twin)
    except BaseException:
        state.forget(project.lab)
        os.close(lock)
        raise
    return _start_claimed(blueprint, project.var / LOG_FILE, lock, ttl_s=ttl_s, watch=watch, booted=booted)


def export(project: Project, routers: Collection[str], folder: Path, *, native: bool = False) -> Written:
    """Write the twin of ``routers``, and of those between them and the controller, for containerlab into ``folder``.

    ``project.lab`` is its name. With ``native`` each router runs on its own platform where there is an image for it,
    and makes its host keys itself.

    Raises:
        LabError: a lab of that name is up, or the folder cannot be written.
        SelectionError: nothing leads from the controller to a router.
        TemplateError: a router cannot be rendered.
    """
    if project.lab is None:
        raise LabError("a lab needs a name")
    if state.is_alive(project.lab):
        raise LabError(f"lab {project.lab} is up; `jip lab down {project.lab}` takes it away, or choose another name")
    chosen = closure(project.district, routers)
    part = part_of(project.district, chosen)
    names = image_names(part, chosen, project.facts) if native else {}
    twin = renamed(project.district, chosen, names)
    containerlab.require_place(folder)
    remove_records(project)
    private_folder(project.var)
    blueprint = _blueprint(project, twin, own_keys=names)
    natives = _natives(project, part, endpoints(twin, names, project.facts), names, blueprint)
    save(project.var, Exported(project.lab, blueprint.controller, chosen, names))
    return Written(containerlab.export(blueprint, folder, natives), chosen, natives)


def _natives(project: Project, part: Network, plugs: Names, names: Names, blueprint: Blueprint) -> dict[str, Native]:
    """Return what runs on its own platform, by router; ``part`` is the district's, cut down to the twin."""
    username = part.standards.access.username
    access = Access(username, TwinSecrets(project.var).resolve(f"login/{username}"), blueprint.public_key)
    found = {}
    for box in blueprint.boxes:
        router = part.routers.get(box.key)
        if router is None or box.key not in names:
            continue
        facts = project.facts(router)
        image = facts.lab
        if image is not None:
            found[box.key] = Native(
                image,
                reference(image, router.version),
                startup(box.config, names[box.key], facts, image, access),
                names[box.key],
                plugs[box.key],
                left_out(part, router, image),
                unused(router, names[box.key]),
            )
    return found


def start(
    blueprint: Blueprint, log: Path, *, ttl_s: float | None = None, watch: int | None = None, booted: Booted = ignore
) -> Lab:
    """Return the running lab that ``blueprint`` draws; ``log`` takes what its holder has to say.

    Raises:
        LabError: a lab of that name is up, or a router did not boot.
    """
    lock = state.claim(blueprint.name)
    return _start_claimed(blueprint, log, lock, ttl_s=ttl_s, watch=watch, booted=booted)


def _start_claimed(
    blueprint: Blueprint, log: Path, lock: int, *, ttl_s: float | None, watch: int | None, booted: Booted
) -> Lab:
    try:
        _start(blueprint, log, lock, ttl_s=ttl_s, watch=watch, booted=booted)
    except BaseException:
        os.close(lock)
        _abandon(blueprint.name)
        raise
    os.close(lock)
    return Lab(blueprint.name)


def _abandon(name: str) -> None:
    """Leave nothing of a lab that was not wanted any more before it was whole."""
    try:
        stop(name)
    except LabError:  # it has no state file yet, and its first process has just been killed
        state.wait_until_gone(name)
        state.forget(name)


def remove_records(project: Project) -> None:
    """Remove the folder of a twin's records.

    Raises:
        LabError: it is not a folder of its own.
    """
    if project.var.is_symlink():
        raise LabError(f"{project.var}: is a symbolic link; a lab's records are a folder of its own")
    if project.var.exists():
        shutil.rmtree(project.var)


def _blueprint(project: Project, twin: Network, own_keys: Collection[str] = ()) -> Blueprint:
    """Return the plan of a twin; the routers of ``own_keys`` make their host keys themselves."""
    secrets = TwinSecrets(project.var)
    controller = KeyPair.new()
    write_whole(project.var / KEY_FILE, controller.private.encode())
    write_whole(project.var / f"{KEY_FILE}.pub", f"{controller.public} jip\n".encode())
    keys = {router: KeyPair.new() for router in twin.routers}
    _pin(HostKeys(project.var / "known_hosts"), twin, {key: pair for key, pair in keys.items() if key not in own_keys})
    return draw(
        twin,
        name=str(project.lab),
        root=str(project.root),
        configs={router: fill(project.boots_from(router, twin).text, secrets.resolve) for router in twin.routers},
        bgp_passwords={
            k: secrets.resolve(link.secret) for k, link in twin.links.items() if link.routing is Routing.BGP
        },
        host_keys={router: key.private for router, key in keys.items()},
        users=tuple(dict.fromkeys((USER, twin.standards.access.username))),
        public_key=controller.public,
    )


def _pin(trusted: HostKeys, twin: Network, keys: Mapping[str, KeyPair]) -> None:
    for router, key in keys.items():
        kind, text = key.public.split()
        trusted.pin(router, addresses_of(twin, router), SSH_PORT, kind, text)


def _start(
    blueprint: Blueprint, log: Path, lock: int, *, ttl_s: float | None, watch: int | None, booted: Booted
) -> None:
    ends = "" if ttl_s is None else str(time.time() + ttl_s)
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "jipkit.lab.holder", ends, str(watch or "")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            pass_fds=(lock,),
            env=_without_secrets(os.environ),
            start_new_session=True,
            text=True,
        )
    try:
        _follow(process, blueprint, booted, log)
    except BaseException:
        process.kill()  # and with it, by the kernel, all that it has started
        raise
    finally:
        process.wait()


def _without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for what lives as long as the lab: nothing of the district's is in it."""
    return {name: value for name, value in environ.items() if not name.startswith("JIP_")}


def _follow(process: subprocess.Popen[str], blueprint: Blueprint, booted: Booted, log: Path) -> None:
    """Hand the holder its blueprint and listen until the lab is ready."""
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101 - same
    _say(process.stdin, blueprint.to_json())
    with process.stdout as said_by_holder:
        for line in said_by_holder:
            message: Mapping[str, Any] = json.loads(line)
            match message:
                case {"booted": str(router)}:
                    booted(router)
                case {"error": str(said)}:
                    raise LabError(f"lab {blueprint.name}: {said}")
                case {"ready": True}:
                    return
    raise LabError(f"lab {blueprint.name}: its holder ended while building; {log} has what it said")


def _say(pipe: IO[str], text: str) -> None:
    try:
        pipe.write(text)
        pipe.close()
    except BrokenPipeError:
        return  # it ended at once; what it said is read next
