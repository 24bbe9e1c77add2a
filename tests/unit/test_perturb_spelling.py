import pytest
from hypothesis import given
from perturbing import anything, change, prose

from viva_eval.perturb.spelling import (
    american_spelling,
    british_spelling,
    to_american,
    to_british,
)


@given(anything)
def test_spelling_on_one_side_undoes_the_other(text: str) -> None:
    assert to_american(to_british(text)) == to_american(text)
    assert to_british(to_american(text)) == to_british(text)


@given(anything)
def test_spelling_twice_is_spelling_once(text: str) -> None:
    assert to_british(to_british(text)) == to_british(text)
    assert to_american(to_american(text)) == to_american(text)


@given(prose)
def test_spelling_moves_no_word(text: str) -> None:
    assert len(to_british(text).split()) == len(text.split())


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("labelled neighbours", "labeled neighbors"),
        ("Unlabelled", "Unlabeled"),
        ("MODELLING", "MODELING"),
        ("pseudonymisation, optimisers", "pseudonymization, optimizers"),
        ("containerised and re-quantised", "containerized and re-quantized"),
        ("centralised behaviour", "centralized behavior"),
        ("SERIALISE", "SERIALIZE"),
    ],
)
def test_known_words_are_spelled_both_ways(british: str, american: str) -> None:
    assert to_american(british) == american
    assert to_british(american) == british


@pytest.mark.parametrize(
    "text", ["noise promise precise size prize seize", "analyses", "programme license", "finalist"]
)
def test_words_that_only_look_like_it_stay(text: str) -> None:
    assert to_american(text) == text
    assert to_british(text) == text


def test_an_answer_without_such_a_word_is_not_changed() -> None:
    assert change(british_spelling, "We cache it.") is None
    assert change(american_spelling, "We cache labeled data.") is None
