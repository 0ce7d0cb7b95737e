"""jip status: what is down, why, since when, and who else is cut off."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jipkit.errors import SelectionError, StoreError, UnknownNameError, UnreachableError
from jipkit.model import Network, Router
from jipkit.observation import NotAsked, NotParsed, Observation
from jipkit.report import Report
from jipkit.store import Sample, Store
from jipkit.testing.networks import changed, small_network
from jipkit.testing.observations import all_healthy, cut, failed
from playbooks import _status, _sweep
from playbooks._selection import UNFILTERED, Filters
from playbooks.status import status

NETWORK = small_network()
CUT = "core-1--pop-1"


@dataclass
class District:
    """A project of which the routers' answers are made by hand."""

    store: Store
    network: Network = NETWORK
    command: str = "jip"
    answers: dict[str, Any] = field(default_factory=lambda: all_healthy(NETWORK))
    asked: list[str] = field(default_factory=list)

    def ask(self, project: Any, routers: Sequence[Router], _: object, **parameters: Any) -> Mapping[str, Any]:
        assert project is self
        for router in routers:
            self.asked.append(router.key)
            parameters["advance"]()
        return {router.key: self.answers[router.key] for router in routers}

    def status(self, filters: Filters = UNFILTERED, *, stored: bool = False) -> Report:
        return status(self, filters, stored=stored)  # type: ignore[arg-type]


@pytest.fixture
def district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> District:
    made = District(Store.open(tmp_path / "jip.db"))
    monkeypatch.setattr(_sweep, "ask", made.ask)
    return made


@pytest.fixture
def cut_district(district: District) -> District:
    """The pop is cut off, and with it desa-jauh; kec-rawa has another way."""
    district.answers |= {router: failed(router, "unreachable", "no route") for router in ("pop-1", "desa-jauh")}
    cut(NETWORK, district.answers, CUT)
    cut(NETWORK, district.answers, "pop-1--kec-rawa", signal=True)
    return district


def verdicts(report: Report) -> dict[str, str]:
    return {row.values["link"]: row.values["verdict"] for row in report.rows}


def row_of(report: Report, link: str) -> Any:
    return next(row for row in report.rows if row.values["link"] == link)


def test_a_network_that_is_well_is_ok_and_has_every_link_up(district: District) -> None:
    report = district.status()

    assert report.ok
    assert set(verdicts(report).values()) == {"up", "planned"}
    assert report.notes[-1] == "7 of 7 links in service up."


def test_a_cut_is_down_and_what_lies_behind_it_is_unknown(cut_district: District) -> None:
    report = cut_district.status()

    assert not report.ok
    assert verdicts(report)[CUT] == "down"
    assert verdicts(report)["pop-1--desa-jauh"] == "unknown: upstream"
    assert verdicts(report)["core-2--kec-rawa"] == "up"


def test_the_worst_comes_first(cut_district: District) -> None:
    found = [row.values["verdict"] for row in cut_district.status().rows]

    assert found == ["down", "down", "unknown: upstream", "up", "up", "up", "up", "planned"]


def test_a_cut_names_the_offices_and_services_that_it_takes_along(cut_district: District) -> None:
    row = row_of(cut_district.status(), CUT)

    assert row.values["offices"] == ["pop-1", "desa-jauh"]
    assert row.values["services"] == ["Siskeudes"]
    assert row.shown["offices"] == "Titik Hadir 1, Desa Jauh"


def test_one_cut_is_told_once(cut_district: District) -> None:
    report = cut_district.status()

    (outage,) = report.data["outages"]
    assert outage["links"] == [CUT, "pop-1--kec-rawa"]
    assert outage["hidden_links"] == ["pop-1--desa-jauh"]
    assert sum("Cuts off" in note for note in report.notes) == 1


def test_an_office_behind_a_cut_gets_the_note_about_the_cut(cut_district: District) -> None:
    report = cut_district.status(Filters(office=["desa-jauh"]))

    assert verdicts(report) == {"pop-1--desa-jauh": "unknown: upstream"}
    assert "core-1--pop-1" in report.texts[0].heading
    assert "Desa Jauh" in report.texts[0].body


def test_the_note_says_whom_to_call_about_which_circuit(district: District) -> None:
    cut(NETWORK, district.answers, "core-2--kec-rawa")

    (note,) = district.status(Filters(link=["core-2--kec-rawa"])).texts

    assert "ISP A (rekaan), circuit ISPA-0042, no contact on record" in note.body
    assert "core-2:eth1 (10.161.0.8) - kec-rawa:ether2 (10.161.0.9)" in note.body
    assert "  core-2--kec-rawa: core-2: eth1 enabled, no signal" in note.body


