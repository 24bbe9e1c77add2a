"""A history as JSON, with nothing left out, and as Markdown, to read."""

from typing import Literal

from pydantic import AwareDatetime

from viva.domain import Frozen, Session
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
    asked = {(session.deck_id, turn.question_id) for session, _, turn in history.turns()}
    return HistoryFile(
        exported_at=exported_at,
        decks={
            deck.id: _Deck(
                title=deck.title,
                questions={
                    question.id: _Asked(
                        text=question.text, bullets={own.id: own.text for own in question.bullets}
                    )
                    for question in deck.questions
                    if (deck.id, question.id) in asked
                },
            )
            for deck in history.decks.values()
        },
        interviews=history.sessions,
    ).model_dump_json(indent=2)


def to_document(history: History) -> str:
    """Return the report of every interview, one after the other."""
    reports = (make_report(own, history.decks[own.deck_id]) for own in history.sessions)
    return "\n---\n\n".join(to_markdown(report) for report in reports)
