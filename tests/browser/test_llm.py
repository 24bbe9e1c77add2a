"""A person is interviewed by a language model, scripted here, from the page over HTTP and back."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from live_server import OpenPage, Server
from playwright.sync_api import Locator, Page, expect
from scripted_interviewer import (
    COMMENT,
    FOLLOW_UP,
    MODEL_ANSWER,
    REACTION,
    REPLY,
    ScriptedInterviewer,
)
from scripted_server import Reply, ScriptedServer, fail

pytestmark = pytest.mark.browser

ANSWER = "We would put alerts on it and automate the release."
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]


class Moody:
    """A model that works, unless it is told to fail or to hold its grades back."""

    def __init__(self) -> None:
        self.fails = False
        self.may_grade = threading.Event()
        self.may_grade.set()
        self._works = ScriptedInterviewer(pause=0.02)

    def __call__(self, request: dict[str, Any]) -> Reply:
        if self.fails:
            return fail(400, "no")  # for good, so that nobody waits for tries
        if "response_format" in request:
            assert self.may_grade.wait(30), "the test never let the grade go"
        return self._works(request)


@pytest.fixture(scope="module")
def mood() -> Moody:
    return Moody()


@pytest.fixture(autouse=True)
def good_mood(mood: Moody) -> Iterator[None]:
    """A test that fails in the middle leaves no mood to the next one."""
    yield
    mood.fails = False
    mood.may_grade.set()


@pytest.fixture(scope="module")
def model(mood: Moody) -> Iterator[ScriptedServer]:
    with ScriptedServer([mood]) as running:
        yield running


@pytest.fixture(scope="module")
def server(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``viva serve`` with a language model set up; takes the place of the other tests' server."""
    environment = {
        "VIVA_LLM_MODEL": "scripted",
        "OPENAI_BASE_URL": model.url,
        "OPENAI_API_KEY": "sk-never-shown",
        "VIVA_LLM_DEADLINE": "40",
        "VIVA_LLM_PRICE_IN": "1",
        "VIVA_LLM_PRICE_OUT": "4",
        # Questions are drawn by chance, and a grade that was kept would not wait for a test.
        "VIVA_LLM_CACHE": "false",
    }
    running = Server(tmp_path_factory.mktemp("llm-server"), environment)
    running.start()
    yield running
    running.kill()


def box(page: Page) -> Locator:
    return page.locator("#viva-answer textarea")


def answer(page: Page) -> None:
    expect(page.locator(".v-question")).to_be_visible()
    box(page).fill(ANSWER)
    page.locator("#viva-send").click()


def review(page: Page) -> None:
    """Answer, and add nothing to it."""
    page.locator("#viva-start").click()
    answer(page)
    shown = page.locator("#viva-next, #viva-decline").and_(page.locator(":visible"))
    expect(shown).to_be_visible()
    if page.locator("#viva-decline").is_visible():
        page.locator("#viva-decline").click()
    expect(page.locator("#viva-next")).to_be_focused()


def test_the_interviewer_speaks_while_it_grades_and_tells_the_cost_at_the_end(
    open_page: OpenPage, mood: Moody
) -> None:
    page = open_page()
    expect(page.locator(".v-head")).to_contain_text("Grader: llm")
    page.locator("#viva-start").click()
    mood.may_grade.clear()
    answer(page)
    expect(page.locator("#viva-live")).to_contain_text(REACTION)
    expect(page.locator(".v-card")).to_have_count(0)
    mood.may_grade.set()
    expect(page.locator(".v-card")).to_be_visible()
    expect(page.locator(".v-follow-up")).to_contain_text(FOLLOW_UP)
    expect(page.locator(".v-log")).to_contain_text(COMMENT)
    expect(page.locator(".v-card")).to_contain_text("Graded by llm")
    page.locator("#viva-decline").click()

    page.locator("#viva-model").click()
    expect(page.locator(".v-log")).to_contain_text(MODEL_ANSWER)
    expect(page.locator("#viva-model")).to_be_hidden()
    box(page).fill("what is a canary release?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".v-log")).to_contain_text(REPLY)
    page.get_by_text("Where this stands in the deck").click()
    expect(page.locator(".v-sources")).to_contain_text("canary")
    expect(box(page)).to_have_value("")

    page.locator("#viva-finish").click()
    expect(page.locator(".v-report")).to_contain_text(
        re.compile(r"\d calls of scripted: [\d,]+ tokens read and \d+ written, \$0\.00\d+")
    )
    assert "sk-never-shown" not in page.content()


def test_the_local_grader_is_one_click_away_and_asks_no_server(
    open_page: OpenPage, model: ScriptedServer
) -> None:
    page = open_page()
    page.get_by_label("local: on this machine, at once").check()
    before = len(model.requests)
    page.locator("#viva-start").click()
    answer(page)
    expect(page.locator(".v-card")).to_contain_text("Graded by local")
    expect(page.locator(".v-head")).to_contain_text("Grader: local")
    assert len(model.requests) == before


def test_a_model_that_fails_leaves_a_grade_a_note_and_a_second_chance(
    open_page: OpenPage, mood: Moody
) -> None:
    page = open_page()
    mood.fails = True
    try:
        review(page)
        expect(page.locator(".v-notice")).to_contain_text("the local grader graded this answer")
        expect(page.locator(".v-card")).to_contain_text("Graded by local")
    finally:
        mood.fails = False
    page.locator("#viva-regrade").click()
    expect(page.locator(".v-card")).to_contain_text("Graded by llm")
    expect(page.locator("#viva-regrade")).to_be_hidden()


def test_a_reload_in_the_middle_of_a_grade_loses_nothing(open_page: OpenPage, mood: Moody) -> None:
    page = open_page()
    page.locator("#viva-start").click()
    mood.may_grade.clear()
    answer(page)
    expect(page.locator("#viva-live")).to_contain_text(REACTION)
    page.reload()
    expect(page.locator(".v-you")).to_contain_text(ANSWER)
    mood.may_grade.set()
    expect(page.locator(".v-card")).to_be_visible()
    expect(page.locator("#viva-decline")).to_be_visible()


def test_what_was_typed_and_not_asked_is_not_passed_over(open_page: OpenPage) -> None:
    page = open_page()
    review(page)
    box(page).fill("what is a feature store?")
    page.locator("#viva-next").click()
    expect(page.get_by_text("not sent")).to_be_visible()
    expect(box(page)).to_have_value("what is a feature store?")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_what_the_interviewer_says_can_be_read_by_everyone(
    open_page: OpenPage, width: int, scheme: str
) -> None:
    page = open_page(width, scheme)
    expect(page.locator("#viva-grader")).to_be_visible()
    assert_accessible(page)
    review(page)
    page.locator("#viva-model").click()
    expect(page.locator(".v-log")).to_contain_text(MODEL_ANSWER)
    box(page).fill("what is a canary release?")
    page.locator("#viva-ask").click()
    expect(page.locator(".v-log")).to_contain_text(REPLY)
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide, "the page scrolls sideways"


def assert_accessible(page: Page) -> None:
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    )
    assert found.violations_count == 0, found.generate_report()
