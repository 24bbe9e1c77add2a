"""Pairs of a bullet and a statement, each with its verdict: what the cross-encoder is shown.

Most are written (``outside``). The others are made from those by rules whose verdict is known:
statements beside another bullet of their question, bullets affirmed and denied, statements
negated, lists of terms, and slips of typing.
"""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from viva.claims import split_sentences, words
from viva.domain import Verdict
from viva_eval.anchors import affirm, deny
from viva_eval.perturb.opposites import negate
from viva_eval.perturb.wording import slip
from viva_eval.training.outside import OutsideAnswer, OutsideBullet, OutsideQuestion

_SLIPS = 0.15
"""Share of the statements that get a slip of typing."""
_SILENT = 3
"""Sentences of an answer that are shown beside a bullet that it does not state."""
_SHORTEST = 3
"""Words of a sentence that is shown."""


class Pair(NamedTuple):
    """A bullet's text, a statement, and what the statement deserves on the bullet."""

    bullet: str
    statement: str
    verdict: Verdict


def make_pairs(questions: Iterable[OutsideQuestion], *, seed: int) -> list[Pair]:
    """Return all pairs of the questions; the same seed gives the same ones in the same order."""
    random = Random(seed)  # nothing secret
    pairs: list[Pair] = []
    for question in questions:
        pairs += _of_claims(question, random)
        pairs += _of_rules(question, random)
        for answer in question.answers:
            pairs += _of_answer(question, answer, random)
    return [_slipped(pair, random) for pair in pairs]


def _of_claims(question: OutsideQuestion, random: Random) -> Iterator[Pair]:
    """Claims beside their bullet; those on it also beside another one, on which they are silent."""
    for bullet in question.bullets:
        for verdict, claims in question.claims[bullet.id].items():
            for claim in claims:
                yield Pair(bullet.text, claim, verdict)
                if verdict is not Verdict.MISSING:
                    other = random.choice(_others(question, bullet))
                    yield Pair(other.text, claim, Verdict.MISSING)
                if verdict is Verdict.COVERED and (opposite := negate(claim)):
                    yield Pair(bullet.text, opposite, Verdict.CONTRADICTED)


def _of_rules(question: OutsideQuestion, random: Random) -> Iterator[Pair]:
    for bullet in question.bullets:
        yield Pair(bullet.text, random.choice(affirm(bullet.text)), Verdict.COVERED)
        yield Pair(bullet.text, random.choice(deny(bullet.text)), Verdict.CONTRADICTED)
        yield Pair(bullet.text, _others(question, bullet)[0].text, Verdict.MISSING)
        terms = [term for each in question.bullets for term in each.key_terms]
        random.shuffle(terms)
        if terms:
            yield Pair(bullet.text, ", ".join(terms[:8]), Verdict.MISSING)


def _of_answer(question: OutsideQuestion, answer: OutsideAnswer, random: Random) -> Iterator[Pair]:
    """Each span, the sentences around it, and sentences that say nothing of the bullet."""
    sentences = [
        claim for claim in split_sentences(answer.answer) if len(words(claim.text)) >= _SHORTEST
    ]
    stating = {
        bullet_id: [
            claim
            for claim in sentences
            if claim.start < answer.answer.find(span) + len(span)
            and answer.answer.find(span) < claim.end
        ]
        for bullet_id, span in answer.spans.items()
    }
    for bullet in question.bullets:
        verdict = answer.labels[bullet.id]
        if verdict is Verdict.MISSING:
            silent = random.sample(sentences, min(_SILENT, len(sentences)))
        else:
            span = answer.spans[bullet.id]
            around = stating[bullet.id]
            yield Pair(bullet.text, span, verdict)
            if around and (whole := answer.answer[around[0].start : around[-1].end]) != span:
                yield Pair(bullet.text, whole, verdict)
            others = [c for key, own in stating.items() if key != bullet.id for c in own]
            silent = [claim for claim in others if claim not in around][:1]
        for claim in silent:
            yield Pair(bullet.text, claim.text, Verdict.MISSING)


def _others(question: OutsideQuestion, bullet: OutsideBullet) -> Sequence[OutsideBullet]:
    return [other for other in question.bullets if other != bullet]


def _slipped(pair: Pair, random: Random) -> Pair:
    if random.random() >= _SLIPS:
        return pair
    return pair._replace(statement=slip(pair.statement, random))
