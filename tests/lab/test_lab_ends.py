"""Nothing of a lab is left, however it ends, and the machine's own namespaces never change."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from jipkit.errors import LabError
from jipkit.lab import Lab, enter, state
from jipkit.lab.handle import stop
from jipkit.lab.namespaces import in_network
from jipkit.testing.labs import Twin, copy_project, eventually

ROOT = Path(__file__).parents[2]
ROUTERS = ("core-1", "pop-kota")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Machine:
    """What a lab must leave as it was: devices and addresses, mounts, network namespaces with a name."""

    devices: str
    mounts: str
    rules: str
    named: tuple[str, ...]

    @classmethod
    def now(cls) -> Machine:
        return cls(
            devices=_output("ip", "-brief", "address"),
            mounts=Path("/proc/self/mounts").read_text("utf-8"),
            rules=_output("nft", "list", "ruleset"),
            named=tuple(sorted(path.name for path in Path("/run/netns").glob("*"))),
        )


@dataclass(frozen=True)
class Footprint:
    """The processes of a lab, by id and start time, and the namespaces they are in."""

    processes: frozenset[tuple[int, str]]
    namespaces: frozenset[str]

    @classmethod
    def of(cls, lab: Lab) -> Footprint:
        pids = _descendants(lab.state.holder)
        ours = set(_namespaces(os.getpid()))
        return cls(
            frozenset((pid, _started(pid)) for pid in pids),
            frozenset(name for pid in pids for name in _namespaces(pid)) - ours,
        )

    def left(self) -> list[str]:
        """Return what is still there of it."""
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        alive = [f"process {pid}" for pid, started in self.processes if started and _started(pid) == started]
        return alive + sorted({name for pid in pids for name in _namespaces(pid)} & self.namespaces)


def _output(*argv: str) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def _started(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; empty when it has ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    return ""


def _namespaces(pid: int) -> list[str]:
    found = []
    for kind in ("net", "mnt", "pid", "uts", "ipc"):
        with suppress(OSError):
            found.append(str(Path(f"/proc/{pid}/ns/{kind}").readlink()))
    return found


def _descendants(pid: int) -> set[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = (entry / "stat").read_text("utf-8").rpartition(")")[2].split()[1]
                children.setdefault(int(parent), []).append(int(entry.name))
    found, edge = {pid}, [pid]
    while edge:
        for child in children.get(edge.pop(), []):
            found.add(child)
            edge.append(child)
    return found


@dataclass(frozen=True)
class Site:
    """A project to build short-lived labs of."""

    root: Path
    name: str

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "jipkit", "-C", str(self.root), "lab", *words]

    def up(self, *options: str) -> list[str]:
        routers = [word for router in ROUTERS for word in ("--router", router)]
        return self.command("up", self.name, *routers, "--no-wait", *options)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), capture_output=True, text=True, check=False)

    def built(self, *options: str) -> Lab:
        subprocess.run(self.up(*options), capture_output=True, text=True, check=True)
        return Lab(self.name)

    def files(self) -> list[str]:
        return sorted(path.name for path in state.RUN.glob(f"{self.name}.*"))


@pytest.fixture(scope="module")
def root(_able: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(ROOT, tmp_path_factory.mktemp("project"))


@pytest.fixture
def site(root: Path) -> Iterator[Site]:
    site = Site(root, f"end-{os.getpid()}-{next(_numbers)}")
    yield site
    with suppress(LabError):
        stop(site.name)
    state.forget(site.name)


@pytest.fixture
def machine(_able: None) -> Machine:
    return Machine.now()


def down(site: Site) -> None:
    assert site.run("down", site.name).returncode == 0


def signalled(number: signal.Signals) -> Callable[[Site], None]:
    return lambda site: os.kill(Lab(site.name).state.holder, number)


ENDINGS = {
    "down": down,
    "SIGTERM to the holder": signalled(signal.SIGTERM),
    "SIGINT to the holder": signalled(signal.SIGINT),
    "SIGHUP to the holder": signalled(signal.SIGHUP),
    "SIGKILL to the holder": signalled(signal.SIGKILL),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_is_left_of_a_lab_that_ends(site: Site, machine: Machine, ending: str) -> None:
    before = Footprint.of(site.built())
    ENDINGS[ending](site)
    eventually(lambda: before.left() == [], within_s=10)
    assert Machine.now() == machine


@pytest.mark.parametrize("ending", [name for name in ENDINGS if "KILL" not in name])
def test_a_lab_that_could_end_by_itself_leaves_no_file(site: Site, ending: str) -> None:
    site.built()
    ENDINGS[ending](site)
    eventually(lambda: site.files() == [], within_s=10)


def test_down_returns_when_every_process_is_gone(site: Site) -> None:
    before = Footprint.of(site.built())
    down(site)
    assert [left for left in before.left() if left.startswith("process")] == []


def test_a_footprint_is_not_empty(site: Site) -> None:
    """The tests above would pass if nothing were ever found."""
    before = Footprint.of(site.built())
    assert (len(before.processes) > 20, len(before.namespaces) > 10, before.left() != []) == (True, True, True)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("after", ["claim", "holder"])
def test_nothing_is_left_when_the_builder_is_stopped(
    site: Site, machine: Machine, number: signal.Signals, after: str
) -> None:
    process = subprocess.Popen(site.up(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    if after == "claim":
        eventually(site.files, within_s=20, every_s=0.002)
    else:
        eventually(lambda: len(_descendants(process.pid)) > 2, within_s=20, every_s=0.002)
    started = frozenset((pid, _started(pid)) for pid in _descendants(process.pid))
    process.send_signal(number)
    process.wait(20)
    eventually(lambda: Footprint(started, frozenset()).left() == [], within_s=10)
    assert (state.is_alive(site.name), Machine.now()) == (False, machine)


def test_a_lab_ends_with_the_process_that_it_watches(site: Site) -> None:
    with subprocess.Popen(["sleep", "1000"]) as watched:
        before = Footprint.of(site.built("--watch-pid", str(watched.pid)))
        watched.kill()
        watched.wait()
        eventually(lambda: (before.left(), site.files()) == ([], []), within_s=10)


def test_a_lab_ends_when_its_time_is_over(site: Site) -> None:
    site.built("--ttl", "3")
    eventually(lambda: site.files() == [], within_s=15)


def test_a_router_that_loses_power_leaves_no_process(site: Site) -> None:
    lab = site.built()
    before = frozenset((pid, _started(pid)) for pid in _descendants(lab.pid("pop-kota")))
    lab.power_off("pop-kota")
    eventually(lambda: Footprint(before, frozenset()).left() == [], within_s=5)


def test_a_lab_that_was_killed_is_taken_over_by_the_next(site: Site) -> None:
    os.kill(site.built().state.holder, signal.SIGKILL)
    eventually(lambda: not state.is_alive(site.name), within_s=5)
    assert site.built().exec("core-1", ["hostname"]).stdout == "core-1\n"


def test_a_lab_that_was_killed_says_so(site: Site) -> None:
    os.kill(site.built().state.holder, signal.SIGKILL)
    eventually(lambda: not state.is_alive(site.name), within_s=5)
    with pytest.raises(LabError, match="is gone: its holder was killed"):
        Lab(site.name)


def test_ls_shows_a_lab_that_was_killed_until_it_is_taken_down(site: Site) -> None:
    os.kill(site.built().state.holder, signal.SIGKILL)
    eventually(lambda: not state.is_alive(site.name), within_s=5)
    shown = listed(site)
    down(site)
    assert (shown.get(site.name), listed(site).get(site.name)) == ("gone", None)


def listed(site: Site) -> dict[str, str]:
    """Return the state of every lab, as `jip lab ls` tells it."""
    return {row["name"]: row["state"] for row in json.loads(site.run("ls", "--json").stdout)["rows"]}


def test_a_second_lab_of_the_same_name_is_refused(site: Site) -> None:
    site.built()
    again = subprocess.run(site.up(), capture_output=True, text=True, check=False)
    assert (again.returncode, f"lab {site.name} is up" in again.stderr) == (1, True)


def test_a_lab_refused_leaves_the_running_one_alone(site: Site) -> None:
    lab = site.built()
    subprocess.run(site.up(), capture_output=True, check=False)
    assert lab.exec("core-1", ["hostname"]).stdout == "core-1\n"


def test_down_twice_is_well(site: Site) -> None:
    site.built()
    down(site)
    down(site)


def test_down_keeps_the_records_and_purge_removes_them(site: Site) -> None:
    var = site.built().var
    down(site)
    kept = (var / "known_hosts").exists()
    site.run("down", site.name, "--purge")
    assert (kept, var.exists()) == (True, False)


def test_a_new_lab_starts_with_empty_records(site: Site) -> None:
    lab = site.built()
    (lab.var / "jip.db").write_text("old", "utf-8")
    down(site)
    assert not (site.built().var / "jip.db").exists()


def test_two_labs_at_once_do_not_see_each_other(site: Site, root: Path) -> None:
    other = Site(root, f"{site.name}-b")
    first = site.built()
    try:
        second = other.built()
        first.exec("core-1", ["touch", "/run/of-the-first"])
        first.cut("core-1--pop-kota")
        ends = [lab.exec("core-1", ["cat", "/sys/class/net/eth2/carrier"]).stdout for lab in (first, second)]
        seen = second.exec("core-1", ["ls", "/run"]).stdout
        assert (ends, "of-the-first" in seen) == (["0\n", "1\n"], False)
    finally:
        stop(other.name)


def test_one_lab_s_end_is_not_another_s(site: Site, root: Path) -> None:
    other = Site(root, f"{site.name}-b")
    first = site.built()
    other.built()
    stop(other.name)
    assert first.exec("core-1", ["hostname"]).stdout == "core-1\n"


def test_entering_a_lab_moves_the_network_and_nothing_else(site: Site) -> None:
    lab = site.built()
    code = "import os, sys; from jipkit.lab import enter; enter(sys.argv[1]); print(os.readlink('/proc/self/ns/net'), "
    code += "os.readlink('/proc/self/ns/mnt'))"
    net, mount = _output(sys.executable, "-c", code, site.name).split()
    controller = lab.exec("controller", ["readlink", "/proc/self/ns/net"]).stdout.strip()
    assert (net, mount) == (controller, str(Path("/proc/self/ns/mnt").readlink()))


def test_this_thread_stays_where_it_is_when_another_looks_into_a_lab(site: Site) -> None:
    lab = site.built()
    before = Path("/proc/thread-self/ns/net").readlink()
    there = in_network(lab.state.network("core-1.noc"), lambda: Path("/proc/thread-self/ns/net").readlink())
    assert (there == before, Path("/proc/thread-self/ns/net").readlink()) == (False, before)


@pytest.mark.parametrize("name", ["../oki", "a/b", "", "Oki", "-x", "a" * 32, ".", "a\nb"])
def test_a_lab_cannot_have_a_name_that_is_a_way_somewhere(name: str) -> None:
    with pytest.raises(LabError, match="is no name for a lab"):
        enter(name)


def test_a_router_that_cannot_boot_leaves_nothing(site: Site, machine: Machine) -> None:
    broken = copy_project(site.root, site.root / "broken")
    (broken / "templates/frr/router.j2").write_text("{{ nothing.like.this }}\n", "utf-8")
    done = subprocess.run(Site(broken, site.name).up(), capture_output=True, text=True, check=False)
    assert (done.returncode, "router.j2:1" in done.stderr) == (2, True)
    assert (site.files(), Machine.now()) == ([], machine)


def test_a_twin_of_nothing_asks_of_what(site: Site) -> None:
    done = site.run("up", site.name)
    assert (done.returncode, "name --office or --router, or take --all" in done.stderr) == (2, True)


def test_a_lab_of_another_project_is_not_ours(site: Site, tmp_path: Path) -> None:
    site.built()
    other = Twin(copy_project(ROOT, tmp_path / "other"), Lab(site.name))
    with pytest.raises(LabError, match=r"is a twin of .*, not of this project"):
        _ = other.project.network


def test_up_ends_when_every_router_answers_and_gives_programs_what_it_built(site: Site) -> None:
    """How fast that is, bench/ measures."""
    words = [word for router in ("core-2", "kel-paku") for word in ("--router", router)]
    done = site.run("up", site.name, *words, "--router", "gateway-1", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["report"], told["name"], told["routers"]) == ("lab up", site.name, list(Lab(site.name).routers))
    assert Twin(site.root, Lab(site.name)).silent(within_s=5) == []


def test_a_process_that_does_not_run_cannot_be_watched(site: Site) -> None:
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
        done = subprocess.run(site.up("--watch-pid", str(ended.pid)), capture_output=True, text=True, check=False)
    assert (done.returncode, f"no process {ended.pid} to watch" in done.stderr, site.files()) == (1, True, [])
