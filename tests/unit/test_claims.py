from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viva.claims import split_claims, split_sentences, words


@given(st.text(max_size=400))
def test_claims_are_spans_of_the_answer_in_order_and_never_overlap(answer: str) -> None:
    end = 0
    for claim in split_claims(answer):
        assert answer[claim.start : claim.end] == claim.text
        assert claim.start >= end
        end = claim.end


@given(st.lists(st.sampled_from(["cache", "we", "and", "then", ".", ",", "\n", "- "]), max_size=60))
def test_no_word_of_the_answer_is_lost(pieces: list[str]) -> None:
    answer = " ".join(pieces)
    claimed = [word for claim in split_claims(answer) for word in words(claim.text)]
    assert claimed == words(answer)


@pytest.mark.parametrize(
    ("answer", "claims"),
    [
        ("Cache it. Shard it.", ["Cache it.", "Shard it."]),
        ("- cache it\n* shard it\n2) index it", ["cache it", "shard it", "index it"]),
        (
            "We would encrypt the disks, but we never encrypt the traffic",
            ["We would encrypt the disks", "but we never encrypt the traffic"],
        ),
        (
            "Use Spark, e.g. on v3.5 of it, for joins.",
            ["Use Spark, e.g. on v3.5 of it, for joins."],
        ),
        ("!!! ... 😀", []),
        ("", []),
    ],
)
def test_an_answer_is_cut_where_a_statement_ends(answer: str, claims: list[str]) -> None:
    assert [claim.text for claim in split_claims(answer)] == claims


def test_speech_without_punctuation_is_cut_at_the_words_that_begin_anew() -> None:
    answer = (
        "um so i would start with a pre-trained model and fine tune it on what we have and then "
        "uh we could also generate some more examples by flipping the images so that helps"
    )
    claims = [claim.text for claim in split_claims(answer)]
    assert len(claims) >= 2
    assert any(claim.startswith("and then") for claim in claims)


def test_a_monologue_without_a_sign_is_cut_into_pieces_that_can_be_quoted() -> None:
    assert all(len(words(c.text)) <= 30 for c in split_claims("word " * 500))


def test_a_list_item_is_a_sentence_of_its_own() -> None:
    assert len(split_sentences("1. one thing\n2. another thing")) == 2


def test_answers_are_cut_alike_side_by_side_and_one_by_one() -> None:
    answers = [
        f"We log request {number}. Then we join it with its outcome! Is that all? No. " * 5
        for number in range(40)
    ]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(split_claims, answers)) == [split_claims(own) for own in answers]
