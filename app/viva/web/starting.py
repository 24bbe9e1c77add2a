"""Answers to the start screen's events: what waits, and the start of each kind of practice."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from viva.domain import Difficulty, Kind, Mode
from viva.errors import InputError
from viva.interviewer import Interviewer
from viva.interviewers import Interviewers
from viva.job_description import check_length, read_job_description
from viva.practice import Plan, Waiting, Wishes
from viva.web.handlers import Place, refused_to_people, shown_to_people
from viva.web.markup import element, text
from viva.web.screen import Screen


class Offer(NamedTuple):
    """What the start screen offers over one deck."""

    decks: list[tuple[str, str]]
    """Title and id of each deck that can be chosen."""
    deck: str
    """Id of the one that is chosen."""
    cards: dict[Kind, str]
    """Label of each kind's card: its name, and on a new line what waits."""
    topics: list[tuple[str, str]]
    """Name and id."""
    questions: list[tuple[str, str]]
    """Text and id."""


class JobPlan(NamedTuple):
    """What was chosen for a job description."""

    html: str
    questions: str
    """Ids, by comma."""


class Starting:
    """The start screen's events of one person.

    Args:
        interviewers: Find the interviewer of each deck.
        person: Id of the person.
    """

    def __init__(self, interviewers: Interviewers, person: str) -> None:
        self._interviewers = interviewers
        self._person = person

    @refused_to_people
    def offer(self, deck_id: str) -> Offer:
        """Return what can be started over a deck; over the default one if none is named."""
        entries = self._interviewers.decks(self._person)
        known = {entry.id for entry in entries}
        interviewer = self._over(deck_id if deck_id in known else "")
        deck = interviewer.deck
        topics = [(topic.name, topic.id) for topic in deck.topics]
        return Offer(
            decks=[(f"{entry.title} ({entry.questions})", entry.id) for entry in entries],
            deck=deck.id,
            cards=_cards(interviewer.planner.waiting(), len(topics), len(deck.questions)),
            topics=topics,
            questions=[(question.text, question.id) for question in deck.questions],
        )

    @shown_to_people
    def today(self, deck_id: str, grader: str) -> Iterator[Screen]:
        """Start today's practice."""
        yield self._start(deck_id, Wishes(kind=Kind.TODAY, grader=grader or ""))

    @shown_to_people
    def mock(self, deck_id: str, grader: str) -> Iterator[Screen]:
        """Start a mock interview."""
        yield self._start(deck_id, Wishes(kind=Kind.MOCK, grader=grader or ""))

    @shown_to_people
    def by_topic(
        self,
        deck_id: str,
        grader: str,
        mode: str,
        count: float,
        minutes: float | None,
        topics: list[str],
        difficulties: list[str],
    ) -> Iterator[Screen]:
        """Start an interview on topics."""
        try:
            wishes = Wishes(
                mode=Mode(mode),
                count=int(count),
                topics=tuple(topics),
                difficulties=tuple(Difficulty(level) for level in difficulties),
                seconds_per_question=round(60 * minutes) if minutes and mode == Mode.EXAM else None,
                grader=grader or "",
            )
        except (ValidationError, ValueError) as error:
            raise InputError(
                "These choices cannot be used: 1 to 61 questions, half a minute to an hour for "
                "each.",
            ) from error
        yield self._start(deck_id, wishes)

    @refused_to_people
    def read_job(self, file: str | None) -> str:
        """Return the text of a dropped job description; the copy that was sent is deleted."""
        if not file:
            return ""
        path = Path(file)
        try:
            return read_job_description(path)
        finally:
            path.unlink(missing_ok=True)

    @refused_to_people
    def choose_for_job(self, deck_id: str, description: str, count: float) -> JobPlan:
        """Return the questions that fit a job description, with the reason for each."""
        interviewer = self._over(deck_id)
        wishes = Wishes(
            kind=Kind.JOB, count=int(count), job_description=check_length(description or "")
        )
        plan = interviewer.planner.plan(wishes)
        return JobPlan(_job_list(plan, interviewer), ",".join(plan.questions))

    @shown_to_people
    def for_job(self, deck_id: str, grader: str, chosen: str) -> Iterator[Screen]:
        """Start an interview on the questions that were chosen and shown."""
        questions = tuple(one for one in chosen.split(",") if one)
        yield self._start(deck_id, Wishes(kind=Kind.JOB, questions=questions, grader=grader or ""))

    @shown_to_people
    def question(self, deck_id: str, grader: str, question: str | None) -> Iterator[Screen]:
        """Start an interview on one question."""
        if not question:
            raise InputError("No question is chosen yet.", hint="Pick one from the list.")
        yield self._start(
            deck_id, Wishes(kind=Kind.QUESTION, questions=(question,), grader=grader or "")
        )

    def _over(self, deck_id: str) -> Interviewer:
        return self._interviewers.of(self._person, deck_id or "")

    def _start(self, deck_id: str, wishes: Wishes) -> Screen:
        interviewer = self._over(deck_id)
        return Place(interviewer, interviewer.start(wishes)).show()


def _cards(wait: Waiting, topics: int, questions: int) -> dict[Kind, str]:
    what = {
        Kind.TODAY: f"About 15 minutes. Waiting: {_what_waits(wait)}",
        Kind.MOCK: "45 minutes against the clock, then a recommendation",
        Kind.TOPIC: f"{_count(topics, 'topic')}, with a coach or as an exam",
        Kind.JOB: "Paste one or drop a file; see why each question fits",
        Kind.QUESTION: f"Pick one of {questions}",
    }
    return {kind: f"{kind.label}\n{line}" for kind, line in what.items()}


def _what_waits(wait: Waiting) -> str:
    counts = {"due": len(wait.due), "weak": len(wait.weak), "new": len(wait.new)}
    parts = [f"{count} {name}" for name, count in counts.items() if count]
    return ", ".join(parts) or "nothing; you may still go ahead"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _job_list(plan: Plan, interviewer: Interviewer) -> str:
    if not plan.choices:
        return element("p", "No question fits what you chose.", class_="v-notice")
    rows = (
        element(
            "li",
            element("p", text(interviewer.deck.question(choice.question_id).text)),
            element("p", text(choice.why), class_="v-why"),
        )
        for choice in plan.choices
    )
    note = element("p", text(plan.note), class_="v-notice") if plan.note else ""
    heading = element("h3", "Chosen for this job")
    return element("div", heading, note, element("ol", *rows), class_="v-chosen", role="status")
