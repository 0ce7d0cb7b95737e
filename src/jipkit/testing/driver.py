"""The driver of `napalm_frr` with a simulated router at the other end of its connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jipkit.testing.shell import SimulatedShell
from napalm_frr.device import DeviceSide
from napalm_frr.driver import FRRDriver

if TYPE_CHECKING:
    from jipkit.testing.district import SimulatedDistrict


class SimulatedDriver(FRRDriver):
    """`napalm_frr.FRRDriver` in every verb, answer and exception; only the connection is another one.

    ``optional_args`` may name the ``router`` that is meant: another one at its address is refused by its host key.
    """

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
        *,
        district: SimulatedDistrict,
    ) -> None:
        options = dict(optional_args or {})
        self._router: str | None = options.pop("router", None)
        self._district = district
        super().__init__(hostname, username, password, timeout, options)

    def open(self) -> None:
        """Log in.

        Raises:
            ConnectTimeoutError: no router answers at the address.
            IdentityError: whoever answers there shows another key than the one that is trusted.
        """
        router = self._district.connect(self.hostname, self._router)
        shell = SimulatedShell(self._district, router, self.hostname, self.timeout, self._limit_bytes)
        self._session, self._device = shell, DeviceSide(shell, self._directory)
