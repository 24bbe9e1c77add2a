"""A person plays whole interviews in a browser, against the real server and grader."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from live_server import OpenPage, Server
from playwright.sync_api import Locator, Page, TimeoutError, expect

from viva.domain import Deck, Question
from viva_eval.labelled import SHIPPED, Kind, load_answers

pytestmark = pytest.mark.browser

SHOTS = Path("test-output")
CREDIT = {"covered": 1.0, "partial": 0.5, "missing": 0.0, "contradicted": 0.0}
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]


@pytest.fixture(scope="session")
def strong_answers(shipped_deck: Deck) -> dict[str, str]:
    """A strong answer to every question, by the question's text."""
    return {
        shipped_deck.question(row.question_id).text: row.answer
        for row in load_answers(SHIPPED, shipped_deck)
        if row.kind is Kind.STRONG
    }


def press_tab_until(page: Page, element_id: str) -> None:
    for _ in range(80):
        if page.evaluate("document.activeElement?.id") == element_id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tab key does not reach #{element_id}")


def asked(page: Page) -> str:
    return page.locator(".v-question h2").last.inner_text()


def answer_box(page: Page) -> Locator:
    return page.locator("#viva-answer textarea")


def start(page: Page) -> None:
    page.locator("#viva-start").click()
    expect(page.locator(".v-question")).to_be_visible()
    expect(answer_box(page)).to_be_focused()


def send_until_taken(page: Page) -> None:
    """Press the keys, and again if the page has not found back to a restarted server yet."""
    taken = page.locator("#viva-next, #viva-decline").and_(page.locator(":visible"))
    for _ in range(6):
        answer_box(page).focus()
        page.keyboard.press("Control+Enter")
        try:
            taken.wait_for(timeout=10_000)
        except TimeoutError:
            continue
        return
    raise AssertionError("the answer is not taken")


def send(page: Page, answer: str) -> None:
    answer_box(page).fill(answer)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#viva-next, #viva-decline").and_(page.locator(":visible"))).to_be_visible()


def finish_question(page: Page) -> None:
    if page.locator("#viva-decline").is_visible():
        page.locator("#viva-decline").click()
    expect(page.locator("#viva-next")).to_be_focused()


def test_three_questions_by_keyboard_with_a_reload_and_a_crash_in_the_middle(
    open_page: OpenPage,
    server: Server,
    shipped_deck: Deck,
    strong_answers: dict[str, str],
) -> None:
    page = open_page()
    expect(page.locator("#viva-start")).to_be_visible()
    press_tab_until(page, "viva-start")
    page.keyboard.press("Enter")
    expect(answer_box(page)).to_be_focused()
    expect(page.locator(".v-progress-text")).to_have_text("Question 1 of 3")

    for number in (1, 2, 3):
        expect(page.locator(".v-question")).to_have_count(number)
        question = question_asked(page, shipped_deck)
        # The last sentence says a point in the deck's own words: that one is sure to be made.
        answer = f"{strong_answers[question.text]} {question.bullets[0].text}"
        expect(answer_box(page)).to_be_focused()
        page.keyboard.type(answer)
        if number == 1:  # a reload loses no word of the draft
            page.reload()
            expect(answer_box(page)).to_have_value(answer)
            expect(answer_box(page)).to_be_focused()
        if number == 2:  # nor does a crash of the server
            server.kill()
            server.start()
            page.reload()
            expect(answer_box(page)).to_have_value(answer)
        if number == 3:  # and what is sent to a dead server stays in the box
            server.kill()
            page.keyboard.press("Control+Enter")
            expect(page.get_by_text("Connection")).to_be_visible()
            expect(answer_box(page)).to_have_value(answer)
            server.start()
        send_until_taken(page)
        if page.locator("#viva-decline").is_visible():
            expect(answer_box(page)).to_be_focused()
            press_tab_until(page, "viva-decline")
            page.keyboard.press("Enter")
        expect(page.locator("#viva-next")).to_be_focused()
        check_card(page, question, answer)
        page.keyboard.press("Enter")

    expect(page.locator(".v-report")).to_be_visible()
    check_downloads(page, server, shipped_deck)


