"""A history as a CSV table: a row for each question that was asked."""

import csv
import io
from collections.abc import Iterable

from viva.domain import Question, Session, Turn, Verdict
from viva.history import History
from viva.progress import AttemptRef

COLUMNS = (
    "asked_at",
    "attempt",
    "deck",
    "kind",
    "mode",
    "question_id",
    "question",
    "topics",
    "difficulty",
    "state",
    "score_of_10",
    "points",
    "points_possible",
    "hints",
    "seconds",
    "covered",
    "partial",
    "missing",
    "contradicted",
    "points_missed",
    "answer",
    "grader",
)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""After OWASP, 'CSV Injection': what spreadsheets run a cell for, full-width forms included."""


def to_csv(history: History) -> str:
    """Return the table, its first row the names of the columns; times are ISO 8601."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")  # as RFC 4180 has it
    rows.writerow(COLUMNS)
    for session, position, turn in history.turns():
        question = history.decks[session.deck_id].question(turn.question_id)
        rows.writerow(_defused(_row(session, position, turn, question)))
    return out.getvalue()


def _row(session: Session, position: int, turn: Turn, question: Question) -> list[object]:
    score = turn.grade.score if turn.grade else None
    seconds = (turn.answered_at - turn.asked_at).total_seconds() if turn.answered_at else None
    return [
        turn.asked_at.isoformat(timespec="seconds"),
        AttemptRef(session_id=session.id, position=position),
        session.deck_id,
        session.kind,
        session.mode,
        question.id,
        question.text,
        " ".join(question.topics),
        question.difficulty,
        _state(turn),
        score.value if score else None,
        score.points if score else None,
        score.possible if score else None,
        len(turn.hints),
        None if seconds is None else round(seconds, 1),
        *(
            sum(own.verdict is verdict for own in turn.grade.bullets) if turn.grade else None
            for verdict in (
                Verdict.COVERED,
                Verdict.PARTIAL,
                Verdict.MISSING,
                Verdict.CONTRADICTED,
            )
        ),
        " | ".join(_missed(turn, question)),
        turn.full_answer,
        f"{turn.grade.grader.name} {turn.grade.grader.version}" if turn.grade else None,
    ]


def _state(turn: Turn) -> str:
    if turn.skipped:
        return "skipped"
    if turn.answer is None:
        return "not answered"
    if turn.peeked:
        return "not counted"
    return "graded" if turn.grade and turn.grade.score.value is not None else "not graded"


def _missed(turn: Turn, question: Question) -> list[str]:
    return [
        question.bullet(own.bullet_id).text
        for own in (turn.grade.bullets if turn.grade else ())
        if own.verdict in {Verdict.MISSING, Verdict.CONTRADICTED}
    ]


def _defused(cells: Iterable[object]) -> list[str]:
    texts = ("" if cell is None else str(cell) for cell in cells)
    return [f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text for text in texts]
