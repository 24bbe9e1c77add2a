"""Counts attempts at passwords, so that all processes over one database slow a guesser together."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from viva.errors import TooManyAttempts
from viva.storage.database import Database
from viva.storage.tables import AttemptsRow

WINDOW = timedelta(minutes=15)
"""How long attempts count, from the first on."""


class AttemptStore:
    """Counts attempts of a kind and refuses those beyond a limit.

    Args:
        database: Where the counts are.
        clock: Tells the time, in UTC.
    """

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._clock = clock

    def count(self, limits: Mapping[str, int]) -> None:
        """Count an attempt under each of its kinds.

        It is counted before its outcome is known, or many at once would all come in time.

        Args:
            limits: Most attempts within ``WINDOW``, by kind.

        Raises:
            TooManyAttempts: If one of the kinds is beyond its limit; says for how long.
        """
        now = self._clock()
        with self._database.begin() as database:
            database.execute(delete(AttemptsRow).where(AttemptsRow.ends_at <= now))
            dialect = database.get_bind().dialect.name
            insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
            ends = []
            for kind in sorted(limits):  # always in one order, so that nobody waits in a circle
                row = {"kind_hash": _hash(kind), "tries": 1, "ends_at": now + WINDOW}
                found = database.execute(
                    insert(AttemptsRow)
                    .values(row)
                    .on_conflict_do_update(
                        index_elements=[AttemptsRow.kind_hash],
                        set_={"tries": AttemptsRow.tries + 1},
                    )
                    .returning(AttemptsRow.tries, AttemptsRow.ends_at)
                ).one()
                if found.tries > limits[kind]:
                    ends.append(found.ends_at)
        if ends:
            minutes = max(1, round((max(ends) - now) / timedelta(minutes=1)))
            wait = "a minute" if minutes == 1 else f"{minutes} minutes"
            raise TooManyAttempts("That was tried too often.", hint=f"Try again in {wait}.")

    def withdraw(self, limits: Mapping[str, int]) -> None:
        """Take back an attempt that was a good one."""
        kinds = [_hash(kind) for kind in limits]
        less = case((AttemptsRow.tries > 0, AttemptsRow.tries - 1), else_=0)
        with self._database.begin() as database:
            database.execute(
                update(AttemptsRow).where(AttemptsRow.kind_hash.in_(kinds)).values(tries=less)
            )


def _hash(kind: str) -> str:
    # A kind holds what was typed as a name, and some type their password there.
    return hashlib.sha256(kind.encode()).hexdigest()
