"""In the pseudo language every word that people read is in brackets: one outside is data, syntax, or was forgotten."""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from napalm.base.exceptions import CommandTimeoutException

from jipkit import cli, commands, console, language, model, trust
from jipkit.errors import LoginError, RouterError, UnreachableError
from jipkit.hostkeys import HostKey
from jipkit.lab.commands import app as lab_app
from jipkit.language import LANGUAGES, PSEUDO, use_language
from jipkit.playbook import Group, Playbook, discover
from jipkit.project import Project
from jipkit.provisioning import activated, planned_in
from jipkit.reasons import because
from jipkit.store.process import user
from jipkit.testing.inventories import project_of
from jipkit.testing.networks import changed, keyed, small_network
from jipkit.testing.simulation import Simulation, boot_text, simulation
from jipkit.transport import Login
from jipkit.transport.failures import changed_key, revoked_key, unknown_key
from tests.playbooks.test_approve import a_plan, laid_out

CHECKOUT = Path(__file__).parents[2]
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
PATH = re.compile(r"(?:/|(?:inventory|templates|playbooks|var)/)\S+")
QUOTED = re.compile(r"(?<=⟦the session broke off: ⟧)[^\n;]*|(?<=⟦answered what we do not understand: ⟧)[^\n;]*")
"""What a library or a driver said, in its own words."""
FINGERPRINT = re.compile(r"SHA256:\S+|ssh-ed25519")
WORD = re.compile(r"(?<!\w)[^\W\d_]{2,}(?!\w)")

SYNTAX = frozenset(
    {
        "jip",
        "OPTIONS",
        "COMMAND",
        "ARGS",
        "DIR",
        "DURATION",
        "NAME",
        "RUN",
        "FIELD",
        "VALUE",
        "WHEN",
        "HASH",
        "str",
        "list",
        "path",
        "int",
        "float",
        "range",
    }
)
PROTOCOLS = frozenset({"OSPF", "BGP", "Full", "Established", "VLAN", "Mbps"})
JSON_KEYS = frozenset({"lo", "ospfd", "administrativeStatus", "sideways", "up", "NaN"})
QUESTIONS = frozenset({"show", "interface", "ip", "ospf", "neighbor", "json", "ping"})
ENUMS = [kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]

Run = Callable[..., str]


def unmarked(output: str, known: frozenset[str] = frozenset()) -> set[str]:
    """Return the words of ``output`` that are neither in brackets nor ``known``."""
    for data in (QUOTED, MARKED, FINGERPRINT, PATH):
        output = data.sub(" ", output)
    assert not {"⟦", "⟧"} & set(output), "a text was translated twice"
    return set(WORD.findall(output)) - known


def words_in(value: Any) -> Iterator[str]:
    """Yield the words of names and values; keys of fields are ours, so they are not among them."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from words_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_in(inner)
    else:
        yield from WORD.findall(str(value))


@pytest.fixture(autouse=True)
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", None)
    use_language(PSEUDO)
    monkeypatch.setattr(console, "PIPE_WIDTH", 10_000)  # a cell that is folded would tear a bracket open


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``jip`` with these arguments and returns what it printed."""

    def running(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["jip", *arguments])
        with pytest.raises(SystemExit):
            cli.main()
        printed = capsys.readouterr()
        return printed.out + printed.err

    return running


# ------------------------------------------------------------------ this test can fail


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("⟦Router⟧ core-1", set()),
        ("⟦Router ⟧core-1⟦ is down.⟧", set()),
        ("The router core-1 is gone.", {"The", "router", "is", "gone"}),
        ("⟦Router⟧  State\ncore-1    active", {"State"}),
        ("⟦No such⟧ option: --fly", {"option"}),
        ("⟦{n} files⟧ in /tmp/a/place inventory/links.yaml:12", {"in"}),
    ],
)
def test_a_word_outside_the_brackets_is_found(output: str, words: set[str]) -> None:
    assert unmarked(output, frozenset({"core", "active", "fly"})) == words


def test_a_text_that_is_translated_twice_is_found() -> None:
    with pytest.raises(AssertionError, match="translated twice"):
        unmarked("⟦⟦Router⟧⟧")


