/interface bridge add name=bridge vlan-filtering=yes
/interface bridge add name=loopback protocol-mode=none
/interface vlan add comment=staff interface=bridge name=vlan110 vlan-id=110
/interface bridge port add bpdu-guard=yes bridge=bridge comment=staff frame-types=admit-only-untagged-and-priority-tagged interface=ether2 pvid=110
/interface bridge port add bpdu-guard=yes bridge=bridge comment=staff frame-types=admit-only-untagged-and-priority-tagged interface=ether3 pvid=110
/interface bridge vlan add bridge=bridge comment=staff tagged=bridge untagged=ether2,ether3 vlan-ids=110
/interface ethernet set [ find default-name=ether1 ] comment="pop-1--pkm-baru to pop-1 eth4"
/interface ethernet set [ find default-name=ether2 ] comment="LAN staff"
/interface ethernet set [ find default-name=ether3 ] comment="LAN staff"
/interface ethernet set [ find default-name=ether4 ] comment=unused disabled=yes
/interface ethernet set [ find default-name=ether5 ] comment=unused disabled=yes
/interface list add name=uplink
/interface list add name=internet
/interface list add name=office
/interface list add name=guest
/interface list add name=camera
/interface list member add interface=ether1 list=uplink
/interface list member add interface=vlan110 list=office
/routing ospf instance add disabled=no name=district router-id=10.160.0.8
/routing ospf area add area-id=0.0.0.0 disabled=no instance=district name=backbone
/routing ospf interface-template add area=backbone comment=loopback disabled=no interfaces=loopback networks=10.160.0.8/32 passive
/routing ospf interface-template add area=backbone comment=staff disabled=no interfaces=vlan110 networks=10.162.4.0/26 passive
/routing ospf interface-template add area=backbone auth=md5 auth-id=1 auth-key=<secret:ospf/pop-1--pkm-baru/1> comment=pop-1--pkm-baru cost=40 dead-interval=8s disabled=no hello-interval=2s interfaces=ether1 retransmit-interval=1s type=ptp
/snmp community set [ find default=yes ] addresses=10.160.255.0/24 authentication-password=<secret:snmp/authentication> authentication-protocol=SHA1 encryption-password=<secret:snmp/privacy> encryption-protocol=AES name=jip security=private
/snmp set contact=NOC enabled=yes location="Kayu Agung"
/system logging action set 3 remote=10.160.255.12 src-address=10.160.0.8
/system logging add action=remote topics=system
/system logging add action=remote topics=account
/system logging add action=remote topics=error
/system logging add action=remote topics=critical
/system logging add action=remote topics=warning
/ip address add address=10.161.0.19 comment=pop-1--pkm-baru interface=ether1 network=10.161.0.18
/ip address add address=10.160.0.8 interface=loopback network=10.160.0.8
/ip address add address=10.162.4.1/26 comment=staff interface=vlan110 network=10.162.4.0
/ip dns set servers=10.160.255.11
/ip firewall address-list add address=10.160.0.0/23 list=intranet
/ip firewall address-list add address=10.160.255.0/24 list=intranet
/ip firewall address-list add address=10.161.0.0/16 list=intranet
/ip firewall address-list add address=10.162.0.0/15 list=intranet
/ip firewall address-list add address=10.160.255.0/24 list=services
/ip firewall address-list add address=10.160.255.0/24 list=management
/ip firewall filter add action=accept chain=input comment=answers connection-state=established,related,untracked
/ip firewall filter add action=drop chain=input comment=broken connection-state=invalid
/ip firewall filter add action=accept chain=input comment=ping protocol=icmp
/ip firewall filter add action=accept chain=input comment=routing in-interface-list=uplink protocol=ospf
/ip firewall filter add action=accept chain=input comment=administration dst-port=22,8291 in-interface-list=!internet protocol=tcp src-address-list=management
/ip firewall filter add action=accept chain=input comment=watching dst-port=161 in-interface-list=!internet protocol=udp src-address-list=management
/ip firewall filter add action=drop chain=input comment="everything else"
/ip firewall filter add action=accept chain=forward comment=answers connection-state=established,related,untracked
/ip firewall filter add action=drop chain=forward comment=broken connection-state=invalid
/ip firewall filter add action=drop chain=forward comment="guests stay out of the intranet" dst-address-list=intranet in-interface-list=guest
/ip firewall filter add action=accept chain=forward comment="guests to the internet" in-interface-list=guest out-interface-list=uplink
/ip firewall filter add action=accept chain=forward comment="cameras to the services" dst-address-list=services in-interface-list=camera out-interface-list=uplink
/ip firewall filter add action=accept chain=forward comment="staff to the services" dst-address-list=services in-interface-list=office out-interface-list=uplink
/ip firewall filter add action=accept chain=forward comment="staff to the internet, not to other offices" dst-address-list=!intranet in-interface-list=office out-interface-list=uplink
/ip firewall filter add action=accept chain=forward comment="the services to this office" in-interface-list=uplink out-interface-list=!guest src-address-list=services
/ip firewall filter add action=accept chain=forward comment="passing through" in-interface-list=uplink out-interface-list=uplink
/ip firewall filter add action=drop chain=forward comment="everything else"
/ip settings set accept-redirects=no rp-filter=loose
/ip neighbor discovery-settings set discover-interface-list=uplink protocol=lldp
/ip service set telnet disabled=yes
/ip service set ftp disabled=yes
/ip service set www disabled=yes
/ip service set ssh address=10.160.255.0/24
/ip service set api disabled=yes
/ip service set winbox address=10.160.255.0/24
/ip service set api-ssl disabled=yes
/ip ssh set strong-crypto=yes
/tool bandwidth-server set enabled=no
/tool mac-server set allowed-interface-list=none
/tool mac-server mac-winbox set allowed-interface-list=none
/tool mac-server ping set enabled=no
/system clock set time-zone-autodetect=no time-zone-name=Asia/Jakarta
/system identity set name=pkm-baru
/system note set note="Jaringan pemerintah; hanya untuk yang berwenang." show-at-login=yes
/system ntp client set enabled=yes
/system ntp client servers add address=10.160.255.10
