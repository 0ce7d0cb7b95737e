"""Huawei VRP: `display current-configuration`. Every secret is ciphered anew each time it is entered."""

from tests.mutation.blocks import Blocks
from tests.mutation.ciphers import hashed, huawei
from tests.mutation.device import SECRET, Print
from tests.mutation.parts import rules

VRP = Blocks(
    platform="huawei_vrp",
    separator="#",
    flat=True,
    negation="undo ",
    numbered=2,
    fixed=rules("""
        sysname =
        vlan batch =+
    """),
    one=rules("""
        header login information =
        snmp-agent sys-info contact|location =+
        snmp-agent usm-user v3 * group =
        snmp-agent group v3 * privacy acl =
        clock timezone =+
        info-center loghost source =
        ntp-service source-interface =
        rule * permit|deny =+
        local-user * privilege level =
        local-user * service-type =+
        description =+
        ip address = *
        ospf cost|network-type =
        ospf timer hello|retransmit =
        traffic-filter inbound|outbound acl name =
        port link-type =
        port default vlan =
        router-id =
        peer * as-number|route-limit =
        peer * description =+
        peer * ip-prefix|route-policy = import|export
        spf-schedule-interval|lsa-arrival-interval|lsa-originate-interval intelligent-timer * * =
        if-match ip-prefix =
        ip ip-prefix * index * permit|deny = *
        ip route-static * * NULL0 preference =
        ssh user * authentication-type|service-type =
        authentication-mode =
        acl = inbound
        import-route static route-policy =
    """),
    many=rules("""
        dns server|domain =
        info-center loghost =
        ntp-service unicast-server =
        network =
        network = *
        ip route-static * * =
        radius-server authentication =+
    """),
    blocks=rules("""
        interface =
        acl number =
        acl name = *
        route-policy = permit node *
        bgp =
    """),
    prints=(
        Print(rf"irreversible-cipher ({SECRET})", "irreversible-cipher {0}", hashed("$1c$", 12, 43), veiled=True),
        Print(rf"cipher ({SECRET})", "cipher {0}", huawei, veiled=True),
    ),
    added=(
        "ip route-static 192.0.2.0 255.255.255.0 10.161.0.250",
        "interface LoopBack7\ndescription stray\nip address 192.0.2.1 255.255.255.255",
        "ip ip-prefix stray index 5 permit 192.0.2.0 24",
        "route-policy stray permit node 10\nif-match tag 7",
        "acl number 3777\nrule 5 permit ip",
        "info-center loghost 192.0.2.12",
        "ntp-service unicast-server 192.0.2.10",
        "telnet server enable",
        "rip 7\nnetwork 10.0.0.0",
        "vlan batch 777",
    ),
    inside={
        "interface ": ("mtu 1400", "ospf dr-priority 7"),
        "ospf 1 ": ("import-route direct", "stub-router"),
        "bgp ": ("peer 192.0.2.77 as-number 64999",),
        "aaa": ("local-user intruder password irreversible-cipher <secret:stray/intruder>",),
        "user-interface vty": ("user privilege level 15",),
        "acl name ": ("rule 777 permit ip source 192.0.2.9 0",),
    },
    stray=(
        "nat address-group 7 192.0.2.7 192.0.2.9",
        "ip pool stray\nnetwork 192.0.2.0 mask 255.255.255.0",
        "traffic classifier stray operator or\nif-match dscp ef",
        "nqa test-instance stray stray\ntest-type icmp",
        "qos queue-profile stray",
    ),
    idle=("interface GigabitEthernet0/3/7\nshutdown",),
    heading=(
        "!Software Version V200R010C00SPC600",
        "!Last configuration was updated at {time} by jip",
        "!Last configuration was saved at {time} by SYSTEM automatically",
    ),
    ending=("#", "return"),
    remarks=("#",),
    session=("<router>display current-configuration\n2026-11-24 10:00:00.123 +07:00", "<router>"),
    entries="acl name ",
)
