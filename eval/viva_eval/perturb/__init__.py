"""Perturbations: known changes to an answer, each with a law that a good grader keeps to.

A run grades an answer as it is and changed, and ``holds`` says whether the law of the change held.
"""

from viva_eval.perturb.catalogue import all_perturbations, find
from viva_eval.perturb.laws import Law, holds
from viva_eval.perturb.perturbation import Perturbation, Perturbed, Subject, perturbation

__all__ = [
    "Law",
    "Perturbation",
    "Perturbed",
    "Subject",
    "all_perturbations",
    "find",
    "holds",
    "perturbation",
]
