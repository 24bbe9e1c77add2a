from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from builders import NOON, make_deck, make_grade
from databases import raw_engine
from sqlalchemy import Engine, func, select, text

from viva.domain import Mode, Session
from viva.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    SettingsError,
    StorageError,
    TooManyAttempts,
)
from viva.events import AnswerGiven, Graded, HintTaken, NextAsked
from viva.interview import advance, start_session
from viva.storage import AttemptStore, Database, PeopleStore, SessionStore, SignInStore
from viva.storage.tables import Base

DECK = make_deck()


@contextmanager
def opened(url: str, person: str = "local") -> Iterator[SessionStore]:
    database = Database(url)
    yield SessionStore(database, person)
    database.close()


def new_session() -> Session:
    return start_session(
        session_id="s1", deck=DECK, plan=("caching", "drift"), mode=Mode.COACH, now=NOON
    )


def test_a_session_comes_back_as_it_was_after_the_process_is_gone(database_url: str) -> None:
    session = new_session()
    with opened(database_url) as store:
        store.add(session)
        for event in (
            HintTaken("b1"),
            AnswerGiven("Zwölf <b>Caches</b> \u2603\n"),
            Graded(make_grade(DECK.questions[0], "covered", "missing", "contradicted")),
        ):
            session = advance(session, event, deck=DECK, now=NOON)
            store.save(session)
    with opened(database_url) as again:
        assert again.load("s1") == session


def test_nobody_sees_changes_or_deletes_the_sessions_of_another(database_url: str) -> None:
    with opened(database_url) as mine, opened(database_url, "somebody-else") as theirs:
        mine.add(new_session())
        assert theirs.latest() == []
        assert list(theirs.history()) == []
        assert theirs.delete_all() == 0
        with pytest.raises(NotFoundError):
            theirs.load("s1")
        with pytest.raises(NotFoundError):
            theirs.delete("s1")
        with pytest.raises(ConflictError):
            theirs.save(advance(new_session(), AnswerGiven("x"), deck=DECK, now=NOON))
        assert mine.load("s1") == new_session()


def test_a_deleted_session_leaves_nothing_behind(database_url: str) -> None:
    with opened(database_url) as store:
        store.add(new_session())
        store.delete("s1")
        assert list(store.history()) == []
        with pytest.raises(NotFoundError):
            store.load("s1")
    with raw_engine(database_url) as engine, engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM turns")).scalar() == 0


def test_history_tells_where_each_turn_was(database_url: str) -> None:
    with opened(database_url) as store:
        store.add(new_session())
        [past] = store.history("tiny")
        assert (past.session_id, past.position, past.deck_id) == ("s1", 0, "tiny")
        assert past.turn == new_session().turn
        assert list(store.history("other")) == []


def test_two_windows_cannot_overwrite_each_other(database_url: str) -> None:
    with opened(database_url) as store:
        session = new_session()
        store.add(session)
        one = advance(session, AnswerGiven("from the first window"), deck=DECK, now=NOON)
        two = advance(session, AnswerGiven("from the second window"), deck=DECK, now=NOON)
        store.save(one)
        with pytest.raises(ConflictError, match="another window"):
            store.save(two)
        assert store.load("s1").turn.answer == "from the first window"


def test_many_windows_at_once_cannot_overwrite_each_other(database_url: str) -> None:
    with opened(database_url) as store:
        session = new_session()
        store.add(session)

        def send(number: int) -> bool:
            given = advance(session, AnswerGiven(f"answer {number}"), deck=DECK, now=NOON)
            try:
                store.save(given)
            except ConflictError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            taken = list(pool.map(send, range(8)))
        assert taken.count(True) == 1
        assert store.load("s1").turn.answer == f"answer {taken.index(True)}"
        assert len(list(store.history())) == 1


def test_of_many_guesses_at_once_only_the_allowed_are_let_through(database_url: str) -> None:
    database = Database(database_url)
    attempts = AttemptStore(database)

    def guess(_: int) -> bool:
        try:
            attempts.count({"name": 5, "address": 100})
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(guess, range(16))).count(True) == 5
    attempts.withdraw({"name": 5, "address": 100})
    assert not guess(0)
    database.close()


def test_a_name_is_given_once_whoever_asks_at_the_same_time(database_url: str) -> None:
    database = Database(database_url)
    people = PeopleStore(database)

    def add(_: int) -> bool:
        try:
            people.add("Ada")
        except InputError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(add, range(4))).count(True) == 1
    assert people.find("ADA").name == "Ada"
    database.close()


