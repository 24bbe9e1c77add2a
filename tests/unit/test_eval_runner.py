import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from builders import make_grade
from eval_builders import DECK, ScriptedJudge, make_manifest, make_sample

from viva.domain import Question
from viva.errors import BudgetSpent
from viva_eval.judges import Judged
from viva_eval.records import Record, RunFolder, Sample
from viva_eval.runner import run_samples

SAMPLES = tuple(make_sample(number) for number in range(1, 7))


def covered(answer: str) -> str:
    return "covered"


def fail_on(*numbers: int) -> Callable[[str], str]:
    def verdict(answer: str) -> str:
        if any(answer.startswith(f"Answer {number} ") for number in numbers):
            raise RuntimeError("the server is on fire")
        return "covered"

    return verdict


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run", make_manifest(), DECK)


def ids(folder: RunFolder) -> list[str]:
    return [record.sample.id for record in folder.records()]


def test_every_sample_gets_a_record_with_all_that_the_grader_said(folder: RunFolder) -> None:
    told: list[Record] = []
    judge = ScriptedJudge(covered, cost=0.5)
    run_samples(SAMPLES, [judge], folder, deck=DECK, on_record=told.append)
    assert ids(folder) == [sample.id for sample in SAMPLES]
    record = told[0]
    assert list(folder.records()) == told
    assert record.verdicts == {"b1": "covered", "b2": "covered", "b3": "covered"}
    assert record.quotes["b1"][0].quote == "Answer 1 says it."
    assert record.score == 10
    assert record.grader == judge.identity
    assert (record.input_tokens, record.output_tokens, record.cost) == (7, 3, 0.5)
    assert record.raw == ("{}",)
    assert record.seconds > 0


def test_a_sample_that_fails_is_recorded_with_its_error_and_the_rest_goes_on(
    folder: RunFolder,
) -> None:
    run_samples(SAMPLES, [ScriptedJudge(fail_on(2, 5))], folder, deck=DECK)
    failed = [record for record in folder.records() if record.error]
    assert [record.sample.answer_id for record in failed] == ["caching.2", "caching.5"]
    assert failed[0].error == "RuntimeError: the server is on fire"
    assert failed[0].verdicts == {}
    assert failed[0].score is None
    assert len(ids(folder)) == 6


def test_what_has_a_record_is_not_graded_again(folder: RunFolder) -> None:
    run_samples(SAMPLES[:4], [ScriptedJudge(fail_on(1))], folder, deck=DECK)
    second = ScriptedJudge(covered)
    run_samples(SAMPLES, [second], folder, deck=DECK)
    assert second.seen == ["Answer 5 says it.", "Answer 6 says it."]
    assert Counter(ids(folder)) == Counter(sample.id for sample in SAMPLES)


def test_failed_samples_are_graded_again_once_their_records_are_dropped(folder: RunFolder) -> None:
    run_samples(SAMPLES, [ScriptedJudge(fail_on(1, 4))], folder, deck=DECK)
    folder.drop_failed()
    second = ScriptedJudge(covered)
    run_samples(SAMPLES, [second], folder, deck=DECK)
    assert second.seen == ["Answer 1 says it.", "Answer 4 says it."]
    assert not any(record.error for record in folder.records())


def test_as_many_samples_as_judges_are_graded_at_once_and_no_more(folder: RunFolder) -> None:
    meeting = threading.Barrier(3, timeout=30)
    lock = threading.Lock()
    under_way, most = 0, 0

    def verdict(answer: str) -> str:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        meeting.wait()  # passes only if three are here together
        with lock:
            under_way -= 1
        return "covered"

    judges = [ScriptedJudge(verdict) for _ in range(3)]
    run_samples(SAMPLES, judges, folder, deck=DECK)
    assert most == 3
    assert Counter(ids(folder)) == Counter(sample.id for sample in SAMPLES)
    assert not any(record.error for record in folder.records())


