"""Speech: words as they come, and what is kept of them at the end."""

import re
from collections.abc import Iterator

from viva.domain import Usage
from viva.errors import ModelError
from viva.grading.llm_notices import explain_silence
from viva.language_model import TextStream
from viva.untrusted import defuse

_LONGEST = 4_000
"""Characters of a speech that are kept."""
_MARK = re.compile(
    r"\b\d+(?:[.,]\d+)? ?(?:/|out of|of) ?(?:\d+|ten|five)\b(?! (?:the|your|these|those))"
    r"|\b(?:score|mark|grade|rating)\b[^.]{0,20}\b(?:\d|ten|full)"
    r"|\b\d+ ?points?\b|\bfull marks\b",
    re.IGNORECASE,
)


class Speech:
    """Words of the interviewer's: iterate for the pieces, then read what is kept of them.

    Args:
        prepared: Words from the deck and the grade, said when there is no stream or it fails.
        stream: A language model's words.
        marks: Whether it may speak of figures that look like a mark. Where it may not, such words
            are dropped for the prepared ones: marks come from the grader alone.
    """

    def __init__(
        self, prepared: str, stream: TextStream | None = None, *, marks: bool = False
    ) -> None:
        self._prepared = prepared
        self._stream = stream
        self._marks = marks
        self._said = ""
        self.notice = ""
        """Why the words are prepared ones though a model was asked, or empty."""

    def __iter__(self) -> Iterator[str]:
        if self._stream is None:
            if self._prepared:
                yield self._prepared
            return
        try:
            for piece in self._stream:
                shown = defuse(piece)
                self._said += shown
                yield shown
        except ModelError as error:
            self._said = ""
            self.notice = explain_silence(error)
        finally:
            self._stream.close()

    @property
    def text(self) -> str:
        """What was said, as it is kept; the prepared words if the model's cannot be."""
        said = self._said.strip()[:_LONGEST]
        if not said or (not self._marks and states_mark(said)):
            return self._prepared
        return said

    @property
    def usage(self) -> tuple[Usage, ...]:
        """The call that it took, if any."""
        usage = self._stream.usage if self._stream else None
        return (usage,) if usage and usage.attempts else ()


def states_mark(text: str) -> bool:
    """Whether words look as if they gave a mark.

    Example:
        >>> states_mark("I'd give that 8 out of 10."), states_mark("You send 5% of the traffic.")
        (True, False)
    """
    return bool(_MARK.search(text))
