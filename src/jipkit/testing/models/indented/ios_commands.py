"""The commands of Cisco IOS and IOS-XE that the model knows."""

from __future__ import annotations

from jipkit.testing.models.indented.grammar import table

COMMANDS = table(r"""
hostname _
version _ ! fixed
boot-start-marker ! fixed
boot-end-marker ! fixed
service timestamps {debug,log} *
service {password-encryption,tcp-keepalives-in,tcp-keepalives-out,sequence-numbers,compress-config,call-home}
-service {pad,dhcp,config}
enable {secret,password} +
ip domain name _
ip domain-name _
-ip domain lookup
-ip domain-lookup
ip domain list $
ip host $ +
ip name-server &
~aaa new-model
aaa authentication {login,enable,dot1x,ppp} $ +
aaa authorization {console,config-commands}
aaa authorization {exec,network} $ +
aaa authorization commands # $ +
aaa accounting {exec,network,system,connection} $ +
aaa accounting commands # $ +
aaa accounting update *
aaa session-id _ ! fixed
aaa group server {radius,tacacs+} $ > sg-radius
radius server $ > radius-server
tacacs server $ > server-tacacs
radius-server {timeout,retransmit,deadtime,key,vsa,attribute} +
ip {radius,tacacs} source-interface _ *
username $ *
clock timezone +
clock summer-time +
vrf definition $ > vrf
ip vrf $ > vrf
vlan $ > config-vlan
spanning-tree mode _
spanning-tree extend system-id
spanning-tree portfast *
spanning-tree vlan $ {priority,root} _
vtp {mode,domain,version} _
interface $* > interface
router ospf # * > ospf
router bgp $ > bgp ! alone
router rip > rip
ip route vrf $ $ $ $ *
ip route $ $ $ *
ipv6 route $ $ *
ipv6 unicast-routing
~ipv6 cef
ip access-list {standard,extended} $ > acl
access-list #| $*
ipv6 access-list $ > acl6
ip prefix-list $ description +
ip prefix-list $| seq # + ! occupied
ipv6 prefix-list $| seq # + ! occupied
route-map $| <permit,deny> # > route-map
ip as-path access-list #| $*
ip community-list {standard,expanded} $| $*
logging buffered *
~logging {console,monitor} *
-logging on
logging host $ *
logging {trap,facility,source-interface,origin-id,rate-limit,count,userinfo,event} *
snmp-server community $ *
snmp-server {location,contact,chassis-id,trap-source,queue-length,packetsize,ifindex,system-shutdown,engineID} *
snmp-server source-interface $ _
snmp-server host $*
snmp-server group $ $ {priv,auth,noauth} *
snmp-server group $ $ *
snmp-server view $ $ <included,excluded>
?snmp-server user $ $ *
snmp-server enable traps| $*
snmp-server enable traps
ntp server vrf $ $ *
ntp {server,peer} $ *
ntp {source,master,max-associations} *
ntp {authenticate,logging,update-calendar}
ntp authentication-key # +
ntp trusted-key $
ntp access-group $ +
ip ssh {server,client} algorithm $ +
ip ssh {version,time-out,authentication-retries,source-interface,logging,dh,maxstartups,port} +
~ip http server
~ip http secure-server
ip http $ +
-ip {source-route,gratuitous-arps}
-ip bootp server
~ip cef
~ip routing
ip multicast-routing *
~ip forward-protocol nd
ip forward-protocol $ *
ip {tftp,ftp,telnet} source-interface _ *
ip tcp $ *
ip scp server enable
-cdp run
lldp run
lldp {timer,holdtime,reinit} _
ip dhcp pool $ > dhcp
ip dhcp excluded-address $*
ip dhcp snooping
ip nat inside source $*
ip nat pool $ +
ip sla # > ip-sla
ip sla schedule # +
track # + > track
key chain $ > keychain
class-map <match-any,match-all> $ > cmap
policy-map $ > pmap
class-map type inspect <match-any,match-all> $ > cmap
policy-map type inspect $ > pmap
zone security $ > zone
zone-pair security $ source _ destination _ > zone-pair
object-group {network,service} $ > objects
archive > archive
errdisable recovery cause $
errdisable recovery interval _
login {block-for,on-failure,on-success,delay,quiet-mode} *
security passwords min-length _
line {con,aux,vty} $ * > line
control-plane > cp ! fixed
banner {motd,login,exec,incoming} +
crypto isakmp policy # > isakmp
crypto isakmp key $ address $ *
crypto isakmp {keepalive,invalid-spi-recovery,aggressive-mode} *
crypto ipsec transform-set $ + > crypto-trans
crypto ipsec profile $ > ipsec-profile
crypto ipsec {df-bit,fragmentation} +
crypto ikev2 proposal $ > ikev2-proposal
crypto ikev2 policy $ > ikev2-policy
crypto ikev2 keyring $ > ikev2-keyring
crypto ikev2 profile $ > ikev2-profile
crypto ikev2 {dpd,nat} +
crypto pki trustpoint $ > ca-trustpoint
crypto pki certificate chain $ > cert-chain
alias exec $ +
scheduler allocate +
file prompt quiet

[interface]
description +
ip address| $ $ secondary
ip address _ *
ip unnumbered _
ip vrf forwarding _
vrf forwarding _
-ip {redirects,unreachables,proxy-arp,route-cache}
ip access-group _ {in,out}
ip {mtu,directed-broadcast} *
ip tcp adjust-mss _
ip helper-address $ *
ip nat {inside,outside}
ip verify unicast source reachable-via *
ip policy route-map _
ip flow {ingress,egress}
ip virtual-reassembly *
ip ospf message-digest-key # + ! occupied
ip ospf # area _
ip ospf {cost,hello-interval,dead-interval,retransmit-interval,transmit-delay,priority,network} *
ip ospf {authentication,authentication-key,bfd,mtu-ignore,ttl-security} *
ip pim $ *
ipv6 address $ *
ipv6 {enable,mtu} *
ipv6 nd $ *
ipv6 ospf $ *
bfd interval +
mtu _
bandwidth _
delay _
load-interval _
carrier-delay +
hold-queue _ {in,out}
arp timeout _
duplex _
speed _
media-type _
~negotiation auto
shutdown
-keepalive *
encapsulation +
standby version _
standby # {ip,priority,preempt,track,authentication,timers,name} *
channel-group _ mode _
-switchport
switchport mode _
switchport access vlan _
switchport voice vlan _
switchport nonegotiate
switchport trunk {native,allowed} vlan *
switchport trunk encapsulation _
switchport port-security *
switchport port-security {maximum,violation,aging} *
spanning-tree {portfast,bpduguard,bpdufilter,guard,link-type,cost,port-priority} *
storm-control {broadcast,multicast,unicast,action} +
-cdp enable
-lldp {transmit,receive}
-mop {enabled,sysid}
-snmp trap link-status
-logging event link-status
tunnel {source,destination,mode,protection,key,vrf,checksum,path-mtu-discovery} *
zone-member security _
crypto map _
service-policy {input,output} _

[ospf]
router-id _
network $ $ area _
passive-interface default
~passive-interface $
area $ range $ $ *
area $ virtual-link $ *
area $ {authentication,stub,nssa,default-cost} *
default-information originate *
redistribute {connected,static,rip} *
redistribute {ospf,bgp,eigrp} $ *
auto-cost reference-bandwidth _
log-adjacency-changes *
timers throttle {spf,lsa} *
timers {lsa,pacing} {arrival,flood,retransmission,lsa-group} _
max-metric router-lsa *
distance ospf +
distance _
default-metric _
maximum-paths _
summary-address $ $ *
distribute-list +
bfd all-interfaces
capability vrf-lite
neighbor $ *
shutdown

[bgp]
bgp {router-id,cluster-id,confederation,graceful-restart,maxas-limit} *
~bgp log-neighbor-changes
-bgp default ipv4-unicast
bgp bestpath $*
neighbor $| remote-as _ ! neighbor
neighbor $ peer-group ! neighbor
neighbor $ peer-group _
neighbor $ {description,password,update-source,ebgp-multihop,timers,version,shutdown,local-as,ttl-security} *
neighbor $ {fall-over,transport,disable-connected-check} *
neighbor $ {send-community,next-hop-self,default-originate,maximum-prefix,allowas-in,remove-private-as} *
neighbor $ {route-reflector-client,weight,advertisement-interval,as-override} *
neighbor $ soft-reconfiguration inbound
neighbor $ {route-map,prefix-list,filter-list,distribute-list} _ {in,out}
~neighbor $ activate
network $ mask $ *
network $
redistribute {connected,static,rip} *
redistribute {ospf,eigrp} $ *
aggregate-address $ $ *
maximum-paths *
timers bgp +
distance bgp +
-auto-summary
-synchronization
address-family $* > af

[af]
neighbor $ {send-community,next-hop-self,default-originate,maximum-prefix,allowas-in,remove-private-as} *
neighbor $ {route-reflector-client,weight,advertisement-interval,as-override} *
neighbor $ soft-reconfiguration inbound
neighbor $ {route-map,prefix-list,filter-list,distribute-list} _ {in,out}
neighbor $ peer-group _
~neighbor $ activate
network $ mask $ *
network $ *
redistribute {connected,static,rip} *
redistribute {ospf,eigrp} $ *
aggregate-address $ $ *
maximum-paths *
-auto-summary
-synchronization

[vrf]
description +
rd _
route-target {import,export,both} $
address-family {ipv4,ipv6} > vrf-af

[vrf-af]
route-target {import,export} $
maximum routes +

[config-vlan]
name +
state _
shutdown

[acl]
# <permit,deny,remark,evaluate> + ! occupied

[acl6]
sequence # + ! occupied

[route-map]
description +
match ip {address,next-hop} prefix-list &
match ip {address,next-hop,route-source} &
match {as-path,community,interface,metric,tag,local-preference,route-type,source-protocol} &
set ip next-hop &
set as-path prepend +
set {metric,metric-type,local-preference,tag,weight,origin,community,comm-list,level,interface} *
continue *

[line]
exec-timeout _ *
-exec
~login *
password +
privilege level _
transport {input,output,preferred} +
access-class _ {in,out} *
ipv6 access-class _ {in,out} *
logging synchronous *
authorization {exec,commands} *
accounting {exec,commands} *
history size _
session-timeout +
{length,width,stopbits,speed} _
escape-character _
rotary _

[archive]
path _
maximum _
write-memory
time-period _
log config > archive-log-cfg

[archive-log-cfg]
logging {enable,persistent} *
logging size _
notify syslog *
hidekeys

[sg-radius]
server name $
server-private $ *
ip {radius,tacacs} source-interface _
ip vrf forwarding _
deadtime _

[radius-server]
address ipv4 +
key +
timeout _
retransmit _

[server-tacacs]
address ipv4 +
key +
timeout _
single-connection
port _

[dhcp]
network _ _
default-router &
dns-server &
domain-name _
lease +
option # +
netbios-name-server &

[keychain]
key # > keychain-key

[keychain-key]
key-string +
accept-lifetime +
send-lifetime +
cryptographic-algorithm _

[ip-sla]
icmp-echo $ * > ip-sla-echo

[ip-sla-echo]
frequency _
timeout _
threshold _
tag +

[track]
delay +

[isakmp]
encryption +
encr +
hash _
authentication _
group _
lifetime _

[crypto-trans]
mode +

[ipsec-profile]
set transform-set &
set {ikev2-profile,pfs,isakmp-profile} _
set security-association +

[ikev2-proposal]
{encryption,integrity,group,prf} &

[ikev2-policy]
proposal _
match $ +

[ikev2-keyring]
peer $ > ikev2-peer

[ikev2-peer]
description +
address +
identity $ +
pre-shared-key +
pre-shared-key {local,remote} +

[ikev2-profile]
match $ $ +
identity local +
authentication {local,remote} +
keyring local _
lifetime _
dpd +

[cmap]
match $ $*
description +

[pmap]
class $* > pmap-c
class type inspect $ > pmap-c
description +

[pmap-c]
{inspect,pass,drop,priority,bandwidth,shape,police,set,fair-queue} *
service-policy _

[zone-pair]
service-policy type inspect _
description +

[objects]
description +
host $
$ $
group-object $

[ca-trustpoint]
{enrollment,subject-name,revocation-check,rsakeypair,fqdn,ip-address} +

[cert-chain]
certificate $*
""")
