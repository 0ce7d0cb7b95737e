"""The files of a simulated RouterOS, over SFTP."""

from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING

import paramiko
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK

from jipkit.testing.ssh import Visit

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from jipkit.testing.devices.routeros import SimulatedRouterOs

_ENCRYPTED = b"\xef\xa8\x91\x72"
"""How the binary of a backup begins; what follows nobody reads."""


def sftp(device: SimulatedRouterOs, visit: Visit, name: str) -> int:
    """Serve the files of ``device`` over a channel until the client goes; return the exit status."""
    server = paramiko.SFTPServer(visit.channel, name, paramiko.ServerInterface(), _Files, device)
    server.start()
    server.join()
    return 0


class _Files(paramiko.SFTPServerInterface):
    """What the files are: one level, names with ``flash/`` before them where there is a ``flash``."""

    def __init__(self, server: paramiko.ServerInterface, device: SimulatedRouterOs) -> None:
        super().__init__(server)
        self._device = device

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        name = path.strip("/")
        with self._device.lock:
            if not name or (name == "flash" and self._device.box.flash):
                return _attributes(name, None)
            if name not in self._device.files:
                return SFTP_NO_SUCH_FILE
            return _attributes(name, _content(self._device, name))

    lstat = stat

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        del path  # there is one level
        with self._device.lock:
            return [_attributes(name, _content(self._device, name)) for name in self._device.files]

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        del attr
        name = path.strip("/")
        writing = flags & 3 != 0
        with self._device.lock:
            if not writing and name not in self._device.files:
                return SFTP_NO_SUCH_FILE
            return _Handle(self._device, name, writing=writing)

    def remove(self, path: str) -> int:
        with self._device.lock:
            return SFTP_OK if self._device.files.pop(path.strip("/"), None) is not None else SFTP_NO_SUCH_FILE


class _Handle(paramiko.SFTPHandle):
    """One open file; what is written to it is there once it is closed."""

    def __init__(self, device: SimulatedRouterOs, name: str, *, writing: bool) -> None:
        super().__init__()
        self._device, self._name, self._writing = device, name, writing
        self._data = io.BytesIO(b"" if writing else _content(device, name))

    def read(self, offset: int, length: int) -> bytes:
        self._data.seek(offset)
        return self._data.read(length)

    def write(self, offset: int, data: ReadableBuffer) -> int:
        if self._data.getbuffer().nbytes + memoryview(data).nbytes > self._device.box.free_bytes:
            return SFTP_FAILURE
        self._data.seek(offset)
        self._data.write(data)
        return SFTP_OK

    def stat(self) -> paramiko.SFTPAttributes:
        return _attributes(self._name, self._data.getvalue())

    def close(self) -> None:
        if self._writing:
            with self._device.lock:
                self._device.files[self._name] = self._data.getvalue()
        super().close()


def _content(device: SimulatedRouterOs, name: str) -> bytes:
    held = device.files[name]
    return held if isinstance(held, bytes) else _ENCRYPTED


def _attributes(name: str, content: bytes | None) -> paramiko.SFTPAttributes:
    found = paramiko.SFTPAttributes()
    found.filename = name
    found.st_size = len(content or b"")
    found.st_mode = (stat.S_IFDIR | 0o755) if content is None else (stat.S_IFREG | 0o644)
    return found
