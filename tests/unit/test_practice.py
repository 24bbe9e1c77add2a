from collections.abc import Iterable
from datetime import timedelta
from random import Random

import pytest
from builders import NOON, make_deck, make_grade, make_question

from viva.domain import Deck, Difficulty, Kind, Mode, Question, Turn
from viva.errors import InputError
from viva.practice import Known, Plan, Wishes, plan_practice, typical_seconds, waiting
from viva.retrieval import QuestionHit
from viva.scheduling import schedule

EASY, MEDIUM, HARD = Difficulty
DECK = make_deck(
    make_question("a1", topics=("serving",), difficulty=HARD),
    make_question("a2", topics=("serving",), difficulty=EASY),
    make_question("a3", topics=("serving",), difficulty=EASY),
    make_question("b1", topics=("monitoring", "serving"), difficulty=MEDIUM),
    make_question("c1", topics=("training",), difficulty=HARD),
)
ROUND_DECK = make_deck(
    *(
        make_question(f"{topic}-{level}", topics=(topic,), difficulty=level)
        for topic in ("serving", "monitoring", "training", "privacy")
        for level in Difficulty
    )
)
NOW = NOON + timedelta(days=30)


def plan(wishes: Wishes, *, deck: Deck = DECK, seed: int = 1, known: Known | None = None) -> Plan:
    return plan_practice(deck, wishes, known or Known(now=NOW), random=Random(seed))


def answered(question: Question, *verdicts: str, days_ago: float, minutes: float = 4) -> Turn:
    at = NOW - timedelta(days=days_ago)
    return Turn(
        question_id=question.id,
        asked_at=at - timedelta(minutes=minutes),
        answer="I would do it.",
        answered_at=at,
        grade=make_grade(question, *verdicts),
    )


def known(*turns: Turn, seconds: float | None = None) -> Known:
    return Known(now=NOW, cards=schedule(turns, now=NOW), seconds=seconds)


def hits(*question_ids: str, similarity: float = 0.6) -> list[QuestionHit]:
    return [QuestionHit(one, similarity, f"We need {one}.") for one in question_ids]


class TestByTopic:
    def test_topics_and_difficulties_are_kept_to(self) -> None:
        hard = Wishes(count=1, topics=("serving",), difficulties=(HARD,))
        assert plan(hard).questions == ("a1",)
        assert plan(Wishes(count=1, topics=("monitoring",))).questions == ("b1",)

    def test_easier_questions_come_first(self) -> None:
        hardness = [
            list(Difficulty).index(DECK.question(one).difficulty)
            for one in plan(Wishes(count=5)).questions
        ]
        assert len(hardness) == 5
        assert hardness == sorted(hardness)

    def test_questions_are_spread_over_the_topics(self) -> None:
        for seed in range(20):
            chosen = plan(Wishes(count=3), seed=seed).questions
            assert len({DECK.question(one).topics[0] for one in chosen}) == 3

    def test_the_same_chance_gives_the_same_plan_and_nothing_twice(self) -> None:
        first = plan(Wishes(count=4), seed=3)
        assert first == plan(Wishes(count=4), seed=3)
        assert len(set(first.questions)) == 4

    def test_a_wish_that_cannot_be_met_is_told(self) -> None:
        few = plan(Wishes(count=9, topics=("training",), difficulties=(HARD,)))
        assert few.questions == ("c1",)
        assert few.note == (
            "You asked for 9 questions; there is only 1 question on Training that is hard, "
            "so it is here."
        )
        assert "only 5 questions, so they are all here" in plan(Wishes(count=6)).note
        assert plan(Wishes(count=5)).note == ""

    def test_wishes_that_nothing_fits_give_an_empty_plan(self) -> None:
        assert plan(Wishes(topics=("nope",))).choices == ()

    def test_only_an_exam_has_a_time_for_each_question(self) -> None:
        assert plan(Wishes()).seconds_per_question is None
        assert plan(Wishes(mode=Mode.EXAM)).seconds_per_question == 300
        assert plan(Wishes(mode=Mode.EXAM, seconds_per_question=90)).seconds_per_question == 90


class TestForAJob:
    wishes = Wishes(kind=Kind.JOB, count=2, job_description="We need you.")

    def test_the_nearest_that_fit_are_chosen_each_with_its_words(self) -> None:
        wishes = self.wishes.model_copy(update={"topics": ("serving",)})
        chosen = plan(wishes, known=Known(now=NOW, nearest=hits("c1", "b1", "a1", "a2")))
        assert {one.question_id: one.why for one in chosen.choices} == {
            "b1": "Nearest in the description: “We need b1.”",
            "a1": "Nearest in the description: “We need a1.”",
        }
        assert chosen.note == ""

    def test_a_description_far_from_every_question_is_told(self) -> None:
        far = Known(now=NOW, nearest=hits("c1", "b1", similarity=0.2))
        assert "little to do with" in plan(self.wishes, known=far).note

    def test_no_description_is_refused_in_words(self) -> None:
        with pytest.raises(InputError, match="no job description"):
            plan(Wishes(kind=Kind.JOB, job_description=" \n"))


