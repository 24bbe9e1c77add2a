"""Tell answers that the local grader cannot read, because they are not English."""

import py3langid

from viva.claims import words
from viva.grading.wording import function_word_share

_FOREIGN_AT_LEAST = 6
"""Words from which the language of an answer can be told."""


def is_foreign(answer: str) -> bool:
    """Whether an answer is long enough to tell and is not English.

    Terms and names confuse a language detector, so English function words overrule it.
    """
    found = words(answer)
    if sum(character.isalpha() for character in answer) >= 4 and not any(
        character.isascii() and character.isalpha() for character in answer
    ):
        return True
    if len(found) < _FOREIGN_AT_LEAST or function_word_share(answer) >= 0.15:
        return False
    language, _ = py3langid.classify(answer)
    foreign_letters = any(not character.isascii() and character.isalpha() for character in answer)
    return language != "en" and (foreign_letters or function_word_share(answer) < 0.05)
