"""Sessions in a database, written at every step.

Two tables: ``sessions`` holds what does not change and where the interview stands; ``turns`` holds
a row a question, so that answers can be looked up without reading whole sessions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import JSON, CursorResult, ForeignKey, create_engine, delete, select, update
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm import Session as DatabaseSession

from viva.domain import Session, Turn
from viva.errors import ConflictError, NotFoundError, SettingsError, StorageError

Stored = TypeVar("Stored", Session, Turn)


class Base(DeclarativeBase):
    """The tables of this module."""


class SessionRow(Base):
    """One interview; ``state`` is the session without its turns."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    phase: Mapped[str] = mapped_column(index=True)
    updated_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[dict[str, object]] = mapped_column(JSON)


class TurnRow(Base):
    """One question of an interview; ``state`` is the turn."""

    __tablename__ = "turns"

    session_id: Mapped[str] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(index=True)
    state: Mapped[dict[str, object]] = mapped_column(JSON)


class SessionStore:
    """Reads and writes sessions.

    Args:
        url: A SQLAlchemy URL. A SQLite file and its folder are made if absent.

    Raises:
        SettingsError: If the URL cannot be understood.
        StorageError: If the database cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self._engine = _open_engine(url)
        with self._errors():
            Base.metadata.create_all(self._engine)

    def close(self) -> None:
        """Release the database's connections."""
        self._engine.dispose()

    def add(self, session: Session) -> None:
        """Store a new session.

        Raises:
            StorageError: If the database cannot be written.
        """
        with self._errors(), DatabaseSession(self._engine) as database, database.begin():
            row = SessionRow(id=session.id, **_session_columns(session))
            database.add(row)
            database.flush()
            database.add_all(_turn_rows(session))

    def save(self, session: Session) -> None:
        """Store the next revision of a session, whole or not at all.

        Raises:
            ConflictError: If the stored revision is not the one right before this one.
            StorageError: If the database cannot be written.
        """
        with self._errors(), DatabaseSession(self._engine) as database, database.begin():
            moved = database.execute(
                update(SessionRow)
                .where(SessionRow.id == session.id, SessionRow.revision == session.revision - 1)
                .values(**_session_columns(session))
            )
            assert isinstance(moved, CursorResult)
            if moved.rowcount != 1:
                raise ConflictError(
                    "This interview was changed in another window.",
                    hint="Reload the page to see where it stands.",
                )
            database.execute(delete(TurnRow).where(TurnRow.session_id == session.id))
            database.add_all(_turn_rows(session))

    def load(self, session_id: str) -> Session:
        """Return a stored session.

        Raises:
            NotFoundError: If there is none with this id.
            StorageError: If the database cannot be read.
        """
        with self._errors(), DatabaseSession(self._engine) as database:
            row = database.get(SessionRow, session_id)
            if row is None:
                raise NotFoundError(
                    "There is no such interview.", hint="Start a new one; it may have been deleted."
                )
            turns = database.scalars(
                select(TurnRow).where(TurnRow.session_id == session_id).order_by(TurnRow.position)
            )
            return _read(Session, {**row.state, "turns": [turn.state for turn in turns]})

    def latest(self, *, limit: int = 20) -> list[str]:
        """Return the ids of the sessions that changed last, newest first."""
        with self._errors(), DatabaseSession(self._engine) as database:
            newest = select(SessionRow.id).order_by(SessionRow.updated_at.desc()).limit(limit)
            return list(database.scalars(newest))

    def contested(self, deck_id: str) -> Iterator[Turn]:
        """Yield the turns of a deck's interviews with contested verdicts, the latest first.

        Raises:
            StorageError: If the database cannot be read.
        """
        wanted = (
            select(TurnRow.state)
            .join(SessionRow, SessionRow.id == TurnRow.session_id)
            .where(SessionRow.state["deck_id"].as_string() == deck_id)
            .order_by(SessionRow.updated_at.desc(), TurnRow.position)
        )
        with self._errors(), DatabaseSession(self._engine) as database:
            for state in database.scalars(wanted.execution_options(yield_per=100)):
                if state.get("contests"):  # absent from what older versions stored
                    yield _read(Turn, state)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StorageError(
                f"The database {self._engine.url.render_as_string(hide_password=True)} "
                f"did not answer: {cause}.",
                hint="Check that it exists, can be written and has room.",
            ) from error


def _open_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        return create_engine(parsed)
    except (ArgumentError, ImportError) as error:
        raise SettingsError(
            f"VIVA_DATABASE_URL cannot be used: {error}.",
            hint="Give a SQLAlchemy URL, such as sqlite:////home/me/viva.db.",
        ) from error
    except OSError as error:
        raise StorageError(
            f"The database's folder cannot be made: {error}.", hint="Set VIVA_HOME elsewhere."
        ) from error


def _read(kind: type[Stored], state: dict[str, object]) -> Stored:
    try:
        return kind.model_validate(state)
    except ValidationError as error:
        raise StorageError(
            "A stored interview cannot be read by this version.", hint="Start a new interview."
        ) from error


def _session_columns(session: Session) -> dict[str, object]:
    return {
        "revision": session.revision,
        "phase": session.phase.value,
        "updated_at": datetime.now(UTC),
        "state": session.model_dump(mode="json", exclude={"turns"}),
    }


def _turn_rows(session: Session) -> list[TurnRow]:
    def row(position: int, turn: Turn) -> TurnRow:
        return TurnRow(
            session_id=session.id,
            position=position,
            question_id=turn.question_id,
            state=turn.model_dump(mode="json"),
        )

    return [row(position, turn) for position, turn in enumerate(session.turns)]
