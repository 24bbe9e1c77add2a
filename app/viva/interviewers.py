"""An interviewer for each person and deck; what is costly is built once for each deck."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from viva.deck.linting import Embed
from viva.deck.loading import deck_hash
from viva.domain import Deck
from viva.interviewer import Interviewer
from viva.scheduling import RatingRule
from viva.shelf import DeckEntry, Shelf
from viva.storage import Database, DeckStore, SessionStore

if TYPE_CHECKING:
    from viva.suggesting import Suggester

_KEPT = 8
"""Decks whose interviewers are kept ready; the one that was used least lately goes first."""


class Interviewers:
    """Finds or builds interviewers; safe from any number of threads.

    Args:
        shelf: The decks.
        database: Keeps what people do.
        build: Makes an interviewer over a deck; its store is replaced by each person's.
        embed: Finds near-duplicates in decks that are edited.
        suggester: Proposes bullets and key terms for them; None without a language model.
        rule: How scores become ratings of how well something is remembered.
    """

    def __init__(
        self,
        *,
        shelf: Shelf,
        database: Database,
        build: Callable[[Deck], Interviewer],
        embed: Embed,
        suggester: "Suggester | None" = None,
        rule: RatingRule | None = None,
    ) -> None:
        self.rule = rule or RatingRule()
        self.shelf = shelf
        self.database = database
        self.embed = embed
        self.suggester = suggester
        self._build = build
        self._ready: OrderedDict[str, Interviewer] = OrderedDict()
        self._building: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, person: str, deck_id: str = "") -> Interviewer:
        """Return the interviewer over one deck for one person; by default over the default deck.

        Raises:
            NotFoundError: If this person has no such deck.
            VivaError: If what it takes cannot be built.
        """
        deck = self.shelf.deck(person, deck_id)
        return self._over(deck).working_for(self.sessions(person))

    def of_session(self, person: str, session_id: str) -> Interviewer:
        """Return the interviewer over a session's deck, as it was when the session was started.

        Raises:
            NotFoundError: If this person has no such session, or its deck is gone.
            VivaError: If what it takes cannot be built.
        """
        deck_id, version = self.sessions(person).deck_of(session_id)
        deck = self.shelf.deck(person, deck_id, version=version)
        return self._over(deck).working_for(self.sessions(person))

    def decks(self, person: str) -> tuple[DeckEntry, ...]:
        """Return the decks that a person may choose, the default one first."""
        return self.shelf.entries(person)

    def own_decks(self, person: str) -> DeckStore:
        """Return the decks of one person."""
        return DeckStore(self.database, person)

    def sessions(self, person: str) -> SessionStore:
        """Return the sessions of one person."""
        return SessionStore(self.database, person)

    def _over(self, deck: Deck) -> Interviewer:
        key = deck_hash(deck)
        if ready := self._find(key):
            return ready
        # To build one takes long over a large deck; who practises with another must not wait.
        with self._lock:
            building = self._building.setdefault(deck.id, threading.Lock())
        with building:
            if ready := self._find(key):  # somebody else wanted the same
                return ready
            self._forget(deck.id)
            built = self._build(deck)
            with self._lock:
                self._ready[key] = built
                while len(self._ready) > _KEPT:
                    self._ready.popitem(last=False)
            return built

    def _find(self, key: str) -> Interviewer | None:
        with self._lock:
            if key in self._ready:
                self._ready.move_to_end(key)
            return self._ready.get(key)

    def _forget(self, deck_id: str) -> None:
        """Forget interviewers over other versions of a deck: to build one may prune their index.

        Whoever needs one of them again has it built anew, and with it what its index lacks.
        """
        with self._lock:
            for key, interviewer in list(self._ready.items()):
                if interviewer.deck.id == deck_id:
                    del self._ready[key]
