"""Which line ends of an answer end a statement, and which are mere layout.

Mail, terminals and dictation end lines anywhere; people who write notes end one after each. What
tells them apart is how the lines meet: a line that ends with "the", or one that begins with "of",
belongs to its neighbor, and who writes full stops in the middle of lines does not end sentences
with lines. No line states by itself which it is, so that a paragraph is judged as a whole.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

BREAK = "\N{PARAGRAPH SEPARATOR}"
"""Ends a statement wherever it stands; nobody types it."""

_LINE = re.compile(rf"[^\r\n{BREAK}]+")
_NEW_LINE = re.compile(r"\r\n|\r|\n")
_LINE_END = re.compile(r"[\r\n]")
_MOST_ENDS = 2
"""Line ends at once that a sentence may pass: a message of its own for each clause."""
_MARKED = re.compile(
    r"\s*(?:[-*•◦–‣]\s|\(?\d{1,2}[.)]\s|\(?[a-h]\)\s|#{1,6}\s|>|\||```|~~~|[-=*_]{3,}\s*$)"
)
"""A list item, heading, quotation, table row, fence or rule: it begins anew."""
_ALONE = re.compile(r"\s*(?:#{1,6}\s|\||```|~~~|[-=*_]{3,}\s*$)")
"""What follows one of these begins anew too."""
_CLOSED = re.compile(r"[.!?…][\"'”’)\]]*\s*$")
_ENDS_WITHIN = re.compile(r"(?<![\s\d.][a-z])[.!?][\"'”’)\]]*\s+(?=\w)", re.IGNORECASE)
_LEADS_ON = re.compile(
    r"(?:[,;:(/&+–—-]|->|\b(?:a|an|the|this|these|those|each|every|some|any|no|my|our|your|their"
    r"|its|his|her|of|to|for|with|from|by|at|in|on|into|onto|about|between|over|under|through|per"
    r"|via|as|than|like|and|or|but|nor|if|when|where|while|because|so|which|who|whose"
    r"|how|whether|until|unless|before|after|since|without|within|against|instead|such|i|we|you"
    r"|they|he|she|i['’]d|we['’]d|you['’]d|i['’]ll|we['’]ll|i['’]m|we['’]re|it['’]s|is|are|was"
    r"|were|be|been|being|am|do|does|did|has|have|had|would|could|should|will|can|may|might"
    r"|not|never|don['’]t|doesn['’]t|isn['’]t|um|uh|very|just))\s*$",
    re.IGNORECASE,
)
"""A line that ends like this is not over."""
_FOLLOWS = re.compile(
    r"\s*(?:[,;:)/&+]|(?:of|to|for|with|from|by|at|in|on|into|onto|between|over|through|per|via|as"
    r"|than|and|or|but|nor|when|where|while|because|so|that|which|who|whose|whether|until|unless"
    r"|before|after|since|without|within|against|instead|is|are|was|were|be|been|being|has|have"
    r"|had|would|could|should|will|can|may|might|must|not|them|us|it|too|though|although|whereas"
    r"|however|then|plus|otherwise|except)\b)",
    re.IGNORECASE,
)
"""A line that begins like this goes on with the one before."""
_RUNNING = 0.4
"""Signs of running text for each line that ends without a full stop, from which text runs on."""
_SHORT = 0.5
"""Share of the longest line, in letters and in words, below which a line was ended on purpose."""


_Line = re.Match[str]


class Stretch(NamedTuple):
    """A piece of an answer that no sentence passes, with spaces in place of its line ends."""

    start: int
    text: str


def stretches(answer: str) -> Iterator[Stretch]:
    r"""Yield the pieces of an answer between the line ends that end a statement.

    Two line ends at once keep pieces apart unless the words say that they belong together; three,
    or ``BREAK``, always do.

    Example:
        >>> [s.text for s in stretches("We cache the\nanswers and\nshard them.\n- Use Spark")]
        ['We cache the answers and shard them.', '- Use Spark']
        >>> [s.text for s in stretches("cache the answers\nshard them")]
        ['cache the answers', 'shard them']
    """
    for block in _blocks(answer):
        starts, ends = [block[0][0].start()], [block[-1][-1].end()]
        for before, line in _partings(block):
            starts.append(line.start())
            ends.insert(-1, before.end())
        for start, end in zip(starts, ends, strict=True):
            yield Stretch(start, _LINE_END.sub(" ", answer[start:end]))


def _partings(block: Sequence[Sequence[_Line]]) -> Iterator[tuple[_Line, _Line]]:
    """Yield the neighboring lines of a block between which a statement ends."""
    before: _Line | None = None
    for paragraph in block:
        if before and not _belong(before, paragraph[0]):
            yield before, paragraph[0]
        if _runs_on(paragraph):
            ends = _ended_on_purpose(paragraph)
        else:
            ends = [not _belong(*pair) for pair in pairwise(paragraph)]
        for pair, is_end in zip(pairwise(paragraph), ends, strict=False):
            if is_end:
                yield pair
        before = paragraph[-1]


def _blocks(answer: str) -> Iterator[list[list[_Line]]]:
    """Yield the paragraphs, as lists of lines, between which a statement might go on."""
    block: list[list[_Line]] = []
    before: _Line | None = None
    for line in _LINE.finditer(answer):
        if not line.group().strip():
            continue
        gap = answer[before.end() : line.start()] if before else ""
        ends = len(_NEW_LINE.findall(gap))
        if before is None or ends > _MOST_ENDS or BREAK in gap or _begins_anew(before, line):
            if block:
                yield block
            block = [[line]]
        elif ends > 1:
            block.append([line])
        else:
            block[-1].append(line)
        before = line
    if block:
        yield block


def _begins_anew(before: _Line, line: _Line) -> bool:
    return bool(_MARKED.match(line.group()) or _ALONE.match(before.group()))


def _runs_on(paragraph: Sequence[_Line]) -> bool:
    """Whether the lines of a paragraph end where there was no more room, or no more breath."""
    open_ends = [pair for pair in pairwise(paragraph) if not _CLOSED.search(pair[0].group())]
    signs = sum(_belong(*pair) for pair in open_ends)
    signs += sum(len(_ENDS_WITHIN.findall(line.group())) for line in paragraph)
    return bool(open_ends) and signs >= _RUNNING * len(open_ends)


def _belong(before: _Line, line: _Line) -> bool:
    if _CLOSED.search(before.group()):
        return False
    if _LEADS_ON.search(before.group()):
        return True
    begins_large = line.group().lstrip()[:1].isupper() and not line.group().isupper()
    return not begins_large and bool(_FOLLOWS.match(line.group()))


def _ended_on_purpose(paragraph: Sequence[_Line]) -> list[bool]:
    letters = [len(line.group()) for line in paragraph]
    said = [len(line.group().split()) for line in paragraph]
    room = _SHORT * max(letters), _SHORT * max(said)
    return [own < room[0] and count < room[1] for own, count in zip(letters, said, strict=True)]
