"""What a template needs to know of one router, worked out beforehand: templates do no arithmetic and ask nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from jipkit.model import Lan, Link, Medium, Network, Role, Router, Routing, Source, Standards, Zone
from jipkit.platforms import PlatformFacts
from jipkit.provisioning import bootstrap_link
from jipkit.redaction import placeholder
from jipkit.routes import StaticRoute, endpoint, in_service, offers_default, speaks_ospf, static_routes
from jipkit.view_types import (
    BgpView,
    InterfaceView,
    LanView,
    LinkView,
    OspfInterfaceView,
    OspfView,
    PrefixView,
    RouterView,
    RouteView,
    SessionView,
    StandardsView,
    TunnelView,
    UplinkView,
)

DISTRICT = Source("standards", "standards")
"""The one object that is not in a list: what all routers have in common."""

_ADDRESSES = ("address", "host", "network", "first")
_SERVING = frozenset({Zone.SERVER, Zone.MANAGEMENT})
_CENTRAL = frozenset({Role.CORE, Role.GATEWAY})
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
            office=_tidy(office.name),
            role=router.role.value,
            version=router.version,
            major=int((router.version or "0").partition(".")[0]),
            loopback=str(router.loopback),
            interfaces=tuple(self._interfaces(lans)),
            lans=lans,
            routes=tuple([_route(route) for route in sorted(self.routes, key=_as_routers_sort)]),
            ospf=self._ospf() if self.has_ospf else None,
            bgp=self._bgp(),
            uplink=self._uplink(),
            intranet=_listed((pool.prefix, Source("pool", pool.key, "prefix")) for pool in pools),
            services=_listed(_services(self.network)),
            standards=standards_view(self.network.standards),
            sources={
                **_fields("router", router.key, hostname="", role="role", version="version", loopback="loopback"),
                "office": Source("office", office.key, "name"),
            },
        )

    # interfaces

    def _interfaces(self, lans: Sequence[LanView]) -> Iterator[InterfaceView]:
        """Yield the loopback, then every interface that the inventory names, once, in its order."""
        yield self._loopback()
        links = {link.end_of(self.router.key).interface: link for link in self._links_to_show()}
        of_lan = {lan.interface: lan for lan in lans}
        of_port = {port: lan for lan in lans for port in lan.ports}
        for name in dict.fromkeys([*self.router.interfaces, *of_lan, *of_port, *(n for n in links if n)]):
            if name in links:
                yield self._link_interface(name, links[name])
            elif name in of_lan:
                yield self._lan_interface(of_lan[name])
            elif name in of_port:
                yield InterfaceView(
                    name=name, purpose="port", lan=of_port[name], sources={"name": of_port[name].sources["ports"]}
                )
            else:
                yield InterfaceView(name=name, purpose="unused", shut=True, sources=self._fields(name="interfaces"))

    def _links_to_show(self) -> list[Link]:
        """Return the router's links, those in service last: an interface of an old link may have a new one."""
        return sorted(self.network.links_of(self.router.key), key=lambda link: in_service(link, self.router))

    def _loopback(self) -> InterfaceView:
        return InterfaceView(
            name="lo" if self.facts.linux_names else "loopback",
            purpose="loopback",
            **_addressed(IPv4Interface(self.router.loopback)),
            ospf=self._passive() if self.has_ospf else None,
            sources=dict.fromkeys(_ADDRESSES, Source("router", self.router.key, "loopback")),
        )

    def _lan_interface(self, lan: LanView) -> InterfaceView:
        return InterfaceView(
            name=lan.interface,
            purpose="lan",
            **_addressed(IPv4Interface(lan.address)),
            lan=lan,
            ospf=self._passive() if self.has_ospf else None,
            sources={"name": lan.sources["interface"], **dict.fromkeys(_ADDRESSES, lan.sources["network"])},
        )

    def _link_interface(self, name: str, link: Link) -> InterfaceView:
        shut = not in_service(link, self.router)
        address = {} if shut else _addressed(link.address_of(link.end_of(self.router.key)))
        prefix = Source("link", link.key, "prefix")
        return InterfaceView(
            name=name,
            purpose="link",
            shut=shut,
            **address,
            link=self._link(link),
            ospf=None if shut else self._ospf_on(link),
            tunnel=self._tunnel(link) if link.medium is Medium.VPN and not shut else None,
            sources={"name": Source("link", link.key, self._end(link)), **dict.fromkeys(_ADDRESSES, prefix)},
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
                **_fields("link", link.key, cost="cost", retransmit_s="medium", key_id="key_id", key="key_id"),
                **_standard(area="ospf.area", hello_s="ospf.hello_s", dead_s="ospf.dead_s"),
            },
        )

    def _passive(self) -> OspfInterfaceView:
        return OspfInterfaceView(area=self.area, passive=True, sources=_standard(area="ospf.area"))

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
                **_fields("link", link.key, private_key="", peer_key="", port="prefix"),
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
            provider=_tidy(provider.name) if provider else None,
            circuit=_tidy(link.circuit) if link.circuit else None,
            sources={
                **_fields("link", link.key, key="", peer=far_field, peer_interface=far_field, peer_address="prefix"),
                **_fields("link", link.key, medium="medium", circuit="circuit"),
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
            redistributed=_listed((route.prefix, route.source) for route in served),
            sources={**self._fields(router_id="loopback"), **_standard(area="ospf.area")},
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
            announced=_listed(
                (prefix, Source("link", link.key, "bgp.announce"))
                for link in links
                if link.bgp
                for prefix in link.bgp.announce
            ),
            sessions=tuple([self._session(link) for link in links]),
            sources={
                **_fields("link", links[0].key, local_as="bgp.local_as"),
                **self._fields(router_id="loopback"),
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
            accept=_listed((prefix, accept) for prefix in link.bgp.accept),
            announce=_listed((prefix, announce) for prefix in link.bgp.announce),
            sources=_fields(
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
            **_addressed(link.address_of(end)),
            gateway=str(link.address_of(link.other_end(self.router.key)).ip),
            link=self._link(link),
            sources={
                "interface": Source("link", link.key, self._end(link)),
                **dict.fromkeys((*_ADDRESSES, "gateway"), Source("link", link.key, "prefix")),
            },
        )

    # where things are written

    def _end(self, link: Link) -> str:
        return "a" if link.end_of(self.router.key) is link.a else "b"

    def _fields(self, **names: str) -> dict[str, Source]:
        return _fields("router", self.router.key, **names)


def standards_view(standards: Standards) -> StandardsView:
    """Return what every router has in common."""
    management = DISTRICT._replace(field="management_prefixes")
    names = ("domain", "timezone", "banner", "ntp", "dns", "syslog", "radius")
    return StandardsView(
        domain=standards.domain,
        timezone=standards.timezone,
        banner=_tidy(standards.banner),
        ntp=_texts(standards.ntp),
        dns=_texts(standards.dns),
        syslog=_texts(standards.syslog),
        radius=_texts(standards.radius),
        radius_key=placeholder("radius/district"),
        snmp_contact=_tidy(standards.snmp.contact),
        snmp_location=_tidy(standards.snmp.location),
        snmp_user=standards.snmp.user,
        snmp_authentication=placeholder("snmp/authentication"),
        snmp_privacy=placeholder("snmp/privacy"),
        username=standards.access.username,
        ssh_port=standards.access.port,
        management_prefixes=_listed((prefix, management) for prefix in standards.management_prefixes),
        sources={
            **_standard(**{name: name for name in names}),
            **_standard(radius_key="radius", username="access.username", ssh_port="access.port"),
            **_standard(snmp_contact="snmp.contact", snmp_location="snmp.location", snmp_user="snmp.user"),
            **_standard(snmp_authentication="snmp", snmp_privacy="snmp"),
        },
    )


def _route(route: StaticRoute) -> RouteView:
    return RouteView(
        prefix=str(route.prefix),
        via=str(route.via) if route.via else None,
        distance=route.distance if route.distance > 1 else None,
        sources={
            "prefix": route.source,
            "via": Source("link", route.link.key, "prefix"),
            "distance": Source("link", route.link.key, "routing"),
        },
    )


def _addressed(address: IPv4Interface) -> dict[str, Any]:
    """Return an address in the forms that platforms write it in."""
    return {
        "address": str(address),
        "host": str(address.ip),
        "network": str(address.network),
        "first": str(address.network.network_address),
        "pair": address.network.prefixlen == 31,
    }


def _services(network: Network) -> Iterator[tuple[IPv4Network, Source]]:
    """Yield the prefixes that every office may reach."""
    for router in network.routers.values():
        for number, lan in enumerate(router.lans):
            if lan.zone in _SERVING and router.role in _CENTRAL:
                yield lan.prefix, Source("router", router.key, f"lans.{number}.prefix")


def _as_routers_sort(route: StaticRoute) -> tuple[int, IPv4Network, int]:
    """Return a key that puts short prefixes first, then sorts by address: FRR prints routes so."""
    return route.prefix.prefixlen, route.prefix, int(route.via or 0)


def _listed(prefixes: Iterable[tuple[IPv4Network, Source]]) -> tuple[PrefixView, ...]:
    """Return prefixes in the order of their addresses, each once, numbered by fives."""
    first = dict(reversed(list(prefixes)))
    return tuple(
        [
            PrefixView(seq=5 * number, prefix=str(prefix), sources={"prefix": first[prefix]})
            for number, prefix in enumerate(sorted(first), 1)
        ]
    )


def _fields(noun: str, key: str, /, **fields: str) -> dict[str, Source]:
    """Return a source for each attribute, named after the field of one object that it was taken from."""
    return {attribute: Source(noun, key, field) for attribute, field in fields.items()}


def _standard(**fields: str) -> dict[str, Source]:
    return _fields(DISTRICT.noun, DISTRICT.key, **fields)


def _texts(addresses: Iterable[IPv4Address]) -> tuple[str, ...]:
    return tuple([str(address) for address in addresses])


def _tidy(text: str) -> str:
    """Return ``text`` with single blanks: routers fold them, and then nothing would ever be equal."""
    return " ".join(text.split())
