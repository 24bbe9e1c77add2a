"""Answers to the page's events: each moves the session on and returns what to show next.

The page sends back the place it was shown (session and revision) with every event and keeps nothing
else, so that a reload, a restarted server or another server process can go on where things stood.
"""

import logging
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import ParamSpec

import gradio as gr
from pydantic import ValidationError

from viva.domain import Difficulty, Mode, Phase, Session
from viva.errors import ConflictError, InputError, NotFoundError, VivaError
from viva.events import (
    AnswerGiven,
    ContestWithdrawn,
    Event,
    Finished,
    FollowUpAnswered,
    FollowUpDeclined,
    NextAsked,
    ReferenceOpened,
    Skipped,
)
from viva.interview import check_question
from viva.interviewer import Interviewer
from viva.practice import Wishes
from viva.talking.hearing import Instead, Judged, Says
from viva.web.contests import read_choice
from viva.web.markup import text
from viva.web.screen import (
    START,
    Screen,
    say,
    show,
    show_busy,
    show_judged,
    turns_to_regrade,
)

logger = logging.getLogger(__name__)

_BETWEEN_SCREENS = 0.1
"""Seconds between two screens while words come in."""

Given = ParamSpec("Given")


def shown_to_people(
    handler: Callable[Given, Iterator[Screen]],
) -> Callable[Given, Iterator[Screen]]:
    """Show a ``VivaError`` as a notice; the page, and what was typed, stay as they are."""

    @wraps(handler)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Iterator[Screen]:
        try:
            yield from handler(*args, **kwargs)
        except VivaError as error:
            raise gr.Error(
                text(str(error)), title="That did not work", duration=12, print_exception=False
            ) from error

    return guarded


class Live:
    """Words as they come, shown some times a second and not with every token.

    Args:
        asked: The free question that they reply to, if any.
    """

    def __init__(self, asked: str = "") -> None:
        self._asked = asked
        self._said = ""
        self._shown_at = 0.0

    def add(self, piece: str) -> Iterator[Screen]:
        """Take a piece, and yield a screen if it is time for one."""
        self._said += piece
        ends = piece.rstrip().endswith((".", "!", "?"))  # perhaps the last: no more may follow
        if ends or time.monotonic() - self._shown_at >= _BETWEEN_SCREENS:
            self._shown_at = time.monotonic()
            yield say(self._said, asked=self._asked)


