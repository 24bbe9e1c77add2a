import numpy as np
import pytest

from viva.claims import Claim
from viva.domain import Verdict
from viva.grading.describer import Seen
from viva.grading.features import FEATURES, Description
from viva.grading.rejections import leave_to_the_nearest, speaks_against
from viva.grading.units import Unit

NO, YES = Verdict.CONTRADICTED, Verdict.COVERED


def seen(similarities: list[list[float]], sentences: list[int], texts: list[str]) -> Seen:
    """An answer of these units, seen by two bullets that rest on their nearest unit."""
    units = tuple(
        Unit(Claim(0, len(text), text), text, sentence, True)
        for text, sentence in zip(texts, sentences, strict=True)
    )
    near = np.array(similarities, dtype=np.float32)
    description = Description(
        rows=np.zeros((2, len(FEATURES))),
        spoken=np.zeros((2, 4)),
        best=tuple(int(index) for index in near.argmax(axis=0)),
        open_to=np.ones(near.shape, dtype=bool),
    )
    unread = np.full((*near.shape, 4), np.nan, dtype=np.float32)
    return Seen(units, np.zeros((len(units), 3), dtype=np.float32), near, unread, description)


def test_one_rejection_contradicts_the_nearest_bullet_only() -> None:
    answer = seen([[0.9, 0.6], [0.1, 0.3]], [0, 1], ["We never cache it.", "We shard it."])
    open_to = leave_to_the_nearest(answer, [NO, NO])
    assert open_to is not None
    assert open_to.tolist() == [[True, False], [True, True]]


def test_the_clauses_of_the_rejecting_sentence_close_where_they_reject() -> None:
    answer = seen(
        [[0.9, 0.7], [0.8, 0.6], [0.2, 0.5]],
        [0, 0, 0],
        ["We never cache it but we shard it.", "We never cache it", "but we shard it."],
    )
    open_to = leave_to_the_nearest(answer, [NO, NO])
    assert open_to is not None
    assert open_to[:, 1].tolist() == [False, False, True]


def test_two_rejections_may_contradict_two_bullets() -> None:
    answer = seen([[0.9, 0.1], [0.1, 0.9]], [0, 1], ["Never cache.", "Never shard."])
    assert leave_to_the_nearest(answer, [NO, NO]) is None


def test_a_bullet_that_is_not_contradicted_keeps_its_claims() -> None:
    answer = seen([[0.9, 0.6]], [0], ["We never cache it."])
    assert leave_to_the_nearest(answer, [NO, YES]) is None


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("We never encrypt it.", True),
        ("Canaries are a waste of time.", True),
        ("Never deploy without a canary.", False),
        ("We encrypt it.", False),
    ],
)
def test_speaking_against_is_told_from_affirming_by_negation(text: str, against: bool) -> None:
    assert speaks_against(text) is against
