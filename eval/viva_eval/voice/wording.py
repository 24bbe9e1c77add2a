"""Words as they are compared: what was said with what was heard. Pure."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import jiwer

_LEFT_OUT = "something"
"""Stands where a term was."""
_JOINS = re.compile(r"[-/–—_]")
_SIGNS = re.compile(r"[^a-z0-9%$ ]")


class WordErrors(NamedTuple):
    """Words that were heard wrongly, left out or put in, of those that were said."""

    errors: int
    words: int


def plain_words(text: str) -> str:
    """Return a text as words with single spaces between: small letters, no signs but % and $.

    Joined words are taken apart. Numbers stay as they are written, so that "ten" and "10" differ.

    Example:
        >>> plain_words("Don't re-train on A/B tests: 5% drift.")
        'dont re train on a b tests 5% drift'
    """
    text = text.lower().replace("'", "").replace("’", "")
    return " ".join(_SIGNS.sub(" ", _JOINS.sub(" ", text)).split())


def count_errors(said: str, heard: str) -> WordErrors:
    """Return the word errors of a transcript: the least edits, by jiwer (Levenshtein 1966)."""
    reference = plain_words(said)
    if not reference:
        return WordErrors(len(plain_words(heard).split()), 0)
    found = jiwer.process_words(reference, plain_words(heard))
    return WordErrors(
        found.substitutions + found.deletions + found.insertions, len(reference.split())
    )


def find_unsaid(terms: Iterable[str], said: str, heard: str) -> tuple[str, ...]:
    """Return the terms that a transcript has and that were not said.

    Example:
        >>> find_unsaid(["Spark", "A/B test"], "We park it after an a/b test.", "We spark it.")
        ('Spark',)
    """
    was_said, was_heard = (f" {plain_words(text)} " for text in (said, heard))
    return tuple(
        term
        for term in terms
        if (own := f" {plain_words(term)} ") in was_heard and own.strip() and own not in was_said
    )


def leave_out(terms: Iterable[str], text: str) -> str:
    """Return a text with "something" in place of the terms, longest first.

    Example:
        >>> leave_out(["Spark", "Spark Streaming"], "Use Spark Streaming, or Spark.")
        'Use something, or something.'
    """
    ordered = sorted((term for term in terms if term.strip()), key=lambda term: (-len(term), term))
    if not ordered:
        return text
    return re.sub(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)",
        _LEFT_OUT,
        text,
        flags=re.IGNORECASE,
    )
