"""People: profiles without a password, and accounts with one."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DatabaseSession

from viva.domain import Frozen
from viva.errors import InputError, NotFoundError
from viva.storage.database import Database
from viva.storage.tables import LOCAL_PERSON, PersonRow, SignInRow

LONGEST_NAME = 50
"""Most characters of a name."""
_FIRST_NAME = "You"
"""What the local person is called until they choose a name."""


class Person(Frozen):
    """Somebody who practises."""

    id: str
    name: str
    """As they wrote it."""
    has_password: bool
    """Whether this is an account; a profile has none."""
    created_at: datetime


class PeopleStore:
    """Reads and writes people; who may do so is decided by who calls.

    Args:
        database: Where they are.
        clock: Tells the time, in UTC.
    """

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> tuple[Person, ...]:
        """Return everybody: the local person, then who came first."""
        order = (PersonRow.id != LOCAL_PERSON, PersonRow.created_at, PersonRow.key)
        with self._database.begin() as database:
            rows = database.scalars(select(PersonRow).order_by(*order))
            return tuple(_person(row) for row in rows)

    def get(self, person_id: str) -> Person:
        """Return somebody by id.

        Raises:
            NotFoundError: If there is nobody with it.
        """
        with self._database.begin() as database:
            return _person(_row(database, person_id))

    def find(self, name: str) -> Person:
        """Return somebody by name, without regard to case.

        Raises:
            NotFoundError: If nobody has it.
        """
        with self._database.begin() as database:
            row = database.scalar(select(PersonRow).where(PersonRow.key == name_key(name)))
            if row is None:
                raise NotFoundError(
                    f"There is nobody named {name!r}.", hint="'viva people list' shows who is."
                )
            return _person(row)

    def password_hash(self, person_id: str) -> str | None:
        """Return the hash of somebody's password; None for a profile.

        Raises:
            NotFoundError: If there is nobody with this id.
        """
        with self._database.begin() as database:
            return _row(database, person_id).password_hash

    def add(self, name: str, *, password_hash: str | None = None) -> Person:
        """Make a profile, or with a password's hash an account.

        Raises:
            InputError: If the name cannot be used or is taken.
        """
        name = check_name(name)
        row = PersonRow(
            id=uuid4().hex,
            name=name,
            key=name_key(name),
            password_hash=password_hash,
            created_at=self._clock(),
        )
        with self._database.begin() as database:
            database.add(row)
            _flush(database, name)
            return _person(row)

    def rename(self, person_id: str, name: str) -> Person:
        """Give somebody another name.

        Raises:
            InputError: If the name cannot be used or is taken.
            NotFoundError: If there is nobody with this id.
        """
        name = check_name(name)
        with self._database.begin() as database:
            row = _row(database, person_id)
            row.name, row.key = name, name_key(name)
            _flush(database, name)
            return _person(row)

    def set_password(self, person_id: str, password_hash: str | None) -> None:
        """Set or (None) take away somebody's password, and sign them out everywhere.

        Raises:
            NotFoundError: If there is nobody with this id.
        """
        with self._database.begin() as database:
            _row(database, person_id).password_hash = password_hash
            database.execute(delete(SignInRow).where(SignInRow.person_id == person_id))

    def renew_hash(self, person_id: str, *, old: str, new: str) -> None:
        """Keep another hash of the same password, unless the password was changed meanwhile."""
        with self._database.begin() as database:
            database.execute(
                update(PersonRow)
                .where(PersonRow.id == person_id, PersonRow.password_hash == old)
                .values(password_hash=new)
            )

    def delete(self, person_id: str) -> None:
        """Delete somebody with all that belongs to them.

        The local person is always there: all of theirs goes, and they begin anew.

        Raises:
            NotFoundError: If there is nobody with this id.
        """
        with self._database.begin() as database:
            database.delete(_row(database, person_id))
            database.flush()
            if person_id == LOCAL_PERSON:
                database.add(_local(database, self._clock()))


def check_name(name: str) -> str:
    """Return a name as it is kept: one line, single spaces.

    Raises:
        InputError: If it is empty, too long, or holds what cannot be seen.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise InputError("A name is needed.", hint="Any will do: it is what you are listed by.")
    if len(name) > LONGEST_NAME:
        raise InputError(f"A name may have {LONGEST_NAME} characters at most.")
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise InputError("The name holds characters that cannot be seen.", hint="Type it anew.")
    return name


def name_key(name: str) -> str:
    """Return a name as it is compared: without regard to case, width or spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _local(database: DatabaseSession, now: datetime) -> PersonRow:
    """Return the local person anew; somebody else may have taken the first name meanwhile."""
    taken = set(database.scalars(select(PersonRow.key)))
    names = (_FIRST_NAME, *(f"{_FIRST_NAME} {number}" for number in range(2, len(taken) + 3)))
    name = next(name for name in names if name_key(name) not in taken)
    return PersonRow(
        id=LOCAL_PERSON, name=name, key=name_key(name), password_hash=None, created_at=now
    )


def _row(database: DatabaseSession, person_id: str) -> PersonRow:
    row = database.get(PersonRow, person_id)
    if row is None:
        raise NotFoundError("This person is not there (any more).")
    return row


def _flush(database: DatabaseSession, name: str) -> None:
    try:
        database.flush()
    except IntegrityError as error:
        raise InputError(
            f"Somebody is named {name!r} already.", hint="Choose another name."
        ) from error


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        has_password=row.password_hash is not None,
        created_at=row.created_at,
    )
