"""Browsers that have signed in: each holds a token, and only the token's hash is kept here."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from viva.storage.database import Database
from viva.storage.tables import SignInRow

LASTS = timedelta(days=30)
"""How long a sign-in holds."""


class SignInStore:
    """Opens and closes sign-ins.

    Args:
        database: Where they are.
        clock: Tells the time, in UTC.
    """

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._clock = clock

    def open(self, person_id: str) -> str:
        """Sign a browser in and return its token; forgets sign-ins that have run out."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._database.begin() as database:
            database.execute(delete(SignInRow).where(SignInRow.expires_at <= now))
            database.add(
                SignInRow(token_hash=_hash(token), person_id=person_id, expires_at=now + LASTS)
            )
        return token

    def person_id(self, token: str) -> str | None:
        """Return whose browser holds a token, or None if it is not good (any more)."""
        with self._database.begin() as database:
            return database.scalar(
                select(SignInRow.person_id).where(
                    SignInRow.token_hash == _hash(token), SignInRow.expires_at > self._clock()
                )
            )

    def close(self, token: str) -> None:
        """Sign one browser out."""
        with self._database.begin() as database:
            database.execute(delete(SignInRow).where(SignInRow.token_hash == _hash(token)))

    def close_all(self, person_id: str) -> None:
        """Sign somebody out everywhere."""
        with self._database.begin() as database:
            database.execute(delete(SignInRow).where(SignInRow.person_id == person_id))


def _hash(token: str) -> str:
    # Plain SHA-256 is enough: a token of 256 random bits cannot be guessed as a password can.
    return hashlib.sha256(token.encode()).hexdigest()
