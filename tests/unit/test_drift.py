from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from jipkit.configs import statements
from jipkit.drift import Difference, Drift, as_diff, compare
from jipkit.errors import AnswerError, ProjectError, SecretError, TemplateError
from jipkit.model import Source
from jipkit.platforms import PlatformFacts, Section
from jipkit.redaction import fill
from jipkit.rendering import Origin, Rendered
from jipkit.testing.frr_model import FrrModel

FRR = Path(__file__).parents[2] / "templates" / "frr" / "platform.yaml"
FACTS = PlatformFacts.model_validate(yaml.safe_load(FRR.read_text(encoding="utf-8")))

INTENDED = """\
frr defaults traditional
hostname r1
log syslog informational
!
ip route 10.98.0.0/16 10.200.0.1 200
!
interface eth1
 description uplink to pop-1
 ip address 10.16.1.1/30
 ip ospf area 0.0.0.0
 ip ospf authentication message-digest
 ip ospf cost 20
 ip ospf message-digest-key 1 md5 <secret:ospf/a--b/1>
exit
!
interface lo
 ip address 10.254.1.1/32
 ip ospf area 0.0.0.0
 ip ospf passive
exit
!
router bgp 65001
 bgp router-id 10.254.1.1
 no bgp default ipv4-unicast
 neighbor 10.9.9.1 remote-as 65010
 neighbor 10.9.9.1 description ISP A
 neighbor 10.9.9.1 password <secret:bgp/isp-a/1>
 !
 address-family ipv4 unicast
  network 10.16.0.0/16
  neighbor 10.9.9.1 activate
  neighbor 10.9.9.1 prefix-list ANN out
 exit-address-family
exit
!
router ospf
 ospf router-id 10.254.1.1
exit
!
access-list VTY seq 5 permit 10.16.0.0/24
access-list VTY seq 10 deny any
!
ip prefix-list ANN seq 5 permit 10.16.0.0/16
!
route-map OUT permit 10
exit
!
line vty
 access-class VTY
exit
!
end
"""
SECRETS = {"ospf/a--b/1": "hunter22", "bgp/isp-a/1": "letmein99"}
RUNNING = fill(INTENDED, SECRETS.__getitem__)
OWNED = [s.line - 1 for s in statements(INTENDED, FACTS)]


def rendered(text: str) -> Rendered:
    origins = tuple(Origin("frr/toy.j2", number) for number, _ in enumerate(text.splitlines(), 1))
    return Rendered("r1", "frr", text, origins)


def drift_of(running: str, intended: str = INTENDED) -> Drift:
    return compare(rendered(intended), running, FACTS, resolve=SECRETS.__getitem__)


def edited(*edits: tuple[str, str]) -> Drift:
    """Return the drift of `RUNNING` after replacing the first text of each edit by the second."""
    text = RUNNING
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return drift_of(text)


def kinds(drift: Drift) -> list[tuple[str, str | None, str | None]]:
    return [(d.kind, d.intended, d.running) for d in drift.differences]


def everything(drift: Drift) -> str:
    return "\n".join([repr(drift), *drift.remedy, *drift.undo])


# what is clean, and what is not


def test_a_router_that_holds_what_is_intended_is_clean() -> None:
    drift = drift_of(RUNNING)
    assert (drift.differences, drift.remedy, drift.undo, drift.coverage) == ((), (), (), 1.0)
    assert drift.clean


@pytest.mark.parametrize("number", OWNED)
def test_deleting_any_single_line_makes_it_unclean(number: int) -> None:
    lines = RUNNING.splitlines()
    del lines[number]
    assert not drift_of("\n".join(lines)).clean


@pytest.mark.parametrize("number", OWNED)
@pytest.mark.parametrize("line", [" ip address 192.0.2.1/32", "ip route 192.0.2.0/24 Null0", "agentx", " x y", "  x y"])
def test_adding_any_line_is_seen(number: int, line: str) -> None:
    lines = RUNNING.splitlines()
    lines.insert(number + 1, line)
    drift = drift_of("\n".join(lines))
    assert not drift.clean or [d.running for d in drift.differences if d.kind == "unmanaged"] == [line.strip()]


