"""What `napalm_frr`'s script on a router does, on a simulated one: the same actions, answers and exit statuses."""

from __future__ import annotations

from jipkit.testing.router import SimulatedRouter
from napalm_frr.device import NOTHING, PENDING
from napalm_frr.shell import Answer

_EXACT = {None: "-", True: "yes", False: "no"}


def act(router: SimulatedRouter, action: str, arguments: list[str], stdin: str) -> Answer:
    """Return the answer to one action of the script: commit, confirm, rollback or status."""
    match action, arguments:
        case "commit", [token, mode, revert_in, _, _]:
            return _commit(router, token, mode, float(revert_in), stdin)
        case "confirm", [token]:
            return _confirm(router, token)
        case "rollback", [token, reason]:
            done = router.roll_back(token, reason)
            return Answer(0, _status(router), "") if done else Answer(NOTHING, "", "")
        case "status", []:
            return Answer(0, _record(router), "")
    return Answer(99, "", "")


def _commit(router: SimulatedRouter, token: str, mode: str, revert_in: float, candidate: str) -> Answer:
    if router.pending is not None:
        return Answer(PENDING, "", "")
    before = router.running
    refused = router.apply(token, mode, revert_in, candidate)
    if refused is not None:
        return Answer(0, f"{_status(router)}= log\n{refused}\n", "")
    return Answer(0, f"{_status(router)}= before\n{before}= after\n{router.running}", "")


def _confirm(router: SimulatedRouter, token: str) -> Answer:
    if router.pending is None:
        return Answer(NOTHING, "", "")
    if token not in ("", router.pending.token):
        return Answer(PENDING, "", "")
    router.confirm(router.pending)
    return Answer(0, "", "")


def _status(router: SimulatedRouter) -> str:
    return f"= status\n{_record(router)}"


def _record(router: SimulatedRouter) -> str:
    record = router.record
    if record.state == "none":
        return ""
    fields = {
        "token": record.token,
        "state": record.state,
        "exact": _EXACT[record.exact],
        "when": f"{record.when:.0f}",
        "detail": record.detail,
    }
    return "".join(f"{key}={value}\n" for key, value in fields.items())
