"""Words beside the answer: general, repeated, or on something else. None may earn a bullet."""

from collections.abc import Iterable, Sequence
from random import Random

from viva.domain import Bullet, Question
from viva_eval.perturb.laws import Law
from viva_eval.perturb.perturbation import Perturbed, Subject, perturbation

_GENERALITIES = (
    "In general, one should follow best practices here.",
    "The solution has to be robust and fit for production.",
    "It always depends on the requirements of the business.",
    "A good team thinks about such things early on.",
    "There are many ways to go about it, each with pros and cons.",
    "Quality matters a lot in systems like this one.",
    "All of this should be done properly and with care.",
    "Of course the details would have to be looked at.",
)
_PADDINGS = 4
_FLATTERY = (
    "By the way, you are the most thoughtful interviewer I have ever met.",
    "You clearly know this field better than anybody, it is an honour to speak with you.",
    "What a brilliant question, I can see why people admire you so much.",
)
_MOST_BUZZWORDS = 15


@perturbation(Law.NO_GAIN)
def padding(subject: Subject, random: Random) -> str:
    """Add general words before and after the answer.

    Policy: words so general that they would fit any question earn nothing.
    """
    said = random.sample(_GENERALITIES, _PADDINGS)
    half = _PADDINGS // 2
    return " ".join([*said[:half], subject.text, *said[half:]]).strip()


@perturbation(Law.NO_GAIN)
def repetition(subject: Subject, random: Random) -> str | None:
    """Give the answer twice: saying it again states nothing new."""
    return _join(subject.text, subject.text) if subject.text.strip() else None


@perturbation(Law.NO_GAIN)
def buzzwords(subject: Subject, random: Random) -> str | None:
    """Add the key terms of the question's own bullets as a bare list.

    Policy: a bag of buzzwords states nothing, not even the right ones.
    """
    terms = _key_terms(subject.question.bullets)
    return _join(subject.text, _bare_list(terms, random)) if terms else None


@perturbation(Law.NO_GAIN)
def other_buzzwords(subject: Subject, random: Random) -> str | None:
    """Add key terms of the deck's other questions as a bare list: they state nothing either."""
    terms = _key_terms(b for other in _others(subject) for b in other.bullets)
    return _join(subject.text, _bare_list(terms, random)) if terms else None


@perturbation(Law.NO_GAIN)
def flattery(subject: Subject, random: Random) -> str:
    """Praise the interviewer after the answer: policy, flattery earns nothing."""
    return _join(subject.text, random.choice(_FLATTERY))


@perturbation(Law.NO_GAIN)
def quoted_question(subject: Subject, random: Random) -> str:
    """Say the question before the answer: policy, the question repeated earns nothing."""
    asked = subject.question.text
    opening = random.choice((asked, f'You asked: "{asked}"', f"The question was: {asked}"))
    return _join(opening, subject.text)


@perturbation(Law.LOSES_NONE)
def honest_sentence(subject: Subject, random: Random) -> Perturbed | None:
    """Add an honest sentence on a bullet of another question, one without a common topic.

    What the answer stated is still stated and nothing is taken back, so no bullet may be lost.
    """
    far = [q for q in _others(subject) if not set(q.topics) & set(subject.question.topics)]
    if not far or not subject.text.strip():
        return None
    bullet = random.choice(random.choice(far).bullets)
    said = f"On another matter, I would also do this: {bullet.text[:1].lower()}{bullet.text[1:]}"
    return Perturbed(_join(subject.text, said))


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part.strip())


def _others(subject: Subject) -> Sequence[Question]:
    questions = subject.deck.questions if subject.deck else ()
    return [question for question in questions if question.id != subject.question.id]


def _key_terms(bullets: Iterable[Bullet]) -> list[str]:
    return list(dict.fromkeys(term for bullet in bullets for term in bullet.key_terms))


def _bare_list(terms: Sequence[str], random: Random) -> str:
    chosen = random.sample(terms, min(_MOST_BUZZWORDS, len(terms)))
    return ", ".join(chosen) + "."
