import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from builders import NOON, make_deck, make_grade
from sqlalchemy import create_engine, text

from viva.domain import Contest, Mode, Session, Verdict
from viva.errors import ConflictError, InputError, NotFoundError, SettingsError, StorageError
from viva.events import AnswerGiven, Contested, Graded, HintTaken, NextAsked
from viva.interview import advance, start_session
from viva.storage import Database, SessionStore
from viva.storage.tables import Base

DECK = make_deck()
OLD_DATABASE = """
CREATE TABLE sessions (
  id VARCHAR NOT NULL, revision INTEGER NOT NULL, phase VARCHAR NOT NULL,
  updated_at DATETIME NOT NULL, state JSON NOT NULL, PRIMARY KEY (id));
CREATE TABLE turns (
  session_id VARCHAR NOT NULL, position INTEGER NOT NULL, question_id VARCHAR NOT NULL,
  state JSON NOT NULL, PRIMARY KEY (session_id, position),
  FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE);
CREATE INDEX ix_sessions_phase ON sessions (phase);
CREATE INDEX ix_sessions_updated_at ON sessions (updated_at);
CREATE INDEX ix_turns_question_id ON turns (question_id);
INSERT INTO sessions VALUES ('s1', 2, 'review', '2026-01-05 12:00:00.000000',
  '{"id": "s1", "deck_id": "tiny", "mode": "coach", "plan": ["caching"], "phase": "review",
    "started_at": "2026-01-05T12:00:00Z", "ended_at": null, "seconds_per_question": null,
    "grader": "", "usage": [], "revision": 2}');
INSERT INTO turns VALUES ('s1', 0, 'caching',
  '{"question_id": "caching", "asked_at": "2026-01-05T12:00:00Z", "answer": "Cache it.",
    "answered_at": "2026-01-05T12:00:00Z", "follow_up": null, "first_grade": null,
    "grade": {"question_id": "caching", "bullets": [
      {"bullet_id": "b1", "verdict": "missing", "confidence": 0.9, "evidence": [], "reason": ""},
      {"bullet_id": "b2", "verdict": "missing", "confidence": 0.4, "evidence": [], "reason": ""},
      {"bullet_id": "b3", "verdict": "missing", "confidence": 0.9, "evidence": [], "reason": ""}],
      "score": {"points": 0, "possible": 3, "hint_cost": 0, "complete": true, "value": 0},
      "grader": {"name": "local", "version": "1.2", "fingerprint": "f"}, "related": [],
      "notice": "", "usage": []},
    "hints": [], "skipped": false, "peeked": false, "reactions": [""], "comment": "",
    "model_answer": "", "exchanges": [], "notice": ""}');
"""
"""What version 0.1.0 wrote, and the one after it."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'deep' / 'viva.db'}"


@contextmanager
def opened(url: str, person: str = "local") -> Iterator[SessionStore]:
    database = Database(url)
    yield SessionStore(database, person)
    database.close()


def new_session() -> Session:
    return start_session(
        session_id="s1", deck=DECK, plan=("caching", "drift"), mode=Mode.COACH, now=NOON
    )


def test_a_session_comes_back_as_it_was_after_the_process_is_gone(url: str) -> None:
    session = new_session()
    with opened(url) as store:
        store.add(session)
        for event in (
            HintTaken("b1"),
            AnswerGiven("Zwölf <b>Caches</b> \u2603\n"),
            Graded(make_grade(DECK.questions[0], "covered", "missing", "contradicted")),
        ):
            session = advance(session, event, deck=DECK, now=NOON)
            store.save(session)
    with opened(url) as again:
        assert again.load("s1") == session


def test_a_database_from_before_migrations_is_read_and_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old, old:
        old.executescript(OLD_DATABASE)
    with opened(f"sqlite:///{path}") as store:
        session = store.load("s1")
        assert session.turn.contests == ()
        assert list(store.contested("tiny")) == []
        contest = Contest(bullet_id="b2", verdict=Verdict.COVERED, quote="Cache it.")
        session = advance(session, Contested(0, contest), deck=DECK, now=NOON)
        store.save(session)
    with opened(f"sqlite:///{path}") as again:
        assert again.load("s1") == session
        assert list(again.contested("tiny")) == [session.turn]
        assert list(again.contested("other")) == []


def test_an_upgraded_database_has_the_tables_of_a_new_one(tmp_path: Path, url: str) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old, old:
        old.executescript(OLD_DATABASE)
    for each in (f"sqlite:///{path}", url):
        with opened(each):
            pass
        engine = create_engine(each)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, Base.metadata) == []
        engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    with opened(url):
        pass
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer version"):
        Database(url)
    with engine.connect() as connection:
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
        )
    engine.dispose()


def test_many_processes_may_open_a_new_database_at_once(url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        databases = list(pool.map(lambda _: Database(url), range(8)))
    SessionStore(databases[0]).add(new_session())
    assert SessionStore(databases[7]).load("s1") == new_session()
    for database in databases:
        database.close()


def test_nobody_sees_changes_or_deletes_the_sessions_of_another(url: str) -> None:
    with opened(url) as mine, opened(url, "somebody-else") as theirs:
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


def test_a_deleted_session_leaves_nothing_behind(url: str) -> None:
    with opened(url) as store:
        store.add(new_session())
        store.delete("s1")
        assert list(store.history()) == []
        with pytest.raises(NotFoundError):
            store.load("s1")
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM turns")).scalar() == 0
    engine.dispose()


def test_history_tells_where_each_turn_was(url: str) -> None:
    with opened(url) as store:
        store.add(new_session())
        [past] = store.history("tiny")
        assert (past.session_id, past.position, past.deck_id) == ("s1", 0, "tiny")
        assert past.turn == new_session().turn
        assert list(store.history("other")) == []


def test_two_windows_cannot_overwrite_each_other(url: str) -> None:
    with opened(url) as store:
        session = new_session()
        store.add(session)
        one = advance(session, AnswerGiven("from the first window"), deck=DECK, now=NOON)
        two = advance(session, AnswerGiven("from the second window"), deck=DECK, now=NOON)
        store.save(one)
        with pytest.raises(ConflictError, match="another window"):
            store.save(two)
        assert store.load("s1").turn.answer == "from the first window"


def test_an_unknown_session_is_not_found(url: str) -> None:
    with opened(url) as store, pytest.raises(NotFoundError):
        store.load("nope")


def test_a_url_that_makes_no_sense_is_a_setting_to_mend() -> None:
    with pytest.raises(SettingsError, match="VIVA_DATABASE_URL"):
        Database("not a url")


def test_a_file_that_is_no_database_is_reported_in_words(tmp_path: Path) -> None:
    path = tmp_path / "viva.db"
    path.write_text("this is a letter to my grandmother, not a database" * 20, encoding="utf-8")
    with pytest.raises(StorageError, match=r"viva\.db"):
        Database(f"sqlite:///{path}")


def test_the_latest_sessions_come_first(url: str) -> None:
    with opened(url) as store:
        for name in ("a", "b"):
            store.add(new_session().model_copy(update={"id": name}))
        store.save(advance(store.load("a"), AnswerGiven("x"), deck=DECK, now=NOON))
        assert store.latest() == ["a", "b"]


def test_all_sessions_come_whole_the_latest_changed_first(url: str) -> None:
    first, second = (new_session().model_copy(update={"id": name}) for name in ("aa1", "ab2"))
    with opened(url) as store:
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


def test_a_session_is_found_by_the_start_of_its_id(url: str) -> None:
    with opened(url) as store:
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