@pytest.mark.parametrize("number", [number for number in OWNED if "hostname" not in INTENDED.splitlines()[number]])
def test_changing_any_line_makes_it_unclean(number: int) -> None:
    lines = RUNNING.splitlines()
    lines[number] += "0"
    assert not drift_of("\n".join(lines)).clean


def test_a_router_by_another_name_is_another_router() -> None:
    with pytest.raises(AnswerError, match=r"^r1: that is the configuration of r10$"):
        drift_of(RUNNING.replace("hostname r1", "hostname r10"))


# the kinds of differences


def test_a_missing_line_comes_from_its_template_line() -> None:
    assert edited((" ip ospf cost 20\n", "")).differences == (
        Difference(
            "missing", ("interface eth1",), "ip ospf cost 20", None, Origin("frr/toy.j2", 12), section="interfaces"
        ),
    )


def test_an_extra_line_comes_from_the_template_line_of_its_block() -> None:
    assert edited((" ip ospf cost 20\n", " ip ospf cost 20\n ip ospf priority 0\n")).differences == (
        Difference(
            "extra", ("interface eth1",), None, "ip ospf priority 0", Origin("frr/toy.j2", 7), section="interfaces"
        ),
    )


def test_another_value_of_one_setting_is_one_change() -> None:
    assert kinds(edited(("cost 20", "cost 30"))) == [("changed", "ip ospf cost 20", "ip ospf cost 30")]


def test_another_address_is_not_a_changed_address_because_an_interface_has_many() -> None:
    assert kinds(edited(("10.16.1.1/30", "10.16.1.5/30"))) == [
        ("missing", "ip address 10.16.1.1/30", None),
        ("extra", None, "ip address 10.16.1.5/30"),
    ]


def test_a_default_that_was_turned_back_on_is_a_change() -> None:
    assert kinds(edited((" no bgp default ipv4-unicast", " bgp default ipv4-unicast"))) == [
        ("changed", "no bgp default ipv4-unicast", "bgp default ipv4-unicast")
    ]


def test_everything_in_an_extra_block_is_extra() -> None:
    assert kinds(edited(("line vty\n", "route-map X deny 5\n set metric 5\nexit\nline vty\n"))) == [
        ("extra", None, "route-map X deny 5"),
        ("extra", None, "set metric 5"),
    ]


def test_what_no_section_owns_is_unmanaged_and_counted() -> None:
    drift = edited(("line vty\n", "mpls ldp\n router-id 192.0.2.1\nexit\nline vty\n"))
    assert kinds(drift) == [("unmanaged", None, "mpls ldp"), ("unmanaged", None, "router-id 192.0.2.1")]
    assert drift.clean
    assert drift.coverage == pytest.approx(1 - 2 / (len(OWNED) + 2))
    assert drift.remedy == drift.undo == ()


def test_other_lines_of_a_merged_section_may_stay() -> None:
    merged = FACTS.model_copy(
        update={"sections": (Section(name="vty", template="x", owns=("line vty",), mode="merge"),)}
    )
    running = RUNNING.replace(" access-class VTY\n", " access-class VTY\n exec-timeout 5 0\n")
    drift = compare(rendered(INTENDED), running, merged, resolve=SECRETS.__getitem__)
    assert kinds(drift) == [("unmanaged", None, "exec-timeout 5 0")]


ORDERED = PlatformFacts(
    platform="cisco_ios",
    netmiko="cisco_ios",
    syntax="indented",
    sections=(Section(name="acl", template="x", owns=("ip access-list",)),),
    ordered=("ip access-list",),
)
ACL = "ip access-list extended A\n permit ip any host 1\n permit ip any host 2\n deny ip any any\n"


def test_order_is_compared_where_it_is_meaning() -> None:
    running = ACL.replace(" permit ip any host 1\n", "").replace("any any\n", "any any\n permit ip any host 1\n")
    drift = compare(rendered(ACL), running, ORDERED)
    assert kinds(drift) == [("misordered", "permit ip any host 1", "permit ip any host 1")]
    assert not drift.clean
    assert drift.remedy == ("no ip access-list extended A", *ACL.splitlines(), "exit")


