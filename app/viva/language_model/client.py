"""What graders and interviewers call: answers that fit a schema, and talk in a stream."""

import hashlib
import logging
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from random import Random
from typing import Generic, Protocol, TypeVar

import httpx2
from pydantic import BaseModel

from viva.domain import Usage
from viva.errors import ModelReplyError
from viva.language_model.call import Call
from viva.language_model.completion import Completion
from viva.language_model.connection import Ask, Connection
from viva.language_model.dialect import Dialect, Message
from viva.language_model.failures import Failed, Failure
from viva.language_model.probing import Abilities, probe_model
from viva.language_model.retrying import MOST_TRIES, Deadline
from viva.language_model.structured import form_of, read_reply, repair_request, shortened
from viva.settings import Settings
from viva.spending import Spending

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)

REPLY_LIMIT = 2048
"""Longest reply, in tokens: several times a thorough grade, so that only runaways are cut off."""
LONGER_REPLY_LIMIT = 8192
"""The same for the one try after that: models that think before they write need more."""


class Messages(Protocol):
    """What is sent: a rendered prompt, for one."""

    @property
    def system(self) -> str:
        """Instructions; the same in every call, so that servers can keep what they made of it."""
        ...

    @property
    def user(self) -> str:
        """The data of this call."""
        ...


@dataclass(frozen=True)
class Reply(Generic[M]):
    """A structured answer."""

    value: M
    usage: Usage


class TextStream(Iterator[str]):
    """An answer as it is written: iterate over it; to leave early, close it.

    Args:
        call: The call; sent when the first piece is asked for.
        pieces: Yields the text.
    """

    def __init__(self, call: Call, pieces: Generator[str]) -> None:
        self._call = call
        self._pieces = pieces

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """Stop the answer here."""
        self._pieces.close()

    @property
    def usage(self) -> Usage | None:
        """What the call took, or None before its end."""
        return self._call.usage


class LanguageModel:
    """One model on one server, from any number of threads.

    Every method raises the ``ModelError`` that fits when there is no answer, after as many tries
    as the deadline allows.

    Args:
        settings: The server, its model, and all limits.
        http_client: For tests, instead of one of its own.
        sleep: Waits for so many seconds between tries.
        random: Source of chance; spreads those waits.

    Raises:
        SettingsError: If no model or no server is set up.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        http_client: httpx2.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
        random: Random | None = None,
    ) -> None:
        self._connection = Connection(
            settings, http_client=http_client, sleep=sleep, random=random or Random()
        )
        self._deadline = settings.llm_deadline
        self._seed = settings.llm_seed
        self.name = settings.llm_model
        self.fingerprint = hashlib.sha256(
            f"{self.name}\n{self._connection.host}".encode()
        ).hexdigest()
        """Of the model's name and its server's host and port."""
        self.spending = Spending(settings)

    @property
    def host(self) -> str:
        """The server's host and port."""
        return self._connection.host

    def __repr__(self) -> str:
        return f"LanguageModel({self.name!r} at {self._connection.host!r})"

    def close(self) -> None:
        """Let go of the connections; calls are no longer possible."""
        self._connection.close()

    def complete(
        self, rendered: Messages, schema: type[M], *, purpose: str, seed: int | None = None
    ) -> Reply[M]:
        """Return an answer that fits ``schema``.

        Output that does not fit is sent back once, with what is wrong with it. Whatever else an
        answer must have, such as certain ids, belongs into the schema as a validator.

        Args:
            rendered: What is asked.
            schema: A pydantic model; the model fills in its fields in their order.
            purpose: What for, such as ``grading``.
            seed: Instead of the one in the settings.

        Raises:
            ModelError: If there is no such answer.
        """
        call = self._begin(purpose, seed)
        try:
            return Reply(self._complete(call, rendered, schema), call.finish())
        except Failed as failed:
            error = failed.failure.error
        finally:
            self._end(call)
        error.usage = call.usage if call.usage and call.usage.attempts else None
        raise error  # out here, so that it holds nothing but what it says

    def stream(self, rendered: Messages, *, purpose: str) -> TextStream:
        """Return an answer in text, piece by piece.

        Nothing is sent before the first piece is asked for. When the answer breaks off or is cut
        off, the error is raised after all that came.

        Args:
            rendered: What is asked.
            purpose: What for, such as ``feedback``.
        """
        call = self._begin(purpose, None)
        return TextStream(call, self._stream(call, rendered))

    def probe(self) -> Abilities:
        """Return what the server can do, found by a few short requests; raises nothing.

        No other call may be under way.
        """
        call = self._begin("probe", None, tries=1)
        try:
            return probe_model(self._connection, call)
        finally:
            self._end(call)

    def _complete(self, call: Call, rendered: Messages, schema: type[M]) -> M:
        turns: tuple[Message, ...] = ({"role": "user", "content": rendered.user},)
        for _ in range(2):
            ask = Ask(rendered.system, turns, REPLY_LIMIT, form_of(schema))
            completion, dialect = self._whole(call, ask)
            reading = read_reply(completion.text, schema)
            if not reading.is_pure and completion.text.strip():
                self._connection.learn(dialect.without_shape())  # it enforces nothing
            if reading.value is not None:
                return reading.value
            logger.debug("the reply of %s does not fit", self.name)
            turns += (
                {"role": "assistant", "content": shortened(completion.text)},
                {"role": "user", "content": repair_request(reading.fault)},
            )
        message = f"What {self.name} wrote does not fit what it was asked for."
        hint = "Try again; 'viva doctor --llm' says whether the server can be held to a form."
        raise Failed(Failure(ModelReplyError(message, hint=hint)))

    def _whole(self, call: Call, ask: Ask) -> tuple[Completion, Dialect]:
        """Return an answer that came to its end, in a second try with more room if need be."""
        completion, dialect = self._connection.ask(call, ask)
        counts = completion.usage
        wrote = counts.completion_tokens if counts else None
        if completion.is_cut_off and dialect.limit and (wrote is None or wrote >= ask.limit):
            longer = ask._replace(limit=LONGER_REPLY_LIMIT)
            completion, dialect = self._connection.ask(call, longer)
        if completion.is_cut_off:
            raise Failed(self._connection.cut_off())
        return completion, dialect

    def _stream(self, call: Call, rendered: Messages) -> Generator[str]:
        turns = ({"role": "user", "content": rendered.user},)
        try:
            yield from self._connection.stream(call, Ask(rendered.system, turns, REPLY_LIMIT))
        except Failed as failed:
            error = failed.failure.error
        else:
            return
        finally:
            self._end(call)
        raise error

    def _begin(self, purpose: str, seed: int | None, *, tries: int = MOST_TRIES) -> Call:
        return Call(
            Usage(purpose=purpose, model=self.name),
            deadline=Deadline(self._deadline),
            spending=self.spending,
            seed=self._seed if seed is None else seed,
            tries=tries,
        )

    def _end(self, call: Call) -> None:
        usage = call.finish()
        logger.debug(
            "%s by %s: %d tokens read, %d written, %.3f s, requests: %d",
            usage.purpose,
            usage.model,
            usage.input_tokens,
            usage.output_tokens,
            usage.seconds,
            usage.attempts,
        )
