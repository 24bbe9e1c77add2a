"""The line to one server: requests in its dialect, a few at a time, tried again when it fails."""

import logging
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any, NamedTuple, TypeVar

import httpx2
import openai

from viva.errors import ModelReplyError, ModelUnreachable, SettingsError
from viva.language_model.call import Call
from viva.language_model.completion import (
    Completion,
    Piece,
    read_completion,
    read_model_names,
    read_piece,
)
from viva.language_model.dialect import Dialect, Message, Shape
from viva.language_model.failures import Failed, Failure
from viva.language_model.server import Server
from viva.language_model.structured import Form
from viva.settings import Settings

logger = logging.getLogger(__name__)

T = TypeVar("T")
Body = dict[str, Any]
"""The parameters of a request."""

_NEWER_HOSTS = ("api.openai.com", ".openai.azure.com", ".services.ai.azure.com")
"""Where every model takes ``max_completion_tokens``, and some no ``max_tokens``. Elsewhere the
newer name may be ignored without a word, and then nothing would limit a reply."""


class Ask(NamedTuple):
    """What is asked, whatever the dialect."""

    system: str
    turns: tuple[Message, ...]
    limit: int
    """Longest reply, in tokens."""
    form: Form | None = None


class Connection:
    """Sends requests to one server, from any number of threads.

    Args:
        settings: The server, its model and the limits.
        http_client: For tests; by default one that ends replies at the deadline.
        sleep: Waits for so many seconds.
        random: Source of chance.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        http_client: httpx2.Client | None,
        sleep: Callable[[float], None],
        random: Random,
    ) -> None:
        if not settings.llm_model:
            raise SettingsError(
                "No language model is chosen.", hint="Set VIVA_LLM_MODEL to the name of one."
            )
        self._server = Server(
            settings,
            model=settings.llm_model,
            http_client=http_client,
            sleep=sleep,
            random=random,
        )
        self.model = settings.llm_model
        self.host = self._server.host
        self.explainer = self._server.explainer
        self._client = self._server.client
        self._timeout = settings.llm_timeout
        self._dialect = Dialect(newer_limit=self.host.endswith(_NEWER_HOSTS))
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the connections."""
        self._server.close()

    @property
    def dialect(self) -> Dialect:
        """What the server is known to take by now."""
        return self._dialect

    def learn(self, simpler: Dialect) -> None:
        """Remember what the server does not take."""
        with self._lock:
            before, self._dialect = self._dialect, self._dialect.joined(simpler)
        if self._dialect != before:
            logger.info("%s: going on as %s", self.host, self._dialect)

    def set_shape(self, shape: Shape) -> None:
        """Ask for JSON in this way from now on; for probing only."""
        with self._lock:
            self._dialect = replace(self._dialect, shape=shape)

    # --- Whole answers ------------------------------------------------------------------------

    def ask(self, call: Call, ask: Ask) -> tuple[Completion, Dialect]:
        """Return the answer, and the dialect in which it was got.

        Raises:
            Failed: If there is none, or the model refuses.
            BudgetSpent: If the budget is used up.
        """
        return self._in_dialect(call, ask, partial(self._complete, call))

    def _complete(self, call: Call, body: Body) -> Completion:
        with self._slot(call):
            completion = self._server.translated(partial(self._post, call, body))
        call.count(completion.usage, body["messages"], completion.text)
        self._check(completion)
        return completion

    def _post(self, call: Call, body: Body) -> Completion:
        with call.deadline.limit_try(self._timeout, whole=True) as timeout:
            raw = self._client.chat.completions.with_raw_response.create(timeout=timeout, **body)
        return self._completion(raw.content, raw.headers.get("content-type", ""))

    def _completion(self, content: bytes, content_type: str) -> Completion:
        completion = read_completion(content)
        if completion is None:
            raise Failed(self.explainer.no_completion(content_type))
        if completion.error is not None and not completion.choices:
            raise Failed(self.explainer.of_report(completion.error))
        return completion

    def _check(self, completion: Completion | Piece) -> None:
        is_filtered = completion.finish_reason == "content_filter"
        if completion.is_refusal or is_filtered:
            raise Failed(Failure(self.explainer.refusal(filtered=is_filtered)))

    # --- Streams ------------------------------------------------------------------------------

    def stream(self, call: Call, ask: Ask) -> Generator[str]:
        """Yield the answer as it is written.

        Raises:
            Failed: If nothing comes, or after what came if the answer is not whole.
            BudgetSpent: If the budget is used up.
        """
        opened, _ = self._in_dialect(call, ask, partial(self._open, call), stream=True)
        stack, first, others = opened
        with stack:
            yield first
            yield from others

    def _open(self, call: Call, body: Body) -> tuple[ExitStack, str, Generator[str]]:
        """Return what to close, the first piece, and the others: until then it is tried again."""
        with ExitStack() as stack:
            stack.enter_context(self._slot(call))
            stream = self._server.translated(partial(self._start, call, body))
            stack.callback(stream.close)
            pieces = self._read(call, body, stream)
            stack.callback(pieces.close)
            first = next(pieces)  # there is one, or it has failed
            return stack.pop_all(), first, pieces

    def _start(self, call: Call, body: Body) -> openai.Stream[Any]:
        with call.deadline.limit_try(self._timeout, whole=False) as timeout:
            stream = self._client.chat.completions.create(timeout=timeout, **body)
        assert isinstance(stream, openai.Stream)
        return stream

    def _read(self, call: Call, body: Body, stream: openai.Stream[Any]) -> Generator[str]:
        written: list[str] = []
        counts, finish_reason = None, ""
        events = self._events(stream)
        try:
            while piece := self._server.translated(partial(next, events, None)):
                counts = piece.usage or counts
                finish_reason = piece.finish_reason or finish_reason
                self._check(piece)
                if piece.text:
                    written.append(piece.text)
                    yield piece.text
        finally:
            call.count(counts, body["messages"], "".join(written))
        if finish_reason == "length":
            raise Failed(self.cut_off())
        if not finish_reason:
            message = f"{self.host} broke off in the middle."
            error = ModelUnreachable(message, hint="Try again.")
            raise Failed(Failure(error, transient=True))
        if not written:
            raise Failed(Failure(ModelReplyError(f"{self.model} said nothing.", hint="Try again.")))

    def _events(self, stream: openai.Stream[Any]) -> Iterator[Piece]:
        content_type = stream.response.headers.get("content-type", "")
        if "json" not in content_type and "html" not in content_type:
            yield from map(read_piece, stream)
            return
        # A server that does not stream sends the whole answer; a proxy sends a page.
        completion = self._completion(stream.response.read(), content_type)
        yield Piece(
            text=completion.text,
            is_refusal=completion.is_refusal,
            finish_reason=completion.finish_reason or "stop",
            usage=completion.usage,
        )

    # --- Both ---------------------------------------------------------------------------------

    def list_models(self, call: Call) -> tuple[str, ...]:
        """Return the names of the server's models.

        Raises:
            Failed: If it does not say.
        """

        def fetch() -> tuple[str, ...]:
            with call.deadline.limit_try(self._timeout, whole=True) as timeout:
                raw = self._client.models.with_raw_response.list(timeout=timeout)
            return read_model_names(raw.content)

        return self._server.translated(fetch)

    def cut_off(self) -> Failure:
        """Return the failure of a reply that ran out of room."""
        message = f"The reply of {self.model} was cut off."
        return Failure(ModelReplyError(message, hint="Try again, or use a model with more room."))

    def _in_dialect(
        self, call: Call, ask: Ask, send: Callable[[Body], T], *, stream: bool = False
    ) -> tuple[T, Dialect]:
        """Send in ever simpler dialects until the server has nothing to complain of."""
        while True:
            dialect = self._dialect
            body = dialect.parameters(seed=call.seed, limit=ask.limit, form=ask.form, stream=stream)
            body["model"] = self.model
            body["messages"] = dialect.messages(ask.system, ask.turns, ask.form)
            try:
                attempt = partial(send, body)
                return self._server.retry(attempt, call.deadline, tries=call.tries), dialect
            except Failed as failed:
                complaint = failed.failure.complaint
                simpler = dialect.simplified(complaint, body) if complaint else None
                if simpler is None:
                    raise
            self.learn(simpler)

    @contextmanager
    def _slot(self, call: Call) -> Iterator[None]:
        """Wait for a place for one request, and hold it."""
        with self._server.slot(call.deadline):
            call.start_request()
            yield
