"""Arista EOS: `show running-config`. Every secret is hashed, or ciphered under the name of where it stands."""

from tests.mutation.blocks import Blocks
from tests.mutation.ciphers import hashed, hexed, sealed
from tests.mutation.device import SECRET, Print
from tests.mutation.parts import rules

EOS = Blocks(
    platform="arista_eos",
    step=3,
    fixed=rules("hostname ="),
    one=rules("""
        banner =+
        logging source-interface =
        dns domain =
        ntp local-interface =
        snmp-server contact|location =+
        snmp-server group * v3 =
        spanning-tree mode =
        aaa authentication|authorization * * =+
        clock timezone =
        ip radius source-interface =
        idle-timeout =
        ip access-group = in|out
        name =
        description =+
        ip address =
        ip ospf cost|network|dead-interval|hello-interval|retransmit-interval|area =
        switchport access vlan =
        * permit|deny =+
        seq * permit|deny =
        ip route * Null0 =
        match ip address prefix-list =
        router-id =
        bgp missing-policy direction in|out action =
        neighbor * remote-as|maximum-routes =
        neighbor * description =+
        neighbor * route-map = in|out
        timers spf delay initial * * =
        timers lsa rx min interval =
        timers lsa tx delay initial * * =
        redistribute * route-map =
    """),
    many=rules("""
        logging host =
        ip name-server vrf default =
        ntp server =
        ip route * =
        network =
    """),
    blocks=rules("""
        interface =
        ip access-list =
        ip access-list standard =
        ip prefix-list =
        route-map = permit *
        vlan =
        router ospf|bgp =
    """),
    prints=(
        Print(rf"secret ({SECRET})", "secret sha512 {0}", hashed("$6$", 16, 86), veiled=True),
        Print(
            rf"v3 auth sha ({SECRET}) priv aes ({SECRET})",
            "v3 localized f5717f000c73f8a1b200 auth sha {0} priv aes {1}",
            hexed(40),
            veiled=True,
        ),
        Print(rf"md5 ({SECRET})", "md5 7 {0}", sealed, veiled=True),
        Print(rf"password ({SECRET})", "password 7 {0}", sealed, veiled=True),
        Print(rf"key ({SECRET})", "key 7 {0}", sealed, veiled=True),
    ),
    added=(
        "username intruder privilege 15 role network-admin secret <secret:stray/intruder>",
        "ip route 192.0.2.0/24 10.161.0.250",
        "interface Loopback7\ndescription stray\nip address 192.0.2.1/32",
        "ip prefix-list stray\nseq 5 permit 192.0.2.0/24",
        "route-map stray permit 10\nmatch tag 7",
        "ip access-list stray\n10 permit ip any any",
        "logging host 192.0.2.12",
        "ntp server 192.0.2.10",
        "vlan 777\nname stray",
        "management telnet\nno shutdown",
    ),
    inside={
        "interface ": ("ip helper-address 192.0.2.9", "mtu 1400", "ip ospf priority 7"),
        "router ospf": ("redistribute connected", "area 0.0.0.7 stub", "max-lsa 7"),
        "router bgp": ("neighbor 192.0.2.77 remote-as 64999",),
        "management ssh": ("authentication mode password",),
        "ip access-list lan-": ("95 permit ip host 192.0.2.9 any",),
    },
    stray=(
        "ip nat pool stray prefix-length 24",
        "event-handler stray\naction bash true",
        "mac address-table static 0000.5e00.5301 vlan 7 interface Ethernet7",
        "qos map cos 1 to traffic-class 2",
        "ip virtual-router mac-address 00:1c:73:00:00:01",
    ),
    idle=("interface Ethernet77",),
    heading=(
        "! Command: show running-config",
        "! Time: {time}",
        "! device: localhost (vEOS-lab, EOS-4.30.5M)",
        "!",
        "! boot system flash:/vEOS-lab.swi",
        "!",
        "transceiver qsfp default-mode 4x10G",
    ),
    ending=("!", "end"),
    remarks=("! left by the night shift", "!"),
    session=("router#show running-config", "router#"),
    entries="ip access-list (?!standard)",
)
