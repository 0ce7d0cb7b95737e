"""Reading Junos over NETCONF: the session, the configuration as ``display set`` prints it, and answers in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from jnpr.junos.utils.config import Config
from lxml import etree
from lxml.builder import E
from napalm.junos import JunOSDriver
from ncclient.operations import RPCError

from jipkit.drivers.junos_session import VerifiedDevice, in_words_of_napalm

_JSON = re.compile(r"\s*\|\s*display\s+json\s*$")
_UNNEEDED = "not needed by configuration"


class JunosReader(JunOSDriver):  # type: ignore[misc]  # napalm is untyped
    """NAPALM's driver over a session with a router whose key we know; NAPALM takes any key."""

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        login = dict(optional_args or {})
        super().__init__(hostname, username, password, timeout or 60, login)
        self.device = VerifiedDevice(
            hostname,
            login,
            user=username,
            password=password,
            port=self.port,
            ssh_private_key_file=self.key_file,
            conn_open_timeout=float(login.get("conn_timeout") or timeout or 60),
        )

    def open(self) -> None:
        """Log in. What goes wrong is what `VerifiedDevice.open` says."""
        self.device.open()
        self.device.timeout = self.timeout
        self.device._conn._session.transport.set_keepalive(self.keepalive)  # noqa: SLF001 - PyEZ has no other door
        self.device.bind(cu=Config)

    def close(self) -> None:
        """Give up what is not committed, and the session."""
        if self.device.connected and self.locked:
            self.discard_config()
        if self.device._conn is not None:  # noqa: SLF001 - PyEZ has no other door
            self.device.connected, transport = False, self.device._conn._session.transport  # noqa: SLF001 - same
            transport.close()

    def __exit__(self, *failure: object) -> None:
        """Close; unlike NAPALM's own, it leaves an exception that NAPALM does not name unprinted."""
        self.close()

    # ------------------------------------------------------------------ reading
    def get_facts(self) -> dict[str, Any]:
        """Return what the router says of itself; what NAPALM would ask besides is unknown here."""
        with in_words_of_napalm(self.hostname):
            answer = self.device.rpc.get_software_information()
        name = answer.findtext(".//host-name") or ""
        return {
            "vendor": "Juniper",
            "model": answer.findtext(".//product-model") or "",
            "os_version": answer.findtext(".//junos-version") or "",
            "hostname": name,
            "fqdn": name,
            "serial_number": "",
            "uptime": -1.0,
            "interface_list": [],
        }

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,
        sanitized: bool = False,
        format: str = "set",  # noqa: A002 - the name is NAPALM's
    ) -> dict[str, str]:
        """Return configurations as ``display set`` prints them; Junos starts with what it runs."""
        del full
        if sanitized:
            raise NotImplementedError(f"{self.hostname}: secrets are redacted elsewhere")
        with in_words_of_napalm(self.hostname):
            read = {
                name: self._configuration(format, database)
                for name, database in (("running", "committed"), ("candidate", "candidate"))
                if retrieve in ("all", name)
            }
        return {"startup": "", "running": "", "candidate": ""} | read

    def _configuration(self, kind: str, database: str) -> str:
        options = {"format": kind, "database": database}
        return str(self.device.rpc.get_config(filter_xml=None, options=options).text or "").lstrip("\n")

    def cli(self, commands: Sequence[str], encoding: str = "text") -> dict[str, str]:
        """Return what each command prints; ``| display json`` is asked for in JSON, for NETCONF heeds no pipe."""
        with in_words_of_napalm(self.hostname):
            asked = {command: self._json(command) for command in commands if _JSON.search(command)}
        others = [command for command in commands if command not in asked]
        if others:
            with in_words_of_napalm(self.hostname):
                asked |= super().cli(others, encoding)
        return asked

    def _json(self, command: str) -> str:
        """Return what a command prints; in words where the router has no JSON for it, as that OSPF is not running."""
        request = E("command", _JSON.sub("", command), format="json")
        try:
            reply = self.device._conn.rpc(request)  # noqa: SLF001 - PyEZ would ask for the version first
        except RPCError as error:
            if _UNNEEDED not in str(error):
                raise
            return f"error: {' '.join(str(error).split())}"
        text = etree.fromstring(str(reply).encode()).xpath("string()").strip()
        try:
            return _in_words(json.loads(text, strict=False))
        except ValueError:
            return str(text)


def _in_words(answer: Any) -> str:
    """Return an answer as text, and one that is nothing but words without what NETCONF wraps them in."""
    match answer:
        case {"output": [{"data": str(words)}]} if len(answer) == 1:
            return words
    return json.dumps(answer)
