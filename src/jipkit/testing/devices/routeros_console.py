"""What the console of a simulated RouterOS answers, on exec channels, in a shell and from scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from jipkit.testing.devices import routeros_answers as answers
from jipkit.testing.models.routeros import Refused
from jipkit.testing.models.routeros.export import Kind
from jipkit.testing.models.routeros.text import SyntaxFault, Word, unquoted, words

if TYPE_CHECKING:
    from jipkit.testing.devices.routeros import SimulatedRouterOs

BACKUP_BYTES = 20_480
"""What a backup takes on the disk."""
DRY_RUN_SINCE = (7, 16)
DEVICE_MODE_SINCE = (7, 17)
_LOADED = "\nScript file loaded and executed successfully\n"
_EACH_PORT = ":foreach i in=[/interface ethernet find] do={/interface ethernet monitor $i once}"
_EXPORT = re.compile(r"(?P<path>/[a-z0-9/ -]*?)?[/ ]?export\b(?P<how>.*)")


def statements(text: str) -> Iterator[str]:
    """Yield the commands of a text: they end with the line, or at a semicolon outside quotes and brackets."""
    begun, depth, at = 0, 0, 0
    while at < len(text):
        if text[at] == '"':
            at += len(quoted[0]) if (quoted := re.match(r'"(?:[^"\\]|\\.)*"?', text[at:], re.DOTALL)) else 1
            continue
        depth += {"[": 1, "{": 1, "(": 1, "]": -1, "}": -1, ")": -1}.get(text[at], 0)
        if text[at] in ";\n" and depth <= 0:
            yield text[begun:at].strip()
            begun = at + 1
        at += 1
    yield text[begun:].strip()


class Console:
    """Runs commands on a device whose lock is held.

    ``ask`` asks the person at a terminal; without one, as on exec channels and in scripts, nothing is asked and a
    restart goes ahead.
    """

    def __init__(self, device: SimulatedRouterOs, user: str, ask: Callable[[str], str] | None = None) -> None:
        self._device, self._user, self._ask = device, user, ask
        self._version = answers.version_of(device.box.version)

    def run(self, text: str) -> str:
        """Return what commands print; the first that is refused is the last."""
        said = ""
        for statement in statements(text):
            if not statement:
                continue
            try:
                said += self._one(statement)
            except SyntaxFault as fault:
                return f"{said}{fault.what} (line 1 column {fault.column})\n"
            except Refused as refused:
                return f"{said}{refused.message}\n"
        return said

    def _one(self, statement: str) -> str:
        if (known := self._known(statement)) is not None:
            return known
        if statement.startswith(":put "):
            return self._value(statement[5:].strip()) + "\n"
        if (found := _EXPORT.fullmatch(statement)) and not (found["path"] or "").startswith("/file"):
            return self._export((found["path"] or "").strip(" /"), found["how"].split())
        path, rest = _command(statement)
        if (command := self._commands().get(path)) is not None:
            return command(rest)
        if path.endswith(" print"):
            return answers.printed(self._device, path.removesuffix(" print"), [w.text for w in rest if w.key is None])
        return self._change(statement)

    def _known(self, statement: str) -> str | None:
        """Return what a whole statement prints that is known by heart; None: it has to be read."""
        if statement == _EACH_PORT:
            return "".join(answers.monitor(self._device, row["name"]) for row in answers.ports(self._device))
        return self._device.box.answers.get(statement)

    def _commands(self) -> dict[str, Callable[[list[Word]], str]]:
        """Return the commands that are more than a print or a change."""
        device = self._device
        known: dict[str, Callable[[list[Word]], str]] = {
            ":delay": lambda _: "",
            ":execute": self._background,
            "/import": self._import,
            "/system backup save": self._save,
            "/system backup load": self._load,
            "/system reboot": self._reboot,
            "/file remove": self._remove_file,
            "/ping": lambda rest: answers.ping(device, {w.key: w.text for w in rest if w.key}),
            "/interface ethernet monitor": lambda rest: answers.monitor(device, rest[0].text),
        }
        if self._version >= DEVICE_MODE_SINCE:
            known["/system device-mode print"] = lambda _: answers.settings(device.box.mode)
        return known

    def _change(self, statement: str) -> str:
        place = " ".join(statement.replace("/", " ").split()[:3])
        if place == "system scheduler add" and self._forbids("scheduler"):
            return "failure: not allowed by device-mode\n"
        self._device.model.apply([statement])
        return ""

    def _forbids(self, feature: str) -> bool:
        return self._version >= DEVICE_MODE_SINCE and self._device.box.mode.get(feature) == "no"

    # ------------------------------------------------------------------ values
    def _value(self, said: str) -> str:
        """Return what ``:put`` prints: a text, how many rows a query finds, or one property of a row."""
        if said.startswith('"'):
            return unquoted(said, 0)[0]
        if not (said.startswith("[") and said.endswith("]")):
            raise SyntaxFault("syntax error", 6)
        inside = said[1:-1].strip()
        if inside.startswith(":len "):
            return str(len(self._rows(inside[5:].strip()[1:-1].strip())))
        found = re.fullmatch(r"(?P<path>/.+?)[ /]get (?P<rest>.+)", inside)
        if found is None:
            raise SyntaxFault("syntax error", 6)
        path, (*which, name) = "/" + found["path"].replace("/", " ").strip(), words(found["rest"])
        if not which:
            return self._device.model.setting(path, name.text)
        query = which[0].text.removeprefix("find") if which[0].query else f'where name="{which[0].text}"'
        rows = answers.rows(self._device, path, query)
        if len(rows) != 1:
            raise Refused(said, "no such item")
        return rows[0].get(name.text, "")

    def _rows(self, inside: str) -> list[answers.Row]:
        found = re.fullmatch(r"(?P<path>/.+?)[ /]find\b(?P<query>.*)", inside)
        if found is None:
            raise SyntaxFault("syntax error", 6)
        return answers.rows(self._device, "/" + found["path"].replace("/", " ").strip(), found["query"])

    # ------------------------------------------------------------------ the whole configuration
    def _export(self, path: str, how: list[str]) -> str:
        """Stands for: version 6 shows secrets unless told to hide them, version 7 hides them unless told to show."""
        old = self._version < (7,)
        known = {"terse", "verbose", "compact", "hide-sensitive" if old else "show-sensitive"}
        if path or set(how) - known:  # exports of one menu are not simulated
            raise SyntaxFault("expected end of command", 1 + len("/export "))
        sensitive = "hide-sensitive" not in how if old else "show-sensitive" in how
        kind: Kind = "verbose" if "verbose" in how else "terse" if "terse" in how else "plain"
        return answers.header(self._device) + self._device.model.text(kind, sensitive=sensitive)

    def _import(self, rest: list[Word]) -> str:
        options = {w.key or w.text: w.text for w in rest}
        held = self._device.files.get(options.pop("file-name", ""))
        dry, verbose = "dry-run" in options, options.get("verbose") == "yes"
        if set(options) - {"verbose", "dry-run"} or (dry and (self._version < DRY_RUN_SINCE or not verbose)):
            raise SyntaxFault("expected end of command", 1 + len("/import "))
        if not isinstance(held, bytes):
            return "Cannot open import file, file does not exist (:import; line 1)\n"
        lines = held.decode(errors="replace").splitlines()
        return self._checked(lines) if dry else self._imported(lines, verbose=verbose)

    def _checked(self, lines: list[str]) -> str:
        """Return what a dry run prints: every line with its number, and why it cannot be read; then how many cannot.

        What would fail only when it is done it does not know of. Whether a real one says besides that it was loaded,
        nobody has told: this one does not.
        """
        refused = self._device.model.check(lines)
        said = ""
        for number, shown in self._echo(lines):
            said += shown + "".join(f"{one.message}\n" for one in refused if one.number == number)
        return f"{said}found {len(refused)} error(s) in import file\n" if refused else said

    def _imported(self, lines: list[str], *, verbose: bool) -> str:
        """Take a file line by line; what came before the line that is refused stays in force."""
        before = list(self._echo(lines)) if verbose else []
        if self._device.box.severed_by in lines:
            self._device.model.apply(lines[: lines.index(self._device.box.severed_by) + 1])
            self._device.cut()
            return ""
        try:
            self._device.model.apply(lines)
        except Refused as refused:
            shown = "".join(text for number, text in before if number <= refused.number)
            return f"{shown}{refused.message}\n" if self._version < (7,) else f"{shown}{_script_error(refused)}\n"
        return "".join(text for _, text in before) + _LOADED

    def _echo(self, lines: list[str]) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, f"#line {number}\n{line}\n"

    # ------------------------------------------------------------------ files and power
    def _background(self, rest: list[Word]) -> str:
        self._device.execute(next((w.text for w in rest if w.key == "script" or w.key is None), ""))
        return ""

    def _save(self, rest: list[Word]) -> str:
        name, password = _backup(rest)
        if self._device.box.free_bytes < BACKUP_BYTES:
            return "failure: not enough disk space\n"
        self._device.save(name, password)
        return "Saving system configuration\nConfiguration backup saved\n"

    def _load(self, rest: list[Word]) -> str:
        if not self._agreed("Restore and reboot? [y/N]: "):
            return ""
        wrong = self._device.load(*_backup(rest))
        return (
            f"{wrong}\n" if wrong else "Restoring system configuration\nSystem configuration restored, rebooting now\n"
        )

    def _reboot(self, rest: list[Word]) -> str:
        del rest
        if self._agreed("Reboot, yes? [y/N]: "):
            self._device.reboot()
        return ""

    def _agreed(self, question: str) -> bool:
        return self._ask is None or self._ask(question).lower() == "y"

    def _remove_file(self, rest: list[Word]) -> str:
        for word in rest[:1]:
            query = word.text.removeprefix("find") if word.query else f'where name="{word.text}"'
            found = answers.rows(self._device, "/file", query)
            if not found and not word.query:
                return "no such item\n"
            for row in found:
                del self._device.files[row["name"]]
        return ""


def _script_error(refused: Refused) -> str:
    """Return what version 7 says of a script that failed: where, in words of its own."""
    path = re.match(r"(/[a-z0-9 /-]*?[ /](?:add|set|remove|move|unset|enable|disable))\b", refused.line)
    place = f" ({re.sub(' +', '/', path[1])}; line {refused.number})" if path and not refused.syntax else ""
    return f"Script Error: {refused.message}{place}"


def _backup(rest: list[Word]) -> tuple[str, str]:
    """Return the file that a backup is kept in, and its password."""
    options = {w.key: w.text for w in rest if w.key}
    return options.get("name", "").removesuffix(".backup") + ".backup", options.get("password", "")


def _command(statement: str) -> tuple[str, list[Word]]:
    """Return a command as its path in words, and the words that follow; ``/system/reboot`` is ``/system reboot``."""
    said = words(statement)
    path: list[str] = []
    while said and said[0].key is None and not said[0].query and not said[0].quoted:
        path += [piece for piece in said.pop(0).text.split("/") if piece]
        if path[-1] in ("print", "save", "load", "reboot", "import", "ping", "monitor", "remove", ":execute", ":delay"):
            break
    joined = " ".join(path)
    return (joined if joined.startswith(":") else f"/{joined}"), said
