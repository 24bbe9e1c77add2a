"""The report card of a grader: made of a run, written for people and for the page, kept honest."""

from viva_eval.card.checking import find_changes
from viva_eval.card.making import make_card
from viva_eval.card.markdown import to_markdown
from viva_eval.card.model import BulletFigures, ReportCard

__all__ = ["BulletFigures", "ReportCard", "find_changes", "make_card", "to_markdown"]
