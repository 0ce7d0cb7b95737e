import pytest

from jipkit.testing.models.indented import EOS, IOS, IOS_15, VRP, Model, Refused, Rules


def after(before: str, lines: str, rules: Rules = IOS) -> str:
    """Return what a device that holds ``before`` holds after ``lines`` were typed."""
    model = Model(before, rules)
    model.apply(lines.splitlines())
    return model.text()


def refusal(before: str, lines: str, rules: Rules = IOS) -> tuple[str, str]:
    """Return the line that the device refused, and what it said."""
    with pytest.raises(Refused) as caught:
        after(before, lines, rules)
    return caught.value.line.strip(), caught.value.message


# ---------------------------------------------------------------------- reading and printing
@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("hostname kota\ninterface GigabitEthernet0/0\n description kantor\n no ip redirects\n!\nend\n", IOS),
        ("router bgp 65000\n address-family ipv4\n  network 10.0.0.0\n exit-address-family\n!\nend\n", IOS),
        ("banner motd ^C\n  dilarang masuk\n\n ^C\nend\n", IOS),
        ("crypto pki certificate chain X\n certificate self-signed 01\n  3082 0101\n  quit\n!\nend\n", IOS),
        ("hostname kota\ninterface Ethernet1\n   no switchport\n   ip address 10.160.0.1/31\n!\nend\n", EOS),
        ("banner login\ndilarang masuk\n\nEOF\nend\n", EOS),
        (" sysname kota\n#\nbgp 65000\n ipv4-family unicast\n  undo synchronization\n#\nreturn\n", VRP),
        (' header login information "\ndilarang\nmasuk"\nreturn\n', VRP),
        ("a command that nobody knows\n with something inside\n!\nend\n", IOS),
    ],
)
def test_what_a_device_printed_is_printed_again(text: str, rules: Rules) -> None:
    assert Model(text, rules).text() == text


def test_the_lines_before_a_printed_configuration_are_no_part_of_it() -> None:
    text = "Building configuration...\n\nCurrent configuration : 57 bytes\n!\n! Last change\n!\nhostname a\nend\n"
    assert Model(text, IOS).text() == "hostname a\nend\n"


# ---------------------------------------------------------------------- what takes the place of what
@pytest.mark.parametrize(
    ("before", "lines", "held"),
    [
        pytest.param("hostname a\nend", "hostname b", "hostname b\nend\n", id="a name"),
        pytest.param("hostname b\nend", "no hostname", "hostname Router\nend\n", id="no name"),
        pytest.param(
            "ntp server 192.0.2.1\nend",
            "ntp server 192.0.2.2\nntp server 192.0.2.1 prefer",
            "ntp server 192.0.2.1 prefer\nntp server 192.0.2.2\nend\n",
            id="servers stand beside each other",
        ),
        pytest.param(
            "ip route 0.0.0.0 0.0.0.0 192.0.2.1\nend",
            "ip route 0.0.0.0 0.0.0.0 192.0.2.1 250\nip route 0.0.0.0 0.0.0.0 192.0.2.9",
            "ip route 0.0.0.0 0.0.0.0 192.0.2.1 250\nip route 0.0.0.0 0.0.0.0 192.0.2.9\nend\n",
            id="a next hop has one distance",
        ),
        pytest.param(
            "access-list 10 permit 10.160.0.1\naccess-list 10 permit 10.160.0.2\nend",
            "no access-list 10 permit 10.160.0.1",
            "end\n",
            id="one entry of a numbered list takes all along",
        ),
        pytest.param("ip http server\nend", "no ip http server", "no ip http server\nend\n", id="shown either way"),
        pytest.param("no ip source-route\nend", "ip source-route", "end\n", id="shown only where it is not in force"),
        pytest.param("end", "snmp-server user u g v3 auth sha aaaaaaaa", "end\n", id="SNMP users are not shown"),
        pytest.param(
            "end",
            "banner motd ^C\n satu\n\n dua ^C\nhostname b",
            "banner motd ^C\n satu\n\n dua ^C\nhostname b\nend\n",
            id="banner",
        ),
        pytest.param("banner motd ^C x ^C\nend", "no banner motd", "end\n", id="no banner"),
        pytest.param("end", "router ospf 1\nhostname b", "router ospf 1\n!\nhostname b\nend\n", id="falls back to top"),
    ],
)
def test_ios_takes_a_line_at_the_top(before: str, lines: str, held: str) -> None:
    assert after(before, lines) == held


