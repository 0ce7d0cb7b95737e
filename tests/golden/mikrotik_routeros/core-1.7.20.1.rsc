/interface bridge add name=loopback protocol-mode=none
/interface ethernet set [ find default-name=ether1 ] comment="core-1--core-2 to core-2 eth0"
/interface ethernet set [ find default-name=ether2 ] comment="core-1--pop-1 to pop-1 eth0"
/interface ethernet set [ find default-name=ether3 ] comment="core-1--dinas-sehat to dinas-sehat GigabitEthernet0/0"
/interface ethernet set [ find default-name=ether4 ] comment="core-1--isp-a to isp-a, circuit ISPA-0001, ISP A (rekaan)"
/interface ethernet set [ find default-name=ether5 ] comment=unused disabled=yes
/interface list add name=uplink
/interface list add name=internet
/interface list add name=office
/interface list add name=guest
/interface list add name=camera
/interface list member add interface=ether1 list=uplink
/interface list member add interface=ether2 list=uplink
/interface list member add interface=ether3 list=uplink
/interface list member add interface=ether4 list=internet
/interface list member add interface=ether6 list=office
/routing ospf instance add disabled=no name=district originate-default=if-installed router-id=10.160.0.1
/routing ospf area add area-id=0.0.0.0 disabled=no instance=district name=backbone
/routing ospf interface-template add area=backbone comment=noc disabled=no interfaces=ether6 networks=10.160.255.0/24 passive
/routing ospf interface-template add area=backbone comment=loopback disabled=no interfaces=loopback networks=10.160.0.1/32 passive
/routing ospf interface-template add area=backbone auth=md5 auth-id=1 auth-key=<secret:ospf/core-1--core-2/1> comment=core-1--core-2 cost=1 dead-interval=8s disabled=no hello-interval=2s interfaces=ether1 retransmit-interval=1s type=ptp
/routing ospf interface-template add area=backbone auth=md5 auth-id=1 auth-key=<secret:ospf/core-1--pop-1/1> comment=core-1--pop-1 cost=10 dead-interval=8s disabled=no hello-interval=2s interfaces=ether2 retransmit-interval=1s type=ptp
/routing ospf interface-template add area=backbone auth=md5 auth-id=1 auth-key=<secret:ospf/core-1--dinas-sehat/1> comment=core-1--dinas-sehat cost=20 dead-interval=8s disabled=no hello-interval=2s interfaces=ether3 retransmit-interval=1s type=ptp
/routing bgp instance add as=64496 name=district router-id=10.160.0.1
/routing bgp connection add comment="core-1--isp-a to isp-a, circuit ISPA-0001" disabled=no input.filter=core-1--isp-a-in input.limit-process-routes-ipv4=100 instance=district local.role=ebgp name=core-1--isp-a output.filter-chain=core-1--isp-a-out output.network=announced remote.address=198.51.100.2 remote.as=64500 tcp-md5-key=<secret:bgp/core-1--isp-a/1>
/routing filter rule add chain=core-1--isp-a-in disabled=no rule="if (dst == 0.0.0.0/0) { accept }"
/routing filter rule add chain=core-1--isp-a-out disabled=no rule="if (dst == 203.0.113.0/24) { accept }"
/snmp community set [ find default=yes ] addresses=10.160.255.0/24 authentication-password=<secret:snmp/authentication> authentication-protocol=SHA1 encryption-password=<secret:snmp/privacy> encryption-protocol=AES name=jip security=private
/snmp set contact=NOC enabled=yes location="Kayu Agung"
/system logging action set 3 remote=10.160.255.12 src-address=10.160.0.1
/system logging add action=remote topics=system
/system logging add action=remote topics=account
/system logging add action=remote topics=error
/system logging add action=remote topics=critical
/system logging add action=remote topics=warning
/ip address add address=10.161.0.0 comment=core-1--core-2 interface=ether1 network=10.161.0.1
/ip address add address=10.161.0.2 comment=core-1--pop-1 interface=ether2 network=10.161.0.3
/ip address add address=10.161.0.4 comment=core-1--dinas-sehat interface=ether3 network=10.161.0.5
/ip address add address=198.51.100.1/30 comment=core-1--isp-a interface=ether4 network=198.51.100.0
/ip address add address=10.160.255.1/24 comment=noc interface=ether6 network=10.160.255.0
/ip address add address=10.160.0.1 interface=loopback network=10.160.0.1
/ip dns set servers=10.160.255.11
/ip firewall address-list add address=10.160.0.0/23 list=intranet
/ip firewall address-list add address=10.160.255.0/24 list=intranet
/ip firewall address-list add address=10.161.0.0/16 list=intranet
/ip firewall address-list add address=10.162.0.0/15 list=intranet
/ip firewall address-list add address=10.160.255.0/24 list=services
/ip firewall address-list add address=10.160.255.0/24 list=management
/ip firewall address-list add address=203.0.113.0/24 list=announced
/ip firewall filter add action=accept chain=input comment=answers connection-state=established,related,untracked
/ip firewall filter add action=drop chain=input comment=broken connection-state=invalid
/ip firewall filter add action=accept chain=input comment=ping protocol=icmp
/ip firewall filter add action=accept chain=input comment=routing in-interface-list=uplink protocol=ospf
/ip firewall filter add action=accept chain=input comment=core-1--isp-a dst-port=179 in-interface-list=internet protocol=tcp src-address=198.51.100.2
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
/ip firewall filter add action=accept chain=forward comment="offices to the services here" dst-address-list=services in-interface-list=uplink out-interface-list=office
/ip firewall filter add action=accept chain=forward comment="the intranet to the internet" in-interface-list=uplink out-interface-list=internet src-address-list=intranet
/ip firewall filter add action=accept chain=forward comment="the internet to what is announced" dst-address-list=announced in-interface-list=internet out-interface-list=uplink
/ip firewall filter add action=accept chain=forward comment="passing through" in-interface-list=uplink out-interface-list=uplink
/ip firewall filter add action=drop chain=forward comment="everything else"
/ip settings set accept-redirects=no rp-filter=loose
/ip route add blackhole disabled=no distance=250 dst-address=203.0.113.0/24
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
/system identity set name=core-1
/system note set note="Jaringan pemerintah; hanya untuk yang berwenang." show-at-login=yes
/system ntp client set enabled=yes
/system ntp client servers add address=10.160.255.10