def test_a_named_link_that_is_well_shows_what_its_ends_say(district: District) -> None:
    (text,) = district.status(Filters(link=[CUT])).texts

    assert "core-1--pop-1: core-1: eth1 up; OSPF neighbour 10.161.0.3 Full; ping 10.161.0.3: 0 % lost" in text.body


def test_a_sweep_of_one_link_asks_only_those_who_can_tell(district: District) -> None:
    district.status(Filters(link=[CUT]))

    assert district.asked == ["core-1", "pop-1"]


def test_a_router_that_does_not_answer_makes_its_neighbours_testify(cut_district: District) -> None:
    cut_district.status(Filters(link=["pop-1--desa-jauh"]))

    assert cut_district.asked == ["core-1", "pop-1", "desa-jauh", "kec-rawa"]


def test_a_router_that_answers_garbage_is_not_parsed(district: District) -> None:
    district.answers["dinas-sehat"] = failed("dinas-sehat", "not parsed", "garbage")

    report = district.status()

    assert not report.ok
    assert verdicts(report)["core-1--dinas-sehat"] == "not parsed"
    assert report.notes[-2] == "Not known to be up or down: 1 not parsed."


def test_a_router_that_was_too_slow_is_unreachable(district: District) -> None:
    district.answers["dinas-sehat"] = UnreachableError("dinas-sehat", "took longer than 120 s")

    row = row_of(district.status(), "core-1--dinas-sehat")

    assert row.values["verdict"] == "unconfirmed"
    assert "took longer than 120 s" in row.shown["cause"]


def test_a_link_is_as_old_as_its_state(district: District) -> None:
    first = row_of(district.status(Filters(link=[CUT])), CUT)
    again = row_of(district.status(Filters(link=[CUT])), CUT)

    assert first.values["since"] == again.values["since"]
    assert again.shown["age_s"] == "now"


def test_a_link_is_down_since_it_went_down_whatever_the_cause_is_now(district: District) -> None:
    cut(NETWORK, district.answers, CUT, signal=True)
    first = row_of(district.status(Filters(link=[CUT])), CUT)
    cut(NETWORK, district.answers, CUT)
    second = row_of(district.status(Filters(link=[CUT])), CUT)

    assert first.values["cause"]["code"] != second.values["cause"]["code"]
    assert first.values["since"] == second.values["since"]


def test_a_link_that_keeps_breaking_is_flapping_and_not_up(district: District) -> None:
    for _ in range(3):
        district.answers = all_healthy(NETWORK)
        district.status(Filters(link=[CUT]))
        cut(NETWORK, district.answers, CUT)
        district.status(Filters(link=[CUT]))
    district.answers = all_healthy(NETWORK)

    report = district.status(Filters(link=[CUT]))

    assert not report.ok
    assert verdicts(report) == {CUT: "flapping"}
    assert verdicts(district.status(Filters(link=[CUT]), stored=True)) == {CUT: "flapping"}


def test_a_router_that_could_not_be_asked_leaves_no_sample(district: District) -> None:
    unasked = NotAsked("no driver for its platform")
    district.answers["dinas-sehat"] = Observation(
        "dinas-sehat", datetime.now(UTC), None, "", unasked, unasked, unasked, unasked
    )

    row = row_of(district.status(), "core-1--dinas-sehat")

    assert (row.values["verdict"], row.shown["age_s"]) == ("never collected", "never")


def test_what_another_version_has_stored_is_no_state(district: District) -> None:
    district.store.record_samples([Sample(CUT, datetime.now(UTC), "of-the-future", {"code": "x"})])

    assert verdicts(district.status(stored=True))[CUT] == "never collected"


def test_what_is_stored_is_shown_with_its_age_and_nobody_is_asked(cut_district: District) -> None:
    cut_district.status()
    cut_district.asked.clear()

    report = cut_district.status(stored=True)

    assert cut_district.asked == []
    assert verdicts(report)[CUT] == "down"
    assert verdicts(report)["pop-1--desa-jauh"] == "unknown: upstream"
    assert row_of(report, CUT).values["offices"] == ["pop-1", "desa-jauh"]
    assert "no signal on core-1 eth1" in row_of(report, CUT).shown["cause"]


