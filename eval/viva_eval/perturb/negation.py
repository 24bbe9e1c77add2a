"""The sentence that states a bullet, turned into its opposite."""

from collections.abc import Callable, Sequence
from random import Random

from viva_eval.perturb.evidence import carried_bullets
from viva_eval.perturb.laws import Law
from viva_eval.perturb.opposites import main_clause, negate, reject, takes_a_turn
from viva_eval.perturb.perturbation import Perturbed, Subject, perturbation


@perturbation(Law.CONTRADICTS_TARGET)
def negate_evidence(subject: Subject, random: Random) -> Perturbed | None:
    """Negate the one simple sentence that states a covered bullet and no other.

    Policy: where the act is rejected or the opposite is asserted, the bullet is contradicted.
    Does not apply if no such sentence is simple, if its main clause does not hold the evidence, or
    if the next sentence takes a turn on it.
    """
    return _oppose(subject, random, _negate)


@perturbation(Law.CONTRADICTS_TARGET)
def reject_evidence(subject: Subject, random: Random) -> Perturbed | None:
    """Put "I would never do the following:" before the one sentence that states a covered bullet.

    Policy: where the act is rejected, the bullet is contradicted. Applies to any sentence without
    a negation or a turn of its own, unless the next one takes a turn on it.
    """
    return _oppose(subject, random, lambda sentence, quotes: reject(sentence, random))


def _oppose(
    subject: Subject, random: Random, opposite_of: Callable[[str, Sequence[str]], str | None]
) -> Perturbed | None:
    found = [
        (bullet_id, sentences[0], opposite)
        for bullet_id, sentences in carried_bullets(subject)
        if len(sentences) == 1
        and not takes_a_turn(subject.text[sentences[0].end :])
        and (opposite := opposite_of(sentences[0].text, subject.evidence[bullet_id]))
    ]
    if not found:
        return None
    bullet_id, sentence, opposite = random.choice(found)
    text = subject.text[: sentence.start] + opposite + subject.text[sentence.end :]
    return Perturbed(text, target=bullet_id)


def _negate(sentence: str, quotes: Sequence[str]) -> str | None:
    clause = main_clause(sentence)
    return negate(sentence) if all(clause in quote or quote in clause for quote in quotes) else None
