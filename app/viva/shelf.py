"""Which decks a person may practise with, by id."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from viva.deck.loading import deck_hash
from viva.domain import Deck, Frozen
from viva.errors import NotFoundError
from viva.storage import DeckStore


class Origin(StrEnum):
    """Where a deck comes from."""

    SHIPPED = "shipped"
    CHOSEN = "chosen"
    """The file that the settings name."""
    PLUGIN = "plugin"
    OWN = "own"
    """Of this person, in the database."""


class DeckEntry(Frozen):
    """A deck as a list shows it."""

    id: str
    title: str
    questions: int
    """How many it has."""
    origin: Origin
    changed_at: datetime | None = None
    """When this person changed it last; None for decks that are not theirs."""


class Shelf:
    """The decks of this installation, and everybody's own.

    Args:
        default: The deck that the settings name.
        default_origin: Where that comes from.
        shipped: The other decks that Viva ships.
        plugins: The decks that plugins offer.
        own: Opens the decks of a person; None where nobody keeps any.
    """

    def __init__(
        self,
        default: Deck,
        *,
        default_origin: Origin = Origin.SHIPPED,
        shipped: Sequence[Deck] = (),
        plugins: Sequence[Deck] = (),
        own: Callable[[str], DeckStore] | None = None,
    ) -> None:
        self.default = default
        self._own = own
        self._decks: Mapping[str, tuple[Deck, Origin]] = {
            **{deck.id: (deck, Origin.PLUGIN) for deck in plugins},
            **{deck.id: (deck, Origin.SHIPPED) for deck in shipped},
            default.id: (default, default_origin),
        }

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the decks that everybody has."""
        return frozenset(self._decks)

    def entries(self, person: str) -> tuple[DeckEntry, ...]:
        """Return the decks that a person may choose, the default one first."""
        listed = {
            deck.id: DeckEntry(
                id=deck.id, title=deck.title, questions=len(deck.questions), origin=origin
            )
            for deck, origin in self._decks.values()
        }
        for deck, _, changed_at in self._own(person).list() if self._own else ():
            listed[deck.id] = DeckEntry(
                id=deck.id,
                title=deck.title,
                questions=len(deck.questions),
                origin=Origin.OWN,
                changed_at=changed_at,
            )
        return tuple(sorted(listed.values(), key=lambda entry: entry.id != self.default.id))

    def deck(self, person: str, deck_id: str = "", *, version: str = "") -> Deck:
        """Return a deck that a person may choose; the default one if no id is given.

        Args:
            person: Id of the person.
            deck_id: Id of the deck; a person's own comes before another of the same id.
            version: Hash of the content that is wanted; the deck as it is now if that is not kept.

        Raises:
            NotFoundError: If there is none with this id for this person.
        """
        deck_id = deck_id or self.default.id
        deck = self._own_deck(person, deck_id, version)
        if deck is None and deck_id in self._decks:
            deck = self._decks[deck_id][0]
        if deck is None:
            raise NotFoundError(
                f"There is no deck {deck_id!r} here.", hint="It may have been deleted or renamed."
            )
        return deck

    def find(self, person: str, deck_id: str, version: str = "") -> Deck | None:
        """Return a deck that a person may choose, or None if it is gone."""
        try:
            return self.deck(person, deck_id, version=version)
        except NotFoundError:
            return None

    def _own_deck(self, person: str, deck_id: str, version: str) -> Deck | None:
        if self._own is None:
            return None
        store = self._own(person)
        try:
            deck = store.load(deck_id).deck
        except NotFoundError:
            deck = None
        if not version or (deck and deck_hash(deck) == version):
            return deck
        try:
            return store.past(deck_id, version)
        except NotFoundError:
            return deck
