"""What the page tells of how an answer was spoken, as one value for the interview."""

from collections.abc import Sequence

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from viva.claims import words
from viva.domain import Speech
from viva.voice.speech_figures import describe_speech
from viva.voice.values import Transcript

_MOST_PARTS = 50
_MOST_CHARACTERS = 100_000


class _Bare(BaseModel):
    """What a browser's own recogniser gives: no times of words."""

    transcript: str = Field(min_length=1)
    seconds: float = Field(gt=0, allow_inf_nan=False)


_PARTS = TypeAdapter(list[Speech | _Bare])


def read_spoken(sent: str, answer: str) -> Speech | None:
    """Return how an answer was spoken, by what the scripts sent along; None if it was typed.

    It comes from the person's own browser and is only ever shown to them, so what cannot be used
    is left out and the answer is taken without it.

    Args:
        sent: A JSON list, one item for each time that they spoke; may be empty.
        answer: The text that they sent.
    """
    if not sent or len(sent) > _MOST_CHARACTERS:
        return None
    try:
        parts = _PARTS.validate_json(sent)
    except ValidationError:
        return None
    if not parts or len(parts) > _MOST_PARTS:
        return None
    speech = join_speech([_measured(part) for part in parts])
    said = " ".join(words(answer))
    edited = any(" ".join(words(part.transcript)) not in said for part in parts)
    return speech.model_copy(update={"edited": edited})


def join_speech(parts: Sequence[Speech]) -> Speech:
    """Return several spoken parts of an answer as one.

    Words a minute are over all parts together, the first word is the first part's.
    """
    seconds = sum(part.seconds for part in parts)
    spoken = sum(part.words_per_minute * part.seconds for part in parts)
    return Speech(
        transcript="\n".join(part.transcript for part in parts),
        seconds=seconds,
        words_per_minute=spoken / seconds if seconds else 0,
        fillers=sum(part.fillers for part in parts),
        longest_pause=max(part.longest_pause for part in parts),
        time_to_first_word=parts[0].time_to_first_word,
        edited=any(part.edited for part in parts),
    )


def _measured(part: Speech | _Bare) -> Speech:
    if isinstance(part, Speech):
        return part
    return describe_speech(Transcript(text=part.transcript, seconds=part.seconds))
