"""The audio endpoints of a server with OpenAI's API: speech to text, and text to speech."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any, NamedTuple, TypeVar

import httpx2
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from viva.language_model.failures import Failed
from viva.language_model.retrying import Deadline
from viva.language_model.server import Server
from viva.settings import Settings

T = TypeVar("T")
Parameters = Mapping[str, Any]

_NO_SOUND = ("text/", "application/json")
"""Kinds of content that are no speech."""


class HeardWord(BaseModel):
    """A word as servers send it; a few say how sure they are."""

    model_config = ConfigDict(extra="ignore")

    word: str
    start: float
    end: float
    probability: float | None = None


class Heard(BaseModel):
    """What a server heard; many tell no words and no times."""

    model_config = ConfigDict(extra="ignore")

    text: str
    words: list[HeardWord] | None = Field(default=None)


class SpeechFile(NamedTuple):
    """What a server spoke."""

    content: bytes
    content_type: str


class AudioServer:
    """One model for speech on one server, from any number of threads.

    Methods raise the ``ModelError`` that fits when there is no answer, after as many tries as the
    deadline allows. What a server does not take is left out from then on.

    Args:
        settings: The server and all limits.
        model: As the server calls it.
        model_setting: The variable that names it.
        http_client: For tests, instead of one of its own.
        sleep: Waits for so many seconds between tries.
        random: Source of chance; spreads those waits.

    Raises:
        SettingsError: If no server is set up.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        model: str,
        model_setting: str,
        http_client: httpx2.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
        random: Random | None = None,
    ) -> None:
        self._server = Server(
            settings,
            model=model,
            model_setting=model_setting,
            http_client=http_client,
            sleep=sleep,
            random=random or Random(),
        )
        self._model = model
        self._timeout = settings.llm_timeout
        self._deadline = settings.llm_deadline
        self._simplest = 0
        """How many of the fuller ways to ask were turned down."""

    @property
    def host(self) -> str:
        """The server's host and port."""
        return self._server.host

    def close(self) -> None:
        """Let go of the connections; calls are no longer possible."""
        self._server.close()

    def transcribe(self, wav: bytes, *, prompt: str = "") -> Heard:
        """Return what is said.

        Args:
            wav: Content of a WAV file.
            prompt: Words that may well be said.

        Raises:
            ModelError: If there is no answer.
        """
        plain: Parameters = {"response_format": "json"}
        told: Parameters = {"language": "en", **({"prompt": prompt} if prompt else {})}
        times = {"response_format": "verbose_json", "timestamp_granularities": ["word"]}
        ways = [{**told, **times}, {**told, **plain}, plain]
        return self._ask(ways, partial(self._transcribe, wav))

    def speak(self, text: str, *, voice: str, speed: float) -> SpeechFile:
        """Return the text as speech, by preference as WAV.

        Raises:
            ModelError: If there is no answer.
        """
        said: Parameters = {"input": text, "voice": voice}
        as_wav: Parameters = {**said, "response_format": "wav"}
        paced: Parameters = {**as_wav, **({"speed": speed} if speed != 1 else {})}
        return self._ask([paced, as_wav, said], self._speak)

    def _ask(self, ways: Sequence[Parameters], send: Callable[[Parameters, Deadline], T]) -> T:
        """Ask in ever simpler ways until the server has nothing to complain of."""
        deadline = Deadline(self._deadline)
        while True:
            try:
                attempt = partial(send, ways[self._simplest], deadline)
                return self._server.retry(attempt, deadline)
            except Failed as failed:
                failure = failed.failure
            if failure.complaint is None or self._simplest + 1 >= len(ways):
                break
            self._simplest += 1
        raise failure.error  # out here, so that it holds nothing but what it says

    def _transcribe(self, wav: bytes, parameters: Parameters, deadline: Deadline) -> Heard:
        def post() -> tuple[bytes, str]:
            with deadline.limit_try(self._timeout, whole=True) as timeout:
                raw = self._server.client.audio.transcriptions.with_raw_response.create(
                    model=self._model,
                    file=("speech.wav", wav, "audio/wav"),
                    timeout=timeout,
                    **parameters,
                )
            return raw.content, raw.headers.get("content-type", "")

        content, content_type = self._send(post, deadline)
        try:
            return Heard.model_validate_json(content)
        except ValidationError:
            failure = self._server.explainer.no_completion(content_type)
        raise Failed(failure)

    def _speak(self, parameters: Parameters, deadline: Deadline) -> SpeechFile:
        def post() -> SpeechFile:
            with deadline.limit_try(self._timeout, whole=True) as timeout:
                raw = self._server.client.audio.speech.with_raw_response.create(
                    model=self._model, timeout=timeout, **parameters
                )
            return SpeechFile(raw.content, raw.headers.get("content-type", ""))

        spoken = self._send(post, deadline)
        if not spoken.content or spoken.content_type.startswith(_NO_SOUND):
            raise Failed(self._server.explainer.no_completion(spoken.content_type))
        return spoken

    def _send(self, post: Callable[[], T], deadline: Deadline) -> T:
        with self._server.slot(deadline):
            return self._server.translated(post)
