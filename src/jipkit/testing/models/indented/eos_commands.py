"""The commands of Arista EOS that the model knows."""

from __future__ import annotations

from jipkit.testing.models.indented.grammar import table

COMMANDS = table(r"""
hostname _
transceiver qsfp default-mode _
service routing protocols model _
~ip routing
~ip routing vrf $
~ipv6 unicast-routing
-ip icmp redirect
dns domain _
ip domain lookup +
ip name-server vrf $ $
ip host $ +
ntp server vrf $ $ *
ntp server $ *
ntp local-interface +
ntp {authenticate,serve} *
ntp authentication-key # +
ntp trusted-key _
logging host $ *
logging vrf $ host $ *
logging vrf $ source-interface _
logging {trap,facility,source-interface,buffered,console,monitor,synchronous,level} *
logging format {timestamp,hostname} *
-logging on
snmp-server {location,contact,chassis-id,local-interface,engineID} +
snmp-server vrf $
snmp-server {ipv4,ipv6} access-list _ *
snmp-server community $ *
snmp-server host $*
snmp-server group $ $ *
snmp-server user $ $ $ *
snmp-server view $ $ _
snmp-server enable traps| $*
snmp-server enable traps
username $ *
enable {password,secret} +
~aaa root
aaa root +
aaa authentication {login,enable,dot1x} $ +
aaa authentication policy {on-success,on-failure} log
aaa authorization {exec,config-commands,serial-console} *
aaa authorization commands $ $ +
aaa accounting {exec,system,dot1x} $ +
aaa accounting commands $ $ +
aaa group server {radius,tacacs+} $ > sg-rad
radius-server host $ *
radius-server {key,timeout,retransmit} +
ip {radius,tacacs} source-interface _
ip {radius,tacacs} vrf $ source-interface _
tacacs-server host $ *
tacacs-server {key,timeout} +
clock timezone _
spanning-tree mode _
spanning-tree mst # priority _
-spanning-tree vlan-id $
vlan $ > vlan
vrf instance $ > vrf
interface $* > interface
ip route vrf $ $ $ * ! occupied
ip route $ $ * ! occupied
ipv6 route $ $ * ! occupied
ip prefix-list $ > prefix-list
ipv6 prefix-list $ > prefix-list
ip access-list standard $ > acl
ip access-list $ > acl
ipv6 access-list $ > acl
route-map $| <permit,deny> # > route-map
ip as-path access-list $| $*
ip community-list $| $*
peer-filter $ > peer-filter
router bgp $ > bgp ! alone
router ospf # * > ospf
router general > general
ip security > ipsec
banner {login,motd}
management ssh > mgmt-ssh
management telnet > mgmt-telnet
management console > mgmt-console
management security > mgmt-security
management api http-commands > mgmt-api
management api gnmi > mgmt-gnmi
-lldp run
lldp {timer,hold-time,reinit,management-address} *
errdisable recovery cause $
errdisable recovery interval _
mac address-table aging-time _
ip virtual-router mac-address _
daemon $ > daemon
event-handler $ > event
alias $ +
ip dhcp relay information option
ip nat pool $ +
queue-monitor length
archive +

[interface]
description +
shutdown
mtu _
speed +
load-interval _
bandwidth _
-switchport
switchport mode _
switchport access vlan _
switchport trunk {native,allowed} vlan *
switchport trunk group $
channel-group| _ mode _
encapsulation dot1q vlan _
vrf _
ip address| $ secondary
ip address virtual _
ip address _
ip access-group _ {in,out}
ip helper-address $ *
ip proxy-arp
ip virtual-router address $
ip verify unicast source reachable-via _
ip nat source $*
ip ospf message-digest-key # + ! occupied
ip ospf area _
ip ospf {cost,hello-interval,dead-interval,retransmit-interval,transmit-delay,priority,network} *
ip ospf {authentication,authentication-key,mtu-ignore} *
ip ospf neighbor bfd
ipv6 address $ *
ipv6 {enable,mtu} *
ipv6 nd $ *
bfd interval +
spanning-tree {portfast,bpduguard,bpdufilter,guard,link-type,cost} *
-lldp {transmit,receive}
-snmp trap link-change
logging event link-status *
storm-control {broadcast,multicast} +
service-policy type $ {input,output} _
tunnel {mode,source,destination,key,ttl,mss,ipsec} *
tunnel path-mtu-discovery

[vlan]
name _
state _

[vrf]
description +
rd _

[prefix-list]
seq # + ! occupied

[acl]
# <permit,deny,remark> + ! occupied
counters per-entry

[peer-filter]
# match as-range $ result _

[route-map]
description +
match ip {address,next-hop} prefix-list _
match ip address access-list _
match {as-path,community,interface,metric,tag,local-preference,source-protocol} +
set ip next-hop _
set as-path prepend +
set {metric,metric-type,local-preference,tag,weight,origin,community} +
continue *
sub-route-map _

[ospf]
router-id _
network $ area _
passive-interface default
~passive-interface $
area $ range $ *
area $ {stub,nssa,default-cost} *
area $ filter $ *
default-information originate *
redistribute {connected,static,bgp} *
auto-cost reference-bandwidth _
log-adjacency-changes *
timers spf delay initial +
timers lsa rx min interval _
timers lsa tx delay initial +
timers out-delay _
max-lsa _ *
max-metric router-lsa *
maximum-paths _
distance ospf $ _
summary-address $ *
bfd default
point-to-point routes
graceful-restart *
shutdown

[bgp]
router-id _
-bgp default ipv4-unicast
bgp missing-policy direction {in,out} action _
bgp {log-neighbor-changes,always-compare-med,asn,bestpath,cluster-id,convergence} *
bgp missing-policy direction {in,out} action _
maximum-paths +
timers bgp +
distance bgp +
neighbor $| peer group
neighbor $ peer group _
neighbor $ remote-as _
neighbor $ {description,password,update-source,ebgp-multihop,timers,shutdown,local-as,ttl,bfd,transport} *
neighbor $ {send-community,next-hop-self,default-originate,maximum-routes,allowas-in,remove-private-as} *
neighbor $ {route-reflector-client,weight,soft-reconfiguration,auto-local-addr} *
neighbor $ {route-map,prefix-list} _ {in,out}
network $ *
redistribute {connected,static,ospf} *
aggregate-address $ *
address-family $* > bgp-af
vrf $ > bgp-vrf
shutdown

[bgp-af]
bgp {additional-paths,next-hop} +
neighbor $ {default-originate,next-hop,additional-paths,graceful-restart} *
neighbor $ {route-map,prefix-list} _ {in,out}
~neighbor $ activate
network $ *
redistribute {connected,static,ospf} *

[bgp-vrf]
router-id _
rd _
neighbor $| remote-as _
neighbor $ {description,password,update-source,ebgp-multihop,timers,shutdown,local-as,send-community} *
neighbor $ {next-hop-self,default-originate,maximum-routes} *
neighbor $ {route-map,prefix-list} _ {in,out}
network $ *
redistribute {connected,static,ospf} *
address-family $* > bgp-af

[general]
router-id ipv4 _

[ipsec]
ike policy $ > ike
sa policy $ > sa
profile $ > ipsec-profile
connection $ > ipsec-conn

[ike]
{encryption,integrity,dh-group,ike-lifetime,version,local-id} +

[sa]
esp {encryption,integrity} _
{pfs,sa} +

[ipsec-profile]
{ike-policy,sa-policy,connection,mode,dpd} +
shared-key +

[mgmt-ssh]
ip access-group _ in
ip access-group $ vrf $ in
{idle-timeout,server-port,log-level,cipher,mac,key-exchange,authentication} +
connection {limit,per-host} _
~shutdown
vrf $ > mgmt-ssh-vrf

[mgmt-ssh-vrf]
~shutdown

[mgmt-telnet]
~shutdown
idle-timeout _
ip access-group _ in

[mgmt-console]
idle-timeout _

[mgmt-security]
password minimum length _

[mgmt-api]
~shutdown
~protocol {http,https,unix-socket} *
ip access-group _
vrf $ > mgmt-ssh-vrf

[mgmt-gnmi]
transport grpc $

[sg-rad]
server $ *

[daemon]
exec +
~shutdown
option $ value +

[event]
{trigger,action,delay} +
""")