@pytest.mark.parametrize(
    ("before", "lines", "held"),
    [
        pytest.param("description a", "description b", "description b", id="a value"),
        pytest.param("description a", "no description", "", id="a value that goes"),
        pytest.param("ip ospf cost 10", "no ip ospf cost 99", "", id="whatever the value is said to be"),
        pytest.param(
            "ip address 10.160.0.1 255.255.255.0",
            "ip address 10.160.1.1 255.255.255.0",
            "ip address 10.160.1.1 255.255.255.0",
            id="the primary address",
        ),
        pytest.param(
            "ip address 10.160.0.1 255.255.255.0",
            "ip address 10.160.1.1 255.255.255.0 secondary",
            "ip address 10.160.0.1 255.255.255.0|ip address 10.160.1.1 255.255.255.0 secondary",
            id="a secondary one beside it",
        ),
        pytest.param(
            "ip address 10.160.0.1 255.255.255.0|ip address 10.160.1.1 255.255.255.0 secondary",
            "no ip address",
            "",
            id="all addresses",
        ),
        pytest.param("shutdown", "no shutdown", "", id="shutdown"),
        pytest.param("", "no ip redirects", "no ip redirects", id="what is in force anyway"),
        pytest.param("", "ip redirects", "", id="said once more"),
        pytest.param(
            "ip address 10.160.0.1 255.255.255.0", "ip unnumbered Loopback0", "ip unnumbered Loopback0", id="unnumbered"
        ),
        pytest.param(
            "ip helper-address 10.160.0.1",
            "ip helper-address 10.160.0.2",
            "ip helper-address 10.160.0.1|ip helper-address 10.160.0.2",
            id="helpers",
        ),
        pytest.param("description a|shutdown", "exit\ndefault interface Vlan7", "", id="default interface"),
    ],
)
def test_ios_takes_a_line_of_an_interface(before: str, lines: str, held: str) -> None:
    inside = "".join(f" {line}\n" for line in before.split("|") if line)
    expected = "".join(f" {line}\n" for line in held.split("|") if line)
    text = f"interface Vlan7\n{inside}!\nend"
    assert after(text, f"interface Vlan7\n{lines}") == f"interface Vlan7\n{expected}!\nend\n"


BGP = """\
router bgp 65000
 neighbor 192.0.2.1 remote-as 65001
 neighbor 192.0.2.1 description pusat
 address-family ipv4
  neighbor 192.0.2.1 activate
  neighbor 192.0.2.1 route-map masuk in
 exit-address-family
!
end
"""


@pytest.mark.parametrize("line", ["no neighbor 192.0.2.1 remote-as 65001", "no neighbor 192.0.2.1"])
def test_a_neighbor_takes_along_what_was_said_of_it(line: str) -> None:
    held = "router bgp 65000\n address-family ipv4\n exit-address-family\n!\nend\n"
    assert after(BGP, f"router bgp 65000\n{line}") == held


def test_a_new_neighbor_of_ios_is_active_in_the_ipv4_family() -> None:
    assert "  neighbor 192.0.2.9 activate\n" in after(BGP, "router bgp 65000\nneighbor 192.0.2.9 remote-as 65009")


def test_a_vrf_that_goes_takes_along_the_addresses_in_it() -> None:
    before = "vrf definition A\ninterface Vlan7\n vrf forwarding A\n ip address 10.160.0.1 255.255.255.0\nend"
    assert after(before, "no vrf definition A") == "interface Vlan7\n!\nend\n"


def test_an_interface_that_enters_a_vrf_loses_its_address() -> None:
    before = "vrf definition A\ninterface Vlan7\n ip address 10.160.0.1 255.255.255.0\nend"
    assert "ip address" not in after(before, "interface Vlan7\nvrf forwarding A")


def test_entries_stand_in_the_order_of_their_numbers_whenever_they_came() -> None:
    lines = "ip access-list extended A\n30 deny ip any any\n10 permit tcp any any\npermit udp any any"
    assert after("end", lines) == (
        "ip access-list extended A\n 10 permit tcp any any\n 30 deny ip any any\n 40 permit udp any any\n!\nend\n"
    )


def test_an_entry_is_taken_back_by_its_number() -> None:
    before = "ip access-list extended A\n 10 permit tcp any any\n 20 deny ip any any\nend"
    assert (
        after(before, "ip access-list extended A\nno 10") == "ip access-list extended A\n 20 deny ip any any\n!\nend\n"
    )