def question_asked(page: Page, deck: Deck) -> Question:
    text = asked(page)
    return next(question for question in deck.questions if question.text == text)


def check_card(page: Page, question: Question, answer: str) -> None:
    """The card's sum follows from its verdicts, and its quotes are the person's own words."""
    card = page.locator(".v-card").last
    rows = card.locator(".v-bullet")
    expect(rows).to_have_count(len(question.bullets))
    verdicts = [
        re.search(r"v-row-(\w+)", row.get_attribute("class") or "")[1]  # type: ignore[index]
        for row in rows.all()
    ]
    points = sum(CREDIT[verdict] for verdict in verdicts)
    expect(card.locator(".v-sum")).to_have_text(f"{points:g} of {len(question.bullets)} points")
    assert verdicts[0] == "covered"
    for bullet, row in zip(question.bullets, rows.all(), strict=True):
        expect(row.locator(".v-bullet-text")).to_have_text(bullet.text)
    plain = " ".join(answer.split())
    quotes = [quote.inner_text() for quote in rows.locator(".v-quote").all()]
    assert quotes
    assert all(quote.strip("“”") in plain for quote in quotes)
    assert page.locator(".v-you mark").count() > 0


def check_downloads(page: Page, server: Server, deck: Deck) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as Markdown").click()
    name = waiting.value.suggested_filename
    assert re.fullmatch(r"viva-interview-\d{4}-\d\d-\d\d\.md", name)
    markdown = waiting.value.path().read_text(encoding="utf-8")
    assert markdown.startswith("# Interview on ML system design")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as JSON").click()
    report = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert len(report["turns"]) == 3
    shown = page.locator(".v-report-head .v-ring-text").text_content()
    assert shown == f"{report['overall']['value']:g}"
    topics = page.locator(".v-plot tbody tr")
    expect(topics).to_have_count(len(report["topics"]))
    for turn in report["turns"]:
        assert deck.question(turn["question_id"]).text == turn["question"]


