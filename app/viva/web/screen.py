"""What the page shows, as plain values: one function from a session to a screen."""

from typing import NamedTuple

from viva.domain import Grade, GraderIdentity, Mode, Phase, Session, Verdict
from viva.feedback import format_points
from viva.interviewer import Interviewer
from viva.web.conversation import conversation, speaking, status_bar
from viva.web.report_view import report_view


class Screen(NamedTuple):
    """Everything that changes on the page."""

    place: str = ""
    """Session and revision, sent back with every event; empty before an interview."""
    bar: str = ""
    """HTML."""
    conversation: str = ""
    """HTML."""
    live: str = ""
    """HTML below the conversation: what the interviewer is saying at this moment."""
    grader: GraderIdentity | None = None
    """Who grades in this interview."""
    only_live: bool = False
    """Whether nothing but ``live`` changes."""
    report: str = ""
    """HTML; empty before the end."""
    announcement: str = ""
    """What a screen reader says on arrival; plain text."""
    buttons: frozenset[str] = frozenset()
    """Names of the buttons on offer."""
    writes: bool = False
    """Whether a text is awaited."""
    asks: bool = False
    """Whether that text is a free question."""
    clears: bool = False
    """Whether the text box is emptied, as what it held has been taken."""


START = Screen()
"""The screen before an interview."""


def show(session: Session, interviewer: Interviewer, *, clears: bool = False) -> Screen:
    """Return the screen of a session."""
    deck = interviewer.deck
    grader = interviewer.grader_of(session)
    ended = session.phase is Phase.ENDED
    asks = session.phase is Phase.REVIEW and session.mode is Mode.COACH
    recordings = interviewer.recordings(session)
    return Screen(
        place=f"{session.id}.{session.revision}",
        bar="" if ended else status_bar(session, deck),
        conversation="" if ended else conversation(session, deck, recordings=recordings),
        report=report_view(session, interviewer.report(session), deck, recordings) if ended else "",
        live=speaking("") if session.phase is Phase.GRADING else "",
        grader=grader,
        announcement=_announce(session),
        buttons=_buttons(session, grader.name) | _to_hear(session, interviewer),
        writes=session.phase in {Phase.ANSWER, Phase.FOLLOW_UP} or asks,
        asks=asks,
        clears=clears,
    )


def show_judged(
    session: Session, interviewer: Interviewer, grade: Grade, *, reaction: str
) -> Screen:
    """Return the screen while a fresh grade is talked about."""
    shown = conversation(session, interviewer.deck, judged=grade, reaction=reaction)
    return show(session, interviewer)._replace(conversation=shown, live=speaking("…"))


def show_busy(session: Session, interviewer: Interviewer, *, asked: str = "") -> Screen:
    """Return the screen of a session while something is on its way, and nothing can be pressed."""
    shown = show(session, interviewer)
    return shown._replace(live=speaking("", asked=asked), buttons=frozenset(), writes=False)


def say(said: str, *, asked: str = "") -> Screen:
    """Return a screen that differs from the last one by what the interviewer is saying."""
    return Screen(live=speaking(said, asked=asked), only_live=True)


def turns_to_regrade(session: Session, grader: str) -> list[int]:
    """Return the positions of the turns with an answer that can have a better grade.

    It waits for a whole one, or another grader than the chosen one had to step in.
    """
    return [
        position
        for position, turn in enumerate(session.turns)
        if turn.full_answer
        and (
            turn.grade is None
            or any(bullet.verdict is Verdict.UNGRADED for bullet in turn.grade.bullets)
            or (session.grader and turn.grade.grader.name != grader)
        )
    ]


def _buttons(session: Session, grader: str) -> frozenset[str]:
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
            if session.mode is Mode.COACH:
                offered.add("ask")
        case Phase.ENDED:
            offered = {"again"}
        case Phase.GRADING:
            offered = {"finish"}
    visible = session.mode is Mode.COACH or session.phase is Phase.ENDED
    if (
        visible
        and session.phase in {Phase.REVIEW, Phase.ENDED}
        and turns_to_regrade(session, grader)
    ):
        offered.add("regrade")
    return frozenset(offered)


def _to_hear(session: Session, interviewer: Interviewer) -> frozenset[str]:
    """Offer a model answer where it is more than the card's own list."""
    offers = (
        session.phase is Phase.REVIEW
        and session.mode is Mode.COACH
        and not session.turn.model_answer
        and interviewer.speaks_freely(session)
    )
    return frozenset({"model"} if offers else ())


def _announce(session: Session) -> str:
    grade = session.turn.grade
    match session.phase:
        case Phase.ANSWER:
            return f"Question {len(session.turns)} of {len(session.plan)}."
        case Phase.GRADING:
            return "Reading your answer."
        case Phase.FOLLOW_UP:
            return "The interviewer asks a follow-up."
        case Phase.REVIEW if session.turn.exchanges:
            return session.turn.exchanges[-1].reply
        case Phase.REVIEW if grade and session.mode is Mode.COACH:
            value = grade.score.value
            mark = "Not graded" if value is None else f"{value:g} out of 10"
            return f"{mark}: {format_points(grade.score)}. {session.turn.comment}".strip()
        case Phase.ENDED:
            return "The interview has ended. Here is your report."
        case _:
            return ""
