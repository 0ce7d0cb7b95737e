"""A session with a VyOS router: its prompts, what it prints of a line, and what we leave on it to remember."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MARKS = r"(?:\x1b\[[0-9;?]*[A-Za-z])*"
_AT = rf"{_MARKS}[\w.-]+@[\w.-]+"
OPERATIONAL = re.compile(rf"[\r\n]{_AT}(?::[^\r\n$#]*)?\$ *{_MARKS}$")
CONFIGURING = re.compile(rf"[\r\n]{_AT}# *{_MARKS}$")
PROMPT = re.compile(f"{OPERATIONAL.pattern}|{CONFIGURING.pattern}")
ASKED = re.compile(rf"[\r\n][^\r\n]*Proceed ?\?[^\r\n]*$|{CONFIGURING.pattern}")
BOOT = "/config/config.boot"
MEMORY, BEFORE = "/config/jip-commit", "/config/jip-before.boot"
TIMER = "/bin/systemctl is-active commit-confirm.timer"
BOOT_ID = "/bin/cat /proc/sys/kernel/random/boot_id"
RUNNING = "show configuration commands"
SAVED = f"/usr/bin/vyos-config-to-commands {BOOT}"
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[=>])")
_EDIT = re.compile(r"\[edit[^\]]*\]")
_HARMLESS = re.compile(
    r"Configuration path: .* already exists|Nothing to delete|The specified configuration node already|warning\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"commit failed|locked due to another commit|failed to generate committed config|\]\] failed|^error\b",
    re.IGNORECASE | re.MULTILINE,
)
_RECORD = re.compile(r"jip1 (?P<token>\w+) (?P<state>armed|confirmed|reverted|failed) (?P<before>\w+) (?P<boot>\S+)")
_SENT = re.compile(r"(\d+) packets transmitted, (\d+) received")
_TIMES = re.compile(r"= ([\d.]+)/([\d.]+)/([\d.]+)/([\d.]+) ms")


@dataclass(frozen=True, slots=True)
class Memory:
    """What the router holds of our last commit, in a file that a restart leaves alone.

    ``before`` is the digest of the configuration before it, ``boot`` names the start of the system it was made in.
    """

    token: str = ""
    state: str = ""
    before: str = ""
    boot: str = ""

    def __str__(self) -> str:
        return f"jip1 {self.token} {self.state} {self.before} {self.boot}"


def remembered(said: str) -> Memory:
    """Return what stands in our file on the router; nothing where it is not ours."""
    found = _RECORD.search(said)
    return Memory(found["token"], found["state"], found["before"], found["boot"]) if found else Memory()


def commands(said: str) -> frozenset[tuple[str, ...]]:
    """Return the statements of a configuration in set-style, whichever way they are quoted."""
    lines = (line.strip() for line in said.splitlines())
    return frozenset(_words(line) for line in lines if line.startswith("set "))


def digest(statements: Iterable[tuple[str, ...]]) -> str:
    """Return the digest of statements, in whatever order they came."""
    text = "\n".join(sorted(" ".join(map(shlex.quote, words)) for words in statements))
    return hashlib.sha256(text.encode()).hexdigest()


def _words(line: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(line))
    except ValueError:  # a quote inside a value, as some versions print it
        return tuple(line.split())


def pieces(text: str) -> Iterator[str]:
    """Yield the lines to be typed, every word quoted so that the shell leaves it as it is.

    Raises:
        ValueError: a line is no ``set`` and no ``delete``, or holds what cannot be typed.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if not line.isprintable():
            raise ValueError(f"line {number}: a control character in it")
        try:
            verb, *words = shlex.split(line)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
        if verb not in ("set", "delete") or not words:
            raise ValueError(f"line {number}: it is no `set` and no `delete`")
        if any("'" in word for word in words):
            raise ValueError(f"line {number}: VyOS takes no single quote in a value")
        yield " ".join((verb, *map(_quoted, words)))


def _quoted(word: str) -> str:
    """Return a word so that the shell leaves it as it is."""
    return word if re.fullmatch(r"[\w./:@%+=,-]+", word) else f"'{word}'"


def keys(line: str) -> str:
    """Return the keys that type a line: ``?`` by itself would show what may come next."""
    return line.replace("?", "\x16?")


def shown(answer: str, typed: str) -> str:
    """Return what was printed, without colours, without what was typed, and without where one is.

    What was typed comes first, broken where the terminal ends.
    """
    echo = "".join(typed.replace("\x16", "").split())
    kept: list[str] = []
    for line in (_ESCAPES.sub("", line).strip() for line in answer.replace("\r", "").split("\n")):
        squeezed = "".join(line.split())
        if squeezed and not kept and echo.startswith(squeezed):
            echo = echo[len(squeezed) :]
        elif line and not _EDIT.fullmatch(line):
            kept.append(line)
    return "\n".join(kept)


def after(mark: str) -> re.Pattern[str]:
    """Return what finds the prompt of configuration mode after ``mark`` was printed on a line of its own."""
    return re.compile(rf"[\r\n]{mark}\s+(?:{_EDIT.pattern}\s*)?(?<=[\r\n]){_AT}# *{_MARKS}$")


def refusal(answer: str) -> str | None:
    """Return what is a refusal in the answer to ``set`` or ``delete``: whatever is not known to be harmless."""
    said = [line for line in answer.splitlines() if not _HARMLESS.search(line)]
    return " ".join(said) or None


def commit_failure(answer: str) -> str | None:
    """Return what a commit says where it failed."""
    return " ".join(answer.split()) if _FAILED.search(answer) else None


def ping_answer(said: str) -> dict[str, object]:
    """Return a ping in NAPALM's form, times in milliseconds; an ``error`` where it is no ping."""
    counted, times = _SENT.search(said), _TIMES.search(said)
    if counted is None:
        return {"error": " ".join(said.split())[:200] or "no answer"}
    low, mean, high, spread = map(float, times.groups()) if times else (0.0, 0.0, 0.0, 0.0)
    return {
        "success": {
            "probes_sent": int(counted[1]),
            "packet_loss": int(counted[1]) - int(counted[2]),
            "rtt_min": low,
            "rtt_avg": mean,
            "rtt_max": high,
            "rtt_stddev": spread,
            "results": [],
        }
    }
