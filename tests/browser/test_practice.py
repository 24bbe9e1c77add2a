"""Somebody chooses what to practise: the five kinds, a timed round, the list of questions."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from histories import realistic_history
from live_server import OpenPage, Server
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfWriter

from viva.domain import Deck, Kind, Mode
from viva.interview import start_session
from viva.settings import load_settings
from viva.storage import Database, SessionStore

pytestmark = pytest.mark.browser

SHOTS = Path("test-output")
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
JOB = "You build streaming pipelines with Kafka. You monitor models for drift. Free fruit."


@pytest.fixture
def store(server: Server) -> Iterator[SessionStore]:
    """The sessions of the server's only person; emptied before and afterwards."""
    database = Database(load_settings(home=server.home).database)
    store = SessionStore(database)
    store.delete_all()
    yield store
    store.delete_all()
    database.close()


@pytest.fixture
def practised(store: SessionStore, shipped_deck: Deck) -> SessionStore:
    """With a history of some weeks."""
    now = datetime.now(UTC)
    for session in realistic_history(shipped_deck, now=now - timedelta(days=2), answers=60):
        store.add(session)
    return store


def card(page: Page, kind: Kind) -> Locator:
    return page.locator("#viva-cards button").filter(has_text=kind.label)


def wait_for_offer(page: Page) -> None:
    expect(card(page, Kind.TODAY)).to_contain_text("About 15 minutes. Waiting: ")


def open_kind(page: Page, kind: Kind) -> None:
    wait_for_offer(page)
    card(page, kind).click()
    expect(page.locator(f"#viva-panel-{kind.value}")).to_be_visible()


def test_todays_practice_starts_at_a_click_and_says_what_it_asks_and_why(
    open_page: OpenPage, practised: SessionStore
) -> None:
    page = open_page()
    wait_for_offer(page)
    expect(card(page, Kind.TODAY)).to_contain_text(re.compile(r"\d+ due"))
    card(page, Kind.TODAY).click()
    expect(page.locator(".v-log .v-quiet").first).to_have_text(
        re.compile(r"\d questions in about 1\d minutes, at \d minutes each.*: \d due.* new\.$")
    )


