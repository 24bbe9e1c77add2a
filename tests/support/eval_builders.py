"""Small sets, samples and graders for tests of the evaluation."""

from collections.abc import Callable

from builders import IDENTITY, NOON, make_deck, make_grade

from viva.domain import Deck, Grade, GraderIdentity, Question, Verdict
from viva_eval.datasets_index import Dataset, Item, hash_deck
from viva_eval.judges import Judged
from viva_eval.records import Manifest, Sample

DECK = make_deck()


def make_item(number: int, *, split: str = "test", question_id: str = "caching") -> Item:
    """An answer whose gold is covered, missing, missing."""
    question = DECK.question(question_id)
    return Item(
        id=f"{question_id}.{number}",
        question_id=question_id,
        kind="partial",
        split=split,
        answer=f"Answer {number} says it.",
        gold={
            bullet.id: Verdict.MISSING if place else Verdict.COVERED
            for place, bullet in enumerate(question.bullets)
        },
        gold_score=3.3,
    )


def make_dataset(*items: Item, deck: Deck = DECK) -> Dataset:
    """A set of these answers."""
    return Dataset(name="tiny", sha256="0" * 64, deck=deck, items=items)


def make_sample(number: int = 1, *, repeat: int = 0) -> Sample:
    """A sample of an answer as it is."""
    item = make_item(number)
    return Sample(
        id=f"{item.id}#{repeat}",
        answer_id=item.id,
        repeat=repeat,
        **item.model_dump(exclude={"id"}),
    )


def make_manifest() -> Manifest:
    """A manifest of a run that has begun."""
    return Manifest(
        run_id="r",
        created=NOON,
        grader=IDENTITY,
        deck_id=DECK.id,
        deck_sha256=hash_deck(DECK),
        dataset="tiny",
        dataset_sha256="0" * 64,
    )


class ScriptedJudge:
    """Gives every bullet the verdict that a function of the answer says, at a price."""

    identity: GraderIdentity = IDENTITY

    def __init__(self, verdict: Callable[[str], str], *, cost: float = 0.0) -> None:
        self._verdict = verdict
        self._cost = cost
        self.seen: list[str] = []

    def judge(self, question: Question, answer: str, *, repeat: int) -> Judged:
        """Return the grade; what the function raises is raised."""
        self.seen.append(answer)
        verdict = self._verdict(answer)
        grade: Grade = make_grade(question, *[verdict] * len(question.bullets), answer=answer)
        return Judged(grade, input_tokens=7, output_tokens=3, cost=self._cost, raw=("{}",))

    def close(self) -> None:
        """Nothing to let go of."""
