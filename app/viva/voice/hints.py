"""Words of a deck that a recogniser may not expect: names, abbreviations, terms of the trade.

They are drawn from the whole deck, never from the question that was asked: hints of one question
could write its own points into the transcript.
"""

import re
from collections import Counter
from collections.abc import Iterator

from viva.domain import Deck, Question

FEWEST_QUESTIONS = 10
"""Smaller decks give no hints: their words would be those of the question that was asked."""

_WORD = re.compile(r"[^\W_][\w.+#/&-]*\w|\w")
_UNUSUAL = re.compile(r"[A-Z].*[A-Z0-9]|[a-z].*[A-Z]|^\w-\w{4,}")
"""``SMOTE``, ``S3``, ``MLflow``, ``k-anonymity``: whatever no sentence would write so."""


def domain_words(deck: Deck) -> tuple[str, ...]:
    """Return a deck's unusual words, those of most questions first, then in alphabetical order.

    Key terms with a capital letter count whole (``Delta Lake``); of other texts, single words that
    are written in an unusual way. There are none for fewer than ``FEWEST_QUESTIONS`` questions.
    """
    if len(deck.questions) < FEWEST_QUESTIONS:
        return ()
    counts = Counter(word for question in deck.questions for word in set(_words(question)))
    return tuple(sorted(counts, key=lambda word: (-counts[word], word.lower(), word)))


def _words(question: Question) -> Iterator[str]:
    texts = [question.text]
    for bullet in question.bullets:
        texts += [bullet.text, *bullet.key_terms]
        yield from (term for term in bullet.key_terms if _is_name(term))
    for text in texts:
        yield from (word for word in _WORD.findall(text) if _UNUSUAL.search(word))


def _is_name(term: str) -> bool:
    return all(word[0].isupper() or _UNUSUAL.search(word) for word in term.split())
