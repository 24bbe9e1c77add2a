"""The model card's learning curve: drawn from figures that were recorded, told alike in words."""

from pathlib import Path

from viva_eval.training.curve import FIGURES, draw, load_curve

ROOT = Path(__file__).parents[2]


def test_the_curve_in_the_docs_is_what_is_drawn_of_its_figures() -> None:
    drawn = (ROOT / FIGURES).with_suffix(".svg").read_text(encoding="utf-8")
    assert drawn == draw(load_curve(ROOT / FIGURES))


def test_the_model_card_tells_every_point_of_the_curve() -> None:
    card = " ".join((ROOT / "docs" / "model-card.md").read_text(encoding="utf-8").split())
    for point in load_curve(ROOT / FIGURES).points:
        count = point.questions or "none"
        assert f"{point.macro_f1:.3f} with {count}" in card
