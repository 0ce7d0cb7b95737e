"""Cisco IOS and IOS-XE: `show running-config`. Accounts are hashed, other passwords only disguised (type 7)."""

from tests.mutation.blocks import Blocks
from tests.mutation.ciphers import hashed, type7
from tests.mutation.device import SECRET, Print
from tests.mutation.parts import rules

_LOAD = (
    "Load for five secs: 14%/0%; one minute: 13%; five minutes: 12%\n"
    "Time source is NTP, 11:58:48.301 EST Fri Oct 14 2016\n"
)

IOS = Blocks(
    platform="cisco_ios",
    fixed=rules("hostname ="),
    one=rules("""
        service timestamps debug|log =+
        aaa authentication|authorization * * =+
        aaa session-id =common|unique
        clock timezone =+
        ip domain name =
        path|maximum =
        vtp mode =
        name =
        description =+
        ip address = *
        ip ospf network|hello-interval|retransmit-interval|cost =
        ip ospf 1 area =
        ip access-group = in|out
        switchport access vlan =
        switchport mode =
        router-id =
        timers throttle spf * * =
        timers throttle lsa * * =
        timers lsa arrival =
        redistribute * route-map =
        bgp router-id =
        neighbor * remote-as|maximum-prefix =
        neighbor * description =+
        neighbor * prefix-list|route-map = in|out
        ip route * * Null0 =
        ip ssh version =
        * permit|deny =+
        ip prefix-list * seq * permit|deny =
        match ip address prefix-list =
        logging buffered|source-interface =
        snmp-server group * v3 * access =
        snmp-server location|contact =+
        banner login =+
        access-class = in
        transport input =
        ntp source =
        ip radius source-interface =
        timeout =
        address ipv4 * auth-port = acct-port *
    """),
    many=rules("""
        ip name-server =+
        login on-failure|on-success =
        notify syslog contenttype =
        network =
        ip route * * =
        logging host =
        ntp server =
    """),
    blocks=rules("""
        interface =
        ip access-list standard|extended =
        route-map = permit *
        vlan =
        router ospf|bgp =
    """),
    prints=(
        Print(rf"secret ({SECRET})", "secret 9 {0}", hashed("$9$", 14, 43), veiled=True),
        Print(rf"md5 ({SECRET})", "md5 7 {0}", type7),
        Print(rf"password ({SECRET})", "password 7 {0}", type7),
        Print(rf"version 2c ({SECRET})", "version 2c {0}"),
        Print(rf"^key ({SECRET})", "key 7 {0}", type7),
    ),
    added=(
        "username intruder privilege 15 secret <secret:stray/intruder>",
        "ip route 192.0.2.0 255.255.255.0 10.161.0.250",
        "interface Loopback7\ndescription stray\nip address 192.0.2.1 255.255.255.255",
        "ip prefix-list stray seq 5 permit 192.0.2.0/24",
        "route-map stray permit 10\nmatch tag 7",
        "ip access-list extended stray\n10 permit ip any any",
        "logging host 192.0.2.12",
        "snmp-server host 192.0.2.12 version 2c <secret:stray/community>",
        "ntp server 192.0.2.10",
        "router eigrp 7\nnetwork 10.0.0.0",
        "ip http authentication local",
    ),
    inside={
        "interface ": ("ip helper-address 192.0.2.9", "mtu 1400", "ip nat inside", "ip policy route-map stray"),
        "router ospf": ("redistribute connected", "area 0.0.0.7 stub", "max-metric router-lsa"),
        "router bgp": ("neighbor 192.0.2.77 remote-as 64999",),
        "line vty": ("exec-timeout 0 0", "privilege level 15"),
        "ip access-list extended ": ("95 permit ip host 192.0.2.9 any",),
    },
    stray=(
        "ip nat inside source list 7 interface GigabitEthernet0/0/1 overload",
        "ip dhcp pool stray\nnetwork 192.0.2.0 255.255.255.0\ndefault-router 192.0.2.1",
        "class-map match-any stray\nmatch ip dscp ef",
        "event manager applet stray\nevent none",
        "ip sla 7\nicmp-echo 192.0.2.1",
    ),
    idle=("interface GigabitEthernet0/3/7\nno ip address\nshutdown\nnegotiation auto",),
    heading=(
        "Building configuration...",
        "",
        "Current configuration : {number} bytes",
        "!",
        "! Last configuration change at {time} by jip",
        "! NVRAM config last updated at {time} by jip",
        "!",
        "version 17.9",
    ),
    ending=("!", "ntp clock-period 17179880", "end"),
    remarks=("! left by the night shift", "!"),
    session=("router#show running-config\n" + _LOAD, "router#"),
    closes=(("address-family", "exit-address-family"),),
    entries="ip access-list extended",
)
