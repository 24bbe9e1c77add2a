"""From an answer to what the interviewer says of it: graded and talked about at the same time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from viva.domain import Grade, Mode, Question, Session
from viva.events import Graded
from viva.feedback import choose_follow_up
from viva.talking.talker import FollowUpWords, Talker


class Says(NamedTuple):
    """A piece of what the interviewer is saying."""

    piece: str


class Judged(NamedTuple):
    """The grade is there; what the interviewer says from here on is about it."""

    grade: Grade
    reaction: str
    """What was said until then."""


def hear(
    session: Session, question: Question, *, grade: Callable[[], Grade], talker: Talker
) -> Iterator[Says | Judged | Graded]:
    """Yield what happens to a pending answer, up to the event that moves the session on.

    The reaction is said while the answer is graded, and the follow-up is worded while the grade is
    talked about. To stop listening is possible at any time: nothing is changed before the end.

    Args:
        session: Waits for a grade.
        question: Its question.
        grade: Grades the answer.
        talker: Speaks.
    """
    turn, mode = session.turn, session.mode
    answer = turn.full_answer
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="viva-hear")
    try:
        grading = pool.submit(grade)
        reaction = talker.react(question, answer, mode)
        yield from map(Says, reaction)
        graded = grading.result()
        yield Judged(graded, reaction.text)
        follow_up = None
        if turn.follow_up is None:
            follow_up = choose_follow_up(question, graded, mode, hinted=turn.hints)
        wording = None
        if follow_up is not None:
            wording = pool.submit(talker.word_follow_up, question, answer, graded, follow_up, mode)
        said, usage = "", reaction.usage
        if mode is Mode.COACH and graded.score.value is not None:
            comment = talker.comment(question, turn, graded, spoilers=follow_up is None)
            yield from map(Says, comment)
            said, usage = comment.text, usage + comment.usage
        worded = wording.result() if wording else FollowUpWords(None)
        yield Graded(
            graded,
            worded.follow_up,
            reaction=reaction.text,
            comment=said,
            usage=usage + worded.usage,
        )
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
