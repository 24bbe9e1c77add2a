"""From an answer to what the interviewer says of it: graded and talked about at the same time."""

import time
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import NamedTuple

from viva.background import start
from viva.domain import Grade, Mode, Question, Session
from viva.events import Graded
from viva.feedback import choose_follow_up
from viva.talking.speech import Speech
from viva.talking.talker import FollowUpWords, PreparedTalker, Talker

_LET_FINISH = 4.0
"""Seconds that a reaction which has begun may go on when the grade is there."""
_GLANCE = 0.05
"""Seconds between two looks at whether the grade is there."""


class Says(NamedTuple):
    """A piece of what the interviewer is saying."""

    piece: str


class Instead(NamedTuple):
    """What is said instead of all that was said since the last grade, question or beginning."""

    text: str


class Judged(NamedTuple):
    """The grade is there; what the interviewer says from here on is about it."""

    grade: Grade
    reaction: str
    """What was said until then."""


def speak(speech: Speech) -> Iterator[Says | Instead]:
    """Yield a speech as it comes, and what is kept of it where that is something else."""
    said = ""
    for piece in speech:
        said += piece
        yield Says(piece)
    if speech.text.strip() != said.strip():
        yield Instead(speech.text)


def hear(
    session: Session, question: Question, *, grading: Future[Grade], talker: Talker
) -> Iterator[Says | Instead | Judged | Graded]:
    """Yield what happens to a pending answer, up to the event that moves the session on.

    The reaction is said while the answer is graded, and the follow-up is worded while the grade is
    talked about. To stop listening is possible at any time: nothing is changed before the end.

    Args:
        session: Waits for a grade.
        question: Its question.
        grading: The grade to come.
        talker: Speaks.
    """
    turn, mode = session.turn, session.mode
    answer = turn.full_answer
    reaction = talker.react(question, answer, mode)
    heard = yield from _until_graded(reaction, grading)
    graded = grading.result()
    yield Judged(graded, heard)
    if reaction.notice or graded.grader.name == "local":
        talker = PreparedTalker()  # the model is out: nobody waits for it again
    follow_up = None
    if turn.follow_up is None:
        follow_up = choose_follow_up(question, graded, mode, hinted=turn.hints)
    wording = None
    if follow_up is not None:
        wording = start(talker.word_follow_up, question, answer, graded, follow_up, mode)
    said, notice, usage = "", reaction.notice, reaction.usage
    if mode is Mode.COACH and graded.score.value is not None:
        comment = talker.comment(question, turn, graded, spoilers=follow_up is None)
        yield from speak(comment)
        said, notice = comment.text, notice or comment.notice
        usage += comment.usage
    worded = wording.result() if wording else FollowUpWords(None)
    yield Graded(
        graded,
        worded.follow_up,
        reaction=heard,
        comment=said,
        notice=notice,
        usage=usage + worded.usage,
    )


def _until_graded(speech: Speech, grading: Future[Grade]) -> Generator[Says | Instead, None, str]:
    """Yield a speech while the grade is awaited, and return what is kept of it.

    It does not hold the grade back: without a word by then it is given up.
    """
    steps: SimpleQueue[Says | Instead | None] = SimpleQueue()

    def listen() -> None:
        for step in speak(speech):
            steps.put(step)
        steps.put(None)

    start(listen)
    has_begun, graded_at = False, 0.0
    while True:
        try:
            step = steps.get(timeout=_GLANCE)
        except Empty:
            if not grading.done():
                continue
            graded_at = graded_at or time.monotonic()
            if not has_begun or time.monotonic() - graded_at > _LET_FINISH:
                return ""
        else:
            if step is None:
                return speech.text
            has_begun = True
            yield step
