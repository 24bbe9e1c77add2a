"""Changes of case, white space and layout: the words stay, each in its place.

Policy: "the order, length, style, grammar and confidence of an answer play no part".
"""

import re
import textwrap
from random import Random

from viva.claims import split_claims, split_sentences
from viva_eval.perturb.laws import Law
from viva_eval.perturb.perturbation import Subject, perturbation

_NARROWEST, _WIDEST = 36, 76
"""Columns of a wrapped line: a phone's mail and a terminal."""
_FEWEST_PER_BREATH, _MOST_PER_BREATH = 5, 9
"""Words between two pauses of a speaker."""
_LIST_LINE = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s", re.MULTILINE)
_GAP = re.compile(r"(?<=\S) (?=\S)")
_QUOTED = re.compile(r'"([^"\n]+)"')


@perturbation(Law.UNCHANGED)
def lower_case(subject: Subject, random: Random) -> str:
    """Put all in lower case, as hurried typists and recognizers do: case states nothing."""
    return subject.text.lower()


@perturbation(Law.UNCHANGED)
def upper_case(subject: Subject, random: Random) -> str:
    """Put all in capitals, as with a stuck key: case states nothing."""
    return subject.text.upper()


@perturbation(Law.UNCHANGED)
def spaces(subject: Subject, random: Random) -> str:
    """Double some spaces, put tabs for some, and leave some at the ends: blanks state nothing."""
    widened = _GAP.sub(lambda _: random.choice((" ", " ", "  ", "   ", "\t")), subject.text)
    return f" {widened}  " if widened.strip() else subject.text


@perturbation(Law.UNCHANGED)
def line_wrapping(subject: Subject, random: Random) -> str:
    """Wrap each line at a column, as mail and terminals do: where a line ends states nothing."""
    width = random.randint(_NARROWEST, _WIDEST)
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in subject.text.splitlines()
    )


@perturbation(Law.UNCHANGED)
def voice_lines(subject: Subject, random: Random) -> str:
    """Start a new line at each breath, as dictation does, also within a clause.

    A speaker pauses anywhere, so these line ends state nothing.
    """
    words = subject.text.split()
    lines: list[str] = []
    while words:
        count = random.randint(_FEWEST_PER_BREATH, _MOST_PER_BREATH)
        lines.append(" ".join(words[:count]))
        words = words[count:]
    return "\n".join(lines)


@perturbation(Law.UNCHANGED)
def chat_lines(subject: Subject, random: Random) -> str:
    """Send each clause as a message of its own, as people chat: paragraphs state nothing."""
    text = subject.text
    cuts = [0, *(claim.start for claim in split_claims(text)[1:]), len(text)]
    pieces = (text[start:end].strip() for start, end in zip(cuts, cuts[1:], strict=False))
    return "\n\n".join(piece for piece in pieces if piece)


@perturbation(Law.UNCHANGED)
def bullet_points(subject: Subject, random: Random) -> str | None:
    """Put each sentence on a line with a list mark; order and words stay, so do the statements.

    Does not apply to what is a list already or has one sentence.
    """
    text = subject.text
    sentences = split_sentences(text)
    if len(sentences) < 2 or is_listed(text):
        return None
    mark = random.choice(("-", "*", "•"))
    cuts = [0, *(sentence.start for sentence in sentences[1:]), len(text)]
    pieces = (text[start:end].split() for start, end in zip(cuts, cuts[1:], strict=False))
    return "\n".join(f"{mark} {' '.join(piece)}" for piece in pieces)


@perturbation(Law.UNCHANGED)
def curly_quotes(subject: Subject, random: Random) -> str:
    """Curl the quotes and apostrophes, as phones and word processors do: the words stay."""
    return _QUOTED.sub(r"“\1”", subject.text).replace("'", "’")


def is_listed(text: str) -> bool:
    """Whether a line of a text begins with a list mark."""
    return _LIST_LINE.search(text) is not None
