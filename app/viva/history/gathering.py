"""Interviews with their decks, fit to be shown whatever became of a deck."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Self

from viva.deck.gaps import fill_gaps
from viva.domain import Deck, Session, Turn
from viva.report import told_turns
from viva.storage.sessions import PastTurn

FindDeck = Callable[[str, str], Deck | None]
"""Returns a deck by its id and the hash of a version (empty for the deck as it is now), or None."""


class History(NamedTuple):
    """Interviews, the earliest first, and their decks by id.

    Marks that may not be told yet are left out.
    """

    sessions: tuple[Session, ...]
    decks: dict[str, Deck]
    """Each with all that its interviews asked, be it there still or not."""
    current: dict[str, Deck]
    """As they are now, without those that are gone."""

    @classmethod
    def of(cls, sessions: Iterable[Session], find_deck: FindDeck) -> Self:
        """Gather interviews.

        Args:
            sessions: In any order.
            find_deck: Finds their decks.
        """
        told = [own.model_copy(update={"turns": told_turns(own)}) for own in sessions]
        told.sort(key=lambda session: (session.started_at, session.id))
        by_deck: dict[str, list[Session]] = {}
        for session in told:
            by_deck.setdefault(session.deck_id, []).append(session)
        current = {deck_id: find_deck(deck_id, "") for deck_id in by_deck}
        return cls(
            tuple(told),
            {
                deck_id: fill_gaps(
                    current[deck_id], own, lambda then: find_deck(then.deck_id, then.deck_version)
                )
                for deck_id, own in by_deck.items()
            },
            {deck_id: deck for deck_id, deck in current.items() if deck},
        )

    def turns(self) -> Iterator[tuple[Session, int, Turn]]:
        """Yield every turn with its session and its position there."""
        for session in self.sessions:
            for position, turn in enumerate(session.turns):
                yield session, position, turn

    def past(self, deck_id: str) -> list[PastTurn]:
        """Return the turns on one deck."""
        return [
            PastTurn(session.id, position, deck_id, turn)
            for session, position, turn in self.turns()
            if session.deck_id == deck_id
        ]
