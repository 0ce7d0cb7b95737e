"""Who or what is not as it should be is refused, and then nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jipkit.lab.keys import KeyPair
from jipkit.testing.labs import Twin
from tests.lab.matrix.district import Deed, District, Point
from tests.lab.test_provision import INTERFACES

FAR = "kel-paku"


def add(twin: Twin, lines: str, router: str = FAR) -> None:
    """Let the templates write more lines for one router."""
    path = twin.root / INTERFACES
    more = f'{{% if router.hostname == "{router}" %}}\n{lines}{{% endif %}}\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")


@pytest.mark.matrix(
    "a line that the device refuses",
    "found by its grammar in the dry run or by a daemon when it is applied: exactly as before, and the line is named",
)
@pytest.mark.parametrize(
    ("lines", "step"),
    [
        pytest.param(
            "router bgp 65001\n neighbor NOSUCH remote-as 65002\n", "apply", id="a daemon", marks=pytest.mark.long
        ),
        pytest.param("ip nonsense 192.0.2.0/24\n", "dry-run", id="the grammar"),
    ],
)
def test_a_line_is_refused(district: District, lines: str, step: str) -> None:
    add(district.twin, lines)
    done = district.apply(district.plan(FAR)).finish()
    district.recovered()
    held = district.proven()
    assert (done.code, done.rows[FAR]["step"], set(held.values())) == (1, step, {"before"})
    assert any(word in done.rows[FAR]["detail"] for word in ("NOSUCH", "ip nonsense 192.0.2.0/24"))
    district.whole(done, held)


@pytest.mark.matrix(
    "hand edit in a section that the change touches",
    "a cost set by hand between plan and apply: the router is refused, the edit is named and kept",
)
def test_a_hand_edit_in_a_touched_section(district: District) -> None:
    file = district.plan(FAR)
    district.twin.lab.vtysh(FAR, "configure terminal", "interface ether1", "ip ospf cost 77")
    edited = district.truths([FAR])
    done = district.apply(file).finish()
    assert (done.code, done.rows[FAR]["step"], done.touched()) == (1, "guard", set())
    assert "ip ospf cost 77" in done.rows[FAR]["detail"]
    held = district.proven(edited=edited)
    assert set(held.values()) == {"before"}
    district.whole(done, held)


@pytest.mark.matrix(
    "hand edit in a section that the change does not touch",
    "a static route set by hand between plan and apply: the change is made all the same, the route is kept, and the "
    "look afterwards names it",
)
def test_a_hand_edit_in_an_untouched_section(district: District) -> None:
    route = "ip route 192.0.2.0/24 blackhole"
    file = district.plan(FAR)
    district.twin.lab.vtysh(FAR, "configure terminal", route)
    done = district.apply(file).finish()
    assert (done.rows[FAR]["step"], done.rows[FAR]["holds"]) == ("confirm", "all"), done.said
    assert any(route in note for note in done.said["notes"])
    (now,) = district.truths([FAR]).values()
    assert (route in now.running, route in now.saved, any("192.0.2.0/24" in one for one in now.routes)) == (True,) * 3
    district.twin.lab.vtysh(FAR, "configure terminal", f"no {route}", "end", "write memory")
    held = district.proven()
    assert {router for router, state in held.items() if state == "intended"} == {FAR}
    district.whole(done, held)


def sshd_logs(twin: Twin, router: str) -> None:
    """Let a router's SSH server take passwords, and write down who was refused."""
    twin.lab.kill_sshd(router)
    options = ("PasswordAuthentication=yes", "LogLevel=VERBOSE")
    argv = ["/usr/sbin/sshd", "-E", "/run/sshd.log", *(word for option in options for word in ("-o", option))]
    twin.lab.exec(router, argv)


def refusals(twin: Twin, router: str) -> int:
    log = twin.lab.exec(router, ["cat", "/run/sshd.log"]).stdout
    return log.count("Failed password for ")


@pytest.fixture
def wrong_login(district: District) -> Iterator[None]:
    """What we log in with is not what the routers want."""
    path = district.twin.lab.var / "controller_key"
    kept = path.read_bytes()
    yield
    path.write_bytes(kept)
    for router in district.in_service:
        district.twin.lab.kill_sshd(router)
        district.twin.lab.start_sshd(router)


@pytest.mark.usefixtures("wrong_login")
@pytest.mark.matrix(
    "wrong password",
    "key and password are refused: nothing is touched, and no router is asked more than twice",
)
def test_a_wrong_password(district: District) -> None:
    file = district.plan()
    for router in district.in_service:
        sshd_logs(district.twin, router)
    path = district.twin.lab.var / "controller_key"
    path.write_text(KeyPair.new().private, "utf-8")
    path.chmod(0o600)
    kept = path.read_bytes()
    done = district.apply(file, "--max-failures", "0").finish()
    asked = {router: refusals(district.twin, router) for router in district.in_service}
    assert (done.code, done.touched(), path.read_bytes()) == (1, set(), kept)
    assert 1 <= max(asked.values()) <= 2, asked


@pytest.mark.matrix(
    "changed host key",
    "a router shows another key than the pinned one, between plan and apply or after the change: nothing is sent to "
    "it, and what was not confirmed it takes back by its timer",
)
@pytest.mark.parametrize("at", ["before apply", pytest.param("after the change", marks=pytest.mark.long)])
def test_another_host_key(district: District, at: str) -> None:
    file = district.plan(FAR)
    deeds: dict[Point, Deed] = {}
    if at == "before apply":
        district.twin.lab.new_host_key(FAR)
    else:
        deeds[Point("after", "write", FAR)] = lambda _run: district.twin.lab.new_host_key(FAR)
    done = district.apply(file, deeds=deeds).finish()
    district.twin.lab.first_host_key(FAR)
    district.recovered()
    held = district.proven()
    assert (done.code, set(held.values())) == (1, {"before"})
    district.whole(done, held)


@pytest.mark.matrix(
    "two engineers at once",
    "a second rollout while one goes on is refused and told by whom; the first goes through, and the routers are "
    "changed once",
)
def test_two_engineers(district: District) -> None:
    file = district.plan(FAR)
    second: list[tuple[int, str]] = []

    def intrude(_run: object) -> None:
        done = district.twin.jip("apply", str(file), "--emergency", "uji")
        second.append((done.returncode, done.stderr))

    done = district.apply(file, deeds={Point("after", "write", FAR): intrude}).finish()
    held = district.proven()
    assert (done.code, {router for router, state in held.items() if state == "intended"}) == (0, {FAR})
    assert second[0][0] == 1
    assert "jip" in second[0][1]
    district.whole(done, held)
