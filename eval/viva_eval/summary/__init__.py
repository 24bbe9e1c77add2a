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
    HintEffect,
    Latency,
    PerturbationRate,
    Rate,
    Reliability,
    ReliabilityBin,
    ScoreCell,
    SpeechFigures,
    SpeechGroup,
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
    "HintEffect",
    "Latency",
    "PerturbationRate",
    "Rate",
    "Reliability",
    "ReliabilityBin",
    "ScoreCell",
    "SpeechFigures",
    "SpeechGroup",
    "Summary",
    "VerdictFigures",
    "summarise",
]
