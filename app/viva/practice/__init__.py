"""What to ask next: from wishes, a deck and what was answered before to the plan of a session."""

from viva.practice.planning import Known, plan_practice
from viva.practice.today import Waiting, typical_seconds, waiting
from viva.practice.wishes import (
    DEFAULT_SECONDS_PER_QUESTION,
    Choice,
    Plan,
    Wishes,
)

__all__ = [
    "DEFAULT_SECONDS_PER_QUESTION",
    "Choice",
    "Known",
    "Plan",
    "Waiting",
    "Wishes",
    "plan_practice",
    "typical_seconds",
    "waiting",
]
