"""What the page shows, as plain values: one function from a session to a screen."""

from typing import NamedTuple

from viva.domain import Mode, Phase, Session, Verdict
from viva.feedback import format_points
from viva.interviewer import Interviewer
from viva.web.conversation import conversation, status_bar
from viva.web.report_view import report_view


class Screen(NamedTuple):
    """Everything that changes on the page."""

    place: str = ""
    """Session and revision, sent back with every event; empty before an interview."""
    bar: str = ""
    """HTML."""
    conversation: str = ""
    """HTML."""
    report: str = ""
    """HTML; empty before the end."""
    announcement: str = ""
    """What a screen reader says on arrival; plain text."""
    buttons: frozenset[str] = frozenset()
    """Names of the buttons on offer."""
    writes: bool = False
    """Whether a text is awaited."""
    clears: bool = True
    """Whether the text box is emptied, as what it held has been taken."""


START = Screen()
"""The screen before an interview."""


def show(session: Session, interviewer: Interviewer, *, clears: bool = True) -> Screen:
    """Return the screen of a session."""
    deck = interviewer.deck
    ended = session.phase is Phase.ENDED
    return Screen(
        place=f"{session.id}.{session.revision}",
        bar="" if ended else status_bar(session, deck),
        conversation="" if ended else conversation(session, deck),
        report=report_view(session, interviewer.report(session), deck) if ended else "",
        announcement=_announce(session),
        buttons=_buttons(session),
        writes=session.phase in {Phase.ANSWER, Phase.FOLLOW_UP},
        clears=clears,
    )


def turns_to_regrade(session: Session) -> list[int]:
    """Return the positions of the turns with an answer that still waits for a whole grade."""
    return [
        position
        for position, turn in enumerate(session.turns)
        if turn.full_answer
        and (
            turn.grade is None
            or any(bullet.verdict is Verdict.UNGRADED for bullet in turn.grade.bullets)
        )
    ]


def _buttons(session: Session) -> frozenset[str]:
    offered: set[str] = set()
    match session.phase:
        case Phase.ANSWER:
            offered = {"send", "skip", "finish"}
            if session.mode is Mode.COACH and not session.turn.peeked:
                offered |= {"hint", "reference"}
        case Phase.FOLLOW_UP:
            offered = {"send", "decline", "finish"}
        case Phase.REVIEW:
            offered = {"next", "finish"}
        case Phase.ENDED:
            offered = {"again"}
        case Phase.GRADING:
            offered = set()
    visible = session.mode is Mode.COACH or session.phase is Phase.ENDED
    if visible and session.phase in {Phase.REVIEW, Phase.ENDED} and turns_to_regrade(session):
        offered.add("regrade")
    return frozenset(offered)


def _announce(session: Session) -> str:
    grade = session.turn.grade
    match session.phase:
        case Phase.ANSWER:
            return f"Question {len(session.turns)} of {len(session.plan)}."
        case Phase.GRADING:
            return "Reading your answer."
        case Phase.FOLLOW_UP:
            return "The interviewer asks a follow-up."
        case Phase.REVIEW if grade and session.mode is Mode.COACH:
            value = grade.score.value
            mark = "Not graded" if value is None else f"{value:g} out of 10"
            return f"{mark}: {format_points(grade.score)}."
        case Phase.ENDED:
            return "The interview has ended. Here is your report."
        case _:
            return ""
