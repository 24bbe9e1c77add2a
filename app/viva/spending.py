"""What calls cost: tokens, dollars and seconds, by purpose, and the limit on it."""

import threading
from collections.abc import Iterable
from typing import Any

from viva.domain import Frozen, Usage
from viva.errors import BudgetSpent
from viva.settings import Settings

_A_HAIR = 1e-9
"""Sums of prices come out a little below what they should be."""

_SUMMED = ("input_tokens", "output_tokens", "cached_tokens", "cost", "seconds", "attempts")


class Spent(Frozen):
    """What several calls took together."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost: float = 0.0
    """In US dollars."""
    seconds: float = 0.0
    """Summed over calls; calls that ran side by side count in full."""
    attempts: int = 0
    estimated: bool = False
    """Whether tokens of any of them were guessed."""


def add_up(usages: Iterable[Usage]) -> Spent:
    """Return what these calls took together."""
    total = Spent()
    for usage in usages:
        total = _plus(total, usage, calls=1)
    return total


class Spending:
    """Counts what a process spends, from any number of threads, and stops it at the budget.

    Args:
        settings: The prices and the budget.
    """

    def __init__(self, settings: Settings) -> None:
        self._price_in = settings.llm_price_in / 1e6
        self._price_out = settings.llm_price_out / 1e6
        self._budget = settings.llm_budget
        self._by_purpose: dict[str, Spent] = {}
        self._lock = threading.Lock()

    def price(self, *, input_tokens: int, output_tokens: int) -> float:
        """Return what these tokens cost, in US dollars."""
        return input_tokens * self._price_in + output_tokens * self._price_out

    def record(self, usage: Usage, *, calls: int) -> None:
        """Add to what was spent.

        Args:
            usage: What was taken since the last record of the same call.
            calls: 1 at the end of a call, 0 in its middle.
        """
        with self._lock:
            before = self._by_purpose.get(usage.purpose, Spent())
            self._by_purpose[usage.purpose] = _plus(before, usage, calls=calls)

    @property
    def by_purpose(self) -> dict[str, Spent]:
        """What was spent so far on each purpose."""
        with self._lock:
            return dict(self._by_purpose)

    @property
    def total(self) -> Spent:
        """What was spent so far."""
        total = Spent()
        for spent in self.by_purpose.values():
            total = _plus(total, spent, calls=spent.calls)
        return total

    def check(self) -> None:
        """Do nothing while there is budget left.

        Requests that are under way at once can together go over it by what they cost.

        Raises:
            BudgetSpent: If it is used up.
        """
        if self._budget and (cost := self.total.cost) >= self._budget - _A_HAIR:
            raise BudgetSpent(
                f"The budget of ${self._budget:g} for the language model is used up "
                f"(${cost:.4g} spent).",
                hint="Raise VIVA_LLM_BUDGET and restart, or go on with the local grader.",
            )


def sum_fields(one: Usage | Spent, more: Usage | Spent) -> dict[str, Any]:
    """Return what two took together, by the names of the fields that both kinds have."""
    summed = {name: getattr(one, name) + getattr(more, name) for name in _SUMMED}
    return {**summed, "estimated": one.estimated or more.estimated}


def _plus(spent: Spent, more: Usage | Spent, *, calls: int) -> Spent:
    return Spent(calls=spent.calls + calls, **sum_fields(spent, more))
