"""Spoken answers that one person chose to keep."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, CursorResult, delete, select

from viva.errors import NotFoundError
from viva.storage.database import Database
from viva.storage.tables import LOCAL_PERSON, RecordingRow, SessionRow

_GONE = "There is no such recording."


class Recording(NamedTuple):
    """What is known of a recording without its sound."""

    id: str
    position: int
    """Of the turn in its session."""
    part: int
    """0 for the answer, 1 for the follow-up's."""
    seconds: float


class RecordingStore:
    """Reads and writes the recordings of one person; another's are not there.

    Args:
        database: Where they are.
        person: Id of the person.
    """

    def __init__(self, database: Database, person: str = LOCAL_PERSON) -> None:
        self._database = database
        self._own = RecordingRow.session_id.in_(
            select(SessionRow.id).where(SessionRow.person_id == person)
        )
        self._own_session = SessionRow.person_id == person

    def add(
        self,
        session_id: str,
        audio: bytes,
        *,
        position: int,
        part: int,
        seconds: float,
        media_type: str,
    ) -> str:
        """Keep a recording and return its id.

        Args:
            session_id: The interview it was spoken in.
            audio: The sound, in the format of ``media_type``.
            position: Of the turn in its session.
            part: 0 for the answer, 1 for the follow-up's.
            seconds: Its length.
            media_type: Such as ``audio/mpeg``.

        Raises:
            NotFoundError: If this person has no such session.
            StorageError: If the database cannot be written.
        """
        recording_id = uuid4().hex
        with self._database.begin() as database:
            owned = select(SessionRow.id).where(SessionRow.id == session_id, self._own_session)
            if database.scalar(owned) is None:
                raise NotFoundError(
                    "There is no such interview.", hint="It may have been deleted meanwhile."
                )
            database.add(
                RecordingRow(
                    id=recording_id,
                    session_id=session_id,
                    position=position,
                    part=part,
                    media_type=media_type,
                    seconds=seconds,
                    audio=audio,
                    created_at=datetime.now(UTC),
                )
            )
        return recording_id

    def of_session(self, session_id: str) -> tuple[Recording, ...]:
        """Return the recordings of a session in the order in which they were spoken.

        Raises:
            StorageError: If the database cannot be read.
        """
        wanted = (
            select(RecordingRow.id, RecordingRow.position, RecordingRow.part, RecordingRow.seconds)
            .where(RecordingRow.session_id == session_id, self._own)
            .order_by(RecordingRow.position, RecordingRow.part, RecordingRow.created_at)
        )
        with self._database.begin() as database:
            return tuple(Recording(*row) for row in database.execute(wanted))

    def load(self, recording_id: str) -> tuple[bytes, str]:
        """Return a recording's sound and its media type.

        Raises:
            NotFoundError: If this person has none with this id.
            StorageError: If the database cannot be read.
        """
        wanted = select(RecordingRow.audio, RecordingRow.media_type)
        with self._database.begin() as database:
            found = database.execute(
                wanted.where(RecordingRow.id == recording_id, self._own)
            ).one_or_none()
        if found is None:
            raise NotFoundError(_GONE, hint="It may have been deleted.")
        return found.audio, found.media_type

    def delete(self, recording_id: str) -> None:
        """Delete one recording.

        Raises:
            NotFoundError: If this person has none with this id.
            StorageError: If the database cannot be written.
        """
        if not self._delete(RecordingRow.id == recording_id):
            raise NotFoundError(_GONE, hint="It may be deleted already.")

    def delete_all(self) -> int:
        """Delete every recording of this person and return how many there were.

        Raises:
            StorageError: If the database cannot be written.
        """
        return self._delete(self._own)

    def _delete(self, chosen: ColumnElement[bool]) -> int:
        with self._database.begin() as database:
            gone = database.execute(delete(RecordingRow).where(chosen, self._own))
            assert isinstance(gone, CursorResult)
            return gone.rowcount