# ------------------------------------------------------------------ help and usage errors


def commands_of(found: Playbook | Group) -> list[Playbook]:
    return list(found.playbooks) if isinstance(found, Group) else [found]


PLAYBOOKS = [playbook for found in discover(CHECKOUT).values() for playbook in commands_of(found)]
LAB_COMMANDS = sorted(typer.main.get_command(lab_app).commands)  # type: ignore[attr-defined] # an app of several commands


def names_in(help_page: str) -> frozenset[str]:
    """Return the words of a page that name something: options, and what stands first on a line of a list."""
    options = re.findall(r"(?<!\w)--?[\w-]+", help_page)
    firsts = re.findall(r"(?m)^  (\w\S*)(?= +(?:<|⟦))", help_page)
    arguments = re.findall(r"[{\[<|](\w+)(?=[}\]>|])", help_page)
    defaults = re.findall(r"⟦default: ⟧([\w-]+)", help_page)
    return frozenset(words_in([*options, *firsts, *arguments, *defaults, *LANGUAGES])) | SYNTAX


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        *[tuple(p.parts) for p in PLAYBOOKS],
        ("show",),
        ("run",),
        ("log",),
        ("init",),
        ("trust",),
        ("lab",),
        *[("lab", name) for name in LAB_COMMANDS],
    ],
    ids=" ".join,
)
def test_help_is_marked(arguments: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    page, _, example = run(*arguments, "--help").partition("⟦Example:⟧")
    assert "⟦Usage:⟧" in page
    assert not example or example.strip().startswith(f"jip {arguments[0]}")
    assert unmarked(page, names_in(page) | set(words_in([*arguments]))) == set()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fly",), "⟦No such command ⟧'fly'⟦.⟧"),
        (("check", "--fly"), "⟦No such option: ⟧--fly"),
        (("provision",), "⟦Missing argument ⟧'office'⟦.⟧"),
        (("show",), "⟦Commands⟧:"),
        ((), "⟦Commands⟧:"),
        (("init", "x", "--example", "y"), "⟦Invalid value for ⟧--example⟦: ⟧"),
    ],
)
def test_a_usage_error_is_marked(
    arguments: tuple[str, ...], said: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CHECKOUT)
    page = run(*arguments)
    assert said in page
    assert "⟦Usage:⟧ jip" in page


# ------------------------------------------------------------------ reports


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """A network in which all is well."""
    root = project_of(small_network(), CHECKOUT, tmp_path_factory.mktemp("calm") / "project")
    with simulation(root) as running:
        yield running


def on(simulated: Simulation, monkeypatch: pytest.MonkeyPatch) -> frozenset[str]:
    """Let commands work on ``simulated``; return the words that are data there."""
    for module in (cli, commands):
        monkeypatch.setattr(module, "open_project", lambda _settings: simulated.project)
    monkeypatch.chdir(simulated.root)
    ports = [name for _router, name in simulated.project.network.shown_names]
    command = ["jip", "--lab", simulated.project.lab]  # how the next command is advised in a twin
    return data_in(simulated.root) | set(words_in([ports, command]))


def data_in(root: Path) -> frozenset[str]:
    """Return the words that are data in a project: what stands in its inventory, and what the model names."""
    files = [yaml.safe_load(path.read_text("utf-8")) or {} for path in (root / "inventory").glob("*.yaml")]
    names = [list(file) for file in files]
    values = [member.value for kind in ENUMS for member in kind]
    return frozenset(words_in([files, names, values])) | PROTOCOLS


def without(lines: frozenset[str], output: str) -> str:
    """Return ``output`` without the lines of configurations in it, which are for routers, not for people.

    A diff has a sign before such a line, and after it where it comes from.
    """
    kept = (line for line in output.splitlines() if re.sub(r"^[-+~] *|  # .*$", "", line).strip() not in lines)
    return "\n".join(kept)


