"""Grading: from an answer to verdicts with evidence, and from verdicts to a score."""
