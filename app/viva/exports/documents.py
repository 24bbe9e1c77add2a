"""A history as JSON, with nothing left out, and as Markdown, to read."""

from typing import Literal

from pydantic import AwareDatetime

from viva.domain import Deck, Frozen, Session
from viva.history import History
from viva.report import make_report, to_markdown

_VERSION = 1


class _Asked(Frozen):
    text: str
    bullets: dict[str, str]


class _Deck(Frozen):
    title: str
    questions: dict[str, _Asked]


class HistoryFile(Frozen):
    """The JSON file: every interview whole, and the words of what was asked."""

    format: Literal["viva-history"] = "viva-history"
    version: int = _VERSION
    exported_at: AwareDatetime
    decks: dict[str, _Deck]
    """By id; of each, the questions that were asked."""
    interviews: tuple[Session, ...]
    """As Viva keeps them, the earliest first; marks that may not be told yet are left out."""


def to_json(history: History, *, exported_at: AwareDatetime) -> str:
    """Return a ``HistoryFile`` as JSON."""
    return HistoryFile(
        exported_at=exported_at,
        decks={deck.id: _words(deck, history) for deck in history.decks.values()},
        interviews=history.sessions,
    ).model_dump_json(indent=2)


def _words(deck: Deck, history: History) -> _Deck:
    """Return the questions that were asked; the points only of those that have marks."""
    turns = [past.turn for past in history.past(deck.id)]
    asked = {turn.question_id for turn in turns}
    marked = {turn.question_id for turn in turns if turn.grade}
    return _Deck(
        title=deck.title,
        questions={
            own.id: _Asked(
                text=own.text,
                bullets={bullet.id: bullet.text for bullet in own.bullets if own.id in marked},
            )
            for own in deck.questions
            if own.id in asked
        },
    )


def to_document(history: History) -> str:
    """Return the report of every interview, one after the other."""
    reports = (make_report(own, history.decks[own.deck_id]) for own in history.sessions)
    return "\n---\n\n".join(to_markdown(report) for report in reports)
