"""Evidence: spans of the answer, and the check that no verdict rests on anything else."""

from collections.abc import Iterable

from rapidfuzz import fuzz

from viva.claims import Claim
from viva.domain import Evidence, Grade
from viva.grading.plain_text import plain_text
from viva.grading.wording import count_rejections

MOST_QUOTES = 3
"""Spans that one verdict shows at the most."""
_FEWEST_LETTERS = 3
_LIKENESS = 90
"""Likeness, 0 to 100, from which a quote is taken for a stretch of the answer with slips in it."""
_SHORTEST_INEXACT = 12
"""Characters; a shorter quote has no room for a slip."""
_LONGEST_INEXACT = 240
"""Characters; likeness to every stretch of a long answer costs too much time beyond."""
_EDGES = " \"'`.,;:!?-()[]{}*_#>"


def quote_claim(claim: Claim) -> Evidence:
    """Return a claim as evidence."""
    return Evidence(start=claim.start, end=claim.end, quote=claim.text)


def locate_quote(quote: str, answer: str) -> Evidence | None:
    """Return where the answer has a quote, or None; whole words are preferred.

    Looked for as it is, then without regard to case, white space, typographic signs and characters
    that cannot be seen, then with a few slips (likeness of 90 of 100), but never with a "not" more
    or less than the answer has. What is returned is always the answer's own wording.

    Example:
        >>> locate_quote("we  CACHE", "First we cache it.")
        Evidence(start=6, end=14, quote='we cache')
    """
    quote = quote.strip()
    wanted = plain_text(quote).text.strip()
    if sum(character.isalpha() for character in wanted) < _FEWEST_LETTERS:
        return None
    if (start := _find(quote, answer)) >= 0:
        return quote_span(answer, start, start + len(quote))
    said = plain_text(answer)
    for text in (wanted, wanted.strip(_EDGES)):
        if (start := _find(text, said.text)) >= 0:
            return quote_span(answer, *said.original(start, start + len(text)))
    span = _find_alike(wanted.strip(_EDGES), said.text)
    if span is None:
        return None
    found = quote_span(answer, *said.original(*span))
    return found if count_rejections(found.quote) == count_rejections(quote) else None


def quote_span(answer: str, start: int, end: int) -> Evidence:
    """Return a span of the answer as evidence."""
    return Evidence(start=start, end=end, quote=answer[start:end])


def merge_evidence(spans: Iterable[Evidence], answer: str) -> tuple[Evidence, ...]:
    """Return the spans without overlap, in the answer's order, at most ``MOST_QUOTES``.

    Where there are more, those that were given most often stay, then those given first.
    """
    merged: list[tuple[int, int, int, int]] = []  # times given, minus rank, start, end
    for rank, span in enumerate(spans):
        times, first, start, end = 1, -rank, span.start, span.end
        apart = []
        for other in merged:
            if other[2] < end and start < other[3]:
                times, first = times + other[0], max(first, other[1])
                start, end = min(start, other[2]), max(end, other[3])
            else:
                apart.append(other)
        merged = [*apart, (times, first, start, end)]
    kept = sorted(merged, reverse=True)[:MOST_QUOTES]
    return tuple(quote_span(answer, start, end) for start, end in sorted(span[2:] for span in kept))


def check_evidence(grade: Grade, answer: str) -> None:
    """Check that every quote of a grade stands in the answer where it says.

    Raises:
        ValueError: If one does not: an invented quote must never reach a person.
    """
    spans = [evidence for bullet in grade.bullets for evidence in bullet.evidence]
    spans += [related.evidence for related in grade.related]
    for span in spans:
        if answer[span.start : span.end] != span.quote:
            raise ValueError(f"the answer has no {span.quote!r} at {span.start}")


def _find(wanted: str, text: str) -> int:
    """Return where a text has what is wanted, as whole words if it can be, or -1."""
    first = start = text.find(wanted)
    while start >= 0:
        if not _cuts_word(text, start) and not _cuts_word(text, start + len(wanted)):
            return start
        start = text.find(wanted, start + 1)
    return first


def _find_alike(wanted: str, text: str) -> tuple[int, int] | None:
    """Return the span of whole words most like what is wanted, if it is like enough."""
    if not _SHORTEST_INEXACT <= len(wanted) <= min(_LONGEST_INEXACT, len(text)):
        return None
    found = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=_LIKENESS)
    if found is None:
        return None
    start, end = found.dest_start, found.dest_end
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    while _cuts_word(text, start):
        start -= 1
    while _cuts_word(text, end):
        end += 1
    return (start, end) if fuzz.ratio(wanted, text[start:end]) >= _LIKENESS else None


def _cuts_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
