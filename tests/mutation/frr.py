"""FRRouting: `show running-config` of vtysh. Secrets stand in it in clear; nothing but numbers is an order."""

from tests.mutation.blocks import Blocks
from tests.mutation.device import SECRET, Print
from tests.mutation.parts import rules

FRR = Blocks(
    platform="frr",
    fixed=rules("hostname ="),
    one=rules("""
        log syslog|facility =
        access-list * seq * permit|deny =
        ip prefix-list * seq * permit|deny =
        ip route * blackhole =
        description =+
        ip ospf area|cost|dead-interval|hello-interval|network|retransmit-interval =
        bgp router-id =
        neighbor * remote-as|maximum-prefix =
        neighbor * description =+
        neighbor * prefix-list|route-map = in|out
        ospf router-id =
        timers throttle spf * * =
        timers throttle lsa all =
        timers lsa min-arrival =
        match ip address prefix-list =
        redistribute * route-map =
        access-class =
        exec-timeout = *
    """),
    many=rules("""
        ip address =
        ip route * =
        network =
    """),
    blocks=rules("""
        interface =
        route-map = permit *
        router bgp =
    """),
    prints=(
        Print(rf"md5 ({SECRET})", "md5 {0}"),
        Print(rf"password ({SECRET})", "password {0}"),
    ),
    added=(
        "ip route 192.0.2.0/24 10.161.0.250",
        "ip prefix-list stray seq 5 permit 192.0.2.0/24",
        "interface eth77\nip address 192.0.2.1/24\nip ospf area 0.0.0.0",
        "route-map stray permit 10\nset metric 7",
        "router rip\nnetwork eth0",
        "debug ospf event",
        "access-list stray seq 5 permit 192.0.2.0/24",
    ),
    inside={
        "interface ": (
            "ip ospf priority 7",
            "ipv6 address 2001:db8::1/64",
            "bandwidth 5000",
            "ip address 192.0.2.9/24",
        ),
        "router ospf": (
            "redistribute connected",
            "passive-interface eth9",
            "area 0.0.0.7 stub",
            "max-metric router-lsa",
        ),
        "router bgp": ("neighbor 192.0.2.77 remote-as 64999", "bgp cluster-id 192.0.2.1"),
        "line vty": ("exec-timeout 0 0",),
        "route-map ": ("set local-preference 70",),
    },
    stray=(
        "mpls ldp\nrouter-id 192.0.2.4",
        "rpki\nrpki polling_period 1000",
        "pbr-map stray seq 5\nmatch src-ip 192.0.2.0/24",
        "ipv6 protocol ospf6 route-map stray",
    ),
    heading=(
        "Building configuration...",
        "",
        "Current configuration:",
        "!",
        "frr version 8.4.4",
    ),
    ending=("!", "end"),
    remarks=("! left by the night shift", "!"),
    session=("router# show running-config", "router#"),
    closes=(
        ("interface ", "exit"),
        ("router ", "exit"),
        ("address-family", "exit-address-family"),
        ("route-map ", "exit"),
        ("line vty", "exit"),
        ("mpls ldp", "exit"),
        ("rpki", "exit"),
        ("pbr-map", "exit"),
    ),
)
