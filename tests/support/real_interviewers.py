"""Interviewers of real parts over a database of their own."""

from collections.abc import Iterator
from contextlib import contextmanager

from viva.domain import Deck
from viva.interviewer import Interviewer
from viva.interviewers import Interviewers
from viva.shelf import Shelf
from viva.storage import Database, DeckStore, SessionStore
from viva.wiring import Parts


@contextmanager
def real_interviewers(parts: Parts, database_url: str) -> Iterator[Interviewers]:
    """Yield interviewers over the shipped deck and people's own."""
    database = Database(database_url)

    def build(deck: Deck) -> Interviewer:
        store = SessionStore(database)
        return Interviewer(deck=deck, grader=parts.grader, finder=parts.retriever, store=store)

    yield Interviewers(
        shelf=Shelf(parts.deck, own=lambda person: DeckStore(database, person)),
        database=database,
        build=build,
        embed=parts.embedder.embed,
    )
    database.close()