def test_an_exam_shows_a_timer_and_no_feedback_before_the_end(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#viva-topic").click()
    page.get_by_label("Exam: a timer").check()
    expect(page.get_by_label("Minutes for each question")).to_be_visible()
    page.get_by_role("button", name="Start the interview").click()
    expect(answer_box(page)).to_be_focused()
    expect(page.locator(".v-timer")).to_have_text(re.compile(r"^[45]:\d\d left$"))
    for name in ("hint", "reference"):
        expect(page.locator(f"#viva-{name}")).to_be_hidden()
    for number in (1, 2, 3):
        expect(page.locator(".v-question")).to_have_count(number)
        answer_box(page).fill("I would set up monitoring with alerts on the error rate.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".v-follow-up")).to_have_count(number)
        assert page.locator(".v-card, .v-mark").count() == 0
        page.locator("#viva-decline").click()
    expect(page.locator(".v-report")).to_be_visible()
    page.locator(".v-turn > summary").first.click()
    expect(page.locator(".v-turn .v-card").first).to_be_visible()


def test_a_hint_costs_a_stated_quarter_point_and_the_reference_takes_the_question_out(
    open_page: OpenPage,
) -> None:
    page = open_page()
    start(page)
    expect(page.locator("#viva-hint")).to_have_text("Hint (−0.25)")
    answer_box(page).fill("Half an answer")
    page.locator("#viva-hint").click()
    expect(page.locator(".v-hint")).to_contain_text("−0.25 point")
    expect(answer_box(page)).to_have_value("Half an answer")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("#viva-reference").click()
    expect(page.locator(".v-reference")).to_have_count(0)
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#viva-reference").click()
    expect(page.locator(".v-reference")).to_be_visible()
    send(page, "I would copy what the reference says.")
    finish_question(page)
    page.locator("#viva-finish").click()
    expect(page.locator(".v-turn > summary")).to_contain_text("not counted")


def test_markup_in_an_answer_is_shown_as_text_and_never_runs(open_page: OpenPage) -> None:
    page = open_page()
    page.on("dialog", lambda dialog: pytest.fail("a script of the answer ran"))
    start(page)
    hostile = (
        '<img src=x onerror="alert(1)"> ${alert(2)} {{value}} </textarea><script>alert(3)</script> '
        "We watch the live model and alert on drift [x](javascript:alert(4))."
    )
    send(page, hostile)
    expect(page.locator(".v-you").last).to_contain_text('<img src=x onerror="alert(1)">')
    expect(page.locator(".v-you").last).to_contain_text("${alert(2)} {{value}}")
    assert page.locator(".v-log img, .v-log script, .v-log a[href^=javascript]").count() == 0
    finish_question(page)
    page.locator("#viva-finish").click()
    page.locator(".v-turn > summary").click()
    expect(page.locator(".v-answer-text")).to_contain_text("<script>alert(3)</script>")


def test_an_answer_that_cannot_be_taken_is_explained_and_kept(open_page: OpenPage) -> None:
    page = open_page()
    start(page)
    answer_box(page).fill("   ")
    page.locator("#viva-send").click()
    expect(page.get_by_text("There is no answer yet.")).to_be_visible()
    answer_box(page).fill("Not sent so far")
    page.locator("#viva-skip").click()
    expect(page.get_by_text("something that was not sent")).to_be_visible()
    expect(answer_box(page)).to_have_value("Not sent so far")


def test_a_second_window_cannot_overwrite_the_first(open_page: OpenPage) -> None:
    first = open_page()
    start(first)
    address = first.url.partition("?")[2]
    second = open_page(path=f"/?{address}")
    expect(second.locator(".v-question")).to_be_visible()
    send(first, "We cache the most frequent results.")
    answer_box(second).fill("Typed in the second window")
    second.locator("#viva-send").click()
    expect(second.get_by_text("went on in another window")).to_be_visible()
    expect(answer_box(second)).to_have_value("Typed in the second window")
    second.reload()
    expect(second.locator(".v-you")).to_have_count(1)
    expect(second.locator(".v-you")).to_contain_text("We cache the most frequent results.")
    expect(answer_box(second)).to_have_value("Typed in the second window")


def test_an_unknown_interview_leads_to_the_start_with_a_word(open_page: OpenPage) -> None:
    page = open_page(path="/?interview=nope")
    expect(page.get_by_text("There is no such interview.")).to_be_visible()
    expect(page.locator("#viva-start")).to_be_visible()


def test_the_grading_policy_is_a_click_away(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("link", name="How grading works").click()
    expect(page.get_by_role("heading", name="How Viva grades")).to_be_visible()


def test_the_foot_says_how_well_the_grader_was_found_to_agree(open_page: OpenPage) -> None:
    foot = open_page().locator(".v-foot")
    expect(foot).to_have_text(
        re.compile(
            r"^Grader local: kappa 0\.\d\d \(95% 0\.\d\d–0\.\d\d\) on \d+ synthetic answers, "
            r"\d{4}-\d\d-\d\d$"
        )
    )


def test_the_last_interview_is_offered_on_the_start_page(open_page: OpenPage) -> None:
    page = open_page()
    start(page)
    question = asked(page)
    page.get_by_role("link", name="Viva, start page").click()
    page.get_by_role("link", name="Go on with your last interview").click()
    expect(page.locator(".v-question h2")).to_have_text(question)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_screen_fits_reads_and_passes_the_accessibility_rules(
    open_page: OpenPage, width: int, scheme: str, strong_answers: dict[str, str]
) -> None:
    SHOTS.mkdir(exist_ok=True)
    page = open_page(width, scheme)
    expect(page.locator("#viva-start")).to_be_visible()
    look_at(page, f"{width}-{scheme}-1-start")
    start(page)
    look_at(page, f"{width}-{scheme}-2-question")
    send(page, strong_answers[asked(page)])
    finish_question(page)
    look_at(page, f"{width}-{scheme}-3-feedback")
    page.locator("#viva-finish").click()
    expect(page.locator(".v-report")).to_be_visible()
    page.locator(".v-turn > summary").first.click()
    look_at(page, f"{width}-{scheme}-4-report")


def look_at(page: Page, name: str) -> None:
    page.screenshot(path=SHOTS / f"{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not found.response["violations"], f"{name}\n{found.generate_report()}"
