"""Opens the database, brings it up to date, and turns its errors into ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, event, inspect, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session as DatabaseSession

from viva.errors import SettingsError, StorageError, first_line

_FIRST = "0001"
"""The schema of databases that are older than migrations."""
_LOCK = 0x56495641
"""Key of PostgreSQL's lock around migrations: any number that nobody else here uses."""
_PATIENCE = 30
"""Longest wait for another process that writes to the same SQLite file, in seconds."""


class Database:
    """An open database, up to date.

    Any number of processes may open the same one at once; the first brings it up to date while
    the others wait.

    Args:
        url: A SQLAlchemy URL. A SQLite file and its folder are made if absent.

    Raises:
        SettingsError: If the URL cannot be understood.
        StorageError: If the database cannot be opened, or a newer Viva wrote it.
    """

    def __init__(self, url: str) -> None:
        self._url = _parse(url)
        self._engine = _open_engine(self._url)
        with self._errors():
            self._migrate()

    def close(self) -> None:
        """Release the database's connections."""
        self._engine.dispose()

    @contextmanager
    def begin(self) -> Iterator[DatabaseSession]:
        """Open a transaction: committed at the end, undone by an error.

        Raises:
            StorageError: If the database does not do what is asked of it.
        """
        with self._errors(), DatabaseSession(self._engine) as session, session.begin():
            yield session

    def _migrate(self) -> None:
        # A connection of its own: SQLite's foreign keys must be off while tables are rebuilt.
        engine = create_engine(self._url, poolclass=NullPool, **_connect_arguments(self._url))
        if self._url.get_backend_name() == "sqlite":
            _lock_from_the_start(engine)
        with engine.begin() as connection:
            if self._url.get_backend_name() == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            self._upgrade(connection)
        engine.dispose()

    def _upgrade(self, connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", "viva.storage:migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        tables = inspect(connection).get_table_names()
        if "alembic_version" in tables:
            at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            known = {
                script.revision for script in ScriptDirectory.from_config(config).walk_revisions()
            }
            if at not in known:
                raise StorageError(
                    "The database was written by a newer version of Viva.",
                    hint="Install that version, or set VIVA_DATABASE_URL to another database.",
                )
        elif "sessions" in tables:
            command.stamp(config, _FIRST)
        command.upgrade(config, "head")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = first_line(getattr(error, "orig", None) or error)
            raise StorageError(
                f"The database {self._url.render_as_string(hide_password=True)} "
                f"did not answer: {cause}.",
                hint="Check that it exists, can be written and has room.",
            ) from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _useless(first_line(error)) from error
    if parsed.get_backend_name() not in {"postgresql", "sqlite"}:
        raise _useless("only SQLite and PostgreSQL are supported")
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise _useless("a database in memory forgets everything")
    if parsed.drivername == "postgresql":  # the driver that the extra 'postgres' installs
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed


def _open_engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, pool_pre_ping=True, **_connect_arguments(url))
    except (ArgumentError, ImportError) as error:
        raise _useless(first_line(error)) from error
    except OSError as error:
        raise StorageError(
            f"The database's folder cannot be made: {error}.", hint="Set VIVA_HOME elsewhere."
        ) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _useless(why: str) -> SettingsError:
    return SettingsError(
        f"VIVA_DATABASE_URL cannot be used: {why}.",
        hint="Give a SQLAlchemy URL, such as sqlite:////home/me/viva.db; PostgreSQL's need the "
        "driver: pip install 'viva-interview[postgres]'.",
    )


def _connect_arguments(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": _PATIENCE}}
    return {}


def _set_up_sqlite(connection: Any, _: object) -> None:
    # Foreign keys are off by default; write-ahead lets people read while somebody writes.
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")


def _lock_from_the_start(engine: Engine) -> None:
    """Let a SQLite transaction hold the write lock from its begin, changes of tables included.

    As in SQLAlchemy's documentation, 'SQLite: Serializable isolation / Savepoints / Transactional
    DDL': the driver's own begin comes too late for both.
    """

    def leave_begin_to_us(connection: Any, _: object) -> None:
        connection.isolation_level = None

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", leave_begin_to_us)
    event.listen(engine, "begin", begin)
