"""A cheat sheet on its way to a deck: clean lines, and an outline built of them.

The layouts tell an ``Outline`` what each line is; ``importing`` makes the deck.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from viva.domain import Difficulty

_INVISIBLE = "\u200b\u2060\ufeff\u00ad"
_MARKERS = "•‣◦▪▫●○∙·■□◆◇❖➢➤►▶✓✔⁃\uf0b7\uf0a7"
"""Characters that only ever start a bullet; the last two are Word's."""
_MARKED = re.compile(rf"(?:[{_MARKERS}]\s*|[-*+–—](?:\s+|$))(?:\[[ xX]\]\s+)?")
_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)[.!?…][\"')\]”’]*$")

_NOISE = (
    (re.compile(r"[-_*=~–—.#]{2,}|[-*_](?: [-*_])+"), "a separator"),
    (re.compile(r"<?(?:https?://|www\.)\S+>?"), "a link"),
    (
        re.compile(
            r"(?:image|photo|picture|screenshot|illustration|diagram|figure)s?\b[\s:-]*(?:by|credits?|"
            r"sources?|courtesy|(?:generated|created|made|taken) (?:by|with|using))\b.*|"
            r"(?:image|photo|picture) ?(?:credits?|source)?:.*|fig(?:ure|\.) ?\d+.*|credits?:.*",
            re.IGNORECASE,
        ),
        "an image caption",
    ),
    (
        re.compile(
            r"(?:please )?(?:check out|have a look at|see|read|follow|subscribe|don['’]t forget)"
            r"\b.*\b(?:my|our|me|us|part \d+)\b.*|published in.*|\d+ min ?read.*",
            re.IGNORECASE,
        ),
        "points to other reading",
    ),
)
"""What stands between questions without belonging to one, and what to call it."""

_MATTER = re.compile(
    r"(?:intro(?:duction)?|(?:table of )?contents|toc|index|conclusions?|(?:closing|final) "
    r"(?:thoughts|words|remarks)|references|bibliography|(?:re)?sources|further reading|"
    r"(?:see|read) also|links|about(?: the author| me)?|acknowledge?ments|licen[sc]e|credits|"
    r"contributing|thanks?(?: you)?)\W*",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """A line without its odd spaces; blank lines have an empty text."""

    number: int
    """Counted from 1."""
    indent: int
    """In columns; a tab reaches to the next multiple of four."""
    text: str


class Skipped(NamedTuple):
    """A line, or a part of one, that is not in the deck."""

    line_number: int
    text: str
    reason: str


@dataclass
class SheetBullet:
    """A bullet as found; nested items are bullets of their own until the deck is made."""

    line_number: int
    text: str
    indent: int = 0
    nested: list["SheetBullet"] = field(default_factory=list)
    weight: float = 1.0
    key_terms: tuple[str, ...] = ()
    hint: str | None = None


@dataclass
class SheetQuestion:
    """A question as found; topics are names, not ids."""

    line_number: int
    text: str
    indent: int = 0
    topics: tuple[str, ...] = ()
    difficulty: Difficulty = Difficulty.MEDIUM
    bullets: list[SheetBullet] = field(default_factory=list)


@dataclass
class Sheet:
    """All that was found."""

    title: str = ""
    """Empty if the sheet does not name itself."""
    questions: list[SheetQuestion] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class Outline:
    """Builds a sheet from its lines in order.

    Args:
        lazy: Whether any line right after an unfinished bullet goes on with it, as in Markdown,
            or only one that is indented or starts in lower case.
    """

    def __init__(self, *, lazy: bool = False) -> None:
        self.sheet = Sheet()
        self._lazy = lazy
        self._question: SheetQuestion | None = None
        self._tail: SheetQuestion | SheetBullet | None = None
        self._after_blank = False

    @property
    def question(self) -> SheetQuestion | None:
        """The question that bullets now belong to."""
        return self._question

    def ask(self, line: Line, text: str, *, topics: Iterable[str] = ()) -> None:
        """Start a question."""
        question = SheetQuestion(line.number, text, line.indent, tuple(topics))
        self.sheet.questions.append(question)
        self._question = self._tail = question
        self._after_blank = False

    def add(self, line: Line, text: str) -> None:
        """Add a bullet to the question, or to the bullet that it is indented under."""
        reason = "a link" if find_noise(text) == "a link" else ""
        if self._question is None and self.sheet.questions:
            reason = "a bullet of no question"
        if self._question is None or reason:
            self.skip(line, reason)
            return
        bullet = SheetBullet(line.number, text, line.indent)
        bullets = self._question.bullets
        nested = bool(bullets) and line.indent >= bullets[-1].indent + 2
        (bullets[-1].nested if nested else bullets).append(bullet)
        self._tail, self._after_blank = bullet, False

    def extend(self, line: Line) -> bool:
        """Join a line to what stands before it, if it goes on with that."""
        tail = self._tail
        if tail is None or not self._goes_on(tail, line):
            return False
        glue = "" if not tail.text or re.search(r"\w-$", tail.text) else " "
        tail.text += glue + line.text
        return True

    def _goes_on(self, tail: SheetQuestion | SheetBullet, line: Line) -> bool:
        if not tail.text:
            return True
        is_bullet = isinstance(tail, SheetBullet)
        if self._after_blank:
            # A paragraph of its own belongs to a bullet only in Markdown, by its indent.
            return self._lazy and is_bullet and line.indent >= tail.indent + 2
        if is_bullet and line.indent >= tail.indent + 2:
            return True
        if _SENTENCE_END.search(tail.text):
            return False
        is_open = tail.text.endswith(",") or tail.text.count("(") > tail.text.count(")")
        return (
            is_open
            or (self._lazy and is_bullet)
            or line.indent > 0
            or line.text[0].islower()
            or (not is_bullet and line.text.endswith("?"))
        )

    def pause(self) -> None:
        """Note a blank line."""
        self._after_blank = True

    def close(self) -> None:
        """End the question: bullets that follow belong to none."""
        self._question = self._tail = None

    def skip(self, line: Line, reason: str = "") -> None:
        """Leave a line out; without a reason, for being nothing that a deck holds."""
        if not reason:
            before = not self.sheet.questions
            reason = "before the first question" if before else "neither a question nor a bullet"
        self.sheet.skipped.append(Skipped(line.number, line.text, reason))
        self._tail = None


def read_lines(text: str) -> list[Line]:
    """Return the lines of a text, with plain spaces and without what cannot be seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [clean_line(number, line) for number, line in enumerate(text.split("\n"), start=1)]


def clean_line(number: int, line: str) -> Line:
    """Return a line with plain spaces and without what cannot be seen."""
    seen = "".join(char for char in line.expandtabs(4) if char not in _INVISIBLE)
    plain = "".join(" " if _is_odd_space(char) else char for char in seen)
    return Line(number, len(plain) - len(plain.lstrip()), " ".join(plain.split()))


def _is_odd_space(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Zs", "Zl", "Zp"}


def strip_marker(text: str) -> str | None:
    """Return a bullet's text without what marks it as one, or None if it is no bullet."""
    match = _MARKED.match(text)
    return text[match.end() :] if match else None


def find_noise(text: str) -> str:
    """Return what a line is that belongs to no question, such as a caption, or nothing."""
    return next((reason for pattern, reason in _NOISE if pattern.fullmatch(text)), "")


def is_matter(text: str) -> bool:
    """Return whether a heading announces something other than questions, such as references."""
    return bool(_MATTER.fullmatch(text))
