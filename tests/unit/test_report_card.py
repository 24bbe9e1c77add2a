"""The line of a report card that the page shows."""

from datetime import date

import pytest
from builders import make_deck

from viva.confidence import Confidence
from viva.deck.loading import deck_hash
from viva.domain import Deck, GraderIdentity
from viva.grading.local import identify
from viva.grading.report_card import (
    CardCount,
    CardFigure,
    CardHeadline,
    describe_card,
    explain_confidence,
    load_card,
)
from viva.wiring import Parts

DECK = make_deck()
GRADER = GraderIdentity(name="local", version="1", fingerprint="f")


def card(**changes: object) -> CardHeadline:
    own = CardHeadline(
        grader=GRADER,
        deck_id=DECK.id,
        deck_sha256=deck_hash(DECK),
        measured=date(2026, 1, 5),
        answers=140,
        synthetic=True,
        kappa=CardFigure(value=0.4512, low=0.4, high=0.5),
    )
    return own.model_copy(update=changes)


def test_a_card_is_one_line_with_its_interval_its_number_and_its_date() -> None:
    line = describe_card(card(), GRADER, DECK)
    assert line == "kappa 0.45 (95% 0.40–0.50) on 140 synthetic answers, 2026-01-05"


def test_a_figure_without_an_interval_stands_alone() -> None:
    own = card(kappa=CardFigure(value=0.4512), synthetic=False)
    assert describe_card(own, GRADER, DECK) == "kappa 0.45 on 140 answers, 2026-01-05"
    assert describe_card(card(kappa=CardFigure(value=None)), GRADER, DECK) == ""


@pytest.mark.parametrize(
    ("grader", "changes"),
    [
        (GraderIdentity(name="local", version="1", fingerprint="other"), {}),
        (GRADER, {"deck_sha256": "0" * 64}),
    ],
)
def test_a_card_of_another_grader_or_deck_is_stale(
    grader: GraderIdentity, changes: dict[str, object]
) -> None:
    line = describe_card(card(**changes), grader, DECK)
    assert "stale" in line
    assert "0.45" not in line


def test_figures_of_one_deck_are_not_claimed_for_another() -> None:
    line = describe_card(card(deck_id="other"), GRADER, DECK)
    assert line == "agreement not measured on this deck"


def test_a_grader_without_a_card_has_none() -> None:
    assert load_card("nobody") is None


def test_the_local_grader_ships_with_a_card_that_fits(parts: Parts, shipped_deck: Deck) -> None:
    own = load_card("local")
    assert own is not None
    assert describe_card(own, parts.grader.identity, shipped_deck).startswith("kappa 0.")


def test_the_grader_says_the_same_of_itself_as_its_parts_do(parts: Parts) -> None:
    from viva.grading.calibration import Calibration

    expected = identify(parts.embedder.fingerprint, Calibration.shipped().fingerprint)
    assert parts.grader.identity == expected


COUNTED = {
    Confidence.SURE: CardCount(count=90, of=100),
    Confidence.FAIRLY_SURE: CardCount(count=36, of=50),
    Confidence.UNSURE: CardCount(count=44, of=100),
}


def test_words_for_confidence_mean_what_was_counted() -> None:
    known = explain_confidence(card(confidence=COUNTED), GRADER, DECK)
    assert known.meanings[Confidence.SURE] == (
        "The grader is sure: about 9 of 10 such verdicts are right."
    )
    assert known.summary == (
        "Of 10 verdicts about this many are right: 9 where it is sure, 7 where it is fairly sure, "
        "4 where it is unsure. Counted on 140 labelled synthetic answers, 2026-01-05."
    )


@pytest.mark.parametrize(
    "own",
    [
        None,
        card(),
        card(confidence={**COUNTED, Confidence.UNSURE: CardCount(count=3, of=4)}),
        card(confidence=COUNTED, deck_sha256="0" * 64),
        card(confidence=COUNTED, grader=GRADER.model_copy(update={"fingerprint": "other"})),
    ],
)
def test_nothing_is_claimed_for_words_that_nobody_counted(own: CardHeadline | None) -> None:
    unknown = explain_confidence(own, GRADER, DECK)
    assert "nobody counted" in unknown.summary
    assert all("nobody counted" in unknown.meanings[word] for word in Confidence)
    assert not any(digit in unknown.summary for digit in "0123456789")
