"""One server with OpenAI's API: its client, tries again, a few requests at a time, its failures."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import TypeVar
from urllib.parse import urlsplit

import httpx2
import openai

from viva.errors import ModelUnreachable, SettingsError
from viva.language_model.failures import KINDS, Explainer, Failed, Failure
from viva.language_model.retrying import MOST_TRIES, Deadline, Retrier, end_reply_in_time
from viva.settings import Settings

logger = logging.getLogger(__name__)

T = TypeVar("T")

_OPENAI_URL = "https://api.openai.com/v1"
_NO_KEY = "none"
"""Sent to servers that need no key, since the client insists on one."""


class Server:
    """Sends requests to one server, from any number of threads.

    Args:
        settings: The server and the limits.
        model: The one that is asked, by the server's name for it.
        model_setting: The variable that names it.
        http_client: For tests; by default one that ends replies at the deadline.
        sleep: Waits for so many seconds.
        random: Source of chance.

    Raises:
        SettingsError: If no server is set up.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        model: str,
        model_setting: str = "VIVA_LLM_MODEL",
        http_client: httpx2.Client | None,
        sleep: Callable[[float], None],
        random: Random,
    ) -> None:
        key = settings.openai_api_key.get_secret_value()
        if not settings.has_server:
            raise SettingsError(
                "No server of language models is set up.",
                hint="Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.",
            )
        url = settings.openai_base_url or _OPENAI_URL
        self.model = model
        self.host = urlsplit(url).netloc
        self.client = openai.OpenAI(
            api_key=key or _NO_KEY,
            base_url=url,
            max_retries=0,  # the retries here know the deadline
            http_client=http_client
            or openai.DefaultHttpxClient(event_hooks={"response": [end_reply_in_time]}),
        )
        self.explainer = Explainer(
            host=self.host, model=model, key=key, model_setting=model_setting
        )
        self._slots = threading.BoundedSemaphore(settings.llm_concurrency)
        self._retrier = Retrier(sleep=sleep, random=random)

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()

    def retry(self, attempt: Callable[[], T], deadline: Deadline, *, tries: int = MOST_TRIES) -> T:
        """Return what ``attempt`` returns, as soon as it does.

        Raises:
            Failed: If it fails for good, or still fails after so many tries or at the deadline.
        """
        return self._retrier.call(attempt, deadline, tries=tries)

    @contextmanager
    def slot(self, deadline: Deadline) -> Iterator[None]:
        """Wait for one of the few places for requests, and hold it.

        Raises:
            Failed: If none is free by the deadline.
        """
        if not self._slots.acquire(timeout=deadline.left):
            message = f"Too many calls of {self.model} are under way."
            hint = "Try again later, or raise VIVA_LLM_CONCURRENCY."
            raise Failed(Failure(ModelUnreachable(message, hint=hint)))
        try:
            yield
        finally:
            self._slots.release()

    def translated(self, do: Callable[[], T]) -> T:
        """Do it, and turn what the client raises into ``Failed``."""
        try:
            return do()
        except tuple(KINDS) as error:
            logger.debug("%s: %s", self.host, type(error).__name__)
            failure = self.explainer.explain(error)
        raise Failed(failure)  # out here, so that it does not hold the client's exception
