"""Answers spoken by synthetic voices and heard again, to measure what speech costs in marks."""
