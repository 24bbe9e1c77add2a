"""Ask the index and count: hit@1, mean reciprocal rank, and which questions are mixed up."""

from collections import Counter
from collections.abc import Callable, Sequence

from viva.domain import Frozen
from viva.retrieval import BulletHit
from viva_eval.metrics.agreement_intervals import share_interval
from viva_eval.retrieval.queries import Query, Source
from viva_eval.summary.model import Rate

_SEED = 0
_MOST_CONFUSIONS = 15

Find = Callable[[str], Sequence[BulletHit]]
"""Returns every bullet of every question, the nearest to a text first."""


class Confusion(Frozen):
    """Two questions of which one is found for the other."""

    question_id: str
    """What the words were about."""
    found: str
    """The question whose bullet came first."""
    n: int
    """How often."""
    of: int
    """Queries about ``question_id``."""


class RetrievalFigures(Frozen):
    """What queries of one source came to; each rate with a 95% interval, by question."""

    source: Source
    bullet_first: Rate
    """hit@1: the very bullet comes first among those of all questions."""
    question_first: Rate
    """Some bullet of the right question comes first; the rest is confusion across questions."""
    bullet_first_within: Rate
    """The very bullet comes first among those of its own question, which is what grading asks."""
    mrr: float | None
    """Mean reciprocal rank of the very bullet, 0 to 1 (Voorhees 1999, "The TREC-8 Question
    Answering Track Report"); 0 for a bullet that the index does not return."""
    confusions: tuple[Confusion, ...]
    """The commonest first."""


def measure(queries: Sequence[Query], find: Find, *, source: Source) -> RetrievalFigures:
    """Return what the queries of one source come to.

    Args:
        queries: Any; those of another source are left out.
        find: Asks the index.
        source: Whose queries to take.
    """
    asked = [query for query in queries if query.source is source]
    found = [find(query.text) for query in asked]
    ranks = [_rank(query, hits) for query, hits in zip(asked, found, strict=True)]
    firsts = [hits[0].question_id if hits else "" for hits in found]
    within = [_first_within(query, hits) for query, hits in zip(asked, found, strict=True)]
    reciprocal = [1 / rank if rank else 0.0 for rank in ranks]
    clusters = [query.question_id for query in asked]
    right_question = [first == name for first, name in zip(firsts, clusters, strict=True)]
    return RetrievalFigures(
        source=source,
        bullet_first=_rate([rank == 1 for rank in ranks], clusters),
        question_first=_rate(right_question, clusters),
        bullet_first_within=_rate(within, clusters),
        mrr=sum(reciprocal) / len(reciprocal) if reciprocal else None,
        confusions=_confusions(clusters, firsts),
    )


def _rank(query: Query, hits: Sequence[BulletHit]) -> int | None:
    """Return the place of the right bullet, from 1; None if it is not there."""
    for place, hit in enumerate(hits, start=1):
        if (hit.question_id, hit.bullet_id) == (query.question_id, query.bullet_id):
            return place
    return None


def _first_within(query: Query, hits: Sequence[BulletHit]) -> bool:
    """Whether the first bullet of the right question is the right one."""
    own = (hit.bullet_id for hit in hits if hit.question_id == query.question_id)
    return next(own, None) == query.bullet_id


def _rate(hits: Sequence[bool], clusters: Sequence[str]) -> Rate:
    interval = share_interval(hits, clusters, seed=_SEED)
    return Rate(
        count=sum(hits),
        of=len(hits),
        value=sum(hits) / len(hits) if hits else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )


def _confusions(wanted: Sequence[str], found: Sequence[str]) -> tuple[Confusion, ...]:
    totals = Counter(wanted)
    pairs = Counter(
        pair for pair in zip(wanted, found, strict=True) if pair[0] != pair[1] and pair[1]
    )
    commonest = sorted(pairs.items(), key=lambda own: (-own[1], own[0]))[:_MOST_CONFUSIONS]
    return tuple(
        Confusion(question_id=asked, found=other, n=n, of=totals[asked])
        for (asked, other), n in commonest
    )
