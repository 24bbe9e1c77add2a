"""Measuring graders against labelled answers."""
