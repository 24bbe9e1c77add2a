"""The pages of decks over HTTP, with the real models and a database behind them."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from builders import make_deck
from fastapi import FastAPI
from fastapi.testclient import TestClient
from packages import make_apkg

from viva.accounts import open_accounts
from viva.deck.loading import parse_deck
from viva.deck.writing import dump_deck
from viva.domain import Deck, Mode
from viva.errors import VivaError
from viva.interviewers import Interviewers
from viva.storage import DeckStore
from viva.web.door import Door
from viva.web.pages import deck_forms
from viva.web.pages.deck_editor import deck_editor_pages
from viva.web.pages.deck_question import deck_question_pages
from viva.web.pages.decks import deck_pages
from viva.web.pages.layout import explain
from viva.web.visitors import Visitors

SHEET = """# Search

## How would you cut the latency?
- Rank with a cheap model first.
- Cache what is asked for most.
- Keep in a cache what is asked for most often.
See my other post.

## What would you measure?
- The slowest percent.

## What would you measure there?
- How long the slowest requests take.
"""
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def client(interviewers: Interviewers) -> Iterator[TestClient]:
    """Speaks HTTP to the decks' pages behind the door; the interview's page takes seconds."""
    app = FastAPI()
    app.add_middleware(Door, visitors=Visitors(open_accounts(interviewers.database), auth=False))
    for pages in (deck_question_pages, deck_editor_pages, deck_pages):
        app.include_router(pages(interviewers))
    app.exception_handler(VivaError)(explain)
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def store(interviewers: Interviewers) -> DeckStore:
    return interviewers.own_decks("local")


@pytest.fixture
def deck(store: DeckStore) -> Deck:
    """A deck of the local person's own."""
    return store.add(make_deck()).deck


def hidden(html: str, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert match, f"no field {name}"
    return unescape(match[1])


def form_of(client: TestClient, path: str) -> dict[str, str]:
    """Return what a browser would send of a question's form as it is."""
    html = client.get(path).text
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'name="([\w-]+)" value="([^"]*)"', html)
        if name != "do"
    }
    for tag in re.findall(r"<(?:input|textarea)[^>]*>(?:[^<]*)", html):
        if match := re.search(r'name="([\w-]+)"', tag):
            value = re.search(r' value="([^"]*)"', tag)
            fields[match[1]] = unescape(value[1] if value else tag.split(">", 1)[1])
    chosen = re.search(r"<option selected>(\w+)", html)
    assert chosen
    return {**fields, "difficulty": chosen[1], "do": "save"}


# --- Import -----------------------------------------------------------------------------------


def test_a_pasted_sheet_is_shown_before_it_is_saved(client: TestClient, store: DeckStore) -> None:
    shown = client.post("/decks/import", files={"text": (None, SHEET)})
    assert "3 questions, 5 bullets, 1 topic; 1 left out" in shown.text
    assert "points to other reading" in shown.text
    assert store.list() == ()
    sent = {"deck": hidden(shown.text, "deck"), "title": "My search"}
    saved = client.post("/decks", data=sent)
    assert (saved.status_code, saved.headers["location"]) == (303, "/decks/search?done=added")
    (own,) = store.list()
    assert own.deck.title == "My search"
    assert "What would you measure?" in client.get("/decks/search").text


def test_a_file_is_read_by_what_it_is(client: TestClient) -> None:
    files = {
        "file": ("cards.apkg", make_apkg(["How?", "<ul><li>So</li></ul>"])),
        "text": (None, ""),
    }
    shown = client.post("/decks/import", files=files)
    assert "cards.apkg, read as an Anki package: 1 question, 1 bullet" in shown.text


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"text": (None, "")}, "nothing to import"),
        ({"text": (None, f"no questions {HOSTILE}")}, "has no question with bullets"),
        ({"file": (f"{HOSTILE}.docx", b"PK\x03\x04")}, "office document"),
        ({"file": ("a.md", SHEET.encode()), "text": (None, "1. x")}, "a file and a pasted text"),
        ({"text": (None, SHEET), "layout": (None, "csv")}, "no column"),
    ],
)
def test_what_cannot_be_imported_is_said_and_the_text_stays(
    client: TestClient, files: dict[str, tuple[str | None, str | bytes]], words: str
) -> None:
    answer = client.post("/decks/import", files={**files, "title": (None, "Kept title")})
    assert answer.status_code == 400
    assert words in unescape(answer.text)
    assert "<script>alert" not in answer.text
    assert 'value="Kept title"' in answer.text
    pasted = files.get("text", (None, ""))[1]
    assert str(pasted) in unescape(answer.text)


def test_too_much_is_refused_before_it_is_read(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deck_forms, "LARGEST_FILE", 1_000)
    monkeypatch.setattr(deck_forms, "_ROOM", 1_000)
    answer = client.post("/decks/import", files={"file": ("a.md", b"x" * 3_000)})
    assert answer.status_code == 400
    assert "larger than" in answer.text