def test_an_entry_is_taken_back_by_its_words() -> None:
    before = "ip access-list extended A\n 10 permit tcp any any\n 20 deny ip any any\nend"
    held = after(before, "ip access-list extended A\nno permit tcp any any")
    assert held == "ip access-list extended A\n 20 deny ip any any\n!\nend\n"


def test_an_entry_that_is_there_already_is_not_taken_twice() -> None:
    held = "ip access-list extended A\n 10 permit tcp any any\n!\nend\n"
    assert after(held, "ip access-list extended A\n20 permit tcp any any") == held


def test_ios_15_prints_no_numbers_of_entries() -> None:
    held = after("end", "ip access-list extended A\n20 deny ip any any\n10 permit tcp any any", IOS_15)
    assert held == "ip access-list extended A\n permit tcp any any\n deny ip any any\n!\nend\n"


def test_prefix_lists_of_a_second_match_come_on_top_on_ios() -> None:
    before = "route-map A permit 10\n match ip address prefix-list P\nend"
    held = after(before, "route-map A permit 10\nmatch ip address prefix-list Q")
    assert held == "route-map A permit 10\n match ip address prefix-list P Q\n!\nend\n"


def test_a_route_map_entry_keeps_what_is_in_it_when_it_denies() -> None:
    before = "route-map A permit 10\n match tag 5\nend"
    assert after(before, "route-map A deny 10") == "route-map A deny 10\n match tag 5\n!\nend\n"


def test_a_route_map_goes_as_a_whole() -> None:
    assert after("route-map A permit 10\nroute-map A deny 20\nend", "no route-map A") == "end\n"


def test_passive_by_default_turns_round_what_is_printed_of_an_interface() -> None:
    before = "router ospf 1\n passive-interface default\nend"
    held = after(before, "router ospf 1\nno passive-interface Vlan7\npassive-interface Vlan8")
    assert held == "router ospf 1\n passive-interface default\n no passive-interface Vlan7\n!\nend\n"


def test_no_exec_timeout_of_ios_is_a_session_without_end() -> None:
    before = "line vty 0 4\n exec-timeout 5 0\nend"
    assert after(before, "line vty 0 4\nno exec-timeout") == "line vty 0 4\n exec-timeout 0 0\n!\nend\n"


# ---------------------------------------------------------------------- what IOS refuses
LAN = "interface Vlan7\n ip address 10.160.0.1 255.255.255.0\n"


@pytest.mark.parametrize(
    ("before", "lines", "refused", "said"),
    [
        ("end", "hostnam b", "hostnam b", "% Invalid input detected at '^' marker."),
        ("end", "interface Vlan7\nexit\nexit\nhostname b", "hostname b", "% Invalid input detected at '^' marker."),
        (
            "interface GigabitEthernet0/1\nend",
            "no interface GigabitEthernet0/1",
            "no interface GigabitEthernet0/1",
            "% Removal of physical interfaces is not permitted",
        ),
        ("router bgp 65000\nend", "router bgp 65001", "router bgp 65001", "BGP is already running"),
        (
            "router bgp 65000\nend",
            "router bgp 65000\nneighbor 192.0.2.1 description x",
            "neighbor 192.0.2.1 description x",
            "% Specify remote-as or peer-group commands first",
        ),
        (
            LAN,
            "interface Vlan8\nip address 10.160.0.2 255.255.255.0",
            "ip address 10.160.0.2 255.255.255.0",
            "% 10.160.0.0 overlaps with Vlan7",
        ),
        (
            LAN + " ip address 10.160.1.1 255.255.255.0 secondary\n",
            "interface Vlan7\nno ip address 10.160.0.1 255.255.255.0",
            "no ip address 10.160.0.1 255.255.255.0",
            "Must delete secondary before deleting primary",
        ),
        ("end", "interface Vlan7\nvrf forwarding A", "vrf forwarding A", "% VRF A not configured."),
        (
            "ip access-list extended A\n 10 permit ip any any\nend",
            "ip access-list extended A\n10 deny ip any any",
            "10 deny ip any any",
            "% Duplicate sequence number",
        ),
        (
            "ip access-list standard A\nend",
            "ip access-list extended A",
            "ip access-list extended A",
            "%A named Standard IP access list with this name already exists",
        ),
        (
            "interface Vlan7\n ip ospf message-digest-key 1 md5 aaaa\nend",
            "interface Vlan7\nip ospf message-digest-key 1 md5 bbbb",
            "ip ospf message-digest-key 1 md5 bbbb",
            "OSPF: Key 1 already exists",
        ),
        (
            "username a password 0 bbbb\nend",
            "username a secret cccc",
            "username a secret cccc",
            "ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other.",
        ),
        ("line vty 0 4\nend", "no line vty 0 4", "no line vty 0 4", "% Can't delete last 5 VTY lines"),
    ],
)
def test_ios_refuses(before: str, lines: str, refused: str, said: str) -> None:
    assert refusal(before, lines) == (refused, said)