def test_a_line_missing_from_the_middle_of_an_ordered_block_is_not_put_at_its_end() -> None:
    drift = compare(rendered(ACL), ACL.replace(" permit ip any host 2\n", ""), ORDERED)
    assert kinds(drift) == [("missing", "permit ip any host 2", None)]
    assert drift.remedy == ("no ip access-list extended A", *ACL.splitlines(), "exit")


def test_a_line_missing_from_the_end_of_an_ordered_block_is_put_there() -> None:
    drift = compare(rendered(ACL), ACL.replace(" deny ip any any\n", ""), ORDERED)
    assert drift.remedy == ("ip access-list extended A", " deny ip any any", "exit")


def test_order_is_nothing_where_it_has_no_meaning() -> None:
    drift = edited(
        (" ip ospf cost 20\n", ""),
        (" description uplink to pop-1\n", " ip ospf cost 20\n description uplink to pop-1\n"),
    )
    assert drift.differences == ()


# secrets


def test_another_secret_is_a_change_and_neither_is_shown() -> None:
    drift = edited(("hunter22", "0th3rkey"))
    assert kinds(drift) == [
        (
            "changed",
            "ip ospf message-digest-key 1 md5 <secret:ospf/a--b/1>",
            "ip ospf message-digest-key 1 md5 <secret>",
        )
    ]
    assert "hunter22" not in everything(drift)
    assert "0th3rkey" not in everything(drift)


def test_a_new_key_waits_until_the_old_one_is_gone() -> None:
    drift = edited(("hunter22", "0th3rkey"))
    assert drift.remedy == (
        "interface eth1",
        " no ip ospf message-digest-key 1",
        "exit",
        "interface eth1",
        " ip ospf message-digest-key 1 md5 <secret:ospf/a--b/1>",
        "exit",
    )


def test_an_undo_that_needs_a_secret_we_never_had_is_incomplete() -> None:
    drift = edited(("hunter22", "0th3rkey"))
    assert not drift.undo_complete
    with pytest.raises(SecretError, match="only the router knows"):
        fill("\n".join(drift.undo), SECRETS.__getitem__)


def test_a_secret_that_nobody_can_resolve_is_not_assessable() -> None:
    drift = compare(rendered(INTENDED), RUNNING, FACTS)
    assert [d.kind for d in drift.differences] == ["not assessable"] * 2
    assert drift.differences[1].running == "neighbor 10.9.9.1 password <secret>"
    assert drift.differences[1].path == ("router bgp 65001",)
    assert drift.remedy == drift.undo == ()


def test_a_secret_that_is_not_found_anywhere_is_not_assessable() -> None:
    def unknown(name: str) -> str:
        raise SecretError(name)

    drift = compare(rendered(INTENDED), RUNNING, FACTS, resolve=unknown)
    assert [d.kind for d in drift.differences] == ["not assessable"] * 2


def test_a_secret_that_was_redacted_before_we_saw_it_is_not_assessable() -> None:
    assert [d.kind for d in edited(("hunter22", "<secret>")).differences] == ["not assessable"]


def test_a_secret_of_an_extra_line_is_not_shown() -> None:
    extra = " neighbor 192.0.2.9 remote-as 1\n neighbor 192.0.2.9 password t0psecret\n !\n address"
    drift = edited((" !\n address", extra))
    assert ("extra", None, "neighbor 192.0.2.9 password <secret>") in kinds(drift)
    assert "t0psecret" not in everything(drift)


def test_a_secret_of_an_unmanaged_line_is_not_shown() -> None:
    assert "t0psecret" not in everything(edited(("line vty\n", "password t0psecret\nline vty\n")))


def test_a_template_that_puts_a_secret_where_none_is_looked_for_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"templates/frr/toy.j2:2: router r1: no pattern under `secrets`"):
        drift_of("hostname r1\n", "hostname r1\nip something <secret:a/b>\n")


# answers that are none


