"""The line of a grader's report card that the page shows: how good it was found to be, and when.

Cards are measured and written by the evaluation; they lie in ``docs/report-cards``.
"""

from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

from viva.deck.loading import deck_hash
from viva.domain import Deck, GraderIdentity
from viva.resources import data_dir

FOLDER = "report-cards"
"""In ``docs``: one JSON file a grader, named after it, and the same for people in Markdown."""


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CardFigure(_Read):
    """A figure with its 95% interval."""

    value: float | None
    low: float | None = None
    high: float | None = None


class CardHeadline(_Read):
    """What the page needs of a card."""

    grader: GraderIdentity
    deck_id: str
    deck_sha256: str
    measured: date
    answers: int
    synthetic: bool
    """Whether the answers were written for this project rather than given by candidates."""
    kappa: CardFigure


def load_card(name: str) -> CardHeadline | None:
    """Return the card of a grader, or None if it has none that this version can read."""
    try:
        path = data_dir("docs") / FOLDER / f"{name}.json"
        return CardHeadline.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):  # figures are a courtesy: the page does without them
        return None


def describe_card(card: CardHeadline, grader: GraderIdentity, deck: Deck) -> str:
    """Return the card in one line, or that it does not fit what is here; empty for no figure."""
    if card.deck_id != deck.id:
        return "agreement not measured on this deck"
    if card.grader.fingerprint != grader.fingerprint or card.deck_sha256 != deck_hash(deck):
        return "report card stale: the grader or its deck has changed since"
    if card.kappa.value is None:
        return ""
    interval = ""
    if card.kappa.low is not None and card.kappa.high is not None:
        interval = f" (95% {card.kappa.low:.2f}–{card.kappa.high:.2f})"
    kind = "synthetic answers" if card.synthetic else "answers"
    return f"kappa {card.kappa.value:.2f}{interval} on {card.answers} {kind}, {card.measured}"
