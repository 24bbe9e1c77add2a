"""Somebody brings a deck of their own: drops, pastes, edits, merges, exports and deletes it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from builders import make_deck
from live_server import OpenPage, Server
from packages import make_apkg
from playwright.sync_api import Page, expect
from scripted_server import Reply, ScriptedServer, fail, say_json

from viva.settings import load_settings
from viva.storage import Database, DeckStore

pytestmark = pytest.mark.browser

SHOTS = Path("test-output")
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
HOSTILE = '<img src=x onerror="alert(1)">'
SHEET = f"""# Search {HOSTILE}

## How would you cut the latency of ranking?
- Rank with a cheap model first.
- Cache what is asked for most.
- Keep in a cache what is asked for most often.
A line that belongs to nothing.

## What would you measure?
- The slowest percent of requests, and {HOSTILE}.
"""


class Assistant:
    """A model that proposes, unless it is told to fail."""

    def __init__(self) -> None:
        self.fails = False

    def __call__(self, request: dict[str, Any]) -> Reply:
        if self.fails:
            return fail(400, "no")
        if "further key terms" in request["messages"][0]["content"]:
            return say_json({"points": [{"number": 1, "key_terms": ["two-stage ranking"]}]})
        bullet = {"text": "Distill the model into a smaller one.", "key_terms": ["DistilBERT"]}
        return say_json({"bullets": [bullet, {"text": "Buy faster machines.", "key_terms": []}]})


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant()


@pytest.fixture(scope="module")
def server(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``viva serve`` with a language model set up; takes the place of the other tests' server."""
    with ScriptedServer([assistant]) as model:
        environment = {"VIVA_LLM_MODEL": "scripted", "OPENAI_BASE_URL": model.url}
        running = Server(tmp_path_factory.mktemp("decks-server"), environment)
        running.start()
        yield running
        running.kill()


@pytest.fixture(autouse=True)
def store(server: Server, assistant: Assistant) -> Iterator[DeckStore]:
    """The decks of the server, emptied after each test."""
    database = Database(load_settings(home=server.home).database)
    store = DeckStore(database)
    yield store
    assistant.fails = False
    for deck, *_ in store.list():
        store.delete(deck.id)
    database.close()


