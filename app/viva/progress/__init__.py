"""Progress: what a history of interviews says of somebody's practice. Pure; the clock is passed in.

``make_progress`` makes all that the page shows; each module beside it is one of its parts.
"""

from viva.progress.attempts import Attempt, AttemptRef, find_attempts, time_spent
from viva.progress.bullets import BulletRecord, missed_bullets
from viva.progress.overview import Progress, make_progress

__all__ = [
    "Attempt",
    "AttemptRef",
    "BulletRecord",
    "Progress",
    "find_attempts",
    "make_progress",
    "missed_bullets",
    "time_spent",
]
