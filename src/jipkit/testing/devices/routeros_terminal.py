"""The console of a simulated RouterOS in a shell: its banner, its prompt, and how it paints lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jipkit.testing.devices.routeros_console import Console
from jipkit.testing.devices.terminal import Terminal
from jipkit.testing.ssh import Visit

if TYPE_CHECKING:
    from jipkit.testing.devices.routeros import SimulatedRouterOs


class RouterOsTerminal(Terminal):
    """One session on the console.

    Stands for: a user name that ends in ``+ct511w4098h`` sets up the console and is no part of the name; the line that
    was typed is painted once more when return is typed; a path alone goes to that menu, which the prompt then shows.
    """

    def __init__(self, visit: Visit, device: SimulatedRouterOs) -> None:
        super().__init__(visit)
        self._device = device
        self._user = visit.user.partition("+")[0]
        self._here = ""

    @property
    def prompt(self) -> str:
        name = self._device.model.setting("/system identity", "name")
        shown = self._here if self._device.box.version.startswith("6.") else self._here.replace(" ", "/")
        return f"[{self._user}@{name}] {shown}> "

    def greeting(self) -> str:
        return f"\n\n  MikroTik RouterOS {self._device.box.version} (c) 1999-2026       https://www.mikrotik.com/\n\n\n"

    def repaint(self, line: str) -> str:
        return f"\r{self.prompt}{line}\n"

    def answer(self, line: str) -> str:
        said = line.strip()
        with self._device.lock:
            if said in ("quit", "/quit"):
                self.open = False
                return "interrupted\n"
            if said == "/":
                self._here = ""
                return "\n"
            whole = said if said.startswith(("/", ":")) or not self._here else f"{self._here} {said}"
            if said and self._device.model.is_menu(whole):
                self._here = "/" + " ".join(whole.replace("/", " ").split())
                return "\n"
            return Console(self._device, self._user, self.ask).run(whole) + "\n"
