"""Write a deck as YAML, laid out as the decks in ``corpus/`` are."""

import io
import re

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString

from viva.domain import Bullet, Deck, Question

_SCHEMA_COMMENT = "yaml-language-server: $schema=schema.json"
_WIDTH = 100
_ONE_LINE = 88
"""Longest text or list, in characters, that stays on its key's line."""


def dump_deck(deck: Deck) -> str:
    """Return a deck as YAML; ``loading.parse_deck`` turns it back into an equal deck."""
    questions = CommentedSeq([_question(question) for question in deck.questions])
    for index in range(1, len(questions)):
        questions.yaml_set_comment_before_after_key(index, before="\n")
    root = CommentedMap(
        id=deck.id,
        title=_text(deck.title),
        topics=[CommentedMap(id=topic.id, name=_text(topic.name)) for topic in deck.topics],
        questions=questions,
    )
    root.yaml_set_start_comment(_SCHEMA_COMMENT)
    root.yaml_set_comment_before_after_key("questions", before="\n")
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(root, stream)
    return stream.getvalue()


def _question(question: Question) -> CommentedMap:
    return CommentedMap(
        id=question.id,
        text=_text(question.text),
        topics=_list(question.topics),
        difficulty=question.difficulty.value,
        bullets=[_bullet(bullet) for bullet in question.bullets],
    )


def _bullet(bullet: Bullet) -> CommentedMap:
    lines = CommentedMap(id=bullet.id, text=_text(bullet.text))
    if bullet.weight != 1:
        lines["weight"] = int(bullet.weight) if bullet.weight.is_integer() else bullet.weight
    if bullet.key_terms:
        lines["key_terms"] = _list(bullet.key_terms)
    return lines


def _list(items: tuple[str, ...]) -> CommentedSeq:
    listed = CommentedSeq([_text(item) for item in items])
    if sum(len(item) + 2 for item in items) <= _ONE_LINE:
        listed.fa.set_flow_style()
    return listed


def _text(text: str) -> str:
    """Choose a style that keeps every character: plain, folded, or quoted with escapes."""
    if not text.isprintable() or re.search(r"^\s|\s\s|[^\S ]|\s$", text):
        return DoubleQuotedScalarString(text)
    return text if len(text) <= _ONE_LINE else FoldedScalarString(text)
