from datetime import timedelta

import pytest
from builders import NOON, make_deck
from histories import answered, session_of

from viva.comparison import Change, attempt_at, compare
from viva.domain import Turn
from viva.errors import InputError
from viva.history import History
from viva.progress import Attempt, AttemptRef, find_attempts

DECK = make_deck()
CACHING, DRIFT, _ = DECK.questions
HOUR = timedelta(hours=1)


def attempts_of(*turns: Turn) -> list[Attempt]:
    sessions = [session_of(f"abc{number}", DECK, turn) for number, turn in enumerate(turns)]
    return find_attempts(History.of(sessions, lambda *_: DECK).past(DECK.id))


def test_what_was_gained_and_lost_is_told_bullet_by_bullet_with_the_quotes() -> None:
    one, other = attempts_of(
        answered(CACHING, "contradicted", "covered", "ungraded", at=NOON),
        answered(CACHING, "missing", "partial", "covered", at=NOON + HOUR),
    )
    found = compare(one, other, CACHING)
    assert [own.change for own in found.bullets] == [Change.GAINED, Change.LOST, Change.UNKNOWN]
    assert [own.bullet_id for own in found.gained] == ["b1"]
    assert [own.bullet_id for own in found.lost] == ["b2"]
    assert found.difference == 0.0
    assert found.bullets[1].quotes_before[0].quote in one.turn.full_answer
    assert found.bullets[1].quotes_after[0].quote in other.turn.full_answer


def test_the_earlier_attempt_stands_first_however_they_are_named() -> None:
    one, other = attempts_of(
        answered(CACHING, "missing", "missing", "missing", at=NOON),
        answered(CACHING, "covered", "missing", "missing", at=NOON + HOUR),
    )
    assert compare(one, other, CACHING) == compare(other, one, CACHING)
    assert compare(other, one, CACHING).difference == 3.3


def test_a_bullet_that_only_one_was_graded_by_is_unknown() -> None:
    smaller = CACHING.model_copy(update={"bullets": CACHING.bullets[:2]})
    one, other = attempts_of(
        answered(smaller, "covered", "missing", at=NOON),
        answered(CACHING, "covered", "covered", "covered", at=NOON + HOUR),
    )
    changes = [own.change for own in compare(one, other, CACHING).bullets]
    assert changes == [Change.SAME, Change.GAINED, Change.UNKNOWN]


def test_different_questions_and_one_attempt_twice_are_refused() -> None:
    one, other = attempts_of(
        answered(CACHING, "covered", "covered", "covered", at=NOON),
        answered(DRIFT, "covered", "covered", "covered", at=NOON),
    )
    with pytest.raises(InputError, match="different questions"):
        compare(one, other, CACHING)
    with pytest.raises(InputError, match="the same attempt"):
        compare(one, one, CACHING)


def test_an_attempt_is_found_by_the_start_of_its_session() -> None:
    attempts = attempts_of(
        answered(CACHING, "covered", "covered", "covered", at=NOON),
        answered(CACHING, "covered", "covered", "covered", at=NOON),
    )
    assert attempt_at(attempts, AttemptRef.parse("abc1.0")).ref.session_id == "abc1"
    for ref, why in (("abc.0", "Several attempts"), ("abd.0", "no scored"), ("abc1.1", "no")):
        with pytest.raises(InputError, match=why):
            attempt_at(attempts, AttemptRef.parse(ref))
