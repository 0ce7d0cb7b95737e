"""Provisioning on real routers: what is planned comes into service, and nobody is ever locked out."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Self

import pytest

from jipkit.testing.labs import Twin, eventually

TWELVE = (
    "core-1", "core-2", "gateway-1", "pop-kota", "pop-perkantoran", "pop-pampangan", "kec-kayu-agung", "kec-pampangan",
    "kel-paku", "inspektorat", "setwan", "desa-sungai-lumpur", "pkm-celikah",
)  # fmt: skip
INTERFACES = "templates/frr/interfaces.j2"
TIMER_S = 20


def answer(twin: Twin, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Return what ``jip ... --json`` says; it has to leave with ``code``."""
    done = twin.jip(*arguments, "--json")
    assert done.returncode == code, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def verdict(twin: Twin, link: str) -> str:
    done = twin.jip("status", "--link", link, "--json")
    return str(next(row["verdict"] for row in json.loads(done.stdout)["rows"] if row["link"] == link))


def rows_by_router(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["router"]: row for row in report["rows"]}


# ------------------------------------------------------------------ a planned office


@pytest.fixture(scope="module")
def district(new_twin: Callable[..., Twin]) -> Twin:
    return new_twin(*TWELVE)


@pytest.fixture(scope="module")
def provisioned(district: Twin) -> dict[str, Any]:
    """What is said before, while and after pkm-celikah is taken into service."""
    before = verdict(district, "pop-kota--pkm-celikah")
    dry = answer(district, "provision", "pkm-celikah")
    untouched = district.lab.truth("pop-kota")
    committed = answer(district, "provision", "pkm-celikah", "--commit", "--timer", "60")
    return {"before": before, "dry": dry, "untouched": untouched, "committed": committed}


def test_a_planned_link_is_planned_until_its_office_is_provisioned(provisioned: dict[str, Any]) -> None:
    assert provisioned["before"] == "planned"


def test_without_commit_every_changed_line_is_shown_with_its_origin(provisioned: dict[str, Any]) -> None:
    shown = next(text["body"] for text in provisioned["dry"]["texts"] if text["heading"] == "pop-kota")
    changes = [line for line in shown.splitlines() if line.startswith("+ ") and not line.startswith("+++")]
    assert provisioned["dry"]["changed"] is False
    assert changes
    assert all("templates/frr/" in line for line in changes)


@pytest.mark.covers("change", "frr")
def test_with_commit_both_routers_hold_all_of_it(provisioned: dict[str, Any]) -> None:
    holds = {router: row["holds"] for router, row in rows_by_router(provisioned["committed"]).items()}
    assert holds == {"pop-kota": "all", "pkm-celikah": "all"}


def test_a_provisioned_link_is_up_seen_from_both_ends(district: Twin, provisioned: dict[str, Any]) -> None:
    assert provisioned["committed"]["ok"]
    report = answer(district, "status", "--link", "pop-kota--pkm-celikah")
    row = report["rows"][0]
    assert row["verdict"] == "up"
    neighbours = {r: district.lab.vtysh(r, "show ip ospf neighbor") for r in ("pop-kota", "pkm-celikah")}
    assert "10.161.11.43" in neighbours["pop-kota"]
    assert "10.161.11.42" in neighbours["pkm-celikah"]


def test_a_provisioned_office_audits_clean_with_nearly_all_lines_covered(
    district: Twin, provisioned: dict[str, Any]
) -> None:
    assert provisioned["committed"]["ok"]
    report = answer(district, "audit", "--router", "pop-kota", "--router", "pkm-celikah")
    rows = rows_by_router(report)
    assert {row["result"] for row in rows.values()} == {"clean"}
    assert min(row["coverage_percent"] for row in rows.values()) >= 98


def test_a_provisioned_router_has_saved_what_it_runs(district: Twin, provisioned: dict[str, Any]) -> None:
    assert provisioned["committed"]["ok"]
    assert "10.161.11.43/31" in district.lab.truth("pkm-celikah").saved


