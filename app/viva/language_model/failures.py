"""Every way in which a request fails, in Viva's own errors.

The table names each exception of the ``openai`` client; a test finds those that it does not. What
is raised never holds the client's exception, because that holds the request with the key in its
headers, and whatever the server echoed.
"""

import email.utils
import math
import re
import time
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx2
import openai

from viva.errors import (
    ModelError,
    ModelRefused,
    ModelRejected,
    ModelReplyError,
    ModelUnreachable,
)
from viva.language_model.dialect import Complaint, complaint_of

_LONGEST_QUOTE = 200
_SHORTEST_KEY = 6
"""Shorter ones are placeholders such as ``none``, and stand in any text by chance."""

KINDS: dict[type[Exception], type[ModelError]] = {
    openai.APITimeoutError: ModelUnreachable,
    openai.APIConnectionError: ModelUnreachable,
    openai.BadRequestError: ModelRejected,
    openai.AuthenticationError: ModelRejected,
    openai.OAuthError: ModelRejected,
    openai.PermissionDeniedError: ModelRejected,
    openai.NotFoundError: ModelRejected,
    openai.ConflictError: ModelUnreachable,
    openai.UnprocessableEntityError: ModelRejected,
    openai.RateLimitError: ModelUnreachable,
    openai.InternalServerError: ModelUnreachable,
    openai.APIStatusError: ModelRejected,  # any other status; but see _of_status
    openai.APIResponseValidationError: ModelReplyError,
    openai.APIError: ModelUnreachable,  # an error that the server sends within a stream
    openai.LengthFinishReasonError: ModelReplyError,
    openai.ContentFilterFinishReasonError: ModelRefused,
    openai.InvalidWebhookSignatureError: ModelReplyError,
    openai.WebSocketConnectionClosedError: ModelUnreachable,
    openai.WebSocketQueueFullError: ModelUnreachable,
    openai.OpenAIError: ModelRejected,  # whatever else: the client was used wrongly
    # What the client lets through.
    httpx2.HTTPError: ModelUnreachable,
    ValueError: ModelReplyError,  # JSON or text that cannot be decoded
}
"""The kind of each exception; a class that is not here is of its nearest parent's kind."""

_FILTER_CODES = frozenset({"content_filter", "content_policy_violation", "invalid_prompt"})
_QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached"})


class Failure(NamedTuple):
    """A request that failed."""

    error: ModelError
    transient: bool = False
    """Whether the same request may well succeed a little later."""
    wait: float | None = None
    """How long the server wants to be left alone, in seconds."""
    complaint: Complaint | None = None
    """Given if the server turned the request down for what is in it."""


