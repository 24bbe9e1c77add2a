"""Somebody looks at their progress and history, compares answers, and deletes an interview."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from histories import answered, realistic_history, session_of
from live_server import OpenPage, Server
from playwright.sync_api import Page, expect

from viva.domain import Deck
from viva.settings import load_settings
from viva.storage import Database, SessionStore

pytestmark = pytest.mark.browser

SHOTS = Path("test-output")
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
HOSTILE = '<img src=x onerror="alert(1)">'
QUESTION = "limited-labels"


@pytest.fixture
def practised(server: Server, shipped_deck: Deck) -> Iterator[SessionStore]:
    """The database of the server, with a realistic history; emptied afterwards."""
    database = Database(load_settings(home=server.home).database)
    store = SessionStore(database)
    store.delete_all()
    now = datetime.now(UTC)
    for session in realistic_history(shipped_deck, now=now - timedelta(days=1), answers=90):
        store.add(session)
    question = shipped_deck.question(QUESTION)
    rest = ["missing"] * (len(question.bullets) - 2)
    for name, verdicts, hours in (
        ("first-of-two", ("contradicted", "covered"), 20),
        ("second-of-two", ("covered", "partial"), 2),
    ):
        turn = answered(
            question,
            *verdicts,
            *rest,
            at=now - timedelta(hours=hours),
            answer=f"{HOSTILE} I would fine-tune a model. Then I label what it is unsure of.",
        )
        store.add(session_of(name, shipped_deck, turn))
    yield store
    store.delete_all()
    database.close()


def look_at(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not found.response["violations"], f"{name}\n{found.generate_report()}"


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_page_fits_and_is_accessible(
    open_page: OpenPage, practised: SessionStore, width: int, scheme: str
) -> None:
    page = open_page(width, scheme, "/progress")
    page.on("dialog", lambda dialog: pytest.fail("a script of an answer ran"))
    for summary in page.locator(".v-figures > summary").all():
        summary.click()
    look_at(page, f"progress-{width}-{scheme}-1-progress")
    for number, path in enumerate(
        (
            "/history",
            "/history/first-of-two/delete",
            "/history/delete",
            "/compare?a=first-of-two.0&b=second-of-two.0",
            "/compare?a=nonsense",
        ),
        start=2,
    ):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        for summary in page.locator("summary").all()[:2]:
            summary.click()
        look_at(page, f"progress-{width}-{scheme}-{number}")
    assert page.locator("img").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_empty_pages_invite_to_a_first_answer(
    open_page: OpenPage, practised: SessionStore, width: int, scheme: str
) -> None:
    practised.delete_all()
    page = open_page(width, scheme, "/progress")
    expect(page.get_by_role("link", name="Answer a question")).to_be_visible()
    look_at(page, f"progress-{width}-{scheme}-empty")
    page.get_by_role("link", name="History").click()
    look_at(page, f"history-{width}-{scheme}-empty")
    page.get_by_role("link", name="Start one").click()
    expect(page.locator("gradio-app, .gradio-container").first).to_be_visible()


def test_two_answers_are_compared_and_one_deleted_by_keyboard(
    open_page: OpenPage, practised: SessionStore
) -> None:
    page = open_page(path="/history")
    row = page.locator("#i-second-of-two")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    compare = row.get_by_role("link", name="Compare with the answer before")
    expect(compare).to_be_visible()
    compare.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 point gained, 1 lost")).to_be_visible()
    expect(page.locator(".v-change-gained")).to_contain_text("Contradicted")
    expect(page.locator(".v-answer-text").first).to_contain_text(HOSTILE)

    page.get_by_role("link", name="History", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("#i-first-of-two").get_by_role("link", name="Delete").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 interview, 1 answer")).to_be_visible()
    page.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#i-second-of-two")).to_be_visible()
    expect(page.locator("#i-first-of-two")).to_have_count(0)
    assert "first-of-two" not in practised.latest(limit=100)


def test_everything_is_downloaded_and_then_deleted(
    open_page: OpenPage, practised: SessionStore, tmp_path: Path
) -> None:
    page = open_page(path="/history")
    for name, start in (
        ("JSON", b"{"),
        ("CSV", b"\xef\xbb\xbf"),
        ("Markdown", b"#"),
        ("APKG", b"PK"),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name, exact=True).click()
        assert waiting.value.path().read_bytes().startswith(start), name
    page.get_by_role("link", name="Delete everything").click()
    page.get_by_label("I want to delete all of this").check()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No interview yet")).to_be_visible()
    assert practised.latest() == []


def test_what_keeps_slipping_away_is_practised_from_the_page(
    open_page: OpenPage, practised: SessionStore
) -> None:
    page = open_page(path="/progress")
    point = page.locator(".v-missed li").first
    question = point.locator("p").nth(1).inner_text()
    point.get_by_role("button", name="Practise this").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?interview=*")
    expect(page.locator(".v-question h2")).to_have_text(question)
