"""Plans the sessions of one person over one deck from what they wish and what they answered."""

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from typing import Protocol

from viva.domain import Deck, Kind
from viva.errors import NotFoundError
from viva.practice import Known, Plan, Waiting, Wishes, plan_practice, typical_seconds, waiting
from viva.retrieval import QuestionHit
from viva.scheduling import CardState, RatingRule, schedule
from viva.storage import SessionStore


class QuestionFinder(Protocol):
    """Finds questions by free text; the retriever is one."""

    def find_questions(self, text: str, *, limit: int) -> list[QuestionHit]:
        """Return the questions nearest to ``text``, nearest first."""
        ...


class Planner:
    """Knows what to ask next.

    Args:
        deck: The questions.
        store: What the person did.
        finder: Finds questions by text.
        rule: How scores become ratings.
        clock: Tells the time.
        random: Source of chance.
    """

    def __init__(
        self,
        deck: Deck,
        store: SessionStore,
        finder: QuestionFinder,
        *,
        rule: RatingRule,
        clock: Callable[[], datetime],
        random: Random,
    ) -> None:
        self._deck = deck
        self._store = store
        self._finder = finder
        self._rule = rule
        self._clock = clock
        self._random = random

    def cards(self) -> Mapping[str, CardState]:
        """Return the state of every question of the deck that was graded, by its id."""
        asked = (past.turn for past in self._store.history(self._deck.id))
        return schedule(asked, now=self._clock(), rule=self._rule)

    def waiting(self) -> Waiting:
        """Return what waits to be asked."""
        return waiting(self._deck, self.cards(), now=self._clock())

    def plan(self, wishes: Wishes) -> Plan:
        """Return what a session that fits the wishes would ask.

        Raises:
            InputError: If a job description is wished for and there is none.
            NotFoundError: If the deck has no question that was named.
        """
        known_ids = {question.id for question in self._deck.questions}
        if unknown := [one for one in wishes.questions if one not in known_ids]:
            raise NotFoundError(
                f"The deck {self._deck.title} has no question {unknown[0]!r}.",
                hint="It may have been renamed or removed.",
            )
        return plan_practice(self._deck, wishes, self._known(wishes), random=self._random)

    def _known(self, wishes: Wishes) -> Known:
        now = self._clock()
        if wishes.kind in {Kind.TODAY, Kind.MOCK}:
            turns = [past.turn for past in self._store.history(self._deck.id)]
            cards = schedule(turns, now=now, rule=self._rule)
            return Known(now=now, cards=cards, seconds=typical_seconds(turns))
        if wishes.kind is Kind.JOB and wishes.job_description.strip():
            limit = len(self._deck.questions)
            nearest = self._finder.find_questions(wishes.job_description, limit=limit)
            return Known(now=now, nearest=nearest)
        return Known(now=now)