class Failed(Exception):
    """Carries a failure to where it is retried or raised; never leaves this package."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(type(failure.error).__name__)
        self.failure = failure


@dataclass(frozen=True)
class Explainer:
    """Knows what is needed to word a failure."""

    host: str
    model: str
    key: str = field(repr=False)
    model_setting: str = "VIVA_LLM_MODEL"
    """The variable that names the model."""

    def explain(self, error: Exception) -> Failure:
        """Return the failure behind an exception.

        Args:
            error: An exception of a class in ``KINDS``, or of a subclass.
        """
        kind = next(KINDS[parent] for parent in type(error).__mro__ if parent in KINDS)
        if isinstance(error, openai.APIStatusError):
            return self._of_status(error, kind)
        if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
            message = f"{self.host} did not answer in time."
            hint = "Try again later; VIVA_LLM_TIMEOUT sets how long Viva waits."
            return Failure(kind(message, hint=hint), transient=True)
        if isinstance(error, openai.APIConnectionError | httpx2.HTTPError):
            cause = error.__cause__ or error
            message = f"{self.host} broke off the connection."
            if isinstance(
                cause, httpx2.ConnectError
            ):  # says "refused", or what a certificate lacks
                message = f"{self.host} cannot be reached{self._quoted(str(cause))}."
            hint = "Check the network, that the server runs, and OPENAI_BASE_URL."
            return Failure(kind(message, hint=hint), transient=True)
        if issubclass(kind, ModelUnreachable):
            return self.of_report(getattr(error, "body", None))
        if issubclass(kind, ModelRejected):
            message = f"The request to {self.host} cannot be made ({type(error).__name__})."
            return Failure(kind(message, hint="Check OPENAI_API_KEY and OPENAI_BASE_URL."))
        return Failure(kind(f"What {self.host} sent cannot be read.", hint=self._address_hint))

    def of_report(self, report: object) -> Failure:
        """Return the failure that a server reports in the body of an answer with status 200."""
        complaint = complaint_of(report)
        code = _code(report)
        if code in _FILTER_CODES:
            return Failure(self.refusal())
        status = int(code) if code.isdecimal() else 500
        message = f"{self.host} reports an error{self._quoted(complaint.text)}."
        if 400 <= status < 500 and status not in {408, 409, 429}:
            return Failure(ModelRejected(message), complaint=complaint)
        return Failure(ModelUnreachable(message, hint="Try again later."), transient=True)

    def refusal(self, *, filtered: bool = True) -> ModelRefused:
        """Return the error for a model that will not answer, or whose answer was filtered."""
        who = f"The content filter of {self.host} stopped" if filtered else f"{self.model} refused"
        return ModelRefused(f"{who} this.", hint="Other wording may be taken.")

    def no_completion(self, content_type: str) -> Failure:
        """Return the failure of an answer that is none of a language model."""
        kind = _printable(content_type.partition(";")[0])[:50] or "something"
        message = f"What answers at {self.host} is no language model: it sent {kind}."
        return Failure(ModelUnreachable(message, hint=self._address_hint))

    def _of_status(self, error: openai.APIStatusError, kind: type[ModelError]) -> Failure:
        status, complaint = error.status_code, complaint_of(error.body)
        if _code(error.body) in _FILTER_CODES:
            return Failure(self.refusal())
        if status == 429 and _code(error.body) in _QUOTA_CODES:
            message = f"The account at {self.host} has no quota left."
            return Failure(ModelRejected(message, hint="Check its plan and billing."))
        if status in {408, 409, 429} or status >= 500:
            what = {429: "has too many requests", 408: "did not answer in time"}
            message = f"{self.host} {what.get(status, 'fails')} (status {status})."
            # llama.cpp calls a schema that it cannot convert a failure of its own.
            about_shape = status >= 500 and complaint.is_about_shape
            may_pass = error.response.headers.get("x-should-retry") != "false"
            return Failure(
                ModelUnreachable(message, hint="Try again later."),
                transient=may_pass and not about_shape,
                wait=retry_after(error.response.headers),
                complaint=complaint if about_shape else None,
            )
        message, hint = self._turned_down(status, complaint)
        return Failure(
            kind(message, hint=hint), complaint=complaint if status in {400, 422} else None
        )

    def _turned_down(self, status: int, complaint: Complaint) -> tuple[str, str]:
        said = self._quoted(complaint.text)
        if status == 401:  # what is said here may hold parts of the key
            return f"{self.host} does not take the key.", "Check OPENAI_API_KEY."
        if status == 403:
            return f"{self.host} does not let this key use {self.model}{said}.", "Check its rights."
        if status == 404:
            return f"{self.host} has no model {self.model} at this address{said}.", (
                f"Check {self.model_setting}, and OPENAI_BASE_URL, which mostly ends in /v1; "
                "'viva doctor --llm' lists the models."
            )
        if status == 413 or "context length" in complaint.text or "context size" in complaint.text:
            return f"The text is longer than {self.model} can read.", "Shorten the answer."
        return f"{self.host} does not take the request{said} (status {status}).", (
            "'viva doctor --llm' says what the server takes."
        )

    @property
    def _address_hint(self) -> str:
        return "Check OPENAI_BASE_URL, which mostly ends in /v1, and any proxy on the way."

    def _quoted(self, text: str) -> str:
        """Return what a server said as the end of a sentence, without the key and any markup."""
        if len(self.key) >= _SHORTEST_KEY:
            text = text.replace(self.key, "[key]")
        text = " ".join(_printable(text).split())
        if not text or text.startswith("<"):
            return ""
        if len(text) > _LONGEST_QUOTE:
            text = f"{text[:_LONGEST_QUOTE]}…"
        return f": {text.rstrip('.')}"


def retry_after(headers: httpx2.Headers) -> float | None:
    """Return how long a server wants to be left alone, in seconds, or None if it does not say."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            wait = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if not math.isnan(wait):
            return max(wait, 0.0)
    try:
        at = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(at.timestamp() - time.time(), 0.0)


def _code(body: object) -> str:
    if not isinstance(body, dict):
        return ""
    inner = body.get("innererror")
    codes = [inner.get("code") if isinstance(inner, dict) else None, body.get("code")]
    codes.append(body.get("type"))
    known = _FILTER_CODES | _QUOTA_CODES
    texts = [str(code) for code in codes if code is not None]
    return next((text for text in texts if text in known), texts[0] if texts else "")


def _printable(text: str) -> str:
    return re.sub(r"[^\w\s!-~’“”…–]", "", text)
