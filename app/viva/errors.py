"""Every error that Viva raises on purpose.

::

    VivaError                what happened, what to do, the exit code
    ├── InputError      2    what the person gave cannot be used
    │   ├── AudioError       a recording
    │   ├── DeckError        a deck or a cheat sheet
    │   └── SettingsError    a setting
    ├── NotFoundError   2    no such question, session, file
    ├── ConflictError   1    the session was changed in another window
    ├── NotSignedIn     1    only who has signed in may do that
    ├── TooManyAttempts 1    a password was tried too often
    ├── WeightsError    1    model weights are absent or are not the pinned ones
    ├── IndexUnavailableError  the vector index cannot be built or read
    ├── ModelError      1    the language model gave no answer that can be used
    │   ├── ModelUnreachable   no network, no answer in time, a server that fails or is too busy
    │   ├── ModelRejected      the server turns the request down: key, model's name, parameters
    │   ├── ModelRefused       the model will not answer, or a content filter stepped in
    │   ├── ModelReplyError    what came is cut off, is no JSON or does not fit
    │   └── BudgetSpent        nothing was asked: the budget is used up
    └── StorageError    1    the database cannot be read or written

The command line prints the message and the hint and exits with the code; the page shows both as
a notice. Nobody sees a traceback for these.
"""

from collections.abc import Callable
from functools import partial
from typing import Any


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

    def __reduce__(self) -> tuple[Callable[[str], "VivaError"], tuple[str]]:
        """Keep the hint on the way to another process."""
        return partial(type(self), hint=self.hint), (self.message,)


class InputError(VivaError):
    """What the person gave cannot be used."""

    exit_code = 2


class AudioError(InputError):
    """A recording cannot be read, or holds nothing that could be recognised."""


class DeckError(InputError):
    """A deck is wrong; the message lists every fault with its line."""


class SettingsError(InputError):
    """A setting is wrong."""


class NotFoundError(VivaError):
    """Something was asked for by a name that nothing has."""

    exit_code = 2


class ConflictError(VivaError):
    """The session was changed elsewhere since it was read."""


class NotSignedIn(VivaError):
    """Only somebody who has signed in may do that."""


class TooManyAttempts(VivaError):
    """Something that is limited was tried too often."""


class WeightsError(VivaError):
    """Model weights are absent, unreadable, or differ from their pinned digest."""


class IndexUnavailableError(VivaError):
    """The vector index cannot be built, opened or queried."""


class ModelError(VivaError):
    """The language model gave no answer that can be used; the same answer can be graded later."""

    usage: Any = None
    """What the call took all the same, as a ``domain.Usage``; None if nothing was sent."""


class ModelUnreachable(ModelError):
    """There is no network, no answer in time, or the server fails or is too busy."""


class ModelRejected(ModelError):
    """The server turns the request down: the key, the model's name or the request is wrong."""


class ModelRefused(ModelError):
    """The model will not answer, or a content filter stepped in."""


class ModelReplyError(ModelError):
    """What the model wrote is cut off, is not JSON, or does not fit what was asked for."""


class BudgetSpent(ModelError):
    """Nothing was asked, because the budget for language models is used up."""


class StorageError(VivaError):
    """The database cannot be opened, read or written."""


def first_line(error: Exception) -> str:
    """Return what another library's error says, in one line that a sentence can end with."""
    return (str(error).splitlines() or [repr(error)])[0].rstrip(".?!")
