from collections import Counter

import pytest
from builders import make_question
from hypothesis import given
from perturbing import change, changed_text, prose, seeds

from viva.claims import words
from viva_eval.perturb.ordering import bullet_order, sentence_order

FREE = ["Redis holds the answers.", "A gateway spreads the load.", "Weights shrink to int8."]


@given(seed=seeds)
def test_free_sentences_are_shuffled_whole(seed: int) -> None:
    made = change(sentence_order, " ".join(FREE), seed=seed)
    assert made is not None
    assert sorted(made.text.replace(". ", ".|").split("|")) == sorted(FREE)


@given(text=prose, seed=seeds)
def test_no_word_is_lost_or_made_by_shuffling(text: str, seed: int) -> None:
    assert Counter(words(changed_text(sentence_order, text, seed=seed))) == Counter(words(text))


@pytest.mark.parametrize(
    "leaning", ["It is fast.", "But that costs.", "We like them.", "So do we."]
)
@given(seed=seeds)
def test_a_sentence_that_leans_stays_behind_the_one_before_it(leaning: str, seed: int) -> None:
    made = change(sentence_order, " ".join([*FREE[:2], leaning, FREE[2]]), seed=seed)
    assert made is not None
    assert f"{FREE[1]} {leaning}" in made.text


@given(seed=seeds)
def test_a_first_sentence_that_leans_stays_first(seed: int) -> None:
    made = change(sentence_order, " ".join(["We drop it.", *FREE]), seed=seed)
    assert made is not None
    assert made.text.startswith("We drop it. ")


@pytest.mark.parametrize(
    "far",
    [
        "No wait, drop Redis.",
        "Second, we log.",
        "The others wait.",
        "Then we log.",
        "Both are needed.",
        "Actually, drop Redis.",
        "I mean Memcached.",
    ],
)
def test_what_takes_back_counts_or_points_far_keeps_the_whole_order(far: str) -> None:
    assert change(sentence_order, " ".join([*FREE, far])) is None


@pytest.mark.parametrize("text", ["", "One.", "- Redis.\n- Gateway.", "Redis here. It is fast."])
def test_there_must_be_two_pieces_to_shuffle(text: str) -> None:
    assert change(sentence_order, text) is None


def test_the_last_sentence_gets_its_stop_before_it_moves() -> None:
    made = change(sentence_order, "Redis holds answers. A gateway spreads load")
    assert made is not None
    assert made.text == "A gateway spreads load. Redis holds answers."


@given(seed=seeds)
def test_bullets_are_shuffled_in_the_question_and_the_answer_stays(seed: int) -> None:
    question = make_question(weights=(1, 2, 3, 4))
    made = change(bullet_order, "We cache.", seed=seed, question=question)
    assert made is not None
    assert made.question is not None
    assert made.text == "We cache."
    assert made.question.bullets != question.bullets
    assert set(made.question.bullets) == set(question.bullets)
    assert made.question.model_copy(update={"bullets": question.bullets}) == question


def test_a_single_bullet_has_no_order() -> None:
    assert change(bullet_order, "We cache.", question=make_question(weights=(1,))) is None
