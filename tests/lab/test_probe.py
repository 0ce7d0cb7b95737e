"""The probe sees a cut of two seconds in a network of the kernel, and sees none where there is none."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

import pytest

from jipkit.testing.probe import Gap, Probe, Record

CUT_S = 2.0
BOTH = {"kept": "127.0.0.2", "lost": "127.0.0.3"}


@pytest.fixture(scope="module")
def place(_able: None) -> Iterator[list[str]]:
    """What a command is put behind to run in a network of its own, where all of 127.0.0.0/8 answers."""
    argv = ["unshare", "--net", "--kill-child", "sh", "-c", "ip link set lo up && echo up && exec sleep 120"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "up\n"
        yield ["nsenter", f"--net=/proc/{process.pid}/ns/net"]
        process.kill()


@pytest.fixture(scope="module")
def cut(place: list[str]) -> Record:
    """What a probe saw while one of two addresses did not answer for two seconds."""

    def nft(rule: str) -> None:
        subprocess.run([*place, "nft", rule], check=True)

    nft("add table ip cut; add chain ip cut in { type filter hook input priority 0; }")
    with Probe(BOTH, place, every_s=0.1) as probe:
        time.sleep(1)
        nft(f"add rule ip cut in ip daddr {BOTH['lost']} drop")
        time.sleep(CUT_S)
        nft("flush chain ip cut in")
        time.sleep(1)
    return probe.record


def test_a_cut_of_two_seconds_is_seen_where_it_was(cut: Record) -> None:
    ((name, (gap,)),) = cut.lost(longer_than_s=1.5).items()
    assert name == "lost"
    assert gap.seconds == pytest.approx(CUT_S, abs=0.4)
    assert cut.began_s + 0.8 < gap.since_s < gap.until_s < cut.ended_s - 0.5


def test_no_cut_is_seen_where_there_was_none(cut: Record) -> None:
    assert cut.gaps["kept"] == ()
    assert cut.answered["kept"] == cut.rounds


def test_everybody_is_asked_several_times_a_second_at_little_cost(place: list[str]) -> None:
    everybody = {f"office-{n}": f"127.0.1.{n}" for n in range(1, 121)}
    with Probe(everybody, place, every_s=0.2) as probe:
        time.sleep(4)
    assert probe.record.lost() == {}
    assert probe.record.rounds >= 15
    assert probe.record.cpu_s < 0.8


def test_what_has_no_way_to_it_is_lost_all_the_time(place: list[str]) -> None:
    with Probe({"nowhere": "192.0.2.1"}, place) as probe:
        time.sleep(0.5)
    assert probe.record.lost() == {"nowhere": (Gap(probe.record.began_s, probe.record.ended_s),)}


def test_a_probe_that_cannot_begin_says_why(place: list[str]) -> None:
    with pytest.raises(ChildProcessError, match="Operation not permitted"), Probe(BOTH, [*place, *_nobody()]):
        pass


def _nobody() -> list[str]:
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"]
