"""The units that are judged: an answer's sentences, and the clauses of those that have several.

What speaks to the grader is left out, so that it can neither earn nor lose anything; what states
nothing, such as a list of terms, is kept and marked.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from viva.claims import Claim, split_claims, split_sentences, words
from viva.domain import Question
from viva.grading.asides import blank_out, find_asides
from viva.grading.fillers import blank_fillers
from viva.grading.openers import split_opener
from viva.grading.restarts import blank_restarts, drop_repeats
from viva.grading.wording import function_word_share, rejects

MOST_UNITS = 240
"""Units read of one answer: about ten minutes of speech. What follows is not read."""

_SHORTEST_STATEMENT = 3
_RESTATED = 80
"""Likeness to the question, 0 to 100, from which a unit repeats it."""
_RESTATED_PIECE = 92
_SHORT = 6
"""Words below which notes need no function words: ``prune and int8``."""
_STATEMENT_SHARE = 0.12
_LIST_ITEMS = 4
_LIST_ITEM_WORDS = 2.5
_LIST_SHARE = 0.25
_LONG_LIST = 10
_LONGEST_SENTENCE = 45
"""Words; what runs on longer is read in stretches of at least ``_STRETCH`` words."""
_STRETCH = 14
_ITEM = re.compile(r"[,;/|•]|\s[-–]\s")


class Unit(NamedTuple):
    """A claim of the answer and the sentence around it."""

    claim: Claim
    """Verbatim, for quotes."""
    text: str
    """The same with plain spaces and apostrophes, for reading."""
    sentence: int
    """Index of the sentence among the units."""
    states: bool
    """Whether it is a statement to be judged: no list of terms, not the question again."""
    rejected: bool = False
    """Whether an opener before it rejects it; ``text`` then is what is rejected, read by itself."""


def split_units(answer: str, question: Question) -> tuple[Unit, ...]:
    """Return the sentences of an answer, then the clauses of those that have several.

    Asides are none of them: what speaks to the grader, and what others are made to say.
    """
    said = _blank_disfluencies(blank_out(answer, find_asides(answer, question)))
    clauses = split_claims(said)
    sentences: list[Claim] = []
    for sentence in split_sentences(said):
        sentences += _stretches(sentence, said, clauses)
    units = _reject_governed(
        [_unit(claim, answer, place, question) for place, claim in enumerate(sentences)]
    )
    place = 0
    for clause in clauses:
        while place < len(sentences) and sentences[place].end < clause.end:
            place += 1
        if place == len(sentences):
            break
        around = sentences[place]
        if around.start <= clause.start and clause != around:
            unit = _unit(clause, answer, place, question)
            if split_opener(unit.text)[0]:
                unit = unit._replace(states=False)
            elif units[place].rejected:
                unit = unit._replace(rejected=True)
            if is_list(units[place].text):  # a piece of a list of terms states nothing either
                unit = unit._replace(states=False)
            units.append(unit)
    units = _without_repeats(units)
    return tuple(units[:MOST_UNITS])


def _without_repeats(units: Sequence[Unit]) -> list[Unit]:
    """Mark what was said before word for word: again, it states nothing new."""
    said: set[tuple[bool, str]] = set()
    kept = []
    for unit in units:
        key = unit.rejected, " ".join(words(unit.text))
        kept.append(unit._replace(states=unit.states and key not in said))
        said.add(key)
    return kept


def _reject_governed(sentences: Sequence[Unit]) -> list[Unit]:
    """Mark the sentences that an opener rejects, the rest of its own or else the next one.

    What is rejected with a negation in it is left as it is: two of them may affirm.
    """
    units: list[Unit] = []
    waits = False
    for unit in sentences:
        opener, governed = split_opener(unit.text)
        if waits and not opener:
            unit = unit._replace(rejected=not rejects(unit.text))
        elif opener and len(words(governed)) >= _SHORTEST_STATEMENT and not rejects(governed):
            unit = unit._replace(text=governed, rejected=True)
        waits = bool(opener) and not words(governed)
        units.append(unit._replace(states=False) if waits else unit)
    return units


def plain(text: str) -> str:
    """Return a text as it is read: plain spaces and apostrophes, no disfluencies of speech.

    Example:
        >>> plain("um I don’t   know, you know,  the the drift")
        "I don't know the drift"
    """
    text = " ".join(text.replace("’", "'").split())
    return drop_repeats(" ".join(_blank_disfluencies(text).split()))


def _blank_disfluencies(text: str) -> str:
    return blank_fillers(blank_restarts(text))


def is_list(text: str) -> bool:
    """Whether a text only lists terms.

    Example:
        >>> is_list("Kafka, Flink, Spark, feature store, MLOps")
        True
        >>> is_list("Kafka takes the events in, and Flink, Spark or Beam counts them.")
        False
    """
    found = words(text)
    share = function_word_share(text)
    if len(found) < _SHORT:
        return False
    items = [item for item in _ITEM.split(text) if words(item)]
    short_items = len(items) >= _LIST_ITEMS and len(found) / len(items) <= _LIST_ITEM_WORDS
    return (
        share < _STATEMENT_SHARE
        or (short_items and share < _LIST_SHARE)
        or (len(found) >= _LONG_LIST and share < 1.5 * _STATEMENT_SHARE)
    )


def _stretches(sentence: Claim, answer: str, clauses: tuple[Claim, ...]) -> list[Claim]:
    """Return a sentence, or stretches of it if it runs on as speech does."""
    if len(words(sentence.text)) <= _LONGEST_SENTENCE:
        return [sentence]
    stretches: list[Claim] = []
    start = end = -1
    for clause in clauses:
        if not sentence.start <= clause.start < sentence.end:
            continue
        start = clause.start if start < 0 else start
        end = clause.end
        if len(words(answer[start:end])) >= _STRETCH:
            stretches.append(Claim(start, end, answer[start:end]))
            start = -1
    if start >= 0:
        stretches.append(Claim(start, end, answer[start:end]))
    return stretches


def _unit(claim: Claim, answer: str, sentence: int, question: Question) -> Unit:
    """Return a unit that is read without its disfluencies and quoted with them."""
    text = plain(claim.text)
    states = (
        len(words(text)) >= _SHORTEST_STATEMENT
        and not _restates(text, plain(question.text))
        and not is_list(text)
    )
    return Unit(claim._replace(text=answer[claim.start : claim.end]), text, sentence, states)


def _restates(text: str, question: str) -> bool:
    """Whether a text repeats the question or a piece of it, and adds nothing."""
    if len(text) <= len(question):
        return bool(fuzz.partial_ratio(text.lower(), question.lower()) > _RESTATED_PIECE)
    return bool(fuzz.ratio(text.lower(), question.lower()) > _RESTATED)
