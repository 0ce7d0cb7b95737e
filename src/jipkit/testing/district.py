"""A whole district kept in memory: simulated routers, the cables between them, and what can go wrong with them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import IPv4Address

from napalm.base.exceptions import ConnectTimeoutError

from jipkit.errors import LabError, closest
from jipkit.hostkeys import HostKey
from jipkit.lab.drawing import draw
from jipkit.model import Network, Routing
from jipkit.testing.answers import Witness
from jipkit.testing.clock import Clock, WallClock
from jipkit.testing.driver import SimulatedDriver
from jipkit.testing.forwarding import Forwarding
from jipkit.testing.router import SimulatedRouter
from jipkit.testing.wires import Fabric, Wire
from jipkit.transport.failures import changed_key, unknown_key

NAME = "simulated"
"""What the twin is called that these routers are of."""

NONSENSE = "\x1b[2J?? 0x7f segmentation fault at {{{ \x07\nlp0 on fire\n"

Secret = Callable[[str], str]


def no_secret(name: str) -> str:
    """Return a password that is none, for districts whose configurations hold no secret."""
    return f"simulated {name}".replace(" ", "-")


class SimulatedDistrict:
    """The network of an inventory on routers kept in memory, drawn as the lab draws it.

    Each router runs the text that ``render`` gives for it, secrets and all (a planned one its bootstrap lines); all
    of them are FRR. Management is in-band: jip is the host on the controller's LAN, and reaches what the links and
    the routes over them let it reach. ``secret`` gives the key that a provider has for a BGP link.
    """

    def __init__(
        self,
        network: Network,
        render: Callable[[str], str],
        *,
        secret: Secret = no_secret,
        clock: Clock | None = None,
    ) -> None:
        self.network = network
        self.clock = clock or WallClock()
        self.lock = threading.RLock()
        configs = {router: render(router) for router in network.routers}
        drawing = draw(
            network,
            name=NAME,
            root="",
            configs=configs,
            bgp_passwords={k: secret(v.secret) for k, v in network.links.items() if v.routing is Routing.BGP},
            host_keys=dict.fromkeys(network.routers, ""),
            users=(),
            public_key="",
        )
        self._controller = drawing.controller
        plugs = [port for cable in drawing.cables for port in (cable.a, cable.b)] + list(drawing.unplugged)
        self.routers: Mapping[str, SimulatedRouter] = {
            box.key: SimulatedRouter(
                box.key,
                box.config,
                [port.name for port in plugs if port.box == box.key],
                self.clock,
                ours=box.key in network.routers,
            )
            for box in drawing.boxes
        }
        self._fabric = Fabric(self.routers, {host.key: host for host in drawing.hosts}, drawing.cables)
        self._forwarding = Forwarding(self._fabric)
        self._trusted = {key: router.host_key for key, router in self.routers.items()}

    # ------------------------------------------------------------------ seen from jip
    @property
    def driver(self) -> Callable[..., SimulatedDriver]:
        """What makes a NAPALM driver for one of the routers; `jipkit.transport.simulated` takes it."""
        return functools.partial(SimulatedDriver, district=self)

    def answering(self, address: str) -> str | None:
        """Return the router that answers at an address now, as seen from where jip is; None: nobody does."""
        with self.lock:
            self._keep_time()
            trip = self._forwarding.round_trip(self._controller, IPv4Address(address))
            return trip.machine if trip is not None and trip.machine in self.network.routers else None

    def connect(self, address: str, router: str | None = None) -> str:
        """Return the router that a session with ``address`` is with; it has to be ``router``, if that is given.

        Raises:
            ConnectTimeoutError: nobody answers.
            IdentityError: whoever answers shows another host key than the trusted one, or none is trusted.
        """
        found = self.answering(address)
        if found is None:
            raise ConnectTimeoutError(f"{address} port 22: no answer")
        meant = router or found
        shown = self.routers[found].host_key
        trusted, jip = self._trusted.get(meant), f"jip --lab {NAME}"
        if trusted is None:
            raise unknown_key(meant, jip)
        if shown != trusted:
            raise changed_key(meant, trusted, shown, jip)
        return found

    def witness(self, router: str) -> Witness:
        """Return what a router sees at this moment."""
        with self.lock:
            self._keep_time()
            box = self._router(router)
            return Witness(box, self._forwarding, self.clock.now() - box.booted)

    # ------------------------------------------------------------------ the truth, for whoever stands beside them
    def running(self, router: str) -> str:
        """Return the configuration that a router runs, read on its console."""
        with self.lock:
            self._keep_time()
            return self._router(router).running

    def saved(self, router: str) -> str:
        """Return the configuration that a router would start from."""
        with self.lock:
            self._keep_time()
            return self._router(router).saved

    # ------------------------------------------------------------------ what can go wrong
    def cut(self, link: str) -> None:
        """Cut a link's cable: both ends lose the carrier."""
        with self._change():
            self._wire(link).cut = True

    def mend(self, link: str) -> None:
        """Make a link's cable whole: no cut, no loss, no delay."""
        with self._change():
            wire = self._wire(link)
            wire.cut, wire.loss_a, wire.loss_b, wire.delay_ms = False, 0.0, 0.0, 0.0

    def disturb(
        self,
        link: str,
        *,
        loss_a: float | None = None,
        loss_b: float | None = None,
        delay_ms: float | None = None,
    ) -> None:
        """Let a cable lose a share (0.0 to 1.0) of what an end sends, or delay it (one way), carrier and all."""
        with self._change():
            wire = self._wire(link)
            wire.loss_a = wire.loss_a if loss_a is None else loss_a
            wire.loss_b = wire.loss_b if loss_b is None else loss_b
            wire.delay_ms = wire.delay_ms if delay_ms is None else delay_ms

    def swap(self, link: str, other: str) -> None:
        """Exchange the far ends of two cables, as a hand at the panel might."""
        with self._change():
            first, second = self._wire(link), self._wire(other)
            first.b, second.b = second.b, first.b
            self._fabric.plug_in()

    def freeze(self, router: str) -> None:
        """Let a router stop handling packets, its ports still lit."""
        with self._change():
            self._router(router).frozen = True

    def thaw(self, router: str) -> None:
        with self._change():
            self._router(router).frozen = False

    def garbage(self, router: str, text: str | None = NONSENSE) -> None:
        """Let a router answer ``text`` to whatever it is asked; None: sense again."""
        with self._change():
            self._router(router).nonsense = text

    def new_host_key(self, router: str) -> None:
        """Let a router show another host key, as a box that was exchanged does."""
        with self._change():
            self._router(router).new_host_key()

    def distrust(self, router: str) -> None:
        """Let the key of a router be one that nobody has trusted yet, as on a first day."""
        with self.lock:
            self._trusted.pop(self._router(router).key, None)

    def trust(self, router: str) -> HostKey:
        """Trust the key that a router shows now, as ``jip trust --replace`` does, and return it."""
        with self.lock:
            self._trusted[router] = self._router(router).host_key
            return self._trusted[router]

    def hand_edit(self, router: str, text: str) -> None:
        """Enter configuration lines on a router's console; nothing is saved.

        Raises:
            RefusedError: FRR refuses a line; those before it are in force.
        """
        with self._change():
            self._router(router).merge(text.splitlines())

    def power_cut(self, router: str) -> None:
        """Take a router's power: its ports go dark, and what was not saved is gone."""
        with self._change():
            self._router(router).powered = False

    def boot(self, router: str) -> None:
        """Give a router its power back; it starts from its saved configuration."""
        with self._change():
            self._router(router).boot()

    # ------------------------------------------------------------------ inside
    def changed(self) -> None:
        """Let everything that follows from configurations and cables be worked out anew."""
        with self.lock:
            self._forwarding = Forwarding(self._fabric)

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self.lock:
            self._keep_time()
            try:
                yield
            finally:
                self.changed()

    def _keep_time(self) -> None:
        fired = [router.keep_time() for router in self.routers.values()]
        if any(fired):
            self.changed()

    def _router(self, key: str) -> SimulatedRouter:
        try:
            return self.routers[key]
        except KeyError:
            raise LabError(f"no router {key!r} is simulated; {_hint(key, self.routers)}") from None

    def _wire(self, key: str) -> Wire:
        try:
            return self._fabric.wires[key]
        except KeyError:
            raise LabError(f"no link {key!r} is simulated; {_hint(key, self._fabric.wires)}") from None


def _hint(key: str, known: Mapping[str, object]) -> str:
    near = closest(key, known)
    return f"did you mean {near}?" if near else f"there are {', '.join(known)}"
