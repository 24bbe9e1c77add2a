"""What is kept: a database of people, their sessions, decks and recordings.

``Database`` opens it and brings it up to date; each store beside it reads and writes one kind of
thing for one person, and never shows it another's.
"""

from viva.storage.database import Database
from viva.storage.sessions import SessionStore
from viva.storage.tables import LOCAL_PERSON

__all__ = ["LOCAL_PERSON", "Database", "SessionStore"]
