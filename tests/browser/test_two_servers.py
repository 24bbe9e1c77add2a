"""Two browsers are open on one interview, each at a server of its own, over one PostgreSQL."""

from collections.abc import Iterator

import pytest
from databases import postgres_schema
from live_server import Server
from playwright.sync_api import Browser, Locator, Page, expect

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
    chromium: Browser, servers: list[Server], shared_database: str
) -> None:
    contexts = [chromium.new_context(reduced_motion="reduce") for _ in servers]
    first, second = (context.new_page() for context in contexts)
    first.goto(servers[0].url)
    first.locator("#viva-start").click()
    expect(box(first)).to_be_focused()
    second.goto(servers[1].url + "/?" + first.url.partition("?")[2])
    expect(box(second)).to_be_focused()

    answers = ["We cache in the first window.", "We cache in the second window."]
    for page, answer in zip((first, second), answers, strict=True):
        box(page).fill(answer)
    for page in (first, second):  # neither is waited for
        page.locator("#viva-send").dispatch_event("click")
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
    database = Database(shared_database)
    store = SessionStore(database)
    [session_id] = store.latest()
    assert [turn.answer for turn in store.load(session_id).turns] == [won]
    database.close()
    for context in contexts:
        context.close()


def box(page: Page) -> Locator:
    return page.locator("#viva-answer textarea")
