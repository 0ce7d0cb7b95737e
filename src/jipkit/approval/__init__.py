"""Plans that another person approves: what needs it, who signed, and whether that counts.

A signature is one of OpenSSH's over a statement: this plan (by the SHA-256 of its file), this network, this time, by
whom, as author or as one who approves. Policy and signers are those of the trusted branch, never those in the folder.
"""

from jipkit.approval.gate import Approval, approval_of, require, standing_of
from jipkit.approval.judge import Refused, Signed, Standing, judge, sha256_of
from jipkit.approval.needs import PlanFacts, facts_of, needed
from jipkit.approval.statement import SignsAs
from jipkit.approval.trusted import Trusted, network_name, trusted

__all__ = [
    "Approval",
    "PlanFacts",
    "Refused",
    "Signed",
    "SignsAs",
    "Standing",
    "Trusted",
    "approval_of",
    "facts_of",
    "judge",
    "needed",
    "network_name",
    "require",
    "sha256_of",
    "standing_of",
    "trusted",
]