def test_a_sweep_that_takes_a_while_is_seen_now(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(project: Any, routers: Sequence[Router], task: object, **parameters: Any) -> Mapping[str, Any]:
        time.sleep(0.6)
        return district.ask(project, routers, task, **parameters)

    monkeypatch.setattr(_sweep, "ask", slowly)
    monkeypatch.setattr(_status, "CLOCKS_DIFFER_S", 0)

    assert row_of(district.status(Filters(link=[CUT])), CUT).shown["age_s"] == "now"


def test_a_clock_that_is_a_little_ahead_is_no_wrong_clock(district: District) -> None:
    ahead = datetime.now(UTC) + timedelta(seconds=30)
    district.store.record_samples([Sample(CUT, ahead, "up", {"code": "both-ends-good"})])

    row = row_of(district.status(stored=True), CUT)

    assert (row.values["age_s"], row.shown["age_s"]) == (0, "now")


def test_what_was_seen_by_a_clock_that_ran_ahead_is_not_shown_as_seen_now(district: District) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    district.store.record_samples([Sample(CUT, tomorrow, "up", {"code": "both-ends-good"})])

    row = row_of(district.status(stored=True), CUT)

    assert row.shown["age_s"] == "by a wrong clock"
    assert row.values["age_s"] < -86_000


def test_what_cannot_be_kept_is_shown_all_the_same_and_is_not_well(
    cut_district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise StoreError("store var/jip.db: the disk is full")

    monkeypatch.setattr(cut_district.store, "record_samples", full)
    down, well = cut_district.status(Filters(link=[CUT])), cut_district.status(Filters(link=["core-1--core-2"]))

    assert verdicts(down)[CUT] == "down"
    assert (row_of(down, CUT).values["since"], row_of(down, CUT).shown["age_s"]) == (None, "now")
    assert verdicts(well) == {"core-1--core-2": "up"}
    assert (down.ok, well.ok) == (False, False)
    assert well.notes[0] == "store var/jip.db: the disk is full"


def test_a_retired_link_that_is_named_is_said_to_be_left_out(district: District) -> None:
    report = district.status(Filters(link=[CUT, "pop-1--kel-lama"]))

    assert list(verdicts(report)) == [CUT]
    assert report.notes[0] == "Retired, so nobody looks at them: pop-1--kel-lama"
    assert not district.status(Filters(link=["pop-1--kel-lama"])).ok


def test_what_was_never_seen_is_never_collected(district: District) -> None:
    report = district.status(stored=True)

    assert not report.ok
    assert set(verdicts(report).values()) == {"never collected", "planned"}
    assert {row.shown["age_s"] for row in report.rows} == {"never"}


def test_a_sweep_of_one_link_leaves_the_others_never_collected(district: District) -> None:
    district.status(Filters(link=[CUT]))

    found = verdicts(district.status(stored=True))

    assert found[CUT] == "up"
    assert found["core-1--dinas-sehat"] == "never collected"


def test_a_link_that_was_taken_out_of_service_is_not_shown_as_last_seen(district: District) -> None:
    district.status()
    district.network = changed(NETWORK, "link", "core-2--kec-rawa", state="planned")

    assert verdicts(district.status(stored=True))["core-2--kec-rawa"] == "planned"


@pytest.mark.parametrize("missing", ["unreachable", "identity", "login", "not parsed"])
def test_silence_is_never_ok(district: District, missing: Any) -> None:
    district.answers["dinas-sehat"] = failed("dinas-sehat", missing)

    assert not district.status(Filters(link=["core-1--dinas-sehat"])).ok


def test_an_answer_that_nobody_understands_is_never_ok(district: District) -> None:
    garbage = NotParsed("show interface json", "not JSON", "x")
    district.answers["core-1"] = Observation("core-1", datetime.now(UTC), interfaces=garbage)

    report = district.status(Filters(link=["core-1--dinas-sehat"]))

    assert verdicts(report) == {"core-1--dinas-sehat": "not parsed"}


def test_planned_links_alone_are_not_ok_for_nothing_is_in_service(district: District) -> None:
    assert not district.status(Filters(link=["pop-1--pkm-baru"])).ok


def test_a_name_that_does_not_exist_is_refused(district: District) -> None:
    with pytest.raises(UnknownNameError, match="did you mean desa-jauh"):
        district.status(Filters(office=["desa-jauhh"]))


def test_a_selection_without_links_is_refused(district: District) -> None:
    with pytest.raises(SelectionError):
        district.status(Filters(provider="satelit", office=["dinas-sehat"]))


def test_a_report_can_be_read_by_programs(cut_district: District) -> None:
    row = next(row for row in cut_district.status().as_json()["rows"] if row["link"] == CUT)

    assert row["cause"] == {"code": "no-carrier", "arguments": {"ends": "core-1 eth1"}}
    assert row["evidence"][0] == {"router": "core-1", "code": "port-no-carrier", "arguments": {"port": "eth1"}}
    assert row["testified"] == ["core-1"]
