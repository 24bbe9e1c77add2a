"""The sentences that state a bullet, and their deletion."""

import re
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from viva.claims import Claim, split_sentences, words
from viva.domain import Verdict
from viva_eval.perturb.laws import Law
from viva_eval.perturb.perturbation import Perturbed, Subject, perturbation

_SPACE = re.compile(r"[ \t]{2,}")


class Carried(NamedTuple):
    """A bullet and all the sentences of the answer that state it."""

    bullet_id: str
    sentences: tuple[Claim, ...]


@perturbation(Law.LOSES_TARGET)
def delete_evidence(subject: Subject, random: Random) -> Perturbed | None:
    """Delete every sentence that states one covered bullet and no other.

    What is not said earns nothing, so the bullet must earn less. It is chosen among those that
    the gold labels call covered. With a grader's own quotes for evidence the law is its own
    promise: without what it called the evidence, the credit must go.
    """
    carried = carried_bullets(subject)
    if not carried:
        return None
    bullet_id, sentences = random.choice(carried)
    rest = without(subject.text, sentences)
    return Perturbed(rest, target=bullet_id) if words(rest) else None


def carried_bullets(subject: Subject) -> list[Carried]:
    """Return the covered bullets that have sentences of their own, in the question's order.

    A bullet is left out if one of its quotes is not in the answer, or if a sentence of its
    evidence is evidence for another bullet too.
    """
    sentences = split_sentences(subject.text)
    touched = {
        bullet.id: _touched(subject.text, sentences, subject.evidence.get(bullet.id, ()))
        for bullet in subject.question.bullets
    }
    return [
        Carried(bullet_id, tuple(sentences[place] for place in sorted(places)))
        for bullet_id, places in touched.items()
        if places
        and subject.answer.labels.get(bullet_id) is Verdict.COVERED
        and not any(places & other for key, other in touched.items() if key != bullet_id)
    ]


def without(text: str, sentences: Sequence[Claim]) -> str:
    r"""Return a text without some of its sentences, and without lines that this empties.

    Example:
        >>> without("- Use Spark.\n- Cache it.", [Claim(2, 12, "Use Spark.")])
        '- Cache it.'
    """
    for sentence in sorted(sentences, reverse=True):
        text = text[: sentence.start] + text[sentence.end :]
    lines = (_SPACE.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if words(line) and not line.rstrip(".)").isdigit())


def _touched(text: str, sentences: Sequence[Claim], quotes: Sequence[str]) -> set[int]:
    """Return the places of the sentences that the quotes touch; none if a quote is not there."""
    places: set[int] = set()
    for quote in quotes:
        start = text.find(quote)
        if not quote.strip() or start < 0:
            return set()
        end = start + len(quote)
        places |= {i for i, s in enumerate(sentences) if s.start < end and start < s.end}
    return places
