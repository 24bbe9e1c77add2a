"""Make a card of a finished run."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np

from viva.confidence import Confidence, confidence_word
from viva.deck.loading import deck_hash
from viva.domain import Deck, Verdict
from viva.errors import InputError
from viva_eval.card.model import BulletFigures, ReportCard
from viva_eval.datasets_index import SHIPPED
from viva_eval.records import Manifest, Record, RunFolder
from viva_eval.summary.agreement import rate
from viva_eval.summary.model import Rate
from viva_eval.summary.summarise import summarise

JUNK = ("stuffed", "off-topic", "unknown", "injection")
"""Kinds of answers that deserve no credit beyond their labels."""


def make_card(
    folder: RunFolder, *, weights: dict[str, str], bullets_of: RunFolder | None = None
) -> ReportCard:
    """Return the card of the grader that a run measured.

    Args:
        folder: The run.
        weights: Hashes of what the grader computes with.
        bullets_of: Another run of the same grader for the figures of single bullets, such as one
            over all splits, so that every bullet of the deck has some.

    Raises:
        InputError: If a run is not finished, or the two are not of one grader and deck.
    """
    manifest, deck = folder.manifest, folder.deck
    source = bullets_of or folder
    _check(manifest, source.manifest)
    summary = summarise(manifest, folder.records(), deck)
    by_bullet = measure_bullets(source.records(), deck)
    assert manifest.finished is not None
    return ReportCard(
        name=manifest.grader_name or manifest.grader.name,
        grader=manifest.grader,
        model=manifest.model,
        prompt=manifest.prompt,
        weights=weights,
        deck_id=deck.id,
        deck_sha256=deck_hash(deck),
        dataset=manifest.dataset,
        dataset_sha256=manifest.dataset_sha256,
        split=manifest.split,
        synthetic=manifest.dataset in SHIPPED,
        run_id=manifest.run_id,
        measured=manifest.finished.date(),
        answers=summary.counts.answers,
        bullets=summary.headline.bullets,
        kappa=summary.headline.kappa,
        base_rate=summary.headline.base_rate,
        accuracy=summary.headline.accuracy,
        macro_f1=summary.headline.macro_f1,
        qwk=summary.headline.qwk,
        repeats=manifest.repeats,
        flip_share=summary.consistency.flip_share if summary.consistency else None,
        ungraded_share=summary.counts.ungraded_share,
        false_credit={
            kind: summary.by_kind[kind].false_credit
            if kind in summary.by_kind
            else Rate(count=0, of=0, value=None)
            for kind in JUNK
        },
        confidence=measure_words(folder.records()),
        bullets_split=source.manifest.split,
        by_bullet=by_bullet,
        unmeasured=sum(len(question.bullets) for question in deck.questions) - len(by_bullet),
    )


def measure_bullets(records: Iterable[Record], deck: Deck) -> tuple[BulletFigures, ...]:
    """Return the figures of each bullet that has any, those with the most mistakes a label first.

    Of the answers as they are; agreement counts the first repeat, flips all of them.
    """
    pairs: dict[tuple[str, str], list[tuple[Verdict, Verdict]]] = defaultdict(list)
    given: dict[tuple[str, str], dict[str, set[Verdict]]] = defaultdict(lambda: defaultdict(set))
    for record in records:
        sample = record.sample
        if sample.perturbation:
            continue
        for bullet_id, verdict in record.verdicts.items():
            place, label = (sample.question_id, bullet_id), sample.gold.get(bullet_id)
            if verdict is Verdict.UNGRADED or label is None:
                continue
            given[place][sample.answer_id].add(verdict)
            if sample.repeat == 0:
                pairs[place].append((label, verdict))
    found = [
        BulletFigures(
            question_id=question.id,
            bullet_id=bullet.id,
            text=bullet.text,
            n=len(own),
            right=sum(label is verdict for label, verdict in own),
            flips=sum(len(verdicts) > 1 for verdicts in given[question.id, bullet.id].values()),
            commonest=_commonest_mistake(own),
        )
        for question in deck.questions
        for bullet in question.bullets
        if (own := pairs.get((question.id, bullet.id)))
    ]
    return tuple(sorted(found, key=lambda own: (own.share, -own.n, own.question_id)))


def measure_words(records: Iterable[Record]) -> dict[Confidence, Rate]:
    """Return the share of right verdicts by the word for how sure the grader was of them.

    Of the answers as they are, the first repeat.
    """
    said: dict[Confidence, list[tuple[bool, str]]] = {word: [] for word in Confidence}
    for record in records:
        sample = record.sample
        if sample.perturbation or sample.repeat:
            continue
        for bullet_id, verdict in record.verdicts.items():
            probability, label = record.confidence.get(bullet_id), sample.gold.get(bullet_id)
            if verdict is Verdict.UNGRADED or label is None or probability is None:
                continue
            said[confidence_word(probability)].append((verdict is label, sample.question_id))
    return {
        word: rate(np.array([hit for hit, _ in own]), np.array([name for _, name in own]))
        for word, own in said.items()
        if own
    }


def _commonest_mistake(pairs: Iterable[tuple[Verdict, Verdict]]) -> tuple[Verdict, Verdict] | None:
    mistakes = Counter(pair for pair in pairs if pair[0] is not pair[1])
    return max(mistakes, key=lambda pair: (mistakes[pair], pair)) if mistakes else None


def _check(first: Manifest, second: Manifest) -> None:
    for manifest in (first, second):
        if manifest.finished is None:
            raise InputError(
                f"The run {manifest.run_id} is not finished.",
                hint="'viva eval run --resume --out RUN' completes it.",
            )
    if (first.grader, first.deck_sha256) != (second.grader, second.deck_sha256):
        raise InputError(
            "The two runs are not of the same grader and deck.",
            hint="Run both with what is installed now.",
        )
