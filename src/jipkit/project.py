"""The project that a command works on: its four rooms, its records, and the twin it may be about."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from jipkit.documents import read_document
from jipkit.errors import ProjectError
from jipkit.inventory import LARGEST, load_network, read_bytes
from jipkit.model import Network, Place, Platform, Router, Source, State
from jipkit.places import find_root
from jipkit.platforms import PlatformFacts
from jipkit.reasons import because
from jipkit.rendering import Rendered, Renderer
from jipkit.views import router_view

if TYPE_CHECKING:
    from jipkit.backups import Backups
    from jipkit.hostkeys import HostKeys
    from jipkit.secrets import Secrets
    from jipkit.store import Store
    from jipkit.undo import Undo


@dataclass(frozen=True)
class Project:
    """One district's network: ``root`` holds the rooms, ``lab`` names the twin that commands are about, if any."""

    root: Path
    lab: str | None = None

    @classmethod
    def find(cls, start: Path | None = None, lab: str | None = None) -> Project:
        """Return the project at ``start``, at ``$JIP_PROJECT``, or at or above the current directory.

        Raises:
            ProjectError: there is none.
        """
        return cls(find_root(start), lab)

    @property
    def var(self) -> Path:
        """Where records are kept; a twin has its own, so that nothing of it enters the district's."""
        return self.root / "var" / "labs" / self.lab if self.lab else self.root / "var"

    @property
    def command(self) -> str:
        """How jip is called about this network: what a report advises for a twin must not reach the district."""
        return f"jip --lab {self.lab}" if self.lab else "jip"

    @cached_property
    def district(self) -> Network:
        """The inventory as written, whatever the twin.

        Raises:
            InventoryError: it has faults.
        """
        return load_network(self.root / "inventory")

    @cached_property
    def network(self) -> Network:
        """The network that commands are about: the district's, or the twin's."""
        if self.lab is None:
            return self.district
        from jipkit.lab import twin_network  # noqa: PLC0415 - the lab is not needed without a twin

        return twin_network(self.district, self.lab, self.var)

    @cached_property
    def platforms(self) -> Mapping[Platform, PlatformFacts]:
        """The facts of each platform that has a folder in ``templates/``.

        Raises:
            ProjectError: a ``platform.yaml`` is wrong; the message says where.
        """
        found = {}
        for path in sorted((self.root / "templates").glob("*/platform.yaml")):
            found[path.parent.name] = self._facts_in(path)
        return found

    def _facts_in(self, path: Path) -> PlatformFacts:
        name = path.relative_to(self.root).as_posix()
        document, faults = read_document(self._read(path).encode(), name)
        if faults:
            raise ProjectError("\n".join(map(str, faults)))
        try:
            facts = PlatformFacts.model_validate(document.plain() if document else None)
        except ValidationError as error:
            raise ProjectError(f"{name}: {error}") from error
        if facts.platform != (folder := path.parent.name):
            raise ProjectError(f"{name}: platform: is {facts.platform}; it has to be the folder's own name, {folder}")
        readers = {file.name: self._read(file) for file in sorted((path.parent / "textfsm").glob("*.textfsm"))}
        return facts.model_copy(update={"textfsm": readers}) if readers else facts

    def facts(self, router: Router) -> PlatformFacts:
        """Return the facts of a router's platform.

        Raises:
            ProjectError: ``templates/`` has no folder for it.
        """
        try:
            return self.platforms[router.platform]
        except KeyError:
            known = ", ".join(sorted(self.platforms))
            raise ProjectError(
                because("no-templates", router=router.key, platform=router.platform, known=known)
            ) from None

    def renders(self, router: Router) -> bool:
        """Return whether there are templates for a router: a platform may be known by its ``platform.yaml`` alone."""
        facts = self.platforms.get(router.platform)
        return facts is not None and (self.root / "templates" / facts.platform / facts.template).is_file()

    @cached_property
    def renderer(self) -> Renderer:
        """The one environment that renders every router.

        Raises:
            ProjectError: a template cannot be read.
        """
        room = self.root / "templates"
        return Renderer({path.relative_to(room).as_posix(): self._read(path) for path in sorted(room.rglob("*.j2"))})

    def _read(self, path: Path) -> str:
        name = path.relative_to(self.root)
        try:
            content = read_bytes(path)
            text = content.decode()
        except (OSError, UnicodeDecodeError) as error:
            raise ProjectError(f"{name}: cannot be read: {error}") from error
        if len(content) > LARGEST:
            raise ProjectError(f"{name}: is larger than {LARGEST >> 20} MiB; nothing in templates/ needs that")
        return text

    def render(self, router: str, network: Network | None = None) -> Rendered:
        """Return the intended configuration of ``router``, as ``network`` (by default this project's) wants it."""
        network = network or self.network
        facts = self.facts(network.router(router))
        return self.renderer.render(router_view(network, router, facts), facts)

    def bootstrap(self, router: str, network: Network | None = None) -> Rendered:
        """Return the few lines that make ``router`` reachable when it comes from the factory.

        Raises:
            ProjectError: its platform has no template for them.
        """
        network = network or self.network
        facts = self.facts(network.router(router))
        if facts.bootstrap is None:
            raise ProjectError(f"{router}: templates/{facts.platform}/platform.yaml names no bootstrap template")
        return self.renderer.render(router_view(network, router, facts), facts, facts.bootstrap)

    def boots_from(self, router: str, network: Network | None = None) -> Rendered:
        """Return what ``router`` boots from: its intended configuration, or its bootstrap while it is planned."""
        network = network or self.network
        planned = network.router(router).state is State.PLANNED
        return self.bootstrap(router, network) if planned else self.render(router, network)

    @cached_property
    def secrets(self) -> Secrets:
        """The secrets of the network that commands are about."""
        from jipkit.secrets import Secrets  # noqa: PLC0415 - only a push and a login need them

        return Secrets.for_project(self)

    @cached_property
    def hostkeys(self) -> HostKeys:
        """The host keys that are trusted."""
        from jipkit.hostkeys import HostKeys  # noqa: PLC0415 - only a session needs them

        return HostKeys(self.var / "known_hosts")

    @cached_property
    def backups(self) -> Backups:
        """The running configurations that were kept."""
        from jipkit.backups import Backups  # noqa: PLC0415 - only what reads routers needs them

        return Backups(self.var / "backups")

    @cached_property
    def undo(self) -> Undo:
        """What routers ran before they were changed, sealed."""
        from jipkit.undo import Undo  # noqa: PLC0415 - only what changes a router, or undoes that, needs it

        return Undo(self.var / "undo", self.var / "undo.key", self.secrets)

    @cached_property
    def store(self) -> Store:
        """The records: ``var/jip.db``, or for the district the database that ``JIP_STORE`` names.

        Raises:
            StoreError: it cannot be opened.
        """
        from jipkit.store import Store  # noqa: PLC0415 - SQLAlchemy is not needed without records

        elsewhere = None if self.lab else os.environ.get("JIP_STORE")
        return Store.open(elsewhere or self.var / "jip.db")

    @property
    def has_records(self) -> bool:
        """Whether a store is there to look into; whoever only reads need not make one."""
        return bool(not self.lab and os.environ.get("JIP_STORE")) or (self.var / "jip.db").exists()

    def activate(self, sources: tuple[Source, ...]) -> Mapping[Source, Place]:
        """Make planned objects active for good, and return where that is written now.

        In the district's YAML, all or none; for a twin in its own records, so that the district does not change.

        Raises:
            EditError: the YAML cannot be changed.
        """
        if self.lab is None:
            from jipkit.editing import set_states  # noqa: PLC0415 - only a finished change needs it

            return dict(zip(sources, set_states(self.root / "inventory", sources, State.ACTIVE), strict=True))
        from jipkit.lab.overlay import STATES, activate_in  # noqa: PLC0415 - only a twin needs it

        activate_in(self.var, sources)
        place = Place((self.var / STATES).relative_to(self.root).as_posix(), 1)
        return dict.fromkeys(sources, place)
