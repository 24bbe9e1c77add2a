from datetime import timedelta

from builders import NOON, make_deck, make_grade

from viva.domain import Mode, Phase, Session, Speech, Turn
from viva.report import Report, make_report, to_markdown

DECK = make_deck()
ANSWER = "I would do it. <script>alert(1)</script> # not a heading"


def finished() -> Session:
    first, second, third = DECK.questions
    grade = make_grade(third, "covered", "contradicted", "missing", answer=ANSWER)
    return Session(
        id="s",
        deck_id=DECK.id,
        mode=Mode.COACH,
        plan=tuple(question.id for question in DECK.questions),
        phase=Phase.ENDED,
        started_at=NOON,
        ended_at=NOON + timedelta(minutes=9),
        turns=(
            Turn(question_id=first.id, asked_at=NOON, skipped=True),
            Turn(
                question_id=second.id,
                asked_at=NOON,
                answered_at=NOON,
                answer=ANSWER,
                peeked=True,
                grade=make_grade(second, "covered", "covered", "covered"),
            ),
            Turn(
                question_id=third.id,
                asked_at=NOON,
                answered_at=NOON + timedelta(seconds=95),
                answer=ANSWER,
                grade=grade,
            ),
        ),
    )


def test_only_answered_questions_whose_reference_stayed_closed_are_scored() -> None:
    report = make_report(finished(), DECK)
    assert (report.overall.points, report.overall.possible) == (1, 3)
    assert report.turns[2].seconds == 95


def test_a_question_counts_in_each_of_its_topics() -> None:
    topics = {topic.topic_id: topic for topic in make_report(finished(), DECK).topics}
    assert set(topics) == {"deployment", "monitoring"}
    assert topics["monitoring"].score.value == 3.3


def test_what_to_study_starts_with_what_was_contradicted() -> None:
    report = make_report(finished(), DECK)
    assert [line.verdict for line in report.study] == ["contradicted", "missing"]
    assert [line.bullet_id for line in report.strong] == ["b1"]


def test_the_markdown_has_the_sums_and_cannot_be_broken_by_an_answer() -> None:
    text = to_markdown(make_report(finished(), DECK))
    assert "1 of 3 points" in text
    assert "skipped" in text
    assert "the reference was opened first" in text
    assert "<script>" not in text
    assert "\\# not a heading" in text


def test_the_json_reads_back_as_the_same_report() -> None:
    report = make_report(finished(), DECK)
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_how_an_answer_was_spoken_is_told_and_does_not_count() -> None:
    speech = Speech(
        transcript="um I would do it",
        seconds=12.4,
        words_per_minute=96,
        fillers=1,
        longest_pause=2.1,
        time_to_first_word=0.6,
        edited=True,
    )
    typed = finished()
    turns = (*typed.turns[:2], typed.turns[2].model_copy(update={"speech": (speech,)}))
    spoken = typed.model_copy(update={"turns": turns})
    report = make_report(spoken, DECK)
    assert (
        "*Spoken: 12 s, 96 words a minute, 1 filler, longest pause 2.1 s, first word after 0.6 s; "
        "the transcript was edited. None of this counts.*"
    ) in to_markdown(report)
    assert Report.model_validate_json(report.model_dump_json()).turns[2].speech == (speech,)
    assert report.overall == make_report(typed, DECK).overall
    assert "Spoken" not in to_markdown(make_report(typed, DECK))