def test_a_deleted_person_leaves_nothing_behind(database_url: str) -> None:
    with raw_engine(database_url) as engine:
        with opened(database_url) as mine:
            mine.add(new_session())
            database = Database(database_url)
            person = PeopleStore(database).add("Ada")
            theirs = SessionStore(database, person.id)
            theirs.add(new_session().model_copy(update={"id": "s2"}))
            fill_every_table(engine, person.id, "s2")
            token = SignInStore(database).open(person.id)
            assert SignInStore(database).person_id(token) == person.id
            PeopleStore(database).delete(person.id)
            assert SignInStore(database).person_id(token) is None
            database.close()
            assert mine.load("s1") == new_session()
        with engine.connect() as connection:
            left = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar()
                for table in Base.metadata.sorted_tables
            }
    assert left == {name: {"people": 1, "sessions": 1, "turns": 1}.get(name, 0) for name in left}


def fill_every_table(engine: Engine, person_id: str, session_id: str) -> None:
    """Give a person a row in every table that has none of theirs yet."""
    owners: dict[str, object] = {"person_id": person_id, "session_id": session_id}
    samples: dict[type, object] = {str: "x", int: 1, float: 1.0, bytes: b"x"}
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in {"people", "attempts", "sessions", "turns"}:
                continue
            assert owners.keys() & table.columns.keys(), f"whose are the rows of {table}?"
            row = {
                column.name: owners.get(column.name, samples.get(column.type.python_type, NOON))
                for column in table.columns
            }
            connection.execute(table.insert().values(row))


def test_an_unknown_session_is_not_found(database_url: str) -> None:
    with opened(database_url) as store, pytest.raises(NotFoundError):
        store.load("nope")


@pytest.mark.parametrize("url", ["not a url", "sqlite://", "sqlite:///:memory:", "mysql://db/viva"])
def test_a_url_that_cannot_be_used_is_a_setting_to_mend(url: str) -> None:
    with pytest.raises(SettingsError, match="VIVA_DATABASE_URL"):
        Database(url)


def test_a_file_that_is_no_database_is_reported_in_words(tmp_path: Path) -> None:
    path = tmp_path / "viva.db"
    path.write_text("this is a letter to my grandmother, not a database" * 20, encoding="utf-8")
    with pytest.raises(StorageError, match=r"viva\.db"):
        Database(f"sqlite:///{path}")


def test_the_latest_sessions_come_first(database_url: str) -> None:
    with opened(database_url) as store:
        for name in ("a", "b"):
            store.add(new_session().model_copy(update={"id": name}))
        store.save(advance(store.load("a"), AnswerGiven("x"), deck=DECK, now=NOON))
        assert store.latest() == ["a", "b"]


def test_all_sessions_come_whole_the_latest_changed_first(database_url: str) -> None:
    first, second = (new_session().model_copy(update={"id": name}) for name in ("aa1", "ab2"))
    with opened(database_url) as store:
        store.add(first)
        store.add(second)
        answered = advance(first, AnswerGiven("Cache."), deck=DECK, now=NOON)
        graded = advance(
            answered,
            Graded(make_grade(DECK.questions[0], "covered", "covered", "covered")),
            deck=DECK,
            now=NOON,
        )
        moved = advance(graded, NextAsked(), deck=DECK, now=NOON)
        for session in (answered, graded, moved):
            store.save(session)
        assert list(store.all()) == [moved, second]
        assert len(moved.turns) == 2
        assert list(SessionStore(store.database, "ada").all()) == []


def test_a_session_is_found_by_the_start_of_its_id(database_url: str) -> None:
    with opened(database_url) as store:
        for name in ("aa1", "ab2", "a%3"):
            store.add(new_session().model_copy(update={"id": name}))
        assert store.find("ab").id == "ab2"
        assert store.find("a%").id == "a%3"
        with pytest.raises(InputError, match="Several"):
            store.find("a")
        for start in ("b", "%", "ab2x"):
            with pytest.raises(NotFoundError):
                store.find(start)
        with pytest.raises(NotFoundError):
            SessionStore(store.database, "ada").find("ab")
        for name in ("aa1", "a%3"):
            store.delete(name)
        with pytest.raises(NotFoundError):
            store.find("")
