"""A session with a VRP router: its views, what it refuses, what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jipkit.drivers.cisco_style import Typist

USER_VIEW = re.compile(r"[\r\n](?:HRP_[AMS])?<[^<>\s]+>\s*$")
SYSTEM_VIEW = re.compile(r"[\r\n](?:HRP_[AMS])?\[[~*]?[^\[\]\s]+\]\s*$")
ANY_VIEW = re.compile(f"{USER_VIEW.pattern}|{SYSTEM_VIEW.pattern}")
_QUESTION = (
    r"[^\r\n]*[\[(][Yy](?:es|\(yes\))?/[Nn](?:o|\(no\))?(?:/[Cc](?:\(cancel\))?)?[\])](?:\[[YyNn]\])?\s*[:?]?\s*$"
)
QUESTION = re.compile(_QUESTION)
_NAME_QUESTION = r"[^\r\n]*input the (?:configuration )?file ?name[^\r\n]*(?:[\r\n]+\([^\r\n]*\))?\s*:\s*$"
NAME_QUESTION = re.compile(_NAME_QUESTION, re.IGNORECASE)
"""What ``save`` asks where no file is named to start with; the name that it would take stands in brackets."""
ASKED_OR_USER_VIEW = re.compile(f"{USER_VIEW.pattern}|{_QUESTION}|(?i:{_NAME_QUESTION})")
_ASKED_OR_VIEW = re.compile(f"{ANY_VIEW.pattern}|{_QUESTION}")
SAVED = re.compile(
    r"saved? (?:the )?configuration successfully|ha[sd] been saved successfully|saved successfully|Save .*success",
    re.IGNORECASE,
)
NAME = "display current-configuration | include sysname"
MOST_QUESTIONS = 4
_ABOUT_SAVING = re.compile(r"current configuration|will be written|[Cc]ontinue|overwrite|sure", re.IGNORECASE)
_EXPECTED = re.compile(
    r"(?:delete|undo|remove|clear|cancel|modif|chang|reset|shut).*(?:continue|sure)|Are you sure|Continue\s*\?|"
    r"will be (?:deleted|removed|cleared)|process will be deleted",
    re.IGNORECASE | re.DOTALL,
)
"""What VRP asks of a line that takes something away: whether it was meant."""
_UNWANTED = re.compile(r"reboot|restart|format|factory|save", re.IGNORECASE)
_STRAY = re.compile(r"(?:return|save|reboot|reset|schedule|startup|commit|system-view|format|delete)\b")
_NAMES_IT = re.compile(r"\[[^\[\]\s*]+\.(?:cfg|zip|dat)\]|press the enter key", re.IGNORECASE)
_REFUSAL = re.compile(
    r"(?:\^?\s*Error\b|%|Failed\b|Incorrect |Unrecognized |Incomplete |Ambiguous |Wrong |Too many |Invalid |Cannot )",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:Info|Note|Notice) ?:|Enter system view|(?:Warning|Caution) ?:.*(?:"
    r"effect (?:after|when|only|until|next|on )|secur|risk|weak|recommend|advise"
    r"|(?:will|may) (?:be |also |cause |affect|interrupt|clear|delete|remove|reset|restart|change))",
    re.IGNORECASE,
)
"""How remarks begin that are known to be harmless; a remark may go on over more lines."""
_AGAINST = re.compile(
    r"not (?:be )?(?:supported|allowed|permitted|take effect|exist)|fail|invalid|cannot|can not|\bfirst\b",
    re.IGNORECASE,
)
"""What makes a refusal of a remark."""
_LOGGED = re.compile(r".*%%\d\d\w+/\d/|#?[A-Z][a-z]{2} +\d+ \d{4} \d\d:\d\d:\d\d")
_HEADER = re.compile(r"(?P<name>header (?:login|shell) information) (?P<mark>\S)(?P<text>.*)")
_SYSNAME = re.compile(r"^\s*sysname (\S+)", re.MULTILINE)
_VERSION = re.compile(r"Version\s+\S+\s*\(\S*\s*(V\d{3}R\d{3}\w*)\)|\b(V\d{3}R\d{3}\w*)")
_SENT = re.compile(r"(\d+) packet\(s\) transmitted")
_GOT = re.compile(r"(\d+) packet\(s\) received")
_REPLY = re.compile(r"Reply from (\S+?):.*?time[=<]\s*(\d+(?:\.\d+)?) ?ms")
_TIMES = re.compile(r"min/avg/max = (\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The line, the ``number``-th of ``count``, that VRP would not take; as text the line stands on one of its own."""

    line: str
    number: int
    count: int
    said: str

    def __str__(self) -> str:
        return f"line {self.number} of {self.count} was refused:\n{self.line}\n{self.said}"


def pieces(text: str) -> Iterator[str]:
    """Yield what is to be typed at one prompt: lines without blank ones and separators, a header of several as one.

    Raises:
        ValueError: a header does not end, or a line cannot be typed.
    """
    lines = iter(text.splitlines())
    for line in lines:
        stripped = line.strip()
        if "?" in stripped:
            raise ValueError(f"VRP takes ? for a call for help, so it cannot be typed:\n{stripped}")
        header = _HEADER.fullmatch(stripped)
        if header is not None:
            yield _whole(stripped, header, lines)
        elif stripped and not stripped.startswith(("#", "!")):
            yield stripped


def _whole(first: str, header: re.Match[str], following: Iterator[str]) -> str:
    text, inside = first, header["text"]
    while header["mark"] not in inside:
        line = next(following, None)
        if line is None:
            raise ValueError(f"{header['name']}: its end, {header['mark']}, is missing")
        inside, text = line, f"{text}\n{line}"
    return text


