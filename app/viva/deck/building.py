"""Make a deck of what was found in a sheet: ids, topics, nested items, doubled bullets.

Called by ``importing``.
"""

import re
from collections.abc import Collection, Iterator

from viva.deck.sheets import Sheet, SheetBullet, SheetQuestion, Skipped
from viva.deck.slugs import slugify, unique_slug
from viva.domain import Bullet, Deck, Question, Topic

_BULLET_WORDS, _TOPIC_WORDS = 5, 4
"""How many telling words make an id; a question has more, to stand apart among more."""
_TERM_WORDS = 4
"""A nested item of at most so many words is a key term; a longer one is part of the bullet."""
_MOST_BULLETS = 100
"""Bullets of one question; nobody answers with more."""
_DEFAULT_TOPIC = "General"
_STRAIGHT = str.maketrans("’‘“”", "''\"\"")


def build_deck(sheet: Sheet, *, title: str, deck_id: str) -> Deck | None:
    """Return the deck that a sheet makes, or None if it has no question with bullets.

    What is left out on the way is added to what the sheet skipped.
    """
    topics: dict[str, Topic] = {}
    questions: dict[str, Question] = {}
    for found in sheet.questions:
        if question := _question(found, sheet, topics, questions):
            questions[question.id] = question
    if not questions:
        return None
    return Deck(
        id=deck_id, title=title, topics=tuple(topics.values()), questions=tuple(questions.values())
    )


def add_topic(name: str, topics: dict[str, Topic]) -> Topic:
    """Return the topic of this name, added to the topics under its folded name if it is new."""
    key = fold(name)
    if key not in topics:
        taken = [topic.id for topic in topics.values()]
        topics[key] = Topic(id=unique_slug(slugify(name, words=_TOPIC_WORDS), taken), name=name)
    return topics[key]


def _question(
    found: SheetQuestion, sheet: Sheet, topics: dict[str, Topic], taken: Collection[str]
) -> Question | None:
    """Return a question with ids that nothing before it has; add its topics to the others."""
    bullets = {bullet.id: bullet for bullet in _bullets(found, sheet)}
    if not bullets:
        reason = "a question without bullets"
        sheet.skipped.append(Skipped(found.line_number, found.text, reason))
        return None
    names = found.topics or (_DEFAULT_TOPIC,)
    return Question(
        id=unique_slug(slugify(found.text), taken),
        text=found.text,
        topics=tuple(dict.fromkeys(add_topic(name, topics).id for name in names)),
        difficulty=found.difficulty,
        bullets=tuple(bullets.values()),
    )


def _bullets(question: SheetQuestion, sheet: Sheet) -> Iterator[Bullet]:
    lines: dict[str, int] = {}
    ids: list[str] = []
    for found in question.bullets:
        text, terms = _join_nested(found)
        key = fold(text)
        reason = ""
        if not text:
            reason = "an empty bullet"
        elif key in lines:
            reason = f"the same as the bullet on line {lines[key]}"
        elif len(ids) == _MOST_BULLETS:
            reason = f"beyond {_MOST_BULLETS} bullets of one question"
        if reason:
            sheet.skipped.append(Skipped(found.line_number, text, reason))
            continue
        lines[key] = found.line_number
        ids.append(unique_slug(bullet_slug(text), ids))
        yield Bullet(id=ids[-1], text=text, weight=found.weight, key_terms=terms, hint=found.hint)


def bullet_slug(text: str) -> str:
    """Return an id made of what stands outside brackets, where the point is."""
    return slugify(re.sub(r"\([^)]*\)", " ", text).strip() or text, words=_BULLET_WORDS)


def _join_nested(bullet: SheetBullet) -> tuple[str, tuple[str, ...]]:
    """Return a bullet's text and key terms, with the items nested under it in the one or other."""
    nested = [item.text for item in bullet.nested if item.text]
    if not nested:
        return bullet.text, bullet.key_terms
    text = bullet.text.rstrip(" :")
    if text and all(len(item.split()) <= _TERM_WORDS for item in nested):
        return text, tuple(dict.fromkeys([*bullet.key_terms, *nested]))
    more = "; ".join(item.rstrip(" ;.") for item in nested)
    return (f"{text.rstrip('.')}: {more}" if text else more), bullet.key_terms


def fold(text: str) -> str:
    """Return what a text says, whatever its case, quotes and last full stop."""
    return " ".join(text.translate(_STRAIGHT).casefold().split()).rstrip(" .;:,")
