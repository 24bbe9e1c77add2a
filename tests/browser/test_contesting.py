"""A person contests a verdict in the page, and takes that back."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from builders import NOON
from live_server import OpenPage, Server
from playwright.sync_api import Locator, Page, expect

from viva.domain import BulletGrade, Deck, Evidence, Grade, Mode, Verdict
from viva.events import AnswerGiven, Graded
from viva.grading.calibration import Calibration
from viva.grading.local import identify
from viva.grading.scoring import score_bullets
from viva.interview import advance, start_session
from viva.resources import MINILM_WEIGHTS
from viva.settings import load_settings
from viva.storage import Database, SessionStore

pytestmark = pytest.mark.browser

SHOTS = Path("test-output")
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
HOSTILE = '<img src=x onerror="alert(1)">'
ANSWER = f"We cache results {HOSTILE} & put the new version behind a flag."
QUESTION = "limited-labels"


@pytest.fixture
def question_done(server: Server, shipped_deck: Deck) -> Iterator[str]:
    """The address of an interview whose one question is graded, surely and unsurely."""
    question = shipped_deck.question(QUESTION)
    said = Evidence(start=0, end=16, quote=ANSWER[:16])
    bullets = tuple(
        BulletGrade(
            bullet_id=bullet.id,
            verdict=Verdict.MISSING if number else Verdict.COVERED,
            confidence=(0.9, 0.4, 0.7)[number % 3],
            evidence=() if number else (said,),
        )
        for number, bullet in enumerate(question.bullets)
    )
    grade = Grade(
        question_id=QUESTION,
        bullets=bullets,
        score=score_bullets(question, bullets),
        grader=identify(MINILM_WEIGHTS.sha256, Calibration.shipped().fingerprint),
    )
    session = start_session(
        session_id=uuid4().hex, deck=shipped_deck, plan=(QUESTION,), mode=Mode.COACH, now=NOON
    )
    database = Database(load_settings(home=server.home).database)
    store = SessionStore(database)
    store.add(session)
    for event in (AnswerGiven(ANSWER), Graded(grade)):
        session = advance(session, event, deck=shipped_deck, now=NOON)
        store.save(session)
    database.close()
    yield f"/?interview={session.id}"


def look_in(page: Page) -> Locator:
    """Wait for the card; return the row whose verdict is unsure."""
    page.on("dialog", lambda dialog: pytest.fail("a script of the answer ran"))
    expect(page.locator("#viva-next")).to_be_focused()
    return page.locator(".v-row-missing", has=page.locator(".v-contest-unsure")).first


def test_an_unsure_verdict_is_contested_by_keyboard_and_taken_back(
    open_page: OpenPage, question_done: str
) -> None:
    page = open_page(path=question_done)
    unsure = look_in(page)
    name = unsure.locator(".v-contest").get_attribute("id")
    row = page.locator(f"#{name}")
    points = page.locator(".v-card .v-sum").inner_text()
    expect(row.locator("summary")).to_contain_text("I’m unsure here. Did I get it wrong?")

    page.locator("#viva-answer textarea").fill("half a question")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first choice: covered
    page.keyboard.press("Tab")
    page.keyboard.type("words that I never said at all")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your answer does not have these words.")).to_be_visible()
    expect(row.locator("[name=quote]")).to_have_value("words that I never said at all")

    row.locator("[name=quote]").fill(HOSTILE)
    page.keyboard.press("Enter")
    contested = row.locator(".v-contested")
    expect(contested).to_contain_text("You contested this: covered")
    expect(contested.locator("q")).to_have_text(HOSTILE)
    expect(row.locator(".v-withdraw")).to_be_focused()
    expect(page.locator("#viva-answer textarea")).to_have_value("half a question")
    assert page.locator(".v-log img").count() == 0
    expect(page.locator(".v-card .v-sum")).to_have_text(points)

    page.reload()
    expect(page.locator("#viva-next")).to_be_focused()
    expect(contested).to_contain_text("You contested this: covered")
    expect(page.locator(".v-card .v-sum")).to_have_text(points)
    row.locator(".v-withdraw").focus()
    page.keyboard.press("Enter")
    expect(row.locator("summary")).to_be_focused()
    expect(contested).to_have_count(0)
    page.reload()
    expect(row.locator("summary")).to_be_visible()
    expect(contested).to_have_count(0)


def test_what_is_typed_in_one_row_outlives_what_is_sent_from_another(
    open_page: OpenPage, question_done: str
) -> None:
    page = open_page(path=question_done)
    look_in(page)
    first, second = page.locator(".v-contest").all()[:2]
    first.locator("summary").click()
    first.locator("[name=quote]").fill("We cache results")
    second.locator("summary").click()
    second.locator("[value=partial]").check()
    second.get_by_role("button").click()
    expect(page.locator(".v-contested")).to_have_count(1)
    expect(first.locator("[name=quote]")).to_have_value("We cache results")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_report_keeps_contests_and_every_state_fits_and_is_accessible(
    open_page: OpenPage, question_done: str, width: int, scheme: str
) -> None:
    SHOTS.mkdir(exist_ok=True)
    page = open_page(width, scheme, question_done)
    unsure = look_in(page)
    unsure.locator("summary").click()
    unsure.scroll_into_view_if_needed()
    look_at(page, f"contest-{width}-{scheme}-1-form")
    page.locator("#viva-finish").click()
    page.locator("#v-turn-0 > summary").click()
    row = page.locator(".v-row-missing", has=page.locator(".v-contest")).first
    row.locator("[value=covered]").check()
    row.locator("[name=quote]").fill("we cache results")
    row.get_by_role("button").click()
    contested = page.locator(".v-contested")
    expect(contested).to_contain_text("covered")
    expect(page.locator("#v-turn-0")).to_have_attribute("open", "")
    expect(page.locator(".v-withdraw")).to_be_focused()
    look_at(page, f"contest-{width}-{scheme}-2-report")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Contested answers").click()
    (line,) = waiting.value.path().read_text(encoding="utf-8").splitlines()
    sample = json.loads(line)
    assert (sample["answer"], sample["kind"], sample["split"]) == (ANSWER, "disputed", "train")
    assert list(sample["labels"].values()) == ["covered"]
    assert list(sample["spans"].values()) == [["We cache results"]]
    page.locator(".v-withdraw").click()
    expect(contested).to_have_count(0)
    expect(page.get_by_role("link", name="Contested answers")).to_have_count(0)


def look_at(page: Page, name: str) -> None:
    page.screenshot(path=SHOTS / f"{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not found.response["violations"], f"{name}\n{found.generate_report()}"
