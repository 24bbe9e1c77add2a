import re

import pytest
from fastapi.testclient import TestClient

from viva.domain import Mode
from viva.events import AnswerGiven, Finished, FollowUpDeclined
from viva.interviewers import Interviewers

FIRST, SECOND = "limited-labels", "concept-drift-response"


@pytest.fixture
def answered(interviewers: Interviewers) -> None:
    """The first question was answered, with one point made and the others missed."""
    host = interviewers.of("local")
    said = host.deck.question(FIRST).bullets[0].text
    session = host.grade(host.apply(host.start_on((FIRST,)), AnswerGiven(said)))
    host.apply(session, FollowUpDeclined())


def listed(page: str) -> list[str]:
    return re.findall(r'<h2 id="q-([^"]+)">', page)


def test_every_question_is_listed_and_nothing_of_a_reference_before_an_answer(
    client: TestClient, interviewers: Interviewers
) -> None:
    page = client.get("/questions").text
    deck = interviewers.of("local").deck
    assert sorted(listed(page)) == sorted(question.id for question in deck.questions)
    assert f"{len(deck.questions)} new" in page
    bullets = [bullet.text for question in deck.questions for bullet in question.bullets]
    assert not [text for text in bullets if text in page]


@pytest.mark.usefixtures("answered")
def test_an_answered_question_comes_first_with_its_score_and_weak_points(
    client: TestClient, interviewers: Interviewers
) -> None:
    page = client.get("/questions").text
    assert listed(page)[0] == FIRST
    row = page.partition("<h2")[2].partition("Practise this")[0]
    assert "Learning" in row
    assert re.search(r"due in 1[28] h", row)
    assert re.search(r"last score \d", row)
    missed = interviewers.of("local").deck.question(FIRST).bullets[1:]
    assert any(bullet.text in page for bullet in missed)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=learning", {FIRST}),
        ("state=weak", {FIRST}),
        ("state=due", set()),
        ("text=LABELS+few&state=weak", set()),
        ("topic=nope", set()),
    ],
)
def test_the_list_is_narrowed_by_state_topic_and_words(
    client: TestClient, query: str, found: set[str]
) -> None:
    page = client.get(f"/questions?{query}").text
    assert set(listed(page)) == found
    assert ("Nothing fits" in page) == (not found)


def test_words_and_topics_narrow_the_list_to_what_has_them(
    client: TestClient, interviewers: Interviewers
) -> None:
    deck = interviewers.of("local").deck
    by_topic = {question.id for question in deck.questions if "serving" in question.topics}
    assert set(listed(client.get("/questions?topic=serving").text)) == by_topic
    word = deck.questions[0].text.split()[-1].strip("?.")
    assert deck.questions[0].id in listed(client.get(f"/questions?text={word.upper()}").text)
    hostile = client.get("/questions", params={"text": '"><script>alert(1)</script>'}).text
    assert "<script>alert(1)" not in hostile


def test_practise_this_opens_an_interview_on_that_question(
    client: TestClient, interviewers: Interviewers
) -> None:
    answer = client.post(f"/questions/ml-system-design/{SECOND}/practise")
    assert answer.status_code == 303
    session_id = answer.headers["location"].partition("/?interview=")[2]
    assert interviewers.of("local").load(session_id).plan == (SECOND,)


@pytest.mark.parametrize("path", ["ml-system-design/nope", f"nope/{SECOND}"])
def test_a_question_or_deck_that_is_not_there_is_told(client: TestClient, path: str) -> None:
    answer = client.post(f"/questions/{path}/practise", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "nope" in answer.text


def test_a_running_exam_shows_no_mark(client: TestClient, interviewers: Interviewers) -> None:
    host = interviewers.of("local")
    exam = host.start_on((FIRST, SECOND), Mode.EXAM)
    exam = host.grade(host.apply(exam, AnswerGiven("I would ask the experts.")))
    assert "last score" not in client.get("/questions").text
    host.apply(exam, Finished())
    assert "last score" in client.get("/questions").text
