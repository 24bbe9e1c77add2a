"""Speech: words as they come, and what is kept of them at the end."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from viva.domain import Usage
from viva.errors import ModelError
from viva.grading.llm_notices import explain_silence
from viva.untrusted import defuse

if TYPE_CHECKING:  # the client takes a while to load, and prepared words have no use for it
    from viva.language_model import TextStream

_LONGEST = 4_000
"""Characters of a speech that are kept."""
_FIGURE = (
    r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|full|top|half|perfect"
    r"|[A-F][+-]?(?![\w]))"
)
_SCALE = r"(?:10|ten|5|five|100|a hundred)\b(?! \w*(?:s|ies)\b)"
_MARK = re.compile(
    rf"\b{_FIGURE} ?(?:/|out of) ?{_SCALE}(?!/)"
    rf"|\bI(?:'d|'ll|’d|’ll| would| will)? (?:give|rate|score|grade|award|mark)\b[^.!?]{{0,60}}"
    rf"\b{_FIGURE}"
    rf"|\byou(?:'ve|’ve| have)? (?:scored?|earned?|deserved?)\b[^.!?]{{0,40}}\b{_FIGURE}"
    rf"|\b(?:your|my|final|overall) (?:score|mark|grade|rating|verdict)\b[^.!?]{{0,30}}\b{_FIGURE}"
    r"|\b(?:full|top|perfect|maximum) (?:marks?|scores?|points|credit)\b|\b[A-F][+-](?!\w)"
    r"|^\W*(?:score|mark|grade|rating|verdict)\s*[:=]",
    re.IGNORECASE | re.MULTILINE,
)
_RISKY = re.compile(
    r"\d|\b(?:score|mark|grade|rat|give|award|earn|deserve|full|top|perfect|out of|verdict)"
    r"|\b[A-F][+-]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?=\s|$)|\n|[.!?](?=\S))+\s*")


class Speech:
    """Words of the interviewer's: iterate for the pieces, then read what is kept of them.

    Marks come from the grader alone: a sentence that gives one is left out. From the first word
    that a mark might begin with, a sentence is held back until it has ended; what came before that
    word is not kept.

    Args:
        prepared: Words from the deck and the grade, said when there is no stream or it fails.
        stream: A language model's words.
    """

    def __init__(self, prepared: str, stream: "TextStream | None" = None) -> None:
        self._prepared = prepared
        self._stream = stream
        self._said = ""
        self._sentence = ""
        """The one that has not ended."""
        self._out = 0
        """Characters of it that were said."""
        self.notice = ""
        """Why the words are prepared ones though a model was asked, or empty."""

    def __iter__(self) -> Iterator[str]:
        if self._stream is None:
            if self._prepared:
                yield self._prepared
            return
        try:
            for piece in self._stream:
                yield from self._let_out(defuse(piece))
            yield from self._let_out("", ends=True)
        except ModelError as error:
            self._said = ""
            self.notice = explain_silence(error, prepared=bool(self._prepared))
        finally:
            self._stream.close()

    @property
    def text(self) -> str:
        """What was said, as it is kept; the prepared words if the model said nothing."""
        return self._said.strip()[:_LONGEST] or self._prepared

    @property
    def usage(self) -> tuple[Usage, ...]:
        """The call that it took, if any."""
        usage = self._stream.usage if self._stream else None
        return (usage,) if usage and usage.attempts else ()

    def _let_out(self, piece: str, *, ends: bool = False) -> Iterator[str]:
        """Yield what can be said by now, and hold the rest back."""
        self._sentence += piece
        while (whole := _SENTENCE.match(self._sentence)) and whole.end() < len(self._sentence):
            yield from self._end_sentence(whole.group())
            self._sentence = self._sentence[whole.end() :]
            self._out = 0
        if ends:
            yield from self._end_sentence(self._sentence)
        elif not _RISKY.search(self._sentence):
            # Not the last word: it may be the beginning of a riskier one.
            until = self._sentence.rfind(" ") + 1
            if until > self._out:
                yield self._sentence[self._out : until]
                self._out = until

    def _end_sentence(self, sentence: str) -> Iterator[str]:
        """Keep a sentence and yield what is left of it; nothing of one that gives a mark."""
        if not states_mark(sentence):
            self._said += sentence
            if rest := sentence[self._out :]:
                yield rest


def states_mark(text: str) -> bool:
    """Whether words give a mark.

    Example:
        >>> states_mark("I'd give that 8 out of 10."), states_mark("Page somebody, 24/7.")
        (True, False)
    """
    return bool(_MARK.search(text))
