import re
from html import unescape

import pytest
from builders import IDENTITY, make_deck, make_grade, make_question
from hypothesis import assume, given
from hypothesis import strategies as st

from viva.domain import BulletGrade, Contest, Evidence, Grade, Verdict
from viva.errors import InputError
from viva.grading.scoring import score_bullets
from viva.web.cards import feedback_card, mark_answer, score_ring
from viva.web.contests import read_choice
from viva.web.markup import element

QUESTION = make_question()
DECK = make_deck()


def grade_with(answer: str, *spans: tuple[int, int, str]) -> Grade:
    """A grade whose bullets rest on these spans of the answer, one each."""
    grades = tuple(
        BulletGrade(
            bullet_id=bullet.id,
            verdict=Verdict(verdict),
            confidence=0.9,
            evidence=(Evidence(start=start, end=end, quote=answer[start:end]),),
        )
        for bullet, (start, end, verdict) in zip(QUESTION.bullets, spans, strict=True)
    )
    score = score_bullets(QUESTION, grades)
    return Grade(question_id=QUESTION.id, bullets=grades, score=score, grader=IDENTITY)


def plain(html: str) -> str:
    """The text that a reader sees, without the numbers of the marks."""
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"<sup.*?</sup>", "", html)))


def test_an_evidence_mark_names_its_bullets_and_the_strongest_verdict_colors_it() -> None:
    answer = "Cache it. Never shard it."
    html = mark_answer(
        answer,
        grade_with(answer, (0, 9, "covered"), (10, 25, "contradicted"), (10, 25, "partial")),
    )
    assert html.count("<mark") == 2
    assert 'class="v-mark v-mark-covered"' in html
    assert 'class="v-mark v-mark-contradicted" title="contradicted: point 2; partial: point 3"' in (
        html
    )


@st.composite
def answers_with_spans(draw: st.DrawFn) -> tuple[str, Grade, int]:
    answer = draw(st.text("ab<&>\"' \n${}", min_size=3, max_size=40))
    spans = []
    for _ in QUESTION.bullets:
        start = draw(st.integers(0, len(answer) - 1))
        end = draw(st.integers(start + 1, len(answer)))
        assume(answer[start:end].strip())
        spans.append((start, end, draw(st.sampled_from(["covered", "partial", "contradicted"]))))
    return answer, grade_with(answer, *spans), draw(st.integers(0, len(answer)))


@given(answers_with_spans())
def test_marking_loses_and_adds_nothing_wherever_the_spans_lie(
    given_parts: tuple[str, Grade, int],
) -> None:
    answer, grade, cut = given_parts
    assert plain(mark_answer(answer, grade)) == answer
    first, second = answer[:cut], answer[cut:]
    assert plain(mark_answer(first, grade)) == first
    assert plain(mark_answer(second, grade, offset=cut)) == second


def test_before_the_follow_up_only_points_that_were_made_are_spelled_out() -> None:
    grade = make_grade(QUESTION, "covered", "missing", "contradicted", answer="So it is.")
    hidden = feedback_card(QUESTION, grade, DECK, spoilers=False)
    assert QUESTION.bullets[0].text in hidden
    assert QUESTION.bullets[1].text not in hidden
    assert QUESTION.bullets[2].text not in hidden
    assert "term 2" not in hidden
    shown = feedback_card(QUESTION, grade, DECK, spoilers=True)
    assert all(bullet.text in shown for bullet in QUESTION.bullets)


def test_every_verdict_has_a_word_beside_its_color() -> None:
    question = make_question(weights=(1, 1, 1, 1, 1))
    grade = make_grade(question, "covered", "partial", "missing", "contradicted", "ungraded")
    card = feedback_card(question, grade, DECK, spoilers=True)
    for word in ("Covered", "Partly", "Missing", "Contradicted", "Not graded"):
        assert word in card


def test_a_score_that_is_not_there_is_no_zero() -> None:
    grade = make_grade(QUESTION, "ungraded", "ungraded", "ungraded")
    ring = score_ring(grade.score)
    assert ">–</text>" in ring
    assert 'aria-label="not graded, 0 of 0 points, incomplete"' in ring


def test_quotes_and_notices_are_escaped() -> None:
    answer = "<script>alert(1)</script>"
    grade = make_grade(QUESTION, "covered", "covered", "covered", answer=answer)
    grade = grade.model_copy(update={"notice": answer})
    card = feedback_card(QUESTION, grade, DECK, spoilers=True)
    assert "<script>" not in card
    assert card.count("&lt;script&gt;") == 4


@given(st.text(), st.text())
def test_no_attribute_value_can_leave_its_quotes(value: str, inner: str) -> None:
    html = element("p", title=value + '"' + inner)
    assert re.fullmatch(r'<p title="[^"<>]*"></p>', html, re.DOTALL)


def test_verdicts_can_be_contested_only_where_the_place_is_known() -> None:
    grade = make_grade(QUESTION, "covered", "missing", "ungraded")
    assert "<form" not in feedback_card(QUESTION, grade, DECK, spoilers=True)
    card = feedback_card(QUESTION, grade, DECK, spoilers=True, position=2)
    assert card.count("<form") == 2
    assert 'id="v-contest-2-b1"' in card
    assert 'value="covered"' not in card.split("v-contest-2-b1")[1].split("</form>")[0]


def test_an_unsure_verdict_asks_to_be_contested() -> None:
    grade = make_grade(QUESTION, "covered", "missing", "missing")
    unsure = grade.bullets[1].model_copy(update={"confidence": 0.5})
    grade = grade.model_copy(update={"bullets": (grade.bullets[0], unsure, grade.bullets[2])})
    card = feedback_card(QUESTION, grade, DECK, spoilers=True, position=0)
    assert card.count("Not right?") == 2
    assert card.count("I’m unsure here. Did I get it wrong?") == 1


def test_a_contest_stands_in_its_row_escaped() -> None:
    grade = make_grade(QUESTION, "covered", "missing", "missing")
    contest = Contest(bullet_id="b2", verdict=Verdict.PARTIAL, quote="<script>alert(1)</script>")
    shown = feedback_card(QUESTION, grade, DECK, spoilers=True, contests=(contest,), position=0)
    assert "You contested this: <strong>partly</strong>" in shown
    assert "<script>" not in shown
    assert "Withdraw" in shown
    assert "Withdraw" not in feedback_card(
        QUESTION, grade, DECK, spoilers=True, contests=(contest,)
    )


@pytest.mark.parametrize(
    "sent",
    ["", "null", "[]", '{"position": 0}', '{"position": 0, "bullet": "b1", "verdict": "ungraded"}'],
)
def test_a_choice_that_makes_no_sense_is_refused(sent: str) -> None:
    with pytest.raises(InputError, match="No verdict was chosen"):
        read_choice(sent)
