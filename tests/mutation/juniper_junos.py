"""Juniper Junos: `show configuration | display set`. Most secrets are disguised in ``$9$`` and can be read back."""

from tests.mutation.ciphers import hashed, junos9, junos_key
from tests.mutation.device import SECRET, Print
from tests.mutation.parts import rules
from tests.mutation.sets import Sets

JUNOS = Sets(
    platform="juniper_junos",
    fixed=rules("set system host-name ="),
    one=rules("""
        set system login class * idle-timeout =
        set system login message =
        set system login user * class =
        set system services ssh root-login =allow|deny|deny-password
        set system domain-name|time-zone =
        set system syslog host * * =any|emergency|error|warning|notice|info
        set system syslog source-address =
        set system radius-server * timeout|source-address =
        set security policies from-zone * to-zone * policy * then =permit|deny|reject
        set security policies default-policy =deny-all|permit-all
        set security address-book * address * =
        set interfaces * description =
        set interfaces * unit * description =
        set interfaces * unit * family * filter input =
        set interfaces * unit * family * interface-mode =access|trunk
        set snmp location|contact =
        set snmp view * oid * =include|exclude
        set snmp v3 vacm security-to-group security-model * security-name * group =
        set snmp v3 vacm access group * default-context-prefix security-model * security-level * read-view =
        set policy-options policy-statement * term * then =accept|reject
        set firewall family inet filter * term * then =accept|discard|reject
        set firewall family inet filter * term * then count =
        set routing-options router-id|autonomous-system =
        set routing-options static route * preference =
        set protocols bgp group * type =internal|external
        set protocols bgp group * description|peer-as =
        set protocols bgp group * family inet unicast prefix-limit maximum =
        set protocols l2-learning global-mode =switching|transparent-bridge
        set protocols ospf area * interface * interface-type =p2p|nbma
        set protocols ospf area * interface * metric|retransmit-interval|hello-interval|dead-interval =
        set vlans * vlan-id|l3-interface =
    """),
    many=rules("""
        set system services ssh protocol-version =v1|v2
        set system name-server =
        set system ntp server|source-address =
        set protocols bgp group * import|export =
        set protocols ospf export =
        set interfaces * unit * family inet address =
        set interfaces * unit * family ethernet-switching vlan members =
        set policy-options prefix-list * =
        set policy-options policy-statement * term * from prefix-list =
        set policy-options policy-statement * term * from route-filter = exact
        set firewall family inet filter * term * from * =
        set routing-options static route * next-hop =
        set security address-book * address-set * address =
        set security policies from-zone * to-zone * policy * match * =
        set security zones security-zone * host-inbound-traffic * =
        set security zones security-zone * interfaces =
        set protocols lldp interface =
        set protocols bgp group * neighbor =
    """),
    groups=(
        r"set interfaces (?:ge|irb|lo)\S+",
        r"set firewall family inet filter \S+ term \S+",
        r"set policy-options policy-statement \S+ term \S+",
        r"set protocols bgp group \S+",
        r"set security policies from-zone \S+ to-zone \S+ policy \S+",
        r"set protocols ospf area \S+ interface \S+",
    ),
    prints=(
        Print(
            rf'plain-text-password-value "({SECRET})"', 'encrypted-password "{0}"', hashed("$6$", 8, 86), veiled=True
        ),
        Print(rf'authentication-password "({SECRET})"', 'authentication-key "{0}"', junos_key, veiled=True),
        Print(rf'privacy-password "({SECRET})"', 'privacy-key "{0}"', junos_key, veiled=True),
        Print(rf'"({SECRET})"', '"{0}"', junos9),
    ),
    added=(
        "set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.1/24",
        "set interfaces ge-0/3/7 unit 0 family inet address 192.0.2.7/24",
        "set routing-options static route 192.0.2.0/24 next-hop 10.161.0.250",
        "set policy-options prefix-list stray 192.0.2.0/24",
        "set protocols ospf area 0.0.0.0 interface ge-0/3/7.0 passive",
        "set system services telnet",
        "set system syslog host 192.0.2.12 any any",
        "set protocols rip group stray neighbor ge-0/0/1.0",
        'set snmp community "<secret:stray/community>" authorization read-only',
        "deactivate interfaces ge-0/0/0",
        "set firewall family inet filter stray term all then accept",
        "set protocols bgp group stray type internal",
    ),
    stray=(
        "set chassis alarm management-ethernet link-down ignore",
        "set class-of-service interfaces ge-0/0/1 scheduler-map stray",
        "set forwarding-options storm-control-profiles default all",
        "set system login user night class super-user",
        "set event-options policy stray events ui_commit",
    ),
    ordered=(
        r"(?P<list>set policy-options policy-statement \S+) (?P<item>term \S+)",
        r"(?P<list>set firewall family inet filter \S+) (?P<item>term \S+)",
        r"(?P<list>set security policies from-zone \S+ to-zone \S+) (?P<item>policy \S+)",
        r"(?P<list>set system authentication-order) (?P<item>\S+)",
        r"(?P<list>set system name-server) (?P<item>\S+)",
    ),
    heading=("## Last commit: {time} by root", "set version 21.4R3.15"),
    remarks=("## Last changed: 2026-11-24 10:00:00 WIB",),
    session=("jip@router> show configuration | display set | no-more", "{master}"),
)
