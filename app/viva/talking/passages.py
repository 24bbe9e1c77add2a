"""Which bullets a free question is answered from: near in meaning, or with its words in them."""

from collections.abc import Collection, Sequence

from viva.domain import Deck, Passage
from viva.grading.wording import content_stems
from viva.retrieval import BulletHit

LOOKED_AT = 32
"""Bullets to fetch; the most fitting are chosen among them."""
MOST_PASSAGES = 4
_NEAR = 0.42
"""Cosine from which a bullet fits by its meaning alone."""
_NEAR_WITH_WORDS = 0.22
"""Cosine from which it fits if it has a word of the question."""
_WORDS_COUNT = 0.3
"""What having all the question's words is worth, in cosine."""
_LEFT_BEHIND = 0.75
"""Share of the best passage's worth below which others are left out."""
_ASKING = frozenset(content_stems("explain mean means meaning work works describe tell example"))


def choose_passages(
    asked: str, hits: Sequence[BulletHit], deck: Deck, *, hidden: Collection[str] = ()
) -> tuple[Passage, ...]:
    """Return the passages that a reply may rest on, most fitting first; none if nothing fits.

    Args:
        asked: The free question.
        hits: Bullets near to it.
        deck: Their deck.
        hidden: Ids of questions whose bullets must not be told yet.
    """
    wanted = content_stems(asked) - _ASKING
    worth: list[tuple[float, BulletHit]] = []
    for hit in hits:
        bullet = deck.question(hit.question_id).bullet(hit.bullet_id)
        held = content_stems(" ".join((bullet.text, *bullet.key_terms)))
        share = len(wanted & held) / len(wanted) if wanted else 0.0
        fits = hit.similarity >= _NEAR or (share > 0 and hit.similarity >= _NEAR_WITH_WORDS)
        if fits and hit.question_id not in hidden:
            worth.append((hit.similarity + _WORDS_COUNT * share, hit))
    worth.sort(key=lambda pair: -pair[0])
    return tuple(
        Passage(
            question_id=hit.question_id,
            bullet_id=hit.bullet_id,
            question=deck.question(hit.question_id).text,
            text=hit.text,
        )
        for value, hit in worth[:MOST_PASSAGES]
        if value >= _LEFT_BEHIND * worth[0][0]
    )
