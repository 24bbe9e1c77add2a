"""Every error that Viva raises on purpose.

::

    VivaError                what happened, what to do, the exit code
    ├── InputError      2    what the person gave cannot be used
    │   ├── DeckError        a deck or a cheat sheet
    │   └── SettingsError    a setting
    ├── NotFoundError   2    no such question, session, file
    ├── ConflictError   1    the session was changed in another window
    ├── WeightsError    1    model weights are absent or are not the pinned ones
    ├── IndexUnavailableError  the vector index cannot be built or read
    └── StorageError    1    the database cannot be read or written

The command line prints the message and the hint and exits with the code; the page shows both as
a notice. Nobody sees a traceback for these.
"""


class VivaError(Exception):
    """A failure that a person can understand and act on.

    Args:
        message: What happened, in one sentence.
        hint: What to do about it, or an empty string.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class InputError(VivaError):
    """What the person gave cannot be used."""

    exit_code = 2


class DeckError(InputError):
    """A deck is wrong; the message lists every fault with its line."""


class SettingsError(InputError):
    """A setting is wrong."""


class NotFoundError(VivaError):
    """Something was asked for by a name that nothing has."""

    exit_code = 2


class ConflictError(VivaError):
    """The session was changed elsewhere since it was read."""


class WeightsError(VivaError):
    """Model weights are absent, unreadable, or differ from their pinned digest."""


class IndexUnavailableError(VivaError):
    """The vector index cannot be built, opened or queried."""


class StorageError(VivaError):
    """The database cannot be opened, read or written."""