@pytest.mark.parametrize(
    "answer", ["", "!\n!\nend\n", "\x00\x01\x02", "% Unknown command: show running-config\n", "x" * 30_000]
)
def test_an_answer_that_is_no_configuration_is_never_clean(answer: str) -> None:
    with pytest.raises(AnswerError, match=r"^r1: "):
        drift_of(answer)


def test_more_than_can_be_compared_in_good_time_is_refused_and_keeps_nobody_waiting() -> None:
    flood = "".join(f"ip route 10.{n // 256}.{n % 256}.0/24 Null0\n" for n in range(30_000))
    with pytest.raises(AnswerError, match=r"^r1: 300\d\d statements stand in parts that are not as intended"):
        drift_of(RUNNING.replace("end\n", f"{flood}end\n"))


def test_an_answer_that_was_cut_off_is_unclean() -> None:
    assert not drift_of(RUNNING[: len(RUNNING) // 2]).clean


def test_an_answer_without_its_last_line_is_refused() -> None:
    ending = FACTS.model_copy(update={"last_line": "end"})
    with pytest.raises(AnswerError, match=r"^r1: its running configuration is none: its last line .* cut short"):
        compare(rendered(INTENDED), RUNNING.removesuffix("end\n"), ending, resolve=SECRETS.__getitem__)


def test_an_empty_intended_configuration_is_refused() -> None:
    with pytest.raises(TemplateError, match="router r1: the rendered configuration holds no statement"):
        drift_of(RUNNING, "!\n")


# a drift, shown


def test_a_diff_says_which_side_is_which_and_where_each_line_comes_from() -> None:
    drift = edited(
        ("cost 20", "cost 30"),
        (" ip ospf authentication message-digest\n", " ip ospf priority 0\n"),
        ("line vty\n", "mpls ldp\nexit\nline vty\n"),
        ("hunter22", "<secret>"),
    )
    assert (
        as_diff(drift)
        == """\
- on the router, + in the template
? a secret that could not be compared
~ on the router, in no template

  interface eth1
+  ip ospf authentication message-digest  # templates/frr/toy.j2:11
-  ip ospf cost 30
+  ip ospf cost 20  # templates/frr/toy.j2:12
-  ip ospf priority 0  # templates/frr/toy.j2:7
?  ip ospf message-digest-key 1 md5 <secret:ospf/a--b/1>  # templates/frr/toy.j2:13
~ mpls ldp
"""
    )


def test_a_diff_shows_a_new_block_once_with_what_stands_in_it() -> None:
    assert (
        as_diff(edited(("line vty\n access-class VTY\nexit\n", "")))
        == """\
- on the router, + in the template

+ line vty  # templates/frr/toy.j2:48
+  access-class VTY  # templates/frr/toy.j2:49
"""
    )


def test_a_diff_shows_parents_again_when_it_comes_back_to_them() -> None:
    inside = ("  neighbor 10.9.9.1 prefix-list ANN out\n", "")
    assert (
        as_diff(edited(inside, ("router-id 10.254.1.1\nexit\n!\nacc", "router-id 10.254.1.2\nexit\n!\nacc")))
        == """\
- on the router, + in the template

  router bgp 65001
   address-family ipv4 unicast
+   neighbor 10.9.9.1 prefix-list ANN out  # templates/frr/toy.j2:32
  router ospf
-  ospf router-id 10.254.1.2
+  ospf router-id 10.254.1.1  # templates/frr/toy.j2:37
"""
    )


def test_what_stands_in_another_order_is_marked() -> None:
    running = ACL.replace(" permit ip any host 1\n", "").replace("any any\n", "any any\n permit ip any host 1\n")
    assert "!  permit ip any host 1  # templates/frr/toy.j2:2" in as_diff(compare(rendered(ACL), running, ORDERED))


def test_a_diff_names_the_place_in_the_inventory_too() -> None:
    text = rendered(INTENDED)
    sources = (Source("link", "a--b", "cost"), Source("router", "r1"), Source("link", "a--b", "cost"))
    origins = [replace(origin, sources=sources if origin.line == 12 else ()) for origin in text.origins]
    running = RUNNING.replace("cost 20", "cost 30")
    drift = compare(replace(text, origins=tuple(origins)), running, FACTS, resolve=SECRETS.__getitem__)
    places = {"link": "inventory/links.yaml:4"}
    shown = as_diff(drift, lambda source: places.get(source.noun))
    assert "+  ip ospf cost 20  # templates/frr/toy.j2:12, inventory/links.yaml:4\n" in shown


def test_a_platform_that_cannot_be_compared_is_never_clean() -> None:
    unknown = ORDERED.model_copy(update={"syntax": None})
    with pytest.raises(ProjectError, match="configurations of platform cisco_ios cannot be compared yet"):
        compare(rendered(ACL), ACL, unknown)


def test_nothing_is_shown_of_no_difference() -> None:
    assert as_diff(drift_of(RUNNING)) == ""


# remedies


@pytest.mark.parametrize(
    ("edits", "remedy"),
    [
        pytest.param([("cost 20", "cost 30")], ["interface eth1", " ip ospf cost 20", "exit"], id="one setting"),
        pytest.param(
            [("10.16.1.1/30", "10.16.1.5/30")],
            [
                "interface eth1",
                " no ip address 10.16.1.5/30",
                "exit",
                "interface eth1",
                " ip address 10.16.1.1/30",
                "exit",
            ],
            id="renumbered",
        ),
        pytest.param(
            [(" ip ospf cost 20\n", " ip ospf cost 20\n shutdown\n")],
            ["interface eth1", " no shutdown", "exit"],
            id="shut by hand",
        ),
        pytest.param(
            [("line vty\n", "interface eth7\n description x\n shutdown\nexit\nline vty\n")],
            ["interface eth7", " no description", " no shutdown", "exit"],
            id="an interface is emptied, not removed",
        ),
        pytest.param(
            [("seq 5 permit 10.16.0.0/16", "seq 5 permit 10.16.0.0/15")],
            ["ip prefix-list ANN seq 5 permit 10.16.0.0/16"],
            id="an entry of a list",
        ),
        pytest.param(
            [("seq 5 permit 10.16.0.0/16", "seq 7 permit 10.16.0.0/16")],
            ["no ip prefix-list ANN seq 7 permit 10.16.0.0/16", "ip prefix-list ANN seq 5 permit 10.16.0.0/16"],
            id="an entry under another number",
        ),
        pytest.param(
            [("10.200.0.1 200", "10.200.0.1 210")], ["ip route 10.98.0.0/16 10.200.0.1 200"], id="distance of a route"
        ),
        pytest.param(
            [(" !\n address", " neighbor 192.0.2.9 remote-as 1\n neighbor 192.0.2.9 description x\n !\n address")],
            ["router bgp 65001", " no neighbor 192.0.2.9 remote-as 1", "exit"],
            id="a neighbor goes with all that is said of it",
        ),
        pytest.param(
            [(" no bgp default ipv4-unicast\n", "")],
            ["router bgp 65001", " no bgp default ipv4-unicast", "exit"],
            id="a negative statement",
        ),
        pytest.param(
            [("prefix-list ANN out", "prefix-list ALL out")],
            [
                "router bgp 65001",
                " address-family ipv4 unicast",
                "  neighbor 10.9.9.1 prefix-list ANN out",
                " exit",
                "exit",
            ],
            id="deep inside",
        ),
        pytest.param([("route-map OUT permit 10\nexit\n", "")], ["route-map OUT permit 10", "exit"], id="empty block"),
        pytest.param(
            [(" access-class VTY\n", " access-class VTY\n exec-timeout 3 0\n")],
            ["line vty", " exec-timeout 10 0", "exit"],
            id="what no takes back is set to its default",
        ),
        pytest.param(
            [("area 0.0.0.0\n ip ospf auth", "area 0.0.0.9\n ip ospf auth")],
            [
                *("interface eth1", " no ip ospf area 0.0.0.9", "exit"),
                *("interface eth1", " ip ospf area 0.0.0.0", "exit"),
            ],
            id="an area is left before another is entered",
        ),
    ],
)
def test_remedies_are_what_an_engineer_would_type(edits: list[tuple[str, str]], remedy: list[str]) -> None:
    assert edited(*edits).remedy == tuple(remedy)


def test_another_as_takes_the_old_instance_away_first() -> None:
    remedy = edited(("router bgp 65001", "router bgp 65002")).remedy
    assert remedy[:2] == ("no router bgp 65002", "router bgp 65001")


def test_lists_come_before_what_refers_to_them_and_go_after_it() -> None:
    gone = edited(
        ("ip prefix-list ANN seq 5 permit 10.16.0.0/16\n", ""), ("  neighbor 10.9.9.1 prefix-list ANN out\n", "")
    )
    assert gone.remedy[0] == "ip prefix-list ANN seq 5 permit 10.16.0.0/16"
    assert gone.undo[-1] == "no ip prefix-list ANN seq 5 permit 10.16.0.0/16"


# laws, in a model of FRR that shares nothing with the generator of remedies

OURS = FACTS.model_copy(update={"sections": (Section(name="all", template="all.j2", owns=("",)),)})


def some(*lines: str, most: int | None = None) -> st.SearchStrategy[list[str]]:
    """Return a strategy for some of ``lines``, one value for each setting that is written ``setting|value``."""
    grouped = [list(group) for _, group in itertools.groupby(lines, key=lambda line: line.partition("|")[0])]
    picked = st.tuples(*(st.none() | st.sampled_from(group) for group in grouped))
    return picked.map(lambda found: [line.replace("|", "") for line in found if line][:most])


def block(head: str, inside: st.SearchStrategy[list[str]], *, empty: bool = False) -> st.SearchStrategy[list[str]]:
    return inside.map(lambda lines: [head, *(f" {line}" for line in lines), "exit"] if lines or empty else [])


def interface(name: str) -> st.SearchStrategy[list[str]]:
    return block(
        f"interface {name}",
        some(
            *("description |to pop-1", "description |to pop-2", "ip address 10.1.0.1/30", "ip address 10.1.0.5/30"),
            *("ip address 10.1.0.9/30", "ip ospf area |0.0.0.0", "ip ospf area |0.0.0.1", "ip ospf cost |20"),
            *("ip ospf cost |30", "ip ospf message-digest-key 1 md5 |one", "ip ospf message-digest-key 2 md5 |one"),
            *("ip ospf network |point-to-point", "ip ospf passive", "shutdown"),
        ),
    )


@st.composite
def bgp(draw: st.DrawFn) -> list[str]:
    number = draw(st.sampled_from(["65001", "65002"]))
    head = ["no bgp default ipv4-unicast", *draw(some("bgp router-id |10.0.0.1", "bgp router-id |10.0.0.2"))]
    neighbors, family = list[str](), draw(some("network 10.1.0.0/16", "network 10.2.0.0/16", "redistribute connected"))
    for address in draw(st.sets(st.sampled_from(["10.9.9.1", "10.9.9.2"]))):
        said = some("remote-as 65010", "description |ISP A", "description |ISP B", "password |one", "timers 10 30")
        said_of = draw(said.map(lambda lines: [line for line in lines if line != "remote-as 65010"]))
        remote = draw(st.sampled_from(["remote-as 65010", "remote-as 65011"]))
        neighbors += [f"neighbor {address} {line}" for line in [remote, *said_of]]
        inside = draw(
            some("activate", "prefix-list |A out", "prefix-list |B out", "maximum-prefix |10", "maximum-prefix |20")
        )
        family += [f"neighbor {address} {line}" for line in inside]
    lines = [*head, *neighbors]
    nested = (
        [" address-family ipv4 unicast", *(f"  {line}" for line in family), " exit-address-family"] if family else []
    )
    return [f"router bgp {number}", *(f" {line}" for line in lines), *nested, "exit"]


CONFIGS = st.tuples(
    some("log syslog |informational", "log syslog |warnings"),
    some("ip route 10.3.0.0/16 10.1.0.2 |200", "ip route 10.3.0.0/16 10.1.0.2 |210", "ip route 10.3.0.0/16 10.1.0.6"),
    interface("eth1"),
    interface("eth2"),
    st.just([]) | bgp(),
    block(
        "router ospf", some("ospf router-id |10.0.0.1", "ospf router-id |10.0.0.2", "redistribute static"), empty=True
    ),
    some(
        "access-list V seq 5 |permit 10.1.0.0/16",
        "access-list V seq 5 |deny 10.1.0.0/16",
        "access-list V seq 10 permit any",
    ),
    some(
        "ip prefix-list A seq 5 permit |any",
        "ip prefix-list A seq 5 permit |10.0.0.0/8",
        "ip prefix-list B seq 5 deny any",
    ),
    block(
        "route-map R permit 10", some("set metric |5", "set metric |6", "description |x", "description |y"), empty=True
    ),
    st.just([])
    | block(
        "route-map R deny 20", some("match ip address prefix-list |A", "match ip address prefix-list |B"), empty=True
    ),
    block("line vty", some("access-class |V", "access-class |W", "exec-timeout |5 0", "exec-timeout |6 0")),
).map(lambda parts: "\n".join(["hostname r1", *itertools.chain.from_iterable(parts), "end", ""]))


@settings(max_examples=40, deadline=None)
@given(CONFIGS)
def test_a_configuration_does_not_differ_from_itself(text: str) -> None:
    drift = compare(rendered(text), FrrModel(text).text(), OURS)
    assert (drift.differences, drift.remedy, drift.undo, drift.coverage) == ((), (), (), 1.0)


@settings(max_examples=60, deadline=None)
@given(CONFIGS, CONFIGS)
def test_the_remedy_makes_it_right_and_the_undo_makes_it_as_it_was(intended: str, running: str) -> None:
    router = FrrModel(running)
    drift = compare(rendered(intended), router.text(), OURS)
    router.take(line.replace("<secret>", "one") for line in drift.remedy)
    assert router.config == FrrModel(intended).config
    assert compare(rendered(intended), router.text(), OURS).clean
    router.take(line.replace("<secret>", "one") for line in drift.undo)
    assert router.config == FrrModel(running).config
    assert compare(rendered(running), router.text(), OURS).clean


@settings(max_examples=40, deadline=None)
@given(CONFIGS, CONFIGS)
def test_no_difference_no_remedy(intended: str, running: str) -> None:
    drift = compare(rendered(intended), running, OURS)
    assert bool(drift.remedy) is not drift.clean


NOISE = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(RUNNING.splitlines()),
        st.builds("{} {}".format, st.sampled_from(["no", "exit", " no", "interface", "  x"]), st.text(max_size=9)),
    ),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(NOISE, st.integers(0, len(OWNED)))
def test_any_answer_is_compared_or_refused(lines: list[str], at: int) -> None:
    known = RUNNING.splitlines()
    try:
        drift = drift_of("\n".join(known[:at] + lines + known[at:]))
    except AnswerError:
        return
    assert 0 <= drift.coverage <= 1
    as_diff(drift)


PLACES = [
    "interface eth1\n ip ospf message-digest-key 1 md5 {}\n",
    "interface eth9\n ip ospf message-digest-key 7 md5 {}\n",
    "router bgp 65001\n neighbor 10.9.9.1 password {}\n",
    "router bgp 65009\n neighbor 192.0.2.1 password {}\n",
    "password {}\n",
    "enable password 8 {}\n",
    "key chain x\n key 1\n  key-string {}\n",
]


@settings(max_examples=60, deadline=None)
@given(st.text("abcdefghijkXYZ0123456789.$/+-", min_size=9, max_size=16), st.sampled_from(PLACES), st.booleans())
def test_no_secret_is_in_any_output(value: str, place: str, known: bool) -> None:
    def resolve(name: str) -> str:
        return value if known else SECRETS[name]

    running = RUNNING.replace("hunter22", "").replace(" password letmein99", " description x")
    running = running.replace("end\n", f"{place.format(value)}end\n")
    drift = compare(rendered(INTENDED), running, FACTS, resolve=resolve)
    assert value not in everything(drift)
    assert value not in as_diff(drift)
