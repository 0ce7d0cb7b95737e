"""How long ``jip status`` takes in a lab of 12 routers: both ends of every link, pings and all. Needs root.

Beside it: stock Netmiko that opens a session with each of the same routers, 20 at a time, asks each for its OSPF
neighbours alone, believes any host key, and judges nothing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from calibration import wall_s
from netmiko import ConnectHandler

from jipkit.lab.build import KEY_FILE, USER
from jipkit.testing.labs import Twin, build_twin, copy_project, eventually

ROOT = Path(__file__).parents[1]
ROUTERS = (
    "core-1", "core-2", "gateway-1", "pop-kota", "pop-perkantoran", "pop-pampangan", "kec-kayu-agung", "kec-pampangan",
    "kel-paku", "inspektorat", "setwan", "pkm-pampangan",
)  # fmt: skip
ROUNDS = 3


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_project(ROOT, Path(folder) / "project")
        twin = build_twin(root, f"bench-{os.getpid()}", ROUTERS)
        try:
            eventually(lambda: twin.jip("status").returncode == 0, within_s=60)
            print_table(twin)
        finally:
            twin.lab.down()


def print_table(twin: Twin) -> None:
    """Measure in a lab that runs, and print."""
    addresses = {key: str(one.address) for key, one in twin.project.network.routers.items()}
    key = twin.project.var / KEY_FILE
    status = [wall_s(lambda: _all_well(twin, "status")) for _ in range(ROUNDS)]
    stored = [wall_s(lambda: _all_well(twin, "status", "--stored")) for _ in range(ROUNDS)]
    with twin.inside():
        stock = [wall_s(lambda: stock_sweep(addresses, key)) for _ in range(ROUNDS)]
    print(f"{len(addresses)} routers, {len(twin.project.network.links)} links, seconds, best of {ROUNDS}")
    print(f"{'jip status, the whole command':32} {min(status):7.2f}")
    print(f"{'jip status --stored (no sweep)':32} {min(stored):7.2f}")
    print(f"{'stock Netmiko, one question':32} {min(stock):7.2f}")


def _all_well(twin: Twin, *arguments: str) -> None:
    done = twin.jip(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def stock_sweep(addresses: Mapping[str, str], key: Path) -> None:
    """Ask every router for its OSPF neighbours as a script of thirty lines would."""

    def ask(address: str) -> str:
        login = {"username": USER, "use_keys": True, "key_file": str(key)}
        with ConnectHandler(device_type="linux", host=address, **login) as session:
            answer = session.send_command("vtysh -c 'show ip ospf neighbor json'", read_timeout=20)
        assert isinstance(answer, str)
        return answer

    with ThreadPoolExecutor(20) as pool:
        assert all("neighbors" in answer for answer in pool.map(ask, addresses.values()))


if __name__ == "__main__":
    main()
