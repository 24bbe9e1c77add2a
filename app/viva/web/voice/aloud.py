"""What the interviewer reads aloud: only words that the page shows at that moment.

A browser names a passage of a turn (``question``, ``hint1``, ``follow-up``, ``feedback``,
``model``, ``reply1``) and gets its sentences; it can have no other text spoken.
"""

from collections.abc import Mapping

from viva.claims import split_sentences
from viva.domain import (
    Bullet,
    BulletGrade,
    Deck,
    Grade,
    Mode,
    Phase,
    Question,
    Session,
    Turn,
    Verdict,
)
from viva.errors import NotFoundError
from viva.feedback import comment_on, explain, format_points, greet, hint_for
from viva.report import Report, make_report
from viva.web.markup import LABELS

REPORT = "report"
"""The passage of an ended interview as a whole."""
SAMPLE = (
    "Hello, this is how I sound.",
    "I read you the questions, and what I think of your answers.",
)
"""What a voice says when somebody tries it."""

_STUDIED = 3
"""Most bullets to study that a report names when it is read aloud; the page has them all."""


def passages(session: Session, deck: Deck, position: int) -> Mapping[str, str]:
    """Return what the page shows of one turn for reading aloud, by name, in its order.

    Args:
        session: The session.
        deck: Its deck.
        position: Of the turn.

    Raises:
        NotFoundError: If the session has not come to that turn.
    """
    if not 0 <= position < len(session.turns):
        raise NotFoundError("This question was not asked yet.", hint="Reload the page.")
    turn = session.turns[position]
    question = deck.question(turn.question_id)
    welcome = f"{greet(deck, session)} " if position == 0 else ""
    said = {"question": welcome + question.text}
    for number, bullet_id in enumerate(turn.hints, start=1):
        said[f"hint{number}"] = f"Hint {number}. {hint_for(question, question.bullet(bullet_id))}"
    current = position == len(session.turns) - 1
    open_follow_up = current and session.phase is Phase.FOLLOW_UP
    grading = current and session.phase is Phase.GRADING
    coached = session.mode is Mode.COACH or session.phase is Phase.ENDED
    first = turn.first_grade or turn.grade
    if coached and open_follow_up and first:
        said["first-feedback"] = _feedback(question, first, turn, spoilers=False)
    if turn.follow_up:
        said["follow-up"] = turn.follow_up.text
    if coached and turn.grade and not open_follow_up and not grading:
        said["feedback"] = _feedback(question, turn.grade, turn, spoilers=True)
        if turn.model_answer:
            said["model"] = f"A model answer. {turn.model_answer}"
    for number, exchange in enumerate(turn.exchanges, start=1):
        said[f"reply{number}"] = exchange.reply
    if current and session.phase is Phase.ENDED:
        said[REPORT] = _report(make_report(session, deck))
    return said


def sentences(session: Session, deck: Deck, position: int, passage: str) -> tuple[str, ...]:
    """Return the sentences of one passage.

    Raises:
        NotFoundError: If the page does not show it.
    """
    try:
        said = passages(session, deck, position)[passage]
    except KeyError as error:
        raise NotFoundError(
            "The page does not show this (any more).", hint="Reload the page."
        ) from error
    return tuple(" ".join(claim.text.split()) for claim in split_sentences(said))


def _feedback(question: Question, grade: Grade, turn: Turn, *, spoilers: bool) -> str:
    """Return a card in words: the comment, then, unless it would spoil, each point that is open."""
    parts = [comment_on(question, grade)]
    if grade.score.value is not None:
        parts.append(f"That is {grade.score.value:g} out of 10: {format_points(grade.score)}.")
    if grade.notice:
        parts.append(grade.notice)
    if turn.comment:
        parts.append(turn.comment)
    if spoilers:
        parts += (
            _point(number, question.bullet(own.bullet_id), own)
            for number, own in enumerate(grade.bullets, start=1)
            if own.verdict is not Verdict.COVERED
        )
    return "\n".join(parts)


def _report(report: Report) -> str:
    """Return a report in words: the score, and what to study first."""
    value = report.overall.value
    mark = "Nothing was scored" if value is None else f"{value:g} out of 10"
    parts = ["The interview has ended.", f"{mark}: {format_points(report.overall)}."]
    if report.study:
        parts += ["To study first:", *(line.text for line in report.study[:_STUDIED])]
    return "\n".join(parts)


def _point(number: int, bullet: Bullet, grade: BulletGrade) -> str:
    why = "" if grade.verdict is Verdict.MISSING else f" {explain(bullet, grade)}"
    return f"Point {number}, {LABELS[grade.verdict][1].lower()}: {bullet.text}{why}"
