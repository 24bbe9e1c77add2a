"""Whether what a grader quotes stands in the answer, and is what a reader would quote."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from viva.domain import Evidence, Frozen

_TOKEN = re.compile(r"\w+")


class Quoted(NamedTuple):
    """What was quoted of an answer for one bullet."""

    answer: str
    quotes: Sequence[Evidence]
    spans: Sequence[str] = ()
    """What a reader would quote, verbatim; empty where nobody labelled it."""


class EvidenceFigures(Frozen):
    """How sound the quotes are."""

    quotes: int
    verbatim: int
    """Quotes that stand in the answer where they say."""
    verbatim_share: float | None
    """0 to 1; None if nothing was quoted."""
    labelled: int
    """Bullets whose gold spans are known."""
    precision: float | None
    """Share of the quoted tokens that gold quotes too; mean over labelled bullets."""
    recall: float | None
    """Share of gold's tokens that are quoted; mean over labelled bullets."""
    f1: float | None
    """Harmonic mean of the two on each labelled bullet; mean over them."""


class Overlap(NamedTuple):
    """Tokens shared with gold, each 0 to 1."""

    precision: float
    recall: float
    f1: float


def evidence_figures(items: Iterable[Quoted]) -> EvidenceFigures:
    """Return how many quotes are verbatim, and how far they overlap with gold spans."""
    quotes = verbatim = 0
    overlaps: list[Overlap] = []
    for item in items:
        quotes += len(item.quotes)
        verbatim += sum(is_verbatim(quote, item.answer) for quote in item.quotes)
        overlap = token_overlap(item)
        if overlap is not None:
            overlaps.append(overlap)
    means = [float(mean) for mean in np.mean(overlaps, axis=0)] if overlaps else [None] * 3
    return EvidenceFigures(
        quotes=quotes,
        verbatim=verbatim,
        verbatim_share=verbatim / quotes if quotes else None,
        labelled=len(overlaps),
        precision=means[0],
        recall=means[1],
        f1=means[2],
    )


def is_verbatim(quote: Evidence, answer: str) -> bool:
    """Return whether the answer has a quote where it says, letter for letter."""
    return answer[quote.start : quote.end] == quote.quote


def token_overlap(item: Quoted) -> Overlap | None:
    """Return how far the quotes overlap with gold spans, by the tokens' places in the answer.

    That is the token F1 of rationales of DeYoung et al. (2020), "ERASER". A quote that is not
    verbatim covers nothing. A span that stands in the answer more than once is taken where the
    quotes cover most of it; one that does not stand there is left out, and None is returned if none
    is left.
    """
    tokens = [match.span() for match in _TOKEN.finditer(item.answer)]

    def inside(start: int, end: int) -> frozenset[int]:
        return frozenset(
            place for place, (first, last) in enumerate(tokens) if first < end and start < last
        )

    given = frozenset[int]().union(
        *(
            inside(quote.start, quote.end)
            for quote in item.quotes
            if is_verbatim(quote, item.answer)
        )
    )
    gold: set[int] = set()
    for span in item.spans:
        places = [inside(start, start + len(span)) for start in _occurrences(span, item.answer)]
        if places:
            gold |= max(places, key=lambda place: len(place & given))
    if not gold:
        return None
    shared = len(given & gold)
    return Overlap(
        precision=shared / len(given) if given else 0.0,
        recall=shared / len(gold),
        f1=2 * shared / (len(given) + len(gold)),
    )


def _occurrences(span: str, answer: str) -> Iterable[int]:
    return (match.start() for match in re.finditer(f"(?={re.escape(span)})", answer) if span)
