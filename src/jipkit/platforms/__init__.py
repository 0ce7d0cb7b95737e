"""What is known of a platform, as data: the contents of ``templates/<platform>/platform.yaml``."""

from jipkit.platforms.facts import LineKind, PlatformFacts
from jipkit.platforms.hazards import Cut, Hazard, HazardReason
from jipkit.platforms.images import LabImage
from jipkit.platforms.questions import Answers, Command, Fact
from jipkit.platforms.statements import Blob, Idle, Members, Reveal, Section, Setting

__all__ = [
    "Answers",
    "Blob",
    "Command",
    "Cut",
    "Fact",
    "Hazard",
    "HazardReason",
    "Idle",
    "LabImage",
    "LineKind",
    "Members",
    "PlatformFacts",
    "Reveal",
    "Section",
    "Setting",
]
