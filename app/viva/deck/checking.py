"""Find every fault of a deck at once and say each in words. Called by ``loading``."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from viva.deck.documents import Document, Path
from viva.deck.faults import Fault
from viva.deck.slugs import find_confusable, slugify
from viva.domain import Bullet, Deck, Difficulty, Question, Topic

_MODELS: tuple[type[BaseModel], ...] = (Deck, Topic, Question, Bullet)
_LISTS = {"questions": "question", "bullets": "bullet", "topics": "topic"}
_ITEMS = {"key_terms": "key term", "topics": "topic"}


def check_document(document: Document) -> tuple[Deck | None, list[Fault]]:
    """Return the deck that a document holds, or None and every fault of the document."""
    faults = [*document.faults, *_identity_faults(document)]
    deck = None
    if document.value is None and not document.faults:
        faults.append(Fault(1, "the deck is empty"))
    elif document.value is not None:
        try:
            # JSON, because strict checking of Python values would refuse lists for tuples.
            deck = Deck.model_validate_json(json.dumps(document.value), strict=True)
        except ValidationError as error:
            faults += [
                _shape_fault(fault, document)
                for fault in error.errors()
                # A full list whose every item is wrong counts as too short: say it once.
                if not (fault["type"] == "too_short" and fault["input"])
            ]
    return (None if faults else deck), faults


# --- Shape: what the model says, in words ----------------------------------------------------


def _shape_fault(error: ErrorDetails, document: Document) -> Fault:
    path = error["loc"]
    return Fault(document.line_of(path), _place(path, document.value) + _words(error, path))


def _words(error: ErrorDetails, path: Path) -> str:
    name, value = _name(path), error["input"]
    limits = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"the key '{name}' is missing"
        case "extra_forbidden":
            return f"unknown key '{name}'" + _suggest_key(path)
        case "model_type":
            return f"{name} must be a mapping of keys to values"
        case "tuple_type":
            example = f", such as [{value}]" if isinstance(value, str) else ""
            return f"{name}{' is empty: it' if value is None else ''} must be a list{example}"
        case "too_short":
            return f"{name} is empty: at least one is needed"
        case "enum":
            known = " or ".join([", ".join([*Difficulty][:-1]), [*Difficulty][-1]])
            return f"{name} must be {known}, not {value!r}"
        case "string_too_long":
            return f"{name} is longer than {limits['max_length']} characters"
        case "greater_than":
            return f"{name} must be greater than {limits['gt']:g}"
        case "less_than_equal":
            return f"{name} must be {limits['le']:g} or less"
        case kind:
            return f"{name} {_value_words(kind, value)}"


def _value_words(kind: str, value: Any) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        return "is empty"
    if kind == "string_pattern_mismatch":
        return f"must be lower-case words joined by hyphens, such as '{slugify(value)}'"
    if kind == "string_type":
        quotes = ": put it in quotes" if isinstance(value, bool | int | float) else ""
        return f"must be a text, not {_kind_of(value)}{quotes}"
    if kind.startswith("float"):
        return f"must be a number, not {_kind_of(value)}"
    return f"cannot be {value!r}"


def _kind_of(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return (
        "a mapping (a text with ': ' in it needs quotes)"
        if isinstance(value, dict)
        else (json.dumps(value))
    )


def _suggest_key(path: Path) -> str:
    """Name the key that was probably meant, of those that stand at this depth of a deck."""
    depth = sum(isinstance(part, int) for part in path)
    model = Topic if depth == 1 and path[0] == "topics" else (Deck, Question, Bullet)[min(depth, 2)]
    known = list(model.model_fields)
    match = process.extractOne(str(path[-1]), known, score_cutoff=60)
    return f": did you mean '{match[0]}'?" if match else f"; the keys are {', '.join(known)}"


# --- Place: which question, bullet or topic --------------------------------------------------


def _place(path: Path, value: Any) -> str:
    """Return such as "question 'cold-start': bullet 2: " for a path into the deck's values."""
    places = []
    for index, part in enumerate(path):
        if isinstance(part, int) and path[:index] != () and isinstance(value, list):
            value = value[part]
            kind = _LISTS.get(str(path[index - 1])) if isinstance(value, dict) else None
            if kind:
                places.append(f"{kind} {_label(value, part)}: ")
        elif isinstance(value, dict):
            value = value.get(str(part))
    return "".join(places)


def _label(value: dict[str, Any], index: int) -> str:
    given = value.get("id")
    return f"'{given}'" if isinstance(given, str) and given.strip() else str(index + 1)


def _name(path: Path) -> str:
    """Return the name of a value: its key, or its place in its list ("key term 2")."""
    if path and isinstance(path[-1], int):
        key = str(path[-2])
        return f"{_ITEMS.get(key) or _LISTS.get(key, key)} {path[-1] + 1}"
    return str(path[-1]) if path else "the deck"


# --- Identity: ids that must differ, topics that must exist ----------------------------------


def _identity_faults(document: Document) -> Iterator[Fault]:
    deck = document.value
    yield from _id_faults(document, ("topics",), _mappings(deck, "topics"))
    questions = _mappings(deck, "questions")
    yield from _id_faults(document, ("questions",), questions)
    declared = [topic["id"] for _, topic in _mappings(deck, "topics") if _has_id(topic)]
    for index, question in questions:
        path = ("questions", index)
        yield from _id_faults(document, (*path, "bullets"), _mappings(question, "bullets"))
        yield from _topic_faults(document, path, question, declared)


def _mappings(parent: Any, key: str) -> list[tuple[int, dict[str, Any]]]:
    """Return the mappings in a list that may not be there or may hold anything."""
    items = parent.get(key) if isinstance(parent, dict) else None
    if not isinstance(items, list):
        return []
    return [(index, item) for index, item in enumerate(items) if isinstance(item, dict)]


def _has_id(item: dict[str, Any]) -> bool:
    return isinstance(item.get("id"), str) and bool(item["id"].strip())


def _id_faults(
    document: Document, path: Path, items: list[tuple[int, dict[str, Any]]]
) -> Iterator[Fault]:
    lines: dict[str, int] = {}
    for index, item in items:
        if not _has_id(item):
            continue
        here = (*path, index, "id")
        line, place = document.line_of(here), _place(here, document.value)
        if item["id"] in lines:
            yield Fault(line, f"{place}line {lines[item['id']]} has this id already")
            continue
        if other := find_confusable(item["id"], lines):
            yield Fault(line, f"{place}the id is nearly '{other}' of line {lines[other]}")
        lines[item["id"]] = line


def _topic_faults(
    document: Document, path: Path, question: dict[str, Any], declared: list[str]
) -> Iterator[Fault]:
    topics = question.get("topics")
    if not isinstance(topics, list):
        return
    for index, topic in enumerate(topics):
        here = (*path, "topics", index)
        line, place = document.line_of(here), _place(here, document.value)
        if not isinstance(topic, str) or not topic.strip():
            continue
        if topic not in declared:
            match = process.extractOne(topic, declared, score_cutoff=60)
            guess = f": did you mean '{match[0]}'?" if match else ""
            yield Fault(line, f"{place}topic '{topic}' is not among the deck's topics{guess}")
        if topic in topics[:index]:
            yield Fault(line, f"{place}topic '{topic}' is listed twice")
