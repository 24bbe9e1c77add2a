"""One person's own decks, with the versions that interviews were held on."""

import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy import CursorResult, delete, exists, select, update
from sqlalchemy.orm import Session as DatabaseSession

from viva.deck.loading import deck_hash
from viva.deck.slugs import unique_slug
from viva.domain import Deck
from viva.errors import ConflictError, NotFoundError, StorageError
from viva.storage.database import Database
from viva.storage.tables import LOCAL_PERSON, DeckRow, DeckVersionRow, SessionRow

_TRIES = 5
"""How often a change is tried before it is given up."""

logger = logging.getLogger(__name__)


class OwnDeck(NamedTuple):
    """A deck as it is stored."""

    deck: Deck
    version: str
    """Hash of its content; tells whether somebody changed it since."""
    changed_at: datetime


class DeckStore:
    """Reads and writes the decks of one person; another's are not there.

    A version that is replaced or deleted is kept for as long as this person has interviews on the
    deck, so that those go on with the words they were started with.

    Args:
        database: Where they are.
        person: Id of the person.
        clock: Tells the time, in UTC.
    """

    def __init__(
        self,
        database: Database,
        person: str = LOCAL_PERSON,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._clock = clock
        self.person = person

    def list(self) -> tuple[OwnDeck, ...]:
        """Return every deck that can be read, the one that changed last first.

        Raises:
            StorageError: If the database cannot be read.
        """
        wanted = select(DeckRow).where(DeckRow.person_id == self.person)
        found = []
        with self._database.begin() as database:
            for row in database.scalars(wanted.order_by(DeckRow.updated_at.desc())):
                try:
                    found.append(_read(row))
                except StorageError as error:
                    logger.warning("a stored deck was left out: %s", error)
        return tuple(found)

    def load(self, deck_id: str) -> OwnDeck:
        """Return a deck.

        Raises:
            NotFoundError: If this person has none with this id.
            StorageError: If the database cannot be read, or the deck not by this version of Viva.
        """
        with self._database.begin() as database:
            return _read(self._row(database, deck_id))

    def add(self, deck: Deck, *, taken: Collection[str] = ()) -> OwnDeck:
        """Store a new deck; its id gets a number if this person has one of the same id already.

        Args:
            deck: The deck.
            taken: Further ids that it may not have, such as those of the decks that ship.

        Raises:
            StorageError: If the database cannot be written.
        """
        with self._database.begin() as database:
            own = select(DeckRow.deck_id).where(DeckRow.person_id == self.person)
            # Old interviews must not find a new deck under their deck's id.
            past = select(SessionRow.deck_id).where(SessionRow.person_id == self.person)
            used = {*taken, *database.scalars(own.union(past))}
            deck = deck.model_copy(update={"id": unique_slug(deck.id, used)})
            now = self._clock()
            row = DeckRow(person_id=self.person, deck_id=deck.id, yaml=_write(deck), updated_at=now)
            database.add(row)
            return OwnDeck(deck, deck_hash(deck), now)

    def save(self, deck: Deck, *, version: str) -> OwnDeck:
        """Replace a deck of the same id.

        Args:
            deck: The new deck.
            version: Of the one that it was made from.

        Raises:
            ConflictError: If the stored deck is another version.
            NotFoundError: If this person has no deck with this id.
            StorageError: If the database cannot be written.
        """
        with self._database.begin() as database:
            row, now = self._row(database, deck.id), self._clock()
            before = row.yaml
            if _read(row).version != version:
                raise _conflict()
            self._keep(database, row)
            changed = database.execute(
                update(DeckRow)
                .where(
                    DeckRow.person_id == self.person,
                    DeckRow.deck_id == deck.id,
                    DeckRow.yaml == before,  # another process may have come between
                )
                .values(yaml=_write(deck), updated_at=now)
                .execution_options(synchronize_session=False)
            )
            assert isinstance(changed, CursorResult)
            if changed.rowcount != 1:
                raise _conflict()
            return OwnDeck(deck, deck_hash(deck), now)

    def change(self, deck_id: str, edit: Callable[[Deck], Deck]) -> OwnDeck:
        """Replace a deck by what an edit makes of it, whatever else is done to it meanwhile.

        Args:
            deck_id: Id of the deck.
            edit: Called with the stored deck; again if another change came between.

        Raises:
            ConflictError: If others change the deck all the time.
            NotFoundError: If this person has no deck with this id.
            StorageError: If the database cannot be written.
        """
        for _ in range(_TRIES):
            deck, version, _ = stored = self.load(deck_id)
            if (changed := edit(deck)) == deck:
                return stored
            try:
                return self.save(changed, version=version)
            except ConflictError:
                continue
        raise _conflict()

    def rename(self, deck_id: str, title: str) -> OwnDeck:
        """Give a deck another title; its id stays.

        Raises:
            NotFoundError: If this person has no deck with this id.
            StorageError: If the database cannot be written.
        """
        return self.change(deck_id, lambda deck: deck.model_copy(update={"title": title}))

    def delete(self, deck_id: str) -> None:
        """Delete a deck; interviews on it stay.

        Raises:
            NotFoundError: If this person has no deck with this id.
            StorageError: If the database cannot be written.
        """
        with self._database.begin() as database:
            row = self._row(database, deck_id)
            self._keep(database, row)
            database.delete(row)

    def past(self, deck_id: str, version: str) -> Deck:
        """Return the version of a deck that an interview was started with.

        Raises:
            NotFoundError: If it is not kept.
            StorageError: If the database cannot be read.
        """
        with self._database.begin() as database:
            kept = database.get(DeckVersionRow, (self.person, deck_id, version))
            if kept is None:
                raise NotFoundError("This version of the deck is no longer there.")
            return _parse(kept.yaml)

    def _row(self, database: DatabaseSession, deck_id: str) -> DeckRow:
        row = database.get(DeckRow, (self.person, deck_id))
        if row is None:
            raise NotFoundError(
                f"You have no deck {deck_id!r}.", hint="It may have been deleted or renamed."
            )
        return row

    def _keep(self, database: DatabaseSession, row: DeckRow) -> None:
        """Keep what is about to go, if there are interviews on it; let go of what has none."""
        interviews = select(SessionRow.id).where(
            SessionRow.person_id == self.person, SessionRow.deck_id == row.deck_id
        )
        if database.scalar(select(exists(interviews))):
            version = _read(row).version
            if database.get(DeckVersionRow, (self.person, row.deck_id, version)) is None:
                database.add(
                    DeckVersionRow(
                        person_id=self.person,
                        deck_id=row.deck_id,
                        version=version,
                        yaml=row.yaml,
                    )
                )
        forget_unused_versions(database, self.person)


def forget_unused_versions(database: DatabaseSession, person: str) -> None:
    """Delete the kept versions of a person's decks that they have no interviews on any more."""
    in_use = select(SessionRow.deck_id).where(SessionRow.person_id == person)
    database.execute(
        delete(DeckVersionRow).where(
            DeckVersionRow.person_id == person, DeckVersionRow.deck_id.not_in(in_use)
        )
    )


def _read(row: DeckRow) -> OwnDeck:
    deck = _parse(row.yaml)
    return OwnDeck(deck, deck_hash(deck), row.updated_at)


def _write(deck: Deck) -> str:
    """Return a deck as JSON, which is YAML as well: the same keys as in corpus/, read at once."""
    return deck.model_dump_json()


@lru_cache(maxsize=64)
def _parse(text: str) -> Deck:
    try:
        return Deck.model_validate_json(text)
    except ValidationError as error:
        raise StorageError(
            "A stored deck cannot be read by this version of Viva.",
            hint="It is still there: install the version that wrote it.",
        ) from error


def _conflict() -> ConflictError:
    return ConflictError(
        "This deck was changed in another window.",
        hint="Open it in a new tab to see what changed.",
    )
