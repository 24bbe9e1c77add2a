"""What the index is asked: words that are known to be about one bullet."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from viva.domain import Deck, Frozen, Verdict
from viva_eval.datasets_index import Item


class Source(StrEnum):
    """Where the words of a query come from."""

    SPANS = "gold spans"
    """What an answer said that covers a bullet, as its labeller marked it."""
    KEY_TERMS = "key terms"
    """A bullet's own key terms. No candidate said them: a check of the deck, not of speech."""


class Query(Frozen):
    """Words, and the bullet that they are about."""

    source: Source
    question_id: str
    bullet_id: str
    text: str


def gold_queries(items: Iterable[Item]) -> Iterator[Query]:
    """Yield one query for each covered bullet with marked spans."""
    for item in items:
        for bullet_id, spans in item.spans.items():
            if item.gold.get(bullet_id) is Verdict.COVERED and spans:
                yield Query(
                    source=Source.SPANS,
                    question_id=item.question_id,
                    bullet_id=bullet_id,
                    text=" ".join(" ".join(spans).split()),
                )


def key_term_queries(deck: Deck) -> Iterator[Query]:
    """Yield one query for each bullet that has key terms."""
    for question in deck.questions:
        for bullet in question.bullets:
            if bullet.key_terms:
                yield Query(
                    source=Source.KEY_TERMS,
                    question_id=question.id,
                    bullet_id=bullet.id,
                    text=", ".join(bullet.key_terms),
                )
