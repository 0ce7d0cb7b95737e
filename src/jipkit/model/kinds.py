"""The words of which an inventory chooses one: the kinds of offices, routers, links and LANs, and their states."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an office, a router or a link is in its life."""

    PLANNED = "planned"
    ACTIVE = "active"
    RETIRED = "retired"


class OfficeKind(StrEnum):
    """What sort of office it is, by its Indonesian name."""

    DINAS = "dinas"
    BADAN = "badan"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    DESA = "desa"
    PUSKESMAS = "puskesmas"
    RUMAH_SAKIT = "rumah-sakit"
    SEKOLAH = "sekolah"
    POP = "pop"
    DATA_CENTER = "data-center"


class Role(StrEnum):
    """The kit that a router is built from."""

    CORE = "core"
    GATEWAY = "gateway"
    POP = "pop"
    DINAS = "dinas"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    PUSKESMAS = "puskesmas"
    DESA = "desa"


class Medium(StrEnum):
    """What a link runs over."""

    FIBRE = "fibre"
    RADIO = "radio"
    VPN = "vpn"
    VSAT = "vsat"
    STARLINK = "starlink"
    CELLULAR = "cellular"
    COPPER = "copper"


class Routing(StrEnum):
    """How routes are exchanged over a link."""

    OSPF = "ospf"
    BGP = "bgp"
    STATIC = "static"
    NONE = "none"


class Zone(StrEnum):
    """Who uses a LAN; zones are kept apart (Peraturan BSSN 4/2021 article 33 paragraph 2 a)."""

    MANAGEMENT = "management"
    STAFF = "staff"
    PUBLIC = "public"
    CCTV = "cctv"
    SERVER = "server"


class RiskLevel(StrEnum):
    """How much a change may break, the least first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