def is_stray(line: str) -> bool:
    """Return whether a line is for the user view, or leaves the system view for it."""
    return _STRAY.match(line) is not None


def is_question(prompt: str) -> bool:
    """Return whether VRP waits for an answer rather than for a command."""
    return QUESTION.search(prompt) is not None


def is_for_a_name(prompt: str) -> bool:
    """Return whether VRP waits for the name of a file."""
    return NAME_QUESTION.search(prompt) is not None


def has_a_name(asked: str) -> bool:
    """Return whether VRP takes a name of its own where none is given."""
    return _NAMES_IT.search(asked) is not None


def is_about_saving(asked: str) -> bool:
    """Return whether what is asked is whether to save the configuration."""
    return _ABOUT_SAVING.search(asked) is not None


def is_two_stage(prompt: str) -> bool:
    """Return whether the software takes lines into force at ``commit`` alone: ``[~`` and ``[*``."""
    return re.match(r"(?:HRP_[AMS])?\[[~*]", prompt.strip()) is not None


def is_uncommitted(prompt: str) -> bool:
    """Return whether the software shows that something was typed and not committed: ``[*``."""
    return re.match(r"(?:HRP_[AMS])?\[\*", prompt.strip()) is not None


def name_in(prompt: str) -> str:
    """Return the router's name as a prompt shows it."""
    return re.sub(r"^HRP_[AMS]", "", prompt.strip()).strip("<>[]~*")


def hostname(said: str) -> str:
    """Return the name in a configuration; empty where nobody has given one."""
    found = _SYSNAME.search(said)
    return found[1] if found else ""


def version(said: str) -> str:
    """Return the version that ``display version`` tells."""
    found = _VERSION.search(said)
    return (found[1] or found[2]) if found else ""


def refusal(answer: str) -> str | None:
    """Return what is a refusal in the answer to a line: whatever is not known to be harmless; None where all of it is.

    What a router logs without being asked is harmless, and so is what follows a harmless remark on lines of their own.
    """
    found = [block for block in _blocks(answer) if not _is_harmless(block)]
    plain = [block for block in found if _REFUSAL.match(block)]
    return next(iter(plain or found), None)


def _blocks(answer: str) -> Iterator[str]:
    """Yield the messages of an answer, each on one line: a remark with the lines that it goes on over."""
    block = ""
    for line in (line.strip(" \t^") for line in answer.splitlines()):
        begins = any(kind.match(line) for kind in (_REFUSAL, _REMARK, _LOGGED)) or re.match(r"Warning ?:", line)
        if not line or (block and not begins and not _REFUSAL.match(block)):
            block = f"{block} {line}".rstrip()
            continue
        if block:
            yield block
        block = line
    if block:
        yield block


def _is_harmless(block: str) -> bool:
    return _LOGGED.match(block) is not None or (_REMARK.match(block) is not None and not _AGAINST.search(block))


def failure(answer: str) -> str | None:
    """Return what is a failure in the answer to a command that prints what it does."""
    return next((block for block in _blocks(answer) if _REFUSAL.match(block)), None)


def type_lines(typist: Typist, lines: Sequence[str]) -> Refusal | None:
    """Type lines in the system view until one is refused; return that one.

    A question that is not known is answered no, and counts as a refusal.

    Raises:
        ConnectionClosedException: the session is gone; nobody knows what was taken.
    """
    for number, line in enumerate(lines, 1):
        said = _typed(typist, line)
        if said is not None:
            return Refusal(line.split("\n")[0], number, len(lines), said)
    return None


def _typed(typist: Typist, line: str) -> str | None:
    """Type a line; return why it was not taken."""
    answer = without_echo(typist.type(line, _ASKED_OR_VIEW), line)
    for _ in range(MOST_QUESTIONS):
        if not is_question(typist.prompt):
            break
        asked = f"{answer}\n{typist.prompt}"
        if _UNWANTED.search(asked) or not _EXPECTED.search(asked):
            typist.type("n", ANY_VIEW)
            return f"it asks: {' '.join(asked.split())}"
        answer = typist.type("y", _ASKED_OR_VIEW)  # what was said before belongs to the question
    said = refusal(answer)
    if said is None and not SYSTEM_VIEW.search(f"\n{typist.prompt}"):
        return "it left the system view"
    return said


def without_echo(answer: str, typed: str) -> str:
    """Return what was printed without what was typed, which is broken where the terminal ends."""
    echo = "".join(typed.split())
    kept: list[str] = []
    for line in answer.splitlines():
        squeezed = "".join(line.split())
        if squeezed and not kept and echo.startswith(squeezed):
            echo = echo[len(squeezed) :]
        elif squeezed or kept:
            kept.append(line)
    return "\n".join(kept)


def ping_answer(said: str) -> dict[str, Any]:
    """Return a ping in NAPALM's form, times in milliseconds; an ``error`` where it is no ping."""
    sent, got = _SENT.search(said), _GOT.search(said)
    if sent is None or got is None:
        return {"error": " ".join(said.split())[:200] or "no answer"}
    times = _TIMES.search(said)
    low, mean, high = map(float, times.groups()) if times else (0.0, 0.0, 0.0)
    results = [{"ip_address": reply[1], "rtt": float(reply[2])} for reply in _REPLY.finditer(said)]
    return {
        "success": {
            "probes_sent": int(sent[1]),
            "packet_loss": int(sent[1]) - int(got[1]),
            "rtt_min": low,
            "rtt_avg": mean,
            "rtt_max": high,
            "rtt_stddev": 0.0,
            "results": results,
        }
    }
