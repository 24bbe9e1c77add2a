"""The summary of a run: every figure that its records give, with intervals.

Records are read once and one at a time; what is kept of them is small.
"""

from viva_eval.summary.model import (
    Consistency,
    Counts,
    EvidenceFigures,
    FalseCredit,
    Figure,
    Group,
    Headline,
    Latency,
    PerturbationRate,
    Rate,
    Reliability,
    ReliabilityBin,
    ScoreCell,
    Summary,
    VerdictFigures,
)
from viva_eval.summary.summarise import summarise

__all__ = [
    "Consistency",
    "Counts",
    "EvidenceFigures",
    "FalseCredit",
    "Figure",
    "Group",
    "Headline",
    "Latency",
    "PerturbationRate",
    "Rate",
    "Reliability",
    "ReliabilityBin",
    "ScoreCell",
    "Summary",
    "VerdictFigures",
    "summarise",
]
