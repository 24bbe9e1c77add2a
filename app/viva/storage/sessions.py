"""Sessions of one person, written at every step."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple, TypeVar

from pydantic import ValidationError
from sqlalchemy import CursorResult, delete, func, select, update

from viva.domain import Mode, Phase, Session, Turn
from viva.errors import ConflictError, InputError, NotFoundError, StorageError
from viva.storage.database import Database
from viva.storage.decks import forget_unused_versions
from viva.storage.recordings import RecordingStore
from viva.storage.tables import LOCAL_PERSON, RecordingRow, SessionRow, TurnRow

Stored = TypeVar("Stored", Session, Turn)


class PastTurn(NamedTuple):
    """A question that was asked, with the interview it was asked in."""

    session_id: str
    position: int
    deck_id: str
    turn: Turn


class DeckVersion(NamedTuple):
    """A deck as it was when a session was started on it."""

    deck_id: str
    version: str
    """Hash of its content; empty if that was not stored."""


class SessionStore:
    """Reads and writes the sessions of one person; another's are not there.

    Args:
        database: Where they are.
        person: Id of the person.
    """

    def __init__(self, database: Database, person: str = LOCAL_PERSON) -> None:
        self.database = database
        self.person = person

    @property
    def recordings(self) -> RecordingStore:
        """The recordings of the same person."""
        return RecordingStore(self.database, self.person)

    def add(self, session: Session) -> None:
        """Store a new session.

        Raises:
            StorageError: If the database cannot be written.
        """
        with self.database.begin() as database:
            row = SessionRow(id=session.id, person_id=self.person, **_session_columns(session))
            database.add(row)
            database.flush()
            database.add_all(_turn_rows(session))

    def save(self, session: Session) -> None:
        """Store the next revision of a session, whole or not at all.

        Raises:
            ConflictError: If the stored revision is not the one right before this one.
            StorageError: If the database cannot be written.
        """
        with self.database.begin() as database:
            moved = database.execute(
                update(SessionRow)
                .where(
                    SessionRow.id == session.id,
                    SessionRow.person_id == self.person,
                    SessionRow.revision == session.revision - 1,
                )
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
            NotFoundError: If this person has none with this id.
            StorageError: If the database cannot be read.
        """
        with self.database.begin() as database:
            row = database.get(SessionRow, session_id)
            if row is None or row.person_id != self.person:
                raise NotFoundError(
                    "There is no such interview.", hint="Start a new one; it may have been deleted."
                )
            turns = database.scalars(
                select(TurnRow).where(TurnRow.session_id == session_id).order_by(TurnRow.position)
            )
            return _read(Session, {**row.state, "turns": [turn.state for turn in turns]})

    def deck_of(self, session_id: str) -> DeckVersion:
        """Return which deck a session is on.

        Raises:
            NotFoundError: If this person has no session with this id.
            StorageError: If the database cannot be read.
        """
        own = (SessionRow.id == session_id) & (SessionRow.person_id == self.person)
        version = SessionRow.state["deck_version"].as_string()
        with self.database.begin() as database:
            found = database.execute(select(SessionRow.deck_id, version).where(own)).first()
        if found is None:
            raise NotFoundError(
                "There is no such interview.", hint="Start a new one; it may have been deleted."
            )
        return DeckVersion(found[0], found[1] or "")

    def find(self, start: str) -> Session:
        """Return the session whose id begins so.

        Raises:
            NotFoundError: If this person has none.
            InputError: If there are several.
            StorageError: If the database cannot be read.
        """
        wanted = (
            select(SessionRow.id)
            .where(SessionRow.person_id == self.person)
            .where(SessionRow.id.startswith(start, autoescape=True))
            .limit(2)
        )
        with self.database.begin() as database:
            found = list(database.scalars(wanted))
        if len(found) > 1:
            raise InputError(
                f"Several interviews begin like {start!r}.", hint="Give more of the id."
            )
        return self.load(found[0] if found and start else start)

    def latest(self, *, limit: int = 20) -> list[str]:
        """Return the ids of the sessions that changed last, newest first."""
        newest = select(SessionRow.id).where(SessionRow.person_id == self.person)
        with self.database.begin() as database:
            return list(
                database.scalars(newest.order_by(SessionRow.updated_at.desc()).limit(limit))
            )

    def all(self) -> Iterator[Session]:
        """Yield every session of this person, the latest changed one first.

        Raises:
            StorageError: If the database cannot be read.
        """
        wanted = (
            select(SessionRow.id, SessionRow.state, TurnRow.state)
            .join(TurnRow, TurnRow.session_id == SessionRow.id)
            .where(SessionRow.person_id == self.person)
            .order_by(SessionRow.updated_at.desc(), SessionRow.id, TurnRow.position)
        )
        with self.database.begin() as database:
            rows = database.execute(wanted.execution_options(yield_per=100))
            for _, of_session in groupby(rows, key=lambda row: row[0]):
                found = list(of_session)
                turns = [turn for _, _, turn in found]
                yield _read(Session, {**found[0][1], "turns": turns})

    def history(self, deck_id: str | None = None) -> Iterator[PastTurn]:
        """Yield the turns of this person's sessions, the latest changed session first.

        Those of an exam are left out while it goes on: its marks may not be told yet.

        Args:
            deck_id: Only those of one deck; None for all.

        Raises:
            StorageError: If the database cannot be read.
        """
        mode = SessionRow.state["mode"].as_string()
        wanted = (
            select(TurnRow.session_id, TurnRow.position, SessionRow.deck_id, TurnRow.state)
            .join(SessionRow, SessionRow.id == TurnRow.session_id)
            .where(SessionRow.person_id == self.person)
            .where((SessionRow.phase == Phase.ENDED.value) | (mode != Mode.EXAM.value))
            .order_by(SessionRow.updated_at.desc(), SessionRow.id, TurnRow.position)
        )
        if deck_id is not None:
            wanted = wanted.where(SessionRow.deck_id == deck_id)
        with self.database.begin() as database:
            for session_id, position, of_deck, state in database.execute(
                wanted.execution_options(yield_per=100)
            ):
                yield PastTurn(session_id, position, of_deck, _read(Turn, state))

    def contested(self, deck_id: str) -> Iterator[Turn]:
        """Yield the turns of a deck's interviews with contested verdicts, the latest first.

        Raises:
            StorageError: If the database cannot be read.
        """
        return (past.turn for past in self.history(deck_id) if past.turn.contests)

    def count_recordings(self, session_id: str | None = None) -> int:
        """Return how many recordings belong to one session of this person, or to all.

        Raises:
            StorageError: If the database cannot be read.
        """
        wanted = (
            select(func.count())
            .select_from(RecordingRow)
            .join(SessionRow, SessionRow.id == RecordingRow.session_id)
            .where(SessionRow.person_id == self.person)
        )
        if session_id is not None:
            wanted = wanted.where(SessionRow.id == session_id)
        with self.database.begin() as database:
            return database.scalar(wanted) or 0

    def delete(self, session_id: str) -> None:
        """Delete a session with all that belongs to it, recordings included.

        Raises:
            NotFoundError: If this person has none with this id.
            StorageError: If the database cannot be written.
        """
        chosen = (SessionRow.id == session_id) & (SessionRow.person_id == self.person)
        with self.database.begin() as database:
            gone = database.execute(delete(SessionRow).where(chosen))
            assert isinstance(gone, CursorResult)
            if gone.rowcount != 1:
                raise NotFoundError(
                    "There is no such interview.", hint="It may be deleted already."
                )
            forget_unused_versions(database, self.person)

    def delete_all(self) -> int:
        """Delete every session of this person and return how many there were.

        Raises:
            StorageError: If the database cannot be written.
        """
        with self.database.begin() as database:
            gone = database.execute(delete(SessionRow).where(SessionRow.person_id == self.person))
            assert isinstance(gone, CursorResult)
            forget_unused_versions(database, self.person)
            return gone.rowcount


def _read(kind: type[Stored], state: dict[str, object]) -> Stored:
    try:
        return kind.model_validate(state)
    except ValidationError as error:
        raise StorageError(
            "A stored interview cannot be read by this version.", hint="Start a new interview."
        ) from error


def _session_columns(session: Session) -> dict[str, object]:
    return {
        "deck_id": session.deck_id,
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
