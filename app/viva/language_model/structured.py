"""Structured output: the schema that is asked for, and the value in what came back. Pure."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from openai import pydantic_function_tool
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)

LONGEST_REPLY = 200_000
"""Most characters of a reply that are read."""
_MOST_CANDIDATES = 100
_MOST_FAULTS = 10
_LONGEST_ECHO = 8_000
"""Most characters of an unusable reply that are shown to the model again."""
# Keywords that pydantic writes and strict servers turn down. The value is checked by pydantic all
# the same, and a title only repeats the name.
_DROPPED_KEYWORDS = frozenset({"default", "examples", "maxLength", "minLength", "title"})
_NAMED_SCHEMAS = ("properties", "$defs")


class Form(NamedTuple):
    """What a model is asked to fill in."""

    name: str
    schema: dict[str, Any]
    """Strict JSON schema."""
    instruction: str
    """The same in words, for servers that take no schema."""


class Reading(NamedTuple, Generic[M]):
    """What a reply holds."""

    value: M | None
    fault: str
    """Why there is no value, in words that the model can be told."""
    is_pure: bool
    """Whether the reply is JSON and nothing else, as a server that enforces it writes."""


@lru_cache(maxsize=128)
def form_of(model: type[BaseModel]) -> Form:
    """Return the form of a pydantic model.

    In the schema every property is required and no other is allowed; their order stays, and with
    it the order in which the model has to think.
    """
    schema = _plain(dict(pydantic_function_tool(model)["function"]["parameters"]))
    text = json.dumps(schema, ensure_ascii=False)
    return Form(
        name=re.sub(r"[^a-zA-Z0-9_-]", "_", model.__name__)[:64],
        schema=schema,
        instruction=(
            "Reply with one JSON object and nothing else: no introduction, no Markdown. "
            f"It must fit this JSON schema:\n{text}"
        ),
    )


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without the keywords that strict servers turn down."""
    kept = {key: value for key, value in schema.items() if key not in _DROPPED_KEYWORDS}
    for key, value in kept.items():
        if key in _NAMED_SCHEMAS:
            kept[key] = {name: _plain(inner) for name, inner in value.items()}
        elif isinstance(value, dict):
            kept[key] = _plain(value)
        elif isinstance(value, list):
            kept[key] = [_plain(item) if isinstance(item, dict) else item for item in value]
    return kept


def read_reply(text: str, model: type[M]) -> Reading[M]:
    """Return the one value of ``model`` in a reply, be it bare, in a Markdown fence or in prose.

    If several different objects fit, none is taken: one of them may be a quotation of what the
    candidate wrote.
    """
    bare = text.strip()[:LONGEST_REPLY]
    try:
        return Reading(model.model_validate_json(bare), "", is_pure=True)
    except ValidationError as error:
        whole_fault, is_json = _words(error), not _is_syntax(error)
    if is_json:
        return Reading(None, whole_fault, is_pure=True)
    fitting: list[M] = []
    fault = ""
    for candidate in _objects(bare):
        try:
            value = model.model_validate_json(candidate)
        except ValidationError as error:
            fault = fault or _words(error)
        else:
            if value not in fitting:
                fitting.append(value)
    if len(fitting) == 1:
        return Reading(fitting[0], "", is_pure=False)
    if fitting:
        fault = "There are several JSON objects that fit; give one."
    return Reading(None, fault or f"There is no whole JSON object. {whole_fault}", is_pure=False)


def _objects(text: str) -> Iterator[str]:
    """Yield the outermost JSON objects in a text."""
    decoder = json.JSONDecoder()
    position = 0
    for _ in range(_MOST_CANDIDATES):
        position = text.find("{", position)
        if position < 0:
            return
        try:
            _, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            position += 1
        else:
            yield text[position:end]
            position = end


def repair_request(fault: str) -> str:
    """Return what to tell a model whose reply could not be used."""
    return (
        f"Your reply cannot be used:\n{fault}\n"
        "Reply again, complete and correct, with the JSON object and nothing else."
    )


def shortened(reply: str) -> str:
    """Return an unusable reply as it is shown to the model again."""
    return reply.strip()[:_LONGEST_ECHO] or "(nothing)"


def _is_syntax(error: ValidationError) -> bool:
    return any(fault["type"] == "json_invalid" for fault in error.errors(include_input=False))


def _words(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [
        f"- {'.'.join(str(part) for part in fault['loc']) or 'the reply'}: {fault['msg']}"
        for fault in faults[:_MOST_FAULTS]
    ]
    if more := len(faults) - len(lines):
        lines.append(f"- and {more} more")
    return "\n".join(lines)
