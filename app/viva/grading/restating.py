"""Who says the reference in its own words has covered it.

The fitted model was made for answers in people's own words, in which those that contradict a bullet
stay nearer to its wording than those that support it. What repeats a bullet word for word is
therefore not left to it.
"""

from rapidfuzz import fuzz

from viva.claims import words
from viva.domain import Bullet
from viva.grading.rejections import find_denial
from viva.grading.stance import read_stance
from viva.grading.units import Unit
from viva.grading.wording import content_stems, count_rejections

CONFIDENCE = 0.95
"""Stated for a restated bullet; a convention, not fitted."""
_LIKENESS = 90
"""Likeness to the bullet's text in order, 0 to 100, from which a text may restate it."""


def find_restating(bullet: Bullet, units: tuple[Unit, ...]) -> int | None:
    """Return the index of the first unit that repeats the bullet, or None.

    It holds every content word of the bullet in nearly the same order, and neither the sentence
    around it, nor one right after it that speaks of it, rejects what the bullet does not reject.
    """
    wanted = content_stems(bullet.text)
    for index, unit in enumerate(units):
        if (
            unit.states
            and not unit.rejected
            and wanted <= content_stems(unit.text)
            and _likeness(bullet.text, unit.text) >= _LIKENESS
            and not _turns_against(units[unit.sentence].text, bullet.text)
            and find_denial(units, unit.sentence) is None
        ):
            return index
    return None


def _likeness(reference: str, text: str) -> float:
    reference, text = (" ".join(words(part)) for part in (reference, text))
    return float(fuzz.partial_ratio(reference, text))


def _turns_against(text: str, reference: str) -> bool:
    said, meant = read_stance(text), read_stance(reference)
    return (
        count_rejections(text) > count_rejections(reference)
        or said.dismisses > meant.dismisses
        or said.settles > meant.settles
    )
