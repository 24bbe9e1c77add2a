"""Figures on how an answer was spoken, from its transcript alone; none enters a score."""

from itertools import pairwise

from viva.claims import words
from viva.domain import Speech
from viva.grading.fillers import count_fillers
from viva.voice.values import Transcript


def describe_speech(transcript: Transcript, *, edited: bool = False) -> Speech:
    """Return how an answer was spoken.

    Words a minute are counted from the first word to the end of the last, or over the whole sound
    if the recogniser tells no times; then pauses are unknown and count as 0. Recognisers leave out
    many an "um", so that there may have been more fillers.

    Args:
        transcript: As it was recognised.
        edited: Whether the person changed it before it was graded.
    """
    times = transcript.words
    spoken = times[-1].end - times[0].start if times else transcript.seconds
    longest = max((later.start - earlier.end for earlier, later in pairwise(times)), default=0.0)
    count = len(words(transcript.text))
    return Speech(
        transcript=transcript.text,
        seconds=round(transcript.seconds, 1),
        words_per_minute=round(60 * count / spoken) if spoken > 0 else 0,
        fillers=count_fillers(transcript.text),
        longest_pause=round(max(longest, 0.0), 1),
        time_to_first_word=round(times[0].start, 1) if times else 0.0,
        edited=edited,
    )
