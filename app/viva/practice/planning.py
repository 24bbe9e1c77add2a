"""The plan of every kind of interview, in one function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from viva.domain import Deck, Kind, Mode
from viva.errors import InputError
from viva.practice.choosing import (
    choose_by_topic,
    choose_for_job,
    note_on_count,
    note_on_nearness,
)
from viva.practice.mock import plan_mock
from viva.practice.today import plan_today
from viva.practice.wishes import DEFAULT_SECONDS_PER_QUESTION, Choice, Plan, Wishes
from viva.scheduling import CardState

if TYPE_CHECKING:
    from viva.retrieval import QuestionHit


@dataclass(frozen=True)
class Known:
    """What a plan may rest on beside the wishes."""

    now: datetime
    cards: Mapping[str, CardState] = field(default_factory=dict)
    """What was answered before, by question."""
    seconds: float | None = None
    """What the candidate takes for a question; None if that is not known."""
    nearest: "Sequence[QuestionHit]" = ()
    """Questions by nearness to the job description, the nearest first."""


def plan_practice(deck: Deck, wishes: Wishes, known: Known, *, random: Random) -> Plan:
    """Return what a session that fits the wishes will ask; the same chance gives the same plan.

    Raises:
        InputError: If a job description is wished for and there is none.
    """
    match wishes.kind:
        case Kind.TODAY:
            plan = plan_today(
                deck,
                mode=wishes.mode,
                cards=known.cards,
                seconds=known.seconds,
                now=known.now,
                random=random,
            )
            return plan.model_copy(update={"seconds_per_question": _seconds(wishes)})
        case Kind.MOCK:
            return plan_mock(deck, cards=known.cards, random=random)
        case Kind.TOPIC:
            chosen = choose_by_topic(deck, wishes, random=random)
            return _plan(deck, wishes, chosen, note_on_count(deck, wishes, len(chosen)))
        case Kind.JOB if not wishes.questions:  # not chosen and shown before
            if not wishes.job_description.strip():
                raise InputError(
                    "There is no job description yet.", hint="Paste one, or drop a file."
                )
            chosen = choose_for_job(deck, wishes, nearest=known.nearest)
            notes = (note_on_nearness(known.nearest), note_on_count(deck, wishes, len(chosen)))
            return _plan(deck, wishes, chosen, *notes)
        case Kind.JOB | Kind.QUESTION:
            named = dict.fromkeys(wishes.questions)
            return _plan(deck, wishes, [Choice(question_id=question_id) for question_id in named])


def _plan(deck: Deck, wishes: Wishes, choices: Sequence[Choice], *notes: str) -> Plan:
    return Plan(
        kind=wishes.kind,
        mode=wishes.mode,
        choices=tuple(choices),
        note=" ".join(note for note in notes if note),
        seconds_per_question=_seconds(wishes),
    )


def _seconds(wishes: Wishes) -> int | None:
    if wishes.mode is not Mode.EXAM:
        return None
    return wishes.seconds_per_question or DEFAULT_SECONDS_PER_QUESTION
