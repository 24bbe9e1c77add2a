"""Agreement with gold, of all answers and of parts of them, as values with intervals."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from viva.domain import VERDICTS, Deck, Verdict
from viva_eval.metrics.agreement import (
    ScoreAgreement,
    VerdictAgreement,
    score_agreement,
    verdict_agreement,
)
from viva_eval.metrics.agreement_intervals import (
    ScoreIntervals,
    VerdictIntervals,
    score_intervals,
    share_interval,
    verdict_intervals,
)
from viva_eval.metrics.intervals import Interval
from viva_eval.metrics.reliability import reliability
from viva_eval.summary.columns import Columns, Rows
from viva_eval.summary.model import (
    FalseCredit,
    Figure,
    Group,
    Headline,
    Rate,
    Reliability,
    ReliabilityBin,
    ScoreCell,
    VerdictFigures,
)
from viva_eval.summary.tally import Tally

SEED = 0
"""Of every bootstrap: the same records give the same intervals."""
_CREDITED = VERDICTS.index(Verdict.PARTIAL)
"""The last verdict that earns something."""
_NO_TOPIC = "unknown"


class _Measured(NamedTuple):
    verdicts: VerdictAgreement
    verdict_intervals: VerdictIntervals
    scores: ScoreAgreement
    score_intervals: ScoreIntervals

    def figure(self, name: str) -> Figure:
        """Return one figure with its interval, by the name that metrics give it."""
        if name in VerdictIntervals.model_fields:
            value, n = getattr(self.verdicts, name), self.verdicts.n
            return _figure(value, getattr(self.verdict_intervals, name), n)
        return _figure(
            getattr(self.scores, name), getattr(self.score_intervals, name), self.scores.n
        )


class Agreement:
    """Everything that a run's columns say about agreement.

    Args:
        tally: The run.
        deck: Whose topics and difficulties group the questions; others go by ``unknown``.
    """

    def __init__(self, tally: Tally, deck: Deck) -> None:
        self._tally = tally
        self._deck = deck
        self._questions = np.array(tally.questions.all, dtype=np.str_)
        self._all = Columns.of(tally.bullets, tally.scores).sorted()
        self._measured = self._measure(self._all)

    def headline(self) -> Headline:
        """Return the figures over all answers."""
        names = (*VerdictIntervals.model_fields, *ScoreIntervals.model_fields)
        return Headline(
            bullets=self._measured.verdicts.n,
            answers=self._measured.scores.n,
            base_rate=self._measured.verdicts.base_rate,
            **{name: self._measured.figure(name) for name in names},
        )

    def verdicts(self) -> tuple[VerdictFigures, ...]:
        """Return how well each verdict is found."""
        return tuple(
            VerdictFigures(verdict=verdict, **own.model_dump())
            for verdict, own in self._measured.verdicts.by_verdict.items()
        )

    def confusion(self) -> tuple[tuple[int, ...], ...]:
        """Return the bullets by gold verdict and given one."""
        return self._measured.verdicts.confusion

    def scores(self) -> tuple[ScoreCell, ...]:
        """Return the pairs of scores that occur, to half a point."""
        halves = np.floor(np.stack([self._all.gold_score, self._all.score]) * 2 + 0.5) / 2
        pairs, counts = np.unique(halves, axis=1, return_counts=True)
        return tuple(
            ScoreCell(gold=gold, given=given, n=n)
            for gold, given, n in zip(*pairs.tolist(), counts.tolist(), strict=True)
        )

    def by_kind(self) -> dict[str, Group]:
        """Return the figures of each kind of answer, in the order of their names."""
        kinds = self._tally.kinds.all
        return {
            kind: self._group(
                kind,
                self._all.only(self._all.bullet_kind == code, self._all.score_kind == code),
            )
            for kind, code in sorted((kind, code) for code, kind in enumerate(kinds))
        }

    def by_topic(self) -> dict[str, Group]:
        """Return the figures of each topic, in the deck's order."""
        topics = {question.id: question.topics for question in self._deck.questions}
        order = [topic.id for topic in self._deck.topics]
        return dict(
            self._by_question(
                [*order, _NO_TOPIC],
                lambda question: topics.get(question, (_NO_TOPIC,)),
                self._deck.topic_name,
            )
        )

    def by_difficulty(self) -> dict[str, Group]:
        """Return the figures of each difficulty, the easiest first."""
        known = {question.id: question.difficulty.value for question in self._deck.questions}
        order = ("easy", "medium", "hard", _NO_TOPIC)
        return dict(
            self._by_question(order, lambda question: (known.get(question, _NO_TOPIC),), str)
        )

    def false_credit(self, by_kind: Mapping[str, Group]) -> FalseCredit:
        """Return the rates of false credit of the kinds that deserve none."""
        nothing = Rate(count=0, of=0, value=None)

        def of(kind: str) -> Rate:
            return by_kind[kind].false_credit if kind in by_kind else nothing

        return FalseCredit(
            stuffed=of("stuffed"), off_topic=of("off-topic"), injection=of("injection")
        )

    def reliability(self) -> Reliability:
        """Return what confidence is worth, over the bullets that have one."""
        there = ~np.isnan(self._all.confidence)
        right = self._all.gold[there] == self._all.given[there]
        found = reliability(self._all.confidence[there].tolist(), right.tolist())
        return Reliability(
            bins=tuple(
                ReliabilityBin(n=own.n, confidence=own.confidence, accuracy=own.accuracy)
                for own in found.bins
            ),
            ece=found.ece,
            brier=found.brier,
        )

    def _by_question(
        self,
        order: list[str] | tuple[str, ...],
        groups_of: Callable[[str], tuple[str, ...]],
        name_of: Callable[[str], str],
    ) -> Iterator[tuple[str, Group]]:
        for group in order:
            own = [
                code
                for code, question in enumerate(self._tally.questions.all)
                if group in groups_of(question)
            ]
            if own:
                part = self._all.only(
                    np.isin(self._all.bullet_question, own), np.isin(self._all.score_question, own)
                )
                yield group, self._group(name_of(group), part)

    def _group(self, name: str, part: Columns) -> Group:
        measured = self._measure(part)
        empty = part.gold > _CREDITED
        return Group(
            name=name,
            answers=measured.scores.n,
            bullets=measured.verdicts.n,
            accuracy=measured.figure("accuracy"),
            macro_f1=measured.figure("macro_f1"),
            qwk=measured.figure("qwk"),
            mae=measured.figure("mae"),
            false_credit=rate(
                part.given[empty] <= _CREDITED, self._questions[part.bullet_question[empty]]
            ),
        )

    def _measure(self, part: Columns) -> _Measured:
        gold, given = _verdicts(part.gold), _verdicts(part.given)
        wanted, found = part.gold_score.tolist(), part.score.tolist()
        bullet_clusters = self._questions[part.bullet_question].tolist()
        score_clusters = self._questions[part.score_question].tolist()
        return _Measured(
            verdict_agreement(gold, given),
            verdict_intervals(gold, given, bullet_clusters, seed=SEED),
            score_agreement(wanted, found),
            score_intervals(wanted, found, score_clusters, seed=SEED),
        )


def rate(hits: Rows, questions: NDArray[np.str_]) -> Rate:
    """Return the share of hits with its interval.

    Args:
        hits: What is counted.
        questions: Id of the question of each.
    """
    count, of = int(hits.sum()), len(hits)
    if not of:
        return Rate(count=0, of=0, value=None)
    interval = share_interval(hits.tolist(), questions.tolist(), seed=SEED)
    return Rate(
        count=count,
        of=of,
        value=count / of,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )


def _verdicts(codes: NDArray[np.int64]) -> list[Verdict]:
    return [VERDICTS[code] for code in codes.tolist()]


def _figure(value: float | None, interval: Interval | None, n: int) -> Figure:
    if value is None or interval is None:
        return Figure(value=value, n=n)
    return Figure(value=value, low=interval.low, high=interval.high, n=n)
