"""One call under way: its end, and what it took so far."""

from collections.abc import Sequence

from viva.domain import Usage
from viva.language_model.completion import TokenCounts
from viva.language_model.dialect import Message
from viva.language_model.retrying import MOST_TRIES, Deadline
from viva.spending import Spending, sum_fields

_CHARACTERS_PER_TOKEN = 4
"""For servers that tell no tokens; English text has about so many."""


class Call:
    """Counts requests and tokens, and tells the spending at once, so that the budget holds.

    Args:
        usage: Purpose and model; nothing taken yet.
        deadline: The end of the call.
        spending: Where it is recorded.
        seed: Sent with every request.
        tries: Most tries of one request.
    """

    def __init__(
        self,
        usage: Usage,
        *,
        deadline: Deadline,
        spending: Spending,
        seed: int,
        tries: int = MOST_TRIES,
    ) -> None:
        self.deadline = deadline
        self.seed = seed
        self.tries = tries
        self._blank = usage
        self._usage = usage
        self._spending = spending
        self._is_finished = False

    @property
    def usage(self) -> Usage | None:
        """What the call took, or None before its end."""
        return self._usage if self._is_finished else None

    def start_request(self) -> None:
        """Count a request that is about to be sent.

        Raises:
            BudgetSpent: If the budget is used up, perhaps by calls that ended while this waited.
        """
        self._spending.check()
        self._add(self._blank.model_copy(update={"attempts": 1}))

    def count(self, tokens: TokenCounts | None, sent: Sequence[Message], written: str) -> None:
        """Count the tokens of a request that was answered.

        Args:
            tokens: As its server counts them, or None if it does not.
            sent: The messages.
            written: What came back.
        """
        guess_in = sum(len(message["content"]) for message in sent) // _CHARACTERS_PER_TOKEN
        guess_out = len(written) // _CHARACTERS_PER_TOKEN
        told_in = tokens.prompt_tokens if tokens else None
        told_out = tokens.completion_tokens if tokens else None
        read = guess_in if told_in is None else max(told_in, 0)
        wrote = guess_out if told_out is None else max(told_out, 0)
        self._add(
            self._blank.model_copy(
                update={
                    "input_tokens": read,
                    "output_tokens": wrote,
                    "cached_tokens": max(tokens.cached, 0) if tokens else 0,
                    "cost": self._spending.price(input_tokens=read, output_tokens=wrote),
                    "estimated": told_in is None or told_out is None,
                }
            )
        )

    def finish(self) -> Usage:
        """End the call and return what it took; one that sent nothing is not counted."""
        if not self._is_finished and self._usage.attempts:
            seconds = self.deadline.passed
            self._add(self._blank.model_copy(update={"seconds": seconds}), calls=1)
        self._is_finished = True
        return self._usage

    def _add(self, more: Usage, *, calls: int = 0) -> None:
        self._usage = self._usage.model_copy(update=sum_fields(self._usage, more))
        self._spending.record(more, calls=calls)
