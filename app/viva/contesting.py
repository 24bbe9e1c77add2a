"""A candidate contests a verdict: when they may, and what is kept of it.

A contest stands beside the grade and never enters a score: a grader that can be talked into marks
is worth nothing. ``interview.advance`` is the only caller that changes a session by it.
"""

from viva.domain import Contest, Grade, Mode, Phase, Session, Turn, Verdict
from viva.errors import ConflictError, InputError
from viva.grading.evidence import locate_quote


def may_contest(session: Session, position: int) -> bool:
    """Whether the verdicts on a turn can be contested: they are told, and its answer is final."""
    if not 0 <= position < len(session.turns) or session.turns[position].grade is None:
        return False
    if session.phase is Phase.ENDED:
        return True
    if session.mode is Mode.EXAM or session.phase is Phase.GRADING:
        return False
    return session.phase is Phase.REVIEW or position < len(session.turns) - 1


def contest_verdict(session: Session, position: int, contest: Contest) -> Turn:
    """Return the turn with a verdict contested; an earlier contest of the same one is replaced.

    Raises:
        ConflictError: If this is not the time for it, or there is no verdict on that bullet.
        InputError: If it is the verdict that was given, or the answer does not have the quote.
    """
    turn, grade = _find(session, position)
    given = {own.bullet_id: own.verdict for own in grade.bullets}.get(contest.bullet_id)
    if given in {None, Verdict.UNGRADED}:
        raise ConflictError("There is no verdict on this point.", hint="Reload the page.")
    if given is contest.verdict:
        raise InputError(
            f"That point was graded {given} already.", hint="Choose what you think right instead."
        )
    kept = contest.model_copy(update={"quote": _own_words(contest, turn.full_answer)})
    return turn.model_copy(update={"contests": (*_others(turn, contest.bullet_id), kept)})


def withdraw_contest(session: Session, position: int, bullet_id: str) -> Turn:
    """Return the turn without the contest of one verdict.

    Raises:
        ConflictError: If there is none, or this is not the time for it.
    """
    turn, _ = _find(session, position)
    if turn.contest_of(bullet_id) is None:
        raise ConflictError("There is nothing to withdraw.", hint="Reload the page.")
    return turn.model_copy(update={"contests": _others(turn, bullet_id)})


def still_contested(turn: Turn, grade: Grade) -> tuple[Contest, ...]:
    """Return the contests that a new grade leaves open: those that it does not give in to."""
    given = {own.bullet_id: own.verdict for own in grade.bullets}
    return tuple(own for own in turn.contests if given.get(own.bullet_id) is not own.verdict)


def _find(session: Session, position: int) -> tuple[Turn, Grade]:
    if not may_contest(session, position):
        raise ConflictError(
            "This verdict cannot be contested now.",
            hint="You can once the question is done; in an exam, once it has ended.",
        )
    turn = session.turns[position]
    assert turn.grade is not None, "what may be contested has a grade"
    return turn, turn.grade


def _others(turn: Turn, bullet_id: str) -> tuple[Contest, ...]:
    return tuple(own for own in turn.contests if own.bullet_id != bullet_id)


def _own_words(contest: Contest, answer: str) -> str:
    """Return the quote as the answer has it, empty for none."""
    if not contest.quote.strip():
        return ""
    if contest.verdict is Verdict.MISSING:
        raise InputError(
            "A point that is missing has no words to quote.",
            hint="Leave the quote empty, or choose another verdict.",
        )
    found = locate_quote(contest.quote, answer)
    if found is None:
        raise InputError(
            "Your answer does not have these words.",
            hint="Copy them from your answer as they stand there, or leave the quote empty.",
        )
    return found.quote