class TestToday:
    wishes = Wishes(kind=Kind.TODAY)
    bad = ("missing", "covered", "covered")

    def turns(self, ids: Iterable[str], **given: float) -> list[Turn]:
        return [answered(DECK.question(one), *self.bad, **given) for one in ids]

    def test_somebody_new_gets_new_questions_and_is_told_how_many_and_why(self) -> None:
        chosen = plan(self.wishes)
        assert len(chosen.questions) == 3
        assert {one.why for one in chosen.choices} == {"New"}
        assert chosen.note == "3 questions in about 15 minutes, at 5 minutes each: 3 new."

    def test_what_is_due_comes_first_then_a_new_question_is_mixed_in(self) -> None:
        chosen = plan(self.wishes, known=known(*self.turns(["a1", "a2", "a3"], days_ago=20)))
        due, new = chosen.choices[:2], chosen.choices[2]
        assert all(one.why.startswith("Due since") and "1 weak point" in one.why for one in due)
        assert new.why == "New"
        assert "2 due, 1 new" in chosen.note

    def test_the_more_it_is_forgotten_the_earlier_it_comes(self) -> None:
        later = self.turns(["a1"], days_ago=29)
        sooner = self.turns(["a2"], days_ago=12)
        assert plan(self.wishes, known=known(*sooner, *later)).questions[:2] == ("a1", "a2")

    def test_weak_questions_come_after_a_day_of_rest_though_they_are_not_due(self) -> None:
        rested, just_now = self.turns(["a1"], days_ago=1.5), self.turns(["a2"], days_ago=0.2)
        state = known(*rested, *just_now)
        wait = waiting(DECK, state.cards, now=NOW)
        assert (wait.due, wait.weak) == ((), ("a1",))
        assert set(wait.new) == {"a3", "b1", "c1"}
        chosen = plan(self.wishes, known=state)
        assert chosen.questions[0] == "a1"
        assert "1 weak, 2 new" in chosen.note

    def test_a_quicker_person_gets_more_questions(self) -> None:
        chosen = plan(self.wishes, known=known(seconds=200))
        assert chosen.note.startswith("4 questions in about 13 minutes, at 3 minutes each, as you")

    def test_with_nothing_new_or_due_the_soonest_due_are_asked(self) -> None:
        done = [
            answered(question, "covered", "covered", "covered", days_ago=number / 10)
            for number, question in enumerate(DECK.questions, start=1)
        ]
        chosen = plan(self.wishes, known=known(*done))
        assert chosen.questions == ("c1", "b1", "a3")
        assert chosen.choices[0].why.startswith("Not due before")
        assert "3 not due yet" in chosen.note

    def test_the_pace_is_the_median_of_real_answers_and_a_minute_to_read(self) -> None:
        question = DECK.questions[0]
        turns = [
            answered(question, *self.bad, days_ago=1 + number, minutes=minutes)
            for number, minutes in enumerate((2, 3, 10, 0.1, 600))
        ]
        assert typical_seconds(turns) == 4 * 60
        assert typical_seconds(turns[:2]) is None


class TestMock:
    wishes = Wishes(kind=Kind.MOCK)

    def test_a_round_goes_from_broad_to_deep_within_three_topics(self) -> None:
        for seed in range(20):
            chosen = plan(self.wishes, deck=ROUND_DECK, seed=seed)
            assert (chosen.mode, chosen.seconds_in_all) == (Mode.EXAM, 45 * 60)
            assert chosen.seconds_per_question is None
            assert len(set(chosen.questions)) == 6
            asked = [ROUND_DECK.question(one) for one in chosen.questions]
            blocks = list(dict.fromkeys(one.topics[0] for one in asked))
            assert len(blocks) == 3
            levels = [[one.difficulty for one in asked if one.topics[0] == b] for b in blocks]
            assert levels == [[EASY, HARD]] * 3
            assert [one.topics[0] for one in asked] == [b for b in blocks for _ in range(2)]

    def test_what_was_just_answered_is_asked_only_if_nothing_else_fits(self) -> None:
        seen = [q for q in ROUND_DECK.questions if q.difficulty is HARD]
        turns = [answered(one, "covered", "covered", "covered", days_ago=1) for one in seen]
        chosen = plan(self.wishes, deck=ROUND_DECK, known=known(*turns))
        assert not {one.id for one in seen} & set(chosen.questions)

    @pytest.mark.parametrize("size", [1, 2, 5])
    def test_a_small_deck_gives_what_it_has_and_says_so(self, size: int) -> None:
        small = make_deck(*DECK.questions[:size])
        chosen = plan(self.wishes, deck=small)
        assert set(chosen.questions) == {one.id for one in small.questions}
        assert f"only {size} question" in chosen.note

    def test_a_deck_of_one_topic_fills_the_round(self) -> None:
        one_topic = make_deck(*(make_question(f"q{n}") for n in range(9)))
        assert len(set(plan(self.wishes, deck=one_topic).questions)) == 6


def test_named_questions_are_asked_in_the_order_named() -> None:
    named = plan(Wishes(kind=Kind.QUESTION, questions=("c1", "a1", "c1")))
    assert named.questions == ("c1", "a1")
