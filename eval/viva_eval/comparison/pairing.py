"""The answers of two runs side by side, a small remainder of each record at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from viva.domain import Verdict
from viva_eval.comparison.model import BulletChange, ChangedSample
from viva_eval.records import Record


class _Kept(NamedTuple):
    """What is kept of a record of the first run."""

    digest: bytes
    bullets: tuple[str, ...]
    verdicts: tuple[Verdict | None, ...]
    score: float | None
    failed: bool


@dataclass
class Pairs:
    """Answers that both runs graded, as columns, and those that are left out, counted."""

    gold: list[Verdict] = field(default_factory=list)
    first: list[Verdict] = field(default_factory=list)
    second: list[Verdict] = field(default_factory=list)
    bullet_questions: list[str] = field(default_factory=list)
    gold_scores: list[float] = field(default_factory=list)
    first_scores: list[float] = field(default_factory=list)
    second_scores: list[float] = field(default_factory=list)
    score_questions: list[str] = field(default_factory=list)
    changed: list[ChangedSample] = field(default_factory=list)
    compared: int = 0
    only_first: int = 0
    only_second: int = 0
    failed: int = 0
    altered: int = 0

    def add(self, before: _Kept, record: Record) -> None:
        """Take in an answer that both runs have."""
        after = _keep(record)
        if before.failed or after.failed:
            self.failed += 1
        elif before.digest != after.digest:
            self.altered += 1
        else:
            self.compared += 1
            self._add_columns(before, after, record)
            if (change := _change(before, after, record)) is not None:
                self.changed.append(change)

    def _add_columns(self, before: _Kept, after: _Kept, record: Record) -> None:
        sample = record.sample
        earlier = dict(zip(before.bullets, before.verdicts, strict=True))
        later = dict(zip(after.bullets, after.verdicts, strict=True))
        for bullet_id, gold in sample.gold.items():
            one, other = earlier.get(bullet_id), later.get(bullet_id)
            if None in (one, other) or Verdict.UNGRADED in (gold, one, other):
                continue
            self.gold.append(gold)
            self.first.append(one or Verdict.UNGRADED)
            self.second.append(other or Verdict.UNGRADED)
            self.bullet_questions.append(sample.question_id)
        scores = (sample.gold_score, before.score, after.score)
        if None not in scores:
            columns = (self.gold_scores, self.first_scores, self.second_scores)
            for column, score in zip(columns, scores, strict=True):
                column.append(score or 0.0)
            self.score_questions.append(sample.question_id)


def pair(first: Iterable[Record], second: Iterable[Record]) -> Pairs:
    """Return what two runs say of the same answers, as they are and graded the first time."""
    kept = {record.sample.id: _keep(record) for record in _plain(first)}
    pairs = Pairs()
    for record in _plain(second):
        before = kept.pop(record.sample.id, None)
        if before is None:
            pairs.only_second += 1
        else:
            pairs.add(before, record)
    pairs.only_first = len(kept)
    return pairs


def _plain(records: Iterable[Record]) -> Iterator[Record]:
    return (own for own in records if not own.sample.perturbation and not own.sample.repeat)


def _keep(record: Record) -> _Kept:
    sample = record.sample
    labels = sorted((bullet_id, verdict.value) for bullet_id, verdict in sample.gold.items())
    shown = repr((sample.question_id, sample.answer, labels, sample.gold_score))
    bullets = tuple(dict.fromkeys((*sample.gold, *record.verdicts)))
    return _Kept(
        digest=blake2b(shown.encode("utf-8", "surrogatepass"), digest_size=16).digest(),
        bullets=bullets,
        verdicts=tuple(record.verdicts.get(own) for own in bullets),
        score=record.score,
        failed=bool(record.error),
    )


def _change(before: _Kept, after: _Kept, record: Record) -> ChangedSample | None:
    sample = record.sample
    earlier = dict(zip(before.bullets, before.verdicts, strict=True))
    later = dict(zip(after.bullets, after.verdicts, strict=True))
    changes = tuple(
        BulletChange(
            bullet_id=own,
            gold=sample.gold.get(own),
            first=earlier.get(own),
            second=later.get(own),
        )
        for own in dict.fromkeys((*before.bullets, *after.bullets))
        if earlier.get(own) is not later.get(own)
    )
    if not changes and before.score == after.score:
        return None
    return ChangedSample(
        sample_id=sample.id,
        question_id=sample.question_id,
        kind=sample.kind,
        bullets=changes,
        first_score=before.score,
        second_score=after.score,
        gold_score=sample.gold_score,
    )
