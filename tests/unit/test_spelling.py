import pytest
from hypothesis import given
from hypothesis import strategies as st

from viva.domain import Deck
from viva.grading.spelling import Speller


@pytest.fixture(scope="module")
def speller(shipped_deck: Deck) -> Speller:
    return Speller(shipped_deck, known=("bathing", "seldom"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("monitorng", "monitoring"),
        ("retrianing", "retraining"),
        ("encryyption", "encryption"),
        ("We mask the personel data.", "We mask the personal data."),
    ],
)
def test_a_slip_in_a_word_of_the_deck_is_mended(speller: Speller, typed: str, meant: str) -> None:
    assert speller.mend(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "bathing seldom",  # known, though near to other words
        "inconsistent",  # first letters tell opposites apart
        "Seldon v2.3, scikit-laern, k8s",  # a name, a version, a word with signs
        "um the th",
        "",
    ],
)
def test_what_may_be_meant_stays(speller: Speller, text: str) -> None:
    assert speller.mend(text) == text


@given(st.text())
def test_text_of_any_kind_keeps_its_other_signs(shipped_deck: Deck, text: str) -> None:
    mended = Speller(shipped_deck).mend(text)
    assert [c for c in mended if not c.isalpha()] == [c for c in text if not c.isalpha()]
