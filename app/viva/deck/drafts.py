"""A question as it is being typed: every field a text, every fault named at its field.

``draft_of`` and ``check_draft`` are each other's inverse for a draft without faults.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from viva.deck.building import add_topic, bullet_slug, fold
from viva.deck.sheets import clean_line
from viva.deck.slugs import slugify, unique_slug
from viva.domain import Bullet, Deck, Difficulty, Frozen, Question, Topic

LONGEST_TEXT = 2_000
"""Characters of a question, a bullet or a hint."""
LONGEST_TERM = 100
"""Characters of a key term or the name of a topic."""
MOST_BULLETS = 100
_HEAVIEST = 10.0


class BulletDraft(Frozen):
    """A row of the table."""

    id: str = ""
    """Empty for a new bullet."""
    text: str = ""
    weight: str = "1"
    key_terms: str = ""
    """Parted by commas, or by semicolons if there is one."""
    hint: str = ""
    offered: str = ""
    """Key terms that were proposed and neither taken over nor dismissed."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written into the row."""
        return not (self.text.strip() or self.key_terms.strip() or self.hint.strip())


class QuestionDraft(Frozen):
    """A question and its rows."""

    id: str = ""
    """Empty for a new question."""
    text: str = ""
    topics: str = ""
    """Names, parted as key terms are."""
    difficulty: str = Difficulty.MEDIUM.value
    bullets: tuple[BulletDraft, ...] = ()
    offered: tuple[BulletDraft, ...] = ()
    """Bullets that were proposed and neither taken over nor dismissed."""


class DraftFault(NamedTuple):
    """What is wrong with a field."""

    field: str
    """Its name in the form: ``text``, ``topics``, or such as ``weight-2`` for the third row."""
    text: str

    @property
    def place(self) -> str:
        """Where it is, in words; empty for the question itself."""
        _, _, row = self.field.partition("-")
        return f"Bullet {int(row) + 1}" if row else ""


class CheckedDraft(NamedTuple):
    """What a draft makes."""

    question: Question | None
    """None if there is a fault."""
    topics: tuple[Topic, ...]
    """Those that the question names, new ones included."""
    faults: tuple[DraftFault, ...]


def draft_of(question: Question, deck: Deck) -> QuestionDraft:
    """Return a question of a deck as a draft."""
    return QuestionDraft(
        id=question.id,
        text=question.text,
        topics=join_list([deck.topic_name(topic) for topic in question.topics]),
        difficulty=question.difficulty.value,
        bullets=tuple(
            BulletDraft(
                id=bullet.id,
                text=bullet.text,
                weight=f"{bullet.weight:g}",
                key_terms=join_list(bullet.key_terms),
                hint=bullet.hint or "",
            )
            for bullet in question.bullets
        ),
    )


def check_draft(draft: QuestionDraft, deck: Deck | None) -> CheckedDraft:
    """Return the question that a draft makes, or every fault of it.

    Rows without any text are left out. New ids are made of the texts; ids that are there stay.

    Args:
        draft: The draft.
        deck: The deck that the question is or will be in; None for the first of a new deck.
    """
    others = [own for own in deck.questions if own.id != draft.id] if deck else []
    known = {fold(topic.name): topic for topic in deck.topics} if deck else {}
    text, names = _plain(draft.text), split_list(draft.topics)
    faults = [*_question_faults(draft, names, others), *_row_faults(draft.bullets)]
    topics = [add_topic(name, known) for name in names]
    if faults:
        return CheckedDraft(None, (), tuple(faults))
    question = Question(
        id=draft.id or unique_slug(slugify(text), [own.id for own in others]),
        text=text,
        topics=tuple(dict.fromkeys(topic.id for topic in topics)),
        difficulty=Difficulty(draft.difficulty),
        bullets=tuple(_bullets(draft.bullets, _bullet_ids(deck, draft.id))),
    )
    return CheckedDraft(question, tuple(topics), ())


def split_list(cell: str) -> list[str]:
    """Return the items of a list that somebody typed, without empty and doubled ones.

    Example:
        >>> split_list("precision, recall"), split_list("precision, recall;")
        (['precision', 'recall'], ['precision, recall'])
    """
    separator = ";" if ";" in cell else ","
    items = (_plain(part) for part in cell.split(separator))
    return list(dict.fromkeys(item for item in items if item))


