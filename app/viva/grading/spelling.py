"""Slips of typing in words of the subject, mended for reading; quotes keep them.

Policy: "Give the benefit of the doubt on wording, spelling, speech recognition errors and filler
words". A network reads "monitorng" as pieces that mean nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from viva.claims import words
from viva.domain import Deck

_SHORTEST = 5
"""Letters; in a shorter word, one slip may hide which it was."""
WHOLE_WORD = re.compile(r"(?<![\w'’.@/-])[A-Za-z]+(?![\w'’@/-]|\.\w)")
"""A word of letters: no part of a number, a name such as scikit-learn, or an address."""


class Speller:
    """Mends words that differ by one slip from exactly one word of a deck.

    A slip is a letter too many, too few or wrong, or two that changed places (optimal string
    alignment: Boytsov 2011, "Indexing methods for approximate dictionary searching", section 2).
    First and last letters must be right: no slip there, and "consistent" never becomes
    "inconsistent".

    Args:
        deck: Whose words are mended to.
        known: Words in lower case that are right as they are.
    """

    def __init__(self, deck: Deck, known: Iterable[str] = ()) -> None:
        texts = [
            text
            for question in deck.questions
            for bullet in question.bullets
            for text in (question.text, bullet.text, bullet.hint or "", *bullet.key_terms)
        ]
        subject = {word for text in texts for word in words(text) if len(word) >= _SHORTEST}
        self._known = subject.union(known)
        self._by_ends: dict[str, list[str]] = defaultdict(list)
        for word in sorted(subject):
            self._by_ends[word[0] + word[-1]].append(word)

    def mend(self, text: str) -> str:
        """Return a text with the slips in words of the deck mended."""
        return WHOLE_WORD.sub(lambda match: self._mend_word(match.group()), text)

    def _mend_word(self, word: str) -> str:
        lower = word.lower()
        if len(lower) < _SHORTEST - 1 or lower in self._known:
            return word
        near = [
            other
            for other in self._by_ends.get(lower[0] + lower[-1], ())
            if abs(len(other) - len(lower)) <= 1 and OSA.distance(lower, other, score_cutoff=1) <= 1
        ]
        return near[0] if len(near) == 1 else word
