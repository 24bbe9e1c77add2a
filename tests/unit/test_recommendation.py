from datetime import timedelta

import pytest
from builders import NOON, make_deck, make_grade, make_question

from viva.domain import Kind, Mode, Phase, Session, Turn
from viva.recommendation import Call, recommend
from viva.report import make_report, to_markdown

QUESTIONS = [make_question(f"q{number}", weights=(2, 1, 1)) for number in range(4)]
DECK = make_deck(*QUESTIONS)
C, M, X, P = "covered", "missing", "contradicted", "partial"


def held(*answers: tuple[str, str, str] | None, planned: int = 4) -> Session:
    """A round that has ended; None is a skipped question."""
    turns = tuple(
        Turn(question_id=question.id, asked_at=NOON, skipped=True)
        if verdicts is None
        else Turn(
            question_id=question.id,
            asked_at=NOON,
            answered_at=NOON + timedelta(minutes=5),
            answer="I would do it.",
            grade=make_grade(question, *verdicts),
        )
        for question, verdicts in zip(QUESTIONS, answers, strict=False)
    )
    return Session(
        id="s",
        deck_id=DECK.id,
        mode=Mode.EXAM,
        kind=Kind.MOCK,
        plan=tuple(question.id for question in QUESTIONS[:planned]),
        turns=turns,
        phase=Phase.ENDED,
        started_at=NOON,
        seconds_in_all=2700,
    )


@pytest.mark.parametrize(
    ("answer", "call"),
    [
        ((C, C, C), Call.HIRE),
        ((C, C, M), Call.HIRE),
        ((C, P, M), Call.LEAN_HIRE),
        ((C, M, M), Call.LEAN_NO),
        ((P, M, M), Call.NO),
        ((M, M, M), Call.NO),
    ],
)
def test_the_call_follows_from_the_points(answer: tuple[str, str, str], call: Call) -> None:
    assert recommend(held(*[answer] * 4), DECK).call is call


def test_too_few_answers_are_not_enough_to_say() -> None:
    for session in (held((C, C, C)), held(None, None, None, (C, C, C))):
        found = recommend(session, DECK)
        assert found.call is Call.OPEN
        assert found.rule == "1 question of 4 has a graded answer; 2 are needed to say more."
        assert not found.strengths + found.concerns


def test_ungraded_and_looked_up_answers_do_not_count_as_answers() -> None:
    ungraded = held(*[("ungraded",) * 3] * 4)  # type: ignore[list-item]
    assert recommend(ungraded, DECK).call is Call.OPEN


def test_many_contradictions_take_a_step_off() -> None:
    found = recommend(held((C, X, C), (C, X, C), (C, X, C), (C, C, C)), DECK)
    assert found.call is Call.LEAN_HIRE
    assert "3 of 16 graded points go against the reference" in found.rule


def test_a_gap_keeps_a_round_from_a_plain_hire() -> None:
    found = recommend(held((C, C, C), (C, C, C), (C, C, C), (M, M, P)), DECK)
    assert found.call is Call.LEAN_HIRE
    assert "no more than a lean hire" in found.rule


def test_a_skipped_question_earns_nothing_and_one_never_reached_does_not_count() -> None:
    skipped = recommend(held((C, C, C), (C, C, C), None, None), DECK)
    assert skipped.call is Call.LEAN_NO
    assert "8 of 16 points" in skipped.rule
    unreached = recommend(held((C, C, C), (C, C, C)), DECK)
    assert unreached.call is Call.HIRE
    assert "2 questions not reached" in unreached.rule


def test_reasons_name_bullets_and_quote_the_answer_contradictions_first() -> None:
    found = recommend(held((M, M, X), (M, C, C), (C, C, C), (C, C, C)), DECK)
    assert [(one.question_id, one.bullet_id) for one in found.concerns] == [
        ("q0", "b3"),
        ("q1", "b1"),
        ("q0", "b1"),
    ]
    assert found.concerns[0].quote == "I would do it."
    assert {one.question_id for one in found.strengths} == {"q1", "q2", "q3"}
    assert all(one.quote for one in found.strengths)


def test_how_sure_the_grader_is_plays_no_part() -> None:
    session = held((C, X, M), (C, P, C), (C, C, M), (M, C, C))
    unsure = session.model_dump()
    for turn in unsure["turns"]:
        for bullet in turn["grade"]["bullets"]:
            bullet["confidence"] = 0.1
    assert recommend(Session.model_validate(unsure), DECK) == recommend(session, DECK)


def test_the_report_of_an_ended_round_tells_it_and_any_other_does_not() -> None:
    session = held((C, X, C), (C, C, C), (C, C, C), (C, C, C))
    report = make_report(session, DECK)
    assert report.recommendation and report.recommendation.call is Call.HIRE
    markdown = to_markdown(report)
    assert "## Recommendation: hire" in markdown
    assert "- **contradicted**: Point 2 of q0.: “I would do it.”" in markdown
    running = session.model_copy(update={"phase": Phase.ANSWER})
    by_topic = session.model_copy(update={"kind": Kind.TOPIC})
    assert make_report(running, DECK).recommendation is None
    assert make_report(by_topic, DECK).recommendation is None


def test_the_report_tells_of_an_answer_after_the_time() -> None:
    session = held(*[(C, C, C)] * 4)
    late = session.model_copy(update={"seconds_in_all": 200})
    assert make_report(late, DECK).seconds_over == 100
    assert "The last answer came 1:40 after the time was over." in to_markdown(
        make_report(late, DECK)
    )
    assert "after the time" not in to_markdown(make_report(session, DECK))
