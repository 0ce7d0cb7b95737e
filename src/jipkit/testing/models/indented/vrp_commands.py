"""The commands of Huawei VRP that the model knows."""

from __future__ import annotations

from jipkit.testing.models.indented.grammar import table

COMMANDS = table(r"""
sysname _
clock timezone _ +
clock daylight-saving-time +
info-center loghost source _
info-center loghost $ * ! whole
info-center source $ channel $ *
info-center timestamp $ +
info-center {logbuffer,trapbuffer,console,monitor} *
-info-center enable
ntp-service unicast-server $ * ! whole
ntp-service source-interface _ *
ntp-service {authentication,server,refclock-master} *
ntp-service authentication-keyid # +
ntp-service reliable authentication-keyid #
ntp-service enable
snmp-agent
snmp-agent local-engineid _
snmp-agent sys-info version _ * ! whole
snmp-agent sys-info {contact,location} +
snmp-agent community {read,write} <cipher,simple> $ * ! whole
snmp-agent mib-view {included,excluded} $ _ ! whole
snmp-agent group v3 $ {privacy,authentication,noauthentication} *
snmp-agent group v3 $ *
snmp-agent usm-user v3 $| {group,authentication-mode,privacy-mode,acl} +
snmp-agent usm-user v3 $
snmp-agent target-host {trap,inform} address udp-domain $ * ! whole
snmp-agent target-host host-name $ *
snmp-agent trap source _
snmp-agent trap enable $*
snmp-agent trap enable
snmp-agent {acl,protocol,packet} +
dns resolve
dns server $
dns domain $
vlan batch & ! numbers
vlan $ > vlan
stp enable
stp mode _
stp {bpdu-protection,edged-port} *
lldp enable
-http server enable
-http secure-server enable
-telnet server enable
-telnet ipv6 server enable
stelnet server enable
stelnet ipv4 server enable
sftp server enable
ssh user $| {authentication-type,service-type,assign,sftp-directory} +
ssh user $
ssh server {port,timeout,authentication-retries,rekey-interval,cipher,hmac,key-exchange,acl} +
ssh server dh-exchange min-len _
ssh server-source -i _
ssh server permit interface $*
ssh client first-time enable
aaa > aaa ! fixed
radius-server template $ > radius
hwtacacs-server template $ > hwtacacs
ip vpn-instance $ > vpn-instance
interface $* > interface
ospf #| * > ospf
bgp $ > bgp ! alone
ip route-static vpn-instance $ $ $ $ * ! whole
ip route-static $ $ $ * ! whole
acl number # > acl
acl name $ * > acl
ip ip-prefix $ description +
ip ip-prefix $| index # + ! occupied whole
route-policy $| <permit,deny> node # > route-policy
ip as-path-filter $| $*
ip community-filter $| $*
traffic classifier $ * > classifier
traffic behavior $ > behavior
traffic policy $ * > trafficpolicy
dhcp enable
ip pool $ > ip-pool
user-interface maximum-vty _
user-interface {con,vty} # * > ui ! fixed
header {login,shell}| information +
bfd > bfd
ftp server enable
set cpu-usage threshold +
ike proposal # > ike-proposal
ike peer $ * > ike-peer
ipsec proposal $ > ipsec-proposal
ipsec profile $ > ipsec-profile

[interface]
description +
shutdown
mtu _
speed _
duplex _
-negotiation auto
bandwidth _
set flow-stat interval _
-portswitch
port link-type _
port default vlan _
port trunk pvid vlan _
~port trunk allow-pass vlan 1
port trunk allow-pass vlan & ! numbers
eth-trunk _
mode +
ip binding vpn-instance _ ! whole
ip address| $ $ sub
ip address _ _ ! whole
ip address unnumbered interface _
tcp adjust-mss _
ospf enable # area _ ! whole
ospf {cost,network-type,dr-priority,mtu-enable} *
ospf timer {hello,dead,retransmit} _
ospf authentication-mode +
ospf bfd enable
traffic-filter {inbound,outbound}| acl +
traffic-policy _ {inbound,outbound} ! whole
dot1q termination vid _
arp broadcast enable
urpf {loose,strict} *
-lldp enable
stp {edged-port,root-protection,loop-protection,disable} *
dhcp select _ ! whole
dhcp server {dns-list,lease,excluded-ip-address} +
dhcp relay server-ip $
nat outbound # *
tunnel-protocol _ *
{source,destination} _
gre key +
ipsec profile _
-icmp redirect send
-icmp port-unreachable send

[vlan]
description +
name _

[vpn-instance]
description +
ipv4-family > vpn-af

[vpn-af]
route-distinguisher _
vpn-target $ {export-extcommunity,import-extcommunity}

[ospf]
area $ > ospf-area
description +
import-route {direct,static,rip} *
import-route {bgp,ospf} *
default-route-advertise *
silent-interface all
~silent-interface $
bandwidth-reference _
spf-schedule-interval +
lsa-originate-interval +
lsa-arrival-interval +
maximum load-balancing _
filter-policy +
preference +
stub-router *
bfd all-interfaces enable
log-peer-change

[ospf-area]
network $ $ *
authentication-mode +
abr-summary $ $ *
{stub,nssa} *
description +

[bgp]
router-id _
-default ipv4-unicast
peer $| as-number _
group $ _
peer $ group _
peer $ description +
peer $ password <cipher,simple> +
peer $ {connect-interface,ebgp-max-hop,timer,valid-ttl-hops,tracking,log-change,ignore,bfd} *
timer +
graceful-restart
ipv4-family $* > bgp-af

[bgp-af]
-synchronization
network $ $ *
network $
import-route {direct,static,rip} *
import-route ospf # *
aggregate $ $ *
maximum load-balancing *
preference +
default-route imported
~peer $ enable
peer $ group _
peer $ {route-policy,ip-prefix,filter-policy} _ {import,export} ! whole
peer $ {route-limit,advertise-community,next-hop-local,default-route-advertise,public-as-only} *
peer $ {reflect-client,allow-as-loop,preferred-value,keep-all-routes} *

[acl]
rule # + ! overwritten
description +
step _

[route-policy]
description +
if-match {ip-prefix,tag,cost,interface,as-path-filter,community-filter,route-type} +
if-match acl _
apply {local-preference,cost,cost-type,tag,origin,preferred-value,community,as-path} +
apply ip-address next-hop _

[aaa]
authentication-scheme $ > aaa-authen
authorization-scheme $ > aaa-author
accounting-scheme $ > aaa-accounting
domain $ > aaa-domain
local-user $| password +
local-user $ privilege level _
local-user $ {service-type,state,idle-timeout,access-limit,user-group} +
local-aaa-user password policy $ *
default-domain _

[aaa-authen]
authentication-mode +

[aaa-author]
authorization-mode +

[aaa-accounting]
accounting-mode +

[aaa-domain]
{authentication-scheme,accounting-scheme,authorization-scheme,radius-server,hwtacacs-server} _

[radius]
radius-server {authentication,accounting} $ _ * ! whole
radius-server shared-key <cipher,simple> +
radius-server {timeout,retransmit} _

[hwtacacs]
hwtacacs-server {authentication,authorization,accounting} $ * ! whole
hwtacacs-server shared-key <cipher,simple> +

[ui]
authentication-mode _ *
user privilege level _
protocol inbound _
acl _ {inbound,outbound} ! whole
idle-timeout _ *
history-command max-size _
screen-length _ *
set authentication password +
-shell

[ip-pool]
gateway-list $
network $ mask _
dns-list $
lease +
domain-name _

[classifier]
if-match acl $

[behavior]
{permit,deny,car,remark,statistic} *

[trafficpolicy]
classifier $ behavior _

[ike-proposal]
{encryption-algorithm,authentication-algorithm,authentication-method,integrity-algorithm,prf,dh,sa} +

[ike-peer]
{pre-shared-key,ike-proposal,remote-address,local-address,undo,version,dpd,exchange-mode} *

[ipsec-proposal]
{transform,encapsulation-mode} _
esp {authentication-algorithm,encryption-algorithm} _

[ipsec-profile]
{ike-peer,proposal,pfs} _
""")
