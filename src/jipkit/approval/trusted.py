"""The policy that is in force and the people who may sign, as they stand in the trusted branch.

Which branch that is says the policy itself. The first time it does, jip notes it in ``var/trusted_ref``; from then on
a policy that names another branch, or none, is refused: else who edits a file in the folder would choose the judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jipkit.approval.signers import Signer, read_signers
from jipkit.approval.tree import Tree
from jipkit.errors import ApprovalError
from jipkit.files import create_once
from jipkit.inventory import read_policy
from jipkit.model import Policy
from jipkit.project import Project

POLICY = "inventory/policy.yaml"
SIGNERS = "inventory/allowed_signers"
PIN = "trusted_ref"


@dataclass(frozen=True, slots=True)
class Trusted:
    """What counts: ``policy`` and ``signers`` of the branch ``policy.trusted_ref``, which stands at ``commit``."""

    policy: Policy
    signers: tuple[Signer, ...]
    commit: str

    @property
    def signers_file(self) -> str:
        """What messages call the file that names the signers."""
        return f"{self.policy.trusted_ref}:{SIGNERS}"


def trusted(project: Project) -> Trusted | None:
    """Return the policy in force with its signers; None where the project has none and never had one.

    Raises:
        ApprovalError: it cannot be known: nothing may be carried out on the strength of the folder alone.
        InventoryError: the policy in the trusted branch has faults.
    """
    pin = project.root / "var" / PIN
    noted = _noted(pin)
    named = project.district.policy.trusted_ref if project.district.policy else None
    ref = noted or named
    if ref is None:
        return None
    tree = Tree.of(project.root, ref)
    policy = _policy(tree, pin if noted else None)
    signers = tree.read(SIGNERS)
    if signers is None:
        raise ApprovalError(
            f"{tree.name(SIGNERS)}: is missing; nobody may sign. Write it, and commit it to that branch"
        )
    create_once(pin, f"{ref}\n".encode)
    return Trusted(policy, read_signers(signers, tree.name(SIGNERS)), tree.commit)


def _noted(pin: Path) -> str | None:
    try:
        ref = pin.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ApprovalError(f"{pin}: cannot be read: {error}; it notes which branch is trusted") from error
    if not ref:
        raise ApprovalError(f"{pin}: is empty; it notes which branch is trusted, such as refs/heads/main")
    return ref


def _policy(tree: Tree, pin: Path | None) -> Policy:
    """Return the policy in the branch, which has to name that branch itself."""
    content = tree.read(POLICY)
    policy = None if content is None else read_policy(content, tree.name(POLICY))
    decided = f"; was that decided, remove {pin}" if pin else ""
    if policy is None:
        raise ApprovalError(f"{tree.name(POLICY)}: there is no policy; it counts when it is committed there{decided}")
    if policy.trusted_ref != tree.ref:
        raise ApprovalError(f"{tree.name(POLICY)}: trusts {policy.trusted_ref}, not its own branch{decided}")
    return policy


def network_name(project: Project) -> str:
    """Return what a signature calls the network: the district's domain, or ``lab/NAME`` for a twin of it.

    Raises:
        ApprovalError: the district is called as only a twin may be.
    """
    domain = project.district.standards.domain
    if "/" in domain:
        raise ApprovalError(
            f"inventory/standards.yaml: domain: {domain} could be the name of a twin; write it without /"
        )
    return f"lab/{project.lab}" if project.lab else domain
