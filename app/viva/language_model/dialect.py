"""Which parts of the chat API one server takes, as learned from what it turns down."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, NamedTuple

from viva.language_model.structured import Form

Message = dict[str, str]
"""``role`` and ``content``."""


class Shape(IntEnum):
    """How a server is made to write JSON, the surest way last."""

    PROSE = 0
    """It is only asked to."""
    OBJECT = 1
    """``json_object``: it writes some JSON object."""
    SCHEMA = 2
    """``json_schema``: it writes what fits."""


class Complaint(NamedTuple):
    """Why a server turned a request down."""

    parameter: str
    """What it names as the culprit, or an empty string."""
    text: str
    """All that it says."""

    @property
    def is_about_shape(self) -> bool:
        """Whether it is about how JSON was asked for."""
        return bool(_ABOUT_SHAPE.search(f"{self.parameter} {self.text}"))


_LIMITS = ("max_tokens", "max_completion_tokens")
_OPTIONAL = ("temperature", "seed", "stream_options", *_LIMITS)
_ABOUT_SHAPE = re.compile(
    r"response[_ ]?format|json[_ ]?(schema|object)|structured output|guided|grammar", re.I
)
_ABOUT_SYSTEM = re.compile(r"system role|role[^.]{0,20}system\b", re.I)
_SYSTEM = "system role"


@dataclass(frozen=True)
class Dialect:
    """What is sent to a server, and what is left out because it was turned down."""

    shape: Shape = Shape.SCHEMA
    refused: frozenset[str] = field(default_factory=frozenset)
    newer_limit: bool = False
    """Whether ``max_completion_tokens`` is tried before ``max_tokens``."""

    @property
    def limit(self) -> str:
        """Name of the parameter that limits a reply's length; empty if the server takes none."""
        names = reversed(_LIMITS) if self.newer_limit else _LIMITS
        return next((name for name in names if name not in self.refused), "")

    def takes(self, parameter: str) -> bool:
        """Whether a parameter is not known to be turned down."""
        return parameter not in self.refused

    def messages(self, system: str, turns: Sequence[Message], form: Form | None) -> list[Message]:
        """Return the messages to send; the system part is the same for the same form."""
        if form and self.shape is not Shape.SCHEMA:
            system = f"{system}\n\n{form.instruction}"
        if self.takes(_SYSTEM):
            return [{"role": "system", "content": system}, *turns]
        first, *others = turns
        return [{**first, "content": f"{system}\n\n{first['content']}"}, *others]

    def parameters(
        self, *, seed: int, limit: int, form: Form | None = None, stream: bool = False
    ) -> dict[str, Any]:
        """Return all parameters of a request but the model and the messages."""
        given: dict[str, Any] = {"temperature": 0, "seed": seed}
        if stream:
            given |= {"stream": True, "stream_options": {"include_usage": True}}
        given = {name: value for name, value in given.items() if self.takes(name)}
        if self.limit:
            given[self.limit] = limit
        if form and self.shape is Shape.SCHEMA:
            schema = {"name": form.name, "schema": form.schema, "strict": True}
            given["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif form and self.shape is Shape.OBJECT:
            given["response_format"] = {"type": "json_object"}
        return given

    def without_shape(self) -> "Dialect":
        """Return the dialect with the next less sure way to get JSON."""
        return replace(self, shape=Shape(max(self.shape - 1, Shape.PROSE)))

    def simplified(self, complaint: Complaint, sent: dict[str, Any]) -> "Dialect | None":
        """Return the dialect without what the server complains of, or None if that is nothing here.

        Args:
            complaint: What the server said.
            sent: The parameters of the request that it turned down.
        """
        for text in (complaint.parameter, complaint.text):
            if "response_format" in sent and _ABOUT_SHAPE.search(text):
                return self.without_shape()
            for name in _OPTIONAL:
                if name in sent and re.search(rf"\b{name}\b", text):
                    return replace(self, refused=self.refused | {name})
            if self.takes(_SYSTEM) and _ABOUT_SYSTEM.search(text):
                return replace(self, refused=self.refused | {_SYSTEM})
        return None

    def joined(self, other: "Dialect") -> "Dialect":
        """Return the dialect without whatever either of the two leaves out."""
        return replace(
            self, shape=min(self.shape, other.shape), refused=self.refused | other.refused
        )


def complaint_of(body: object) -> Complaint:
    """Return the complaint in the body of an error, whichever way the server words it."""
    if not isinstance(body, dict):
        return Complaint("", str(body or ""))
    parameter = body.get("param")
    # FastAPI's servers list faults, with the place of each and, not wanted here, what stood there.
    faults = body.get("detail")
    if isinstance(faults, list):
        places = [fault.get("loc") for fault in faults if isinstance(fault, dict)]
        return Complaint("", json.dumps(places, default=str))
    text = body.get("message") or body.get("detail") or body.get("error") or ""
    return Complaint(str(parameter or ""), str(text))
