"""What a template needs to know of one router, worked out beforehand: templates do no arithmetic and ask nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Interface

from jipkit.model import Lan, Link, Medium, Network, Router, Routing, Source
from jipkit.platforms import PlatformFacts
from jipkit.provisioning import bootstrap_link
from jipkit.redaction import placeholder
from jipkit.routes import endpoint, in_service, offers_default, speaks_ospf, static_routes
from jipkit.view_parts import (
    ADDRESSES,
    addressed,
    as_routers_sort,
    each,
    fields_of,
    listed,
    natural,
    route_view,
    services,
    standard,
    standards_view,
    tidy,
)
from jipkit.view_types import (
    BgpView,
    InterfaceView,
    LanView,
    LinkView,
    OspfInterfaceView,
    OspfView,
    RouterView,
    SessionView,
    TunnelView,
    UplinkView,
)

_SLOW = frozenset({Medium.VSAT, Medium.STARLINK, Medium.CELLULAR})
_FIRST_TUNNEL_PORT, _TUNNEL_PORTS = 51820, 8192


def router_view(network: Network, router_key: str, facts: PlatformFacts) -> RouterView:
    """Return everything that a template of the router's platform may need.

    Raises:
        UnknownNameError: there is no such router.
    """
    router = network.router(router_key)
    return _Seeing(network, router, facts).router_view()


class _Seeing:
    """Looks at the network from one router."""

    def __init__(self, network: Network, router: Router, facts: PlatformFacts) -> None:
        self.network, self.router, self.facts = network, router, facts
        self.routes = static_routes(network, router)
        self.has_ospf = speaks_ospf(network, router)
        self.area = str(network.standards.ospf.area)

    def router_view(self) -> RouterView:
        router, office = self.router, self.network.office_of(self.router.key)
        lans = tuple([self._lan(number, lan) for number, lan in enumerate(router.lans)])
        pools = [pool for pool in self.network.pools.values() if pool.use != "public"]
        return RouterView(
            hostname=router.key,
            office=tidy(office.name),
            role=router.role.value,
            version=router.version,
            major=int((router.version or "0").partition(".")[0]),
            loopback=str(router.loopback),
            interfaces=tuple(sorted(self._interfaces(lans), key=lambda interface: natural(interface.name))),
            lans=lans,
            routes=tuple([route_view(route) for route in as_routers_sort(self.routes)]),
            ospf=self._ospf() if self.has_ospf else None,
            bgp=self._bgp(),
            uplink=self._uplink(),
            intranet=listed((pool.prefix, Source("pool", pool.key, "prefix")) for pool in pools),
            services=listed(services(self.network)),
            standards=standards_view(self.network.standards),
            sources={
                **fields_of("router", router.key, hostname="", role="role", version="version", loopback="loopback"),
                "office": Source("office", office.key, "name"),
            },
        )

    # interfaces

    def _interfaces(self, lans: Sequence[LanView]) -> Iterator[InterfaceView]:
        """Yield the loopback, and every interface that the inventory names, once."""
        yield self._loopback()
        links = {link.end_of(self.router.key).interface: link for link in self._links_to_show()}
        of_lan = {lan.interface: lan for lan in lans}
        of_port = {port: lan for lan in lans for port in lan.ports}
        numbers = {name: number for number, name in enumerate(self.router.interfaces)}
        for name in dict.fromkeys([*numbers, *of_lan, *of_port, *(n for n in links if n)]):
            if name in links:
                yield self._link_interface(name, links[name])
            elif name in of_lan:
                yield self._lan_interface(of_lan[name])
            elif name in of_port:
                lan = of_port[name]
                yield InterfaceView(name=name, purpose="port", lan=lan, sources={"name": lan.sources["ports"]})
            else:
                source = Source("router", self.router.key, f"interfaces.{numbers[name]}")
                yield InterfaceView(name=name, purpose="unused", shut=True, sources={"name": source})

    def _links_to_show(self) -> list[Link]:
        """Return the router's links, those in service last: an interface of an old link may have a new one."""
        return sorted(self.network.links_of(self.router.key), key=lambda link: in_service(link, self.router))

    def _loopback(self) -> InterfaceView:
        return InterfaceView(
            name="lo" if self.facts.linux_names else "loopback",
            purpose="loopback",
            **addressed(IPv4Interface(self.router.loopback)),
            ospf=self._passive() if self.has_ospf else None,
            sources=dict.fromkeys(("name", *ADDRESSES), Source("router", self.router.key, "loopback")),
        )

    def _lan_interface(self, lan: LanView) -> InterfaceView:
        return InterfaceView(
            name=lan.interface,
            purpose="lan",
            **addressed(IPv4Interface(lan.address)),
            lan=lan,
            ospf=self._passive() if self.has_ospf else None,
            sources={"name": lan.sources["interface"], **dict.fromkeys(ADDRESSES, lan.sources["network"])},
        )

    def _link_interface(self, name: str, link: Link) -> InterfaceView:
        shut = not in_service(link, self.router)
        address = {} if shut else addressed(link.address_of(link.end_of(self.router.key)))
        prefix = Source("link", link.key, "prefix")
        return InterfaceView(
            name=name,
            purpose="link",
            shut=shut,
            **address,
            link=self._link(link),
            ospf=None if shut else self._ospf_on(link),
            tunnel=self._tunnel(link) if link.medium is Medium.VPN and not shut else None,
            sources={"name": Source("link", link.key, self._end(link)), **dict.fromkeys(ADDRESSES, prefix)},
        )

    def _ospf_on(self, link: Link) -> OspfInterfaceView | None:
        if link.routing is Routing.STATIC and self.has_ospf and link.other_end(self.router.key).router:
            return self._passive()  # its own prefix is known everywhere, so its far end can be reached
        if link.routing is not Routing.OSPF:
            return None
        timers = self.network.standards.ospf
        return OspfInterfaceView(
            area=self.area,
            passive=False,
            cost=link.cost,
            hello_s=timers.hello_s,
            dead_s=timers.dead_s,
            retransmit_s=5 if link.medium in _SLOW else 1,
            key_id=link.key_id,
            key=placeholder(link.secret),
            sources={
                **fields_of("link", link.key, cost="cost", retransmit_s="medium", key_id="key_id", key="key_id"),
                **standard(area="ospf.area", hello_s="ospf.hello_s", dead_s="ospf.dead_s"),
            },
        )

    def _passive(self) -> OspfInterfaceView:
        return OspfInterfaceView(area=self.area, passive=True, sources=standard(area="ospf.area"))

    def _tunnel(self, link: Link) -> TunnelView | None:
        far = link.other_end(self.router.key).router
        if far is None:
            return None
        found = None if endpoint(self.network, self.router.key) else endpoint(self.network, far)
        number = int(link.prefix.network_address) // 2 % _TUNNEL_PORTS
        return TunnelView(
            private_key=placeholder(f"wireguard/{link.key}/{self.router.key}/private"),
            peer_key=placeholder(f"wireguard/{link.key}/{far}/public"),
            port=_FIRST_TUNNEL_PORT + number,
            endpoint=str(found[0]) if found else None,
            sources={
                **fields_of("link", link.key, private_key="", peer_key="", port="prefix"),
                **({"endpoint": Source("link", found[1].key, "prefix")} if found else {}),
            },
        )

    def _link(self, link: Link) -> LinkView:
        far = link.other_end(self.router.key)
        peer = far.router or far.unmanaged or ""
        far_field = "b" if far is link.b else "a"
        provider = self.network.providers.get(link.provider or "")
        return LinkView(
            key=link.key,
            peer=peer,
            peer_interface=self.network.shown(far.router, far.interface) if far.router and far.interface else None,
            peer_address=str(link.address_of(far).ip),
            ours=far.router is not None,
            medium=link.medium.value,
            provider=tidy(provider.name) if provider else None,
            circuit=tidy(link.circuit) if link.circuit else None,
            sources={
                **fields_of("link", link.key, key="", peer=far_field, peer_interface=far_field, peer_address="prefix"),
                **fields_of("link", link.key, medium="medium", circuit="circuit"),
                **({"provider": Source("provider", provider.key, "name")} if provider else {}),
            },
        )

    def _lan(self, number: int, lan: Lan) -> LanView:
        return LanView(
            name=lan.name,
            interface=lan.interface,
            zone=lan.zone.value,
            vlan=lan.vlan,
            address=str(lan.address),
            network=str(lan.prefix),
            ports=lan.ports,
            sources={
                name: Source("router", self.router.key, f"lans.{number}.{field}")
                for name, field in (
                    ("name", "name"),
                    ("interface", "interface"),
                    ("zone", "zone"),
                    ("vlan", "vlan"),
                    ("address", "prefix"),
                    ("network", "prefix"),
                    ("ports", "ports"),
                )
            },
        )

    # routing

    def _ospf(self) -> OspfView:
        served = [r for r in self.routes if r.link.routing is Routing.STATIC and r.prefix.prefixlen > 0]
        return OspfView(
            router_id=str(self.router.loopback),
            area=self.area,
            default_route=offers_default(self.network, self.router),
            redistributed=listed((route.prefix, route.source) for route in served),
            sources={**fields_of("router", self.router.key, router_id="loopback"), **standard(area="ospf.area")},
        )

    def _bgp(self) -> BgpView | None:
        links = [
            link
            for link in self.network.links_of(self.router.key)
            if link.routing is Routing.BGP and in_service(link, self.router)
        ]
        links.sort(key=lambda link: link.prefix)
        if not links or links[0].bgp is None:
            return None
        return BgpView(
            local_as=links[0].bgp.local_as,
            router_id=str(self.router.loopback),
            announced=listed(
                pair
                for link in links
                if link.bgp
                for pair in each(link.bgp.announce, Source("link", link.key, "bgp.announce"))
            ),
            sessions=tuple([self._session(link) for link in links]),
            sources={
                **fields_of("link", links[0].key, local_as="bgp.local_as"),
                **fields_of("router", self.router.key, router_id="loopback"),
            },
        )

    def _session(self, link: Link) -> SessionView:
        assert link.bgp is not None  # noqa: S101 - the caller chose links with BGP
        accept, announce = (Source("link", link.key, f"bgp.{name}") for name in ("accept", "announce"))
        return SessionView(
            neighbor=str(link.address_of(link.other_end(self.router.key)).ip),
            peer_as=link.bgp.peer_as,
            password=placeholder(link.secret),
            max_prefixes=link.bgp.max_prefixes,
            link=self._link(link),
            accept=listed(each(link.bgp.accept, accept)),
            announce=listed(each(link.bgp.announce, announce)),
            sources=fields_of(
                "link",
                link.key,
                neighbor="prefix",
                peer_as="bgp.peer_as",
                password="key_id",  # noqa: S106 - the name of a field
                max_prefixes="bgp.max_prefixes",
            ),
        )

    def _uplink(self) -> UplinkView | None:
        link = bootstrap_link(self.network, self.router.key)
        if link is None:
            return None
        end = link.end_of(self.router.key)
        return UplinkView(
            interface=end.interface or "",
            **addressed(link.address_of(end)),
            gateway=str(link.address_of(link.other_end(self.router.key)).ip),
            link=self._link(link),
            sources={
                "interface": Source("link", link.key, self._end(link)),
                **dict.fromkeys((*ADDRESSES, "gateway"), Source("link", link.key, "prefix")),
            },
        )

    # where things are written

    def _end(self, link: Link) -> str:
        return "a" if link.end_of(self.router.key) is link.a else "b"