def test_an_address_on_a_subinterface_needs_its_vlan_first() -> None:
    _, said = refusal("end", "interface GigabitEthernet0/1.7\nip address 10.160.0.1 255.255.255.0")
    assert said.startswith("% Configuring IP routing on a LAN subinterface is only allowed")


def test_what_came_before_a_refused_line_is_in_force() -> None:
    model = Model("hostname a\nend", IOS)
    with pytest.raises(Refused):
        model.apply(["hostname b", "nonsense", "hostname c"])
    assert model.text() == "hostname b\nend\n"


def test_a_line_that_the_rules_do_not_know_is_taken_where_that_is_asked_for() -> None:
    model = Model("end", IOS, takes_unknown=True)
    model.apply(["nonsense that somebody typed"])
    assert model.text() == "nonsense that somebody typed\nend\n"


def test_a_statement_that_the_rules_do_not_know_goes_by_its_own_words() -> None:
    assert after("nonsense\nend", "no nonsense") == "end\n"


def test_a_copy_of_a_device_is_another_device() -> None:
    model = Model("interface Vlan7\n shutdown\nend", IOS)
    model.copy().apply(["interface Vlan7", "no shutdown"])
    assert model.text() == "interface Vlan7\n shutdown\n!\nend\n"


# ---------------------------------------------------------------------- EOS
@pytest.mark.parametrize(
    ("before", "lines", "held"),
    [
        pytest.param(
            "router bgp 65000\n   address-family ipv4\n      network 10.160.0.0/16\nend",
            "router bgp 65000\naddress-family ipv4\nneighbor 192.0.2.1 remote-as 65001",
            "router bgp 65000\n   address-family ipv4\n      network 10.160.0.0/16\n   !\n"
            "   neighbor 192.0.2.1 remote-as 65001\n!\nend\n",
            id="a line of the block around",
        ),
        pytest.param(
            "router bgp 65000\n   neighbor 192.0.2.1 remote-as 65001\n   neighbor 192.0.2.1 description x\nend",
            "router bgp 65000\nno neighbor 192.0.2.1 remote-as",
            "router bgp 65000\n   neighbor 192.0.2.1 description x\n!\nend\n",
            id="the AS of a neighbor alone",
        ),
        pytest.param(
            "interface Ethernet1\n   no switchport\n!\nend",
            "interface Ethernet1\nswitchport",
            "interface Ethernet1\n!\nend\n",
            id="a switch port is one by default",
        ),
        pytest.param(
            "ip name-server vrf default 192.0.2.1\nend",
            "no ip name-server 192.0.2.1\nip name-server 192.0.2.2",
            "ip name-server vrf default 192.0.2.2\nend\n",
            id="name servers have a VRF",
        ),
        pytest.param(
            "ip prefix-list A\n   seq 20 permit 10.160.0.0/16\n!\nend",
            "ip prefix-list A\nseq 10 permit 10.161.0.0/16",
            "ip prefix-list A\n   seq 10 permit 10.161.0.0/16\n   seq 20 permit 10.160.0.0/16\n!\nend\n",
            id="a prefix list is a block",
        ),
        pytest.param(
            "management api http-commands\n   no shutdown\n!\nend",
            "management api http-commands\nshutdown",
            "management api http-commands\n   shutdown\n!\nend\n",
            id="an API that is shut",
        ),
    ],
)
def test_eos_takes_a_line(before: str, lines: str, held: str) -> None:
    assert after(before, lines, EOS).replace("   !\n", "") == held.replace("   !\n", "")