def test_a_deck_that_somebody_forges_is_checked_like_any_other(client: TestClient) -> None:
    deck = make_deck()
    twice = deck.model_copy(update={"questions": deck.questions[:1] * 2})
    for sent, words in (
        ("no JSON", "not JSON"),
        ('{"id": "x"}', "'title' is missing"),
        (twice.model_dump_json(), "has this id already"),
    ):
        answer = client.post("/decks", data={"deck": sent, "title": "X"})
        assert answer.status_code == 400
        assert words in unescape(answer.text)


# --- The list, copies, exports, deletion ------------------------------------------------------


def test_a_shipped_deck_is_copied_under_an_id_of_its_own(
    client: TestClient, store: DeckStore, shipped_deck: Deck
) -> None:
    answer = client.post(f"/decks/{shipped_deck.id}/copy")
    assert answer.headers["location"] == "/decks/ml-system-design-2?done=copied"
    copied = store.load("ml-system-design-2").deck
    assert copied.questions == shipped_deck.questions
    page = client.get("/decks").text
    assert page.count("61 questions") == 2
    assert "Copy to edit" in client.get(f"/decks/{shipped_deck.id}").text


def test_a_deck_exports_to_the_same_yaml(
    client: TestClient, deck: Deck, shipped_deck: Deck
) -> None:
    for own in (deck, shipped_deck):
        answer = client.get(f"/decks/{own.id}/deck.yaml")
        assert answer.text == dump_deck(own)
        assert parse_deck(answer.text, name="it") == own
        assert f"{own.id}.yaml" in answer.headers["content-disposition"]


def test_a_deck_is_deleted_only_after_a_question(
    client: TestClient, deck: Deck, store: DeckStore
) -> None:
    assert "Delete this deck?" in client.get("/decks/tiny/delete").text
    assert store.load("tiny")
    assert client.post("/decks/tiny/delete").headers["location"] == "/decks?done=deleted"
    assert store.list() == ()
    assert client.get("/decks/tiny").status_code == 404
    assert client.post("/decks/tiny/delete").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["title", "topics", "delete", "questions/x/move", "questions/x/remove", "duplicates"],
)
def test_a_shipped_deck_cannot_be_changed(client: TestClient, path: str) -> None:
    answer = client.post(f"/decks/ml-system-design/{path}", data={"title": "Mine", "keep": "x"})
    assert answer.status_code == 404
    assert client.get("/decks/ml-system-design/questions/_new").status_code == 404


# --- Editing ----------------------------------------------------------------------------------


def test_a_question_is_saved_as_it_is_typed(
    client: TestClient, deck: Deck, store: DeckStore
) -> None:
    path = "/decks/tiny/questions/drift"
    sent = form_of(client, path)
    assert client.post(path, data=sent).headers["location"] == "/decks/tiny?done=saved#drift"
    assert store.load("tiny").deck == deck, "nothing was changed, so nothing changes"
    sent |= {"text": f"How? {HOSTILE}", "weight-1": "2,5", "topics": "Monitoring, New one"}
    client.post(path, data=sent)
    changed = store.load("tiny").deck
    assert changed.question("drift").text == f"How? {HOSTILE}"
    assert changed.question("drift").bullets[1].weight == 2.5
    assert changed.topic_name("new-one") == "New one"
    for page in ("/decks/tiny", path):
        assert "<script>alert" not in client.get(page).text


def test_a_fault_stores_nothing_and_loses_nothing(
    client: TestClient, deck: Deck, store: DeckStore
) -> None:
    path = "/decks/tiny/questions/drift"
    sent = form_of(client, path) | {
        "weight-1": "heavy",
        "text-0": "A new wording.",
        "hint-2": "Hm?",
    }
    answer = client.post(path, data=sent)
    assert answer.status_code == 400
    assert "Bullet 2: A weight is a number" in answer.text
    assert 'aria-describedby="fault-weight-1"' in answer.text
    for kept in ("heavy", "A new wording.", "Hm?"):
        assert kept in answer.text
    assert store.load("tiny").deck == deck


def test_buttons_of_the_table_store_nothing(
    client: TestClient, deck: Deck, store: DeckStore
) -> None:
    path = "/decks/tiny/questions/drift"
    answer = client.post(path, data=form_of(client, path) | {"do": "remove:0", "text": "Unsaved"})
    assert answer.status_code == 200
    assert "Unsaved" in answer.text
    assert "Point 1 of drift." not in answer.text
    assert store.load("tiny").deck == deck


def test_two_windows_on_one_question_do_not_write_over_each_other(
    client: TestClient, deck: Deck, store: DeckStore
) -> None:
    path = "/decks/tiny/questions/drift"
    one, other = form_of(client, path), form_of(client, path)
    client.post(path, data=one | {"text": "The first window's words?"})
    answer = client.post(path, data=other | {"text": "The second window's words?"})
    assert answer.status_code == 400
    assert "changed in another window" in answer.text
    assert "The second window&#39;s words?" in answer.text
    assert store.load("tiny").deck.question("drift").text == "The first window's words?"
    again = other | {
        "text": "The second window's words?",
        "version": hidden(answer.text, "version"),
    }
    assert client.post(path, data=again).status_code == 303
    assert store.load("tiny").deck.question("drift").text == "The second window's words?"


