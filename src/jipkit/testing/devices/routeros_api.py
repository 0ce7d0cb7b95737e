"""The API of a simulated RouterOS: sentences of words over TCP, as the manual of RouterOS describes them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from jipkit.testing.devices import routeros_answers as answers
from jipkit.testing.devices.routeros_console import Console
from jipkit.testing.models.routeros import Refused
from jipkit.testing.models.routeros.text import SyntaxFault, written

if TYPE_CHECKING:
    from jipkit.testing.devices.routeros import SimulatedRouterOs

Sentence = Sequence[str]


class Reader(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


_TRUTHS = {"yes": "true", "no": "false"}
_LIMIT = 1 << 20
"""The longest word that is read."""


class ApiServer:
    """Serves the API on loopback until the ``with`` block ends; its threads have ended then.

    Stands for: login with name and password in one sentence (since 6.43); ``print`` with ``.proplist`` and queries for
    equality; ``add``, ``set``, ``unset``, ``remove``, ``enable``, ``disable``; truths as ``true`` and ``false``;
    ``.tag``. Other queries it refuses.
    """

    def __init__(self, device: SimulatedRouterOs, password: str | None) -> None:
        self._device, self._password = device, password
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._acceptor = threading.Thread(target=self._accept, name="routeros api", daemon=True)
        self._connections: list[socket.socket] = []
        self._workers: list[threading.Thread] = []

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        self.cut()
        for worker in self._workers:
            worker.join()

    def cut(self) -> None:
        """End every session."""
        for connection in self._connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended already
                continue

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed: we are done
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.append(connection)
            self._workers.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
            self._workers[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        session = _Session(self._device, self._password)
        try:
            with connection, connection.makefile("rwb") as stream:
                while sentence := read_sentence(stream):
                    for answer in session.answer(sentence):
                        stream.write(encoded(answer))
                    stream.flush()
                    if session.over:
                        return
        except (OSError, EOFError, ValueError):  # the client has gone, or does not speak this protocol
            return


class _Session:
    """One login."""

    def __init__(self, device: SimulatedRouterOs, password: str | None) -> None:
        self._device, self._password = device, password
        self._user = ""
        self.over = False

    def answer(self, sentence: Sentence) -> Iterator[Sentence]:
        """Yield the sentences that answer one; each carries its tag."""
        tag = [word for word in sentence if word.startswith(".tag=")]
        for said in self._answered(sentence):
            yield [*said, *tag]

    def _answered(self, sentence: Sentence) -> Iterator[Sentence]:
        given = dict(word[1:].split("=", 1) for word in sentence[1:] if word.startswith("="))
        if sentence[0] == "/login":
            yield from self._login(given)
        elif not self._user:
            self.over = True
            yield ["!fatal", "not logged in"]
        elif sentence[0] == "/quit":
            self.over = True
            yield ["!fatal", "session terminated on request"]
        else:
            yield from self._carried_out(sentence, given)

    def _login(self, given: Mapping[str, str]) -> Iterator[Sentence]:
        if self._password is None or given.get("password") != self._password:
            yield ["!trap", "=message=invalid user name or password (6)"]
        else:
            self._user = given.get("name", "")
        yield ["!done"]

    def _carried_out(self, sentence: Sentence, given: dict[str, str]) -> Iterator[Sentence]:
        path, _, verb = sentence[0].replace("/", " ").strip().rpartition(" ")
        try:
            with self._device.lock:
                said = list(self._done(f"/{path}", verb, given, [w[1:] for w in sentence[1:] if w.startswith("?")]))
        except (Refused, SyntaxFault) as refused:
            yield ["!trap", f"=message={getattr(refused, 'message', refused)}"]
            yield ["!done"]
        else:
            yield from said

    def _done(self, path: str, verb: str, given: dict[str, str], queries: list[str]) -> Iterator[Sentence]:
        if verb in ("print", "getall"):
            wanted = given.get(".proplist", "").split(",") if ".proplist" in given else None
            for row in self._rows(path, queries):
                shown = row if wanted is None else {name: row[name] for name in wanted if name in row}
                yield ["!re", *(f"={name}={_TRUTHS.get(value, value)}" for name, value in shown.items())]
            yield ["!done"]
            return
        before = {row[".id"] for row in self._device.model.rows(path)} if verb == "add" else set()
        target = given.pop(".id", given.pop("numbers", ""))
        said = "".join(f" {name}={written(value)}" for name, value in given.items())
        refused = Console(self._device, self._user).run(f"{path} {verb}{f' {target}' if target else ''}{said}").strip()
        if refused:
            raise Refused(path, refused)
        made = (
            [row[".id"] for row in self._device.model.rows(path) if row[".id"] not in before] if verb == "add" else []
        )
        yield ["!done", *(f"=ret={identity}" for identity in made)]

    def _rows(self, path: str, queries: list[str]) -> list[Mapping[str, str]]:
        conditions = [query.removeprefix("=").split("=", 1) for query in queries]
        if any(len(condition) != 2 or condition[0][:1] in "#-<>" for condition in conditions):
            raise Refused(path, "unknown query")
        found = answers.single(self._device, path)
        rows = answers.rows(self._device, path) if found is None else [found]
        return [row for row in rows if all(_TRUTHS.get(v := row.get(name, ""), v) == text for name, text in conditions)]


# ---------------------------------------------------------------------- words on the wire


def encoded(sentence: Sentence) -> bytes:
    r"""Return a sentence as it goes over the wire: each word after its length, an empty one at the end.

    >>> encoded(["/login"])
    b'\x06/login\x00'
    """
    words = [word.encode() for word in sentence]
    return b"".join(_length(len(word)) + word for word in words) + b"\x00"


def _length(count: int) -> bytes:
    for size, mark in ((1, 0x00), (2, 0x8000), (3, 0xC00000), (4, 0xE0000000)):
        if count < 1 << (8 * size - size):
            return (count | mark).to_bytes(size, "big")
    return b"\xf0" + count.to_bytes(4, "big")


def read_sentence(stream: Reader) -> list[str]:
    """Return the next sentence; nothing when the other side has said its last one.

    Raises:
        EOFError: it ended in the middle of one.
        ValueError: a word is far too long.
    """
    words: list[str] = []
    while True:
        length = _read_length(stream)
        if length is None and not words:
            return []
        if not length:
            return words
        if length > _LIMIT:
            raise ValueError("a word that is too long")
        words.append(_read(stream, length).decode(errors="replace"))


def _read_length(stream: Reader) -> int | None:
    first = stream.read(1)
    if not first:
        return None
    extra = next((n for n, mark in enumerate((0x80, 0xC0, 0xE0, 0xF0)) if first[0] < mark), 4)
    kept = first[0] & (0x7F >> extra) if extra < 4 else 0
    return int.from_bytes(bytes([kept]) + _read(stream, extra), "big")


def _read(stream: Reader, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
