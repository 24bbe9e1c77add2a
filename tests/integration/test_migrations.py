"""A database of every earlier schema is brought up to date, whoever opens it and however many."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from builders import NOON, make_deck
from databases import raw_engine
from sqlalchemy import Connection, Engine, inspect, select, text

from viva.domain import Contest, Verdict
from viva.errors import StorageError
from viva.events import Contested
from viva.interview import advance
from viva.storage import LOCAL_PERSON, Database, SessionStore
from viva.storage.tables import Base, SessionRow

DECK = make_deck()
WITHOUT_MIGRATIONS = """
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
"""
"""The tables of version 0.1.0 and the one after it; on PostgreSQL a DATETIME is a TIMESTAMP."""
SESSION = """
{"id": "s1", "deck_id": "tiny", "mode": "coach", "plan": ["caching"], "phase": "review",
    "started_at": "2026-01-05T12:00:00Z", "ended_at": null, "seconds_per_question": null,
    "grader": "", "usage": [], "revision": 2}
"""
TURN = """
{"question_id": "caching", "asked_at": "2026-01-05T12:00:00Z", "answer": "Cache it.",
    "answered_at": "2026-01-05T12:00:00Z", "follow_up": null, "first_grade": null,
    "grade": {"question_id": "caching", "bullets": [
      {"bullet_id": "b1", "verdict": "missing", "confidence": 0.9, "evidence": [], "reason": ""},
      {"bullet_id": "b2", "verdict": "missing", "confidence": 0.4, "evidence": [], "reason": ""},
      {"bullet_id": "b3", "verdict": "missing", "confidence": 0.9, "evidence": [], "reason": ""}],
      "score": {"points": 0, "possible": 3, "hint_cost": 0, "complete": true, "value": 0},
      "grader": {"name": "local", "version": "1.2", "fingerprint": "f"}, "related": [],
      "notice": "", "usage": []},
    "hints": [], "skipped": false, "peeked": false, "reactions": [""], "comment": "",
    "model_answer": "", "exchanges": [], "notice": ""}
"""
INSERTS = {
    "0001": (
        "INSERT INTO sessions (id, revision, phase, updated_at, state) "
        "VALUES ('s1', 2, 'review', '2026-01-05 12:00:00', :session)",
        "INSERT INTO turns (session_id, position, question_id, state) "
        "VALUES ('s1', 0, 'caching', :turn)",
    ),
    "0002": (
        "INSERT INTO sessions (id, person_id, deck_id, revision, phase, updated_at, state) "
        "VALUES ('s1', 'local', 'tiny', 2, 'review', '2026-01-05 12:00:00+00:00', :session)",
        "INSERT INTO turns (session_id, position, question_id, state) "
        "VALUES ('s1', 0, 'caching', :turn)",
    ),
}
"""How an interview was written from a revision on."""


def migrations(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "viva.storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


REVISIONS = sorted(
    script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()
)


@contextmanager
def opened(url: str) -> Iterator[SessionStore]:
    database = Database(url)
    yield SessionStore(database)
    database.close()


def make_tables_without_migrations(connection: Connection) -> None:
    tables = WITHOUT_MIGRATIONS
    if connection.dialect.name == "postgresql":
        tables = tables.replace("DATETIME", "TIMESTAMP")
    for statement in tables.strip().rstrip(";").split(";"):
        connection.execute(text(statement))


def write_interview(connection: Connection, revision: str) -> None:
    newest = max(known for known in INSERTS if known <= revision)
    for statement in INSERTS[newest]:
        # As a literal of no type: a parameter would be a text, and the column is JSON.
        said = statement.replace(":session", f"'{SESSION}'").replace(":turn", f"'{TURN}'")
        connection.exec_driver_sql(said)


@pytest.mark.parametrize("revision", ["without migrations", *REVISIONS])
def test_a_database_of_every_earlier_schema_is_read_and_gone_on_with(
    database_url: str, revision: str
) -> None:
    with raw_engine(database_url) as engine:
        with engine.begin() as connection:
            if revision == "without migrations":
                make_tables_without_migrations(connection)
                write_interview(connection, "0001")
            else:
                command.upgrade(migrations(connection), revision)
                write_interview(connection, revision)
        with opened(database_url) as store:
            session = store.load("s1")
            assert session.turn.answer == "Cache it."
            assert session.turn.contests == ()
            assert [past.deck_id for past in store.history()] == ["tiny"]
            contest = Contest(bullet_id="b2", verdict=Verdict.COVERED, quote="Cache it.")
            session = advance(session, Contested(0, contest), deck=DECK, now=NOON)
            assert changed_at(engine) == datetime(2026, 1, 5, 12, tzinfo=UTC)
            store.save(session)
        with opened(database_url) as again:
            assert again.load("s1") == session
            assert list(again.contested("tiny")) == [session.turn]
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, Base.metadata) == []


def changed_at(engine: Engine) -> datetime:
    with engine.connect() as connection:
        at = connection.execute(select(SessionRow.updated_at)).scalar_one()
        assert isinstance(at, datetime)
        return at


def test_a_new_database_has_the_tables_that_the_code_reads(database_url: str) -> None:
    Database(database_url).close()
    with raw_engine(database_url) as engine, engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    Database(database_url).close()
    with raw_engine(database_url) as engine:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(StorageError, match="newer version"):
            Database(database_url)
        with engine.connect() as connection:
            at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            assert at == "9999"


def test_an_upgrade_that_fails_changes_nothing(database_url: str) -> None:
    with raw_engine(database_url) as engine:
        with engine.begin() as connection:
            make_tables_without_migrations(connection)
            write_interview(connection, "0001")
            connection.execute(text("CREATE TABLE deck_versions (mine INTEGER)"))  # in the way
        with pytest.raises(StorageError):
            Database(database_url)
        with engine.begin() as connection:
            tables = inspect(connection).get_table_names()
            assert set(tables) == {"sessions", "turns", "deck_versions"}
            connection.execute(text("DROP TABLE deck_versions"))
        with opened(database_url) as store:
            assert store.load("s1").turn.answer == "Cache it."


def test_many_processes_may_bring_a_database_up_to_date_at_once(database_url: str) -> None:
    with raw_engine(database_url) as engine:
        with engine.begin() as connection:
            make_tables_without_migrations(connection)
            write_interview(connection, "0001")
        opening = (
            "import sys\n"
            "from viva.storage import Database\n"
            "print('ready', flush=True)\n"
            "sys.stdin.readline()\n"
            "Database(sys.argv[1]).close()\n"
        )
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", opening, database_url],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        for process in processes:  # all wait at the same door
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            _, said = process.communicate(timeout=60)
            assert process.returncode == 0, said
        with opened(database_url) as store:
            assert store.load("s1").turn.answer == "Cache it."
        with engine.connect() as connection:
            people = connection.execute(text("SELECT id FROM people")).scalars().all()
            assert people == [LOCAL_PERSON]
