from collections.abc import Sequence
from random import Random

import pytest
from builders import make_deck, make_question

from viva.domain import Deck
from viva.errors import InputError
from viva_eval.labelled import SHIPPED, Kind, LabelledAnswer, Split, load_answers
from viva_eval.perturb import (
    Law,
    Perturbation,
    Perturbed,
    all_perturbations,
    find,
    perturbation,
)
from viva_eval.perturb.perturbation import Subject

EACH = pytest.mark.parametrize("change", all_perturbations(), ids=lambda change: change.name)


@pytest.fixture(scope="module")
def shipped(shipped_deck: Deck) -> tuple[LabelledAnswer, ...]:
    return load_answers(SHIPPED, shipped_deck)


def apply_to(
    change: Perturbation, answers: Sequence[LabelledAnswer], deck: Deck, seed: int = 0
) -> list[Perturbed | None]:
    """What a perturbation makes of answers, each sentence taken as evidence of one bullet."""
    made = []
    for answer in answers:
        question = deck.question(answer.question_id)
        sentences = [part for part in answer.answer.split(". ") if part.strip()]
        evidence = {b.id: (s,) for b, s in zip(question.bullets, sentences, strict=False)}
        random = Random(f"{seed} {answer.id}")
        made.append(change.apply(answer, question, random, deck=deck, evidence=evidence))
    return made


def test_names_are_unique_and_there_is_a_perturbation_for_every_law() -> None:
    names = [change.name for change in all_perturbations()]
    assert len(set(names)) == len(names)
    assert {change.law for change in all_perturbations()} == set(Law)


@EACH
def test_each_says_what_it_does_and_why_its_law_holds(change: Perturbation) -> None:
    assert len(change.doc) > 40
    assert change.name == change.name.lower().strip().replace(" ", "-")


@EACH
def test_each_applies_to_some_shipped_answer_and_always_changes_what_is_graded(
    change: Perturbation, shipped: tuple[LabelledAnswer, ...], shipped_deck: Deck
) -> None:
    made = apply_to(change, shipped, shipped_deck)
    changed = [(a, p) for a, p in zip(shipped, made, strict=True) if p is not None]
    assert changed
    assert all(p.text != a.answer or p.question is not None for a, p in changed)


@EACH
def test_the_same_seed_makes_the_same_text(
    change: Perturbation, shipped: tuple[LabelledAnswer, ...], shipped_deck: Deck
) -> None:
    some = shipped[::7]
    assert apply_to(change, some, shipped_deck) == apply_to(change, some, shipped_deck)


@EACH
@pytest.mark.parametrize("text", ["", " ", "\n\n", "?", "no", "🙂", "a\x00b", "1.", "- \n- "])
def test_none_stumbles_over_an_odd_answer(change: Perturbation, text: str) -> None:
    deck = make_deck()
    answer = LabelledAnswer(
        id="odd", question_id="caching", kind=Kind.TERSE, split=Split.TEST, answer=text, labels={}
    )
    made = change.apply(answer, deck.question("caching"), Random(1), deck=deck)
    assert made is None or made.text != text or made.question is not None


def test_targets_are_named_by_the_laws_about_targets_and_by_no_other(
    shipped: tuple[LabelledAnswer, ...], shipped_deck: Deck
) -> None:
    aimed = {Law.LOSES_TARGET, Law.CONTRADICTS_TARGET}
    for change in all_perturbations():
        made = [p for p in apply_to(change, shipped[::5], shipped_deck) if p is not None]
        assert all(bool(p.target) == (change.law in aimed) for p in made)


def test_without_a_deck_only_what_takes_from_other_questions_is_left_out() -> None:
    question = make_question()
    answer = LabelledAnswer(
        id="a", question_id="caching", kind=Kind.TERSE, split=Split.TEST, answer="Hi.", labels={}
    )
    deck = make_deck()
    absent = [
        change.name
        for change in all_perturbations()
        if change.apply(answer, question, Random(1), deck=deck)
        and not change.apply(answer, question, Random(1))
    ]
    assert absent == ["other-buzzwords", "honest-sentence"]


def test_perturbations_are_found_by_name_in_the_order_asked_for_and_once() -> None:
    found = find("typos, lower-case ,typos")
    assert [change.name for change in found] == ["typos", "lower-case"]
    assert find("all") == all_perturbations()


@pytest.mark.parametrize("names", ["", " , ", "typo", "all,lower-case", "lower_case"])
def test_a_name_that_there_is_not_is_answered_with_those_there_are(names: str) -> None:
    with pytest.raises(InputError) as caught:
        find(names)
    assert caught.value.exit_code == 2
    assert "lower-case" in caught.value.hint
    assert "negate-evidence" in caught.value.hint


def test_an_answer_that_stays_as_it_is_does_not_count_as_changed() -> None:
    @perturbation(Law.UNCHANGED)
    def nothing(subject: Subject, random: Random) -> str:
        """Do nothing."""
        return subject.text

    answer = LabelledAnswer(
        id="a", question_id="caching", kind=Kind.TERSE, split=Split.TEST, answer="Hi", labels={}
    )
    assert nothing.name == "nothing"
    assert nothing.doc == "Do nothing."
    assert nothing.apply(answer, make_question(), Random(1)) is None
