"""Answers to the page's events: each moves the session on and returns what to show next.

The page sends back the place it was shown (session and revision) with every event and keeps nothing
else, so that a reload, a restarted server or another server process can go on where things stood.
"""

import logging
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

import gradio as gr

from viva.domain import Phase, Session
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
from viva.interviewers import Interviewers
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
from viva.web.voice.spoken import read_spoken

logger = logging.getLogger(__name__)

_BETWEEN_SCREENS = 0.1
"""Seconds between two screens while words come in."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


def shown_to_people(
    handler: Callable[Given, Iterator[Screen]],
) -> Callable[Given, Iterator[Screen]]:
    """Show a ``VivaError`` as a notice; the page, and what was typed, stay as they are."""

    @wraps(handler)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Iterator[Screen]:
        try:
            yield from handler(*args, **kwargs)
        except VivaError as error:
            raise _notice(error) from error

    return guarded


def refused_to_people(handler: Callable[Given, Result]) -> Callable[Given, Result]:
    """Do the same for an event that returns no screens."""

    @wraps(handler)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return handler(*args, **kwargs)
        except VivaError as error:
            raise _notice(error) from error

    return guarded


def _notice(error: VivaError) -> gr.Error:
    return gr.Error(text(str(error)), title="That did not work", duration=12, print_exception=False)


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


class Place(NamedTuple):
    """Where an event happens."""

    interviewer: Interviewer
    """Over the session's deck."""
    session: Session

    def apply(self, event: Event) -> "Place":
        """Move the session on and store it."""
        return self._replace(session=self.interviewer.apply(self.session, event))

    def show(self, *, clears: bool = False) -> Screen:
        """Return the screen of the session."""
        return show(self.session, self.interviewer, clears=clears)


class Handlers:
    """The page's events of one person.

    Args:
        interviewers: Find the interviewer of each session.
        person: Id of the person.
    """

    def __init__(self, interviewers: Interviewers, person: str) -> None:
        self._interviewers = interviewers
        self._person = person

    @shown_to_people
    def load(self, session_id: str) -> Iterator[Screen]:
        """Show an interview, or the start if there is none with this id."""
        start = START._replace(grader=self._interviewers.of(self._person).grader)
        if not session_id:
            yield start
            return
        try:
            place = self._find(session_id)
        except NotFoundError as error:
            gr.Warning(text(str(error)))
            yield start
            return
        yield place.show()
        yield from self._hear(place)

    @shown_to_people
    def send(self, at: str, answer: str, spoken: str = "") -> Iterator[Screen]:
        """Take an answer, to the question or the follow-up, and grade it.

        Args:
            at: Where the page shows the interview.
            answer: The text.
            spoken: What the scripts tell of how it was spoken; empty if it was typed.
        """
        place = self._at(at)
        given = FollowUpAnswered if place.session.phase is Phase.FOLLOW_UP else AnswerGiven
        place = place.apply(given(answer, read_spoken(spoken, answer)))
        yield place.show(clears=True)
        yield from self._hear(place)

    @shown_to_people
    def ask(self, at: str, asked: str) -> Iterator[Screen]:
        """Reply to a free question."""
        place = self._at(at)
        asked = check_question(asked)
        yield show_busy(place.session, place.interviewer, asked=asked)
        reply = place.interviewer.reply(place.session, asked)
        yield from self._tell(place, reply, asked=asked, clears=True)

    @shown_to_people
    def model(self, at: str) -> Iterator[Screen]:
        """Tell a model answer; what stands in the box stays there."""
        place = self._at(at)
        yield show_busy(place.session, place.interviewer)
        yield from self._tell(place, place.interviewer.tell_model_answer(place.session))

    @shown_to_people
    def hint(self, at: str) -> Iterator[Screen]:
        """Give a hint."""
        place = self._at(at)
        yield place._replace(session=place.interviewer.take_hint(place.session)).show()

    @shown_to_people
    def reference(self, at: str) -> Iterator[Screen]:
        """Show the reference before an answer: the question then does not count."""
        yield self._at(at).apply(ReferenceOpened()).show()

    @shown_to_people
    def skip(self, at: str, typed: str) -> Iterator[Screen]:
        """Pass on the question."""
        yield self._at(at, typed=typed).apply(Skipped()).show()

    @shown_to_people
    def decline(self, at: str, typed: str) -> Iterator[Screen]:
        """Add nothing after the follow-up."""
        yield self._at(at, typed=typed).apply(FollowUpDeclined()).show()

    @shown_to_people
    def next(self, at: str, typed: str) -> Iterator[Screen]:
        """Go on to the next question, or to the report."""
        yield self._at(at, typed=typed).apply(NextAsked()).show()

    @shown_to_people
    def finish(self, at: str, typed: str) -> Iterator[Screen]:
        """End the interview."""
        yield self._at(at, typed=typed).apply(Finished()).show()

    @shown_to_people
    def regrade(self, at: str) -> Iterator[Screen]:
        """Grade anew every answer that waits for it."""
        interviewer, session = self._at(at)
        yield show_busy(session, interviewer)
        for position in turns_to_regrade(session, interviewer.grader_of(session).name):
            session = interviewer.regrade(session, position)
            yield show_busy(session, interviewer)
        yield show(session, interviewer)

    @shown_to_people
    def contest(self, at: str, chosen: str) -> Iterator[Screen]:
        """Contest a verdict, or withdraw that; what stands in the box stays there."""
        event = read_choice(chosen)
        screen = self._at(at).apply(event).show()
        said = "Withdrawn." if isinstance(event, ContestWithdrawn) else "Contested."
        yield screen._replace(announcement=f"{said} Your score stays as it is.")

    def _hear(self, place: Place) -> Iterator[Screen]:
        """Show a pending answer being graded and talked about."""
        interviewer, session = place
        if session.phase is not Phase.GRADING:
            return
        live = Live()
        for step in interviewer.hear(session):
            match step:
                case Says(piece):
                    yield from live.add(piece)
                case Instead(said):
                    live = Live()
                    yield say(said)
                case Judged(grade, reaction):
                    live = Live()
                    yield show_judged(session, interviewer, grade, reaction=reaction)
                case _:
                    yield show(step, interviewer)

    def _tell(
        self,
        place: Place,
        steps: Iterator[Says | Instead | Session],
        *,
        asked: str = "",
        clears: bool = False,
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
                    yield show(step, place.interviewer, clears=clears)

    def prepare(self, at: str) -> None:
        """Let the grader get ready while the person reads the question.

        An event of its own: as long as one runs, Gradio may still write to the text box.
        """
        try:
            if at:
                interviewer, session = self._at(at)
                interviewer.prepare(session)
        except VivaError as error:
            logger.info("the grader is not ready: %s", error)  # grading will say so to the person

    def _at(self, at: str, *, typed: str = "") -> Place:
        """Return where an event happens, if the session still is where the page shows it.

        Args:
            at: Session and revision as the page sends them.
            typed: What stands in the box and would be lost.

        Raises:
            InputError: If something stands in the box.
            ConflictError: If the session went on in another window.
        """
        if typed.strip():
            raise InputError(
                "You have written something that was not sent.",
                hint="Send it, or clear the box first.",
            )
        session_id, _, revision = at.rpartition(".")
        place = self._find(session_id)
        if revision != str(place.session.revision):
            raise ConflictError(
                "The interview went on in another window.",
                hint="Reload the page to see where it stands; your text stays in the box.",
            )
        return place

    def _find(self, session_id: str) -> Place:
        interviewer = self._interviewers.of_session(self._person, session_id)
        return Place(interviewer, interviewer.load(session_id))
