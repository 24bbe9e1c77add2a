from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viva.domain import VERDICTS, Verdict
from viva_eval.perturb import Law, holds

C, P, M, X, U = Verdict
SAID = {"a": C, "b": P, "c": M, "d": X}
verdicts = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(VERDICTS), min_size=1)


@given(verdicts, st.sampled_from([Law.UNCHANGED, Law.NO_GAIN, Law.LOSES_NONE]))
def test_a_grader_that_does_not_move_breaks_no_law_of_form(
    graded: dict[str, Verdict], law: Law
) -> None:
    assert holds(law, graded, graded, target="") is not False


@given(verdicts, st.sampled_from(VERDICTS), st.sampled_from("abcd"))
def test_any_other_verdict_breaks_unchanged(
    graded: dict[str, Verdict], other: Verdict, bullet: str
) -> None:
    after = {**graded, bullet: other}
    expected = None if after.keys() != graded.keys() else after == graded
    assert holds(Law.UNCHANGED, graded, after, target="") is expected


@pytest.mark.parametrize(("was", "now"), list(product(VERDICTS, repeat=2)))
def test_a_gain_is_more_credit_and_a_loss_is_less(was: Verdict, now: Verdict) -> None:
    credit = {C: 2, P: 1, M: 0, X: 0}
    gains = holds(Law.NO_GAIN, {"a": was}, {"a": now}, target="")
    loses = holds(Law.LOSES_NONE, {"a": was}, {"a": now}, target="")
    assert gains is (None if was is C else credit[now] <= credit[was])
    assert loses is (None if not credit[was] else credit[now] >= credit[was])


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [(C, M, True), (C, P, True), (P, X, True), (C, C, False), (P, C, False)]
    + [(M, M, None), (X, M, None), (U, M, None), (C, U, None)],
)
def test_a_target_is_lost_if_it_had_credit_and_has_less(
    was: Verdict, now: Verdict, expected: bool | None
) -> None:
    before, after = {**SAID, "a": was}, {**SAID, "a": now}
    assert holds(Law.LOSES_TARGET, before, after, target="a") is expected


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [(C, X, True), (P, X, True), (C, M, False), (C, P, False), (M, X, None), (X, X, None)],
)
def test_only_a_contradiction_of_what_had_credit_keeps_the_law_of_negation(
    was: Verdict, now: Verdict, expected: bool | None
) -> None:
    before, after = {**SAID, "a": was}, {**SAID, "a": now}
    assert holds(Law.CONTRADICTS_TARGET, before, after, target="a") is expected


@pytest.mark.parametrize("law", Law)
def test_nothing_can_be_said_of_what_was_not_graded(law: Law) -> None:
    assert holds(law, {}, {}, target="") is None
    assert holds(law, SAID, {}, target="a") is None
    assert holds(law, SAID, dict.fromkeys(SAID, U), target="a") is None
    assert holds(law, dict.fromkeys(SAID, U), SAID, target="a") is None


def test_a_broken_law_is_seen_beside_an_ungraded_bullet_and_a_kept_one_is_not() -> None:
    assert holds(Law.NO_GAIN, SAID, {**SAID, "a": U, "c": C}, target="") is False
    assert holds(Law.NO_GAIN, SAID, {**SAID, "a": U}, target="") is None


def test_a_target_that_is_no_bullet_says_nothing() -> None:
    assert holds(Law.LOSES_TARGET, SAID, SAID, target="zzz") is None
    assert holds(Law.CONTRADICTS_TARGET, SAID, SAID, target="") is None
