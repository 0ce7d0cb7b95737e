"""VyOS: `show configuration commands`. Passwords of accounts are hashed, those of SNMP made into keys, others clear."""

from tests.mutation.ciphers import hashed, hexed
from tests.mutation.device import SECRET, Print
from tests.mutation.parts import rules
from tests.mutation.sets import Sets

VYOS = Sets(
    platform="vyos",
    quote="'",
    fixed=rules("set system host-name ="),
    one=rules("""
        set firewall global-options * ='enable'|'disable'
        set firewall ipv4 forward|input filter default-action ='drop'|'accept'
        set firewall ipv4 forward|input filter rule * action ='accept'|'drop'|'reject'
        set firewall ipv4 forward|input filter rule * description|protocol =
        set firewall ipv4 forward|input filter rule * inbound-interface|outbound-interface name|group =
        set firewall ipv4 forward|input filter rule * source|destination group network-group|address-group =
        set firewall ipv4 forward|input filter rule * source|destination port =
        set interfaces ethernet|loopback|wireguard * description|mtu|port =
        set interfaces ethernet * vif * description =
        set interfaces ethernet * ip source-validation ='strict'|'loose'|'disable'
        set interfaces ethernet * vif * ip source-validation ='strict'|'loose'|'disable'
        set interfaces wireguard * peer * address|port|persistent-keepalive =
        set policy prefix-list * rule * action ='permit'|'deny'
        set policy prefix-list * rule * prefix =
        set policy route-map * rule * action ='permit'|'deny'
        set policy route-map * rule * match ip address prefix-list =
        set protocols bgp system-as =
        set protocols bgp|ospf parameters router-id =
        set protocols bgp neighbor * remote-as|description =
        set protocols bgp neighbor * address-family ipv4-unicast maximum-prefix =
        set protocols bgp neighbor * address-family ipv4-unicast prefix-list|route-map import|export =
        set protocols ospf interface * area|cost|dead-interval|hello-interval|retransmit-interval =
        set protocols ospf interface * network ='point-to-point'|'broadcast'|'non-broadcast'
        set protocols ospf timers throttle spf * =
        set protocols ospf redistribute * route-map =
        set protocols static route * blackhole distance =
        set service snmp contact|location =
        set service snmp v3 engineid =
        set service snmp v3 group * mode ='ro'|'rw'
        set service snmp v3 group * seclevel ='auth'|'priv'|'noauth'
        set service snmp v3 group * view =
        set service snmp v3 user * auth type ='sha'|'md5'
        set service snmp v3 user * privacy type ='aes'|'des'
        set service snmp v3 user * group =
        set system domain-name|time-zone =
        set system login banner pre-login =
        set system login radius server * timeout =
        set system syslog host * facility * level ='info'|'warning'|'debug'|'err'
    """),
    many=rules("""
        set firewall group address-group * address =
        set firewall group interface-group * interface =
        set firewall group network-group * network =
        set firewall ipv4 forward|input filter rule * state =
        set interfaces ethernet|loopback|wireguard * address =
        set interfaces ethernet * vif * address =
        set protocols bgp address-family ipv4-unicast network =
        set protocols static route * next-hop =
        set service lldp interface =
        set service ntp server =
        set service ssh port =
        set system name-server =
    """),
    groups=(
        r"set interfaces (?:ethernet|loopback) \S+",
        r"set firewall ipv4 (?:forward|input) filter rule \d+",
        r"set policy prefix-list \S+",
        r"set policy route-map \S+",
        r"set protocols bgp neighbor \S+",
        r"set protocols ospf interface \S+",
    ),
    prints=(
        Print(
            rf"authentication plaintext-password '({SECRET})'",
            "authentication encrypted-password '{0}'",
            hashed("$6$", 16, 86),
            veiled=True,
        ),
        Print(rf"(?<=auth )plaintext-password '({SECRET})'", "encrypted-password '{0}'", hexed(40, "0x"), veiled=True),
        Print(
            rf"(?<=privacy )plaintext-password '({SECRET})'", "encrypted-password '{0}'", hexed(40, "0x"), veiled=True
        ),
        Print(rf"'({SECRET})'", "'{0}'"),
    ),
    added=(
        "set interfaces ethernet eth1 address '192.0.2.1/24'",
        "set interfaces ethernet eth77 address '192.0.2.7/24'",
        "set protocols static route 192.0.2.0/24 next-hop 10.161.0.250",
        "set policy prefix-list stray rule 5 prefix '192.0.2.0/24'",
        "set protocols ospf interface eth77 passive",
        "set firewall ipv4 input filter rule 5 action 'accept'",
        "set firewall group network-group management network '192.0.2.0/24'",
        "set service telnet port '23'",
        "set service snmp community '<secret:stray/community>'",
        "set system syslog host 192.0.2.12 facility all level 'debug'",
        "set protocols rip interface eth1",
    ),
    stray=(
        "set nat source rule 10 outbound-interface name 'eth3'",
        "set service dhcp-server shared-network-name stray subnet 192.0.2.0/24 range 0 start '192.0.2.7'",
        "set system conntrack modules ftp",
        "set system config-management commit-revisions '100'",
        "set system login user night full-name 'Night Shift'",
        "set qos policy shaper stray bandwidth '10mbit'",
    ),
    rules=r"(?P<rule>(?P<list>set firewall ipv4 \S+ filter) rule \d+) ",
    heading=("set interfaces ethernet eth0 hw-id '7c:c2:55:00:00:08'",),
    ending=('// vyos-config-version: "broadcast-relay@1:cluster@1"', "// Release version: 1.4.0"),
    remarks=("/* Warning: Do not remove the following line. */",),
    session=("\x1b[?1h\x1b=\rvyos@router:~$ show configuration commands", "\x1b[mvyos@router:~$"),
)
