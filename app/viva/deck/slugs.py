"""Ids: made from texts when a sheet is imported, told apart when a deck is checked."""

import hashlib
import re
import unicodedata
from collections.abc import Collection

from rapidfuzz.distance import OSA

_FUNCTION_WORDS = """
    a an and are as at be been being by can could do does for from given has have how i if in
    into is it its like may might of on or our should so such than that the their them then
    these they this those to use used using via was we were what when where which while who why
    will with would you your
"""
"""Words that an id loses nothing by leaving out."""

_MAX_LENGTH = 64
"""The longest id that ``domain.Slug`` takes."""

_TYPO_LENGTH = 12
"""From how many letters on a difference of one letter looks like a slip rather than a choice."""


def slugify(text: str, *, words: int = 8) -> str:
    """Return an id made of the first telling words of a text.

    A text without any Latin letter or digit gets an id from its hash, so that the same text
    always has the same id.

    Example:
        >>> slugify("How do you handle drift in a deployed model?")
        'handle-drift-deployed-model'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.findall(r"[a-z0-9]+", re.sub(r"['`]", "", plain))
    telling = [word for word in found if word not in _FUNCTION_WORDS.split()] or found
    slug = ""
    for word in telling[:words]:
        longer = f"{slug}-{word}" if slug else word[:_MAX_LENGTH]
        if len(longer) > _MAX_LENGTH:
            break
        slug = longer
    return slug or f"x-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def unique_slug(slug: str, taken: Collection[str]) -> str:
    """Return the id itself, or with the first suffix -2, -3, ... that sets it apart."""
    candidate, number = slug, 1
    while candidate in taken or find_confusable(candidate, taken):
        number += 1
        suffix = f"-{number}"
        candidate = slug[: _MAX_LENGTH - len(suffix)].rstrip("-") + suffix
    return candidate


def find_confusable(slug: str, others: Collection[str]) -> str | None:
    """Return another id that a person could take for this one, or None.

    Two ids are confusable if they differ only in hyphens or plural endings, or, from
    12 letters on, in one letter. Ids with different numbers in them are not.
    """
    return next((other for other in others if other != slug and _are_confusable(slug, other)), None)


def _are_confusable(one: str, other: str) -> bool:
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    first, second = _squash(one), _squash(other)
    if first == second:
        return True
    if min(len(first), len(second)) < _TYPO_LENGTH:
        return False
    return OSA.distance(first, second, score_cutoff=1) <= 1


def _squash(slug: str) -> str:
    return "".join(word.removesuffix("s") for word in slug.split("-"))
