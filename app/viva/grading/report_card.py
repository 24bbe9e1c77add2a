"""What people read of a grader's report card: how good it was found to be, and when.

Cards are measured and written by the evaluation; they lie in ``docs/report-cards``.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from viva.confidence import Confidence
from viva.deck.loading import deck_hash
from viva.domain import Deck, GraderIdentity
from viva.resources import data_dir

FOLDER = "report-cards"
"""In ``docs``: one JSON file a grader, named after it, and the same for people in Markdown."""


_FEWEST_VERDICTS = 30
"""Fewer than these say little of a word."""
_NOT_COUNTED = (
    "Sure, fairly sure and unsure are what the grader says of itself: nobody counted how often it "
    "is right then."
)


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CardFigure(_Read):
    """A figure with its 95% interval."""

    value: float | None
    low: float | None = None
    high: float | None = None


class CardCount(_Read):
    """How many of some verdicts are right."""

    count: int
    of: int


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
    confidence: Mapping[Confidence, CardCount] = {}
    """Right verdicts of those said with each word; empty in cards of older versions."""


class ConfidenceHelp(NamedTuple):
    """What a grader's words for how sure it is are worth."""

    meanings: Mapping[Confidence, str]
    """One sentence a word."""
    summary: str
    """All of it in one line."""


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
    if not _fits(card, grader, deck):
        return "report card stale: the grader or its deck has changed since"
    if card.kappa.value is None:
        return ""
    interval = ""
    if card.kappa.low is not None and card.kappa.high is not None:
        interval = f" (95% {card.kappa.low:.2f}–{card.kappa.high:.2f})"
    kind = "synthetic answers" if card.synthetic else "answers"
    return f"kappa {card.kappa.value:.2f}{interval} on {card.answers} {kind}, {card.measured}"


def explain_confidence(
    card: CardHeadline | None, grader: GraderIdentity, deck: Deck
) -> ConfidenceHelp:
    """Return what each word is worth, as counted; without a card that fits, that nobody counted."""
    shares = _shares(card) if card and _fits(card, grader, deck) else {}
    if card is None or len(shares) < len(Confidence):
        unknown = "How sure the grader says it is; nobody counted how often it is right then."
        return ConfidenceHelp(dict.fromkeys(Confidence, unknown), _NOT_COUNTED)
    kind = "synthetic answers" if card.synthetic else "answers"
    said = [f"{tenths} where it is {word}" for word, tenths in shares.items()]
    return ConfidenceHelp(
        {
            word: f"The grader is {word}: about {tenths} of 10 such verdicts are right."
            for word, tenths in shares.items()
        },
        f"Of 10 verdicts about this many are right: {', '.join(said)}. Counted on {card.answers} "
        f"labelled {kind}, {card.measured}.",
    )


def _shares(card: CardHeadline) -> dict[Confidence, int]:
    """Return how many of ten verdicts are right, by word; not of words that were hardly said."""
    return {
        word: round(10 * card.confidence[word].count / card.confidence[word].of)
        for word in Confidence
        if word in card.confidence and card.confidence[word].of >= _FEWEST_VERDICTS
    }


def _fits(card: CardHeadline, grader: GraderIdentity, deck: Deck) -> bool:
    """Whether a card is of this grader, as it is now, and of this deck."""
    return card.grader.fingerprint == grader.fingerprint and card.deck_sha256 == deck_hash(deck)
