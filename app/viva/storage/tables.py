"""The tables; ``migrations`` brings an older database to them."""

from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

LOCAL_PERSON = "local"
"""Id of the person who practises where nobody has made a profile; always there."""


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC: SQLite forgets the time zone, and this gives it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC, for the database."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as it was stored, aware."""
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


class Base(DeclarativeBase):
    """All tables, with names for their constraints so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class PersonRow(Base):
    """Somebody who practises."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    """As they wrote it."""
    key: Mapped[str] = mapped_column(unique=True)
    """The name as it is compared: without regard to case."""
    password_hash: Mapped[str | None]
    """None for a profile without a password."""
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class SignInRow(Base):
    """A browser that has signed in."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    """The token itself is only in the browser's cookie."""
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class AttemptsRow(Base):
    """How often something that is limited was tried."""

    __tablename__ = "attempts"

    kind_hash: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    """When it is counted from nothing again."""


class DeckRow(Base):
    """A person's own deck, in the format of corpus/."""

    __tablename__ = "decks"

    person_id: Mapped[str] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    deck_id: Mapped[str] = mapped_column(primary_key=True)
    yaml: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class DeckVersionRow(Base):
    """A version of a person's own deck that interviews were held on, and that is no longer it."""

    __tablename__ = "deck_versions"

    person_id: Mapped[str] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    deck_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    """Hash of its content, as sessions name it."""
    yaml: Mapped[str]


class SessionRow(Base):
    """One interview; ``state`` is the session without its turns."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    deck_id: Mapped[str] = mapped_column(index=True)
    revision: Mapped[int]
    phase: Mapped[str] = mapped_column(index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
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


class RecordingRow(Base):
    """A spoken answer that its speaker chose to keep."""

    __tablename__ = "recordings"

    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    part: Mapped[int]
    """0 for the answer, 1 for the follow-up's."""
    media_type: Mapped[str]
    seconds: Mapped[float]
    audio: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
