"""Runs as a grader would leave them behind, made from verdicts alone."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from builders import NOON, make_deck

from viva.domain import BulletGrade, Deck, Evidence, GraderIdentity, Question, Verdict
from viva.grading.scoring import score_bullets
from viva_eval.records import Manifest, Record, RunFolder, Sample, Spoken

IDENTITY = GraderIdentity(name="scripted", version="1", fingerprint="f" * 16)
DECK = make_deck()
SAID = "I would do it."
CREDITED = (Verdict.COVERED, Verdict.PARTIAL, Verdict.CONTRADICTED)
_LETTERS = {
    "c": Verdict.COVERED,
    "p": Verdict.PARTIAL,
    "m": Verdict.MISSING,
    "x": Verdict.CONTRADICTED,
    "u": Verdict.UNGRADED,
}
KINDS = ("strong", "partial", "stuffed", "off-topic", "injection", "vague")


def make_manifest(run_id: str = "run", **changes: object) -> Manifest:
    """A manifest of a finished run."""
    manifest = Manifest(
        run_id=run_id,
        created=NOON,
        finished=NOON,
        grader=IDENTITY,
        deck_id=DECK.id,
        deck_sha256="d" * 64,
        dataset="tiny",
        dataset_sha256="e" * 64,
    )
    return manifest.model_copy(update=changes)


def verdicts(words: str, question: Question = DECK.questions[0]) -> dict[str, Verdict]:
    """Verdicts by their first letters, in the order of the bullets; ``x`` is contradicted."""
    return {
        bullet.id: _LETTERS[letter] for bullet, letter in zip(question.bullets, words, strict=False)
    }


def make_record(
    given: str,
    gold: str = "",
    *,
    answer_id: str = "a",
    question: Question = DECK.questions[0],
    kind: str = "strong",
    answer: str = SAID,
    perturbation: str = "",
    target: str = "",
    repeat: int = 0,
    confidence: float = 0.9,
    seconds: float = 0.1,
    spans: Mapping[str, tuple[str, ...]] | None = None,
) -> Record:
    """A record with these verdicts and labels, each resting on the first words of the answer."""
    own = verdicts(given, question)
    quote = Evidence(start=0, end=len(answer[:14]), quote=answer[:14])
    labels = verdicts(gold, question)
    suffix = f"~{perturbation}" if perturbation else ""
    return Record(
        sample=Sample(
            id=f"{answer_id}{suffix}#{repeat}",
            answer_id=answer_id,
            question_id=question.id,
            kind=kind,
            split="test",
            perturbation=perturbation,
            target=target,
            repeat=repeat,
            answer=answer,
            gold=labels,
            gold_score=score_of(question, labels) if labels else None,
            spans=dict(spans or {}),
        ),
        verdicts=own,
        confidence={
            bullet_id: 0.0 if verdict is Verdict.UNGRADED else confidence
            for bullet_id, verdict in own.items()
        },
        quotes={bullet_id: (quote,) for bullet_id, verdict in own.items() if verdict in CREDITED},
        score=score_of(question, own),
        grader=IDENTITY,
        seconds=seconds,
    )


def make_spoken(given: str, *, hinted: bool, answer: str = SAID, **how: object) -> Record:
    """A record of "I would do it.", spoken in two seconds and heard as ``answer``."""
    record = make_record(given, "cmm", answer=answer, perturbation="spoken")
    plain = Spoken(voice="a", hinted=hinted, speed=1.0, said=SAID, seconds=2.0)
    spoken = plain.model_copy(update={"hearing_seconds": 0.5, **how})
    sample = record.sample.model_copy(
        update={"id": f"{record.sample.id}{hinted}{how}", "spoken": spoken}
    )
    return record.model_copy(update={"sample": sample})


def make_failure(
    *, answer_id: str = "a", perturbation: str = "", error: str = "no reply"
) -> Record:
    """A record of a sample that failed."""
    sample = make_record("ccc", "ccc", answer_id=answer_id, perturbation=perturbation).sample
    return Record(sample=sample, error=error, grader=None)


def score_of(question: Question, own: Mapping[str, Verdict]) -> float | None:
    """The score that verdicts earn, by the one formula."""
    quote = Evidence(start=0, end=1, quote="x")
    grades = [
        BulletGrade(
            bullet_id=bullet_id,
            verdict=verdict,
            confidence=0.5,
            evidence=(quote,) if verdict in CREDITED else (),
        )
        for bullet_id, verdict in own.items()
    ]
    return score_bullets(question, grades).value


def random_records(count: int, deck: Deck = DECK, *, seed: int = 0) -> Iterator[Record]:
    """Records of a grader that is right more often than not, no answer twice."""
    random = Random(seed)
    for number in range(count):
        question = random.choice(deck.questions)
        gold = [random.choice("cpmx") for _ in question.bullets]
        given = [own if random.random() < 0.7 else random.choice("cpmx") for own in gold]
        yield make_record(
            "".join(given),
            "".join(gold),
            answer_id=f"{question.id}.{number}",
            question=question,
            kind=random.choice(KINDS),
            answer=f"{SAID} {number}",
            confidence=round(random.uniform(0.3, 1.0), 3),
            seconds=random.uniform(0.01, 0.3),
        )


def make_folder(path: Path, records: Iterator[Record], deck: Deck = DECK) -> RunFolder:
    """A run's folder with these records."""
    folder = RunFolder.create(path, make_manifest(), deck)
    with (path / "records.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(f"{record.model_dump_json()}\n" for record in records)
    return folder