def test_a_second_run_changes_nothing_and_says_so(district: Twin, provisioned: dict[str, Any]) -> None:
    assert provisioned["committed"]["ok"]
    before = district.lab.truth("pop-kota")
    report = answer(district, "provision", "pkm-celikah", "--commit")
    assert report["changed"] is False
    assert any("Nothing to change" in note for note in report["notes"])
    assert district.lab.truth("pop-kota") == before


def test_a_twin_leaves_the_districts_inventory_alone(district: Twin, provisioned: dict[str, Any]) -> None:
    assert provisioned["committed"]["ok"]
    assert district.project.district.link("pop-kota--pkm-celikah").state == "planned"
    assert district.project.network.link("pop-kota--pkm-celikah").state == "active"


# ------------------------------------------------------------------ changes that cut their own path


@pytest.fixture(scope="module")
def _office(new_twin: Callable[..., Twin]) -> Twin:
    return new_twin("core-1", "core-2", "pop-kota", "kel-paku")


@pytest.fixture
def office(_office: Twin) -> Iterator[Twin]:
    """A twin whose files may be edited: they are put back, and the routers with them."""
    files = [p for room in ("inventory", "templates") for p in (_office.root / room).rglob("*") if p.is_file()]
    kept = {path: path.read_bytes() for path in files}
    truth = {router: _office.lab.truth(router) for router in _office.lab.routers}
    yield _office
    for path, content in kept.items():
        path.write_bytes(content)
    shutil.rmtree(_office.project.var / "plans", ignore_errors=True)
    for router, was in truth.items():
        if _office.lab.truth(router).running != was.running:
            done = _office.jip("provision", "kel-paku", "--commit", "--timer", str(TIMER_S * 3))
            assert done.returncode == 0, done.stdout + done.stderr
            break


def want(twin: Twin, link: str, old: str, new: str) -> None:
    """Change what the inventory says of a link that stands on one line."""
    path = twin.root / "inventory/links.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = [line.replace(old, new) if line.startswith(f"{link}:") else line for line in lines]
    assert changed != lines
    path.write_text("".join(changed), encoding="utf-8")


def spoil(twin: Twin, what: str) -> None:
    """Make the template wrong for the uplink of kel-paku: what an engineer's slip would do."""
    path = twin.root / INTERFACES
    text = path.read_text(encoding="utf-8")
    uplink = '{% if router.hostname == "kel-paku" and interface.name == "ether1" %}'
    address = " ip address {{ interface.address }}\n"
    edits = {
        "removes the address": (address, f"{uplink}{{% else %}}\n{address}{{% endif %}}\n"),
        "renumbers it": (address, f"{uplink}\n ip address 10.161.99.9/31\n{{% else %}}\n{address}{{% endif %}}\n"),
        "shuts the port": (
            "{% if interface.shut %}\n",
            f"{uplink}\n shutdown\n{{% endif %}}\n{{% if interface.shut %}}\n",
        ),
    }
    old, new = edits[what]
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("what", ["removes the address", "renumbers it", "shuts the port"])
def test_a_change_that_cuts_its_own_path_takes_itself_back_exactly(office: Twin, what: str) -> None:
    before = office.lab.truth("kel-paku")
    spoil(office, what)
    report = answer(office, "provision", "kel-paku", "--commit", "--timer", str(TIMER_S), code=1)
    row = rows_by_router(report)["kel-paku"]
    assert row["step"] == "check"
    assert row["holds"] == "reverted"
    assert any("kel-paku" in note and "check" in note for note in report["notes"])
    assert eventually(lambda: office.lab.truth("kel-paku") == before, within_s=20)