def look_at(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert not found.response["violations"], f"{name}\n{found.generate_report()}"


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_a_deck_is_brought_edited_and_deleted(
    open_page: OpenPage, store: DeckStore, width: int, scheme: str
) -> None:
    page = open_page(width, scheme, "/decks")
    page.on("dialog", lambda dialog: pytest.fail("a script of a deck ran"))
    shot = f"decks-{width}-{scheme}"
    page.get_by_label("Or paste it").fill("nothing to see")
    page.get_by_role("button", name="See what is understood").click()
    expect(page.get_by_role("alert")).to_contain_text("no question with bullets")
    expect(page.get_by_label("Or paste it")).to_have_value("nothing to see")
    page.get_by_label("Or paste it").fill(SHEET)
    page.get_by_role("button", name="See what is understood").click()
    page.get_by_text("Left out: 1 line").click()
    expect(page.get_by_role("cell", name="A line that belongs to nothing.")).to_be_visible()
    look_at(page, f"{shot}-1-preview")
    page.get_by_label("Title").fill("Search")
    page.get_by_role("button", name="Save this deck").click()
    expect(page.get_by_role("status")).to_contain_text("This is your deck now")
    page.get_by_text("Title and topics").click()
    look_at(page, f"{shot}-2-deck")
    page.get_by_role("link", name="How would you cut").click()
    page.get_by_label("Bullet 1", exact=True).fill("Rank with a cheap model at first.")
    page.get_by_label("Weight of bullet 2").fill("heavy")
    page.get_by_role("button", name="Save the question").click()
    expect(page.get_by_role("alert")).to_contain_text("Bullet 2: A weight is a number")
    look_at(page, f"{shot}-3-question")
    page.get_by_label("Weight of bullet 2").fill("2")
    page.get_by_role("button", name="Save the question").click()
    expect(page.get_by_role("status")).to_contain_text("The question is saved.")
    page.get_by_role("link", name="Find near-duplicates").click()
    expect(page.get_by_role("region", name="Pair 1 of bullets")).to_be_visible()
    look_at(page, f"{shot}-4-duplicates")
    page.get_by_role("button", name="Merge, with these words").first.click()
    expect(page.get_by_role("status")).to_contain_text("Merged.")
    question = store.list()[0].deck.questions[0]
    assert [bullet.text for bullet in question.bullets] == [
        "Rank with a cheap model at first.",
        "Cache what is asked for most.",
    ]
    assert question.bullets[1].weight == 2
    page.get_by_role("link", name="All decks").click()
    look_at(page, f"{shot}-5-list")
    page.get_by_role("link", name="Delete Search").click()
    look_at(page, f"{shot}-6-delete")
    page.get_by_role("button", name="Delete the deck").click()
    expect(page.get_by_role("status")).to_contain_text("The deck is deleted.")
    assert store.list() == ()


def test_a_file_is_chosen_and_its_deck_practised(open_page: OpenPage, store: DeckStore) -> None:
    page = open_page(path="/decks")
    package = make_apkg(["How do you rank fast?", "<ul><li>In two stages</li></ul>"])
    page.get_by_label("Drop a file here, or choose one").set_input_files(
        {"name": "cards.apkg", "mimeType": "application/zip", "buffer": package}
    )
    page.get_by_role("button", name="See what is understood").click()
    expect(page.get_by_text("cards.apkg, read as an Anki package")).to_be_visible()
    page.get_by_role("button", name="Save this deck").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Export").click()
    assert downloading.value.suggested_filename == "search.yaml"
    page.get_by_role("link", name="Practise").click()
    expect(page).to_have_url(re.compile(r"/\?deck=search$"))
    expect(page.get_by_label("Deck")).to_have_value("Search (1)")


def test_everything_in_a_question_can_be_done_by_keyboard(
    open_page: OpenPage, store: DeckStore
) -> None:
    store.add(make_deck())
    page = open_page(path="/decks/tiny/questions/drift")
    page.get_by_label("Bullet 1", exact=True).focus()
    page.keyboard.press("End")
    page.keyboard.type(" More.")
    page.get_by_role("button", name="Move bullet 1 down").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move bullet 2 down")).to_be_focused()
    expect(page.get_by_label("Bullet 2", exact=True)).to_have_value("Point 1 of drift. More.")
    page.get_by_role("button", name="Add a bullet").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Bullet 4", exact=True)).to_be_focused()
    page.keyboard.type("Watch the labels too.")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Weight of bullet 4")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("3")
    page.keyboard.press("Enter")  # sends the form as 'Save the question' does
    expect(page.get_by_role("status")).to_contain_text("The question is saved.")
    saved = store.load("tiny").deck.question("drift")
    assert [bullet.text for bullet in saved.bullets] == [
        "Point 2 of drift.",
        "Point 1 of drift. More.",
        "Point 3 of drift.",
        "Watch the labels too.",
    ]
    assert [bullet.id for bullet in saved.bullets][:3] == ["b2", "b1", "b3"]
    assert saved.bullets[3].weight == 3


def test_a_page_with_unsaved_words_asks_before_it_is_left(
    open_page: OpenPage, store: DeckStore
) -> None:
    store.add(make_deck())
    page = open_page(path="/decks/tiny/questions/drift")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Bullet 1", exact=True).fill("Unsaved.")
    page.get_by_role("link", name="Back without saving").click()
    expect(page.get_by_label("Bullet 1", exact=True)).to_have_value("Unsaved.")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_proposals_are_taken_over_one_by_one(
    open_page: OpenPage, store: DeckStore, assistant: Assistant, width: int, scheme: str
) -> None:
    store.add(make_deck())
    page = open_page(width, scheme, "/decks/tiny/questions/drift")
    page.get_by_label("Bullet 2", exact=True).fill("Not saved yet.")
    page.get_by_role("button", name="Suggest bullets").click()
    expect(page.get_by_role("heading", name="Suggestions")).to_be_focused()
    page.get_by_role("button", name="Suggest key terms").click()
    term = page.get_by_role("button", name="Add the key term two-stage ranking to bullet 1")
    expect(term).to_be_visible()
    look_at(page, f"decks-{width}-{scheme}-7-proposals")
    term.click()
    expect(page.get_by_label("Key terms of bullet 1")).to_have_value("term 1, two-stage ranking")
    page.get_by_role("button", name="Add this bullet: Distill").click()
    expect(page.get_by_label("Bullet 4", exact=True)).to_be_focused()
    page.get_by_role("button", name="Dismiss the rest").click()
    expect(page.get_by_role("heading", name="Suggestions")).to_be_hidden()
    assistant.fails = True
    page.get_by_role("button", name="Suggest bullets").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Bullet 2", exact=True)).to_have_value("Not saved yet.")
    page.get_by_role("button", name="Save the question").click()
    expect(page.get_by_role("status")).to_contain_text("The question is saved.")
    saved = store.load("tiny").deck.question("drift")
    assert [bullet.text for bullet in saved.bullets][1:] == [
        "Not saved yet.",
        "Point 3 of drift.",
        "Distill the model into a smaller one.",
    ]
    assert saved.bullets[0].key_terms == ("term 1", "two-stage ranking")
    assert saved.bullets[3].key_terms == ("DistilBERT",)
