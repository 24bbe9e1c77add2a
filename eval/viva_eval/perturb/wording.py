"""Slips, fillers and manners: words that change or come in, while what is stated stays.

Policy: "Give the benefit of the doubt on wording, spelling, speech recognition errors and filler
words".
"""

import re
from collections.abc import Callable, Collection
from random import Random

from viva.claims import words
from viva.grading.spelling import WHOLE_WORD
from viva_eval.perturb.laws import Law
from viva_eval.perturb.perturbation import Subject, perturbation

_SHORTEST_SLIP = 5
"""Letters; in a shorter word a slip may hide which word it was."""
_WORDS_PER_SLIP = 20
_MOST_SLIPS = 4
_NEGATIONS = frozenset(
    "not no never none nothing nobody nowhere neither nor cannot without hardly barely scarcely"
    " rarely seldom unless except instead against avoid".split()
)
_NEGATIVE = re.compile(r"n't$|^(?:avoid|refus|reject|skip|forbid|disabl)")
_NEARBY = {"a": "s", "e": "r", "i": "u", "o": "p", "n": "m", "t": "r", "s": "d", "r": "t", "l": "k"}
"""A neighbour on a QWERTY keyboard."""

_FILLERS = ("um", "uh", "erm", "you know", "basically")
_WORDS_PER_FILLER = 12
_FILLER_GAP = re.compile(r"(?<=[a-z]) (?=[a-z])")
"""Between two words of letters: a number keeps its unit, a sentence its opening."""
_GREETINGS = ("Thank you for the question.", "Thanks, happy to talk about this.", "Good question.")
_GOODBYES = ("Thank you for your time.", "Thanks for listening.", "Please ask if I was unclear.")


@perturbation(Law.UNCHANGED)
def typos(subject: Subject, random: Random) -> str | None:
    """Slip in one word of twenty, four at most, as hurried typists do.

    Never in a negation, a number, a name with signs in it, or a word under five letters; first
    and last letter stay, and no slip makes another word of the deck or the answer. So a person
    reads what was meant, and the verdicts stay.
    """
    return slip(subject.text, random, known=_known_words(subject))


@perturbation(Law.UNCHANGED)
def filler_words(subject: Subject, random: Random) -> str | None:
    """Put in fillers such as "um" and "you know", about one for twelve words: they state nothing.

    None is put after a negation, so that each negation keeps what it denies.
    """
    text = subject.text
    gaps = [
        match.start()
        for match in _FILLER_GAP.finditer(text)
        if not _is_negative(text[: match.start()].split()[-1])
    ]
    count = min(len(gaps), max(1, len(words(text)) // _WORDS_PER_FILLER))
    for place in sorted(random.sample(gaps, count), reverse=True):
        text = f"{text[:place]}, {random.choice(_FILLERS)},{text[place:]}"
    return text


@perturbation(Law.UNCHANGED)
def politeness(subject: Subject, random: Random) -> str:
    """Greet before and thank after the answer: manners state nothing and ask for nothing."""
    return f"{random.choice(_GREETINGS)} {subject.text} {random.choice(_GOODBYES)}"


def slip(text: str, random: Random, *, known: Collection[str] = ()) -> str:
    """Return a text with a slip in one long word of twenty, four at most, at least one.

    Args:
        text: What is typed.
        random: The only source of chance.
        known: Words in lower case that no slip may make.
    """
    found = [match for match in WHOLE_WORD.finditer(text) if _may_slip(match.group())]
    count = min(_MOST_SLIPS, len(found), max(1, len(words(text)) // _WORDS_PER_SLIP))
    for match in sorted(random.sample(found, count), key=lambda match: -match.start()):
        slipped = _slip(match.group(), random)
        if slipped.lower() not in known:
            text = text[: match.start()] + slipped + text[match.end() :]
    return text


def _may_slip(word: str) -> bool:
    return len(word) >= _SHORTEST_SLIP and not word.isupper() and not _is_negative(word)


def _is_negative(word: str) -> bool:
    bare = word.lower().replace("’", "'").strip(".,;:!?\"'()")
    return bare in _NEGATIONS or _NEGATIVE.search(bare) is not None


def _known_words(subject: Subject) -> set[str]:
    questions = subject.deck.questions if subject.deck else (subject.question,)
    texts = [bullet.text for question in questions for bullet in question.bullets]
    return {word for text in (subject.text, *texts) for word in words(text)}


def _slip(word: str, random: Random) -> str:
    """Return a word with one slip between its first and its last letter."""
    place = random.randrange(1, len(word) - 1)
    slips: tuple[Callable[[str, int], str], ...] = (_swap, _leave_out, _double, _hit_neighbour)
    return random.choice(slips)(word, place)


def _swap(word: str, place: int) -> str:
    place = min(place, len(word) - 3)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _leave_out(word: str, place: int) -> str:
    return word[:place] + word[place + 1 :]


def _double(word: str, place: int) -> str:
    return word[:place] + word[place] + word[place:]


def _hit_neighbour(word: str, place: int) -> str:
    return word[:place] + _NEARBY.get(word[place], word[place]) + word[place + 1 :]
