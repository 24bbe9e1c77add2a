import pytest

from viva.domain import Bullet, Question
from viva.grading.rejections import find_denial
from viva.grading.restating import find_restating
from viva.grading.units import split_units

BULLET = Bullet(id="b", text="Give the rare class more weight, so that its errors cost more.")
QUESTION = Question(id="q", text="What about imbalance?", topics=("t",), bullets=(BULLET,))


def restated(answer: str) -> bool:
    return find_restating(BULLET, split_units(answer, QUESTION)) is not None


@pytest.mark.parametrize(
    "answer",
    [
        "Give the rare class more weight, so that its errors cost more.",
        "First I would collect data. I would give the rare class more weight so that its errors "
        "cost more",
        "- GIVE the rare  class more weight, so that its errors cost more",
    ],
)
def test_saying_the_bullet_in_its_own_words_restates_it(answer: str) -> None:
    assert restated(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Never give the rare class more weight, so that its errors cost more.",
        "Giving the rare class more weight, so that its errors cost more, is a waste of time.",
        "There is no need to give the rare class more weight, so that its errors cost more.",
        "Give the common class more weight, so that its errors cost more.",
        "Give the rare class more weight, so that its errors cost more. That is pointless.",
        "weight class errors cost rare more",
    ],
)
def test_denying_it_or_changing_a_word_does_not(answer: str) -> None:
    assert not restated(answer)


@pytest.mark.parametrize(
    ("second", "denied"),
    [
        ("That is a waste of time.", True),
        ("But this is pointless.", True),
        ("That is overkill at first, but I would do it later.", False),
        ("That pays off.", False),
        ("Dashboards are a waste of time.", False),
    ],
)
def test_a_sentence_right_after_may_deny_the_one_before(second: str, denied: bool) -> None:
    units = split_units(f"We weigh the rare class up. {second}", QUESTION)
    assert (find_denial(units, 0) is not None) is denied
