"""What the templates of one platform make of the small network, and how far a router is from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jipkit.drift import Drift, compare
from jipkit.model import Network
from jipkit.platforms import PlatformFacts
from jipkit.project import Project
from jipkit.redaction import fill
from jipkit.rendering import Rendered
from jipkit.testing.networks import changed, small_network
from jipkit.testing.replatform import on_platform
from jipkit.views import router_view


def secret(name: str) -> str:
    """Return a secret that differs from name to name and that every platform takes.

    >>> secret("ospf/core-1--pop-1/1")
    'ospfcore1pop11'
    """
    return "".join(character for character in name if character.isalnum())[-16:]


@dataclass(frozen=True)
class Kit:
    """A platform's templates, applied to routers of ``network`` as if they were boxes of that platform.

    ``changes`` are other values for the fields of each router (``version``).
    """

    project: Project
    platform: str
    network: Network = field(default_factory=small_network)
    changes: Mapping[str, str] = field(default_factory=dict)

    def on(self, network: Network) -> Kit:
        """Return the same templates for another network."""
        return replace(self, network=network)

    def with_standards(self, **changes: Any) -> Kit:
        """Return the same templates for a district with other standards."""
        standards = type(self.network.standards).model_validate({**dict(self.network.standards), **changes})
        return self.on(self.network.replace(standards=standards))

    def with_zone(self, router: str, zone: str) -> Kit:
        """Return the same templates with the router's first LAN for somebody else; it is then called ``other``."""
        first, *others = self.network.router(router).lans
        lans = [{**dict(first), "name": "other", "zone": zone}, *others]
        return self.on(changed(self.network, "router", router, lans=lans))

    def with_ports(self, router: str, number: int) -> Kit:
        """Return the same templates with a router of so many sockets, those of LANs without a VLAN among them."""
        own = self.network.router(router)
        bare = [lan for lan in own.lans if lan.vlan is None]
        spare = [f"spare{count}" for count in range(number)]
        interfaces = (*own.interfaces, *spare)[: number - len(bare)]
        return self.on(changed(self.network, "router", router, interfaces=interfaces))

    @property
    def facts(self) -> PlatformFacts:
        return self.project.platforms[self.platform]

    def rendered(self, router: str) -> Rendered:
        """Return the router's intended configuration."""
        return self.project.render(router, on_platform(self.network, router, self.platform, **self.changes))

    def bootstrap(self, router: str) -> Rendered:
        """Return what is pasted into the factory-fresh router."""
        network = on_platform(self.network, router, self.platform, **self.changes)
        return self.project.renderer.render(router_view(network, router, self.facts), self.facts, self.facts.bootstrap)

    def block(self, router: str, head: str) -> list[str]:
        """Return what stands in a block, without its indentation."""
        lines = self.rendered(router).lines
        start = lines.index(head) + 1
        end = next((i for i in range(start, len(lines)) if not lines[i].startswith(" ")), len(lines))
        return [line.strip() for line in lines[start:end]]

    def running(self, router: str, resolve: Callable[[str], str] = secret) -> str:
        """Return the configuration of a router that is as intended, with its secrets in clear."""
        return fill(self.rendered(router).text, resolve)

    def drift(self, router: str, running: str, resolve: Callable[[str], str] | None = secret) -> Drift:
        """Return how far the router is from what is intended."""
        return compare(self.rendered(router), running, self.facts, resolve=resolve)