def test_a_judge_is_used_by_one_thread_at_a_time(folder: RunFolder) -> None:
    class Exclusive(ScriptedJudge):
        def __init__(self) -> None:
            super().__init__(self.verdict)
            self.lock = threading.Lock()

        def verdict(self, answer: str) -> str:
            assert self.lock.acquire(blocking=False), "two threads at once"
            sum(range(1000))  # time for another thread to come in
            self.lock.release()
            return "covered"

    many = tuple(make_sample(number) for number in range(200))
    run_samples(many, [Exclusive() for _ in range(4)], folder, deck=DECK)
    assert [record.error for record in folder.records()] == [""] * 200


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_stops_at_its_most_cost_and_goes_on_with_more(
    folder: RunFolder, workers: int
) -> None:
    judges = [ScriptedJudge(covered, cost=1.0) for _ in range(workers)]
    with pytest.raises(BudgetSpent, match=r"at most \$2") as caught:
        run_samples(SAMPLES, judges, folder, deck=DECK, most_cost=2)
    assert "--max-cost" in caught.value.hint
    first = ids(folder)
    assert 2 <= len(first) <= 2 + workers - 1
    with pytest.raises(BudgetSpent):
        run_samples(SAMPLES, judges, folder, deck=DECK, most_cost=2)
    assert ids(folder) == first
    run_samples(SAMPLES, judges, folder, deck=DECK, most_cost=100)
    assert Counter(ids(folder)) == Counter(sample.id for sample in SAMPLES)


@pytest.mark.parametrize("workers", [1, 3])
def test_a_stop_records_what_is_under_way_and_nothing_more(folder: RunFolder, workers: int) -> None:
    stop = threading.Event()

    def verdict(answer: str) -> str:
        stop.set()
        return "covered"

    judges = [ScriptedJudge(verdict) for _ in range(workers)]
    with pytest.raises(KeyboardInterrupt):
        run_samples(SAMPLES, judges, folder, deck=DECK, should_stop=stop.is_set)
    graded = [answer for judge in judges for answer in judge.seen]
    assert 1 <= len(graded) <= workers
    assert sorted(record.sample.answer for record in folder.records()) == sorted(graded)


def test_nothing_to_do_is_done_at_once(folder: RunFolder) -> None:
    none: tuple[Sample, ...] = ()
    run_samples(none, [ScriptedJudge(covered)], folder, deck=DECK, most_cost=0)
    assert ids(folder) == []


def test_the_grader_sees_bullets_in_the_samples_order_and_the_record_names_each(
    folder: RunFolder,
) -> None:
    class First(ScriptedJudge):
        def judge(self, question: Question, answer: str, *, repeat: int) -> Judged:
            grade = make_grade(question, "covered", "missing", "missing", answer=answer)
            return Judged(grade)

    turned = SAMPLES[0].model_copy(update={"bullet_order": ("b3", "b1", "b2")})
    run_samples([turned], [First(covered)], folder, deck=DECK)
    (record,) = folder.records()
    assert record.verdicts == {"b3": "covered", "b1": "missing", "b2": "missing"}


class InBatches(ScriptedJudge):
    """Grades many at once, and notes how many."""

    def __init__(self, verdict: Callable[[str], str]) -> None:
        super().__init__(verdict)
        self.batches: list[int] = []

    def judge_many(self, answers: Sequence[tuple[Question, str]]) -> list[Judged]:
        self.batches.append(len(answers))
        return [self.judge(question, answer, repeat=0) for question, answer in answers]


MANY = tuple(make_sample(number) for number in range(100))


def test_batches_give_the_records_of_one_by_one(folder: RunFolder, tmp_path: Path) -> None:
    other = RunFolder.create(tmp_path / "other", make_manifest(), DECK)
    judge = InBatches(covered)
    run_samples(MANY, [judge], folder, deck=DECK)
    run_samples(MANY, [ScriptedJudge(covered)], other, deck=DECK)
    assert sum(judge.batches) == 100
    assert len(judge.batches) < 100
    at_once, one_by_one = (
        [record.model_copy(update={"seconds": 0.0}) for record in own.records()]
        for own in (folder, other)
    )
    assert at_once == one_by_one


def test_an_error_in_a_batch_is_told_of_its_own_sample_only(folder: RunFolder) -> None:
    run_samples(MANY, [InBatches(fail_on(7, 70))], folder, deck=DECK)
    failed = [record.sample.answer_id for record in folder.records() if record.error]
    assert failed == ["caching.7", "caching.70"]
    assert Counter(ids(folder)) == Counter(sample.id for sample in MANY)


def test_a_batch_run_that_stops_goes_on_with_what_has_no_record(folder: RunFolder) -> None:
    judge = InBatches(covered)
    with pytest.raises(KeyboardInterrupt):
        run_samples(MANY, [judge], folder, deck=DECK, should_stop=lambda: bool(judge.seen))
    first = ids(folder)
    assert first == [sample.id for sample in MANY[: len(first)]]
    assert 0 < len(first) < 100
    run_samples(MANY, [judge], folder, deck=DECK)
    assert ids(folder) == [sample.id for sample in MANY]
    assert len(judge.seen) == len(set(judge.seen)) == 100
