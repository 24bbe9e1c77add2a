from collections.abc import Sequence

import numpy as np
import pytest
from builders import make_deck, make_question
from numpy.typing import NDArray

from viva.deck.duplicates import AlikeBullets, AlikeQuestions, find_alike
from viva.deck.editing import (
    find_question,
    merge_bullets,
    merge_questions,
    move_question,
    put_question,
    remove_question,
    rename_topics,
)
from viva.domain import Bullet, Deck
from viva.errors import InputError, NotFoundError

DECK = make_deck()


def ids(deck: Deck) -> list[str]:
    return [question.id for question in deck.questions]


def test_a_question_keeps_its_place_when_it_is_changed_and_a_new_one_comes_last() -> None:
    changed = DECK.questions[1].model_copy(update={"text": "How else?"})
    assert put_question(DECK, changed).questions[1] == changed
    assert ids(put_question(DECK, make_question("sharding")))[-1] == "sharding"


def test_a_removed_question_takes_the_topics_along_that_only_it_named() -> None:
    left = remove_question(DECK, "caching")
    assert ids(left) == ["drift", "rollback"]
    assert [topic.id for topic in left.topics] == ["deployment", "monitoring"]


def test_the_last_question_cannot_be_removed() -> None:
    with pytest.raises(InputError, match="only question"):
        remove_question(make_deck(make_question()), "caching")


@pytest.mark.parametrize(
    ("moved", "steps", "after"),
    [
        ("rollback", -1, ["caching", "rollback", "drift"]),
        ("caching", 1, ["drift", "caching", "rollback"]),
        ("caching", -1, ["caching", "drift", "rollback"]),
        ("rollback", 1, ["caching", "drift", "rollback"]),
    ],
)
def test_questions_move(moved: str, steps: int, after: list[str]) -> None:
    assert ids(move_question(DECK, moved, steps)) == after


def test_what_is_not_there_is_not_found() -> None:
    for attempt in (
        lambda: find_question(DECK, "nothing"),
        lambda: remove_question(DECK, "nothing"),
        lambda: move_question(DECK, "nothing", 1),
        lambda: merge_questions(DECK, "caching", "nothing"),
        lambda: merge_questions(DECK, "caching", "caching"),
        lambda: merge_bullets(DECK, "caching", "b1", "b9"),
        lambda: merge_bullets(DECK, "caching", "b1", "b1"),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_topics_are_renamed_and_keep_their_ids() -> None:
    renamed = rename_topics(DECK, {"serving": "  Serving  models "})
    assert renamed.topic_name("serving") == "Serving models"
    assert renamed.questions == DECK.questions


@pytest.mark.parametrize("name", [" ", "monitoring"])
def test_topics_need_names_of_their_own(name: str) -> None:
    with pytest.raises(InputError):
        rename_topics(DECK, {"serving": name})


def test_merged_questions_have_the_bullets_and_topics_of_both() -> None:
    same = DECK.questions[0].bullets[0].model_copy(update={"id": "x"})
    rollback = DECK.questions[2]
    rollback = rollback.model_copy(update={"bullets": (*rollback.bullets, same)})
    merged = merge_questions(put_question(DECK, rollback), "caching", "rollback")
    assert ids(merged) == ["caching", "drift"]
    kept = merged.question("caching")
    assert kept.text == DECK.questions[0].text
    assert kept.topics == ("serving", "deployment", "monitoring")
    assert {topic.id for topic in merged.topics} == {"serving", "deployment", "monitoring"}
    assert [bullet.text for bullet in kept.bullets] == [
        *(f"Point {n} of caching." for n in (1, 2, 3)),
        *(f"Point {n} of rollback." for n in (1, 2, 3)),
    ]
    assert len({bullet.id for bullet in kept.bullets}) == 6


def test_merged_bullets_keep_one_wording_and_lose_nothing_else() -> None:
    question = DECK.questions[0]
    second = question.bullets[1].model_copy(update={"weight": 3.0, "hint": "Why?"})
    deck = put_question(
        DECK, question.model_copy(update={"bullets": (question.bullets[0], second)})
    )
    (merged,) = merge_bullets(deck, "caching", "b1", "b2").question("caching").bullets
    assert merged == Bullet(
        id="b1",
        text="Point 1 of caching.",
        weight=3.0,
        key_terms=("term 1", "term 2"),
        hint="Why?",
    )


def test_pairs_above_the_thresholds_are_found_the_most_alike_first() -> None:
    deck = make_deck(make_question("one"), make_question("two"), make_question("three"))
    angles = {"one": 0.0, "two": 0.5, "three": 0.8, "Point 1 of one.": 0.1, "Point 3 of one.": 0.2}

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        """Put known texts on a circle by their angle; every other has a direction of its own."""
        vectors = np.zeros((len(texts), len(texts) + 2), dtype=np.float32)
        for row, text in enumerate(texts):
            key = text.removeprefix("How would you approach ").rstrip("?")
            angle = angles.get(key)
            if angle is None:
                vectors[row, row + 2] = 1
            else:
                vectors[row, :2] = np.cos(angle), np.sin(angle)
        return vectors

    alike = find_alike(deck, embed)
    assert [(pair.first, pair.second) for pair in alike.questions] == [
        ("two", "three"),
        ("one", "two"),
        ("one", "three"),
    ]
    assert alike.questions[0] == AlikeQuestions("two", "three", pytest.approx(np.cos(0.3)))
    assert alike.bullets == (AlikeBullets("one", "b1", "b3", pytest.approx(np.cos(0.1))),)
    assert alike.pairs == 4