@pytest.mark.parametrize(
    ("before", "lines", "said"),
    [
        ("end", "hostnam b", "% Invalid input"),
        ("interface Ethernet1\nend", "no interface Ethernet1", "% Cannot delete physical interfaces"),
        ("router bgp 65000\nend", "router bgp 65001", "% BGP is already running"),
        ("end", "interface Vlan7\nvrf A", "% VRF A does not exist"),
        (
            "interface Vlan7\n   ip address 10.160.0.1/24\nend",
            "interface Vlan8\nip address 10.160.0.2/24",
            "% Address 10.160.0.2/24 overlaps with interface Vlan7",
        ),
        (
            "ip access-list A\n   10 permit ip any any\nend",
            "ip access-list A\n10 deny ip any any",
            "% Error: Duplicate sequence number",
        ),
    ],
)
def test_eos_refuses(before: str, lines: str, said: str) -> None:
    assert refusal(before, lines, EOS)[1] == said


# ---------------------------------------------------------------------- VRP
@pytest.mark.parametrize(
    ("before", "lines", "held"),
    [
        pytest.param(" sysname a\nreturn", "sysname b", " sysname b\nreturn\n", id="a name"),
        pytest.param(
            "vlan batch 10 to 12\nreturn",
            "undo vlan batch 11\nvlan batch 7",
            " vlan batch 7 10 12\nreturn\n",
            id="VLANs",
        ),
        pytest.param(
            "acl number 3000\n rule 5 permit ip\n#\nreturn",
            "acl 3000\nrule 5 deny ip\nrule permit tcp",
            "acl number 3000\n rule 5 deny ip\n rule 10 permit tcp\n#\nreturn\n",
            id="a rule is edited in place",
        ),
        pytest.param(
            "bgp 65000\nreturn",
            "bgp 65000\npeer 192.0.2.1 as-number 65001",
            "bgp 65000\n peer 192.0.2.1 as-number 65001\n ipv4-family unicast\n  undo synchronization\n"
            "  peer 192.0.2.1 enable\n#\nreturn\n",
            id="a peer comes with its entry in the family",
        ),
        pytest.param(
            "bgp 65000\n peer 192.0.2.1 as-number 65001\n ipv4-family unicast\n  peer 192.0.2.1 enable\n#\nreturn",
            "bgp 65000\nundo peer 192.0.2.1",
            "bgp 65000\n ipv4-family unicast\n#\nreturn\n",
            id="and takes it along",
        ),
        pytest.param(
            "interface GigabitEthernet0/0/1\n shutdown\n#\nreturn",
            "interface GigabitEthernet0/0/1\nundo shutdown\nquit\nsysname b",
            "interface GigabitEthernet0/0/1\n#\n sysname b\nreturn\n",
            id="a view is left by quit",
        ),
        pytest.param(
            "route-policy a permit node 10\n apply cost 5\n#\nreturn",
            "undo route-policy a node 10",
            "return\n",
            id="node",
        ),
        pytest.param(
            "http server enable\nreturn", "undo http server enable", " undo http server enable\nreturn\n", id="shown"
        ),
    ],
)
def test_vrp_takes_a_line(before: str, lines: str, held: str) -> None:
    assert after(before, lines, VRP) == held


@pytest.mark.parametrize(
    ("before", "lines", "said"),
    [
        ("return", "sysnam b", "Error: Unrecognized command found at '^' position."),
        ("return", "no sysname", "Error: Unrecognized command found at '^' position."),
        ("return", "undo ntp-service unicast-server 192.0.2.1", "Error: The specified configuration does not exist."),
        (
            "interface LoopBack0\n description x\nreturn",
            "interface LoopBack0\nundo description x",
            "Error: Too many parameters found at '^' position.",
        ),
        ("return", "ospf 1\nnetwork 10.160.0.0 0.0.0.255", "Error: Unrecognized command found at '^' position."),
        (
            "route-policy a permit node 10\nreturn",
            "undo route-policy a permit node 10",
            "Error: Unrecognized command found at '^' position.",
        ),
        ("return", "interface Vlanif7", "Error: The VLAN does not exist."),
        ("bgp 65000\nreturn", "bgp 65000\npeer 192.0.2.1 description x", "Error: The peer does not exist."),
        (
            "bgp 65000\n peer 192.0.2.1 as-number 65001\nreturn",
            "bgp 65000\nundo peer 192.0.2.1 as-number 65001",
            "Error: Too many parameters found at '^' position.",
        ),
    ],
)
def test_vrp_refuses(before: str, lines: str, said: str) -> None:
    assert refusal(before, lines, VRP)[1] == said
