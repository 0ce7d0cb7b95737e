"""The state of each link, why, and whom it cuts off: judged from what the routers at its ends say.

Pure: takes observations (`jipkit.observation`), gives values. The absence of a testimony is never good news.
"""

from jipkit.verdict.asking import routers_left_to_ask, routers_to_ask
from jipkit.verdict.bounds import THRESHOLDS, Bounds, bounds_of
from jipkit.verdict.flapping import WINDOW, breaks, unless_flapping
from jipkit.verdict.link import LinkVerdict
from jipkit.verdict.network import judge_network, with_offices
from jipkit.verdict.outages import Outage, find_outages, services_of
from jipkit.verdict.words import FAULTY, NOT_ASSESSED, SENTENCES, Evidence, Verdict, Words

__all__ = [
    "FAULTY",
    "NOT_ASSESSED",
    "SENTENCES",
    "THRESHOLDS",
    "WINDOW",
    "Bounds",
    "Evidence",
    "LinkVerdict",
    "Outage",
    "Verdict",
    "Words",
    "bounds_of",
    "breaks",
    "find_outages",
    "judge_network",
    "routers_left_to_ask",
    "routers_to_ask",
    "services_of",
    "unless_flapping",
    "with_offices",
]