def test_a_kind_with_settings_opens_them_by_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    wait_for_offer(page)
    card(page, Kind.TODAY).focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(card(page, Kind.TOPIC)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#viva-panel-topic")).to_be_visible()
    expect(card(page, Kind.TOPIC)).to_have_attribute("aria-expanded", "true")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#viva-panel-topic') !== null")


def test_a_wish_for_more_questions_than_there_are_is_answered_in_words(open_page: OpenPage) -> None:
    page = open_page()
    open_kind(page, Kind.TOPIC)
    page.locator("#viva-count input[type=number]").fill("9")
    page.get_by_label("Explainability and fairness").check()
    page.get_by_role("button", name="Start the interview").click()
    expect(page.locator(".v-log")).to_contain_text(
        "You asked for 9 questions; there are only 3 questions on Explainability and fairness"
    )
    expect(page.locator(".v-progress-text")).to_have_text("Question 1 of 3")


def test_a_dropped_job_description_shows_its_questions_and_why_before_the_start(
    open_page: OpenPage, tmp_path: Path
) -> None:
    document = Document()
    document.add_paragraph(JOB)
    document.save(str(tmp_path / "job.docx"))
    page = open_page()
    open_kind(page, Kind.JOB)
    page.locator("#viva-file input[type=file]").set_input_files(tmp_path / "job.docx")
    expect(page.locator("#viva-description textarea")).to_have_value(JOB)
    page.locator("#viva-choose").click()
    chosen = page.locator(".v-chosen li")
    expect(chosen).to_have_count(4)
    for why in page.locator(".v-chosen .v-why").all():
        quote = (why.inner_text().partition("“")[2]).rstrip("”")
        assert quote and quote in JOB
    first = chosen.first.locator("p").first.inner_text()
    page.locator("#viva-go-job").click()
    expect(page.locator(".v-question h2")).to_have_text(first)
    expect(page.locator(".v-progress-text")).to_have_text("Question 1 of 4")


def test_a_scan_is_refused_in_words_and_what_was_pasted_stays(
    open_page: OpenPage, tmp_path: Path
) -> None:
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    writer.write(tmp_path / "scan.pdf")
    page = open_page()
    open_kind(page, Kind.JOB)
    page.locator("#viva-description textarea").fill(JOB)
    page.locator("#viva-file input[type=file]").set_input_files(tmp_path / "scan.pdf")
    expect(page.get_by_text("most likely a scan")).to_be_visible()
    expect(page.locator("#viva-description textarea")).to_have_value(JOB)
    page.locator("#viva-description textarea").fill(" ")
    page.locator("#viva-choose").click()
    expect(page.get_by_text("There is no job description yet.")).to_be_visible()


def test_one_question_is_found_by_its_words(open_page: OpenPage, shipped_deck: Deck) -> None:
    wanted = shipped_deck.questions[7].text
    page = open_page()
    open_kind(page, Kind.QUESTION)
    page.locator("#viva-pick input").fill(wanted[:40])
    page.get_by_role("option", name=wanted).click()
    page.locator("#viva-go-question").click()
    expect(page.locator(".v-question h2")).to_have_text(wanted)


def test_a_round_whose_time_is_over_takes_the_running_answer_and_ends(
    open_page: OpenPage, store: SessionStore, shipped_deck: Deck
) -> None:
    begun = start_session(
        session_id="late-round",
        deck=shipped_deck,
        plan=tuple(question.id for question in shipped_deck.questions[:2]),
        mode=Mode.EXAM,
        now=datetime.now(UTC) - timedelta(minutes=46),
        kind=Kind.MOCK,
        seconds_in_all=45 * 60,
    )
    store.add(begun)
    page = open_page(path="/?interview=late-round")
    expect(page.locator(".v-timer")).to_have_text(re.compile(r"^1:\d\d over$"))
    expect(page.get_by_text("Time is up.")).to_be_visible()
    page.locator("#viva-answer textarea").fill("I would monitor it and retrain it.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".v-report")).to_contain_text("after the time was over")
    expect(page.locator(".v-report")).to_contain_text("Recommendation: ")


def test_practise_this_opens_the_question_from_the_list_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(path="/questions")
    page.get_by_label("Words").fill("drift")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("questions shown. Show all")
    wanted = page.locator(".v-questions h2").first.inner_text()
    page.get_by_role("button", name="Practise this").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".v-question h2")).to_have_text(wanted)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_screen_fits_and_is_accessible(
    open_page: OpenPage, practised: SessionStore, width: int, scheme: str
) -> None:
    page = open_page(width, scheme)
    for number, kind in enumerate((Kind.TOPIC, Kind.JOB, Kind.QUESTION)):
        open_kind(page, kind)
        if kind is Kind.JOB:
            page.locator("#viva-description textarea").fill(JOB)
            page.locator("#viva-choose").click()
            expect(page.locator(".v-chosen")).to_be_visible()
        look_at(page, f"practice-{width}-{scheme}-{number}-{kind.value}")
    card(page, Kind.MOCK).click()
    expect(page.locator(".v-timer")).to_have_text(re.compile(r"^4[45]:\d\d left$"))
    expect(page.locator("#viva-hint")).to_be_hidden()
    look_at(page, f"practice-{width}-{scheme}-3-mock")
    for number in (1, 2, 3):
        expect(page.locator(".v-question")).to_have_count(number)
        page.locator("#viva-answer textarea").fill("I would log it, monitor it and retrain it.")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#viva-decline")).to_be_visible()
        page.locator("#viva-decline").click()
    expect(page.locator(".v-question")).to_have_count(4)
    page.locator("#viva-finish").click()
    expect(page.locator(".v-report h3").first).to_contain_text("Recommendation: ")
    look_at(page, f"practice-{width}-{scheme}-4-recommendation")
    page.goto(page.url.partition("?")[0] + "questions?state=weak")
    page.locator(".v-questions summary").first.click()
    look_at(page, f"practice-{width}-{scheme}-5-questions")


def look_at(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not found.response["violations"], f"{name}\n{found.generate_report()}"