def test_two_windows_on_two_questions_both_save(
    client: TestClient, deck: Deck, store: DeckStore
) -> None:
    paths = [f"/decks/tiny/questions/{name}" for name in ("drift", "caching")]
    forms = [form_of(client, path) for path in paths]
    for path, form in zip(paths, forms, strict=True):
        assert client.post(path, data=form | {"text": f"Changed at {path}?"}).status_code == 303
    changed = store.load("tiny").deck
    assert {changed.question(name).text for name in ("drift", "caching")} == {
        f"Changed at {path}?" for path in paths
    }


def test_a_question_that_was_removed_meanwhile_can_be_saved_all_the_same(
    client: TestClient, deck: Deck, store: DeckStore
) -> None:
    path = "/decks/tiny/questions/drift"
    form = form_of(client, path) | {"text": "Still wanted?"}
    client.post(f"{path}/remove")
    answer = client.post(path, data=form)
    assert "removed in another window" in answer.text
    assert client.post(path, data=form | {"version": ""}).status_code == 303
    assert store.load("tiny").deck.question("drift").text == "Still wanted?"


def test_a_new_deck_begins_with_its_first_question(client: TestClient, store: DeckStore) -> None:
    sent = {"title": "", "text": "How?", "topics": "Basics", "difficulty": "hard", "do": "save"}
    rows = {"text-0": "So.", "weight-0": "1"}
    answer = client.post("/decks/_new", data=sent | rows)
    assert "Give the deck a title." in answer.text
    assert store.list() == ()
    answer = client.post("/decks/_new", data=sent | rows | {"title": "New"})
    assert answer.headers["location"] == "/decks/new?done=added"
    assert client.get("/decks/new").status_code == 200
    again = client.post("/decks/new/questions/_new", data=sent | rows | {"text": "New?"})
    assert again.headers["location"] == "/decks/new?done=saved#new"
    assert len(store.load("new").deck.questions) == 2


def test_titles_and_topics_are_renamed_and_questions_move(
    client: TestClient, deck: Deck, store: DeckStore
) -> None:
    client.post("/decks/tiny/title", data={"title": " A  better title "})
    client.post("/decks/tiny/topics", data={"topic-serving": "Serving models"})
    client.post("/decks/tiny/questions/drift/move", data={"do": "up"})
    changed = store.load("tiny").deck
    assert changed.title == "A better title"
    assert changed.topic_name("serving") == "Serving models"
    assert changed.questions[0].id == "drift"
    answer = client.post("/decks/tiny/topics", data={"topic-serving": "Monitoring"})
    assert answer.status_code == 400
    assert "cannot have the same name" in answer.text


def test_questions_are_found_by_any_of_their_words(client: TestClient, deck: Deck) -> None:
    found = client.get("/decks/tiny?find=POINT+drift").text
    assert "1 question of 3" in found
    assert "approach drift" in found
    assert "approach caching" not in found


def test_near_duplicates_are_offered_and_merged(client: TestClient, store: DeckStore) -> None:
    shown = client.post("/decks/import", files={"text": (None, SHEET)})
    client.post("/decks", data={"deck": hidden(shown.text, "deck"), "title": "Search"})
    page = client.get("/decks/search/duplicates").text
    assert "2 pairs that may say the same" in page
    first, second = "would-measure", "would-measure-there"
    ids = [question.id for question in store.load("search").deck.questions]
    assert ids[1:] == [first.removeprefix("would-"), second.removeprefix("would-")]
    client.post("/decks/search/duplicates", data={"keep": ids[1], "merge": ids[2]})
    question = store.load("search").deck.questions[0]
    kept, merged = question.bullets[1].id, question.bullets[2].id
    client.post(
        "/decks/search/duplicates", data={"keep": kept, "merge": merged, "question": question.id}
    )
    merged_deck = store.load("search").deck
    assert [len(own.bullets) for own in merged_deck.questions] == [2, 2]
    assert "No two questions" in client.get("/decks/search/duplicates").text


# --- Interviews on decks that change ----------------------------------------------------------


def test_an_interview_goes_on_with_the_words_it_was_started_with(
    client: TestClient, deck: Deck, store: DeckStore, interviewers: Interviewers
) -> None:
    session = interviewers.of("local", "tiny").start_on(("drift", "caching"), Mode.COACH)
    path = "/decks/tiny/questions/drift"
    client.post(path, data=form_of(client, path) | {"text": "Other words?", "text-0": "Else."})
    client.post("/decks/tiny/questions/caching/remove")
    running = interviewers.of_session("local", session.id)
    assert running.question(running.load(session.id)) == deck.question("drift")
    client.post("/decks/tiny/delete")
    assert interviewers.of_session("local", session.id).load(session.id) == session
    past = interviewers.of_session("local", session.id)
    assert past.report(past.load(session.id)).deck_title == deck.title