class Handlers:
    """The page's events, over one interviewer."""

    def __init__(self, interviewer: Interviewer) -> None:
        self._interviewer = interviewer

    @shown_to_people
    def load(self, request: gr.Request) -> Iterator[Screen]:
        """Show the interview that the address names, or the start."""
        session_id = str(request.query_params.get("interview") or "")
        if not session_id:
            yield START
            return
        try:
            session = self._interviewer.load(session_id)
        except NotFoundError as error:
            gr.Warning(text(str(error)))
            yield START
            return
        yield self._shown(session)
        yield from self._hear(session)

    @shown_to_people
    def start(
        self,
        mode: str,
        count: float,
        topics: list[str],
        difficulties: list[str],
        minutes: float | None,
        job_description: str,
        grader: str,
    ) -> Iterator[Screen]:
        """Start an interview."""
        try:
            wishes = Wishes(
                mode=Mode(mode),
                count=int(count),
                topics=tuple(topics),
                difficulties=tuple(Difficulty(level) for level in difficulties),
                seconds_per_question=round(60 * minutes) if minutes and mode == Mode.EXAM else None,
                job_description=job_description or "",
                grader=grader or "",
            )
        except (ValidationError, ValueError) as error:
            raise InputError(
                "These choices cannot be used: 1 to 61 questions, half a minute to an hour for "
                "each, and a job description of up to 50,000 characters.",
            ) from error
        yield self._shown(self._interviewer.start(wishes))

    @shown_to_people
    def send(self, place: str, answer: str) -> Iterator[Screen]:
        """Take an answer, to the question or the follow-up, and grade it."""
        session = self._at(place)
        follow_up = session.phase is Phase.FOLLOW_UP
        event = FollowUpAnswered(answer) if follow_up else AnswerGiven(answer)
        session = self._interviewer.apply(session, event)
        yield self._shown(session, clears=True)
        yield from self._hear(session)

    @shown_to_people
    def ask(self, place: str, asked: str) -> Iterator[Screen]:
        """Reply to a free question."""
        session = self._at(place)
        asked = check_question(asked)
        yield show_busy(session, self._interviewer, asked=asked)
        yield from self._tell(self._interviewer.reply(session, asked), asked=asked, clears=True)

    @shown_to_people
    def model(self, place: str) -> Iterator[Screen]:
        """Tell a model answer; what stands in the box stays there."""
        session = self._at(place)
        yield show_busy(session, self._interviewer)
        yield from self._tell(self._interviewer.tell_model_answer(session))

    @shown_to_people
    def hint(self, place: str) -> Iterator[Screen]:
        """Give a hint."""
        session = self._interviewer.take_hint(self._at(place))
        yield self._shown(session)

    @shown_to_people
    def reference(self, place: str) -> Iterator[Screen]:
        """Show the reference before an answer: the question then does not count."""
        yield self._shown(self._apply(place, ReferenceOpened()))

    @shown_to_people
    def skip(self, place: str, typed: str) -> Iterator[Screen]:
        """Pass on the question."""
        yield self._shown(self._apply(place, Skipped(), typed=typed))

    @shown_to_people
    def decline(self, place: str, typed: str) -> Iterator[Screen]:
        """Add nothing after the follow-up."""
        yield self._shown(self._apply(place, FollowUpDeclined(), typed=typed))

    @shown_to_people
    def next(self, place: str, typed: str) -> Iterator[Screen]:
        """Go on to the next question, or to the report."""
        yield self._shown(self._apply(place, NextAsked(), typed=typed))

    @shown_to_people
    def finish(self, place: str, typed: str) -> Iterator[Screen]:
        """End the interview."""
        yield self._shown(self._apply(place, Finished(), typed=typed))

    @shown_to_people
    def regrade(self, place: str) -> Iterator[Screen]:
        """Grade anew every answer that waits for it."""
        session = self._at(place)
        yield show_busy(session, self._interviewer)
        for position in turns_to_regrade(session, self._interviewer.grader_of(session).name):
            session = self._interviewer.regrade(session, position)
            yield show_busy(session, self._interviewer)
        yield self._shown(session)

    @shown_to_people
    def contest(self, place: str, chosen: str) -> Iterator[Screen]:
        """Contest a verdict, or withdraw that; what stands in the box stays there."""
        event = read_choice(chosen)
        screen = self._shown(self._apply(place, event))
        said = "Withdrawn." if isinstance(event, ContestWithdrawn) else "Contested."
        yield screen._replace(announcement=f"{said} Your score stays as it is.")

    def _hear(self, session: Session) -> Iterator[Screen]:
        """Show a pending answer being graded and talked about."""
        if session.phase is not Phase.GRADING:
            return
        live = Live()
        for step in self._interviewer.hear(session):
            match step:
                case Says(piece):
                    yield from live.add(piece)
                case Instead(said):
                    live = Live()
                    yield say(said)
                case Judged(grade, reaction):
                    live = Live()
                    yield show_judged(session, self._interviewer, grade, reaction=reaction)
                case _:
                    yield self._shown(step)

    def _tell(
        self, steps: Iterator[Says | Instead | Session], *, asked: str = "", clears: bool = False
    ) -> Iterator[Screen]:
        """Show words as they come, then the session that they end with."""
        live = Live(asked)
        for step in steps:
            match step:
                case Says(piece):
                    yield from live.add(piece)
                case Instead(said):
                    yield say(said, asked=asked)
                case _:
                    yield self._shown(step, clears=clears)

    def prepare(self, place: str) -> None:
        """Let the grader get ready while the person reads the question.

        An event of its own: as long as one runs, Gradio may still write to the text box.
        """
        try:
            if place:
                self._interviewer.prepare(self._at(place))
        except VivaError as error:
            logger.info("the grader is not ready: %s", error)  # grading will say so to the person

    def _apply(self, place: str, event: Event, *, typed: str = "") -> Session:
        if typed.strip():
            raise InputError(
                "You have written something that was not sent.",
                hint="Send it, or clear the box first.",
            )
        return self._interviewer.apply(self._at(place), event)

    def _at(self, place: str) -> Session:
        """Return the session if it still is where the page shows it.

        Raises:
            ConflictError: If it went on in another window.
        """
        session_id, _, revision = place.rpartition(".")
        session = self._interviewer.load(session_id)
        if revision != str(session.revision):
            raise ConflictError(
                "The interview went on in another window.",
                hint="Reload the page to see where it stands; your text stays in the box.",
            )
        return session

    def _shown(self, session: Session, *, clears: bool = False) -> Screen:
        return show(session, self._interviewer, clears=clears)
