"""The pages of progress, history and comparison, over HTTP and without a model."""

import csv
import io
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import NOON, make_deck
from fastapi import FastAPI
from fastapi.testclient import TestClient
from histories import answered, realistic_history, session_of

from viva.accounts import open_accounts
from viva.domain import Deck, Mode, Phase
from viva.errors import VivaError
from viva.interviewers import Interviewers
from viva.shelf import Shelf
from viva.storage import Database, PeopleStore, SessionStore
from viva.web.door import Door
from viva.web.pages.compare import compare_pages
from viva.web.pages.history import history_pages
from viva.web.pages.layout import explain
from viva.web.pages.progress import progress_pages
from viva.web.visitors import Visitors

DECK = make_deck()
CACHING, DRIFT, ROLLBACK = DECK.questions
HOSTILE = '<img src=x onerror="alert(1)">'
HTML = {"accept": "text/html"}


def no_models(_: object) -> Any:
    raise AssertionError("these pages need no models")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'viva.db'}")
    yield opened
    opened.close()


def browser_of(database: Database, deck: Deck, now: datetime = NOON) -> TestClient:
    interviewers = Interviewers(
        shelf=Shelf(deck), database=database, build=no_models, embed=no_models
    )
    app = FastAPI()
    app.add_middleware(Door, visitors=Visitors(open_accounts(database), auth=False))
    app.include_router(progress_pages(interviewers, clock=lambda: now))
    app.include_router(history_pages(interviewers, clock=lambda: now))
    app.include_router(compare_pages(interviewers))
    app.exception_handler(VivaError)(explain)
    return TestClient(app, headers=HTML, follow_redirects=False)


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    with browser_of(database, DECK) as client:
        yield client


@pytest.fixture
def store(database: Database) -> SessionStore:
    """Two interviews of the local person on caching, and one of nobody else."""
    opened = SessionStore(database)
    first = answered(
        CACHING, "contradicted", "covered", "missing", at=NOON - timedelta(days=2), answer=HOSTILE
    )
    second = answered(
        CACHING, "covered", "missing", "missing", at=NOON - timedelta(hours=1), answer=HOSTILE
    )
    opened.add(session_of("one", DECK, first))
    opened.add(session_of("two", DECK, second))
    return opened


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("path", ["/progress", "/history"])
def test_an_empty_page_invites_and_offers_nothing_to_delete(browser: TestClient, path: str) -> None:
    page = browser.get(path)
    assert page.status_code == 200
    assert "v-empty" in page.text
    assert "delete" not in page.text.lower()


def test_progress_shows_every_chart_with_its_figures_as_a_table(
    browser: TestClient, store: SessionStore
) -> None:
    page = browser.get("/progress").text
    charts = page.count('role="img"')
    assert charts == 5  # readiness, calendar, forecast, due, time
    assert page.count("as a table</summary>") == 5
    assert "missed 2 of 2 times" in text_of(page)
    assert HOSTILE not in page


def test_a_thousand_turns_render_in_under_a_second(database: Database, shipped_deck: Deck) -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    store = SessionStore(database)
    for session in realistic_history(shipped_deck, now=now, answers=1000, days=180):
        store.add(session)
    with browser_of(database, shipped_deck, now) as client:
        client.get("/progress")  # the first pays for imports and templates
        start = time.process_time()  # not the clock's: others may have the processor
        assert client.get("/progress").status_code == 200
        assert time.process_time() - start < 1


def test_another_deck_is_shown_by_name_and_a_deck_that_is_gone_still_is(
    browser: TestClient, store: SessionStore
) -> None:
    other = DECK.model_copy(update={"id": "other", "title": "Other deck"})
    store.add(session_of("three", other, answered(DRIFT, "covered", "covered", "covered", at=NOON)))
    assert '<option value="other" selected>Other</option>' in browser.get("/progress").text
    assert '<option value="tiny" selected>' in browser.get("/progress?deck=tiny").text
    assert browser.get("/progress?deck=nowhere").status_code == 404
    assert "Other" in browser.get("/history").text


def test_the_history_lists_the_latest_first_and_compares_what_was_asked_before(
    browser: TestClient, store: SessionStore
) -> None:
    page = browser.get("/history").text
    assert page.index("interview=two") < page.index("interview=one")
    assert page.count("compare?a=one.0&amp;b=two.0") == 1
    running = session_of(
        "run", DECK, answered(DRIFT, "covered", "covered", "covered", at=NOON), phase=Phase.ANSWER
    ).model_copy(update={"mode": Mode.EXAM})
    store.add(running)
    page = text_of(browser.get("/history").text)
    assert "not scored" in page  # an exam tells no marks while it goes on
    assert "Go on" in page


