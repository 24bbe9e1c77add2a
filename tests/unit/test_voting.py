import pytest
from builders import make_question
from hypothesis import given
from hypothesis import strategies as st

from viva.domain import VERDICTS, Verdict
from viva.grading.evidence import quote_span
from viva.grading.scoring import CREDIT
from viva.grading.voting import Judgement, decide, order_bullets

ANSWER = "We cache. We batch. We prune."
VOTES = st.lists(st.sampled_from(VERDICTS), min_size=1, max_size=9)


def judge(verdict: str, start: int = 0, end: int = 9, reason: str = "") -> Judgement:
    bare = verdict == "missing"
    return Judgement(
        Verdict(verdict), () if bare else (quote_span(ANSWER, start, end),), reason or verdict
    )


@pytest.mark.parametrize(
    ("votes", "verdict"),
    [
        ("covered covered partial", "covered"),
        ("covered partial", "partial"),
        ("covered missing", "missing"),
        ("partial contradicted", "contradicted"),
        ("missing contradicted", "missing"),
        ("covered partial missing contradicted", "missing"),
        ("covered covered partial partial missing", "partial"),
        ("contradicted", "contradicted"),
    ],
)
def test_most_votes_win_and_ties_go_to_less_credit(votes: str, verdict: str) -> None:
    given_votes = [judge(vote) for vote in votes.split()]
    for order in (given_votes, given_votes[::-1]):
        assert decide(order, ANSWER).verdict == verdict


@given(VOTES)
def test_no_verdict_with_as_many_votes_earns_less_and_the_share_is_its_own(
    verdicts: list[Verdict],
) -> None:
    decision = decide([judge(verdict) for verdict in verdicts], ANSWER)
    count = verdicts.count(decision.verdict)
    assert decision.share == pytest.approx(count / len(verdicts))
    for verdict in VERDICTS:
        assert verdicts.count(verdict) <= count
        if verdicts.count(verdict) == count:
            assert CREDIT[decision.verdict] <= CREDIT[verdict]
    assert bool(decision.evidence) == (decision.verdict is not Verdict.MISSING)


def test_evidence_and_reason_are_the_majoritys() -> None:
    decision = decide(
        [
            judge("partial", 0, 9, "half"),
            judge("covered", 10, 19, "first"),
            judge("covered", 20, 29, "second"),
        ],
        ANSWER,
    )
    assert [span.quote for span in decision.evidence] == ["We batch.", "We prune."]
    assert (decision.reason, decision.share) == ("first", pytest.approx(2 / 3))


@given(st.integers(1, 6), st.text(max_size=30), st.integers(0, 8))
def test_an_order_has_every_bullet_once_and_is_reproducible(
    count: int, answer: str, vote: int
) -> None:
    bullets = make_question(weights=(1.0,) * count).bullets
    ordered = order_bullets(bullets, answer, vote=vote)
    assert sorted(ordered, key=lambda bullet: bullet.id) == sorted(bullets, key=lambda b: b.id)
    assert ordered == order_bullets(bullets, answer, vote=vote)


@given(st.text(max_size=30))
def test_votes_see_different_orders_and_the_first_the_decks(answer: str) -> None:
    bullets = make_question(weights=(1, 1, 1, 1)).bullets
    orders = [order_bullets(bullets, answer, vote=vote) for vote in range(5)]
    assert orders[0] == bullets
    assert len(set(orders)) == len(orders)


def test_another_answer_is_shown_in_other_orders() -> None:
    bullets = make_question(weights=(1, 1, 1, 1)).bullets
    assert len({order_bullets(bullets, f"answer {n}", vote=1) for n in range(20)}) > 5
