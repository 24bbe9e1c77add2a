"""What the local grader looks at: for each bullet, how an answer's claims relate to it.

Pure: similarities come in, a row of numbers a bullet comes out.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from viva.claims import Claim, split_claims, split_sentences, words
from viva.domain import Bullet, Question
from viva.grading.wording import (
    addresses_grader,
    admits_ignorance,
    affirms_by_negation,
    content_stems,
    function_word_share,
    has_opposite,
    rejects,
)

FEATURES = (
    "best",  # highest similarity of a claim that states something
    "best_any",  # the same over all claims
    "second",  # highest similarity of a claim apart from the best one
    "context",  # similarity of the sentence around the best claim
    "parts_mean",  # mean over the bullet's parts of each part's best similarity
    "parts_min",
    "compound",  # whether the bullet has several parts
    "lead",  # how far the best claim prefers this bullet to the question's others
    "terms_best",  # a key term stands in the best claim
    "terms_all",  # share of up to three key terms found in statements
    "words_best",  # weighted share of the bullet's words in the best claim
    "words_all",  # and in the three best claims together
    "rejects",  # the best claim holds a rejection that is not an affirmation
    "rejects_context",
    "rejects_same",  # a rejecting claim's similarity
    "affirms",
    "opposite",  # an antonym of the bullet's word
    "function_words",  # of the best claim
    "length",  # log words of the best claim
    "answer_length",
    "answer_function_words",
    "restates",  # similarity of the best claim to the question itself
    "ignorance",
)
"""Names of the columns, in order."""

_SHORTEST_STATEMENT = 3
_PARTS = re.compile(r",\s+(?:and\s+)?|\s+(?:and|or|with|by|to|so that|for)\s+|;\s+|:\s+|\s+\(")
_STATEMENT_SHARE = 0.12


class Unit(NamedTuple):
    """A claim of the answer and the sentence around it."""

    claim: Claim
    sentence: int
    """Index of the sentence among the units."""
    states: bool
    """Whether it is a statement to be judged: not a list of terms, not a word to the grader."""


def split_units(answer: str, question: Question) -> tuple[Unit, ...]:
    """Return the sentences of an answer, then the clauses of those that have several.

    Sentences that speak to the grader are left out: they can neither earn nor lose anything.
    """
    sentences = [s for s in split_sentences(answer) if not addresses_grader(s.text)]
    units = [
        Unit(sentence, place, _states(sentence.text, question))
        for place, sentence in enumerate(sentences)
    ]
    known = {(sentence.start, sentence.end) for sentence in sentences}
    for clause in split_claims(answer):
        around = next(
            (i for i, s in enumerate(sentences) if s.start <= clause.start and clause.end <= s.end),
            None,
        )
        if around is not None and (clause.start, clause.end) not in known:
            units.append(Unit(clause, around, _states(clause.text, question)))
    return tuple(units)


def split_parts(bullet: Bullet) -> tuple[str, ...]:
    """Return the phrases of a bullet that can be met one by one; the whole if it has one."""
    parts = [part.strip(" .()") for part in _PARTS.split(bullet.text)]
    long_enough = tuple(part for part in parts if len(content_stems(part)) >= 2)
    return long_enough if len(long_enough) > 1 else (bullet.text,)


def describe(
    question: Question,
    units: Sequence[Unit],
    *,
    similarities: NDArray[np.float32],
    part_similarities: Sequence[NDArray[np.float32]],
    question_similarities: NDArray[np.float32],
    rarity: dict[str, float],
) -> NDArray[np.float64]:
    """Return one row of ``FEATURES`` for each bullet.

    Args:
        question: The question asked.
        units: The pieces of the answer, at least one.
        similarities: Cosine of each unit with each bullet, units x bullets.
        part_similarities: For each bullet, units x parts of that bullet.
        question_similarities: Cosine of each unit with the question's text.
        rarity: Weight of each word stem of the deck: its inverse document frequency.
    """
    answer_words = [word for unit in units if unit.claim for word in words(unit.claim.text)]
    shared = (
        np.log1p(len(answer_words)),
        function_word_share(" ".join(answer_words)),
    )
    rows = [
        _row(
            place,
            bullet,
            units,
            similarities,
            part_similarities[place],
            question_similarities,
            rarity,
            shared,
        )
        for place, bullet in enumerate(question.bullets)
    ]
    return np.array(rows, dtype=np.float64)


def best_unit(units: Sequence[Unit], column: NDArray[np.float32]) -> int:
    """Return the index of the statement most similar to a bullet; of any unit if none states."""
    stated = np.array([unit.states for unit in units])
    return int(np.argmax(np.where(stated, column, column - 2)))


def _states(text: str, question: Question) -> bool:
    """Whether a text states something: terms without function words, or the question, do not."""
    if len(words(text)) < _SHORTEST_STATEMENT:
        return False
    if fuzz.ratio(text.lower(), question.text.lower()) > 80:
        return False
    return len(words(text)) < 6 or function_word_share(text) >= _STATEMENT_SHARE


def _row(
    place: int,
    bullet: Bullet,
    units: Sequence[Unit],
    similarities: NDArray[np.float32],
    parts: NDArray[np.float32],
    to_question: NDArray[np.float32],
    rarity: dict[str, float],
    shared: tuple[float, float],
) -> list[float]:
    column = similarities[:, place]
    best = best_unit(units, column)
    top = units[best]
    sentence = units[top.sentence].claim.text
    others = [unit.sentence != top.sentence for unit in units]
    stated = [unit.states for unit in units]
    rivals = np.delete(similarities[best], place)
    three = np.argsort(column)[::-1][:3]
    rejecting = [_rejects(unit.claim.text) for unit in units]
    terms = [_has_term(term, top.claim.text) for term in bullet.key_terms]
    all_text = " ".join(unit.claim.text for unit in units if unit.states)
    found = sum(_has_term(term, all_text) for term in bullet.key_terms)
    has_parts = parts.shape[1] > 1
    best_parts = parts[np.array(stated)].max(axis=0) if any(stated) else parts.max(axis=0) * 0
    return [
        float(column[best]) if top.states else 0.0,
        float(column.max()),
        float(column[others].max()) if any(others) else 0.0,
        float(column[top.sentence]),
        float(best_parts.mean()),
        float(best_parts.min()),
        float(has_parts),
        float(column[best] - rivals.max()) if rivals.size else 0.0,
        float(any(terms)),
        min(found, 3) / 3,
        _word_share(bullet, top.claim.text, rarity),
        _word_share(bullet, " ".join(units[i].claim.text for i in three), rarity),
        float(rejecting[best]),
        float(_rejects(sentence)),
        max((float(v) for v, r in zip(column, rejecting, strict=True) if r), default=0.0),
        float(affirms_by_negation(sentence)),
        float(has_opposite(top.claim.text, bullet.text)),
        function_word_share(top.claim.text),
        float(np.log1p(len(words(top.claim.text)))),
        *shared,
        float(to_question[best]),
        float(admits_ignorance(sentence)),
    ]


def _rejects(text: str) -> bool:
    return rejects(text) and not affirms_by_negation(text)


def _has_term(term: str, text: str) -> bool:
    """Whether a term stands in a text, near enough for typos in long terms."""
    if len(term) < 6:
        return term.lower() in words(text)
    return bool(fuzz.partial_ratio(term.lower(), text.lower()) >= 88)


def _word_share(bullet: Bullet, text: str, rarity: dict[str, float]) -> float:
    wanted = content_stems(bullet.text)
    total = sum(rarity.get(stem, 1.0) for stem in wanted)
    held = sum(rarity.get(stem, 1.0) for stem in wanted & content_stems(text))
    return held / total if total else 0.0