def test_a_long_history_comes_in_pages(database: Database) -> None:
    store = SessionStore(database)
    for session in realistic_history(DECK, now=NOON, answers=90):
        store.add(session)
    with browser_of(database, DECK) as client:
        pages = [client.get(f"/history?page={number}").text for number in (1, 2, 99, "x")]
    assert [page.count('class="v-interview"') for page in pages] == [25, 5, 5, 25]
    assert ("page=2" in pages[0], "page=1" in pages[1]) == (True, True)


@pytest.mark.parametrize(
    "query", ["a=one.0&b=two.0", "a=two.0&b=one.0", "deck=tiny&question=caching"]
)
def test_a_comparison_shows_both_answers_with_their_quotes(
    browser: TestClient, store: SessionStore, query: str
) -> None:
    page = browser.get(f"/compare?{query}")
    assert page.status_code == 200
    assert HOSTILE not in page.text
    text = text_of(page.text)
    assert "±0 points of ten. 1 point gained, 1 lost." in text
    assert text.index("▲ Gained") < text.index("▼ Lost")
    assert page.text.count('class="v-mark v-mark-contradicted"') == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("a=one.0", 400),
        ("a=one.0&b=one.0", 400),
        ("a=one.0&b=nobody.0", 400),
        ("a=one&b=two", 400),
        ("deck=tiny&question=drift", 404),
        ("deck=nowhere&question=drift", 404),
        ("", 404),
    ],
)
def test_what_cannot_be_compared_is_told_on_a_page(
    browser: TestClient, store: SessionStore, query: str, status: int
) -> None:
    page = browser.get(f"/compare?{query}")
    assert (page.status_code, "That did not work" in page.text) == (status, True)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("json", "application/json"),
        ("csv", "text/csv"),
        ("md", "text/markdown"),
        ("apkg", "application/vnd.anki"),
    ],
)
def test_every_format_is_a_download(
    browser: TestClient, store: SessionStore, kind: str, media_type: str
) -> None:
    file = browser.get(f"/history/export.{kind}")
    assert file.headers["content-type"].startswith(media_type)
    assert f'filename="viva-history-2026-01-05.{kind}"' in file.headers["content-disposition"]
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
        assert [row["answer"] for row in rows] == [HOSTILE, HOSTILE]
    assert browser.get("/history/export.exe").status_code == 404


def test_one_interview_is_deleted_after_a_page_that_names_what_goes(
    browser: TestClient, store: SessionStore
) -> None:
    assert "1 interview, 1 answer with all grades" in browser.get("/history/one/delete").text
    assert len(store.latest()) == 2, "looking deletes nothing"
    done = browser.post("/history/one/delete")
    assert (done.status_code, done.headers["location"]) == (303, "/history")
    assert store.latest() == ["two"]
    assert browser.get("/history/one/delete").status_code == 404
    assert browser.post("/history/one/delete").status_code == 404


def test_everything_goes_only_after_a_tick(browser: TestClient, store: SessionStore) -> None:
    assert "2 interviews, 2 answers" in browser.get("/history/delete").text
    refused = browser.post("/history/delete")
    assert (refused.status_code, "Nothing was deleted" in refused.text) == (400, True)
    assert len(store.latest()) == 2
    assert browser.post("/history/delete", data={"sure": "yes"}).status_code == 303
    assert store.latest() == []


def test_nothing_of_anybody_else_is_shown_or_deleted(
    browser: TestClient, database: Database, store: SessionStore
) -> None:
    hers = SessionStore(database, PeopleStore(database).add("Ada").id)
    hers.add(session_of("hers", DECK, answered(ROLLBACK, "covered", "covered", "covered", at=NOON)))
    for path in ("/progress", "/history", "/history/export.json"):
        assert "hers" not in browser.get(path).text
    assert browser.get("/compare?a=hers.0&b=one.0").status_code == 400
    for method in ("get", "post"):
        assert getattr(browser, method)("/history/hers/delete").status_code == 404
    browser.post("/history/delete", data={"sure": "yes"})
    assert hers.latest() == ["hers"]
