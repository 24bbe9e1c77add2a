"""Write a deck as YAML, laid out as the decks in ``corpus/`` are."""

import io
import re
from enum import Enum
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString

from viva.domain import Deck, Frozen

_SCHEMA_COMMENT = "yaml-language-server: $schema=schema.json"
_WIDTH = 100
_ONE_LINE = 70
"""Longest text or list, in characters, that stays on its key's line."""


def dump_deck(deck: Deck) -> str:
    """Return a deck as YAML; ``loading.parse_deck`` turns it back into an equal deck."""
    root = _mapping(deck)
    root.yaml_set_start_comment(_SCHEMA_COMMENT)
    root.yaml_set_comment_before_after_key("questions", before="\n")
    for index in range(1, len(deck.questions)):
        root["questions"].yaml_set_comment_before_after_key(index, before="\n")
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(root, stream)
    return stream.getvalue()


def _mapping(model: Frozen) -> CommentedMap:
    mapping = CommentedMap()
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        # A reader wants to see each question's difficulty; other defaults go without saying.
        if field.is_required() or name == "difficulty" or value != field.default:
            mapping[name] = _value(value)
    return mapping


def _value(value: Any) -> Any:
    match value:
        case Frozen():
            return _mapping(value)
        case tuple():
            return _list(value)
        case Enum():
            return value.value
        case str():
            return _text(value)
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _list(items: tuple[Any, ...]) -> CommentedSeq:
    listed = CommentedSeq([_value(item) for item in items])
    is_plain = all(isinstance(item, str) for item in items)
    if is_plain and sum(len(item) + 2 for item in items) <= _ONE_LINE:
        listed.fa.set_flow_style()
    return listed


def _text(text: str) -> str:
    """Choose a style that keeps every character: plain, folded, or quoted with escapes."""
    style: type[str] = str
    if not text.isprintable() or re.search(r"^\W|\s\s|[^\S ]|\s$", text):
        style = DoubleQuotedScalarString
    elif len(text) > _ONE_LINE:
        style = FoldedScalarString
    return style(text)
