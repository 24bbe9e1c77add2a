"""Answers to the page's events: each moves the session on and returns what to show next.

The page sends back the place it was shown (session and revision) with every event and keeps nothing
else, so that a reload, a restarted server or another server process can go on where things stood.
"""

import logging
from collections.abc import Callable, Iterator
from functools import wraps
from typing import ParamSpec

import gradio as gr
from pydantic import ValidationError

from viva.domain import Difficulty, Mode, Phase, Session
from viva.errors import ConflictError, InputError, NotFoundError, VivaError
from viva.events import (
    AnswerGiven,
    Event,
    Finished,
    FollowUpAnswered,
    FollowUpDeclined,
    NextAsked,
    ReferenceOpened,
    Skipped,
)
from viva.interviewer import Interviewer
from viva.practice import Wishes
from viva.web.markup import text
from viva.web.screen import START, Screen, show, turns_to_regrade

logger = logging.getLogger(__name__)

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
        yield self._shown(session, clears=False)
        if session.phase is Phase.GRADING:
            yield self._shown(self._interviewer.grade(session))

    @shown_to_people
    def start(
        self,
        mode: str,
        count: float,
        topics: list[str],
        difficulties: list[str],
        minutes: float | None,
        job_description: str,
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
        yield self._shown(session)
        yield self._shown(self._interviewer.grade(session))

    @shown_to_people
    def hint(self, place: str) -> Iterator[Screen]:
        """Give a hint."""
        session = self._interviewer.take_hint(self._at(place))
        yield self._shown(session, clears=False)

    @shown_to_people
    def reference(self, place: str) -> Iterator[Screen]:
        """Show the reference before an answer: the question then does not count."""
        yield self._shown(self._apply(place, ReferenceOpened()), clears=False)

    @shown_to_people
    def skip(self, place: str, typed: str) -> Iterator[Screen]:
        """Pass on the question."""
        yield self._shown(self._apply(place, Skipped(), typed=typed))

    @shown_to_people
    def decline(self, place: str, typed: str) -> Iterator[Screen]:
        """Add nothing after the follow-up."""
        yield self._shown(self._apply(place, FollowUpDeclined(), typed=typed))

    @shown_to_people
    def next(self, place: str) -> Iterator[Screen]:
        """Go on to the next question, or to the report."""
        yield self._shown(self._apply(place, NextAsked()))

    @shown_to_people
    def finish(self, place: str, typed: str) -> Iterator[Screen]:
        """End the interview."""
        yield self._shown(self._apply(place, Finished(), typed=typed))

    @shown_to_people
    def regrade(self, place: str) -> Iterator[Screen]:
        """Grade anew every answer that waits for it."""
        session = self._at(place)
        for position in turns_to_regrade(session):
            session = self._interviewer.regrade(session, position)
        yield self._shown(session)

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

    def _shown(self, session: Session, *, clears: bool = True) -> Screen:
        return show(session, self._interviewer, clears=clears)
