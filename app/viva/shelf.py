"""Which decks a person may practise with, by id."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from viva.domain import Deck, Frozen
from viva.errors import NotFoundError


class Origin(StrEnum):
    """Where a deck comes from."""

    SHIPPED = "shipped"
    CHOSEN = "chosen"
    """The file that the settings name."""


class DeckEntry(Frozen):
    """A deck as a list shows it."""

    id: str
    title: str
    questions: int
    """How many it has."""
    origin: Origin


class Shelf:
    """The decks of this installation.

    Args:
        default: The deck that the settings name.
        default_origin: Where that comes from.
        shipped: The other decks that Viva ships.
    """

    def __init__(
        self,
        default: Deck,
        *,
        default_origin: Origin = Origin.SHIPPED,
        shipped: Sequence[Deck] = (),
    ) -> None:
        self.default = default
        self._decks: Mapping[str, tuple[Deck, Origin]] = {
            **{deck.id: (deck, Origin.SHIPPED) for deck in shipped},
            default.id: (default, default_origin),
        }

    def entries(self, person: str) -> tuple[DeckEntry, ...]:
        """Return the decks that a person may choose, the default one first."""
        listed = [
            DeckEntry(id=deck.id, title=deck.title, questions=len(deck.questions), origin=origin)
            for deck, origin in self._decks.values()
        ]
        return tuple(sorted(listed, key=lambda entry: entry.id != self.default.id))

    def deck(self, person: str, deck_id: str = "") -> Deck:
        """Return a deck that a person may choose; the default one if no id is given.

        Raises:
            NotFoundError: If there is none with this id for this person.
        """
        if not deck_id:
            return self.default
        if deck_id not in self._decks:
            raise NotFoundError(
                f"There is no deck {deck_id!r} here.", hint="It may have been deleted or renamed."
            )
        return self._decks[deck_id][0]

    def find(self, person: str, deck_id: str) -> Deck | None:
        """Return a deck that a person may choose, or None if it is gone."""
        try:
            return self.deck(person, deck_id)
        except NotFoundError:
            return None
