from random import Random

from builders import make_deck, make_question

from viva.domain import Difficulty
from viva.practice import plan_questions

DECK = make_deck(
    make_question("a1", topics=("serving",), difficulty=Difficulty.HARD),
    make_question("a2", topics=("serving",), difficulty=Difficulty.EASY),
    make_question("a3", topics=("serving",), difficulty=Difficulty.EASY),
    make_question("b1", topics=("monitoring", "serving"), difficulty=Difficulty.MEDIUM),
    make_question("c1", topics=("training",), difficulty=Difficulty.HARD),
)


def test_topics_and_difficulties_are_kept_to() -> None:
    plan = plan_questions(
        DECK, count=9, topics=["serving"], difficulties=[Difficulty.HARD], random=Random(1)
    )
    assert plan == ("a1",)
    assert set(plan_questions(DECK, count=9, topics=["monitoring"], random=Random(1))) == {"b1"}


def test_easier_questions_come_first() -> None:
    plan = plan_questions(DECK, count=5, random=Random(7))
    order = list(Difficulty)
    hardness = [order.index(DECK.question(question_id).difficulty) for question_id in plan]
    assert len(plan) == 5
    assert hardness == sorted(hardness)


def test_questions_are_spread_over_the_topics() -> None:
    for seed in range(20):
        plan = plan_questions(DECK, count=3, random=Random(seed))
        assert len({DECK.question(question_id).topics[0] for question_id in plan}) == 3


def test_a_job_description_takes_the_nearest_that_fit() -> None:
    plan = plan_questions(
        DECK, count=2, topics=["serving"], nearest=["c1", "b1", "a1", "a2"], random=Random(0)
    )
    assert set(plan) == {"b1", "a1"}


def test_the_same_chance_gives_the_same_plan_and_nothing_twice() -> None:
    first = plan_questions(DECK, count=4, random=Random(3))
    assert first == plan_questions(DECK, count=4, random=Random(3))
    assert len(set(first)) == 4


def test_wishes_that_nothing_fits_give_an_empty_plan() -> None:
    assert plan_questions(DECK, count=3, topics=["nope"], random=Random(0)) == ()