def configuration(simulated: Simulation) -> frozenset[str]:
    """Return every line that the templates write, with and without what is planned."""
    project = simulated.project
    after = activated(project.network, planned_in(project.network, "pkm-baru"))
    texts = [project.render(router, network).text for router in simulated.routers for network in (None, after)]
    texts.append(boot_text(project, "pkm-baru"))
    return frozenset(line.strip() for text in texts for line in text.splitlines())


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("list", "offices"),
        ("list", "routers"),
        ("list", "links"),
        ("show", "office", "kec-rawa"),
        ("show", "router", "core-1"),
        ("show", "link", "core-2--kec-rawa"),
        ("status",),
        ("status", "--stored"),
        ("status", "--office", "kec-rawa"),
        ("audit",),
        ("recover",),
        ("backup",),
    ],
    ids=" ".join,
)
def test_a_report_is_marked(
    arguments: tuple[str, ...], calm: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = on(calm, monkeypatch)
    output = run(*arguments)
    assert "⟦" in output
    assert unmarked(output, data) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("render", "--router", "core-1"),
        ("render", "--all", "-O", "var/rendered"),
        ("bootstrap", "pkm-baru"),
        ("provision", "pkm-baru"),
    ],
    ids=" ".join,
)
def test_a_report_with_configurations_is_marked(
    arguments: tuple[str, ...], calm: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = on(calm, monkeypatch)
    output = run(*arguments)
    assert "⟦" in output
    assert unmarked(without(configuration(calm), output), data) == set()


@pytest.mark.parametrize("what", ["link", "lan", "loopback"])
def test_what_is_free_is_told_in_marked_words(
    what: str, calm: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between heading and note there are lines of YAML."""
    data = on(calm, monkeypatch) | {"link", "lan", "loopback"}
    output = run("next", what)
    snippet = re.search(r"inventory/\S+\n(.*)(?=\n⟦)", output, re.DOTALL)
    assert snippet is not None
    assert unmarked(output.replace(snippet[1], ""), data) == set()


@pytest.mark.parametrize("arguments", [("history",), ("run", "show", "1"), ("log", "verify")], ids=" ".join)
def test_what_was_done_is_told_in_marked_words(
    arguments: tuple[str, ...], district: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(district)
    with Project(district).store.start_run("provision", {"office": "pkm-baru"}) as recorded:
        recorded.journal("pop-1", "apply", {"timer_s": 60})
        recorded.journal("core-1", "confirmed")
    output = run(*arguments)
    data = data_in(district) | {"jip", "show", "provision", "office", *words_in(user())}
    assert unmarked(output, data) == set()


def test_an_explanation_is_marked(calm: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its headings there are only configuration, keys and values."""
    on(calm, monkeypatch)
    title, headings, *_ = run("explain", "core-1").splitlines()
    assert title == "core-1"
    assert unmarked(headings) == set()


# ------------------------------------------------------------------ reports on a whole district, of every platform


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project without routers to ask, in which papers are about to end."""
    soon, late = (datetime.now(UTC).date() + timedelta(days=days) for days in (20, -20))
    network = small_network()
    network = changed(network, "link", "core-2--kec-rawa", contract="k-1")
    network = changed(network, "link", "core-1--isp-a", contract="k-2")
    contracts = {
        "k-1": {"provider": "isp-a", "number": "1/SPK", "start": "2024-01-01", "end": soon, "sla_percent": 98},
        "k-2": {"provider": "isp-a", "number": "2/SPK", "start": "2024-01-01", "end": late, "sla_percent": 98},
    }
    network = network.replace(contracts=keyed(model.Contract, contracts))
    return project_of(network, CHECKOUT, tmp_path_factory.mktemp("district") / "project")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--write-schemas"), "⟦ ends on ⟧"),
        (("check",), "⟦ ended on ⟧"),
        (("list", "links"), "⟦ links⟧"),
        (("render", "--all", "-O", "var/rendered"), "⟦ routers rendered. "),
        (("status", "--stored"), "⟦never collected⟧"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_report_on_a_district_is_marked(
    arguments: tuple[str, ...], said: str, district: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(district)
    output = run(*arguments)
    assert said in output
    assert unmarked(output, data_in(district) | {"jip"}) == set()


def test_trusting_a_router_is_told_in_marked_words(
    simulated: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = on(simulated, monkeypatch)
    key = simulated.district.routers["core-1"].host_key
    monkeypatch.setattr(trust, "fetch_host_key", lambda *_arguments: key)
    simulated.project.hostkeys.forget("core-1")
    first = run("trust", "core-1")
    assert "⟦not trusted yet⟧" in first
    then = run("trust", "core-1", "--fingerprint", key.fingerprint) + run("trust", "core-1")
    assert "⟦trusted from now on⟧" in then
    assert "⟦trusted already⟧" in then
    said = (first + then).replace(key.fingerprint, "").replace(key.type, "").replace("--fingerprint", "")
    assert unmarked(said, data | {"jip", "trust"}) == set()


def test_an_approval_is_told_in_marked_words(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    desk = laid_out(tmp_path)
    monkeypatch.setattr(cli, "open_project", lambda _settings: Project(desk.root))
    monkeypatch.chdir(desk.root)
    output = run("approve", "plan.json", "--as", "author", "--yes", "--key", str(desk.keys / "ani"))
    desk.plan.write_bytes(a_plan(core_1="high").as_bytes())
    output += run("approve", "plan.json", "--check")
    assert "⟦signed for another plan: this one was changed since⟧" in output
    files = {"plan", "json", "author", "approver", "sig", "ani", "kantor", "jip", "approve", "as"}
    assert unmarked(output, data_in(desk.root) | files) == set()


# ------------------------------------------------------------------ when things go wrong


def an_outage(simulated: Simulation) -> None:
    simulated.district.cut("pop-1--desa-jauh")
    simulated.district.disturb("core-1--dinas-sehat", loss_a=0.5, delay_ms=300)
    simulated.district.swap("core-1--pop-1", "core-2--kec-rawa")


def a_dark_office(simulated: Simulation) -> None:
    simulated.district.power_cut("kec-rawa")
    simulated.district.freeze("dinas-sehat")


def a_strange_router(simulated: Simulation) -> None:
    simulated.district.garbage("kec-rawa", "")
    simulated.district.new_host_key("dinas-sehat")


@pytest.mark.parametrize("trouble", [an_outage, a_dark_office, a_strange_router])
@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("status", "--office", "kec-rawa", "--office", "desa-jauh", "--office", "dinas-sehat"),
        ("status", "--stored"),
    ],
    ids=" ".join,
)
def test_trouble_is_told_in_marked_words(
    trouble: Callable[[Simulation], None],
    arguments: tuple[str, ...],
    simulated: Simulation,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = on(simulated, monkeypatch)
    trouble(simulated)
    assert unmarked(run(*arguments), data | QUESTIONS) == set()


ROUTER = "kec-rawa"
KEYS = HostKey("ssh-ed25519", "AAAA"), HostKey("ssh-ed25519", "BBBB")
MEANS = Login("dinas", 22, use_agent=True, password="sandi").means()
REFUSALS: dict[str, Exception] = {
    "nobody trusts it": unknown_key(ROUTER),
    "another key": changed_key(ROUTER, *KEYS),
    "a revoked key": revoked_key(ROUTER, KEYS[0]),
    "login refused": LoginError(
        ROUTER, because("login-refused", user="dinas", means=MEANS), because("name-a-key", user="dinas")
    ),
    "login unanswered": UnreachableError(ROUTER, because("no-login-answer", seconds=20)),
    "no route": OSError(errno.EHOSTUNREACH, "No route to host"),
    "reset": ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
    "timed out": TimeoutError(),
    "given up": UnreachableError(ROUTER, because("given-up", task="kerja", seconds=120)),
    "too slow": CommandTimeoutException(),
    "no driver": RouterError(ROUTER, because("no-driver", driver="frr"), because("install-driver")),
}
"""Every way in which a router takes no session."""
ASKING = (("status",), ("status", "--router", ROUTER), ("status", "--stored"), ("audit",), ("backup",))


@pytest.mark.parametrize("refusal", REFUSALS)
def test_why_no_session_comes_about_is_told_in_marked_words(
    refusal: str, simulated: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = on(simulated, monkeypatch) | {"dinas", "kerja", "CommandTimeoutException"}
    connect = simulated.district.connect

    def refusing(address: str, router: str | None = None) -> str:
        if router == ROUTER:
            raise REFUSALS[refusal]
        return connect(address, router)

    monkeypatch.setattr(simulated.district, "connect", refusing)
    for arguments in ASKING:
        output = run(*arguments)
        assert ROUTER in output
        assert unmarked(output, data) == set(), arguments


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "\x07",
        "lp0 on fire",
        "% Unknown command: show",
        "% Command incomplete.",
        "ospfd is not running",
        "[]",
        "{}",
        '{"lo": 1}',
        '{"lo": {"administrativeStatus": "sideways"}}',
        '{"lo": {"administrativeStatus": "up", "operationalStatus": "up", "ipAddresses": [{"address": "x"}]}}',
        '{"lo": NaN}',
        "[" * 100_000,
        "1" * 5_000,
    ],
    ids=lambda answer: repr(answer[:60]),
)
def test_why_an_answer_is_not_understood_is_told_in_marked_words(
    answer: str, simulated: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = on(simulated, monkeypatch) | QUESTIONS | JSON_KEYS
    simulated.district.garbage(ROUTER, answer)
    for arguments in ASKING:
        output = run(*arguments)
        assert ROUTER in output
        assert unmarked(output, data) == set(), arguments


def test_why_an_office_is_not_taken_into_service_is_told_in_marked_words(
    simulated: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = on(simulated, monkeypatch)
    simulated.district.new_host_key("pkm-baru")
    output = run("provision", "pkm-baru", "--commit")
    assert "⟦: NOT provisioned⟧" in output
    assert "⟦its host key has changed: pinned ⟧" in output
    assert unmarked(output, data) == set()


def test_drift_is_told_in_marked_words(simulated: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    data = on(simulated, monkeypatch)
    by_hand = ["interface eth1", "ip ospf cost 77", "ip route 192.0.2.0/24 blackhole"]
    simulated.district.hand_edit("core-1", "\n".join(by_hand))
    output = run("audit", "--remedy", "--router", "core-1", "--router", "core-2", "--router", "pkm-baru")
    assert "⟦drift⟧" in output
    known = configuration(simulated) | {*by_hand, *(f"no {line}" for line in by_hand), "exit"}
    assert unmarked(without(known, output), data) == set()


def test_what_changed_since_the_last_backup_is_told_in_marked_words(
    simulated: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = on(simulated, monkeypatch)
    first = run("backup", "--router", "core-1")
    by_hand = ["interface eth1", "ip ospf cost 77", "ip route 192.0.2.0/24 blackhole"]
    simulated.district.hand_edit("core-1", "\n".join([*by_hand, "no log syslog informational"]))
    output = first + run("backup", "--changes", "--router", "core-1")
    assert "⟦ added⟧" in output
    assert unmarked(without(configuration(simulated) | {*by_hand}, output), data) == set()


def test_an_audit_of_a_file_is_marked(
    simulated: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = on(simulated, monkeypatch)
    (tmp_path / "running.conf").write_text(simulated.district.running("core-2"))
    output = run("audit", "--router", "core-2", "--file", str(tmp_path / "running.conf"))
    assert "⟦as intended⟧" in output
    assert unmarked(output, data) == set()


def test_taking_an_office_into_service_is_told_in_marked_words(
    simulated: Simulation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = on(simulated, monkeypatch)
    output = run("provision", "pkm-baru", "--commit")
    assert "⟦: provisioned⟧" in output
    keys = {"office", "router", "link", "state"}  # what became active is named by its place in the inventory
    assert unmarked(output, data | keys) == set()


def test_a_new_project_is_told_in_marked_words(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    made = run("init", str(tmp_path / "new"))
    compared = run("init", str(tmp_path / "new"), "--diff")
    (tmp_path / "new" / "playbooks" / "list.py").unlink()
    compared += run("init", str(tmp_path / "new"), "--diff")
    assert unmarked(made + compared) == set()
