"""Two browsers are open on one interview, each at a server of its own, over one PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from databases import postgres_schema
from live_server import Server
from playwright.sync_api import Browser, Locator, Page, expect

from viva.domain import Deck, Mode
from viva.interview import start_session
from viva.storage import Database, SessionStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def shared_database() -> Iterator[str]:
    with postgres_schema() as url:
        yield url


@pytest.fixture
def servers(
    shared_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Server]]:
    running = [
        Server(tmp_path_factory.mktemp(name), {"VIVA_DATABASE_URL": shared_database})
        for name in ("one", "two")
    ]
    for server in running:
        server.start()
    yield running
    for server in running:
        server.kill()


def test_of_two_answers_one_counts_and_the_other_stays_in_its_box(
    chromium: Browser, servers: list[Server], shared_database: str, shipped_deck: Deck
) -> None:
    contexts = [chromium.new_context(reduced_motion="reduce") for _ in servers]
    first, second = (context.new_page() for context in contexts)
    database = Database(shared_database)
    store = SessionStore(database)
    session = start_session(
        session_id="0" * 32,
        deck=shipped_deck,
        plan=("secure-system-design",),
        mode=Mode.COACH,
        now=datetime.now(UTC),
    )
    store.add(session)
    for page, server in zip((first, second), servers, strict=True):
        page.goto(f"{server.url}/?interview={session.id}")
        expect(box(page)).to_be_focused()

    answers = ["We cache in the first window.", "We cache in the second window."]
    for page, answer in zip((first, second), answers, strict=True):
        box(page).fill(answer)
    for page in (first, second):  # neither is waited for
        page.locator("#viva-send").click()
    taken = "#viva-next:visible, #viva-decline:visible"
    refused = "text=went on in another window"
    for page in (first, second):
        expect(page.locator(taken).or_(page.locator(refused)).first).to_be_visible()
    [winner] = [page for page in (first, second) if page.locator(taken).count()]
    loser = second if winner is first else first
    won, lost = answers if winner is first else reversed(answers)

    expect(box(loser)).to_have_value(lost)
    loser.reload()
    expect(loser.locator(".v-you")).to_have_count(1)
    expect(loser.locator(".v-you")).to_contain_text(won)
    expect(box(loser)).to_have_value(lost)
    assert [turn.answer for turn in store.load(session.id).turns] == [won]
    database.close()
    for context in contexts:
        context.close()


def box(page: Page) -> Locator:
    return page.locator("#viva-answer textarea")