def test_a_controller_killed_right_after_the_apply_leaves_the_router_as_it_was(office: Twin) -> None:
    before = office.lab.truth("kel-paku")
    spoil(office, "shuts the port")
    argv = [sys.executable, "-m", "jipkit", "-C", str(office.root), "--lab", office.name]
    process = subprocess.Popen(
        [*argv, "provision", "kel-paku", "--commit", "--timer", str(TIMER_S)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: " shutdown" in _uplink(office), within_s=30, every_s=0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    eventually(lambda: office.lab.truth("kel-paku") == before, within_s=TIMER_S + 30)
    eventually(lambda: office.silent(1) == [], within_s=30)
    row = rows_by_router(answer(office, "recover"))["kel-paku"]
    assert row["holds"] == "reverted"
    assert answer(office, "recover")["rows"] == []


def _uplink(twin: Twin) -> str:
    running = twin.lab.vtysh("kel-paku", "show running-config no-header")
    return running.partition("interface ether1\n")[2].partition("exit\n")[0]


# ------------------------------------------------------------------ hands on the routers


def test_a_line_changed_by_hand_after_the_dry_run_stops_the_commit_and_is_named(office: Twin) -> None:
    want(office, "pop-kota--kel-paku", "cost: 20", "cost: 25")
    answer(office, "provision", "kel-paku")
    office.lab.vtysh("kel-paku", "configure terminal", "interface ether1", "ip ospf cost 77")
    before = office.lab.truth("kel-paku")
    report = answer(office, "provision", "kel-paku", "--commit", code=1)
    assert "ip ospf cost 77" in report["error"]["message"]
    assert report["error"]["router"] == "kel-paku"
    assert office.lab.truth("kel-paku") == before
    office.lab.vtysh("kel-paku", "configure terminal", "interface ether1", "ip ospf cost 20")


def test_a_hand_edit_appears_in_the_audit_and_its_remedy_makes_it_clean(office: Twin) -> None:
    office.lab.vtysh("kel-paku", "configure terminal", "interface ether1", "ip ospf cost 77")
    report = answer(office, "audit", "--router", "kel-paku", code=1)
    row = rows_by_router(report)["kel-paku"]
    finding = next(f for f in row["findings"] if f["running"] == "ip ospf cost 77")
    assert finding["template"].startswith("templates/frr/interfaces.j2:")
    office.lab.exec(
        "kel-paku", ["sh", "-c", "cat > /tmp/remedy && vtysh -f /tmp/remedy"], stdin="\n".join(row["remedy"])
    )
    assert rows_by_router(answer(office, "audit", "--router", "kel-paku"))["kel-paku"]["result"] == "clean"


def test_two_commits_on_one_router_at_once_are_one_commit_and_one_refusal(office: Twin) -> None:
    want(office, "pop-kota--kel-paku", "cost: 20", "cost: 25")
    argv = [sys.executable, "-m", "jipkit", "-C", str(office.root), "--lab", office.name, "provision", "kel-paku"]
    both = [
        subprocess.Popen(
            [*argv, "--commit", "--timer", "60"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate() for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert any("at work on" in err or "is held by" in err for _, err in said)


# ------------------------------------------------------------------ both ends at once


def test_a_new_key_on_a_link_in_service_never_loses_the_far_router_for_longer_than_the_timer(office: Twin) -> None:
    want(office, "pop-kota--kel-paku", "cost: 20", "cost: 20, key_id: 2")
    timer_s = 60
    with Probe(office, "kel-paku") as probe:
        report = answer(office, "provision", "kel-paku", "--commit", "--timer", str(timer_s))
    assert {row["holds"] for row in report["rows"]} == {"all"}
    assert probe.answers > 10
    assert probe.longest_gap_s < timer_s
    assert verdict(office, "pop-kota--kel-paku") == "up"
    for router in ("pop-kota", "kel-paku"):
        assert "message-digest-key 2 md5" in office.lab.truth(router).saved


class Probe:
    """Pings a router from the controller, and remembers the longest time without an answer."""

    def __init__(self, twin: Twin, router: str) -> None:
        self._command = twin.lab.console(
            "controller", ["ping", "-n", "-q", "-c", "1", "-W", "1", str(twin.project.network.router(router).address)]
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.answers = 0
        self.longest_gap_s = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        last = time.monotonic()
        while not self._stop.is_set():
            if subprocess.run(self._command, capture_output=True, check=False).returncode == 0:
                self.answers += 1
                last = time.monotonic()
            self.longest_gap_s = max(self.longest_gap_s, time.monotonic() - last)
            self._stop.wait(0.2)
