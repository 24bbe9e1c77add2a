"""One pass over the records of a run into columns of numbers, small enough for any run.

A record of some kilobytes leaves some dozen bytes here, so that a hundred thousand of them fit in
memory with ease. ``summarise`` works on these columns only.
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import nan
from typing import NamedTuple

from viva.domain import VERDICTS, Verdict
from viva_eval.metrics.evidence import Quoted, is_verbatim, token_overlap
from viva_eval.records import Record
from viva_eval.summary.heard import Heard, keep_heard

CODED = (*VERDICTS, Verdict.UNGRADED)
"""A verdict's code is its place here."""
_CODES = {verdict: code for code, verdict in enumerate(CODED)}
_ABSENT = 255


class Names:
    """Gives every name a number, in the order of their first use."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def code(self, name: str) -> int:
        """Return the number of a name, a new one for a new name."""
        return self._codes.setdefault(name, len(self._codes))

    def __getitem__(self, code: int) -> str:
        return self.all[code]

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def all(self) -> list[str]:
        """All names, by number."""
        return list(self._codes)


class Place(NamedTuple):
    """Which grading of which answer: the key by which samples find each other."""

    answer: int
    repeat: int


class Altered(NamedTuple):
    """A graded sample whose answer was perturbed."""

    sample_id: str
    perturbation: int
    place: Place
    target: str
    """Id of the bullet aimed at, or empty."""
    codes: bytes


@dataclass
class BulletColumns:
    """Labelled bullets of answers as they are, graded the first time; one a place."""

    gold: "array[int]" = field(default_factory=lambda: array("b"))
    given: "array[int]" = field(default_factory=lambda: array("b"))
    confidence: "array[float]" = field(default_factory=lambda: array("d"))
    question: "array[int]" = field(default_factory=lambda: array("l"))
    kind: "array[int]" = field(default_factory=lambda: array("l"))


@dataclass
class ScoreColumns:
    """Scored answers as they are, graded the first time; one a place."""

    gold: "array[float]" = field(default_factory=lambda: array("d"))
    given: "array[float]" = field(default_factory=lambda: array("d"))
    question: "array[int]" = field(default_factory=lambda: array("l"))
    kind: "array[int]" = field(default_factory=lambda: array("l"))


@dataclass
class Tally:
    """What is kept of a run's records."""

    answers: Names = field(default_factory=Names)
    questions: Names = field(default_factory=Names)
    kinds: Names = field(default_factory=Names)
    perturbations: Names = field(default_factory=Names)
    bullet_places: dict[int, Names] = field(default_factory=dict)
    """The bullets of each question, as its records name them."""
    question_of: dict[int, int] = field(default_factory=dict)
    """By answer."""
    bullets: BulletColumns = field(default_factory=BulletColumns)
    scores: ScoreColumns = field(default_factory=ScoreColumns)
    plain: dict[Place, bytes] = field(default_factory=dict)
    """Verdicts of answers as they are, a byte a bullet."""
    plain_scores: dict[Place, float] = field(default_factory=dict)
    altered: list[Altered] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    altered_failed: Counter[int] = field(default_factory=Counter)
    seconds: "array[float]" = field(default_factory=lambda: array("d"))
    graders: Counter[str] = field(default_factory=Counter)
    samples: int = 0
    errors: int = 0
    all_bullets: int = 0
    ungraded: int = 0
    quotes: int = 0
    verbatim: int = 0
    overlaps: "array[float]" = field(default_factory=lambda: array("d"))
    input_tokens: int = 0
    output_tokens: int = 0
    costs: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, record: Record) -> None:
        """Take in one record."""
        sample = record.sample
        self.samples += 1
        self.input_tokens += record.input_tokens
        self.output_tokens += record.output_tokens
        self.costs.append(record.cost)
        question = self.questions.code(sample.question_id)
        answer = self.answers.code(sample.answer_id)
        self.question_of[answer] = question
        if record.error:
            self.errors += 1
            if sample.perturbation and sample.spoken is None:
                self.altered_failed[self.perturbations.code(sample.perturbation)] += 1
            return
        self.seconds.append(record.seconds)
        if record.grader is not None:
            self.graders[f"{record.grader.name} {record.grader.version}"] += 1
        self.all_bullets += len(record.verdicts)
        self.ungraded += sum(own is Verdict.UNGRADED for own in record.verdicts.values())
        self._add_evidence(record)
        if sample.spoken is not None:
            self.heard.append(keep_heard(record, sample.spoken))
            return
        place = Place(answer, sample.repeat)
        places = self.bullet_places.setdefault(question, Names())
        codes = _pack(record, places)
        if sample.perturbation:
            perturbation = self.perturbations.code(sample.perturbation)
            self.altered.append(Altered(sample.id, perturbation, place, sample.target, codes))
            return
        self.plain[place] = codes
        if record.score is not None:
            self.plain_scores[place] = record.score
        if sample.repeat == 0:
            self._add_agreement(record, question, self.kinds.code(sample.kind))

    def verdicts_of(self, question: int, codes: bytes) -> dict[str, Verdict]:
        """Return packed verdicts by bullet id."""
        names = self.bullet_places[question].all
        return {names[place]: CODED[code] for place, code in enumerate(codes) if code != _ABSENT}

    def texts(self) -> dict[str, dict[str, Verdict]]:
        """Return the verdicts on answers as they are, graded the first time, by answer."""
        return {
            self.answers[place.answer]: self.verdicts_of(self.question_of[place.answer], codes)
            for place, codes in self.plain.items()
            if place.repeat == 0
        }

    def _add_agreement(self, record: Record, question: int, kind: int) -> None:
        for bullet_id, gold in record.sample.gold.items():
            given = record.verdicts.get(bullet_id, Verdict.UNGRADED)
            if given is Verdict.UNGRADED or gold is Verdict.UNGRADED:
                continue
            self.bullets.gold.append(_CODES[gold])
            self.bullets.given.append(_CODES[given])
            self.bullets.confidence.append(record.confidence.get(bullet_id, nan))
            self.bullets.question.append(question)
            self.bullets.kind.append(kind)
        if record.sample.gold_score is not None and record.score is not None:
            self.scores.gold.append(record.sample.gold_score)
            self.scores.given.append(record.score)
            self.scores.question.append(question)
            self.scores.kind.append(kind)

    def _add_evidence(self, record: Record) -> None:
        answer = record.sample.answer
        for quotes in record.quotes.values():
            self.quotes += len(quotes)
            self.verbatim += sum(is_verbatim(own, answer) for own in quotes)
        if record.sample.perturbation:
            return  # the spans are those of the answer as it is
        for bullet_id, spans in record.sample.spans.items():
            overlap = token_overlap(Quoted(answer, record.quotes.get(bullet_id, ()), spans))
            if overlap is not None:
                self.overlaps.append(overlap.f1)


def tally(records: Iterable[Record]) -> Tally:
    """Read all records, one at a time."""
    found = Tally()
    for record in records:
        found.add(record)
    return found


def _pack(record: Record, places: Names) -> bytes:
    """Return a byte for each bullet of the question, in the order of ``places``."""
    codes = {places.code(own): _CODES[verdict] for own, verdict in record.verdicts.items()}
    return bytes(codes.get(place, _ABSENT) for place in range(max(codes, default=-1) + 1))
