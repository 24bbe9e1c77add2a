"""What a rejection is aimed at.

The bullets of a question are near to each other, so that one rejection looks like a contradiction
of several: it is taken for the nearest one, and the others are judged anew without it. And a
sentence such as "That is a waste of time." is aimed at the one before it.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viva.domain import Verdict
from viva.grading.describer import Seen
from viva.grading.stance import read_stance
from viva.grading.units import Unit
from viva.grading.wording import affirms_by_negation, rejects

_SPEAKS_OF_IT = re.compile(
    r"(?:(?:but|and|though|however|yet|still|honestly|in my view|i think),? )?"
    r"(?:that|this|it|these|those|all of (?:that|this|it))\b",
    re.IGNORECASE,
)
_TURNS = re.compile(r"\w.*\b(?:but|still|yet|anyway|worth)\b", re.IGNORECASE)
"""A dismissal that goes on to take itself back: "That is expensive, but I would do it"."""


def speaks_against(text: str) -> bool:
    """Whether a text rejects or belittles something, and does not affirm it by that."""
    return (rejects(text) or read_stance(text).dismisses > 0) and not affirms_by_negation(text)


def find_denial(units: Sequence[Unit], sentence: int) -> int | None:
    """Return the index of the sentence right after one that rejects what it says, or None."""
    following = sentence + 1
    if following >= len(units) or units[following].sentence != following:
        return None
    text = units[following].text
    aimed = _SPEAKS_OF_IT.match(text) and not _TURNS.search(text)
    return following if aimed and read_stance(text).dismisses else None


def leave_to_the_nearest(seen: Seen, verdicts: Sequence[Verdict]) -> NDArray[np.bool_] | None:
    """Return which units each bullet may rest on once each rejection is left to one bullet.

    None if no two bullets are contradicted by the same sentence: nothing is to be judged anew.
    """
    by_sentence: dict[int, list[int]] = defaultdict(list)
    for place, verdict in enumerate(verdicts):
        if verdict is Verdict.CONTRADICTED:
            by_sentence[seen.units[seen.description.best[place]].sentence].append(place)
    if all(len(places) == 1 for places in by_sentence.values()):
        return None
    open_to = seen.description.open_to.copy()
    for sentence, places in by_sentence.items():
        against = [
            index
            for index, unit in enumerate(seen.units)
            if unit.sentence == sentence and (unit.rejected or speaks_against(unit.text))
        ]
        nearness = {
            place: seen.similarities[seen.description.best[place], place] for place in places
        }
        for place in places:
            if nearness[place] < max(nearness.values()):
                open_to[against, place] = False
                open_to[seen.description.best[place], place] = False
    return open_to
