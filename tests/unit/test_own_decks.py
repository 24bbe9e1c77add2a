from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import NOON, make_deck, make_question

from viva.deck.loading import deck_hash
from viva.domain import Deck, Mode
from viva.errors import ConflictError, NotFoundError
from viva.interview import start_session
from viva.shelf import Origin, Shelf
from viva.storage import Database, DeckStore, SessionStore
from viva.storage.tables import PersonRow

DECK = make_deck()
OTHER = make_deck(make_question("sharding")).model_copy(update={"id": "other"})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'viva.db'}")
    with database.begin() as open_database:
        open_database.add(PersonRow(id="ada", name="Ada", key="ada", created_at=NOON))
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> DeckStore:
    return DeckStore(database, clock=lambda: NOON)


def retitled(deck: Deck, title: str) -> Deck:
    return deck.model_copy(update={"title": title})


def interview_on(deck: Deck, database: Database) -> str:
    session = start_session(
        session_id="s1", deck=deck, plan=(deck.questions[0].id,), mode=Mode.COACH, now=NOON
    )
    SessionStore(database).add(session)
    return session.deck_version


def test_a_deck_comes_back_as_it_was_stored(store: DeckStore) -> None:
    added = store.add(DECK)
    assert store.load("tiny") == added == (DECK, deck_hash(DECK), NOON)
    assert store.list() == (added,)


def test_a_second_deck_of_the_same_id_gets_a_number(store: DeckStore) -> None:
    store.add(DECK)
    assert store.add(DECK).deck.id == "tiny-2"
    assert store.add(OTHER, taken={"other"}).deck.id == "other-2"


def test_a_change_made_elsewhere_is_noticed_and_not_written_over(store: DeckStore) -> None:
    _, version, _ = store.add(DECK)
    store.save(retitled(DECK, "Mine"), version=version)
    with pytest.raises(ConflictError, match="another window"):
        store.save(retitled(DECK, "Yours"), version=version)
    assert store.load("tiny").deck.title == "Mine"


def test_a_deck_is_renamed_and_keeps_its_id(store: DeckStore) -> None:
    store.add(DECK)
    assert store.rename("tiny", "Larger deck").deck == retitled(DECK, "Larger deck")


def test_nobody_reaches_the_decks_of_another(store: DeckStore, database: Database) -> None:
    _, version, _ = store.add(DECK)
    ada = DeckStore(database, "ada")
    assert ada.list() == ()
    for attempt in (
        lambda: ada.load("tiny"),
        lambda: ada.delete("tiny"),
        lambda: ada.rename("tiny", "Hers"),
        lambda: ada.save(DECK, version=version),
        lambda: ada.past("tiny", version),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    ada.add(retitled(DECK, "Hers"))
    assert store.load("tiny").deck == DECK


def test_an_interview_keeps_the_version_it_was_started_with(
    store: DeckStore, database: Database
) -> None:
    _, version, _ = store.add(DECK)
    assert interview_on(DECK, database) == version
    changed = store.save(retitled(DECK, "Changed"), version=version)
    store.save(retitled(DECK, "Changed again"), version=changed.version)
    assert store.past("tiny", version) == DECK
    store.delete("tiny")
    shelf = Shelf(OTHER, own=lambda person: DeckStore(database, person))
    assert shelf.deck("local", "tiny", version=version) == DECK
    with pytest.raises(NotFoundError):
        shelf.deck("local", "tiny")
    with pytest.raises(NotFoundError):
        shelf.deck("ada", "tiny", version=version)
    assert store.add(DECK).deck.id == "tiny-2", "old interviews must not find a new deck"


def test_versions_go_when_the_interviews_on_them_have_gone(
    store: DeckStore, database: Database
) -> None:
    _, version, _ = store.add(DECK)
    sessions = SessionStore(database)
    for delete in (lambda: sessions.delete("s1"), sessions.delete_all):
        interview_on(DECK, database)
        changed = store.save(retitled(DECK, "Changed"), version=version)
        assert store.past("tiny", version) == DECK
        delete()
        with pytest.raises(NotFoundError):
            store.past("tiny", version)
        store.save(DECK, version=changed.version)


def test_a_shelf_shows_everybody_the_installations_decks_and_their_own(
    store: DeckStore, database: Database
) -> None:
    own = store.add(retitled(DECK, "Mine"))
    plugin = make_deck(make_question("quotas")).model_copy(update={"id": "of-a-package"})
    shelf = Shelf(OTHER, plugins=[plugin], own=lambda person: DeckStore(database, person))
    entries = shelf.entries("local")
    assert [(entry.id, entry.origin) for entry in entries] == [
        ("other", Origin.SHIPPED),
        ("of-a-package", Origin.PLUGIN),
        ("tiny", Origin.OWN),
    ]
    assert entries[2].changed_at == own.changed_at
    assert [entry.id for entry in shelf.entries("ada")] == ["other", "of-a-package"]
    assert shelf.deck("local", "tiny") == own.deck
    assert shelf.deck("ada").id == "other"


def test_an_own_deck_comes_before_an_installed_one_of_the_same_id(
    store: DeckStore, database: Database
) -> None:
    store.add(retitled(OTHER, "Mine"))
    shelf = Shelf(OTHER, own=lambda person: DeckStore(database, person))
    assert shelf.deck("local", "other").title == "Mine"
    assert shelf.deck("ada", "other").title == OTHER.title
