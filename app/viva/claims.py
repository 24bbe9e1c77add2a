"""Split an answer into claims: the smallest pieces that state something, with their offsets.

Sentences come from pysbd (Sadvilkar and Neumann 2020, "PySBD: Pragmatic Sentence Boundary
Disambiguation"). A sentence with several clauses is cut further, so that one clause can be quoted,
and speech without punctuation is cut at the words with which speakers begin anew.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pysbd

from viva.lines import stretches

_LONGEST_CLAIM = 30
"""Words; a longer piece is cut even without a sign."""
_SHORTEST_CLAUSE = 4
"""Words; a shorter clause stays with its neighbor."""

_LIST_MARK = re.compile(r"\s*(?:[-*•◦–‣]|\(?\d{1,2}[.)]|\(?[a-h]\))\s+")
_CLAUSE_BREAK = re.compile(
    r"\s*(?:[;:]|\s[-–—]+)\s+"
    r"|,?\s+(?=(?:but|however|although|though|whereas|while|because|so\s+that|and\s+then"
    r"|and\s+also|then|plus|otherwise|instead|except)\b)"
    r"|,\s+(?=(?:and|or|so|we|i|you|it|they|the|this|that|which|not|never)\b)",
    re.IGNORECASE,
)
_SPEECH_BREAK = re.compile(
    r"\s+(?=(?:and\s+then|and\s+also|and\s+we|and\s+i|and\s+you|so|then|also|plus|um|uh|okay"
    r"|right|well|like|basically|anyway|actually|no\s+wait|i\s+mean|another|the\s+other|next"
    r"|finally|because|but|or)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Claim(NamedTuple):
    """A piece of an answer: ``answer[start:end] == text``, without space at its ends."""

    start: int
    end: int
    text: str


def words(text: str) -> list[str]:
    """Return the words of a text in lower case.

    Example:
        >>> words("Don't re-train, SMOTE!")
        ["don't", 're-train', 'smote']
    """
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def split_sentences(answer: str) -> tuple[Claim, ...]:
    r"""Return the sentences and list items of an answer, in order.

    Example:
        >>> [claim.text for claim in split_sentences("- Use Spark. Or Dask.\n- Cache it")]
        ['Use Spark.', 'Or Dask.', 'Cache it']
    """
    return tuple(
        claim
        for stretch in stretches(answer)
        for claim in _sentences(stretch.text, answer, stretch.start)
    )


def split_claims(answer: str) -> tuple[Claim, ...]:
    """Return the clauses of an answer, in order; none overlap.

    Example:
        >>> [c.text for c in split_claims("We encrypt the disks, but we never encrypt traffic.")]
        ['We encrypt the disks', 'but we never encrypt traffic.']
    """
    return tuple(piece for sentence in split_sentences(answer) for piece in _clauses(sentence))


def _sentences(line: str, answer: str, offset: int) -> Iterator[Claim]:
    """Yield the sentences of a line, or of several with spaces between, that starts at an offset.

    What is given back is the answer's own, line ends and all.
    """
    mark = _LIST_MARK.match(line)
    position = mark.end() if mark else 0
    even = _upper(line)
    # One for each line: it keeps the text that it works on, and answers are read side by side.
    segmenter = pysbd.Segmenter(language="en", clean=False)
    for sentence in segmenter.segment(even[position:]):
        start = even.find(sentence, position)
        if start < 0:  # pysbd rewrote something: keep the rest of the line as it stands
            start, sentence = position, even[position:]
        position = start + len(sentence)
        yield from _trimmed(answer[offset + start : offset + position], offset + start)


def _upper(text: str) -> str:
    """Return a text in upper case at the same length, so that case never moves a boundary.

    Speech recognizers and hurried typists differ in case, and pysbd is led by it.
    """
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def _clauses(sentence: Claim) -> Iterator[Claim]:
    for clause in _cut(sentence, _CLAUSE_BREAK):
        if len(words(clause.text)) <= _LONGEST_CLAIM:
            yield clause
            continue
        for piece in _cut(clause, _SPEECH_BREAK):
            yield from _chunks(piece)


def _cut(claim: Claim, pattern: re.Pattern[str]) -> list[Claim]:
    """Cut at the pattern's matches, except where a piece would be too short to state anything."""
    pieces: list[Claim] = []
    start = 0
    breaks = [*pattern.finditer(claim.text), None]
    for match in breaks:
        end = match.start() if match else len(claim.text)
        rest = claim.text[match.end() :] if match else ""
        too_short = len(words(claim.text[start:end])) < _SHORTEST_CLAUSE
        if match and (too_short or len(words(rest)) < _SHORTEST_CLAUSE):
            continue
        pieces.extend(_trimmed(claim.text[start:end], claim.start + start))
        start = match.end() if match else end
    return pieces


def _chunks(claim: Claim) -> Iterator[Claim]:
    """Cut what is still too long into pieces of equal numbers of words."""
    found = list(_WORD.finditer(claim.text))
    count = -(-len(found) // _LONGEST_CLAIM) or 1
    size = -(-len(found) // count)
    starts = [0, *(found[i].start() for i in range(size, len(found), size))] if found else [0]
    for start, end in zip(starts, [*starts[1:], len(claim.text)], strict=True):
        yield from _trimmed(claim.text[start:end], claim.start + start)


def _trimmed(text: str, start: int) -> Iterator[Claim]:
    """Yield the claim without outer space, unless it has no word."""
    if _WORD.search(text):
        left = len(text) - len(text.lstrip())
        stripped = text.strip()
        yield Claim(start + left, start + left + len(stripped), stripped)