def join_list(items: Sequence[str]) -> str:
    """Return items as one text that ``split_list`` takes apart again."""
    if not any("," in item for item in items):
        return ", ".join(items)
    return "; ".join(items) + (";" if len(items) == 1 else "")


# --- Faults -----------------------------------------------------------------------------------


def _question_faults(
    draft: QuestionDraft, names: Sequence[str], others: Sequence[Question]
) -> Iterator[DraftFault]:
    text = _plain(draft.text)
    if not text:
        yield DraftFault("text", "Write the question.")
    yield from _length_fault("text", text, LONGEST_TEXT)
    if any(fold(own.text) == fold(text) for own in others):
        yield DraftFault("text", "Another question of this deck asks exactly this.")
    if not names:
        yield DraftFault("topics", "Name at least one topic.")
    for name in names:
        yield from _length_fault("topics", name, LONGEST_TERM)
    if draft.difficulty not in [*Difficulty]:
        yield DraftFault("difficulty", "Choose easy, medium or hard.")
    if all(row.is_blank for row in draft.bullets):
        yield DraftFault("text-0", "Write at least one bullet: answers are graded by them.")
    if len(draft.bullets) > MOST_BULLETS:
        yield DraftFault("text", f"A question has at most {MOST_BULLETS} bullets.")


def _row_faults(rows: Sequence[BulletDraft]) -> Iterator[DraftFault]:
    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        if row.is_blank:
            continue
        text, key = _plain(row.text), fold(_plain(row.text))
        if not text:
            yield DraftFault(f"text-{index}", "Write the point, or clear the whole row.")
        elif key in seen:
            yield DraftFault(f"text-{index}", f"Bullet {seen[key] + 1} says this already.")
        seen.setdefault(key, index)
        yield from _length_fault(f"text-{index}", text, LONGEST_TEXT)
        yield from _length_fault(f"hint-{index}", _plain(row.hint), LONGEST_TEXT)
        for term in split_list(row.key_terms):
            yield from _length_fault(f"key_terms-{index}", term, LONGEST_TERM)
        if _weight(row.weight) is None:
            yield DraftFault(f"weight-{index}", "A weight is a number above 0 and up to 10.")


def _length_fault(field: str, text: str, most: int) -> Iterator[DraftFault]:
    if len(text) > most:
        yield DraftFault(field, f"This is longer than {most:,} characters.")


def _weight(typed: str) -> float | None:
    """Return a weight as typed, with a point or a comma; 1 for nothing, None for what is none."""
    typed = typed.strip().replace(",", ".") or "1"
    if not re.fullmatch(r"\d{1,3}(\.\d{1,6})?|\.\d{1,6}", typed):
        return None
    weight = float(typed)
    return weight if 0 < weight <= _HEAVIEST else None


# --- Values -----------------------------------------------------------------------------------


def _bullet_ids(deck: Deck | None, question_id: str) -> set[str]:
    questions = deck.questions if deck else ()
    return {bullet.id for own in questions if own.id == question_id for bullet in own.bullets}


def _bullets(rows: Sequence[BulletDraft], known: set[str]) -> Iterator[Bullet]:
    """Yield the bullets; an id that the question does not have, or has given away, is made anew."""
    rows = [row for row in rows if not row.is_blank]
    kept = {row.id: index for index, row in reversed([*enumerate(rows)]) if row.id in known}
    taken = list(kept)
    for index, row in enumerate(rows):
        text, own = _plain(row.text), row.id
        if kept.get(own) != index:
            own = unique_slug(bullet_slug(text), taken)
            taken.append(own)
        yield Bullet(
            id=own,
            text=text,
            weight=_weight(row.weight) or 1.0,
            key_terms=tuple(split_list(row.key_terms)),
            hint=_plain(row.hint) or None,
        )


def _plain(text: str) -> str:
    """Return a typed text on one line, without what cannot be seen."""
    return clean_line(0, " ".join(text.split())).text
