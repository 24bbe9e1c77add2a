"""What is kept: a database of people, their sessions, decks and recordings.

``Database`` opens it and brings it up to date; each store beside it reads and writes one kind of
thing for one person, and never shows it another's.
"""

from viva.storage.attempts import AttemptStore
from viva.storage.database import Database
from viva.storage.decks import DeckStore, OwnDeck
from viva.storage.people import PeopleStore, Person
from viva.storage.recordings import Recording, RecordingStore
from viva.storage.sessions import SessionStore
from viva.storage.sign_ins import SignInStore
from viva.storage.tables import LOCAL_PERSON

__all__ = [
    "LOCAL_PERSON",
    "AttemptStore",
    "Database",
    "DeckStore",
    "OwnDeck",
    "PeopleStore",
    "Person",
    "Recording",
    "RecordingStore",
    "SessionStore",
    "SignInStore",
]
