"""Secrets in the places where people put them by hand: none is in what is told of a router, and none is stored."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from jipkit.drift import as_diff, compare
from jipkit.errors import AnswerError
from jipkit.project import Project
from jipkit.redaction import redact
from jipkit.testing.networks import small_network
from jipkit.testing.replatform import on_platform

PROJECT = Project(Path(__file__).parents[2])
SECRET = "Zq7S3kali"

STRAY = [
    ("cisco_ios", "username bob privilege 15 view root secret 5 $1$abcd$Zq7S3kali"),
    ("cisco_ios", "username bob common-criteria-policy P password 0 Zq7S3kali"),
    ("cisco_ios", "enable algorithm-type scrypt secret Zq7S3kali"),
    ("cisco_ios", "ip ftp password 7 Zq7S3kali"),
    ("cisco_ios", "ip http client password Zq7S3kali"),
    ("cisco_ios", "l2tp tunnel password 7 Zq7S3kali"),
    ("cisco_ios", "authentication remote pre-share key 6 Zq7S3kali"),
    ("cisco_ios", "set aggressive-mode password Zq7S3kali"),
    ("cisco_ios", "pre-shared-key hostname far.example key Zq7S3kali"),
    ("cisco_ios", "secret 5 $1$abcd$Zq7S3kali"),
    ("cisco_ios", "authentication mode hmac-sha-256 7 Zq7S3kali"),
    ("cisco_ios", "neighbor vrf X 10.1.1.1 password 7 Zq7S3kali"),
    ("cisco_ios", "server-key 7 Zq7S3kali"),
    ("cisco_ios", "security wpa psk set-key ascii 0 Zq7S3kali"),
    ("cisco_ios", "snmp-server host 10.1.1.1 informs vrf mgmt version 2c Zq7S3kali"),
    ("cisco_ios", "snmp-server user u g v3 auth sha-2 256 Zq7S3kali priv aes 256 Zq7S3kali access 10"),
    ("cisco_ios", "snmp mib community-map Zq7S3kali context c"),
    ("arista_eos", "snmp-server user u g remote 10.1.1.1 v3 auth sha Zq7S3kali priv aes Zq7S3kali"),
    ("arista_eos", "authentication key 7 Zq7S3kali level-2"),
    ("arista_eos", "key 0abc 7 Zq7S3kali fallback"),
    ("arista_eos", "secret 0 7 Zq7S3kali receive-lifetime infinite"),
    ("arista_eos", "shared-key 7 Zq7S3kali"),
    ("arista_eos", "client 10.1.1.1 key 7 Zq7S3kali"),
    ("arista_eos", "ip ftp client password 7 Zq7S3kali"),
    ("arista_eos", "vrrp 1 peer authentication Zq7S3kali"),
    ("arista_eos", "exec /usr/bin/TerminAttr -cvaddr=10.1.1.1:9910 -cvauth=key,Zq7S3kali -cvvrf=MGMT"),
    ("huawei_vrp", "ospf authentication-mode simple plain Zq7S3kali"),
    ("huawei_vrp", "ospf authentication-mode simple cipher Zq7S3kali"),
    ("huawei_vrp", "ospf authentication-mode md5 1 Zq7S3kali"),
    ("huawei_vrp", "vlink-peer 1.1.1.1 md5 1 Zq7S3kali"),
    ("huawei_vrp", "radius-server shared-key Zq7S3kali"),
    ("huawei_vrp", "pre-shared-key Zq7S3kali"),
    ("huawei_vrp", "key-string Zq7S3kali"),
    ("huawei_vrp", "md5-password plain 1.1.1.1 Zq7S3kali"),
    ("huawei_vrp", "security wpa-wpa2 psk pass-phrase Zq7S3kali aes"),
    ("huawei_vrp", "ntp-service authentication-keyid 1 authentication-mode hmac-sha256 Zq7S3kali"),
    ("huawei_vrp", "url http://bob:Zq7S3kali@ddns.example/x"),
    ("juniper_junos", "deactivate snmp community Zq7S3kali"),
    ("juniper_junos", "set groups G snmp community Zq7S3kali authorization read-only"),
    ("juniper_junos", 'set groups G system root-authentication encrypted-password "$6$abcd$Zq7S3kali"'),
    ("juniper_junos", 'set groups G protocols bgp group <*> authentication-key "$9$Zq7S3kali"'),
    ("juniper_junos", "set groups G protocols ospf area <*> interface <*> authentication md5 1 key Zq7S3kali"),
    ("juniper_junos", 'set logical-systems L protocols bgp group X authentication-key "$9$Zq7S3kali"'),
    ("juniper_junos", 'set access profile P client bob ike pre-shared-key ascii-text "$9$Zq7S3kali"'),
    ("juniper_junos", "set system accounting destination radius server 10.1.1.1 secret Zq7S3kali"),
    ("juniper_junos", "set services ipsec-vpn ike policy P pre-shared-key ascii-text Zq7S3kali"),
    ("juniper_junos", "set security macsec connectivity-association C pre-shared-key cak Zq7S3kali"),
    ("juniper_junos", 'set event-options destinations D archive-sites "ftp://x" password Zq7S3kali'),
    ("juniper_junos", 'set system archival configuration archive-sites "ftp://bob:Zq7S3kali@10.1.1.1/x"'),
    ("vyos", "set container name X environment TOKEN value 'Zq7S3kali'"),
    ("vyos", "set container registry docker.io authentication password 'Zq7S3kali'"),
    ("vyos", "set vrf name V protocols bgp neighbor 10.1.1.1 password 'Zq7S3kali'"),
    ("vyos", "set interfaces wireless wlan0 security wpa radius server 10.1.1.1 key 'Zq7S3kali'"),
    ("vyos", "set interfaces macsec macsec1 security mka cak 'Zq7S3kali'"),
    ("vyos", "set interfaces openvpn vtun0 shared-secret-key 'Zq7S3kali'"),
    ("vyos", "set vpn l2tp remote-access lns shared-secret 'Zq7S3kali'"),
    ("vyos", "set service snmp trap-target 10.1.1.1 community 'Zq7S3kali'"),
    ("vyos", "set service monitoring telegraf influxdb authentication token 'Zq7S3kali'"),
    ("vyos", "set system config-management commit-archive location 'sftp://bob:Zq7S3kali@10.1.1.1/x'"),
    ("vyos", "set protocols isis area-password md5 Zq7S3kali"),
    ("mikrotik_routeros", "/snmp community add addresses=10.0.0.0/8 name=Zq7S3kali"),
    ("mikrotik_routeros", "/snmp community set [ find default=yes ] name=Zq7S3kali"),
    ("mikrotik_routeros", '/tool netwatch add down-script="/tool e-mail send password=Zq7S3kali" host=1.1.1.1'),
    (
        "mikrotik_routeros",
        '/system script add name=x source="/tool fetch url=\\"ftp://x\\" user=bob password=\\"Zq7S3kali\\" mode=ftp"',
    ),
    ("mikrotik_routeros", '/system script add name=x source=":local password \\"Zq7S3kali\\"\\r\\n"'),
    ("mikrotik_routeros", '/system scheduler add name=x on-event="/user add name=x password=Zq7S3kali group=full"'),
    ("mikrotik_routeros", '/system scheduler add name=x on-event="/tool fetch url=https://bob:Zq7S3kali@far.example/"'),
    ("mikrotik_routeros", "/container envs add key=TOKEN name=x value=Zq7S3kali"),
]

every_stray = pytest.mark.parametrize(("platform", "line"), STRAY)


@every_stray
def test_a_secret_in_an_unusual_place_is_not_stored(platform: str, line: str) -> None:
    assert SECRET not in redact(f"{line}\n", PROJECT.platforms[platform])


@every_stray
def test_a_secret_that_somebody_entered_is_in_no_drift(platform: str, line: str) -> None:
    facts = PROJECT.platforms[platform]
    intended = PROJECT.render("kec-rawa", on_platform(small_network(), "kec-rawa", platform))
    end = {"cisco_ios": "end\n", "arista_eos": "end\n", "huawei_vrp": "return\n"}.get(platform, "")
    drift = compare(intended, f"{intended.text}{line}\n{end}", facts)
    assert SECRET not in str(drift) + as_diff(drift)
    assert [d.running for d in drift.differences if d.kind in ("extra", "changed", "unmanaged")]


@pytest.mark.parametrize(
    ("platform", "line"),
    [
        ("cisco_ios", "ip ssh server algorithm authentication publickey keyboard password"),
        ("cisco_ios", "key chain district"),
        ("cisco_ios", "service password-encryption"),
        ("arista_eos", "ntp server 10.160.255.10 key 1"),
        ("huawei_vrp", "local-aaa-user password policy administrator"),
        ("huawei_vrp", "ssh user jip authentication-type password"),
        ("juniper_junos", "set system login password minimum-length 10"),
        ("juniper_junos", "set system authentication-order password"),
        ("vyos", "set system login user bob authentication public-keys office key 'AAAAB3Nz'"),
        ("mikrotik_routeros", "/snmp community add addresses=10.0.0.0/8 name=jip security=private"),
    ],
)
def test_what_is_no_secret_stays(platform: str, line: str) -> None:
    assert redact(line, PROJECT.platforms[platform]) == line


@pytest.mark.parametrize("platform", ["frr", *dict(STRAY)])
@pytest.mark.parametrize("beginning", ["ftp://a:", "virtual-link a ", "vlink-peer a ", "ntp authentication-key 1 "])
def test_a_line_of_beginnings_without_end_costs_little(platform: str, beginning: str) -> None:
    line = beginning * (200_000 // len(beginning))
    start = process_time()
    redact(line, PROJECT.platforms[platform])
    assert process_time() - start < 3


@pytest.mark.parametrize(
    "row",
    [
        '/ip firewall filter add [ comment="x password=y" ]',
        '/ip firewall filter add [ find password=" secret [ find x ]',
    ],
)
def test_a_row_that_is_none_without_its_secrets_is_an_answer_that_is_not_understood(row: str) -> None:
    intended = PROJECT.render("kec-rawa", on_platform(small_network(), "kec-rawa", "mikrotik_routeros"))
    with pytest.raises(AnswerError):
        compare(intended, f"{intended.text}{row}\n", PROJECT.platforms["mikrotik_routeros"])
