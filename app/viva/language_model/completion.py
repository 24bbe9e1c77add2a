"""A server's answer, as far as Viva needs it. Servers vary, so all of it may be absent."""

from typing import Any

from openai.types.chat import ChatCompletionChunk
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Details(_Lenient):
    cached_tokens: int | None = None


class TokenCounts(_Lenient):
    """Tokens of one request, as its server counts them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None

    @property
    def cached(self) -> int:
        """Tokens of the prompt that the server had kept."""
        return (self.prompt_tokens_details and self.prompt_tokens_details.cached_tokens) or 0


class _Message(_Lenient):
    content: str | None = None
    refusal: str | None = None

    @field_validator("content", mode="before")
    @classmethod
    def _join_parts(cls, content: object) -> object:
        """Some servers send a list of parts, such as thoughts and then text."""
        if not isinstance(content, list):
            return content
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(text for text in texts if isinstance(text, str))


class _Choice(_Lenient):
    message: _Message
    finish_reason: str | None = None


class Completion(_Lenient):
    """One answer."""

    choices: tuple[_Choice, ...] = ()
    usage: TokenCounts | None = None
    error: Any = None
    """Some gateways report errors with status 200."""

    @property
    def text(self) -> str:
        """What the model wrote."""
        return (self.choices[0].message.content or "") if self.choices else ""

    @property
    def finish_reason(self) -> str:
        """Why the model stopped; empty if the server does not say."""
        return (self.choices[0].finish_reason or "") if self.choices else ""

    @property
    def is_refusal(self) -> bool:
        """Whether the model declined in the field that is there for it."""
        return bool(self.choices and self.choices[0].message.refusal)

    @property
    def is_cut_off(self) -> bool:
        """Whether the model ran out of room."""
        return self.finish_reason == "length"


def read_completion(body: bytes) -> Completion | None:
    """Return the answer in a body, or None if there is none."""
    try:
        completion = Completion.model_validate_json(body)
    except ValidationError:
        return None
    return completion if completion.choices or completion.error is not None else None


class _Named(_Lenient):
    id: str


class _Listing(_Lenient):
    data: tuple[_Named, ...]


def read_model_names(body: bytes) -> tuple[str, ...]:
    """Return the names in a server's list of models.

    Raises:
        ValueError: If it is no such list.
    """
    return tuple(model.id for model in _Listing.model_validate_json(body).data)


class Piece(_Lenient):
    """One event of a streamed answer."""

    text: str = ""
    is_refusal: bool = False
    finish_reason: str = ""
    usage: TokenCounts | None = None


def read_piece(chunk: ChatCompletionChunk) -> Piece:
    """Return what an event holds; the client builds events without checking them.

    Raises:
        ValueError: If it is not an event of a streamed answer.
    """
    try:
        choice = chunk.choices[0] if chunk.choices else None
        delta = choice.delta if choice else None
        counts = chunk.usage.model_dump() if chunk.usage else None
        return Piece(
            text=(delta.content if delta else "") or "",
            is_refusal=bool(delta and delta.refusal),
            finish_reason=(choice.finish_reason if choice else "") or "",
            usage=TokenCounts.model_validate(counts) if counts else None,
        )
    except (AttributeError, TypeError, IndexError) as error:
        raise ValueError("an event of the stream is not one of a chat") from error
