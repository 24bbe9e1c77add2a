from random import Random
from typing import NamedTuple

import pytest
from eval_builders import make_dataset, make_item

from viva.domain import Question
from viva.errors import InputError
from viva_eval.labelled import LabelledAnswer
from viva_eval.samples import Plan, make_samples


class Changed(NamedTuple):
    text: str
    target: str = ""
    question: Question | None = None


class Shout:
    name = "shout"

    @staticmethod
    def apply(
        answer: LabelledAnswer, question: Question, random: Random, **context: object
    ) -> Changed | None:
        return Changed(f"{answer.answer.upper()} {random.random()}", target=question.bullets[0].id)


class EvenOnly:
    name = "even"

    @staticmethod
    def apply(
        answer: LabelledAnswer, question: Question, random: Random, **context: object
    ) -> Changed | None:
        return Changed("even") if answer.id.endswith(("2", "4")) else None


class BackToFront:
    name = "back-to-front"

    @staticmethod
    def apply(
        answer: LabelledAnswer, question: Question, random: Random, **context: object
    ) -> Changed | None:
        turned = question.model_copy(update={"bullets": question.bullets[::-1]})
        return Changed(answer.answer, question=turned)


DATASET = make_dataset(*(make_item(number) for number in range(1, 5)))


def test_every_answer_comes_once_before_any_comes_again() -> None:
    samples = make_samples(DATASET, Plan(repeats=2))
    assert [sample.id for sample in samples] == [
        *(f"caching.{number}#0" for number in range(1, 5)),
        *(f"caching.{number}#1" for number in range(1, 5)),
    ]
    assert all(sample.gold_score == 3.3 and sample.gold["b1"] == "covered" for sample in samples)


def test_perturbed_answers_come_once_beside_the_answer_as_it_is() -> None:
    plan = Plan(repeats=2, perturbations=(Shout(), EvenOnly()))
    samples = make_samples(make_dataset(make_item(1), make_item(3)), plan)
    assert [sample.id for sample in samples] == [
        "caching.1#0",
        "caching.1~shout#0",
        "caching.3#0",
        "caching.3~shout#0",
        "caching.1#1",
        "caching.3#1",
    ]
    shouted = samples[1]
    assert shouted.answer.startswith("ANSWER 1 SAYS IT.")
    assert (shouted.perturbation, shouted.target, shouted.answer_id) == ("shout", "b1", "caching.1")
    assert samples[0].perturbation == samples[0].target == ""


def test_an_answer_that_a_perturbation_does_not_apply_to_is_left_out() -> None:
    samples = make_samples(DATASET, Plan(perturbations=(EvenOnly(),)))
    assert [own.id for own in samples if own.perturbation] == [
        "caching.2~even#0",
        "caching.4~even#0",
    ]


def test_the_same_plan_gives_the_same_samples_and_another_seed_others() -> None:
    first = make_samples(DATASET, Plan(perturbations=(Shout(),)))
    assert first == make_samples(DATASET, Plan(perturbations=(Shout(),)))
    assert first != make_samples(DATASET, Plan(perturbations=(Shout(),), seed=1))


def test_chance_depends_on_the_answer_alone_and_not_on_what_else_is_run() -> None:
    alone = make_samples(make_dataset(make_item(3)), Plan(perturbations=(Shout(),)))
    among = make_samples(DATASET, Plan(perturbations=(EvenOnly(), Shout())))
    assert alone[1] in among


def test_a_limit_draws_answers_in_their_order_and_a_higher_one_the_same_and_others() -> None:
    many = make_dataset(*(make_item(number) for number in range(50)))
    drawn = [
        [own.answer_id for own in make_samples(many, Plan(limit=limit))] for limit in (10, 20, 99)
    ]
    assert [len(ids) for ids in drawn] == [10, 20, 50]
    assert set(drawn[0]) < set(drawn[1]) < set(drawn[2])
    assert drawn[1] == [answer_id for answer_id in drawn[2] if answer_id in drawn[1]]
    assert drawn[0] != drawn[2][:10]
    assert drawn[0] != [own.answer_id for own in make_samples(many, Plan(limit=10, seed=1))]


def test_a_split_takes_its_answers_only_and_an_empty_one_is_said() -> None:
    mixed = make_dataset(make_item(1, split="train"), make_item(2))
    assert [own.answer_id for own in make_samples(mixed, Plan(split="test"))] == ["caching.2"]
    assert len(make_samples(mixed, Plan(split="all"))) == 2
    with pytest.raises(InputError, match="'train'") as caught:
        make_samples(DATASET, Plan(split="train"))
    assert "It has: test" in caught.value.hint


def test_the_order_in_which_bullets_are_shown_is_the_samples() -> None:
    plain, turned, *_ = make_samples(DATASET, Plan(perturbations=(BackToFront(),)))
    assert plain.bullet_order == ()
    assert turned.bullet_order == ("b3", "b2", "b1")
    assert turned.answer == plain.answer
